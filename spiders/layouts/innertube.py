"""The tree of renderers that YouTube's pages carry: texts, video and channel tiles, comments, channel headers.

Source: ``ytInitialData`` of www.youtube.com, 2019 to 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from extractors.records import Count, Moment, Post, Profile, Unread
from extractors.values.counts import count
from extractors.values.moments import relative
from extractors.values.text import one_line, tidy
from spiders.reading import Part, dig, drift, each, need

VIDEO_TILES = frozenset(
    {
        "videoRenderer",
        "gridVideoRenderer",
        "compactVideoRenderer",
        "playlistVideoRenderer",
        "channelVideoPlayerRenderer",
        "reelItemRenderer",
        "videoWithContextRenderer",
        "promotedVideoRenderer",
        "movieRenderer",
        "gridMovieRenderer",
        "compactMovieRenderer",
    }
)
POST_TILES = frozenset({"backstagePostRenderer", "sharedPostRenderer", "postRenderer"})
CHANNEL_TILES = frozenset({"channelRenderer", "gridChannelRenderer"})
TILES = VIDEO_TILES | POST_TILES | CHANNEL_TILES | {"lockupViewModel", "shortsLockupViewModel"}
COMMENTS = frozenset({"commentViewModel", "commentRenderer"})
ASIDE = frozenset(
    {"header", "metadata", "topbar", "responseContext", "frameworkUpdates", "engagementPanels", "menu", "subMenu"}
    | {"playlistRenderer", "radioRenderer"}
)
"""What stands beside a page's own content; a playlist shows the first of its videos."""
TILE_MARKS = (
    {"videoId", "title"},
    {"videoId", "headline"},
    {"contentId", "metadata"},
    {"channelId", "title"},
    {"overlayMetadata"},
    {"postId", "contentText"},
)
"""What only tiles hold."""
VIDEO_LOCKUPS = frozenset({"LOCKUP_CONTENT_TYPE_VIDEO", "LOCKUP_CONTENT_TYPE_SHORTS", "LOCKUP_CONTENT_TYPE_EPISODE"})
VIDEO_WORD = re.compile(
    r"vid[eéíy]|wideo|film|βίντεο|видео|відео|वीडियो|動画|视频|影片|동영상|فيديو|วิดีโอ|סרטונ", re.IGNORECASE
)
FEW = 3
"""So many tiles in a row lack by chance what others have."""
LISTS = frozenset({"content", "contents", "items", "continuationItems"})
"""Where a shelf holds its tiles."""
HOLDERS = {
    "richItemRenderer": "content",
    "richSectionRenderer": "content",
    "richGridRenderer": "contents",
    "richShelfRenderer": "contents",
    "playlistVideoListRenderer": "contents",
    "shelfRenderer": "content",
    "itemSectionRenderer": "contents",
    "horizontalListRenderer": "items",
    "verticalListRenderer": "items",
    "expandedShelfContentsRenderer": "items",
    "gridRenderer": "items",
    "reelShelfRenderer": "items",
}
"""Renderers that hold tiles, and under which key."""
CLOCK_OR_DATE = re.compile(r"\d[:/]\d")


@dataclass(frozen=True, slots=True)
class View:
    """What a renderer does not say itself: the page's language, when it was fetched, the channel or video it belongs to."""

    language: str | None
    fetched_at: datetime | None
    channel: Profile | None = None
    video_id: str | None = None
    all_own: bool = True
    """Whether all that is listed is the channel's own; a home tab lists others' videos too."""

    def count(self, text: str | None) -> Count | None:
        """A counter's text as an interval."""
        return count(text, self.language or "en")

    def number(self, text: str | None) -> Count | None:
        """A counter's text that tells a number where it tells anything; raises ValueError for one that tells none."""
        made = self.count(text)
        if made is None and text and text.strip():
            raise ValueError(f"no count: {text[:40]!r}")
        return made

    def ago(self, text: str | None) -> Moment | None:
        """A time told from now."""
        return relative(text, self.fetched_at, self.language)


def words(node: Any) -> str | None:
    """The text of a text node (``simpleText``, ``runs``, ``content``); None stays None, what is none raises LookupError."""
    if node is None:
        return None
    if isinstance(node, str):
        return node
    if "runs" in node:
        return "".join(run["text"] if "text" in run else emoji(run["emoji"]) for run in node["runs"])
    return need(node, "simpleText" if "simpleText" in node else "content", str, blank=True)


