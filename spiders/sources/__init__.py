"""Pages that come from files: one module a format, each yields ``Found`` (a page, or what kept it from being one); import and replay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from extractors.records import Outcome, Reading
from spiders.base import platform_of, read
from spiders.page import MAX_BODY_BYTES, Page
from spiders.reading import NOTHING

PAGE_ENDINGS = (".html", ".htm", ".json", ".xml", ".txt", ".jsonl", ".mhtml", ".mht")
ARCHIVE_ENDINGS = (".warc", ".warc.gz", ".har")
ENDINGS = PAGE_ENDINGS + ARCHIVE_ENDINGS
"""The endings of what can be read, lower case."""
NO_RECORD = "scripts' requests in which no reader found a record"
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
    digest: str | None = None
    """SHA-256 of the body as it was first fetched, where an archive tells it."""
    part_of_page: bool = False
    """Whether a browser fetched it for another page (a script's request): it may be of no interest."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A page that was found, read."""

    found: Found
    platform: str | None
    reading: Reading


def too_large(taken: Taken) -> str | None:
    """What to say of a page that was too large to be parsed."""
    if taken.reading.outcome is Outcome.FAILED and taken.reading.reason == "too-large":
        return f"is larger than {MAX_BODY_BYTES // 1024**2} MiB, so it was not read: save the page without what is embedded in it"
    return None


def take(found: Found) -> Taken | Found:
    """Read what was found; what holds no page comes back, and so does a script's request that no reader is for."""
    if found.page is None:
        return found
    platform, reading = read(found.page)
    if found.part_of_page and of_no_interest(found.page, reading):
        return replace(found, page=None, passed_over=NO_RECORD)
    return Taken(found, platform, reading)


def of_no_interest(page: Page, reading: Reading) -> bool:
    """Whether a script's request gave nothing and no reader is for its address: counters, settings, advertisements.

    One whose reader misses a part stays, since that is how a platform that changed is noticed.
    """
    if reading.outcome is not Outcome.DRIFT or reading.records or reading.unread:
        return False
    spider = platform_of(page)
    meant = spider is not None and any(reader.pattern and reader.fits(page) for reader in spider.readers)
    return not meant or reading.reason == NOTHING


def found_in(path: Path, url: str | None = None, fetched_at: datetime | None = None) -> Iterator[Found]:
    """All that a file or a folder holds, in order of path; ``url`` and ``fetched_at`` are for a single page's file.

    Raises OSError where the path itself can't be read.
    """
    if not path.is_dir():
        yield from _in_file(path, stem(path.name), url, fetched_at)
        return
    for file in sources_in(path):
        try:
            yield from _in_file(file, stem(file.relative_to(path).as_posix()), None, None)
        except OSError as error:
            yield Found(
                stem(file.relative_to(path).as_posix()), file, fault=f"can't be read: {error.strerror or error}"
            )


def sources_in(path: Path) -> list[Path]:
    """The files of a folder that are pages or archives of pages, in order of path; a file's path itself."""
    if not path.is_dir():
        return [path]
    return sorted(item for item in path.rglob("*") if item.is_file() and is_source(item))


def _in_file(file: Path, name: str, url: str | None, fetched_at: datetime | None) -> Iterator[Found]:
    """What one file holds, by its ending."""
    ending = file.name.lower()
    if ending.endswith((".warc", ".warc.gz")):
        from spiders.sources import warc

        yield from warc.found(file, name)
    elif ending.endswith(".har"):
        from spiders.sources import har

        yield from har.found(file, name)
    elif ending.endswith((".mhtml", ".mht")):
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
