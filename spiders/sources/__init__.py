"""Where saved pages come from: one module a format, each yields ``Found``: a page, or what kept it from being one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from spiders.page import Page

PAGE_ENDINGS = (".html", ".htm", ".json", ".xml", ".txt", ".jsonl", ".mhtml", ".mht")
ENDINGS = PAGE_ENDINGS
"""The endings of what can be read, lower case."""
BESIDE = (".meta.json", ".truth.json", ".expected.jsonl")
"""Endings of files that tell about a page and are none."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found in a source: a page; or a fault that kept it from being read; or what was passed over and why.

    ``name`` is the capture's name: path without ending, relative to the folder given, with ``#number`` in archives.
    ``fault`` is a sentence for a person. ``passed_over`` is a plural that can be counted ("images", "redirects").
    """

    name: str
    file: Path
    page: Page | None = None
    fault: str | None = None
    passed_over: str | None = None
    part_of_page: bool = False
    """Whether a browser fetched it for another page (a script's request): it may be of no interest."""


def found_in(path: Path, url: str | None = None, fetched_at: datetime | None = None) -> Iterator[Found]:
    """All that a file or a folder holds, in order of path; ``url`` and ``fetched_at`` are for a single page's file.

    Raises OSError where the path itself can't be read.
    """
    if not path.is_dir():
        yield from _in_file(path, stem(path.name), url, fetched_at)
        return
    for file in sorted(item for item in path.rglob("*") if item.is_file() and is_source(item)):
        try:
            yield from _in_file(file, stem(file.relative_to(path).as_posix()), None, None)
        except OSError as error:
            yield Found(
                stem(file.relative_to(path).as_posix()), file, fault=f"can't be read: {error.strerror or error}"
            )


def _in_file(file: Path, name: str, url: str | None, fetched_at: datetime | None) -> Iterator[Found]:
    """What one file holds, by its ending."""
    ending = file.name.lower()
    if ending.endswith((".mhtml", ".mht")):
        from spiders.sources import mhtml

        yield mhtml.found(file, name, url, fetched_at)
    else:
        from spiders.sources import saved

        yield saved.found(file, name, url, fetched_at)


def is_source(file: Path) -> bool:
    """Whether a file's name is that of a page or an archive of pages."""
    name = file.name.lower()
    return name.endswith(ENDINGS) and not name.endswith(BESIDE)


def stem(name: str) -> str:
    """A file's name without the ending that tells its format."""
    lower = name.lower()
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if lower.endswith(ending):
            return name[: -len(ending)]
    return name
