"""Whole crawls against a small web on loopback: walks, manners, ledger, archive, and what they refuse."""

from __future__ import annotations

import argparse
import gzip
import json
import signal
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from scrapy.settings import Settings

from config.environment import environment
from spiders.commands.crawl import Crawl
from storage.archive import Archive
from storage.database import migrate
from tests.crawling import ROOT, Home
from tests.mastodon import HOST, START, Instance, numbers
from tests.web import Answer, Asked, serving

PROFILE = f"""
[[brand]]
name = "Acme"
accounts = {{ mastodon = ["acme@{HOST}"] }}
"""
TAG = f"""
[[search]]
platform = "mastodon"
site = "{HOST}"
tags = ["coffee"]
"""


def home(tmp_path: Path, overrides: str | None, watchlist: str = PROFILE) -> Home:
    made = Home(tmp_path / "home", overrides)
    made.watch(watchlist)
    return made


def test_a_profile_its_posts_and_their_threads(tmp_path: Path) -> None:
    instance = Instance(statuses=45, replies=2)
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        told = ours.run("crawl", "mastodon")
        assert "49 ok" in told
        listing = [path for path in web.asked() if "statuses?" in path]
        assert [path.partition("max_id=")[2] for path in listing] == ["", "26", "6", "1"]
        assert sorted(numbers(web.asked())) == list(range(1, 46))
        assert Counter(web.asked()).most_common(1)[0][1] == 1, "each address is asked once"
        # Whoever runs the server can see who asks, and whom to write to.
        agents = {asked.headers["user-agent"] for asked in web.log}
        assert agents == {"mentionary/0.1.0 (+ops@watcher.example)"}
        assert not any(name in asked.headers for asked in web.log for name in ("cookie", "referer", "authorization"))
    assert ours.rows("SELECT outcome, count(*) FROM fetch GROUP BY outcome ORDER BY outcome") == [
        ("empty", 1),
        ("ok", 49),
    ]
    assert ours.rows("SELECT state, count(*) FROM fetch GROUP BY state") == [("done", 50)]
    assert ours.rows("SELECT kind, platform, exit_status, finished_at IS NULL FROM run") == [
        ("crawl", "mastodon", 0, 0)
    ]
    posts = ours.rows("SELECT native_id, likes_low, likes_high FROM post WHERE in_reply_to IS NULL ORDER BY post_id")
    assert sorted(posts) == sorted((str(number), number, number) for number in range(1, 46))
    assert ours.rows("SELECT count(*) FROM post WHERE in_reply_to IS NOT NULL") == [(90,)]
    assert ours.rows("SELECT handle, followers_low, brand_id FROM account WHERE brand_id IS NOT NULL") == [
        ("acme", 1234, "acme")
    ]
    assert ours.rows("SELECT count(*) FROM host WHERE lease_owner IS NOT NULL") == [(0,)]


def test_the_next_crawl_asks_for_what_is_new(tmp_path: Path) -> None:
    instance = Instance(statuses=100, replies=1)
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        ours.run("crawl", "mastodon")
        first = len(web.log)
        instance.statuses = 130
        ours.run("crawl", "mastodon")
        asked = [item.path for item in web.log[first:]]
        listing = [path for path in asked if "statuses?" in path]
        assert len(listing) == 3, "the page on which all is known ends the walk"
        assert sorted(numbers(asked)) == list(range(101, 131))
        assert "/robots.txt" not in asked, "the copy lives a day"
        # A day that is named is walked back to, whatever is known.
        ours.run("crawl", "mastodon", "-a", "since=2026-02-28", "-a", f"target=profile:acme@{HOST}")
        deeper = [item.path for item in web.log[first + len(asked) :] if "statuses?" in item.path]
        assert len(deeper) == 5
    assert ours.rows("SELECT count(*) FROM run") == [(3,)]


def test_what_robots_txt_denies_is_in_the_ledger_and_never_asked(tmp_path: Path) -> None:
    instance = Instance(statuses=10, replies=1, robots="User-agent: *\nDisallow: /api/v1/statuses/\n")
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        ours.run("crawl", "mastodon")
        assert numbers(web.asked()) == []
    assert ours.rows("SELECT role, outcome, status, count(*) FROM fetch WHERE outcome = 'denied' GROUP BY 1, 2, 3") == [
        ("thread", "denied", None, 10)
    ]


