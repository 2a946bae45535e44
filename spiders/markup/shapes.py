"""What pages of any site say of themselves in common forms: schema.org's JSON-LD, OpenGraph, and how they name an article.

Source: https://schema.org/Article, https://schema.org/InteractionCounter, https://ogp.me/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from extractors.records import Count, Moment
from extractors.values.addresses import canonical, host_of
from extractors.values.counts import exact
from extractors.values.dates import local
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.page import Page

Thing = Mapping[str, Any]
"""One object of a JSON-LD block."""
ARTICLES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "OpinionNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "LiveBlogPosting",
        "BlogPosting",
        "SocialMediaPosting",
        "DiscussionForumPosting",
        "TechArticle",
        "ScholarlyArticle",
        "Report",
        "AdvertiserContentArticle",
        "PodcastEpisode",
    }
)
ACTIONS = {
    "likes": ("LikeAction", "UserLikes", "VoteAction"),
    "comments": ("CommentAction", "ReplyAction", "UserComments"),
    "shares": ("ShareAction", "UserTweets"),
    "views": ("WatchAction", "ViewAction", "ReadAction", "ListenAction", "UserPageVisits", "UserPlays"),
}
"""Which of schema.org's actions counts as what."""
TALK_LINK = re.compile(
    r"#(comments?|comment-form|comment-list|respond|disqus_thread|kommentare|forum|reacties)$", re.IGNORECASE
)
TALK_WORDS = (
    "comm?ent|kommentar|komment|komentar|komentár|komentář|коммент|коментар|comentari|comentário|gedanke|gedacht|gedachte|meinung|"
    "ergänzung|reacti|réaction|réflexion|réponse|pensée|pensamiento|respuesta|resposta|risposte|respons|thought|opinion|"
    "yorum|vastaus|hozzászólás|svar|tanke|отзыв|σχόλι|σκέψ|تعليق|תגוב|bình luận|tanggapan|"
    "コメント|件のコメント|件のフィードバック|条评论|条回复|条留言|則回應|則留言|则留言|个评论|个回复|個回應|댓글|개의 댓글|개의 생각"
)
"""What comments are called over them, as WordPress and others translate it."""
NO_TALK = re.compile(
    rf"^(?:no|0|keine|sin|aucun|nessun|nenhum|geen|brak|inga|ingen|нет)\b.{{0,12}}(?:{TALK_WORDS})"
    r"|^(?:コメントは(?:まだ)?ありません|暂无(?:评论|留言)|尚無(?:留言|回應)|아직 댓글이 없|댓글이 없)",
    re.IGNORECASE,
)
TALK_COUNT = re.compile(
    rf"(?<![0-9A-Za-z.,])(\d[\d.,'\u00a0\u202f]*)\)?\s*(?:{TALK_WORDS})|(?:{TALK_WORDS})\w*\s*[:：(（]\s*(\d[\d.,]*)"
    r"|댓글\s*(\d[\d.,]*)개",
    re.IGNORECASE,
)
ONE_TALK = re.compile(rf"^(?:one|eine?|une?|uma?|una?|één|en|ett)\s+(?:{TALK_WORDS})", re.IGNORECASE)
HEADING_CLASSES = ("entry-title", "post-title", "p-title-value", "topic-title", "threadtitle")
DATE_CLASSES = ("published", "entry-date", "post-timestamp", "date-header", "post-date")
HEAD_CLASSES = (
    "comments-title",
    "comments-headline",
    "comments__headline",
    "comment-count",
    "comments-count",
    "comments-number",
    "wpd-thread-head",
)
BODY_CLASSES = (
    "entry-content",
    "entry-body",
    "post-body",
    "post-content",
    "article-body",
    "article__body",
    "article-content",
    "gh-content",
    "single-content",
    "storycontent",
    "note_content",
    "the-content",
    "article-texte",
    "texte",
)
MOST_LOOKED_AT = 500
"""Elements that are asked whether they hold the title, the time or the author."""
LEAST_HEADING = 8
"""Letters; a shorter heading is a section's or a site's name."""
MOST_SEARCHED = 1_000_000
"""Bytes of a page in which a day is searched for that it does not mark."""
LEAST_TEXT = 200
"""Letters; less is a caption or a notice."""
POPUP = re.compile(r"cookie|consent|modal|popup|dialog|newsletter|banner", re.IGNORECASE)
BESIDE = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|sharedaddy|social|related|newsletter|advert|promo|comments?|comment-respond|author-box|"
    r"post-footer|breadcrumbs?|jp-relatedposts|screen-reader-text|wp-block-buttons)(?:$|[\s_-])",
    re.IGNORECASE,
)
COMMENTS = re.compile(r"(?:^|[\s_-])comments?(?:$|[\s_-])|commentlist")


