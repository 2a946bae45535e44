"""A page's skeleton: cut down and reworded as far as it still reads in the same shape, told by reading it again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from extractors.records import Count, Moment, Outcome, Post, Reading
from spiders.base import platforms, read
from spiders.page import Page
from spiders.recording.documents import Document, document_of
from spiders.recording.words import COMMON, Inventor, words_of_readers

READABLE = frozenset({Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY, Outcome.WALL, Outcome.GONE, Outcome.LIMITED})
MOST_KEPT = 200
ID_FIELDS = ("id", "author_id", "in_reply_to", "repost_of", "quote_of", "author", "handle")
SHORTEST_ID = 5
SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A test case: the page, its ending, and the words that stand as they were because the reading needs them."""

    page: Page
    ending: str
    platform: str
    kept: tuple[str, ...]


class Budget:
    """How long a page may be tried."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def spent(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.until


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether a page still reads as it did."""

    same: Callable[[], bool]
    budget: Budget

    def __call__(self) -> bool:
        """Read it again."""
        return self.same()

    def spent(self) -> bool:
        """Whether the time is over."""
        return self.budget.spent()


def skeleton(page: Page, seconds: float = SECONDS) -> Skeleton:
    """The skeleton of a page; raises UnreadableError for one of which no tree can be made.

    A page that drifted is not cut, since nothing tells which of its parts are the new layout.
    """
    platform, reading = read(page)
    if platform is None:
        raise LookupError("no platform knows this page; name it with --platform")
    budget = Budget(seconds)
    document = document_of(page)
    document.trim()
    made = replace(page, body=document.body(None), content_type=as_utf8(page.content_type))
    trimmed = read(made)[1]
    if trimmed.outcome is not reading.outcome:
        document = document_of(page)
        made = replace(made, body=document.body(None))
        trimmed = read(made)[1]
    if trimmed.outcome in READABLE:
        wanted = exactly(trimmed)
        document.prune(Trial(lambda: exactly(read(replace(made, body=document.body(None)))[1]) == wanted, budget))
    inventor, body, url = reword(document, made, platform, ids_in(trimmed), budget)
    kept = inventor.kept - words_of_readers(platform)
    page = replace(made, url=url, body=body, headers={}, platform=platform if needs_name(made, url, body) else None)
    return Skeleton(page, document.ending, platform, tuple(sorted(kept)))


def ids_in(reading: Reading) -> frozenset[str]:
    """The ids that a reading tells, too short to be taken for ids by their look."""
    told = (getattr(record, name, None) for record in reading.records for name in ID_FIELDS)
    return frozenset(
        word for value in told if value for word in re.findall(r"[^\W_]+", value) if len(word) >= SHORTEST_ID
    )


def reword(
    document: Document, page: Page, platform: str, ids: frozenset[str], budget: Budget
) -> tuple[Inventor, bytes, str]:
    """The words that may be invented without changing the reading's shape; returns what stands then."""
    hosts = platforms()[platform].domains
    wanted = shape(read(replace(page, body=document.body(None)))[1])
    kept = words_of_readers(platform)

    def tried(kept: frozenset[str]) -> tuple[bool, Inventor, bytes, str]:
        inventor = Inventor(kept, hosts, ids)
        url, body = inventor.text(page.url), document.body(inventor)
        # A host that the address alone can't tell any more is named, as the meta file will name it.
        again = replace(page, url=url, body=body, platform=platform)
        return shape(read(again)[1]) == wanted, inventor, body, url

    same, inventor, body, url = tried(kept)
    words = list(inventor.met)
    for _ in range(MOST_KEPT):
        if same or budget.spent():
            break
        # The shortest run of words from the start whose invention changes the shape ends in one that must stay.
        low, high = 0, len(words)
        while low < high:
            middle = (low + high) // 2
            if tried(kept | frozenset(words[middle:]))[0]:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            break
        kept |= {words[low - 1]}
        same, inventor, body, url = tried(kept)
    return inventor, body, url


def exactly(reading: Reading) -> Any:
    """All that a reading says."""
    return reading.outcome, reading.reason, reading.records, reading.unread


def shape(reading: Reading) -> Any:
    """What a reading says but for its words: which keys each record has, its numbers and its times."""
    return (
        reading.outcome,
        None if reading.outcome in {Outcome.OK, Outcome.PARTIAL} else reading.reason,
        len(reading.unread),
        [record_shape(record) for record in reading.records],
    )


def record_shape(record: Any) -> Any:
    """A record's keys, numbers and times."""
    names = record.__dataclass_fields__
    values = {name: getattr(record, name) for name in names}
    return (
        isinstance(record, Post),
        getattr(record, "kind", None),
        [name for name, value in values.items() if value not in (None, "", ())],
        [
            (value.low, value.high) if isinstance(value, Count) else (value.at.date(), value.precision)
            for value in values.values()
            if isinstance(value, Count | Moment)
        ],
    )


def needs_name(page: Page, url: str, body: bytes) -> bool:
    """Whether address and page alone no longer tell the platform."""
    return read(replace(page, url=url, body=body, platform=None))[0] != read(page)[0]


def as_utf8(content_type: str | None) -> str | None:
    """A content type whose charset is that of the skeleton."""
    if content_type is None:
        return None
    kind = content_type.partition(";")[0].strip()
    return f"{kind}; charset=utf-8" if "charset" in content_type.lower() else kind


def leaks(skeleton: Skeleton, reading: Reading) -> list[str]:
    """Texts of the original's records that still stand in the skeleton: for a person to take out."""
    text = skeleton.page.text.casefold()
    found: list[str] = []
    for record in reading.records:
        for name in ("author", "author_id", "author_name", "handle", "id", "name", "title", "text"):
            value = getattr(record, name, None)
            if (
                isinstance(value, str)
                and len(value) >= 6
                and value.casefold()[:60] in text
                and value.casefold() not in COMMON
            ):
                found.append(f"{name}: {value[:60]}")
    return list(dict.fromkeys(found))
