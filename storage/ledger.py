"""The ledger and the frontier: runs, and the addresses that a crawl has planned, taken and done.

A killed crawl loses nothing: its open rows are taken over by the next run of the same platform.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    String,
    and_,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from storage.database import writing
from storage.tables import account, annotation, fetch, lease, mention, post, run
from storage.upserts import upsert

LEASE_TIME = timedelta(minutes=10)
"""How long a run on another machine counts as going after its last sign of life."""
MAX_ATTEMPTS = 5
"""An address that was taken so often by runs that were then killed, over some time, is given up: it may be what kills them."""
GIVEN_UP_AFTER = timedelta(hours=3)
STALE = timedelta(days=7)
"""What a run left open for longer is not taken over: its addresses may no longer lead on."""
RESUMED_WITHIN = timedelta(hours=1)
"""A crawl that was killed no longer ago is gone on with; later, its open addresses become part of a new one."""
WINDOW = 1000
"""So many planned addresses are looked at for those whose turn it is."""
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An address to fetch; ``thing`` is the native id of the post that it revisits or whose thread it is."""

    url: str
    host: str
    platform: str | None = None
    site: str = ""
    target: str | None = None
    role: str | None = None
    thing: str | None = None
    depth: int = 0


def now() -> datetime:
    """The machine's time, for callers that keep no clock of their own."""
    return datetime.now(UTC)


def owner() -> str:
    """This process, told apart from any later one with the same number."""
    process = psutil.Process()
    return f"{socket.gethostname()}/{process.pid}/{process.create_time():.2f}"


def start_run(
    engine: Engine, kind: str, platform: str | None, arguments: Mapping[str, Any], at: datetime | None = None
) -> int:
    """Begin a run; returns its number."""
    at = at or now()
    with writing(engine) as connection:
        made = connection.execute(
            run.insert().values(kind=kind, platform=platform, arguments=dict(arguments), started_at=at)
        ).inserted_primary_key
        assert made is not None  # noqa: S101 - every run has a number
        run_id: int = made[0]
        beat_on(connection, run_id, at)
    return run_id


def finish_run(engine: Engine, run_id: int, exit_status: int, note: str | None, at: datetime | None = None) -> None:
    """End a run."""
    with writing(engine) as connection:
        connection.execute(
            update(run)
            .where(run.c.run_id == run_id)
            .values(exit_status=exit_status, note=note, finished_at=at or now())
        )
        connection.execute(delete(lease).where(lease.c.name == f"run:{run_id}"))


def beat(engine: Engine, run_id: int, at: datetime | None = None) -> None:
    """Give a sign of life; a run that waits longer than LEASE_TIME between two takes must give one itself."""
    with writing(engine) as connection:
        beat_on(connection, run_id, at or now())


def beat_on(connection: Connection, run_id: int, at: datetime) -> None:
    """Give a sign of life within a transaction."""
    upsert(connection, lease, [{"name": f"run:{run_id}", "owner": owner(), "until": at + LEASE_TIME}])


def plan(engine: Engine, run_id: int, planned: Sequence[Planned], at: datetime | None = None) -> int:
    """Put addresses on a run's frontier, each once in the run; returns how many are new."""
    wanted: dict[str, Planned] = {}
    for item in planned:
        wanted.setdefault(item.url, item)
    with writing(engine) as connection:
        urls = list(wanted)
        for start in range(0, len(urls), CHUNK):
            part = urls[start : start + CHUNK]
            known = connection.execute(select(fetch.c.url).where(fetch.c.url.in_(part), fetch.c.run_id == run_id))
            for url in known.scalars():
                wanted.pop(url, None)
        rows = [
            {
                **asdict(item),
                "run_id": run_id,
                "state": "planned",
                "planned_at": at or now(),
                "unread": [],
                "fields": {},
                "via": "crawl",
            }
            for item in wanted.values()
        ]
        if rows:
            connection.execute(fetch.insert(), rows)
    return len(rows)


