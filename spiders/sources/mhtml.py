"""A page saved by Chromium or Edge as MHTML: the first HTML part, with the address and time in the head.

Source: RFC 2557; Chromium writes Snapshot-Content-Location and Date.
"""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from spiders.page import MAX_BODY_BYTES, Page
from spiders.sources import Found
from spiders.sources.meta import MetaError, meta_beside
from spiders.sources.saved import NO_ADDRESS

MAX_FILE_BYTES = 8 * MAX_BODY_BYTES
"""Pictures stand in the same file; a larger one is not opened."""


def found(file: Path, name: str, url: str | None = None, fetched_at: datetime | None = None) -> Found:
    """The page in an MHTML file; what is given beats the meta file, which beats the file's own head."""
    try:
        meta = meta_beside(file)
    except MetaError as error:
        return Found(name, file, fault=str(error))
    if file.stat().st_size > MAX_FILE_BYTES:
        return Found(name, file, fault=f"larger than {MAX_FILE_BYTES // 1024 // 1024} MiB")
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.compat32)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    if part is None:
        return Found(name, file, fault="holds no HTML part; save the page again as MHTML")
    body = part.get_payload(decode=True)
    address = url or (meta.url if meta else None) or header(message, "Snapshot-Content-Location")
    address = address or header(part, "Content-Location")
    if not address.startswith(("http://", "https://")):
        return Found(name, file, fault=NO_ADDRESS)
    page = Page(
        url=address,
        body=body if isinstance(body, bytes) else b"",
        fetched_at=fetched_at or (meta.fetched_at if meta else None) or date_of(message),
        content_type="text/html; charset=" + (part.get_content_charset() or "utf-8"),
        platform=meta.platform if meta else None,
        saved=True,
    )
    return Found(name, file, page)


def header(message: Message, name: str) -> str:
    """A header folded to one line, empty where it lacks."""
    return "".join(str(message.get(name) or "").split())


def date_of(message: Message) -> datetime | None:
    """When the page was saved."""
    try:
        saved_at = parsedate_to_datetime(str(message.get("Date")))
    except ValueError:
        return None
    # "-0000" is UTC of an unknown zone: the moment stands.
    return saved_at.astimezone(UTC) if saved_at.tzinfo else saved_at.replace(tzinfo=UTC)
