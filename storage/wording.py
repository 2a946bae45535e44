"""From a record to what is stored of it: keys, attributes with their digest, counts. Names of unwatched people end here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import orjson

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES, Count, Moment, Post, Profile
from storage.erasure import handles_in, scrubbed
from storage.keys import address_of, handle_site, nameless, namespace_of, post_site, short
from storage.pseudonyms import Pseudonyms
from storage.watched import Watched, plain

Attributes = dict[str, Any]
PRECISION = {"year": 0, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5}
TIMES = ("published_at", "edited_at", "joined_at")


@dataclass(slots=True)
class Said:
    """What one page said of one thing. ``key`` None: told by ``alias`` alone; ``also``: keys under which it may have been erased."""

    scope: tuple[str, ...]
    key: str | None
    alias: str | None
    attributes: Attributes
    counts: list[int | None]
    author: Said | None = None
    brand_id: str | None = None
    mirror: bool = False
    also: tuple[str, ...] = ()
    row_id: int = 0
    version: str = field(default="", init=False)

    @property
    def told_by(self) -> str:
        """The key of its row where no row is known yet."""
        return self.key or self.alias or ""


def encode(attributes: Mapping[str, Any]) -> str:
    """Attributes as the JSON that is stored and digested."""
    return orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str) -> str:
    """A short digest that tells two texts apart."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def counts_version(counts: Iterable[int | None]) -> str:
    """The digest of a read's counters."""
    return digest(repr(tuple(counts)))


def bounds(counts: Iterable[Count | None]) -> list[int | None]:
    """Low and high of each count."""
    found: list[int | None] = []
    for count in counts:
        if count is None:
            found += NOT_SHOWN
        else:
            found += (count.low, count.high)
    return found


NOT_SHOWN = (None, None)
POST_COUNTS, PROFILE_COUNTS = attrgetter(*COUNT_NAMES), attrgetter(*PROFILE_COUNT_NAMES)


def stamp(moment: Moment | None) -> str | None:
    """A moment as it stands in attributes."""
    return None if moment is None else moment.at.astimezone(UTC).isoformat()[:19] + "Z"


def fold(said: Iterable[Attributes]) -> Attributes:
    """What stands after several wordings, each later one over the one before; of publication times the most precise."""
    total: Attributes = {}
    for attributes in said:
        known = total.get("published_precision")
        coarser = known is not None and PRECISION[attributes.get("published_precision", "second")] < PRECISION[known]
        for name, value in attributes.items():
            if not (coarser and name in {"published_at", "published_precision"}):
                total[name] = value
    return total


def columns(attributes: Attributes) -> dict[str, Any]:
    """Attributes as values of columns; who wrote a post is a row of its own."""
    values = {name: value for name, value in attributes.items() if name != "author"}
    for name in TIMES:
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    return values


