"""Feeds of news sites and blogs: RSS, Atom and JSON Feed, with the comment counts that some of them state.

Also what search engines give as feeds (Bing News, Google Alerts): the article's own address is taken out of their links.

Source: https://feedparser.readthedocs.io/, https://www.jsonfeed.org/version/1.1/, https://www.rfc-editor.org/rfc/rfc4685
"""

from collections.abc import Iterator
from typing import Any

from extractors.records import Count, Link, Post
from extractors.values.addresses import canonical, unwrapped
from extractors.values.counts import exact
from spiders.base import About, PlatformSpider, Reader, Target, each
from spiders.markup.feeds import Entry, Feed, author_of, parse, text_of, time_of, title_of
from spiders.markup.notices import screen_edge
from spiders.page import Page
from spiders.reading import Part


def feed_url(target: Target) -> str:
    """The address of a feed, as the watchlist has it."""
    return target.value


def comments_of(entry: Entry) -> Count | None:
    """The number of comments that an entry states: ``slash:comments``, ``thr:total``, or ``thr:count`` of a link."""
    links: list[dict[str, Any]] = [link for link in entry.get("links") or () if link.get("rel") == "replies"]
    stated = [entry.get("slash_comments"), entry.get("thr_total"), *(link.get("thr:count") for link in links)]
    return exact(next((number for number in stated if number not in (None, "")), None))


def read_entry(entry: Entry, feed: Feed, page: Page) -> Post:
    """One entry as an article; its id is the feed's guid, its text what the feed carries of it."""
    link = entry.get("feedburner_origlink") or entry.get("link")
    address = canonical(unwrapped(page.absolute(link))) if link else None
    number, title, text = entry.get("id") or None, title_of(entry), text_of(entry)
    if entry.get("lacks"):
        raise LookupError(entry["lacks"])
    if not (number or address):
        raise LookupError("link")
    if not (title or text):
        raise LookupError("title")
    published, updated = (time_of(entry, key, feed.language) for key in ("published", "updated"))
    return Post(
        platform="feed",
        kind="article",
        id=number,
        url=address,
        author_name=author_of(entry),
        title=title,
        text=text,
        published_at=published or updated,
        edited_at=updated if published and updated and updated.at > published.at else None,
        comments=comments_of(entry),
        language=entry.get("language") or feed.language,
    )


def read_feed(page: Page) -> Iterator[Part]:
    """A feed's entries, and where its next page is."""
    feed = parse(page)
    yield from each("entry", feed.entries, lambda entry: read_entry(entry, feed, page))
    if feed.next:
        yield Link("next", feed.next)


class FeedSpider(PlatformSpider):
    """Any feed."""

    name = "feed"
    about = About(
        title="News and blog feeds",
        anonymous="articles with title, text as far as the feed carries it, author, time; comment counts where the feed states them",
        restricted="Google News (robots.txt forbids its feeds)",
        robots="per site; Bing News allows its RSS",
        layouts={
            "RSS 2.0": "2026-08",
            "RSS of no version": "2018-09",
            "Atom": "2019-07",
            "JSON Feed": "unproven",
        },
    )
    addresses = {"feed": feed_url}
    readers = (Reader("", read_feed),)
    pause_seconds = 3.0

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """None: an article that a feed led to shows none of the feed's numbers."""
        return None

    @staticmethod
    def screen(page: Page) -> None:
        """A page where a feed should be may stand before the site."""
        screen_edge(page)

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether a page begins as a feed does."""
        if page.looks_json:
            return b"jsonfeed.org/version" in page.body[:2000].replace(b"\\/", b"/")
        return page.looks_feed
