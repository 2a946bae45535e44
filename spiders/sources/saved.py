"""A page saved as one file: with a meta file beside it, or as a browser or SingleFile saved it.

Source: https://github.com/gildas-lormeau/SingleFile (the comment at the top of what it saves);
"saved from url" is the mark of the web that Chromium and Edge write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from spiders.page import MAX_BODY_BYTES, Page, UnreadableError
from spiders.sources import Found
from spiders.sources.meta import MetaError, meta_beside

HEAD_BYTES = 64 * 1024
SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile(.{0,20000}?)-->", re.DOTALL)
SINGLE_FILE_URL = re.compile(rb"^\s*url:\s*(\S+)", re.MULTILINE)
SINGLE_FILE_DATE = re.compile(rb"^\s*saved date:\s*([^(\r\n]+)", re.MULTILINE)
SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")
TYPES: Mapping[str, str] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".xml": "text/xml",
    ".txt": "text/plain",
}
NO_ADDRESS = "its address is not known: give --url, or write it into NAME.meta.json beside the page"


def found(file: Path, name: str, url: str | None = None, fetched_at: datetime | None = None) -> Found:
    """The page in one file; what is given beats the meta file, which beats what the page says of itself."""
    try:
        meta = meta_beside(file)
    except MetaError as error:
        return Found(name, file, fault=str(error))
    body = read_limited(file)
    page = Page(
        url=url or (meta.url if meta else ""),
        body=body,
        status=meta.status if meta else 200,
        fetched_at=fetched_at or (meta.fetched_at.astimezone(UTC) if meta and meta.fetched_at else None),
        content_type=(meta.content_type if meta else None) or TYPES.get(file.suffix.lower()),
        platform=meta.platform if meta else None,
        saved=meta is None,
    )
    if meta is None:
        page = with_own_words(page)
    if not page.url:
        return Found(name, file, fault=NO_ADDRESS)
    return Found(name, file, page)


def read_limited(file: Path) -> bytes:
    """A file's bytes, one more than may be parsed at most: the page then ends as too large."""
    with file.open("rb") as stream:
        return stream.read(MAX_BODY_BYTES + 1)


def with_own_words(page: Page) -> Page:
    """A saved HTML page with the address and the time that it tells itself, where none are known."""
    from dataclasses import replace

    address, saved_at = marks(page.body[:HEAD_BYTES])
    if not page.url and address is None and not page.looks_json and len(page.body) <= MAX_BODY_BYTES:
        address = canonical_of(page)
    return replace(page, url=page.url or address or "", fetched_at=page.fetched_at or saved_at)


def marks(head: bytes) -> tuple[str | None, datetime | None]:
    """Address and time in the comment that the saving program left at the top."""
    single = SINGLE_FILE.search(head)
    if single:
        address, date = SINGLE_FILE_URL.search(single[1]), SINGLE_FILE_DATE.search(single[1])
        return _web(address[1]) if address else None, _javascript_date(date[1]) if date else None
    saved_from = SAVED_FROM.search(head)
    return (_web(saved_from[1]) if saved_from else None), None


def canonical_of(page: Page) -> str | None:
    """The address that an HTML page names as its own."""
    try:
        for element in page.tree.iter("link"):
            if "canonical" in (element.get("rel") or "").lower().split():
                return _web((element.get("href") or "").encode())
        return _web(page.metas.get("og:url", "").encode())
    except UnreadableError:
        return None


def _web(address: bytes) -> str | None:
    """An absolute web address, or None."""
    text = address.decode("utf-8", "replace").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.hostname else None


def _javascript_date(date: bytes) -> datetime | None:
    """A time as JavaScript's Date prints it: ``Tue Mar 03 2026 10:11:12 GMT+0100``."""
    try:
        return datetime.strptime(date.decode("ascii").strip(), "%a %b %d %Y %H:%M:%S GMT%z").astimezone(UTC)
    except ValueError:
        return None
