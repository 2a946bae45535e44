"""Decide anew what is stored of things from the set of their reads: whose each read is, and what the row then says.

Both are pure functions of the set, so that pages may come in any order and be taken back. An id's address (or handle) is that of
its latest read; a read without id belongs to the smallest id of that address, and where there is none to a row of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from storage.describing import describe
from storage.reads import Read, Reads, is_read, load
from storage.tables import UNKNOWN_TIME
from storage.things import POST, Thing, chunks
from storage.upserts import insert as insert_of
from storage.wording import Words


def settle(connection: Connection, thing: Thing, ids: Iterable[int], words: Words) -> None:
    """Decide rows anew; those that no page shows any more are deleted."""
    for part in chunks(sorted(set(ids))):
        rows = {
            getattr(row, thing.id_name): row
            for row in connection.execute(select(thing.table).where(thing.id.in_(part)))
        }
        reads = load(connection, thing, rows)
        assign(connection, thing, rows, reads)
        settle(connection, POST, describe(connection, thing, rows, reads, words), words)


def assign(connection: Connection, thing: Thing, rows: dict[int, Row[Any]], reads: Reads) -> None:
    """Give each read without id to its owner; rows and reads that this concerns are added to both."""
    in_play: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for number, row in rows.items():
        names = {claim(thing, row, reads[number]), getattr(row, thing.alias_name)}
        names |= {read.attributes.get(thing.alias_name) for read in reads[number] if read.row.by_alias}
        in_play[thing.scope_of(row)] |= {name for name in names if name is not None}
    for scope, aliases in in_play.items():
        others = [row for row in thing.told_by(connection, scope, aliases) if getattr(row, thing.id_name) not in rows]
        if not any(row.aliased for row in others) and not any(
            read.row.by_alias for number, row in rows.items() if thing.scope_of(row) == scope for read in reads[number]
        ):
            continue
        new = {getattr(row, thing.id_name): row for row in others}
        rows |= new
        reads |= load(connection, thing, new)
        owners = owners_of(thing, scope, rows, reads)
        moves: list[tuple[Read, int]] = []
        for number in [number for number, row in rows.items() if thing.scope_of(row) == scope]:
            for read in reads[number]:
                alias = read.attributes.get(thing.alias_name, getattr(rows[number], thing.key_name))
                if read.row.by_alias and alias not in owners:
                    owners[alias] = make_row(connection, thing, scope, alias, rows, reads)
                if read.row.by_alias and owners[alias] != number:
                    moves.append((read, owners[alias]))
        move(connection, thing, moves, reads)


def claim(thing: Thing, row: Row[Any], reads: Sequence[Read]) -> str | None:
    """The alias that a row has by its reads with an id; None for a row that no read tells by an id."""
    names = [read.attributes.get(thing.alias_name) for read in reads if not read.row.by_alias]
    return next((name for name in reversed(names) if name is not None), None)


def owners_of(thing: Thing, scope: tuple[str, ...], rows: dict[int, Row[Any]], reads: Reads) -> dict[str, int]:
    """For each alias, the row that its reads without id belong to."""
    owners: dict[str, int] = {}
    inside = [(getattr(row, thing.key_name), number) for number, row in rows.items() if thing.scope_of(row) == scope]
    for _key, number in sorted(inside):
        alias = claim(thing, rows[number], reads[number])
        if alias is not None:
            owners.setdefault(alias, number)
    for key, number in inside:
        # A row of its own is told by the alias itself.
        if claim(thing, rows[number], reads[number]) is None and not any(
            not read.row.by_alias for read in reads[number]
        ):
            owners.setdefault(key, number)
    return owners


def make_row(
    connection: Connection, thing: Thing, scope: tuple[str, ...], alias: str, rows: dict[int, Row[Any]], reads: Reads
) -> int:
    """A row for reads without id that no id claims."""
    values: dict[str, Any] = dict(zip(thing.scope_names, scope, strict=True))
    values |= {thing.key_name: alias, "first_seen_at": UNKNOWN_TIME, "last_seen_at": UNKNOWN_TIME, "version": ""}
    values["aliased"] = True
    values |= {"kind": "post", "hashtags": [], "links": []} if thing is POST else {"native_id": alias, "mirror": False}
    made = connection.execute(insert(thing.table).values(values)).inserted_primary_key
    assert made is not None  # noqa: S101 - every row has a number
    number: int = made[0]
    rows[number] = connection.execute(select(thing.table).where(thing.id == number)).one()
    reads[number] = []
    return number


def move(connection: Connection, thing: Thing, moves: Sequence[tuple[Read, int]], reads: Reads) -> None:
    """Make reads other rows': all are taken out before any is put back, since two of one page may change places."""
    names = [column.name for column in thing.read.c]
    for read, _ in moves:
        connection.execute(delete(thing.read).where(is_read(thing, read)))
        reads[read.owner].remove(read)
    for read, owner in moves:
        values = {thing.id_name: owner, "version": read.row.version, "attributes": read.attributes}
        connection.execute(insert_of(thing.version, connection.dialect).values(values).on_conflict_do_nothing())
        row = {name: getattr(read.row, name) for name in names} | {thing.id_name: owner}
        connection.execute(insert(thing.read).values(row))
        read.owner = owner
        reads[owner].append(read)
        reads[owner].sort(key=lambda read: read.order)
