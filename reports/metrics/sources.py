"""Whether each source still brings what it used to: its last run held against up to 30 of the same arguments before it.

A source is a platform, and each of its targets. The first of all runs, which brings what was there already, is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scipy import stats
from sqlalchemy import CTE, Integer, String, Text, and_, case, cast, func, literal, null, or_, select, union_all

from reports.intervals import exactly
from reports.metrics.base import Metric, Rows, Value, Vector
from reports.metrics.parts import Inputs, times
from reports.scope import Scope
from storage.tables import fetch, job, missed_run, run

RUNS = 30
LEAST_RUNS = 7
"""With fewer runs before it, a run is held against nothing."""
LONGEST_PAST = timedelta(days=90)
RARE = 0.001
"""A yield or a share that is as low by chance in fewer than one of a thousand runs is flagged."""
LEAST_EXPECTED = 5.0
LEAST_RECORDS = 5
LEAST_PAST = 50
USUAL_SHARE = 0.5
"""A field that less than half of the records show is too often absent to be missed."""
LATE = timedelta(minutes=15)
"""A job whose time passed so long ago waits for no other: no scheduler is at work."""
READ = ("ok", "partial", "unchanged", "empty")


@dataclass(frozen=True, slots=True)
class Yield:
    """How many records the last run brought, of all targets (``target`` None) or one; ``p`` that so few come by chance."""

    target: str | None
    records: int
    expected: float
    runs: int
    p: float
    law: str

    @property
    def is_odd(self) -> bool:
        """Whether it is flagged."""
        return self.p < RARE and self.expected >= LEAST_EXPECTED


@dataclass(frozen=True, slots=True)
class FieldShare:
    """How many of the last run's records show a field, and how many of the runs' before it did."""

    record: str
    name: str
    shown: int
    records: int
    usual: float
    p: float

    @property
    def share(self) -> float:
        """The share of the last run's records."""
        return self.shown / self.records

    @property
    def is_odd(self) -> bool:
        """Whether it is flagged: the reader, or the platform, no longer tells it."""
        return self.p < RARE and self.share < self.usual / 2


@dataclass(slots=True)
class Judgement:
    """A platform's last run, and what it and its fields were against those before."""

    ended: dict[str, int] = field(default_factory=dict)
    """How the fetches of the last run ended."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Of the last run's fetches that were not read: outcome and reason, how often."""
    yields: list[Yield] = field(default_factory=list)
    fields: list[FieldShare] = field(default_factory=list)


def too_few(seen: int, past: Sequence[int]) -> tuple[float, float, str]:
    """P(X ≤ seen), the mean expected, and the law: Poisson, or negative binomial where the past varies by more than its mean."""
    mean = sum(past) / len(past)
    if mean == 0:
        return 1.0, 0.0, "poisson"
    variance = sum((one - mean) ** 2 for one in past) / max(1, len(past) - 1)
    if variance > mean:
        size = mean * mean / (variance - mean)
        return float(stats.nbinom.cdf(seen, size, size / (size + mean))), mean, "negative-binomial"
    return float(stats.poisson.cdf(seen, mean)), mean, "poisson"


def field_shares(
    last: Mapping[str, Mapping[str, int]], past: Iterable[Mapping[str, Mapping[str, int]]]
) -> list[FieldShare]:
    """How the last run's records show each field that those before it usually showed."""
    before: dict[str, Counter[str]] = defaultdict(Counter)
    for fields in past:
        for record, shown in fields.items():
            before[record].update(shown)
    found = []
    for record, shown in sorted(before.items()):
        now = last.get(record, {})
        records, all_before = now.get("all", 0), shown["all"]
        if records < LEAST_RECORDS or all_before < LEAST_PAST:
            continue
        for name, number in sorted(shown.items()):
            usual = number / all_before
            if name != "all" and usual >= USUAL_SHARE:
                p = float(stats.binom.cdf(now.get(name, 0), records, usual))
                found.append(FieldShare(record, name, now.get(name, 0), records, usual, p))
    return found


