"""Reddit: posts, comments, communities and people, from pages and answers that a person saved; nothing is open to a crawler.

Seven layouts: the JSON of listings and threads, feeds, the old site, the site of 2018 to 2023 (``window.___r``), today's
(``shreddit-post``) and its searches, oEmbed. Points are the balance of votes; ones that Reddit hides for now are not shown.

Source: https://www.reddit.com/dev/api/, https://github.com/reddit-archive/reddit/wiki/JSON
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

from extractors.records import Count, Link, Post, Profile
from extractors.values.counts import balance, count, exact
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_markdown, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, limited, wall
from spiders.markup.feeds import Entry, markup_of, parse, time_of, title_of
from spiders.page import Page
from spiders.reading import Part, need, need_number

SITE = "https://www.reddit.com"
NOBODY = frozenset({"[deleted]", "[removed]", "[removed by reddit]", "<USERNAME>", "[unavailable]"})
"""What stands for an author or a text that is gone."""


def bare(fullname: str | None) -> str | None:
    """An id without the type that Reddit puts before it (``t3_``)."""
    return re.sub(r"^t\d_", "", fullname) if fullname else None


def shown(text: str | None) -> str | None:
    """A name or a text, None for what stands in place of one that is gone."""
    return None if not text or text.strip().casefold() in {word.casefold() for word in NOBODY} else text


def address_of(permalink: str) -> str:
    """The public address of a post or comment."""
    return permalink if permalink.startswith("http") else SITE + permalink


def read_post(data: Mapping[str, Any]) -> Iterator[Part]:
    """One post of the JSON, and its community where its subscribers are told."""
    outward = need(data, "url", str) if not need(data, "is_self", bool) else None
    yield Post(
        platform="reddit",
        id=need(data, "id", str),
        url=address_of(need(data, "permalink", str)),
        author=shown(need(data, "author", str)),
        author_id=bare(data.get("author_fullname")),
        title=one_line(need(data, "title", str)),
        text=plain_markdown(shown(need(data, "selftext", str, blank=True))),
        published_at=epoch(need_number(data, "created_utc")),
        edited_at=epoch(data.get("edited") or None) if data.get("edited") is not True else None,
        likes=None if need(data, "hide_score", bool) else balance(data["score"]),
        comments=exact(data["num_comments"]),
        links=(outward,) if outward else (),
    )
    if data.get("subreddit_subscribers") is not None and not data["subreddit"].startswith("u_"):
        yield Profile(
            platform="reddit",
            handle=need(data, "subreddit", str),
            id=bare(need(data, "subreddit_id", str)),
            url=f"{SITE}/r/{data['subreddit']}/",
            followers=exact(data["subreddit_subscribers"]),
        )


def read_comment(data: Mapping[str, Any]) -> Iterator[Part]:
    """One comment of the JSON with those below it; one whose author and text are gone is none."""
    author, body = shown(need(data, "author", str)), shown(need(data, "body", str))
    if author or body:
        yield Post(
            platform="reddit",
            kind="comment",
            id=need(data, "id", str),
            url=address_of(data["permalink"]) if data.get("permalink") else None,
            author=author,
            author_id=bare(data.get("author_fullname")),
            text=plain_markdown(body),
            published_at=epoch(need_number(data, "created_utc")),
            edited_at=epoch(data.get("edited") or None) if data.get("edited") is not True else None,
            likes=None if need(data, "score_hidden", bool) else balance(data["score"]),
            in_reply_to=bare(need(data, "parent_id", str)),
        )
    if data["replies"]:
        yield from read_things(need(need(data["replies"], "data", dict), "children", list))


def read_community(data: Mapping[str, Any]) -> Iterator[Part]:
    """One community."""
    name = need(data, "display_name", str)
    yield Profile(
        platform="reddit",
        handle=name,
        id=need(data, "id", str),
        url=f"{SITE}/r/{name}/",
        name=one_line(data.get("title")),
        text=plain_markdown(data.get("public_description")) or None,
        joined_at=epoch(need_number(data, "created_utc")),
        followers=exact(data["subscribers"]),
    )


def read_person(data: Mapping[str, Any]) -> Iterator[Part]:
    """One account; 0 followers is what Reddit tells of everybody."""
    name, page = need(data, "name", str), data.get("subreddit") or {}
    if data.get("is_suspended") is True:
        raise gone("suspended")
    yield Profile(
        platform="reddit",
        handle=name,
        id=need(data, "id", str),
        url=f"{SITE}/user/{name}/",
        name=one_line(page.get("title")),
        text=plain_markdown(page.get("public_description")) or None,
        joined_at=epoch(need_number(data, "created_utc")),
        followers=exact(page.get("subscribers") or None),
    )


KINDS = {"t1": read_comment, "t2": read_person, "t3": read_post, "t5": read_community}
"""The reader of each kind of thing; "more" stands for comments that were not loaded."""


def read_thing(thing: Mapping[str, Any]) -> Iterator[Part]:
    """One thing, by the kind that it names."""
    kind = need(thing, "kind", str)
    if kind != "more":
        yield from KINDS[kind](need(thing, "data", dict))


def read_things(things: list[Any]) -> Iterator[Part]:
    """Things one by one."""
    yield from each("thing", things, read_thing)


def read_json(page: Page) -> Iterator[Part]:
    """A listing, a thread (the post's listing and its comments'), a single thing, or more comments."""
    answer = page.json
    if isinstance(answer, dict) and "json" in answer:
        yield from read_things(need(need(answer["json"], "data", dict), "things", list))
        return
    listings = answer if isinstance(answer, list) else [answer]
    found = 0
    for listing in listings:
        if need(listing, "kind", str) != "Listing":
            yield from read_thing(listing)
            found += 1
            continue
        data = need(listing, "data", dict)
        things = need(data, "children", list)
        found += len(things)
        yield from read_things(things)
        if data.get("after"):
            yield Link("next", f"{page.url.partition('?')[0]}?after={data['after']}&raw_json=1")
    if not found:
        raise empty()


def read_feed(page: Page) -> Iterator[Part]:
    """A feed of posts, of comments, or of communities: no points, no numbers of comments."""

    def read(entry: Entry) -> Iterator[Part]:
        address, name = need(entry, "link", str), need(entry, "id", str)
        path = re.search(r"/comments/(\w+)(?:/[^/]*/(\w+)?)?", address)
        kind = name.partition("_")[0] if re.match(r"t\d_", name) else "t1" if path and path[2] else "t3"
        author = shown(re.sub(r"^/?u/", "", (entry.get("author_detail") or {}).get("name") or "") or None)
        when = time_of(entry, "published", "en") or time_of(entry, "updated", "en")
        if kind == "t5":
            handle = re.search(r"/r/([^/]+)", address)
            yield Profile(platform="reddit", handle=handle[1] if handle else None, id=bare(name), name=title_of(entry))
            return
        if not path or when is None:
            raise LookupError("link" if not path else "published")
        words = re.search(r'<div class="md">(.*)</div>', markup_of(entry)[0] or "", re.DOTALL)
        yield Post(
            platform="reddit",
            kind="comment" if kind == "t1" else "post",
            id=path[2] if kind == "t1" else path[1],
            url=address,
            author=author,
            title=need({"title": title_of(entry)}, "title", str) if kind == "t3" else None,
            text=plain_text(words[1]) if words else None,
            published_at=when,
        )

    yield from each("entry", parse(page).entries, read)


def read_embed(page: Page) -> Iterator[Part]:
    """A post's oEmbed answer."""
    answer = page.json
    address = re.search(r'href="(https://www\.reddit\.com/r/[^"]+/comments/(\w+)/[^"]*)"', need(answer, "html", str))
    if not address:
        raise drift("html")
    yield Post(
        platform="reddit",
        id=address[2],
        url=address[1],
        author=shown(need(answer, "author_name", str)),
        title=one_line(need(answer, "title", str)),
    )


