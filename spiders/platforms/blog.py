"""Blogs and forums on common engines: articles with their comments, threads with their posts.

WordPress (pages, wp/v2, WordPress.com's v1.1), Blogger, SPIP, XenForo, phpBB and other forums; Substack, Ghost and Forem;
comments kept by Isso, Disqus, Commento and Remark42.

Source: https://developer.wordpress.org/rest-api/reference/comments/, https://developer.wordpress.com/docs/api/1.1/,
https://isso-comments.de/docs/reference/server-api/
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode, urlsplit

from extractors.records import Link, Post
from extractors.values.counts import exact
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, wall
from spiders.layouts.publications import (
    read_forem_articles,
    read_forem_comments,
    read_ghost_comments,
    read_ghost_posts,
    read_substack_comments,
    read_substack_post,
    read_substack_posts,
)
from spiders.layouts.talks import read_commento, read_disqus, read_remark, screen_disqus
from spiders.markup.comments import Talk, read_comments, read_thread
from spiders.markup.feeds import Entry, author_of, parse, text_of, time_of
from spiders.markup.notices import screen_edge
from spiders.markup.scripts import assignments
from spiders.markup.shapes import ARTICLES, article_fields, found_day, typed, types_of
from spiders.page import Page, parse_json
from spiders.reading import Part, need, need_number

TIME_MARK = re.compile(r'"datePublished"|article:published_time')
"""What tells an article's time, wherever it stands."""
COMMENT_MARK = re.compile(r'<\w+\b[^>]*\bid="(?:comment-?|li-comment-|c|forum)\d+"')
"""What a comment that stands on a page is called on most blogs."""
ENGINES = re.compile(
    rb"wp-content/|/wp-json/|<meta\b[^<>]*content=[\"']?(?:wordpress|spip|blogger|vbulletin|discuz|ghost|hugo|jekyll)\b"
    rb"|<meta\b[^<>]*content=[\"']?(?:drupal|joomla|movable type|typepad|serendipity|dotclear)\b"
    rb"|\bid=[\"']?(?:XF|phpbb)\b|\"XenForo\"",
    re.IGNORECASE,
)
THREADS = frozenset({"DiscussionForumPosting", "QAPage", "Question"})


def page_url(target: Target) -> str:
    """The address of an article or a thread, as the watchlist has it."""
    return target.value


def read_page(page: Page) -> Iterator[Part]:
    """An article or a thread with the comments that its page shows."""
    if page.path.startswith("/p/") and ("window._preloads" in page.text or page.host.endswith(".substack.com")):
        told = need({"_preloads": next(assignments(page.text, "_preloads"), None)}, "_preloads", str)
        yield read_substack_post(need(parse_json(told, "_preloads"), "post", dict))
        return
    thing = typed(page, ARTICLES | THREADS) or typed(page, {"WebPage"})
    fields = article_fields(page, thing)
    forum = page.tree.get("id") == "XF" and thing is not None and "DiscussionForumPosting" in types_of(thing)
    talk = Talk(page)
    if talk.is_thread and not forum:
        yield from read_thread(page, "blog", fields | discuz_counts(page), talk)
        return
    if forum or "message--post" in page.text or 'id="messageList"' in page.text:
        yield from read_thread(page, "blog", fields)
        return
    if fields["published_at"] is None and TIME_MARK.search(page.text):
        raise drift("datePublished")
    if not (fields["published_at"] or fields["text"] or page.metas.get("og:type") == "article"):
        raise drift("article")
    fields["published_at"] = fields["published_at"] or (None if talk.comments else found_day(page))
    api, number = rest_of(page)
    # Several blogs of one host number their articles alike; the number is an id only where the host is one blog.
    alone = api is not None and urlsplit(page.absolute(api)).path.rstrip("/") == "/wp-json"
    yield Post(platform="blog", kind="article", id=number if alone else None, **fields)
    comments = list(read_comments(page, "blog", talk))
    made = [part for part in comments if isinstance(part, Post)]
    if not comments and COMMENT_MARK.search(page.text):
        raise drift("comments")
    if made and not any(comment.published_at for comment in made):
        raise drift("time of comments")
    yield from comments
    if api and number and (fields["comments"] is None or fields["comments"].low):
        yield comments_link(api, number)


def discuz_counts(page: Page) -> dict[str, Any]:
    """The views and answers that Discuz! shows over a thread ("查看: 1234 | 回复: 5")."""
    found: dict[str, Any] = {}
    for label in page.by_class.get("xg1", ()):
        name, number = DISCUZ.get((label.text or "").strip().rstrip(":：")), label.getnext()
        if name and number is not None and (number.text or "").strip().isdecimal():
            found.setdefault(name, exact((number.text or "").strip()))
    return found


DISCUZ = {"查看": "views", "回复": "comments", "回復": "comments"}
"""What Discuz! calls a thread's counts."""


