"""The watchlist held against the platforms: what is crawled from where, and what only import can bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from config.watchlist import ConfigError, Target, TargetKind, Watchlist
from extractors.values.addresses import authority
from spiders.base import PlatformSpider, platform_of, platforms
from spiders.page import Page
from storage.keys import site_of
from storage.ledger import Planned

KINDS: tuple[str, ...] = get_args(TargetKind)


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


def label(target: Target) -> str:
    """A target as it stands in the ledger and on the command line: kind:value."""
    return f"{target.kind}:{target.value}"


def crawled_by(all_watched: Iterable[Watched], platform: str, brand: str | None = None) -> list[Watched]:
    """The targets that ``scrapy crawl`` walks for a platform, of one brand (its id) or of all.

    A page whose address tells no platform is asked by ``page``, and told by what it is.
    """
    return [
        item
        for item in all_watched
        if (item.spider.name if item.spider is not None else "page") == platform
        and (brand is None or item.target.brand == brand)
    ]


def named(text: str, platform: str, watchlist: Watchlist, path: Path) -> Watched:
    """The target of ``-a target=kind:value``, with site and brand where the watchlist has it; raises ConfigError."""
    kind, _, value = text.partition(":")
    if kind not in KINDS or not value.strip():
        raise ConfigError(f"target {text!r} is not kind:value; kinds: {', '.join(KINDS)}; for instance profile:acme")
    for item in crawled_by(watched(watchlist, path), platform):
        if item.target.kind == kind and item.target.value.casefold() == value.strip().casefold():
            return item
    if kind in {"feed", "page"} and not value.strip().startswith(("http://", "https://")):
        raise ConfigError(f"target {text!r} is no web address; write {kind}:https://…")
    return _watched(Target.model_validate({"platform": platform, "kind": kind, "value": value.strip()}), path)


def beginnings(item: Watched) -> Iterator[Planned]:
    """Where the walk of a target begins."""
    platform = item.spider.name if item.spider is not None else None
    for address in item.addresses:
        yield Planned(
            url=address,
            host=authority(address),
            platform=platform,
            site=site_of(platform, address),
            target=label(item.target),
            role="first",
        )
