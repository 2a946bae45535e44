"""Zhihu: questions, answers, articles, people and columns from the data its pages carry and its JSON answers; hot lists.

All of it comes by import: anonymous clients are met by a check, or by an empty list with the right title.

Source: pages and answers of www.zhihu.com and zhuanlan.zhihu.com, 2015 to 2026.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from lxml.html import HtmlElement

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.notices import tell
from spiders.page import Page, parse_json
from spiders.reading import Ending, Part, dig, need

ADDRESS = re.compile(r"/(question|answer|p|people|org|pin)/([\w-]+)")
NOTICES = (
    (r"登录|login", Outcome.WALL, "login"),
    (r"验证|网络环境", Outcome.WALL, "captcha"),
    (r"请求存在异常|请求参数异常|暂时限制", Outcome.WALL, "bot-check"),
    (r"频繁", Outcome.LIMITED, None),
    (r"已被?删除|已删除", Outcome.GONE, "deleted"),
    (r"违反|违规|屏蔽|折叠", Outcome.GONE, "violation"),
    (r"停用|封禁|注销", Outcome.GONE, "suspended"),
    (r"不存在|没有知识存在的荒原|not found", Outcome.GONE, "not-found"),
)
BELOW = re.compile(r"/(?:answers|articles|questions|pins|posts)/(\d+)/")
NO_RECORDS = frozenset(
    {"ad", "feed_advert", "roundtable", "live", "topic", "zvideo", "column", "collection", "hot_timing"}
)
"""Kinds of things in lists that are no posts."""
FOUND = frozenset({"search_result"})
"""Kinds of what wraps a thing that a search found; its other rows are words to search for, and the like."""
ERROR_CODES = {
    40352: (Outcome.WALL, "captcha"),
    40362: (Outcome.WALL, "bot-check"),
    10003: (Outcome.WALL, "bot-check"),
    100: (Outcome.WALL, "login"),
}


def told(holder: Mapping[str, Any], name: str) -> Any:
    """The value of a name that pages write as ``voteupCount`` and answers as ``voteup_count``."""
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), name)
    return holder[camel] if camel in holder else holder[name]


def tally(holder: Mapping[str, Any], name: str) -> Count | None:
    """A count that a thing of this kind always has."""
    return exact(told(holder, name))


def identity(holder: Mapping[str, Any]) -> str:
    """An id, a number in some layouts and a text in others."""
    value = holder["id"]
    if isinstance(value, bool) or not isinstance(value, int | str) or not value:
        raise LookupError("id")
    return str(value)


def byline(author: Mapping[str, Any]) -> dict[str, Any]:
    """The author of a thing; an anonymous one has the id "0" and no handle."""
    handle = told(author, "url_token") if "url_token" in author or "urlToken" in author else None
    author_id = author.get("id")
    return {
        "author": handle or None,
        "author_id": str(author_id) if author_id and str(author_id) != "0" else None,
        "author_name": one_line(need(author, "name", str)),
    }


def read_thing(kind: str, thing: Mapping[str, Any]) -> Post:
    """A question, an answer, an article or a pin; followers of a question and heat are no counts of ours."""
    thing_id = identity(thing)
    if kind == "question":
        return Post(
            platform="zhihu",
            kind="question",
            id=thing_id,
            url=f"https://www.zhihu.com/question/{thing_id}",
            title=one_line(need(thing, "title", str)),
            text=plain_text(thing.get("detail") or thing.get("excerpt")) or None,
            published_at=epoch(thing["created"]),
            comments=tally(thing, "comment_count"),
            views=exact(thing.get("visitCount", thing.get("visit_count"))),
            **byline(need(thing, "author", dict)),
        )
    question = need(thing, "question", dict)["id"] if kind == "answer" else None
    address = {
        "answer": f"https://www.zhihu.com/question/{question}/answer/{thing_id}",
        "article": f"https://zhuanlan.zhihu.com/p/{thing_id}",
        "pin": f"https://www.zhihu.com/pin/{thing_id}",
    }[kind]
    body = thing.get("contentHtml") or thing.get("content") or thing.get("excerpt")
    if isinstance(body, list):
        body = "\n".join(str(part.get("content") or "") for part in body if part.get("type") == "text")
    created = thing["created"] if kind != "answer" and "created" in thing else told(thing, "created_time")
    asked = dig(thing, "question", "title") or dig(thing, "question", "name")
    return Post(
        platform="zhihu",
        kind="article" if kind == "article" else "post",
        id=thing_id,
        url=address,
        title=one_line(plain_text(need(thing, "title", str) if kind == "article" else asked)),
        text=plain_text(body) or None,
        published_at=epoch(created),
        likes=tally(thing, "like_count" if kind == "pin" else "voteup_count"),
        comments=tally(thing, "comment_count"),
        in_reply_to=str(question) if question else None,
        **byline(need(thing, "author", dict)),
    )


def read_person(user: Mapping[str, Any]) -> Profile:
    """A person or an organisation."""
    handle = need({"url_token": told(user, "url_token")}, "url_token", str)
    return Profile(
        platform="zhihu",
        handle=handle,
        id=identity(user),
        url=f"https://www.zhihu.com/people/{handle}",
        name=one_line(need(user, "name", str)),
        text=plain_text(user.get("description") or user.get("headline")) or None,
        followers=tally(user, "follower_count"),
        following=exact(user.get("followingCount", user.get("following_count"))),
        likes=exact(user.get("voteupCount", user.get("voteup_count"))),
    )


def read_page(page: Page) -> Iterator[Part]:
    """A page, by the data that it carries."""
    try:
        state = need(page.script_json("js-initialData"), "initialState", dict)
    except ValueError:
        drawn = list(read_drawn(page))
        if not drawn:
            raise drift("saved-without-scripts" if page.saved else "js-initialData") from None
        yield from drawn
        return
    if page.path.startswith("/topsearch"):
        yield from read_top(need(state, "topsearch", dict))
        return
    if page.path.startswith("/hot"):
        yield from each("question", listed(need(need(state, "topstory", dict), "hotList", list)), read_hot)
        return
    entities = need(state, "entities", dict)
    where = dict(ADDRESS.findall(page.path))
    if "answer" in where:
        yield from one_of(entities, "answers", where["answer"], "answer")
    if "question" in where:
        number = int(where["question"])
        yield from one_of(entities, "questions", where["question"], "question")
        answers = need(entities, "answers", dict, blank=True).values()
        mine = [answer for answer in answers if dig(answer, "question", "id") in {None, where["question"], number}]
        yield from each("answer", mine, lambda answer: read_thing("answer", answer))
    elif "p" in where:
        yield from one_of(entities, "articles", where["p"], "article")
    elif "pin" in where:
        yield from one_of(entities, "pins", where["pin"], "pin")
    elif where:
        token = where.get("people") or where["org"]
        yield read_person(need(need(entities, "users", dict), token, dict))
        for name, kind in (("answers", "answer"), ("articles", "article")):
            table = need(entities, name, dict, blank=True).values()
            own = [one for one in table if dig(one, "author", "urlToken") in {None, token}]
            yield from each(kind, own, lambda one, kind=kind: read_thing(kind, one))  # type: ignore[misc]
    else:
        raise drift("address of no known layout")


def marks(element: HtmlElement) -> dict[str, str]:
    """What the ``meta`` elements right inside one tell of it, by their names."""
    return {str(meta.get("itemprop")): str(meta.get("content") or "") for meta in element.iterchildren("meta")}


def read_drawn(page: Page) -> Iterator[Part]:
    """A page as a browser drew it, saved without its scripts: marked for search engines, and for the site's own measuring."""
    questions = page.by_class.get("QuestionPage", [])
    items = [one for name in ("AnswerItem", "ArticleItem") for one in page.by_class.get(name, ())]
    if items and not questions and "/question/" in page.path:
        raise drift("QuestionPage")
    if not items and any(marks(one).get("answerCount", "0") != "0" for one in questions):
        raise drift("AnswerItem")
    yield from each("question", questions, read_drawn_question)
    heading = next((marks(one).get("name") for one in questions), None)
    yield from each("item", items, lambda item: read_drawn_item(item, heading))


