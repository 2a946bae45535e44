"""Saved pages on their way into the archive and the database: cleaned of tokens, kept, read, written, counted once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import Engine

from config import clock
from extractors.records import Outcome
from extractors.values.addresses import authority
from extractors.values.secrets import without_secrets, without_tokens
from spiders.base import reader_version
from spiders.crawling.following import is_covered
from spiders.page import Page
from spiders.sources import Found, Taken, take, too_large
from storage.archive import Archive, Exchange, body_digest
from storage.fetched import Entry, Fetched, page_known, same_pages
from storage.keys import site_of
from storage.ledger import beat
from storage.writing import Writer

Item = TypeVar("Item")
SIGN_SECONDS = 60.0
BATCH_PAGES = 50
BATCH_BYTES = 32 * 1024 * 1024
"""So much is held at once, however large the pages are."""


@dataclass(slots=True)
class Tally:
    """What an import did."""

    pages: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    """By platform and outcome."""
    records: Counter[str] = field(default_factory=Counter)
    """By platform."""
    again: int = 0
    """Pages that were here already."""
    passed_over: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)
    """File and sentence of what could not be taken."""

    @property
    def drifted(self) -> int:
        """Pages whose reader is out of date."""
        return sum(number for (_, outcome), number in self.pages.items() if outcome is Outcome.DRIFT)

    @property
    def read_any(self) -> bool:
        """Whether any page said what it has; so it is where there was none to read."""
        return not self.pages or any(is_covered(outcome) for _, outcome in self.pages)


def bring(found: Iterable[Found], engine: Engine, archive: Archive, writer: Writer, tally: Tally) -> Iterator[Found]:
    """Keep and write what was found, and give it on as it is done."""
    batch: list[tuple[Taken, Fetched]] = []
    for item in found:
        taken = take(cleaned(item))
        if isinstance(taken, Found):
            note(taken, tally)
        else:
            if sentence := too_large(taken):
                tally.faults.append((taken.found.file.name, sentence))
            batch.append((taken, fetched_of(taken)))
            if len(batch) >= BATCH_PAGES or sum(len(page_of(taken).body) for taken, _ in batch) >= BATCH_BYTES:
                settle(batch, engine, archive, writer, tally)
                batch = []
        yield item
    settle(batch, engine, archive, writer, tally)


def note(found: Found, tally: Tally) -> None:
    """Count what is no page."""
    if found.passed_over:
        tally.passed_over[found.passed_over] += 1
    else:
        tally.faults.append((found.file.name, found.fault or "holds no page"))


def cleaned(found: Found) -> Found:
    """A page without what could open the session of whoever saved it; its digest is of the body as it was saved."""
    if found.page is None:
        return found
    page = found.page
    digest = found.digest or body_digest(page.body)
    return replace(
        found, page=replace(page, url=without_secrets(page.url), body=without_tokens(page.body)), digest=digest
    )


def page_of(taken: Taken) -> Page:
    """The page that was taken."""
    assert taken.found.page is not None  # noqa: S101 - only pages are taken
    return taken.found.page


def fetched_of(taken: Taken) -> Fetched:
    """Where and when the page came from, for the ledger."""
    page = page_of(taken)
    return Fetched(
        url=page.url,
        host=authority(page.url),
        platform=taken.platform,
        site=site_of(taken.platform, page.url),
        fetched_at=page.fetched_at,
        status=page.status,
        via="import",
        body_digest=taken.found.digest,
        reader_version=reader_version(taken.platform),
        etag=page.headers.get("etag"),
        last_modified=page.headers.get("last-modified"),
    )


def settle(batch: list[tuple[Taken, Fetched]], engine: Engine, archive: Archive, writer: Writer, tally: Tally) -> None:
    """Keep the pages that are new, then write what all of them say."""
    with engine.connect() as connection:
        same = same_pages(connection, [Entry(fetched, taken.reading) for taken, fetched in batch])
    kept: set[tuple[object, ...]] = set()
    for taken, fetched in batch:
        key = (fetched.url, fetched.fetched_at, fetched.body_digest)
        if page_known(same, fetched) is not None or key in kept:
            tally.again += 1
        else:
            place = archive.write(exchange_of(taken))
            fetched = replace(fetched, archive_file=place.file, archive_offset=place.offset)
            kept.add(key)
        writer.add(fetched, taken.reading)
        platform = taken.platform or "(no platform)"
        tally.pages[platform, taken.reading.outcome] += 1
        tally.records[platform] += len(taken.reading.records)


def exchange_of(taken: Taken) -> Exchange:
    """A page as the archive keeps it: an answer where its headers are known, else what a browser showed."""
    page = page_of(taken)
    content_type = page.content_type or "application/octet-stream"
    headers = [(name, value) for name, value in page.headers.items() if name not in ENCODINGS]
    if "content-type" not in page.headers:
        headers.append(("content-type", content_type))
    return Exchange(
        url=page.url,
        fetched_at=page.fetched_at,
        status=page.status,
        headers=headers,
        body=page.body,
        kind="resource" if page.saved or not page.headers else "response",
        cut_short=page.cut_short,
        digest=taken.found.digest if taken.found.digest != body_digest(page.body) else None,
        platform=page.platform,
        saved=page.saved,
    )


ENCODINGS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers of a form that the body is no longer in."""


def alive(items: Iterable[Item], engine: Engine, run_id: int) -> Iterator[Item]:
    """The items, with a sign of life of the run once a minute, so that nobody takes it for killed."""
    told = time.monotonic()
    for item in items:
        if time.monotonic() - told > SIGN_SECONDS:
            beat(engine, run_id, clock.now())
            told = time.monotonic()
        yield item
