"""YouTube: watch pages and shorts, channels and their tabs, search results, comments, feeds, oEmbed, the Data API's answers.

Source: ``ytInitialPlayerResponse`` and ``ytInitialData`` of www.youtube.com, 2019 to 2026; https://developers.google.com/youtube/v3/docs.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import lxml.etree

from extractors.records import Count, Link, Moment, Outcome, Post, Profile
from extractors.values.counts import exact, rounded
from extractors.values.dates import local
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, limited, wall
from spiders.layouts.innertube import (
    COMMENTS,
    View,
    handle,
    is_verified,
    names,
    read_comments,
    read_header,
    read_tiles,
    selected_tab,
    tiles,
    title,
    words,
)
from spiders.markup.notices import tell
from spiders.markup.scripts import assignments
from spiders.page import Page, UnreadableError, parse_json
from spiders.reading import Ending, Part, dig, need

LANGUAGE = re.compile(r"<html[^>]*?\slang=[\"']?([A-Za-z-]+)", re.IGNORECASE)
VIDEO_ADDRESS = re.compile(r"(?:[?&]v=|/shorts/|/live/|/embed/|youtu\.be/|/v/)([\w-]{11})(?![\w-])")
CHANNEL_ADDRESS = re.compile(r"/channel/(UC[\w-]{22})")
OWN_TABS = re.compile(r"/(?:videos|shorts|streams|live|community|posts|featured/videos)/?$")
EMPTY_TABS = frozenset(
    {
        "messageRenderer",
        "continuationItemRenderer",
        "channelAboutFullMetadataRenderer",
        "gridPlaylistRenderer",
        "lockupViewModel",
    }
)
"""What stands in a tab without videos."""
FEED_NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "m": "http://search.yahoo.com/mrss/",
    "yt": "http://www.youtube.com/xml/schemas/2015",
}
FEED_HEAD = {"link", "id", "channelId", "playlistId", "title", "author", "published"}
LIKES_ONLY_SINCE = datetime(2021, 12, 13, tzinfo=UTC)
"""Since dislikes are hidden a feed's ratings are all five stars: likes."""
CAUSES = (
    (r"private|privad|privé|privat|非公開|私人|私享|비공개|частн|приват|özel", Outcome.GONE, "private"),
    (r"\bbot\b|robot|ロボット|机器人|機器人|로봇|робот", Outcome.WALL, "bot-check"),
    (
        r"\bage\b|inappropriate|\bedad\b|\bidade\b|alter\b|\bâge\b|年齢|年龄|年齡|연령|возраст|\bet[àa]\b|yaş",
        Outcome.WALL,
        "age",
    ),
    (
        r"member|premium|purchase|payment|\brent\b|paid|join this|miembro|membro|mitglied|membre|メンバー|会员|會員|회원|спонсор|подписчик",
        Outcome.WALL,
        "members",
    ),
    (r"country|region|país|land\b|pays\b|paese|国または|国/地区|所在国|국가|стран|ülke", Outcome.WALL, "region"),
    (
        r"terminated|suspended|account .*closed|cuenta .*cancel|conta .*encerrad|konto .*gekündigt|compte .*(?:clôtur|résili)|アカウント|帐号|帳戶|аккаунт",
        Outcome.GONE,
        "suspended",
    ),
    (
        r"violat|copyright|guideline|policy|infracci|derechos de autor|direitos autorais|urheberrecht|droits d.auteur|著作権|版权|版權|нарушен",
        Outcome.GONE,
        "violation",
    ),
    (
        r"removed by the (?:uploader|user)|deleted|eliminad|excluíd|entfernt|supprim|削除|已移除|刪除|удален",
        Outcome.GONE,
        "deleted",
    ),
)
"""What the player says why a video is not shown, in the order in which its words are looked for."""
AGE_GATE = "channelAgeGateRenderer"
ABOUT = "channelAboutFullMetadataRenderer"
WINDOW = frozenset({"aboutChannelRenderer"})
ALERTS = (
    (r"country|\bpaís|\bpays\b|in (?:Ihrem|deinem) Land|paese", Outcome.WALL, "region"),
    (
        r"not exist|no longer exists|no existe|não existe|existiert nicht|n.existe pas|存在しません|不存在|не существует",
        Outcome.GONE,
        "not-found",
    ),
    (r"\bdeleted\b", Outcome.GONE, "deleted"),
    (
        r"terminated|removed|violat|suspend|closed|cancel|eliminad|encerrad|gekündigt|entfernt|clôtur|résili|supprim|停止|终止|終止|удален|заблок",
        Outcome.GONE,
        "suspended",
    ),
    (r"not available|unavailable|disponible|verfügbar", Outcome.GONE, "not-found"),
)
"""What stands in place of a channel."""
PANELS_SINCE = datetime(2021, 1, 1, tzinfo=UTC)
"""Since when every watch page has panels beside the video."""
API_LIMITS = frozenset({"quotaExceeded", "rateLimitExceeded", "dailyLimitExceeded", "userRateLimitExceeded"})
API_KEYS = frozenset(
    {
        "keyInvalid",
        "keyExpired",
        "API_KEY_INVALID",
        "forbidden",
        "accessNotConfigured",
        "authError",
        "required",
        "insufficientPermissions",
    }
)


