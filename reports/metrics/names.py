"""How far the brands' names mean the brands: what analysts said of them, and names that are also common words."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import and_, case, func, select

from extractors.common import is_common
from reports.intervals import exactly, wilson
from reports.metrics.base import Metric, Rows, Value, Vector, few
from reports.metrics.parts import LEAST_RELEVANCE, Inputs, published, times
from reports.scope import Scope
from storage.tables import label, mention, post, watchlist_change


def precision_inputs(scope: Scope) -> Inputs:
    """Labelled mentions that count, and how many of them mean the brand."""
    same = and_(*(label.c[name] == mention.c[name] for name in ("brand_id", "post_id", "field", "start")))
    return (
        select(
            label.c.brand_id,
            func.count().label("labelled"),
            func.sum(case((label.c.relevant, 1), else_=0)).label("right"),
            *times(label.c.labelled_at),
        )
        .join(mention, and_(same, mention.c.product_id.is_(None)))
        .where(
            mention.c.relevance >= LEAST_RELEVANCE,
            label.c.labelled_at <= scope.as_of,
            label.c.brand_id.in_(scope.brands),
        )
        .group_by(label.c.brand_id)
        .order_by(label.c.brand_id)
    )


def name_precision(rows: Rows, scope: Scope) -> list[Value]:
    """The share of labelled mentions that mean the brand, with its 95 % interval by Wilson; no value for a brand without labels."""
    found = {row["brand_id"]: row for row in rows}
    return [
        Value((brand,), wilson(int(row["right"]), int(row["labelled"])), int(row["labelled"]), few(int(row["labelled"])), {"right": int(row["right"])})
        for brand in scope.brands
        if (row := found.get(brand))
    ]  # fmt: skip


NAME_PRECISION = Metric(
    id="name-precision",
    version=1,
    unit="share",
    keys=("brand",),
    definition=(
        "Of the brand's mentions that count (relevance of at least 0.5) and that analysts labelled (scrapy label), of all times, the share that means the brand. "
        "The least certain are asked about first, so the share over all mentions is mostly higher. The interval is Wilson's at 95 %."
    ),
    select=precision_inputs,
    after=name_precision,
    vector=Vector(
        rows=({"brand_id": "acme", "labelled": 40, "right": 34},),
        expect={("acme",): (0.709284, 0.85, 0.929396)},
    ),
)


def common_inputs(scope: Scope) -> Inputs:
    """Texts of others in the period by brand and by the name that they write, where nothing was there to doubt it; and what was matched."""
    period = (
        select(post.c.post_id, post.c.first_seen_at).where(published(scope)).cte("period").prefix_with("MATERIALIZED")
    )
    matched = (
        select(watchlist_change.c.names)
        .where(watchlist_change.c.changed_at <= scope.as_of)
        .order_by(watchlist_change.c.changed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    name = func.lower(mention.c.matched)
    return (
        select(
            mention.c.brand_id,
            name.label("name"),
            func.count(mention.c.post_id.distinct()).label("texts"),
            func.min(mention.c.matched).label("written"),
            matched.label("watchlist"),
            *times(period.c.first_seen_at),
        )
        .select_from(period)
        .join(mention, mention.c.post_id == period.c.post_id)
        .where(
            mention.c.brand_id.in_(scope.brands),
            mention.c.product_id.is_(None),
            mention.c.standing == "earned",
            mention.c.relevance == 1,
        )
        .group_by(mention.c.brand_id, name)
        .order_by(mention.c.brand_id, name)
    )


def common_names(rows: Rows, scope: Scope) -> list[Value]:
    """The number of texts by brand and name, for names that are also common words and that neither a query nor a spelling of its own tells apart."""
    found = Counter[tuple[str, str]]()
    for row in rows:
        words = (row["watchlist"] or {}).get(row["brand_id"], [])
        told = any(word.startswith("query ") for word in words) or f"{{{row['written']}}}" in words
        if not told and is_common(row["written"]):
            found[row["brand_id"], row["written"].lower()] += int(row["texts"])
    return [
        Value(key, exactly(texts), texts) for key, texts in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


COMMON_NAMES = Metric(
    id="common-names",
    version=1,
    unit="posts",
    keys=("brand", "name"),
    definition=(
        "Texts of others that name the brand by a name that is also a common word (extractors/models/common), where the watchlist has neither a query nor words "
        "for and against, and analysts gave no labels: every place where the word stands counts as the brand."
    ),
    select=common_inputs,
    after=common_names,
    vector=Vector(
        rows=(
            {"brand_id": "acme", "name": "coach", "written": "Coach", "texts": 40, "watchlist": {"acme": ["Coach"], "globex": ["query gap NEAR/3 jeans"]}},
            {"brand_id": "acme", "name": "nike", "written": "Nike", "texts": 9, "watchlist": {"acme": ["Coach"]}},
            {"brand_id": "globex", "name": "gap", "written": "gap", "texts": 7, "watchlist": {"globex": ["query gap NEAR/3 jeans"]}},
        ),
        expect={("acme", "coach"): (40, 40, 40)},
    ),
)  # fmt: skip

ALL = (NAME_PRECISION, COMMON_NAMES)