def emoji(node: Mapping[str, Any]) -> str:
    """An emoji of a comment: itself, or the name of a channel's own."""
    return str(node["emojiId"] if not node.get("isCustomEmoji") else dig(node, "shortcuts", 0) or "")


def title(node: Any) -> str:
    """A title, which a tile must have."""
    made = one_line(words(node))
    if not made:
        raise LookupError("title")
    return made


def tiles(node: Any, wanted: frozenset[str] = TILES) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tiles of a tree in their order, by renderer name; one that looks like a video under an unknown name comes too."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting.extend(reversed(here))
        elif isinstance(here, dict):
            found = []
            for name, value in here.items():
                if name in wanted or looks_like_tile(name, value, wanted):
                    yield name, value
                elif wanted is TILES and lacks_tiles(name, value):
                    yield "that is empty", {}
                elif wanted is TILES and name in LISTS and (value == {} or (isinstance(value, list) and {} in value)):
                    yield "that is empty", {}
                    found.append(value)
                elif isinstance(value, dict | list) and name not in ASIDE:
                    found.append(value)
                elif (
                    wanted is TILES
                    and isinstance(value, str)
                    and name in LISTS
                    and (name != "content" or "title" in here)
                ):
                    # A shelf whose tiles are no list.
                    yield name, here
            waiting.extend(reversed(found))


def lacks_tiles(name: str, value: Any) -> bool:
    """Whether a renderer that holds tiles has lost the place where they stood."""
    held = HOLDERS.get(name)
    if held is None:
        return False
    return not isinstance(value, dict) or not isinstance(value.get(held), list if held != "content" else dict)


def looks_like_tile(name: str, value: Any, wanted: frozenset[str]) -> bool:
    """Whether an unknown renderer is a tile, so that a renamed one is told and not passed over."""
    return (
        wanted is TILES
        and isinstance(value, dict)
        and any(value.keys() >= marks for marks in TILE_MARKS)
        and not name.startswith(("playlistPanel", "endScreen", "inline", "channelAbout"))
    )


def read_tiles(node: Any, view: View) -> Iterator[Part]:
    """The videos, posts and channels that a page lists; drift where most tiles, or what all of them show, can't be read."""
    found = list(tiles(node))
    past = [tile for name, tile in found if name in VIDEO_TILES and not is_now(tile)]
    bylines = [byline for _, tile in found if (byline := byline_of(tile))]
    for either in (
        ("viewCountText", "shortViewCountText", "videoInfo"),
        ("publishedTimeText", "videoInfo", "headline"),
    ):
        if len(past) >= FEW and not any(name in tile for tile in past for name in either):
            raise drift(either[0])
    if len(past) >= FEW and not bylines and view.channel is None:
        raise drift("shortBylineText")
    ends = [dig(byline, "runs", 0, "navigationEndpoint", "browseEndpoint") or {} for byline in bylines]
    for what in ("browseId", "canonicalBaseUrl"):
        if len(ends) >= FEW and not any(end.get(what) for end in ends):
            raise drift(what)
    made = list(each("tile", found, lambda tile: read_tile(*tile, view)))
    dated = [tile for tile in past if tile.get("publishedTimeText") or tile.get("videoInfo")]
    if len(dated) >= FEW and view.fetched_at and not any(isinstance(part, Post) and part.published_at for part in made):
        raise drift("publishedTimeText")
    unread = [part for part in made if isinstance(part, Unread)]
    if len(unread) > len(made) - len(unread):
        raise drift(unread[0].reason)
    yield from made


def read_tile(name: str, tile: Mapping[str, Any], view: View) -> Iterator[Part]:
    """One tile; a playlist's or an album's is no record."""
    if name in CHANNEL_TILES:
        yield read_channel_tile(tile, view)
    elif name == "sharedPostRenderer":
        yield read_post_tile(dig(tile, "originalPost", "backstagePostRenderer") or tile, view)
    elif name in POST_TILES:
        yield read_post_tile(tile, view)
    elif name == "lockupViewModel":
        if need(tile, "contentType", str) in VIDEO_LOCKUPS:
            yield read_lockup(tile, view)
    elif name == "shortsLockupViewModel":
        yield video(
            need(dig(tile, "onTap", "innertubeCommand", "reelWatchEndpoint") or {}, "videoId", str),
            title(need(tile, "overlayMetadata", dict)["primaryText"]),
            view,
            views=view.count(words(need(tile["overlayMetadata"], "secondaryText", dict))),
        )
    elif name == "channelVideoPlayerRenderer":
        yield read_video_tile(tile, replace(view, all_own=True))
    elif name in VIDEO_TILES:
        yield read_video_tile(tile, view)
    else:
        raise LookupError(f"unknown tile {name}")


