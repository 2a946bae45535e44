"""Any other public page: what it says of itself by schema.org (JSON-LD, microdata, RDFa), OpenGraph or oEmbed, else its text.

It reads nearly anything, so it serves only addresses that the watchlist or a page's meta file names as its own.
Forum threads, questions with answers, products with reviews and comment sections are read where they are marked so.

Source: https://schema.org, https://ogp.me, https://oembed.com, https://trafilatura.readthedocs.io
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Link, Post, PostKind, Profile, Unread
from extractors.values.addresses import canonical
from extractors.values.counts import balance, exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, wall
from spiders.markup.comments import Talk, read_comments, read_thread
from spiders.markup.notices import screen_edge
from spiders.markup.shapes import (
    ARTICLES,
    Thing,
    address_of,
    article_fields,
    counts_of,
    found_day,
    name_of,
    tally,
    types_of,
)
from spiders.page import Page
from spiders.reading import Part, need

QUESTIONS = frozenset({"QAPage", "Question", "FAQPage"})
VIDEOS = frozenset({"VideoObject", "Movie", "TVEpisode", "Clip"})
PRODUCTS = frozenset(
    {"Product", "ProductGroup", "Vehicle", "SoftwareApplication", "MobileApplication", "WebApplication"}
)
REVIEWS = frozenset({"Review", "UserReview", "CriticReview", "EmployerReview"})
PEOPLE = frozenset(
    {"ProfilePage", "Person", "Organization", "Corporation", "LocalBusiness", "Brand", "NewsMediaOrganization"}
)
OTHERS = frozenset({"Recipe", "Event", "JobPosting", "Course", "HowTo", "Book", "WebPage", "ItemPage", "AboutPage"})
KNOWN = ARTICLES | QUESTIONS | VIDEOS | PRODUCTS | REVIEWS | OTHERS
LOGIN = re.compile(r"/(?:log-?in|sign-?in|sso|auth|account/login)(?:/|$|\.)", re.IGNORECASE)
MOST_ITEMS, MOST_BYTES, MOST_INNER = 1_000, 2_000_000, 20_000
"""What is still looked through for microdata and RDFa, by trafilatura, for comments; more takes minutes."""
SHORT = 150
"""Letters; a body of fewer is worth a second look by trafilatura."""


def page_url(target: Target) -> str:
    """The page's address, as the watchlist has it."""
    return target.value


def things_of(page: Page) -> list[Thing]:
    """The objects that a page describes: JSON-LD, and where that tells none of interest, microdata and RDFa."""
    told = [thing for thing in page.json_ld if types_of(thing) & (KNOWN | PEOPLE)]
    if any(types_of(thing) & (KNOWN - OTHERS) for thing in told):
        return told
    if 0 < page.text.count("itemscope") < MOST_ITEMS:
        told += [thing for thing in microdata(page) if types_of(thing) & (KNOWN | PEOPLE)]
    if (
        not told
        and 0 < page.text.count("typeof=") < MOST_ITEMS
        and "schema.org" in page.text
        and len(page.body) < MOST_BYTES
    ):
        told += [thing for thing in rdfa(page) if types_of(thing) & (KNOWN | PEOPLE)]
    return told


def microdata(page: Page) -> list[Thing]:
    """The page's microdata in the form of JSON-LD."""
    from extruct.w3cmicrodata import MicrodataExtractor

    return [as_thing(item) for item in MicrodataExtractor().extract_items(page.tree, page.url)]


def as_thing(item: Any) -> Any:
    """An item of microdata as JSON-LD writes it."""
    if isinstance(item, list):
        return [as_thing(part) for part in item]
    if not isinstance(item, dict):
        return item
    return {"@type": item.get("type"), "@id": item.get("id")} | {
        name: as_thing(value) for name, value in (item.get("properties") or {}).items()
    }


def rdfa(page: Page) -> list[Thing]:
    """The page's RDFa in the form of JSON-LD: names without their vocabulary, single values alone."""
    from extruct.rdfa import RDFaExtractor

    found: list[Thing] = []
    for node in RDFaExtractor().extract(page.text, base_url=page.url):
        thing: dict[str, Any] = {"@type": node.get("@type"), "@id": node.get("@id")}
        for name, values in node.items():
            if not name.startswith("@"):
                plain = [value.get("@value") or value.get("@id") for value in values if isinstance(value, dict)]
                thing[re.split(r"[/#:]", name)[-1]] = plain[0] if len(plain) == 1 else plain
        found.append(thing)
    return found


