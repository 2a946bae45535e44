"""Telegram: public channels from the web preview, landing pages of channels, groups and bots, single posts and their widgets.

Source: pages of t.me, 2021 to 2026; https://core.telegram.org/widgets/post.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

from lxml.html import HtmlElement

from extractors.records import Count, Link, Outcome, Post, Profile
from extractors.values.addresses import canonical
from extractors.values.counts import count
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, gone, wall
from spiders.markup.notices import tell
from spiders.page import Page, words_in
from spiders.reading import Part

Classes = Mapping[str, list[HtmlElement]]
"""Elements by class."""
POST_ADDRESS = re.compile(r"^(?:s/)?(\w+)/(\d+)$")
NAME_ADDRESS = re.compile(r"^(?:s/)?(\w+)(?:/\d+)?$")
MESSAGE_LINK = re.compile(r"t\.me/(?:s/|c/)?(\w+/\d+)")
FOLLOWERS = re.compile(r"subscriber|member", re.IGNORECASE)
NOTICES = (
    (r"violat|pornograph|terms of service|can.t be displayed|unavailable due to", Outcome.GONE, "suspended"),
    (r"private", Outcome.GONE, "private"),
    (r"not found|doesn.t exist|does not exist|expired|deleted", Outcome.GONE, "not-found"),
)
FEW = 3
"""So many posts in a row lack by chance what others have."""


def channel_urls(target: Target) -> tuple[str, ...]:
    """The preview of a channel's posts, and its landing page, which has the exact number of subscribers."""
    name = quote(target.value.strip().removeprefix("@"))
    return f"https://t.me/s/{name}", f"https://t.me/{name}"


def first(classes: Classes, name: str) -> HtmlElement | None:
    """The first element that bears a class."""
    return next(iter(classes.get(name, ())), None)


def one(classes: Classes, name: str) -> HtmlElement:
    """The first element that bears a class; raises LookupError, which names the class, where there is none."""
    found = first(classes, name)
    if found is None:
        raise LookupError(name)
    return found


def text_of(element: HtmlElement | None) -> str | None:
    """An element's text on one line."""
    return None if element is None else one_line(element.text_content())


def read_preview(page: Page) -> Iterator[Part]:
    """A channel's newest posts, or those before a number, and the channel."""
    messages = [found for found in page.by_class.get("tgme_widget_message", ()) if found.get("data-post")]
    history = first(page.by_class, "tgme_channel_history")
    if history is None and first(page.by_class, "tgme_page") is not None:
        yield from read_landing(page)
        raise wall("login")
    if history is None or (not messages and history.find("*") is not None):
        raise drift("tgme_widget_message")
    if page.tree.find("head") is not None or "tgme_channel_info" in page.by_class:
        yield read_channel(page)
    yield from read_messages(messages)
    older = page.tree.xpath("//link[@rel='prev']/@href")
    if older:
        yield Link("next", page.absolute(older[0]))


def read_channel(page: Page) -> Profile:
    """The channel beside its posts; its numbers are rounded to three digits."""
    info = words_in(one(page.by_class, "tgme_channel_info"))
    counters = {
        text_of(one(words_in(counter), "counter_type")) or "": text_of(one(words_in(counter), "counter_value"))
        for counter in info.get("tgme_channel_info_counter", ())
    }
    shown = [value for name, value in counters.items() if FOLLOWERS.search(name)]
    if not shown:
        raise LookupError("counter_type")
    handle = (text_of(one(info, "tgme_channel_info_header_username")) or "").removeprefix("@")
    return Profile(
        platform="telegram",
        handle=handle,
        url=f"https://t.me/{handle}",
        name=text_of(one(info, "tgme_channel_info_header_title")),
        text=plain_text(first(info, "tgme_channel_info_description")),
        verified=True if "verified-icon" in info else None,
        followers=count(shown[0]),
    )


