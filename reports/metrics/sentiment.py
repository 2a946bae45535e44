"""What is felt: net sentiment toward each brand and product, with what could not be scored stated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, select

from reports.intervals import net
from reports.metrics.base import Metric, Row, Rows, Value, Vector, few
from reports.metrics.parts import Inputs, post_day, said, times
from reports.scope import Scope
from storage.tables import post, product


def toned(voice: CTE, *names: ColumnElement[Any]) -> Inputs:
    """Texts by tone. A text's tone is the sign of its mentions' sum; without a scored mention it is unscored."""
    per_text = (
        select(
            *names,
            voice.c.text_id,
            func.max(voice.c.scored).label("scored"),
            func.sum(voice.c.tone).label("tone"),
            func.min(voice.c.first_seen_at).label("first_seen_at"),
            func.max(voice.c.first_seen_at).label("last_seen_at"),
        )
        .where(voice.c.standing == "earned")
        .group_by(*names, voice.c.text_id)
        .cte("per_text")
    )
    scored = per_text.c.scored == 1
    keys = [per_text.c[str(name.key)] for name in names]
    return (
        select(
            *keys,
            func.sum(case((and_(scored, per_text.c.tone > 0), 1), else_=0)).label("positive"),
            func.sum(case((and_(scored, per_text.c.tone == 0), 1), else_=0)).label("neutral"),
            func.sum(case((and_(scored, per_text.c.tone < 0), 1), else_=0)).label("negative"),
            func.sum(case((scored, 0), else_=1)).label("unscored"),
            *times(per_text.c.first_seen_at, per_text.c.last_seen_at),
        )
        .group_by(*keys)
        .order_by(*keys)
    )


def brand_inputs(scope: Scope) -> Inputs:
    """Texts by brand and tone."""
    voice = said(scope)
    return toned(voice, voice.c.brand_id)


def platform_inputs(scope: Scope) -> Inputs:
    """Texts by brand, platform and tone."""
    voice = said(scope, post.c.platform)
    return toned(voice, voice.c.brand_id, voice.c.platform)


def day_inputs(scope: Scope) -> Inputs:
    """Texts by brand, day and tone."""
    voice = said(scope, post_day(scope).label("day"))
    return toned(voice, voice.c.brand_id, voice.c.day)


def product_inputs(scope: Scope) -> Inputs:
    """Texts by brand, product and tone, with the product's name."""
    voice = said(scope, products=True)
    found = toned(voice, voice.c.brand_id, voice.c.product_id).order_by(None).cte("by_product")
    same = (product.c.brand_id == found.c.brand_id) & (product.c.product_id == found.c.product_id)
    return select(found, product.c.name).outerjoin(product, same).order_by(found.c.brand_id, found.c.product_id)


def net_value(of: tuple[str, ...], row: Row) -> Value:
    """(P − N) / (P + Neu + N), with (P − N) / (P + N) beside it."""
    positive, neutral, negative, unscored = (int(row[name]) for name in ("positive", "neutral", "negative", "unscored"))
    beside: dict[str, Any] = {"positive": positive, "neutral": neutral, "negative": negative, "unscored": unscored}
    beside["texts"] = positive + neutral + negative + unscored
    n = positive + neutral + negative
    if not n:
        return Value(of, None, 0, ("unscored",) if unscored else ("no-posts",), beside)
    decided = net(positive, negative, positive + negative) if positive + negative else None
    beside["decided"] = None if decided is None else [decided.low, decided.best, decided.high]
    return Value(of, net(positive, negative, n), n, few(n), beside)


NOTHING: Row = {"positive": 0, "neutral": 0, "negative": 0, "unscored": 0}


def net_by_brand(rows: Rows, scope: Scope) -> list[Value]:
    """Net sentiment of each brand."""
    found = {row["brand_id"]: row for row in rows}
    return [net_value((brand,), found.get(brand, NOTHING)) for brand in scope.brands]


def net_by_platform(rows: Rows, scope: Scope) -> list[Value]:
    """Net sentiment of each brand on each platform that has a text of it."""
    order = {brand: number for number, brand in enumerate(scope.brands)}
    return [
        net_value((row["brand_id"], row["platform"]), row)
        for row in sorted(rows, key=lambda row: (order[row["brand_id"]], row["platform"]))
    ]