def main_thing(things: list[Thing]) -> Thing | None:
    """What the page is about: a question or thread before a video, an article, a product, a review, anything else."""
    opened = [entity for thing in things for entity in (thing.get("mainEntity"), thing) if isinstance(entity, dict)]
    for types in (QUESTIONS - {"QAPage"}, VIDEOS, ARTICLES, PRODUCTS, REVIEWS, OTHERS):
        for thing in opened:
            if types_of(thing) & types:
                return thing
    return None


def read_page(page: Page) -> Iterator[Part]:
    """The page's thing with its comments, answers or reviews; else its article."""
    things = things_of(page)
    thing = main_thing(things)
    if thing is None and LOGIN.search(page.path):
        raise wall("login")
    talk = Talk(page)
    if talk.is_thread:
        yield from read_thread(page, "page", article_fields(page, thing), talk)
        return
    types = types_of(thing) if thing else frozenset[str]()
    if thing and types & REVIEWS:
        yield read_review(thing, page)
        return
    about_someone = thing is None and any("ProfilePage" in types_of(item) for item in things)
    profiles = list(profiles_of(page, things, counted=not about_someone))
    if about_someone:
        yield from profiles
        return
    yield read_main(page, thing, types, talk)
    if thing:
        inner: list[tuple[PostKind, Thing]] = [
            (kind, item) for kind, names in INNER.items() for name in names for item in listed(thing.get(name))
        ]
        yield from each("comment", inner[:MOST_INNER], lambda found: read_inner(*found, page))
        if len(inner) > MOST_INNER:
            yield Unread(f"comments after {MOST_INNER}", "too many for one page")
        if types & QUESTIONS and thing.get("answerCount") not in (None, 0, "0") and not inner:
            yield Unread("answers", "acceptedAnswer")
    if not thing or not listed(thing.get("comment")):
        yield from read_comments(page, "page", talk, strict=False)
    yield from profiles
    yield from embeds_of(page, thing)


INNER: Mapping[PostKind, tuple[str, ...]] = {
    "comment": ("comment", "acceptedAnswer", "suggestedAnswer"),
    "review": ("review", "reviews"),
}
"""Properties of a thing that hold what others wrote about it."""


def listed(value: Any) -> list[Any]:
    """A list, or one thing as a list of one."""
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def read_main(page: Page, thing: Thing | None, types: frozenset[str], talk: Talk) -> Post:
    """The thing that a page is about; raises what it lacks where it is neither described nor an article."""
    shared = page.metas.get("og:type", "")
    fields = article_fields(page, thing)
    named = one_line(str((thing or {}).get("name") or "")) or None
    kind: PostKind = "article"
    if types & QUESTIONS:
        kind = "question"
        fields |= {
            "likes": balance((thing or {}).get("upvoteCount")),
            "comments": exact((thing or {}).get("answerCount")),
        }
        fields["text"] = plain_text(str((thing or {}).get("text") or "")) or fields["text"]
    elif types & VIDEOS or shared.startswith("video"):
        kind = "video"
        fields["text"] = plain_text((thing or {}).get("description") or page.metas.get("og:description")) or None
        fields["published_at"] = moment((thing or {}).get("uploadDate")) or fields["published_at"]
    elif types & PRODUCTS or shared.endswith("product"):
        kind = "listing"
        fields |= offer_of(thing or {}, page)
        fields["text"] = plain_text((thing or {}).get("description") or page.metas.get("og:description")) or None
    elif "DiscussionForumPosting" in types or "SocialMediaPosting" in types:
        kind = "post"
        fields["text"] = plain_text(str((thing or {}).get("text") or "")) or fields["text"]
    if kind != "article" and named:
        fields["title"] = named
    if kind == "article" and len(fields["text"] or "") < SHORT and len(page.body) < MOST_BYTES:
        fields["text"] = longest(fields["text"], extracted(page))
    if not thing and not fields["text"] and shared in {"", "website"}:
        raise drift("article")
    if kind == "article" and not talk.comments:
        fields["published_at"] = fields["published_at"] or found_day(page)
    return Post(platform="page", kind=kind, **fields)


def longest(first: str | None, second: str | None) -> str | None:
    """The longer of two texts."""
    return max(first or "", second or "", key=len) or None


def extracted(page: Page) -> str | None:
    """The page's main text, told from all around it by trafilatura."""
    from trafilatura import extract

    text = extract(page.text, url=page.url, include_comments=False, include_tables=True, fast=True)
    return tidy(text) if text else None


def offer_of(thing: Thing, page: Page) -> dict[str, Any]:
    """What a product costs: one price, or a range."""
    offers = [offer for offer in listed(thing.get("offers")) if isinstance(offer, dict)]
    offer = offers[0] if offers else {}
    low, high = (offer.get(name) for name in ("lowPrice", "highPrice"))
    price = offer.get("price") or page.metas.get("product:price:amount") or page.metas.get("og:price:amount")
    if price is None and low is not None:
        price = f"{low}-{high}" if high not in (None, low) else low
    currency = offer.get("priceCurrency") or page.metas.get("product:price:currency")
    return {"price": str(price) if price not in (None, "") else None, "currency": currency or None}