def read_drawn_question(element: HtmlElement) -> Post:
    """The question of a page; who asked stands nowhere."""
    told = marks(element)
    found = re.search(r"/question/(\d+)", told["url"])
    if found is None:
        raise LookupError("url")
    return Post(
        platform="zhihu",
        kind="question",
        id=found[1],
        url=f"https://www.zhihu.com/question/{found[1]}",
        title=one_line(need(told, "name", str)),
        published_at=moment(need(told, "dateCreated", str)),
        comments=exact(need(told, "commentCount", str)),
        views=exact(told.get("zhihu:visitsCount") or None),
    )


def read_drawn_item(element: HtmlElement, heading: str | None) -> Post:
    """An answer or an article; of one that is folded only the beginning stands there, which is not its text."""
    named, told = parse_json(element.get("data-zop") or "", "data-zop"), marks(element)
    kind = "answer" if "AnswerItem" in (element.get("class") or "").split() else "article"
    number = str(named["itemId"])
    author = next((marks(one) for one in element.iter("div") if one.get("itemprop") == "author"), {})
    asked = re.search(r"/question/(\d+)/", need(told, "url", str)) if kind == "answer" else None
    if kind == "answer" and asked is None:
        raise LookupError("url")
    body = [one for one in element.iter("div", "span") if "RichContent-inner" in (one.get("class") or "")]
    folded = any("is-collapsed" in (one.get("class") or "") for one in element.iter("div"))
    if not body:
        raise LookupError("RichContent-inner")
    handle = re.search(r"/(?:people|org)/([^/?]+)", author.get("url") or "")
    return Post(
        platform="zhihu",
        kind="article" if kind == "article" else "post",
        id=number,
        url=f"https://www.zhihu.com/question/{asked[1]}/answer/{number}"
        if asked
        else f"https://zhuanlan.zhihu.com/p/{number}",
        author=handle[1] if handle else None,
        author_name=one_line(need(author, "name", str)),
        title=one_line(need({"title": named.get("title") or heading}, "title", str)),
        text=None if folded else plain_text(body[0]) or None,
        published_at=moment(told["dateCreated" if kind == "answer" else "datePublished"]),
        likes=exact(told["upvoteCount"]) if kind == "answer" else None,
        comments=exact(told["commentCount"]),
        in_reply_to=asked[1] if asked else None,
    )


