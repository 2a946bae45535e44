"""The scheduler: runs the timetable's jobs, each in a process of its own, as the only one of its database.

Jobs are rebuilt from the timetable at each start and live in memory; the database holds when each ran last and is due next.
"""

from __future__ import annotations

import shutil
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor as JobThreads
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine

from config import VERSION
from config.timetable import Crawl, Job, Timetable, cron_trigger
from spiders.scheduling.processes import Program
from storage.errors import StorageError
from storage.jobs import Missed, forget_other_jobs, job_states, note_due, note_end, note_missed, note_start
from storage.leases import give_up, hold

LEASE = "scheduler"
LEASE_TIME = timedelta(seconds=60)
ROUND_SECONDS = 10.0
HEARTBEAT_ROUNDS = 6
PUNCTUAL = timedelta(seconds=60)
"""A run that begins within so long of its time is not missed."""


def say(sentence: str) -> None:
    """Tell the operator's log."""
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ} {sentence}\n")
    sys.stdout.flush()


def next_time(job: Job, zone: str, after: datetime) -> datetime:
    """When a job is due next, after a time (UTC)."""
    if job.every is not None:
        return after + job.every
    found: datetime = cron_trigger(job.cron or "", zone).get_next_fire_time(None, after + timedelta(seconds=1))
    return found.astimezone(UTC)


def missed_times(job: Job, zone: str, due: datetime, now: datetime) -> int:
    """How many of a job's times lie between the one that it was due at and now."""
    count = 0
    while due <= now - PUNCTUAL:
        if job.every is not None:
            return count + 1 + (now - PUNCTUAL - due) // job.every
        count += 1
        due = next_time(job, zone, due)
    return count


