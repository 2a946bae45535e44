"""Hacker News: stories and comments from Algolia's search, the official item API, the site's own pages, and feeds.

Comments never show points. Times on the site are UTC.

Source: https://hn.algolia.com/api and https://github.com/HackerNews/API
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import quote, urlencode

from lxml.html import HtmlElement

from extractors.records import Count, Link, Moment, Post, Profile, Unread
from extractors.values.counts import count, exact
from extractors.values.moments import epoch, moment, relative
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, limited
from spiders.markup.comments import classes
from spiders.markup.feeds import Entry, author_of, markup_of, parse, time_of, title_of
from spiders.page import Page
from spiders.reading import Part, need

SITE = "https://news.ycombinator.com/"
ALGOLIA = "https://hn.algolia.com/api/v1"
FIREBASE = "https://hacker-news.firebaseio.com/v0"


def query_url(target: Target) -> str:
    """The newest stories and comments that hold a query's words."""
    found = {"query": target.value, "tags": "(story,comment)", "hitsPerPage": 100}
    return f"{ALGOLIA}/search_by_date?{urlencode(found)}"


def profile_urls(target: Target) -> Iterator[str]:
    """An account, and what it wrote."""
    yield f"{FIREBASE}/user/{quote(target.value)}.json"
    yield f"{ALGOLIA}/search_by_date?{urlencode({'tags': f'author_{target.value}', 'hitsPerPage': 100})}"


def tree_link(number: str) -> Link:
    """Where the whole tree of an item's comments is, in one answer."""
    return Link("thread", f"{ALGOLIA}/items/{number}", number)


def item_url(number: str) -> str:
    """The public address of a story or comment."""
    return f"{SITE}item?id={number}"


def told(value: Any) -> str | None:
    """An id as a string; None and "" stay None."""
    return str(exact(value).low) if value not in (None, "") else None  # type: ignore[union-attr]


def read_hit(hit: Mapping[str, Any]) -> Iterator[Part]:
    """One answer of Algolia's search."""
    number, is_comment = need(hit, "objectID", str), "comment" in need(hit, "_tags", list)
    address = None if is_comment else hit.get("url") or None
    story = "story" in hit["_tags"] and "job" not in hit["_tags"]
    talk = None if is_comment else exact(hit["num_comments"] if story else hit.get("num_comments"))
    yield Post(
        platform="hackernews",
        kind="comment" if is_comment else "post",
        id=number,
        url=item_url(number),
        author=need(hit, "author", str),
        title=None if is_comment or "pollopt" in hit["_tags"] else one_line(need(hit, "title", str)),
        text=plain_text(need(hit, "comment_text", str) if is_comment else hit.get("story_text")) or None,
        published_at=epoch(hit.get("created_at_i")) or moment(need(hit, "created_at", str)),
        likes=None if is_comment else exact(hit["points"]),
        comments=talk,
        in_reply_to=told(hit["parent_id"]) if is_comment else None,
        links=(address,) if address else (),
    )
    if talk and talk.low:
        yield tree_link(number)


def read_search(page: Page) -> Iterator[Part]:
    """Search results, and where the next ones are; Algolia gives the first 1,000 of a query."""
    hits = need(page.json, "hits", list)
    if not hits:
        raise empty()
    yield from each("hit", hits, read_hit)
    at = int(page.json.get("page") or 0) + 1
    if at < int(page.json.get("nbPages") or 0):
        asked = {key: values[0] for key, values in page.query.items()} | {"page": at}
        yield Link("next", f"{page.url.partition('?')[0]}?{urlencode(asked)}")


def read_tree(page: Page) -> Iterator[Part]:
    """An item with all comments below it; those without author and text were deleted."""

    def read(node: Mapping[str, Any]) -> Post | None:
        kind = need(node, "type", str)
        is_comment, is_option = kind == "comment", kind == "pollopt"
        if is_comment and node["author"] is None and node["text"] is None:
            return None
        number = need(node, "id", int)
        return Post(
            platform="hackernews",
            kind="comment" if is_comment else "post",
            id=str(number),
            url=item_url(str(number)),
            author=need(node, "author", str),
            title=None if is_comment or is_option else one_line(need(node, "title", str)),
            text=plain_text(need(node, "text", str) if is_comment else node.get("text")) or None,
            published_at=epoch(node.get("created_at_i")) or moment(need(node, "created_at", str)),
            likes=None if is_comment else exact(node["points"]),
            in_reply_to=told(need(node, "parent_id", int)) if is_comment or is_option else None,
            links=(node["url"],) if node.get("url") and not is_comment else (),
        )

    nodes = [page.json]
    for node in nodes:
        nodes.extend(need(node, "children", list))
    yield from each("item", nodes, read)


