"""Which answers among all that a browser or crawler fetched may be pages: HTML, JSON, XML, and scripts that are JSON."""

from __future__ import annotations

import re

from spiders.page import Page

TEXT_TYPES = re.compile(r"html|json|xml\b|xml;|text/plain")
JSON_GUARD = re.compile(rb"^(?:for\s*\(;;\);|while\s*\(1\);|\)\]\}'|var tumblr_api_read =)?\s*[\[{]")
"""JSON, with the words before it that keep it from being run as a script."""
KIND_NAMES = {
    "image": "images",
    "font": "fonts",
    "audio": "audio and video",
    "video": "audio and video",
    "text/css": "style sheets",
    "javascript": "scripts",
    "ecmascript": "scripts",
    "svg": "images",
    "mpegurl": "audio and video",
    "dash+xml": "audio and video",
    "font-": "fonts",
    "wasm": "scripts",
}


def passed_over(page: Page) -> str | None:
    """Why an answer is no page to be read, as a plural that can be counted; None where it may be one."""
    if page.status in {301, 302, 303, 307, 308}:
        return "redirects"
    if page.status < 200:
        return "requests without an answer"
    content_type = (page.content_type or "").lower()
    if "manifest+json" in content_type:
        return "other files"
    name = next((name for part, name in KIND_NAMES.items() if part in content_type), None)
    if name == "scripts" and JSON_GUARD.match(page.body[:256].lstrip(b"\xef\xbb\xbf \t\r\n")):
        return None
    if name:
        return name
    if page.status in {204, 205}:
        return "empty answers"
    if TEXT_TYPES.search(content_type) or looks_like_text(page.body[:256]):
        return None
    # A status alone can tell how it ended (304, 404, 429), whatever came with it.
    return None if not content_type and not page.body and page.status >= 300 else "other files"


def looks_like_text(head: bytes) -> bool:
    """Whether an answer of another or no type begins as HTML, XML or JSON does."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{", b"["}


def is_document(page: Page) -> bool:
    """Whether an answer is a page of its own rather than what a script asked for, as far as its type tells."""
    content_type = (page.content_type or "").lower()
    return "html" in content_type or ("rss" in content_type or "atom" in content_type or not content_type)
