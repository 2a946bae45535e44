"""Xiaohongshu: notes and accounts from the data that pages carry and from saved answers.

All of it comes by import: without a log-in every note leads to a shell that says it is not there. The layouts are the
documented ones; no page of the platform's own has proved them yet.

Source: ``__INITIAL_STATE__`` of www.xiaohongshu.com, https://github.com/ReaJason/xhs
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from lxml.html import HtmlElement

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import count
from extractors.values.moments import CHINA, epoch, recent
from extractors.values.text import one_line, plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.notices import tell
from spiders.markup.scripts import assignments
from spiders.page import Page, words_in
from spiders.reading import Ending, Part, maybe, need, told

NOTE_ADDRESS = re.compile(r"/(?:explore|discovery/item|search_result|user/profile/[0-9a-f]{24})/([0-9a-f]{24})")
WHEN = re.compile(r"(编辑于\s*)?(\S+(?:\s\d{1,2}:\d\d)?)(?:\s+([^\d\s]+))?")
"""The line below a note: whether it was edited, a day or a time in words, a place."""
TOPIC = re.compile(r"#([^#\[\]\s]{1,60})\[话题\]#")
CODES = {
    -100: (Outcome.WALL, "login"),
    -101: (Outcome.WALL, "login"),
    -104: (Outcome.WALL, "login"),
    300011: (Outcome.WALL, "bot-check"),
    300012: (Outcome.WALL, "bot-check"),
    300013: (Outcome.LIMITED, None),
    300015: (Outcome.WALL, "login"),
    300031: (Outcome.WALL, "login"),
    -510001: (Outcome.GONE, "not-found"),
}
"""What the code of an answer, or of the shell that a page leads to, tells."""
NOTICES = (
    (r"登录", Outcome.WALL, "login"),
    (r"频次|频繁", Outcome.LIMITED, None),
    (r"网络.{0,6}风险|安全验证|滑块", Outcome.WALL, "captcha"),
    (r"删除", Outcome.GONE, "deleted"),
    (r"违规|违反", Outcome.GONE, "violation"),
    (r"仅.{0,8}可见|私密", Outcome.GONE, "private"),
)


def counter(value: Any) -> Count | None:
    """A count as pages hold it, a text: "1024", "1.2万", "10+"; nothing is not shown."""
    if value is None or value == "":
        return None
    made = count(str(value), "zh") if isinstance(value, str | int) else None
    if made is None:
        raise ValueError(f"no count: {value!r:.40}")
    return made


def read_note(page: Page, note: Mapping[str, Any], note_id: str | None = None, *, brief: bool = False) -> Post:
    """One note; a card of a list holds its title, likes, and a time in words alone. ``brief``: some numbers may lack."""
    made = note_id or need({"id": told(note, "note_id")}, "id", str)
    shown, user = told(note, "interact_info"), need(note, "user", dict)
    card = "title" not in note and "desc" not in note
    text = tidy(TOPIC.sub(r"#\1", maybe(note, "desc") or "")) or None
    stamp, edited = maybe(note, "time"), maybe(note, "last_update_time")
    if stamp is None and not card:
        raise LookupError("time")
    tags = maybe(note, "corner_tag_info") or ()
    words = next((tag.get("text") for tag in tags if tag.get("type") == "publish_time"), None)
    return Post(
        platform="xiaohongshu",
        kind="video" if note.get("type") == "video" else "photo",
        id=made,
        url=f"https://www.xiaohongshu.com/explore/{made}",
        author_id=need({"id": told(user, "user_id")}, "id", str),
        author_name=one_line(need({"name": maybe(user, "nickname") or maybe(user, "nick_name")}, "name", str)),
        title=one_line(maybe(note, "display_title") if card else need(note, "title", str, blank=True)),
        text=text,
        published_at=epoch(stamp, 0.001) or recent(words, page.fetched_at, CHINA),
        edited_at=epoch(edited, 0.001) if edited and edited != stamp else None,
        likes=counter(told(shown, "liked_count")),
        saves=counter(maybe(shown, "collected_count") if card else told(shown, "collected_count")),
        comments=counter(maybe(shown, "comment_count") if card else told(shown, "comment_count")),
        shares=counter(maybe(shown, "shared_count") if card else (maybe if brief else told)(shown, "share_count")),
        hashtags=tuple(dict.fromkeys(tag["name"].lower() for tag in maybe(note, "tag_list") or () if tag.get("name"))),
        region=maybe(note, "ip_location") or None,
    )


def read_account(shown: Mapping[str, Any], account_id: str | None) -> Profile:
    """One account; its last number is likes and saves together, which is neither."""
    about = told(shown, "basic_info")
    numbers = {one["type"]: one["count"] for one in need(shown, "interactions", list)}
    return Profile(
        platform="xiaohongshu",
        handle=str(told(about, "red_id")),
        id=account_id,
        url=f"https://www.xiaohongshu.com/user/profile/{account_id}" if account_id else None,
        name=one_line(need(about, "nickname", str)),
        text=tidy(need(about, "desc", str, blank=True)) or None,
        followers=counter(numbers["fans"]),
        following=counter(numbers["follows"]),
    )


def state_of(page: Page) -> Mapping[str, Any]:
    """The data of a page, which is JavaScript and not JSON."""
    if "__INITIAL_STATE__" not in page.text:
        raise (
            drift("saved-without-scripts")
            if page.saved
            else drift("__INITIAL_STATE__")
            if any(trace in page.text for trace in ("noteDetailMap", "__INITIAL_", "interact-container"))
            else wall("bot-check")
        )
    state = next(assignments(page.text, "__INITIAL_STATE__"), None)
    if not isinstance(state, dict):
        raise drift("__INITIAL_STATE__")
    return state


def read_note_page(page: Page) -> Iterator[Part]:
    """A note's page; to a reader who is not logged in it comes without the note."""
    drawn = page.tree.get_element_by_id("noteContainer", None)
    if drawn is not None and "__INITIAL_STATE__" not in page.text:
        yield read_drawn(page, drawn)
        return
    state = state_of(page)
    if "noteData" in state:
        yield from read_phone_page(page, need(need(state, "noteData", dict), "data", dict))
        return
    notes = need(need(state, "note", dict), "noteDetailMap", dict, blank=True)
    held = {name: value for name, value in notes.items() if name not in {"undefined", "null", ""}}
    if not held:
        raise wall("login")
    wanted = NOTE_ADDRESS.search(page.path)
    note_id = wanted[1] if wanted else next(iter(held))
    yield read_note(page, need(need(held, note_id, dict), "note", dict))