def read_html(page: Page) -> Iterator[Part]:
    """A page of the site, by which of its three ages it is of."""
    if "window.___r" in page.text:
        yield from read_state(page.json_after("window.___r"))
    elif page.by_class.get("thing") or page.host.startswith("old."):
        yield from read_old(page)
    elif re.search(r"/search/?$", page.path):
        yield from read_search(page)
    else:
        yield from read_new(page)


def read_state(state: Mapping[str, Any]) -> Iterator[Part]:
    """What the scripts of 2018 to 2023 started with; its ``viewCount`` is not a number of views."""
    posts, comments = (need(need(state, name, dict), "models", dict) for name in ("posts", "comments"))

    def post(data: Mapping[str, Any]) -> Post:
        return Post(
            platform="reddit",
            id=bare(need(data, "id", str)),
            url=address_of(need(data, "permalink", str)),
            author=shown(need(data, "author", str)),
            author_id=bare(data.get("authorId")),
            title=one_line(need(data, "title", str)),
            text=written(data.get("media") or {}),
            published_at=epoch(need_number(data, "created"), 0.001),
            likes=None if need(data, "isScoreHidden", bool) else balance(data["score"]),
            comments=exact(data["numComments"]),
        )

    def comment(data: Mapping[str, Any]) -> Post | None:
        if need(data, "isDeleted", bool):
            return None
        text = shown(written(need(data, "media", dict)))
        if not text:
            raise LookupError("text of the comment")
        return Post(
            platform="reddit",
            kind="comment",
            id=bare(need(data, "id", str)),
            url=address_of(need(data, "permalink", str)),
            author=shown(need(data, "author", str)),
            author_id=bare(data.get("authorId")),
            text=text,
            published_at=epoch(need_number(data, "created")),
            edited_at=epoch(data.get("editedAt")),
            likes=None if need(data, "isScoreHidden", bool) else balance(data["score"]),
            in_reply_to=bare(data["parentId"] or need(data, "postId", str)),
        )

    def community(data: Mapping[str, Any]) -> Profile:
        return Profile(
            platform="reddit",
            handle=need(data, "name", str),
            id=bare(need(data, "id", str)),
            url=f"{SITE}/r/{data['name']}/",
            name=one_line(data.get("title")),
            followers=exact(data["subscribers"]),
        )

    if not posts and not comments:
        raise drift("posts")
    yield from each("post", posts.values(), post)
    yield from each("comment", comments.values(), comment)
    yield from each("community", ((state.get("subreddits") or {}).get("models") or {}).values(), community)


