"""Bilibili: video pages, and answers that hold videos, an account's feed, accounts, series, comments.

Source: www.bilibili.com video pages (``__INITIAL_STATE__``); answers of api.bilibili.com, 2022 to 2025.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.ids import bilibili_bv
from extractors.values.moments import CHINA, epoch, moment, recent
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.scripts import script_value
from spiders.page import Page, parse_json
from spiders.reading import Ending, Part, dig, need

ENDINGS = {
    -352: (Outcome.WALL, "bot-check"),
    -412: (Outcome.WALL, "bot-check"),
    -101: (Outcome.WALL, "login"),
    -401: (Outcome.WALL, "login"),
    -403: (Outcome.WALL, "login"),
    -509: (Outcome.LIMITED, None),
    -799: (Outcome.LIMITED, None),
    -404: (Outcome.GONE, "not-found"),
    404: (Outcome.GONE, "not-found"),
    62002: (Outcome.GONE, "private"),
    62004: (Outcome.GONE, "private"),
    62012: (Outcome.GONE, "private"),
    53013: (Outcome.GONE, "private"),
    -400: (Outcome.FAILED, "code--400"),
}
"""What the code of an answer tells."""
VIDEO_TALK, ARTICLE_TALK = 1, 12
"""The kinds of comments: below a video, below an article."""
WORDED = frozenset({1, 4})
"""Kinds of paragraphs: words, a quotation."""
NO_RECORD = frozenset({"DYNAMIC_TYPE_AD", "DYNAMIC_TYPE_NONE"})


WORDS = frozenset({"-", "--", "点赞", "评论", "转发", "分享", "收藏", "投币"})
"""What stands where a count is not shown."""


def counter(value: Any) -> Count | None:
    """A count as a number, or as a text ("190.3万"); "--" is not shown."""
    if not isinstance(value, str) or value.strip().isdecimal():
        return exact(value)
    shown = count(value, "zh")
    # Buttons without a count bear their word.
    if shown is None and value.strip() not in WORDS:
        raise ValueError(f"no count: {value!r:.60}")
    return shown


def video(shown: Mapping[str, Any], **more: Any) -> Post:
    """A video by its BV number, which older answers leave to be made of the AV number."""
    bvid = need(shown, "bvid", str) if "bvid" in shown else bilibili_bv(exact_id(shown, "aid"))
    return Post(
        platform="bilibili",
        kind="video",
        id=bvid,
        url=f"https://www.bilibili.com/video/{bvid}",
        title=one_line(html.unescape(plain_text(need(shown, "title", str)) or "")),
        **more,
    )


def read_video(shown: Mapping[str, Any], tags: Any = ()) -> Post:
    """A video with its counts, as pages and answers hold it."""
    owner, stat = need(shown, "owner", dict), need(shown, "stat", dict)
    return video(
        shown,
        author=one_line(need(owner, "name", str)),
        author_id=str(exact_id(owner, "mid")),
        text=tidy(shown.get("desc") or "") or None,
        published_at=epoch(shown["pubdate"]),
        likes=counter(stat["like"]),
        comments=counter(stat["reply"]),
        shares=counter(stat["share"]),
        saves=counter(stat["favorite"]),
        views=counter(stat["view"]),
        hashtags=tuple(dict.fromkeys(tag["tag_name"].lower() for tag in tags or () if tag.get("tag_name"))),
        region=shown.get("pub_location") or None,
    )


def exact_id(holder: Mapping[str, Any], name: str) -> int:
    """An id that is a number, or a text of digits; raises LookupError for 0 and for anything else."""
    value = holder[name]
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) == 0:
        raise LookupError(name)
    return int(value)


def profile(mid: int, name: str | None, **more: Any) -> Profile:
    """An account; its nickname is its handle."""
    made = one_line(name)
    return Profile(
        platform="bilibili", handle=made, id=str(mid), url=f"https://space.bilibili.com/{mid}", name=made, **more
    )


def read_page(page: Page) -> Iterator[Part]:
    """A video's page."""
    if "__INITIAL_STATE__" not in page.text:
        if re.search(r"视频去哪了|页面不存在|啥都没有", page.text[:20_000]):
            raise Ending(Outcome.GONE, "not-found")
        raise drift("saved-without-scripts") if page.saved else wall("bot-check")
    state = script_value(page.text, "window.__INITIAL_STATE__=")
    code = dig(state, "error", "trueCode") or dig(state, "error", "code")
    settle(code)
    shown = need(state, "videoData", dict)
    wanted = re.search(r"/video/(BV\w+)", page.path)
    if wanted and shown.get("bvid") != wanted[1]:
        raise drift("bvid")
    yield read_video(shown, state.get("tags"))
    up = need(state, "upData", dict)
    yield profile(
        exact_id(up, "mid"),
        need(up, "name", str),
        text=sign(up),
        followers=exact(up["fans"]),
        following=exact(up.get("attention")),
        posts=exact(up.get("archiveCount")),
    )


