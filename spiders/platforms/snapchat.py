"""Snapchat: public profiles with their subscribers, and Spotlight videos with views and shares, from the page's own data.

Source: https://www.snapchat.com/robots.txt, which leaves profiles and Spotlight open
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Count, Post, Profile
from extractors.values.counts import count, exact, rounded
from extractors.values.dates import local
from extractors.values.moments import epoch, moment
from extractors.values.text import plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, gone, wall
from spiders.page import Page
from spiders.reading import Part, need

SPOTLIGHT = re.compile(r"/spotlight/([\w-]+)")
TITLE_COUNTS = re.compile(r"([\d.,]+[KMB]?) (like|comment|share|view)s?\b", re.IGNORECASE)


def profile_url(target: Target) -> str:
    """The public profile of a user name."""
    return f"https://www.snapchat.com/@{target.value.removeprefix('@')}"


def spotlight_url(number: str) -> str:
    """The address of a Spotlight video."""
    return f"https://www.snapchat.com/spotlight/{number}"


def read_profile(page: Page) -> Iterator[Part]:
    """A public profile and its Spotlight videos; where the page keeps no data, what its JSON-LD says."""
    if b"__NEXT_DATA__" not in page.body:
        if page.css("body main, body img, body video"):
            raise drift("__NEXT_DATA__")
        yield read_schema(page)
        return
    props = need(need(page.script_json("__NEXT_DATA__"), "props", dict), "pageProps", dict)
    if props.get("pageType") == "NOT_FOUND":
        raise gone("not-found")
    user = need(props, "userProfile", dict)
    info = user.get("publicProfileInfo") or user.get("userInfo")
    if info is None:
        raise drift("publicProfileInfo")
    yield read_info(info)
    if props.get("spotlightHighlights") or "spotlightStoryMetadata" in props:
        handle = need(info, "username", str)
        yield from each("spotlight", props["spotlightStoryMetadata"], lambda item: read_listed(item, handle))


def read_info(info: Mapping[str, Any]) -> Profile:
    """The account; a hidden number of subscribers is not there, is empty, or 0."""
    handle = need(info, "username", str)
    name = info["title"] if "title" in info else info["displayName"]
    created = info.get("creationTimestampMs") or {}
    return Profile(
        platform="snapchat",
        handle=handle,
        url=f"https://www.snapchat.com/@{handle}",
        name=name or None,
        text=plain_text(info["bio"] if "subscriberCount" in info else info.get("bio")) or None,
        joined_at=epoch(created["value"], 0.001) if created else None,
        followers=rounded(None if info.get("subscriberCount") in {"", "0", 0} else info.get("subscriberCount")),
    )


def read_schema(page: Page) -> Profile:
    """The account as its JSON-LD tells it."""
    schema = next((item for item in page.json_ld if item.get("@type") == "ProfilePage"), None)
    if schema is None:
        raise drift("ProfilePage")
    person = need(schema, "mainEntity", dict)
    handle = need(person, "alternateName", str)
    followers = next((item["userInteractionCount"] for item in person.get("interactionStatistic", ())), None)
    return Profile(
        platform="snapchat",
        handle=handle,
        url=f"https://www.snapchat.com/@{handle}",
        name=need(person, "name", str),
        text=plain_text(person.get("description")) or None,
        joined_at=moment(schema.get("dateCreated")),
        followers=rounded(followers),
    )


def counted(number: Any) -> Count | None:
    """A number that an account may hide: hidden ones are 0."""
    return exact(number) if number not in (None, "", "0", 0, "-1", -1) else None


def told(number: Any) -> Count | None:
    """A number that is always there; -1 says that it is not told."""
    return None if str(number) == "-1" else exact(number)


def read_listed(item: Mapping[str, Any], owner: str) -> Post | None:
    """One video of a profile; of one that is no more an empty place is left, without views."""
    empty = not item.get("engagementStats") and need(item, "videoMetadata", dict).get("viewCount") in {"0", 0}
    return None if empty else read_spotlight(item, owner)


def read_spotlight(item: Mapping[str, Any], owner: str | None = None) -> Post:
    """One Spotlight video. Its metadata's own share count is always 0; the true one is with the engagement."""
    video, stats = need(item, "videoMetadata", dict), need(item, "engagementStats", dict)
    found = SPOTLIGHT.search(need(need(item, "oneLinkParams", dict), "deepLinkUrl", str))
    if found is None:
        raise LookupError("deepLinkUrl")
    # On a profile the creator's user name is the shown name.
    creator = owner or ((video.get("creator") or {}).get("personCreator") or {}).get("username")
    text = plain_text(item.get("description") or video.get("description"))
    return Post(
        platform="snapchat",
        kind="video",
        id=found[1],
        url=spotlight_url(found[1]),
        author=need({"username": creator}, "username", str),
        text=None if not text or text.startswith("Another Spotlight Snap brought to you") else text,
        published_at=epoch(video["uploadDateMs"], 0.001),
        views=told(stats["viewCount"]),
        shares=told(stats["shareCount"]),
        likes=counted(stats.get("boostCount")),
        comments=counted(stats.get("commentCount")),
        hashtags=tuple(tag.lstrip("#").lower() for tag in item["hashtags"] if isinstance(tag, str)),
    )


