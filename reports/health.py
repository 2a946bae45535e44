"""How each source does: its last good page, how its fetches ended lately, its yield beside its own past, and the timetable's jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.stats import poisson
from sqlalchemy import Connection, func, select

from storage.tables import fetch, job

LATELY = timedelta(days=7)
PAST = timedelta(days=35)
SUSPICIOUS = 0.001
"""A yield this improbable by the source's own past is flagged."""
COVERED = ("ok", "partial", "unchanged", "empty")


@dataclass(frozen=True, slots=True)
class Source:
    """One platform as it was crawled in the last days.

    ``records`` and ``expected`` are records of the last seven days, and those that as many pages gave before; ``chance`` is
    the probability of so few, None where there is no past to tell by. ``reasons``: why pages could not be read.
    """

    platform: str
    last_ok: datetime | None
    outcomes: dict[str, int]
    records: int
    expected: float | None
    chance: float | None
    reasons: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether nothing needs a look: no drift, something covered where anything was asked, and not suspiciously little."""
        covered = sum(self.outcomes.get(name, 0) for name in COVERED)
        asked = sum(self.outcomes.values())
        return (
            not self.outcomes.get("drift")
            and (covered > 0 or not asked)
            and (self.chance is None or self.chance >= SUSPICIOUS)
        )


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the timetable: when it last ran, how that ended, when it is due, how many runs it missed."""

    name: str
    last_started_at: datetime | None
    last_exit_status: int | None
    next_due_at: datetime | None
    missed: int


def sources(connection: Connection, at: datetime) -> list[Source]:
    """Each crawled platform's health at a moment."""
    crawled = (fetch.c.via == "crawl", fetch.c.state == "done", fetch.c.platform.is_not(None))
    last_ok = dict(
        connection.execute(
            select(fetch.c.platform, func.max(fetch.c.fetched_at))
            .where(*crawled, fetch.c.outcome.in_(COVERED))
            .group_by(fetch.c.platform)
        )
        .tuples()
        .all()
    )
    query = (
        select(
            fetch.c.platform,
            fetch.c.outcome,
            fetch.c.reason,
            fetch.c.fetched_at >= at - LATELY,
            func.count(),
            func.sum(fetch.c.records),
        )
        .where(*crawled, fetch.c.fetched_at >= at - PAST, fetch.c.fetched_at <= at)
        .group_by(fetch.c.platform, fetch.c.outcome, fetch.c.reason, fetch.c.fetched_at >= at - LATELY)
    )
    outcomes: dict[str, Counter[str]] = {platform: Counter() for platform in last_ok}
    pages: Counter[tuple[str, bool]] = Counter()
    records: Counter[tuple[str, bool]] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for platform, outcome, reason, lately, number, found in connection.execute(query):
        if lately:
            outcomes.setdefault(platform, Counter())[outcome] += number
            if outcome not in COVERED:
                reasons.setdefault(platform, Counter())[f"{outcome}: {reason}" if reason else outcome] += number
        else:
            outcomes.setdefault(platform, Counter())
        if outcome in COVERED or outcome == "drift":
            pages[platform, bool(lately)] += number
            records[platform, bool(lately)] += int(found or 0)
    return [
        judged(platform, last_ok.get(platform), outcomes[platform], pages, records, reasons.get(platform, Counter()))
        for platform in sorted(outcomes)
    ]


def judged(
    platform: str,
    last_ok: datetime | None,
    outcomes: Counter[str],
    pages: Counter[tuple[str, bool]],
    records: Counter[tuple[str, bool]],
    reasons: Counter[str],
) -> Source:
    """A source beside its own past: as many records a page are expected as it gave before."""
    before, now = pages[platform, False], pages[platform, True]
    expected = records[platform, False] / before * now if before and now else None
    chance = float(poisson.cdf(records[platform, True], expected)) if expected else None
    told = tuple(f"{reason} ({number})" for reason, number in reasons.most_common(5))
    return Source(platform, last_ok, dict(outcomes), records[platform, True], expected, chance, told)


def jobs(connection: Connection) -> Sequence[Job]:
    """The timetable's jobs, the next due first."""
    rows = connection.execute(
        select(job.c.name, job.c.last_started_at, job.c.last_exit_status, job.c.next_due_at, job.c.missed).order_by(
            job.c.next_due_at
        )
    )
    return [Job(*row) for row in rows]
