"""Pages in a HAR file, as the network panel of Chromium, Firefox or Safari saves it.

Source: http://www.softwareishard.com/blog/har-12-spec/ and, for the fields that begin with an underscore, Chromium's
DevTools. What a browser decoded stands there decoded: the headers of its compression no longer hold.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import ijson

from spiders.page import MAX_BODY_BYTES, Page
from spiders.sources import Found
from spiders.sources.kinds import is_document, passed_over

DOCUMENT_TYPES = {"document", "iframe"}
NOT_PAGES = {"image": "images", "font": "fonts", "stylesheet": "style sheets", "media": "audio and video"}
NO_CONTENT = "answers without content (save the HAR with content, and with the panel open from the start)"
MAX_ENTRY_CHARS = 2 * MAX_BODY_BYTES
MAX_ENTRY_BYTES = 256 * 1024 * 1024
FIRST_BYTES = 64 * 1024


def found(file: Path, name: str) -> Iterator[Found]:
    """Every page of the file in order, one entry at a time; a file cut short gives what it has, then its fault."""
    number = 0
    with file.open("rb") as stream:
        fault = no_har(stream)
        if fault:
            yield Found(name, file, fault=fault)
            return
        metered = Metered(stream)
        entries = ijson.items(metered, "log.entries.item", use_float=True)
        while True:
            number += 1
            metered.left = MAX_ENTRY_BYTES
            try:
                entry = next(entries, None)
            except (ijson.JSONError, ValueError, RecursionError) as error:
                yield Found(f"{name}#{number}", file, fault=f"{explain(error)} in entry {number}: save the HAR again")
                return
            if entry is None:
                break
            yield found_entry(entry, file, f"{name}#{number}")
    if number == 1:
        yield Found(name, file, fault="holds no entry; save the HAR after the page has been loaded")


class Metered:
    """A stream that refuses to give more than one entry may be large."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.left = MAX_ENTRY_BYTES

    def read(self, size: int = -1) -> bytes:
        """Bytes of the entry."""
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise ValueError("more than 256 MiB")
        return data


def explain(error: Exception) -> str:
    """What broke a file, in words."""
    if isinstance(error, ijson.IncompleteJSONError):
        return "cut short"
    return "no valid JSON" if isinstance(error, ijson.JSONError) else str(error)


def no_har(stream: IO[bytes]) -> str | None:
    """Why a file is no HAR at all, told by its first bytes; None where it may be one."""
    head = stream.read(FIRST_BYTES)
    stream.seek(3 if head.startswith(b"\xef\xbb\xbf") else 0)
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or b'"log"' not in head:
        return "is no HAR: it should be JSON that begins with a log"
    return None


def found_entry(entry: Any, file: Path, name: str) -> Found:
    """One entry as what was found; anything that is not as the format has it is a fault of this entry alone."""
    try:
        kind = str(entry.get("_resourceType") or "").lower()
        if kind in NOT_PAGES:
            return Found(name, file, passed_over=NOT_PAGES[kind])
        page = page_of(entry)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return Found(name, file, fault=f"entry can't be read: {error}")
    if not page.url.startswith(("http://", "https://")):
        return Found(name, file, passed_over="addresses other than http")
    reason = passed_over(page)
    if reason is None and not page.body and (has_content(entry) or page.status == 200):
        reason = NO_CONTENT
    if reason:
        return Found(name, file, passed_over=reason)
    return Found(name, file, page, part_of_page=kind not in DOCUMENT_TYPES if kind else not is_document(page))


def page_of(entry: Mapping[str, Any]) -> Page:
    """The page that an entry's answer is; raises KeyError, TypeError or ValueError where it is none."""
    response, content = entry["response"], entry["response"].get("content") or {}
    body = body_of(content)
    status = int(response["status"])
    if status == 304 and body:
        # The browser showed what it had kept: that is what the person saw.
        status = 200
    headers = {
        str(header["name"]).lower(): str(header["value"])
        for header in reversed(response.get("headers") or ())
        if not str(header["name"]).startswith(":")
        and str(header["name"]).lower() not in {"content-encoding", "content-length", "transfer-encoding"}
    }
    return Page(
        url=str(entry["request"]["url"]),
        body=body,
        status=status,
        fetched_at=answered_at(entry),
        content_type=headers.get("content-type") or str(content.get("mimeType") or "") or None,
        headers=headers,
    )


def body_of(content: Mapping[str, Any]) -> bytes:
    """The bytes of an entry's content, at most one more than may be parsed; raises ValueError for broken base64."""
    text = content.get("text")
    if not text:
        return b""
    text = str(text)[:MAX_ENTRY_CHARS]
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4))[: MAX_BODY_BYTES + 1]
        except binascii.Error as error:
            raise ValueError("content is no base64") from error
    return text.encode("utf-8", "replace")[: MAX_BODY_BYTES + 1]


def has_content(entry: Mapping[str, Any]) -> bool:
    """Whether an entry says that there was a body, though it may not be there."""
    size = (entry["response"].get("content") or {}).get("size")
    return isinstance(size, int | float) and size > 0


def answered_at(entry: Mapping[str, Any]) -> datetime | None:
    """When the answer was there: the start of the request and the time that it took."""
    try:
        began = datetime.fromisoformat(str(entry["startedDateTime"]))
        took = float(entry.get("time") or 0)
    except (KeyError, ValueError, TypeError):
        return None
    if began.tzinfo is None:
        return None
    took = took if 0 < took < 3_600_000 else 0
    return (began + timedelta(milliseconds=took)).astimezone(UTC)
