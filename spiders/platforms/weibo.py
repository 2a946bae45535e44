"""Weibo: posts and accounts from the mobile site's JSON and pages, the desktop site's JSON, and the WAP site.

All of it comes by import: anonymous clients are met by a visitor check.

Source: pages and answers of m.weibo.cn, weibo.com and weibo.cn, 2020 to 2022; https://open.weibo.com/wiki/2/statuses/show.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lxml.html import HtmlElement

from extractors.records import Count, Moment, Outcome, Post, Profile, Unread
from extractors.values.counts import at_least, count, exact
from extractors.values.ids import weibo_id
from extractors.values.moments import CHINA, placed, recent
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, wall
from spiders.markup.notices import tell
from spiders.page import Page
from spiders.reading import Ending, Part, dig, need

CAP = 1_000_000
"""Reposts and comments are shown up to here on the WAP site, and where an answer's display strategy says so."""
TAGS = re.compile(r"#([^#\s][^#\n]{0,60})#")
MORE = re.compile(r"(?:\.\.\.|…)?<a [^>]*>全文</a>\s*$")
ACCOUNT_LIST = re.compile(r"m\.weibo\.cn/.*(?:containerid=107603|type=uid)|api\.weibo\.com/2/statuses/user_timeline")
NOTICES = (
    (r"频繁|too (?:many|frequent)", Outcome.LIMITED, None),
    (r"作者删除|已被删除|已删除", Outcome.GONE, "deleted"),
    (r"账号|帐号|被投诉|违反法律", Outcome.GONE, "suspended"),
    (r"违规|违反", Outcome.GONE, "violation"),
    (r"不可见|查看权限|博主设置|仅.{0,8}可见", Outcome.GONE, "private"),
    (r"登录|登陆|login", Outcome.WALL, "login"),
    (r"不存在|地址有误|not exist", Outcome.GONE, "not-found"),
)


API_ERRORS = {
    **dict.fromkeys((10022, 10023, 10024), (Outcome.LIMITED, None)),
    **dict.fromkeys((10014, 21301, *range(21314, 21320), 21327, 21332), (Outcome.WALL, "login")),
    **dict.fromkeys((20003, 20101, 20201), (Outcome.GONE, "not-found")),
    20112: (Outcome.GONE, "private"),
}
"""How an answer of the official API ends that tells an error: https://open.weibo.com/wiki/Error_code"""


def counter(value: Any, mblog: Mapping[str, Any] | None = None) -> Count | None:
    """A count as a number, as a text ("145.5万", "100万+"), or capped where the answer says from which number on."""
    if value is None or (isinstance(value, str) and not value.strip().isdecimal()):
        shown = count(value, "zh")
        if shown is None and value is not None and value.strip() not in {"-", "--"}:
            raise ValueError(f"no count: {value!r:.60}")
        return shown
    made = exact(value)
    cap = dig(mblog, "number_display_strategy", "display_text_min_number") or CAP
    return at_least(cap, "100万+") if made is not None and made.low == cap else made


def stamp(text: str, page: Page) -> Moment | None:
    """A time: in full with its zone, or short and counted from when the page was fetched."""
    try:
        return placed(datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y"), CHINA)
    except ValueError:
        made = recent(text, page.fetched_at, CHINA)
    if made is None and page.fetched_at is not None:
        raise ValueError(f"no time: {text[:40]!r}")
    return made


def markup(mblog: Mapping[str, Any]) -> str | None:
    """A post's text, the whole of it where the answer holds that."""
    whole = dig(mblog, "longText", "longTextContent") or dig(mblog, "longText", "content")
    text = str(whole or need(mblog, "text", str, blank=True))
    return plain_text(MORE.sub("", text)) or None


def read_mblog(mblog: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """One post; a repost gives two records, each with its own counts."""
    user = need(mblog or {}, "user", dict)
    post_id = identifier(mblog)
    original = (
        need(mblog, "retweeted_status", dict) if mblog.get("repost_type") else mblog.get("retweeted_status") or {}
    )
    text = markup(mblog)
    media = mblog.get("page_info") or {}
    plays = media.get("play_count") if media.get("type", media.get("object_type")) == "video" else None
    yield Post(
        platform="weibo",
        id=post_id,
        url=f"https://m.weibo.cn/detail/{post_id}",
        author=one_line(need(user, "screen_name", str)),
        author_id=identifier(user),
        text=text,
        published_at=stamp(need(mblog, "created_at", str), page),
        edited_at=stamp(mblog["edit_at"], page) if mblog.get("edit_at") else None,
        likes=counter(mblog["attitudes_count"], mblog),
        comments=counter(mblog["comments_count"], mblog),
        shares=counter(mblog["reposts_count"], mblog),
        views=counter(plays) if plays else None,
        repost_of=identifier(original) if original else None,
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in TAGS.findall(text or ""))),
        region=(mblog.get("region_name") or "").removeprefix("发布于").strip() or None,
    )
    # A deleted original is left without its author.
    if original.get("user"):
        yield from read_mblog(original, page)


