"""TikTok: videos and accounts from the JSON that its pages carry, in all its forms since 2020; oEmbed; item lists.

A page without that JSON is a wall, never "no data".

Source: pages of www.tiktok.com, 2020 to 2025; https://developers.tiktok.com/doc/ (embed-videos, tiktok-api-v2-video-object,
research-api-specs-query-videos).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import count, exact, rounded
from extractors.values.ids import tiktok_moment
from extractors.values.moments import epoch
from extractors.values.text import one_line, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, wall
from spiders.layouts.aweme import read_comments, read_found
from spiders.markup.notices import tell
from spiders.markup.scripts import script_value
from spiders.page import Page
from spiders.reading import Ending, Part, dig, need

VIDEO_ADDRESS = re.compile(r"/(?:video|photo|v|embed/v2|embed)/(\d+)")
GRID_ADDRESS = re.compile(r"/@([^/?]+)/(video|photo)/(\d+)")
STATES = ("__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE", "__NEXT_DATA__", "__FRONTITY_CONNECT_STATE__")
"""The ids of the scripts that hold a page's data, the newest first."""
TRACES = (
    "__DEFAULT_SCOPE__",
    "itemStruct",
    "ItemModule",
    "UserModule",
    "pageProps",
    "webapp.",
    "videoData",
    "videoList",
)
"""What those scripts hold: where they stand under another id, the page has changed."""
STATUS_CODES = {
    10202: (Outcome.GONE, "not-found"),
    10204: (Outcome.GONE, "not-found"),
    10216: (Outcome.GONE, "private"),
    10221: (Outcome.GONE, "suspended"),
    10222: (Outcome.GONE, "private"),
    10223: (Outcome.GONE, "suspended"),
    10231: (Outcome.WALL, "region"),
}
NOTICES = (
    (r"private|secret|self_see|friend_see", Outcome.GONE, "private"),
    (r"ban|suspend", Outcome.GONE, "suspended"),
    (r"region|country|cross_border", Outcome.WALL, "region"),
    (r"violat|guideline|audit_not_pass", Outcome.GONE, "violation"),
    (r"deleted", Outcome.GONE, "deleted"),
    (r"not? exist|n.t exist|reviewing|removed|unavailable|not available|couldn.t find", Outcome.GONE, "not-found"),
)
WALLS = (
    (r"tiktok-verify-page|secsdk-captcha|captcha_container", Outcome.WALL, "captcha"),
    (r"discontinued operating TikTok|TikTok isn.t available|blocked by the government", Outcome.WALL, "region"),
)


OFFICIAL_ERRORS = {
    **dict.fromkeys(("access_token_invalid", "scope_not_authorized", "unauthorized"), (Outcome.WALL, "login")),
    "rate_limit_exceeded": (Outcome.LIMITED, None),
    "invalid_params": (Outcome.FAILED, "invalid_params"),
}
"""How an answer of the official APIs ends that tells an error."""


def account_url(target: Target) -> str:
    """The page of an account."""
    return f"https://www.tiktok.com/@{target.value.strip().removeprefix('@')}"


def told(holder: Mapping[str, Any], *names: str) -> Count | None:
    """A count: from the exact numbers (``statsV2``, texts) where they are, else from those rounded as the page shows them.

    The first of the names that is there is taken; raises LookupError where none is.
    """
    for stats in (holder.get("statsV2") or {}, holder.get("stats") or {}):
        for name in names:
            if stats.get(name) is not None:
                return rounded(stats[name])
    raise LookupError(names[0])


def read_item(item: Mapping[str, Any]) -> Iterator[Part]:
    """One video or photo post, and its author where his counts stand with it."""
    author = item["author"]
    flat = isinstance(author, str) and "authorId" in item
    handle = author if flat else need(author, "uniqueId", str)
    video_id = need(item, "id", str)
    photo = bool(item.get("imagePost"))
    tags = [one.get("hashtagName") for one in item.get("textExtra") or ()] or [
        one.get("title") for one in item.get("challenges") or ()
    ]
    yield Post(
        platform="tiktok",
        kind="photo" if photo else "video",
        id=video_id,
        url=f"https://www.tiktok.com/@{handle}/{'photo' if photo else 'video'}/{video_id}",
        author=handle,
        author_id=item.get("authorId") if flat else need(author, "id", str),
        author_name=one_line(item.get("nickname") if flat else author.get("nickname")),
        text=tidy(need(item, "desc", str, blank=True)) or None,
        published_at=epoch(item["createTime"]),
        likes=told(item, "diggCount"),
        comments=told(item, "commentCount"),
        shares=told(item, "shareCount"),
        saves=told(item, "collectCount") if "collectCount" in f"{item.get('stats')}{item.get('statsV2')}" else None,
        views=told(item, "playCount"),
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in tags if tag)),
        language=item.get("textLanguage") or None,
        region=item.get("locationCreated") or None,
    )
    stats = {"stats": item.get("authorStats"), "statsV2": item.get("authorStatsV2")}
    if any(stats.values()) and not flat:
        yield read_user(author, stats)