def read_article(shown: Mapping[str, Any], page: Page) -> Post:
    """An article, as its page and its answer hold it; the answer for its numbers tells neither its time nor its words."""
    named = re.search(r"/read/(?:mobile/)?(?:cv)?(\d+)|/viewinfo\?(?:.*&)?id=(\d+)", page.url)
    number = (named[1] or named[2]) if named else exact_id(shown, "id")
    stats, whole = need(shown, "stats", dict), "author_name" not in shown
    author = need(shown, "author", dict) if whole else {"mid": shown["mid"], "name": shown["author_name"]}
    body = need(shown, "content", str, blank=True) if whole else ""
    return Post(
        platform="bilibili",
        kind="article",
        id=f"cv{number}",
        url=f"https://www.bilibili.com/read/cv{number}",
        author=one_line(need(author, "name", str)),
        author_id=str(exact_id(author, "mid")),
        title=one_line(need(shown, "title", str)),
        # Since 2022 the words of some stand in a form of their own.
        text=plain_text(shown.get("summary") if body[:1] in {"", "{"} else body) or None,
        published_at=epoch(shown["publish_time"]) if whole else None,
        likes=counter(stats["like"]),
        comments=counter(stats["reply"]),
        shares=counter(stats["share"]),
        saves=counter(stats["favorite"]),
        views=counter(stats["view"]),
    )


def read_column(page: Page) -> Iterator[Part]:
    """An article's page, or that of a post with pictures; since 2024 articles stand on such pages, too."""
    if "__INITIAL_STATE__" not in page.text:
        raise drift("saved-without-scripts") if page.saved else wall("bot-check")
    state = script_value(page.text, "window.__INITIAL_STATE__=")
    settle(dig(state, "error", "trueCode") or dig(state, "error", "code"))
    if "/read/" in page.path and "detail" not in state:
        yield read_article(need(state, "readInfo", dict), page)
    else:
        yield read_opus(need(state, "detail", dict))


def read_opus(item: Mapping[str, Any]) -> Post:
    """A post on a page of its own, told in parts: title, author, words, numbers."""
    parts = {
        name.removeprefix("MODULE_TYPE_").lower(): module.get(name.replace("_TYPE", "").lower())
        for module in need(item, "modules", list)
        if (name := need(module, "module_type", str))
    }
    author, stats, number = need(parts, "author", dict), need(parts, "stat", dict), need(item, "id_str", str)
    paragraphs = need(need(parts, "content", dict), "paragraphs", list) if "content" in parts else []
    return Post(
        platform="bilibili",
        kind="article" if dig(item, "basic", "comment_type") == ARTICLE_TALK else "post",
        id=number,
        url=f"https://www.bilibili.com/opus/{number}",
        author=one_line(need(author, "name", str)),
        author_id=str(exact_id(author, "mid")),
        title=one_line(dig(parts, "title", "text")),
        text=tidy("\n".join(filter(None, map(paragraph, paragraphs)))) or None,
        published_at=epoch(need(author, "pub_ts", int)),
        likes=stated(stats, "like"),
        comments=stated(stats, "comment"),
        shares=stated(stats, "forward"),
        saves=stated(stats, "favorite"),
        region=(author.get("pub_location_text") or "").removeprefix("IP属地：").strip() or None,
    )


def paragraph(held: Mapping[str, Any]) -> str:
    """The words of a paragraph; one of pictures has none."""
    if need(held, "para_type", int) not in WORDED:
        return ""
    nodes = need(need(held, "text", dict), "nodes", list)
    return "".join(map(words_of, nodes))


