"""Import and replay: each page once however it comes, nothing of a session kept, and what a mended reader repairs."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

import spiders.sources
import spiders.sources.importing
import spiders.sources.replaying
from config.watchlist import Watchlist
from extractors.records import Outcome, Post, Reading
from reports.figures import make
from reports.metrics import METRICS
from reports.scope import Scope
from spiders.page import Page
from spiders.sources import Found, Taken, found_in
from spiders.sources.importing import Tally, bring, cleaned, exchange_of
from spiders.sources.replaying import Changes, Wanted, replay
from spiders.sources.warc import page_of
from storage.archive import Archive
from storage.database import open_database, writing
from storage.ledger import start_run
from storage.tables import fetch, post, post_read
from storage.views import fetch_days
from storage.writing import Writer
from tests import stored
from tests.crawling import Home
from tests.mastodon import HOST, Instance
from tests.samples import AT, STATUS_URL, har_entry, status, status_body, status_url, write_har, write_warc
from tests.stored import KEY, rows
from tests.test_hostile import RECORDED
from tests.web import serving

IGNORED = {"run_id", "fetch_id", "planned_at", "archive_file", "archive_offset", "via", "finished_at", "started_at"}


def brought(engine: Engine, folder: Path, *paths: Path, run: int | None = None) -> Tally:
    """Import some paths in order."""
    tally = Tally()
    run_id = run or start_run(engine, "import", None, {})
    items = (item for path in paths for item in found_in(path))
    with writer(engine, run_id) as made, Archive(folder, prefix="import") as archive:
        for _ in bring(items, engine, archive, made, tally):
            pass
    return tally


def writer(engine: Engine, run_id: int) -> Writer:
    return Writer(engine, run_id, watchlist=Watchlist(), pseudonyms=KEY)


def replayed(engine: Engine, folder: Path, **wanted: Any) -> Changes:
    changes = Changes()
    with writer(engine, start_run(engine, "replay", None, {})) as made:
        for _ in replay(engine, Archive(folder), made, Wanted(**wanted), changes):
            pass
    return changes


def html_file(folder: Path) -> Path:
    file = folder / "blog.html"
    file.write_text(
        "<html><!--\n Page saved with SingleFile\n url: https://mastodon.social/@ada\n saved date: Mon Mar 02 2026 10:30:00 GMT+0100\n-->"
        "<p>a page of which nobody can say what it is</p></html>"
    )
    return file


def test_the_same_pages_twice_and_in_another_order_leave_the_same_rows(tmp_path: Path, database: Engine) -> None:
    har = write_har(tmp_path / "a.har", [har_entry(status_url(n), status_body(n, likes=n)) for n in (1, 2, 3)])
    later = write_har(
        tmp_path / "b.har",
        [har_entry(status_url(2), status_body(2, likes=50)) | {"startedDateTime": "2026-03-05T00:00:00Z"}],
    )
    first = brought(database, tmp_path / "archive", har, later)
    assert (sum(first.pages.values()), first.again) == (4, 0)
    stored = rows(database)
    again = brought(database, tmp_path / "archive", later, har, har)
    assert (sum(again.pages.values()), again.again) == (7, 7)
    assert plain(rows(database)) == plain(stored)
    (post,) = [row for row in stored["post"] if row["native_id"] == status(2)["id"]]
    assert post["likes_low"] == 50


def plain(stored: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The rows without the numbers of runs."""
    return {
        table: [{key: value for key, value in row.items() if key not in IGNORED} for row in found]
        for table, found in stored.items()
        if table not in {"run", "fetch_again", "lease"}
    }


def test_what_was_crawled_and_is_imported_counts_once(tmp_path: Path, database: Engine) -> None:
    crawled = write_warc(tmp_path / "crawl.warc.gz", [(STATUS_URL, status_body(), "application/json")])
    brought(database, tmp_path / "archive", crawled)
    before = rows(database)
    kept = next((tmp_path / "archive").iterdir())
    assert brought(database, tmp_path / "archive", kept).again == 1
    assert plain(rows(database)) == plain(before)


def test_a_crawl_and_the_import_of_its_own_archive_count_once(tmp_path: Path) -> None:
    with serving(Instance(statuses=3, replies=1)) as web:
        ours = Home(tmp_path / "home", web.address)
        ours.watch(f'[[brand]]\nname = "Acme"\naccounts = {{ mastodon = ["acme@{HOST}"] }}\n')
        ours.run("crawl", "mastodon")
    engine = open_database(ours.database)
    before = rows(engine)
    ours.run("import", str(ours.folder / "archive"))
    assert plain(rows(engine)) == plain(before)
    engine.dispose()
    assert ours.rows("SELECT via, count(*) > 3 FROM fetch GROUP BY via") == [("crawl", 1)]
    again = "SELECT a.via, count(*) = (SELECT count(*) FROM fetch WHERE archive_file IS NOT NULL) FROM fetch_again AS a GROUP BY a.via"
    assert ours.rows(again) == [("import", 1)]


