"""Tieba: a forum's threads, a thread's posts, search results. What is shown stands in HTML comments.

Source: pages of tieba.baidu.com, 2024.
"""

import re
from collections.abc import Iterator
from typing import Any

import lxml.html
from lxml.html import HtmlElement

from extractors.records import Outcome, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.moments import CHINA, recent
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.notices import tell
from spiders.markup.scripts import script_value
from spiders.page import Page, parse_json, words_in
from spiders.reading import Part, need

Classes = dict[str, list[HtmlElement]]
"""Elements by class."""
NOTICES = (
    (r"安全验证|验证码", Outcome.WALL, "captcha"),
    (r"贴子.{0,12}(?:删除|隐藏)|已被删除", Outcome.GONE, "deleted"),
    (r"(?:本吧|该吧|贴吧).{0,20}(?:暂不开放|封禁|关闭|法律)", Outcome.GONE, "suspended"),
    (r"请先?登录", Outcome.WALL, "login"),
    (r"不存在|404", Outcome.GONE, "not-found"),
)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
PLACE = re.compile(r"IP属地[:：]\s*(\S+)")
HELD = re.compile(r"j_thread_list|card_menNum|j_l_post|card_title_fname")


def parts(page: Page) -> Classes:
    """By class, the elements of the page and of the comments that hold what it shows; they stand behind the document's end."""
    hidden = [text for text in COMMENT.findall(page.text) if HELD.search(text)]
    trees = [lxml.html.fragment_fromstring(text, create_parent="div") for text in hidden]
    made: Classes = {}
    for found in (page.by_class, *map(words_in, trees)):
        for name, elements in found.items():
            made.setdefault(name, []).extend(elements)
    return made


def words(element: HtmlElement | None) -> str | None:
    """An element's text on one line."""
    return None if element is None else one_line(element.text_content())


def one(classes: Classes, name: str) -> HtmlElement:
    """The first element that bears a class; raises LookupError, which names the class, where there is none."""
    if name not in classes:
        raise LookupError(name)
    return classes[name][0]


def field(element: HtmlElement) -> dict[str, Any]:
    """The JSON that an element carries in ``data-field``."""
    made = parse_json(element.get("data-field") or "", "data-field")
    if not isinstance(made, dict):
        raise LookupError("data-field")
    return made


def number(holder: dict[str, Any], name: str) -> str:
    """An id that is a number."""
    return str(need(holder, name, int))


def forum_of(classes: Classes, forum_id: str) -> Profile:
    """The forum, whose members and posts stand at the head of its pages."""
    name = words(one(classes, "card_title_fname")) or ""
    handle = name.removesuffix("吧")
    return Profile(
        platform="tieba",
        handle=handle,
        id=forum_id,
        url=f"https://tieba.baidu.com/f?kw={handle}",
        name=name,
        followers=count(words(one(classes, "card_menNum")), "zh"),
        posts=count(words(one(classes, "card_infoNum")), "zh"),
    )


def read_forum(page: Page) -> Iterator[Part]:
    """A forum and its threads; a thread's date is a day, a time of today, or a month."""
    classes = parts(page)
    yield forum_of(classes, number(script_value(page.text, "PageData.forum = "), "id"))
    threads = classes.get("j_thread_list", [])
    if not threads or "is_show_create_time" not in classes:
        raise drift("is_show_create_time" if threads else "j_thread_list")
    yield from each("thread", threads, lambda row: read_thread_row(row, page))


def read_thread_row(row: HtmlElement, page: Page) -> Post:
    """A thread of the list; millions of replies can be real."""
    told, classes = field(row), words_in(row)
    title = one(classes, "j_th_tit")
    link = next((element for element in classes["j_th_tit"] if element.tag == "a"), title)
    dates, about = classes.get("is_show_create_time"), classes.get("threadlist_abs")
    return Post(
        platform="tieba",
        id=number(told, "id"),
        url=f"https://tieba.baidu.com/p/{number(told, 'id')}",
        author=named(told["author_name"] or told["author_nickname"]),
        author_name=one_line(told.get("author_nickname")),
        title=words(link),
        text=plain_text(about[0]) or None if about else None,
        published_at=recent(words(dates[0]), page.fetched_at, CHINA) if dates else None,
        comments=exact(told["reply_num"]),
    )


def named(name: Any) -> str:
    """A name that a record must have."""
    made = one_line(name) if isinstance(name, str) else None
    if made is None:
        raise LookupError("author_name")
    return made


def read_search(page: Page) -> Iterator[Part]:
    """Search results; a reply among them is a comment of its thread."""
    rows = page.by_class.get("s_post", [])
    if not rows:
        if re.search(r"没有找到|抱歉，未找到", page.text):
            raise empty()
        raise drift("s_post")

    def read_result(row: HtmlElement) -> Post:
        classes = words_in(row)
        link = next(one(classes, "p_title").iter("a"), None)
        if link is None or not (link.get("data-tid") or "").isdecimal():
            raise LookupError("data-tid")
        thread, title = link.get("data-tid", ""), words(link) or ""
        reply = re.search(r"[?&]pid=(\d+)", link.get("href") or "") if title.startswith(("回复:", "回复：")) else None
        # The forum comes first, its author last.
        violet = classes.get("p_violet", [])
        if len(violet) < 2 or (title.startswith("回复") and reply is None):
            raise LookupError("p_violet" if len(violet) < 2 else "pid")
        return Post(
            platform="tieba",
            kind="comment" if reply else "post",
            id=reply[1] if reply else thread,
            url=f"https://tieba.baidu.com/p/{thread}" + (f"?pid={reply[1]}" if reply else ""),
            author=named(words(violet[-1])),
            title=title or None,
            text=plain_text(one(classes, "p_content")) or None,
            published_at=recent(words(one(classes, "p_date")), page.fetched_at, CHINA),
            in_reply_to=thread if reply else None,
        )

    yield from each("result", rows, read_result)