def rest_of(page: Page) -> tuple[str | None, str | None]:
    """The address of a WordPress site's API and the number of the article, where its page tells them."""
    api = number = None
    for link in page.tree.iter("link"):
        href = link.get("href") or ""
        if link.get("rel") == "https://api.w.org/":
            api = href
        found = re.search(r"/wp/v2/posts/(\d+)|[?&]p=(\d+)", href)
        if found and link.get("rel") in {"shortlink", "alternate"}:
            number = found[1] or found[2]
    return api, number


def comments_link(api: str, number: str) -> Link:
    """Where the comments of a WordPress article are."""
    asked = urlencode({"post": number, "per_page": 100, "order": "asc"})
    joined = "&" if "?" in api else "?"
    return Link("comments", f"{api.rstrip('/')}/wp/v2/comments{joined}{asked}", number)


def rendered(value: Any) -> str:
    """WordPress wraps texts as ``{"rendered": …}``."""
    return need(value, "rendered", str, blank=True)


def utc(holder: Mapping[str, Any], key: str) -> Any:
    """A time that WordPress gives in UTC without saying so."""
    return moment(need(holder, key, str), UTC)


def as_list(page: Page) -> list[Any]:
    """The objects that an answer of WordPress' API holds: a list, or one; raises its ending where there are none."""
    if page.json == []:
        raise empty()
    return page.json if isinstance(page.json, list) else [page.json]


def next_page(page: Page) -> Iterator[Link]:
    """Where the next page of an API's answer is, by the total of pages in its header."""
    at = int(page.query.get("page", ["1"])[0])
    if at < int(page.headers.get("x-wp-totalpages") or 0):
        asked = {key: values[0] for key, values in page.query.items()} | {"page": at + 1}
        yield Link("next", f"{page.url.partition('?')[0]}?{urlencode(asked)}")


def read_rest_posts(page: Page) -> Iterator[Part]:
    """Articles of wp/v2; it tells no numbers of comments, but where they are."""
    api = page.url.partition("/wp/v2/")[0]

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        number = str(need(item, "id", int))
        authors = (item.get("_embedded") or {}).get("author") or [item.get("yoast_head_json") or {}]
        yield Post(
            platform="blog",
            kind="article",
            id=number,
            url=need(item, "link", str),
            author_name=one_line(authors[0].get("name") or authors[0].get("author")),
            title=one_line(rendered(item["title"])),
            text=plain_text(rendered(item["content"])) or None,
            published_at=utc(item, "date_gmt"),
            edited_at=utc(item, "modified_gmt") if item.get("modified_gmt") not in (None, item["date_gmt"]) else None,
        )
        yield comments_link(api, number)

    yield from each("post", as_list(page), read)
    yield from next_page(page)


def read_rest_comments(page: Page) -> Iterator[Part]:
    """Comments of wp/v2; pingbacks are none."""

    def read(item: Mapping[str, Any]) -> Post | None:
        if need(item, "type", str) in {"pingback", "trackback"}:
            return None
        return Post(
            platform="blog",
            kind="comment",
            id=str(need(item, "id", int)),
            url=need(item, "link", str),
            author_name=one_line(need(item, "author_name", str, blank=True)) or None,
            text=plain_text(rendered(item["content"])) or None,
            published_at=utc(item, "date_gmt"),
            in_reply_to=str(item["parent"]) if need(item, "parent", int) else None,
        )

    yield from each("comment", as_list(page), read)
    yield from next_page(page)


def read_hosted_posts(page: Page) -> Iterator[Part]:
    """Articles of WordPress.com's own API, which tells likes and comments."""
    posts = need(page.json, "posts", list) if "posts" in page.json else [page.json]
    if not posts:
        raise empty()

    def read(item: Mapping[str, Any]) -> Post:
        return Post(
            platform="blog",
            kind="article",
            id=str(need(item, "ID", int)),
            url=need(item, "URL", str),
            author_name=one_line(need(need(item, "author", dict), "name", str)),
            title=one_line(need(item, "title", str)),
            text=plain_text(need(item, "content", str, blank=True)) or None,
            published_at=moment(need(item, "date", str)),
            likes=exact(item["like_count"]),
            comments=exact(need(item, "discussion", dict)["comment_count"]),
            hashtags=tuple(tag.lower() for tag in item.get("tags") or ()),
        )

    yield from each("post", posts, read)


def read_hosted_comments(page: Page) -> Iterator[Part]:
    """Comments of WordPress.com's own API."""
    comments = need(page.json, "comments", list)
    if not comments:
        raise empty()

    def read(item: Mapping[str, Any]) -> Post | None:
        if need(item, "type", str) in {"pingback", "trackback"}:
            return None
        return Post(
            platform="blog",
            kind="comment",
            id=str(need(item, "ID", int)),
            url=need(item, "URL", str),
            author_name=one_line(need(need(item, "author", dict), "name", str)),
            text=plain_text(need(item, "content", str, blank=True)) or None,
            published_at=moment(need(item, "date", str)),
            likes=exact(item.get("like_count")),
            in_reply_to=str(item["parent"]["ID"]) if item.get("parent") else None,
        )

    yield from each("comment", comments, read)


