"""What the database holds of some pages, as plain values: to tell what reading them again has changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from storage.things import ACCOUNT, POST, Thing, chunks

Key = tuple[int, str, str, str, bool]
"""Page, kind of thing, its site, what it is told by, and whether the page told it without its id."""
Values = dict[str, Any]
UNSAID: tuple[Any, ...] = ("", None, [])


def said_by(connection: Connection, fetch_ids: Sequence[int]) -> dict[Key, Values]:
    """What each of some pages said of each thing on it: counters and attributes, those that were not shown left out."""
    found: dict[Key, Values] = {}
    for thing in (POST, ACCOUNT):
        for part in chunks(fetch_ids):
            found |= _said_of(connection, thing, part)
    return found


def _said_of(connection: Connection, thing: Thing, fetch_ids: Sequence[int]) -> dict[Key, Values]:
    read, version, table = thing.read, thing.version, thing.table
    query = (
        select(read, version.c.attributes, table.c.site, thing.key.label("told_by"))
        .join(table, thing.id == read.c[thing.id_name])
        .join(
            version,
            and_(version.c[thing.id_name] == read.c[thing.id_name], version.c.version == read.c.version),
            isouter=True,
        )
        .where(read.c.fetch_id.in_(fetch_ids))
    )
    found: dict[Key, Values] = {}
    for row in connection.execute(query):
        values = {name: getattr(row, name) for name in thing.bound_names} | dict(row.attributes or {})
        key = (row.fetch_id, table.name, row.site, row.told_by, row.by_alias)
        found[key] = {name: value for name, value in values.items() if value not in UNSAID}
    return found
