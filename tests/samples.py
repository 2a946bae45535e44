"""Invented pages and files of pages, for tests of what takes them in."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.archive import Archive, Exchange

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STATUS_URL = "https://social.example/api/v1/statuses/113300000000000002"


def status(number: int = 2, likes: int = 7) -> dict[str, Any]:
    """A Mastodon status."""
    return {
        "id": f"11330000000000000{number}",
        "created_at": "2026-03-01T18:00:05.000Z",
        "url": f"https://social.example/@ada/11330000000000000{number}",
        "uri": f"https://social.example/users/ada/statuses/11330000000000000{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": likes,
        "content": "<p>Kahvia is out</p>",
        "in_reply_to_id": None,
        "language": "en",
        "reblog": None,
        "edited_at": None,
        "tags": [],
        "mentions": [],
        "media_attachments": [],
        "account": account(),
    }


def account() -> dict[str, Any]:
    """A Mastodon account."""
    return {
        "id": "101",
        "acct": "ada",
        "username": "ada",
        "display_name": "Ada Example",
        "url": "https://social.example/@ada",
        "note": "<p>Tests</p>",
        "created_at": "2020-01-01T00:00:00.000Z",
        "followers_count": 345,
        "following_count": 10,
        "statuses_count": 99,
    }


def status_body(number: int = 2, likes: int = 7) -> bytes:
    """A status as its server sends it."""
    return json.dumps(status(number, likes)).encode()


def status_url(number: int = 2) -> str:
    """Where a status is."""
    return f"https://social.example/api/v1/statuses/11330000000000000{number}"


def har_entry(
    url: str, body: bytes | None, *, mime: str = "application/json", text: bool = True, **changes: Any
) -> dict[str, Any]:
    """An entry as Chromium saves it; ``changes`` go into the answer."""
    content: dict[str, Any] = {"size": len(body or b""), "mimeType": mime, "compression": 120}
    if body is not None:
        content |= {"text": body.decode()} if text else {"text": base64.b64encode(body).decode(), "encoding": "base64"}
    answer = {
        "status": 200,
        "statusText": "",
        "httpVersion": "http/2.0",
        "headers": [
            {"name": ":status", "value": "200"},
            {"name": "content-type", "value": mime},
            {"name": "content-encoding", "value": "br"},
            {"name": "set-cookie", "value": "session=secret"},
        ],
        "cookies": [{"name": "session", "value": "secret"}],
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_transferSize": 321,
    }
    return {
        "startedDateTime": "2026-03-02T10:29:58.500+01:00",
        "time": 1600.25,
        "request": {"method": "GET", "url": url, "httpVersion": "http/2.0", "headers": [{"name": "cookie", "value": "session=secret"}], "queryString": [], "cookies": []},
        "response": answer | changes,
        "cache": {},
        "timings": {"wait": 1.5},
        "_resourceType": "fetch",
    }  # fmt: skip


def write_har(file: Path, entries: list[dict[str, Any]]) -> Path:
    """A HAR file."""
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": [], "entries": entries}
    file.write_text(json.dumps({"log": log}), "utf-8")
    return file


def write_warc(file: Path, pages: list[tuple[str, bytes, str]], at: datetime = AT) -> Path:
    """A WARC file of addresses, bodies and content types."""
    with Archive(file.parent / "made") as archive:
        for url, body, content_type in pages:
            headers = [("Content-Type", content_type), ("Set-Cookie", "session=secret")]
            archive.write(Exchange(url=url, fetched_at=at, status=200, headers=headers, body=body))
    (made,) = (file.parent / "made").iterdir()
    made.rename(file)
    (file.parent / "made").rmdir()
    return file
