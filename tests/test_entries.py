"""The quick reading of well-formed feeds says what feedparser says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spiders.markup import feeds
from spiders.markup.entries import Entry, entries_of, well_formed
from spiders.page import Page
from spiders.sources import found_in
from tests.test_pages import recorded

FEEDS = [param for param in recorded() if param.values[0].suffix == ".xml"]
SAME = ("id", "published", "comments", "slash_comments", "thr_total", "im_rating", "yt_videoid", "media_statistics")


def told(entry: Entry, language: str | None) -> dict[str, Any]:
    texts = {"title": feeds.title_of(entry), "text": feeds.text_of(entry), "author_name": feeds.author_of(entry)}
    tags = [tag.get("term") for tag in entry.get("tags") or ()]
    # feedparser takes an id for a link where an entry has none, whatever it looks like.
    texts["link"] = None if entry.get("link") == entry.get("id") else entry.get("link")
    return texts | {name: entry.get(name) or None for name in SAME} | {"tags": tags, "language": language}


def differences(page: Page) -> list[str]:
    """What the two readings say differently; none for a feed that only feedparser reads."""
    root = well_formed(page.body)
    quick = entries_of(root) if root is not None else None
    if not quick or not quick[0]:
        return []
    slow, about = feeds._by_feedparser(page)
    assert len(slow) == len(quick[0])
    found = []
    for number, (one, other) in enumerate(zip(quick[0], slow, strict=True), 1):
        ours, theirs = told(one, quick[1].get("language")), told(other, about.get("language"))
        found += [
            f"entry {number}: {key}: {ours[key]!r}, feedparser {theirs[key]!r}"
            for key in ours
            if ours[key] != theirs[key]
        ]
    return found


@pytest.mark.parametrize("file", FEEDS)
def test_a_recorded_feed_reads_as_feedparser_reads_it(file: Path) -> None:
    (found,) = found_in(file)
    assert found.page is not None
    assert differences(found.page) == []


def test_a_captured_feed_reads_as_feedparser_reads_it(shared: Path) -> None:
    wrong = {}
    for found in found_in(shared / "captures"):
        if found.page is not None and found.file.suffix == ".xml":
            wrong[found.name] = differences(found.page)[:3]
    assert {name: lines for name, lines in wrong.items() if lines} == {}