@pytest.mark.parametrize(
    ("answers", "outcome", "reason"),
    [
        ([Answer(status=503)] * 3, "denied", "robots-unavailable"),
        ([Answer(status=403)], None, None),
        ([Answer(status=301, headers={"Location": f"https://{HOST}/robots.txt"})] * 9, None, None),
        ([Answer(b"User-agent: *\nDisallow: /", cut=5)], "denied", "robots-unavailable"),
        ([Answer(status=302, headers={"Location": "https://rules.example/robots.txt"})], "denied", None),
    ],
)
def test_robots_txt_that_is_not_simply_there(
    tmp_path: Path, answers: list[Answer], outcome: str | None, reason: str | None
) -> None:
    instance = Instance(statuses=1)
    instance.answers["/robots.txt"] = list(answers)

    def route(asked: Asked) -> Answer:
        if asked.host == "rules.example":
            return Answer(b"User-agent: *\nDisallow: /", content_type="text/plain")
        return instance(asked)

    with serving(route) as web:
        ours = home(tmp_path, web.address)
        ours.run("crawl", "mastodon", status=None)
        if outcome is not None:
            assert web.asked(HOST) == []
    found = ours.rows("SELECT DISTINCT outcome, reason FROM fetch")
    assert ([(outcome, reason)] == found) if outcome is not None else (("ok", None) in found)


def test_a_host_that_is_not_there_has_failed(tmp_path: Path) -> None:
    with serving(Instance()) as web:
        address = web.address
    ours = home(tmp_path, address)
    told = ours.run("crawl", "mastodon", status=1)
    assert "1 failed" in told
    assert ours.rows("SELECT outcome, reason FROM fetch") == [("failed", "robots.txt: connection-refused")]


def test_a_blank_page_in_the_middle_ends_nothing(tmp_path: Path) -> None:
    instance = Instance(statuses=60)
    blank = json.dumps([]).encode()
    # The second page is blank, but tells in its head where the next is.
    headers = {"Link": f'<https://{HOST}/api/v1/accounts/7/statuses?limit=40&max_id=41>; rel="next"'}
    served: list[str] = []

    def route(asked: Asked) -> Answer:
        if "max_id=41" in asked.path and not served:
            served.append(asked.path)
            return Answer(blank, content_type="application/json", headers=headers)
        return instance(asked)

    with serving(route) as web:
        ours = home(tmp_path, web.address)
        ours.run("crawl", "mastodon")
    assert served


def test_a_limit_that_hides_the_rest_makes_the_run_partial(tmp_path: Path) -> None:
    instance = Instance(statuses=30, page=1)
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        told = ours.run("crawl", "mastodon")
        assert "partial: at least 10 records are known to be missing" in told
        assert (
            "profile:acme@social.example: stopped after 20 pages, more lie beyond; at least 10 posts are missing"
            in told
        )
        assert ours.rows("SELECT outcome, missing FROM fetch WHERE missing > 0") == [("ok", 10)]
        # What a limit hid is still known after the page was read again.
        ours.run("replay", "--all")
        assert ours.rows("SELECT sum(missing) FROM fetch") == [(10,)]
    assert ours.rows("SELECT note FROM run WHERE kind = 'crawl'")[0][0].startswith("partial: ")


def test_what_only_import_can_bring_is_said_and_the_articles_named_are_asked(tmp_path: Path) -> None:
    page = ROOT / "tests" / "pages" / "weixin" / "article-anonymous.html"
    url = json.loads(page.with_suffix(".meta.json").read_text("utf-8"))["url"]

    def route(asked: Asked) -> Answer:
        return Answer(page.read_bytes()) if asked.path != "/robots.txt" else Answer(status=404)

    watchlist = f'[[brand]]\nname = "Acme"\naccounts = {{ weixin = ["Acme"] }}\n[[page]]\nurl = "{url}"\n'
    with serving(route) as web:
        ours = home(tmp_path, web.address, watchlist)
        told = ours.run("crawl", "weixin")
        assert len(web.asked()) == 1
    assert "1 ok" in told
    assert "profile:Acme: only import can bring it (" in told


def test_limits_are_honoured_and_told(tmp_path: Path) -> None:
    instance = Instance(statuses=30, replies=1)
    instance.answers["/api/v1/accounts/7/statuses"] = [Answer(status=429, headers={"Retry-After": "1"})]
    instance.answers["/api/v1/statuses/30/context"] = [Answer(status=429, headers={"Retry-After": "7200"})]
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        told = ours.run("crawl", "mastodon")
        retried = [asked.at for asked in web.log if asked.path.endswith("statuses?limit=40")]
        assert len(retried) == 2
        assert retried[1] - retried[0] >= 1.0
        assert numbers(web.asked()) == [30], "a host that asks for two hours is left alone at once"
        assert "limited" in told
    limited = ours.rows("SELECT reason, count(*) FROM fetch WHERE outcome = 'limited' GROUP BY reason ORDER BY 2")
    assert limited[0] == (None, 1)
    assert limited[1][0].startswith("asked to wait until ")
    assert sum(count for _, count in limited) == 21, "the next page, and the threads of the first"
    # Nothing is lost: the next crawl asks again for what was refused.
    with serving(Instance(statuses=30, replies=1)) as web:
        ours.overrides = web.address
        forget_waits(ours)
        ours.run("crawl", "mastodon")
        assert len(set(numbers(web.asked()))) == 30


