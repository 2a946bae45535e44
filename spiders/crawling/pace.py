"""The pace of each host: one request at a time, a pause after each answer, and the waits that the host itself asks for.

What one process learns is kept in the ``host`` table, so that all processes together keep the pace.

Source: RFC 9110, section 10.2.3 (Retry-After); https://docs.joinmastodon.org/api/rate-limits/ (X-RateLimit-*);
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (RateLimit-*)
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from extractors.records import Outcome
from extractors.values.addresses import authority
from spiders.crawling.manners import Refusal, engine_of, headers_of, in_thread
from storage.hosts import put_off, put_off_until, release, reserve
from storage.ledger import owner

LONGEST_POLL_SECONDS = 5.0
BACK_OFF_SECONDS = 30.0
"""The wait after a 429 that tells none, doubled at each attempt."""
FAULTS_TILL_SILENCE = 3
"""After so many answers in a row that never came, a host is left alone for the rest of the crawl."""
LIMIT_STATUS = {429, 503}


class PaceMiddleware:
    """Stands before the archive and the downloader: what passes it is sent at once."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.pause_seconds = settings.getfloat("PAUSE_SECONDS")
        self.longest_wait_seconds = settings.getfloat("LONGEST_WAIT_SECONDS")
        self.owner = owner()
        self.floors: dict[str, float] = {}
        """By host: the Crawl-delay of its robots.txt, in seconds."""
        self.not_before: dict[str, float] = {}
        """By host: epoch seconds before which it asked not to be asked."""
        self.faults: defaultdict[str, int] = defaultdict(int)
        """By host: how many answers in a row did not come."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        """Made by Scrapy."""
        return cls(crawler)

    def pause_of(self, host: str) -> float:
        """The pause after an answer of a host, in seconds: the platform's, its Crawl-delay or AutoThrottle's, whichever is longest."""
        slot = self.crawler.engine.downloader.slots.get(host.partition(":")[0])
        return max(self.pause_seconds, self.floors.get(host, 0.0), slot.delay if slot is not None else 0.0)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Wait until the host may be asked; raises Refusal where that would take too long."""
        host = authority(request.url)
        if self.faults[host] >= FAULTS_TILL_SILENCE:
            raise Refusal(Outcome.FAILED, "host-silent")
        engine = engine_of(self.crawler)
        if host not in self.not_before:
            # What the host asked an earlier crawl for holds for this one, even where there is no pause to keep.
            self.not_before[host] = await in_thread(put_off_until, engine, host) if engine is not None else 0.0
        while True:
            now = time.time()
            wait = self.not_before.get(host, 0.0) - now
            if wait <= 0:
                pause = self.pause_of(host)
                if engine is None or pause == 0:
                    return
                wait = await in_thread(reserve, engine, host, self.owner, pause, now)
                if wait == 0:
                    request.meta["reserved"] = host
                    return
            if wait > self.longest_wait_seconds:
                until = datetime.fromtimestamp(now + wait, UTC)
                raise Refusal(Outcome.LIMITED, f"asked to wait until {until:%Y-%m-%d %H:%M:%SZ}")
            await asyncio.sleep(min(wait, LONGEST_POLL_SECONDS))

    async def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        """Give the host back, and remember the wait that it asks for."""
        host = authority(request.url)
        self.faults[host] = 0
        wait = asked_wait(response.status, headers_of(response), time.time())
        if wait is None and response.status == 429:
            wait = BACK_OFF_SECONDS * 2 ** request.meta.get("retry_times", 0) if self.pause_of(host) else 0.0
        if wait is not None:
            await self.put_off(host, wait)
            if wait > self.longest_wait_seconds:
                request.meta["dont_retry"] = True
        await self.give_back(request)
        return response

    async def process_exception(self, request: Request, exception: Exception, spider: Spider | None = None) -> None:
        """Give the host back; one that answers nothing is soon left alone."""
        if not isinstance(exception, Refusal):
            self.faults[authority(request.url)] += 1
        await self.give_back(request)

    async def put_off(self, host: str, wait: float) -> None:
        """Ask a host no earlier than in so many seconds, in any process."""
        until = time.time() + wait
        self.not_before[host] = max(until, self.not_before.get(host, 0.0))
        engine = engine_of(self.crawler)
        if engine is not None and wait > 0:
            await in_thread(put_off, engine, host, until)

    async def give_back(self, request: Request) -> None:
        """Let others ask the host, after the pause: it is counted from the answer, so that no two requests come closer."""
        host, engine = request.meta.pop("reserved", None), engine_of(self.crawler)
        if host is not None and engine is not None:
            await in_thread(release, engine, host, self.owner, time.time() + self.pause_of(host))


def asked_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """How many seconds a host asks to be left alone; None where it does not ask. ``now`` is in epoch seconds."""
    if status in LIMIT_STATUS and "retry-after" in headers:
        return seconds_until(headers["retry-after"], now)
    for prefix in ("x-ratelimit-", "x-rate-limit-", "ratelimit-"):
        left, reset = headers.get(f"{prefix}remaining"), headers.get(f"{prefix}reset")
        if left is not None and reset is not None and number(left) is not None and (number(left) or 0) < 1:
            return seconds_until(reset, now)
    return None


def seconds_until(text: str, now: float) -> float | None:
    """Seconds from now to a time told as seconds, as epoch seconds or milliseconds, or as a date; None where it can't be read."""
    value = number(text)
    if value is not None:
        if value > 1e12:
            value /= 1000
        return max(0.0, value - now if value > 1e9 else value)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            at = read(text.strip())
        except (ValueError, TypeError):
            continue
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)
    return None


def number(text: str) -> float | None:
    """A plain number; None for anything else."""
    text = text.strip()
    return float(text) if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit() else None
