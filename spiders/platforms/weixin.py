"""Weixin official accounts: articles, image and text posts, share cards, account pages, history and article lists, Sogou's search.

Counts stand only in pages that were served to a logged-in WeChat session; an anonymous page multiplies empty strings.

Source: pages of mp.weixin.qq.com, 2018 to 2026; https://weixin.sogou.com.
"""

import html
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml.html import HtmlElement

from extractors.records import Count, Moment, Outcome, Post, PostKind, Profile
from extractors.values.addresses import canonical
from extractors.values.counts import at_least, exact
from extractors.values.moments import CHINA, epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, limited, wall
from spiders.markup.notices import tell
from spiders.markup.scripts import assignments, places, script_value
from spiders.page import Page, parse_json, words_in
from spiders.reading import Part, need, need_number

PLACE_NAMES = ("province_name", "provinceName", "country_name", "countryName")
CAPPED = 100_001
"""What the page's data says for "10万+"."""
LIKES_RENAMED, LIKES_APART = datetime(2018, 12, 21, tzinfo=CHINA), datetime(2021, 1, 1, tzinfo=CHINA)
"""When 在看 took the place of 赞, and since when answers certainly tell both."""
KINDS: Mapping[int, PostKind] = {0: "article", 5: "video", 11: "article"}
"""By item_show_type; image (8), text (10), audio (7) and short (17) posts are posts."""
NOTICES = (
    (r"环境异常|環境異常|完成验证|去验证|environment is abnormal|abnormal environment|verif", Outcome.WALL, "captcha"),
    (r"过于频繁|過於頻繁|操作频繁|too (?:frequent|many)", Outcome.LIMITED, None),
    (r"微信客户端打开|微信客戶端|微信中打开|open .{0,20}\bin (?:the )?we(?:chat|ixin)", Outcome.WALL, "login"),
    (r"迁移|遷移|migrated", Outcome.GONE, "not-found"),
    (
        r"(?:帐号|账号|帳號|公众号|account).{0,12}(?:屏蔽|封禁|冻结|回收|停用|被封|block|suspend|ban|frozen)",
        Outcome.GONE,
        "suspended",
    ),
    (r"因违规|因違規", Outcome.GONE, "violation"),
    (r"删除|刪除|注销|註銷|deleted|deactivated", Outcome.GONE, "deleted"),
    (
        r"违规|違規|违反|侵权|侵權|投诉|投訴|举报|停止访问|发送失败|violat|infring|complain|\breported|regulation",
        Outcome.GONE,
        "violation",
    ),
    (r"过期|過期|失效|expired", Outcome.GONE, "expired"),
    (r"隐私|隱私|仅限|僅限|仅.{0,6}可见|不可见|可见范围|privacy|private|permission", Outcome.GONE, "private"),
    (r"系统出错|系统繁忙|system (?:error|busy)", Outcome.FAILED, "system-error"),
    (
        r"无法查看|無法查看|参数错误|网址有误|不存在|unable to view|unavailable|not exist|parameter",
        Outcome.GONE,
        "not-found",
    ),
)
"""What a notice page says instead of the thing, in the order in which its words are looked for."""
NOTICE_PLACES = ("weui-msg__title", "weui-msg", "weui_msg", "page_msg", "mesg-block", "global_error_msg", "text_area")
SHORT_PAGE = 300
SHOWN = re.compile(r"(?<!\w)read_num:\s*'\d")
CONTENT = ("cgiDataNew", "var ct=", "var ct =", "msgList", "about-page", "em_weixinhao", "news-list", "noresult_part1")
"""What stands only in pages that hold the thing."""
SIGNED = re.compile(r"[?&]signature=")


