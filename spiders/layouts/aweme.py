"""Comments and searches as TikTok and Douyin answer them to their own pages, in one form.

Source: saved answers of ``/api/comment/list/`` and ``/aweme/v1/web/comment/list/`` that public repositories keep, and public
code that reads answers of ``/api/search/`` and ``/aweme/v1/web/general/search/``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from extractors.records import Post, Record
from extractors.values.counts import exact
from extractors.values.moments import epoch
from extractors.values.text import one_line, tidy
from spiders.reading import Part, dig, drift, each, empty, need, wall

VIDEO, ACCOUNTS, SERIES = 1, 4, 16
"""Types of cards among what a search found."""


def read_comments(answer: Mapping[str, Any], platform: str) -> Iterator[Part]:
    """The comments on a video or on a comment, with the answers that stand below them."""
    if answer["comments"] is None or answer["comments"] == []:
        raise empty() if answer.get("total") == 0 else drift("comments")
    yield from each("comment", need(answer, "comments", list), lambda item: read_comment(item, platform))


def read_found(
    answer: Mapping[str, Any],
    read_video: Callable[[Mapping[str, Any]], Iterator[Part]],
    read_account: Callable[[Mapping[str, Any]], Record],
) -> Iterator[Part]:
    """What a search found: videos, the videos of a series, accounts; other cards (words to search for, live rooms) are none."""
    found = next((answer[name] for name in ("data", "item_list", "user_list") if answer.get(name)), None)
    if found is None:
        # A search that is refused finds nothing too, but says why.
        refused = dig(answer, "search_nil_info", "search_nil_type")
        raise wall("captcha") if refused == "verify_check" else drift(str(refused or "data"))
    parts = list(each("card", need({"data": found}, "data", list), partial(read_card, read_video, read_account)))
    if not parts:
        raise drift("aweme_info")
    yield from parts


def read_card(
    read_video: Callable[[Mapping[str, Any]], Iterator[Part]],
    read_account: Callable[[Mapping[str, Any]], Record],
    card: Mapping[str, Any],
) -> Iterator[Part]:
    """One card of a search: a video, itself or in it, a series, an account, accounts."""
    kind, video = need(card, "type", int) if "type" in card else None, card.get("aweme_info") or card.get("item")
    if "desc" in card:
        yield from read_video(card)
    elif kind == VIDEO or video:
        yield from read_video(need({"video": video}, "video", dict))
    elif kind == SERIES or "aweme_mix_info" in card:
        yield from each("video", need(need(card, "aweme_mix_info", dict), "mix_items", list), read_video)
    elif kind == ACCOUNTS:
        users = need(card, "user_list", list)
        yield from each("account", users, lambda user: read_account(need(user, "user_info", dict)))
    elif kind is None:
        yield read_account(need(card, "user_info", dict))


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