def channel_url(target: Target) -> str:
    """The videos tab of a channel given as ``@handle``, ``handle`` or its id."""
    name = target.value.strip().removeprefix("@")
    where = f"channel/{name}" if re.fullmatch(r"UC[\w-]{22}", name) else f"@{quote(name)}"
    return f"https://www.youtube.com/{where}/videos?hl=en&gl=US"


def read_page(page: Page) -> Iterator[Part]:
    """Any page of the site, by what it carries; its inner JSON alone is read the same."""
    if page.looks_json:
        data = page.json
        player = (
            data.get("playerResponse", data)
            if set(data) & {"playerResponse", "videoDetails", "playabilityStatus"}
            else None
        )
        view = view_of(page, None)
    else:
        player, data = script_data(page, "ytInitialPlayerResponse"), script_data(page, "ytInitialData")
        found = LANGUAGE.search(page.text[:5000])
        view = view_of(page, found[1] if found else None)
    contents = dig(data, "contents") or {}
    if "twoColumnWatchNextResults" in contents or player is not None:
        yield from read_video(page, player or {}, data if data is not player else {}, view)
    elif contents.keys() & {"twoColumnSearchResultsRenderer", "sectionListRenderer"}:
        yield from read_search(data, view)
    elif data is None and page.by_itemprop.get("videoId"):
        yield from read_old_video(page, view)
    elif data is None:
        raise drift("saved-without-scripts" if page.saved else "ytInitialData")
    elif any(name.startswith("onResponseReceived") for name in data) and not contents:
        yield from read_continuation(page, data, view)
    else:
        yield from read_channel(page, data, view)


def view_of(page: Page, language: str | None) -> View:
    """What the page's address and head tell of all its records."""
    video = VIDEO_ADDRESS.search(page.url)
    channel = CHANNEL_ADDRESS.search(page.url)
    return View(
        language,
        page.fetched_at,
        Profile(platform="youtube", id=channel[1]) if channel else None,
        video[1] if video else None,
        OWN_TABS.search(page.path) is not None,
    )


def script_data(page: Page, name: str) -> Any:
    """An object of the page's scripts; mobile pages write it as an escaped text; None where it is not there."""
    for marker in (f"var {name} = ", f'window["{name}"] = ', f"{name} = "):
        at = page.text.find(marker)
        if at >= 0 and page.text[at + len(marker)] == "{":
            return page.json_after(marker)
    escaped = next(assignments(page.text, name), None)
    return parse_json(escaped, name) if isinstance(escaped, str) else escaped