def forget_waits(ours: Home) -> None:
    """As if the hosts' waits were over."""
    from sqlalchemy import text

    from storage.database import open_database, writing

    engine = open_database(ours.database)
    with writing(engine) as connection:
        connection.execute(text("UPDATE host SET not_before = NULL"))
    engine.dispose()


def test_the_pace_of_a_host(tmp_path: Path) -> None:
    instance = Instance(statuses=10, replies=1, robots="User-agent: *\nCrawl-delay: 0.3\n")
    with serving(instance) as web:
        ours = home(tmp_path, web.address, PROFILE + TAG)
        # Two processes at once share the host's pace; until either has read robots.txt it is the platform's own.
        paced = ("crawl", "mastodon", "-s", "LOOPBACK_PAUSE_SECONDS=0.1", "-a")
        first, second = (ours.start(*paced, word) for word in ("brand=acme", "target=tag:coffee"))
        for process in (first, second):
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, out + err
        assert min(web.gaps(HOST)) >= 0.1
        assert min(web.gaps(HOST, but="/robots.txt")) >= 0.3
    assert len(web.log) > 10


def test_every_answer_is_in_the_archive_as_it_came(tmp_path: Path) -> None:
    instance = Instance(statuses=3)
    packed = gzip.compress(json.dumps(instance.account()).encode())
    instance.answers["/api/v1/accounts/lookup"] = [
        Answer(packed, content_type="application/json", headers={"Content-Encoding": "gzip", "Set-Cookie": "a=secret"})
    ]
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        ours.run("crawl", "mastodon")
        asked = len(web.log)
    archive = Archive(ours.folder / "archive")
    kept = [record for name in archive.names() for record in archive.read_all(name) if record.kind == "response"]
    assert len(kept) == asked
    file, offset = ours.rows("SELECT archive_file, archive_offset FROM fetch WHERE url LIKE '%lookup%'")[0]
    record = archive.read_at(file, offset)
    assert json.loads(record.body)["acct"] == "acme"
    assert record.url == f"https://{HOST}/api/v1/accounts/lookup?acct=acme"
    assert record.header("content-encoding") == "gzip"
    assert record.header("set-cookie") is None


def test_pages_cut_short_too_large_and_broken(tmp_path: Path) -> None:
    large = b'["' + b"x" * (13 * 1024 * 1024) + b'"]'
    pages = {
        "/short": Answer(b"[1, 2, 3]", cut=4),
        "/large": Answer(large),
        "/bomb": Answer(gzip.compress(large * 8), headers={"Content-Encoding": "gzip"}),
        "/error": Answer(status=500),
        "/loop": Answer(status=302, headers={"Location": "/loop"}),
    }

    def route(asked: Asked) -> Answer:
        return pages.get(asked.path, Answer(status=404))

    entries = "".join(f'[[page]]\nplatform = "mastodon"\nurl = "https://{HOST}{path}"\n' for path in pages)
    with serving(route) as web:
        ours = home(tmp_path, web.address, entries)
        ours.run("crawl", "mastodon", status=1)
        assert web.asked().count("/error") == 3
        assert web.asked().count("/loop") == 6
    found = dict(ours.rows("SELECT url, reason FROM fetch"))
    assert {url.rpartition("/")[2]: reason for url, reason in found.items()} == {
        "short": "cut-short", "large": "too-large", "bomb": "too-large", "error": "http-500", "loop": "too-many-redirects",
    }  # fmt: skip
    assert ours.rows("SELECT DISTINCT outcome FROM fetch") == [("failed",)]
    kept = ours.rows("SELECT url FROM fetch WHERE archive_file IS NULL")
    assert kept == [], "what came is kept, whatever it was"


def test_several_platforms_in_one_process_are_several_runs(tmp_path: Path) -> None:
    instance = Instance(statuses=3)
    feed = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>
