"""How much is said of whom: share of voice, mentions by day, platform and language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Integer, case, cast, func, literal, null, select, union_all

from reports.intervals import Interval, at_least, exactly, rank, wilson
from reports.metrics.base import Metric, Row, Rows, Value, Vector, few
from reports.metrics.parts import Inputs, copies, day_of, post_day, said, spoken, texts, times
from reports.scope import Scope
from storage.tables import fetch, post, run

COVERED = ("ok", "unchanged", "empty")
"""Outcomes of a fetch that leave nothing out."""
LOOK_BACK_DAYS = 31
"""How far before the period a visit may lie for the next one to have closed the gap."""


def share_inputs(scope: Scope) -> Inputs:
    """Texts, copies, own posts and reposts by brand."""
    voice = said(scope)
    return (
        select(
            voice.c.brand_id,
            texts(voice).label("texts"),
            copies(voice).label("copies"),
            texts(voice, "owned").label("owned"),
            texts(voice, "repost").label("reposts"),
            *times(voice.c.first_seen_at),
        )
        .group_by(voice.c.brand_id)
        .order_by(voice.c.brand_id)
    )


def share_of_voice(rows: Rows, scope: Scope) -> list[Value]:
    """M_b / ΣM with its 95 % interval by Wilson, and each brand's rank where whole intervals lie apart."""
    by_brand = {row["brand_id"]: row for row in rows}
    everything = sum(row["texts"] for row in rows)
    if not everything:
        return [Value((brand,), None, 0, ("no-posts",)) for brand in scope.brands]
    shares = {brand: wilson(by_brand[brand]["texts"] if brand in by_brand else 0, everything) for brand in scope.brands}
    values = []
    for brand, share in shares.items():
        row: Row = by_brand.get(brand, {"texts": 0, "copies": 0, "owned": 0, "reposts": 0})
        beside = {name: int(row[name]) for name in ("texts", "copies", "owned", "reposts")}
        beside["rank"] = rank(share, [other for key, other in shares.items() if key != brand])
        values.append(Value((brand,), share, everything, few(everything), beside))
    return values


SHARE_OF_VOICE = Metric(
    id="share-of-voice",
    version=1,
    unit="share",
    keys=("brand",),
    definition=(
        "M_b / ΣM over the brand and its competitors, where M_b is the number of distinct texts published in the period that name the brand "
        "with a relevance of at least 0.5. Near-duplicates count once; copies, posts by own accounts and reposts stand beside it. "
        "The interval is Wilson's at 95 %: how far the share would move by chance, were as many texts written again. "
        "Rank is 1 + the number of competitors whose whole interval lies above."
    ),
    select=share_inputs,
    after=share_of_voice,
    vector=Vector(
        rows=(
            {"brand_id": "acme", "texts": 60, "copies": 5, "owned": 2, "reposts": 1},
            {"brand_id": "globex", "texts": 140, "copies": 0, "owned": 0, "reposts": 0},
        ),
        expect={("acme",): (0.240747, 0.3, 0.366791), ("globex",): (0.633209, 0.7, 0.759253)},
    ),
)


def day_inputs(scope: Scope) -> Inputs:
    """Texts and copies by brand and day, and beside them each platform's fetches by day: how many were planned, covered, cut by a cap."""
    voice = said(scope, post_day(scope).label("day"))
    mentions = (
        select(
            literal("mentions").label("what"),
            voice.c.brand_id.label("who"),
            voice.c.day,
            texts(voice).label("amount"),
            copies(voice).label("copies"),
            cast(null(), Integer).label("planned"),
            cast(null(), Integer).label("missing"),
            *times(voice.c.first_seen_at),
        )
        .group_by(voice.c.brand_id, voice.c.day)
    )  # fmt: skip
    return union_all(mentions, visit_inputs(scope)).order_by("what", "who", "day")  # type: ignore[return-value]


