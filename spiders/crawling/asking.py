"""Some addresses, asked once each, as politely as a crawl: robots.txt first, at each host's pace, with the operator's contact.

Nothing is archived or stored: for looking at what a target gives, and at a page that is to become a test case.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings, Settings
from sqlalchemy import Engine
from twisted.python.failure import Failure

from config import clock
from extractors.records import Reading
from spiders.base import PlatformSpider, read
from spiders.crawling.manners import ending, headers_of
from spiders.page import Page


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave: the page, where there was one, and its reading."""

    page: Page | None
    platform: str | None
    reading: Reading


@dataclass(slots=True)
class Asking:
    """Stands in a crawl's place for Scrapy: what is asked, and what came."""

    engine: Engine
    addresses: Sequence[tuple[str, str | None]]
    """Address and, where the address can't tell it, platform."""
    archive: None = None
    answers: dict[str, Answer] = field(default_factory=dict)

    async def requests(self) -> AsyncIterator[Request]:
        """Each address once."""
        for url, platform in dict(self.addresses).items():
            meta = {"asked": url, "platform": platform}
            yield Request(url, callback=self.answered, errback=self.failed, meta=meta, dont_filter=True)

    def answered(self, response: Response) -> None:
        """Read an answer."""
        headers = headers_of(response)
        page = Page(
            url=response.url,
            body=response.body,
            status=response.status,
            fetched_at=clock.now(),
            content_type=headers.get("content-type"),
            headers=headers,
            platform=response.meta["platform"],
            cut_short="dataloss" in response.flags,
        )
        self.answers[response.meta["asked"]] = Answer(page, *read(page))

    def failed(self, failure: Failure) -> None:
        """Note an address that gave no answer, or was not asked."""
        meta = failure.request.meta  # type: ignore[attr-defined]
        self.answers[meta["asked"]] = Answer(None, meta["platform"], ending(failure.value))

    def store(self, item: Any) -> None:
        """Nothing is stored."""

    async def close(self) -> None:
        """Nothing is open."""


class Asker(PlatformSpider):
    """Asks addresses of any platform, at a pace that suits the slowest."""

    name = "asker"
    pause_seconds = 5.0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """One try: whoever looks on can try again."""
        super().update_settings(settings)
        settings.set("RETRY_ENABLED", False, priority="spider")


def ask(engine: Engine, addresses: Sequence[tuple[str, str | None]], settings: Settings) -> dict[str, Answer]:
    """What each address gives; raises ConfigError where no contact is set."""
    from scrapy.crawler import AsyncCrawlerProcess

    from config.environment import environment
    from spiders.crawling.manners import user_agent

    settings.set("USER_AGENT", user_agent(environment().contact), priority="cmdline")
    asking = Asking(engine, addresses)
    process = AsyncCrawlerProcess(settings)
    process.crawl(process.create_crawler(Asker), walk=asking)
    process.start()
    return asking.answers
