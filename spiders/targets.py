"""The watchlist held against the platforms: what is crawled from where, and what only import can bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from config.watchlist import ConfigError, Target, Watchlist
from spiders.base import PlatformSpider, platform_of, platforms
from spiders.page import Page


@dataclass(frozen=True, slots=True)
class Watched:
    """A target with its platform (None: told by the page, once it is fetched) and where its walk begins.

    Without addresses only import can bring it.
    """

    target: Target
    spider: type[PlatformSpider] | None
    addresses: tuple[str, ...]


def watched(watchlist: Watchlist, path: Path) -> tuple[Watched, ...]:
    """All targets with their platforms, in the file's order; raises ConfigError that names the table for one that can't be."""
    return tuple(_watched(target, path) for target in watchlist.targets())


def _watched(target: Target, path: Path) -> Watched:
    known = platforms()
    spider = known.get(target.platform) if target.platform else platform_of(Page(target.value, b""))
    if target.platform and spider is None:
        near = get_close_matches(target.platform, known, 1)
        advice = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
        raise ConfigError(f"{path}: {table_of(target)} {target.platform!r} is no platform; {advice}")
    address = spider.addresses.get(target.kind) if spider is not None else None
    if address is None:
        return Watched(target, spider, (target.value,) if target.kind in {"page", "feed"} else ())
    try:
        made = address(target)
    except (ValueError, LookupError) as error:
        raise ConfigError(f"{path}: {table_of(target)} {target.value!r}: {error}") from error
    return Watched(target, spider, (made,) if isinstance(made, str) else tuple(made))


def table_of(target: Target) -> str:
    """The table of the file that a target stands in."""
    if target.kind == "profile":
        return f"[brand.accounts] of {target.brand!r}:"
    return {"feed": "[[feed]]", "page": "[[page]]"}.get(target.kind, "[[search]]")


def hosts(all_watched: tuple[Watched, ...]) -> Iterator[str]:
    """The hosts that are asked, each once."""
    seen: set[str] = set()
    for item in all_watched:
        for address in item.addresses:
            host = Page(address, b"").host
            if host not in seen:
                seen.add(host)
                yield host
