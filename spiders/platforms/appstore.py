"""App Store: reviews of an app, from Apple's review feeds (JSON and Atom), its catalogue's answers, and the store's pages, saved by a person.

Source: https://developer.apple.com/documentation/appstoreconnectapi/customer_reviews (the feeds themselves are not documented)
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Link, Post
from extractors.values.counts import balance
from extractors.values.moments import moment
from extractors.values.text import one_line, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty
from spiders.markup.feeds import Entry, author_of, parse, text_of, time_of, title_of
from spiders.page import Page
from spiders.reading import Ending, Part, need

SCALE = "5"
"""Stars at most."""


def region_of(page: Page) -> str | None:
    """The country whose store was asked, as it stands in the address."""
    found = re.match(r"/(?:v1/catalog/)?([a-z]{2})/", page.path)
    return found[1] if found else None


def label(holder: Mapping[str, Any], key: str) -> str:
    """A value of the JSON feed, which wraps each in ``{"label": …}``."""
    return need(need(holder, key, dict), "label", str)


def stars(text: str) -> str:
    """A rating of 1 to 5 stars; raises ValueError for anything else."""
    if text not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"no rating: {text[:20]!r}")
    return text


def page_number(text: str) -> int | None:
    """The page that an address of the feed names."""
    found = re.search(r"/page=(\d+)", text)
    return int(found[1]) if found else None


def no_entries(page: Page, last: int | None) -> Ending:
    """How a page without reviews ends: beyond the last page that it names it says so itself, else it may be a refusal."""
    return empty() if last is not None and (page_number(page.path) or 1) > last else drift("entry")


def read_json(page: Page) -> Iterator[Part]:
    """A page of the JSON feed; the app itself may stand among the entries, and the last page has none."""
    feed = need(page.json, "feed", dict)
    links = {link["attributes"]["rel"]: link["attributes"]["href"] for link in need(feed, "link", list)}
    at, last = page_number(page.path) or 1, page_number(links.get("last", "")) or 1
    if "entry" not in feed:
        raise no_entries(page, last)
    entries = feed["entry"] if isinstance(feed["entry"], list) else [feed["entry"]]

    def read(entry: Mapping[str, Any]) -> Post | None:
        if "im:name" in entry:
            return None
        author = need(entry, "author", dict)
        return Post(
            platform="appstore",
            kind="review",
            id=label(entry, "id"),
            author_id=(re.search(r"/id(\d+)$", label(author, "uri")) or [None, None])[1],
            author_name=one_line(label(author, "name")),
            title=one_line(label(entry, "title")),
            text=tidy(label(entry, "content")),
            published_at=moment(label(entry, "updated")) if "updated" in entry else None,
            likes=balance(label(entry, "im:voteSum")),
            rating=stars(label(entry, "im:rating")),
            rating_scale=SCALE,
            region=region_of(page),
        )

    yield from each("entry", entries, read)
    if at < last:
        yield Link("next", re.sub(r"/page=\d+", "", page.url).replace("/sortBy=", f"/page={at + 1}/sortBy="))


def read_feed(page: Page) -> Iterator[Part]:
    """A page of the Atom feed: of its two contents the plain one."""
    if b"<entry" not in page.body:
        last = re.search(r"rel=.last[^>]*/page=(\d+)", page.text)
        raise no_entries(page, int(last[1]) if last else None)

    def read(entry: Entry) -> Post | None:
        if "im_name" in entry:
            return None
        return Post(
            platform="appstore",
            kind="review",
            id=need(entry, "id", str),
            author_id=(re.search(r"/id(\d+)$", (entry.get("author_detail") or {}).get("href") or "") or [None, None])[
                1
            ],
            author_name=author_of(entry),
            title=title_of(entry),
            text=plain(entry),
            published_at=time_of({"updated": need(entry, "updated", str)}, "updated", "en"),
            likes=balance(need(entry, "im_votesum", str)),
            rating=stars(need(entry, "im_rating", str)),
            rating_scale=SCALE,
            region=region_of(page),
        )

    yield from each("entry", parse(page).entries, read)


def plain(entry: Entry) -> str | None:
    """An entry's plain content, else its longest one."""
    bodies = [body["value"] for body in entry.get("content") or () if body.get("type") == "text/plain"]
    return tidy(bodies[0]) if bodies else text_of(entry)


def read_catalogue(page: Page) -> Iterator[Part]:
    """An answer of the catalogue that the store's own pages ask."""
    reviews = need(page.json, "data", list)
    if not reviews:
        raise empty()

    def read(item: Mapping[str, Any]) -> Post:
        facts = need(item, "attributes", dict)
        return Post(
            platform="appstore",
            kind="review",
            id=need(item, "id", str),
            author_name=one_line(need(facts, "userName", str)),
            title=one_line(need(facts, "title", str, blank=True)) or None,
            text=tidy(need(facts, "review", str)),
            published_at=moment(need(facts, "date", str)),
            rating=stars(str(facts["rating"])),
            rating_scale=SCALE,
            region=region_of(page),
        )

    yield from each("review", reviews, read)


def reviews_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """The reviews in a page's data, wherever they stand: a page of all reviews repeats those of the app's own shelf."""
    if isinstance(value, dict):
        if len(value.keys() & {"reviewerName", "contents", "rating"}) > 1:
            yield value
        else:
            for inner in value.values():
                yield from reviews_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from reviews_in(inner)


def read_page(page: Page) -> Iterator[Part]:
    """A page of the store (``?see-all=reviews`` has the most reviews); a developer's answer is none of them."""
    data = page.css("script#serialized-server-data::text").get()
    if data is None:
        raise drift("serialized-server-data")
    try:
        found = list(reviews_in(json.loads(data)))
    except ValueError as error:
        raise drift("serialized-server-data") from error
    if not found:
        raise drift("review")

    def read(review: Mapping[str, Any]) -> Post:
        return Post(
            platform="appstore",
            kind="review",
            id=need(review, "id", str),
            author_name=one_line(need(review, "reviewerName", str)),
            title=one_line(review.get("title")),
            text=tidy(need(review, "contents", str)),
            published_at=moment(need(review, "date", str)),
            rating=stars(str(review["rating"])),
            rating_scale=SCALE,
            region=region_of(page),
        )

    yield from each("review", found, read)


class AppStore(PlatformSpider):
    """Apple's App Store."""

    name = "appstore"
    about = About(
        title="App Store",
        anonymous="nothing: robots.txt refuses the feeds of reviews",
        restricted="saved feeds: reviews with stars, title, text, helpful votes; the official API for the app's owner",
        robots="itunes.apple.com refuses `/*/rss/*`, `/search*` and `/*/lookup?`",
        layouts={
            "review feed, JSON": "2020-08",
            "review feed, Atom": "2020-08",
            "catalogue's reviews": "unproven",
            "app's page, 2026": "unproven",
        },
    )
    domains = ("itunes.apple.com", "apps.apple.com", "amp-api.apps.apple.com", "amp-api-edge.apps.apple.com")
    readers = (
        Reader(r"/v1/catalog/.*/reviews", read_catalogue),
        Reader(r"/rss/customerreviews/", lambda page: (read_json if page.looks_json else read_feed)(page)),
        Reader(r"^apps\.apple\.com/", read_page),
    )
