"""What a walk makes of answers, and of those that never came, without network and database."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import TextResponse
from twisted.python.failure import Failure

from extractors.records import Outcome, Reading
from spiders.base import platforms
from spiders.crawling import walk as walks
from spiders.crawling.manners import Refusal, ending
from spiders.crawling.walk import Walk
from storage.errors import StorageError

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://social.example/api/v1/accounts/lookup?acct=acme"


def walk() -> Walk:
    nothing: Any = None
    return Walk(platforms()["mastodon"], nothing, None, nothing, 1, AT, ())


def request() -> Request:
    row = SimpleNamespace(
        fetch_id=1, url=URL, host="social.example", platform="mastodon", site="social.example",
        target="profile:acme", role="first", thing=None, depth=0,
    )  # fmt: skip
    return Request(URL, meta={"row": row, "fetched_at": AT})


def test_a_reader_that_raises_ends_its_page_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> tuple[str, Reading]:
        raise MemoryError("a reader's own fault")

    monkeypatch.setattr(walks, "read", broken)
    response = TextResponse(URL, body=b"{}", request=request())
    (visit,) = walk().answered(response)
    assert (visit.reading.outcome, visit.reading.reason) == (Outcome.DRIFT, "MemoryError: a reader's own fault")
    assert visit.fetched.body_digest is not None


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (Refusal(Outcome.DENIED, "robots-unavailable"), Outcome.DENIED, "robots-unavailable"),
        (CannotResolveHostError("no such host"), Outcome.FAILED, "host-unknown"),
        (DownloadConnectionRefusedError("refused"), Outcome.FAILED, "connection-refused"),
        (DownloadTimeoutError("60 seconds"), Outcome.FAILED, "timeout"),
        (
            DownloadFailedError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
            Outcome.FAILED,
            "certificate",
        ),
        (IgnoreRequest("max redirections reached"), Outcome.FAILED, "too-many-redirects"),
        (RuntimeError("Page.goto: net::ERR_NAME_NOT_RESOLVED at https://x.example"), Outcome.FAILED, "host-unknown"),
        (RuntimeError("Page.goto: Timeout 45000ms exceeded."), Outcome.FAILED, "timeout"),
        (RuntimeError("something else"), Outcome.FAILED, "RuntimeError: something else"),
    ],
)
def test_an_answer_that_never_came(error: Exception, outcome: Outcome, reason: str) -> None:
    assert ending(error) == Reading(outcome, reason)
    failure = Failure(error)  # type: ignore[no-untyped-call]
    failure.request = request()  # type: ignore[attr-defined]
    (visit,) = walk().failed(failure)
    assert (visit.reading.outcome, visit.reading.reason, visit.fetched.status) == (outcome, reason, None)


def test_an_address_that_the_database_kept_from_being_asked_stays_open() -> None:
    ours = walk()
    failure = Failure(StorageError("the database does not answer"))  # type: ignore[no-untyped-call]
    failure.request = request()  # type: ignore[attr-defined]
    assert list(ours.failed(failure)) == []
    assert str(ours.error) == "the database does not answer"
