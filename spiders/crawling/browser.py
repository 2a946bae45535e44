"""Pages that only scripts make whole: one Chromium a crawl, with what is not needed or not allowed left out.

Nothing is clicked, scrolled or filled in; the page is taken as it is once the network is quiet.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from playwright.async_api import Page, Request
from playwright.async_api import TimeoutError as QuietTimeoutError
from scrapy.crawler import Crawler
from scrapy.http import Request as ScrapyRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from config.environment import environment
from config.watchlist import ConfigError
from spiders.crawling.manners import Refusal
from spiders.crawling.robots import RobotsMiddleware, robots_key

NEEDED = {"document", "script", "stylesheet", "xhr", "fetch"}
"""Resource types that a page's text may depend on; images, films, fonts, beacons and sockets are none of them."""
QUIET_MS = 5_000
NAVIGATION_MS = 45_000


async def until_quiet(page: Page) -> None:
    """Wait until the page's scripts ask for nothing more, but not for ever."""
    try:
        await page.wait_for_load_state("networkidle", timeout=QUIET_MS)
    except QuietTimeoutError:
        return


META: dict[str, Any] = {
    "playwright": True,
    "playwright_page_goto_kwargs": {"wait_until": "load"},
    "playwright_page_methods": [PageMethod(until_quiet)],
}
"""What a request to a page that needs a browser carries."""


def chromium() -> str | None:
    """Where Chromium is: Playwright's own, else Debian's; None where there is none."""
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(own.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else shutil.which("chromium") or shutil.which("google-chrome")


def browser_settings(settings: BaseSettings) -> dict[str, Any]:
    """Scrapy's settings for a crawl in a browser; raises ConfigError where none is installed."""
    program = chromium()
    if program is None:
        raise ConfigError(
            "this platform's pages need a browser: install Debian's 'chromium', or run 'python -m playwright install chromium'"
        )
    # Chromium's sandbox does not start for root.
    launch: dict[str, Any] = {"executable_path": program, "chromium_sandbox": os.geteuid() != 0, "args": []}
    overrides = environment().overrides
    if overrides is not None:
        # Whatever a page asks for, nothing leaves this machine.
        launch["args"].append(f"--host-resolver-rules=MAP * {urlsplit(overrides).netloc}")
    handler = "spiders.crawling.browser.BrowserHandler"
    context = {
        "user_agent": settings["USER_AGENT"],
        "locale": "en",
        "accept_downloads": False,
        "service_workers": "block",
    }
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
        "PLAYWRIGHT_CONTEXTS": {"default": context},
        "PLAYWRIGHT_MAX_CONTEXTS": 1,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": NAVIGATION_MS,
    }


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc] # it ships no types
    """scrapy-playwright, which also asks robots.txt for what a page's scripts ask for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.abort_request = self.is_unwanted
        self.overrides = environment().overrides

    async def is_unwanted(self, request: Request) -> bool:
        """Whether a request of a page is left out."""
        if request.resource_type not in NEEDED:
            return True
        # The page itself was decided upon before it came here.
        if request.is_navigation_request() and request.frame.parent_frame is None:
            return False
        if urlsplit(request.url).scheme not in {"http", "https"}:
            return False
        return await self.refusal(request.url) is not None

    async def refusal(self, address: str) -> Refusal | None:
        """Why robots.txt does not let an address be asked; None where it does."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is None:
            return None
        # The page's own host is being asked: its file is known, and under http it is no other.
        secure = with_scheme(address, "https")
        try:
            return (await robots.rules_of(secure if robots_key(secure) in robots.asked else address)).refusal(address)
        except Refusal as refusal:
            return refusal

    async def download_request(self, request: ScrapyRequest) -> Response:
        """A page in the browser, anything else (robots.txt) without."""
        if not request.meta.get("playwright"):
            return await self.plainly(request)
        sent = request if self.overrides is None else request.replace(url=with_scheme(request.url, "http"))
        response: Response = await super().download_request(sent)
        for name in ("download_latency", "redirect_urls", "redirect_times"):
            if name in sent.meta:
                request.meta[name] = sent.meta[name]
        if self.overrides is not None:
            response = response.replace(url=with_scheme(response.url, urlsplit(request.url).scheme), request=request)
        if response.url != request.url:
            # Where the browser was led on to is known only now.
            refusal = await self.refusal(response.url)
            if refusal is not None:
                raise refusal
        return response

    async def plainly(self, request: ScrapyRequest) -> Response:
        """An answer without a browser, of loopback where that stands in for every host."""
        if self.overrides is None:
            return await super().download_request(request)  # type: ignore[no-any-return]
        from spiders.crawling.overrides import to_loopback

        sent = to_loopback(request, self.overrides)
        response: Response = await super().download_request(sent)
        return response.replace(url=request.url)


def with_scheme(address: str, scheme: str) -> str:
    """An address with another scheme."""
    return urlunsplit(urlsplit(address)._replace(scheme=scheme))
