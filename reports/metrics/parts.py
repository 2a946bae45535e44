"""The pieces that metrics' selects share: days of a time zone, the period's posts, who is named in them, their last counts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from reports.scope import Scope
from storage.tables import UNKNOWN_TIME, Utc, annotation, brand, duplicate_group, mention, post, post_read, product

LEAST_RELEVANCE = 0.5
"""A name that more probably means something else is no mention."""
TO_THE_DAY = ("second", "minute", "hour", "day")
"""Precisions of a time that tell its day."""


class DayText(FunctionElement[str]):
    """The day of a time as text, so many seconds east of UTC."""

    type = String()
    # The seconds stand in the SQL itself, which a cached statement would keep.
    inherit_cache = False
    name = "day_text"

    def __init__(self, at: ColumnElement[Any], seconds: int) -> None:
        super().__init__(at)
        self.seconds = int(seconds)


@compiles(DayText)
def on_postgresql(element: DayText, compiler: SQLCompiler, **options: Any) -> str:
    """The day by to_char."""
    at = f"{compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC'"
    return f"to_char({at} + interval '{element.seconds} seconds', 'YYYY-MM-DD')"


@compiles(DayText, "sqlite")
def on_sqlite(element: DayText, compiler: SQLCompiler, **options: Any) -> str:
    """The day by strftime; without an offset the text begins with it."""
    at = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d', {at}, '{element.seconds:+d} seconds')" if element.seconds else f"substr({at}, 1, 10)"


def day_of(at: ColumnElement[Any], scope: Scope) -> ColumnElement[str]:
    """The day of a time in the scope's zone, clock changes included."""
    offsets = scope.offsets()
    (_, first), later = offsets[0], offsets[1:]
    if not later:
        return DayText(at, first)
    return case(
        *((at >= begins, DayText(at, seconds)) for begins, seconds in reversed(later)), else_=DayText(at, first)
    )


def post_day(scope: Scope) -> ColumnElement[str]:
    """The day a post was published; a time known to the day only names its day as it stands."""
    moved = day_of(post.c.published_at, scope)
    if scope.offsets() == ((None, 0),):
        return moved
    return case((post.c.published_precision == "day", DayText(post.c.published_at, 0)), else_=moved)


def published(scope: Scope) -> ColumnElement[bool]:
    """Whether a post was published in the period, to the day, and known by the scope's moment."""
    at = post.c.published_at
    known = and_(post.c.published_precision.in_(TO_THE_DAY), post.c.first_seen_at <= scope.as_of)
    if scope.offsets() == ((None, 0),):
        return and_(at >= scope.starts_at, at < scope.ends_at, known)
    first = datetime.combine(scope.first, time(), UTC)
    past = datetime.combine(scope.last + timedelta(days=1), time(), UTC)
    whole_days = and_(post.c.published_precision == "day", at >= first, at < past)
    to_the_hour = and_(post.c.published_precision != "day", at >= scope.starts_at, at < scope.ends_at)
    return and_(at >= min(first, scope.starts_at), at < max(past, scope.ends_at), or_(whole_days, to_the_hour), known)


def said(scope: Scope, *more: ColumnElement[Any], products: bool = False, name: str = "said") -> CTE:
    """Mentions in the period's posts: ``standing``, ``tone`` (1, 0, -1), ``scored``, and ``text_id``, which near-duplicates share."""
    # Materialised, so that the database starts from the period and not from the brand's whole past.
    period = (
        select(post.c.post_id, post.c.first_seen_at, *more)
        .where(published(scope))
        .cte(f"posts_of_{name}")
        .prefix_with("MATERIALIZED")
    )
    query = (
        select(
            mention.c.brand_id,
            mention.c.product_id,
            *period.c,
            func.coalesce(duplicate_group.c.group_id, period.c.post_id).label("text_id"),
            mention.c.standing,
            case((mention.c.sentiment != "unscored", 1), else_=0).label("scored"),
            case((mention.c.sentiment == "positive", 1), (mention.c.sentiment == "negative", -1), else_=0).label(
                "tone"
            ),
        )
        .select_from(period)
        .join(mention, mention.c.post_id == period.c.post_id)
        .outerjoin(duplicate_group, duplicate_group.c.post_id == period.c.post_id)
        .where(mention.c.brand_id.in_(scope.brands), mention.c.relevance >= LEAST_RELEVANCE)
    )
    if products:
        query = query.where(mention.c.product_id.is_not(None))
    return query.cte(name).prefix_with("MATERIALIZED")


