"""Health: a source is held against its own past, drift and silence are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from reports.health import jobs, sources
from storage.database import migrate, open_database
from storage.tables import fetch, job, run

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@contextmanager
def filled(address: str, rows: list[dict[str, Any]]) -> Iterator[Connection]:
    migrate(address)
    engine = open_database(address)
    common = {
        "run_id": 1,
        "host": "a.example",
        "state": "done",
        "planned_at": AT,
        "via": "crawl",
        "unread": [],
        "fields": {},
        "status": 200,
    }
    with engine.begin() as connection:
        connection.execute(insert(run).values(run_id=1, kind="crawl", arguments={}, started_at=AT))
        connection.execute(
            insert(fetch),
            [common | {"url": f"https://a.example/{number}", "reason": None} | row for number, row in enumerate(rows)],
        )
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def days(
    platform: str, first: int, last: int, outcome: str, records: int, reason: str | None = None
) -> list[dict[str, Any]]:
    return [
        {
            "platform": platform,
            "fetched_at": AT - timedelta(days=day),
            "outcome": outcome,
            "records": records,
            "reason": reason,
        }
        for day in range(first, last)
    ]


def test_a_source_is_held_against_its_own_past(database_address: str) -> None:
    rows = [
        *days("steady", 0, 30, "ok", 20),
        *days("thin", 0, 7, "ok", 2),
        *days("thin", 7, 30, "ok", 20),
        *days("changed", 0, 2, "drift", 0, "data"),
        *days("changed", 2, 30, "ok", 20),
        *days("walled", 0, 7, "wall", 0, "login"),
    ]
    with filled(database_address, rows) as connection:
        found = {source.platform: source for source in sources(connection, AT)}
    assert found["steady"].well
    assert found["steady"].expected == found["steady"].records
    assert not found["thin"].well
    assert found["thin"].chance is not None
    assert found["thin"].chance < 1e-9
    assert not found["changed"].well
    assert found["changed"].reasons == ("drift: data (2)",)
    assert found["changed"].last_ok == AT - timedelta(days=2)
    assert not found["walled"].well
    assert found["walled"].last_ok is None


def test_the_jobs_are_told_the_next_due_first(database_address: str) -> None:
    with filled(database_address, days("steady", 0, 1, "ok", 1)) as connection:
        connection.execute(
            insert(job),
            [
                {"name": "b", "next_due_at": AT, "missed": 2},
                {"name": "a", "next_due_at": AT + timedelta(hours=1), "missed": 0},
            ],
        )
        assert [(found.name, found.missed) for found in jobs(connection)] == [("b", 2), ("a", 0)]
