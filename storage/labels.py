"""What analysts said of mentions: which to ask about next, and the labels with their texts, from which ambiguous names learn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, and_, func, select

from extractors.relevance import Label
from storage.database import writing
from storage.ledger import now
from storage.tables import label, mention, post
from storage.upserts import upsert

UNIQUE = ("brand_id", "post_id", "field", "start")


def uncertain(engine: Engine, brand_id: str, n: int) -> Sequence[Any]:
    """The mentions of a brand that nobody labelled, the least certain first; those that all are certain, newest first."""
    same = and_(*(label.c[name] == mention.c[name] for name in UNIQUE))
    statement = (
        select(
            mention.c.post_id, mention.c.field, mention.c.start, mention.c.end, mention.c.relevance, post.c.platform,
            post.c.url, post.c.title, post.c.text,
        )
        .join(post, post.c.post_id == mention.c.post_id)
        .outerjoin(label, same)
        .where(mention.c.brand_id == brand_id, mention.c.product_id.is_(None), label.c.label_id.is_(None))
        .order_by(func.abs(mention.c.relevance - 0.5), mention.c.post_id.desc(), mention.c.start)
        .limit(n)
    )  # fmt: skip
    with engine.connect() as connection:
        return connection.execute(statement).all()


def save_labels(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store labels (``brand_id``, ``post_id``, ``field``, ``start``, ``end``, ``relevant``); a later word replaces an earlier one."""
    kept = [{**row, "labelled_at": now()} for row in rows]
    if kept:
        with writing(engine) as connection:
            upsert(connection, label, kept, keys=UNIQUE)
    return len(kept)


def all_labels(engine: Engine) -> list[Label]:
    """Every label whose post still has its words."""
    statement = select(
        label.c.brand_id, label.c.field, label.c.start, label.c.end, label.c.relevant, post.c.title, post.c.text
    ).join(post, post.c.post_id == label.c.post_id).order_by(label.c.label_id)  # fmt: skip
    found: list[Label] = []
    with engine.connect() as connection:
        for row in connection.execute(statement):
            text = (row.title if row.field == "title" else row.text) or ""
            if row.start < row.end <= len(text):
                found.append(Label(row.brand_id, text, row.start, row.end, row.relevant))
    return found


def precision(engine: Engine, brand_id: str) -> tuple[int, int]:
    """How many labelled mentions of a brand meant it, and of how many."""
    with engine.connect() as connection:
        right, of = connection.execute(
            select(func.count().filter(label.c.relevant), func.count()).where(label.c.brand_id == brand_id)
        ).one()
    return right, of


def spans_of(engine: Engine, brand_id: str, post_id: int) -> Sequence[Any]:
    """The mentions of a brand in one post."""
    columns = (mention.c.post_id, mention.c.field, mention.c.start, mention.c.end)
    with engine.connect() as connection:
        return connection.execute(
            select(*columns).where(mention.c.brand_id == brand_id, mention.c.post_id == post_id)
        ).all()
