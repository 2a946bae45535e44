"""A day of the timetable against real servers, by a set clock: WordPress, Isso and Bluesky, crawled, written to, crawled again.

The servers (../shared/platforms) are installed once into a cache outside the project.
"""

from __future__ import annotations

import base64
import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import clock
from config.environment import environment
from config.timetable import load_timetable
from spiders.scheduling.scheduler import Schedule
from storage.database import open_database
from tests.crawling import Home
from tests.servers import Server, seed_bluesky, server
from tests.web import Answer, Asked, Web, serving

pytestmark = pytest.mark.server

BLUESKY = "public.api.bsky.app"
ISSO = "comments.example"
COMMENTS = 60
PASSED_ON = ("accept", "accept-language", "if-none-match", "if-modified-since", "user-agent")
PASSED_BACK = ("etag", "last-modified", "location", "link", "x-wp-total", "x-wp-totalpages", "retry-after")
TIMETABLE = """
[[crawl]]
platform = "all"
every = "4h"
"""
UNCHANGED_AT, MISSED_AT = 20, (8, 12)
ROUNDS = (0, 4, 16, 20)
"""Hours of the day; those of eight and twelve o'clock are missed."""


@dataclass(frozen=True)
class Gateway:
    """Hands requests on to real servers, by public host."""

    ports: Mapping[str, int]

    def __call__(self, asked: Asked) -> Answer:
        """What the host's server answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[asked.host], timeout=60)
        headers = {name: asked.headers[name] for name in PASSED_ON if name in asked.headers}
        connection.request("GET", asked.path, headers={**headers, "Host": asked.host})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        back = {name: value for name, value in answer.getheaders() if name.lower() in PASSED_BACK}
        return Answer(body, answer.status, answer.getheader("Content-Type") or "", back)


def told(running: Server, path: str, body: Mapping[str, Any], **headers: str) -> Any:
    """Write to a server; returns what it answers."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    sent = {"Content-Type": "application/json", "Host": f"localhost:{running.port}", **headers}
    connection.request("POST", path, json.dumps(body), sent)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status < 300, text[:500]
    return json.loads(text)


@dataclass
class World:
    """The servers, what they were asked, and the home that watches them."""

    wordpress: Server
    isso: Server
    bluesky: Server
    web: Web
    home: Home

    def write(self) -> None:
        """Something new on each server."""
        password = (self.wordpress.folder / "app-password").read_text().strip()
        key = {"Authorization": "Basic " + base64.b64encode(password.encode()).decode()}
        article = {"title": "Acme at noon", "content": "<p>Acme has news.</p>", "status": "publish"}
        number = told(self.wordpress, "/wp-json/wp/v2/posts", article, **key)["id"]
        comment = {"post": number, "content": "At last!", "author_name": "reader", "author_email": "r@example.test"}
        told(self.wordpress, "/wp-json/wp/v2/comments", comment, **key)
        origin = {"Origin": f"http://localhost:{self.isso.port}"}
        told(self.isso, "/new?uri=/article-1/", {"text": "One more about Acme", "author": "late"}, **origin)
        told(self.isso, "/id/30/like", {}, **origin, **{"X-Forwarded-For": "10.9.9.9"})
        pds = replace(self.bluesky, port=self.bluesky.port + 1)
        login = {"identifier": "user000.test", "password": "hunter2hunter2"}
        session = told(pds, "/xrpc/com.atproto.server.createSession", login)
        post = {
            "$type": "app.bsky.feed.post",
            "text": "Acme at noon",
            "createdAt": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }
        record = {"repo": session["did"], "collection": "app.bsky.feed.post", "record": post}
        bearer = {"Authorization": f"Bearer {session['accessJwt']}"}
        uri = told(pds, "/xrpc/com.atproto.repo.createRecord", record, **bearer)["uri"]
        for _ in range(300):
            if uri in self.uris():
                return
            time.sleep(0.1)
        raise AssertionError("the AppView has not seen the new post")

    def uris(self) -> list[str]:
        """The posts of the two watched accounts, replies and reposts included."""
        found = []
        for name in ("user000.test", "user001.test"):
            feed = self.bluesky.ask(f"/xrpc/app.bsky.feed.getAuthorFeed?actor={name}&limit=100")
            assert "cursor" not in feed or len(feed["feed"]) < 100
            found += [item["post"]["uri"] for item in feed["feed"]]
        return found

    def articles(self) -> dict[str, str]:
        """WordPress' articles by number."""
        listed = self.wordpress.ask("/wp-json/wp/v2/posts?per_page=100")
        return {str(item["id"]): item["title"]["rendered"] for item in listed}

    def comments(self) -> set[str]:
        """The numbers of WordPress' comments."""
        return {str(item["id"]) for item in self.wordpress.ask("/wp-json/wp/v2/comments?per_page=100")}

    def remarks(self) -> dict[str, int]:
        """Isso's comments by number, with their likes."""
        found: dict[str, int] = {}
        for number in range(6):
            listed = self.isso.ask(f"/?uri=%2Farticle-{number}%2F")["replies"]
            found |= {str(item["id"]): item["likes"] for item in listed}
        return found


