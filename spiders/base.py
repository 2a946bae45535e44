"""The base of every platform: what a platform file declares, and how the platforms are found.

A platform file ends in one class of a few declarative lines; all that walks, fetches and stores is elsewhere.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from scrapy import Spider

import spiders.platforms
from config.watchlist import Target, TargetKind
from extractors.records import Outcome, Reading
from spiders.page import MAX_BODY_BYTES, Page
from spiders.reading import READER_FAULTS, Reader, drift, each, empty, gone, limited, read_page, wall

Address = Callable[[Target], str | Iterable[str]]
"""From a target of the watchlist to the first address(es) of its walk."""


@dataclass(frozen=True, slots=True)
class About:
    """What docs/reference/platforms.md says of a platform.

    ``anonymous``: what a polite reader without log-in gets; ``restricted``: what only import or an official API gives;
    ``robots``: the position seen in its robots.txt; ``layouts``: each known layout with the month of the newest page
    that proves it.
    """

    title: str
    anonymous: str
    restricted: str
    robots: str
    layouts: Mapping[str, str]


class PlatformSpider(Spider):
    """A platform: declared by its subclass, walked by spiders.walk."""

    name: str
    about: ClassVar[About]
    domains: ClassVar[tuple[str, ...]] = ()
    """Hosts that are this platform's for certain, subdomains included."""
    addresses: ClassVar[Mapping[TargetKind, Address]] = {}
    """Which kinds of target can be walked, and where each walk begins; a missing kind can only be imported."""
    readers: ClassVar[tuple[Reader, ...]] = ()
    pause_seconds: ClassVar[float] = 3.0
    """The pause between two requests to one host; robots.txt and Retry-After can only lengthen it."""
    needs_browser: ClassVar[bool] = False
    named_only: ClassVar[bool] = False
    """Serves only addresses that the watchlist or a meta file names as this platform's."""
    china_time: ClassVar[bool] = False

    @staticmethod
    def screen(page: Page) -> None:
        """Raise the ending of a page that is a wall, gone or limited by what it holds."""

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether a page on a host of no known platform is this engine's, told by the page."""
        return False


@cache
def platforms() -> Mapping[str, type[PlatformSpider]]:
    """Every platform by name, found by scanning spiders/platforms; a file that can't be imported is left out."""
    found: dict[str, type[PlatformSpider]] = {}
    for module in pkgutil.iter_modules(spiders.platforms.__path__):
        try:
            loaded = importlib.import_module(f"spiders.platforms.{module.name}")
        except Exception:  # noqa: S112 - one broken file must not stop the others; broken_platforms() names it
            continue
        for value in vars(loaded).values():
            if isinstance(value, type) and issubclass(value, PlatformSpider) and value.__module__ == loaded.__name__:
                found[value.name] = value
    return found


def broken_platforms() -> Mapping[str, str]:
    """Platform files that can't be imported, with the error, for health and the command line."""
    broken: dict[str, str] = {}
    for module in pkgutil.iter_modules(spiders.platforms.__path__):
        try:
            importlib.import_module(f"spiders.platforms.{module.name}")
        except Exception as error:
            broken[module.name] = f"{type(error).__name__}: {error}"
    return broken


def platform_of(page: Page) -> type[PlatformSpider] | None:
    """The platform of a page: as named with it, else by its host, else by what the page is; the most particular wins."""
    known = platforms()
    if page.platform is not None:
        return known.get(page.platform)
    labels = page.host.split(".")
    by_domain = {domain: spider for spider in known.values() for domain in spider.domains}
    for start in range(len(labels)):
        spider = by_domain.get(".".join(labels[start:]))
        if spider is not None:
            return spider
    if len(page.body) > MAX_BODY_BYTES:
        return None
    for spider in sorted(known.values(), key=lambda spider: spider.name in {"feed", "blog", "page"}):
        try:
            if not spider.named_only and spider.recognise(page):
                return spider
        except READER_FAULTS:
            continue
    return None


def read(page: Page) -> tuple[str | None, Reading]:
    """Read one page with its platform's readers; returns the platform's name (None: no platform knows it) and the reading.

    Never raises for what the page or its address holds.
    """
    try:
        spider = platform_of(page)
    except ValueError:
        spider = None
    if spider is None:
        return None, read_page(page, (Reader("", unknown),))
    return spider.name, read_page(page, spider.readers, spider.screen)


def unknown(page: Page) -> Reading:
    """The reading of a page that no platform knows."""
    return Reading(Outcome.DRIFT, "no platform knows this address")


__all__ = [
    "About",
    "PlatformSpider",
    "Reader",
    "Target",
    "broken_platforms",
    "drift",
    "each",
    "empty",
    "gone",
    "limited",
    "platform_of",
    "platforms",
    "read",
    "wall",
]
