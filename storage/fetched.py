"""Pages in the ledger: each answered address one row, and a page that came before by another way is counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from extractors.records import Post, Profile, Reading
from storage.keys import clean
from storage.tables import fetch, fetch_again
from storage.things import ACCOUNT, POST, chunks
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
    """One page on its way into the database. ``fresh``: its records are to be written; ``replaces``: its row had a reading before."""

    fetched: Fetched
    reading: Reading
    row_id: int = 0
    fresh: bool = True
    replaces: bool = False
    before: str | None = None


OWN = tuple(
    item.name for item in fields(Fetched) if item.name not in {"fetch_id", "depth", "url", "target", "role", "thing"}
)
"""What an answer tells beyond what was planned."""


def outcome_values(entry: Entry, withheld: int) -> dict[str, Any]:
    """How the reading of a page ended, as columns."""
    reading = entry.reading
    return {
        "state": "done",
        "outcome": str(reading.outcome),
        "reason": None if reading.reason is None else clean(reading.reason)[:500],
        "records": len(reading.records) - withheld,
        "withheld": withheld,
        "missing": min(reading.missing, 2**31 - 1),
        "unread": [{"what": clean(item.what), "reason": clean(item.reason)} for item in reading.unread],
        "fields": fields_shown(reading),
        "reader_version": entry.fetched.reader_version,
    }


def fields_shown(reading: Reading) -> dict[str, dict[str, int]]:
    """How many posts and profiles a page gave, and how many of them showed each field: ``{"post": {"all": 20, "likes": 19}}``."""
    shown: dict[str, Counter[str]] = {}
    for record in reading.records:
        tally = shown.setdefault("post" if isinstance(record, Post) else "profile", Counter())
        tally["all"] += 1
        for name in POST_FIELDS if isinstance(record, Post) else PROFILE_FIELDS:
            value = getattr(record, name)
            if value is not None and value != ():
                tally[name] += 1
    return {kind: dict(sorted(tally.items())) for kind, tally in sorted(shown.items())}


POST_FIELDS = tuple(item.name for item in fields(Post) if item.name not in {"platform", "kind"})
PROFILE_FIELDS = tuple(item.name for item in fields(Profile) if item.name != "platform")


def same_pages(connection: Connection, entries: Sequence[Entry]) -> dict[tuple[str, datetime | None, str], Row[Any]]:
    """The ledger's rows of pages with the same address, time and body, by these."""
    found: dict[tuple[str, datetime | None, str], Row[Any]] = {}
    urls = sorted({url for entry in entries for url in (entry.fetched.url, entry.fetched.final_url) if url is not None})
    for part in chunks(urls):
        query = select(fetch).where(
            fetch.c.state == "done",
            fetch.c.body_digest.is_not(None),
            or_(fetch.c.url.in_(part), fetch.c.final_url.in_(part)),
        )
        for row in connection.execute(query.order_by(fetch.c.fetch_id)):
            for url in {row.url, row.final_url} - {None}:
                found.setdefault((url, row.fetched_at, row.body_digest), row)
    return found


def register(
    connection: Connection, run_id: int, entries: Sequence[Entry], now: datetime
) -> tuple[list[int], list[int]]:
    """Give each page its row in the ledger; returns the rows whose former reads must go, and those that another now stands for.

    A page that is there already is noted as brought again, and read anew only where its reader has changed.
    """
    same = same_pages(connection, [entry for entry in entries if entry.fetched.body_digest is not None])
    planned = rows_of(connection, [entry.fetched.fetch_id for entry in entries if entry.fetched.fetch_id is not None])
    stale: list[int] = []
    replaced: list[int] = []
    for entry in entries:
        fetched = entry.fetched
        known = page_known(same, fetched)
        if fetched.fetch_id is not None:
            entry.row_id = fetched.fetch_id
            row = planned.get(fetched.fetch_id)
            if row is not None and row.state == "done":
                entry.replaces, entry.before = True, row.outcome
                stale.append(fetched.fetch_id)
            if known is not None and known.fetch_id != fetched.fetch_id:
                take_place(connection, known, fetched.fetch_id)
                replaced.append(known.fetch_id)
        elif known is not None:
            entry.row_id = known.fetch_id
            if known.run_id != run_id:
                values = {"fetch_id": known.fetch_id, "run_id": run_id, "via": fetched.via}
                connection.execute(insert_of(fetch_again, connection.dialect).values(values).on_conflict_do_nothing())
            entry.fresh = known.reader_version != fetched.reader_version
            if entry.fresh:
                entry.replaces, entry.before = True, known.outcome
                stale.append(known.fetch_id)
        else:
            entry.row_id = add_row(connection, run_id, fetched, now)
            if fetched.body_digest is not None:
                row = rows_of(connection, [entry.row_id])[entry.row_id]
                for url in {fetched.url, fetched.final_url} - {None}:
                    same[url or "", row.fetched_at, fetched.body_digest] = row
    return stale, replaced


def page_known(same: dict[tuple[str, datetime | None, str], Row[Any]], fetched: Fetched) -> Row[Any] | None:
    """The row of the same page, if it is there."""
    if fetched.body_digest is None:
        return None
    at = None if fetched.fetched_at is None else fetched.fetched_at.replace(microsecond=0)
    for url in (fetched.url, fetched.final_url):
        if url is not None and (url, at, fetched.body_digest) in same:
            return same[url, at, fetched.body_digest]
    return None


def rows_of(connection: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Rows of the ledger by number."""
    found: dict[int, Row[Any]] = {}
    for part in chunks(ids):
        for row in connection.execute(select(fetch).where(fetch.c.fetch_id.in_(part))):
            found[row.fetch_id] = row
    return found


def add_row(connection: Connection, run_id: int, fetched: Fetched, now: datetime) -> int:
    """A new row for a page that was on no frontier."""
    values = asdict(fetched)
    del values["fetch_id"]
    values |= {"run_id": run_id, "state": "taken", "planned_at": now, "attempts": 1, "unread": [], "fields": {}}
    made = connection.execute(insert(fetch).values(values)).inserted_primary_key
    assert made is not None  # noqa: S101 - every row has a number
    return int(made[0])


def take_place(connection: Connection, known: Row[Any], fetch_id: int) -> None:
    """Let a crawl's own row stand for a page that an import brought first."""
    again = select(fetch_again.c.run_id, fetch_again.c.via).where(fetch_again.c.fetch_id == known.fetch_id)
    others = [(known.run_id, known.via), *((row.run_id, row.via) for row in connection.execute(again))]
    for run_id, via in others:
        values = {"fetch_id": fetch_id, "run_id": run_id, "via": via}
        connection.execute(insert_of(fetch_again, connection.dialect).values(values).on_conflict_do_nothing())
    connection.execute(delete(fetch_again).where(fetch_again.c.fetch_id == known.fetch_id))


def finish(connection: Connection, entry: Entry, withheld: int) -> None:
    """Write how a page ended; of a page that is read again, the ledger keeps when and whence it came."""
    values = outcome_values(entry, withheld)
    if not entry.replaces:
        values |= {
            name: value for name in OWN if (value := getattr(entry.fetched, name)) is not None or name == "fetched_at"
        }
    elif entry.fetched.platform is not None:
        values |= {"platform": entry.fetched.platform, "site": entry.fetched.site}
    connection.execute(update(fetch).where(fetch.c.fetch_id == entry.row_id).values(values))


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
