"""INSERT … ON CONFLICT as both databases have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(table: Table, dialect: Dialect) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return INSERTS[dialect.name](table)


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    keys: Sequence[str] | None = None,
    update: Sequence[str] | None = None,
) -> None:
    """Write rows of the same columns; a row whose ``keys`` (default: the primary key) are there has ``update`` (default: all the rest) replaced."""
    if not rows:
        return
    names = list(keys) if keys is not None else [column.name for column in table.primary_key]
    changed = list(update) if update is not None else [name for name in rows[0] if name not in names]
    statement = insert(table, connection.dialect)
    if changed:
        statement = statement.on_conflict_do_update(
            index_elements=names, set_={name: statement.excluded[name] for name in changed}
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=names)
    connection.execute(statement, list(rows))