def chosen_runs(at: datetime) -> CTE:
    """Each platform's last crawl by a time, and (``peer``) the last 31 of the arguments that most of its crawls had.

    A crawl of one target is no measure for all of them.
    """
    given = cast(run.c.arguments, Text)
    ended = (
        select(
            run.c.run_id,
            run.c.platform,
            given.label("given"),
            func.count().over(partition_by=(run.c.platform, given)).label("peers"),
            func.row_number().over(partition_by=run.c.platform, order_by=run.c.run_id.desc()).label("back"),
            func.row_number().over(partition_by=(run.c.platform, given), order_by=run.c.run_id.desc()).label("nth"),
        )
        .where(
            run.c.kind == "crawl",
            run.c.platform.is_not(None),
            run.c.finished_at <= at,
            run.c.started_at >= at - LONGEST_PAST,
        )
        .cte("ended")
    )
    order = (ended.c.peers.desc(), ended.c.given)
    ranked = select(ended, func.dense_rank().over(partition_by=ended.c.platform, order_by=order).label("choice")).cte(
        "ranked"
    )
    is_peer = and_(ranked.c.choice == 1, ranked.c.nth <= RUNS + 1)
    is_last = ranked.c.back == 1
    return (
        select(
            ranked.c.run_id,
            ranked.c.platform,
            case((is_peer, 1), else_=0).label("peer"),
            case((is_last, 1), else_=0).label("last"),
        )
        .where(or_(is_peer, is_last))
        .cte("chosen")
    )


def source_inputs(at: datetime) -> Inputs:
    """Of each chosen run: pages and records by target and outcome, and how many of its records showed each field."""
    chosen = chosen_runs(at)
    own = [chosen.c[name].label(name) for name in ("platform", "run_id", "peer", "last")]
    pages = (
        select(
            literal("pages").label("what"),
            *own,
            fetch.c.target.label("of"),
            fetch.c.outcome.label("name"),
            fetch.c.reason.label("reason"),
            func.count(fetch.c.fetch_id).label("pages"),
            func.coalesce(func.sum(fetch.c.records), 0).label("number"),
            *times(fetch.c.fetched_at),
        )
        .outerjoin(fetch, and_(fetch.c.run_id == chosen.c.run_id, fetch.c.state == "done"))
        .group_by(*own, fetch.c.target, fetch.c.outcome, fetch.c.reason)
    )
    # Both databases know json_each, and take each row's own value in it.
    record = func.json_each(fetch.c.fields).table_valued("key", "value", joins_implicitly=True)
    shown = func.json_each(record.c.value).table_valued("key", "value", joins_implicitly=True)
    number = func.sum(cast(cast(shown.c.value, String), Integer))
    fields = (
        select(
            literal("field").label("what"),
            *own,
            record.c.key.label("of"),
            shown.c.key.label("name"),
            cast(null(), Text).label("reason"),
            func.count().label("pages"),
            number.label("number"),
            *times(fetch.c.fetched_at),
        )
        .join(fetch, fetch.c.run_id == chosen.c.run_id)
        .join(record, literal(True))
        .join(shown, literal(True))
        .where(chosen.c.peer == 1, fetch.c.state == "done", fetch.c.records > 0)
        .group_by(*own, record.c.key, shown.c.key)
    )
    order = ("platform", "run_id", "what", "of", "name", "reason")
    return union_all(pages, fields).order_by(*order)  # type: ignore[return-value]


def judged(rows: Rows) -> dict[str, Judgement]:
    """Each platform's last run held against those before it."""
    by_platform: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        by_platform[row["platform"]].append(row)
    return {platform: judge(found) for platform, found in sorted(by_platform.items())}