def identifier(holder: Mapping[str, Any]) -> str:
    """An id that comes as a number, or as a text of digits."""
    value = holder["id"]
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) == 0:
        raise LookupError("id")
    return str(value)


def read_user(user: Mapping[str, Any]) -> Profile:
    """One account; its followers are a number or a rounded text."""
    return Profile(
        platform="weibo",
        handle=one_line(need(user, "screen_name", str)),
        id=identifier(user),
        url=f"https://weibo.com/u/{identifier(user)}",
        text=plain_text(need(user, "description", str, blank=True)) or None,
        verified=user.get("verified"),
        followers=counter(user["followers_count"]),
        following=counter(user["follow_count"] if "follow_count" in user else user["friends_count"]),
        posts=counter(user["statuses_count"]),
    )


def read_json(page: Page) -> Iterator[Part]:
    """Any answer of the two JSON interfaces."""
    answer = page.json
    ok = answer.get("ok", 1)
    if ok == -100 or "passport.weibo" in str(answer.get("url")):
        raise wall("login")
    if ok != 1:
        told = " ".join(str(answer.get(name) or "") for name in ("msg", "message", "errno"))
        tell(told, NOTICES)
        # The same words come for what does not exist and for what is refused.
        raise drift(f"ok {ok}: {one_line(told)}")
    data = answer.get("data", answer)
    # The desktop site's lists of replies and reposts have nothing between them and the answer.
    below = data if isinstance(data, list) else data.get("data")
    if isinstance(below, list):
        yield from read_below(below, page)
    elif "longTextContent" in data and "user" not in data:
        yield read_extend(page, data)
    elif "cards" in data:
        yield from read_cards(page, data)
    elif (page.host, page.path) == ("m.weibo.cn", "/profile/info"):
        yield read_user(need(data, "user", dict))
        yield from read_posts(page, need(data, "statuses", list))
    elif isinstance(data.get("list"), list) or isinstance(data.get("statuses"), list):
        yield from read_posts(page, data["list"] if "list" in data else data["statuses"])
    elif isinstance(data.get("comments"), list):
        yield from each(
            "comment", data["comments"], lambda reply: read_reply(reply, page, dig(reply, "status", "idstr"))
        )
    elif "screen_name" in data:
        yield read_user(data)
    elif "userInfo" in data or ("screen_name" in (data.get("user") or {}) and "text" not in data):
        yield read_user(data.get("userInfo") or data["user"])
    else:
        yield from read_status(data, page)


