"""INSERT … ON CONFLICT as both databases have it, and rows handed to the driver as they are where many are written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Dialect, Table, text
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


class Driver:
    """Statements in the driver's own words for the few tables that take most rows; values must be as the driver takes them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._times: dict[datetime | None, Any] = {None: None}
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.mark = "?" if self.is_sqlite else "%s"

    def time(self, at: datetime | None) -> Any:
        """A time as it is stored: in UTC, to the second."""
        if not self.is_sqlite:
            return None if at is None else at.replace(microsecond=0)
        if at not in self._times:
            self._times[at] = None if at is None else str(at.astimezone(UTC))[:19]
        return self._times[at]

    def stamp(self, iso: str) -> Any:
        """A time that stands in attributes (``2026-03-02T09:30:00Z``) as it is stored."""
        return f"{iso[:10]} {iso[11:19]}" if self.is_sqlite else datetime.fromisoformat(iso)

    def read_time(self, stored: Any) -> datetime | None:
        """A stored time."""
        if stored is None:
            return None
        return datetime.fromisoformat(stored).replace(tzinfo=UTC) if self.is_sqlite else stored.astimezone(UTC)

    def value(self, value: Any) -> Any:
        """Any value of a column as the driver takes it."""
        if isinstance(value, datetime):
            return self.time(value)
        return compact(value) if isinstance(value, list | dict) else value

    def insert(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]], *, new: bool) -> None:
        """Insert rows; unless they are ``new`` for certain, those whose key is there are left out."""
        if rows:
            sql = f"INSERT INTO {quoted(table.name)} ({', '.join(map(quoted, names))}) VALUES ({', '.join([self.mark] * len(names))})"  # noqa: S608 - names of our tables
            self.connection.exec_driver_sql(sql if new else f"{sql} ON CONFLICT DO NOTHING", list(rows))

    def update(self, table: Table, key: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Set columns of rows; each tuple ends with the row's key."""
        if rows:
            changes = ", ".join(f"{quoted(name)} = {self.mark}" for name in names)
            sql = f"UPDATE {quoted(table.name)} SET {changes} WHERE {key} = {self.mark}"  # noqa: S608 - names of our tables
            self.connection.exec_driver_sql(sql, list(rows))

    def select(
        self,
        table: Table,
        names: Sequence[str],
        where: Mapping[str, Any],
        name: str,
        values: Sequence[str] | Sequence[int],
        extra: str = "",
    ) -> list[Any]:
        """Rows that equal ``where`` and whose column ``name`` is among ``values``."""
        fixed = "".join(f"{quoted(key)} = {self.mark} AND " for key in where)
        among = "IN (SELECT value FROM json_each(?))" if self.is_sqlite else "= ANY(%s)"
        sql = f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table.name)} WHERE {fixed}{quoted(name)} {among}{extra}"  # noqa: S608 - names of our tables
        wanted = json.dumps(list(values)) if self.is_sqlite else list(values)
        return list(self.connection.exec_driver_sql(sql, (*where.values(), wanted)).all())

    def numbers(self, table: Table, key: str, n: int) -> range | list[int]:
        """Row numbers for ``n`` new rows, nobody else's; SQLite's writer is alone until it commits."""
        if self.is_sqlite:
            last = self.connection.execute(text(f"SELECT max({key}) FROM {table.name}")).scalar() or 0  # noqa: S608
            return range(last + 1, last + 1 + n)
        sequence = f"nextval(pg_get_serial_sequence('{table.name}', '{key}'))"
        return list(self.connection.execute(text(f"SELECT {sequence} FROM generate_series(1, {int(n)})")).scalars())  # noqa: S608


def compact(value: Any) -> str:
    """A list or an object as the JSON that is stored."""
    return orjson.dumps(value).decode()


def quoted(name: str) -> str:
    """A column's name, quoted: some are words of SQL."""
    return f'"{name}"'