def read_video(page: Page, player: Mapping[str, Any], data: Mapping[str, Any] | None, view: View) -> Iterator[Part]:
    """A video with its exact counts, and its channel; or why it is not shown."""
    results = dig(data, "contents", "twoColumnWatchNextResults", "results", "results", "contents") or []
    primary: dict[str, Any] = next(
        (part["videoPrimaryInfoRenderer"] for part in results if "videoPrimaryInfoRenderer" in part), {}
    )
    secondary: dict[str, Any] = next(
        (part["videoSecondaryInfoRenderer"] for part in results if "videoSecondaryInfoRenderer" in part), {}
    )
    details = player.get("videoDetails") or {}
    micro = dig(player, "microformat", "playerMicroformatRenderer") or {}
    if "musicVideoType" in details and not micro:
        micro = of_music(player)
    cause = why_not(player)
    if cause is not None and (cause.outcome is not Outcome.WALL or not details):
        raise cause
    if not details and not micro and not primary:
        raise drift("videoDetails")
    if not primary and not page.looks_json and page.path == "/watch" and not page.host.startswith("m."):
        raise drift("videoPrimaryInfoRenderer")
    owner = need(need(secondary, "owner", dict), "videoOwnerRenderer", dict) if primary else {}
    video_id = (
        details.get("videoId")
        or micro.get("externalVideoId")
        or dig(data, "currentVideoEndpoint", "watchEndpoint", "videoId")
    )
    if not isinstance(video_id, str) or (view.video_id and video_id != view.video_id):
        raise drift("videoId")
    channel = list(channels(owner, view))
    if primary and not channel:
        raise drift("owner")
    author = channel[0] if len(channel) == 1 else None
    shown_views = dig(primary, "viewCount", "videoViewCountRenderer") or {}
    later = bool(details.get("isUpcoming")) or dig(player, "playabilityStatus", "status") == "LIVE_STREAM_OFFLINE"
    exact_views = None if later else exact(details.get("viewCount") or micro.get("viewCount"))
    # "10,226 watching now" comes in two runs, views in one text.
    live = (
        later
        or bool(shown_views.get("isLive"))
        or len(dig(shown_views, "viewCount", "runs") or ()) > 1
        or cause is not None
    )
    yield Post(
        platform="youtube",
        kind="video",
        id=video_id,
        url=f"https://www.youtube.com/watch?v={video_id}",
        author=handle(need(micro, "ownerProfileUrl", str)) if micro else author.handle if author else None,
        author_id=of_owner(details, "channelId", micro, "externalChannelId", author.id if author else None),
        author_name=one_line(of_owner(details, "author", micro, "ownerChannelName", author.name if author else None)),
        title=title(primary.get("title") or details.get("title") or micro.get("title")),
        text=description(details, micro, secondary),
        published_at=published(micro, primary, view, not page.looks_json),
        likes=likes(page, details, micro, primary, view),
        comments=comment_count(data, results, view),
        views=exact_views or (None if live else view.number(words(need(shown_views, "viewCount", dict)))),
    )
    yield from channel
    if cause is not None:
        raise cause


def of_music(player: Mapping[str, Any]) -> dict[str, Any]:
    """What YouTube Music's player says of a video beside its details, under the names of YouTube's own."""
    told = need(need(player, "microformat", dict), "microformatDataRenderer", dict)
    owner = need(told, "pageOwnerDetails", dict)
    return {
        "publishDate": need(told, "publishDate", str),
        "ownerProfileUrl": need(owner, "youtubeProfileUrl", str),
        "ownerChannelName": owner.get("name"),
        "externalChannelId": owner.get("externalChannelId"),
    }


def read_old_video(page: Page, view: View) -> Iterator[Part]:
    """A watch page as the server wrote it until 2020: its microdata, and the counters beside the video."""
    told = {name: found[0].get("content") or found[0].get("href") for name, found in page.by_itemprop.items()}

    def shown(word: str) -> str | None:
        return next((one_line(element.text_content()) for element in page.by_class.get(word, ())), None)

    video_id, channel_id = need(told, "videoId", str), need(told, "channelId", str)
    if view.video_id not in {None, video_id}:
        raise drift("videoId")
    name = shown("yt-user-info") or shown("yt-user-name")
    text = page.tree.get_element_by_id("eow-description", None)
    yield Post(
        platform="youtube",
        kind="video",
        id=video_id,
        url=f"https://www.youtube.com/watch?v={video_id}",
        author_id=channel_id,
        author_name=name,
        title=title(need(told, "name", str)),
        text=plain_text(told.get("description") if text is None else text) or None,
        published_at=moment(need(told, "datePublished", str)),
        likes=view.count(shown("like-button-renderer-like-button") or shown("likes-count")),
        views=exact(need(told, "interactionCount", str)),
    )
    yield Profile(
        platform="youtube",
        id=channel_id,
        url=f"https://www.youtube.com/channel/{channel_id}",
        name=name,
        followers=view.count(shown("yt-subscriber-count")),
    )


def of_owner(
    details: Mapping[str, Any], told: str, micro: Mapping[str, Any], also: str, shown: str | None
) -> str | None:
    """What the player tells of the owner, which it must where it tells the title; else what the page shows."""
    if "title" in details:
        return need(details, told, str)
    return need(micro, also, str) if micro else shown


