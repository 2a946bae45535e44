"""The waits that hosts ask for, and their pace across processes."""

from __future__ import annotations

import pytest

from spiders.crawling.pace import asked_wait
from storage.database import migrate, open_database
from storage.hosts import put_off, release, reserve
from storage.ledger import owner

NOW = 1_772_443_800.0  # 2026-03-02T09:30:00Z


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (200, {}, None),
        (429, {}, None),
        (429, {"retry-after": "120"}, 120.0),
        (503, {"retry-after": "120"}, 120.0),
        (200, {"retry-after": "120"}, None),
        (429, {"retry-after": "Mon, 02 Mar 2026 09:31:00 GMT"}, 60.0),
        (429, {"retry-after": "Mon, 02 Mar 2026 09:00:00 GMT"}, 0.0),
        (429, {"retry-after": "soon"}, None),
        # Mastodon: a time
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-03-02T09:35:00.000000Z"}, 300.0),
        (200, {"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-03-02T09:35:00.000000Z"}, None),
        # Bluesky: epoch seconds
        (200, {"ratelimit-remaining": "0", "ratelimit-reset": "1772443860"}, 60.0),
        # Reddit: seconds, and a remainder with decimals
        (200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "42"}, 42.0),
        (429, {"retry-after": "5", "ratelimit-remaining": "0", "ratelimit-reset": "1772443860"}, 5.0),
        (200, {"x-ratelimit-remaining": "none", "x-ratelimit-reset": "42"}, None),
    ],
)
def test_what_a_host_asks_for(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert asked_wait(status, headers, NOW) == wait


def test_one_request_at_a_time_and_its_pace_for_all_processes(database_address: str) -> None:
    migrate(database_address)
    engine, other = open_database(database_address), open_database(database_address)
    mine = owner()
    theirs = "elsewhere/1/0.00"
    assert reserve(engine, "shop.example", mine, 2.0, NOW) == 0
    assert reserve(other, "shop.example", theirs, 2.0, NOW) > 0
    assert reserve(other, "news.example", theirs, 2.0, NOW) == 0
    # The holder still waits for its answer, long after the pause.
    assert reserve(other, "shop.example", theirs, 2.0, NOW + 30) > 0
    release(engine, "shop.example", mine, NOW + 32)
    assert reserve(other, "shop.example", theirs, 2.0, NOW + 30) == pytest.approx(2.0)
    assert reserve(other, "shop.example", theirs, 2.0, NOW + 32) == 0
    # What the host asks for is not shortened by the pause.
    put_off(engine, "shop.example", NOW + 600)
    release(other, "shop.example", theirs, NOW + 34)
    assert reserve(engine, "shop.example", mine, 2.0, NOW + 34) == pytest.approx(566.0)
    engine.dispose()
    other.dispose()


def test_a_dead_process_holds_nothing_but_its_pause(database_address: str) -> None:
    migrate(database_address)
    engine = open_database(database_address)
    machine, _, _ = owner().split("/")
    dead = f"{machine}/4194303/1.00"
    assert reserve(engine, "shop.example", dead, 2.0, NOW) == 0
    # It may have asked the very moment before it died.
    assert reserve(engine, "shop.example", owner(), 2.0, NOW + 60) == 2.0
    assert reserve(engine, "shop.example", owner(), 2.0, NOW + 62) == 0
    engine.dispose()
