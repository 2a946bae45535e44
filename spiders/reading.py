"""From a page to its reading: what a reader may yield and raise, and how each page ends in one outcome."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from extractors.records import Count, Link, Outcome, Post, Profile, Reading, Record, Unread
from extractors.values.counts import exact
from extractors.values.text import UNSEEN
from spiders.page import MAX_BODY_BYTES, MAX_TAGS, Page, UnreadableError

Item = TypeVar("Item")
Wanted = TypeVar("Wanted")
Part = Record | Unread | Link
"""What a reader yields."""
SAME_SECONDS = 86_400
"""Times further apart than this are those of two posts."""
SAME_LETTERS = 12
"""Texts that begin otherwise are those of two posts; one may be cut short."""
NOTHING = "no record found"
"""The reason where a reader found no part missing, and no record."""

# A bare next() raises StopIteration, which a generator turns into RuntimeError.
READER_FAULTS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration, RuntimeError)
"""What a reader raises when a page is not laid out as it expects."""


class Ending(Exception):  # noqa: N818 - not an error: the page itself says how it ends
    """Raised by a reader or a screen where the page has an outcome other than its records."""

    def __init__(self, outcome: Outcome, reason: str | None = None) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome = outcome
        self.reason = reason


def wall(reason: str) -> Ending:
    """The platform wants something first: login, consent, captcha, bot-check, age, members, region."""
    return Ending(Outcome.WALL, reason)


def gone(reason: str) -> Ending:
    """The thing is not there: deleted, suspended, private, violation, expired, not-found."""
    return Ending(Outcome.GONE, reason)


def limited() -> Ending:
    """Too many requests."""
    return Ending(Outcome.LIMITED)


def drift(reason: str) -> Ending:
    """A part that the reader requires is missing or unreadable; ``reason`` names it."""
    return Ending(Outcome.DRIFT, reason)


def empty() -> Ending:
    """The page itself says that there is nothing."""
    return Ending(Outcome.EMPTY)


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader for the addresses whose ``host/path?query`` the pattern is found in; the first that fits reads."""

    pattern: str
    read: Callable[[Page], Reading | Iterable[Part]]

    def fits(self, page: Page) -> bool:
        """Whether this reader is for the page's address."""
        return not self.pattern or re.search(self.pattern, page.url.partition("://")[2]) is not None


def each(what: str, items: Iterable[Item], read: Callable[[Item], Record | Iterable[Part] | None]) -> Iterator[Part]:
    """Read items one by one; one that can't be read becomes Unread with its reason, one read as None is no record.

    An item that is gone or walled is no record either; where all are, the page ends as the first of them.
    """
    ended: list[Ending] = []
    blank = True
    for number, item in enumerate(items, 1):
        parts: tuple[Part, ...] = ()
        try:
            made = read(item)
            parts = (made,) if isinstance(made, Post | Profile) else tuple(made or ())
        except READER_FAULTS as error:
            parts = (Unread(f"{what} {number}", fault(error)),)
        except Ending as ending:
            ended.append(ending)
        blank = blank and not parts
        yield from parts
    if ended and blank:
        raise ended[0]


def need(holder: Any, key: str, kind: type[Wanted], *, blank: bool = False) -> Wanted:
    """The value of a key that a record must have; raises LookupError where it is missing, null, of another type.

    An empty text or object is refused too, unless ``blank``.
    """
    value = holder[key]
    if not isinstance(value, kind) or (value in ("", {}) and not blank) or (kind is int and isinstance(value, bool)):
        raise LookupError(key)
    return value


def dig(holder: Any, *path: str | int) -> Any:
    """The value at the end of a path of keys and positions; None where a part of it lacks or is of another shape."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(holder, list) or not -len(holder) <= step < len(holder):
                return None
            holder = holder[step]
        else:
            if not isinstance(holder, dict):
                return None
            holder = holder.get(step)
    return holder


def told(holder: Mapping[str, Any], name: str) -> Any:
    """The value of a name that answers write as ``like_count`` and pages as ``likeCount``; raises LookupError without it."""
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), name)
    return holder[camel] if camel in holder else holder[name]


def maybe(holder: Mapping[str, Any], name: str) -> Any:
    """The same, None where it lacks."""
    try:
        return told(holder, name)
    except LookupError:
        return None


def need_number(holder: Any, key: str) -> float:
    """The number of a key that a record must have; raises LookupError where it is missing or no number."""
    value = holder[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LookupError(key)
    return value


def need_count(holder: Any, key: str) -> Count:
    """The count of a key that a record must have, told as one number; raises LookupError where it is missing or null."""
    number = exact(holder[key])
    if number is None:
        raise LookupError(key)
    return number


def key_of(record: Record) -> tuple[Any, ...] | None:
    """What tells a record from the others of its page; None for one without id, handle and address."""
    if isinstance(record, Profile):
        name = record.id or record.handle
        return ("profile", name) if name else None
    name = record.id or record.url
    return ("comment" if record.kind == "comment" else "post", name) if name else None


def apart(one: Count | None, other: Count | None) -> bool:
    """Whether two counts can't be of one number."""
    if one is None or other is None:
        return False
    return (one.high is not None and one.high < other.low) or (other.high is not None and other.high < one.low)