def video(video_id: str, name: str, view: View, **more: Any) -> Post:
    """A video of a list; the page's channel is its author unless the tile names another."""
    if "author_name" not in more and view.channel is not None:
        more |= {"author": view.channel.handle, "author_id": view.channel.id, "author_name": view.channel.name}
    return Post(
        platform="youtube",
        kind="video",
        id=video_id,
        url=f"https://www.youtube.com/watch?v={video_id}",
        title=name,
        **more,
    )


def read_video_tile(tile: Mapping[str, Any], view: View) -> Post:
    """A video tile of the years to 2026; what is being watched or waited for now is no view."""
    shown, told = tile.get("viewCountText") or tile.get("shortViewCountText"), tile.get("publishedTimeText")
    if isinstance(told, str):
        raise LookupError("publishedTimeText")
    info = [need(part, "text", str) for part in need(tile, "videoInfo", dict)["runs"]] if "videoInfo" in tile else []
    now = is_now(tile) or len(dig(shown, "runs") or ()) > 1
    byline = byline_of(tile)
    return video(
        need(tile, "videoId", str),
        title(tile["headline"] if "headline" in tile else tile["title"]),
        view,
        **(owner(byline) if byline else {} if view.all_own else {"author_name": None}),
        views=None if now else view.number(words(shown) if shown else info[0] if len(info) > 1 else None),
        published_at=view.ago(words(told) or (info[-1] if info else None)),
    )


def byline_of(tile: Mapping[str, Any]) -> Any:
    """The node that names a video's author, where the tile has one."""
    return next((tile[name] for name in ("ownerText", "longBylineText", "shortBylineText") if tile.get(name)), None)


def is_now(tile: Mapping[str, Any]) -> bool:
    """Whether a tile is of a live video, a premiere, or one to come."""
    styles = {
        dig(overlay, "thumbnailOverlayTimeStatusRenderer", "style") for overlay in tile.get("thumbnailOverlays") or ()
    } | {dig(badge, "metadataBadgeRenderer", "style") for badge in tile.get("badges") or ()}
    return "upcomingEventData" in tile or bool(styles & {"LIVE", "UPCOMING", "BADGE_STYLE_TYPE_LIVE_NOW"})


def owner(byline: Any) -> dict[str, str | None]:
    """The author of a byline: handle, id, shown name; a byline of several names none of them."""
    endpoint = dig(byline, "runs", 0, "navigationEndpoint", "browseEndpoint")
    name = one_line(words(byline)) if endpoint else None
    return {
        "author": handle(dig(endpoint, "canonicalBaseUrl")),
        "author_id": dig(endpoint, "browseId"),
        "author_name": name,
    }


def handle(address: Any) -> str | None:
    """The handle at the end of a channel's address; old addresses have none."""
    if isinstance(address, str) and re.fullmatch(r"[a-z]+", address):
        raise LookupError("canonicalBaseUrl")
    found = re.search(r"@([^/?#]+)", address) if isinstance(address, str) else None
    return found[1] if found else None


def read_lockup(tile: Mapping[str, Any], view: View) -> Post:
    """A video tile of 2026: rows of parts, the views and the time in the last of them."""
    told = need(dig(tile, "metadata", "lockupMetadataViewModel") or {}, "title", dict)
    rows = need(
        dig(tile, "metadata", "lockupMetadataViewModel", "metadata", "contentMetadataViewModel") or {},
        "metadataRows",
        list,
    )
    parts = [[words(need(part, "text", dict)) or "" for part in need(row, "metadataParts", list)] for row in rows]
    last = next((row for row in reversed(parts) if row), [])
    ago = view.ago(last[-1]) if len(last) > 1 else None
    now = "BADGE_STYLE_LIVE" in str(tile.get("contentImage")) or bool(CLOCK_OR_DATE.search(" ".join(last)))
    named = next((row[0] for row in parts[:-1] if row), None)
    return video(
        need(tile, "contentId", str),
        title(told),
        view,
        **({"author_name": one_line(named), **lockup_owner(tile)} if named else {}),
        views=view.count(last[0]) if last and not now and (ago or len(last) > 1) else None,
        published_at=ago,
    )


