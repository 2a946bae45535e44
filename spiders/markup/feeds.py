"""Feeds as every platform has them: RSS, Atom and JSON Feed, read into entries of one form.

Source: https://feedparser.readthedocs.io/ and https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractors.records import Moment
from extractors.values.dates import local
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.markup.entries import Entry as Entry
from spiders.markup.entries import entries_of, well_formed
from spiders.page import Page
from spiders.reading import drift, empty

AROUND = frozenset({"image", "textinput", "author", "contributor", "owner", "cloud", "skiphours", "skipdays", "rating"})
"""Elements of a channel that have parts of their own without being entries."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries in order, its language, its title, and the address of its next page where it names one."""

    entries: tuple[Entry, ...]
    language: str | None = None
    title: str | None = None
    link: str | None = None
    next: str | None = None


def parse(page: Page) -> Feed:
    """The feed that a page is; raises its ending where it is none (drift), or has no entries (empty, or drift)."""
    feed = _from_json(page) if page.looks_json else _from_xml(page)
    if not feed.entries:
        raise empty()
    return feed


def _from_xml(page: Page) -> Feed:
    root = well_formed(page.body)
    found = entries_of(root) if root is not None else None
    entries, about = found if found and found[0] else _by_feedparser(page)
    links = [link.get("href") for link in about.get("links") or () if link.get("rel") == "next"]
    return Feed(
        tuple(entries),
        about.get("language") or None,
        one_line(about.get("title")),
        about.get("link"),
        page.absolute(links[0]) if links and links[0] else None,
    )


def _by_feedparser(page: Page) -> tuple[list[Entry], dict[str, Any]]:
    """The entries of a feed that is broken, old, or has none of a known name."""
    import feedparser

    charset = (page.content_type or "").lower().partition("charset=")[2]
    headers = {"content-type": f"application/xml{'; charset=' + charset if charset else ''}"}
    # A bytes object would be tried as a file's name first; a stream is not.
    parsed = feedparser.parse(
        io.BytesIO(page.body.lstrip()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.version and not parsed.entries:
        raise drift("feed")
    if not parsed.entries and (parsed.bozo or _holds_entries(page)):
        raise drift("entries of the feed")
    return [dict(entry) for entry in parsed.entries], dict(parsed.feed)


def _holds_entries(page: Page) -> bool:
    """Whether a feed without known entries has parts that look like entries of another name."""
    import lxml.etree

    parser = lxml.etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = lxml.etree.fromstring(page.body.lstrip(), parser)
    for part in () if root is None else root.iter():
        name = lxml.etree.QName(part).localname.lower() if isinstance(part.tag, str) else ""
        if part.getparent() is not None and name not in AROUND | {"channel", "feed"} and len(part) > 1:
            return True
    return False


def _from_json(page: Page) -> Feed:
    about = page.json
    if not isinstance(about, dict) or "jsonfeed.org" not in str(about.get("version")):
        raise drift("feed")
    if not isinstance(about["items"], list):
        raise drift("items of the feed")
    return Feed(
        tuple(_json_entry(item) for item in about["items"] if isinstance(item, dict)),
        about.get("language"),
        about.get("title"),
        about.get("home_page_url"),
        about.get("next_url"),
    )


def _json_entry(item: Mapping[str, Any]) -> Entry:
    """An item of a JSON Feed under feedparser's names; ``lacks`` names what it must have and has not."""
    authors = item.get("authors") or ([item["author"]] if item.get("author") else [])
    text, markup = item.get("content_text"), item.get("content_html") or item.get("summary")
    number = item.get("id")
    if isinstance(number, int | float):
        number = str(number)
    return {
        "id": number,
        "lacks": None if isinstance(number, str) and number else "id",
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "title_detail": {"type": "text/plain"},
        "content": [{"type": "text/plain" if text and not markup else "text/html", "value": markup or text}],
        "author": authors[0].get("name") if authors else None,
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "language": item.get("language"),
        "tags": [{"term": tag} for tag in item.get("tags") or ()],
    }


def title_of(entry: Entry) -> str | None:
    """An entry's title on one line, without markup where it has some."""
    title = entry.get("title")
    if title is not None and "html" not in (entry.get("title_detail") or {}).get("type", "html"):
        return " ".join(tidy(title).split()) or None
    return one_line(title)


def markup_of(entry: Entry) -> tuple[str | None, str]:
    """An entry's longest body, its content or else its summary, and the body's type."""
    bodies = [*(entry.get("content") or ()), {"value": entry.get("summary")} | dict(entry.get("summary_detail") or {})]
    body = max(bodies, key=lambda body: len(body.get("value") or ""))
    return body.get("value"), body.get("type") or "text/html"


def text_of(entry: Entry) -> str | None:
    """An entry's body as plain text."""
    value, kind = markup_of(entry)
    return (tidy(value) if value and kind == "text/plain" else plain_text(value)) or None


def author_of(entry: Entry) -> str | None:
    """The shown name of an entry's author."""
    detail = entry.get("author_detail") or {}
    return one_line(detail.get("name") or entry.get("author"))


def time_of(entry: Entry, key: str, language: str | None) -> Moment | None:
    """An entry's time under ``published`` or ``updated``; raises ValueError for one that is no time in any known form."""
    text = entry.get(key)
    if not text:
        return None
    try:
        return moment(text)
    except ValueError:
        read = local(text, language) or local(text, None)
        if read is None:
            raise
        return read
