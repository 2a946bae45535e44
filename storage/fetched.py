"""Pages in the ledger: each answered address one row, and a page that came before by another way is counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import repeat
from operator import attrgetter, is_not
from typing import Any

from sqlalchemy import Connection, delete, select

from extractors.records import Post, Profile, Reading
from storage.keys import clean
from storage.tables import fetch, fetch_again
from storage.things import ACCOUNT, POST, chunks
from storage.upserts import Driver
from storage.upserts import insert as insert_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Where and when a page came from. ``fetch_id`` None: it was on no frontier (imports); ``fetched_at`` None: a saved page of unknown age.

    ``site`` as storage.keys.site_of tells it; ``body_digest`` is the SHA-256 of the body.
    """

    url: str
    host: str
    fetched_at: datetime | None
    platform: str | None = None
    site: str = ""
    fetch_id: int | None = None
    final_url: str | None = None
    status: int | None = None
    via: str = "crawl"
    target: str | None = None
    role: str | None = None
    thing: str | None = None
    depth: int = 0
    archive_file: str | None = None
    archive_offset: int | None = None
    body_digest: str | None = None
    reader_version: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(slots=True)
class Entry:
    """One page on its way into the database.

    ``new``: it was on no frontier and gets a row; ``fresh``: its records are to be written; ``replaces``: its row had
    another reading, which ended in ``before``.
    """

    fetched: Fetched
    reading: Reading
    row_id: int = 0
    new: bool = False
    fresh: bool = True
    replaces: bool = False
    before: str | None = None
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """A page that is in the ledger already."""

    fetch_id: int
    run_id: int
    via: str
    reader_version: str | None
    outcome: str | None


PageKey = tuple[str, datetime | None, str]
OWN = tuple(
    item.name for item in fields(Fetched) if item.name not in {"fetch_id", "depth", "url", "target", "role", "thing"}
)
"""What an answer tells beyond what was planned."""
ALL = tuple(item.name for item in fields(Fetched) if item.name != "fetch_id")
POST_FIELDS = tuple(item.name for item in fields(Post) if item.name not in {"platform", "kind"})
PROFILE_FIELDS = tuple(item.name for item in fields(Profile) if item.name != "platform")
LISTS = {item.name for item in (*fields(Post), *fields(Profile)) if item.default == ()}
NOTHING = repeat(None)
POST_VALUES, PROFILE_VALUES = attrgetter(*POST_FIELDS), attrgetter(*PROFILE_FIELDS)


def outcome_values(entry: Entry) -> dict[str, Any]:
    """How the reading of a page ended, as columns."""
    reading = entry.reading
    return {
        "state": "done",
        "outcome": str(reading.outcome),
        "reason": None if reading.reason is None else clean(reading.reason)[:500],
        "records": len(reading.records) - entry.withheld,
        "withheld": entry.withheld,
        "missing": min(reading.missing, 2**31 - 1),
        "unread": [{"what": clean(item.what), "reason": clean(item.reason)} for item in reading.unread],
        "fields": fields_shown(reading),
        "reader_version": entry.fetched.reader_version,
    }


def fields_shown(reading: Reading) -> dict[str, dict[str, int]]:
    """How many posts and profiles a page gave, and how many of them showed each field: ``{"post": {"all": 20, "likes": 19}}``."""
    found: dict[str, dict[str, int]] = {}
    for kind, names, values, records in (
        ("post", POST_FIELDS, POST_VALUES, reading.posts),
        ("profile", PROFILE_FIELDS, PROFILE_VALUES, reading.profiles),
    ):
        if not records:
            continue
        columns = zip(*map(values, records), strict=True)
        tally = {
            name: sum(map(is_not, column, NOTHING)) - (column.count(()) if name in LISTS else 0)
            for name, column in zip(names, columns, strict=True)
        }
        found[kind] = {"all": len(records)} | {name: number for name, number in tally.items() if number}
    return found


def same_pages(connection: Connection, entries: Sequence[Entry]) -> dict[PageKey, Known]:
    """The ledger's rows of pages with the same address, time and body, by these."""
    driver = Driver(connection)
    found: dict[PageKey, Known] = {}
    urls = sorted({url for entry in entries for url in (entry.fetched.url, entry.fetched.final_url) if url is not None})
    names = ("fetch_id", "run_id", "via", "reader_version", "outcome", "url", "final_url", "fetched_at", "body_digest")
    for name in ("url", "final_url") if urls else ():
        only = " AND state = 'done' AND body_digest IS NOT NULL" + (
            " AND final_url IS NOT NULL" if name == "final_url" else ""
        )
        for row in driver.select(fetch, names, {}, name, urls, only):
            for url in {row.url, row.final_url} - {None}:
                key = url, driver.read_time(row.fetched_at), row.body_digest
                if key not in found or row.fetch_id < found[key].fetch_id:
                    found[key] = Known(*row[:5])
    return found