def read_messages(messages: list[HtmlElement]) -> Iterator[Part]:
    """Posts in their order; what the channel did (pinned, renamed) is none."""
    own = [message for message in messages if "service_message" not in (message.get("class") or "")]
    posts = [(message.get("data-post", ""), words_in(message)) for message in own]
    if len(posts) >= FEW and not any("tgme_widget_message_views" in classes for _, classes in posts):
        raise drift("tgme_widget_message_views")
    if len(posts) >= FEW and all(body_of(classes) is None for _, classes in posts):
        raise drift("tgme_widget_message_text")
    yield from each("post", posts, lambda post: read_message(*post))


def read_message(post_id: str, message: Classes) -> Post:
    """One post; its time stands beside its address, since the first time in it may be a video's length."""
    time = one(message, "tgme_widget_message_date").find(".//time")
    if time is None:
        raise LookupError("time")
    body = body_of(message)
    links = [] if body is None else [link.get("href") or "" for link in body.iter("a")]
    forwarded = MESSAGE_LINK.search(address_of(first(message, "tgme_widget_message_forwarded_from_name")))
    replied = MESSAGE_LINK.search(address_of(first(message, "tgme_widget_message_reply")))
    tags = [unquote(link.partition("q=")[2]) for link in links if link.startswith("?q=%23")]
    return Post(
        platform="telegram",
        id=post_id,
        url=f"https://t.me/{post_id}",
        author=post_id.partition("/")[0],
        author_name=text_of(one(message, "tgme_widget_message_owner_name")),
        text=None if body is None else plain_text(body),
        published_at=moment(time.attrib["datetime"]),
        likes=reactions(message),
        views=count(text_of(first(message, "tgme_widget_message_views"))),
        in_reply_to=replied[1] if replied else None,
        repost_of=forwarded[1] if forwarded else None,
        hashtags=tuple(dict.fromkeys(tag.lstrip("#").lower() for tag in tags)),
        links=tuple(dict.fromkeys(address for link in links if (address := canonical(link)))),
    )


def body_of(message: Classes) -> HtmlElement | None:
    """The element that holds a post's own text, or a poll's question; a picture alone has none."""
    for name in ("js-message_text", "tgme_widget_message_text", "tgme_widget_message_poll_question"):
        for found in message.get(name, ()):
            if "reply" not in (found.get("class") or ""):
                return found
    return None


def address_of(element: HtmlElement | None) -> str:
    """Where an element leads."""
    return "" if element is None else element.get("href") or ""


def reactions(message: Classes) -> Count | None:
    """All reactions together, paid stars left out; the sum of rounded numbers is the interval of their sums."""
    counts = [
        count(text_after_emoji(reaction))
        for reaction in message.get("tgme_reaction", ())
        if "tgme_reaction_paid" not in (reaction.get("class") or "")
    ]
    known = [number for number in counts if number is not None]
    if not known or len(known) < len(counts):
        return None
    shown = " + ".join(number.shown or str(number.low) for number in known)
    return Count(sum(number.low for number in known), sum(number.high or number.low for number in known), shown)


def text_after_emoji(reaction: HtmlElement) -> str | None:
    """The number behind a reaction's emoji."""
    return one_line("".join([reaction.text or "", *(child.tail or "" for child in reaction)]))


def read_landing(page: Page) -> Iterator[Part]:
    """The page that a name leads to: a channel or group with its exact number of followers, a bot, a person."""
    shown = words_in(one(page.by_class, "tgme_page"))
    title, extra = first(shown, "tgme_page_title"), text_of(first(shown, "tgme_page_extra"))
    about = plain_text(first(shown, "tgme_page_description"))
    if title is None:
        if re.match(r"Telegram: Contact|Join group chat|Telegram Messenger", page.metas.get("og:title", "")):
            raise gone("not-found")
        raise drift("tgme_page_title")
    if extra is None:
        tell(about, NOTICES)
        raise drift("tgme_page_extra")
    name = NAME_ADDRESS.match(page.path.strip("/"))
    yield Profile(
        platform="telegram",
        handle=name[1] if name else extra.removeprefix("@") if extra.startswith("@") else None,
        url=f"https://t.me/{name[1]}" if name else page.url.partition("?")[0],
        name=text_of(title),
        text=about,
        verified=True if "verified-icon" in shown else None,
        followers=count(extra) if FOLLOWERS.search(extra) else None,
    )


