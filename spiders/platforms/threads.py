"""Threads: profiles and posts from the data that a rendered page carries; author and text from pages meant for link previews.

Source: https://developers.facebook.com/docs/threads/reference, for what the fields mean
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Post, Profile
from extractors.values.counts import count, exact
from extractors.values.ids import shortcode_moment
from extractors.values.moments import epoch, moment
from extractors.values.text import plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, wall
from spiders.markup.relay import blocks, under
from spiders.page import Page
from spiders.reading import Part, need

POST = re.compile(r"/(?:@[\w.]+/)?(?:post|t)/([\w-]{5,})")
NAMED = re.compile(r"^\s*(.*?)\s*\(@([\w.]+)\)", re.DOTALL)
FOLLOWERS = re.compile(r"^([^•·]*\d[^•·]*)[•·]")
"""The first of an account's counters; in some languages its word leads."""
DATA = ("thread_items", "follower_count", "mediaData")


def post_url(handle: str, code: str) -> str:
    """The address of a post."""
    return f"https://www.threads.com/@{handle}/post/{code}"


def read_page(page: Page) -> Iterator[Part]:
    """A rendered page: its account and each post of each thread shown; else the few meta tags of a link preview."""
    held = blocks(page, DATA)
    if not held:
        if any(f'"{name}"' in page.text for name in DATA):
            raise drift("application/json")
        yield read_preview(page)
        return
    asked = POST.search(page.path)
    users = [
        user for block in held for user in under(block, "user") if isinstance(user, dict) and "follower_count" in user
    ]
    if not asked and not users:
        raise drift("follower_count")
    yield from each("account", users[:1], read_user)
    listed = [medium for block in held for medium in under(block, "mediaData")]
    for medium in listed:
        for edge in need(medium, "edges", list):
            need(edge["node"], "thread_items", list)
    threads = [items for block in held for items in under(block, "thread_items")]
    if not threads and (asked or not listed):
        raise drift("thread_items" if listed or asked else "mediaData")
    lists = [edges for block in held for edges in under(block, "edges") if isinstance(edges, list)]
    beside = [edge["node"] for edges in lists if any(under(edges, "thread_items")) for edge in edges]
    yield from each("thread", beside, whole)
    first = asked[1] if asked else None
    shown = [(item, items[at - 1] if at else None) for items in threads for at, item in enumerate(items)]
    yield from each("post", shown, lambda pair: read_post(pair[0]["post"], code_of(pair[1]) or first))


def whole(node: Mapping[str, Any]) -> None:
    """Raises LookupError for a thread without its posts."""
    need(node, "thread_items", list)


def code_of(item: Mapping[str, Any] | None) -> str | None:
    """The shortcode of the post above another one of its thread."""
    return None if item is None else need(item["post"], "code", str)


def read_user(user: Mapping[str, Any]) -> Profile:
    """The account with its exact followers."""
    handle = need(user, "username", str)
    return Profile(
        platform="threads",
        handle=handle,
        id=str(user["pk"]),
        url=f"https://www.threads.com/@{handle}",
        name=need(user, "full_name", str, blank=True) or None,
        text=plain_text(need(user, "biography", str, blank=True)) or None,
        verified=user.get("is_verified"),
        followers=exact(user["follower_count"]),
    )


def read_post(post: Mapping[str, Any], above: str | None) -> Post | None:
    """One post; an answer stands below another one. Reposts are its shares; how often it was sent on by message is another number."""
    user, told, code = need(post, "user", dict), need(post, "text_post_app_info", dict), need(post, "code", str)
    if told.get("is_post_unavailable"):
        return None
    shared = need(told, "share_info", dict)
    quoted, reposted = shared["quoted_post"] or {}, shared["reposted_post"] or {}
    counted = "reshare_count" in told or "repost_count" in told
    handle = need(user, "username", str)
    hidden = need(post, "like_and_view_counts_disabled", bool)
    return Post(
        platform="threads",
        id=code,
        url=post_url(handle, code),
        author=handle,
        author_id=str(user.get("pk") or user["id"]),
        author_name=user.get("full_name") or None,
        text=plain_text(need(post["caption"], "text", str, blank=True)) if post["caption"] else None,
        published_at=epoch(post["taken_at"]),
        likes=None if hidden or reposted else exact(post["like_count"]),
        comments=None if reposted else exact(told["direct_reply_count"]),
        shares=None if reposted or not counted else exact(told["repost_count"]),
        quotes=None if reposted or not counted else exact(told["quote_count"]),
        in_reply_to=above if told.get("is_reply") and above != code else None,
        repost_of=need(reposted, "code", str) if reposted else None,
        quote_of=need(quoted, "code", str) if quoted else None,
    )


def read_preview(page: Page) -> Post | Profile:
    """What a page meant for link previews tells: no counts of a post, rounded followers; its number of threads is always 0."""
    named = NAMED.match(need(page.metas, "og:title", str))
    if named is None:
        raise drift("og:title")
    asked, text = POST.search(page.path), need(page.metas, "og:description", str)
    if asked:
        return Post(
            platform="threads",
            id=asked[1],
            url=post_url(named[2], asked[1]),
            author=named[2],
            author_name=named[1] or None,
            text=plain_text(text),
            published_at=shortcode_moment(asked[1]),
        )
    followers = FOLLOWERS.match(text)
    if followers is None:
        raise drift("og:description")
    return Profile(
        platform="threads",
        handle=named[2],
        url=f"https://www.threads.com/@{named[2]}",
        name=named[1] or None,
        followers=count(followers[1], page.tree.get("lang")),
    )


def read_api(page: Page) -> Iterator[Part]:
    """Posts of the official API, which tells no counts with them."""
    answer = page.json
    items = need(answer, "data", list) if "data" in answer else [answer]
    if not items:
        raise empty()
    yield from each("post", items, read_node)


def read_node(item: Mapping[str, Any]) -> Post | None:
    """One post of the official API; its shortcode stands in its address, a repost does not say of what."""
    if need(item, "media_type", str) == "REPOST_FACADE":
        return None
    found, handle = POST.search(need(item, "permalink", str)), need(item, "username", str)
    if found is None:
        raise LookupError("permalink")
    return Post(
        platform="threads",
        id=found[1],
        url=post_url(handle, found[1]),
        author=handle,
        text=plain_text(item.get("text")) or None,
        published_at=moment(need(item, "timestamp", str)),
    )


class Threads(PlatformSpider):
    """Threads."""

    name = "threads"
    about = About(
        title="Threads",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages: profiles with exact followers, posts with likes, replies, reposts, quotes",
        robots="forbidden, Scrapy by name",
        layouts={"rendered page": "2026-02", "page for link previews": "2025-12", "official API": "unproven"},
    )
    domains = ("threads.net", "threads.com")
    readers = (Reader(r"^graph\.", read_api), Reader(r"/(@[\w.]+|t/)", read_page))

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in pages, and shells that hold neither data nor meta tags."""
        if page.path.startswith("/login"):
            raise wall("login")
        if page.looks_json:
            return
        if page.status == 200 and not any(f'"{name}"' in page.text for name in DATA) and b"og:" not in page.body:
            if b"barcelona://" not in page.body:
                raise wall("bot-check")
            raise gone("not-found")
