"""What was erased, and stays so: keyed entries that every write asks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.ledger import now
from storage.tables import archive_drop, fetch, suppression
from storage.upserts import upsert


def erased_keys(connection: Connection) -> frozenset[str]:
    """The keys of erased people and posts."""
    return frozenset(connection.execute(select(suppression.c.key)).scalars())


def drop_from_archive(connection: Connection, fetch_ids: Sequence[int]) -> None:
    """Ask the archive to drop pages; it does so at its next prune."""
    places = connection.execute(
        select(fetch.c.archive_file, fetch.c.archive_offset).where(
            fetch.c.fetch_id.in_(fetch_ids), fetch.c.archive_file.is_not(None), fetch.c.archive_offset.is_not(None)
        )
    )
    rows = [{"archive_file": file, "archive_offset": offset, "asked_at": now()} for file, offset in places]
    upsert(connection, archive_drop, rows, update=())