def written(media: Mapping[str, Any]) -> str | None:
    """A text as the editor's document, as Markdown, or as HTML."""
    document = (media.get("richtextContent") or {}).get("document")
    if document:
        return tidy("\n\n".join(map(spoken, document))) or None
    return plain_markdown(media.get("markdownContent")) or plain_text(media.get("content")) or None


def spoken(node: Any) -> str:
    """The text of a node of the editor's document."""
    if not isinstance(node, dict):
        return ""
    inner = node.get("c")
    if isinstance(inner, list):
        return ("\n" if node.get("e") in {"list", "li", "blockquote", "table"} else "").join(map(spoken, inner))
    return "\n" if node.get("e") == "br" else str(node.get("t") or inner or "")


def read_old(page: Page) -> Iterator[Part]:
    """A page of the old site: things with their data in attributes, points in a title."""
    things = [thing for thing in page.by_class.get("thing", ()) if thing.get("data-fullname")]
    if not things:
        if "there doesn't seem to be anything here" in page.text:
            raise empty()
        raise drift("thing")

    def read(thing: HtmlElement) -> Post | None:
        name = need(thing.attrib, "data-fullname", str)
        kind, author = name.partition("_")[0], shown(thing.get("data-author"))
        entry = next(part for part in thing.iterchildren("div") if "entry" in (part.get("class") or "").split())
        stamp = entry.find(".//time")
        words = next((part for part in entry.iter("div") if "md" in (part.get("class") or "").split()), None)
        # A post's points stand beside its entry, a comment's in it; a hidden score is a dot without a title.
        scores = (entry if kind == "t1" else thing).iter("span", "div")
        points = next((part for part in scores if {"score", "unvoted"} <= set((part.get("class") or "").split())), None)
        heading = next((part for part in entry.iter("a") if "title" in (part.get("class") or "").split()), None)
        if not author:
            byline = next((part for part in entry.iter("a") if "author" in (part.get("class") or "").split()), None)
            author = shown(byline.text_content()) if byline is not None else None
        if not author and "[deleted]" not in entry.text_content():
            raise LookupError("author")
        if kind == "t1" and words is None:
            if author:
                raise LookupError("md")
            return None
        if kind == "t1" and points is None and author and "score-hidden" not in classes_in(entry):
            raise LookupError("unvoted")
        if stamp is None or (kind == "t3" and heading is None):
            raise LookupError("time" if stamp is None else "title")
        above = next(
            (over for over in thing.iterancestors("div") if (over.get("data-fullname") or "").startswith("t1_")), None
        )
        talk = next((part for part in entry.iter("a") if "comments" in (part.get("class") or "").split()), None)
        address = need(thing.attrib, "data-permalink", str)
        parent = above.get("data-fullname") if above is not None else f"t3_{in_path(address)}"
        return Post(
            platform="reddit",
            kind="comment" if kind == "t1" else "post",
            id=bare(name),
            url=address_of(address),
            author=author,
            author_id=bare(thing.get("data-author-fullname")),
            title=one_line(heading.text_content()) if heading is not None and kind == "t3" else None,
            text=plain_text(words) if words is not None else None,
            published_at=moment(need(stamp.attrib, "datetime", str)),
            likes=balance(points.get("title")) if points is not None and points.get("title") else None,
            comments=talked(thing, talk) if kind == "t3" else None,
            in_reply_to=bare(parent) if kind == "t1" else None,
        )

    yield from each("thing", things, read)
    side = next(iter(page.by_class.get("subscribers", ())), None)
    name = re.search(r"/r/([^/?]+)", page.url)
    if side is not None and name:
        yield Profile(
            platform="reddit", handle=name[1], url=f"{SITE}/r/{name[1]}/", followers=count(side.text_content())
        )
    onward = next((link for link in page.tree.iter("a") if "next" in (link.get("rel") or "")), None)
    if onward is not None:
        yield Link("next", page.absolute(onward.get("href", "")))