def lockup_owner(tile: Mapping[str, Any]) -> dict[str, str | None]:
    """The channel behind a tile's avatar."""
    endpoint = dig(
        tile, "metadata", "lockupMetadataViewModel", "image", "decoratedAvatarViewModel", "rendererContext", "commandContext",
        "onTap", "innertubeCommand", "browseEndpoint",
    )  # fmt: skip
    return {"author": handle(dig(endpoint, "canonicalBaseUrl")), "author_id": dig(endpoint, "browseId")}


def read_post_tile(tile: Mapping[str, Any], view: View) -> Post:
    """A post of a channel's community tab."""
    buttons = dig(tile, "actionButtons", "commentActionButtonsRenderer") or {}
    if "actionButtons" in tile and not isinstance(dig(buttons, "replyButton", "buttonRenderer"), dict):
        raise LookupError("replyButton")
    post_id = need(tile, "postId", str)
    return Post(
        platform="youtube",
        id=post_id,
        url=f"https://www.youtube.com/post/{post_id}",
        author=handle(dig(tile, "authorEndpoint", "browseEndpoint", "canonicalBaseUrl")),
        author_id=dig(tile, "authorEndpoint", "browseEndpoint", "browseId"),
        author_name=one_line(words(tile["authorText"])),
        text=tidy(words(tile["contentText"]) or "") or None if tile["contentText"] else None,
        published_at=view.ago(words(need(tile, "publishedTimeText", dict))),
        likes=view.number(words(tile.get("voteCount"))),
        comments=view.number(words(dig(buttons, "replyButton", "buttonRenderer", "text"))),
    )


def read_channel_tile(tile: Mapping[str, Any], view: View) -> Profile:
    """A channel among search results; since 2022 the handle stands where the subscribers stood, they where the videos did."""
    first, second = words(tile.get("subscriberCountText")), words(tile.get("videoCountText"))
    address = dig(tile, "navigationEndpoint", "browseEndpoint", "canonicalBaseUrl")
    moved = first is None or first.startswith("@")
    return Profile(
        platform="youtube",
        handle=handle(address) or handle(first),
        id=need(tile, "channelId", str),
        url=f"https://www.youtube.com/channel/{tile['channelId']}",
        name=title(tile["title"]),
        verified=is_verified(tile.get("ownerBadges")),
        followers=view.number(None if moved and second and VIDEO_WORD.search(second) else second if moved else first),
        posts=view.count(second) if second and VIDEO_WORD.search(second) else None,
    )


def is_verified(badges: Any) -> bool | None:
    """True where a channel has the badge; a page without says nothing."""
    return (
        True if any("VERIFIED" in str(dig(badge, "metadataBadgeRenderer", "style")) for badge in badges or ()) else None
    )


def read_header(data: Mapping[str, Any], view: View) -> Profile:
    """A channel page's own channel, from its metadata and whichever header it has."""
    about = need(need(data, "metadata", dict), "channelMetadataRenderer", dict)
    header = need(data, "header", dict)
    channel_id = need(about, "externalId", str)
    followers = posts = verified = None
    if "pageHeaderRenderer" in header:
        shown = need(header["pageHeaderRenderer"]["content"], "pageHeaderViewModel", dict)
        rows = need(shown["metadata"]["contentMetadataViewModel"], "metadataRows", list)
        parts = [words(need(part, "text", dict)) or "" for row in rows for part in need(row, "metadataParts", list)]
        counts = [part for part in parts if not part.lstrip("\u200e\u2068").startswith("@")]
        posts = next((view.count(part) for part in counts if VIDEO_WORD.search(part)), None)
        if len(counts) > 1 and posts is None:
            posts = view.count(counts[1])
        followers = view.count(counts[0]) if counts and not VIDEO_WORD.search(counts[0]) else None
        verified = True if re.search(r"CHECK_CIRCLE|AUDIO_BADGE", str(shown["title"])) else None
    else:
        name = next(
            (
                name
                for name in ("c4TabbedHeaderRenderer", "carouselHeaderRenderer", "interactiveTabbedHeaderRenderer")
                if name in header
            ),
            "",
        )
        shown = need(header, name or "pageHeaderRenderer", dict)
        if name == "carouselHeaderRenderer":
            shown = next(
                (
                    item["topicChannelDetailsRenderer"]
                    for item in shown["contents"]
                    if "topicChannelDetailsRenderer" in item
                ),
                {},
            )
        followers = view.number(words(shown.get("subscriberCountText") or shown.get("subtitle")))
        posts = view.number(words(shown.get("videosCountText")))
        verified = is_verified(shown.get("badges"))
    return Profile(
        platform="youtube",
        handle=handle(about.get("vanityChannelUrl")) or handle(dig(about, "ownerUrls", 0)),
        id=channel_id,
        url=f"https://www.youtube.com/channel/{channel_id}",
        name=title(need(about, "title", str)),
        text=tidy(need(about, "description", str, blank=True)) or None,
        verified=verified,
        followers=followers,
        posts=posts,
    )