def read_video(page: Page) -> Iterator[Part]:
    """A Spotlight page: the video asked for, not those that follow it; its title alone tells likes and comments."""
    found, title = SPOTLIGHT.search(page.path), page.css("title::text").get() or ""
    shown = {word.lower() + "s": count(number) for number, word in TITLE_COUNTS.findall(title)}
    if found and shown and b"__NEXT_DATA__" not in page.body and not page.css("body *"):
        yield read_title(found[1], title, shown)
        return
    props = need(need(page.script_json("__NEXT_DATA__"), "props", dict), "pageProps", dict)
    feed = props.get("spotlightFeed") or {}
    stories = feed.get("spotlightStories") or ([props["spotlightStory"]] if "spotlightStory" in props else [])
    asked = [story for story in stories if (story["story"]["storyId"]["value"] == found[1] if found else True)]
    if not asked:
        raise drift("spotlightStories")
    metadata = dict(need(asked[0], "metadata", dict))
    metadata.setdefault("oneLinkParams", {"deepLinkUrl": page.url})
    post = read_spotlight({"hashtags": [], **metadata})
    yield Post(
        **{name: getattr(post, name) for name in post.__slots__}
        | {name: shown.get(name) for name in ("likes", "comments") if shown.get(name)}
    )


def read_title(number: str, title: str, shown: Mapping[str, Any]) -> Post:
    """A Spotlight video whose page keeps no data: its counts, words and day, as its title tells them."""
    parts = title.split(" | ")
    posted = next((part for part in parts if part.startswith("Posted ")), "")
    return Post(
        platform="snapchat",
        kind="video",
        id=number,
        url=spotlight_url(number),
        text=parts[1] if len(parts) > 3 and not parts[1].startswith("Posted ") else None,
        published_at=local(need({"Posted": posted}, "Posted", str), "en"),
        likes=shown.get("likes"),
        comments=shown.get("comments"),
        shares=shown.get("shares"),
        views=shown.get("views"),
    )


class Snapchat(PlatformSpider):
    """Snapchat."""

    name = "snapchat"
    about = About(
        title="Snapchat",
        anonymous="public profiles with subscribers (rounded, where shown); Spotlight videos with views and shares",
        restricted="likes and comments of Spotlight videos stand in a page's title only; stories expire",
        robots="allowed: profiles and Spotlight",
        layouts={"profile page": "2024-11", "profile page without data": "2026-08", "Spotlight page": "unproven"},
    )
    domains = ("snapchat.com",)
    addresses = {"profile": profile_url}
    readers = (Reader(r"/spotlight/", read_video), Reader(r"/(@|add/|p/)", read_profile))
    pause_seconds = 5.0

    @staticmethod
    def screen(page: Page) -> None:
        """A bare 403, and pages of accounts that are not there."""
        if page.status == 403:
            raise wall("bot-check")
        if page.status == 404 or b'"/404"' in page.body[-20_000:]:
            raise gone("not-found")
