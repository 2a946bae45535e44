"""Reading saved pages against the bare parsing of the same bodies, in one run, and the memory that it takes at most.

The pages are the captures beside the project, or those of the tests where that folder is missing.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import lxml.html

from spiders.base import read
from spiders.page import Page
from spiders.sources import found_in, is_source

ROOT = Path(__file__).parent.parent
CAPTURES, OWN = ROOT.parent / "shared" / "captures", ROOT / "tests" / "pages"
PASSES = 5
"""The quickest counts: what is slower was held up by something else."""


def pages() -> list[Page]:
    """The pages to read."""
    if not CAPTURES.is_dir():
        print(f"reading: no folder {CAPTURES}, so the tests' own pages are read", file=sys.stderr)
    folder = CAPTURES if CAPTURES.is_dir() else OWN
    files = sorted(file for file in folder.rglob("*") if file.is_file() and is_source(file))
    return [found.page for file in files for found in found_in(file) if found.page is not None]


def parse(page: Page) -> None:
    """The least that any reader must do."""
    if page.looks_json:
        for text in page.body.splitlines() if page.body.count(b"\n{") else [page.body]:
            json.loads(text)
    elif page.body.strip():
        lxml.html.document_fromstring(page.body)


def seconds(work: Callable[[Page], object], all_pages: Iterable[Page]) -> float:
    """How long a pass over all pages takes; none has been looked at before, and each is let go of."""
    started = time.perf_counter()
    for page in all_pages:
        work(replace(page))
    return time.perf_counter() - started


def measure() -> tuple[float, float, int]:
    """The ratio of reading to parsing, the most memory taken in MB, and how many pages they were."""
    found = pages()
    for page in found:
        read(replace(page))
    parsed, taken = zip(*((seconds(parse, found), seconds(read, found)) for _ in range(PASSES)), strict=True)
    return min(taken) / min(parsed), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, len(found)


def run() -> list[dict[str, object]]:
    """The figures, measured in a process of their own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        ratio, most, number = pool.apply(measure)
    told = f"reading {number} pages"
    return [
        {"name": told, "value": ratio, "unit": "times parsing", "target": 4.0, "better": "lower"},
        {"name": f"{told}: memory at most", "value": most, "unit": "MB", "target": 300, "better": "lower"},
    ]