def read_inner(kind: PostKind, item: Thing, page: Page) -> Post:
    """A comment, an answer or a review that a thing's description holds."""
    if kind == "review":
        return read_review(item, page)
    address = item.get("url") or item.get("@id")
    address = page.absolute(address) if isinstance(address, str) else None
    number = re.search(r"(\d{2,})\D*$", address or "")
    return Post(
        platform="page",
        kind="comment",
        id=number[1] if number else None,
        url=address,
        author_name=name_of(item.get("author")),
        text=plain_text(need(item, "text", str)),
        published_at=moment(item.get("datePublished") or item.get("dateCreated")),
        likes=balance(item.get("upvoteCount")) if item.get("upvoteCount") is not None else counts_of(item).get("likes"),
    )


def read_review(item: Thing, page: Page) -> Post:
    """A review with its rating."""
    rating = item.get("reviewRating") or {}
    rating = rating if isinstance(rating, dict) else {}
    text = item.get("reviewBody") or item.get("description")
    if not text and not rating.get("ratingValue"):
        raise LookupError("reviewBody")
    return Post(
        platform="page",
        kind="review",
        url=canonical(item.get("url")) or (address_of(page) if "itemReviewed" in item else None),
        author_name=name_of(item.get("author"), page),
        title=one_line(item.get("headline") or item.get("name")),
        text=plain_text(text) or None,
        published_at=moment(item.get("datePublished")),
        rating=str(rating["ratingValue"]) if rating.get("ratingValue") is not None else None,
        rating_scale=str(rating["bestRating"]) if rating.get("bestRating") is not None else None,
        language=item.get("inLanguage"),
    )


def profiles_of(page: Page, things: list[Thing], *, counted: bool) -> Iterator[Part]:
    """The people and organisations that a page describes: only those whose followers are ``counted``, or all."""
    for thing in things:
        for person in (thing.get("mainEntity"), thing.get("author"), thing):
            if not isinstance(person, dict) or not types_of(person) & (PEOPLE - {"ProfilePage"}):
                continue
            followers = tally(person.get("interactionStatistic")).get("FollowAction")
            handle = one_line(str(person.get("alternateName") or person.get("name") or "")) or None
            if handle and (followers is not None or not counted):
                yield Profile(
                    platform="page",
                    handle=handle.removeprefix("@"),
                    url=canonical(person.get("url")) or address_of(page),
                    name=one_line(person.get("name")),
                    text=plain_text(person.get("description")) or None,
                    followers=exact(followers),
                )


def embeds_of(page: Page, thing: Thing | None) -> Iterator[Link]:
    """Where the page's oEmbed answer is, where the page itself does not describe what it is about."""
    for link in page.tree.iter("link") if thing is None else ():
        if link.get("type") == "application/json+oembed" and link.get("href"):
            yield Link("post", page.absolute(link.get("href", "")))
            return


def read_embed(page: Page) -> Iterator[Part]:
    """An oEmbed answer: title and author, no counts and no time."""
    answer = page.json
    kind = need(answer, "type", str)
    asked = page.query.get("url", [None])[0]
    if kind not in {"rich", "link", "photo", "video"}:
        raise drift(f"oEmbed type {kind[:40]}")
    yield Post(
        platform="page",
        kind=KINDS.get(kind, "article"),
        url=canonical(answer.get("url") if kind == "link" else asked) or canonical(asked),
        author_name=one_line(answer.get("author_name")),
        title=one_line(need(answer, "title", str)),
    )


KINDS: Mapping[str, PostKind] = {"photo": "photo", "video": "video"}
"""What oEmbed's types are; the others are articles."""


class AnyPage(PlatformSpider):
    """Any public page that is named so."""

    name = "page"
    about = About(
        title="Any public page",
        anonymous="what the page says of itself: title, text, author, time, counts, comments, answers, reviews with ratings",
        restricted="pages behind a log-in or drawn by scripts alone",
        robots="per site",
        layouts={
            "JSON-LD": "2024-06",
            "microdata": "unproven",
            "RDFa": "unproven",
            "OpenGraph": "2021-02",
            "oEmbed answer": "unproven",
            "forum threads": "2022-03",
            "text alone": "unproven",
        },
    )
    addresses = {"page": page_url}
    readers = (Reader("", lambda page: (read_embed if page.looks_json else read_page)(page)),)
    pause_seconds = 3.0
    named_only = True

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before a site."""
        screen_edge(page)
