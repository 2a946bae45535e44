"""One loopback address in the place of every host, for the demo and the tests; everything else sees the public address."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from config.environment import environment

CLOCK_HEADER = "Mentionary-Clock"
"""The set clock goes with each request, so that what stands in can show its pages as of that day."""


class LoopbackHandler(HTTP11DownloadHandler):
    """Sends each request to the address of MENTIONARY_OVERRIDES, with the public host in ``Host``."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.address = environment().overrides or ""
        self.clock = environment().clock
        if not self.address:
            raise NotConfigured("MENTIONARY_OVERRIDES is not set")

    async def download_request(self, request: Request) -> Response:
        """Ask the loopback address, and return its answer under the public address."""
        sent = to_loopback(request, self.address)
        response = await super().download_request(sent)
        if "download_latency" in sent.meta:
            request.meta["download_latency"] = sent.meta["download_latency"]
        return response.replace(url=request.url)


def to_loopback(request: Request, address: str) -> Request:
    """A request as it is sent to a loopback address, with the public host in ``Host``."""
    parts = urlsplit(request.url)
    path = parts._replace(scheme="", netloc="", fragment="").geturl()
    sent = request.replace(url=address + (path if path.startswith("/") else f"/{path}"))
    sent.headers["Host"] = parts.netloc.rpartition("@")[2]
    return sent
