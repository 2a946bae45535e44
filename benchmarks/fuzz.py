"""Coverage-guided fuzzing of the values, the page readers and the sources of pages: ``make fuzz``.

Whatever a page holds, reading it gives a reading and never raises. What is found is written to build/fuzz/<target>/ and
becomes a case in tests/test_hostile.py or a recorded page.

Source: https://github.com/google/atheris
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import importlib
import importlib.util
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "tests" / "pages"
BUILD = ROOT / "build" / "fuzz"
MAX_BYTES = 65_536
LOCALES = ("en", "de", "fr", "es", "zh", "ja", "ar", "hi", "pt_BR")


def values(data: bytes) -> None:
    """Texts as counts, times and plain text."""
    from extractors.values.counts import count
    from extractors.values.moments import moment
    from extractors.values.text import plain_text

    text = data[1:].decode("utf-8", "surrogatepass" if data[:1] < b"\x80" else "replace") if decodes(data) else ""
    found = None
    with contextlib.suppress(ValueError):
        found = count(text, LOCALES[data[0] % len(LOCALES)]) if data else None
    if found is not None and not (found.low >= 0 and (found.high is None or found.low <= found.high)):
        raise AssertionError(f"{text!r} counts {found}")
    plain_text(text)
    try:
        moment(text)
    except ValueError:
        return


def decodes(data: bytes) -> bool:
    """Whether bytes are UTF-8, lone surrogates allowed."""
    try:
        data[1:].decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def pages(data: bytes) -> None:
    """A body under the address of one of the recorded pages, which the first two bytes choose."""
    from spiders.page import Page
    from tests.samples import AT
    from tests.test_hostile import ADDRESSES, check

    url, platform = ADDRESSES[int.from_bytes(data[:2], "big") % len(ADDRESSES)]
    check(Page(url, data[2:], 200, AT, "text/html", platform=platform or None))


def sources(data: bytes) -> None:
    """Bytes as a WARC, as a HAR entry, and as a body out of an encoding."""
    from spiders.sources.har import found_entry
    from storage.decoding import DecodingError, decoded
    from storage.warc import CutError, records

    with contextlib.suppress(CutError):
        for _ in records(io.BytesIO(data)):
            pass
    with contextlib.suppress(ValueError, RecursionError):
        found_entry(json.loads(data), Path("x.har"), "x#1")
    for name in ("gzip", "deflate", "br", "zstd"):
        try:
            decoded(data, name, MAX_BYTES)
        except DecodingError:
            continue


TARGETS: dict[str, Callable[[bytes], None]] = {"values": values, "pages": pages, "sources": sources}


def seeds(name: str, folder: Path) -> None:
    """Recorded pages and short texts to begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == "values":
        for number, text in enumerate(
            ("1.2万", "86.4K", "1,5 Tsd.", "2026-03-02T09:30:00+01:00", "No views", "<p>a<br>b", "10万+")
        ):
            (folder / f"text-{number}").write_bytes(b"\0" + text.encode())
        return
    if name == "sources":
        from tests.samples import har_entry, status_body, status_url, write_warc

        made = write_warc(folder / "made.warc.gz", [(status_url(), status_body(), "application/json")])
        (folder / "made.warc").write_bytes(gzip.decompress(made.read_bytes()))
        (folder / "entry.json").write_text(json.dumps(har_entry(status_url(), status_body())))
        return
    from tests.test_hostile import ADDRESSES, RECORDED

    places = {(page.url, page.platform or ""): at for at, page in enumerate(RECORDED)}
    for at, page in enumerate(RECORDED):
        lead = ADDRESSES.index((page.url, page.platform or "")).to_bytes(2, "big")
        if places[page.url, page.platform or ""] == at:
            (folder / f"page-{at}").write_bytes(lead + page.body[:MAX_BYTES])


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    logging.disable()
    with atheris.instrument_imports(include=["extractors", "spiders", "storage"], enable_loader_override=False):
        for module in (
            "extractors.values.counts",
            "extractors.values.moments",
            "extractors.values.text",
            "spiders.base",
            "storage.warc",
        ):
            importlib.import_module(module)
        from spiders.base import platforms

        platforms()
    corpus = BUILD / name / "corpus"
    seeds(name, corpus)
    words = [
        sys.argv[0],
        f"-max_total_time={seconds}",
        f"-max_len={MAX_BYTES}",
        "-timeout=20",
        "-rss_limit_mb=2000",
        f"-artifact_prefix={BUILD / name}/",
        str(corpus),
    ]
    atheris.Setup(words, TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """Fuzz each target for a while; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], help="default: all")
    parser.add_argument("--seconds", type=int, default=300, help="for each target; default: 300")
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.stderr.write("fuzzing needs atheris: .venv/bin/python -m pip install atheris\n")
        return 2
    if os.environ.get("FUZZ_TARGET"):
        fuzz(os.environ["FUZZ_TARGET"], options.seconds)
        return 0
    found = []
    for name in options.targets or TARGETS:
        command = [sys.executable, "-m", "benchmarks.fuzz", "--seconds", str(options.seconds)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"FUZZ_TARGET": name}, check=False)
        if done.returncode:
            found.append(name)
    for name in found:
        print(f"{name}: found something, see {BUILD / name}/")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