def classes_in(element: HtmlElement) -> str:
    """The classes of all elements inside one."""
    return " ".join(part.get("class") or "" for part in element.iter())


def in_path(address: str) -> str:
    """The id of the post that an address names."""
    found = re.search(r"/comments/(\w+)", address)
    if not found:
        raise LookupError("/comments/")
    return found[1]


def talked(thing: HtmlElement, link: HtmlElement | None) -> Count | None:
    """The number of comments on the old site; its link says "comment" where there are none."""
    if thing.get("data-comments-count") is not None:
        return exact(thing.get("data-comments-count"))
    words = link.text_content().strip() if link is not None else ""
    return Count(0, 0, words) if words == "comment" else count(words)


def read_new(page: Page) -> Iterator[Part]:
    """Today's site: everything in attributes of its own elements; most comments come later by scripts."""
    posts, comments = (list(page.tree.iter(name)) for name in ("shreddit-post", "shreddit-comment"))
    heads, said = (list(page.tree.iter(name)) for name in ("shreddit-subreddit-header", "shreddit-profile-comment"))
    # What the site's scripts ask for later (``/svc/``) has comments without their post.
    alone = said or (comments and page.path.startswith("/svc/"))
    if not posts and not alone and (not heads or "/comments/" in page.path):
        raise drift("shreddit-post")
    if not comments and 'thingid="t1_' in page.text:
        raise drift("shreddit-comment")

    def post(element: HtmlElement) -> Post:
        facts = element.attrib
        body = next((part for part in element.iter("div") if part.get("slot") == "text-body"), None)
        outward = facts.get("content-href")
        address = address_of(need(facts, "permalink", str))
        return Post(
            platform="reddit",
            id=bare(need(facts, "id", str)),
            url=address,
            author=shown(need(facts, "author", str)),
            author_id=bare(facts.get("author-id")),
            title=one_line(need(facts, "post-title", str)),
            text=plain_text(body) if body is not None else None,
            published_at=moment(need(facts, "created-timestamp", str)),
            likes=balance(facts["score"]),
            comments=exact(facts["comment-count"]),
            links=(outward,) if outward and "/comments/" not in outward else (),
            language=facts.get("post-language"),
        )

    def comment(element: HtmlElement) -> Post | None:
        facts = element.attrib
        author = shown(need(facts, "author", str))
        body = next((part for part in element.iter("div") if part.get("slot") == "comment"), None)
        stamp = next(
            (part for part in element.iter("time", "faceplate-timeago") if part.get("datetime") or part.get("ts")), None
        )
        if body is None:
            if author:
                raise LookupError("slot")
            return None
        if stamp is None:
            raise LookupError("time")
        return Post(
            platform="reddit",
            kind="comment",
            id=bare(need(facts, "thingid", str)),
            url=address_of(need(facts, "permalink", str)),
            author=author,
            text=plain_text(body) if body is not None else None,
            published_at=moment(stamp.get("datetime") or stamp.get("ts")),
            likes=balance(facts["score"]) if "score" in facts else None,
            in_reply_to=bare(facts.get("parentid") or need(facts, "postid", str)),
        )

    def community(element: HtmlElement) -> Profile:
        facts = element.attrib
        return Profile(
            platform="reddit",
            handle=need(facts, "name", str),
            id=bare(facts.get("subreddit-id")),
            url=f"{SITE}/r/{facts['name']}/",
            name=facts.get("display-name") or None,
            followers=exact(facts["subscribers"]) if "subscribers" in facts else None,
        )

    yield from each("post", posts, post)
    yield from each("comment", comments, comment)
    yield from each("comment", said, lambda element: read_said(page, element))
    yield from each("community", heads, community)


