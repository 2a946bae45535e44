"""Runs and the frontier: planned, taken, done, and taken over from runs that were killed."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select, update

from storage.database import writing
from storage.ledger import (
    GIVEN_UP_AFTER,
    MAX_ATTEMPTS,
    Planned,
    Progress,
    asked,
    beat,
    finish_run,
    going,
    killed_runs,
    known_posts,
    outcomes,
    plan,
    progress,
    release,
    resume,
    start_run,
    still_open,
    take,
    take_over,
    unanswered,
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
        connection.execute(
            update(fetch).where(is_row == poison.fetch_id).values(attempts=MAX_ATTEMPTS, planned_at=AT - GIVEN_UP_AFTER)
        )
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


def test_a_crawl_that_was_killed_of_late_is_gone_on_with(database: Engine) -> None:
    first = start_run(database, "crawl", "mastodon", {}, AT)
    planned = [
        Planned(url=f"https://social.test/{name}", host="social.test", target="profile:acme", role=role, thing=thing)
        for name, role, thing in (
            ("me", "first", None), ("list", "posts", None), ("1", "thread", "1"), ("1b", "next", "1"), ("2", "thread", "2"),
        )
    ]  # fmt: skip
    plan(database, first, planned, AT)
    done = [row.fetch_id for row in take(database, first, 3, AT)[:2]]
    with writing(database) as connection:
        connection.execute(update(fetch).where(fetch.c.fetch_id.in_(done)).values(state="done", outcome="ok"))
    later = AT + timedelta(minutes=30)
    assert going(database, "mastodon", {}, later) == first
    assert going(database, "mastodon", {"brand": "acme"}, later) is None
    assert resume(database, "mastodon", {}, later) is None, "it still goes on"
    kill(database, first)
    assert going(database, "mastodon", {}, later) is None
    assert resume(database, "mastodon", {"brand": "acme"}, later) is None
    assert resume(database, "mastodon", {}, AT + timedelta(hours=2)) is None, "that was long ago"
    assert resume(database, "mastodon", {}, later) == (first, AT)
    assert [row.url[-1] for row in take(database, first, 9, later)] == ["1", "b", "2"]
    assert progress(database, first) == {"profile:acme": Progress(1, {"1": 2, "2": 1})}


def test_each_host_has_its_turn(database: Engine) -> None:
    run_id = start_run(database, "crawl", "feed", {}, AT)
    hosts = ["a.test"] * 5 + ["b.test"] * 2 + ["c.test"]
    plan(database, run_id, [Planned(url=f"https://{host}/{n}", host=host) for n, host in enumerate(hosts)], AT)
    assert [row.host[0] for row in take(database, run_id, 9, AT, busy=["c.test"], per_host=2)] == ["a", "a", "b", "b"]
    assert [row.host[0] for row in take(database, run_id, 2, AT, per_host=1)] == ["a", "c"]


def test_what_went_unanswered_is_asked_again_once(database: Engine) -> None:
    first = start_run(database, "crawl", "mastodon", {}, AT)
    plan(database, first, [
        Planned(url=f"https://social.test/{outcome}", host="social.test", target="tag:x", role=role)
        for outcome, role in (("ok", "next"), ("limited", "next"), ("failed", "thread"), ("denied", "thread"))
    ], AT)  # fmt: skip
    for row in take(database, first, 9, AT):
        with writing(database) as connection:
            ended = update(fetch).where(fetch.c.fetch_id == row.fetch_id)
            connection.execute(ended.values(state="done", outcome=row.url.rpartition("/")[2]))
    finish_run(database, first, 0, None, AT)
    second = start_run(database, "crawl", "mastodon", {}, AT + timedelta(hours=1))
    found = unanswered(database, second, "mastodon", None, AT + timedelta(hours=1))
    assert [(item.url.rpartition("/")[2], item.role) for item in found] == [("limited", "next"), ("failed", "thread")]
    assert unanswered(database, second, "mastodon", ["tag:y"], AT) == []
    assert asked(database, ["https://social.test/ok", "https://social.test/failed"], second) == {
        "https://social.test/ok"
    }
