"""Archive first: every answer is kept as it came before anything else happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response

from config import clock
from extractors.records import Outcome
from spiders.crawling.manners import Refusal
from storage.archive import Exchange
from storage.errors import ArchiveError
from storage.warc import MAX_KEPT_BYTES


class ArchiveMiddleware:
    """Stands next to the downloader, where the body is still what its headers say, and before all that may fail."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """Made by Scrapy."""
        made = cls(crawler)
        crawler.signals.connect(made.count_bytes, signal=signals.bytes_received)
        return made

    def count_bytes(self, data: bytes, request: Request) -> None:
        """Stop an answer that is larger than any that is read; what came is kept."""
        received = request.meta["received"] = request.meta.get("received", 0) + len(data)
        if received > MAX_KEPT_BYTES:
            raise StopDownload(fail=False)

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:
        """Let ``count_bytes`` decide where an answer is too large: Scrapy's own limit would drop what came."""
        request.meta.update(download_maxsize=0, received=0)

    async def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Response:
        """Keep the answer; from here on the time it came and its place go with the request."""
        # The limit of what decompression may make of it.
        request.meta["download_maxsize"] = MAX_KEPT_BYTES
        request.meta["fetched_at"] = clock.now()
        walk = getattr(self.crawler.spider, "walk", None)
        if walk is not None and walk.archive is not None:
            exchange = Exchange(
                url=response.url,
                fetched_at=request.meta["fetched_at"],
                status=response.status,
                headers=pairs(response.headers),
                body=response.body,
                method=request.method,
                request_headers=pairs(request.headers),
                kind="resource" if "playwright" in response.flags else "response",
                cut_short="dataloss" in response.flags,
                platform=request.meta.get("platform"),
            )
            try:
                request.meta["place"] = await asyncio.get_running_loop().run_in_executor(
                    walk.archivist, walk.archive.write, exchange
                )
            except ArchiveError as error:
                walk.broke(error)
                raise Refusal(Outcome.FAILED, "archive") from error
        return response


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Headers as pairs of texts, each value on its own."""
    told: Iterable[tuple[bytes, list[bytes]]] = headers.items()
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in told for value in values]