def inside(element: HtmlElement, path: str) -> HtmlElement:
    """The first element that a path finds in one; raises LookupError with the path where there is none."""
    found = element.xpath(path)
    if not found:
        raise LookupError(path)
    return found[0]


def stamp_in(element: HtmlElement) -> str:
    """The time that an element shows."""
    shown_at = inside(element, ".//*[self::time or self::faceplate-timeago][@datetime or @ts]")
    return str(shown_at.get("datetime") or shown_at.get("ts"))


def read_said(page: Page, element: HtmlElement) -> Post:
    """A comment on an account's own page, which names the account only once."""
    named = re.search(r"/user/([^/?]+)|[?&]name=([^&]+)", page.url)
    return Post(
        platform="reddit",
        kind="comment",
        id=bare(need(element.attrib, "comment-id", str)),
        url=address_of(need(element.attrib, "href", str).partition("?")[0]),
        author=named[1] or named[2] if named else None,
        text=plain_text(inside(element, ".//div[contains(@id, '-rtjson-content') or @slot='comment' or @class='md']")),
        published_at=moment(stamp_in(element)),
        likes=balance(next(iter(element.xpath(".//shreddit-comment-action-row/@score")), None)),
    )


def read_search(page: Page) -> Iterator[Part]:
    """A search of today's site: posts without their texts, or comments; searches of old are lists like others."""
    posts, comments = (page.tree.xpath(f"//{one}[not(ancestor::{one})]") for one in (FOUND_POST, FOUND_COMMENT))
    if not posts and not comments:
        if "search-error-message" in page.text or re.search(r"find any results", page.text):
            raise empty()
        yield from read_new(page)
        return
    yield from each("post", posts, read_found)
    yield from each("comment", comments, read_found_comment)


FOUND_POST = "*[@data-testid='search-post-unit' or @data-testid='search-post-with-content-preview' or starts-with(@data-testid, 'search-sdui-post')]"
FOUND_TITLE = ".//a[@data-testid='post-title' or @data-testid='post-title-text']"
FOUND_COMMENT = "*[@data-testid='search-sdui-comment-unit']"


