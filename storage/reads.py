"""The reads of things, loaded in an order that is the same on every database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from storage.tables import fetch
from storage.things import Thing, chunks
from storage.wording import Attributes


@dataclass(slots=True)
class Read:
    """One read of a thing, with what orders reads of the same second alike on every database."""

    row: Row[Any]
    owner: int
    attributes: Attributes
    counts: tuple[int | None, ...]

    @property
    def order(self) -> tuple[Any, ...]:
        """By time, then by page."""
        row = self.row
        return row.observed_at, row.page_url, row.body_digest or "", row.by_alias


Reads = dict[int, list[Read]]


def load(connection: Connection, thing: Thing, ids: Collection[int]) -> Reads:
    """All reads of some rows, in order."""
    read, version = thing.read, thing.version
    found: Reads = {number: [] for number in ids}
    for part in chunks(list(ids)):
        query = (
            select(read, version.c.attributes, fetch.c.url.label("page_url"), fetch.c.body_digest)
            .join(
                version,
                and_(version.c[thing.id_name] == read.c[thing.id_name], version.c.version == read.c.version),
            )
            .join(fetch, fetch.c.fetch_id == read.c.fetch_id)
            .where(read.c[thing.id_name].in_(part))
        )
        for row in connection.execute(query):
            counts = tuple(getattr(row, name) for name in thing.bound_names)
            number = getattr(row, thing.id_name)
            found[number].append(Read(row, number, row.attributes, counts))
    for reads in found.values():
        reads.sort(key=lambda read: read.order)
    return found


def is_read(thing: Thing, read: Read) -> Any:
    """The condition that a row of the reads is this one."""
    key = thing.read.c
    return and_(
        key[thing.id_name] == read.owner,
        key.observed_at == read.row.observed_at,
        key.fetch_id == read.row.fetch_id,
        key.by_alias == read.row.by_alias,
    )


def speaking(reads: Sequence[Read]) -> list[Read]:
    """The reads that count: where a page shows a thing by its id and again without, that by its id."""
    by_id = {read.row.fetch_id for read in reads if not read.row.by_alias}
    return [read for read in reads if not (read.row.by_alias and read.row.fetch_id in by_id)]
