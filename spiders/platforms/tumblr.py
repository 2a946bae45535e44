"""Tumblr: posts from a blog's pages, its feed, oEmbed, and answers of the API.

Notes are a sum of likes, reblogs and replies, so they are no count of any of them.

Source: https://www.tumblr.com/docs/en/api/v2, https://www.tumblr.com/docs/npf
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, wall
from spiders.markup.feeds import Entry, parse, text_of, time_of, title_of
from spiders.markup.scripts import script_value
from spiders.markup.shapes import typed
from spiders.page import Page, UnreadableError
from spiders.reading import Part, dig, need, need_number

ADDRESS = re.compile(r"(?:www\.tumblr\.com/(?:blog/view/)?([\w-]+)|//([\w-]+)\.tumblr\.com/post)/(\d{6,})")
"""A post's address: the blog's name before or in the path, then the post's number."""


def profile_url(target: Target) -> str:
    """The feed of a blog given by its name."""
    return f"https://{target.value}.tumblr.com/rss"


def named_in(address: str) -> tuple[str, str]:
    """The blog's name and the post's number in an address; raises LookupError where it has none."""
    found = ADDRESS.search(address)
    if not found:
        raise LookupError("address of a post")
    return found[1] or found[2], found[3]


def read_page(page: Page) -> Iterator[Part]:
    """A post's page: in the blog's own theme with JSON-LD, or on www.tumblr.com with the state of its scripts."""
    if "___INITIAL_STATE___" in page.text:
        posts = list(found_posts(state_of(page)))
        if not posts:
            raise drift("posts in the page's state")
        yield from each("post", posts, read_post)
        return
    thing = typed(page, {"SocialMediaPosting", "BlogPosting", "Article"})
    if thing is None:
        raise drift("SocialMediaPosting")
    number = named_in(need(thing, "url", str))[1]
    told = [word.strip().lower() for word in page.metas.get("keywords", "").split(",") if word.strip()]
    yield Post(
        platform="tumblr",
        id=number,
        url=thing["url"],
        author=need(thing, "author", str),
        title=one_line(thing.get("headline")),
        text=plain_text(thing.get("articleBody") or page.metas.get("og:description")) or None,
        published_at=moment(need(thing, "datePublished", str)),
        hashtags=tuple(told),
    )


def state_of(page: Page) -> Any:
    """The state that a page of www.tumblr.com was made from: a script's own text since 2022, before that set by one."""
    if page.tree.get_element_by_id("___INITIAL_STATE___", None) is not None:
        return page.script_json("___INITIAL_STATE___")
    try:
        return page.json_after("window['___INITIAL_STATE___']")
    except UnreadableError:
        return script_value(page.text, "window['___INITIAL_STATE___'] =")


def read_first_api(page: Page) -> Iterator[Part]:
    """An answer of the API's version 1, a script that sets one name: the blog and its posts, without counts."""
    answer = page.json_after("tumblr_api_read")
    blog, posts = need(answer, "tumblelog", dict), need(answer, "posts", list)
    name = need(blog, "name", str)

    def read(post: Mapping[str, Any]) -> Post:
        kind = need(post, "type", str)
        texts = [str(post[field]) for field in TEXTS.get(kind, ()) if post.get(field)]
        titles = [post.get(field) for field in TITLES.get(kind, ())]
        if not any(field in post for field in (*TEXTS.get(kind, ()), *TITLES.get(kind, ()))):
            raise LookupError(f"{kind} text")
        return Post(
            platform="tumblr",
            id=need(post, "id", str),
            url=need(post, "url", str),
            author=name,
            title=one_line(next(filter(None, titles), None)),
            text=plain_text("<br><br>".join(texts)) or None,
            published_at=epoch(need_number(post, "unix-timestamp")),
            hashtags=tuple(tag.lower() for tag in post.get("tags") or ()),
            links=tuple(filter(None, (post.get("link-url"),))),
        )

    yield from each("post", posts, read)
    yield Profile(
        platform="tumblr",
        handle=name,
        url=f"https://{name}.tumblr.com/",
        name=one_line(blog.get("title")),
        text=plain_text(blog.get("description")) or None,
        posts=exact(answer["posts-total"]) if not answer.get("posts-type") and "tagged" not in page.query else None,
    )


BLOCKS = {"text", "image", "link", "audio", "video", "poll", "paywall"}
TITLES = {"regular": ("regular-title",), "link": ("link-text",), "conversation": ("conversation-title",)}
TEXTS = {
    "regular": ("regular-body",),
    "photo": ("photo-caption",),
    "video": ("video-caption",),
    "audio": ("audio-caption",),
    "link": ("link-description",),
    "quote": ("quote-text", "quote-source"),
    "conversation": ("conversation-text",),
    "answer": ("question", "answer"),
}
"""What version 1 of the API calls the words of each type of post."""


def read_embed(page: Page) -> Iterator[Part]:
    """A post's oEmbed answer: no counts, no time."""
    answer = page.json
    name, number = named_in(need(answer, "url", str))
    yield Post(
        platform="tumblr",
        id=number,
        url=answer["url"],
        author=name,
        author_name=one_line(need(answer, "author_name", str)),
    )