def read_found(card: HtmlElement) -> Post:
    """A post found: its points and comments in one row, its author only where the site counts what is clicked."""
    link = inside(
        card, ".//a[@data-testid='post-title-text' or @data-testid='post-title'][contains(@href, '/comments/')]"
    )
    points, talk = inside(card, ".//*[@data-testid='search-counter-row']").iter("faceplate-number")
    told = [json.loads(text) for text in card.xpath("(ancestor-or-self::*|.//*)/@data-faceplate-tracking-context")]
    author: Mapping[str, Any] = next((context["profile"] for context in told if context.get("profile")), {})
    titles = (one_line(title.text_content()) or title.get("aria-label") for title in card.xpath(FOUND_TITLE))
    return Post(
        platform="reddit",
        id=in_path(link.get("href")),
        url=address_of(link.get("href").partition("?")[0]),
        author=shown(author.get("name")),
        author_id=bare(author.get("id")),
        title=need({"title": next(filter(None, titles), None)}, "title", str),
        published_at=moment(stamp_in(card)),
        likes=balance(need(points.attrib, "number", str)),
        comments=exact(need(talk.attrib, "number", str)),
    )


def read_found_comment(unit: HtmlElement) -> Post:
    """A comment found; the row with points and comments beside it is its post's."""
    said = inside(unit, ".//*[@data-testid='search-comment-content']")
    link = inside(unit, ".//a[starts-with(@aria-labelledby, 'comment-content-')][contains(@href, '/comments/')]")
    address = link.get("href").partition("?")[0].rstrip("/") + "/"
    return Post(
        platform="reddit",
        kind="comment",
        id=address.split("/")[-2],
        url=address_of(address),
        author=shown(inside(said, ".//faceplate-hovercard[@data-id='user-hover-card']//a").text_content().strip()),
        text=plain_text(inside(said, ".//*[contains(@id, '-rtjson-content')]")),
        published_at=moment(stamp_in(said)),
        likes=balance(inside(said, ".//p//faceplate-number[@number]").get("number")),
    )


class Reddit(PlatformSpider):
    """Reddit."""

    name = "reddit"
    about = About(
        title="Reddit",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages and answers: posts and comments with points, numbers of comments, communities with subscribers; or the official API with the operator's own approval",
        robots="forbidden (`Disallow: /` for all, feeds included)",
        layouts={
            "JSON: listings, threads, communities, people": "2025-06",
            "Atom": "2025-12",
            "RSS 2.0": "2016-01",
            "old site": "unproven",
            "site of 2018 to 2023 (window.___r)": "2020-01",
            "today's site (shreddit-post)": "2024-06",
            "today's site: searches, accounts' comments": "unproven",
            "oEmbed": "2024-06",
        },
    )
    domains = ("reddit.com",)
    readers = (
        Reader(r"/oembed\?", read_embed),
        Reader(r"\.rss($|\?)", read_feed),
        Reader("", lambda page: (read_json if page.looks_json else read_feed if page.looks_feed else read_html)(page)),
    )
    pause_seconds = 15.0

    @staticmethod
    def screen(page: Page) -> None:
        """Walls and limits, by their words; a JSON error names its reason."""
        if page.path.startswith("/login"):
            raise wall("login")
        if page.looks_json:
            if page.status < 400:
                return
            reason = str(page.json.get("reason") or "")
            if reason == "banned":
                raise gone("suspended")
            if reason.endswith(("DOESNT_EXIST", "NOEXIST")) or page.status == 404:
                raise gone("not-found")
            if page.status in {401, 403}:
                raise wall("members" if reason in {"private", "gold_only"} else "login")
            return
        words = page.text[:4000] if len(page.body) < 5000 or page.status >= 400 else page.text[:300_000]
        if "<title>Too Many Requests" in words or "too many requests from you" in words:
            raise limited()
        if page.status == 403 and ("blocked by network security" in words or "network policy" in words):
            raise wall("bot-check")
        if len(page.body) < 20_000 and "js_challenge" in words:
            raise wall("bot-check")
        if "/over18" in page.path or re.search(r'name="over18"|<title>[^<]*over 18\?', words):
            raise wall("age")