def take(
    engine: Engine,
    run_id: int,
    n: int,
    at: datetime | None = None,
    *,
    busy: Collection[str] = (),
    per_host: int | None = None,
) -> list[Row[Any]]:
    """Take up to ``n`` planned addresses of a run, the first planned first; the rows say what and why to fetch.

    None of the hosts in ``busy``, and at most ``per_host`` of each: what waits for a slow host does not keep others waiting.
    """
    first = (
        select(fetch.c.fetch_id, fetch.c.host)
        .where(fetch.c.run_id == run_id, fetch.c.state == "planned", fetch.c.host.not_in(list(busy)))
        .order_by(fetch.c.fetch_id)
        .limit(n if per_host is None else WINDOW)
    ).subquery()
    turn = func.row_number().over(partition_by=first.c.host, order_by=first.c.fetch_id).label("turn")
    turns = select(first.c.fetch_id, turn).subquery()
    with writing(engine) as connection:
        ids = connection.execute(
            select(turns.c.fetch_id)
            .where(turns.c.turn <= (n if per_host is None else per_host))
            .order_by(turns.c.fetch_id)
            .limit(n)
        ).scalars()
        chosen = list(ids)
        beat_on(connection, run_id, at or now())
        if not chosen:
            return []
        connection.execute(
            update(fetch).where(fetch.c.fetch_id.in_(chosen)).values(state="taken", attempts=fetch.c.attempts + 1)
        )
        return list(
            connection.execute(
                select(
                    fetch.c.fetch_id,
                    fetch.c.url,
                    fetch.c.platform,
                    fetch.c.host,
                    fetch.c.site,
                    fetch.c.target,
                    fetch.c.role,
                    fetch.c.thing,
                    fetch.c.depth,
                    fetch.c.attempts,
                )
                .where(fetch.c.fetch_id.in_(chosen))
                .order_by(fetch.c.fetch_id)
            )
        )


def release(engine: Engine, fetch_ids: Collection[int]) -> None:
    """Put addresses back that were taken and not fetched; that they were taken does not count."""
    with writing(engine) as connection:
        connection.execute(
            update(fetch)
            .where(fetch.c.fetch_id.in_(list(fetch_ids)), fetch.c.state == "taken")
            .values(state="planned", attempts=fetch.c.attempts - 1)
        )


def still_open(engine: Engine, run_id: int) -> int:
    """How many addresses of a run are planned or taken."""
    with engine.connect() as connection:
        return connection.execute(
            select(func.count()).select_from(fetch).where(fetch.c.run_id == run_id, fetch.c.state != "done")
        ).scalar_one()


def outcomes(engine: Engine, run_id: int) -> dict[str, int]:
    """How often each outcome ended a fetch of a run."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(fetch.c.outcome, func.count())
            .where(fetch.c.run_id == run_id, fetch.c.state == "done")
            .group_by(fetch.c.outcome)
            .order_by(fetch.c.outcome)
        )
        return {row[0]: row[1] for row in rows}


def missing(engine: Engine, run_id: int) -> int:
    """How many records are known to lie beyond what a run could reach."""
    query = select(func.coalesce(func.sum(fetch.c.missing), 0)).where(fetch.c.run_id == run_id)
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def killed_runs(engine: Engine, platform: str | None = None, at: datetime | None = None) -> list[int]:
    """Crawls of one platform or of all that left addresses open and do not go on: killed, or stopped before their end."""
    at = at or now()
    left_open = select(fetch.c.fetch_id).where(fetch.c.run_id == run.c.run_id, fetch.c.state.in_(("planned", "taken")))
    query = (
        select(run.c.run_id, lease.c.owner, lease.c.until)
        .select_from(run.outerjoin(lease, lease.c.name == run_lease_name()))
        .where(
            run.c.kind == "crawl", run.c.finished_at.is_(None) | (left_open.exists() & (run.c.started_at > at - STALE))
        )
        .order_by(run.c.run_id)
    )
    if platform is not None:
        query = query.where(run.c.platform == platform)
    with engine.connect() as connection:
        return [run_id for run_id, holder, until in connection.execute(query) if not alive(holder, until, at)]


def going(engine: Engine, platform: str, arguments: Mapping[str, Any], at: datetime) -> int | None:
    """The run of a crawl with the same arguments that goes on; None where there is none."""
    query = (
        select(run.c.run_id, run.c.arguments, lease.c.owner, lease.c.until)
        .join(lease, lease.c.name == run_lease_name())
        .where(run.c.kind == "crawl", run.c.platform == platform, run.c.finished_at.is_(None))
    )
    with engine.connect() as connection:
        for row in connection.execute(query):
            if row.arguments == dict(arguments) and alive(row.owner, row.until, at):
                return int(row.run_id)
    return None


def run_lease_name() -> ColumnElement[str]:
    """The name of a run's lease, in SQL."""
    return literal("run:") + cast(run.c.run_id, String)


def alive(holder: str | None, until: datetime | None, at: datetime) -> bool:
    """Whether a run's process goes on: asked of the machine where it is this one, else told by its last sign of life."""
    if holder is None or until is None:
        return False
    machine, number, created = (*holder.split("/"), "", "")[:3]
    if machine != socket.gethostname():
        return until > at
    try:
        process = psutil.Process(int(number))
        return abs(process.create_time() - float(created)) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError):
        return False


