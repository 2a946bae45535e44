"""The ``host`` table: whose turn it is to ask a host, when it may be asked again, and its robots.txt; one for all processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Engine, case, func, select, update

from storage.database import writing
from storage.ledger import alive
from storage.tables import host
from storage.upserts import upsert

LEASE_SECONDS = 240.0
"""Longer than a request can last, so that a lease runs out only under a holder that died on another machine."""


@dataclass(frozen=True, slots=True)
class RobotsCopy:
    """What a host answered when it was asked for its robots.txt."""

    status: int
    text: str
    fetched_at: datetime


def robots_copy(engine: Engine, name: str) -> RobotsCopy | None:
    """The kept robots.txt of a host, however old; None where there is none."""
    columns = (host.c.robots_status, host.c.robots_text, host.c.robots_fetched_at)
    with engine.connect() as connection:
        row = connection.execute(select(*columns).where(host.c.host == name)).one_or_none()
    return None if row is None or row.robots_fetched_at is None else RobotsCopy(row[0], row[1] or "", row[2])


def keep_robots(engine: Engine, name: str, copy: RobotsCopy) -> None:
    """Keep a host's robots.txt for all processes."""
    # PostgreSQL has no NUL in texts.
    told = {
        "robots_status": copy.status,
        "robots_text": copy.text.replace("\0", ""),
        "robots_fetched_at": copy.fetched_at,
    }
    with writing(engine) as connection:
        know(connection, name)
        connection.execute(update(host).where(host.c.host == name).values(told))


def reserve(engine: Engine, name: str, owner: str, pause_seconds: float, now: float) -> float:
    """Take a host for one request; returns 0 where it is taken now, else in how many seconds to try again.

    ``now`` is in epoch seconds, here and below.
    """
    with engine.connect() as connection:
        wait = waiting(connection, name, now)
    if wait > 0:
        return wait
    with writing(engine) as connection:
        know(connection, name)
        left = connection.execute(select(host.c.lease_owner).where(host.c.host == name).with_for_update()).scalar_one()
        wait = waiting(connection, name, now)
        if wait > 0:
            return wait
        # A holder that died may have asked this very moment: the pause begins anew.
        free = left is None
        taken = {"lease_owner": owner, "lease_until": moment(now + LEASE_SECONDS)} if free else {"lease_owner": None}
        connection.execute(update(host).where(host.c.host == name).values(not_before=now + pause_seconds, **taken))
    return 0.0 if free else pause_seconds


def release(engine: Engine, name: str, owner: str, not_before: float) -> None:
    """Give a host back; nobody asks it before ``not_before``."""
    with writing(engine) as connection:
        connection.execute(
            update(host)
            .where(host.c.host == name, host.c.lease_owner == owner)
            .values(lease_owner=None, lease_until=None, not_before=later(not_before))
        )


def put_off(engine: Engine, name: str, not_before: float) -> None:
    """Let nobody ask a host before ``not_before``, since it said so."""
    with writing(engine) as connection:
        know(connection, name)
        connection.execute(update(host).where(host.c.host == name).values(not_before=later(not_before)))


def put_off_until(engine: Engine, name: str) -> float:
    """Epoch seconds before which nobody asks a host; 0 where nothing is known of it."""
    with engine.connect() as connection:
        return connection.execute(select(host.c.not_before).where(host.c.host == name)).scalar() or 0.0


def waiting(connection: Connection, name: str, now: float) -> float:
    """How many seconds a host is not to be asked by anyone else; 0 where it is free."""
    row = connection.execute(
        select(host.c.lease_owner, host.c.lease_until, host.c.not_before).where(host.c.host == name)
    ).one_or_none()
    if row is None:
        return 0.0
    pause = max(0.0, (row.not_before or 0.0) - now)
    # A lease of this machine ends with its process, but also with its time, should that process have lost an answer.
    held = (
        row.lease_owner is not None
        and row.lease_until > moment(now)
        and alive(row.lease_owner, row.lease_until, moment(now))
    )
    return max(pause, 0.05) if held else pause


def know(connection: Connection, name: str) -> None:
    """Make the host's row where there is none."""
    upsert(connection, host, [{"host": name}])


def later(not_before: float) -> ColumnElement[float]:
    """The later of a time and what stands in the row."""
    known = func.coalesce(host.c.not_before, 0.0)
    return case((known > not_before, known), else_=not_before)


def moment(epoch: float) -> datetime:
    """Epoch seconds as a time."""
    return datetime.fromtimestamp(epoch, UTC)