def read_thread(page: Page) -> Iterator[Part]:
    """A thread: its first post, those below it, the answers to these, and the forum where its numbers stand above."""
    classes = parts(page)
    thread = re.search(r"/p/(\d+)", page.path)
    heading = one(classes, "core_title_txt")
    replies = one(words_in(one(classes, "l_reply_num")), "red")
    rows = classes.get("j_l_post", [])
    if thread is None or not rows:
        raise drift("j_l_post")

    def read_floor(row: HtmlElement) -> Iterator[Part]:
        told, parts_of = field(row), words_in(row)
        author, content = need(told, "author", dict), need(told, "content", dict)
        tail = [text for text in (words(element) for element in parts_of.get("tail-info", ())) if text]
        if not tail and "date" not in content:
            raise LookupError("tail-info")
        stamp = content.get("date") or tail[-1]
        first = content["post_no"] == 1
        post_id = thread[1] if first else number(content, "post_id")
        tails = [span.text or "" for wrap in parts_of.get("post-tail-wrap", ()) for span in wrap.iter("span")]
        place = next(filter(None, map(PLACE.match, tails)), None)
        yield Post(
            platform="tieba",
            kind="post" if first else "comment",
            id=post_id,
            url=f"https://tieba.baidu.com/p/{thread[1]}" + ("" if first else f"?pid={post_id}"),
            author=named(author["user_name"] or author.get("user_nickname")),
            author_id=str(author["user_id"]) if author.get("user_id") else None,
            author_name=one_line(author.get("user_nickname") or author.get("show_nickname")),
            title=heading.get("title") or words(heading) if first else None,
            text=plain_text(one(parts_of, "d_post_content")) or None,
            published_at=recent(stamp, page.fetched_at, CHINA),
            comments=count(words(replies), "zh") if first else exact(content["comment_num"]),
            in_reply_to=None if first else thread[1],
            region=place[1] if place else None,
        )
        answers = parts_of.get("lzl_single_post", [])
        if not answers and "lzl_content_main" in parts_of:
            raise LookupError("lzl_single_post")
        yield from each("answer", answers, lambda answer: read_answer(answer, page, thread[1], post_id))

    if {"card_title_fname", "card_menNum"} & classes.keys():
        yield forum_of(classes, number(need(field(rows[0]), "content", dict), "forum_id"))
    yield from each("post", rows, read_floor)


def read_answers(page: Page) -> Iterator[Part]:
    """The answers to one post of a thread, as the page loads them."""
    rows, asked = page.by_class.get("lzl_single_post", []), page.query
    if not rows:
        raise drift("lzl_single_post")
    thread, post = (asked[name][0] if name in asked else None for name in ("tid", "pid"))
    yield from each("answer", rows, lambda row: read_answer(row, page, thread, post))


def read_answer(row: HtmlElement, page: Page, thread: str | None, post: str | None) -> Post:
    """An answer to a post of a thread."""
    told, classes = field(row), words_in(row)
    answer_id = str(need(told, "spid", int))
    return Post(
        platform="tieba",
        kind="comment",
        id=answer_id,
        url=f"https://tieba.baidu.com/p/{thread}?pid={post}&cid={answer_id}" if thread and post else None,
        author=named(told["user_name"] or told.get("showname")),
        author_name=one_line(told.get("showname")),
        text=plain_text(one(classes, "lzl_content_main")) or None,
        published_at=recent(words(one(classes, "lzl_time")), page.fetched_at, CHINA),
        in_reply_to=post,
    )


class Tieba(PlatformSpider):
    """Tieba."""

    name = "tieba"
    about = About(
        title="Baidu Tieba",
        anonymous="forum pages answered logged out in 2024; a check may come first",
        restricted="forums with members and posts, threads with replies, search: saved pages",
        robots="the live file is read; import only",
        layouts={
            "forum page": "2024-08",
            "search results": "2024-08",
            "thread page": "2024-08",
            "answers to a post": "2024-08",
        },
    )
    domains = ("tieba.baidu.com",)
    readers = (
        Reader(r"/f/search/", read_search),
        Reader(r"/p/comment", read_answers),
        Reader(r"/p/\d+", read_thread),
        Reader(r"/f\?", read_forum),
    )
    pause_seconds = 20.0
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """A check, or a notice in place of a thread."""
        if "wappass.baidu.com" in page.url or "百度安全验证" in page.text[:4000]:
            raise wall("captcha")
        if not HELD.search(page.text) and "s_post" not in page.text and "lzl_single_post" not in page.text:
            text = plain_text(page.tree) or ""
            tell(text if len(text) < 600 else None, NOTICES)
