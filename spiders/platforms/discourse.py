"""Discourse forums: topics with their posts, lists of topics, searches, people and categories, from a forum's open JSON.

A topic's title, views and number of answers stand on its first post; its own likes are those of each post.

Source: https://docs.discourse.org/
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from extractors.records import Count, Link, Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, limited, wall
from spiders.markup.feeds import Entry, author_of, markup_of, parse, time_of, title_of
from spiders.page import Page, parse_json, words_in
from spiders.reading import Part, need

LIKE = 2
"""The number of "like" among the actions on a post."""
REGULAR, ASIDE = (1, 2), (3, 4)
"""Types of posts that someone wrote; the others tell that a topic was closed, moved, and so on."""
PAGE = 20
"""Posts that a topic's answer holds."""
TOPIC = re.compile(r"/t/[^/?]+/\d+(?:/(\d+))?")
TOTAL = re.compile(r"<p>\s*<small>\s*(\d+)\s[^<]*</small>")
FEED = re.compile(rb"<guid isPermaLink=\"false\">[\w.-]+-(?:topic|post)-\d+(?:-\d+)?</guid>")
AROUND = re.compile(
    r'^<p>(?:[^<]|<a [^>]*>@[^<]*</a>)*:?</p>\s*(?=<blockquote>)|<p><a href="[^"]*/t/[^"]*">[^<]*</a></p>\s*$'
)
"""What a feed writes around the words of a post: who wrote, and where the topic is."""


def tag_url(target: Target) -> str:
    """The newest topics of a tag."""
    return f"https://{target.site}/tag/{quote(target.value)}.json"


def query_url(target: Target) -> str:
    """The newest posts that hold a query's words."""
    return f"https://{target.site}/search.json?{urlencode({'q': f'{target.value} order:latest'})}"


def page_url(target: Target) -> str:
    """The JSON of a topic or a list of topics whose page's address is given."""
    parts = urlsplit(target.value)
    path = parts.path.rstrip("/") or "/latest"
    return urlunsplit(parts._replace(path=path if path.endswith(".json") else f"{path}.json", fragment=""))


def likes_of(post: Mapping[str, Any]) -> Count | None:
    """A post's likes: stated in searches, else among the actions on it, which may leave out what has none."""
    if "like_count" in post:
        return exact(post["like_count"])
    actions = need(post, "actions_summary", list)
    return next((exact(action.get("count")) for action in actions if action["id"] == LIKE), None)


def of_whole(post: Mapping[str, Any], key: str) -> Any:
    """A number that every post has, but for the excerpts of a search."""
    return post.get(key) if "blurb" in post else post[key]


def topic_address(page: Page, slug: str, number: int) -> str:
    """A topic's public address."""
    return page.absolute(f"/t/{slug}/{number}")


def read_posts(page: Page, posts: list[Any], topic: Mapping[str, Any] | None = None) -> Iterator[Part]:
    """Posts, and what their topic says of itself where it is known."""
    by_number = {post.get("post_number"): post.get("id") for post in posts if isinstance(post, dict)}

    def read(post: Mapping[str, Any]) -> Post | None:
        kind = REGULAR[0] if "blurb" in post else need(post, "post_type", int)
        if kind in ASIDE or post.get("user_deleted") is True:
            return None
        number, about = need(post, "post_number", int), topic or {}
        if kind not in REGULAR or number < 1:
            raise LookupError("post_type" if number > 0 else "post_number")
        slug = post.get("topic_slug") or need(about, "slug", str)
        address = topic_address(page, slug, post.get("topic_id") or need(about, "id", int))
        first = number == 1
        above = None if first else by_number.get(post.get("reply_to_post_number") or 1)
        return Post(
            platform="discourse",
            kind="post" if first else "comment",
            id=str(need(post, "id", int)),
            url=address if first else f"{address}/{number}",
            author=need(post, "username", str),
            author_id=str(post["user_id"]) if post.get("user_id") else None,
            author_name=post.get("name") or None,
            title=one_line(about.get("title") or post.get("topic_title")) if first else None,
            text=plain_text(post["blurb"] if "blurb" in post else need(post, "cooked", str)) or None,
            published_at=moment(need(post, "created_at", str)),
            likes=likes_of(post),
            comments=answers(about) if first and about else exact(of_whole(post, "reply_count")),
            views=exact(about["views"]) if first and about else exact(of_whole(post, "reads")),
            in_reply_to=str(above) if above else None,
            hashtags=tags_of(about) if first else (),
        )

    yield from each("post", posts, read)


