"""How views are declared and made. They hold no data, so every migration drops them and makes them anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from sqlalchemy import Connection, Dialect, MetaData, Select, Table
from sqlalchemy.schema import CreateView, DropView

views_metadata = MetaData()
VIEWS: list[CreateView] = []
"""In the order in which they can be made."""


def view(
    name: str, query: Select[*tuple[object, ...]], comment: str, meanings: Mapping[str, str] | None = None
) -> Table:
    """Declare a view, with what its columns mean where the tables do not say it; returns its table for queries."""
    made = CreateView(query, name, metadata=views_metadata)
    made.table.comment = comment
    for column, source in zip(made.table.c, query.selected_columns, strict=True):
        column.comment = (meanings or {}).get(column.name) or getattr(source, "comment", None)
    VIEWS.append(made)
    return made.table


def bounds(names: tuple[str, ...]) -> list[str]:
    """The columns of counts."""
    return [f"{name}_{bound}" for name in names for bound in ("low", "high")]


@cache
def _digest(texts: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def views_digest(dialect: Dialect) -> str:
    """A digest of the views as this version has them."""
    return _digest(tuple(str(made.compile(dialect=dialect)) for made in VIEWS))


def drop_views(connection: Connection, names: list[str]) -> None:
    """Drop views by name, the last made first."""
    for name in reversed(names):
        connection.execute(DropView(Table(name, MetaData())))


def create_views(connection: Connection) -> None:
    """Make all views."""
    for made in VIEWS:
        connection.execute(made)
