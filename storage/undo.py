"""Take an import back: afterwards all rows are as if it had never run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, select, update

from storage.database import writing
from storage.errors import StorageError
from storage.fetched import forget_reads, forget_rows
from storage.ledger import alive, now
from storage.locks import lock_platforms
from storage.settling import settle
from storage.tables import fetch, fetch_again, lease, run
from storage.things import ACCOUNT, POST, Thing, chunks
from storage.watchlist import load_home_watchlist, words_of
from storage.wording import Words


def undo_run(engine: Engine, run_id: int, words: Words | None = None) -> Counter[str]:
    """Take one import back; returns how many pages went, how many stay because another run brought them too, and what that deleted.

    Raises StorageError for a run that is not there, goes on, or is no import.
    """
    words = words or words_of(load_home_watchlist())
    with writing(engine) as connection:
        check(connection, run_id)
        pages = connection.execute(
            select(fetch.c.fetch_id, fetch.c.platform, fetch.c.outcome, fetch.c.url, fetch.c.thing).where(
                fetch.c.run_id == run_id
            )
        ).all()
        lock_platforms(connection, {row.platform for row in pages})
        connection.execute(delete(fetch_again).where(fetch_again.c.run_id == run_id))
        kept = hand_over(connection, [row.fetch_id for row in pages])
        going = [row for row in pages if row.fetch_id not in kept]
        before = Counter({thing.table.name: count(connection, thing) for thing in (POST, ACCOUNT)})
        posts, accounts = forget_reads(connection, [row.fetch_id for row in going])
        visits = [row for row in going if row.outcome == "gone"]
        posts |= visited(connection, POST, visits)
        accounts |= visited(connection, ACCOUNT, visits)
        forget_rows(connection, [row.fetch_id for row in going])
        settle(connection, ACCOUNT, accounts, words)
        settle(connection, POST, posts, words)
        connection.execute(delete(lease).where(lease.c.name == f"run:{run_id}"))
        connection.execute(delete(run).where(run.c.run_id == run_id))
        after = {thing.table.name: count(connection, thing) for thing in (POST, ACCOUNT)}
    return Counter(
        pages=len(going),
        pages_kept=len(kept),
        posts=before["post"] - after["post"],
        accounts=before["account"] - after["account"],
    )


def check(connection: Connection, run_id: int) -> None:
    """Raise StorageError unless the run can be taken back."""
    found = connection.execute(
        select(run.c.kind, run.c.finished_at, lease.c.owner, lease.c.until)
        .select_from(run.outerjoin(lease, lease.c.name == f"run:{run_id}"))
        .where(run.c.run_id == run_id)
    ).first()
    if found is None:
        raise StorageError(f"there is no run {run_id}; 'scrapy import --runs' lists those that can be taken back")
    if found.kind != "import":
        raise StorageError(f"run {run_id} is a run of {found.kind}; only imports can be taken back")
    if found.finished_at is None and alive(found.owner, found.until, now()):
        raise StorageError(f"run {run_id} still goes on; stop it first")


def hand_over(connection: Connection, fetch_ids: Sequence[int]) -> set[int]:
    """Give pages that later runs brought too to the first of these; returns those pages."""
    kept: set[int] = set()
    for part in chunks(fetch_ids):
        others = select(fetch_again).where(fetch_again.c.fetch_id.in_(part)).order_by(fetch_again.c.run_id)
        for row in connection.execute(others).all():
            if row.fetch_id not in kept:
                kept.add(row.fetch_id)
                own = (fetch_again.c.fetch_id == row.fetch_id, fetch_again.c.run_id == row.run_id)
                connection.execute(
                    update(fetch).where(fetch.c.fetch_id == row.fetch_id).values(run_id=row.run_id, via=row.via)
                )
                connection.execute(delete(fetch_again).where(*own))
    return kept


def visited(connection: Connection, thing: Thing, visits: Sequence[Any]) -> set[int]:
    """The rows that some visits had found gone."""
    found: set[int] = set()
    for part in chunks(visits):
        urls = [row.url for row in part]
        things = [row.thing for row in part if row.thing is not None]
        where = thing.table.c.url.in_(urls) | thing.table.c.native_id.in_(things)
        found.update(connection.execute(select(thing.id).where(where)).scalars())
    return found


def count(connection: Connection, thing: Thing) -> int:
    """How many rows there are of a thing."""
    return connection.execute(select(func.count()).select_from(thing.table)).scalar_one()