def read_user(user: Mapping[str, Any], stats: Mapping[str, Any]) -> Profile:
    """One account with its totals."""
    handle = need(user, "uniqueId", str)
    return Profile(
        platform="tiktok",
        handle=handle,
        id=need(user, "id", str),
        url=f"https://www.tiktok.com/@{handle}",
        name=one_line(need(user, "nickname", str, blank=True)),
        text=tidy(need(user, "signature", str, blank=True)) or None,
        verified=user.get("verified"),
        joined_at=epoch(user["createTime"]) if user.get("createTime") else None,
        followers=told(stats, "followerCount"),
        following=told(stats, "followingCount"),
        posts=told(stats, "videoCount"),
        likes=told(stats, "heartCount", "heart"),
    )


def settle(state: Mapping[str, Any]) -> None:
    """Raise the ending that a status code tells."""
    code = state.get("statusCode", 0)
    if code in STATUS_CODES:
        raise Ending(*STATUS_CODES[code])
    if code:
        tell(str(state.get("statusMsg") or ""), NOTICES)
        raise drift(f"status {code}")


def state_of(page: Page) -> tuple[str, Mapping[str, Any]]:
    """The page's data, and the id of the script that holds it."""
    if page.looks_json:
        raise drift("answer of no known layout")
    for name in STATES:
        element = page.tree.get_element_by_id(name, None)
        if element is not None and (element.text or "").strip():
            return name, page.script_json(name)
        if f"window['{name}']" in page.text:
            return name, script_value(page.text, f"window['{name}']=")
    tell(page.text[:200_000], WALLS)
    if "/login" in page.path:
        raise wall("login")
    raise (
        drift("saved-without-scripts")
        if page.saved
        else drift("rehydration")
        if any(trace in page.text for trace in TRACES)
        else wall("bot-check")
    )


def read_page(page: Page) -> Iterator[Part]:
    """A video's or an account's page."""
    name, state = state_of(page)
    wanted = VIDEO_ADDRESS.search(page.path)
    if name == STATES[0]:
        details = {key: value for key, value in state["__DEFAULT_SCOPE__"].items() if "detail" in key}
        if not details:
            raise wall("bot-check")
        detail = next(
            (
                value
                for key, value in details.items()
                if key.startswith("webapp.") and (("video" in key) == bool(wanted))
            ),
            None,
        )
        yield from read_detail(need({"webapp.detail": detail}, "webapp.detail", dict), page, wanted)
    elif name == STATES[1]:
        yield from read_sigi(state, wanted)
    elif name == STATES[3]:
        yield from read_embed(need(need(state, "source", dict), "data", dict))
    else:
        props = need(need(state, "props", dict), "pageProps", dict)
        settle(props)
        yield from read_detail(props, page, wanted) if "itemInfo" in props or "userInfo" in props else read_2020(props)


def read_detail(detail: Mapping[str, Any], page: Page, wanted: re.Match[str] | None) -> Iterator[Part]:
    """A video, or an account with its videos, as told since 2021."""
    settle(detail)
    if wanted:
        item = need(need(detail, "itemInfo", dict), "itemStruct", dict)
        if item.get("id") != wanted[1]:
            raise drift("id")
        if "seoProps" in detail:
            need(item, "authorStats", dict)
        yield from read_item(item)
        return
    shown = need(detail, "userInfo", dict)
    user = need(shown, "user", dict)
    asked = re.match(r"/@([\w.-]+)", page.path)
    if asked and asked[1].lower() != need(user, "uniqueId", str).lower():
        raise drift("uniqueId")
    yield read_user(user, shown)
    items = shown.get("itemList") or detail.get("items") or []
    yield from each("video", items, read_item)
    if not items:
        yield from read_grid(page, user)


