"""LinkedIn: company pages with their recent posts, people, single posts with comments, and Pulse articles, as guests are shown them.

Source: https://schema.org/SocialMediaPosting, which post pages carry
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import lxml.html

from extractors.records import Count, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.ids import linkedin_moment
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, gone, wall
from spiders.markup.shapes import counts_of, typed, whole_tally
from spiders.page import Page, parse_json
from spiders.reading import Part, need

URN = re.compile(r"urn:li:(?:activity|share|ugcPost|linkedInArticle):(\d+)")
ACTIVITY = re.compile(r"activity[-:](\d{15,})")
NAMED = re.compile(r"/(?:company|in|school|showcase)/([^/?#]+)")
NUMBER = r"\d[\d.,\s\u00a0\u202f]*\s?[^\W\d]{0,4}?"
FOLLOWED = re.compile(
    rf"\|\s*(?:({NUMBER})\s+(?:\S+\s+){{1,3}}(?:on|auf|en|sur|no|su|op|på|w|na|di|pe|v|в)\s+LinkedIn"
    rf"|(?:\S*LinkedIn\S*|领英\S*|領英\S*)\s*\D{{0,12}}?({NUMBER})(?=[\s人명位]))"
)


def post_url(number: str) -> str:
    """The address of a post by its activity number."""
    return f"https://www.linkedin.com/feed/update/urn:li:activity:{number}"


def handle_of(address: str | None) -> str | None:
    """The account that an address names."""
    found = NAMED.search(address or "")
    return found[1] if found else None


def follows(thing: Mapping[str, Any]) -> Count | None:
    """How many follow an account, where its JSON-LD tells."""
    return exact(acted(thing.get("interactionStatistic"), "FollowAction"))


def acted(stated: Any, action: str) -> Any:
    """How often an action was done, None where it is not counted; raises LookupError where no known one is."""
    counted = whole_tally(stated or [])
    if counted and not counted.keys() & {"LikeAction", "CommentAction", "FollowAction"}:
        raise LookupError("interactionType")
    return counted.get(action)


def read_company(page: Page) -> Iterator[Part]:
    """A company and the cards of its recent posts; half of them are reposts of people, who are then the authors."""
    company = typed(page, ("Organization", "EducationalOrganization", "Corporation"))
    handle = handle_of(page.url)
    if company is None and b"Organization" not in page.body and "top-card-layout__title" in page.by_class:
        # Older pages describe the company nowhere but in what they show.
        company = {"name": page.by_class["top-card-layout__title"][0].text_content().strip(), "description": ""}
    if company is None or handle is None:
        raise drift("Organization" if company is None else "address")
    told = FOLLOWED.search(need(page.metas, "description", str))
    yield Profile(
        platform="linkedin",
        handle=handle,
        url=f"https://www.linkedin.com{page.path.rstrip('/')}",
        name=need(company, "name", str),
        text=plain_text(need(company, "description", str, blank=True)) or None,
        followers=count(told[1] or told[2], page.tree.get("lang")) if told else follows(company),
    )
    cards = page.xpath("//article")
    if not cards and ("data-featured-activity-urn" in page.text or "main-feed-activity-card" in page.text):
        raise drift("article")
    yield from each("card", [card.root for card in cards], lambda card: read_card(page, card))


def read_person(page: Page) -> Iterator[Part]:
    """A person, as JSON-LD describes him; his articles there have neither number nor time."""
    person = typed(page, ("Person",))
    if person is None:
        raise drift("Person")
    handle = handle_of(need(person, "url", str))
    if handle is None:
        raise drift("Person: url")
    yield Profile(
        platform="linkedin",
        handle=handle,
        url=f"https://www.linkedin.com/in/{handle}",
        name=need(person, "name", str),
        text=plain_text(person.get("description")) or None,
        followers=follows(person),
    )


def read_card(page: Page, card: lxml.html.HtmlElement) -> Post:
    """One card; a counter that is not shown is not 0. The time is in the number of what was posted first."""
    # Older cards have neither of the two names, and one for both.
    old = not {*card.attrib} & {"data-featured-activity-urn", "data-attributed-urn"}
    number = URN.search(need(card.attrib, "data-activity-urn" if old else "data-featured-activity-urn", str))
    first = number if old else URN.search(need(card.attrib, "data-attributed-urn", str))
    actors = card.xpath(".//*[@data-test-id='main-feed-activity-card__entity-lockup']//a[normalize-space()]")
    if number is None or first is None or not actors:
        raise LookupError("author" if number and first else "urn")
    texts = card.xpath(".//*[@data-test-id='main-feed-activity-card__commentary']")
    if not texts and card.xpath(".//p[contains(@class, 'commentary') or contains(@class, 'attributed-text')]"):
        raise LookupError("commentary")
    reactions, comments = (card.xpath(f".//@data-num-{name}") for name in ("reactions", "comments"))
    return Post(
        platform="linkedin",
        id=number[1],
        url=post_url(number[1]),
        author=handle_of(actors[0].get("href")),
        author_name=one_line(actors[0].text_content()),
        text=plain_text(texts[0]) if texts else None,
        published_at=linkedin_moment(first[1]),
        likes=exact(reactions[0]) if reactions else None,
        comments=exact(comments[0]) if comments else None,
        links=tuple(page.absolute(link) for link in card.xpath(".//*[@data-test-id='article-content']//a/@href")),
    )


def read_post(page: Page) -> Iterator[Part]:
    """A post, its author's followers, and the comments shown."""
    posting = typed(page, ("SocialMediaPosting", "DiscussionForumPosting", "VideoObject"))
    if posting is None:
        raise drift("SocialMediaPosting")
    found = ACTIVITY.search(page.url) or ACTIVITY.search(" ".join(page.xpath("//@data-activity-urn").getall()[:1]))
    if found is None:
        raise drift("data-activity-urn")
    yield from read_posting(posting, found[1], "post")