def read_article(page: Page) -> Iterator[Part]:
    """An article, an image or text post, a video, a share card; its account is the author, the byline is not."""
    text = page.text
    data: dict[str, Any] = next(assignments(text, "cgiDataNew"), {})
    place: dict[str, str] = data.get("ip_wording") or next(assignments(text, "ip_wording"), {})
    bar: dict[str, Any] = data.get("user_info", {}).get("appmsg_bar_data") or next(
        assignments(text, "appmsg_bar_data"), {}
    )

    if not bar and "show_old_like" in text:
        raise LookupError("appmsg_bar_data")
    if bar and "read_num" not in bar and any(SHOWN.match(text, at) for at in places(text, "read_num:")):
        raise LookupError("read_num")

    def told(*names: str) -> Any:
        held = next((data[name] for name in names if data.get(name)), None)
        return held or next((value for name in names for value in assignments(text, name)), None)

    show_type = int(told("item_show_type") or 0)
    card = has_element(text, "js_share_notice")
    biz, mid, idx = told("bizuin", "biz"), told("mid"), told("idx")
    if not (biz and mid and idx):
        raise LookupError("mid")
    account = told("user_name") or ""
    yield Post(
        platform="weixin",
        kind="post" if card else KINDS.get(show_type, "post"),
        id=f"{biz}/{mid}/{idx}",
        url=address(data.get("link") or page.metas.get("og:url") or told("msg_link")) or address(page.url),
        author=named(told("nick_name", "nickname")),
        author_id=account if account.startswith("gh_") else None,
        title=title_of(page, told("title", "msg_title")),
        text=card_text(page, data) if card else body(page, data, show_type),
        published_at=published(told),
        likes=counter(bar, "old_like_count", "show_old_like"),
        comments=counter(bar, "comment_count", "comment_enabled"),
        shares=counter(bar, "share_count", "show_share"),
        saves=counter(bar, "collect_count", "show_collect"),
        recommends=counter(bar, "like_count", "show_like"),
        views=counter(bar, "read_num", "show_read"),
        region=place_of(place),
    )


def has_element(text: str, name: str) -> bool:
    """Whether an element of this id stands on the page; looked for in the text, which may have 3 MB and no tree yet."""
    return name in text and any(f"id={quote}{name}" in text for quote in ('"', "'", ""))


def named(name: Any) -> str:
    """The account's name, which a page of an article must tell."""
    if not isinstance(name, str) or not one_line(name):
        raise LookupError("nick_name")
    return one_line(name) or ""


def title_of(page: Page, title: Any) -> str | None:
    """The heading; a text post may have none."""
    if isinstance(title, str):
        return one_line(html.unescape(title))
    element = page.tree.get_element_by_id("activity-name", None)
    if element is None:
        raise LookupError("title")
    return one_line(element.text_content())


def published(told: Any) -> Moment | None:
    """When it was published: the seconds in the script, else China time to the minute."""
    seconds = told("ori_create_time", "ct", "create_timestamp")
    made = epoch(seconds) if seconds else moment(told("createTime", "create_time", "publish_time"), CHINA)
    if made is None:
        raise LookupError("ct")
    return made


def body(page: Page, data: Mapping[str, Any], show_type: int) -> str | None:
    """The text: of an article the element, of other types what the script holds."""
    own = data.get("text_page_info", {}).get("content_noencode") or data.get("content_noencode")
    if not own and show_type and isinstance(data.get("desc"), str):
        own = data["desc"]
    if isinstance(own, str) and own:
        return plain_text(own if show_type == 0 else own.replace("\n", "<br>"))
    element = page.tree.get_element_by_id("js_content", None)
    if element is None and show_type not in {5, 7}:
        raise LookupError("content_noencode")
    return None if element is None else plain_text(element)


def card_text(page: Page, data: Mapping[str, Any]) -> str | None:
    """What the sharer wrote above the card of another account's article."""
    element = page.tree.get_element_by_id("js_share_notice", None)
    written = "" if element is None else "".join(element.itertext())
    if ".innerHTML" in written:
        written = script_value(written, ".innerHTML = ")
    return plain_text(html.unescape(written) or need(data, "desc", str))


def counter(bar: Mapping[str, Any], name: str, flag: str) -> Count | None:
    """A count of the bar below the article; None where the page does not show it."""
    if bar.get(name) is None and bar.get(flag) == 1:
        raise LookupError(name)
    if bar.get(name) is None or bar.get(flag) == 0:
        return None
    if bar[name] == 0:
        need(bar, flag, int)
    return at_least(CAPPED - 1, "10万+") if bar[name] == CAPPED else exact(bar[name])


def address(link: Any) -> str | None:
    """An article's address without what changes from visit to visit; a signed one, which expires in hours, is none."""
    made = canonical(html.unescape(str(link or "")).replace("\\/", "/"))
    return made.replace("http://", "https://", 1) if made and not SIGNED.search(made) else None


