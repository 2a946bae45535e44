"""Names in posts that the watchlist does not know, with the number of texts of two periods of the same length."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, case, func, select

from storage.tables import duplicate_group, entity, post

LEAST_TEXTS = 3
"""Below so many texts a name is left out: one joke makes no candidate."""
MOST = 1000


def unknown_names(
    engine: Engine, labels: Collection[str], begin: datetime, middle: datetime, end: datetime
) -> tuple[Sequence[Any], int, int]:
    """Names by texts since ``middle`` and before it, each with its newest post; beside them the number of all texts of either period.

    Near-duplicates count once. A post counts when it was published, or first seen where that is not told.
    """
    at = func.coalesce(post.c.published_at, post.c.first_seen_at)
    text_id = func.coalesce(duplicate_group.c.group_id, post.c.post_id)
    posts = (
        select(post.c.post_id, text_id.label("text_id"), case((at >= middle, 1), else_=0).label("now"))
        .outerjoin(duplicate_group, duplicate_group.c.post_id == post.c.post_id)
        .where(at >= begin, at < end)
        .cte("posts")
    )

    def texts(now: int) -> Any:
        return func.count(case((posts.c.now == now, posts.c.text_id)).distinct())

    named = (
        select(
            entity.c.folded,
            func.max(entity.c.name).label("name"),
            func.max(entity.c.label).label("label"),
            texts(1).label("texts"),
            texts(0).label("before"),
            func.max(case((posts.c.now == 1, posts.c.post_id))).label("post_id"),
        )
        .join(posts, posts.c.post_id == entity.c.post_id)
        .where(entity.c.label.in_(labels), func.length(entity.c.folded) > 1)
        .group_by(entity.c.folded)
        .having(texts(1) >= LEAST_TEXTS)
        .order_by((texts(1) - texts(0)).desc(), entity.c.folded)
        .limit(MOST)
        .cte("named")
    )
    with engine.connect() as connection:
        rows = connection.execute(
            select(named, post.c.platform, post.c.url).join(post, post.c.post_id == named.c.post_id)
        ).all()
        now, before = connection.execute(select(texts(1), texts(0)).select_from(posts)).one()
    return rows, now, before