def one_of(entities: Mapping[str, Any], table: str, wanted: str, kind: str) -> Iterator[Part]:
    """The thing that the address names, and its author unless he is anonymous or told without any number."""
    thing = need(need(entities, table, dict), wanted, dict)
    yield read_thing(kind, thing)
    author = thing["author"]
    if kind != "question" and str(author.get("id")) != "0" and any("ount" in name for name in author):
        yield read_person(author)


def listed(items: list[Any]) -> list[Any]:
    """The items of a list that is never really empty: an empty one is a block."""
    if not items:
        raise drift("empty list")
    return items


def read_top(shown: Mapping[str, Any]) -> Iterator[Part]:
    """The list of what is searched most; heat is no count."""
    yield from each(
        "topic",
        listed(need(shown, "data", list)),
        lambda item: Post(
            platform="zhihu",
            url=f"https://www.zhihu.com/search?q={quote(need(item, 'queryDisplay', str))}",
            title=one_line(item["queryDisplay"]),
            text=plain_text(item.get("queryDescription")) or None,
        ),
    )


def read_hot(item: Mapping[str, Any]) -> Post:
    """A row of the hot list; "4779 万热度" is heat, neither views nor likes."""
    target = need(item, "target", dict)
    flat = "title_area" not in target and "titleArea" not in target
    heading = need(target, "title", str) if flat else need(told(target, "title_area"), "text", str)
    link = need(target, "url", str) if flat else need(need(target, "link", dict), "url", str)
    found = re.search(r"/(questions?|p|articles|pin)/(\d+)", link)
    if found is None:
        raise LookupError("link")
    about = target.get("excerpt") if flat else dig(target, "excerpt_area", "text") or dig(target, "excerptArea", "text")
    asked = found[1].startswith("question")
    return Post(
        platform="zhihu",
        kind="question" if asked else "post" if found[1] == "pin" else "article",
        id=found[2],
        url=f"https://www.zhihu.com/question/{found[2]}" if asked else link,
        title=one_line(heading),
        text=plain_text(about) or None,
    )


def read_json(page: Page) -> Iterator[Part]:
    """An answer of the interface: a list of things, a hot list, a thing, a person, a column and its articles."""
    answer = page.json
    if isinstance(answer, list):
        talk = page.path.endswith("/comments")
        if talk:
            yield from each("comment", listed(answer), lambda item: read_comment(item, page))
        else:
            yield from each("article", listed(answer), read_column_post)
    elif "hot-list" in page.path:
        yield from each("question", listed(need(answer, "data", list)), read_hot)
    elif "data" in answer:
        items = need(answer, "data", list)
        if not items:
            raise (
                empty()
                if dig(answer, "paging", "is_end") is True and dig(answer, "paging", "is_start") is False
                else drift("empty list")
            )
        yield from each("item", items, lambda item: read_item(item, page))
    elif "slug" in answer and "content" in answer:
        yield read_column_post(answer)
    elif "/columns/" in page.path:
        yield read_column(answer)
    else:
        yield from read_item(answer, page)


