"""Douyin: videos and accounts from share pages, site pages and saved answers.

All of it comes by import: pages answer only to a browser whose scripts have passed a check. The layouts are the documented
ones; no page of the platform's own has proved them yet.

Source: lists of ``/web/api/v2/aweme/post/`` (2020) and ``/aweme/v1/web/aweme/post/`` (2025) that public repositories keep.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import epoch
from extractors.values.text import one_line, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.layouts.aweme import read_comments, read_found
from spiders.markup.notices import tell
from spiders.markup.scripts import assignments, places, script_value
from spiders.page import Page, parse_json
from spiders.reading import Ending, Part, dig, maybe, need, told

VIDEO_ADDRESS = re.compile(r"/(?:video|note|slides)/(\d+)|[?&](?:modal_id|aweme_id|item_ids)=(\d+)")
PUSHED = "self.__pace_f.push("
CHECKS = (
    (r"验证码中间页|captcha_container|secsdk-captcha", Outcome.WALL, "captcha"),
    (r"__ac_signature|byted_acrawler|__ac_nonce", Outcome.WALL, "bot-check"),
)
FILTERS = (
    (r"私密|仅自己|self_see|friend_see|好友", Outcome.GONE, "private"),
    (r"违规|下架|审核|violat", Outcome.GONE, "violation"),
    (r"删除|deleted|不见了|不存在|not", Outcome.GONE, "not-found"),
)


def plays(stats: Mapping[str, Any]) -> Count | None:
    """Plays: a dead field that is 0 for all but the author."""
    count = exact(maybe(stats, "play_count"))
    return count if count is not None and count.low else None


def read_video(item: Mapping[str, Any], *, timeless: bool = False) -> Iterator[Part]:
    """A video or a set of pictures, and its author where his counts stand with it; the answers of 2020 tell no time."""
    author = item["authorInfo"] if "authorInfo" in item else item["author"]
    stats = item["stats"] if "stats" in item else item["statistics"]
    video_id = str(told(item, "aweme_id"))
    if not video_id.isdecimal():
        raise LookupError("aweme_id")
    tags = [maybe(tag, "hashtag_name") for tag in maybe(item, "text_extra") or ()]
    yield Post(
        platform="douyin",
        kind="photo" if maybe(item, "images") or maybe(item, "image_infos") else "video",
        id=video_id,
        url=f"https://www.douyin.com/video/{video_id}",
        author=handle(author),
        author_id=str(author.get("uid") or "") or None,
        author_name=one_line(need(author, "nickname", str)),
        text=tidy(need(item, "desc", str, blank=True)) or None,
        published_at=None if timeless else epoch(told(item, "create_time")),
        likes=exact(told(stats, "digg_count")),
        comments=exact(told(stats, "comment_count")),
        shares=exact(told(stats, "share_count")),
        saves=exact(maybe(stats, "collect_count")),
        views=plays(stats),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in tags if tag)),
    )
    if maybe(author, "follower_count") is not None and author.get("uid"):
        yield read_user(author)


def handle(author: Mapping[str, Any]) -> str | None:
    """The account's own name, or the number that it has without one."""
    short = str(maybe(author, "short_id") or "0")
    return maybe(author, "unique_id") or (short if short != "0" else None)


def read_user(user: Mapping[str, Any]) -> Profile:
    """One account."""
    secret = maybe(user, "sec_uid")
    return Profile(
        platform="douyin",
        handle=handle(user),
        id=need({"uid": str(user["uid"])}, "uid", str),
        url=f"https://www.douyin.com/user/{secret}" if secret else None,
        name=one_line(need(user, "nickname", str)),
        text=tidy(user["signature"] if "signature" in user else user["desc"]) or None,
        followers=exact(told(user, "follower_count")),
        following=exact(maybe(user, "following_count")),
        posts=exact(maybe(user, "aweme_count")),
        likes=exact(maybe(user, "total_favorited")),
    )


def asked_for(page: Page, items: list[Any]) -> list[Any]:
    """The video that the address names; others beside it are left out."""
    found = VIDEO_ADDRESS.search(page.url)
    wanted = found and (found[1] or found[2])
    return [item for item in items if not wanted or str(maybe(item, "aweme_id")) == wanted]


def read_share(page: Page) -> Iterator[Part]:
    """A share page."""
    loaded = need(next(assignments(page.text, "_ROUTER_DATA"), {}), "loaderData", dict)
    shown = next((value for name, value in loaded.items() if name.endswith("/page") and isinstance(value, dict)), {})
    yield from read_items(page, need(shown, "videoInfoRes", dict))