def selected_tab(data: Mapping[str, Any]) -> Any:
    """The content of the tab that a channel page shows."""
    columns = next(iter(need(data, "contents", dict).values()))
    tabs = [next(iter(tab.values())) for tab in need(columns, "tabs", list)]
    return need(next((tab for tab in tabs if tab.get("selected")), tabs[0]), "content", dict)


def names(node: Any) -> Iterator[str]:
    """The names of all renderers in a tree."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield from (name for name in here if name.endswith(("Renderer", "ViewModel")))
        waiting.extend(
            value for value in (here.values() if isinstance(here, dict) else here) if isinstance(value, dict | list)
        )


def read_comments(items: list[Any], data: Mapping[str, Any], view: View) -> Iterator[Part]:
    """The comments of an answer that holds some, in the order in which they stand."""
    payloads = {
        dig(mutation, "entityKey") or dig(mutation, "payload", "commentEntityPayload", "key"): mutation["payload"][
            "commentEntityPayload"
        ]
        for mutation in dig(data, "frameworkUpdates", "entityBatchUpdate", "mutations") or ()
        if dig(mutation, "payload", "commentEntityPayload")
    }
    made = list(each("comment", items, lambda item: read_thread(item, payloads, view)))
    unread = [part for part in made if isinstance(part, Unread)]
    if len(unread) > len(made) - len(unread):
        raise drift(unread[0].reason)
    yield from made


def read_thread(item: Mapping[str, Any], payloads: Mapping[str, Any], view: View) -> Iterator[Part]:
    """A comment with the replies that stand below it."""
    found = list(tiles(item, COMMENTS))
    if not found:
        raise LookupError("comment")
    for name, shown in found:
        yield read_comment(name, shown, payloads, view)


def read_comment(name: str, shown: Mapping[str, Any], payloads: Mapping[str, Any], view: View) -> Post:
    """One comment: since 2024 a key to an entity, before that a renderer that holds all."""
    if name == "commentRenderer":
        comment_id = need(shown, "commentId", str)
        author = words(shown["authorText"]) or ""
        channel = dig(shown, "authorEndpoint", "browseEndpoint", "browseId")
        text, ago = words(shown["contentText"]), words(need(shown, "publishedTimeText", dict))
        likes, replies = words(shown.get("voteCount")), shown.get("replyCount")
    else:
        inner = shown.get("commentViewModel", shown)
        entity = payloads[need(inner, "commentKey", str)]
        about, toolbar = need(entity, "properties", dict), need(entity, "toolbar", dict)
        comment_id, author = need(about, "commentId", str), need(need(entity, "author", dict), "displayName", str)
        channel, text = need(entity["author"], "channelId", str), words(need(about, "content", dict))
        ago = need(about, "publishedTime", str)
        likes, replies = (
            need(toolbar, "likeCountNotliked", str, blank=True),
            need(toolbar, "replyCount", str, blank=True),
        )
    written = view.ago(ago)
    if isinstance(replies, dict | list) or (written is None and view.fetched_at is not None):
        raise LookupError("publishedTime" if written is None else "replyCount")
    parent, _, child = comment_id.partition(".")
    return Post(
        platform="youtube",
        kind="comment",
        id=comment_id,
        url=f"https://www.youtube.com/watch?v={view.video_id}&lc={comment_id}" if view.video_id else None,
        author=author.removeprefix("@") if author.startswith("@") else None,
        author_id=channel,
        author_name=None if author.startswith("@") else author,
        text=tidy(text or ""),
        published_at=written,
        likes=view.number(likes),
        comments=view.number(str(replies)) if replies is not None else None,
        in_reply_to=parent if child else view.video_id,
    )