def read_grid(page: Page, user: Mapping[str, Any]) -> Iterator[Part]:
    """The videos of a page that a browser has drawn; others' videos beside them are left out."""
    cells = [cell for cell in page.tree.iter("div") if cell.get("data-e2e") == "user-post-item"]

    def read_cell(cell: Any) -> Post | None:
        address = next(
            (found for link in cell.iter("a") if (found := GRID_ADDRESS.search(link.get("href") or ""))), None
        )
        if address is None:
            raise LookupError("href")
        if address[1] != user["uniqueId"]:
            return None
        views = next((element for element in cell.iter() if element.get("data-e2e") == "video-views"), None)
        if views is None:
            raise LookupError("video-views")
        return Post(
            platform="tiktok",
            kind="photo" if address[2] == "photo" else "video",
            id=address[3],
            url=f"https://www.tiktok.com{address[0]}",
            author=user["uniqueId"],
            author_id=user["id"],
            author_name=one_line(user["nickname"]),
            published_at=tiktok_moment(address[3]),
            views=count(views.text_content()),
        )

    if not cells and any(f"/@{user['uniqueId']}/video/" in (link.get("href") or "") for link in page.tree.iter("a")):
        raise drift("user-post-item")
    yield from each("video", cells, read_cell)


def read_sigi(state: Mapping[str, Any], wanted: re.Match[str] | None) -> Iterator[Part]:
    """The tables of 2021 to 2023: items by id, users and their counts by handle."""
    settle(state.get("VideoPage") or state.get("UserPage") or {})
    items, users = need(state, "ItemModule", dict, blank=True), need(state, "UserModule", dict)
    known = need(users, "users", dict)
    listed = dig(state, "ItemList", "user-post", "list") or list(items)
    if not isinstance(listed, list) or (items and not wanted and not any(name in items for name in listed)):
        raise drift("ItemList")
    chosen = [need(items, wanted[1], dict)] if wanted else [items[name] for name in listed if name in items]
    for handle in sorted({need(item, "author", str) for item in chosen}) if wanted else known:
        stats = {key: (users.get(key) or {}).get(handle) for key in ("stats", "statsV2")}
        yield read_user(need(known, handle, dict), stats)
    yield from each("video", chosen, read_item)


def read_2020(props: Mapping[str, Any]) -> Iterator[Part]:
    """A video or an account as told in 2020; counts of likes come as texts."""
    if "videoData" in props:
        shown = props["videoData"]
        item, author, stats = shown["itemInfos"], shown["authorInfos"], need(shown, "authorStats", dict)
        handle, video_id = need(author, "uniqueId", str), need(item, "id", str)
        yield Post(
            platform="tiktok",
            kind="video",
            id=video_id,
            url=f"https://www.tiktok.com/@{handle}/video/{video_id}",
            author=handle,
            author_id=need(author, "userId", str),
            author_name=one_line(need(author, "nickName", str)),
            text=tidy(need(item, "text", str, blank=True)) or None,
            published_at=epoch(item["createTime"]),
            likes=rounded(item["diggCount"]),
            comments=rounded(item["commentCount"]),
            shares=rounded(item["shareCount"]),
            views=rounded(item["playCount"]),
        )
        user = author | {"id": author["userId"], "nickname": author["nickName"]}
        yield read_user(user, {"stats": stats})
        return
    user = need(props, "userData", dict)
    yield Profile(
        platform="tiktok",
        handle=need(user, "uniqueId", str),
        id=need(user, "userId", str),
        url=f"https://www.tiktok.com/@{user['uniqueId']}",
        name=one_line(need(user, "nickName", str)),
        text=tidy(need(user, "signature", str, blank=True)) or None,
        verified=user.get("verified"),
        followers=rounded(user["fans"]),
        following=rounded(user["following"]),
        posts=rounded(user["video"]),
        likes=rounded(user["heart"]),
    )


