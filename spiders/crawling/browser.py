"""Pages that only scripts make whole: one Chromium a crawl, with what is not needed or not allowed left out.

Nothing is clicked, scrolled or filled in; the page is taken as it is once the network is quiet.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from playwright.async_api import APIResponse, Page, Request, Route
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as QuietTimeoutError
from scrapy.crawler import Crawler
from scrapy.http import Request as ScrapyRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from config.environment import environment
from config.watchlist import ConfigError
from spiders.crawling.manners import Refusal, headers_of
from spiders.crawling.robots import MAX_REDIRECTS, REDIRECTS, RobotsMiddleware, robots_key
from spiders.sources.importing import ENCODINGS
from storage.decoding import decoded
from storage.warc import MAX_KEPT_BYTES

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
    """scrapy-playwright, whose pages come from Scrapy, and which asks robots.txt for all that their scripts ask for."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.crawler = crawler
        self.overrides = environment().overrides
        self.closing: set[asyncio.Future[None]] = set()
        # A page that was closed was closed on purpose.
        self.config.target_closed_max_retries = 0

    async def download_request(self, request: ScrapyRequest) -> Response:
        """A page as its scripts make it; anything else (robots.txt, redirects, data) as it came."""
        document = await self.plainly(request)
        if (
            not request.meta.get("playwright")
            or "html" not in headers_of(document).get("content-type", "")
            or not 200 <= document.status < 300
            or "dataloss" in document.flags
        ):
            # Where a redirect leads to, robots.txt and the pace of that host come first: Scrapy asks again.
            return document
        sent = request if self.overrides is None else request.replace(url=with_scheme(request.url, "http"))
        led_away: list[Refusal] = []
        sent.meta["playwright_page_init_callback"] = partial(self.guard, document, led_away)
        try:
            response: Response = await super().download_request(sent)
        except PlaywrightError as error:
            if led_away:
                raise led_away[0] from error
            raise
        request.meta["download_latency"] = sent.meta.get("download_latency", 0.0)
        if self.overrides is not None:
            response = response.replace(url=with_scheme(response.url, urlsplit(request.url).scheme), request=request)
        return response

    async def plainly(self, request: ScrapyRequest) -> Response:
        """An answer without a browser, of loopback where that stands in for every host."""
        asked = request.replace(meta={**request.meta, "playwright": False})
        if self.overrides is not None:
            from spiders.crawling.overrides import to_loopback

            asked = to_loopback(asked, self.overrides)
        response: Response = await super().download_request(asked)
        request.meta["download_latency"] = asked.meta.get("download_latency", 0.0)
        return response.replace(url=request.url)

    async def guard(self, document: Response, led_away: list[Refusal], page: Page, request: ScrapyRequest) -> None:
        """Give a page its document, and decide upon all that its scripts ask for.

        A page that a script leads on to what robots.txt forbids is closed, and why is put into ``led_away``.
        """
        waits = [document]

        async def decide(route: Route, asked: Request) -> None:
            try:
                leads = asked.is_navigation_request() and asked.frame.parent_frame is None
                if waits and leads:
                    await fulfil(route, waits.pop())
                elif leads and (refusal := await self.refusal(asked.url)):
                    led_away.append(refusal)
                    await route.abort()
                    # Not here: the page waits for this decision.
                    closing = asyncio.ensure_future(page.close())
                    self.closing.add(closing)
                    closing.add_done_callback(self.closing.discard)
                elif asked.resource_type not in NEEDED or not (answer := await self.answer(route, asked)):
                    await route.abort()
                else:
                    await route.fulfill(response=answer)
            except PlaywrightError:
                # What it was asked for did not come, or the page is closed by now.
                with suppress(PlaywrightError):
                    await route.abort()

        await page.route("**/*", decide)

    async def answer(self, route: Route, asked: Request) -> APIResponse | None:
        """What a page's script asked for, redirect by redirect; None where robots.txt forbids one of the addresses."""
        address = asked.url
        for _ in range(1 + MAX_REDIRECTS):
            if urlsplit(address).scheme not in {"http", "https"} or await self.refusal(address) is not None:
                return None
            headers = {name: value for name, value in (await asked.all_headers()).items() if name != "host"}
            if self.overrides is not None:
                headers["host"] = urlsplit(address).netloc
            response = await route.fetch(
                url=on_loopback(address, self.overrides), headers=headers, max_redirects=0, timeout=NAVIGATION_MS
            )
            location = response.headers.get("location")
            if response.status not in REDIRECTS or location is None:
                return response
            address = urljoin(address, location)
        return None

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


async def fulfil(route: Route, document: Response) -> None:
    """Give a page the document that Scrapy fetched, out of its encoding."""
    headers = headers_of(document)
    encoding = headers.get("content-encoding", "identity")
    told = {name: value for name, value in headers.items() if name not in ENCODINGS}
    body = decoded(document.body, encoding, MAX_KEPT_BYTES)
    await route.fulfill(status=document.status, headers=told, body=body)


def on_loopback(address: str, overrides: str | None) -> str:
    """Where an address is asked, where loopback stands in for every host."""
    if overrides is None:
        return address
    there = urlsplit(overrides)
    return urlunsplit(urlsplit(address)._replace(scheme=there.scheme, netloc=there.netloc, fragment=""))


def with_scheme(address: str, scheme: str) -> str:
    """An address with another scheme."""
    return urlunsplit(urlsplit(address)._replace(scheme=scheme))