def at_odds(first: Record, second: Record) -> bool:
    """Whether two records of one id can't be one thing: what told them apart is no longer read."""
    if isinstance(first, Profile) or isinstance(second, Profile):
        both = [record for record in (first, second) if isinstance(record, Profile)]
        handles = [record.handle.lower() for record in both if record.handle]
        names = {record.name for record in both if record.name}
        return len(set(handles)) > 1 or (len(handles) < len(both) and len(names) > 1)
    for name in ("title", "author_id", "author"):
        said, again = getattr(first, name), getattr(second, name)
        if said and again and said != again:
            return True
    if any(apart(getattr(first, name), getattr(second, name)) for name in ("likes", "comments", "views")):
        return True
    if first.text and second.text and first.text[:SAME_LETTERS] != second.text[:SAME_LETTERS]:
        return True
    one, other = first.published_at, second.published_at
    if one is None or other is None or one.precision != other.precision:
        return False
    return abs((one.at - other.at).total_seconds()) > SAME_SECONDS


def fault(error: Exception) -> str:
    """Name the part that a reader missed; where the error does not, the reader that missed it."""
    words = UNSEEN.sub("", str(error.args[0] if isinstance(error, KeyError) and error.args else error))[:200]
    bare = error.__cause__ if isinstance(error.__cause__, StopIteration) else error
    if isinstance(bare, IndexError | StopIteration) or "values to unpack" in words:
        return f"not one thing stands where {reader_of(bare)} looks for one"
    if isinstance(error, TypeError | AttributeError):
        return f"what {reader_of(error)} looks at is of another kind"
    return words or f"unreadable by {reader_of(error)}"


def reader_of(error: BaseException) -> str:
    """The name of the innermost function of the readers that an error passed through."""
    name, trace = "the reader", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "/spiders/" in code.co_filename.replace("\\", "/") and code.co_filename != __file__:
            name = code.co_qualname.partition(".<")[0]
        trace = trace.tb_next
    return name


def read_with(reader: Callable[[Page], Reading | Iterable[Part]], page: Page) -> Reading:
    """Run one reader over a page and settle the outcome; never raises for what a page holds.

    A record that stands on the page twice (an author beside each of his posts) is given once, as it came first.
    """
    seen: dict[tuple[Any, ...], Record] = {}
    records: list[Record] = []
    unread: list[Unread] = []
    links: list[Link] = []
    try:
        made = reader(page)
        if isinstance(made, Reading):
            return made
        for part in made:
            if isinstance(part, Unread):
                unread.append(part)
            elif isinstance(part, Link):
                links.append(part)
            else:
                key = key_of(part)
                if key is None or key not in seen:
                    records.append(part)
                elif at_odds(seen[key], part):
                    unread.append(Unread(f"{key[0]} {len(records) + len(unread) + 1}", "id"))
                if key is not None:
                    seen.setdefault(key, part)
    except Ending as ending:
        kept = tuple(records) if ending.outcome is Outcome.WALL else ()
        return Reading(ending.outcome, ending.reason, kept, links=tuple(links))
    except READER_FAULTS as error:
        return Reading(Outcome.DRIFT, fault(error))
    if records:
        outcome = Outcome.PARTIAL if unread else Outcome.OK
        return Reading(outcome, unread[0].reason if unread else None, tuple(records), tuple(unread), tuple(links))
    if links and not unread:
        return Reading(Outcome.OK, links=tuple(links))
    reason = unread[0].reason if unread else NOTHING
    return Reading(Outcome.DRIFT, reason, unread=tuple(unread))


def screen_status(page: Page) -> None:
    """Raise the ending that an HTTP status alone tells; statuses that a page may explain come after the platform's own screens."""
    status = page.status
    if status in {404, 410}:
        raise gone("not-found")
    if status in {401, 999}:
        raise wall("login")
    if status == 403:
        raise wall("bot-check")
    if status == 451:
        raise wall("region")
    if status >= 400 or status < 200:
        raise Ending(Outcome.FAILED, f"http-{status}")


def screen_transport(page: Page) -> None:
    """Raise the ending of a response that no reader may see: unchanged, limited, failed, cut short, too large."""
    if page.status == 304:
        raise Ending(Outcome.UNCHANGED)
    if page.status == 429:
        raise limited()
    if page.status >= 500 and page.status != 999:
        raise Ending(Outcome.FAILED, f"http-{page.status}")
    if page.cut_short:
        raise Ending(Outcome.FAILED, "cut-short")
    size = len(page.body)
    if size > MAX_BODY_BYTES or (size > MAX_TAGS and not page.looks_json and page.body.count(b"<") > MAX_TAGS):
        raise Ending(Outcome.FAILED, "too-large")


def read_page(page: Page, readers: Iterable[Reader], screen: Callable[[Page], Any] | None = None) -> Reading:
    """Read a page with a platform's readers, its own screen (walls, gone, limits) first; always returns a reading."""

    def reader(page: Page) -> Reading | Iterable[Part]:
        screen_transport(page)
        if screen is not None:
            screen(page)
        screen_status(page)
        for candidate in readers:
            if candidate.fits(page):
                return candidate.read(page)
        raise drift("address of no known layout")

    return read_with(reader, page)


__all__ = [
    "Ending",
    "Part",
    "Reader",
    "UnreadableError",
    "dig",
    "drift",
    "each",
    "empty",
    "gone",
    "limited",
    "maybe",
    "need",
    "need_count",
    "need_number",
    "read_page",
    "read_with",
    "told",
    "wall",
]