def words_of(node: Mapping[str, Any]) -> str:
    """The words of a part of a paragraph; a formula has none."""
    kind = need(node, "type", str)
    if kind == "TEXT_NODE_TYPE_WORD":
        return need(need(node, "word", dict), "words", str, blank=True)
    if kind == "TEXT_NODE_TYPE_RICH":
        return need(need(node, "rich", dict), "text", str, blank=True)
    if not kind.startswith("TEXT_NODE_TYPE_"):
        raise LookupError("type")
    return ""


def stated(stats: Mapping[str, Any], name: str) -> Count | None:
    """A count of a post's page; None where its author has closed it."""
    stat = need(stats, name, dict)
    return None if stat.get("forbidden") or stat.get("disabled") or stat.get("hidden") else counter(stat["count"])


def read_live(page: Page) -> Iterator[Part]:
    """The page of a live room, as the account whose room it is."""
    if "__NEPTUNE_IS_MY_WAIFU__" not in page.text:
        raise drift("saved-without-scripts") if page.saved else wall("bot-check")
    answer = need(script_value(page.text, "window.__NEPTUNE_IS_MY_WAIFU__="), "roomInfoRes", dict)
    settle(answer["code"])
    yield read_room(need(answer, "data", dict))


def read_room(data: Mapping[str, Any]) -> Profile:
    """A live room's owner with his followers; who is watching now is no count."""
    anchor = need(data, "anchor_info", dict)
    return profile(
        exact_id(need(data, "room_info", dict), "uid"),
        need(need(anchor, "base_info", dict), "uname", str),
        verified=True if dig(anchor, "base_info", "official_info", "role") else None,
        followers=exact(need(anchor, "relation_info", dict)["attention"]),
    )


def sign(holder: Mapping[str, Any]) -> str | None:
    """What an account says of itself; the key is there where it says nothing."""
    return tidy(need(holder, "sign", str, blank=True)) or None


def settle(code: Any) -> None:
    """Raise the ending that a code tells; 0 tells none, an unknown one is drift."""
    if code in ENDINGS:
        raise Ending(*ENDINGS[code])
    if code:
        raise drift(f"code {code}")


def read_answer(page: Page) -> Iterator[Part]:
    """Any answer of the interface, by what it holds."""
    answer = page.json
    settle(answer["code"])
    data = answer["result"] if "result" in answer else answer["data"]
    if isinstance(data, list):
        yield from each("video", data, read_video)
    elif isinstance(data.get("cards"), list):
        yield from each("post", data["cards"] or missing(page), read_card_of_feed)
    elif "card" in data and "desc" in data["card"]:
        yield read_card_of_feed(data["card"])
    elif "bvid" in data:
        # Before what is told by season_id: a video of a series of its author's has one, too.
        yield read_video(data)
    elif "season_id" in data:
        yield from read_season(data)
    elif "stats" in data:
        yield read_article(data, page)
    elif isinstance(data.get("items"), list):
        yield from read_feed(data["items"], page)
    elif "item" in data:
        item = need(data, "item", dict)
        yield from (read_opus(item),) if isinstance(item.get("modules"), list) else read_feed([item], page)
    elif "replies" in data:
        yield from read_comments(data, page)
    elif "vlist" in (data.get("list") or {}):
        yield from read_uploads(data["list"]["vlist"])
    elif isinstance(data.get("list"), list):
        yield from each("video", data["list"], read_video)
    elif isinstance(data.get("result"), list):
        yield from read_results(data["result"])
    elif "View" in data:
        yield read_video(need(data, "View", dict), data.get("Tags"))
        yield read_card(need(data, "Card", dict))
    elif "anchor_info" in data:
        yield read_room(data)
    elif "archive" in data and "likes" in data:
        mid = int(page.query["mid"][0])
        yield profile(mid, None, likes=exact(data["likes"]), views=exact(need(data, "archive", dict)["view"]))
    else:
        yield read_account(data)