def judge(rows: Rows) -> Judgement:
    """One platform's last run, and what it brought against those before it."""
    found = Judgement()
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    records: dict[str, Counter[int]] = defaultdict(Counter)
    """By target, empty for what none led to, and run."""
    shown: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    runs: set[int] = set()
    for row in rows:
        if row["what"] == "field":
            shown[row["run_id"]][row["of"]][row["name"]] += row["number"]
            continue
        if row["last"] and row["name"]:
            ended[row["name"]] += row["pages"]
            if row["name"] not in READ:
                reasons[f"{row['name']}: {row['reason']}" if row["reason"] else row["name"]] += row["pages"]
        if row["peer"]:
            runs.add(row["run_id"])
            records[row["of"] or ""][row["run_id"]] += row["number"]
    found.ended, found.reasons = dict(sorted(ended.items())), dict(reasons.most_common(10))
    last, *past = sorted(runs, reverse=True) or [0]
    # What has left the watchlist is missed by nobody.
    records = {target: by_run for target, by_run in records.items() if last in by_run}
    if len(past) > LEAST_RUNS:
        # The first of all runs brought what was there already.
        past = past[:-1]
    if len(past) < LEAST_RUNS:
        return found
    found.yields.append(held(None, sum(records.values(), Counter[int]()), last, past))
    for target, by_run in sorted(records.items()):
        # A target that is new is held against the runs that knew it.
        known = [number for number in past if number in by_run]
        if target and len(known) >= LEAST_RUNS:
            found.yields.append(held(target, by_run, last, known))
    found.fields = field_shares(shown[last], [shown[number] for number in past])
    return found


def held(target: str | None, by_run: Mapping[int, int], last: int, past: Sequence[int]) -> Yield:
    """The yield of the last run against some before it."""
    brought = [by_run.get(number, 0) for number in past]
    p, mean, law = too_few(by_run.get(last, 0), brought)
    return Yield(target, by_run.get(last, 0), mean, len(past), p, law)


def told_by(scope: Scope) -> datetime:
    """Whose knowledge a period's coverage stands on: all that was fetched up to a day after it."""
    return min(scope.as_of, scope.ends_at + timedelta(days=1))


def values(rows: Rows, scope: Scope) -> list[Value]:
    """Of each platform with a past the probability of its last run's yield, and of each odd target and field that of its own."""
    found = []
    for platform, told in judged(rows).items():
        for one in told.yields:
            if one.target is None or one.is_odd:
                beside = {"target": one.target, "records": one.records, "expected": one.expected, "law": one.law}
                what = f"records of {one.target}" if one.target else "records"
                found.append(Value((platform, what), exactly(one.p), one.runs, (), {**beside, "odd": one.is_odd}))
        for share in told.fields:
            if share.is_odd:
                beside = {"record": share.record, "field": share.name, "share": share.share, "usual": share.usual}
                what = f"{share.name} of {share.record}s"
                found.append(Value((platform, what), exactly(share.p), share.records, (), {**beside, "odd": True}))
    return found


def vector_run(number: int, records: int, likes: int) -> tuple[dict[str, object], ...]:
    """The rows of one run with one page."""
    own = {"platform": "mastodon", "run_id": number, "peer": 1, "last": int(number == 10), "reason": None, "pages": 1}
    return (
        {"what": "pages", **own, "of": "tag:acme", "name": "ok", "number": records},
        {"what": "field", **own, "of": "post", "name": "all", "number": records},
        {"what": "field", **own, "of": "post", "name": "likes", "number": likes},
    )


SOURCES = Metric(
    id="sources",
    version=1,
    unit="probability",
    keys=("platform", "what"),
    definition=(
        "p = P(X ≤ the records of a platform's last crawl up to a day after the period), X by the up to 30 crawls of the same arguments before it, "
        "at least 7, the first of all left out: Poisson, or negative binomial by moments where their variance exceeds their mean. Beside it each target "
        "whose p < 0.001 with at least 5 records expected, and each field that at least half of the records before showed and that fewer than half as "
        "many show now, with p < 0.001 by the binomial law."
    ),
    select=lambda scope: source_inputs(told_by(scope)),
    after=values,
    vector=Vector(
        rows=tuple(row for number in range(1, 11) for row in vector_run(number, 10, 0 if number == 10 else 10)),
        expect={("mastodon", "records"): (0.58304, 0.58304, 0.58304), ("mastodon", "likes of posts"): (0.0, 0.0, 0.0)},
    ),
)