@dataclass(slots=True)
class Schedule:
    """The jobs of one timetable."""

    engine: Engine
    timetable: Timetable
    jobs: Sequence[Job]
    home: Path
    clock: Callable[[], datetime]
    heartbeat: str | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    running: dict[str, Program] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    unheard: bool = False

    def stop(self, *_: Any) -> None:
        """End cleanly: nothing new begins, what runs is told to stop."""
        self.stopping.set()
        self.end_all("the scheduler stops")

    def lead(self, waits: bool) -> bool:
        """Wait until no other scheduler is at work; False where this one was stopped before, or is not to wait."""
        told = False
        while not self.stopping.is_set():
            other = hold(self.engine, LEASE, LEASE_TIME, self.clock())
            if other is None:
                return True
            if not told:
                say(f"another scheduler is at work ({other})" + ("; waiting for its end" if waits else ""))
                told = True
            if not waits:
                return False
            self.stopping.wait(5.0)
        return False

    def rebuild(self, least: int = 1) -> dict[str, datetime]:
        """When each job is due; what was missed while nobody ran it is noted, ``least`` times or more of a job."""
        now, states = self.clock(), job_states(self.engine)
        forget_other_jobs(self.engine, [job.name for job in self.jobs])
        due: dict[str, datetime] = {}
        for job in self.jobs:
            state = states.get(job.name)
            known = state.next_due_at if state is not None else None
            if known is None:
                known = now if job.every is not None else next_time(job, self.timetable.zone, now)
            elif job.every is not None:
                # A job that was to wait a week and now runs hourly does not wait for the week.
                known = min(known, now + job.every)
            missed = missed_times(job, self.timetable.zone, known, now)
            if missed >= least:
                say(f"{job.name}: missed {missed} runs since {known:%Y-%m-%d %H:%M}Z; one makes up for them")
                note_missed(self.engine, Missed(job.name, known, now, missed))
            note_due(self.engine, job.name, known)
            due[job.name] = known
        return due

    def once(self) -> int:
        """Run all that is due, and end; 1 where any of it failed."""
        # Who calls this every few minutes is late each time, and misses nothing.
        due, now = self.rebuild(least=2), self.clock()
        wanted = [job for job in self.jobs if due[job.name] <= now]
        with ThreadPoolExecutor(self.timetable.limits.crawls_at_once) as threads:
            list(threads.map(self.run, [job for job in wanted if isinstance(job, Crawl)]))
        for job in wanted:
            if not isinstance(job, Crawl):
                self.run(job)
        self.ping()
        return int(bool(self.failed))

    def forever(self) -> int:
        """Run the timetable until told to stop."""
        due, zone = self.rebuild(), ZoneInfo(self.timetable.zone)
        threads = {"crawls": JobThreads(self.timetable.limits.crawls_at_once), "default": JobThreads(1)}
        scheduler = BackgroundScheduler(executors=threads, timezone=zone)
        for job in self.jobs:
            every = IntervalTrigger(seconds=int(job.every.total_seconds()), timezone=zone) if job.every else None
            scheduler.add_job(
                self.run,
                every or cron_trigger(job.cron or "", self.timetable.zone),
                [job],
                id=job.name,
                executor="crawls" if isinstance(job, Crawl) else "default",
                next_run_time=max(due[job.name], self.clock()),
                # Late runs are one run; a run that goes on is not joined by another.
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        say(f"{len(self.jobs)} jobs on the timetable")
        status = 0
        try:
            rounds = 0
            while not self.stopping.wait(ROUND_SECONDS):
                rounds += 1
                if not self.look(rounds):
                    status = 1
                    break
        finally:
            scheduler.pause()
            self.stop()
            scheduler.shutdown(wait=True)
        return status

    def look(self, rounds: int) -> bool:
        """One round: stay the leader, keep the disk from filling, tell that all is well; False where another leads."""
        try:
            other = hold(self.engine, LEASE, LEASE_TIME, self.clock())
        except StorageError as error:
            say(str(error))
            return True
        if other is not None:
            say(f"another scheduler has taken over ({other})")
            return False
        if self.is_full():
            self.end_all("the disk is nearly full", crawls_only=True)
        if rounds % HEARTBEAT_ROUNDS == 1:
            self.ping()
        return True

    def run(self, job: Job) -> None:
        """Run one job now, and note how it went."""
        if self.stopping.is_set():
            return
        now, limits = self.clock(), self.timetable.limits
        try:
            note_start(self.engine, job.name, now, next_time(job, self.timetable.zone, now))
            if isinstance(job, Crawl) and self.is_full():
                say(f"{job.name}: not begun, less than {limits.free_disk_mb} MB are left on the disk of {self.home}")
                self.ended(job, 1)
                return
            program = Program(job.words(self.timetable.today(now)), limits.time, limits.memory_mb)
            self.running[job.name] = program
            try:
                ended = program.run()
            finally:
                del self.running[job.name]
            why = f", stopped because {ended.stopped}" if ended.stopped else ""
            say(f"{job.name}: exit status {ended.exit_status}{why}")
            self.ended(job, ended.exit_status)
        except StorageError as error:
            self.failed.append(job.name)
            say(f"{job.name}: {error}")

    def ended(self, job: Job, exit_status: int) -> None:
        """Note how a job ended."""
        if exit_status:
            self.failed.append(job.name)
        note_end(self.engine, job.name, self.clock(), exit_status)

    def end_all(self, why: str, crawls_only: bool = False) -> None:
        """Tell what runs to stop."""
        for name, program in list(self.running.items()):
            if not crawls_only or name.startswith("crawl "):
                program.stop(why)

    def is_full(self) -> bool:
        """Whether the disk has less room than the timetable wants left."""
        return shutil.disk_usage(self.home).free < self.timetable.limits.free_disk_mb * 1_000_000

    def ping(self) -> None:
        """Ask the heartbeat's address: whoever watches it notices when this stops."""
        if self.heartbeat is None:
            return
        # Another scheme than http and https is refused at the start.
        request = urllib.request.Request(self.heartbeat, headers={"User-Agent": f"mentionary/{VERSION}"})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                answer.read(1)
            self.unheard = False
        except (OSError, ValueError) as error:
            if not self.unheard:
                say(f"the heartbeat's address does not answer: {error}")
            self.unheard = True

    def leave(self) -> None:
        """Let another scheduler lead."""
        give_up(self.engine, LEASE)


def platforms_with_work(all_watched: Iterable[Any]) -> list[str]:
    """The platforms on which the watchlist has something that can be crawled."""
    return sorted({item.spider.name if item.spider is not None else "page" for item in all_watched if item.addresses})
