"""Vimeo: videos from their pages (JSON-LD), oEmbed, the official API and the old simple one.

The InteractionCounter of a page's author counts who follows him; only older pages state counts of the video itself.

Source: https://developer.vimeo.com/api/oembed/videos, https://developer.vimeo.com/api/reference/videos
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Count, Post, Profile
from extractors.values.addresses import canonical
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, wall
from spiders.markup.notices import screen_edge
from spiders.markup.shapes import counts_of, typed, whole_tally
from spiders.page import Page
from spiders.reading import Part, need


def page_url(target: Target) -> str:
    """A video's page, as the watchlist has it."""
    return target.value


def handle_of(address: str | None) -> str | None:
    """The last part of an author's address."""
    return address.rstrip("/").rpartition("/")[2] or None if address else None


def read_page(page: Page) -> Iterator[Part]:
    """A video's page, and its author with his followers."""
    video = typed(page, {"VideoObject"})
    if video is None:
        if "password" in page.text[:200_000].lower() and page.tree.find(".//input[@type='password']") is not None:
            raise wall("login")
        raise drift("VideoObject")
    author, address = need(video, "author", dict), need(video, "url", str)
    number = re.search(r"vimeo\.com/(?:.*/)?(\d+)", address)
    if not number:
        raise drift("url of the video")
    identity, stated = str(author["identifier"]) if author.get("identifier") else None, counts_of(video)
    if "interactionStatistic" in video:
        whole_tally(video["interactionStatistic"])
    yield Post(
        platform="vimeo",
        kind="video",
        id=number[1],
        url=canonical(address),
        author=handle_of(author.get("url")),
        author_id=identity,
        author_name=one_line(need(author, "name", str)),
        title=one_line(need(video, "name", str)),
        text=plain_text(video.get("description")) or None,
        published_at=moment(need(video, "uploadDate", str)),
        edited_at=moment(video.get("dateModified")),
        likes=stated.get("likes"),
        comments=stated.get("comments"),
        views=stated.get("views"),
    )
    if identity:
        yield Profile(
            platform="vimeo",
            handle=handle_of(need(author, "url", str)),
            id=identity,
            url=author["url"],
            name=one_line(author["name"]),
            text=plain_text(author.get("bio")) or None,
            followers=exact(whole_tally(author["interactionStatistic"])["FollowAction"]),
        )


def read_player(page: Page) -> Iterator[Part]:
    """The player that other sites show, or the answer with its settings: no time, no counts."""
    settings = page.json if page.looks_json else page.json_after("window.playerConfig")
    video = need(settings, "video", dict)
    owner, number = need(video, "owner", dict), str(need(video, "id", int))
    yield Post(
        platform="vimeo",
        kind="video",
        id=number,
        url=f"https://vimeo.com/{number}",
        author=handle_of(need(owner, "url", str)),
        author_id=str(owner["id"]) if owner.get("id") else None,
        author_name=one_line(need(owner, "name", str)),
        title=one_line(need(video, "title", str)),
    )


def read_embed(page: Page) -> Iterator[Part]:
    """A video's oEmbed answer; of a hidden video it tells no title. Its time is of no stated zone."""
    answer = page.json
    number = str(need(answer, "video_id", int))
    yield Post(
        platform="vimeo",
        kind="video",
        id=number,
        url=f"https://vimeo.com/{number}",
        author=handle_of(need(answer, "author_url", str)),
        author_name=one_line(need(answer, "author_name", str)),
        title=one_line(need(answer, "title", str)),
        text=plain_text(answer.get("description")) or None,
        published_at=moment(need(answer, "upload_date", str)),
    )


def read_simple(page: Page) -> Iterator[Part]:
    """The old simple API's videos: likes, plays and comments where the author shows them; times of no stated zone."""
    if not isinstance(page.json, list):
        raise drift("list of videos")
    if not page.json:
        raise empty()

    def read(video: Mapping[str, Any]) -> Post:
        return Post(
            platform="vimeo",
            kind="video",
            id=str(need(video, "id", int)),
            url=need(video, "url", str),
            author=handle_of(need(video, "user_url", str)),
            author_id=str(video["user_id"]) if video.get("user_id") else None,
            author_name=one_line(need(video, "user_name", str)),
            title=one_line(need(video, "title", str)),
            text=plain_text(video.get("description")) or None,
            published_at=moment(need(video, "upload_date", str)),
            likes=exact(video.get("stats_number_of_likes")),
            comments=exact(video.get("stats_number_of_comments")),
            views=exact(video.get("stats_number_of_plays")),
            hashtags=tuple(tag.strip().lower() for tag in (video.get("tags") or "").split(",") if tag.strip()),
        )

    yield from each("video", page.json, read)