def net_by_week(rows: Rows, scope: Scope) -> list[Value]:
    """Net sentiment of each brand by weeks, counted back from the period's last day so that each is whole; named by its last day."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    days = scope.days
    ends = [days[index] for index in range(len(days) - 1, -1, -7)]
    for row in rows:
        end = min((one for one in ends if one.isoformat() >= row["day"]), default=None)
        if end is None:
            continue
        into = sums.setdefault((row["brand_id"], end.isoformat()), dict(NOTHING))
        for name in NOTHING:
            into[name] += int(row[name])
    return [
        net_value((brand, end.isoformat()), sums.get((brand, end.isoformat()), NOTHING))
        for brand in scope.brands
        for end in reversed(ends)
    ]


def net_by_product(rows: Rows, scope: Scope) -> list[Value]:
    """Net sentiment of each product, the most named first within its brand."""
    order = {brand: number for number, brand in enumerate(scope.brands)}
    values = []
    for row in rows:
        value = net_value((row["brand_id"], row["product_id"]), row)
        values.append(replace(value, beside={**value.beside, "name": row["name"] or row["product_id"]}))
    return sorted(values, key=lambda value: (order[value.of[0]], -value.beside["texts"], value.of[1]))


BY_TONE = (
    "P, Neu, N are distinct texts, each by the sign of the sum of its mentions' sentiment toward the brand. Texts without a scored mention are "
    "stated as unscored and enter neither figure. The interval is that of the difference of two shares at 95 %, half a text added to each side; "
    "it holds the chance of which texts were written, not the model's own error, which the model's card states."
)

NET_SENTIMENT = Metric(
    id="net-sentiment",
    version=1,
    unit="net",
    keys=("brand",),
    definition=f"(P − N) / (P + Neu + N), and beside it (P − N) / (P + N). {BY_TONE}",
    select=brand_inputs,
    after=net_by_brand,
    vector=Vector(
        rows=({"brand_id": "acme", "positive": 50, "neutral": 30, "negative": 20, "unscored": 7},),
        expect={("acme",): (0.142601, 0.3, 0.445634), ("globex",): None},
    ),
)

SENTIMENT_BY_PLATFORM = Metric(
    id="net-sentiment-by-platform",
    version=1,
    unit="net",
    keys=("brand", "platform"),
    definition=f"(P − N) / (P + Neu + N) of each brand on each platform. {BY_TONE}",
    select=platform_inputs,
    after=net_by_platform,
    vector=Vector(
        rows=({"brand_id": "acme", "platform": "bluesky", "positive": 0, "neutral": 0, "negative": 0, "unscored": 7},),
        expect={("acme", "bluesky"): None},
    ),
)

SENTIMENT_BY_WEEK = Metric(
    id="net-sentiment-by-week",
    version=1,
    unit="net",
    keys=("brand", "week"),
    definition=f"(P − N) / (P + Neu + N) of each brand by weeks that end on the period's last weekday; the first may be shorter. {BY_TONE}",
    select=day_inputs,
    after=net_by_week,
    vector=Vector(
        rows=(
            {"brand_id": "acme", "day": "2026-03-02", "positive": 20, "neutral": 30, "negative": 20, "unscored": 0},
            {"brand_id": "acme", "day": "2026-03-08", "positive": 30, "neutral": 0, "negative": 0, "unscored": 7},
        ),
        expect={("acme", "2026-03-08"): (0.142601, 0.3, 0.445634), ("globex", "2026-03-08"): None},
    ),
)

PRODUCTS = Metric(
    id="products",
    version=1,
    unit="net",
    keys=("brand", "product"),
    definition=f"(P − N) / (P + Neu + N) of each product, with the number of texts that name it. {BY_TONE}",
    select=product_inputs,
    after=net_by_product,
    vector=Vector(
        rows=(
            {
                "brand_id": "acme",
                "product_id": "phone",
                "name": "Acme Phone",
                "positive": 50,
                "neutral": 30,
                "negative": 20,
                "unscored": 0,
            },
        ),
        expect={("acme", "phone"): (0.142601, 0.3, 0.445634)},
    ),
)

ALL = (NET_SENTIMENT, SENTIMENT_BY_PLATFORM, SENTIMENT_BY_WEEK, PRODUCTS)