def read_drawn(page: Page, drawn: HtmlElement) -> Post:
    """A note as a browser drew it, saved without its scripts; its comments are not read."""
    wanted, classes = NOTE_ADDRESS.search(page.path), words_in(drawn)
    if wanted is None:
        raise LookupError("address of a note")
    bar = words_in(next(reversed(classes["interact-container"])))
    about, title = (drawn.get_element_by_id(name, None) for name in ("detail-desc", "detail-title"))
    if about is None and title is None:
        raise LookupError("detail-desc")
    links = (link.get("href") or "" for link in drawn.iter("a"))
    owner = next((found for link in links if (found := re.search(r"/user/profile/([0-9a-f]{24})", link))), None)
    words = one_line(classes["date"][0].text_content()) or ""
    when = WHEN.fullmatch(words)
    if owner is None or when is None:
        raise LookupError("date" if owner else "/user/profile/")
    moment = recent(when[2], page.fetched_at, CHINA)
    tags = [one_line(tag.text_content()) or "" for tag in words_in(about).get("tag", ())] if about is not None else []
    return Post(
        platform="xiaohongshu",
        kind="video" if "xgplayer" in classes or "video-player-media" in classes else "photo",
        id=wanted[1],
        url=f"https://www.xiaohongshu.com/explore/{wanted[1]}",
        author_id=owner[1],
        author_name=one_line(classes["username"][0].text_content()),
        title=one_line(title.text_content()) if title is not None else None,
        text=plain_text(about) or None if about is not None else None,
        published_at=None if when[1] else moment,
        edited_at=moment if when[1] else None,
        likes=drawn_count(bar, "like-wrapper"),
        saves=drawn_count(bar, "collect-wrapper"),
        comments=drawn_count(bar, "chat-wrapper"),
        hashtags=tuple(dict.fromkeys(tag.removeprefix("#").lower() for tag in tags if tag.startswith("#"))),
        region=when[3],
    )


