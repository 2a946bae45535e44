"""Groups of near-duplicates: a new post joins the group of the post that it is most like, and groups never merge or split.

So a group's number, and which posts it held yesterday, stay as they are when posts are added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Table, delete, exists, func, select

from extractors.duplicates import Signature, bands, best, signature
from storage.annotations import chunks
from storage.database import writing
from storage.tables import duplicate_band, duplicate_group, duplicate_signature, mention, post
from storage.upserts import upsert

PAGE = 500
MOST_CANDIDATES = 200
"""Posts that share a band and are compared; more of them are copies of one another anyway."""


def lacking() -> Any:
    """Posts with mentions whose signature is still to be made: only what counts in a figure is grouped."""
    return (
        exists().where(mention.c.post_id == post.c.post_id),
        ~exists().where(duplicate_signature.c.post_id == post.c.post_id),
    )


def how_many(engine: Engine) -> int:
    """How many posts are still to be grouped."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(post).where(*lacking())).scalar_one()


def group_all(engine: Engine) -> Iterator[int]:
    """Group what is not grouped yet, oldest first; yields how many were done, page by page."""
    while True:
        with engine.connect() as connection:
            rows = connection.execute(
                select(post.c.post_id, post.c.title, post.c.text)
                .where(*lacking())
                .order_by(func.coalesce(post.c.published_at, post.c.first_seen_at), post.c.post_id)
                .limit(PAGE)
            ).all()
        if not rows:
            return
        group(engine, rows)
        yield len(rows)


def group(engine: Engine, rows: Sequence[Any]) -> None:
    """Sign some posts and put each beside its like, in one transaction."""
    with writing(engine) as connection:
        for row in rows:
            made = signature(" ".join(filter(None, (row.title, row.text))))
            found = None if made is None else best(made, candidates(connection, made))
            kept = b"" if made is None else made.astype("<u4").tobytes()
            # A second run may be at the same posts: what is there already is as good.
            add_new(connection, duplicate_signature, [{"post_id": row.post_id, "signature": kept}])
            if made is not None:
                numbers = sorted(set(bands(made)))
                add_new(connection, duplicate_band, [{"band": number, "post_id": row.post_id} for number in numbers])
            if found is not None:
                join(connection, row.post_id, found)


def candidates(connection: Connection, made: Signature) -> list[tuple[int, Signature]]:
    """Signed posts that share a band."""
    band, signed = duplicate_band.c, duplicate_signature.c
    rows = connection.execute(
        select(signed.post_id, signed.signature)
        .where(signed.post_id.in_(select(band.post_id).where(band.band.in_(bands(made)))))
        .order_by(signed.post_id)
        .limit(MOST_CANDIDATES)
    )
    return [(row.post_id, np.frombuffer(row.signature, "<u4").astype(np.uint32)) for row in rows]


def join(connection: Connection, number: int, like: int) -> None:
    """Put a post into the group of another, which may have to be begun."""
    groups = duplicate_group
    known = connection.execute(select(groups.c.group_id).where(groups.c.post_id == like)).scalar()
    if known is None:
        known = like
        add_new(connection, groups, [{"post_id": like, "group_id": like}])
    add_new(connection, groups, [{"post_id": number, "group_id": known}])


def add_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows that are not there."""
    upsert(connection, table, rows, update=())


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Take posts whose words changed out of their groups, so that they are grouped anew; those beside them stay."""
    for part in chunks(numbers):
        heads: dict[int, list[int]] = defaultdict(list)
        groups = duplicate_group
        for row in connection.execute(select(groups).where(groups.c.group_id.in_(part))):
            heads[row.group_id].append(row.post_id)
        for head, members in heads.items():
            others = sorted(set(members) - {head})
            if others:
                connection.execute(groups.update().where(groups.c.post_id.in_(others)).values(group_id=others[0]))
        for table in (groups, duplicate_band, duplicate_signature):
            connection.execute(delete(table).where(table.c.post_id.in_(part)))