def why_not(player: Mapping[str, Any]) -> Ending | None:
    """The ending that the player tells; None where the video plays, or where it tells no cause and shows its numbers."""
    state = player.get("playabilityStatus") or {}
    status = state.get("status", "OK")
    if status in {"OK", "LIVE_STREAM_OFFLINE"}:
        return None
    error: dict[str, Any] = next(iter((state.get("errorScreen") or {}).values()), {})
    told = [state.get("reason"), *state.get("messages", ()), words(error.get("reason")), words(error.get("subreason"))]
    said = " ".join(part for part in told if part)
    if state.get("desktopLegacyAgeGateReason") or status in {
        "AGE_VERIFICATION_REQUIRED",
        "AGE_CHECK_REQUIRED",
        "CONTENT_CHECK_REQUIRED",
    }:
        return wall("age")
    if "playerLegacyDesktopYpcOfferRenderer" in (state.get("errorScreen") or {}) or "ypcTrailer" in str(
        state.get("errorScreen")
    ):
        return wall("members")
    try:
        tell(said, CAUSES)
    except Ending as ending:
        return ending
    if status == "LOGIN_REQUIRED":
        return wall("login")
    bare = not player.get("videoDetails") and not player.get("microformat")
    return gone("not-found") if status == "ERROR" or bare else None


def channels(owner: Mapping[str, Any], view: View) -> Iterator[Profile]:
    """The channel of a video, or the several that made it together."""
    endpoint = dig(owner, "navigationEndpoint", "browseEndpoint")
    if owner.get("title") and endpoint:
        yield Profile(
            platform="youtube",
            handle=handle(need(endpoint, "canonicalBaseUrl", str)),
            id=need(endpoint, "browseId", str),
            url=f"https://www.youtube.com/channel/{endpoint['browseId']}",
            name=title(owner["title"]),
            verified=is_verified(owner.get("badges")),
            followers=view.number(words(owner.get("subscriberCountText"))),
        )
    rows = dig(
        owner, "navigationEndpoint", "showDialogCommand", "panelLoadingStrategy", "inlineContent", "dialogViewModel",
        "customContent", "listViewModel", "listItems",
    )  # fmt: skip
    for row in rows or ():
        item = need(row, "listItemViewModel", dict)
        where = dig(item, "leadingAccessory", "avatarViewModel", "endpoint", "innertubeCommand", "browseEndpoint") or {}
        told = words(item.get("subtitle")) or ""
        yield Profile(
            platform="youtube",
            handle=handle(need(where, "canonicalBaseUrl", str)),
            id=need(where, "browseId", str),
            url=f"https://www.youtube.com/channel/{where['browseId']}",
            name=title(item["title"]),
            followers=view.number(told.rpartition("•")[2]) if "•" in told else None,
        )


def description(details: Mapping[str, Any], micro: Mapping[str, Any], secondary: Mapping[str, Any]) -> str | None:
    """The text below a video, line breaks kept."""
    shown = secondary.get("attributedDescription") or secondary.get("description") or micro.get("description")
    # YouTube Music's player has no words of its own.
    must = "title" in details and "musicVideoType" not in details
    own = need(details, "shortDescription", str, blank=True) if must else details.get("shortDescription")
    return tidy(own or words(shown) or "") or None


def published(micro: Mapping[str, Any], primary: Mapping[str, Any], view: View, script: bool) -> Moment | None:
    """When it was published: to the second in newer pages, else the day that the page names; a ``script`` must tell it."""
    told = micro.get("publishDate") or micro.get("uploadDate")
    if told or not primary:
        return moment(need(micro, "publishDate", str) if script else told)
    shown = words(need(primary, "dateText", dict))
    return local(shown, view.language) or view.ago(shown)


def likes(
    page: Page, details: Mapping[str, Any], micro: Mapping[str, Any], primary: Mapping[str, Any], view: View
) -> Count | None:
    """The likes: exact in the player's data, the microdata or the button's label, else as the button shows them."""
    if details.get("allowRatings") is False:
        return None
    if micro.get("likeCount") is not None:
        return exact(micro["likeCount"])
    liked = (
        re.search(r"schema\.org/LikeAction\"><meta itemprop=\"userInteractionCount\" content=\"(\d+)\"", page.text)
        if not page.looks_json
        else None
    )
    if liked:
        return exact(liked[1])
    for button in dig(primary, "videoActions", "menuRenderer", "topLevelButtons") or ():
        new = dig(button, "segmentedLikeDislikeButtonViewModel", "likeButtonViewModel", "likeButtonViewModel") or {}
        shown = dig(new, "toggleButtonViewModel", "toggleButtonViewModel", "defaultButtonViewModel", "buttonViewModel")
        if shown:
            return view.count(shown.get("accessibilityText")) or view.count(shown.get("title"))
        old = (
            dig(button, "segmentedLikeDislikeButtonRenderer", "likeButton", "toggleButtonRenderer")
            or button.get("toggleButtonRenderer")
            or {}
        )
        if dig(old, "defaultIcon", "iconType") == "LIKE":
            label = dig(old, "defaultText", "accessibility", "accessibilityData", "label")
            return view.count(label) or view.count(words(old.get("defaultText")))
    if primary:
        raise LookupError("like button")
    return None


