"""Comments that services keep for other sites, as they tell them in JSON: Disqus, Commento, Remark42.

Source: https://disqus.com/api/docs/posts/list/, https://disqus.com/api/docs/threads/details/,
https://docs.commento.io/, https://remark42.com/docs/contributing/api/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from extractors.records import Link, Post, Unread
from extractors.values.addresses import canonical
from extractors.values.counts import balance, exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.page import Page
from spiders.reading import Part, dig, drift, each, empty, gone, limited, need, wall

Item = Mapping[str, Any]

# --- Disqus -----------------------------------------------------------------------------------------------------------

NO_KEY = frozenset({4, 5, 11, 12, 18, 22})
TOO_MANY = frozenset({13, 14})
"""Codes of Disqus' API: keys and rights that lack, limits that are reached."""


def screen_disqus(page: Page) -> None:
    """Disqus' API says by a code what is the matter, whatever the status."""
    if not page.looks_json or not isinstance(page.json, dict):
        return
    answer = page.json
    code = answer.get("code")
    if code in NO_KEY:
        raise wall("login")
    if code in TOO_MANY:
        raise limited()
    if code and "Unable to find" in str(answer.get("response")):
        raise gone("not-found")


def read_disqus(page: Page) -> Iterator[Part]:
    """An answer of Disqus: the comments of a thread, or the frame that a site shows, which tells its article, too."""
    answer = page.json if page.looks_json else page.script_json("disqus-threadData")
    held = answer["response"]
    framed = isinstance(held, dict) and "posts" in held
    thread = need(held, "thread", dict) if framed else {}
    comments = need(held, "posts", list) if framed else held
    if not isinstance(comments, list):
        raise drift("response")
    address = canonical(thread.get("link"))
    if thread:
        yield Post(
            platform="blog",
            kind="article",
            url=need({"link": address}, "link", str),
            title=one_line(plain_text(thread["clean_title"] if "clean_title" in thread else thread["title"])),
            likes=exact(thread["likes"]),
            comments=exact(thread["posts"]),
        )
    elif not comments:
        raise empty()

    def read(item: Item) -> Post | None:
        number, writer = need(item, "id", str), need(item, "author", dict)
        if need(item, "isDeleted", bool) or item.get("isSpam") is True:
            return None
        return Post(
            platform="blog",
            kind="comment",
            id=number,
            url=item.get("url") or (f"{address}#comment-{number}" if address else None),
            author=writer.get("username"),
            author_id=writer.get("id"),
            author_name=one_line(need(writer, "name", str)),
            text=plain_text(need(item, "message", str, blank=True)) or None,
            published_at=moment(need(item, "createdAt", str), UTC),
            likes=exact(item["likes"]),
            in_reply_to=str(item["parent"]) if item.get("parent") else None,
        )

    yield from each("comment", comments, read)
    cursor = answer.get("cursor") or {}
    if page.looks_json and cursor.get("hasNext"):
        asked = {key: values[0] for key, values in page.query.items()} | {"cursor": need(cursor, "next", str)}
        yield Link("next", f"{page.url.partition('?')[0]}?{urlencode(asked)}")


# --- Commento ---------------------------------------------------------------------------------------------------------


def read_commento(page: Page) -> Iterator[Part]:
    """The comments of one page kept by Commento; their score is the balance of votes."""
    comments, people = need(page.json, "comments", list), need(page.json, "commenters", dict, blank=True)

    def read(item: Item) -> Post | None:
        number, writer = need(item, "commentHex", str), need(item, "commenterHex", str)
        # Versions before 1.8 tell it by the words alone.
        if need(item, "deleted", bool) if "deleted" in item else item.get("markdown") == "[deleted]":
            return None
        above, named = need(item, "parentHex", str), writer != "anonymous"
        return Post(
            platform="blog",
            kind="comment",
            id=number,
            author_id=writer if named else None,
            author_name=one_line(need(need(people, writer, dict), "name", str)) if named else None,
            text=plain_text(need(item, "html", str)),
            published_at=moment(need(item, "creationDate", str)),
            likes=balance(item["score"]),
            in_reply_to=above if above != "root" else None,
        )

    yield from each("comment", comments, read)


# --- Remark42 ---------------------------------------------------------------------------------------------------------


def read_remark(page: Page) -> Iterator[Part]:
    """The comments of one page kept by Remark42, as a tree or a list; their score is the balance of votes."""
    comments = need(page.json, "comments", list)
    if not comments:
        raise empty()

    waiting, found = list(comments), []
    for item in waiting:
        found.append(item["comment"] if isinstance(item, dict) and "comment" in item else item)
        waiting.extend(item.get("replies") or () if isinstance(item, dict) else ())

    def read(comment: Item) -> Post | None:
        return None if comment.get("delete") is True else read_one(comment)

    def read_one(comment: Item) -> Post:
        number, writer = need(comment, "id", str), need(comment, "user", dict)
        address = canonical(need(need(comment, "locator", dict), "url", str))
        return Post(
            platform="blog",
            kind="comment",
            id=number,
            url=f"{address}#remark42__comment-{number}" if address else None,
            author_id=need(writer, "id", str),
            author_name=one_line(need(writer, "name", str)),
            text=plain_text(need(comment, "text", str)),
            published_at=moment(need(comment, "time", str)),
            edited_at=moment(dig(comment, "edit", "time")),
            likes=balance(comment["score"]),
            in_reply_to=comment.get("pid") or None,
        )

    made = list(each("comment", found, read))
    yield from made
    about = page.json.get("info") or {}
    lost = (about.get("count") or 0) - len(made)
    if lost > 0 and not page.query.keys() & {"since", "limit", "offset_id"}:
        yield Unread(f"{lost} comments", "replies")