def types_of(thing: Thing) -> frozenset[str]:
    """The types of a JSON-LD object, without prefix."""
    stated = thing.get("@type")
    return frozenset(
        str(name).rpartition("/")[2] for name in (stated if isinstance(stated, list) else [stated]) if name
    )


def typed(page: Page, wanted: Iterable[str]) -> Thing | None:
    """The first JSON-LD object of the page, or main entity of one, that is of a wanted type."""
    names = frozenset(wanted)
    for thing in page.json_ld:
        for candidate in (thing, thing.get("mainEntity")):
            if isinstance(candidate, dict) and types_of(candidate) & names:
                return candidate
    return None


def name_of(value: Any, page: Page | None = None) -> str | None:
    """The shown name of an author as JSON-LD has it: a text, an object, a list, or a reference to an object of the page."""
    if isinstance(value, list):
        names = [name for name in (name_of(item, page) for item in value) if name]
        return ", ".join(dict.fromkeys(names)) or None
    if isinstance(value, dict):
        if "name" not in value and page is not None:
            value = next(
                (thing for thing in page.json_ld if thing.get("@id") == value.get("@id") and "name" in thing), {}
            )
        return name_of(value.get("name"))
    return None if not isinstance(value, str) or "://" in value else one_line(value)


def tally(stated: Any) -> dict[str, Any]:
    """schema.org's interaction counters (one, or a list) by the name of their action."""
    found: dict[str, Any] = {}
    for counter in stated if isinstance(stated, list) else [stated]:
        if isinstance(counter, dict):
            action = counter.get("interactionType")
            if isinstance(action, dict):
                action = action.get("@type") or action.get("@id")
            number = counter.get("userInteractionCount", counter.get("interactionCount"))
            found.setdefault(str(action).rstrip("/").rpartition("/")[2], number)
        elif isinstance(counter, str) and ":" in counter:
            action, _, number = counter.partition(":")
            found.setdefault(action.strip(), number.strip())
    return found


def whole_tally(stated: Any) -> dict[str, Any]:
    """The same of counters that must be whole; raises LookupError where one tells no action or no number."""
    for counter in stated if isinstance(stated, list) else [stated]:
        if not isinstance(counter, dict):
            raise LookupError("interactionStatistic")
        if not isinstance(counter.get("interactionType"), str | dict) or not counter["interactionType"]:
            raise LookupError("interactionType")
        if counter.get("userInteractionCount", counter.get("interactionCount")) is None:
            raise LookupError("userInteractionCount")
    return tally(stated)


def counts_of(thing: Thing) -> dict[str, Count | None]:
    """The counts of a JSON-LD object as fields of a Post; a number that is stated as text is read as one."""
    stated = tally(thing.get("interactionStatistic")) | tally(thing.get("interactionCount"))
    found = {
        field: next((exact(stated[action]) for action in actions if stated.get(action) is not None), None)
        for field, actions in ACTIONS.items()
    }
    talk = thing.get("commentCount")
    found["comments"] = exact(talk) if talk is not None else found["comments"]
    return {field: value for field, value in found.items() if value is not None}


def language_of(page: Page) -> str | None:
    """The language that a page states of itself."""
    stated = page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    return (stated or page.metas.get("og:locale") or "").replace("_", "-") or None


def address_of(page: Page) -> str:
    """The page's canonical address on its own host, else the address it was fetched from."""
    for link in page.tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            address = canonical(page.absolute(link.get("href", "")))
            if address and host_of(address) == host_of(page.url):
                return address
    return canonical(page.url) or page.url


def classed(page: Page, words: Iterable[str]) -> Iterator[HtmlElement]:
    """The elements that bear one of the words as a class, word by word."""
    for word in words:
        yield from page.by_class.get(word, ())