def comment_count(data: Mapping[str, Any] | None, results: list[Any], view: View) -> Count | None:
    """The number of comments that the page shows; none where they are off, or come later."""
    for section in results:
        for part in dig(section, "itemSectionRenderer", "contents") or ():
            shown = dig(part, "commentsEntryPointHeaderRenderer", "commentCount")
            if shown:
                return view.count(words(shown))
    without_panels = view.fetched_at is not None and view.fetched_at < PANELS_SINCE
    panels = (
        (data or {}).get("engagementPanels", [])
        if without_panels or not results
        else need(data, "engagementPanels", list)
    )
    for panel in panels if results else ():
        inner = need(panel, "engagementPanelSectionListRenderer", dict)
        if inner.get("panelIdentifier", inner.get("targetId")) in {
            "engagement-panel-comments-section",
            "comment-item-section",
        }:
            head = need(need(inner, "header", dict), "engagementPanelTitleHeaderRenderer", dict)
            return view.number(words(head.get("contextualInfo")))
    return None


def read_search(data: Mapping[str, Any], view: View) -> Iterator[Part]:
    """Search results with their shelves: videos, shorts, channels."""
    contents = need(data, "contents", dict)
    wide = "twoColumnSearchResultsRenderer" in contents
    found = need(contents["twoColumnSearchResultsRenderer"], "primaryContents", dict) if wide else contents
    made = list(read_tiles(found, view))
    if not made:
        if data.get("estimatedResults") == "0" or "EMPTY_SEARCH" in str(found):
            raise empty()
        raise drift("search results")
    yield from made
    yield from walk_on(made)


def read_channel(page: Page, data: Mapping[str, Any], view: View) -> Iterator[Part]:
    """A channel and the videos, shorts or posts of the tab that is shown; a playlist's videos."""
    for alert in data.get("alerts") or ():
        shown = next(iter(alert.values()))
        if shown.get("type") == "ERROR":
            tell(words(shown.get("text")), ALERTS)
    # The page's text is asked first: its tree has tens of thousands of places to walk.
    gated = AGE_GATE in page.text and AGE_GATE in set(names(data.get("contents") or {}))
    if gated and "metadata" not in data:
        raise wall("age")
    if "feedTabbedHeaderRenderer" in (data.get("header") or {}) or page.path.startswith("/hashtag/"):
        # What trends, or bears a tag, is nobody's own list.
        view = replace(view, all_own=False)
    elif "playlistMetadataRenderer" not in data.get("metadata", {}):
        profile = read_header(data, view)
        yield replace(profile, **details_of(page, data, profile, view))
        if gated:
            raise wall("age")
        view = replace(view, channel=profile)
        yield Link("posts", f"{profile.url}/videos?hl=en&gl=US", profile.id)
    tab = selected_tab(data)
    made = list(read_tiles(tab, view))
    if not any(isinstance(part, Post | Profile) for part in made):
        inside = set(names(tab))
        if "richItemRenderer" in inside or not EMPTY_TABS & inside:
            raise drift("tab content")
    yield from made
    yield from walk_on(made)


def details_of(page: Page, data: Mapping[str, Any], channel: Profile, view: View) -> dict[str, Any]:
    """What the "about" tab of before 2024 tells of a channel: all its views, and the day on which it began."""
    told = tiles(data.get("contents"), frozenset({ABOUT})) if ABOUT in page.text else ()
    about: Mapping[str, Any] = next((tile for _, tile in told), {})
    if not about:
        return {}
    seen = need(about, "viewCountText", dict) if channel.followers else about.get("viewCountText")
    joined = local(words(need(about, "joinedDateText", dict)) or "", view.language)
    return {"views": view.number(words(seen)), "joined_at": joined}