def linked(item: Mapping[str, Any]) -> str:
    """The address of an article of a list."""
    link = need(item, "link", str)
    if "//" not in link:
        raise LookupError("link")
    return link


def article_id(link: str) -> str | None:
    """``biz/mid/idx`` of an article's long address."""
    query = parse_qs(urlsplit(html.unescape(link)).query)
    number = query.get("mid") or query.get("appmsgid") or [""]
    parts = [query.get("__biz", [""])[0], number[0], query.get("idx", [""])[0]]
    return "/".join(parts) if all(parts) else None


def read_about(page: Page) -> Iterator[Part]:
    """An account's "about" page: its Weixin id and what it says of itself."""
    rows = page.css(".about-page .item-info")
    told = {
        one_line(row.css(".item-title::text").get("")) or "": row.css(".item-desc").xpath("string()").get()
        for row in rows
    }
    handle = next((value for name, value in told.items() if re.search(r"微信[号號]|(?:Weixin|WeChat) ID", name)), None)
    text = next(
        (value for name, value in told.items() if re.search(r"[简簡]介|介[绍紹]|Intro|Description", name)), None
    )
    if not handle:
        raise drift("微信号")
    yield Profile(platform="weixin", handle=one_line(handle), text=plain_text(text))


def read_history(page: Page) -> Iterator[Part]:
    """An account's list of what it sent, in the page's script: ``msgList``, an object or its text."""
    sent = next(assignments(page.text, "msgList"), None)
    sent = parse_json(html.unescape(sent), "msgList") if isinstance(sent, str) else sent
    shown = page.css(".profile_nickname::text, #nickname::text").get()
    nickname = named(shown or next(assignments(page.text, "nickname"), None))
    account = page.css(".profile_account::text").get() if page.css(".profile_nickname") else ""
    if account is None:
        raise drift("profile_account")
    handle = re.search(r"[:：]\s*([\w-]+)", account)
    yield Profile(
        platform="weixin",
        handle=handle[1] if handle else None,
        name=nickname,
        text=plain_text(page.css(".profile_desc_value::text").get()) or None,
    )
    yield from each("message", need(sent, "list", list), lambda item: read_message(item, page, nickname))


def read_message(item: Mapping[str, Any], page: Page, author: str | None = None) -> Iterator[Part]:
    """One message of an account: its articles, or the text that it sent."""
    about = item["comm_msg_info"]
    sent = epoch(about["datetime"])
    if about.get("type") == 1:
        yield Post(platform="weixin", author=author, text=plain_text(about["content"]), published_at=sent)
        return
    if "app_msg_ext_info" not in item and about.get("type") in {3, 34, 62}:
        return
    first = item["app_msg_ext_info"]
    for article in (first, *need(first, "multi_app_msg_item_list", list)):
        # A deleted article leaves an empty row.
        if article["title"] or article["content_url"]:
            link = html.unescape(article["content_url"]).replace("\\/", "/")
            yield Post(
                platform="weixin",
                kind="article",
                id=article_id(link),
                url=address(page.absolute(link)),
                author=author,
                title=one_line(need(article, "title", str)),
                text=plain_text(article.get("digest")) or None,
                published_at=sent,
            )


def read_lists(page: Page) -> Iterator[Part]:
    """Article lists as JSON: an account's messages, the back office's articles; one document, or an item a line."""
    try:
        documents: list[Any] = [page.json]
    except ValueError:
        documents = list(page.json_lines())
    items: list[Any] = []
    for document in documents:
        items.extend(list_of(document, page))
    yield from each("item", items, lambda item: read_item(item, page))


def settle(document: Mapping[str, Any]) -> None:
    """Raise the ending that an answer's code tells."""
    state = document.get("base_resp", document)
    code, words = state.get("ret", 0), str(state.get("errmsg") or state.get("err_msg") or "")
    if code == 200013 or "freq control" in words:
        raise limited()
    if code in {-3, 200003, 200040} or "session" in words:
        raise wall("login")
    if code:
        raise drift(f"ret {code}")


