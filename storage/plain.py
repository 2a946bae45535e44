"""Views in plain names for analysts: who said what, where and when, with the best estimate of each count.

The best estimate is the number as the page showed it (low + (high - low + 1) / 3), the lower bound where there is no upper one, and
NULL where nothing was shown. Bounds stand in the tables.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES
from storage.declaring import view
from storage.observed import account_observation, post_observation
from storage.tables import account, annotation, brand, duplicate_group, fetch, mention, post, product


class UtcDay(FunctionElement[str]):
    """The UTC day of a time, as text: 2026-03-02."""

    type = String()
    inherit_cache = True
    name = "utc_day"


@compiles(UtcDay)
def on_postgresql(element: UtcDay, compiler: SQLCompiler, **options: Any) -> str:
    """By to_char."""
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


@compiles(UtcDay, "sqlite")
def on_sqlite(element: UtcDay, compiler: SQLCompiler, **options: Any) -> str:
    """The stored text begins with it."""
    return f"substr({compiler.process(element.clauses, **options)}, 1, 10)"


def best(table: FromClause, name: str) -> ColumnElement[int]:
    """The best estimate of a count."""
    low, high = table.c[f"{name}_low"], table.c[f"{name}_high"]
    return case((high.is_(None), low), else_=low + (high - low + 1) // 3).label(name)


def bests(table: FromClause, names: tuple[str, ...]) -> list[ColumnElement[int]]:
    """The best estimates of counts."""
    return [best(table, name) for name in names]


def named(key: ColumnElement[str]) -> ColumnElement[str]:
    """What a person is called who must not be named."""
    return literal("person ", literal_execute=True).concat(func.substr(key, 1, 8))


AUTHOR = func.coalesce(account.c.handle, account.c.name, named(account.c.key), named(post.c.author_name))
POST_DAY = UtcDay(func.coalesce(post.c.published_at, post.c.first_seen_at))
COUNTED = "the best estimate of the latest shown"

accounts = view(
    "accounts",
    select(
        account.c.account_id,
        account.c.platform,
        account.c.site,
        func.coalesce(account.c.handle, account.c.name, named(account.c.key)).label("account"),
        account.c.name,
        account.c.url,
        account.c.brand_id,
        account.c.verified,
        account.c.mirror,
        *bests(account, PROFILE_COUNT_NAMES),
        account.c.counted_at,
        account.c.first_seen_at,
        account.c.last_seen_at,
        account.c.gone_at,
    ),
    "Accounts, channels and communities with their latest counts; people who are not watched as 'person' and eight digits",
    {
        "account": "handle, else shown name, else 'person' and the first digits of the pseudonym",
        "mirror": "as another server than its own shows it: leave out of sums",
        "counted_at": "when its counters were last shown",
        **dict.fromkeys(PROFILE_COUNT_NAMES, COUNTED),
    },
)

posts = view(
    "posts",
    select(
        post.c.post_id,
        post.c.platform,
        post.c.site,
        post.c.kind,
        post.c.native_id,
        post.c.url,
        AUTHOR.label("author"),
        post.c.account_id,
        account.c.brand_id.label("author_brand"),
        post.c.title,
        post.c.text,
        post.c.published_at,
        post.c.published_precision,
        POST_DAY.label("day"),
        annotation.c.language,
        annotation.c.sentiment,
        annotation.c.sentiment_score,
        *bests(post, COUNT_NAMES),
        post.c.counted_at,
        post.c.first_seen_at,
        post.c.last_seen_at,
        post.c.gone_at,
    ).select_from(
        post.outerjoin(account, account.c.account_id == post.c.account_id).outerjoin(
            annotation, annotation.c.post_id == post.c.post_id
        )
    ),
    "Posts, articles, videos, comments, listings, reviews with author, language, sentiment and latest counts",
    {
        "author": "handle, else shown name, else 'person' and the first digits of the pseudonym",
        "author_brand": "the brand whose own account wrote it",
        "day": "UTC day of publication; of the first sighting where the page told no time",
        "language": "ISO 639-1; NULL: not annotated yet",
        "sentiment": "of the post: positive, neutral, negative, unscored; NULL: not annotated yet",
        "counted_at": "when its counters were last shown",
        **dict.fromkeys(COUNT_NAMES, COUNTED),
    },
)

mentions = view(
    "mentions",
    select(
        mention.c.mention_id,
        mention.c.brand_id,
        brand.c.name.label("brand"),
        mention.c.product_id,
        product.c.name.label("product"),
        mention.c.post_id,
        post.c.platform,
        post.c.kind,
        post.c.url,
        AUTHOR.label("author"),
        POST_DAY.label("day"),
        post.c.published_at,
        annotation.c.language,
        mention.c.matched,
        mention.c.standing,
        mention.c.relevance,
        mention.c.sentiment,
        mention.c.sentiment_score,
        case((duplicate_group.c.group_id != post.c.post_id, True), else_=False).label("copy"),
    ).select_from(
        mention.join(post, post.c.post_id == mention.c.post_id)
        .join(brand, brand.c.brand_id == mention.c.brand_id)
        .outerjoin(
            product,
            (product.c.brand_id == mention.c.brand_id) & (product.c.product_id == mention.c.product_id),
        )
        .outerjoin(account, account.c.account_id == post.c.account_id)
        .outerjoin(annotation, annotation.c.post_id == post.c.post_id)
        .outerjoin(duplicate_group, duplicate_group.c.post_id == post.c.post_id)
    ),
    "Brands and products named in posts, one row a name",
    {
        "brand": "as shown in reports",
        "product": "as shown in reports; NULL: the brand itself",
        "author": "handle, else shown name, else 'person' and the first digits of the pseudonym",
        "day": "UTC day of publication; of the first sighting where the page told no time",
        "copy": "a near-duplicate of an earlier post",
    },
)

post_history = view(
    "post_history",
    select(
        post_observation.c.post_id,
        post_observation.c.observed_at,
        UtcDay(post_observation.c.observed_at).label("day"),
        *bests(post_observation, COUNT_NAMES),
        post_observation.c.fetch_id,
    ),
    "How a post's counts went, observation by observation",
    {"day": "UTC day of the observation", **dict.fromkeys(COUNT_NAMES, "the best estimate of what was shown")},
)

account_history = view(
    "account_history",
    select(
        account_observation.c.account_id,
        account_observation.c.observed_at,
        UtcDay(account_observation.c.observed_at).label("day"),
        *bests(account_observation, PROFILE_COUNT_NAMES),
        account_observation.c.fetch_id,
    ),
    "How an account's counts went, observation by observation",
    {"day": "UTC day of the observation", **dict.fromkeys(PROFILE_COUNT_NAMES, "the best estimate of what was shown")},
)

FETCH_DAY = UtcDay(func.coalesce(fetch.c.fetched_at, fetch.c.planned_at))

fetch_days = view(
    "fetch_days",
    select(
        FETCH_DAY.label("day"),
        func.coalesce(fetch.c.platform, literal("", literal_execute=True)).label("platform"),
        fetch.c.via,
        fetch.c.outcome,
        func.count().label("fetches"),
        func.sum(fetch.c.records).label("records"),
        func.sum(fetch.c.missing).label("missing"),
    )
    .where(fetch.c.state == "done")
    .group_by(
        FETCH_DAY, func.coalesce(fetch.c.platform, literal("", literal_execute=True)), fetch.c.via, fetch.c.outcome
    ),
    "How fetches ended, by day and platform: a day without rows was not collected",
    {
        "day": "UTC day of the answer; of the plan where none came",
        "platform": "empty: no platform knows the address",
        "fetches": "addresses",
        "records": "posts and profiles read",
        "missing": "records that pages said lie beyond a cap",
    },
)


__all__ = ["account_history", "accounts", "best", "fetch_days", "mentions", "post_history", "posts"]