def number_in(holder: Mapping[str, Any], kind: str) -> str:
    """The number in a thing's ``uri`` (``/videos/12``), which may be followed by a key."""
    found = re.match(rf"/{kind}/(\w+)", need(holder, "uri", str))
    if found is None:
        raise LookupError("uri")
    return found[1]


def total_of(holder: Mapping[str, Any], name: str) -> Count | None:
    """The total of what a thing is connected with; None where its owner has closed it."""
    about = need(need(holder, "metadata", dict), "connections", dict)[name]
    return exact(about["total"]) if about is not None else None


def read_answer(page: Page) -> Iterator[Part]:
    """An answer of the official API: videos, comments or accounts, one or a list."""
    answer = page.json
    items = need(answer, "data", list) if isinstance(answer, dict) and "data" in answer else [answer]
    if not items:
        raise empty()
    video = re.search(r"/videos/(\d+)/comments", page.path)
    yield from each("item", items, lambda item: read_item(item, video[1] if video else None))


def read_item(item: Mapping[str, Any], video: str | None) -> Iterator[Part]:
    """A video with its author, an account, or a comment below a video."""
    user = need(item, "user", dict) if "user" in item else item
    owner = number_in(user, "users")
    handle, name = handle_of(need(user, "link", str)), one_line(need(user, "name", str))
    told: dict[str, Any] = {"author": handle, "author_id": owner, "author_name": name}
    if video is not None:
        yield Post(
            platform="vimeo",
            kind="comment",
            id=need(item, "uri", str).rpartition("/")[2],
            text=plain_text(need(item, "text", str)),
            published_at=moment(need(item, "created_on", str)),
            in_reply_to=video,
            **told,
        )
        return
    if user is not item:
        number = number_in(item, "videos")
        tags = (need(tag, "name", str).lower() for tag in item.get("tags") or ())
        yield Post(
            platform="vimeo",
            kind="video",
            id=number,
            url=f"https://vimeo.com/{number}",
            title=one_line(need(item, "name", str)),
            text=plain_text(item.get("description")) or None,
            published_at=moment(item.get("release_time") or need(item, "created_time", str)),
            likes=total_of(item, "likes"),
            comments=total_of(item, "comments"),
            views=exact(need(item, "stats", dict)["plays"]),
            hashtags=tuple(tags),
            language=item.get("language"),
            **told,
        )
    if "metadata" in user:
        yield Profile(
            platform="vimeo",
            handle=handle,
            id=owner,
            url=user["link"],
            name=name,
            text=plain_text(user.get("bio")) or None,
            joined_at=moment(user.get("created_time")),
            followers=total_of(user, "followers"),
            following=total_of(user, "following"),
            posts=total_of(user, "videos"),
        )


class Vimeo(PlatformSpider):
    """Vimeo."""

    name = "vimeo"
    about = About(
        title="Vimeo",
        anonymous="a named video: title, text, author with followers, time; no views",
        restricted="views, likes and comments: the official API, or answers of the old one",
        robots="videos' pages were allowed when last seen",
        layouts={
            "page with JSON-LD": "2025-05",
            "oEmbed": "2024-06",
            "simple API": "unproven",
            "player": "unproven",
            "official API": "unproven",
        },
    )
    domains = ("vimeo.com",)
    addresses = {"page": page_url}
    readers = (
        Reader(r"/api/oembed\.json", read_embed),
        Reader(r"/api/v2/.*\.json", read_simple),
        Reader(r"^api\.vimeo\.com/", read_answer),
        Reader(r"^player\.vimeo\.com/video/", read_player),
        Reader("", read_page),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """What stands before the site."""
        screen_edge(page)
