"""The scheduler: what is due, what was missed, who leads, and jobs held to their limits."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from config.timetable import Annotate, Crawl, Job, Timetable
from spiders.scheduling import processes
from spiders.scheduling.processes import Ended, Program
from spiders.scheduling.scheduler import LEASE, LEASE_TIME, Schedule, missed_times, next_time
from storage.database import migrate, open_database
from storage.jobs import job_states, note_due
from storage.leases import give_up, hold
from tests.crawling import Home
from tests.web import Answer, Asked, serving

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    address = f"sqlite:///{tmp_path / 'test.sqlite'}"
    migrate(address)
    engine = open_database(address)
    yield engine
    engine.dispose()


def hourly() -> Crawl:
    return Crawl.model_validate({"platform": "mastodon", "every": "1h"})


def monday() -> Annotate:
    return Annotate.model_validate({"cron": "30 6 * * 1"})


@pytest.mark.parametrize(
    ("job", "zone", "after", "due"),
    [
        (hourly(), "UTC", NOW, NOW + timedelta(hours=1)),
        (monday(), "UTC", NOW, datetime(2026, 3, 9, 6, 30, tzinfo=UTC)),
        (monday(), "UTC", datetime(2026, 3, 2, 6, 29, 59, tzinfo=UTC), datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),
        (monday(), "UTC", datetime(2026, 3, 2, 6, 30, tzinfo=UTC), datetime(2026, 3, 9, 6, 30, tzinfo=UTC)),
        # Summer time begins on 29 March.
        (monday(), "Europe/Berlin", NOW, datetime(2026, 3, 9, 5, 30, tzinfo=UTC)),
        (monday(), "Europe/Berlin", datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, 4, 30, tzinfo=UTC)),
    ],
)
def test_when_a_job_is_due_next(job: Job, zone: str, after: datetime, due: datetime) -> None:
    assert next_time(job, zone, after) == due


@pytest.mark.parametrize(
    ("job", "due", "missed"),
    [
        (hourly(), NOW + timedelta(minutes=5), 0),
        (hourly(), NOW - timedelta(seconds=30), 0),
        (hourly(), NOW - timedelta(minutes=5), 1),
        (hourly(), NOW - timedelta(hours=5), 5),
        (hourly(), NOW - timedelta(hours=5, minutes=2), 6),
        (monday(), datetime(2026, 2, 16, 6, 30, tzinfo=UTC), 3),
        (monday(), datetime(2026, 3, 9, 6, 30, tzinfo=UTC), 0),
    ],
)
def test_what_was_missed(job: Job, due: datetime, missed: int) -> None:
    assert missed_times(job, "UTC", due, NOW) == missed


def schedule(engine: Engine, tmp_path: Path, *jobs: Job, now: datetime = NOW) -> Schedule:
    return Schedule(engine, Timetable(), jobs, tmp_path, lambda: now)


class Recorded:
    """In place of a process: notes what would have run."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, program: Program) -> Ended:
        self.words.append(" ".join(program.words))
        return Ended(1 if "bluesky" in program.words else 0)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    recorded = Recorded()
    monkeypatch.setattr(Program, "run", lambda program: recorded(program))
    return recorded.words


def test_once_runs_what_is_due_and_notes_it(engine: Engine, tmp_path: Path, ran: list[str]) -> None:
    jobs = (monday(), hourly(), Crawl.model_validate({"platform": "bluesky", "every": "6h"}))
    assert schedule(engine, tmp_path, *jobs).once() == 1, "one of them failed"
    # An interval begins at once; a time of the week is waited for.
    assert sorted(ran) == ["crawl bluesky", "crawl mastodon"]
    states = job_states(engine)
    assert states["crawl mastodon"].last_exit_status == 0
    assert states["crawl bluesky"].last_exit_status == 1
    assert states["crawl mastodon"].next_due_at == NOW + timedelta(hours=1)
    assert states["annotate"].next_due_at == datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
    ran.clear()
    assert schedule(engine, tmp_path, *jobs, now=NOW + timedelta(minutes=59)).once() == 0
    assert ran == []
    # Down for five hours and a bit: one run makes up for all.
    assert schedule(engine, tmp_path, *jobs, now=NOW + timedelta(hours=5, minutes=30)).once() == 0
    assert ran == ["crawl mastodon"]
    assert job_states(engine)["crawl mastodon"].missed == 5
    # What left the timetable is forgotten.
    schedule(engine, tmp_path, hourly(), now=NOW + timedelta(hours=5, minutes=31)).once()
    assert list(job_states(engine)) == ["crawl mastodon"]