def read_account(data: Mapping[str, Any]) -> Profile:
    """An account: its card, its relations, its live room's owner."""
    if "card" in data:
        return read_card(data)
    if "follower_num" in data:
        info = need(data, "info", dict)
        return profile(
            exact_id(info, "uid"),
            need(info, "uname", str),
            verified=True if dig(info, "official_verify", "type") in {0, 1} else None,
            followers=exact(data["follower_num"]),
        )
    if "attention" in data and "room_id" in data:
        return profile(exact_id(data, "uid"), None, followers=exact(data["attention"]))
    if "follower" in data:
        return profile(
            exact_id(data, "mid"), None, followers=exact(data["follower"]), following=exact(data["following"])
        )
    return profile(exact_id(data, "mid"), need(data, "name", str), text=sign(data))


def read_card(data: Mapping[str, Any]) -> Profile:
    """An account's card."""
    card = need(data, "card", dict)
    return profile(
        exact_id(card, "mid"),
        need(card, "name", str),
        text=sign(card),
        verified=True if dig(card, "official_verify", "type") in {0, 1} else None,
        followers=exact(data["follower"] if "follower" in data else card["fans"]),
        following=exact(card.get("attention")),
        posts=exact(data.get("archive_count")),
        likes=exact(data.get("like_num")),
    )


def read_season(result: Mapping[str, Any]) -> Iterator[Part]:
    """A series; its followers are no saves, and its danmaku and coins have no field."""
    stat, up = need(result, "stat", dict), result.get("up_info") or {}
    season = exact_id(result, "season_id")
    yield Post(
        platform="bilibili",
        kind="video",
        id=str(season),
        url=f"https://www.bilibili.com/bangumi/play/ss{season}",
        author=one_line(up.get("uname")),
        author_id=str(exact_id(up, "mid")) if up else None,
        title=one_line(result["season_title"] if "season_title" in result else need(result, "title", str)),
        text=tidy(result.get("evaluate") or "") or None,
        published_at=moment(need(need(result, "publish", dict), "pub_time", str, blank=True), CHINA),
        likes=exact(stat["likes"]),
        comments=exact(stat["reply"]),
        shares=exact(stat["share"]),
        views=exact(stat["views"]),
    )
    if up:
        yield profile(exact_id(up, "mid"), need(up, "uname", str), followers=exact(up["follower"]))


def read_feed(items: list[Any], page: Page) -> Iterator[Part]:
    """An account's feed, a pinned post first; forwarded originals, which come without counts, last."""
    shown = [item for item in items or missing(page) if item.get("type") not in NO_RECORD]
    yield from each("post", shown, lambda item: read_dynamic(item, page))
    originals = [item.get("orig") for item in shown if item.get("type") == "DYNAMIC_TYPE_FORWARD"]
    yield from each("original", originals, lambda item: read_original(item, page))


def missing(page: Page) -> list[Any]:
    """Raise the ending of a feed without posts: the end of a list that was walked, else a refusal in disguise."""
    asked = next((page.query[name][0] for name in ("offset", "offset_dynamic_id") if name in page.query), "")
    raise empty() if asked.strip("0") else drift("items")


def read_card_of_feed(item: Mapping[str, Any]) -> Post:
    """One post of a feed as the interface told it until 2022: its counts, and what it holds as a text of JSON."""
    about, held = need(item, "desc", dict), parse_json(need(item, "card", str), "card")
    info, said = need(need(about, "user_profile", dict), "info", dict), held.get("item") or {}
    post_id, stat = need(about, "dynamic_id_str", str), held.get("stat") or held.get("stats") or {}
    kind = need(about, "type", int)
    words = said.get("description") or said.get("content") or held.get("dynamic")
    original = about.get("orig_dy_id_str")
    talk = about.get("comment", stat.get("reply", said.get("reply")))
    return Post(
        platform="bilibili",
        kind="video" if kind == 8 else "article" if kind == 64 else "post",
        id=post_id,
        url=f"https://t.bilibili.com/{post_id}",
        author=one_line(need(info, "uname", str)),
        author_id=str(exact_id(info, "uid")),
        title=one_line(held.get("title") or said.get("title")),
        text=tidy(words or held.get("desc") or held.get("summary") or "") or None,
        published_at=epoch(about["timestamp"]),
        likes=exact(about["like"]),
        comments=exact(talk),
        shares=exact(about["repost"]),
        views=exact(need(held, "stat", dict)["view"] if kind == 8 else stat.get("view", about.get("view"))),
        repost_of=original if kind == 1 and original not in (None, "0") else None,
    )