class Words:
    """Turns records into what is stored of them, by the operator's pseudonyms and watchlist."""

    def __init__(self, pseudonyms: Pseudonyms, watched: Watched, erased: frozenset[str] = frozenset()) -> None:
        self.pseudonyms = pseudonyms
        self.watched = watched
        self.erased = erased
        self.has_pruned = False
        self._own: dict[tuple[str, str], dict[str, str]] = {}

    def own_keys(self, platform: str, site: str) -> dict[str, str]:
        """The brand of each key that one of the brands' own accounts may have on a site."""
        if (platform, site) not in self._own:
            found = self._own[platform, site] = {}
            for on, account, brand_id in self.watched.accounts:
                handle, _, server = plain(account).partition("@")
                if on != platform or (site and not server):
                    continue
                name = handle if site and site == server else plain(account)
                found[self.handle_key(platform, site, name)] = brand_id
                found[self.id_key(platform, site, account)] = brand_id
        return self._own[platform, site]

    def owner(self, platform: str, site: str, key: str, alias: str | None, url: str | None = None) -> str | None:
        """The brand whose own account a row is; None for people and other brands."""
        own = self.own_keys(platform, site)
        found = own.get(key) or own.get(alias or "")
        return found or (self.watched.brand_of(platform, site, url=url) if url is not None else None)

    def handle_key(self, platform: str, site: str, handle: str) -> str:
        """What an account is told by where a page shows its handle alone."""
        return self.pseudonyms.of("handle", platform, site, plain(handle))

    def id_key(self, platform: str, site: str, id: str) -> str:
        """What an account is told by."""
        return self.pseudonyms.of("id", platform, site, id)

    def person_key(self, platform: str, handle: str, site: str = "") -> str:
        """What somebody who was erased is told by, whichever server shows them."""
        name = plain(handle)
        return self.pseudonyms.of("person", platform, f"{name}@{site}" if site and "@" not in name else name)

    def unnamed(self, platform: str, site: str, attributes: Attributes) -> Attributes:
        """What a page says of a post, without the handles of people who were erased."""
        gone = {
            name
            for name in handles_in(attributes)
            if self.person_key(platform, name, site) in self.erased
            or self.handle_key(platform, site, name) in self.erased
        }
        return scrubbed(attributes, gone) if gone else attributes

    def account(
        self, platform: str, site: str, id: str | None, handle: str | None, name: str | None, url: str | None = None
    ) -> Said | None:
        """An account as its page or a post of it names it; None where it is not told from others."""
        if id is None and handle is None and url is None:
            return None
        key = self.id_key(platform, site, id) if id is not None else None
        alias = self.handle_key(platform, site, handle) if handle is not None else None
        if key is None and alias is None:
            alias = self.pseudonyms.of("address", platform, site, address_of(url) or "")
        brand_id = self.watched.brand_of(platform, site, id, handle, url)
        attributes: Attributes = {}
        if brand_id is not None:
            shown = {"native_id": id and short(id), "handle": handle, "name": name, "url": address_of(url)}
            attributes = {name: value for name, value in shown.items() if value}
        if alias is not None:
            attributes["alias"] = alias
        also = tuple(filter(None, (key, alias)))
        if self.erased and handle is not None:
            also += (self.person_key(platform, handle, site),)
        return Said(
            (platform, site), key, alias, attributes, [None] * (2 * len(PROFILE_COUNT_NAMES)),
            brand_id=brand_id, mirror=handle_site(handle, site), also=also,
        )  # fmt: skip

    def profile(self, record: Profile, site: str) -> Said | None:
        """What a page says of an account."""
        said = self.account(record.platform, site, record.id, record.handle, record.name, record.url)
        if said is None:
            return None
        if said.brand_id is not None:
            if record.text is not None:
                said.attributes["text"] = record.text
            if record.verified is not None:
                said.attributes["verified"] = record.verified
            if record.joined_at is not None:
                said.attributes |= {
                    "joined_at": stamp(record.joined_at),
                    "joined_precision": record.joined_at.precision,
                }
        said.counts = bounds(PROFILE_COUNTS(record))
        return said

    def post(self, record: Post, page_platform: str | None, page_site: str, page_url: str) -> Said:
        """What a page says of a post, with its author."""
        platform, site = record.platform, post_site(record, page_platform, page_site)
        scope = platform, site, namespace_of(record)
        alias = address_of(record.url)
        key = short(record.id) if record.id is not None else None
        if key is None and (alias is None or len(alias.encode()) > len(short(alias).encode())):
            key = short(alias) if alias is not None else nameless(record, page_url)
        author = self.account(platform, site, record.author_id, record.author, record.author_name)
        attributes: Attributes = {"kind": record.kind, "url": alias}
        also: tuple[str, ...] = ()
        if author is not None:
            attributes["author"] = [author.key, author.alias]
            also = author.also
        elif record.author_name is not None:
            attributes["author_name"] = self.pseudonyms.of("name", platform, site, plain(record.author_name))
            also = (attributes["author_name"],)
        for name, value in (("title", record.title), ("text", record.text), ("region", record.region)):
            if value is not None:
                attributes[name] = value
        for name in ("price", "rating", "rating_scale", "in_reply_to", "repost_of", "quote_of"):
            value = getattr(record, name)
            if value is not None:
                attributes[name] = short(value)
        if record.currency is not None and len(record.currency) == 3:
            attributes["currency"] = record.currency
        if record.language is not None:
            attributes["stated_language"] = record.language[:16]
        if record.published_at is not None:
            attributes["published_at"] = stamp(record.published_at)
            attributes["published_precision"] = record.published_at.precision
        if record.edited_at is not None:
            attributes["edited_at"] = stamp(record.edited_at)
        # An empty list is told from one that was not shown by whether the words were shown.
        for name, values in (("hashtags", record.hashtags), ("links", record.links)):
            if values or record.text is not None:
                attributes[name] = list(values)
        if alias is None:
            del attributes["url"]
        if self.erased:
            attributes = self.unnamed(platform, site, attributes)
            also += (self.pseudonyms.of("post", *scope, key or ""), self.pseudonyms.of("post", *scope, alias or ""))
        return Said(scope, key, alias, attributes, bounds(POST_COUNTS(record)), author=author, also=also)