def take_over(engine: Engine, run_id: int, platform: str, at: datetime | None = None) -> int:
    """Move the open addresses of the platform's killed runs to this run and end those runs; returns how many were moved."""
    at = at or now()
    moved = 0
    for killed in killed_runs(engine, platform, at):
        if killed == run_id:
            continue
        with writing(engine) as connection:
            # One of two runs that begin at the same time takes over: the first to lock the row.
            connection.execute(select(run.c.run_id).where(run.c.run_id == killed).with_for_update())
            connection.execute(
                update(run)
                .where(run.c.run_id == killed, run.c.finished_at.is_(None))
                .values(finished_at=at, exit_status=1, note=f"killed; run {run_id} took over what was open")
            )
            left = fetch.c.run_id == killed, fetch.c.state != "done"
            here = select(fetch.c.url).where(fetch.c.run_id == run_id)
            connection.execute(delete(fetch).where(*left, fetch.c.url.in_(here)))
            give_up_on(connection, killed, at)
            moved += connection.execute(update(fetch).where(*left).values(run_id=run_id, state="planned")).rowcount
            connection.execute(delete(lease).where(lease.c.name == f"run:{killed}"))
    return moved


def resume(engine: Engine, platform: str, arguments: Mapping[str, Any], at: datetime) -> tuple[int, datetime] | None:
    """Go on with the platform's crawl of the same arguments that was killed of late; returns its number and start, None where there is none."""
    for killed in killed_runs(engine, platform, at):
        with writing(engine) as connection:
            row = connection.execute(select(run).where(run.c.run_id == killed).with_for_update()).one()
            held = connection.execute(select(lease).where(lease.c.name == f"run:{killed}")).one_or_none()
            if (
                row.finished_at is not None
                or row.arguments != dict(arguments)
                or row.started_at <= at - RESUMED_WITHIN
                or (held is not None and alive(held.owner, held.until, at))
            ):
                continue
            give_up_on(connection, killed, at)
            again = fetch.c.run_id == killed, fetch.c.state == "taken"
            connection.execute(update(fetch).where(*again).values(state="planned"))
            beat_on(connection, killed, at)
            return killed, row.started_at
    return None