def read_posting(posting: Mapping[str, Any], number: str, kind: Any) -> Iterator[Part]:
    """What JSON-LD says of a post or an article."""
    film = posting.get("@type") == "VideoObject"
    author = need(posting, "creator" if film and "author" not in posting else "author", dict)
    handle = handle_of(need(author, "url", str))
    if handle is None and "linkedin.com/" not in author["url"]:
        raise LookupError("author url")
    yield Post(
        platform="linkedin",
        kind="video" if film else kind,
        id=number,
        url=str(posting.get("@id") or posting.get("url") or post_url(number)).partition("?")[0],
        author=handle,
        author_name=need(author, "name", str),
        title=one_line(need(posting, "headline", str)) if kind == "article" else None,
        text=plain_text(
            need(posting, "description" if film and "articleBody" not in posting else "articleBody", str, blank=True)
        )
        or None,
        published_at=moment(
            need(posting, "uploadDate" if film and "datePublished" not in posting else "datePublished", str)
        ),
        likes=exact(acted(posting["interactionStatistic"], "LikeAction")),
        comments=counts_of(posting).get("comments"),
    )
    followers = follows(author)
    if followers is not None:
        yield Profile(
            platform="linkedin",
            handle=handle,
            url=author["url"].partition("?")[0],
            name=author["name"],
            followers=followers,
        )
    comments = posting.get("comment") or []
    yield from each(
        "comment", [comments] if isinstance(comments, dict) else comments, lambda item: read_comment(item, number)
    )


def read_comment(comment: Mapping[str, Any], number: str) -> Post:
    """One comment of the JSON-LD, which gives it no number."""
    return Post(
        platform="linkedin",
        kind="comment",
        author=handle_of(comment["author"].get("url")),
        author_name=need(comment["author"], "name", str),
        text=plain_text(need(comment, "text", str)),
        published_at=moment(need(comment, "datePublished", str)),
        likes=exact(acted(comment["interactionStatistic"], "LikeAction")),
        in_reply_to=number,
    )


def read_article(page: Page) -> Iterator[Part]:
    """A Pulse article: from the JSON in a comment of older pages, else from its JSON-LD."""
    for comment in page.xpath("//code[@id='article']/comment()"):
        yield from read_stored(parse_json(comment.root.text, "article"))
        return
    article = typed(page, ("Article", "NewsArticle", "BlogPosting"))
    found = URN.search(
        " ".join(page.xpath("//@data-article-urn | //@data-activity-urn | //@data-semaphore-content-urn").getall())
    )
    if article is None or found is None:
        raise drift("Article" if article is None else "urn")
    yield from read_posting(article, found[1], "article")


def read_stored(article: Mapping[str, Any]) -> Iterator[Part]:
    """An article as older pages keep it. Its number of shares is a default, not a count."""
    found, author = URN.search(need(article, "linkedInArticleUrn", str)), need(article, "author", dict)
    if found is None:
        raise drift("linkedInArticleUrn")
    person, numbers = need(author, "miniProfile", dict), need(article, "socialActivityCounts", dict)
    name = f"{need(person, 'firstName', str)} {need(person, 'lastName', str, blank=True)}".strip()
    handle = need(author, "username", str)
    yield Post(
        platform="linkedin",
        kind="article",
        id=found[1],
        url=f"https://www.linkedin.com{need(article, 'articleUrl', str)}",
        author=handle,
        author_name=name,
        title=one_line(need(article, "title", str)),
        text=plain_text(need(article, "content", str)),
        published_at=epoch(article["publishedDate"], 0.001),
        likes=exact(numbers["numLikes"]),
        comments=exact(numbers["numComments"]),
        language=article.get("locale"),
    )
    yield Profile(
        platform="linkedin",
        handle=handle,
        url=need(person, "url", str),
        name=name,
        followers=exact(person["numFollowers"]),
    )


class Linkedin(PlatformSpider):
    """LinkedIn."""

    name = "linkedin"
    about = About(
        title="LinkedIn",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved guest pages: companies with followers and recent posts with reactions and comments; people with followers; posts; Pulse articles",
        robots="forbidden",
        layouts={
            "company page": "2024-10",
            "post page": "2026-01",
            "person's page": "2023-03",
            "Pulse article": "2020-10",
            "Pulse article by JSON-LD": "unproven",
        },
    )
    domains = ("linkedin.com",)
    readers = (
        Reader(r"/(company|school|showcase)/", read_company),
        Reader(r"/(posts|feed/update|embed/feed/update)/", read_post),
        Reader(r"/pulse/", read_article),
        Reader(r"/in/", read_person),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in and sign-up pages, the short script that leads there, and pages of what is not there."""
        if re.match(r"/(authwall|uas/login|login|signup|checkpoint)", page.path):
            raise wall("login")
        leads_there = len(page.body) < 5000 and b"authwall" in page.body
        if page.status == 999 or (leads_there and b"ld+json" not in page.body and b"<article" not in page.body):
            raise wall("login")
        if page.status == 404 or "/404" in page.path or "/feed/unavailable" in page.path:
            raise gone("not-found")