def read_embed(data: Mapping[str, Any]) -> Iterator[Part]:
    """What an embedded player or an embedded account shows: of a video no counts, of an account its newest videos' plays."""
    shown = next((value for value in data.values() if isinstance(value, dict) and "code" in value), {})
    failed = "isError" in shown and need(shown, "isError", bool)
    if failed or shown.get("code") in {404, 10204}:
        raise Ending(Outcome.GONE, "not-found")
    if "videoData" in shown:
        item, author = need(shown["videoData"], "itemInfos", dict), need(shown["videoData"], "authorInfos", dict)
        yield embedded(item, author, need(item, "text", str, blank=True))
        return
    user = need(shown, "userInfo", dict)
    handle = need(user, "uniqueId", str)
    yield Profile(
        platform="tiktok",
        handle=handle,
        id=user.get("id"),
        url=f"https://www.tiktok.com/@{handle}",
        name=one_line(user.get("nickname")),
        text=tidy(need(user, "signature", str, blank=True)) or None,
        verified=user.get("verified"),
        followers=rounded(user["followerCount"]),
        following=rounded(user.get("followingCount")),
        likes=rounded(user.get("heartCount")),
    )
    videos = need(shown, "videoList", list)
    yield from each("video", videos, lambda item: embedded(item, user, need(item, "desc", str, blank=True)))


def embedded(item: Mapping[str, Any], author: Mapping[str, Any], text: str) -> Post:
    """One video of an embed."""
    handle, video_id = need(author, "uniqueId", str), need(item, "id", str)
    return Post(
        platform="tiktok",
        kind="video",
        id=video_id,
        url=f"https://www.tiktok.com/@{handle}/video/{video_id}",
        author=handle,
        author_name=one_line(author.get("nickName") or author.get("nickname")),
        text=tidy(text) or None,
        published_at=epoch(item["createTime"]) if item.get("createTime") else tiktok_moment(video_id),
        views=rounded(item.get("playCount")),
    )


def read_list(page: Page) -> Iterator[Part]:
    """A list of videos as the page loads it (saved by a person's browser)."""
    answer = page.json
    settle(answer)
    items = need(answer, "itemList", list)
    if not items:
        # A list that works says that there is no more; one that is refused says nothing.
        raise empty() if answer.get("hasMore") is False and "statusCode" in answer else drift("itemList")
    yield from each("video", items, read_item)


def read_search(page: Page) -> Iterator[Part]:
    """What a search found, as the page loads it."""
    answer = page.json
    settle({"statusCode": answer.get("status_code", 0), "statusMsg": answer.get("status_msg")})
    yield from read_found(answer, read_item, read_found_user)


def read_found_user(user: Mapping[str, Any]) -> Profile:
    """One account that a search found, told by other names than elsewhere."""
    handle = need(user, "unique_id", str)
    return Profile(
        platform="tiktok",
        handle=handle,
        id=need(user, "uid", str),
        url=f"https://www.tiktok.com/@{handle}",
        name=one_line(need(user, "nickname", str, blank=True)),
        text=tidy(need(user, "signature", str, blank=True)) or None,
        followers=rounded(user["follower_count"]),
    )


def read_talk(page: Page) -> Iterator[Part]:
    """Comments as the page loads them."""
    answer = page.json
    settle({"statusCode": answer.get("status_code", 0), "statusMsg": answer.get("status_msg")})
    yield from read_comments(answer, "tiktok")


def read_official(page: Page) -> Iterator[Part]:
    """An answer of the official APIs: videos, comments, an account; who asks names the fields."""
    answer = page.json
    code = need(need(answer, "error", dict), "code", str)
    if code != "ok":
        raise Ending(*OFFICIAL_ERRORS[code]) if code in OFFICIAL_ERRORS else drift(f"error {code}")
    data, fields = need(answer, "data", dict), ",".join(page.query.get("fields", ()))
    if "videos" in data:
        videos = need(data, "videos", list)
        if not videos:
            raise empty()
        yield from each("video", videos, lambda item: read_official_video(item, fields))
    elif "comments" in data:
        yield from each("comment", need(data, "comments", list), read_official_comment)
    else:
        user = need(data, "user", dict) if "user" in data else data
        handle = asked(user, "username", fields)
        yield Profile(
            platform="tiktok",
            handle=handle,
            id=asked(user, "open_id", fields),
            url=f"https://www.tiktok.com/@{handle}" if handle else user.get("profile_deep_link"),
            name=one_line(need(user, "display_name", str)),
            text=tidy(asked(user, "bio_description", fields) or "") or None,
            verified=user.get("is_verified"),
            followers=exact(asked(user, "follower_count", fields)),
            following=exact(asked(user, "following_count", fields)),
            posts=exact(asked(user, "video_count", fields)),
            likes=exact(asked(user, "likes_count", fields)),
        )