def visit_inputs(scope: Scope) -> Inputs:
    """Each platform's fetches by day, from a month before the period until the scope's moment."""
    day = day_of(fetch.c.planned_at, scope).label("day")
    return (
        select(
            literal("visits").label("what"),
            fetch.c.platform.label("who"),
            day,
            func.sum(case((fetch.c.outcome.in_(COVERED), 1), else_=0)).label("amount"),
            cast(null(), Integer).label("copies"),
            func.count().label("planned"),
            func.sum(fetch.c.missing).label("missing"),
            *times(fetch.c.fetched_at),
        )
        .join(run, run.c.run_id == fetch.c.run_id)
        .where(
            fetch.c.via == "crawl",
            fetch.c.platform.is_not(None),
            fetch.c.planned_at >= scope.begin(scope.first - timedelta(days=LOOK_BACK_DAYS)),
            fetch.c.planned_at <= scope.as_of,
        )
        .group_by(fetch.c.platform, day)
    )


def collected(rows: Rows, days: tuple[date, ...]) -> dict[tuple[str, date], bool]:
    """Whether all of a platform's day was collected, for platforms that answered at all.

    It was, where the platform answered on that day or the next; or later, if it had answered before and the next answer leaves nothing missing.
    """
    visits: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in rows:
        if row["what"] == "visits" and row["amount"]:
            visits[row["who"]][date.fromisoformat(row["day"])] = (int(row["amount"]), int(row["missing"] or 0))
    whole: dict[tuple[str, date], bool] = {}
    for platform, answered in visits.items():
        known = sorted(answered)
        for day in days:
            following = next((seen for seen in known if seen >= day), None)
            if following is None:
                whole[platform, day] = False
                continue
            soon = (following - day).days <= 1
            closed = answered[following][1] == 0
            whole[platform, day] = closed and (soon or known[0] < day)
    return whole


def mentions_by_day(rows: Rows, scope: Scope) -> list[Value]:
    """Each brand's texts by day: exact where every platform was collected, at least so many where some were not, none where nothing was."""
    days = scope.days
    whole = collected(rows, days)
    counted: Mapping[tuple[str, str], Row] = {
        (row["who"], row["day"]): row for row in rows if row["what"] == "mentions"
    }
    values = []
    for brand in scope.brands:
        for day in days:
            row = counted.get((brand, day.isoformat()))
            amount = int(row["amount"]) if row else 0
            missing = sorted(platform for (platform, at), full in whole.items() if at == day and not full)
            some = any(full for (_, at), full in whole.items() if at == day)
            beside: dict[str, Any] = {"copies": int(row["copies"]) if row else 0, "missing": missing}
            interval: Interval | None = at_least(amount)
            notes: tuple[str, ...] = ("partly",)
            if some and not missing:
                interval, notes = exactly(amount), ()
            elif not some and not amount:
                interval, notes = None, ("gap",)
            values.append(Value((brand, day.isoformat()), interval, amount, notes, beside))
    return values


MENTIONS_BY_DAY = Metric(
    id="mentions-by-day",
    version=1,
    unit="posts",
    keys=("brand", "day"),
    definition=(
        "Distinct texts that name the brand, by the day on which they were published in the report's time zone; near-duplicates count once a day. "
        "A platform's day was collected where the platform answered on that day or the next, or later if it had answered before and the next "
        "answer left nothing missing. A day that some platforms lack is a lower bound; a day that all lack is a gap, never zero."
    ),
    select=day_inputs,
    after=mentions_by_day,
    vector=Vector(
        rows=(
            {
                "what": "mentions",
                "who": "acme",
                "day": "2026-03-02",
                "amount": 4,
                "copies": 1,
                "planned": None,
                "missing": None,
            },
            {
                "what": "mentions",
                "who": "acme",
                "day": "2026-03-05",
                "amount": 2,
                "copies": 0,
                "planned": None,
                "missing": None,
            },
            {
                "what": "visits",
                "who": "bluesky",
                "day": "2026-03-02",
                "amount": 9,
                "copies": None,
                "planned": 9,
                "missing": 0,
            },
            {
                "what": "visits",
                "who": "bluesky",
                "day": "2026-03-05",
                "amount": 8,
                "copies": None,
                "planned": 9,
                "missing": 3,
            },
            {
                "what": "visits",
                "who": "mastodon",
                "day": "2026-03-04",
                "amount": 3,
                "copies": None,
                "planned": 3,
                "missing": 0,
            },
        ),
        expect={
            ("acme", "2026-03-02"): (4, 4, None),
            ("acme", "2026-03-03"): (0, 0, None),
            ("acme", "2026-03-05"): (2, 2, None),
            ("acme", "2026-03-06"): None,
        },
    ),
)


