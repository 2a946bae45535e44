"""Comments as TikTok and Douyin answer them to their own pages, in one form.

Source: saved answers of ``/api/comment/list/`` and ``/aweme/v1/web/comment/list/`` that public repositories keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Post
from extractors.values.counts import exact
from extractors.values.moments import epoch
from extractors.values.text import one_line, tidy
from spiders.reading import Part, drift, each, empty, need


def read_comments(answer: Mapping[str, Any], platform: str) -> Iterator[Part]:
    """The comments on a video or on a comment, with the answers that stand below them."""
    if answer["comments"] is None or answer["comments"] == []:
        raise empty() if answer.get("total") == 0 else drift("comments")
    yield from each("comment", need(answer, "comments", list), lambda item: read_comment(item, platform))


def read_comment(item: Mapping[str, Any], platform: str) -> Iterator[Part]:
    """One comment; an answer names the comment that it stands below, the others the video."""
    user, above = need(item, "user", dict), need(item, "reply_id", str)
    if not above.isdecimal():
        raise LookupError("reply_id")
    # Who has no name of his own has a number there, or nothing.
    named = [str(user[name]) for name in ("unique_id", "short_id") if user.get(name) not in {None, "", "0"}]
    yield Post(
        platform=platform,
        kind="comment",
        id=need(item, "cid", str),
        author=named[0] if named else None,
        author_id=need(user, "uid", str),
        author_name=one_line(need(user, "nickname", str)),
        text=tidy(need(item, "text", str, blank=True)) or None,
        published_at=epoch(item["create_time"]),
        likes=exact(item["digg_count"]),
        comments=exact(item["reply_comment_total"]) if above == "0" else None,
        in_reply_to=need(item, "aweme_id", str) if above == "0" else above,
        region=item.get("ip_label") or None,
    )
    yield from each("answer", item.get("reply_comment") or (), lambda reply: read_comment(reply, platform))