def crawled(pages: list[stored.Page]) -> list[stored.Page]:
    """The same pages, as a crawl brings them."""
    return [(replace(fetched, via="crawl"), reading) for fetched, reading in pages]


def test_a_later_save_of_a_crawled_post_is_an_observation_more_and_never_a_post_more(database: Engine) -> None:
    seen = {"author": "joe", "text": "Acme!", "published_at": stored.AT}
    stored.bring(
        database, crawled([stored.page("https://video.test/1", stored.hours(1), stored.a_post("1", likes=5, **seen))])
    )
    with writing(database) as connection:
        connection.execute(fetch.update().values(planned_at=stored.AT))
        scope = Scope(("acme",), {"acme": "Acme"}, stored.AT.date(), stored.AT.date(), stored.hours(99))
        before = make(connection, METRICS["coverage"], scope).values
    stored.bring(database, [stored.page("https://video.test/1", stored.hours(2), stored.a_post("1", likes=8, **seen))])
    with writing(database) as connection:
        connection.execute(fetch.update().values(planned_at=stored.AT))
        likes = connection.execute(
            select(post_read.c.likes_low, fetch.c.via).join(fetch).order_by(post_read.c.observed_at)
        )
        assert [tuple(row) for row in likes] == [(5, "crawl"), (8, "import")]
        assert connection.execute(select(post.c.likes_low)).scalars().all() == [8]
        found = [fetch_days.c.via, fetch_days.c.fetches]
        assert sorted(map(tuple, connection.execute(select(*found)).all())) == [("crawl", 1), ("import", 1)]
        # What a person saved is no part of what was planned.
        after = make(connection, METRICS["coverage"], scope).values
    assert [value.beside["imported"] for value in (*before, *after)] == [0, 1]
    assert [(value.interval, value.n) for value in before] == [(value.interval, value.n) for value in after]


def test_nothing_of_a_session_is_kept(tmp_path: Path, database: Engine) -> None:
    body = json.dumps(status() | {"csrf_token": "verysecret1", "note": "/s?pass_ticket=verysecret2&x=1"}).encode()
    har = write_har(tmp_path / "a.har", [har_entry(f"{STATUS_URL}?access_token=verysecret3", body)])
    brought(database, tmp_path / "archive", har)
    kept = gzip.decompress(next((tmp_path / "archive").iterdir()).read_bytes())
    assert b"secret" not in kept
    assert b"Kahvia is out" in kept
    with database.connect() as connection:
        (row,) = connection.execute(select(fetch)).all()
    assert row.url == STATUS_URL
    assert brought(database, tmp_path / "archive", har).again == 1
    # Brought from our own archive, where the tokens are gone, it is still the same page.
    assert brought(database, tmp_path / "archive", next((tmp_path / "archive").iterdir())).again == 1


def test_what_is_no_page_is_counted_and_a_cut_file_gives_what_it_has(tmp_path: Path, database: Engine) -> None:
    har = write_har(
        tmp_path / "a.har",
        [har_entry(STATUS_URL, status_body()), har_entry("https://a.example/i.png", b"i", mime="image/png")],
    )
    (tmp_path / "b.har").write_bytes(har.read_bytes()[:-90])
    (tmp_path / "c.html").write_text("<p>no address")
    tally = brought(database, tmp_path / "archive", har, tmp_path / "b.har", tmp_path / "c.html")
    assert tally.pages == {("mastodon", Outcome.OK): 2}
    assert tally.passed_over == {"images": 1}
    assert [file for file, _ in tally.faults] == ["b.har", "c.html"]


def test_an_undated_page_stays_undated_in_the_archive(tmp_path: Path, database: Engine) -> None:
    (tmp_path / "x.json").write_bytes(status_body())
    tally = Tally()
    with (
        writer(database, start_run(database, "import", None, {})) as made,
        Archive(tmp_path / "archive", prefix="import") as archive,
    ):
        list(bring(found_in(tmp_path / "x.json", STATUS_URL), database, archive, made, tally))
    (found,) = found_in(next((tmp_path / "archive").iterdir()))
    assert found.page is not None
    assert (found.page.fetched_at, found.page.saved) == (None, True)
    with database.connect() as connection:
        assert connection.execute(select(fetch.c.fetched_at)).scalar() is None


