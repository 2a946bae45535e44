"""The demo's world: everything that was published in sixty days, made from a seed, and how its counters grow.

A page is a function of (world, moment); the world knows its own numbers, so that tests hold the database to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from spiders.demo.brands import Account, accounts

Shown = Literal["likes", "shares", "quotes", "views", "comments"]
HALF_LIVES = {"youtube": 70.0, "telegram": 14.0, "hackernews": 6.0, "mastodon": 9.0, "bluesky": 8.0}
"""Hours after which a post has half of what it gets in its first days, by platform."""
SLOW_SHARE = 0.2
"""The part of a post's likes and views that trickles in over weeks."""
SLOW_HALF_LIFE_HOURS = 260.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Something published; ``final`` is where its counters end, ``brands`` and ``products`` what a reader finds named in it."""

    serial: int
    platform: str
    place: str
    """Where it is listed: an instance, a channel, a feed, a site; empty on platforms of one place."""
    author: str
    language: str
    text: str
    at: datetime
    title: str | None = None
    final: Mapping[str, int] | None = None
    brands: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    tone: str = "remark"
    owned_by: str | None = None
    parent: int | None = None
    tags: tuple[str, ...] = ()
    copy_of: int | None = None
    repost_of: int | None = None
    deleted_at: datetime | None = None
    hides: tuple[Shown, ...] = ()
    """Counters that its author keeps from readers."""

    def count(self, name: Shown, at: datetime) -> int:
        """A counter at a moment: it grows fast in the first hours and slowly for weeks."""
        hours = (at - self.at) / timedelta(hours=1)
        end = (self.final or {}).get(name, 0)
        if hours <= 0:
            return 0
        fast = 1 - 2 ** (-hours / HALF_LIVES.get(self.platform, 12.0))
        slow = 1 - 2 ** (-hours / SLOW_HALF_LIFE_HOURS)
        return int(end * ((1 - SLOW_SHARE) * fast + SLOW_SHARE * slow))

    @property
    def stands_in(self) -> bool:
        """Whether it names a brand and is none of that brand's own posts."""
        return bool(self.brands) and self.owned_by is None and self.repost_of is None


@dataclass(frozen=True)
class World:
    """All that was published, and who publishes."""

    seed: int
    pieces: tuple[Piece, ...]

    @cached_property
    def accounts(self) -> Mapping[tuple[str, str], Account]:
        """Accounts that have a page, by platform and handle."""
        return {(account.platform, account.handle): account for account in accounts()}

    @cached_property
    def by_serial(self) -> Mapping[int, Piece]:
        """Every piece by its number in this world."""
        return {piece.serial: piece for piece in self.pieces}

    @cached_property
    def _children(self) -> Mapping[int, tuple[Piece, ...]]:
        found: dict[int, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            if piece.parent is not None:
                found[piece.parent].append(piece)
        return {serial: tuple(children) for serial, children in found.items()}

    @cached_property
    def _listed(self) -> Mapping[tuple[str, str], tuple[Piece, ...]]:
        found: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            found[piece.platform, piece.place].append(piece)
        return {key: tuple(sorted(pieces, key=lambda piece: piece.at)) for key, pieces in found.items()}

    def listed(self, platform: str, place: str, at: datetime) -> tuple[Piece, ...]:
        """What stands at a place at a moment, oldest first; deleted pieces are left out."""
        return tuple(piece for piece in self._listed.get((platform, place), ()) if stands(piece, at))

    def everything(self, platform: str, place: str) -> tuple[Piece, ...]:
        """All that is ever published at a place, oldest first."""
        return self._listed.get((platform, place), ())

    def children(self, piece: Piece, at: datetime) -> tuple[Piece, ...]:
        """The answers to a piece at a moment, oldest first."""
        return tuple(child for child in self._children.get(piece.serial, ()) if stands(child, at))

    def descendants(self, piece: Piece, at: datetime) -> tuple[Piece, ...]:
        """The answers to a piece, their answers, and so on, each before its own answers."""
        found: list[Piece] = []
        for child in self.children(piece, at):
            found += [child, *self.descendants(child, at)]
        return tuple(found)

    def where(self, platform: str) -> Iterable[Piece]:
        """All pieces of a platform."""
        return (piece for piece in self.pieces if piece.platform == platform)


def stands(piece: Piece, at: datetime) -> bool:
    """Whether a piece can be seen at a moment."""
    return piece.at <= at and (piece.deleted_at is None or at < piece.deleted_at)


def numbered(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces with no two of a platform in the same second, since ids are made from times."""
    taken: dict[str, set[datetime]] = defaultdict(set)
    found = []
    for piece in sorted(pieces, key=lambda piece: (piece.at, piece.serial)):
        at = piece.at.replace(microsecond=0)
        while at in taken[piece.platform]:
            at += timedelta(seconds=1)
        taken[piece.platform].add(at)
        found.append(replace(piece, at=at))
    return tuple(found)