def read_about(about: Mapping[str, Any], view: View) -> Profile:
    """What a channel's window tells of it since 2023."""
    channel_id, address = need(about, "channelId", str), need(about, "canonicalChannelUrl", str)
    videos = view.number(words(about.get("videoCountText")))
    seen = need(about, "viewCountText", str) if videos and videos.low else about.get("viewCountText")
    return Profile(
        platform="youtube",
        handle=handle(address),
        id=channel_id,
        url=f"https://www.youtube.com/channel/{channel_id}",
        text=tidy(words(about.get("description")) or "") or None,
        joined_at=local(words(need(about, "joinedDateText", dict)) or "", view.language),
        followers=view.number(words(about.get("subscriberCountText"))),
        posts=videos,
        views=view.number(seen),
    )


def walk_on(made: list[Part]) -> Iterator[Link]:
    """The watch pages of what was listed."""
    for part in made:
        if isinstance(part, Post) and part.kind == "video" and part.id:
            yield Link("post", f"https://www.youtube.com/watch?v={part.id}&hl=en&gl=US", part.id)


def read_continuation(page: Page, data: Mapping[str, Any], view: View) -> Iterator[Part]:
    """More of a list, or comments: what a page loads as one scrolls."""
    answers = [value for name, value in data.items() if name.startswith("onResponseReceived")]
    items = [
        item
        for answer in answers
        for action in answer
        for held in action.values()
        for item in dig(held, "continuationItems") or ()
    ]
    kinds = {name for item in items for name in item}
    if "commentsHeaderRenderer" in kinds or kinds & (COMMENTS | {"commentThreadRenderer"}):
        header: dict[str, Any] = next(
            (item["commentsHeaderRenderer"] for item in items if "commentsHeaderRenderer" in item), {}
        )
        told = need(header, "countText", dict) if header and not header.get("screenReaderOnly") else None
        total = view.count(words(told))
        if total is not None and view.video_id:
            yield Post(
                platform="youtube",
                kind="video",
                id=view.video_id,
                url=f"https://www.youtube.com/watch?v={view.video_id}",
                comments=total,
            )
        aside = {"commentsHeaderRenderer", "messageRenderer", "continuationItemRenderer"}
        shown = [item for item in items if not item or not item.keys() <= aside]
        if not shown and (total is None or total.low == 0):
            raise empty()
        if not shown:
            raise drift("commentThreadRenderer")
        yield from read_comments(shown, data, view)
        return
    windows = [tile for _, tile in tiles(items, WINDOW)]
    if windows:
        yield read_about(need(need(windows[0], "metadata", dict), "aboutChannelViewModel", dict), view)
        return
    if "messageRenderer" in kinds and kinds <= {"messageRenderer", "continuationItemRenderer"}:
        raise empty()
    made = list(read_tiles(answers, view))
    yield from made
    yield from walk_on(made)