def read_feed(page: Page) -> Iterator[Part]:
    """A blog's feed: no counts."""

    def read(entry: Entry) -> Post:
        name, number = named_in(need(entry, "link", str))
        return Post(
            platform="tumblr",
            id=number,
            url=entry["link"],
            author=name,
            title=title_of(entry),
            text=text_of(entry),
            published_at=time_of({"published": need(entry, "published", str)}, "published", "en"),
            hashtags=tuple(tag["term"].lower() for tag in entry.get("tags") or ()),
        )

    yield from each("entry", parse(page).entries, read)


def read_post(post: Mapping[str, Any]) -> Post:
    """One post of the API (names in snake case) or of the page's state (camel case)."""
    names = ("id_string", "post_url", "blog_name") if "post_url" in post else ("idString", "postUrl", "blogName")
    number, address, blog = (need(post, name, str) for name in names)
    if not number.isdecimal():
        raise LookupError(names[0])
    blocks = [need(block, "text", str, blank=True) for block in texts_of(post)]
    root = post.get("rebloggedRootId") or post.get("reblogged_root_id")
    body = post.get("body") if isinstance(post.get("body"), str) else post.get("caption")
    return Post(
        platform="tumblr",
        id=number,
        url=address,
        author=blog,
        title=one_line(post.get("title")),
        text=tidy("\n\n".join(filter(None, blocks))) or plain_text(body) or None,
        published_at=epoch(post["timestamp"]),
        likes=exact(post.get("likeCount")),
        shares=exact(post.get("reblogCount")),
        comments=exact(post.get("replyCount")),
        repost_of=str(root) if root else None,
        hashtags=tuple(tag.lower() for tag in post.get("tags") or ()),
        links=tuple(filter(None, (post.get("link_url"),))),
    )


def texts_of(post: Mapping[str, Any]) -> list[Any]:
    """The blocks of a post that are text; posts of the older format have none."""
    blocks = need(post, "content", list) if "content" in post and not isinstance(post.get("body"), str) else []
    if not {need(block, "type", str) for block in blocks} <= BLOCKS:
        raise LookupError("type of a block")
    return [block for block in blocks if block["type"] == "text"]


def found_posts(state: Any, depth: int = 12) -> Iterator[Mapping[str, Any]]:
    """The posts in a page's state, wherever its routes keep them."""
    if isinstance(state, dict):
        marks = ("idString" in state, "postUrl" in state, "timestamp" in state, state.get("objectType") == "post")
        if sum(marks) >= len(marks) - 1:
            yield state
            return
        state = list(state.values())
    for value in state if isinstance(state, list) and depth else ():
        yield from found_posts(value, depth - 1)


def read_answer(page: Page) -> Iterator[Part]:
    """An answer of the API: a blog, with its posts unless it was asked for alone; or the posts of a tag."""
    answer = page.json["response"]
    posts = answer if isinstance(answer, list) else [] if page.path.endswith("/info") else need(answer, "posts", list)
    yield from each("post", posts, read_post)
    if isinstance(answer, list):
        if not posts:
            raise empty()
        return
    blog = need(answer, "blog", dict)
    yield Profile(
        platform="tumblr",
        handle=need(blog, "name", str),
        id=blog.get("uuid"),
        url=need(blog, "url", str),
        name=one_line(blog.get("title")),
        text=plain_text(blog.get("description")) or None,
        followers=exact(blog.get("followers")),
        posts=exact(blog.get("posts")),
        likes=exact(blog.get("likes")),
    )


class Tumblr(PlatformSpider):
    """Tumblr."""

    name = "tumblr"
    about = About(
        title="Tumblr",
        anonymous="a blog's posts from its feed; a post's page with author and time; no counts but notes, which are a sum",
        restricted="likes, reblogs and replies apart (saved pages of www.tumblr.com); the official API with a key",
        robots="blogs and their feeds are allowed unless the blog's owner forbids it",
        layouts={
            "post in a blog's theme": "2024-06",
            "oEmbed": "2024-06",
            "RSS": "unproven",
            "page of www.tumblr.com": "unproven",
            "API v2": "unproven",
            "API v1 (JSON)": "unproven",
        },
    )
    domains = ("tumblr.com",)
    addresses = {"profile": profile_url}
    readers = (
        Reader(r"/oembed/", read_embed),
        Reader(r"^api\.tumblr\.com/v2/", read_answer),
        Reader(r"/api/read/json", read_first_api),
        Reader(r"/rss($|\?)|/tagged/[^/]+/rss", read_feed),
        Reader("", lambda page: (read_feed if page.looks_feed else read_page)(page)),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Blogs that are shown to members only, and the API's own words."""
        if "/login_required/" in page.path or page.path.startswith("/login"):
            raise wall("login")
        if "/safe-mode" in page.path:
            raise wall("age")
        if page.looks_json and dig(page.json, "meta", "status") == 404:
            raise gone("not-found")
        if page.looks_json and dig(page.json, "meta", "status") == 401:
            raise wall("login")
