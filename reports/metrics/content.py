"""What is said, and where: posts that got most and worst, the words that rise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import log
from typing import Any

from sqlalchemy import CTE, case, func, literal, or_, select

from reports.intervals import counted, exactly, total
from reports.metrics.base import Metric, Rows, Value, Vector
from reports.metrics.parts import Inputs, count_of, earned_posts, last_counts, named_terms, said, times
from reports.scope import Scope
from storage.tables import account, fetch, keyword, post, post_read

BEST, WORST = 8, 6
EXCERPT = 400
PARTS = ("likes", "comments", "shares", "saves")
LEAST_TEXTS, LEAST_OF_DAY = 5, 3
KEPT_TERMS = 40
WAVE_DAYS, DAYS_BEFORE = 7, 21
"""A day that stands out is not held against the week before it, which may belong to the same wave."""
G2_LEAST = 10.83
"""The chi-squared quantile of p = 0.001 with one degree of freedom."""


def top_inputs(scope: Scope) -> Inputs:
    """The posts of others with the most engagement, by brand, one of each text; and those of negative tone."""
    voice = said(scope)
    earned = earned_posts(voice)
    seen, is_last = last_counts(scope, earned)
    counts = {name: count_of(name, seen) for name in PARTS}
    got = sum((func.coalesce(best, 0) for _, _, best in counts.values()), start=literal(0))
    sized = (
        select(
            earned.c.brand_id,
            earned.c.post_id,
            earned.c.text_id,
            earned.c.tone,
            seen.c.observed_at,
            got.label("engagement"),
            *(column.label(f"{name}_{bound}") for name in (*PARTS, "views") for bound, column in zip(("low", "high"), count_of(name, seen), strict=False)),
        )
        .select_from(earned)
        .join(seen, is_last)
        .cte("sized")
    )  # fmt: skip
    order = func.row_number().over
    first = select(
        sized,
        order(
            partition_by=(sized.c.brand_id, sized.c.text_id), order_by=(sized.c.engagement.desc(), sized.c.post_id)
        ).label("copy"),
    ).cte("first")
    negative = case((first.c.tone < 0, 1), else_=0)
    ranked = (
        select(
            first,
            order(partition_by=first.c.brand_id, order_by=(first.c.engagement.desc(), first.c.post_id)).label("best"),
            order(
                partition_by=first.c.brand_id, order_by=(negative.desc(), first.c.engagement.desc(), first.c.post_id)
            ).label("worst"),
        )
        .where(first.c.copy == 1)
        .cte("ranked")
    )
    kept = (
        select(fetch.c.archive_file)
        .join(post_read, post_read.c.fetch_id == fetch.c.fetch_id)
        .where(post_read.c.post_id == ranked.c.post_id, fetch.c.archive_file.is_not(None))
        .order_by(fetch.c.fetch_id.desc())
        .limit(1)
    )
    return (
        select(
            ranked,
            post.c.platform,
            post.c.url,
            post.c.published_at,
            post.c.title,
            func.substr(post.c.text, 1, EXCERPT).label("excerpt"),
            account.c.handle,
            kept.scalar_subquery().label("archive_file"),
            kept.with_only_columns(fetch.c.archive_offset).scalar_subquery().label("archive_offset"),
        )
        .join(post, post.c.post_id == ranked.c.post_id)
        .outerjoin(account, account.c.account_id == post.c.account_id)
        .where(or_(ranked.c.best <= BEST, (ranked.c.worst <= WORST) & (ranked.c.tone < 0)))
        .order_by(ranked.c.brand_id, ranked.c.best)
    )


def top_posts(rows: Rows, scope: Scope) -> list[Value]:
    """Best and worst posts with the engagement that they show; beside it what they say and where they stand."""
    values = []
    shown = ("platform", "url", "title", "excerpt", "handle", "tone", "archive_file", "archive_offset")
    for row in rows:
        parts = {name: counted(row[f"{name}_low"], row[f"{name}_high"]) for name in (*PARTS, "views")}
        told = {name: part for name, part in parts.items() if part is not None}
        beside: dict[str, Any] = {name: row[name] for name in shown}
        beside["published_at"] = None if row["published_at"] is None else str(row["published_at"])
        beside["counts"] = {name: [part.low, part.best, part.high] for name, part in told.items()}
        interval = total(part for name, part in told.items() if name in PARTS) if told else None
        for what, place in (("best", row["best"] <= BEST), ("worst", row["worst"] <= WORST and row["tone"] < 0)):
            if place:
                values.append(
                    Value((row["brand_id"], what, str(row["post_id"])), interval, 1, (), {**beside, "place": row[what]})
                )
    order = {brand: number for number, brand in enumerate(scope.brands)}
    return sorted(values, key=lambda value: (order[value.of[0]], value.of[1], value.beside["place"]))


TOP_ROW: dict[str, Any] = {f"{name}_{bound}": None for name in (*PARTS, "views") for bound in ("low", "high")} | {
    "brand_id": "acme", "post_id": 7, "tone": -1, "best": 1, "worst": 1, "likes_low": 86_350, "likes_high": 86_499, "comments_low": 10, "comments_high": 10,
    "platform": "bluesky", "url": None, "title": None, "excerpt": None, "handle": None, "archive_file": None, "archive_offset": None, "published_at": None,
}  # fmt: skip
TOP_POSTS = Metric(
    id="top-posts",
    version=1,
    unit="engagement",
    keys=("brand", "list", "post"),
    definition=(
        "Posts of others that name the brand, by the sum of likes, comments, shares and saves that they show (last counts, best estimates), one of "
        "each text; “worst” are those whose sentiment toward the brand is negative. It orders posts for reading; it is no comparison between platforms."
    ),
    select=top_inputs,
    after=top_posts,
    vector=Vector(
        rows=(TOP_ROW,),
        expect={("acme", "best", "7"): (86_360, 86_410, 86_509), ("acme", "worst", "7"): (86_360, 86_410, 86_509)},
    ),
)


def texts_with(voice: CTE, name: str) -> CTE:
    """Texts of others by brand and term."""
    return (
        select(voice.c.brand_id, keyword.c.term, func.count(voice.c.text_id.distinct()).label("texts"), *times(voice.c.first_seen_at))
        .join(keyword, keyword.c.post_id == voice.c.post_id)
        .where(voice.c.standing == "earned")
        .group_by(voice.c.brand_id, keyword.c.term)
        .cte(name)
    )  # fmt: skip


def keyword_inputs(scope: Scope) -> Inputs:
    """By brand and term: texts now and in the period of the same length before, with the number of all texts of either."""
    return terms_against(scope, scope.before(), LEAST_TEXTS)


def day_keyword_inputs(scope: Scope) -> Inputs:
    """By brand and term: texts now and in the three weeks that end a week before."""
    last = scope.first - timedelta(days=WAVE_DAYS + 1)
    return terms_against(scope, scope.over(last - timedelta(days=DAYS_BEFORE - 1), last), LEAST_OF_DAY)


def terms_against(scope: Scope, before: Scope, least: int) -> Inputs:
    """By brand and term of at least so many texts: texts of two periods, with the number of all texts of either."""
    said_now, said_before = said(scope), said(before, name="said_before")
    now, then = texts_with(said_now, "now"), texts_with(said_before, "before")

    def everything(voice: CTE, name: str) -> CTE:
        amount = func.count(voice.c.text_id.distinct()).label("texts")
        return select(voice.c.brand_id, amount).where(voice.c.standing == "earned").group_by(voice.c.brand_id).cte(name)

    all_now, all_then = everything(said_now, "all_now"), everything(said_before, "all_before")
    found = (
        select(
            now.c.brand_id,
            now.c.term,
            now.c.texts,
            func.coalesce(then.c.texts, 0).label("texts_before"),
            all_now.c.texts.label("everything"),
            func.coalesce(all_then.c.texts, 0).label("everything_before"),
            now.c.observed_from,
            now.c.observed_to,
        )
        .join(all_now, all_now.c.brand_id == now.c.brand_id)
        .outerjoin(all_then, all_then.c.brand_id == now.c.brand_id)
        .outerjoin(then, (then.c.brand_id == now.c.brand_id) & (then.c.term == now.c.term))
        .where(now.c.texts >= least, ~named_terms(now.c.term))
        .cte("found")
    )
    # A term is kept for being frequent, or for having grown most.
    place = func.row_number().over(partition_by=found.c.brand_id, order_by=(found.c.texts.desc(), found.c.term))
    more = (found.c.texts - found.c.texts_before).label("more")
    grown = func.row_number().over(partition_by=found.c.brand_id, order_by=(more.desc(), found.c.term))
    placed = select(found, place.label("place"), grown.label("grown")).cte("placed")
    return (
        select(placed)
        .where(or_(placed.c.place <= KEPT_TERMS, placed.c.grown <= KEPT_TERMS))
        .order_by(placed.c.brand_id, placed.c.place)
    )


def g_squared(now: int, all_now: int, then: int, all_then: int) -> float:
    """Dunning's log-likelihood ratio of two shares, signed: positive where the first is the greater."""
    if not all_now or not all_then:
        return 0.0
    share = (now + then) / (all_now + all_then)

    def part(seen: float, expected: float) -> float:
        return seen * log(seen / expected) if seen else 0.0

    found = 2 * (
        part(now, all_now * share) + part(all_now - now, all_now * (1 - share))
        + part(then, all_then * share) + part(all_then - then, all_then * (1 - share))
    )  # fmt: skip
    return found if now * all_then >= then * all_now else -found


