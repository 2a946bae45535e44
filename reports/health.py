"""The health of each source: when it was last ok, how its fetches ended, and what is odd against its own past.

A source is a platform, and each of its targets. The last run is held against up to 30 runs of the same arguments before it;
the first of them, which brings all that was there already, is left out.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scipy import stats
from sqlalchemy import Connection, Engine, Row, Select, func, select

from reports.metrics.parts import DayText
from storage.jobs import JobState, job_states
from storage.tables import fetch, run

RUNS = 30
LEAST_RUNS = 7
"""With fewer runs before it, a run is held against nothing."""
DAYS = 14
RARE = 0.001
"""A yield or a share that is as low by chance in fewer than one of a thousand runs is flagged."""
LEAST_EXPECTED = 5.0
LEAST_RECORDS = 5
LEAST_PAST = 50
USUAL_SHARE = 0.5
"""A field that less than half of the records show is too often absent to be missed."""
READ = ("ok", "partial", "unchanged", "empty")
LATE = timedelta(minutes=15)


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
class Source:
    """One platform."""

    platform: str
    last_run_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_run: dict[str, int] = field(default_factory=dict)
    """How the fetches of the last run ended."""
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    """By day (UTC): how often each outcome ended a fetch."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Of the last run's fetches that were not read: outcome and reason, how often."""
    yields: list[Yield] = field(default_factory=list)
    fields: list[FieldShare] = field(default_factory=list)
    jobs: list[JobState] = field(default_factory=list)
    note: str | None = None

    @property
    def flags(self) -> list[str]:
        """What is wrong with it, in words; empty where all is well."""
        return list(self._flags())

    def _flags(self) -> Iterator[str]:
        if self.last_run and not any(self.last_run.get(name) for name in READ):
            yield "nothing was read in the last run"
        drifted = self.last_run.get("drift", 0)
        if drifted:
            yield f"drift: {drifted} of {sum(self.last_run.values())} pages are not laid out as the reader knows them"
        for one in self.yields:
            if one.is_odd:
                what = f" of {one.target}" if one.target else ""
                yield f"too few: {one.records} records{what} where {one.expected:.0f} are usual (p = {one.p:.1e})"
        for share in self.fields:
            if share.is_odd:
                yield (
                    f"drift: {share.name} in {share.share:.0%} of {share.records} {share.record}s, "
                    f"usually in {share.usual:.0%} (p = {share.p:.1e})"
                )
        for job in self.jobs:
            if job.last_exit_status:
                yield f"job '{job.name}' ended with exit status {job.last_exit_status}"


@dataclass(frozen=True, slots=True)
class Health:
    """All sources, and the jobs that bring no pages."""

    at: datetime
    sources: tuple[Source, ...]
    jobs: tuple[JobState, ...]

    def late(self) -> list[JobState]:
        """Jobs whose time has passed: no scheduler is at work."""
        return [job for job in self.jobs if job.next_due_at is not None and job.next_due_at < self.at - LATE]

    def missed(self) -> list[JobState]:
        """Jobs whose runs fell in a time without scheduler."""
        return [job for job in self.jobs if job.missed]

    @property
    def flags(self) -> list[str]:
        """All that is wrong, each with its source."""
        told = [f"{source.platform}: {flag}" for source in self.sources for flag in source.flags]
        known = {job.name for source in self.sources for job in source.jobs}
        told += [
            f"job '{job.name}' ended with exit status {job.last_exit_status}"
            for job in self.jobs
            if job.last_exit_status and job.name not in known
        ]
        return told + [
            f"job '{job.name}' was due {job.next_due_at:%Y-%m-%d %H:%M}Z and has not begun" for job in self.late()
        ]

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {
            "at": self.at.isoformat(),
            "flags": self.flags,
            "sources": [
                {
                    "platform": source.platform,
                    "flags": source.flags,
                    "last_ok_at": plain(source.last_ok_at),
                    "last_run_at": plain(source.last_run_at),
                    "last_run": source.last_run,
                    "reasons": source.reasons,
                    "days": source.days,
                    "yield": [asdict(one) for one in source.yields],
                    "fields": [asdict(one) | {"share": one.share} for one in source.fields],
                    "note": source.note,
                }
                for source in self.sources
            ],
            "jobs": [{name: plain(value) for name, value in asdict(job).items()} for job in self.jobs],
        }


def plain(value: object) -> object:
    """A time as text."""
    return value.isoformat() if isinstance(value, datetime) else value


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


def crawls(since: datetime) -> Select[Any]:
    """The crawls that have ended since a time, the newest first."""
    return (
        select(run.c.run_id, run.c.platform, run.c.arguments, run.c.started_at, run.c.note)
        .where(run.c.kind == "crawl", run.c.started_at >= since, run.c.finished_at.is_not(None))
        .order_by(run.c.run_id.desc())
    )