def read_item(page: Page) -> Iterator[Part]:
    """One item of the official API."""
    item = page.json
    if item is None:
        raise gone("not-found")
    if item.get("deleted"):
        raise gone("deleted")
    if item.get("dead"):
        raise gone("violation")
    kind, number = need(item, "type", str), str(need(item, "id", int))
    is_comment, is_job = kind == "comment", kind == "job"
    yield Post(
        platform="hackernews",
        kind="comment" if is_comment else "post",
        id=number,
        url=item_url(number),
        author=need(item, "by", str),
        title=None if kind in {"comment", "pollopt"} else one_line(need(item, "title", str)),
        text=plain_text(need(item, "text", str) if is_comment else item.get("text")) or None,
        published_at=epoch(need(item, "time", int)),
        likes=None if is_comment else exact(item["score"]),
        comments=exact(item["descendants"]) if kind in {"story", "poll"} and not is_job else None,
        in_reply_to=told(item["parent"]) if is_comment else told(item.get("poll")),
        links=(item["url"],) if item.get("url") else (),
    )
    if item.get("descendants"):
        yield tree_link(number)


def read_ids(page: Page) -> Iterator[Part]:
    """A list of items: no records, but where they are."""
    if not isinstance(page.json, list):
        raise drift("list of items")
    if not page.json:
        raise empty()
    for number in page.json:
        yield Link("post", f"{FIREBASE}/item/{int(number)}.json", str(number))


def read_user(page: Page) -> Iterator[Part]:
    """One account, of the official API or Algolia's."""
    user = page.json
    if user is None:
        raise gone("not-found")
    handle = need(user, "id" if "id" in user else "username", str)
    yield Profile(
        platform="hackernews",
        handle=handle,
        url=f"{SITE}user?id={handle}",
        text=plain_text(user.get("about")) or None,
        joined_at=epoch(user.get("created"))
        or epoch(user.get("created_at_i"))
        or moment(need(user, "created_at", str)),
    )


def read_site(page: Page) -> Iterator[Part]:
    """A page of the site: a list of stories, a story with its comments, or a list of comments."""
    cells = page.by_class.get("comment", ())
    options = [row for row in (cell.getparent() for cell in cells) if option_score(row) is not None]
    rows = page.by_class.get("athing") or unmarked_rows(page)
    stories = [row for row in rows if marked(row, "title", "td")]
    comments = [row for row in rows if row not in stories and row not in options]
    if not rows:
        raise drift("tr.athing")
    read = list(each("story", stories, lambda row: read_story(row, page)))
    posts = [part for part in read if isinstance(part, Post)]
    if posts and "jobs" not in page.path and not any(post.author for post in posts):
        raise drift("user of a story")
    yield from read
    above = [str(post.id) for post in posts[:1] if comments]
    yield from each("choice", options, lambda row: read_option(row, posts[0].id if posts else None))
    if len(page.by_class.get("score", ())) > len(stories) + len(options):
        yield Unread("choices of a poll", "td.comment")
    yield from each("comment", comments, lambda row: read_comment(row, above, page))
    for more in page.by_class.get("morelink", ())[:1]:
        yield Link("next", page.absolute(more.get("href", "")))


def marked(element: HtmlElement, word: str, *tags: str) -> list[HtmlElement]:
    """The elements below one that bear a word among their classes."""
    return [part for part in element.iter(*tags) if word in classes(part)]


def unmarked_rows(page: Page) -> list[HtmlElement]:
    """The rows of stories and comments as they stood before 2014, without a class of their own."""
    rows = []
    for row in page.tree.iter("tr"):
        cells = {word for cell in row.iterchildren("td") for word in classes(cell)}
        below = row.getnext()
        story = "title" in cells and below is not None and marked(below, "subtext", "td")
        over = row.getprevious()
        if story or ("default" in cells and (over is None or option_score(over) is None)):
            rows.append(row)
    return rows


def option_score(row: HtmlElement) -> HtmlElement | None:
    """The points of a poll's choice, which stand in the row below it; None for a row that is none."""
    below = row.getnext() if any("comment" in classes(cell) for cell in row.iterchildren("td")) else None
    if below is None or "athing" in classes(below) or hrefs(below, "user?id="):
        return None
    return next((part for part in below.iter("span") if (part.get("id") or "").startswith("score_")), None)


