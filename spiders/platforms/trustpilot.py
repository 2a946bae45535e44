"""Trustpilot: reviews, from pages that a person saved; robots.txt forbids all.

Four layouts: today's ``__NEXT_DATA__``, the single review's page of 2020 with its facts in several scripts, JSON-LD, and the
official API.

Source: pages of trustpilot.com, 2020; https://documentation-apidocumentation.trustpilot.com/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Post
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.notices import screen_edge
from spiders.page import Page, parse_json
from spiders.reading import Part, dig, need

SCALE = "5"
"""Stars at most."""


def stars(value: Any) -> str:
    """A rating of 1 to 5 stars; raises ValueError for anything else."""
    if str(value) not in {"1", "2", "3", "4", "5"}:
        raise ValueError(f"no rating: {str(value)[:20]!r}")
    return str(value)


def address_of(page: Page, number: str) -> str:
    """A review's public address, on the country's host that the page is of."""
    return page.absolute(f"/reviews/{number}")


def read_page(page: Page) -> Iterator[Part]:
    """A page of reviews, or of one."""
    if page.tree.get_element_by_id("__NEXT_DATA__", None) is not None:
        yield from read_next(page)
        return
    states = {
        element.get("data-initial-state"): element.text or ""
        for element in page.tree.iter("script")
        if element.get("data-initial-state")
    }
    if "review-info" in states or "/reviews/" in page.path:
        yield read_single(page, states)
        return
    reviews = [review for thing in page.json_ld for review in listed(thing.get("review"))]
    reviews = reviews or [thing for thing in page.json_ld if thing.get("@type") == "Review"]
    if not reviews:
        raise drift("review")
    yield from each("review", reviews, read_ld)


def listed(value: Any) -> list[Any]:
    """A list, or one thing as a list of one."""
    return value if isinstance(value, list) else [value] if value else []


def read_single(page: Page, states: Mapping[str | None, str]) -> Post:
    """The one review of its own page; the number of reviews there is its author's."""
    info, dates = parse_json(states["review-info"], "review-info"), parse_json(states["review-dates"], "review-dates")
    number = need(info, "reviewId", str)
    return Post(
        platform="trustpilot",
        kind="review",
        id=number,
        url=address_of(page, number),
        author_id=info.get("consumerId"),
        author_name=one_line(need(info, "consumerName", str)),
        title=one_line(need(info, "reviewHeader", str)),
        text=tidy(need(info, "reviewBody", str)),
        published_at=moment(need(dates, "publishedDate", str)),
        edited_at=moment(dates.get("updatedDate")),
        rating=stars(info["stars"]),
        rating_scale=SCALE,
    )


def read_next(page: Page) -> Iterator[Part]:
    """The reviews in the data that today's page starts with, or that it loads for the next page."""
    props = page.json["pageProps"] if page.looks_json else dig(page.script_json("__NEXT_DATA__"), "props", "pageProps")
    if not isinstance(props, dict) or not ("reviews" in props or "review" in props):
        raise drift("reviews")
    reviews = need(props, "reviews", list) if "reviews" in props else [props["review"]]
    if not reviews:
        raise empty()

    def read(review: Mapping[str, Any]) -> Post:
        number, consumer, dates = need(review, "id", str), need(review, "consumer", dict), need(review, "dates", dict)
        return Post(
            platform="trustpilot",
            kind="review",
            id=number,
            url=address_of(page, number),
            author_id=consumer.get("id"),
            author_name=one_line(need(consumer, "displayName", str)),
            title=one_line(need(review, "title", str)),
            text=tidy(need(review, "text", str, blank=True)) or None,
            published_at=moment(need(dates, "publishedDate", str)),
            edited_at=moment(dates.get("updatedDate")),
            likes=exact(review["likes"]),
            rating=stars(review["rating"]),
            rating_scale=SCALE,
            language=review.get("language"),
            region=consumer.get("countryCode"),
        )

    yield from each("review", reviews, read)


def read_api(page: Page) -> Iterator[Part]:
    """An answer of the official API: the reviews of a company, or one."""
    answer = page.json
    reviews = need(answer, "reviews", list) if "reviews" in answer else [answer]
    if not reviews:
        raise empty()

    def read(review: Mapping[str, Any]) -> Post:
        number, consumer = need(review, "id", str), need(review, "consumer", dict)
        return Post(
            platform="trustpilot",
            kind="review",
            id=number,
            url=f"https://www.trustpilot.com/reviews/{number}",
            author_id=consumer.get("id"),
            author_name=one_line(need(consumer, "displayName", str)),
            title=one_line(need(review, "title", str, blank=True)),
            text=tidy(need(review, "text", str, blank=True)) or None,
            published_at=moment(need(review, "createdAt", str)),
            edited_at=moment(review.get("updatedAt")),
            likes=exact(review["numberOfLikes"]),
            rating=stars(review["stars"]),
            rating_scale=SCALE,
            language=review.get("language"),
        )

    yield from each("review", reviews, read)


def read_ld(review: Mapping[str, Any]) -> Post:
    """A review as JSON-LD has it: without an id."""
    return Post(
        platform="trustpilot",
        kind="review",
        author_name=one_line(need(need(review, "author", dict), "name", str)),
        title=one_line(need(review, "headline", str)),
        text=tidy(need(review, "reviewBody", str)),
        published_at=moment(need(review, "datePublished", str)),
        rating=stars(need(review, "reviewRating", dict)["ratingValue"]),
        rating_scale=SCALE,
        language=review.get("inLanguage"),
    )


class Trustpilot(PlatformSpider):
    """Trustpilot."""

    name = "trustpilot"
    about = About(
        title="Trustpilot",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages: reviews with stars, title, text, time; the official API with a key",
        robots="forbidden (`Disallow: /` for all)",
        layouts={
            "page of one review (2020)": "2020-10",
            "__NEXT_DATA__": "unproven",
            "JSON-LD": "unproven",
            "official API": "unproven",
        },
    )
    domains = (
        "trustpilot.com",
        "trustpilot.co.uk",
    )
    readers = (
        Reader(r"^api\.trustpilot\.com/v1/", read_api),
        Reader(r"/_next/data/", read_next),
        Reader("", read_page),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before the site; the API without a key."""
        screen_edge(page)
        if page.looks_json and page.status == 401:
            raise wall("login")