def read_original(item: Any, page: Page) -> Iterator[Part]:
    """What a post forwards; a deleted original has no id."""
    if need({"orig": item}, "orig", dict).get("id_str"):
        yield read_dynamic(item, page, original=True)


def read_dynamic(item: Mapping[str, Any], page: Page, *, original: bool = False) -> Post:
    """One post of a feed; plays of a video come rounded, its other counts exact."""
    modules = need(item, "modules", dict)
    author, dynamic = need(modules, "module_author", dict), need(modules, "module_dynamic", dict)
    kind = need(item, "type", str)
    major = dynamic.get("major") or {}
    held = next((value for name, value in major.items() if name != "type" and isinstance(value, dict)), {})
    if "live_rcmd" in major:
        held = need(parse_json(need(held, "content", str), "content"), "live_play_info", dict)
    stats = modules.get("module_stat") or {} if original else need(modules, "module_stat", dict)
    if not kind.startswith("DYNAMIC_TYPE_"):
        raise LookupError("type")
    desc = need(dynamic["desc"], "text", str, blank=True) if dynamic["desc"] else None
    text = desc or dig(held, "summary", "text") or held.get("desc")
    post_id = need(item, "id_str", str)
    stamp = author.get("pub_ts")
    return Post(
        platform="bilibili",
        kind="video" if kind == "DYNAMIC_TYPE_AV" else "article" if kind == "DYNAMIC_TYPE_ARTICLE" else "post",
        id=post_id,
        url=f"https://t.bilibili.com/{post_id}",
        author=one_line(need(author, "name", str)),
        author_id=str(exact_id(author, "mid")),
        title=one_line(need(held, "title", str) if kind == "DYNAMIC_TYPE_AV" else held.get("title")),
        text=tidy(text or "") or None,
        published_at=epoch(stamp)
        if stamp and int(stamp)
        else recent(need(author, "pub_time", str), page.fetched_at, CHINA),
        likes=None if original else shown_count(stats, "like"),
        comments=None if original else shown_count(stats, "comment"),
        shares=None if original else shown_count(stats, "forward"),
        views=counter(need(held, "stat", dict)["play"]) if kind == "DYNAMIC_TYPE_AV" and not original else None,
        repost_of=dig(item, "orig", "id_str") or None,
        hashtags=hashtags(dynamic),
        region=(author.get("pub_location_text") or "").removeprefix("发布于").strip() or None,
    )


def hashtags(dynamic: Mapping[str, Any]) -> tuple[str, ...]:
    """The topics of a post."""
    nodes = dig(dynamic, "desc", "rich_text_nodes") or ()
    named = [node.get("text", "") for node in nodes if node.get("type") == "RICH_TEXT_NODE_TYPE_TOPIC"]
    return tuple(dict.fromkeys(name.strip("#").lower() for name in named if name.strip("#")))


def shown_count(stats: Mapping[str, Any], name: str) -> Count | None:
    """A post's count; None where the author has closed it, or the page hides it."""
    stat = need(stats, name, dict)
    return None if need(stat, "forbidden", bool) or stat.get("hidden") else counter(stat["count"])


def read_uploads(videos: list[Any]) -> Iterator[Part]:
    """The list of an account's videos."""
    if not videos:
        raise empty()
    yield from each(
        "video",
        videos,
        lambda shown: video(
            shown,
            author=one_line(need(shown, "author", str)),
            author_id=str(exact_id(shown, "mid")),
            text=tidy(shown.get("description") or "") or None,
            published_at=epoch(shown["created"]),
            comments=counter(shown["comment"]),
            views=counter(shown["play"]),
        ),
    )


def read_results(results: list[Any]) -> Iterator[Part]:
    """Search results: of one kind, or grouped by kind."""
    groups = [group for group in results if "result_type" in group]
    shown = [one for group in groups for one in need(group, "data", list)] if groups else results
    yield from each("result", shown, read_result)