<item><title>One</title><guid>https://news.example/1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate></item></channel></rss>"""

    def route(asked: Asked) -> Answer:
        return Answer(feed, content_type="application/rss+xml") if asked.path == "/feed.xml" else instance(asked)

    with serving(route) as web:
        ours = home(tmp_path, web.address, PROFILE + '[[feed]]\nurl = "https://news.example/feed.xml"\n')
        told = ours.run("crawl", "mastodon", "feed", "mastodon")
    assert [line.partition(":")[0] for line in told.splitlines() if ": run " in line] == ["mastodon", "feed"]
    assert ours.rows("SELECT platform, exit_status FROM run ORDER BY run_id") == [("mastodon", 0), ("feed", 0)]
    assert ours.rows("SELECT platform, count(*) FROM post GROUP BY platform") == [("feed", 1), ("mastodon", 3)]


def test_the_exit_status_comes_from_the_ledger(tmp_path: Path) -> None:
    instance = Instance(statuses=3)
    instance.answers["/api/v1/accounts/7/statuses"] = [Answer(b'{"statuses": []}', content_type="application/json")]
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        told = ours.run("crawl", "mastodon", status=1)
    assert "1 drift" in told
    assert ours.rows("SELECT exit_status FROM run") == [(1,)]


def run_here(*words: str) -> int:
    """The exit status of a crawl that is refused before it begins, in this process."""
    command = Crawl()
    command.settings = Settings()
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    options, args = parser.parse_known_args(words)
    command.process_options(args, options)
    command.run(args, options)
    return command.exitcode


def test_what_a_crawl_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = home(tmp_path, None)
    ours.variables = {"MENTIONARY_CONTACT": ""}
    assert "set MENTIONARY_CONTACT" in ours.run("crawl", "mastodon", status=2)
    ours.variables = {"MENTIONARY_CONTACT": "nobody"}
    assert "set it to an e-mail or web address" in ours.run("crawl", "mastodon", status=2)
    ours.variables = {}
    assert "unknown option --fast" in ours.run("crawl", "mastodon", "--fast", status=2)
    monkeypatch.setenv("MENTIONARY_HOME", str(ours.folder))
    monkeypatch.setenv("MENTIONARY_CONTACT", "ops@watcher.example")
    environment.cache_clear()
    for words, sentence in (
        (("nosuch",), "no platform 'nosuch'; known: "),
        ((), "name a platform or several: "),
        (("mastodon", "bluesky"), "has nothing on bluesky"),
        (("mastodon", "bluesky", "-a", "target=profile:acme"), "name one platform with it"),
        (("mastodon", "-a", "targets=x"), "write target=…, brand=…, since=…"),
        (("mastodon", "-a", "target=acme"), "is not kind:value"),
        (("mastodon", "-a", "target=query:acme"), "mastodon has no query that can be crawled"),
        (("mastodon", "-a", "brand=globex"), "no brand 'globex'"),
        (("mastodon", "-a", "since=yesterday"), "write a day as 2026-03-02"),
        (("bluesky",), "has nothing on bluesky"),
    ):
        assert run_here(*words) == 2
        assert sentence in capsys.readouterr().err
    environment.cache_clear()
    assert not (ours.folder / "mentionary.sqlite").exists(), "nothing was begun"


def test_a_stopped_crawl_ends_cleanly_and_goes_on(tmp_path: Path) -> None:
    instance = Instance(statuses=60, replies=1)

    def route(asked: Asked) -> Answer:
        answer = instance(asked)
        return Answer(answer.body, answer.status, answer.content_type, wait_seconds=0.05)

    with serving(route) as web:
        ours = home(tmp_path, web.address)
        process = ours.start("crawl", "mastodon")
        while len(web.log) < 20:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, out + err
        assert "are left for the next crawl" in out
        assert ours.rows("SELECT finished_at IS NULL FROM run") == [(0,)]
        ours.run("crawl", "mastodon")
        assert sorted(set(numbers(web.asked()))) == list(range(1, 61))
        assert max(Counter(numbers(web.asked())).values()) == 1
    assert ours.rows("SELECT count(*) FROM fetch WHERE state <> 'done'") == [(0,)]
    assert ours.rows("SELECT count(*) FROM post") == [(120,)]


