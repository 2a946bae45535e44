"""What all tables are made of: names of constraints, times in UTC, row numbers, counts as two columns.

Both bounds of a count NULL: not shown. High NULL alone: no upper bound.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, MetaData
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A time in UTC to the second; SQLite keeps it as text that sorts and that its date functions read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text to the second on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(
                sqlite.DATETIME(  # type: ignore[no-untyped-call]
                    storage_format="%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d",
                    regexp=r"(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+)",
                )
            )
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs a zone: {value!r}")
        at = value.astimezone(UTC).replace(microsecond=0)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always with its zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UNKNOWN_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""When a saved page of unknown age was read: before all others, so that any dated page overrules it."""

Key = BigInteger().with_variant(Integer, "sqlite")
"""A row's own number; SQLite counts up only plain INTEGER keys."""


def counts(names: tuple[str, ...], prefix: str = "") -> list[Column[Any]]:
    """Two columns for each count."""
    return [
        Column(f"{name}_{bound}", BigInteger, comment=f"{prefix}{name}, {text}")
        for name in names
        for bound, text in (("low", "at least"), ("high", "at most; NULL with a low: no upper bound"))
    ]