def read_result(shown: Mapping[str, Any]) -> Post | Profile | None:
    """A search result that is a video, an article or an account; its words are marked up."""
    kind = need(shown, "type", str)
    if kind == "bili_user":
        return profile(
            exact_id(shown, "mid"),
            need(shown, "uname", str),
            text=tidy(need(shown, "usign", str, blank=True)) or None,
            followers=exact(shown["fans"]),
            posts=exact(shown["videos"]),
        )
    if kind == "article":
        number = exact_id(shown, "id")
        return Post(
            platform="bilibili",
            kind="article",
            id=f"cv{number}",
            url=f"https://www.bilibili.com/read/cv{number}",
            author_id=str(exact_id(shown, "mid")),
            title=one_line(html.unescape(plain_text(need(shown, "title", str)) or "")),
            text=plain_text(shown.get("desc")) or None,
            published_at=epoch(shown["pub_time"]),
            likes=counter(shown["like"]),
            comments=counter(shown["reply"]),
            views=counter(shown["view"]),
        )
    if kind != "video":
        return None
    return video(
        shown,
        author=one_line(need(shown, "author", str)),
        author_id=str(exact_id(shown, "mid")),
        text=tidy(shown.get("description") or "") or None,
        published_at=epoch(shown["pubdate"]),
        likes=counter(shown["like"]),
        comments=counter(shown["review"]),
        saves=counter(shown["favorites"]),
        views=counter(shown["play"]),
    )


def read_comments(data: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """Comments with the replies that stand below them."""
    pinned = [dig(data, "upper", "top")] if dig(data, "upper", "top") else []
    comments = [*pinned, *(data.get("top_replies") or ()), *(data["replies"] or ())]
    if not comments and (dig(data, "page", "count") or dig(data, "cursor", "all_count")):
        raise drift("replies")
    if not comments:
        raise empty()

    def read_comment(shown: Mapping[str, Any], parent: str | None = None) -> Iterator[Part]:
        member, comment_id = need(shown, "member", dict), str(exact_id(shown, "rpid"))
        yield Post(
            platform="bilibili",
            kind="comment",
            id=comment_id,
            url=f"{page.url.partition('?')[0]}#{comment_id}" if page.host.startswith("www.") else None,
            author=one_line(need(member, "uname", str)),
            author_id=str(exact_id(member, "mid")),
            text=tidy(need(shown, "content", dict)["message"]),
            published_at=epoch(shown["ctime"]),
            likes=exact(shown["like"]),
            comments=exact(shown["rcount"]),
            in_reply_to=parent or (bilibili_bv(exact_id(shown, "oid")) if shown.get("type") == VIDEO_TALK else None),
            region=(dig(shown, "reply_control", "location") or "").removeprefix("IP属地：") or None,
        )
        for reply in shown.get("replies") or ():
            yield from read_comment(reply, comment_id)

    yield from each("comment", comments, read_comment)


class Bilibili(PlatformSpider):
    """Bilibili."""

    name = "bilibili"
    about = About(
        title="Bilibili",
        anonymous="video pages: plays, likes, comments, shares, saves, the author's followers",
        restricted="feeds, accounts, series, search, comments: saved answers (its interface is not public)",
        robots="video pages allowed at a low rate",
        layouts={
            "account feed (JSON)": "2024-04",
            "account (live JSON)": "2025-09",
            "series (JSON)": "2022-08",
            "video page": "2018-07",
            "video, uploads, search, comments (JSON)": "unproven",
            "article page and answers": "unproven",
            "pages of posts and live rooms": "unproven",
        },
    )
    domains = ("bilibili.com", "b23.tv")
    addresses = {"page": lambda target: target.value}
    readers = (
        Reader(r"^(?:www|m)\.bilibili\.com/video/|^b23\.tv/", read_page),
        Reader(r"^(?:www|m)\.bilibili\.com/(?:read|opus)/", read_column),
        Reader(r"^live\.", read_live),
        Reader(r"^api\.", read_answer),
    )
    pause_seconds = 20.0
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """The page of a refused request, and pages that only scripts fill."""
        if page.status == 412 or "出错啦! - bilibili.com" in page.text[:4000]:
            raise wall("bot-check")
        if page.host.startswith(("space.", "t.")) and not page.looks_json and page.status < 400:
            raise wall("bot-check")
