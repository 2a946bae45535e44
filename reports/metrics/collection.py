"""What could be read, and what moved suddenly: coverage by platform, spikes of mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from datetime import date, datetime, timedelta
from typing import Any

from scipy import stats
from sqlalchemy import func, select

from reports.intervals import exactly
from reports.metrics.base import Metric, Row, Rows, Value, Vector
from reports.metrics.parts import Inputs, day_of, times
from reports.metrics.voice import COVERED, collected, day_inputs, visit_inputs
from reports.scope import Scope
from storage.tables import fetch, watchlist_change

UNSEEN_LEAST = 0.05
"""So small a share of a day is not spoken of."""
BASE_DAYS, BASE_WEEKS = 14, 4
LOOK_BACK = 7 * BASE_WEEKS + BASE_DAYS
SPIKE_P = 0.001
UNUSUAL_P = 0.01
"""A day as rare as this is no measure of the days after it."""
SPIKE_LEAST = 5
BASE_LEAST = 7


def coverage_inputs(scope: Scope) -> Inputs:
    """Fetches planned in the period by platform, way and outcome."""
    return (
        select(
            fetch.c.platform,
            fetch.c.via,
            fetch.c.outcome,
            fetch.c.reason,
            func.count().label("pages"),
            func.sum(fetch.c.records).label("records"),
            func.sum(fetch.c.missing).label("missing"),
            *times(fetch.c.fetched_at),
        )
        .where(
            fetch.c.planned_at >= scope.starts_at,
            fetch.c.planned_at < scope.ends_at + timedelta(days=1),
            fetch.c.planned_at <= scope.as_of,
            fetch.c.platform.is_not(None),
        )
        .group_by(fetch.c.platform, fetch.c.via, fetch.c.outcome, fetch.c.reason)
        .order_by(fetch.c.platform, fetch.c.via, fetch.c.outcome, fetch.c.reason)
    )


def coverage(rows: Rows, scope: Scope) -> list[Value]:
    """The share of planned fetches that left nothing out, by platform; beside it the pages by outcome, and those that were imported."""
    by_platform: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_platform[row["platform"]].append(row)
    values = []
    for platform, found in sorted(by_platform.items()):
        crawled = [row for row in found if row["via"] == "crawl"]
        planned = sum(row["pages"] for row in crawled)
        outcomes: dict[str, int] = defaultdict(int)
        reasons: dict[str, int] = defaultdict(int)
        for row in crawled:
            outcomes[row["outcome"] or "planned"] += row["pages"]
            if row["reason"]:
                reasons[f"{row['outcome']}: {row['reason']}"] += row["pages"]
        covered = sum(outcomes[name] for name in COVERED)
        beside: dict[str, Any] = {
            "outcomes": dict(sorted(outcomes.items())),
            "reasons": dict(sorted(reasons.items())),
            "imported": sum(row["pages"] for row in found if row["via"] == "import"),
            "missing": sum(row["missing"] or 0 for row in crawled),
            "records": sum(row["records"] or 0 for row in found),
        }
        interval = exactly(covered / planned) if planned else None
        values.append(Value((platform,), interval, planned, () if planned else ("import-only",), beside))
    return values


COVERAGE = Metric(
    id="coverage",
    version=1,
    unit="share",
    keys=("platform",),
    definition=(
        "Of the fetches planned in the period and the day after it, the share whose outcome left nothing out: ok, unchanged or empty. "
        "Imported pages are counted beside it, since nobody planned them."
    ),
    select=coverage_inputs,
    after=coverage,
    vector=Vector(
        rows=(
            {
                "platform": "bluesky",
                "via": "crawl",
                "outcome": "ok",
                "reason": None,
                "pages": 9,
                "records": 100,
                "missing": 0,
            },
            {
                "platform": "bluesky",
                "via": "crawl",
                "outcome": "limited",
                "reason": None,
                "pages": 3,
                "records": 0,
                "missing": 0,
            },
            {"platform": "x", "via": "import", "outcome": "ok", "reason": None, "pages": 2, "records": 9, "missing": 0},
        ),
        expect={("bluesky",): (0.75, 0.75, 0.75), ("x",): None},
    ),
)


def spike_inputs(scope: Scope) -> Inputs:
    """Mentions and visits by day, from six weeks before the period: four that its first day is held against, two that these days are."""
    return day_inputs(scope.from_days_before(LOOK_BACK))


def tail(seen: int, base: list[int]) -> tuple[float, float, str]:
    """P(X ≥ seen), the mean expected, and the law: Poisson, or negative binomial where the base varies by more than its mean."""
    n = len(base)
    mean = (sum(base) + 0.5) / n
    average = sum(base) / n
    variance = sum((one - average) ** 2 for one in base) / (n - 1)
    if variance > mean:
        size = mean * mean / (variance - mean)
        return float(stats.nbinom.sf(seen - 1, size, size / (size + mean))), mean, "negative-binomial"
    return float(stats.poisson.sf(seen - 1, mean)), mean, "poisson"


def base_of(day: date, full: Set[date], unusual: Set[date]) -> list[date]:
    """The days that a day is held against: the 14 before it and the same weekday of four weeks; without those that stood out, while 7 remain."""
    back = {day - timedelta(days=number) for number in range(1, BASE_DAYS + 1)}
    back |= {day - timedelta(days=7 * number) for number in range(1, BASE_WEEKS + 1)}
    quiet = sorted((back & full) - unusual)
    return quiet if len(quiet) >= BASE_LEAST else sorted(back & full)


def spikes(rows: Rows, scope: Scope) -> list[Value]:
    """Days on which a brand was named far more than is usual, with p; marked where copies of few texts made them."""
    long = scope.from_days_before(LOOK_BACK)
    whole = collected(rows, long.days)
    full = {
        day
        for day in long.days
        if any(at == day for _, at in whole) and all(ok for (_, at), ok in whole.items() if at == day)
    }
    counted = {(row["who"], date.fromisoformat(row["day"])): row for row in rows if row["what"] == "mentions"}
    values = []
    tested = 0
    for brand in scope.brands:
        unusual: set[date] = set()
        for day in long.days[BASE_WEEKS * 7 :]:
            base = base_of(day, full, unusual)
            row = counted.get((brand, day))
            if len(base) < BASE_LEAST:
                continue
            tested += day >= scope.first
            if row is None:
                continue
            texts, copies = int(row["amount"]), int(row["copies"])
            usual = [int(counted[brand, at]["amount"]) if (brand, at) in counted else 0 for at in base]
            posts = [
                one + (int(counted[brand, at]["copies"]) if (brand, at) in counted else 0)
                for one, at in zip(usual, base, strict=True)
            ]
            p, mean, law = tail(texts, usual)
            p_posts, _, _ = tail(texts + copies, posts)
            if p < UNUSUAL_P:
                unusual.add(day)
            real = p < SPIKE_P and texts >= SPIKE_LEAST
            storm = p_posts < SPIKE_P and texts + copies >= SPIKE_LEAST and (not real or copies > texts)
            if day >= scope.first and (real or storm):
                beside = {"texts": texts, "copies": copies, "expected": mean, "law": law, "p_posts": p_posts}
                notes = ("copies",) if storm else ()
                values.append(Value((brand, day.isoformat()), exactly(p), len(base), notes, beside))
    return [Value(one.of, one.interval, one.n, one.notes, {**one.beside, "tested": tested}) for one in values]


def vector_day(who: str, day: int, amount: int, what: str = "mentions") -> dict[str, Any]:
    """A row of the select, so many days before the vector's last day."""
    at = date(2026, 3, 8) - timedelta(days=day)
    return {
        "what": what,
        "who": who,
        "day": at.isoformat(),
        "amount": amount,
        "copies": 0,
        "planned": amount,
        "missing": 0,
    }


