"""The one way in: pages and what was read from them, written in batches, each batch one transaction.

Writing the same page again changes nothing, and the order of pages does not matter.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from config.garbage import uncollected
from config.watchlist import Watchlist
from extractors.records import Outcome, Post, Reading
from storage.database import writing
from storage.erasure import drop_from_archive, erased_keys, has_pruned
from storage.errors import StorageError
from storage.fetched import Entry, Fetched, forget_reads, forget_rows, record, register
from storage.gone import found_gone
from storage.ledger import now
from storage.locks import lock_platforms
from storage.pseudonyms import Pseudonyms, hold_key
from storage.saving import Saver, Shown
from storage.settling import settle
from storage.tables import UNKNOWN_TIME
from storage.things import ACCOUNT, POST
from storage.upserts import Driver
from storage.watchlist import load_home_watchlist, sync_watchlist, words_of
from storage.wording import Said, fold

logger = logging.getLogger(__name__)

UNSTORABLE = (DBAPIError, ValueError, OverflowError, LookupError, TypeError)
"""What one page's records may raise that no other page should suffer from."""


class Writer:
    """Takes pages with their readings and writes them, ``batch`` pages at a time; what is left is written at the end.

    ``counts`` says what was written: pages, again (pages that were here), records, withheld, and for pages read anew
    ``outcome drift -> ok``. Raises StorageError; what was not written then stays and can be flushed again.
    """

    def __init__(
        self,
        engine: Engine,
        run_id: int,
        *,
        batch: int = 50,
        watchlist: Watchlist | None = None,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        self.engine = engine
        self.run_id = run_id
        self.batch = batch
        self.watchlist = load_home_watchlist() if watchlist is None else watchlist
        self.words = words_of(self.watchlist, pseudonyms)
        self.counts: Counter[str] = Counter()
        self.waiting: list[tuple[Fetched, Reading]] = []

    def __enter__(self) -> Self:
        """Make sure that the brands are there and that the pseudonyms are those of this database."""
        with writing(self.engine) as connection:
            hold_key(connection, self.words.pseudonyms)
        sync_watchlist(self.engine, self.watchlist, self.words)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, whatever ended the work, unless it was the database."""
        if not isinstance(error, StorageError):
            self.flush()

    def add(self, fetched: Fetched, reading: Reading) -> None:
        """Take one page; a full batch is written."""
        self.waiting.append((fetched, reading))
        if len(self.waiting) >= self.batch:
            self.flush()

    def flush(self) -> None:
        """Write what waits, all or nothing; a page that can't be stored is noted as failed and harms no other."""
        if not self.waiting:
            return
        try:
            self.write(self.waiting)
        except UNSTORABLE:
            for page in self.waiting:
                try:
                    self.write([page])
                except UNSTORABLE as error:
                    logger.warning("%s can't be stored: %s", page[0].url, error, exc_info=True)
                    self.write([(page[0], Reading(Outcome.FAILED, f"not-storable: {type(error).__name__}"))])
        self.waiting = []

    def write(self, pages: list[tuple[Fetched, Reading]]) -> None:
        """Write some pages in one transaction."""
        entries = [Entry(fetched, reading) for fetched, reading in pages]
        counts: Counter[str] = Counter()
        with uncollected(), writing(self.engine) as connection:
            lock_platforms(connection, {entry.fetched.platform for entry in entries})
            self.words.erased = erased_keys(connection)
            self.words.has_pruned = has_pruned(connection)
            driver = Driver(connection)
            stale, replaced = register(driver, self.run_id, entries)
            posts, accounts = forget_reads(connection, [*stale, *replaced])
            shown_accounts: list[Shown] = []
            shown_posts: list[Shown] = []
            for entry in entries:
                if not entry.fresh:
                    counts["again"] += 1
                    continue
                found_accounts, found_posts = self.said(entry)
                shown_accounts += found_accounts
                shown_posts += found_posts
                counts["pages"] += 1
                counts["records"] += len(entry.reading.records) - entry.withheld
                counts["withheld"] += entry.withheld
                if entry.replaces:
                    counts[f"outcome {entry.before} -> {entry.reading.outcome}"] += 1
            record(driver, self.run_id, [entry for entry in entries if entry.fresh], now())
            drop_from_archive(connection, [entry.row_id for entry in entries if entry.withheld])
            accounts |= Saver(driver, ACCOUNT, self.words).save(shown_accounts)
            saver = Saver(driver, POST, self.words)
            posts |= saver.save(shown_posts)
            posts |= found_gone(driver, entries, saver.states, POST)
            accounts |= found_gone(driver, entries, (), ACCOUNT)
            settle(connection, ACCOUNT, accounts, self.words)
            settle(connection, POST, posts, self.words)
            forget_rows(connection, replaced)
        self.counts += counts

    def said(self, entry: Entry) -> tuple[list[Shown], list[Shown]]:
        """What a page said of accounts and of posts, each once; records of someone who was erased are counted and left out."""
        fetched, words = entry.fetched, self.words
        at = second(fetched.fetched_at) if fetched.fetched_at is not None else UNKNOWN_TIME
        accounts: dict[tuple[object, ...], Said] = {}
        posts: dict[tuple[object, ...], Said] = {}
        for item in entry.reading.records:
            if isinstance(item, Post):
                said: Said | None = words.post(item, fetched.platform, fetched.site, fetched.url)
            else:
                said = words.profile(item, fetched.site)
            if said is None:
                continue
            if words.erased and not words.erased.isdisjoint(said.also):
                entry.withheld += 1
                continue
            if isinstance(item, Post):
                if said.author is not None:
                    said.author = merge(accounts, said.author)
                merge(posts, said)
            else:
                merge(accounts, said)
        return (
            [Shown(said, at, entry.row_id) for said in accounts.values()],
            [Shown(said, at, entry.row_id) for said in posts.values()],
        )


def merge(found: dict[tuple[object, ...], Said], said: Said) -> Said:
    """Put what a page says of a thing to what it said of it before; a count is the one shown first."""
    known = found.setdefault((said.scope, said.key, said.alias if said.key is None else None), said)
    if known is not said:
        known.attributes = fold((known.attributes, said.attributes))
        known.counts = [old if old is not None else new for old, new in pairs(known.counts, said.counts)]
        known.alias = said.alias or known.alias
        known.brand_id = said.brand_id or known.brand_id
        known.author = said.author or known.author
    return known


def pairs(known: list[int | None], new: list[int | None]) -> list[tuple[int | None, int | None]]:
    """Bounds side by side; both of a count come from the same place."""
    return [(known[at], known[at]) if known[at - at % 2] is not None else (None, new[at]) for at in range(len(known))]


def second(at: datetime) -> datetime:
    """A time to the second, as it is stored."""
    return at.replace(microsecond=0)


__all__ = ["Fetched", "Writer"]