def title_of(page: Page, thing: Thing | None = None) -> str | None:
    """The page's own heading: JSON-LD's headline, the article's heading, OpenGraph's title without the site's name, the only h1."""
    told = one_line(str((thing or {}).get("headline") or "")) or None
    if told and not told.endswith(("…", "...")):
        return told
    marked = (*classed(page, HEADING_CLASSES), *page.by_itemprop.get("headline", ()))
    heading = first_line(
        outside(element for element in marked if element.tag in {"h1", "h2", "h3"} or is_within_h1(element))
    )
    if heading:
        return heading
    shared = one_line(page.metas.get("og:title"))
    site = page.metas.get("og:site_name")
    if shared and site:
        shared = re.sub(rf"\s+[|»·–—-]\s+{re.escape(site)}\s*$", "", shared)
    named = one_line(page.tree.findtext(".//title"))
    heads = [text for text in (one_line_of(element) for element in page.tree.iter("h1")) if text]
    # A page has several headings, its site's name among them; its own is what its title begins with.
    own = max(
        (text for text in heads if len(text) >= LEAST_HEADING and (named or "").startswith(text)), key=len, default=None
    )
    return own or shared or told or (heads[0] if len(set(heads)) == 1 else None) or named


def is_within_h1(element: HtmlElement) -> bool:
    """Whether an element is the title in a heading that says more (vBulletin's "Thread: …")."""
    above = element.getparent()
    return element.tag == "span" and above is not None and above.tag == "h1"