def keywords(rows: Rows, scope: Scope) -> list[Value]:
    """Texts with each term; beside it the share now and before, and G²: a term rises where it is above 10.83 (p = 0.001)."""
    values = []
    order = {brand: number for number, brand in enumerate(scope.brands)}
    for row in rows:
        statistic = g_squared(row["texts"], row["everything"], row["texts_before"], row["everything_before"])
        beside = {
            "before": row["texts_before"],
            "share": row["texts"] / row["everything"],
            "share_before": row["texts_before"] / row["everything_before"] if row["everything_before"] else None,
            "g2": statistic,
            "rising": statistic > G2_LEAST,
        }
        values.append(Value((row["brand_id"], row["term"]), exactly(row["texts"]), row["everything"], (), beside))
    return sorted(values, key=lambda value: (order[value.of[0]], -value.beside["g2"], value.of[1]))


KEYWORDS = Metric(
    id="keywords",
    version=1,
    unit="posts",
    keys=("brand", "term"),
    definition=(
        "Distinct texts of others that name the brand and have the term among their keywords, at least 5; names of brands and products are left out. A term rises where Dunning's G² of its share "
        "now against the period of the same length before is above 10.83 (p = 0.001 for one term; of 1,000 terms one is flagged by chance)."
    ),
    select=keyword_inputs,
    after=keywords,
    vector=Vector(
        rows=(
            {
                "brand_id": "acme",
                "term": "battery life",
                "texts": 30,
                "texts_before": 10,
                "everything": 200,
                "everything_before": 200,
            },
        ),
        expect={("acme", "battery life"): (30, 30, 30)},
    ),
)
DAY_KEYWORDS = replace(
    KEYWORDS,
    id="day-keywords",
    definition=(
        "As keywords, of at least 3 texts, against the three weeks that end a week before: what a day that stands out is about, its own wave left out. A term rises where Dunning's G² of its share is above "
        "10.83 (p = 0.001 for one term)."
    ),
    select=day_keyword_inputs,
)
ALL = (TOP_POSTS, KEYWORDS, DAY_KEYWORDS)