def read_post(page: Page) -> Iterator[Part]:
    """A single post: the widget with its numbers, or the page around it, which holds the text alone."""
    messages = [found for found in page.by_class.get("tgme_widget_message", ()) if found.get("data-post")]
    if messages:
        yield from read_messages(messages)
        return
    tell(text_of(first(page.by_class, "tgme_widget_message_error")), NOTICES)
    if "discussion" in page.query or "tgme_post_discussion" in page.by_class:
        yield from read_discussion(page)
        return
    where = POST_ADDRESS.match(page.path.strip("/"))
    if where is None or "tgme_page_post" not in page.by_class:
        raise drift("tgme_page_post")
    yield Post(
        platform="telegram",
        id=f"{where[1]}/{where[2]}",
        url=f"https://t.me/{where[1]}/{where[2]}",
        author=where[1],
        author_name=one_line(page.metas["og:title"]),
        text=plain_text(page.metas["og:description"]),
    )


def read_discussion(page: Page) -> Iterator[Part]:
    """The widget with the comments on a post: how many there are, and the newest of them."""
    notice = text_of(first(page.by_class, "tme_no_messages_found"))
    tell(notice, ((r"open Telegram", Outcome.WALL, "login"), (r"not available", Outcome.GONE, "not-found")))
    where = POST_ADDRESS.match(page.path.strip("/"))
    if where is None:
        raise drift("number of the post")
    post_id, header = f"{where[1]}/{where[2]}", text_of(one(page.by_class, "js-header"))
    shown = [found for found in page.by_class.get("tgme_widget_message", ()) if found.get("data-post-id")]
    number = count(header)
    if not shown and (notice is None or number is not None):
        raise drift("data-post-id")
    yield Post(
        platform="telegram",
        id=post_id,
        url=f"https://t.me/{post_id}",
        author=where[1],
        comments=number if number is not None else None if shown else Count(0, 0),
    )
    yield from each("comment", shown, lambda found: read_reply(found, post_id))


def read_reply(found: HtmlElement, post_id: str) -> Post:
    """One comment on a post, which has a number within the post's discussion."""
    inside, number = words_in(found), found.get("data-post-id", "")
    name = one(inside, "tgme_widget_message_author_name")
    time, body = one(inside, "tgme_widget_message_date").find(".//time"), body_of(inside)
    if time is None:
        raise LookupError("time")
    writer = address_of(name).partition("t.me/")[2]
    return Post(
        platform="telegram",
        kind="comment",
        id=f"{post_id}?comment={number}",
        url=f"https://t.me/{post_id}?comment={number}",
        author=writer or None,
        author_name=text_of(name),
        text=None if body is None else plain_text(body),
        published_at=moment(time.attrib["datetime"]),
        likes=reactions(inside),
        in_reply_to=post_id,
    )


class Telegram(PlatformSpider):
    """Telegram."""

    name = "telegram"
    about = About(
        title="Telegram",
        anonymous="public channels: subscribers (exact on the landing page), posts with views and reactions (rounded), time",
        restricted="channels without web preview; forwards are shown to nobody, comments only in the widget of a discussion",
        robots="allowed: t.me refuses nothing to general crawlers",
        layouts={
            "channel preview": "2026-09",
            "landing page": "2022-06",
            "post page": "2024-07",
            "post widget": "unproven",
            "widget of a post's comments": "unproven",
        },
    )
    domains = ("t.me", "telegram.me", "telegram.dog")
    addresses = {"profile": channel_urls, "page": lambda target: target.value}
    readers = (
        Reader(r"[^/]+/s/\w+", read_preview),
        Reader(r"[^/]+/(?:c/)?\w+/\d+", read_post),
        Reader(r"[^/]+/[\w+]+", read_landing),
    )
    pause_seconds = 3.0

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The widget of a known post, which has its numbers; its page has the text alone."""
        return f"https://t.me/{native_id}?embed=1&mode=tme"
