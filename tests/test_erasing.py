"""Who is erased is gone from rows, words, reports and kept pages, and no later page brings them back."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from config.retention import Retention
from storage.archive import Archive, Exchange
from storage.database import open_database, writing
from storage.erasing import Found, erase, find_person, find_post
from storage.errors import StorageError
from storage.pruning import prune
from storage.tables import account, archive_drop, fetch, post, report
from tests.stored import AT, KEY, WORDS, Page, a_post, a_profile, bring, hours, page, rows

ROOT = Path(__file__).resolve().parent.parent


def the_pages() -> list[Page]:
    """Jane's page and posts, and posts of others that name her."""
    jane = {"author": "jane", "author_id": "9", "author_name": "Jane Doe"}
    return [
        page("https://video.test/jane/1", hours(1), a_post("1", url="https://video.test/jane/1", text="my own words here", **jane)),
        page("https://video.test/@jane", hours(2), a_profile(handle="jane", id="9", followers=7)),
        page(
            "https://video.test/list", hours(3), a_post("2", author_id="9", text="a second post"),
            a_post("3", author="joe", text="I agree with @Jane and @janet", links=("https://video.test/@jane", "https://x.test/"), in_reply_to="1"),
            archive_file="crawl-20260302-000000-00000000.warc.gz", archive_offset=5,
        ),
    ]  # fmt: skip


def erased(engine: Engine, name: str = "@jane", platform: str = "youtube", site: str | None = None) -> Found:
    """Erase somebody."""
    with engine.connect() as connection:
        found = find_person(connection, WORDS, platform, name, site)
    erase(engine, WORDS, found, AT)
    return found


def test_a_person_is_gone_and_stays_so(database: Engine) -> None:
    bring(database, the_pages())
    found = erased(database)
    assert (len(found.accounts), len(found.posts), len(found.named_in)) == (1, 2, 1)
    for _ in range(2):
        prune(database, Retention(), KEY, AT, lambda kind, number: None)
        stored = rows(database)
        assert [row["native_id"] for row in stored["post"]] == ["3"]
        assert "my own words" not in repr(stored)
        assert "@jane'" not in repr(stored).casefold().replace("@janet", "")
        assert stored["post"][0]["text"] == "I agree with @… and @janet"
        assert stored["post"][0]["links"] == ["https://x.test/"]
        bring(database, the_pages())
        bring(
            database,
            [
                page(
                    "https://video.test/new",
                    hours(9),
                    a_post("8", author="JANE", text="new"),
                    a_post("9", author_id="9"),
                )
            ],
        )
    with database.connect() as connection:
        withheld = connection.execute(
            select(fetch.c.withheld).where(fetch.c.url == "https://video.test/new")
        ).scalar_one()
        assert withheld == 2
        assert connection.execute(select(archive_drop.c.archive_offset)).scalars().all() == [5]
        assert connection.execute(select(post.c.in_reply_to)).scalar_one() is None
        assert not connection.execute(select(account).where(account.c.followers_low == 7)).all()


def test_somebody_known_by_a_shown_name_alone(database: Engine) -> None:
    comment = a_post("1", platform="blog", kind="comment", author_name="Jane Doe", text="hello from me")
    bring(database, [page("https://blog.test/a", hours(1), comment, platform="blog", site="blog.test")])
    with pytest.raises(StorageError, match="somebody else on each server"):
        erased(database, "Jane Doe", "blog")
    erased(database, "jane doe", "blog", "blog.test")
    assert rows(database)["post"] == []
    bring(database, [page("https://blog.test/b", hours(2), comment, platform="blog", site="blog.test")])
    assert rows(database)["post"] == []
    bring(database, [page("https://other.test/b", hours(2), comment, platform="blog", site="other.test")])
    assert len(rows(database)["post"]) == 1


def test_somebody_is_erased_on_servers_that_were_not_seen_yet(database: Engine) -> None:
    def seen(site: str, handle: str, hour: int) -> Page:
        status = a_post(f"{site}{hour}", platform="mastodon", author=handle, text="words")
        return page(f"https://{site}/{hour}", hours(hour), status, platform="mastodon", site=site)

    bring(
        database,
        [seen("home.test", "jane", 1), seen("mirror.test", "jane@home.test", 1), seen("mirror.test", "jane", 2)],
    )
    erased(database, "@jane@home.test", "mastodon")
    bring(
        database, [seen("home.test", "jane", 3), seen("third.test", "jane@home.test", 3), seen("third.test", "jane", 4)]
    )
    assert [row["native_id"] for row in rows(database)["post"]] == ["mirror.test2", "third.test4"]


def test_a_single_post(database: Engine) -> None:
    bring(database, the_pages())
    with database.connect() as connection:
        with pytest.raises(StorageError, match="say on which platform"):
            find_post(connection, WORDS, "1")
        found = find_post(connection, WORDS, "https://video.test/jane/1?utm_source=x")
    erase(database, WORDS, found, AT)
    bring(database, the_pages())
    assert sorted(row["native_id"] for row in rows(database)["post"]) == ["2", "3"]


def test_reports_no_longer_quote_it(database: Engine) -> None:
    bring(database, the_pages())
    figures = {"top-1": {"rows": [["my own words here, in full", 3], ["other", 4]]}}
    with writing(database) as connection:
        connection.execute(
            report.insert().values(
                brand_id="acme", from_day="2026-03-01", to_day="2026-03-07", made_at=AT, place="r.html", figures=figures
            )
        )
    assert erased(database).reports == ["r.html"]
    with database.connect() as connection:
        assert connection.execute(select(report.c.figures)).scalar_one() == {
            "top-1": {"rows": [["erased", 3], ["other", 4]]}
        }


def scrapy(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words], cwd=ROOT, env={**os.environ, "MENTIONARY_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_commands_erase_and_prune_with_the_archive(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Archive(home / "archive") as archive:
        place = archive.write(
            Exchange(
                url="https://video.test/jane/1", fetched_at=hours(1), status=200, headers=[], body=b"my own words here"
            )
        )
    engine = open_database(f"sqlite:///{home / 'mentionary.sqlite'}")
    (home / "pseudonym.key").write_text("a key for tests alone")
    (home / "pseudonym.key").chmod(0o600)
    shown = a_post("1", url="https://video.test/jane/1", text="my own words here", author="jane")
    bring(
        engine,
        [page("https://video.test/jane/1", hours(1), shown, archive_file=place.file, archive_offset=place.offset)],
    )
    engine.dispose()
    done = scrapy(home, "erase", "--person", "jane", "--platform", "youtube", "--dry-run")
    assert (done.returncode, done.stdout) == (
        0,
        "would be erased: 1 accounts, 1 posts; 0 posts of others that name them; 1 pages\n",
    )
    done = scrapy(home, "erase", "--person", "jane", "--platform", "youtube")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 kept pages written over" in done.stdout
    assert b"my own words" not in gzip.decompress((home / "archive" / place.file).read_bytes())
    done = scrapy(home, "prune")
    assert (done.returncode, done.stderr) == (0, "")
    for wrong in (
        ("erase",),
        ("erase", "--person", "jane"),
        ("erase", "--post", "1", "--platform", "nowhere"),
        ("prune", "all"),
    ):
        done = scrapy(home, *wrong)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