def give_up_on(connection: Connection, run_id: int, at: datetime) -> None:
    """End the addresses of a killed run that were under way whenever it was killed."""
    connection.execute(
        update(fetch)
        .where(
            fetch.c.run_id == run_id,
            fetch.c.state != "done",
            fetch.c.attempts >= MAX_ATTEMPTS,
            fetch.c.planned_at <= at - GIVEN_UP_AFTER,
        )
        .values(state="done", outcome="failed", reason="killed-the-crawl")
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come with a target: pages of its listing, and pages of each post's own."""

    pages: int
    details: Mapping[str, int]


def progress(engine: Engine, run_id: int) -> dict[str, Progress]:
    """How far a run has come, by target; pages that are planned count."""
    pages: dict[str, int] = {}
    details: dict[str, dict[str, int]] = {}
    query = (
        select(fetch.c.target, fetch.c.thing, fetch.c.role, fetch.c.state, func.count())
        .where(fetch.c.run_id == run_id, fetch.c.target.is_not(None))
        .group_by(fetch.c.target, fetch.c.thing, fetch.c.role, fetch.c.state)
    )
    with engine.connect() as connection:
        for target, thing, role, state, number in connection.execute(query):
            if thing is not None:
                own = details.setdefault(target, {})
                own[thing] = own.get(thing, 0) + number
            # An account's first page is about the account, and no page of its listing.
            elif state == "done" and (role in {"posts", "next"} or not target.startswith("profile:")):
                pages[target] = pages.get(target, 0) + number
    return {target: Progress(pages.get(target, 0), details.get(target, {})) for target in pages.keys() | details.keys()}


def known_posts(engine: Engine, platform: str, site: str, ids: Collection[str]) -> set[str]:
    """Which of some native ids of posts and comments are stored already: where an incremental walk may stop."""
    found: set[str] = set()
    wanted = list(ids)
    with engine.connect() as connection:
        for start in range(0, len(wanted), CHUNK):
            query = select(post.c.native_id).where(
                post.c.platform == platform,
                post.c.site == site,
                post.c.namespace.in_(("post", "comment")),
                post.c.native_id.in_(wanted[start : start + CHUNK]),
            )
            found.update(connection.execute(query).scalars())
    return found


def validators(engine: Engine, url: str) -> tuple[str | None, str | None]:
    """The ETag and Last-Modified of an address's last full answer, for a conditional request; (None, None) where there are none."""
    with engine.connect() as connection:
        row = connection.execute(
            select(fetch.c.etag, fetch.c.last_modified)
            .where(fetch.c.url == url, fetch.c.state == "done", fetch.c.outcome.in_(("ok", "partial", "empty")))
            .order_by(fetch.c.fetched_at.desc(), fetch.c.fetch_id.desc())
            .limit(1)
        ).first()
    return (row.etag, row.last_modified) if row is not None else (None, None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a post: ``comments`` is the lower bound of the count that was last shown."""

    published_at: datetime | None
    last_seen_at: datetime
    comments: int | None


def known(engine: Engine, platform: str, site: str, ids: Collection[str], before: datetime) -> dict[str, Known]:
    """Those of some native ids of posts that were stored before a time, with what an incremental walk asks of them."""
    found: dict[str, Known] = {}
    wanted = list(ids)
    with engine.connect() as connection:
        for start in range(0, len(wanted), CHUNK):
            query = select(post.c.native_id, post.c.published_at, post.c.last_seen_at, post.c.comments_low).where(
                post.c.platform == platform,
                post.c.site == site,
                post.c.namespace == "post",
                post.c.native_id.in_(wanted[start : start + CHUNK]),
                post.c.first_seen_at < before,
            )
            for row in connection.execute(query):
                found[row.native_id] = Known(row.published_at, row.last_seen_at, row.comments_low)
    return found


def asked(engine: Engine, urls: Collection[str], run_id: int) -> set[str]:
    """Which addresses an earlier run has seen to the end: read, or found gone."""
    found: set[str] = set()
    wanted = list(urls)
    ended = ("ok", "partial", "unchanged", "empty", "gone", "denied")
    with engine.connect() as connection:
        for start in range(0, len(wanted), CHUNK):
            query = select(fetch.c.url).where(
                fetch.c.url.in_(wanted[start : start + CHUNK]), fetch.c.outcome.in_(ended), fetch.c.run_id != run_id
            )
            found.update(connection.execute(query).scalars())
    return found


def unanswered(
    engine: Engine, run_id: int, platform: str, targets: Collection[str] | None, at: datetime
) -> list[Planned]:
    """What the platform's last crawl asked and got no answer to (failed, limited), to be asked again: its walk was cut there."""
    last = (
        select(func.max(run.c.run_id))
        .where(run.c.kind == "crawl", run.c.platform == platform, run.c.run_id < run_id, run.c.started_at > at - STALE)
        .scalar_subquery()
    )
    query = select(fetch).where(
        fetch.c.run_id == last,
        fetch.c.outcome.in_(("failed", "limited")),
        fetch.c.role != "first",
        fetch.c.attempts > 0,
    )
    if targets is not None:
        query = query.where(fetch.c.target.in_(list(targets)))
    with engine.connect() as connection:
        return [
            Planned(
                url=row.url, host=row.host, platform=row.platform, site=row.site, target=row.target, role=row.role,
                thing=row.thing, depth=row.depth,
            )
            for row in connection.execute(query.order_by(fetch.c.fetch_id))
        ]  # fmt: skip


def wanted_again(engine: Engine, platform: str, ages: Sequence[timedelta], at: datetime, n: int) -> list[Row[Any]]:
    """Posts of a platform that have come of one of some ages and were not seen since, the newest first, ``n`` at most.

    Those of the brands' own accounts, those that name a brand, and those that nobody has looked through yet.
    """
    windows = [
        and_(
            post.c.published_at <= at - age,
            post.c.published_at > at - age * 1.5,
            days_between(engine, post.c.published_at, post.c.last_seen_at) < age / timedelta(days=1),
        )
        for age in ages
    ]
    own = select(account.c.account_id).where(account.c.brand_id.is_not(None))
    named = select(mention.c.post_id).where(mention.c.post_id == post.c.post_id).exists()
    looked_through = select(annotation.c.post_id).where(annotation.c.post_id == post.c.post_id).exists()
    query = (
        select(post.c.native_id, post.c.url, post.c.site, post.c.published_at, post.c.last_seen_at)
        .where(
            post.c.platform == platform,
            post.c.namespace == "post",
            post.c.gone_at.is_(None),
            or_(*windows),
            or_(post.c.account_id.in_(own), named, ~looked_through),
        )
        .order_by(post.c.published_at.desc())
    )
    with engine.connect() as connection:
        return list(connection.execute(query.limit(n)))


def days_between(engine: Engine, earlier: Column[Any], later: Column[Any]) -> ColumnElement[Any]:
    """The days between two times, in SQL."""
    if engine.dialect.name == "sqlite":
        return func.julianday(later) - func.julianday(earlier)
    return func.extract("epoch", later - earlier) / 86400