def read_item(item: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """A thing of the interface, by its type; what a feed or a search wraps is unwrapped."""
    if "search_v3" in page.path and need(item, "type", str) not in FOUND:
        return
    thing = item["object"] if item.get("type") in FOUND else item
    thing = thing["target"] if isinstance(thing.get("target"), dict) else thing
    kind = need(thing, "type", str)
    if kind in {"question", "answer", "article", "pin"}:
        yield read_thing(kind, thing)
    elif kind in {"people", "organization"}:
        yield read_person(thing)
    elif kind == "comment":
        yield from read_comment(thing, page)
    elif kind not in NO_RECORDS:
        raise LookupError(f"type {kind}")


def read_comment(comment: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """A comment below a thing that the address names, and the answers told with it; those of 2015 wrote their own names."""
    below, author = BELOW.search(page.path), need(comment, "author", dict)
    who = author.get("member") or author
    old = "createdTime" in comment and "likesCount" in comment
    names = ("likesCount",) if old else ("like_count", "vote_count")
    above = str(comment.get("reply_comment_id") or "0")
    places = [str(tag.get("text")) for tag in comment.get("comment_tag") or () if tag.get("type") == "ip_info"]
    yield Post(
        platform="zhihu",
        kind="comment",
        id=identity(comment),
        author=who.get("slug") or who.get("url_token") or None,
        author_id=str(who["id"]) if who.get("id") else None,
        author_name=one_line(need(who, "name", str)),
        text=plain_text(need(comment, "content", str)) or None,
        published_at=moment(comment["createdTime"]) if old else epoch(comment["created_time"]),
        likes=exact(next(comment[name] for name in names if name in comment)),
        comments=exact(comment.get("child_comment_count")),
        in_reply_to=above if above != "0" else below[1] if below else None,
        region=re.sub(r"^IP\s*属地\s*[:：]?\s*", "", places[0]) if places else None,
    )
    yield from each("answer", comment.get("child_comments") or (), lambda answer: read_comment(answer, page))


def read_column(column: Mapping[str, Any]) -> Profile:
    """A column, as a profile."""
    handle = str(column["slug"] if "slug" in column else need(column, "id", str))
    return Profile(
        platform="zhihu",
        handle=handle,
        url=f"https://zhuanlan.zhihu.com/{handle}",
        name=one_line(need(column, "name" if "name" in column else "title", str)),
        text=plain_text(need(column, "description", str, blank=True)) or None,
        followers=exact(column["followersCount"] if "followersCount" in column else column["followers"]),
        posts=exact(column["postsCount"] if "postsCount" in column else column["articles_count"]),
    )


def read_column_post(post: Mapping[str, Any]) -> Post:
    """An article of a column as told in 2015."""
    author = need(post, "author", dict)
    post_id = str(exact_slug(post))
    return Post(
        platform="zhihu",
        kind="article",
        id=post_id,
        url=f"https://zhuanlan.zhihu.com/p/{post_id}",
        author=need(author, "slug", str),
        author_name=one_line(need(author, "name", str)),
        title=one_line(need(post, "title", str)),
        text=plain_text(need(post, "content", str)),
        published_at=moment(need(post, "publishedTime", str)),
        likes=exact(post["likesCount"]),
        comments=exact(post["commentsCount"]),
    )


def exact_slug(post: Mapping[str, Any]) -> int:
    """The number of an article of a column."""
    return need(post, "slug", int)


class Zhihu(PlatformSpider):
    """Zhihu."""

    name = "zhihu"
    about = About(
        title="Zhihu",
        anonymous="nothing reliable: a check, or an empty list",
        restricted="questions, answers and articles with votes and comments, people with followers, columns, hot lists: saved pages and answers",
        robots="closed to general crawlers: import only",
        layouts={
            "column and its articles (JSON)": "2015-09",
            "hot list (JSON)": "2021-06",
            "check page": "2026-05",
            "trending page": "2026-08",
            "question, answer, article, person (js-initialData)": "unproven",
            "question and answers as a browser drew them": "unproven",
            "answers, feeds and searches (JSON)": "unproven",
        },
    )
    domains = ("zhihu.com",)
    readers = (Reader(r"/api/|^api\.", read_json), Reader(r"", read_page))
    pause_seconds = 30.0
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """The check page keeps the data's script; answers tell by code what they want."""
        if page.looks_json:
            error = dig(page.json, "error")
            if isinstance(error, dict):
                if error.get("code") in ERROR_CODES:
                    raise Ending(*ERROR_CODES[error["code"]])
                if error.get("need_login"):
                    raise wall("login")
                tell(str(error.get("message") or ""), NOTICES)
            return
        title = one_line("".join(re.findall(r"(?i)<title[^>]*>([^<]*)", page.text[:20_000])[:1])) or ""
        if "安全验证" in title or "/account/unhuman" in page.url:
            raise wall("captcha")
        if page.path.startswith("/signin"):
            raise wall("login")
        if title.startswith("404") or "你似乎来到了没有知识存在的荒原" in page.text:
            raise Ending(Outcome.GONE, "not-found")
        if "js-initialData" not in page.text:
            words = plain_text(page.tree) or ""
            tell(words if len(words) < 600 else None, NOTICES)