def register(driver: Driver, run_id: int, entries: Sequence[Entry]) -> tuple[list[int], list[int]]:
    """Give each page its row in the ledger; returns the rows whose former reads must go, and those that another now stands for.

    A page that is there already is noted as brought again, and read anew only where its reader has changed.
    """
    connection = driver.connection
    same = same_pages(connection, [entry for entry in entries if entry.fetched.body_digest is not None])
    planned = states_of(connection, [entry.fetched.fetch_id for entry in entries if entry.fetched.fetch_id is not None])
    numbers = iter(driver.numbers(fetch, "fetch_id", len(entries)))
    stale: list[int] = []
    replaced: list[int] = []
    for entry in entries:
        fetched = entry.fetched
        known = page_known(same, fetched)
        if fetched.fetch_id is not None:
            entry.row_id = fetched.fetch_id
            state, outcome = planned.get(fetched.fetch_id, (None, None))
            if state == "done":
                entry.replaces, entry.before = True, outcome
                stale.append(fetched.fetch_id)
            if known is not None and known.fetch_id != fetched.fetch_id:
                take_place(connection, known, fetched.fetch_id)
                replaced.append(known.fetch_id)
        elif known is not None:
            entry.row_id = known.fetch_id
            if known.run_id != run_id:
                brought_again(connection, known.fetch_id, run_id, fetched.via)
            entry.fresh = known.reader_version != fetched.reader_version
            if entry.fresh:
                entry.replaces, entry.before = True, known.outcome
                stale.append(known.fetch_id)
        else:
            entry.row_id, entry.new = next(numbers), True
        if known is None or fetched.fetch_id is not None:
            here = Known(entry.row_id, run_id, fetched.via, fetched.reader_version, str(entry.reading.outcome))
            same |= dict.fromkeys(page_keys(fetched), here)
    return stale, replaced


def page_keys(fetched: Fetched) -> list[PageKey]:
    """What a page is told by: address, time and body."""
    if fetched.body_digest is None:
        return []
    at = None if fetched.fetched_at is None else fetched.fetched_at.astimezone(UTC).replace(microsecond=0)
    return [(url, at, fetched.body_digest) for url in (fetched.url, fetched.final_url) if url is not None]


def page_known(same: Mapping[PageKey, Known], fetched: Fetched) -> Known | None:
    """The row of the same page, if it is there."""
    return next((same[key] for key in page_keys(fetched) if key in same), None)


def states_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """State and outcome of rows of the ledger."""
    found: dict[int, tuple[str, str | None]] = {}
    for part in chunks(ids):
        query = select(fetch.c.fetch_id, fetch.c.state, fetch.c.outcome).where(fetch.c.fetch_id.in_(part))
        found |= {row.fetch_id: (row.state, row.outcome) for row in connection.execute(query)}
    return found


def brought_again(connection: Connection, fetch_id: int, run_id: int, via: str) -> None:
    """Note that a later run brought a page that is here."""
    values = {"fetch_id": fetch_id, "run_id": run_id, "via": via}
    connection.execute(insert_of(fetch_again, connection.dialect).values(values).on_conflict_do_nothing())


def take_place(connection: Connection, known: Known, fetch_id: int) -> None:
    """Let a crawl's own row stand for a page that an import brought first."""
    again = select(fetch_again.c.run_id, fetch_again.c.via).where(fetch_again.c.fetch_id == known.fetch_id)
    for run_id, via in [(known.run_id, known.via), *((row.run_id, row.via) for row in connection.execute(again).all())]:
        brought_again(connection, fetch_id, run_id, via)
    connection.execute(delete(fetch_again).where(fetch_again.c.fetch_id == known.fetch_id))


def record(driver: Driver, run_id: int, entries: Sequence[Entry], now: datetime) -> None:
    """Write how pages ended; of a page that is read again, the ledger keeps when and whence it came."""
    new: list[tuple[Any, ...]] = []
    changes: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    names: tuple[str, ...] = ()
    for entry in entries:
        fetched, values = entry.fetched, outcome_values(entry)
        if entry.new:
            row = {name: getattr(fetched, name) for name in ALL} | values
            row |= {"fetch_id": entry.row_id, "run_id": run_id, "planned_at": now.replace(microsecond=0), "attempts": 1}
            names = tuple(row)
            new.append(tuple(map(driver.value, row.values())))
            continue
        if not entry.replaces:
            told = {name: getattr(fetched, name) for name in OWN}
            values |= {name: value for name, value in told.items() if value is not None or name == "fetched_at"}
        elif fetched.platform is not None:
            values |= {"platform": fetched.platform, "site": fetched.site}
        changes[tuple(values)].append((*map(driver.value, values.values()), entry.row_id))
    driver.insert(fetch, names, new, new=True)
    for changed, rows in changes.items():
        driver.update(fetch, "fetch_id", changed, rows)


def forget_reads(connection: Connection, fetch_ids: Sequence[int]) -> tuple[set[int], set[int]]:
    """Delete the reads of some pages; returns the posts and the accounts that must be settled."""
    touched: tuple[set[int], set[int]] = set(), set()
    for thing, ids in zip((POST, ACCOUNT), touched, strict=True):
        for part in chunks(fetch_ids):
            of_part = thing.read.c.fetch_id.in_(part)
            ids.update(connection.execute(select(thing.read.c[thing.id_name]).where(of_part)).scalars())
            connection.execute(delete(thing.read).where(of_part))
    return touched


def forget_rows(connection: Connection, fetch_ids: Sequence[int]) -> None:
    """Delete rows of the ledger that nothing refers to any more."""
    for part in chunks(fetch_ids):
        connection.execute(delete(fetch_again).where(fetch_again.c.fetch_id.in_(part)))
        connection.execute(delete(fetch).where(fetch.c.fetch_id.in_(part)))