def read_isso(page: Page) -> Iterator[Part]:
    """A thread of comments kept by Isso; those without text were deleted."""
    comments = list(need(page.json, "replies", list))
    if not comments:
        raise empty() if page.json["total_replies"] == 0 else drift("replies")
    for comment in comments:
        comments.extend(comment.get("replies") or () if isinstance(comment, dict) else ())

    def read(item: Mapping[str, Any]) -> Post | None:
        if item.get("mode") == 4:
            return None
        return Post(
            platform="blog",
            kind="comment",
            id=str(need(item, "id", int)),
            author_name=one_line(item["author"]),
            text=plain_text(need(item, "text", str)),
            published_at=epoch(need_number(item, "created")),
            edited_at=epoch(item.get("modified")),
            likes=exact(item["likes"]),
            comments=exact(item.get("total_replies")),
            in_reply_to=str(item["parent"]) if item.get("parent") else None,
        )

    yield from each("comment", comments, read)


def read_comment_feed(page: Page) -> Iterator[Part]:
    """The feed of an article's comments, of WordPress or Blogger."""
    feed = parse(page)

    def read(entry: Entry) -> Post:
        number = re.search(r"(?:#comment-|post-|#c)(\d+)$", need(entry, "id", str))
        if not number:
            raise LookupError("id")
        if "author" not in entry:
            raise LookupError("author")
        return Post(
            platform="blog",
            kind="comment",
            id=number[1],
            url=entry.get("link"),
            author_name=author_of(entry),
            text=need({"text": text_of(entry)}, "text", str),
            published_at=time_of(entry, "published", feed.language),
        )

    yield from each("comment", feed.entries, read)


def read_any(page: Page) -> Iterator[Part]:
    """What bears no address of its own engine: a page, or comments that a service keeps for it."""
    if not page.looks_json:
        yield from read_page(page)
    elif b'"commentHex"' in page.body:
        yield from read_commento(page)
    elif "/api/v1/find" in page.path:
        yield from read_remark(page)
    else:
        yield from read_isso(page)


class Blog(PlatformSpider):
    """Blogs and forums on common engines."""

    name = "blog"
    about = About(
        title="Blogs and forums",
        anonymous="articles with title, text, author, time, the number of comments as written; the comments; forum threads",
        restricted="likes that a theme's scripts load; sites whose API is closed",
        robots="per site",
        layouts={
            "WordPress page": "2023-10",
            "WordPress wp/v2": "unproven",
            "WordPress.com v1.1": "unproven",
            "Blogger page": "2019-06",
            "SPIP page": "2020-02",
            "XenForo 2 thread": "2022-03",
            "XenForo 1 thread": "unproven",
            "phpBB, MyBB, vBulletin, SMF and Discuz! threads": "unproven",
            "Isso, Disqus, Commento, Remark42": "unproven",
            "feed of comments": "unproven",
            "Substack page, articles and comments (JSON)": "unproven",
            "Ghost articles and comments (JSON)": "unproven",
            "Forem (dev.to) articles and comments (JSON)": "unproven",
        },
    )
    domains = ("public-api.wordpress.com", "substack.com", "dev.to", "disqus.com")
    addresses = {"page": page_url}
    readers = (
        Reader(r"/wp/v2/comments", read_rest_comments),
        Reader(r"/wp/v2/(posts|pages)", read_rest_posts),
        Reader(r"/rest/v1(\.\d)?/sites/[^?]*/(replies|comments)", read_hosted_comments),
        Reader(r"/rest/v1(\.\d)?/sites/[^?]*/posts", read_hosted_posts),
        Reader(r"/api/v1/post/\d+/comments", read_substack_comments),
        Reader(r"/api/v1/(archive|posts)", read_substack_posts),
        Reader(r"/ghost/api/(v\d[^/]*/)?content/(posts|pages)|/ghost/api/content/", read_ghost_posts),
        Reader(r"/members/api/comments/", read_ghost_comments),
        Reader(r"^dev\.to/api/articles", read_forem_articles),
        Reader(r"^dev\.to/api/comments", read_forem_comments),
        Reader(r"/feeds/\d+/comments/|/comments/feed|/feed/?($|\?)", read_comment_feed),
        Reader(r"^disqus\.com/", read_disqus),
        Reader("", read_any),
    )
    pause_seconds = 3.0

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before a site, and what WordPress' API says is the matter."""
        screen_edge(page)
        if page.host.endswith("disqus.com"):
            screen_disqus(page)
        if not page.looks_json or page.status < 400:
            return
        code = str(page.json.get("code") or page.json.get("error"))
        if code == "rest_post_invalid_page_number":
            raise empty()
        if page.status in {401, 403}:
            raise wall("login")
        if page.status == 404 or "invalid_id" in code:
            raise gone("not-found")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether a page is of one of the engines."""
        if page.looks_json:
            if "/api/v1/find" in page.path and b'"locator"' in page.body:
                return True
            return (
                "/wp-json/wp/v2/" in page.url or b'"total_replies"' in page.body[:400] or b'"commentHex"' in page.body
            )
        start = page.body[:200].lstrip().lower()
        if start.startswith((b"<?xml", b"<rss", b"<feed")):
            return "/comments/" in page.path
        return ENGINES.search(page.body[:200_000]) is not None