def answers(topic: Mapping[str, Any]) -> Count | None:
    """The answers of a topic, as the forum shows them: all its posts but the first."""
    count = exact(topic["posts_count"])
    return Count(count.low - 1, count.low - 1) if count and count.low else count


def tags_of(topic: Mapping[str, Any]) -> tuple[str, ...]:
    """A topic's tags: names, in newer versions objects with names."""
    tags = topic.get("tags") or ()
    return tuple(str(tag["name"] if isinstance(tag, dict) else tag).lower() for tag in tags)


def read_topic(page: Page) -> Iterator[Part]:
    """A topic with a page of its posts."""
    yield from topic_of(page, page.json)


def topic_of(page: Page, topic: Mapping[str, Any]) -> Iterator[Part]:
    """A topic's posts, and where the rest of them is."""
    stream = need(topic, "post_stream", dict)
    posts = need(stream, "posts", list)
    if not posts:
        raise empty()
    about = topic if "title" in topic or "posts_count" in topic else None
    if about:
        need(about, "title", str)
    yield from read_posts(page, posts, about)
    at = int(page.query.get("page", ["1"])[0])
    if about and len(stream.get("stream") or ()) > at * PAGE:
        yield Link("next", page.absolute(f"/t/{about['slug']}/{about['id']}.json?page={at + 1}"), str(about["id"]))


def read_latest(page: Page) -> Iterator[Part]:
    """The newest posts of the whole forum."""
    posts = need(page.json, "latest_posts", list)
    if not posts:
        raise empty()
    yield from read_posts(page, posts)


def read_topics(page: Page) -> Iterator[Part]:
    """A list of topics."""
    yield from topics_of(page, page.json)


def topics_of(page: Page, answer: Mapping[str, Any]) -> Iterator[Part]:
    """The topics of a list; the number of a topic is not that of its first post, so these have an address alone."""
    found = need(answer, "topic_list", dict)
    topics = need(found, "topics", list)
    if not topics:
        raise empty()
    names = {need(user, "id", int): need(user, "username", str) for user in need(answer, "users", list)}

    def read(topic: Mapping[str, Any]) -> Iterator[Part]:
        number, slug = need(topic, "id", int), need(topic, "slug", str)
        posters = need(topic, "posters", list)
        yield Post(
            platform="discourse",
            url=topic_address(page, slug, number),
            author=names[need(posters[0], "user_id", int)] if posters else None,
            title=one_line(need(topic, "title", str)),
            text=plain_text(topic.get("excerpt")) or None,
            published_at=moment(need(topic, "created_at", str)),
            comments=answers(topic),
            views=exact(topic["views"]),
            hashtags=tags_of(topic),
        )
        yield Link("thread", page.absolute(f"/t/{slug}/{number}.json"), str(number))

    yield from each("topic", topics, read)
    more = found.get("more_topics_url")
    if more:
        path, _, query = more.partition("?")
        yield Link("next", page.absolute(f"{path.removesuffix('.json')}.json?{query}"))


def read_search(page: Page) -> Iterator[Part]:
    """A search, or the page of one."""
    yield from search_of(page, page.json) if page.looks_json else read_page(page)


def search_of(page: Page, answer: Any) -> Iterator[Part]:
    """A search's posts, each with its topic's title; until 2013 topics alone, grouped by kind."""
    if isinstance(answer, list):
        found = [one for group in answer if group["type"] == "topic" for one in need(group, "results", list)]
        yield from each("topic", found, lambda one: read_found(one, page))
        return
    posts = need(answer, "posts", list)
    if not posts:
        raise empty()
    topics = {topic["id"]: topic for topic in need(answer, "topics", list)}

    def read(post: Mapping[str, Any]) -> Iterator[Part]:
        topic = topics[need(post, "topic_id", int)]
        shown = {"title": topic["title"], "slug": topic["slug"], "id": topic["id"], "tags": topic.get("tags")}
        full = shown | {"posts_count": topic["posts_count"], "views": topic.get("views")}
        yield from read_posts(page, [post], full)

    yield from each("post", posts, read)


def read_found(topic: Mapping[str, Any], page: Page) -> Post:
    """A topic among the results of an old search."""
    return Post(
        platform="discourse", url=page.absolute(need(topic, "url", str)), title=one_line(need(topic, "title", str))
    )


def read_single(page: Page) -> Iterator[Part]:
    """One post, or the posts that answer it."""
    posts = page.json if isinstance(page.json, list) else [page.json]
    if not posts:
        raise empty()
    yield from read_posts(page, posts)