def outcomes_by_day(since: datetime) -> Select[Any]:
    """How often each outcome ended a crawl's fetches, by platform and day (UTC)."""
    day = DayText(fetch.c.fetched_at, 0)
    return (
        select(run.c.platform, day.label("day"), fetch.c.outcome, func.count().label("pages"))
        .join(run, run.c.run_id == fetch.c.run_id)
        .where(run.c.kind == "crawl", fetch.c.state == "done", fetch.c.fetched_at >= since)
        .group_by(run.c.platform, day, fetch.c.outcome)
        .order_by(day, fetch.c.outcome)
    )


def last_read() -> Select[Any]:
    """When a page of each platform's crawls was last read, the platform's own saying that nothing is there included."""
    return (
        select(run.c.platform, func.max(fetch.c.fetched_at).label("at"))
        .join(run, run.c.run_id == fetch.c.run_id)
        .where(run.c.kind == "crawl", fetch.c.outcome.in_(READ))
        .group_by(run.c.platform)
    )


def pages_of_runs(runs: Sequence[int]) -> Select[Any]:
    """What each target's pages brought in some runs, by outcome and reason."""
    by = (fetch.c.run_id, fetch.c.target, fetch.c.outcome, fetch.c.reason)
    return (
        select(*by, func.count().label("pages"), func.sum(fetch.c.records).label("records"))
        .where(fetch.c.run_id.in_(runs), fetch.c.state == "done")
        .group_by(*by)
    )


def fields_of_runs(runs: Sequence[int]) -> Select[Any]:
    """How many records of each page in some runs showed each field."""
    return select(fetch.c.run_id, fetch.c.fields).where(fetch.c.run_id.in_(runs), fetch.c.records > 0)


def comparable(found: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Of a platform's runs, newest first, those of the arguments that most of them had: a crawl of one target is no measure for all."""
    groups: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in found:
        groups[json.dumps(row.arguments, sort_keys=True)].append(row)
    return max(groups.values(), key=len)[: RUNS + 1]


def health(engine: Engine, at: datetime) -> Health:
    """The health of all sources at a time."""
    sources: dict[str, Source] = {}
    by_platform: dict[str, list[Row[Any]]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(crawls(at - timedelta(days=90))):
            by_platform[row.platform].append(row)
        for platform, found in sorted(by_platform.items()):
            source = sources[platform] = Source(platform, last_run_at=found[0].started_at, note=found[0].note)
            judge(connection, source, found)
        for row in connection.execute(outcomes_by_day(at - timedelta(days=DAYS))):
            source = sources.setdefault(row.platform, Source(row.platform))
            source.days.setdefault(row.day, {})[row.outcome] = row.pages
        for row in connection.execute(last_read()):
            sources.setdefault(row.platform, Source(row.platform)).last_ok_at = row.at
    jobs = tuple(job_states(engine).values())
    for job in jobs:
        words = job.name.split(" ")
        if words[0] == "crawl" and len(words) > 1:
            sources.setdefault(words[1], Source(words[1])).jobs.append(job)
    return Health(at, tuple(source for _, source in sorted(sources.items())), jobs)


def judge(connection: Connection, source: Source, found: Sequence[Row[Any]]) -> None:
    """Hold a platform's last run against those before it."""
    peers = comparable(found)
    last, past = peers[0].run_id, [row.run_id for row in peers[1:]]
    if len(past) > LEAST_RUNS:
        # The first of all runs brought what was there already.
        past = past[:-1]
    records: dict[str | None, Counter[int]] = defaultdict(Counter)
    ended: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for row in connection.execute(pages_of_runs([found[0].run_id, last, *past])):
        if row.run_id == found[0].run_id:
            ended[row.outcome] += row.pages
            if row.outcome not in READ:
                reasons[f"{row.outcome}: {row.reason}" if row.reason else row.outcome] += row.pages
        for target in (None, row.target):
            if row.run_id == last or row.run_id in past:
                records[target][row.run_id] += row.records
    source.last_run, source.reasons = dict(sorted(ended.items())), dict(reasons.most_common(10))
    if len(past) < LEAST_RUNS:
        return
    for target, by_run in sorted(records.items(), key=lambda item: item[0] or ""):
        # A target that is new is held against the runs that knew it.
        known = [by_run[number] for number in past if target is None or number in by_run]
        if len(known) >= LEAST_RUNS:
            p, mean, law = too_few(by_run[last], known)
            source.yields.append(Yield(target, by_run[last], mean, len(known), p, law))
    fields: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in connection.execute(fields_of_runs([last, *past])):
        for record, shown in row.fields.items():
            fields[row.run_id][record].update(shown)
    source.fields = field_shares(fields[last], [fields[number] for number in past])
