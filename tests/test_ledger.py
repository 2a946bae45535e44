"""Runs and the frontier: planned, taken, done, and taken over from runs that were killed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, update

from storage.database import writing
from storage.ledger import (
    MAX_ATTEMPTS,
    Planned,
    beat,
    finish_run,
    killed_runs,
    known_posts,
    outcomes,
    plan,
    release,
    start_run,
    still_open,
    take,
    take_over,
    validators,
)
from storage.tables import fetch, lease, run

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parent.parent


def addresses(*names: str) -> list[Planned]:
    return [Planned(url=f"https://social.test/{name}", host="social.test", platform="mastodon") for name in names]


def test_each_address_stands_once_on_a_frontier_and_comes_in_its_order(database: Engine) -> None:
    run_id = start_run(database, "crawl", "mastodon", {"target": "tag:acme"}, AT)
    assert plan(database, run_id, addresses("a", "b", "a"), AT) == 2
    assert plan(database, run_id, addresses("b", "c"), AT) == 1
    first = take(database, run_id, 2, AT)
    assert [row.url[-1] for row in first] == ["a", "b"]
    assert [row.attempts for row in first] == [1, 1]
    assert [row.url[-1] for row in take(database, run_id, 9, AT)] == ["c"]
    assert take(database, run_id, 9, AT) == []
    other = start_run(database, "crawl", "mastodon", {}, AT)
    assert plan(database, other, addresses("a"), AT) == 1


def test_what_was_put_back_is_taken_again_without_counting(database: Engine) -> None:
    run_id = start_run(database, "crawl", "mastodon", {}, AT)
    plan(database, run_id, addresses("a"), AT)
    release(database, [row.fetch_id for row in take(database, run_id, 1, AT)])
    assert [row.attempts for row in take(database, run_id, 1, AT)] == [1]
    assert still_open(database, run_id) == 1


def kill(engine: Engine, run_id: int) -> None:
    """Make a run's process one that has ended."""
    ended = subprocess.run(
        [sys.executable, "-c", "from storage.ledger import owner; print(owner())"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    with writing(engine) as connection:
        connection.execute(update(lease).where(lease.c.name == f"run:{run_id}").values(owner=ended))


def test_the_open_addresses_of_a_killed_run_are_taken_over(database: Engine) -> None:
    first = start_run(database, "crawl", "mastodon", {}, AT)
    plan(database, first, addresses("a", "b", "c", "d"), AT)
    done, poison, _ = take(database, first, 3, AT)
    with writing(database) as connection:
        is_row = fetch.c.fetch_id
        connection.execute(update(fetch).where(is_row == done.fetch_id).values(state="done", outcome="ok"))
        connection.execute(update(fetch).where(is_row == poison.fetch_id).values(attempts=MAX_ATTEMPTS))
    second = start_run(database, "crawl", "mastodon", {}, AT)
    plan(database, second, addresses("d"), AT)
    assert take_over(database, second, "mastodon", AT) == 0, "the first run still goes on"
    kill(database, first)
    assert killed_runs(database, "bluesky", AT) == []
    assert take_over(database, second, "mastodon", AT) == 1
    assert sorted(row.url[-1] for row in take(database, second, 9, AT)) == ["c", "d"]
    assert outcomes(database, first) == {"failed": 1, "ok": 1}
    with database.connect() as connection:
        assert connection.execute(select(run.c.exit_status).where(run.c.run_id == first)).scalar_one() == 1
    assert take_over(database, second, "mastodon", AT) == 0


def test_a_run_on_another_machine_is_told_by_its_signs_of_life(database: Engine) -> None:
    run_id = start_run(database, "crawl", "mastodon", {}, AT)
    beat(database, run_id, AT)
    with writing(database) as connection:
        connection.execute(update(lease).values(owner="elsewhere/17/1.0"))
    assert killed_runs(database, None, AT + timedelta(minutes=9)) == []
    assert killed_runs(database, None, AT + timedelta(minutes=11)) == [run_id]


def test_a_finished_run_is_not_killed(database: Engine) -> None:
    run_id = start_run(database, "crawl", "mastodon", {}, AT)
    finish_run(database, run_id, 0, None, AT)
    assert killed_runs(database, None, AT + timedelta(days=1)) == []


def test_validators_are_those_of_the_last_full_answer(database: Engine) -> None:
    run_id = start_run(database, "crawl", "feed", {}, AT)
    for number, (outcome, etag) in enumerate([("ok", '"1"'), ("ok", '"2"'), ("unchanged", None), ("failed", '"x"')]):
        with writing(database) as connection:
            connection.execute(
                fetch.insert().values(
                    run_id=run_id, url="https://blog.test/feed", host="blog.test", state="done", planned_at=AT,
                    fetched_at=AT + timedelta(hours=number), outcome=outcome, etag=etag, unread=[], fields={}, via="crawl",
                )
            )  # fmt: skip
    assert validators(database, "https://blog.test/feed") == ('"2"', None)
    assert validators(database, "https://blog.test/other") == (None, None)
    assert known_posts(database, "feed", "", ["1"]) == set()
