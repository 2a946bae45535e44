"""The two indices of the Chinese market: WCI for Weixin accounts, BCI for Weibo accounts."""

from __future__ import annotations

from math import log
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from reports.intervals import Interval
from reports.metrics.base import Metric, Rows, Value, Vector
from reports.metrics.parts import Inputs, last_counts, published, times
from reports.scope import Scope
from storage.tables import account, post

WCI_PARTS = ("views", "recommends", "likes", "shares")
"""Reads, 在看, likes, shares."""
BCI_PARTS = ("shares", "comments", "likes")


def own_posts(scope: Scope, platform: str) -> Any:
    """The period's posts of the brands' own accounts on a platform."""
    return (
        select(account.c.brand_id, account.c.account_id, account.c.handle, post.c.post_id, post.c.native_id)
        .join(post, post.c.account_id == account.c.account_id)
        .where(
            account.c.brand_id.in_(scope.brands), ~account.c.mirror, account.c.platform == platform, published(scope)
        )
        .cte("own")
    )


def summed(column: ColumnElement[Any], high: ColumnElement[Any], when: ColumnElement[bool]) -> ColumnElement[Any]:
    """The sum of upper bounds, NULL where one of the posts has none."""
    missing = func.sum(case((and_(when, high.is_(None)), 1), else_=0))
    return case((missing > 0, None), else_=func.sum(case((when, high))))


def wci_inputs(scope: Scope) -> Inputs:
    """By account: articles, and of each count the sum, the headlines' sum and the greatest, low and high."""
    own = own_posts(scope, "weixin")
    seen, is_last = last_counts(scope, own)
    # biz/mid/idx: the first article of a sending is its headline.
    headline = own.c.native_id.like("%/%/1")
    columns: list[ColumnElement[Any]] = []
    for name in WCI_PARTS:
        low, high = seen.c[f"{name}_low"], seen.c[f"{name}_high"]
        every = own.c.post_id.is_not(None)
        columns += [
            func.sum(func.coalesce(low, 0)).label(f"{name}_low"),
            summed(low, high, every).label(f"{name}_high"),
            func.sum(case((headline, func.coalesce(low, 0)), else_=0)).label(f"{name}_headline_low"),
            summed(low, high, headline).label(f"{name}_headline_high"),
            func.max(func.coalesce(low, 0)).label(f"{name}_best_low"),
            case((func.sum(case((high.is_(None), 1), else_=0)) > 0, None), else_=func.max(high)).label(
                f"{name}_best_high"
            ),
        ]
    return (
        select(
            own.c.brand_id,
            own.c.account_id,
            own.c.handle,
            func.count().label("articles"),
            func.sum(case((own.c.native_id.like("%/%/%"), 0), else_=1)).label("unplaced"),
            *columns,
            *times(seen.c.observed_at),
        )
        .select_from(own)
        .outerjoin(seen, is_last)
        .group_by(own.c.brand_id, own.c.account_id, own.c.handle)
        .order_by(own.c.brand_id, own.c.account_id)
    )


def wci_part(reads: float, looks: float, likes: float, shares: float) -> float:
    """One of the four parts of WCI 14.2, of reads, 在看, likes and shares."""
    return 0.70 * log(reads + 1) + 0.09 * log(10 * looks + 1) + 0.06 * log(10 * likes + 1) + 0.15 * log(10 * shares + 1)


def wci(
    days: int, articles: int, sums: tuple[float, ...], headlines: tuple[float, ...], best: tuple[float, ...]
) -> float:
    """WCI 14.2 of an account: sums over the period, over its headlines, and the best article's, each (reads, 在看, likes, shares)."""
    overall = wci_part(*(value / days for value in sums))
    average = wci_part(*(value / articles for value in sums))
    headline = wci_part(*(value / days for value in headlines))
    peak = wci_part(*best)
    return (0.6 * overall + 0.2 * average + 0.1 * headline + 0.1 * peak) ** 2 * 12


def wci_of_accounts(rows: Rows, scope: Scope) -> list[Value]:
    """WCI of each account; without an upper bound where a count has none, is not shown, or the headlines are not told."""
    values = []
    for row in rows:
        ends: list[float | None] = []
        for end in ("low", "high"):
            groups = [tuple(row[f"{name}{group}_{end}"] for name in WCI_PARTS) for group in ("", "_headline", "_best")]
            if any(value is None for group in groups for value in group) or (end == "high" and row["unplaced"]):
                ends.append(None)
            else:
                ends.append(wci(len(scope.days), int(row["articles"]), groups[0], groups[1], groups[2]))
        low, high = ends
        of = (row["brand_id"], row["handle"] or str(row["account_id"]))
        if low is None or (low == 0 and high is None):
            values.append(Value(of, None, int(row["articles"]), ("not-shown",)))
            continue
        interval = Interval(low, high, low if high is None else (low + high) / 2)
        notes = ("lower-bound",) if high is None else ()
        values.append(Value(of, interval, int(row["articles"]), notes))
    return values