def earned_posts(voice: CTE, *more: ColumnElement[Any]) -> CTE:
    """Posts of others by the brand that they name, each once, with the sum of their mentions' tone."""
    keys = (voice.c.brand_id, voice.c.post_id, voice.c.text_id, *more)
    tone = func.sum(voice.c.tone).label("tone")
    return select(*keys, tone).where(voice.c.standing == "earned").group_by(*keys).cte("posts")


def spoken(scope: Scope, *more: ColumnElement[Any]) -> CTE:
    """As ``said``, with each post's language beside it."""
    query = said(scope, *more)
    return (
        select(query, func.coalesce(annotation.c.language, "und").label("language"))
        .outerjoin(annotation, annotation.c.post_id == query.c.post_id)
        .cte("spoken")
    )


def named_terms(term: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a keyword is part of a brand's or a product's name, which says nothing of the brand."""
    holds = literal("%") + func.lower(term) + literal("%")
    return or_(
        exists().where(func.lower(brand.c.name).like(holds)), exists().where(func.lower(product.c.name).like(holds))
    )


def times(*columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """First and last time that the rows behind a figure were observed."""
    # A saved page of unknown age tells no time.
    first, last = (case((column > UNKNOWN_TIME, column)) for column in (columns[0], columns[-1]))
    return [
        type_coerce(func.min(first), Utc).label("observed_from"),
        type_coerce(func.max(last), Utc).label("observed_to"),
    ]


def count_of(name: str, table: Any = post_read) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    """Low, high and best estimate of a stored count; high NULL has no bound, and all are NULL where it was not shown."""
    low, high = table.c[f"{name}_low"], table.c[f"{name}_high"]
    # A third into the interval lies the number as shown.
    best = case((high.is_(None), low), (high > low, low + (high - low + 1) // 3), else_=low)
    return low, high, best


def last_counts(scope: Scope, posts: FromClause) -> tuple[FromClause, ColumnElement[bool]]:
    """The observations, and the condition that joins each of some posts to its last one by the scope's moment."""
    seen, other = post_read.alias("seen"), post_read.alias("other")
    at = (
        select(func.max(other.c.observed_at))
        .where(other.c.post_id == posts.c.post_id, other.c.kept, other.c.observed_at <= scope.as_of)
        .correlate(posts)
        .scalar_subquery()
    )
    same_time = and_(other.c.post_id == posts.c.post_id, other.c.observed_at == seen.c.observed_at, other.c.kept)
    fetch_id = select(func.max(other.c.fetch_id)).where(same_time).correlate(posts, seen).scalar_subquery()
    # One page may show a post twice, with its id and without.
    by_id = exists().where(same_time, other.c.fetch_id == seen.c.fetch_id, ~other.c.by_alias).correlate(posts, seen)
    return seen, and_(
        seen.c.post_id == posts.c.post_id,
        seen.c.kept,
        seen.c.observed_at == at,
        seen.c.fetch_id == fetch_id,
        or_(~seen.c.by_alias, ~by_id),
    )


def texts(query: FromClause, standing: str = "earned") -> ColumnElement[int]:
    """Distinct texts of one standing: near-duplicates counted once."""
    return func.count(case((query.c.standing == standing, query.c.text_id), else_=null()).distinct())


def copies(query: FromClause, standing: str = "earned") -> ColumnElement[int]:
    """Posts of one standing beyond the first of each text."""
    posts = func.count(case((query.c.standing == standing, query.c.post_id), else_=null()).distinct())
    return posts - texts(query, standing)


Inputs = Select[Any]
