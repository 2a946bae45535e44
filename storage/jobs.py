"""The ``job`` table: when each job of the timetable ran last and is due next. No job itself is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select, update

from storage.database import writing
from storage.tables import job
from storage.upserts import upsert


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job."""

    name: str
    last_started_at: datetime | None
    last_finished_at: datetime | None
    last_exit_status: int | None
    next_due_at: datetime | None
    missed: int


def job_states(engine: Engine) -> dict[str, JobState]:
    """All jobs by name."""
    with engine.connect() as connection:
        return {row.name: JobState(*row) for row in connection.execute(select(job).order_by(job.c.name))}


def forget_other_jobs(engine: Engine, names: Collection[str]) -> None:
    """Drop what is no longer on the timetable."""
    with writing(engine) as connection:
        connection.execute(delete(job).where(job.c.name.not_in(list(names))))


def note_due(engine: Engine, name: str, due: datetime | None, missed: int = 0) -> None:
    """Note when a job is due next, and how many more of its runs fell in a time without scheduler."""
    with writing(engine) as connection:
        upsert(connection, job, [{"name": name, "next_due_at": due, "missed": 0}], update=("next_due_at",))
        if missed:
            connection.execute(update(job).where(job.c.name == name).values(missed=job.c.missed + missed))


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