def bci_inputs(scope: Scope) -> Inputs:
    """By account: posts, and the sums of reposts, comments and likes, low and high."""
    own = own_posts(scope, "weibo")
    seen, is_last = last_counts(scope, own)
    columns: list[ColumnElement[Any]] = []
    for name in BCI_PARTS:
        low, high = seen.c[f"{name}_low"], seen.c[f"{name}_high"]
        columns += [
            func.sum(func.coalesce(low, 0)).label(f"{name}_low"),
            summed(low, high, own.c.post_id.is_not(None)).label(f"{name}_high"),
        ]
    return (
        select(own.c.brand_id, own.c.account_id, own.c.handle, func.count().label("posts"), *columns, *times(seen.c.observed_at))
        .select_from(own)
        .outerjoin(seen, is_last)
        .group_by(own.c.brand_id, own.c.account_id, own.c.handle)
        .order_by(own.c.brand_id, own.c.account_id)
    )  # fmt: skip


def bci(posts: float, reposts: float, comments: float, likes: float) -> float:
    """BCI of a Weibo account over a period."""
    return (
        0.2 * log(posts + 1) + 0.8 * (0.4 * log(reposts + 1) + 0.4 * log(comments + 1) + 0.2 * log(likes + 1))
    ) * 160


def bci_of_accounts(rows: Rows, scope: Scope) -> list[Value]:
    """BCI of each account; without an upper bound where a count has none or is not shown."""
    values = []
    for row in rows:
        lows = [row[f"{name}_low"] for name in BCI_PARTS]
        highs = [row[f"{name}_high"] for name in BCI_PARTS]
        low = bci(row["posts"], *lows)
        high = None if any(value is None for value in highs) else bci(row["posts"], *highs)
        interval = Interval(low, high, low if high is None else (low + high) / 2)
        notes = ("lower-bound",) if high is None else ()
        values.append(
            Value((row["brand_id"], row["handle"] or str(row["account_id"])), interval, int(row["posts"]), notes)
        )
    return values


def both(name: str, value: int, group: str = "") -> dict[str, int]:
    """A count known exactly, as the select names it."""
    return {f"{name}{group}_low": value, f"{name}{group}_high": value}


WCI = Metric(
    id="wci",
    version=2,
    unit="index",
    keys=("brand", "account"),
    definition=(
        "WCI 14.2 of a Weixin account: (0.6·O + 0.2·A + 0.1·H + 0.1·P)²·12, where O, A, H, P are .70 ln(R+1) + .09 ln(10Z+1) + .06 ln(10L+1) + "
        ".15 ln(10S+1) of reads, 在看, likes and shares: per day, per article, headlines per day, and the greatest of one article. "
        "“10万+” reads, a count that is not shown, or an article whose place in its sending is unknown make it a lower bound; where no count is shown at all, it can't be told."
    ),
    select=wci_inputs,
    after=wci_of_accounts,
    vector=Vector(
        rows=(
            {"brand_id": "acme", "account_id": 1, "handle": "acme", "articles": 14, "unplaced": 0}
            | both("views", 70_000) | both("recommends", 700) | both("likes", 1400) | both("shares", 2100)
            | both("views", 49_000, "_headline") | both("recommends", 490, "_headline") | both("likes", 980, "_headline") | both("shares", 1470, "_headline")
            | both("views", 20_000, "_best") | both("recommends", 200, "_best") | both("likes", 400, "_best") | both("shares", 600, "_best"),
        ),
        expect={("acme", "acme"): (891.9113, 891.9113, 891.9113)},
    ),
)  # fmt: skip
BCI = Metric(
    id="bci",
    version=1,
    unit="index",
    keys=("brand", "account"),
    definition=(
        "BCI of a Weibo account: (0.2 ln(posts+1) + 0.8 (0.4 ln(reposts+1) + 0.4 ln(comments+1) + 0.2 ln(likes+1))) · 160, over the period's posts "
        "with their last counts. A count that is not shown makes it a lower bound."
    ),
    select=bci_inputs,
    after=bci_of_accounts,
    vector=Vector(
        rows=(
            {"brand_id": "acme", "account_id": 1, "handle": "acme", "posts": 14}
            | both("shares", 300)
            | both("comments", 200)
            | both("likes", 1000),
        ),
        expect={("acme", "acme"): (827.2550, 827.2550, 827.2550)},
    ),
)
ALL = (WCI, BCI)