def platform_inputs(scope: Scope) -> Inputs:
    """Texts and copies by brand and platform."""
    voice = said(scope, post.c.platform)
    return (
        select(voice.c.brand_id, voice.c.platform, texts(voice).label("texts"), copies(voice).label("copies"), *times(voice.c.first_seen_at))
        .group_by(voice.c.brand_id, voice.c.platform)
        .order_by(voice.c.platform, voice.c.brand_id)
    )  # fmt: skip


def language_inputs(scope: Scope) -> Inputs:
    """Texts and copies by brand and language."""
    voice = spoken(scope)
    return (
        select(voice.c.brand_id, voice.c.language, texts(voice).label("texts"), copies(voice).label("copies"), *times(voice.c.first_seen_at))
        .group_by(voice.c.brand_id, voice.c.language)
        .order_by(voice.c.language, voice.c.brand_id)
    )  # fmt: skip


def texts_by_platform(rows: Rows, scope: Scope) -> list[Value]:
    """The number of texts of each brand on each platform where any brand is named."""
    return texts_by(rows, scope, "platform")


def texts_by_language(rows: Rows, scope: Scope) -> list[Value]:
    """The number of texts of each brand in each language in which any brand is named."""
    return texts_by(rows, scope, "language")


def texts_by(rows: Rows, scope: Scope, name: str) -> list[Value]:
    """The number of texts by brand and one more thing; a pair that no text has is an exact 0."""
    found = {(row["brand_id"], row[name]): row for row in rows}
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row[name]] += row["texts"]
    values = []
    for thing in sorted(sizes, key=lambda key: (-sizes[key], key)):
        for brand in scope.brands:
            row = found.get((brand, thing), {"texts": 0, "copies": 0})
            values.append(Value((brand, thing), exactly(row["texts"]), row["texts"], (), {"copies": row["copies"]}))
    return values


MENTIONS_BY_PLATFORM = Metric(
    id="mentions-by-platform",
    version=1,
    unit="posts",
    keys=("brand", "platform"),
    definition="Distinct texts that name the brand, by platform. A text that stands on two platforms counts on each; near-duplicates on one count once.",
    select=platform_inputs,
    after=texts_by_platform,
    vector=Vector(
        rows=({"brand_id": "acme", "platform": "bluesky", "texts": 7, "copies": 2},),
        expect={("acme", "bluesky"): (7, 7, 7), ("globex", "bluesky"): (0, 0, 0)},
    ),
)

MENTIONS_BY_LANGUAGE = Metric(
    id="mentions-by-language",
    version=1,
    unit="posts",
    keys=("brand", "language"),
    definition="Distinct texts that name the brand, by the language told from the text; und where it can't be told.",
    select=language_inputs,
    after=texts_by_language,
    vector=Vector(
        rows=({"brand_id": "globex", "language": "zh", "texts": 3, "copies": 0},),
        expect={("acme", "zh"): (0, 0, 0), ("globex", "zh"): (3, 3, 3)},
    ),
)

ALL = (SHARE_OF_VOICE, MENTIONS_BY_DAY, MENTIONS_BY_PLATFORM, MENTIONS_BY_LANGUAGE)