def read_option(row: HtmlElement, poll: str | None) -> Post:
    """A poll's choice with its points."""
    score = option_score(row)
    number = "" if score is None else score.get("id", "").removeprefix("score_")
    words = next(cell for cell in row.iterchildren("td") if "comment" in classes(cell))
    return Post(
        platform="hackernews",
        id=need({"id": number}, "id", str),
        url=item_url(number),
        text=need({"text": plain_text(words)}, "text", str),
        likes=count(score.text_content()) if score is not None else None,
        in_reply_to=poll,
    )


def hrefs(element: HtmlElement, start: str) -> list[HtmlElement]:
    """Links below an element whose address on the site begins so."""
    return [link for link in element.iter("a") if (link.get("href") or "").removeprefix(SITE).startswith(start)]


def number_in(address: str | None) -> str:
    """The item number in ``item?id=N``."""
    found = re.search(r"\bitem\?id=(\d+)", address or "")
    if not found:
        raise LookupError("item?id")
    return found[1]


def aged(links: list[HtmlElement], page: Page, words: str) -> Moment | None:
    """When an item was published: in full since 2021, before that only how long ago, once in plain words."""
    for link in links:
        if " ago" in link.text_content() or link.text_content().startswith("on "):
            stamp = link.getparent().get("title")
            return (
                moment(stamp.partition(" ")[0], UTC) if stamp else relative(link.text_content(), page.fetched_at, "en")
            )
    found = re.search(r"\b\d+ (?:minute|hour|day|month|year)s? ago", words)
    return relative(found[0], page.fetched_at, "en") if found else None


def read_story(row: HtmlElement, page: Page) -> Iterator[Part]:
    """A story's row and the row below it; job advertisements have neither author nor points nor comments."""
    title, below = next(marked(row, "title", "td")[-1].iter("a")), row.getnext()
    under = next(iter(marked(below, "subtext", "td")), None)
    if under is None:
        raise LookupError("subtext")
    items, users = hrefs(under, "item?id="), hrefs(under, "user?id=")
    number = row.get("id") or (number_in(items[0].get("href")) if items or users else None)
    points = next(
        (part for part in under.iter("span") if "score" in classes(part) or part.get("id") == f"score_{number}"), None
    )
    if users and points is None:
        raise LookupError("score")
    address = page.absolute(title.get("href", ""))
    yield Post(
        platform="hackernews",
        id=number,
        url=item_url(number) if number else address,
        author=need({"user": users[0].text_content()}, "user", str) if users else None,
        title=one_line(need({"title": title.text_content()}, "title", str)),
        text=top_text(below, page) if page.path.endswith("item") else None,
        published_at=aged(items, page, under.text_content()),
        likes=count(points.text_content()) if points is not None else None,
        comments=talked(items[-1].text_content()) if users else None,
        links=() if address.startswith(f"{SITE}item?id=") else (address,),
    )


def talked(text: str) -> Count | None:
    """The number of comments in "43 comments", "1 comment"; "discuss" is 0."""
    if text.strip() == "discuss":
        return Count(0, 0)
    return count(text) if "comment" in text else None


def top_text(below: HtmlElement, page: Page) -> str | None:
    """The text that stands under a question's title."""
    for top in page.by_class.get("toptext", ())[:1]:
        return plain_text(top) or None
    for row in below.itersiblings("tr"):
        cells = row.findall("td")
        if cells and cells[-1].find(".//form") is None:
            return plain_text(cells[-1]) or None
    return None