def read_user(page: Page) -> Iterator[Part]:
    """A person, or the summary of what one did."""
    yield user_of(page, page.json)


def user_of(page: Page, answer: Mapping[str, Any]) -> Profile:
    """A person that an answer tells."""
    summary = answer.get("user_summary") or {}
    user = answer.get("user") or next(iter(answer.get("users") or ()), None)
    if not isinstance(user, dict):
        raise drift("user")
    return Profile(
        platform="discourse",
        handle=need(user, "username", str),
        id=str(need(user, "id", int)),
        url=page.absolute(f"/u/{user['username']}"),
        name=user.get("name") or None,
        text=plain_text(user.get("bio_cooked") or user.get("bio_excerpt")) or None,
        joined_at=moment(user.get("created_at")),
        posts=exact(summary.get("post_count")),
        likes=exact(summary.get("likes_received")),
        views=exact(user.get("profile_view_count")),
    )


def read_categories(page: Page) -> Iterator[Part]:
    """A forum's categories, as communities."""

    def read(category: Mapping[str, Any]) -> Profile:
        slug, number = need(category, "slug", str), need(category, "id", int)
        return Profile(
            platform="discourse",
            handle=slug,
            id=f"c/{number}",
            url=page.absolute(f"/c/{slug}/{number}"),
            name=one_line(need(category, "name", str)),
            text=plain_text(category.get("description_text") or category.get("description")) or None,
            posts=exact(category["post_count"]),
        )

    yield from each("category", need(need(page.json, "category_list", dict), "categories", list), read)


def read_page(page: Page) -> Iterator[Part]:
    """A topic's, a list's or a person's page: the data that its scripts start with, else the plain page for crawlers."""
    holder = page.tree.find(".//*[@data-preloaded]")
    data = parse_json(holder.get("data-preloaded", ""), "data-preloaded") if holder is not None else {}
    for key, value in data.items():
        if re.match(r"topic_\d|topic_list|user_(?!field)|search$", key):
            told = json.loads(value) if isinstance(value, str) else value
            if key.startswith("user_"):
                yield user_of(page, told)
            elif key == "search":
                yield from search_of(page, told)
            else:
                yield from (topics_of if key.startswith("topic_list") else topic_of)(page, told)
            return
    if "topic-list-item" in page.by_class and "/t/" not in page.path:
        yield from read_rows(page)
        return
    posts = page.by_class.get("crawler-post", ()) or [
        part for part in page.tree.iter("div") if part.get("itemtype", "").endswith("/DiscussionForumPosting")
    ]
    title = one_line(page.metas.get("og:title"))
    if not posts or not title:
        raise drift("topic")
    found = re.search(r"/t/([^/]+)/(\d+)", page.url)
    address = topic_address(page, found[1], int(found[2])) if found else page.url

    def read(post: Any) -> Post:
        place = post.get("id") or next(
            (part.text_content() for part in post.iterfind(".//*[@itemprop='position']")), ""
        )
        found = re.search(r"\d+", place)
        if not found:
            raise LookupError("position")
        number = int(found[0])
        parts = {part.get("itemprop"): part for part in reversed(list(post.iterfind(".//*[@itemprop]")))}
        likes = post.find(".//meta[@itemprop='userInteractionCount']")
        if likes is None and "interactionStatistic" in parts:
            raise LookupError("userInteractionCount")
        return Post(
            platform="discourse",
            kind="post" if number == 1 else "comment",
            url=address if number == 1 else f"{address}/{number}",
            author=need({"author": parts["author"].text_content().strip()}, "author", str),
            title=title if number == 1 else None,
            text=plain_text(parts["text"] if "text" in parts else parts["articleBody"]),
            published_at=moment(need(parts["datePublished"].attrib, "datetime", str)),
            likes=exact(likes.get("content")) if likes is not None else None,
        )

    yield from each("post", posts, read)