SPIKES = Metric(
    id="spikes",
    version=2,
    unit="probability",
    keys=("brand", "day"),
    definition=(
        "p = P(X ≥ the day's distinct texts), X by the trailing 14 days and the same weekday of the four weeks before, days that were not wholly "
        "collected left out, and those that had p < 0.01 themselves, as long as 7 remain (a wave is not measured by its own first days): Poisson, or negative binomial by moments where their variance exceeds their mean. "
        "A day is a spike at p < 0.001 and at least 5 texts. The same test on posts with their copies tells a storm of copies."
    ),
    select=spike_inputs,
    after=spikes,
    vector=Vector(
        rows=(
            *(vector_day("bluesky", day, 9, "visits") for day in range(40)),
            *(vector_day("acme", day, 3) for day in range(1, 30)),
            vector_day("acme", 0, 12),
        ),
        expect={("acme", "2026-03-08"): (7.85857e-05, 7.85857e-05, 7.85857e-05)},
        tolerance=1e-8,
    ),
)


def states(rows: Rows, scope: Scope) -> list[Value]:
    """Whether each platform's days were collected: full, part (something came that day, but not all) or none; the number of pages read."""
    whole = collected(rows, scope.days)
    visits = {(row["who"], row["day"]): row for row in rows}
    values = []
    for platform in sorted({row["who"] for row in rows}):
        seen = [
            row["observed_to"] for row in rows if row["who"] == platform and row["amount"] and row.get("observed_to")
        ]
        last = datetime.fromisoformat(max(seen)) if seen else None
        for day in scope.days:
            row = visits.get((platform, day.isoformat()))
            read, planned = (int(row["amount"]), int(row["planned"])) if row else (0, 0)
            state = "full" if whole.get((platform, day)) else "part" if read else "none"
            beside: dict[str, Any] = {"state": state}
            if last is not None and state == "full":
                beside |= unseen(day, last, scope)
            values.append(Value((platform, day.isoformat()), exactly(read), planned, (), beside))
    return values


