"""Hostile pages of the largest size that is parsed: processor seconds and peak memory of reading each, in a process of their own."""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path

from spiders.base import read
from spiders.page import MAX_BODY_BYTES, Page
from tests.samples import AT, status

LIMIT = MAX_BODY_BYTES
TARGETS = ("https://mastodon.example/api/v1/statuses/1", "https://mp.weixin.qq.com/s/AAAAAAAAAAAAAAAAAAAAAA")
"""An address whose body is JSON, and one whose body is a page."""


@dataclass(frozen=True, slots=True)
class Row:
    """What reading one page took."""

    name: str
    url: str
    seconds: float
    megabytes: float


def deep_json() -> bytes:
    """Objects 100,000 deep."""
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000


def deep_list() -> bytes:
    """Lists as deep as fit."""
    return b"[" * (LIMIT // 2) + b"]" * (LIMIT // 2)


def wide_list() -> bytes:
    """As many empty lists as fit."""
    return b"[" + b"[]," * (LIMIT // 3 - 2) + b"1]"


def million_counters() -> bytes:
    """Statuses with their counters, cut at the limit."""
    return json.dumps([status(1, likes) for likes in range(12_000)]).encode()[:LIMIT]


LARGE: dict[str, Callable[[], bytes]] = {
    "deep json": deep_json,
    "deep list": deep_list,
    "wide list": wide_list,
    "many statuses": million_counters,
    "one line": lambda: b"<p>" + b"a" * (LIMIT - 3),
    "one line, any charset": lambda: b"<p>" + b"\xe9\xff a" * ((LIMIT - 3) // 4),
    "one script": lambda: b"<script>" + b"a" * (LIMIT - 8),
    "deep html": lambda: b"<div>" * 100_000,
    "many attributes": lambda: b"<p " + b"a=b " * (LIMIT // 4 - 1),
    "many tags": lambda: b"<i>a</i>" * (LIMIT // 8),
    "tags up to the limit": lambda: (b"<p>" + b"x" * 47) * (LIMIT // 50),
    "ampersands": lambda: b"&" * LIMIT,
    "NUL": lambda: bytes(LIMIT),
    "large number": lambda: b'{"id": ' + b"9" * (LIMIT - 8) + b"}",
}


def peak() -> float:
    """The process's peak memory in MB since it was last told to forget it."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Read each page once, after small ones that load what reading needs; one row of JSON a line."""
    for url in TARGETS:
        read(Page(url, b"{}"))
    for name, make in LARGE.items():
        body = make()
        for url in TARGETS:
            gc.collect()
            Path("/proc/self/clear_refs").write_text("5", "ascii")
            began = time.process_time()
            read(Page(url, body, 200, AT, "text/html"))
            sys.stdout.write(json.dumps(astuple(Row(name, url, time.process_time() - began, peak()))) + "\n")


def measure() -> list[Row]:
    """All rows, from a process of their own, whose memory nothing else has grown."""
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.hostile"], cwd=root, capture_output=True, text=True, check=True
    )
    return [Row(*json.loads(line)) for line in done.stdout.splitlines()]


def run() -> list[dict[str, object]]:
    """The slowest and the largest of them."""
    rows = measure()
    slowest, largest = max(rows, key=lambda row: row.seconds), max(rows, key=lambda row: row.megabytes)
    return [
        {
            "name": f"hostile page of 12 MiB, slowest of {len(rows)} ({slowest.name})",
            "value": slowest.seconds,
            "unit": "processor s",
            "target": 3,
            "better": "lower",
        },
        {
            "name": f"hostile page of 12 MiB, largest of {len(rows)} ({largest.name})",
            "value": largest.megabytes,
            "unit": "MB",
            "target": 500,
            "better": "lower",
        },
    ]


if __name__ == "__main__":
    main()