@pytest.fixture(scope="module")
def world(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with ExitStack() as stack:
        bluesky = stack.enter_context(server(shared, "bluesky", ports=6))
        seed_bluesky(bluesky, accounts=4, posts=120, brand="Acme")
        wordpress = stack.enter_context(server(shared, "wordpress", ports=2))
        wordpress.seed("--posts", "12", "--comments", "24")
        isso = stack.enter_context(server(shared, "isso"))
        isso.seed()
        site = f"localhost:{wordpress.port}"
        gateway = Gateway({BLUESKY: bluesky.port, site: wordpress.port, ISSO: isso.port})
        web = stack.enter_context(serving(gateway))
        home = Home(tmp_path_factory.mktemp("day") / "home", web.address)
        pages = [f"http://{site}/wp-json/wp/v2/posts?per_page=5"]
        pages += [f"https://{ISSO}/?uri=%2Farticle-{number}%2F" for number in range(6)]
        home.watch(
            '[[brand]]\nname = "Acme"\naccounts = { bluesky = ["user000.test", "user001.test"] }\n'
            f'[[feed]]\nurl = "http://{site}/feed/"\n'
            + "".join(f'[[page]]\nplatform = "blog"\nurl = "{url}"\n' for url in pages)
        )
        (home.folder / "timetable.toml").write_text(TIMETABLE, "utf-8")
        yield World(wordpress, isso, bluesky, web, home)


def test_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home, start = world.home, datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    for name, value in home.environment.items():
        if name.startswith("MENTIONARY_"):
            monkeypatch.setenv(name, value)
    engine = open_database(home.database)
    timetable = load_timetable(home.folder / "timetable.toml")
    jobs = tuple(timetable.jobs(("blog", "bluesky", "feed")))
    failed: list[str] = []
    asked: dict[int, Counter[str]] = {}
    for hour in ROUNDS:
        monkeypatch.setenv("MENTIONARY_CLOCK", (start + timedelta(hours=hour)).isoformat())
        environment.cache_clear()
        before = len(world.web.log)
        schedule = Schedule(engine, timetable, jobs, home.folder, clock.now)
        assert schedule.lead(waits=False)
        schedule.once()
        schedule.leave()
        failed += schedule.failed
        asked[hour] = Counter(item.host for item in world.web.log[before:])
        if hour == ROUNDS[0]:
            world.write()
    environment.cache_clear()
    engine.dispose()
    assert failed == []
    assert all(set(hosts) == {BLUESKY, ISSO, f"localhost:{world.wordpress.port}"} for hosts in asked.values())
    what_the_servers_have_is_stored(world)
    what_happened_is_in_the_ledger(world, start)
    assert asked[UNCHANGED_AT][BLUESKY] <= 4 < asked[0][BLUESKY], "what is known is not asked again"


def what_the_servers_have_is_stored(world: World) -> None:
    """Each thing once, with the server's numbers."""
    rows = world.home.rows
    articles = rows("SELECT native_id, title FROM post WHERE platform = 'blog' AND kind = 'article'")
    assert sorted(articles) == sorted(world.articles().items())
    assert "Acme at noon" in dict(articles).values()
    comments = rows(
        "SELECT native_id FROM post WHERE platform = 'blog' AND kind = 'comment' AND site LIKE 'localhost%'"
    )
    assert sorted(row[0] for row in comments) == sorted(world.comments())
    remarks = rows("SELECT native_id, likes_low FROM post WHERE platform = 'blog' AND site = 'comments.example'")
    assert sorted(remarks) == sorted(world.remarks().items())
    assert len(remarks) == COMMENTS + 1
    assert rows("SELECT count(*) FROM post WHERE platform = 'feed'") == [(len(world.articles()),)]
    posts = [row[0] for row in rows("SELECT native_id FROM post WHERE platform = 'bluesky'")]
    assert set(world.uris()) <= set(posts)
    assert len(posts) == len(set(posts))


def what_happened_is_in_the_ledger(world: World, start: datetime) -> None:
    """Runs, what had not changed, what was missed, and a like that came later."""
    rows = world.home.rows
    runs = rows(
        "SELECT platform, count(*), max(exit_status) FROM run WHERE kind = 'crawl' GROUP BY platform ORDER BY 1"
    )
    assert runs == [("blog", 4, 0), ("bluesky", 4, 0), ("feed", 4, 0)]
    feed = [row[0] for row in rows("SELECT outcome FROM fetch WHERE target LIKE 'feed:%' ORDER BY fetch_id")]
    assert feed == ["ok", "ok", "unchanged", "unchanged"]
    missed = rows("SELECT job, runs FROM missed_run ORDER BY job")
    assert missed == [(f"crawl {name}", len(MISSED_AT)) for name in ("blog", "bluesky", "feed")]
    due = rows("SELECT DISTINCT next_due_at FROM job")
    assert due == [(f"{start + timedelta(hours=24):%Y-%m-%d %H:%M:%S}",)]
    likes = rows(
        "SELECT post_read.likes_low FROM post_read JOIN post USING (post_id) "
        "WHERE native_id = '30' AND site = 'comments.example' AND kept ORDER BY observed_at"
    )
    assert len(likes) >= 2
    assert likes[-1][0] == likes[0][0] + 1