def outside(elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """The first elements that do not stand among comments; what a page is about is told early, or not at all."""
    for element in islice(elements, MOST_LOOKED_AT):
        if not any(
            COMMENTS.search(f"{over.get('id') or ''} {over.get('class') or ''}") for over in element.iterancestors()
        ):
            yield element


def one_line_of(element: HtmlElement) -> str | None:
    """An element's text on one line."""
    return " ".join(element.text_content().split()) or None


def first_line(elements: Iterable[HtmlElement]) -> str | None:
    """The first text among elements, on one line."""
    return next((text for text in (one_line_of(element) for element in elements) if text), None)


def published_of(page: Page, thing: Thing | None = None) -> Moment | None:
    """When an article was published: JSON-LD, meta tags, marked times, else a date in words."""
    metas = page.metas
    told = (thing or {}).get("datePublished") or metas.get("article:published_time") or metas.get("og:published_time")
    language = language_of(page)
    if told:
        return stamped(str(told), language)
    times = (
        element
        for element in page.tree.iter("time")
        if element.get("pubdate") is not None or set((element.get("class") or "").split()) & {"published", "entry-date"}
    )
    marked = (*page.by_itemprop.get("datePublished", ()), *times, *page.by_class.get("published", ()))
    for element in outside(marked):
        read = stamped(element.get("content") or element.get("datetime") or element.get("title"), language)
        if read:
            return read
    for name in ("datepublished", "date", "dc.date.issued", "dc.date", "pubdate", "publish-date"):
        if metas.get(name):
            return stamped(metas[name], language)
    words = (local(one_line_of(element), language) for element in outside(classed(page, DATE_CLASSES)))
    return next(filter(None, words), None)


def found_day(page: Page) -> Moment | None:
    """When an article without comments was published: the only time that it marks, else the day that htmldate finds.

    htmldate looks at meta tags of other names, the address, and what stands beside the heading.
    """
    marked = {element.get("datetime") for element in page.tree.iter("time") if element.get("datetime")}
    only = stamped(marked.pop(), language_of(page)) if len(marked) == 1 else None
    if only or len(page.body) > MOST_SEARCHED:
        return only
    from htmldate import find_date

    latest = page.fetched_at.strftime("%Y-%m-%d") if page.fetched_at else None
    try:
        return moment(find_date(page.tree, extensive_search=False, original_date=True, url=page.url, max_date=latest))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


def stamped(stamp: str | None, language: str | None) -> Moment | None:
    """The time in an attribute that should hold an ISO 8601 time and may hold words; None for one that tells none."""
    try:
        return moment(stamp)
    except ValueError:
        return local(stamp, language)


def byline_of(page: Page, thing: Thing | None = None) -> str | None:
    """The shown name of an article's author."""
    told = name_of((thing or {}).get("author"), page) or name_of(page.metas.get("author"))
    if told:
        return told
    by = [
        inner for element in page.by_itemprop.get("author", ()) for inner in element.iterfind(".//*[@itemprop='name']")
    ]
    cards = [
        element
        for element in page.by_class.get("fn", ())
        if any("author" in (over.get("class") or "") for over in element.iterancestors())
    ]
    links = [link for link in page.tree.iter("a") if link.get("rel") == "author"]
    return first_line(outside((*by, *cards, *links)))


def talk_of(page: Page, thing: Thing | None = None) -> Count | None:
    """The number of comments that a page states for its article: JSON-LD, the link to its comments, their heading."""
    stated = counts_of(thing or {}).get("comments")
    if stated is not None:
        return stated
    own = page.path.rstrip("/")
    links = (
        link
        for link in page.tree.iter("a")
        if TALK_LINK.search(link.get("href") or "")
        and page.absolute(link.get("href", "")).partition("#")[0].rstrip("/").endswith(own)
    )
    area = page.tree.get_element_by_id("comments", None)
    heads = () if area is None else (element for element in area.iter("h2", "h3", "h4"))
    for element in (*links, *classed(page, HEAD_CLASSES), *heads):
        number = talked(one_line_of(element) or "")
        if number is not None:
            return number
    return None


def talked(words: str) -> Count | None:
    """The number of comments in "25 thoughts on …", "54 Kommentare", "Comments (3)", "No Comments", "One comment"."""
    if len(words) > 300:
        return None
    found = TALK_COUNT.search(words)
    if found:
        digits = re.sub(r"\D", "", found[found.lastindex or 0])
        return exact(digits)
    if NO_TALK.search(words):
        return Count(0, 0, words)
    return Count(1, 1, words) if ONE_TALK.search(words) else None


def body_of(page: Page, thing: Thing | None = None) -> str | None:
    """An article's text: of the element that the site marks as its body, else JSON-LD's, else of what holds most paragraphs."""
    marked = [*outside((*page.by_itemprop.get("articleBody", ()), *classed(page, BODY_CLASSES)))]
    if not marked:
        told = (thing or {}).get("articleBody") or (thing or {}).get("text")
        if isinstance(told, str) and told:
            return plain_text(told)
        articles = [element for element in page.tree.iter("article") if not element.get("id", "").startswith("comment")]
        marked = articles if len(articles) == 1 else densest(page.tree)
    texts = [plain_text(element, beside) or "" for element in marked[:5]]
    return max(texts, key=len, default="") or None


def densest(tree: HtmlElement) -> list[HtmlElement]:
    """The element whose own paragraphs hold most text, or the one around it where such elements stand in a row."""
    held: dict[HtmlElement, int] = {}
    for paragraph in tree.iter("p"):
        around = paragraph.getparent()
        held[around] = held.get(around, 0) + len(paragraph.text_content())
    for element in sorted(held, key=lambda element: held[element], reverse=True):
        if held[element] < LEAST_TEXT:
            break
        around = [f"{over.get('id') or ''} {over.get('class') or ''}" for over in (element, *element.iterancestors())]
        if not any(POPUP.search(words) or COMMENTS.search(words) for words in around):
            alike = [other for other in element.itersiblings() if other in held]
            return [element.getparent() if len(alike) > 1 else element]
    return []


def beside(element: Any) -> bool:
    """Whether a part of an article's body is not the article: shares, related articles, forms, navigation."""
    return element.tag in {"nav", "aside", "form", "footer", "figcaption"} or stands_beside(element.get("class", ""))


@lru_cache(4096)
def stands_beside(name: str) -> bool:
    """The same of a class, which thousands of elements of a page share."""
    return BESIDE.search(name) is not None


def article_fields(page: Page, thing: Thing | None = None) -> dict[str, Any]:
    """What a page says of its article, as fields of a Post; raises LookupError where it has no heading."""
    title = title_of(page, thing)
    if not title:
        raise LookupError("heading")
    stated = counts_of(thing or {})
    return stated | {
        "url": address_of(page),
        "author_name": byline_of(page, thing),
        "title": title,
        "text": body_of(page, thing),
        "published_at": published_of(page, thing),
        "comments": talk_of(page, thing),
        "language": language_of(page),
    }
