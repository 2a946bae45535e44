"""Leases: who does what only one process may do at a time. A lease ends with its time, or with its process on the same machine."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select

from storage.database import writing
from storage.ledger import alive, owner
from storage.tables import lease
from storage.upserts import upsert


def hold(engine: Engine, name: str, time: timedelta, at: datetime) -> str | None:
    """Take a lease or hold it longer; returns None, or who else has it."""
    mine = owner()
    with writing(engine) as connection:
        row = connection.execute(
            select(lease.c.owner, lease.c.until).where(lease.c.name == name).with_for_update()
        ).one_or_none()
        if row is not None and row.owner != mine and row.until > at and alive(row.owner, row.until, at):
            holder: str = row.owner
            return holder
        upsert(connection, lease, [{"name": name, "owner": mine, "until": at + time}])
    return None


def give_up(engine: Engine, name: str) -> None:
    """Let others have a lease, if it is ours."""
    with writing(engine) as connection:
        connection.execute(delete(lease).where(lease.c.name == name, lease.c.owner == owner()))