@pytest.fixture
def old_reader(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A reader that misreads: it takes shares for likes, and loses every second page."""

    def misread(page: Page) -> tuple[str | None, Reading]:
        name, reading = spiders.base.read(page)
        if page.url.endswith("2"):
            return name, Reading(Outcome.DRIFT, "content")
        return name, replace(
            reading, records=tuple(replace(r, likes=r.shares) if isinstance(r, Post) else r for r in reading.records)
        )

    monkeypatch.setattr(spiders.sources, "read", misread)
    monkeypatch.setattr(spiders.sources.importing, "reader_version", lambda _: "old")
    return monkeypatch


def test_replay_repairs_what_an_old_reader_misread_and_says_what(
    tmp_path: Path, database: Engine, old_reader: pytest.MonkeyPatch
) -> None:
    har = write_har(tmp_path / "a.har", [har_entry(status_url(n), status_body(n)) for n in (1, 2)])
    brought(database, tmp_path / "archive", har)
    old_reader.undo()
    changes = replayed(database, tmp_path / "archive")
    assert changes.faults == []
    assert changes.pages == {"mastodon": 2}
    assert changes.outcomes == {("mastodon", "drift", "ok"): 1}
    # The drifted page's post, and its author as that page shows it.
    assert changes.added == {"mastodon": 2}
    assert changes.values == {"mastodon": 2}
    assert any("likes_low 2 -> 7" in example for example in changes.examples["mastodon"])
    repaired = rows(database)
    (tmp_path / "fresh").mkdir()
    assert {row["likes_low"] for row in repaired["post"]} == {7}
    again = replayed(database, tmp_path / "archive")
    assert (again.same, again.pages) == (2, {})
    everything = replayed(database, tmp_path / "archive", everything=True)
    assert (everything.pages, everything.values, everything.added) == ({"mastodon": 2}, {"mastodon": 0}, {})
    assert plain(rows(database)) == plain(repaired)


def test_replay_leaves_alone_what_the_archive_can_not_give(tmp_path: Path, database: Engine) -> None:
    har = write_har(tmp_path / "a.har", [har_entry(status_url(n), status_body(n)) for n in (1, 2, 3)])
    brought(database, tmp_path / "archive", har)
    before = rows(database)
    with database.connect() as connection:
        places = connection.execute(
            select(fetch.c.archive_file, fetch.c.archive_offset).order_by(fetch.c.fetch_id)
        ).all()
    archive = Archive(tmp_path / "archive")
    archive.erase(places[0][0], [places[0][1]])
    file = tmp_path / "archive" / places[2][0]
    file.write_bytes(file.read_bytes()[: places[2][1] + 200])
    changes = replayed(database, tmp_path / "archive", everything=True)
    assert changes.pages == {"mastodon": 1}
    assert changes.not_kept == 1
    assert ["cut short" in fault for fault in changes.faults] == [True]
    assert plain(rows(database)) == plain(before)
    file.unlink()
    gone = replayed(database, tmp_path / "archive", everything=True)
    assert (gone.not_kept, gone.faults) == (3, [])


def test_replay_takes_only_the_pages_that_are_wanted(tmp_path: Path, database: Engine) -> None:
    har = write_har(
        tmp_path / "a.har",
        [
            har_entry(status_url(1), status_body(1)),
            har_entry("https://social.example/api/v1/statuses/9", b'{"error": "x", "acct": 1}', status=404),
        ],
    )
    brought(database, tmp_path / "archive", har)
    assert replayed(database, tmp_path / "archive", everything=True, since=AT.replace(year=2027)).pages == {}
    assert replayed(database, tmp_path / "archive", everything=True, platform="x").pages == {}
    assert replayed(database, tmp_path / "archive", everything=True, outcome="gone").pages == {"mastodon": 1}
    assert replayed(database, tmp_path / "archive", everything=True).pages == {"mastodon": 2}


def kept_again(folder: Path, pages: list[Page]) -> list[tuple[Page, Page]]:
    """Pages beside what the archive gives back of them."""
    made = []
    with Archive(folder) as archive:
        for page in pages:
            found = cleaned(Found("x", folder, page))
            taken = Taken(found, None, Reading(Outcome.OK))
            made.append((page, page_of(archive.read_at(*archive.write(exchange_of(taken))))))
    return made


def test_what_is_cleaned_and_kept_reads_as_the_page_did(tmp_path: Path) -> None:
    for page, kept in kept_again(tmp_path, RECORDED):
        assert spiders.base.read(kept) == spiders.base.read(page), page.url


@pytest.mark.shared
def test_what_is_cleaned_and_kept_of_real_pages_reads_as_they_did(tmp_path: Path, shared: Path) -> None:
    pages = [found.page for found in found_in(shared / "captures") if found.page is not None]
    for page, kept in kept_again(tmp_path, pages):
        assert spiders.base.read(kept) == spiders.base.read(page), page.url