def read_comment(row: HtmlElement, above: list[str], page: Page) -> Post | None:
    """A comment's row; ``above`` holds the item and the comments over it, by depth. None for one that was deleted."""
    head = marked(row, "comhead", "span")[0]
    body = next((part for part in row.iter("span", "div") if classes(part) & {"comment", "commtext"}), None)
    users, items = hrefs(head, "user?id="), hrefs(head, "item?id=")
    number = row.get("id") or number_in(items[0].get("href"))
    if not users and "[" in row.text_content():
        return None
    if body is None or not users:
        raise LookupError("comment" if body is None else "user?id")
    inner = next(
        (
            part
            for part in body.iter("span", "div")
            if any(re.match(r"commtext|c[0-9a-f]{2}$", word) for word in classes(part))
        ),
        body,
    )
    for reply in marked(inner, "reply", "div"):
        reply.drop_tree()
    indent = next(iter(marked(row, "ind", "td")), None)
    at = aged(items, page, head.text_content())
    if at is None and not re.search(r"\bago\b|\bon \w+ \d", head.text_content()):
        raise LookupError("age")
    depth = None
    if indent is not None and above:
        pictures = indent.findall(".//img")
        depth = int(indent.get("indent") or (int(pictures[0].get("width", "0")) // 40 if pictures else 0))
    parent = [link for link in items if link.text_content() == "parent"]
    over = (
        above[min(depth, len(above) - 1)] if depth is not None else number_in(parent[0].get("href")) if parent else None
    )
    if depth is not None:
        above[depth + 1 :] = [number]
    elif indent is None:
        above[:] = [number]
    return Post(
        platform="hackernews",
        kind="comment",
        id=number,
        url=item_url(number),
        author=users[0].text_content(),
        text=need({"text": plain_text(inner)}, "text", str),
        published_at=at,
        in_reply_to=over,
    )


def read_user_page(page: Page) -> Iterator[Part]:
    """An account's page on the site."""
    rows = {
        (cells[0].text or "").strip(" :"): cells[1]
        for row in page.tree.iter("tr")
        if len(cells := row.findall("td")) == 2
    }
    if "user" not in rows and "created" not in rows:
        raise drift("user")
    handle, created = rows["user"].text_content().strip(), next(rows["created"].iter("a"), None)
    yield Profile(
        platform="hackernews",
        handle=need({"user": handle}, "user", str),
        url=f"{SITE}user?id={handle}",
        text=plain_text(rows["about"]) or None if "about" in rows else None,
        joined_at=moment(created.get("href", "").partition("day=")[2].partition("&")[0])
        if created is not None
        else None,
    )


def read_feed(page: Page) -> Iterator[Part]:
    """The site's feed, or hnrss.org's, which writes points and comments into the text; ``comments`` is an address."""

    def read(entry: Entry) -> Post:
        number, shown = number_in(need(entry, "comments", str)), plain_text(markup_of(entry)[0]) or ""
        points, talk = (
            re.search(r"^Points: (\d+)", shown, re.MULTILINE),
            re.search(r"^# Comments: (\d+)", shown, re.MULTILINE),
        )
        address = need(entry, "link", str)
        return Post(
            platform="hackernews",
            id=number,
            url=item_url(number),
            author=author_of(entry),
            title=need({"title": title_of(entry)}, "title", str),
            published_at=time_of({"published": need(entry, "published", str)}, "published", "en"),
            likes=exact(points[1]) if points else None,
            comments=exact(talk[1]) if talk else None,
            links=() if address.startswith(f"{SITE}item?id=") else (address,),
        )

    if page.host == "news.ycombinator.com" and b"<item" not in page.body:
        raise drift("item")
    yield from each("entry", parse(page).entries, read)


class HackerNews(PlatformSpider):
    """Hacker News."""

    name = "hackernews"
    about = About(
        title="Hacker News",
        anonymous="free-text search of stories and comments; points and comments of stories, exact; whole threads; accounts",
        restricted="points of comments (shown to nobody)",
        robots="allowed: the search and item APIs; news.ycombinator.com asks for 30 s between requests",
        layouts={
            "Algolia search": "2025-01",
            "Algolia items tree": "unproven",
            "item API": "2013-02",
            "site: lists since 2022": "2023-10",
            "site: lists of 2020": "2020-07",
            "site: item pages of 2015": "2015-08",
            "RSS": "2022-04",
        },
    )
    domains = ("news.ycombinator.com", "hn.algolia.com", "hacker-news.firebaseio.com", "hnrss.org")
    addresses = {"query": query_url, "profile": profile_urls}
    readers = (
        Reader(r"^hn\.algolia\.com/api/v1/search", read_search),
        Reader(r"^hn\.algolia\.com/api/v1/items/", read_tree),
        Reader(r"^(hn\.algolia\.com/api/v1/users/|hacker-news\.firebaseio\.com/v0/user/)", read_user),
        Reader(r"^hacker-news\.firebaseio\.com/v0/item/", read_item),
        Reader(r"^hacker-news\.firebaseio\.com/v0/\w+stories", read_ids),
        Reader(r"/rss|/showrss|/bigrss|^hnrss\.org/", read_feed),
        Reader(r"^news\.ycombinator\.com/user\?", read_user_page),
        Reader(r"^news\.ycombinator\.com/", read_site),
    )
    pause_seconds = 1.0  # Algolia allows 10,000 requests in an hour

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The item API's address of a known post: the site itself asks for half a minute between requests."""
        return f"https://hacker-news.firebaseio.com/v0/item/{native_id}.json"

    @staticmethod
    def screen(page: Page) -> None:
        """The site's short notices."""
        words = page.body[:400] if len(page.body) < 4000 else b""
        if b"not able to serve your requests this quickly" in words:
            raise limited()
        if b"No such item" in words or b"No such user" in words:
            raise gone("not-found")
        if b"expired link" in words:
            raise gone("expired")
