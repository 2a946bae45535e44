"""Pages in a WARC file, as crawlers and browsers write it: every answer, and pages as a browser showed them.

Source: ISO 28500 (WARC 1.1); read by storage.warc.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from spiders.page import Page
from spiders.sources import Found
from spiders.sources.kinds import is_document, passed_over
from storage.warc import CutError, Kept, records

UNREAD_KINDS = {"revisit": "revisit records (a page seen before)", "unreadable": "unreadable records"}


def found(file: Path, name: str) -> Iterator[Found]:
    """Every page of the file in order; a file cut short gives what it has, then its fault."""
    try:
        with file.open("rb") as stream:
            for kept in records(stream):
                item = found_record(kept, file, name)
                if item is not None:
                    yield item
    except CutError as error:
        yield Found(f"{name}#{error.number}", file, fault=str(error))


def found_record(kept: Kept, file: Path, name: str) -> Found | None:
    """A record as what was found; None for those that tell only about others."""
    name = f"{name}#{kept.number}"
    if kept.kind in UNREAD_KINDS:
        return Found(name, file, passed_over=UNREAD_KINDS[kept.kind])
    if kept.kind not in {"response", "resource"} or not kept.url.startswith(("http://", "https://")):
        return None
    page = page_of(kept)
    reason = passed_over(page)
    if reason:
        return Found(name, file, passed_over=reason)
    return Found(name, file, page, digest=kept.digest, part_of_page=not is_document(page))


def page_of(kept: Kept) -> Page:
    """The page that a record keeps."""
    return Page(
        url=kept.url,
        body=kept.body,
        status=kept.status,
        fetched_at=kept.fetched_at,
        content_type=kept.header("Content-Type"),
        headers={header.lower(): value for header, value in reversed(kept.headers)},
        platform=kept.platform,
        cut_short=kept.cut_short,
        saved=kept.saved,
    )
