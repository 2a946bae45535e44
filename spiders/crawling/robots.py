"""robots.txt by RFC 9309: what each status means, redirects, size, age; Scrapy's own middleware does the asking before each request.

Source: https://www.rfc-editor.org/rfc/rfc9309
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from protego import Protego
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from config import clock
from extractors.records import Outcome
from extractors.values.addresses import authority
from spiders.crawling.manners import PRODUCT, Refusal, ending, engine_of, in_thread
from spiders.crawling.pace import PaceMiddleware
from storage.hosts import RobotsCopy, keep_robots, robots_copy

MAX_ROBOTS_BYTES = 500 * 1024
MAX_REDIRECTS = 5
MAX_AGE = timedelta(hours=24)
REDIRECTS = {301, 302, 303, 307, 308}
NAMES_US = re.compile(rf"^[ \t]*user[- ]?agent[ \t]*:[ \t]*{PRODUCT}[ \t]*(#|$)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Rules:
    """What one host's robots.txt lets us do."""

    status: int
    text: str = ""

    @cached_property
    def parsed(self) -> Protego:
        """The file's rules; an unavailable file (4xx, or redirects without end) has none."""
        return Protego.parse(self.text if 200 <= self.status < 300 else "")

    @cached_property
    def agent(self) -> str:
        """The group that is ours: Protego would also take a group of an agent whose name begins ours."""
        return PRODUCT if NAMES_US.search(self.text) else ""

    def refusal(self, address: str) -> Refusal | None:
        """Why an address may not be asked; None where it may."""
        if self.status >= 500:
            return Refusal(Outcome.DENIED, "robots-unavailable")
        return None if self.parsed.can_fetch(address, self.agent) else Refusal(Outcome.DENIED)

    @property
    def crawl_delay(self) -> float:
        """The pause that the host asks for, in seconds; 0 where it asks for none."""
        return self.parsed.crawl_delay(self.agent) or 0.0


def robots_text(body: bytes) -> str:
    """The part of a robots.txt that is read: 500 KiB of whole lines."""
    if len(body) > MAX_ROBOTS_BYTES:
        body = body[:MAX_ROBOTS_BYTES].rpartition(b"\n")[0]
    # RFC 9309 ends lines with CR, LF or both; str.splitlines would also split at characters that are part of a path.
    text = body.decode("utf-8-sig", "ignore")
    return re.sub(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text)


def robots_address(address: str) -> str:
    """Where the robots.txt of an address is."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


def robots_key(address: str) -> str:
    """Under which host a copy is kept; http and https may have different files."""
    name = authority(address)
    return name if urlsplit(address).scheme == "https" else f"http://{name}"


class RobotsMiddleware(RobotsTxtMiddleware):
    """Asks for each host's robots.txt once a day at most, whichever process needs it, and refuses what it forbids."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.asked: dict[str, asyncio.Task[tuple[Rules, datetime]]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Refuse what the host's robots.txt forbids; its Crawl-delay is a floor of the pace."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.rules_of(request.url)
        pace = self.crawler.get_downloader_middleware(PaceMiddleware)
        if pace is not None:
            pace.floors[authority(request.url)] = rules.crawl_delay
        refusal = rules.refusal(request.url)
        if refusal is not None:
            raise refusal

    async def rules_of(self, address: str) -> Rules:
        """The rules of an address's host; raises Refusal where they can't be known."""
        key = robots_key(address)
        asked = self.asked.get(key)
        # A copy that has grown old, and an answer that never came, are asked for again.
        if asked is None or (asked.done() and (asked.exception() or old(asked.result()[1]))):
            asked = self.asked[key] = asyncio.ensure_future(self.find(key, robots_address(address)))
        rules, _ = await asyncio.shield(asked)
        return rules

    async def find(self, key: str, address: str) -> tuple[Rules, datetime]:
        """The copy that any process kept, where it is young enough, else the host's answer."""
        engine = engine_of(self.crawler)
        copy = await in_thread(robots_copy, engine, key) if engine is not None else None
        if copy is None or old(copy.fetched_at):
            copy = await self.ask(address)
            if engine is not None and copy.status < 500:
                await in_thread(keep_robots, engine, key, copy)
        return Rules(copy.status, copy.text), copy.fetched_at

    async def ask(self, address: str) -> RobotsCopy:
        """The host's answer after at most five redirects; raises Refusal where there is none."""
        for _ in range(1 + MAX_REDIRECTS):
            response = await self.answer(address)
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or location is None:
                break
            address = urljoin(address, location.decode("latin-1"))
            if urlsplit(address).scheme not in {"http", "https"}:
                break
        # Half a robots.txt may lack the very line that forbids.
        status = 599 if "dataloss" in response.flags else response.status
        return RobotsCopy(status, robots_text(response.body) if 200 <= status < 300 else "", clock.now())

    async def answer(self, address: str) -> Response:
        """One answer, whatever its status; raises Refusal where there is none."""
        meta = {"dont_obey_robotstxt": True, "dont_redirect": True}
        request = Request(address, meta=meta, callback=NO_CALLBACK, priority=self.DOWNLOAD_PRIORITY)
        try:
            return await self.crawler.engine.download_async(request)
        except Exception as error:
            told = ending(error)
            raise Refusal(told.outcome, f"robots.txt: {told.reason}") from error


def old(fetched_at: datetime) -> bool:
    """Whether a copy has to be asked for again."""
    return not timedelta(0) <= clock.now() - fetched_at < MAX_AGE
