"""One writer at a time on a platform's rows: SQLite has one writer in all, PostgreSQL is asked for a lock."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select


def lock_platforms(connection: Connection, platforms: Collection[str | None]) -> None:
    """Hold some platforms until the transaction ends, always in the same order, so that two writers never wait for each other."""
    if connection.dialect.name == "postgresql":
        for platform in sorted({platform or "" for platform in platforms}):
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"mentionary {platform}"))))
