"""The base of every platform: what a platform file declares, and how the platforms are found.

A platform file ends in one class of a few declarative lines; all that walks, fetches and stores is elsewhere.
"""

from __future__ import annotations

import ast
import codecs
import hashlib
import importlib
import pkgutil
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings

import spiders.platforms
from config.environment import environment
from config.garbage import uncollected
from config.watchlist import Target, TargetKind
from extractors.records import Outcome, Reading
from extractors.values.addresses import canonical
from spiders.page import MAX_BODY_BYTES, Page
from spiders.reading import READER_FAULTS, Reader, drift, each, empty, gone, limited, read_page, wall

if TYPE_CHECKING:
    from spiders.crawling.walk import Walk

SCRIPTS = re.compile(rb"<script\b[^>]*>\s*[^<\s]", re.IGNORECASE)
"""A script with something in it: a page saved by a browser often has lost all of them, and with them its data."""
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
READING = re.compile(r"^(spiders\.(?!base$|crawling\b|platforms$)|extractors\.)")
"""The modules that decide what a page says."""
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


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a walk goes in one run; what lies beyond is told in the run's note."""

    pages: int = 20
    """Pages of a target's listing."""
    details: int = 100
    """Posts of a target whose own page, thread or comments are followed."""
    detail_pages: int = 5
    """Pages of one thread or of one post's comments."""
    blanks: int = 3
    """Pages without a post, one after the other, until a listing counts as ended."""
    revisits: int = 200
    """Posts that are asked again for their counts."""


class PlatformSpider(Spider):
    """A platform: declared by its subclass, walked by spiders.crawling.walk."""

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
    limits: ClassVar[Limits] = Limits()
    walk: Walk | None = None
    """The crawl that this spider runs; None in ``scrapy shell`` and where pages are only read."""

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The address that shows a known post's counts again, out of its id, public address and site; None where none does."""
        return url

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The platform's pace and, where its pages need one, a browser."""
        super().update_settings(settings)
        settings.set("PAUSE_SECONDS", cls.pause_seconds, priority="spider")
        if environment().overrides is not None:
            # Loopback is nobody's server: no pause but what it asks for itself.
            handler = "spiders.crawling.overrides.LoopbackHandler"
            settings.set("DOWNLOAD_HANDLERS", {"http": handler, "https": handler}, priority="spider")
            settings.set("PAUSE_SECONDS", settings.getfloat("LOOPBACK_PAUSE_SECONDS"), priority="spider")
            settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")
            # All hosts are one address, which keeps so many connections open; each host is still asked once at a time.
            settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", settings.getint("CONCURRENT_REQUESTS"), priority="spider")
        if cls.needs_browser:
            from spiders.crawling.browser import browser_settings

            for name, value in browser_settings(settings).items():
                settings.set(name, value, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """All that the walk asks for, until nothing is left to ask."""
        if self.walk is None:
            raise CloseSpider("a platform is walked by 'scrapy crawl'")
        async for request in self.walk.requests():
            yield request

    def parse(self, response: Response, **_: Any) -> Any:
        """Hand an answer to the walk."""
        return self.walk.answered(response) if self.walk is not None else None

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


@cache
def by_domain() -> Mapping[str, type[PlatformSpider]]:
    """The platforms by the hosts that are theirs for certain."""
    return {domain: spider for spider in platforms().values() for domain in spider.domains}


@cache
def reader_version(name: str | None) -> str | None:
    """The digest of a platform's file and of all that it reads with; None for no known platform.

    What was read with another one may be read again.
    """
    spider = platforms().get(name or "")
    if spider is None:
        return None
    digest = hashlib.sha256()
    for source in sorted(sources_of(spider.__module__, set())):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def sources_of(module: str, seen: set[str]) -> set[Path]:
    """The source files of a module of readers and of those that it imports."""
    seen.add(module)
    file, imported = imports_of(module)
    return {file}.union(*(sources_of(name, seen) for name in imported if name not in seen))


@cache
def imports_of(module: str) -> tuple[Path, tuple[str, ...]]:
    """A module's source file, and the modules of readers that it imports."""
    file = Path(importlib.import_module(module).__file__ or "")
    named = [
        node.module or "" for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    return file, tuple(name for name in named if READING.match(name))


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
    for start in range(len(labels)):
        spider = by_domain().get(".".join(labels[start:]))
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

    Never raises for what the page or its address holds. Readers see the address in canonical form.
    """
    with uncollected():
        try:
            page = settled(page)
            spider = platform_of(page)
        except ValueError:
            spider = None
        if spider is None:
            return None, read_page(page, (Reader("", unknown),))
        reading = read_page(page, spider.readers, spider.screen)
    if reading.outcome is Outcome.DRIFT and page.saved and SCRIPTS.search(page.body) is None:
        reading = replace(reading, reason="saved-without-scripts")
    return spider.name, reading


def settled(page: Page) -> Page:
    """A page as readers want it: in UTF-8 where it came in UTF-16, its address without tracking and fragment (but ``#!/``).

    A 203 is a 200 that something on the way has altered.
    """
    url = page.url if "#!" in page.url else canonical(page.url) or page.url
    wide = page.body.startswith(WIDE) and len(page.body) <= MAX_BODY_BYTES
    status = 200 if page.status == 203 else page.status
    return replace(page, url=url, status=status, body=page.text.encode("utf-8", "replace") if wide else page.body)


def unknown(page: Page) -> Reading:
    """The reading of a page that no platform knows."""
    return Reading(Outcome.DRIFT, "no platform knows this address")


__all__ = [
    "About",
    "Limits",
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
    "reader_version",
    "wall",
]