def read_status(mblog: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """A post, and its author."""
    yield from read_mblog(mblog, page)
    if page.host == "m.weibo.cn" and mblog["user"].keys() & {"followers_count", "follow_count", "statuses_count"}:
        yield read_user(mblog["user"])


def read_below(items: list[Any], page: Page) -> Iterator[Part]:
    """The reposts of a post, or the replies to it with those that stand below them."""
    if not items and page.json.get("total_number") == 0:
        raise empty()
    post_id = next((page.query[name][0] for name in ("id", "mid") if name in page.query), None)

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        if "attitudes_count" in item or "repostTimeline" in page.path:
            yield from read_mblog(item, page)
            return
        yield read_reply(item, page, post_id)
        # False stands for none.
        below = item["comments"] if item.get("total_number") else item.get("comments") or []
        for answer in below if below is not False else ():
            yield read_reply(answer, page, identifier(item))

    yield from each("reply", items, read)


def read_reply(reply: Mapping[str, Any], page: Page, post_id: str | None) -> Post:
    """A reply to a post, or to another reply."""
    user = need(reply, "user", dict)
    # The official API tells no likes of comments.
    official = page.host == "api.weibo.com"
    likes = None if official else reply["like_count"] if "like_count" in reply else reply["like_counts"]
    return Post(
        platform="weibo",
        id=identifier(reply),
        author=one_line(need(user, "screen_name", str)),
        author_id=identifier(user),
        text=markup(reply),
        published_at=stamp(need(reply, "created_at", str), page),
        likes=counter(likes),
        comments=exact(reply.get("total_number")),
        in_reply_to=post_id,
    )


def read_extend(page: Page, data: Mapping[str, Any]) -> Post:
    """The whole text of a post, on the mobile site with its counts; its id stands only in the address."""
    asked, counted = page.query["id"][0], page.path != "/ajax/statuses/longtext"
    post_id = asked if asked.isdecimal() else weibo_id(asked)
    return Post(
        platform="weibo",
        id=post_id,
        url=f"https://m.weibo.cn/detail/{post_id}",
        text=plain_text(need(data, "longTextContent", str)),
        likes=counter(data["attitudes_count"]) if counted else None,
        comments=counter(data["comments_count"]) if counted else None,
        shares=counter(data["reposts_count"]) if counted else None,
    )


def cards_in(cards: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The cards that are posts, groups opened."""
    for card in cards:
        if card.get("card_type") == 11 or "card_group" in card:
            yield from cards_in(need(card, "card_group", list))
        elif card.get("card_type") == 9 or "mblog" in card:
            yield card


def read_cards(page: Page, data: Mapping[str, Any]) -> Iterator[Part]:
    """The mobile site's list of cards: an account's posts (a pinned one first), a search."""
    if "userInfo" in data:
        yield read_user(need(data, "userInfo", dict))
    cards = need(data, "cards", list)
    found = list(cards_in(cards))
    if not found and "userInfo" not in data:
        raise empty() if dig(data, "cardlistInfo", "total") == 0 else drift("mblog")
    yield from read_posts(page, [card.get("mblog") for card in found])


def read_posts(page: Page, mblogs: list[Any]) -> Iterator[Part]:
    """Posts, and the account whose list it is."""
    owner = next((user for mblog in mblogs if (user := dig(mblog, "user"))), None)
    if ACCOUNT_LIST.search(page.url) and owner is not None:
        yield read_user(owner)
    made = list(each("post", mblogs, lambda mblog: read_mblog(mblog, page)))
    if made and all(isinstance(part, Unread) for part in made):
        raise drift(made[0].reason if isinstance(made[0], Unread) else "mblog")
    yield from made


def read_found(page: Page) -> Iterator[Part]:
    """The search's page: a card a post, the original of a repost inside it; cards of accounts and topics are no posts."""
    if any("未找到" in note.text_content() for note in page.by_class.get("card-no-result", ())):
        # What stands below then was not searched for.
        raise empty()
    cards = [card for card in page.by_class.get("card-wrap", ()) if card.get("mid")]
    if not cards:
        raise drift("card-wrap")
    yield from each("card", cards, lambda card: read_found_card(card, page))


def read_found_card(card: HtmlElement, page: Page) -> Iterator[Part]:
    """One card: the post, and the original that it reposts."""
    inner = next(iter(card.find_class("card-comment")), None)
    if inner is not None:
        inner.drop_tree()
    names = card.xpath(".//*[contains(@class, 'content')]//a[@nick-name]")
    if len(card.xpath(".//a[@action-type='feed_list_like']")) > 1:
        raise LookupError("card-comment")
    source = None if inner is None else found_original(inner, page)
    yield found_post(
        card,
        page,
        need(card.attrib, "mid", str),
        names[0],
        {name: found_count(card, f".//a[@action-type='feed_list_{action}']") for name, action in ACTIONS.items()},
        source.id if source else None,
    )
    if source:
        yield source


ACTIONS = {"shares": "forward", "comments": "comment", "likes": "like"}


def found_original(inner: HtmlElement, page: Page) -> Post | None:
    """The original inside a card; a deleted one names nobody."""
    names = inner.xpath(".//*[@node-type='feed_list_forwardContent']//a[@nick-name]")
    if not names:
        if inner.xpath(".//p[starts-with(@node-type, 'feed_list_content')]"):
            raise LookupError("feed_list_forwardContent")
        return None
    number = re.search(r"mid=(\d+)", " ".join(inner.xpath(".//a[@action-type='feed_list_like']/@action-data")))
    counts = {name: found_count(inner, f".//ul/li[{at}]/a") for at, name in enumerate(ACTIONS, 1)}
    if number is None:
        raise LookupError("mid")
    return found_post(inner, page, number[1], names[0], counts, None)


def found_count(block: HtmlElement, path: str) -> Count | None:
    """The number on a button; one without a number bears its word."""
    links = block.xpath(path)
    if not links:
        raise LookupError(path.removeprefix(".//"))
    words = (one_line(links[0].text_content()) or "").strip()
    return count(words, "zh") if re.search(r"\d", words) else counter(words.strip("转发评论赞 ") or "-")


def found_post(
    block: HtmlElement, page: Page, number: str, name: HtmlElement, counts: dict[str, Any], source: str | None
) -> Post:
    """A post of the search's page; of a long one the whole text stands hidden behind its beginning."""
    texts = block.xpath(".//p[@node-type='feed_list_content_full']") or block.xpath(
        ".//p[@node-type='feed_list_content']"
    )
    for part in texts[0].xpath(".//a[contains(@action-type, 'fold')] | .//i[contains(@class, 'wbicon')]"):
        part.drop_tree()
    text, owner = plain_text(texts[0]), re.search(r"/(?:u/)?(\d+)(?:\?|$)", name.get("href") or "")
    shown = block.xpath(".//*[contains(concat(' ', @class, ' '), ' from ')]/a")[0].text_content()
    return Post(
        platform="weibo",
        id=number,
        url=f"https://m.weibo.cn/detail/{number}",
        author=one_line(name.get("nick-name")),
        author_id=owner[1] if owner else None,
        text=text,
        published_at=stamp(shown.partition("转赞人数")[0].strip(), page),
        repost_of=source,
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in TAGS.findall(text or ""))),
        **counts,
    )