def read_feed(page: Page) -> Iterator[Part]:
    """A channel's or a playlist's Atom feed: the fifteen newest videos."""
    try:
        feed = lxml.etree.fromstring(page.body, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    except lxml.etree.XMLSyntaxError as error:
        raise UnreadableError("feed") from error
    entries = feed.findall("a:entry", FEED_NAMES)
    if not entries:
        if {lxml.etree.QName(child).localname for child in feed} - FEED_HEAD:
            raise drift("entry")
        raise empty()
    made = list(each("entry", entries, lambda entry: read_entry(entry, page)))
    yield from made
    yield from walk_on(made)


def read_entry(entry: Any, page: Page) -> Post:
    """One video of a feed."""

    def told(path: str) -> str:
        found = entry.find(path, FEED_NAMES)
        if found is None or not (found.text or "").strip():
            raise LookupError(path)
        return str(found.text)

    video_id = told("yt:videoId")
    stars = entry.find("m:group/m:community/m:starRating", FEED_NAMES)
    views = entry.find("m:group/m:community/m:statistics", FEED_NAMES)
    if views is None and b"views=" in page.body:
        raise LookupError("statistics")
    text = entry.find("m:group/m:description", FEED_NAMES)
    only_likes = (
        stars is not None
        and stars.attrib["average"] == "5.00"
        and page.fetched_at is not None
        and page.fetched_at > LIKES_ONLY_SINCE
    )
    return Post(
        platform="youtube",
        kind="video",
        id=video_id,
        url=f"https://www.youtube.com/watch?v={video_id}",
        author_id=told("yt:channelId"),
        author_name=one_line(told("a:author/a:name")),
        title=one_line(told("a:title")),
        text=tidy(text.text or "") or None if text is not None else None,
        published_at=moment(told("a:published")),
        likes=exact(need(stars.attrib, "count", str)) if only_likes else None,
        views=exact(need(views.attrib, "views", str)) if views is not None else None,
    )


def read_oembed(page: Page) -> Iterator[Part]:
    """oEmbed: title and author of a video, no numbers."""
    told = page.json
    found = re.search(r"/(?:embed|vi|shorts)/([\w-]{11})", f"{told.get('html', '')} {told.get('thumbnail_url', '')}")
    if found is None:
        raise drift("video id")
    yield Post(
        platform="youtube",
        kind="video",
        id=found[1],
        url=f"https://www.youtube.com/watch?v={found[1]}",
        author=handle(need(told, "author_url", str)),
        author_name=one_line(told["author_name"]),
        title=title(told["title"]),
    )


def read_api(page: Page) -> Iterator[Part]:
    """An answer of the Data API v3, as an operator's own key gets it."""
    answer = page.json
    items = need(answer, "items", list)
    if not items:
        raise (
            empty()
            if answer.get("kind", "").startswith(("youtube#search", "youtube#comment", "youtube#playlistItem"))
            else gone("not-found")
        )
    parts = ",".join(page.query.get("part", ())).split(",")
    yield from each("item", items, lambda item: read_resource(item, parts))


def read_resource(item: Mapping[str, Any], parts: list[str]) -> Iterator[Part]:
    """A resource of the API: video, channel, search result, playlist item, comment; with the parts that were asked for."""
    kind, described = need(item, "kind", str), "snippet" in parts or "snippet" in item
    if not described and kind in {"youtube#video", "youtube#channel"}:
        yield read_numbers(item, kind)
        return
    about = need(item, "snippet", dict)
    if kind == "youtube#searchResult":
        need(need(item, "id", dict), "kind", str)
    counted = "statistics" in parts or "statistics" in item
    counts = need(item, "statistics", dict) if counted else {}
    if kind == "youtube#commentThread":
        yield api_comment(about["topLevelComment"], about["totalReplyCount"], about.get("videoId"))
        told = "replies" in parts and about["totalReplyCount"]
        replies = (
            need(need(item, "replies", dict), "comments", list) if told else dig(item, "replies", "comments") or ()
        )
        for reply in replies:
            yield api_comment(reply, None, about.get("videoId"))
    elif kind == "youtube#comment":
        yield api_comment(item, None, about.get("videoId"))
    elif kind == "youtube#channel" or dig(item, "id", "kind") == "youtube#channel":
        channel_id = item["id"] if isinstance(item["id"], str) else need(item["id"], "channelId", str)
        hidden = not counted or need(counts, "hiddenSubscriberCount", bool)
        yield Profile(
            platform="youtube",
            handle=handle(about.get("customUrl")),
            id=channel_id,
            url=f"https://www.youtube.com/channel/{channel_id}",
            name=one_line(html.unescape(need(about, "title", str))),
            text=tidy(need(about, "description", str, blank=True)) or None,
            joined_at=moment(about["publishedAt"]),
            followers=None if hidden else rounded(counts["subscriberCount"], 2, 1000),
            posts=exact(counts["videoCount"]) if counted else None,
            views=exact(counts["viewCount"]) if counted else None,
        )
    elif kind in {"youtube#video", "youtube#playlistItem"} or dig(item, "id", "kind") == "youtube#video":
        video_id = dig(about, "resourceId", "videoId") or dig(item, "id", "videoId") or need(item, "id", str)
        yield Post(
            platform="youtube",
            kind="video",
            id=video_id,
            url=f"https://www.youtube.com/watch?v={video_id}",
            author_id=about.get("videoOwnerChannelId") or need(about, "channelId", str),
            author_name=one_line(about.get("videoOwnerChannelTitle") or need(about, "channelTitle", str)),
            title=one_line(html.unescape(need(about, "title", str))),
            text=tidy(html.unescape(need(about, "description", str, blank=True))) or None,
            published_at=moment(dig(item, "contentDetails", "videoPublishedAt") or about["publishedAt"]),
            likes=exact(counts.get("likeCount")),
            comments=exact(counts.get("commentCount")),
            views=exact(counts["viewCount"]) if counted else None,
            language=about.get("defaultAudioLanguage") or about.get("defaultLanguage"),
        )


def read_numbers(item: Mapping[str, Any], kind: str) -> Post | Profile:
    """The numbers of a video or a channel, of which nothing else was asked for."""
    counts, number = need(item, "statistics", dict), need(item, "id", str)
    if kind == "youtube#channel":
        hidden = need(counts, "hiddenSubscriberCount", bool)
        return Profile(
            platform="youtube",
            id=number,
            url=f"https://www.youtube.com/channel/{number}",
            followers=None if hidden else rounded(counts["subscriberCount"], 2, 1000),
            posts=exact(counts["videoCount"]),
            views=exact(counts["viewCount"]),
        )
    return Post(
        platform="youtube",
        kind="video",
        id=number,
        url=f"https://www.youtube.com/watch?v={number}",
        likes=exact(counts.get("likeCount")),
        comments=exact(counts.get("commentCount")),
        views=exact(counts["viewCount"]),
    )


def api_comment(item: Mapping[str, Any], replies: Any, video_id: str | None) -> Post:
    """A comment as the API gives it."""
    about, comment_id = need(item, "snippet", dict), need(item, "id", str)
    author = need(about, "authorDisplayName", str)
    video = about.get("videoId") or video_id
    return Post(
        platform="youtube",
        kind="comment",
        id=comment_id,
        url=f"https://www.youtube.com/watch?v={video}&lc={comment_id}" if video else None,
        author=author.removeprefix("@") if author.startswith("@") else None,
        author_id=dig(about, "authorChannelId", "value"),
        author_name=None if author.startswith("@") else author,
        text=tidy(html.unescape(about.get("textOriginal") or re.sub(r"<br ?/?>", "\n", about["textDisplay"]))),
        published_at=moment(about["publishedAt"]),
        edited_at=moment(about["updatedAt"]) if about.get("updatedAt") != about["publishedAt"] else None,
        likes=exact(about["likeCount"]),
        comments=exact(replies),
        in_reply_to=about.get("parentId") or video,
    )


class YouTube(PlatformSpider):
    """YouTube."""

    name = "youtube"
    about = About(
        title="YouTube",
        anonymous="channels with subscribers (rounded) and videos; videos with views and likes (exact), comments (rounded), time",
        restricted="search, comments, feeds and the Data API: import, or the operator's own key",
        robots="/watch, /@, /channel/, /shorts/ and /oembed allowed; /results, /feeds/videos.xml, /youtubei/ and /api/ refused",
        layouts={
            "watch page": "2026-06",
            "channel tabs (lockupViewModel)": "2026-05",
            "channel tabs (videoRenderer)": "2026-01",
            "channel home (gridVideoRenderer)": "2024-01",
            "search results": "2026-01",
            "shorts tiles": "2026-01",
            "comments": "2026-01",
            "comments (commentRenderer)": "unproven",
            "community posts": "unproven",
            "Atom feed": "2026-01",
            "oEmbed": "2024-06",
            "Data API v3": "2024-02",
            "player of YouTube Music (JSON)": "unproven",
            "consent page": "2021-04",
        },
    )
    domains = ("youtube.com", "youtu.be", "youtube-nocookie.com", "youtube.googleapis.com", "www.googleapis.com")
    addresses = {"profile": channel_url, "page": lambda target: target.value}
    readers = (
        Reader(r"/feeds/videos\.xml", read_feed),
        Reader(r"/oembed", read_oembed),
        Reader(r"googleapis\.com/youtube/v3/|^youtube\.googleapis\.com/", read_api),
        Reader(r"", read_page),
    )
    pause_seconds = 5.0

    @staticmethod
    def screen(page: Page) -> None:
        """The consent page, Google's question for a person, and errors as JSON."""
        if page.host.startswith("consent.") or (
            not page.looks_json and "consent.youtube.com/s" in page.text and "ytInitialData" not in page.text
        ):
            raise wall("consent")
        if "google.com/sorry/" in page.url:
            raise wall("captcha")
        error = dig(page.json, "error") if page.looks_json and page.body.find(b'"error"', 0, 200) >= 0 else None
        if error is not None:
            reasons = {one.get("reason") for one in dig(error, "errors") or ()} | {
                one.get("reason") for one in dig(error, "details") or ()
            }
            if reasons & API_LIMITS:
                raise limited()
            if reasons & API_KEYS:
                raise wall("login")
            if "commentsDisabled" in reasons:
                raise empty()
            if any("NotFound" in str(reason) for reason in reasons):
                raise gone("not-found")
