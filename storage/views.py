"""Views for analysts and for reports. They hold no data, so every migration drops them and makes them anew from here."""

from __future__ import annotations

import hashlib
from functools import cache

from sqlalchemy import Connection, Dialect, MetaData, Select, Table, select
from sqlalchemy.schema import CreateView, DropView

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES
from storage.tables import account_read, post_read

views_metadata = MetaData()
VIEWS: list[CreateView] = []
"""In the order in which they can be made."""


def view(name: str, query: Select[*tuple[object, ...]], comment: str) -> Table:
    """Declare a view; returns its table for queries."""
    made = CreateView(query, name, metadata=views_metadata)
    made.table.comment = comment
    VIEWS.append(made)
    return made.table


def bounds(names: tuple[str, ...]) -> list[str]:
    """The columns of counts."""
    return [f"{name}_{bound}" for name in names for bound in ("low", "high")]


post_observation = view(
    "post_observation",
    select(*(post_read.c[name] for name in ("post_id", "observed_at", "fetch_id", *bounds(COUNT_NAMES)))).where(
        post_read.c.kept
    ),
    "What a post's counters showed at a moment: the first read of each UTC day and each that differs from the one before",
)

account_observation = view(
    "account_observation",
    select(
        *(account_read.c[name] for name in ("account_id", "observed_at", "fetch_id", *bounds(PROFILE_COUNT_NAMES)))
    ).where(account_read.c.kept),
    "What an account's counters showed at a moment: the first read of each UTC day and each that differs from the one before",
)


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
