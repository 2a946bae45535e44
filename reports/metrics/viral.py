"""Posts of others that far outran what posts about a brand usually get: for alerts, not a section of the report."""

from __future__ import annotations

from collections import defaultdict
from math import log, log1p
from statistics import median
from typing import Any

from sqlalchemy import select

from reports.intervals import Interval, counted, total
from reports.metrics.base import Metric, Row, Rows, Value, Vector
from reports.metrics.followers import moment
from reports.metrics.parts import Inputs, count_of, earned_posts, last_counts, said
from reports.scope import Scope
from storage.tables import post

PARTS = ("likes", "comments", "shares", "saves")
BEFORE_DAYS = 28
LEAST_POSTS = 20
LEAST_ENGAGEMENT = 100
VIRAL_Z = 3.5


def viral_inputs(scope: Scope) -> Inputs:
    """Posts of others that name a brand, from four weeks before the period, with their last counts."""
    long = scope.from_days_before(BEFORE_DAYS)
    voice = said(long, post.c.platform, post.c.published_at)
    earned = earned_posts(voice, voice.c.platform, voice.c.published_at)
    seen, is_last = last_counts(long, earned)
    bounds = [
        column.label(f"{name}_{bound}")
        for name in PARTS
        for bound, column in zip(("low", "high"), count_of(name, seen), strict=False)
    ]
    return (
        select(earned.c.brand_id, earned.c.platform, earned.c.post_id, earned.c.published_at, *bounds, seen.c.observed_at)
        .select_from(earned)
        .join(seen, is_last)
        .order_by(earned.c.brand_id, earned.c.platform, earned.c.post_id)
    )  # fmt: skip


def viral_posts(rows: Rows, scope: Scope) -> list[Value]:
    """The period's posts whose whole robust z, on a scale of logarithms, lies above 3.5."""
    groups: dict[tuple[str, str], list[tuple[Row, Interval]]] = defaultdict(list)
    for row in rows:
        told = [one for name in PARTS if (one := counted(row[f"{name}_low"], row[f"{name}_high"])) is not None]
        if told:
            groups[row["brand_id"], row["platform"]].append((row, total(told)))
    values = []
    for (brand, platform), posts in groups.items():
        if len(posts) < LEAST_POSTS:
            continue
        sizes = [log1p(got.best) for _, got in posts]
        middle = median(sizes)
        spread = max(median(abs(size - middle) for size in sizes), log(2))
        for row, got in posts:
            if got.low < LEAST_ENGAGEMENT or moment(row["published_at"]) < scope.starts_at:
                continue
            low, best = (0.6745 * (log1p(end) - middle) / spread for end in (got.low, got.best))
            if low > VIRAL_Z:
                high = None if got.high is None else 0.6745 * (log1p(got.high) - middle) / spread
                beside: dict[str, Any] = {"engagement": [got.low, got.best, got.high]}
                beside["usual"] = median(one.best for _, one in posts)
                values.append(Value((brand, platform, str(row["post_id"])), Interval(low, high, best), len(posts), (), beside))  # fmt: skip
    return sorted(values, key=lambda value: (-(value.interval.best if value.interval else 0), value.of))


def vector_row(post_id: int, likes: int, day: int) -> dict[str, Any]:
    """A post with likes alone."""
    row: dict[str, Any] = {f"{name}_{bound}": None for name in PARTS for bound in ("low", "high")}
    row |= {"brand_id": "acme", "platform": "bluesky", "post_id": post_id, "likes_low": likes, "likes_high": likes}
    return row | {"published_at": f"2026-03-{day:02d}T10:00:00+00:00", "observed_at": "2026-03-08T12:00:00+00:00"}


VIRAL_POSTS = Metric(
    id="viral-posts",
    version=1,
    unit="z",
    keys=("brand", "platform", "post"),
    definition=(
        "0.6745 (x − median) / MAD of x = ln(1 + engagement), engagement being the sum of likes, comments, shares and saves that a post of others shows "
        "(last counts), against all posts of others that name the brand on the same platform in the period and the four weeks before it, at least 20; "
        "a MAD below ln 2 counts as ln 2. Posts of the period with at least 100 whose whole interval lies above 3.5 are listed."
    ),
    select=viral_inputs,
    after=viral_posts,
    vector=Vector(
        rows=(*(vector_row(number, 2, 1) for number in range(24)), vector_row(99, 999, 5)),
        expect={("acme", "bluesky", "99"): (5.652864, 5.652864, 5.652864)},
    ),
)
ALL = (VIRAL_POSTS,)