def read_rows(page: Page) -> Iterator[Part]:
    """The list of topics that crawlers are served: without the times when they were opened."""

    def read(row: Any) -> Iterator[Part]:
        inside = words_in(row)
        link = next(iter(inside.get("raw-topic-link", ()) or inside["title"]))
        address = page.absolute(need(link.attrib, "href", str))
        posters = [user.get("href") or "" for cell in inside.get("posters", ()) for user in cell.iter("a")]
        excerpt = next(iter(inside.get("excerpt", ())), None)
        yield Post(
            platform="discourse",
            url=address,
            author=unquote(posters[0].rpartition("/")[2]) if posters else None,
            title=one_line(need({"title": link.text_content()}, "title", str)),
            text=None if excerpt is None else plain_text(excerpt),
            comments=exact(inside["posts"][0].text_content().strip()),
            views=exact(next(part for part in inside["views"] if part.tag == "span").text_content().strip()),
            hashtags=tuple(tag.text_content().strip().lower() for tag in inside.get("discourse-tag", ())),
        )
        yield Link("thread", f"{address}.json", address.rpartition("/")[2])

    yield from each("topic", page.by_class["topic-list-item"], read)
    for link in page.tree.iter("link"):
        if link.get("rel") == "next" and link.get("href"):
            yield Link("next", page.absolute(link.get("href", "")))


def read_feed(page: Page) -> Iterator[Part]:
    """A feed of topics or posts, each with its author; below a topic's words stands how many posts it has."""

    def read(entry: Entry) -> Post:
        address, guid = need(entry, "link", str), need(entry, "id", str)
        found = TOPIC.search(address)
        if not found:
            raise LookupError("link")
        author, _, name = need({"author": author_of(entry)}, "author", str).removeprefix("@").partition(" ")
        shown = markup_of(entry)[0] or ""
        counted, number = TOTAL.search(shown), re.search(r"-post-(\d+)$", guid)
        first = found[1] in (None, "1")
        if "summary" not in entry:
            raise LookupError("description")
        return Post(
            platform="discourse",
            kind="post" if first else "comment",
            id=number[1] if number else None,
            url=address.removesuffix("/1") if found[1] else address,
            author=author,
            author_name=name or None,
            title=need({"title": title_of(entry)}, "title", str) if first else None,
            text=plain_text(AROUND.sub("", (shown[: counted.start()] if counted else shown).strip())) or None,
            published_at=time_of({"published": need(entry, "published", str)}, "published", "en"),
            comments=answers({"posts_count": counted[1]}) if counted else None,
        )

    yield from each("entry", parse(page).entries, read)


class Discourse(PlatformSpider):
    """Discourse, any forum."""

    name = "discourse"
    about = About(
        title="Discourse",
        anonymous="topics and posts with likes, answers, reads, all exact; views of topics; categories",
        restricted="forums that ask for a log-in; on many forums people's pages",
        robots="per forum; stock forums refuse /search, /u/ and feeds to some crawlers",
        layouts={
            "topic JSON": "2013-11",
            "latest posts JSON": "2020-02",
            "lists of topics, search, users, categories": "unproven",
            "page of a topic, a list, a person": "unproven",
            "RSS": "unproven",
        },
    )
    addresses = {"tag": tag_url, "query": query_url, "page": page_url}
    readers = (
        Reader(r"\.rss($|\?)", read_feed),
        Reader(
            r"/posts(/latest)?\.json", lambda page: (read_topic if "post_stream" in page.json else read_latest)(page)
        ),
        Reader(r"/posts/(by_number/\d+/)?\d+(/replies)?\.json", read_single),
        Reader(r"/search(/query)?(\.json)?\?", read_search),
        Reader(r"/(u|users)/[^/]+?(/summary)?\.json", read_user),
        Reader(r"/categories\.json", read_categories),
        Reader(r"/t/", lambda page: (read_topic if page.looks_json else read_page)(page)),
        Reader(r"\.json($|\?)", read_topics),
        Reader("", read_page),
    )
    pause_seconds = 3.0

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The JSON of a known post's topic."""
        return f"{url}.json" if url else None

    @staticmethod
    def screen(page: Page) -> None:
        """A JSON error says what is the matter."""
        if page.status < 400 or not page.looks_json:
            return
        kind = str(page.json.get("error_type"))
        if kind == "rate_limit":
            raise limited()
        if kind == "not_found" or page.status in {404, 410}:
            raise gone("deleted" if page.status == 410 else "not-found")
        if kind in {"invalid_access", "not_logged_in"} or page.status in {401, 403}:
            raise wall("login")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether a page or an answer is Discourse's."""
        if page.looks_json:
            marks = (
                b'"post_stream"',
                b'"topic_list"',
                b'"latest_posts"',
                b'"grouped_search_result"',
                b'"category_list"',
            )
            return any(mark in page.body for mark in marks)
        if page.looks_feed:
            return FEED.search(page.body[:20_000]) is not None
        return (
            re.search(rb"(?i)<meta\b[^<>]*content=[\"']?Discourse\b|data-preloaded=|crawler-post", page.body[:300_000])
            is not None
        )
