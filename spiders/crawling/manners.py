"""What every part of a crawl says when an address is not asked, or does not answer: an outcome with its reason."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from sqlalchemy import Engine

from config import VERSION
from config.watchlist import ConfigError
from extractors.records import Outcome, Reading
from storage.errors import Result, patiently

PRODUCT = "mentionary"
"""The product token that robots.txt files are searched for, and that the User-Agent begins with."""
DATABASE = ThreadPoolExecutor(2, "database")
"""Who works on the database beside the reactor. SQLite has one writer at a time, and each thread more costs memory for good."""


def user_agent(contact: str | None) -> str:
    """The User-Agent, with whom to ask about the crawl; raises ConfigError where nobody is named."""
    if contact is None:
        raise ConfigError(
            "no crawl starts without a contact; set MENTIONARY_CONTACT to an e-mail or web address "
            "that the people whose servers are asked can reach you at"
        )
    if not contact.isascii() or not contact.isprintable() or ("@" not in contact and "://" not in contact):
        raise ConfigError(f"MENTIONARY_CONTACT is {contact!r}; set it to an e-mail or web address in plain letters")
    return f"mentionary/{VERSION} (+{contact})"


class Refusal(IgnoreRequest):
    """An address that is not asked; Scrapy hands it to the spider's errback."""

    def __init__(self, outcome: Outcome, reason: str | None = None) -> None:
        super().__init__(f"{outcome}: {reason}")
        self.outcome = outcome
        self.reason = reason


REASONS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "host-unknown"),
    (DownloadConnectionRefusedError, "connection-refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "too-large"),
    (UnsupportedURLSchemeError, "scheme"),
)


BROWSERS_REASONS = (
    ("ERR_NAME_NOT_RESOLVED", "host-unknown"),
    ("ERR_CONNECTION_REFUSED", "connection-refused"),
    ("ERR_CERT_", "certificate"),
    ("Timeout ", "timeout"),
    ("ERR_TIMED_OUT", "timeout"),
)


def ending(error: BaseException | None) -> Reading:
    """The reading of an address that gave no answer."""
    if isinstance(error, Refusal):
        return Reading(error.outcome, error.reason)
    for kind, reason in REASONS:
        if isinstance(error, kind):
            return Reading(Outcome.FAILED, reason)
    told = str(error)
    if "max redirections" in told:
        return Reading(Outcome.FAILED, "too-many-redirects")
    if "during decompression" in told:
        return Reading(Outcome.FAILED, "too-large")
    for word, reason in BROWSERS_REASONS:
        if word in told:
            return Reading(Outcome.FAILED, reason)
    if "certificate" in told.lower():
        return Reading(Outcome.FAILED, "certificate")
    return Reading(Outcome.FAILED, f"{type(error).__name__}: {told}"[:200])


def engine_of(crawler: Crawler) -> Engine | None:
    """The database of a crawl; None where a spider runs without one (``scrapy shell``, ``scrapy fetch``)."""
    walk = getattr(crawler.spider, "walk", None)
    return None if walk is None else walk.engine


def headers_of(response: Response) -> dict[str, str]:
    """A response's headers by lower-case name; of one that came several times, all values joined by commas."""
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }


async def in_thread(work: Callable[..., Result], *given: Any) -> Result:
    """Work on the database beside the reactor, patiently; raises StorageError in the end."""
    return await asyncio.get_running_loop().run_in_executor(DATABASE, patiently, partial(work, *given))