def read_detail(page: Page) -> Iterator[Part]:
    """A post's page on the mobile site, which carries it as JSON."""
    (shown, *_) = page.json_after("$render_data = ")
    yield from read_status(need(shown, "status", dict), page)


def read_wap(page: Page) -> Iterator[Part]:
    """The WAP site: an account and its posts, or one post."""
    posts = [row for row in page.tree.find_class("c") if (row.get("id") or "").startswith("M_")]
    account = wap_account(page)
    if account is not None:
        yield account
        if not posts and account.posts is not None and account.posts.low:
            raise drift("M_")
    if not posts and account is None:
        raise drift("M_")
    made = list(each("post", posts, lambda row: wap_post(row, page, account)))
    if account is not None and posts and not any(isinstance(part, Post) for part in made):
        raise drift("M_")
    yield from made


def read_wap_info(page: Page) -> Iterator[Part]:
    """What an account says of itself on the WAP site; its numbers stand on its other pages."""
    found = re.match(r"/(\d+)/info", page.path)
    lines = [
        line
        for card in page.tree.iter("div")
        if "c" in (card.get("class") or "").split() and "昵称" in card.text_content()
        for line in (plain_text(card) or "").split("\n")
    ]
    told = dict(re.split(r"[:：]", line, maxsplit=1) for line in lines if re.search(r"[:：]", line))
    if found is None:
        raise drift("info")
    yield Profile(
        platform="weibo",
        handle=one_line(need(told, "昵称", str)),
        id=found[1],
        url=f"https://weibo.com/u/{found[1]}",
        text=one_line(told.get("简介")),
        verified=True if told.get("认证") else None,
    )


def read_wap_comments(page: Page) -> Iterator[Part]:
    """A post's own page on the WAP site, its counts below it, and the replies to it."""
    (holder,) = [row for row in page.tree.find_class("c") if row.get("id") == "M_"]
    address = re.match(r"/comment/(?:hot/)?(\w+)", page.path)
    if address is None:
        raise drift("comment")
    post_id = address[1] if address[1].isdecimal() else weibo_id(address[1])
    below = next(
        (
            row
            for row in holder.itersiblings("div")
            if re.search(r"转发\[\d+\].*评论\[\d+\]", row.text_content(), re.DOTALL)
        ),
        None,
    )
    if below is None:
        raise drift("转发")
    (author, author_id), blocks = wap_person(holder), list(holder.iterchildren("div"))
    repost = "转发了" in blocks[0].text_content() and "转发理由" in blocks[-1].text_content()
    body = blocks[0].find_class("ctt")[0]
    text = wap_reason(blocks[-1]) if repost else plain_text((plain_text(body) or "").removeprefix(":"))
    original = re.search(r"/comment/(\w+)#cmtfrm", " ".join(link.get("href") or "" for link in blocks[0].iter("a")))
    if repost and original is None and "原文评论" in blocks[0].text_content():
        raise drift("#cmtfrm")
    yield Post(
        platform="weibo",
        id=post_id,
        url=f"https://m.weibo.cn/detail/{post_id}",
        author=author,
        author_id=author_id,
        text=text,
        published_at=wap_time(holder, page),
        repost_of=weibo_id(original[1]) if repost and original else None,
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in TAGS.findall(text or ""))),
        **wap_counts(below, ""),
    )
    if repost and original:
        whose = next(link for link in blocks[0].iter("a") if (link.text or "").startswith("@"))
        source = weibo_id(original[1])
        yield Post(
            platform="weibo",
            id=source,
            url=f"https://m.weibo.cn/detail/{source}",
            author=(whose.text or "").removeprefix("@"),
            text=plain_text(body),
            **wap_counts(blocks[0], "原文", ("shares", "comments")),
        )
    replies = [row for row in page.tree.find_class("c") if (row.get("id") or "").startswith("C_")]
    yield from each("reply", replies, lambda row: wap_reply(row, page, post_id))


