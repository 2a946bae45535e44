"""Product Hunt: products from its feed (no votes there), and with their votes from answers of its official API.

Source: https://www.producthunt.com/feed, https://api.producthunt.com/v2/docs
"""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Post
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, wall
from spiders.markup.feeds import Entry, author_of, parse, text_of, time_of, title_of
from spiders.markup.notices import screen_edge
from spiders.page import Page
from spiders.reading import Part, dig, need


def feed_url(target: Target) -> str:
    """The feed of all new products, or of a topic's."""
    return target.value


def read_feed(page: Page) -> Iterator[Part]:
    """The feed: title, tagline, who posted it, when."""

    def read(entry: Entry) -> Post:
        kind, _, number = need(entry, "id", str).rpartition("Post/")
        if not kind or not number.isdecimal():
            raise LookupError("id")
        return Post(
            platform="producthunt",
            id=number,
            url=need(entry, "link", str),
            author_name=author_of(entry),
            title=need({"title": title_of(entry)}, "title", str),
            text=tagline(text_of(entry)),
            published_at=time_of({"published": need(entry, "published", str)}, "published", "en"),
        )

    yield from each("entry", parse(page).entries, read)


def tagline(text: str | None) -> str | None:
    """The tagline alone: below it the feed repeats its own links."""
    return text.removesuffix("|").partition("\n\nDiscussion")[0].strip() or None if text else None


def read_answer(page: Page) -> Iterator[Part]:
    """An answer of the official API (GraphQL): posts, or one."""
    if page.json.get("errors") and not page.json.get("data"):
        raise drift(str(dig(page.json, "errors", 0, "error") or dig(page.json, "errors", 0, "message")))
    data = need(page.json, "data", dict)
    if "post" in data:
        posts = [need(data, "post", dict)]
    else:
        edges = need(need(data, "posts", dict), "edges", list)
        posts = [need(edge, "node", dict) for edge in edges]
    if not posts:
        raise empty()

    def read(post: Mapping[str, Any]) -> Post:
        user = post.get("user") or {}
        return Post(
            platform="producthunt",
            id=need(post, "id", str),
            url=need(post, "url", str).partition("?")[0],
            author=user.get("username"),
            author_id=user.get("id"),
            author_name=user.get("name"),
            title=one_line(need(post, "name", str)),
            text=tidy("\n\n".join(filter(None, (post["tagline"], plain_text(post.get("description")))))),
            published_at=moment(need(post, "createdAt", str)),
            likes=exact(post["votesCount"]),
            comments=exact(post.get("commentsCount")),
        )

    yield from each("post", posts, read)


class ProductHunt(PlatformSpider):
    """Product Hunt."""

    name = "producthunt"
    about = About(
        title="Product Hunt",
        anonymous="new products with tagline, maker, time; no votes",
        restricted="votes and comments: the official API with a token",
        robots="the feed was allowed when last seen; product pages stand behind a check",
        layouts={"Atom": "2026-03", "official API's answer": "unproven"},
    )
    domains = ("producthunt.com",)
    addresses = {"feed": feed_url}
    readers = (
        Reader(r"/feed", read_feed),
        Reader(r"/v2/api/graphql", read_answer),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before the site; the API without a token."""
        screen_edge(page)
        if page.looks_json and page.status == 401:
            raise wall("login")