def list_of(document: Any, page: Page) -> list[Any]:
    """The items of one JSON answer, or the ending that it tells."""
    settle(document)
    if "comm_msg_info" in document or "appmsgid" in document or "aid" in document:
        return [document]
    if "publish_page" in document:
        sent = parse_json(document["publish_page"], "publish_page")["publish_list"]
        found = [
            article
            for one in sent
            if one.get("publish_info")
            for article in parse_json(html.unescape(one["publish_info"]), "publish_info")["appmsgex"]
        ]
    elif "app_msg_list" in document:
        found = document["app_msg_list"]
    else:
        found = parse_json(document["general_msg_list"], "general_msg_list")["list"]
    if not found:
        # Since July 2026 a refused list comes as an empty one.
        raise empty() if int(page.query.get("offset", page.query.get("begin", ["0"]))[0] or 0) else drift("empty list")
    return list(found)


def read_item(item: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """One item of a list: a message with its articles, or an article; a deleted one has lost its address."""
    if "comm_msg_info" in item:
        yield from read_message(item, page)
        return
    if item.get("is_deleted") is True and not item["link"]:
        return
    yield Post(
        platform="weixin",
        kind="article",
        id=article_id(linked(item)),
        url=address(item["link"]),
        title=one_line(need(item, "title", str)),
        text=plain_text(item.get("digest")) or None,
        published_at=epoch(item["create_time"]),
    )


def read_numbers(page: Page) -> Iterator[Part]:
    """The numbers that an article's page asks for in a WeChat session; the article stands in the address alone.

    What is called likes was 在看 from December 2018 on; the 赞 that came back in 2020 are the old likes.
    """
    settle(page.json)
    stat, number = need(page.json, "appmsgstat", dict), article_id(page.url)
    if number is None:
        raise drift("mid of the article in the address")
    shown = need(stat, "show", bool)
    if page.fetched_at is not None and page.fetched_at >= LIKES_APART:
        need_number(stat, "old_like_num")
    apart = "old_like_num" in stat or page.fetched_at is None or page.fetched_at >= LIKES_RENAMED
    told = exact(need_number(stat, "like_num")) if shown and ("old_like_num" in stat or page.fetched_at) else None
    reads = need_number(stat, "read_num") if shown else None
    yield Post(
        platform="weixin",
        kind="article",
        id=number,
        likes=(exact(stat.get("old_like_num")) if shown else None) if apart else told,
        recommends=told if apart else None,
        comments=exact(page.json["comment_count"]) if need(page.json, "comment_enabled", int) else None,
        shares=exact(stat.get("share_num")) if shown else None,
        saves=exact(stat.get("collect_num")) if shown else None,
        views=at_least(CAPPED - 1, "10万+") if reads == CAPPED else exact(reads),
    )


def read_comments(page: Page) -> Iterator[Part]:
    """The comments below an article that its account has let through, each with its answers."""
    settle(page.json)
    comments = need(page.json, "elected_comment", list)
    if not comments:
        raise drift("elected_comment") if page.json.get("elected_comment_total_cnt") else empty()
    article = article_id(page.url)

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        number = str(item["content_id"] if "content_id" in item else need(item, "id", int))
        counted = "reply_new" in item
        below = need(item, "reply_new" if counted else "reply", dict)
        yield Post(
            platform="weixin",
            kind="comment",
            id=number,
            author=named(need(item, "nick_name", str)),
            text=plain_text(need(item, "content", str)),
            published_at=epoch(need(item, "create_time", int)),
            likes=exact(item["like_num"]),
            comments=exact(below["reply_total_cnt"]) if counted else None,
            in_reply_to=article,
            region=place_of(item.get("ip_wording") or {}),
        )
        for reply in need(below, "reply_list", list):
            yield Post(
                platform="weixin",
                kind="comment",
                id=f"{number}/{reply['reply_id']}",
                author=one_line(reply.get("nick_name")),
                text=plain_text(need(reply, "content", str)),
                published_at=epoch(reply.get("create_time")),
                likes=exact(reply.get("reply_like_num")),
                in_reply_to=number,
                region=place_of(reply.get("ip_wording") or {}),
            )

    yield from each("comment", comments, read)


def place_of(holder: Mapping[str, str]) -> str | None:
    """From where something was published: a province, else a country."""
    return next((holder[name] for name in PLACE_NAMES if holder.get(name)), None)


def read_sogou(page: Page) -> Iterator[Part]:
    """Sogou's search: articles or accounts, and its lists of hot articles."""
    accounts = page.xpath("//li[.//*[@name='em_weixinhao'] or .//*[contains(@class, 'gzh-box')]]")
    articles = page.xpath("//li[(.//h3|.//h4)//a[@href]]")
    if not accounts and not articles:
        if page.css("#noresult_part1_container, .no-sosuo, .b404-box") and re.search("没有找到|暂无", page.text):
            raise empty()
        raise drift("news-list")
    yield from each("account", [row.root for row in accounts], read_sogou_account)
    yield from each("article", [row.root for row in articles], lambda row: read_sogou_article(row, page))


def read_sogou_account(row: HtmlElement) -> Profile:
    """An account among the results; its latest article is another page's record."""
    (handle,) = row.xpath(".//*[@name='em_weixinhao']")
    (name,) = row.xpath(".//*[contains(concat(' ', @class, ' '), ' tit ')]/a")
    about = row.xpath(".//dl[contains(dt, '功能介绍')]/dd")
    return Profile(
        platform="weixin",
        handle=one_line(handle.text_content()),
        name=named(name.text_content()),
        text=plain_text(about[0]) if about else None,
    )


def read_sogou_article(row: HtmlElement, page: Page) -> Post:
    """An article among the results; its time stands in the script or in an attribute."""
    link = row.xpath("(.//h3|.//h4)//a[@href]")[0]
    told = words_in(row)
    author = [*told.get("account", ()), *row.xpath(".//*[@data-sourcename]"), *told.get("all-time-y2", ())]
    written = row.xpath("string(.//*[contains(@class, 'txt-info') or @data-type='article_summary'])")
    times = row.xpath(".//@data-lastmodified|.//*[@t]/@t") or re.findall(r"timeConvert\('(\d+)'", row.text_content())
    return Post(
        platform="weixin",
        kind="article",
        url=address(page.absolute(link.get("href"))),
        author=named(author[0].text_content() if author else None),
        title=named(link.text_content()),
        text=plain_text(written) or None,
        published_at=epoch(times[0]),
    )


class Weixin(PlatformSpider):
    """Weixin official accounts."""

    name = "weixin"
    about = About(
        title="Weixin (WeChat official accounts)",
        anonymous="a named article: title, account, text, time to the second, province; no counts",
        restricted="reads, likes, 在看, shares, saves, comments (pages saved from a WeChat session); account lists; Sogou's search",
        robots="closed to general crawlers: only articles that the watchlist names, where the live file allows",
        layouts={
            "article (cgiDataNew)": "2026-01",
            "article (2018 markup)": "2018-04",
            "image post": "2026-06",
            "text post": "2025-12",
            "share card": "2025-11",
            "notice pages": "2026-01",
            "about page": "2025-11",
            "history page": "2017-07",
            "article lists (JSON)": "2020-12",
            "numbers and comments of an article (JSON)": "unproven",
            "Sogou results and hot list": "2017-07",
            "verification page": "unproven",
        },
    )
    domains = ("mp.weixin.qq.com", "weixin.sogou.com")
    addresses = {"page": lambda target: target.value}
    readers = (
        Reader(r"^weixin\.sogou\.com/", read_sogou),
        Reader(r"/mp/aboutbiz", read_about),
        Reader(r"/mp/profile_ext\?.*action=home|/profile\?|/mp/getmasssendmsg", read_history),
        Reader(r"/mp/getappmsgext", read_numbers),
        Reader(r"/mp/appmsg_comment", read_comments),
        Reader(r"/mp/profile_ext|/cgi-bin/appmsg", read_lists),
        Reader(r"", read_article),
    )
    pause_seconds = 15.0  # more than a page in ten seconds brings the verification page
    china_time = True

    @staticmethod
    def screen(page: Page) -> None:
        """A notice page stands in place of the thing: told by its address, or by what it lacks and says."""
        if re.search(r"appmsgcaptcha|/antispider", page.url):
            raise wall("captcha")
        text = page.text
        if page.looks_json or has_element(text, "js_content") or any(word in text for word in CONTENT):
            return
        for place in NOTICE_PLACES:
            for element in page.tree.find_class(place):
                tell(plain_text(element), NOTICES)
        words = plain_text(page.tree) or ""
        if len(words) < SHORT_PAGE:
            tell(words, NOTICES)
        if page.css("#seccodeInput, #js_verify"):
            raise wall("captcha")