def test_a_day_by_the_clock(engine: Engine, tmp_path: Path, ran: list[str]) -> None:
    jobs = (
        hourly(),
        Crawl.model_validate({"platform": "feed", "every": "30m"}),
        Annotate.model_validate({"cron": "0 6 * * *"}),
    )
    for minutes in range(0, 24 * 60, 10):
        schedule(engine, tmp_path, *jobs, now=NOW + timedelta(minutes=minutes)).once()
    assert ran.count("crawl mastodon") == 24
    assert ran.count("crawl feed") == 48
    assert ran.count("annotate") == 1
    assert [state.missed for state in job_states(engine).values()] == [0, 0, 0]


def test_a_full_disk_begins_no_crawl(engine: Engine, tmp_path: Path, ran: list[str]) -> None:
    full = Timetable.model_validate({"limits": {"free_disk_mb": 10**12}})
    assert (
        Schedule(engine, full, (hourly(), Annotate.model_validate({"every": "1h"})), tmp_path, lambda: NOW).once() == 1
    )
    assert ran == ["annotate"]
    assert job_states(engine)["crawl mastodon"].last_exit_status == 1


def test_one_leader(engine: Engine, tmp_path: Path) -> None:
    from sqlalchemy import text

    from storage.database import writing

    ours = schedule(engine, tmp_path)
    assert ours.lead(waits=False)
    assert ours.lead(waits=False), "a leader stays one"
    with writing(engine) as connection:
        connection.execute(text("UPDATE lease SET owner = 'elsewhere/1/0.00' WHERE name = 'scheduler'"))
    assert not ours.lead(waits=False)
    assert not ours.look(1), "who has lost the lease leads no longer"
    # Its holder gives no more sign of life.
    assert schedule(engine, tmp_path, now=NOW + LEASE_TIME).lead(waits=False)
    ours.leave()
    assert hold(engine, LEASE, LEASE_TIME, NOW) is None
    give_up(engine, LEASE)


def program(code: str, seconds: float = 60.0, memory_mb: int = 1000, grace_seconds: float = 10.0) -> Program:
    """A line of Python in the place of a command."""
    return Program([code], timedelta(seconds=seconds), memory_mb, grace_seconds, begins=(sys.executable, "-c"))


def test_limits_of_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOOK_SECONDS", 0.1)
    assert program("raise SystemExit(3)").run() == Ended(3)
    ended = program("import time; time.sleep(60)", seconds=0.5).run()
    assert ended.stopped == "its time of 0:00:00.500000 was over"
    assert ended.exit_status == -signal.SIGTERM
    hungry = "x = b'1' * 300_000_000; import time; time.sleep(60)"
    assert program(hungry, memory_mb=200).run().stopped == "it took more than 200 MB"
    # Its children count, and end with it, however deaf it is.
    parent = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.run([sys.executable, '-c', \"x = b'1' * 300_000_000; import time; time.sleep(60)\"])"
    )
    ended = program(parent, memory_mb=250, grace_seconds=0.5).run()
    assert ended.exit_status == -signal.SIGKILL


def test_a_job_that_is_told_to_stop_ends_cleanly() -> None:
    clean = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); time.sleep(60)"
    job = program(clean)
    threading.Timer(1.5, job.stop, ["the scheduler stops"]).start()
    assert job.run() == Ended(0, "the scheduler stops")


TIMETABLE = """
[[annotate]]
every = "1h"
"""


def test_the_command_stays_until_it_is_told_to_stop(tmp_path: Path) -> None:
    beats: list[str] = []

    def route(asked: Asked) -> Answer:
        beats.append(asked.path)
        return Answer(b"ok")

    with serving(route) as web:
        ours = Home(tmp_path / "home", None, {"MENTIONARY_HEARTBEAT": f"{web.address}/beat"})
        ours.watch("")
        (ours.folder / "timetable.toml").write_text(TIMETABLE, "utf-8")
        process = ours.start("schedule")
        for _ in range(600):
            if beats:
                break
            time.sleep(0.1)
        second = ours.run("schedule", "--once", status=1)
        assert "another scheduler is at work" in second
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
        assert "1 jobs on the timetable" in out
        assert "Traceback" not in err
    assert beats
    assert ours.rows("SELECT count(*) FROM lease WHERE name = 'scheduler'") == [(0,)]
    states = ours.rows("SELECT name, last_exit_status IS NOT NULL FROM job")
    assert states == [("annotate", 1)]


def test_a_job_of_a_past_timetable_does_not_hold_a_new_one_back(engine: Engine, tmp_path: Path) -> None:
    note_due(engine, "crawl mastodon", NOW + timedelta(days=7))
    assert schedule(engine, tmp_path, hourly()).rebuild() == {"crawl mastodon": NOW + timedelta(hours=1)}