def missed_inputs(scope: Scope) -> Inputs:
    """Runs of the timetable that fell in a time without scheduler which touches the period or the day after it."""
    return (
        select(
            missed_run.c.job, missed_run.c.first_due_at, missed_run.c.noted_at.label("observed_at"), missed_run.c.runs
        )
        .where(
            missed_run.c.first_due_at < scope.ends_at + timedelta(days=1),
            missed_run.c.noted_at >= scope.starts_at,
            missed_run.c.noted_at <= scope.as_of,
        )
        .order_by(missed_run.c.first_due_at, missed_run.c.job)
    )


def missed(rows: Rows, scope: Scope) -> list[Value]:
    """The number of runs by job and time."""
    return [
        Value((row["job"], row["first_due_at"]), exactly(row["runs"]), row["runs"], (), {"until": row["observed_at"]})
        for row in rows
    ]


MISSED_RUNS = Metric(
    id="missed-runs",
    version=1,
    unit="runs",
    keys=("job", "due"),
    definition=(
        "Runs of the timetable's jobs that fell in a time without scheduler within the period or the day after it, from the first that was due to "
        "the moment at which a scheduler was there again; one run then made up for all."
    ),
    select=missed_inputs,
    after=missed,
    vector=Vector(
        rows=(
            {
                "job": "crawl mastodon",
                "first_due_at": "2026-03-04T09:00:00+00:00",
                "observed_at": "2026-03-04T14:10:00+00:00",
                "runs": 6,
            },
        ),
        expect={("crawl mastodon", "2026-03-04T09:00:00+00:00"): (6, 6, 6)},
    ),
)


def next_inputs(scope: Scope) -> Inputs:
    """The crawls that the timetable has, with when each is due next."""
    return (
        select(job.c.name.label("job"), job.c.next_due_at, job.c.last_started_at.label("observed_at"))
        .where(job.c.name.like("crawl %"), job.c.next_due_at.is_not(None))
        .order_by(job.c.name)
    )


def next_runs(rows: Rows, scope: Scope) -> list[Value]:
    """The hours from the report's moment to the next crawl of each platform, and how many jobs it has."""
    due: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        due[row["job"].split(" ")[1]].append(datetime.fromisoformat(row["next_due_at"]))
    values = []
    for platform, times_due in sorted(due.items()):
        first = min(times_due)
        notes = ("overdue",) if first < scope.as_of - LATE else ()
        hours = (first - scope.as_of) / timedelta(hours=1)
        values.append(Value((platform,), exactly(hours), len(times_due), notes, {"due": first.isoformat()}))
    return values


NEXT_RUNS = Metric(
    id="next-runs",
    version=1,
    unit="hours",
    keys=("platform",),
    definition=(
        "Hours from the last page that the report knows of to the next crawl of each platform by the timetable; below 0 where it was due before and "
        "has not begun. Platforms that the timetable does not crawl have none."
    ),
    select=next_inputs,
    after=next_runs,
    vector=Vector(
        rows=(
            {"job": "crawl mastodon", "next_due_at": "2026-03-09T18:00:00+00:00", "observed_at": None},
            {
                "job": "crawl mastodon -a target=tag:acme",
                "next_due_at": "2026-03-10T06:00:00+00:00",
                "observed_at": None,
            },
        ),
        expect={("mastodon",): (6, 6, 6)},
    ),
)
ALL = (SOURCES, MISSED_RUNS, NEXT_RUNS)
