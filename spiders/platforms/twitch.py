"""Twitch: recorded broadcasts from the page served to readers without scripts, clips from saved pages, answers of the API.

Most pages are empty shells without scripts. Viewers of a live broadcast are no views.

Source: https://dev.twitch.tv/docs/api/reference/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Link, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, wall
from spiders.markup.shapes import typed, whole_tally
from spiders.page import Page
from spiders.reading import Part, dig, need


def page_url(target: Target) -> str:
    """A recorded broadcast's page, as the watchlist has it."""
    return target.value


def read_page(page: Page) -> Iterator[Part]:
    """A broadcast's page with JSON-LD, or a clip's page as its scripts drew it; a shell holds nothing."""
    video, shared = typed(page, {"VideoObject"}), page.metas.get("og:title")
    channel = CHANNEL.fullmatch(page.path)
    if channel and channel[1] not in NO_CHANNELS and (shared or "").endswith(" - Twitch"):
        yield read_channel(page, channel[1], live=video is not None)
        return
    if video is None:
        title = (page.tree.findtext(".//title") or "").strip()
        if title != "Twitch" and title.endswith(" - Twitch") and ("clip" in page.url):
            yield read_clip(page, title.removesuffix(" - Twitch"))
            return
        raise wall("bot-check") if title == "Twitch" and shared == "Twitch" else drift("VideoObject")
    address = need(video, "embedUrl", str)
    number = re.search(r"/videos/(\d+)", address)
    owner = re.search(r" - (\S+) on Twitch$", shared or "")
    live = dig(video, "publication", "isLiveBroadcast") or dig(video, "publication", 0, "isLiveBroadcast")
    if number is None or owner is None:
        raise drift("embedUrl" if number is None else "og:title")
    yield Post(
        platform="twitch",
        kind="video",
        id=number[1],
        url=f"https://www.twitch.tv/videos/{number[1]}",
        author=owner[1],
        title=one_line(need(video, "name", str)),
        text=plain_text(video.get("description")) or None,
        published_at=moment(need(video, "uploadDate", str)),
        views=None if live else exact(whole_tally(video.get("interactionStatistic"))["WatchAction"]),
    )


CHANNEL = re.compile(r"/(\w{2,25})/?")
NO_CHANNELS = frozenset(
    {"directory", "downloads", "jobs", "login", "p", "search", "settings", "store", "turbo", "videos"}
)


def read_channel(page: Page, handle: str, *, live: bool) -> Profile:
    """A channel as link previews show it, without any number; while it broadcasts, what it says is the broadcast's title."""
    about = need(page.metas, "og:description", str)
    return Profile(
        platform="twitch",
        handle=handle.lower(),
        url=f"https://www.twitch.tv/{handle.lower()}",
        name=one_line(need(page.metas, "og:title", str).removesuffix(" - Twitch")),
        text=None if live or about.startswith("Twitch is the world") else plain_text(about),
    )


def read_clip(page: Page, title: str) -> Post:
    """The clip that a page is of; the numbers on cards belong to other clips."""
    lines = (" ".join(element.text_content().split()) for element in page.tree.iter("span"))
    views = [line for line in lines if re.fullmatch(r"[\d.,]+[KMB]? views?", line)]
    if len(views) != 1:
        raise drift("views of the clip")
    slug = re.search(r"(?:clips\.twitch\.tv|/clip)/([\w-]+)", page.url)
    return Post(
        platform="twitch",
        kind="video",
        id=slug[1] if slug else None,
        url=f"https://clips.twitch.tv/{slug[1]}" if slug else None,
        title=one_line(title),
        views=count(views[0]),
    )


def read_video(video: Mapping[str, Any]) -> Post:
    """A broadcast or clip of the API."""
    is_clip = "broadcaster_name" in video
    owner = need(video, "broadcaster_name" if is_clip else "user_login", str)
    return Post(
        platform="twitch",
        kind="video",
        id=need(video, "id", str),
        url=need(video, "url", str),
        author=owner.lower(),
        author_id=need(video, "broadcaster_id" if is_clip else "user_id", str),
        author_name=owner if is_clip else video.get("user_name"),
        title=one_line(need(video, "title", str)),
        text=plain_text(video.get("description")) or None,
        published_at=moment(need(video, "created_at", str)),
        views=exact(video["view_count"]),
        language=video.get("language"),
    )


