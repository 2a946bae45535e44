"""Each page of the demo's web, read by the platform's own readers, says what the world says: number by number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from extractors.records import Outcome, Reading
from spiders.base import platforms, read
from spiders.demo import blog, bluesky, feed, hackernews, mastodon, telegram, weixin, youtube
from spiders.demo.answer import Asked, compact
from spiders.demo.genesis import BLOG, CLOSED_INSTANCE, HOME_INSTANCE
from spiders.demo.genesis import make_world as make
from spiders.demo.site import respond
from spiders.demo.world import World
from spiders.page import Page
from tests.demo_truth import bounds, differences, exact, native_id, shortened

WORLD = make()
MOMENTS = (datetime(2026, 9, 20, 9, tzinfo=UTC), datetime(2026, 10, 16, 18, tzinfo=UTC), datetime(2026, 10, 30, 18, tzinfo=UTC))  # fmt: skip
API = "https://public.api.bsky.app/xrpc/"


def fetched(url: str, at: datetime, platform: str | None = None) -> tuple[str, Reading]:
    """What a page says, redirects followed; and where it was in the end."""
    answer = respond(WORLD, at, Asked.of(url))
    while answer.status == 302:
        url = answer.headers["location"]
        answer = respond(WORLD, at, Asked.of(url))
    page = Page(url, answer.body, answer.status, at, answer.headers.get("content-type"), answer.headers, platform)
    return url, read(page)[1]


def addresses(platform: str, world: World, at: datetime) -> Iterator[str]:
    """The addresses that a crawl of a platform would ask for."""
    standing = [piece for piece in world.where(platform) if piece.at <= at]
    match platform:
        case "mastodon":
            for handle in ("tavrelune", "ombrivelt", "meadowbikes"):
                yield f"https://{HOME_INSTANCE}/api/v1/accounts/{mastodon.account_id(handle)}/statuses?limit=40"
            yield f"https://{HOME_INSTANCE}/api/v1/timelines/tag/ebike?limit=40"
            for piece in standing:
                if world.children(piece, at):
                    yield f"https://{HOME_INSTANCE}/api/v1/statuses/{mastodon.status_id(piece)}/context"
        case "bluesky":
            for maker in ("tavrelune", "ombrivelt", "meadow-bikes", "pedalpress"):
                yield f"{API}app.bsky.feed.getAuthorFeed?actor={maker}.example&limit=100"
            for piece in standing:
                if piece.parent is None:
                    yield f"{API}app.bsky.feed.getPostThread?uri={bluesky.uri(piece)}"
        case "hackernews":
            yield "https://hn.algolia.com/api/v1/search_by_date?query=tavrelune"
            for piece in standing:
                yield f"https://hacker-news.firebaseio.com/v0/item/{hackernews.item_id(piece)}.json"
        case "telegram":
            for name, handle in world.accounts:
                if name == "telegram" and not (handle == telegram.CHANGED[0] and at >= telegram.CHANGED[1]):
                    yield f"https://t.me/s/{handle}"
        case "feed":
            yield from (feed.address(host) for host in feed.HOSTS if world.listed("feed", host, at))
        case "blog":
            for piece in standing:
                if piece.parent is None:
                    yield blog.link(piece)
                    if world.children(piece, at):
                        yield f"https://{BLOG}/wp-json/wp/v2/comments?post={piece.serial}&per_page=100"
        case "weixin":
            yield from (
                weixin.link(piece)
                for piece in standing
                if piece.deleted_at is None and piece != weixin.checked(world)
            )  # fmt: skip
        case _:
            yield from (f"https://www.youtube.com/watch?v={youtube.video_id(piece)}" for piece in standing)


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: at.date().isoformat())
@pytest.mark.parametrize(
    "platform", ["weixin", "youtube", "mastodon", "bluesky", "hackernews", "telegram", "feed", "blog"]
)
def test_every_post_on_every_page_is_read_as_the_world_says(platform: str, at: datetime) -> None:
    if platform not in platforms():
        pytest.skip(f"no readers of {platform} yet")
    ids = {native_id(WORLD, piece): piece for piece in WORLD.where(platform)}
    wrong, seen = [], set()
    for url in addresses(platform, WORLD, at):
        place, reading = fetched(url, at, platform if platform in {"mastodon", "feed", "blog"} else None)
        assert reading.outcome is Outcome.OK, (url, reading.outcome, reading.reason)
        assert reading.unread == (), place
        for post in reading.posts:
            assert post.id in ids, (url, post)
            wrong += differences(WORLD, ids[post.id], at, post)
            seen.add(post.id)
    assert wrong == []
    assert len(seen) >= 3


@pytest.mark.parametrize("at", MOMENTS, ids=lambda at: at.date().isoformat())
def test_followers_are_read_exactly_or_as_the_interval_that_is_shown(at: datetime) -> None:
    for (platform, handle), account in WORLD.accounts.items():
        number = account.followers(at)
        pages = {
            "mastodon": (f"https://{HOME_INSTANCE}/api/v1/accounts/lookup?acct={handle}", exact(number)),
            "bluesky": (f"{API}app.bsky.actor.getProfile?actor={handle}", exact(number)),
            "telegram": (f"https://t.me/{handle}", exact(number)),
            "youtube": (f"https://www.youtube.com/@{handle}/videos", shortened(number)),
        }
        if platform not in pages or platform not in platforms():
            continue
        if platform == "youtube" and handle == youtube.ASKS_CONSENT[0] and at < youtube.ASKS_CONSENT[1]:
            continue
        url, expected = pages[platform]
        _, reading = fetched(url, at)
        assert reading.outcome is Outcome.OK, (url, reading)
        profile = next(profile for profile in reading.profiles if profile.handle == handle)
        assert bounds(profile.followers) == expected, url


ENDINGS = [
    ("youtube", f"https://www.youtube.com/@{youtube.ASKS_CONSENT[0]}/videos", "2026-10-10", Outcome.WALL, "consent"),
    ("youtube", f"https://www.youtube.com/@{youtube.ASKS_CONSENT[0]}/videos", "2026-10-15", Outcome.OK, None),
    ("weixin", weixin.link(weixin.checked(WORLD)), "2026-10-16", Outcome.WALL, "captcha"),
    ("weixin", weixin.link(weixin.checked(WORLD)), "2026-10-22", Outcome.OK, None),
    ("weixin", weixin.link(next(p for p in WORLD.where("weixin") if p.deleted_at)), "2026-10-16", Outcome.OK, None),
    ("weixin", weixin.link(next(p for p in WORLD.where("weixin") if p.deleted_at)), "2026-10-22", Outcome.GONE, "deleted"),
    ("mastodon", f"https://{CLOSED_INSTANCE}/api/v1/timelines/tag/ebike?limit=40", "2026-10-16", Outcome.WALL, "login"),
    ("bluesky", f"{API}app.bsky.feed.searchPosts?q=tavrelune", "2026-10-16", Outcome.WALL, None),
    ("feed", feed.address(feed.BUSY[0]), "2026-10-21", Outcome.LIMITED, None),
    ("telegram", f"https://t.me/s/{telegram.CHANGED[0]}", "2026-10-22", Outcome.OK, None),
    ("telegram", f"https://t.me/s/{telegram.CHANGED[0]}", "2026-10-26", Outcome.DRIFT, None),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "url", "day", "outcome", "reason"), ENDINGS)
def test_walls_drift_and_deleted_things_end_as_such(
    platform: str, url: str, day: str, outcome: Outcome, reason: str | None
) -> None:
    if platform not in platforms():
        pytest.skip(f"no readers of {platform} yet")
    _, reading = fetched(url, datetime.fromisoformat(f"{day}T18:00:00+00:00"), platform)
    assert reading.outcome is outcome, reading
    assert reason is None or reading.reason == reason


def test_a_feed_without_news_answers_304() -> None:
    at = MOMENTS[1]
    url = feed.address("radkurier.example")
    first = respond(WORLD, at, Asked.of(url))
    again = respond(WORLD, at, Asked.of(url, {"if-none-match": first.headers["etag"]}))
    dated = respond(WORLD, at, Asked.of(url, {"if-modified-since": first.headers["last-modified"]}))
    later = respond(WORLD, MOMENTS[2], Asked.of(url, {"if-none-match": first.headers["etag"]}))
    assert [answer.status for answer in (first, again, dated, later)] == [200, 304, 304, 200]


def test_hosts_say_what_robots_may_do() -> None:
    said = {host: respond(WORLD, MOMENTS[0], Asked(host, "/robots.txt")) for host in ("hn.algolia.com", blog.FORBIDDEN)}
    assert said["hn.algolia.com"].status == 404
    assert said[blog.FORBIDDEN].body == b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1K"), (1234, "1.23K"), (12_345, "12.3K"), (123_456, "123K"), (1_050_000, "1.05M")],
)
def test_numbers_are_cut_as_platforms_cut_them(number: int, text: str) -> None:
    assert compact(number) == text