def unseen(day: date, last: datetime, scope: Scope) -> dict[str, Any]:
    """The share of a day that lies after a platform's last answer, with that answer's time; nothing where a later visit looked back on the day."""
    begins, ends = scope.begin(day), scope.begin(day + timedelta(days=1))
    share = (ends - max(last, begins)) / (ends - begins)
    return {"unseen": share, "last": last.isoformat()} if share > UNSEEN_LEAST else {}


COLLECTED = Metric(
    id="collected",
    version=1,
    unit="pages",
    keys=("platform", "day"),
    definition=(
        "Pages read in full by platform and day, and whether the day was collected: where the platform answered on that day or the next, or later if "
        "it had answered before, and that answer left nothing missing. Where the last answer of all came before the day was over, the share of the day after it "
        "stands beside: so much of it nobody could have seen yet."
    ),
    select=lambda scope: visit_inputs(scope).order_by("who", "day"),
    after=states,
    vector=Vector(
        rows=(vector_day("bluesky", 2, 9, "visits"), {**vector_day("bluesky", 0, 4, "visits"), "missing": 2}),
        expect={
            ("bluesky", "2026-03-06"): (9, 9, 9),
            ("bluesky", "2026-03-08"): (4, 4, 4),
            ("bluesky", "2026-03-02"): (0, 0, 0),
        },
    ),
)


def change_inputs(scope: Scope) -> Inputs:
    """The watchlist's changes in the period, the first watchlist left out."""
    first = select(func.min(watchlist_change.c.changed_at)).scalar_subquery()
    at = watchlist_change.c.changed_at
    return (
        select(day_of(at, scope).label("day"), at.label("observed_at"), watchlist_change.c.summary)
        .where(at >= scope.starts_at, at < scope.ends_at, at <= scope.as_of, at > first)
        .order_by(at)
    )


def changes(rows: Rows, scope: Scope) -> list[Value]:
    """The number of changes by day, with what they were."""
    by_day: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_day[row["day"]].append(row["summary"])
    return [
        Value((day,), exactly(len(found)), len(found), (), {"summary": "; ".join(found)})
        for day, found in by_day.items()
    ]


WATCHLIST_CHANGES = Metric(
    id="watchlist-changes",
    version=1,
    unit="changes",
    keys=("day",),
    definition="Changes of the watchlist by day. A step in a brand's mentions on such a day may come from a new alias; stored posts are matched again.",
    select=change_inputs,
    after=changes,
    vector=Vector(
        rows=({"day": "2026-03-04", "observed_at": "2026-03-04T09:00:00+00:00", "summary": "acme: alias added"},),
        expect={("2026-03-04",): (1, 1, 1)},
    ),
)
ALL = (COVERAGE, SPIKES, COLLECTED, WATCHLIST_CHANGES)
