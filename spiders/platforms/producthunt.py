"""Product Hunt: products from its feed and its first page (no votes there), with their votes from answers of its official API; reviews.

Source: https://www.producthunt.com/feed, https://api.producthunt.com/v2/docs
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from extractors.records import Post
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, wall
from spiders.markup.feeds import Entry, author_of, parse, text_of, time_of, title_of
from spiders.markup.notices import screen_edge
from spiders.markup.scripts import script_value
from spiders.page import Page
from spiders.reading import Part, dig, need

TRANSPORT = re.compile(r"""ApolloSSRDataTransport["']\)\][^;<]{0,20}\.push\(""")


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


def answers_in(page: Page) -> Iterator[Mapping[str, Any]]:
    """The answers that the site asked its own API for, from a page's scripts or as one."""
    if page.looks_json:
        yield need(page.json, "data", dict)
        return
    for script in TRANSPORT.finditer(page.text):
        pushed = script_value(page.text, ".push(", script.start())
        yield from (dig(event, "value", "data") or {} for event in pushed.get("events") or ())
        yield from (dig(asked, "data") or {} for asked in (pushed.get("rehydrate") or {}).values())


def read_site(page: Page) -> Iterator[Part]:
    """The launches of the first page, or the reviews of a product's page or answer."""
    found = False
    for answer in answers_in(page):
        for edge in dig(answer, "homefeed", "edges") or ():
            launches = [item for item in dig(edge, "node", "items") or () if item.get("__typename", "Post") == "Post"]
            found = found or bool(launches)
            yield from each("post", launches, read_launch)
        reviewed = answer.get("product") or {}
        if "detailedReviews" in reviewed:
            edges = need(need(reviewed, "detailedReviews", dict), "edges", list)
            if not edges and page.looks_json and reviewed["detailedReviews"].get("totalCount") == 0:
                raise empty()
            found = found or bool(edges)
            yield from each("review", edges, partial(read_review, slug=need(reviewed, "slug", str)))
    if not found:
        raise drift("posts or reviews")


def read_launch(item: Mapping[str, Any]) -> Post:
    """A launch in a list of the site; how many voted is hidden there for the first hours, and told by another name after."""
    return Post(
        platform="producthunt",
        id=need(item, "id", str),
        url=f"https://www.producthunt.com/posts/{need(item, 'slug', str)}",
        title=one_line(need(item, "name", str)),
        text=tidy(need(item, "tagline", str)),
        published_at=moment(need(item, "createdAt", str)),
        likes=exact(item.get("votesCount")),
        comments=exact(item.get("commentsCount")),
    )


def read_review(edge: Mapping[str, Any], slug: str) -> Post:
    """A review of a product, with all that its writer was asked for."""
    review = need(edge, "node", dict)
    number, user = need(review, "id", str), review.get("user") or {}
    words = [
        review["overallExperience"],
        *(review.get(f"{what}Feedback") for what in ("positive", "negative", "alternatives")),
    ]
    rating = review["overallRating"]
    return Post(
        platform="producthunt",
        kind="review",
        id=number,
        url=f"https://www.producthunt.com/products/{slug}/reviews?review={number}",
        author=user.get("username"),
        author_name=one_line(user.get("name")),
        text=tidy("\n\n".join(filter(None, map(plain_text, words)))) or None,
        published_at=moment(need(review, "createdAt", str)),
        rating=None if rating is None else str(int(rating)),
        rating_scale=None if rating is None else "5",
    )


class ProductHunt(PlatformSpider):
    """Product Hunt."""

    name = "producthunt"
    about = About(
        title="Product Hunt",
        anonymous="new products with tagline, maker, time; no votes",
        restricted="votes and comments: the official API with a token",
        robots="the feed was allowed when last seen; product pages stand behind a check",
        layouts={"Atom": "2026-03", "official API's answer": "unproven", "site's own answers": "unproven"},
    )
    domains = ("producthunt.com",)
    addresses = {"feed": feed_url}
    readers = (
        Reader(r"/feed", read_feed),
        Reader(r"/v2/api/graphql", read_answer),
        Reader(r"producthunt\.com/(?:$|\?|frontend/graphql|products/)", read_site),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before the site; the API without a token."""
        screen_edge(page)
        if page.looks_json and page.status == 401:
            raise wall("login")
