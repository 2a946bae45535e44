"""Articles and their comments as the makers of many publications tell them in JSON: Substack, Ghost, Forem (dev.to).

Source: answers of Substack's own pages, https://docs.ghost.org/content-api, Ghost's serializers, https://developers.forem.com/api
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from extractors.records import Post
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.page import Page
from spiders.reading import Part, dig, each, empty, need, need_count

Item = Mapping[str, Any]


def number_of(item: Item) -> str:
    """The number of a thing."""
    return str(need(item, "id", int))


def listed(page: Page, key: str, read: Callable[[Item], Any], what: str) -> Iterator[Part]:
    """What an answer lists: itself a list or one thing, or a list under a key; raises its ending where it has none."""
    answer = page.json
    items = need(answer, key, list) if isinstance(answer, dict) and key in answer else answer
    if items == []:
        raise empty()
    yield from each(what, items if isinstance(items, list) else [items], read)


# --- Substack ---------------------------------------------------------------------------------------------------------


def read_substack_post(item: Item) -> Post:
    """An article of Substack; of one that is to be paid for, what is shown of it. Its shares are called restacks."""
    writers = need(item, "publishedBylines", list)
    body = item.get("body_html")
    return Post(
        platform="blog",
        kind="article",
        id=number_of(item),
        url=need(item, "canonical_url", str),
        author=writers[0].get("handle") if writers else None,
        author_id=number_of(writers[0]) if writers else None,
        author_name=one_line(need(writers[0], "name", str)) if writers else None,
        title=one_line(need(item, "title", str)),
        text=plain_text(body) if body else tidy(item.get("truncated_body_text") or item.get("subtitle") or "") or None,
        published_at=moment(need(item, "post_date", str)),
        likes=exact(item["reaction_count"]),
        comments=exact(item["comment_count"]),
        shares=exact(item["restacks"]),
        language=item.get("language"),
    )


def read_substack_posts(page: Page) -> Iterator[Part]:
    """The list of a publication's articles, or one."""
    yield from listed(page, "post", read_substack_post, "post")


def read_substack_comments(page: Page) -> Iterator[Part]:
    """The comments of an article, answers inside them; one that was deleted has no words."""
    article = re.search(r"/post/(\d+)/", page.path)

    def read(item: Item) -> Iterator[Part]:
        if not item.get("deleted"):
            yield read_one(item)
        yield from each("answer", need(item, "children", list), read)

    def read_one(item: Item) -> Post:
        above = need(item, "ancestor_path", str, blank=True).rpartition(".")[2]
        return Post(
            platform="blog",
            kind="comment",
            id=number_of(item),
            author=item.get("handle"),
            author_id=str(need(item, "user_id", int)),
            author_name=one_line(need(item, "name", str)),
            text=tidy(need(item, "body", str)),
            published_at=moment(need(item, "date", str)),
            edited_at=moment(item.get("edited_at")),
            likes=exact(item["reaction_count"]),
            comments=exact(item.get("children_count")),
            shares=exact(item.get("restacks")),
            in_reply_to=above or (article[1] if article else None),
        )

    yield from listed(page, "comments", read, "comment")


# --- Ghost ------------------------------------------------------------------------------------------------------------


def read_ghost_posts(page: Page) -> Iterator[Part]:
    """Articles of Ghost's content API: authors and tags only where they were asked for, never any counts."""

    def read(item: Item) -> Post:
        writer = item.get("primary_author") or dig(item, "authors", 0) or {}
        return Post(
            platform="blog",
            kind="article",
            id=need(item, "id", str),
            url=need(item, "url", str),
            author_name=one_line(need(writer, "name", str)) if writer else None,
            title=one_line(need(item, "title", str)),
            text=plain_text(item.get("html") or item.get("excerpt") or item.get("custom_excerpt")) or None,
            published_at=moment(need(item, "published_at", str)),
            hashtags=tuple(need(tag, "name", str).lower() for tag in item.get("tags") or ()),
        )

    yield from listed(page, "posts", read, "post")


def read_ghost_comments(page: Page) -> Iterator[Part]:
    """Comments of a Ghost site's members, the first answers inside them; one that is hidden or deleted has no words."""
    article = re.search(r"/post/(\w+)", page.path)

    def read(item: Item, above: str | None) -> Iterator[Part]:
        number, counts, member = need(item, "id", str), need(item, "count", dict), item["member"]
        talk = exact(counts.get("replies")) if item.get("parent_id") else need_count(counts, "replies")
        if item["html"] is not None:
            yield Post(
                platform="blog",
                kind="comment",
                id=number,
                author_id=need(member, "id", str) if member else None,
                author_name=one_line(member.get("name")) if member else None,
                text=plain_text(need(item, "html", str)),
                published_at=moment(need(item, "created_at", str)),
                edited_at=moment(item.get("edited_at")),
                likes=exact(counts["likes"]),
                comments=talk,
                in_reply_to=item.get("in_reply_to_id") or above,
            )
        if talk and talk.low:
            yield from each("answer", need(item, "replies", list), lambda answer: read(answer, number))

    yield from listed(page, "comments", lambda item: read(item, article[1] if article else None), "comment")


# --- Forem ------------------------------------------------------------------------------------------------------------


def read_forem_articles(page: Page) -> Iterator[Part]:
    """Articles of a Forem site: its list, or one with its body; all reactions are its likes."""

    def read(item: Item) -> Post:
        need(item, "type_of", str)
        user, tags = need(item, "user", dict), item.get("tag_list") or ()
        return Post(
            platform="blog",
            kind="article",
            id=number_of(item),
            url=need(item, "url", str),
            author=need(user, "username", str),
            author_name=one_line(need(user, "name", str)),
            title=one_line(need(item, "title", str)),
            text=plain_text(item.get("body_html") or item.get("description")) or None,
            published_at=moment(need(item, "published_at", str)),
            edited_at=moment(item.get("edited_at")),
            likes=exact(item["public_reactions_count"]),
            comments=exact(item["comments_count"]),
            hashtags=tuple(tag.lower() for tag in (tags.split(", ") if isinstance(tags, str) else tags)),
        )

    yield from listed(page, "articles", read, "article")


def read_forem_comments(page: Page) -> Iterator[Part]:
    """The comments of a Forem article, answers inside them; they tell no likes."""
    article = page.query.get("a_id", [None])[0]

    def read(item: Item, above: str | None = article) -> Iterator[Part]:
        number, user = need(item, "id_code", str), need(item, "user", dict)
        yield Post(
            platform="blog",
            kind="comment",
            id=number,
            author=need(user, "username", str),
            author_name=one_line(need(user, "name", str)),
            text=plain_text(need(item, "body_html", str)),
            published_at=moment(need(item, "created_at", str)),
            in_reply_to=above,
        )
        yield from each("answer", need(item, "children", list), lambda child: read(child, number))

    yield from listed(page, "comments", read, "comment")
