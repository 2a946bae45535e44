"""A crawl killed at twenty random moments and taken up again ends with the same rows as one that nobody disturbed."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from storage.archive import Archive
from tests.crawling import Home
from tests.mastodon import HOST, Instance
from tests.web import serving

KILLS = 20
PAUSE_SECONDS = 0.08
WATCHLIST = f"""
[[brand]]
name = "Acme"
accounts = {{ mastodon = ["acme@{HOST}"] }}
[[search]]
platform = "mastodon"
site = "{HOST}"
tags = ["coffee"]
"""
# Statuses 8 and 80 to 89 are not to be asked.
ROBOTS = "User-agent: *\nDisallow: /api/v1/statuses/8\n"
CRAWL = ("crawl", "mastodon", "-s", f"LOOPBACK_PAUSE_SECONDS={PAUSE_SECONDS}")
QUERIES = (
    "SELECT DISTINCT url, role, thing, outcome, records, missing, site, platform FROM fetch",
    "SELECT native_id, site, namespace, kind, url, text, published_at, likes_low, likes_high, comments_low, in_reply_to FROM post",
    "SELECT native_id, handle, brand_id, followers_low, posts_low FROM account",
    "SELECT p.native_id, count(*) FROM post_read r JOIN post p USING (post_id) WHERE kept GROUP BY p.native_id",
    "SELECT count(*) FROM fetch WHERE state <> 'done'",
)


def rows(home: Home) -> list[list[tuple[object, ...]]]:
    return [sorted(home.rows(query), key=repr) for query in QUERIES]


def killed(home: Home, chance: random.Random, log: list[object]) -> bool:
    """Begin a crawl and kill it at a random moment; whether it had ended before."""
    before, moment = len(log), chance.uniform(0.0, 0.5)
    process = home.start(*CRAWL)
    if chance.random() < 0.8:
        # Most of the time a crawl spends asking; its start is short.
        while len(log) == before and process.poll() is None:
            time.sleep(0.01)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == 0


def test_twenty_kills(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same moments each time
    kept = rows_of_an_undisturbed_crawl(tmp_path)
    with serving(Instance(statuses=90, replies=1, robots=ROBOTS)) as web:
        home = Home(tmp_path / "killed", web.address)
        home.watch(WATCHLIST)
        for _ in range(KILLS):
            assert not killed(home, chance, web.log), "it lasts longer than the kills"  # type: ignore[arg-type]
        told = home.run(*CRAWL)
        log = web.log
    assert "ok" in told
    for found, expected in zip(rows(home), kept, strict=True):
        assert found == expected
    # Each address at most once more than it was interrupted, and none that robots.txt denies.
    assert not any(item.path.startswith("/api/v1/statuses/8") for item in log)
    assert min(web.gaps(HOST)) >= PAUSE_SECONDS, "the pace is kept across processes that die"
    # What the ledger says was read is in the archive, whole.
    archive = Archive(home.folder / "archive")
    places = home.rows("SELECT url, archive_file, archive_offset FROM fetch WHERE status IS NOT NULL")
    assert len(places) > 80
    for url, file, offset in places:
        record = archive.read_at(file, offset)
        assert record.url == url
        assert not record.cut_short
    assert home.rows("SELECT finished_at IS NULL, exit_status FROM run") == [(0, 0)], "one crawl, gone on with"


def rows_of_an_undisturbed_crawl(tmp_path: Path) -> list[list[tuple[object, ...]]]:
    with serving(Instance(statuses=90, replies=1, robots=ROBOTS)) as web:
        home = Home(tmp_path / "undisturbed", web.address)
        home.watch(WATCHLIST)
        home.run(*CRAWL)
    return rows(home)