def wap_person(row: HtmlElement) -> tuple[str | None, str | None]:
    """The name of who wrote a row, and the number in the address of the account where that tells it."""
    link = next(row.iter("a"))
    number = re.match(r"(?:https?://weibo\.cn)?/(?:u/)?(\d+)(?:\?|$)", link.get("href") or "")
    return one_line(link.text_content()), number[1] if number else None


def wap_time(row: HtmlElement, page: Page) -> Moment | None:
    """When a row of the WAP site was written; behind it stands from where."""
    return stamp(re.split(r"\u00a0|来自", row.find_class("ct")[0].text_content().strip())[0].strip(), page)


def wap_reply(row: HtmlElement, page: Page, post_id: str) -> Post:
    """A reply below a post of the WAP site."""
    author, author_id = wap_person(row)
    fuid = re.search(r"fuid=(\d+)", " ".join(link.get("href") or "" for link in row.iter("a")))
    place = re.search(r"来自来自\s*(\S+)", row.find_class("ct")[0].text_content())
    return Post(
        platform="weibo",
        id=row.get("id", "").removeprefix("C_"),
        author=author,
        author_id=author_id or (fuid[1] if fuid else None),
        text=plain_text(row.find_class("ctt")[0]) or None,
        published_at=wap_time(row, page),
        in_reply_to=post_id,
        region=place[1] if place else None,
        **wap_counts(row, "", ("likes",)),
    )


def wap_account(page: Page) -> Profile | None:
    """The account whose page it is; None on a post's own page."""
    (card,) = page.tree.find_class("u") or [None]
    if card is None:
        return None
    numbers = dict(re.findall(r"(微博|关注|粉丝)\[(\d+)\]", card.text_content()))
    names = card.find_class("ctt")
    link = next(
        (found[1] for a in card.iter("a") if (found := re.match(r"/(\d+)/(?:follow|fans|info)", a.get("href") or ""))),
        None,
    )
    if link is None:
        raise drift("follow")
    about = [one_line(name.text_content()) or "" for name in names[1:]]
    return Profile(
        platform="weibo",
        handle=re.split(r"[\s\u00a0]", names[0].text_content().strip())[0],
        id=link,
        url=f"https://weibo.com/u/{link}",
        text=next((line for line in about if not line.startswith("认证")), None),
        verified=True if any(line.startswith("认证") for line in about) else None,
        followers=exact(numbers["粉丝"]),
        following=exact(numbers["关注"]),
        posts=exact(numbers["微博"]),
    )