def test_posts_are_asked_again_at_their_ages(tmp_path: Path) -> None:
    instance = Instance(statuses=60, page=5)
    with serving(instance) as web:
        ours = home(tmp_path, web.address)
        ours.variables["MENTIONARY_CLOCK"] = START.isoformat()
        ours.run("crawl", "mastodon")
        first = len(web.log)
        # Twenty hours later, those that were 4 to 16 hours old have come of a day, those of 52 and more of three.
        ours.variables["MENTIONARY_CLOCK"] = (START + timedelta(hours=20)).isoformat()
        ours.run("crawl", "mastodon")
        again = {int(item.path.rpartition("/")[2]) for item in web.log[first:] if "/api/v1/statuses/" in item.path}
        assert again == {*range(1, 9), *range(45, 56)}, "the newest five stood on the listing"
        first = len(web.log)
        ours.run("crawl", "mastodon")
        assert len(web.log) - first == 2, "each age is visited once"
    assert ours.rows(
        "SELECT count(*) FROM post_read WHERE post_id IN (SELECT post_id FROM post WHERE native_id = '50')"
    ) == [(2,)]


def test_feeds_are_asked_whether_they_have_changed(tmp_path: Path) -> None:
    feed = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Acme news</title><link>https://news.example/</link>
    <item><guid>1</guid><title>Acme opens</title><link>https://news.example/1</link>
    <pubDate>Mon, 02 Mar 2026 09:30:00 GMT</pubDate></item></channel></rss>"""
    marks = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 09:31:00 GMT"}

    def route(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(status=404)
        if asked.headers.get("if-none-match") == '"v1"':
            assert asked.headers["if-modified-since"] == marks["Last-Modified"]
            return Answer(status=304, headers=marks)
        return Answer(feed, content_type="application/rss+xml", headers=marks)

    with serving(route) as web:
        ours = home(tmp_path, web.address, '[[feed]]\nurl = "https://news.example/feed"\n')
        assert "1 ok" in ours.run("crawl", "feed")
        assert "1 unchanged" in ours.run("crawl", "feed")
        assert "1 unchanged" in ours.run("crawl", "feed")
        assert web.asked() == ["/feed"] * 3
    assert ours.rows("SELECT count(*) FROM post") == [(1,)]
    assert ours.rows("SELECT outcome, status FROM fetch ORDER BY fetch_id") == [
        ("ok", 200),
        ("unchanged", 304),
        ("unchanged", 304),
    ]


def test_a_dead_database_loses_no_page(tmp_path: Path, postgres_address: str) -> None:
    instance = Instance(statuses=30, replies=1)
    name = postgres_address.rpartition("/")[2]
    server = postgres_address.replace("+psycopg", "").rpartition("/")[0] + "/postgres"
    shut: list[str] = []

    def connections(allowed: bool) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allowed).lower()}".encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    def route(asked: Asked) -> Answer:
        if asked.path.endswith("/context") and not shut:
            shut.append(asked.path)
            connections(allowed=False)
        return instance(asked)

    migrate(postgres_address)
    with serving(route) as web:
        ours = home(tmp_path, web.address)
        ours.variables["MENTIONARY_DATABASE"] = postgres_address
        told = ours.run("crawl", "mastodon", status=1)
        asked = len(web.log)
    assert shut
    assert "Traceback" not in told, told
    archive = Archive(ours.folder / "archive")
    kept = [record for file in archive.names() for record in archive.read_all(file) if record.kind == "response"]
    assert len(kept) == asked, "every page that came is in the archive"
    # Back again, the next crawl does what was not done.
    connections(allowed=True)
    with serving(instance) as web:
        ours.overrides = web.address
        ours.run("crawl", "mastodon")
    assert ours.rows("SELECT count(*) FROM post") == [(60,)]
    assert ours.rows("SELECT count(*) FROM run WHERE finished_at IS NULL") == [(0,)]


def test_a_disk_that_fills_ends_the_crawl(tmp_path: Path) -> None:
    with serving(Instance(statuses=30)) as web:
        ours = home(tmp_path, web.address)
        told = ours.run("crawl", "mastodon", "-s", "FREE_DISK_MB=1000000000", status=1)
        assert web.log == []
    assert "less than 1000000000 MB are left" in told


def test_one_crawl_of_the_same_targets_at_a_time(tmp_path: Path) -> None:
    instance, told_off = Instance(statuses=5), threading.Event()

    def route(asked: Asked) -> Answer:
        if asked.path != "/robots.txt":
            told_off.wait(timeout=50)
        return instance(asked)

    with serving(route) as web:
        ours = home(tmp_path, web.address)
        process = ours.start("crawl", "mastodon")
        while not web.log:
            time.sleep(0.05)
        told = ours.run("crawl", "mastodon", status=1)
        assert "run 1 crawls the same of mastodon and goes on" in told
        told_off.set()
        process.communicate(timeout=120)
        assert process.returncode == 0