def asked(holder: Mapping[str, Any], name: str, fields: str) -> Any:
    """A value of the official APIs, which is there where it was asked for."""
    return holder[name] if name in fields.split(",") else holder.get(name)


def read_official_video(item: Mapping[str, Any], fields: str) -> Post:
    """One video of the official APIs."""
    video_id, handle = str(item["id"]), asked(item, "username", fields)
    if not video_id.isdecimal():
        raise LookupError("id")
    return Post(
        platform="tiktok",
        kind="video",
        id=video_id,
        url=f"https://www.tiktok.com/@{handle}/video/{video_id}"
        if handle
        else (item.get("share_url") or "").partition("?")[0] or None,
        author=handle,
        text=tidy(asked(item, "video_description", fields) or item.get("title") or "") or None,
        published_at=epoch(item["create_time"]) if "create_time" in item else tiktok_moment(video_id),
        likes=exact(asked(item, "like_count", fields)),
        comments=exact(asked(item, "comment_count", fields)),
        shares=exact(asked(item, "share_count", fields)),
        saves=exact(asked(item, "favorites_count", fields)),
        views=exact(asked(item, "view_count", fields)),
        hashtags=tuple(name.lower() for name in item.get("hashtag_names") or ()),
        region=item.get("region_code") or None,
    )


def read_official_comment(item: Mapping[str, Any]) -> Post:
    """One comment of the Research API, which names no author."""
    video, above = str(item["video_id"]), str(item.get("parent_comment_id") or "")
    return Post(
        platform="tiktok",
        kind="comment",
        id=str(item["id"]),
        text=tidy(need(item, "text", str, blank=True)) or None,
        published_at=epoch(item["create_time"]),
        likes=exact(item["like_count"]),
        comments=exact(item["reply_count"]),
        in_reply_to=video if above in {"", video} else above,
    )


def read_oembed(page: Page) -> Iterator[Part]:
    """oEmbed: text and author of a video; no counts, and the time only in the id."""
    answer = page.json
    if answer.get("status_msg") or answer.get("code") == 400:
        tell(str(answer.get("status_msg") or answer.get("message") or "not available"), NOTICES)
    video_id = answer.get("embed_product_id") or dig(re.findall(r'data-video-id="(\d+)"', answer["html"]), 0)
    handle = answer.get("author_unique_id") or need(answer, "author_url", str).rpartition("@")[2]
    if not video_id or not str(video_id).isdecimal():
        raise drift("embed_product_id")
    yield Post(
        platform="tiktok",
        kind="video",
        id=str(video_id),
        url=f"https://www.tiktok.com/@{handle}/video/{video_id}",
        author=handle,
        author_name=one_line(need(answer, "author_name", str)),
        text=tidy(need(answer, "title", str, blank=True)) or None,
        published_at=tiktok_moment(str(video_id)),
    )


class TikTok(PlatformSpider):
    """TikTok."""

    name = "tiktok"
    about = About(
        title="TikTok",
        anonymous="videos with plays, likes, comments, shares, saves; accounts with followers and likes (exact); sporadically a challenge",
        restricted="lists of an account's videos (drawn pages, saved answers)",
        robots="video and account pages allowed at a low rate",
        layouts={
            "video page (rehydration)": "2024-06",
            "account page (rehydration, drawn grid)": "2025-12",
            "video page (SIGI_STATE)": "unproven",
            "video page (__NEXT_DATA__)": "2021-04",
            "video page (videoData)": "unproven",
            "item list": "unproven",
            "comments (JSON)": "unproven",
            "embedded video and account": "unproven",
            "Display and Research APIs": "unproven",
            "searches (JSON)": "unproven",
            "oEmbed": "2024-06",
            "challenge": "2024-03",
        },
    )
    domains = ("tiktok.com", "tiktokapis.com")
    addresses = {"profile": account_url, "page": lambda target: target.value}
    readers = (
        Reader(r"/oembed", read_oembed),
        Reader(r"^open\.tiktokapis\.com/", read_official),
        Reader(r"/api/search/[^?]*full", read_search),
        Reader(r"/api/.*item_list", read_list),
        Reader(r"/api/comment/list", read_talk),
        Reader(r"", read_page),
    )
    pause_seconds = 20.0