def read_user(user: Mapping[str, Any]) -> Profile:
    """An account of the API; its view_count has been 0 for everybody since 2022."""
    return Profile(
        platform="twitch",
        handle=need(user, "login", str),
        id=need(user, "id", str),
        url=f"https://www.twitch.tv/{user['login']}",
        name=need(user, "display_name", str),
        text=plain_text(user.get("description")) or None,
        joined_at=moment(user.get("created_at")),
        views=exact(user.get("view_count") or None),
    )


def read_answer(page: Page) -> Iterator[Part]:
    """A list of the API: broadcasts, clips, accounts."""
    items = need(page.json, "data", list)
    if not items:
        raise empty()
    read = read_user if page.path.endswith("/users") else read_video
    yield from each("item", items, read)
    cursor = dig(page.json, "pagination", "cursor")
    if cursor:
        yield Link("next", f"{page.url.partition('&after=')[0]}&after={cursor}")


def read_gql(page: Page) -> Iterator[Part]:
    """What the site's own scripts receive: broadcasts, clips and accounts, wherever the answers hold them."""
    answers = page.json if isinstance(page.json, list) else [page.json]
    found = list(nodes([need(answer, "data", dict) for answer in answers]))
    if not found:
        raise empty() if re.search(r'"edges"\s*:\s*\[\s*\]', page.text) else drift("__typename")
    yield from each("item", found, read_node)


def nodes(held: Any) -> Iterator[Mapping[str, Any]]:
    """The broadcasts, clips and accounts in a tree that tell more than that they are there."""
    waiting = [held]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if any(name in here for name in TOLD.get(str(here.get("__typename")), ())):
                yield here
            elif "viewCount" in here and "title" in here:
                raise drift("__typename")
            here = list(here.values())
        waiting.extend(value for value in reversed(here) if isinstance(value, dict | list))


TOLD = {"Video": ("title", "viewCount"), "Clip": ("title", "viewCount"), "User": ("followers",)}


def read_node(node: Mapping[str, Any]) -> Post | Profile:
    """One of them; a clip is known by its slug."""
    if node["__typename"] == "User":
        login = node.get("login")
        return Profile(
            platform="twitch",
            handle=login,
            id=need(node, "id", str),
            url=f"https://www.twitch.tv/{login}" if login else None,
            name=need(node, "displayName", str),
            text=plain_text(node.get("description")) or None,
            joined_at=moment(node.get("createdAt")),
            followers=exact(need(node, "followers", dict)["totalCount"]),
        )
    is_clip = node["__typename"] == "Clip"
    owner = node.get("broadcaster" if is_clip else "owner") or {}
    number = need(node, "slug" if is_clip else "id", str)
    return Post(
        platform="twitch",
        kind="video",
        id=number,
        url=f"https://clips.twitch.tv/{number}" if is_clip else f"https://www.twitch.tv/videos/{number}",
        author=owner.get("login"),
        author_id=owner.get("id"),
        author_name=one_line(need(owner, "displayName", str)) if owner else None,
        title=one_line(need(node, "title", str)),
        text=plain_text(node.get("description")) or None,
        published_at=moment(need(node, "createdAt" if is_clip else "publishedAt", str)),
        views=exact(node["viewCount"]),
        language=(node.get("language") or "").lower() or None,
    )


class Twitch(PlatformSpider):
    """Twitch."""

    name = "twitch"
    about = About(
        title="Twitch",
        anonymous="a named recorded broadcast, where the page is served without scripts: title, channel, time, views",
        restricted="channels, clips and followers: saved pages, or the official API with a client id",
        robots="pages were allowed when last seen; most are empty without scripts",
        layouts={
            "broadcast's page with JSON-LD": "2024-06",
            "channel's page": "unproven",
            "clip's page, saved from a browser": "2023-08",
            "API": "unproven",
            "GraphQL answers": "unproven",
        },
    )
    domains = ("twitch.tv",)
    addresses = {"page": page_url}
    readers = (
        Reader(r"^gql\.twitch\.tv/", read_gql),
        Reader(r"^api\.twitch\.tv/helix/(videos|clips|users)", read_answer),
        Reader("", read_page),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """The API without a client id."""
        if page.looks_json and page.status == 401:
            raise wall("login")
