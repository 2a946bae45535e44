"""Health: a source held against its own past, and the sentence for what is odd."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from reports.document import Table
from reports.figures import make
from reports.health import health
from reports.metrics import METRICS
from reports.metrics.sources import field_shares, too_few
from reports.scope import Scope
from reports.sections.base import Story
from reports.sections.collection import health as coverage
from reports.sections.collection import table, unseen
from reports.words import LANGUAGES, Words
from storage.database import migrate, open_database, writing
from storage.jobs import Missed, note_due, note_end, note_missed, note_start
from storage.ledger import finish_run, start_run
from storage.tables import fetch
from tests.crawling import Home

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "past", "p", "law"),
    [
        (0, [10] * 10, 4.54e-05, "poisson"),
        (3, [10] * 10, 0.01034, "poisson"),
        (10, [10] * 10, 0.583, "poisson"),
        # What varies by itself is not flagged for a quiet hour: mean 10, variance 74.4.
        (0, [0, 2, 25, 8, 14, 1, 12, 20, 3, 15], 0.0429, "negative-binomial"),
        (0, [0] * 10, 1.0, "poisson"),
    ],
)
def test_too_few(seen: int, past: list[int], p: float, law: str) -> None:
    found, mean, by = too_few(seen, past)
    assert found == pytest.approx(p, rel=0.05)
    assert mean == sum(past) / len(past)
    assert by == law


def shown(records: int, **fields: int) -> Mapping[str, Mapping[str, int]]:
    return {"post": {"all": records, **fields}}


def test_a_field_that_is_no_longer_shown() -> None:
    past = [shown(20, likes=19, views=4, text=20)] * 10
    odd = {one.name: one for one in field_shares(shown(20, text=20), past)}
    assert odd["likes"].is_odd
    assert odd["likes"].p == pytest.approx(0.05**20, rel=0.01)
    assert not odd["text"].is_odd
    assert "views" not in odd, "too few showed it ever"
    assert not any(one.is_odd for one in field_shares(shown(20, likes=16, text=20), past))
    assert field_shares(shown(4, text=4), past) == [], "too few records to tell"


def crawl(
    engine: Engine, at: datetime, targets: Mapping[str, int], fields: Mapping[str, Any] | None = None, outcome: str = "ok",
    reason: str | None = None, arguments: Mapping[str, str] | None = None, platform: str = "mastodon",
) -> int:  # fmt: skip
    """One crawl in the ledger: a page for each target, with so many records."""
    run_id = start_run(engine, "crawl", platform, arguments or {}, at)
    with writing(engine) as connection:
        for target, records in targets.items():
            connection.execute(
                fetch.insert().values(
                    run_id=run_id, url=f"https://social.test/{target}/{run_id}", host="social.test", platform=platform,
                    target=target, role="first", state="done", attempts=1, planned_at=at, fetched_at=at, status=200,
                    outcome=outcome, reason=reason, records=records, unread=[], via="crawl",
                    fields=fields if fields is not None else shown(records, likes=records, text=records) if records else {},
                )
            )  # fmt: skip
    finish_run(engine, run_id, 0, None, at)
    return run_id


@pytest.fixture
def engine(database_address: str) -> Any:
    migrate(database_address)
    engine = open_database(database_address)
    crawl(engine, NOW - timedelta(hours=40), {"tag:a": 900, "tag:b": 900})
    for hours in range(30, 0, -1):
        crawl(engine, NOW - timedelta(hours=hours), {"tag:a": 20, "tag:b": 20})
    yield engine
    engine.dispose()


def test_a_source_that_does_well(engine: Engine) -> None:
    (source,) = health(engine, NOW).sources
    assert source.flags == []
    assert source.last_ok_at == NOW - timedelta(hours=1)
    assert source.last_run == {"ok": 2}
    assert {one.target: (one.records, one.expected) for one in source.yields} == {
        None: (40, 40.0), "tag:a": (20, 20.0), "tag:b": (20, 20.0),
    }  # fmt: skip
    assert source.days["2026-03-20"] == {"ok": 24}
    # One target alone, asked by hand, is no measure for the rest.
    crawl(engine, NOW, {"tag:a": 1}, arguments={"target": "tag:a"})
    (source,) = health(engine, NOW).sources
    assert source.flags == []
    assert source.last_run == {"ok": 1}


def test_a_target_that_brings_nothing_any_more(engine: Engine) -> None:
    crawl(engine, NOW, {"tag:a": 20, "tag:b": 0})
    (source,) = health(engine, NOW).sources
    assert [flag.partition(" (p")[0] for flag in source.flags] == [
        "too few: 20 records where 40 are usual",
        "too few: 0 records of tag:b where 20 are usual",
    ]


def test_a_target_that_left_the_watchlist_is_not_missed(engine: Engine) -> None:
    crawl(engine, NOW, {"tag:a": 20})
    (source,) = health(engine, NOW).sources
    assert source.flags == []
    assert [(one.target, one.expected) for one in source.yields] == [(None, 20.0), ("tag:a", 20.0)]


def test_a_field_that_is_gone_and_pages_that_drift(engine: Engine) -> None:
    crawl(engine, NOW, {"tag:a": 20, "tag:b": 20}, fields=shown(20, text=20))
    (source,) = health(engine, NOW).sources
    assert len(source.flags) == 1
    assert source.flags[0].startswith("drift: likes in 0% of 40 posts, usually in 100% (p = ")
    crawl(engine, NOW, {"tag:a": 0, "tag:b": 0}, outcome="drift", reason="favourites_count")
    (source,) = health(engine, NOW).sources
    assert source.flags[0] == "nothing was read in the last run"
    assert source.flags[1] == "drift: 2 of 2 pages are not laid out as the reader knows them"
    assert source.reasons == {"drift: favourites_count": 2}


def test_a_report_tells_the_same(engine: Engine) -> None:
    crawl(engine, NOW, {"tag:a": 20, "tag:b": 0}, fields=shown(20, text=20))
    note_missed(engine, Missed("crawl mastodon", NOW - timedelta(hours=9), NOW - timedelta(hours=6), 3))
    note_due(engine, "crawl mastodon target=tag:a", NOW + timedelta(hours=3))
    note_due(engine, "crawl mastodon", NOW + timedelta(hours=1))
    note_due(engine, "crawl bluesky", NOW - timedelta(hours=1))
    note_due(engine, "annotate", NOW)
    scope = Scope(("acme",), {"acme": "Acme"}, date(2026, 3, 20), date(2026, 3, 20), as_of=NOW)
    with engine.connect() as connection:
        figures = {
            name: make(connection, METRICS[name], scope)
            for name in ("sources", "missed-runs", "next-runs", "coverage", "collected")
        }
        earlier = make(connection, METRICS["sources"], replace(scope, as_of=NOW - timedelta(minutes=1)))
    assert [value.of for value in figures["sources"].values if value.beside["odd"]] == [
        ("mastodon", "records"), ("mastodon", "records of tag:b"), ("mastodon", "likes of posts"),
    ]  # fmt: skip
    assert not any(value.beside["odd"] for value in earlier.values), "what came later does not count"
    due = {
        value.of: (value.interval and value.interval.best, value.n, value.notes)
        for value in figures["next-runs"].values
    }
    assert due == {("bluesky",): (-1, 1, ("overdue",)), ("mastodon",): (1, 2, ())}
    story = Story(scope, Words("en"), figures)
    assert {row[0].text: (row[-1].text, row[-1].small) for row in table(story).rows} == {
        "Bluesky": ("20 Mar 2026, 11:00", "overdue: no scheduler is at work"),
        "Mastodon": ("20 Mar 2026, 13:00", ""),
    }
    (half,) = unseen(story)
    assert half.text == (
        "20 Mar was not over when it was last looked at, and is counted as far as it was seen: "
        "Mastodon at 20 Mar 2026, 12:00 (50\u202f% of the day was still to come)."
    )
    (seen,) = (value for value in figures["collected"].values if "unseen" in value.beside)
    both = replace(figures["collected"], values=(seen, replace(seen, of=("bluesky", seen.of[1]))))
    (half,) = unseen(Story(scope, Words("en"), {"collected": both}))
    assert half.text.count("20 Mar 2026, 12:00") == 1
    assert "Mastodon and Bluesky at 20 Mar 2026" in half.text
    told = {language: coverage(Story(scope, Words(language), figures)) for language in LANGUAGES}
    sources, missed = (block for block in told["en"] if isinstance(block, Table))
    assert [cell.text for cell in sources.rows[1]] == ["Mastodon", "records (tag:b)", "0", "20.0", "< 0.0001"]
    assert [cell.text for cell in sources.rows[2][2:4]] == ["0\u202f%", "100\u202f%"]
    assert [cell.text for cell in missed.rows[0]] == [
        "crawl mastodon", "20 Mar 2026, 03:00 – 20 Mar 2026, 06:00", "3",
    ]  # fmt: skip
    assert [type(block) for block in told["zh"]] == [type(block) for block in told["en"]]


def test_jobs(engine: Engine) -> None:
    note_due(engine, "crawl mastodon", NOW - timedelta(hours=3))
    note_missed(engine, Missed("crawl mastodon", NOW - timedelta(hours=9), NOW - timedelta(hours=6), 3))
    note_due(engine, "annotate", NOW + timedelta(minutes=5))
    note_start(engine, "annotate", NOW - timedelta(hours=1), NOW + timedelta(minutes=5))
    note_end(engine, "annotate", NOW, 1)
    found = health(engine, NOW)
    assert found.flags == [
        "job 'annotate' ended with exit status 1",
        "job 'crawl mastodon' was due 2026-03-20 09:00Z and has not begun",
    ]
    assert [(one.job, one.runs) for one in found.missed] == [("crawl mastodon", 3)]
    (source,) = found.sources
    assert [job.name for job in source.jobs] == ["crawl mastodon"]


def test_sources_that_rested_for_weeks(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", None)
    home.watch("")
    engine = open_database(home.database)
    crawl(engine, datetime.now(UTC).replace(microsecond=0) - timedelta(days=40), {"tag:a": 30})
    engine.dispose()
    told = home.run("health")
    assert "No source has run in the last 14 days." in told
    assert "Outcomes by day" not in told


def test_the_command(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", None)
    home.watch("")
    assert "Nothing was crawled yet." in home.run("health")
    engine = open_database(home.database)
    now = datetime.now(UTC).replace(microsecond=0)
    for hours in range(20, 0, -1):
        crawl(engine, now - timedelta(hours=hours), {"tag:a": 30})
    crawl(engine, now, {"tag:a": 1})
    job = 'crawl mastodon -a target=tag:"a\\b"'
    note_due(engine, job, now + timedelta(hours=1))
    note_missed(engine, Missed(job, now - timedelta(hours=3), now - timedelta(hours=1), 2))
    engine.dispose()
    file = tmp_path / "mentionary.prom"
    told = home.run("health", "--prometheus", str(file), status=1)
    assert "! mastodon: too few: 1 records where 30 are usual (p = " in told
    assert re.search(r"mastodon +\d+ min ago +\d+ min ago +1 ok +1 +30 ", told)
    lines = file.read_text("utf-8").splitlines()
    assert 'mentionary_source_records{platform="mastodon"} 1' in lines
    assert 'mentionary_source_pages{platform="mastodon",outcome="ok"} 1' in lines
    assert f'mentionary_source_last_ok_seconds{{platform="mastodon"}} {now.timestamp()!r}' in lines
    assert r'mentionary_job_missed_runs{job="crawl mastodon -a target=tag:\"a\\b\""} 2' in lines
    assert "# TYPE mentionary_source_records gauge" in lines
    assert "2 runs fell in a time without scheduler" in told
    answer = json.loads(home.run("health", "--json", status=1))
    assert answer["sources"][0]["yield"][0]["records"] == 1
    assert answer["flags"][0].startswith("mastodon: too few")
    assert answer["sources"][0]["missed_runs"] == answer["missed"][0]["runs"] == 2
    assert answer["sources"][0]["next_run_at"] == (now + timedelta(hours=1)).isoformat()