def drawn_count(bar: dict[str, list[HtmlElement]], name: str) -> Count:
    """A number of the bar below a note; where there is none of a thing yet, its name stands there."""
    shown = one_line(words_in(bar[name][0])["count"][0].text_content()) or ""
    made = Count(0, 0, shown) if shown in {"点赞", "赞", "收藏", "评论"} else counter(shown)
    if made is None:
        raise LookupError(name)
    return made


def read_phone_page(page: Page, held: Mapping[str, Any]) -> Iterator[Part]:
    """A note's page as a phone's browser is sent it, with the first comments."""
    note = need(held, "noteData", dict, blank=True)
    if not note:
        raise wall("login")
    wanted, made = NOTE_ADDRESS.search(page.path), need(note, "noteId", str)
    if wanted and wanted[1] != made:
        raise drift("noteId")
    yield read_note(page, note, brief=True)
    said = need(held, "commentData", dict)["comments"] if held.get("commentData") else ()
    yield from each("comment", said, lambda item: read_phone_comment(item, made))


def read_phone_comment(item: Mapping[str, Any], above: str) -> Iterator[Part]:
    """One comment of a phone's page, on its note or below another, and the answers that stand below it."""
    user, made = need(item, "user", dict), need(item, "id", str)
    yield Post(
        platform="xiaohongshu",
        kind="comment",
        id=made,
        author_id=need(user, "userId", str),
        author_name=one_line(need({"name": user.get("nickname") or user.get("nickName")}, "name", str)),
        text=tidy(need(item, "content", str, blank=True)) or None,
        published_at=epoch(int(item["time"]), 0.001),
        likes=counter(item.get("likeCount")),
        in_reply_to=above,
        region=item.get("ipLocation") or None,
    )
    yield from each("answer", item.get("subComments") or (), lambda answer: read_phone_comment(answer, made))


def read_account_page(page: Page) -> Iterator[Part]:
    """An account's page and the notes that it lists."""
    user = need(state_of(page), "user", dict)
    shown = need(user, "userPageData", dict, blank=True)
    if not shown:
        raise wall("login")
    yield read_account(shown, page.path.rstrip("/").rpartition("/")[2])
    cards = [card for row in need(user, "notes", list) for card in row or ()]
    if cards and all(card.get("id") == "" for card in cards):
        # To a reader who is not logged in the cards come without number and author.
        raise wall("login")
    yield from read_cards(page, cards)


def read_cards(page: Page, cards: list[Any]) -> Iterator[Part]:
    """The cards of a list; some may have no title, but not all of them."""
    held = [card if (held := maybe(card, "note_card")) is None else held for card in cards]
    if held and all(maybe(note, "display_title") is None and "title" not in note for note in held):
        raise drift("display_title")
    yield from each("note", cards, partial(read_card, page))


def read_card(page: Page, card: Mapping[str, Any]) -> Iterator[Post]:
    """A card of a list; one that stands for no note (a suggested search) is none."""
    kind = maybe(card, "model_type")
    if kind in {None, "note"}:
        held = maybe(card, "note_card")
        yield read_note(
            page, held if held is not None else card, need({"id": card.get("id")}, "id", str) if held else None
        )