def read_items(page: Page, answer: Mapping[str, Any], *, timeless: bool = False) -> Iterator[Part]:
    """The video of a share page or of the answer that such a page asks for."""
    for hidden in answer.get("filter_list") or ():
        tell(f"{hidden.get('filter_reason')} {hidden.get('notice')} {hidden.get('detail_msg')}", FILTERS)
    items = asked_for(page, need(answer, "item_list", list))
    if not items:
        raise drift("item_list")
    yield from each("video", items, partial(read_video, timeless=timeless))


def streamed(page: Page) -> Iterator[Mapping[str, Any]]:
    """The data of a page of since 2024, which comes in pieces of text, each line a value with its number before it."""
    pushed = [script_value(page.text, PUSHED, at) for at in places(page.text, PUSHED)]
    text = "".join(str(piece[1]) for piece in pushed if isinstance(piece, list) and len(piece) > 1)
    for line in text.split("\n"):
        value = line.partition(":")[2]
        if value.startswith("[") and ('"aweme"' in value or '"user"' in value):
            yield from (part for part in parse_json(value, PUSHED) if isinstance(part, dict))


def states_of(page: Page) -> list[Mapping[str, Any]]:
    """The states that a page of the site holds, encoded in a script or in pieces; an empty list where there are none."""
    element = page.tree.get_element_by_id("RENDER_DATA", None)
    if element is not None and element.text:
        state = parse_json(unquote(element.text), "RENDER_DATA")
        return [state["app"]] if "app" in state else [value for value in state.values() if isinstance(value, dict)]
    return list(streamed(page))


def read_site(page: Page) -> Iterator[Part]:
    """A page of the site."""
    states = states_of(page)
    if not states:
        if "_ROUTER_DATA" in page.text:
            yield from read_share(page)
            return
        if PUSHED in page.text and "awemeId" in page.text:
            raise drift(PUSHED)
        tell(page.text[:200_000], CHECKS)
        if not page.body.strip():
            raise wall("bot-check")
        raise drift("saved-without-scripts" if page.saved else "RENDER_DATA")
    app: Mapping[str, Any] = next((state for state in states if "videoDetail" in state or "aweme" in state), {})
    users = (dig(state, "user", "user") or dig(state, "user", "info") for state in states)
    user, video = next(filter(None, users), None), app.get("videoDetail") or dig(app, "aweme", "detail")
    if dig(app, "aweme", "statusCode") == -404:
        raise Ending(Outcome.GONE, "not-found")
    if video:
        if not asked_for(page, [video]):
            raise drift("awemeId")
        yield from read_video(video)
    elif user and "/user/" in page.path:
        yield read_user(user)
    else:
        raise drift("videoDetail")


def read_answer(page: Page) -> Iterator[Part]:
    """A saved answer: a video, a list of an account's videos, comments, an account."""
    if not page.body.strip():
        # An answer without a body is how a refused request ends.
        raise wall("bot-check")
    answer = page.json
    code = answer.get("status_code", 0)
    if code in {8, 2483}:
        raise wall("login")
    if code:
        raise drift(f"status {code}")
    timeless = "/web/api/v2/" in page.path
    if "aweme_detail" in answer:
        if not answer["aweme_detail"]:
            tell(str(answer.get("filter_detail") or ""), FILTERS)
            raise Ending(Outcome.GONE, "not-found")
        yield from read_video(answer["aweme_detail"])
    elif "aweme_list" in answer:
        videos = need(answer, "aweme_list", list)
        if not videos:
            raise empty() if answer.get("has_more") == 0 and answer.get("max_cursor") else drift("aweme_list")
        yield from each("video", videos, partial(read_video, timeless=timeless))
    elif "/search/" in page.path:
        yield from read_found(answer, read_video, read_user)
    elif "comments" in answer:
        yield from read_comments(answer, "douyin")
    elif "item_list" in answer:
        yield from read_items(page, answer, timeless=timeless)
    else:
        yield read_user(need(answer, "user_info" if "user_info" in answer else "user", dict))


class Douyin(PlatformSpider):
    """Douyin."""

    name = "douyin"
    about = About(
        title="Douyin",
        anonymous="nothing: a check that only a browser's scripts pass",
        restricted="videos with likes, comments, shares, saves; accounts with followers: saved pages and answers",
        robots="import only",
        layouts={
            "share page (_ROUTER_DATA)": "unproven",
            "video and account page (RENDER_DATA)": "unproven",
            "video and account page, in pieces": "unproven",
            "answers (JSON)": "unproven",
            "comments (JSON)": "unproven",
            "check page": "unproven",
        },
    )
    domains = ("douyin.com", "iesdouyin.com")
    readers = (Reader(r"/aweme/v\d/|/web/api/", read_answer), Reader(r"", read_site))
    pause_seconds = 30.0
    china_time = True
