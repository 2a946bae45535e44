"""The ``job`` table: when each job of the timetable ran last and is due next, and what was missed. No job itself is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select, update

from storage.database import writing
from storage.tables import job, missed_run
from storage.upserts import upsert


@dataclass(frozen=True, slots=True)
class Missed:
    """Runs of a job that fell between two times without scheduler."""

    job: str
    first_due_at: datetime
    noted_at: datetime
    runs: int


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job; ``missed`` counts all runs that it ever missed."""

    name: str
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_exit_status: int | None
    next_due_at: datetime | None
    missed: int


def job_states(engine: Engine) -> dict[str, JobState]:
    """All jobs by name."""
    runs = select(func.coalesce(func.sum(missed_run.c.runs), 0)).where(missed_run.c.job == job.c.name).scalar_subquery()
    with engine.connect() as connection:
        return {row.name: JobState(*row) for row in connection.execute(select(job, runs).order_by(job.c.name))}


def missed_since(engine: Engine, at: datetime) -> tuple[Missed, ...]:
    """What was missed and noted since a time, the latest first."""
    query = (
        select(missed_run).where(missed_run.c.noted_at >= at).order_by(missed_run.c.noted_at.desc(), missed_run.c.job)
    )
    with engine.connect() as connection:
        return tuple(Missed(*row) for row in connection.execute(query))


def forget_other_jobs(engine: Engine, names: Collection[str]) -> None:
    """Drop what is no longer on the timetable."""
    with writing(engine) as connection:
        connection.execute(delete(job).where(job.c.name.not_in(list(names))))


def note_due(engine: Engine, name: str, due: datetime | None) -> None:
    """Note when a job is due next."""
    with writing(engine) as connection:
        upsert(connection, job, [{"name": name, "next_due_at": due}], update=("next_due_at",))


def note_missed(engine: Engine, missed: Missed) -> None:
    """Note runs that fell in a time without scheduler; the same time is noted once."""
    row = {
        "job": missed.job,
        "first_due_at": missed.first_due_at,
        "noted_at": missed.noted_at,
        "runs": missed.runs,
    }
    with writing(engine) as connection:
        upsert(connection, missed_run, [row])


def note_start(engine: Engine, name: str, at: datetime, due: datetime | None) -> None:
    """Note that a job has begun."""
    with writing(engine) as connection:
        connection.execute(
            update(job).where(job.c.name == name).values(last_started_at=at, last_finished_at=None, next_due_at=due)
        )


def note_end(engine: Engine, name: str, at: datetime, exit_status: int) -> None:
    """Note how a job ended."""
    with writing(engine) as connection:
        connection.execute(
            update(job).where(job.c.name == name).values(last_finished_at=at, last_exit_status=exit_status)
        )