def wap_post(row: HtmlElement, page: Page, account: Profile | None) -> Iterator[Part]:
    """One post of the WAP site; what stands before the reason for a repost is the original's."""
    post_id = weibo_id(row.get("id", "").removeprefix("M_"))
    blocks = list(row.iterchildren("div"))
    repost = "转发了" in blocks[0].text_content() and "转发理由" in blocks[-1].text_content()
    told = (row.find_class("ct")[0].text_content()).split("来自")[0]
    body = blocks[-1] if repost else row
    text = wap_reason(blocks[-1]) if repost else plain_text(row.find_class("ctt")[0])
    original = next(
        (found[1] for a in blocks[0].iter("a") if (found := re.search(r"/comment/(\w+)", a.get("href") or ""))), None
    )
    author = account.handle if account is not None else one_line(next(row.iter("a")).text_content())
    yield Post(
        platform="weibo",
        id=post_id,
        url=f"https://m.weibo.cn/detail/{post_id}",
        author=author,
        author_id=account.id if account is not None else None,
        text=text,
        published_at=stamp(told.strip(), page),
        repost_of=weibo_id(original) if repost and original else None,
        hashtags=tuple(dict.fromkeys(tag.lower() for tag in TAGS.findall(text or ""))),
        **wap_counts(body, "(?<!原文)"),
    )
    if repost and original:
        source = weibo_id(original)
        yield Post(
            platform="weibo",
            id=source,
            url=f"https://m.weibo.cn/detail/{source}",
            author=one_line(next(blocks[0].iter("a")).text_content()),
            text=plain_text(MORE.sub("", text_of(blocks[0].find_class("ctt")[0]))),
            **wap_counts(blocks[0], "(?:原文)?"),
        )


def text_of(element: HtmlElement) -> str:
    """An element's text with the link to the whole of it left out."""
    return re.sub(r"(?:\.\.\.)?全文$", "", element.text_content())


def wap_reason(block: HtmlElement) -> str | None:
    """What the reposting account wrote: between the words for it and the counts, or the time."""
    written = block.text_content().partition("转发理由:")[2]
    time = next((element.text_content().strip() for element in block.find_class("ct")), "")
    written = written.partition(time)[0] if time else written
    return plain_text(re.split(r"[\s\u00a0]*赞\[\d+\]", written)[0]) or None


def wap_counts(
    block: HtmlElement, before: str, wanted: tuple[str, ...] = ("likes", "shares", "comments")
) -> dict[str, Any]:
    """The wanted ones of likes, reposts, comments of a block; reposts and comments end at a million."""
    text = block.text_content()
    made: dict[str, Any] = {}
    words = {"likes": "赞", "shares": "转发", "comments": "评论"}
    for name, word in ((name, words[name]) for name in wanted):
        found = re.search(rf"{before}{word}\[(\d+)\]", text)
        if found is None:
            raise LookupError(word)
        capped = int(found[1]) == CAP and name != "likes"
        made[name] = at_least(CAP, found[1]) if capped else exact(found[1])
    return made


class Weibo(PlatformSpider):
    """Weibo."""

    name = "weibo"
    about = About(
        title="Weibo",
        anonymous="nothing: a visitor check meets every plain client",
        restricted="posts with reposts, comments, likes, plays; accounts with followers: saved answers and pages, or the official API",
        robots="weibo.cn refuses all general crawlers; m.weibo.cn and weibo.com: the live file is read",
        layouts={
            "account list (m.weibo.cn JSON)": "2021-06",
            "account (m.weibo.cn JSON)": "2022-02",
            "whole text (m.weibo.cn JSON)": "2022-02",
            "post page (m.weibo.cn)": "unproven",
            "posts and accounts (weibo.com JSON)": "unproven",
            "account page (weibo.cn)": "2020-06",
            "post with replies, account's details (weibo.cn)": "2025-01",
            "replies (m.weibo.cn JSON)": "unproven",
            "search (s.weibo.com)": "unproven",
            "official API": "unproven",
        },
    )
    domains = ("weibo.cn", "weibo.com")
    readers = (
        Reader(r"^(?:m\.weibo\.cn/(?:detail|status)/)", read_detail),
        Reader(r"^s\.weibo\.com/", read_found),
        Reader(r"^weibo\.cn/\d+/info", read_wap_info),
        Reader(r"^weibo\.cn/comment/", read_wap_comments),
        Reader(r"^weibo\.cn/", read_wap),
        Reader(r"", read_json),
    )
    pause_seconds = 20.0
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """The visitor check, the log-in page, a notice in place of a post."""
        if page.status in {418, 432} or "Sina Visitor System" in page.text[:4000]:
            raise wall("bot-check")
        error = dig(page.json, "error_code") if page.host == "api.weibo.com" and page.looks_json else None
        if error is not None:
            # It came as a text in the first years.
            known = API_ERRORS.get(int(error))
            raise Ending(*known) if known else drift(f"error_code {error}")
        if re.match(r"passport\.", page.host) or "/signin/" in page.path:
            raise wall("login")
        if page.looks_json or "$render_data" in page.text or 'id="M_' in page.text or 'class="u"' in page.text:
            return
        words = plain_text(page.tree) or ""
        tell(words if len(words) < 600 else None, NOTICES)
