"""The records that every part passes on: Count, Moment, Post, Profile, and the ten outcomes of a page.

The contract is in docs/reference/records.md. ``None`` always means "not shown", never 0.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, fields
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from operator import attrgetter
from typing import Any, Literal

from extractors.values.text import UNSEEN

Precision = Literal["second", "minute", "hour", "day", "month", "year"]
PostKind = Literal["post", "article", "video", "photo", "story", "comment", "listing", "review", "question"]


class Outcome(enum.StrEnum):
    """How the reading of one page ended; every page ends in exactly one."""

    OK = "ok"
    PARTIAL = "partial"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    WALL = "wall"
    LIMITED = "limited"
    GONE = "gone"
    DENIED = "denied"
    DRIFT = "drift"
    FAILED = "failed"


MOST = 10**15
"""More than any platform counts, and less than any database's whole numbers end at."""


@dataclass(frozen=True, slots=True)
class Count:
    """The interval that a shown number allows; ``high`` None means no upper bound, ``shown`` is the page's own text."""

    low: int
    high: int | None
    shown: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no counter shows: a page that says so says nothing."""
        if not 0 <= self.low <= MOST or (self.high is not None and not self.low <= self.high <= 2 * MOST):
            raise ValueError(f"no count: {str(self.low)[:40]} to {str(self.high)[:40]}")

    @property
    def exact(self) -> bool:
        """Whether the page told one number."""
        return self.low == self.high

    @property
    def best(self) -> int:
        """The number as shown; the lower bound where there is no upper one."""
        if self.high is None:
            return self.low
        # low = v - u/2 and high = v + u - 1, so the interval is 3u/2 wide and v lies a third into it.
        return self.low + (self.high - self.low + 1) // 3

    def as_json(self) -> int | dict[str, Any]:
        """The number where it is exact, else shown, low and high."""
        if self.exact:
            return self.low
        return {"shown": self.shown, "low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC, as precise as the page told it; parts below the precision are zero."""

    at: datetime
    precision: Precision = "second"

    def __post_init__(self) -> None:
        """Refuse a time without zone, which would silently be read as UTC, and one at the ends of what can be written."""
        if self.at.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {self.at!r}")
        if not MINYEAR < self.at.year < MAXYEAR:
            raise ValueError(f"no time: {self.at!r}")

    def as_json(self) -> str:
        """ISO 8601 in UTC; a day, month or year is written as such."""
        at = self.at.astimezone(UTC)
        shapes = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
        return at.strftime(shapes.get(self.precision, "%Y-%m-%dT%H:%M:%SZ"))


COUNT_NAMES = ("likes", "comments", "shares", "quotes", "saves", "recommends", "views", "sold", "watchers", "bids")
"""A post's counts."""
PROFILE_COUNT_NAMES = ("followers", "following", "posts", "likes", "views")
"""A profile's counts."""


def check(record: Record) -> None:
    """Refuse a value of another type than its field's, so that a page that changed is told and not stored.

    Characters that are not to be seen, or that no database takes, are taken out of texts.
    """
    kinds, values = KINDS[type(record)]
    for (name, kind), value in zip(kinds, values(record), strict=True):
        if value is None:
            continue
        if not isinstance(value, kind):
            raise ValueError(f"{name} is no {kind.__name__}: {str(value)[:40]!r}")
        # Most texts are of printable characters only, which is told at once; a line break is none.
        if isinstance(value, str) and not value.isprintable() and UNSEEN.search(value):
            object.__setattr__(record, name, UNSEEN.sub("", value))
    for name in ("hashtags", "links") if isinstance(record, Post) else ():
        items = getattr(record, name)
        if not all(isinstance(item, str) for item in items):
            raise ValueError(f"{name} holds what is no str")
        if any(map(UNSEEN.search, items)):
            object.__setattr__(record, name, tuple(UNSEEN.sub("", item) for item in items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Anything published. Field by field as in docs/reference/records.md; texts are plain, times are UTC."""

    platform: str
    kind: PostKind = "post"
    id: str | None = None
    url: str | None = None
    author: str | None = None
    author_id: str | None = None
    author_name: str | None = None
    title: str | None = None
    text: str | None = None
    published_at: Moment | None = None
    edited_at: Moment | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    quotes: Count | None = None
    saves: Count | None = None
    recommends: Count | None = None
    views: Count | None = None
    price: str | None = None
    currency: str | None = None
    sold: Count | None = None
    watchers: Count | None = None
    bids: Count | None = None
    rating: str | None = None
    rating_scale: str | None = None
    in_reply_to: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    hashtags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    language: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        """Refuse values of a wrong type."""
        check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An account, channel or community at the moment of fetching."""

    platform: str
    handle: str | None = None
    id: str | None = None
    url: str | None = None
    name: str | None = None
    text: str | None = None
    verified: bool | None = None
    joined_at: Moment | None = None
    followers: Count | None = None
    following: Count | None = None
    posts: Count | None = None
    likes: Count | None = None
    views: Count | None = None

    def __post_init__(self) -> None:
        """Refuse values of a wrong type."""
        check(self)


Record = Post | Profile


def kinds_of(made: type) -> tuple[tuple[tuple[str, type], ...], attrgetter[tuple[Any, ...]]]:
    """The type of each field of a record, and what gets their values at once, since every record is checked."""
    kinds = tuple(
        (item.name, kind)
        for kind in (Count, Moment, bool, tuple, str)
        for item in fields(made)
        if str(item.type).startswith(kind.__name__)
    )
    return kinds, attrgetter(*(name for name, _ in kinds))


KINDS = {made: kinds_of(made) for made in (Post, Profile)}


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that stood on the page and could not be read, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a page leads to, for the walk: ``role`` says what lies behind it."""

    role: Literal["next", "thread", "comments", "profile", "posts", "post"]
    url: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page says: its outcome, its records, and where it leads.

    ``missing`` is how many records the page itself says lie beyond what can be reached (a cap), 0 if none.
    """

    outcome: Outcome
    reason: str | None = None
    records: tuple[Record, ...] = ()
    unread: tuple[Unread, ...] = ()
    links: tuple[Link, ...] = field(default=(), compare=False)
    missing: int = 0

    @property
    def posts(self) -> tuple[Post, ...]:
        """The posts among the records."""
        return tuple(record for record in self.records if isinstance(record, Post))

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles among the records."""
        return tuple(record for record in self.records if isinstance(record, Profile))


def as_json(record: Record) -> dict[str, Any]:
    """One record as ``scrapy read`` prints it: keys in order, those without a value left out."""
    shown: dict[str, Any] = {"record": "post" if isinstance(record, Post) else "profile"}
    for item in fields(record):
        value = getattr(record, item.name)
        if value is None or value in ("", ()):
            continue
        if isinstance(value, Count | Moment):
            shown[item.name] = value.as_json()
            if isinstance(value, Moment) and item.name == "published_at" and value.precision != "second":
                shown["published_precision"] = value.precision
        else:
            shown[item.name] = list(value) if isinstance(value, tuple) else value
    return shown
