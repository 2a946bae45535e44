"""Kept pages, read again with today's readers, and what that changes in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, Select, func, select

from extractors.records import Outcome, Reading
from spiders.base import read, reader_version
from spiders.sources.warc import page_of
from storage.archive import Archive, body_digest
from storage.errors import ArchiveError, NotKeptError
from storage.fetched import Fetched
from storage.keys import site_of
from storage.snapshots import Key, Values, said_by
from storage.tables import fetch
from storage.warc import Kept
from storage.writing import Writer

BATCH = 50
EXAMPLES = 3
"""So many changes of each platform are told in full."""
NOBODY = "(no platform)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which kept pages are read again; ``everything`` reads also those whose reader has not changed."""

    since: datetime | None = None
    platform: str | None = None
    outcome: str | None = None
    everything: bool = False


@dataclass(slots=True)
class Changes:
    """What reading again has changed, by platform."""

    pages: Counter[str] = field(default_factory=Counter)
    same: int = 0
    """Pages whose reader is still the one that read them."""
    added: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Platform, outcome before, outcome now."""
    examples: dict[str, list[str]] = field(default_factory=dict)
    drifted: int = 0
    """Pages read again whose reader still is out of date."""
    not_kept: int = 0
    """Pages that the archive no longer has, since they are old or were erased."""
    faults: list[str] = field(default_factory=list)


def pages_wanted(wanted: Wanted) -> Select[Any]:
    """The ledger's rows of kept pages, in the order of the archive."""
    query = select(fetch).where(fetch.c.state == "done", fetch.c.archive_file.is_not(None))
    if wanted.since is not None:
        query = query.where(fetch.c.fetched_at >= wanted.since)
    if wanted.platform is not None:
        query = query.where(fetch.c.platform == wanted.platform)
    if wanted.outcome is not None:
        query = query.where(fetch.c.outcome == wanted.outcome)
    return query


def count_wanted(engine: Engine, wanted: Wanted) -> int:
    """How many kept pages there are."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(pages_wanted(wanted).subquery())).scalar_one())


def replay(engine: Engine, archive: Archive, writer: Writer, wanted: Wanted, changes: Changes) -> Iterator[int]:
    """Read pages again and write what they now say; gives the number of pages of each step."""
    last = 0
    while True:
        query = pages_wanted(wanted).where(fetch.c.fetch_id > last).order_by(fetch.c.fetch_id).limit(BATCH)
        with engine.connect() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        last = rows[-1].fetch_id
        again(engine, writer, [pair for row in rows if (pair := look(archive, row, wanted, changes))], changes)
        yield len(rows)


def look(archive: Archive, row: Row[Any], wanted: Wanted, changes: Changes) -> tuple[Row[Any], Fetched, Reading] | None:
    """A kept page, read; None where there is nothing to write."""
    try:
        kept = archive.read_at(row.archive_file, row.archive_offset)
    except NotKeptError:
        changes.not_kept += 1
        return None
    except ArchiveError as error:
        changes.faults.append(f"{row.url}: {error}")
        return None
    if kept.kind == "metadata":
        changes.not_kept += 1
        return None
    fault = misfit(kept, row)
    if fault:
        changes.faults.append(f"{row.url}: {fault}")
        return None
    platform, reading = read(page_of(kept))
    if not wanted.everything and platform == row.platform and reader_version(platform) == row.reader_version:
        changes.same += 1
        return None
    # Where a limit ended the walk is no page's own affair.
    return row, fetched_of(row, platform), replace(reading, missing=max(reading.missing, row.missing))


def misfit(kept: Kept, row: Row[Any]) -> str | None:
    """Why a record is not the page that was stored from it; None where it is."""
    if kept.cut_short and row.outcome != Outcome.FAILED:
        return f"cut short in {row.archive_file}"
    if row.body_digest and row.body_digest not in {kept.digest, body_digest(kept.body)} and not kept.cut_short:
        return f"another page stands in {row.archive_file} at {row.archive_offset}"
    return None


def fetched_of(row: Row[Any], platform: str | None) -> Fetched:
    """A page of the ledger, as the writer takes it."""
    return Fetched(
        url=row.url,
        final_url=row.final_url,
        host=row.host,
        platform=platform,
        site=row.site if platform == row.platform else site_of(platform, row.final_url or row.url),
        fetch_id=row.fetch_id,
        fetched_at=row.fetched_at,
        status=row.status,
        via=row.via,
        target=row.target,
        role=row.role,
        thing=row.thing,
        depth=row.depth,
        body_digest=row.body_digest,
        reader_version=reader_version(platform),
    )


def again(engine: Engine, writer: Writer, pages: Sequence[tuple[Row[Any], Fetched, Reading]], changes: Changes) -> None:
    """Write pages anew and note what is different."""
    ids = [row.fetch_id for row, _, _ in pages]
    with engine.connect() as connection:
        before = said_by(connection, ids)
    for _, fetched, reading in pages:
        writer.add(fetched, reading)
    writer.flush()
    with engine.connect() as connection:
        after = said_by(connection, ids)
    platforms: dict[int, str] = {}
    for row, fetched, reading in pages:
        name = platforms[row.fetch_id] = fetched.platform or NOBODY
        changes.pages[name] += 1
        changes.drifted += reading.outcome is Outcome.DRIFT
        if row.outcome != reading.outcome:
            changes.outcomes[name, row.outcome or "", reading.outcome] += 1
    urls = {row.fetch_id: row.final_url or row.url for row, _, _ in pages}
    compare(before, after, platforms, urls, changes)


def compare(
    before: dict[Key, Values],
    after: dict[Key, Values],
    platforms: dict[int, str],
    urls: dict[int, str],
    changes: Changes,
) -> None:
    """Count what was added, dropped and changed, with some examples of each platform."""
    for key in sorted(before.keys() | after.keys()):
        name, what = platforms[key[0]], f"{key[1]} {key[3]}"
        examples = changes.examples.setdefault(name, [])
        if key not in before:
            changes.added[name] += 1
            told = f"{what}: added"
        elif key not in after:
            changes.dropped[name] += 1
            told = f"{what}: no longer read"
        else:
            different = sorted(
                field
                for field in before[key].keys() | after[key].keys()
                if before[key].get(field) != after[key].get(field)
            )
            changes.values[name] += len(different)
            if not different:
                continue
            told = f"{what}: " + "; ".join(
                f"{field} {shown(before[key].get(field))} -> {shown(after[key].get(field))}" for field in different[:3]
            )
        if len(examples) < EXAMPLES:
            examples.append(f"{told} ({urls[key[0]]})")


def shown(value: Any) -> str:
    """A value in a few words."""
    text = "not shown" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