def read_feed_page(page: Page) -> Iterator[Part]:
    """The notes that the start page or a search suggests."""
    state = state_of(page)
    cards = need(need(state, "search" if "/search_result" in page.path else "feed", dict), "feeds", list)
    if not cards:
        raise wall("login")
    yield from read_cards(page, cards)


def read_comment(item: Mapping[str, Any], root: str | None) -> Iterator[Part]:
    """One comment, on its note or below the comment ``root``, and the answers that stand below it."""
    user, made = need(item, "user_info", dict), need(item, "id", str)
    yield Post(
        platform="xiaohongshu",
        kind="comment",
        id=made,
        author_id=need(user, "user_id", str),
        author_name=one_line(need(user, "nickname", str)),
        text=tidy(need(item, "content", str, blank=True)) or None,
        published_at=epoch(item["create_time"], 0.001),
        likes=counter(item["like_count"]),
        comments=counter(item["sub_comment_count"]) if root is None else None,
        in_reply_to=root or need(item, "note_id", str),
        region=item.get("ip_location") or None,
    )
    answers = need(item, "sub_comments", list) if root is None else ()
    yield from each("answer", answers, lambda answer: read_comment(answer, made))


def read_answer(page: Page) -> Iterator[Part]:
    """A saved answer: notes, comments, or an account."""
    answer = page.json
    code = answer.get("code", 0)
    if code in CODES:
        raise Ending(*CODES[code])
    if code:
        tell(str(answer.get("msg") or ""), NOTICES)
        raise drift(f"code {code}")
    data = need(answer, "data", dict)
    if "basic_info" in data:
        yield read_account(data, page.query.get("target_user_id", [""])[0] or None)
        return
    if "comments" in data or "/comment/" in page.path:
        comments = need(data, "comments", list)
        if not comments:
            raise empty() if data.get("has_more") is False else drift("comments")
        root = page.query.get("root_comment_id", [None])[0]
        yield from each("comment", comments, lambda item: read_comment(item, root))
        return
    cards = data["items"] if "items" in data else data.get("notes", [])
    if cards == []:
        # A search that finds nothing answers without a list.
        other = any(isinstance(value, list | dict) and value for value in data.values())
        raise empty() if data.get("has_more") is False and not other else drift("items")
    yield from read_cards(page, need({"items": cards}, "items", list))


class Xiaohongshu(PlatformSpider):
    """Xiaohongshu."""

    name = "xiaohongshu"
    about = About(
        title="Xiaohongshu (RedNote)",
        anonymous="nothing: every note leads to a shell that says it is not there",
        restricted="notes with likes, saves, comments, shares; accounts with followers: saved pages and answers",
        robots="import only",
        layouts={
            "note page": "unproven",
            "note page for phones": "unproven",
            "note as a browser drew it": "unproven",
            "account page": "unproven",
            "start and search page": "unproven",
            "answers (JSON)": "unproven",
            "comments (JSON)": "2024-07",
            "404 shell": "unproven",
        },
    )
    domains = ("xiaohongshu.com", "xhslink.com", "rednote.com")
    readers = (
        Reader(r"/api/sns/|^edith\.", read_answer),
        Reader(r"/user/profile/[0-9a-f]+/?(?:\?|$)", read_account_page),
        Reader(r"/search_result/?\?|^[^/]+/(?:explore/?)?(?:\?|$)", read_feed_page),
        Reader(r"", read_note_page),
    )
    pause_seconds = 30.0
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """The shell that comes instead of a note: a block, though it says that the page is gone."""
        code = page.query.get("error_code", [""])[0]
        if code.isdecimal() and int(code) in CODES:
            raise Ending(*CODES[int(code)])
        if page.status in {461, 471} or "/website-login/captcha" in page.url:
            raise wall("captcha")
        if "/website-login" in page.url or "/login" in page.path:
            raise wall("login")
        shell = "你访问的页面不见了" in page.text and "noteDetailMap" not in page.text
        if page.path.startswith("/404") or shell:
            raise wall("login")
