"""The health of each source: when it was last ok, how its fetches ended, and what is odd against its own past."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, func, select

from reports.metrics.parts import DayText
from reports.metrics.sources import LATE, READ, FieldShare, Judgement, Yield, judged, source_inputs
from storage.jobs import JobState, Missed, job_states, missed_since
from storage.tables import fetch, run

DAYS = 14


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
    def next_run_at(self) -> datetime | None:
        """When one of its jobs is due next; None where the timetable has none."""
        return min((job.next_due_at for job in self.jobs if job.next_due_at is not None), default=None)

    @property
    def missed(self) -> int:
        """Runs of its jobs that were ever missed."""
        return sum(job.missed for job in self.jobs)

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
    missed: tuple[Missed, ...]
    """What fell in a time without scheduler in the last two weeks, the latest first."""

    def late(self) -> list[JobState]:
        """Jobs whose time has passed: no scheduler is at work."""
        return [job for job in self.jobs if job.next_due_at is not None and job.next_due_at < self.at - LATE]

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
                    "next_run_at": plain(source.next_run_at),
                    "missed_runs": source.missed,
                    "last_run": source.last_run,
                    "reasons": source.reasons,
                    "days": source.days,
                    "yield": [asdict(one) for one in source.yields],
                    "fields": [asdict(one) | {"share": one.share} for one in source.fields],
                    "note": source.note,
                }
                for source in self.sources
            ],
            "jobs": [plainly(job) for job in self.jobs],
            "missed": [plainly(one) for one in self.missed],
        }


def plainly(told: JobState | Missed) -> dict[str, object]:
    """Its fields as plain values."""
    return {name: plain(value) for name, value in asdict(told).items()}


def plain(value: object) -> object:
    """A time as text."""
    return value.isoformat() if isinstance(value, datetime) else value


def last_runs(at: datetime) -> Select[Any]:
    """The last crawl of each platform that has ended by a time."""
    last = select(func.max(run.c.run_id)).where(run.c.kind == "crawl", run.c.finished_at <= at).group_by(run.c.platform)
    return select(run.c.platform, run.c.started_at, run.c.note).where(run.c.run_id.in_(last))


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


def health(engine: Engine, at: datetime) -> Health:
    """The health of all sources at a time."""
    sources: dict[str, Source] = {}
    with engine.connect() as connection:
        told = judged([dict(row) for row in connection.execute(source_inputs(at)).mappings()])
        for row in connection.execute(last_runs(at)):
            known = told.get(row.platform, Judgement())
            sources[row.platform] = Source(
                row.platform,
                last_run_at=row.started_at,
                last_run=known.ended,
                reasons=known.reasons,
                yields=known.yields,
                fields=known.fields,
                note=row.note,
            )
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
    missed = missed_since(engine, at - timedelta(days=DAYS))
    return Health(at, tuple(source for _, source in sorted(sources.items())), jobs, missed)
