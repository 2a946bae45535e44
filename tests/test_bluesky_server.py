"""Crawls of a real Bluesky server: what the database holds equals what the server's API says, number by number.

The server (../shared/platforms/bluesky.sh) is installed once into a cache outside the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.crawling import Home
from tests.servers import Server, seed_bluesky, server

pytestmark = pytest.mark.server

ACCOUNTS, POSTS = 30, 3000
WATCHED = tuple(f"user{number:03}.test" for number in range(28))
WATCHLIST = f"""
[[brand]]
name = "Acme"
accounts = {{ bluesky = {json.dumps(WATCHED)} }}
"""


@pytest.fixture(scope="module")
def bluesky(shared: Path) -> Iterator[Server]:
    with server(shared, "bluesky", ports=6) as running:
        seed_bluesky(running, ACCOUNTS, POSTS, "Acme")
        yield running


@pytest.fixture(scope="module")
def crawled(bluesky: Server, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after its first crawl."""
    home = Home(tmp_path_factory.mktemp("bluesky") / "home", bluesky.address)
    home.watch(WATCHLIST)
    told = home.run("crawl", "bluesky")
    assert "drift" not in told, told
    return home


def api(bluesky: Server, method: str, **parameters: Any) -> Any:
    """What the server's API answers."""
    return bluesky.ask(f"/xrpc/app.bsky.{method}?{urlencode(parameters)}")


def feed(bluesky: Server, actor: str) -> Iterator[Mapping[str, Any]]:
    """All items of an account's feed."""
    cursor: dict[str, str] = {}
    while True:
        page = api(bluesky, "feed.getAuthorFeed", actor=actor, limit=50, **cursor)
        yield from page["feed"]
        if "cursor" not in page:
            return
        cursor = {"cursor": page["cursor"]}


def test_accounts(bluesky: Server, crawled: Home) -> None:
    found = crawled.rows(
        "SELECT handle, native_id, followers_low, followers_high, following_low, posts_low FROM account WHERE brand_id = 'acme'"
    )
    told = [api(bluesky, "actor.getProfile", actor=name) for name in WATCHED]
    assert sorted(found) == sorted(
        (
            one["handle"],
            one["did"],
            one["followersCount"],
            one["followersCount"],
            one["followsCount"],
            one["postsCount"],
        )
        for one in told
    )


def test_every_post_of_every_feed(bluesky: Server, crawled: Home) -> None:
    """Each post once, with the numbers that the server tells."""
    found = {
        row[0]: row[1:]
        for row in crawled.rows(
            "SELECT native_id, likes_low, likes_high, comments_low, shares_low, quotes_low, in_reply_to FROM post"
        )
    }
    seen = set()
    for name in WATCHED:
        for item in feed(bluesky, name):
            post = item["post"]
            seen.add(post["uri"])
            told = (
                post["likeCount"], post["likeCount"], post["replyCount"], post["repostCount"], post["quoteCount"],
                post["record"].get("reply", {}).get("parent", {}).get("uri"),
            )  # fmt: skip
            assert found[post["uri"]] == told, post["uri"]
    assert len(seen) > POSTS * len(WATCHED) // ACCOUNTS, "each post of theirs, and what they answered"
    assert crawled.rows("SELECT count(*), count(DISTINCT native_id) FROM post")[0] == (len(found), len(found))


def test_threads(bluesky: Server, crawled: Home) -> None:
    """Whatever answers a post of a watched account is there."""
    found = {row[0] for row in crawled.rows("SELECT native_id FROM post")}
    answered = 0
    for name in WATCHED:
        for item in feed(bluesky, name):
            if not item["post"]["replyCount"] or item.get("reason"):
                continue
            thread = api(bluesky, "feed.getPostThread", uri=item["post"]["uri"], depth=10)["thread"]
            replies = {reply["post"]["uri"] for reply in thread["replies"]}
            answered += len(replies)
            assert replies <= found
    assert answered > 0


def test_observations_and_people(crawled: Home) -> None:
    counted = crawled.rows("SELECT count(DISTINCT post_id) FROM post_read WHERE kept")
    assert counted == crawled.rows("SELECT count(*) FROM post")
    others = crawled.rows("SELECT native_id, handle FROM account WHERE brand_id IS NULL")
    assert others
    assert not any("did:plc" in name or handle for name, handle in others), "who is not watched has a pseudonym"


def test_the_next_crawl_asks_little(bluesky: Server, crawled: Home) -> None:
    before = crawled.rows("SELECT count(*) FROM fetch")[0][0]
    posts = crawled.rows("SELECT count(*) FROM post")
    crawled.run("crawl", "bluesky")
    # Each account and the first page of its feed, where all is known.
    assert crawled.rows("SELECT count(*) FROM fetch")[0][0] - before == 2 * len(WATCHED)
    assert crawled.rows("SELECT count(*) FROM post") == posts


def test_a_real_rate_limit(bluesky: Server, tmp_path: Path) -> None:
    """The PDS allows an address 3,000 requests in 5 minutes; then it asks to wait, and is left alone."""
    pds = f"http://127.0.0.1:{bluesky.port + 1}"
    did = api(bluesky, "actor.getProfile", actor="user000.test")["did"]
    path = f"/xrpc/com.atproto.repo.listRecords?repo={did}&collection=app.bsky.feed.post"
    bluesky.spend(f"{pds}{path}")
    home = Home(tmp_path / "home", pds)
    home.watch(f'[[page]]\nplatform = "bluesky"\nurl = "https://pds.example{path}"\n')
    told = home.run("crawl", "bluesky", "-s", "LONGEST_WAIT_SECONDS=2", status=1)
    assert "1 limited" in told
    assert home.rows("SELECT outcome, status, records FROM fetch") == [("limited", 429, 0)]
    wait = home.rows("SELECT not_before FROM host WHERE host = 'pds.example'")[0][0]
    assert wait is not None
    # The next crawl does not even ask.
    home.run("crawl", "bluesky", "-s", "LONGEST_WAIT_SECONDS=2", status=1)
    reasons = home.rows("SELECT reason, status FROM fetch ORDER BY fetch_id DESC LIMIT 1")
    assert reasons[0][0].startswith("asked to wait until")
    assert reasons[0][1] is None
