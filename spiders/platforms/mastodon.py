"""Mastodon: public posts under a hashtag, an account's own posts, and threads, from an instance's open JSON API.

Also the pages and feeds that an instance serves to anyone, and the ActivityPub object of a post or an account.
Source: https://docs.joinmastodon.org/methods/timelines/#tag
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from lxml.html import HtmlElement

from extractors.records import Count, Link, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.ids import mastodon_moment
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, wall
from spiders.markup.feeds import Entry, parse, text_of, time_of
from spiders.page import Page, words_in
from spiders.reading import Part, need

NO_STATUS = frozenset({"follow", "follow_request", "admin.sign_up", "admin.report", "severed_relationships"})
"""Types of notifications that are about no post."""


def account_url(target: Target) -> str:
    """The look-up address of an account given as ``name@host``."""
    name, _, host = target.value.removeprefix("@").partition("@")
    return f"https://{target.site or host}/api/v1/accounts/lookup?acct={quote(name)}"


def tag_url(target: Target) -> str:
    """The first page of an instance's timeline of a tag."""
    return f"https://{target.site or 'mastodon.social'}/api/v1/timelines/tag/{quote(target.value)}?limit=40"


def number_of(thing: Mapping[str, Any]) -> str:
    """A status' or account's id, which instances of 2017 told as a number."""
    number = thing["id"]
    if not isinstance(number, str | int) or isinstance(number, bool) or number == "":
        raise LookupError("id")
    return str(number)


def read_status(status: Mapping[str, Any]) -> Iterator[Part]:
    """One status and its author; a boost gives two posts, itself with ``repost_of`` and the original, which has the counts."""
    account, boosted = need(status, "account", dict), status.get("reblog")
    if "reblog" not in status and need(status, "uri", str).endswith("/activity"):
        raise LookupError("reblog")
    quoted = status.get("quote") or {}
    inner = quoted.get("quoted_status") or (quoted if "content" in quoted else None)
    # Instances older than 2.5 (2018) tell no replies, and younger ones always an editing time.
    replies = status["replies_count"] if "edited_at" in status else status.get("replies_count")
    quotes = status["quotes_count"] if "quote_approval" in status else status.get("quotes_count")
    warning, content = status.get("spoiler_text"), need(status, "content", str, blank=True)
    yield Post(
        platform="mastodon",
        id=number_of(status),
        url=status.get("url") or need(status, "uri", str),
        author=need(account, "acct", str),
        author_id=number_of(account),
        author_name=need(account, "display_name", str, blank=True) or None,
        text=None if boosted else plain_text((f"{warning}<br>" if warning else "") + content) or None,
        published_at=moment(need(status, "created_at", str)),
        edited_at=moment(status.get("edited_at")),
        likes=None if boosted else exact(status["favourites_count"]),
        comments=None if boosted else exact(replies),
        shares=None if boosted else exact(status["reblogs_count"]),
        quotes=None if boosted else exact(quotes),
        in_reply_to=str(status["in_reply_to_id"]) if status.get("in_reply_to_id") else None,
        repost_of=number_of(boosted) if boosted else None,
        quote_of=number_of(inner) if inner else quoted.get("quoted_status_id"),
        hashtags=() if boosted else tuple(tag["name"].lower() for tag in status.get("tags", ())),
        links=(status["card"]["url"],) if status.get("card") and not boosted else (),
        language=status.get("language"),
    )
    if boosted:
        yield from read_status(boosted)
    if inner:
        yield from read_status(inner)
    yield from each("account", [account], read_account)


def read_account(account: Mapping[str, Any]) -> Profile | None:
    """One account with its counts, as the instance knows them; None for a suspended one, whose numbers are blanked."""
    if account.get("suspended"):
        return None
    return Profile(
        platform="mastodon",
        handle=need(account, "acct", str),
        id=number_of(account),
        url=need(account, "url", str),
        name=need(account, "display_name", str, blank=True) or None,
        text=plain_text(need(account, "note", str, blank=True)) or None,
        joined_at=moment(need(account, "created_at", str)[:10]),
        followers=exact(account["followers_count"]),
        following=exact(account["following_count"]),
        posts=exact(account["statuses_count"]),
    )


def listed(page: Page, what: str) -> list[Any]:
    """The list that a page is; raises its ending where it is none, or empty."""
    if not isinstance(page.json, list):
        raise drift(f"list of {what}")
    if not page.json:
        raise empty()
    return page.json


def read_statuses(page: Page) -> Iterator[Part]:
    """A timeline, and where its threads and its next page are."""
    statuses = listed(page, "statuses")

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        if "type" in item and "content" not in item:
            if item["type"] in NO_STATUS:
                return
            status: Mapping[str, Any] = need(item, "status", dict)
        else:
            status = item.get("last_status") or item
        yield from read_status(status)
        if status.get("replies_count") and not status.get("reblog"):
            yield Link("thread", page.absolute(f"/api/v1/statuses/{status['id']}/context"), number_of(status))

    yield from each("status", statuses, read)
    asked = {key: values[0] for key, values in page.query.items() if key not in {"max_id", "min_id", "since_id"}}
    last = next((status["id"] for status in reversed(statuses) if isinstance(status, dict) and "id" in status), None)
    onward = {"offset": int(asked.get("offset", 0)) + len(statuses)} if "/trends/" in page.path else {"max_id": last}
    yield Link("next", f"{page.url.partition('?')[0]}?{urlencode({'limit': 40} | asked | onward)}")


def read_lookup(page: Page) -> Iterator[Part]:
    """An account, and where its posts are."""
    account = read_account(page.json)
    if account is None:
        raise gone("suspended")
    yield account
    yield Link("posts", page.absolute(f"/api/v1/accounts/{page.json['id']}/statuses?limit=40"))


def read_one(page: Page) -> Iterator[Part]:
    """A single status."""
    yield from read_status(page.json)
    yield Link("thread", page.absolute(f"/api/v1/statuses/{page.json['id']}/context"), number_of(page.json))


def read_context(page: Page) -> Iterator[Part]:
    """The statuses above and below one."""
    statuses = [*need(page.json, "ancestors", list), *need(page.json, "descendants", list)]
    if not statuses:
        raise empty()
    yield from each("status", statuses, read_status)


def read_accounts(page: Page) -> Iterator[Part]:
    """A list of accounts."""
    yield from each("account", listed(page, "accounts"), read_account)


def read_search(page: Page) -> Iterator[Part]:
    """A search's accounts and statuses."""
    accounts, statuses = need(page.json, "accounts", list), need(page.json, "statuses", list)
    if not accounts and not statuses:
        raise empty()
    yield from each("status", statuses, read_status)
    yield from each("account", accounts, read_account)


def read_tags(page: Page) -> Iterator[Part]:
    """The tags that trend: no records, but where their timelines are."""
    for tag in listed(page, "tags"):
        yield Link("posts", page.absolute(f"/api/v1/timelines/tag/{quote(need(tag, 'name', str))}?limit=40"))


def read_cards(page: Page) -> Iterator[Part]:
    """The articles that trend; how often they were linked is no count of theirs."""

    def read(card: Mapping[str, Any]) -> Post:
        return Post(
            platform="mastodon",
            kind="article",
            url=need(card, "url", str),
            author_name=card.get("author_name") or None,
            title=one_line(need(card, "title", str)),
            text=plain_text(card.get("description")) or None,
            published_at=moment(card.get("published_at")),
            language=card.get("language"),
        )

    yield from each("link", listed(page, "links"), read)


def read_page(page: Page) -> Iterator[Part]:
    """The page of a post or an account as an instance serves it: what its meta tags tell."""
    drawn = page.by_class.get("detailed-status")
    if drawn:
        by_scripts = "detailed-status__datetime" in page.by_class and "dt-published" not in page.by_class
        yield (read_scripted if by_scripts else read_drawn)(drawn[0], page)
        return
    if "detailed-status__meta" in page.text:
        raise drift("detailed-status")
    metas = page.metas
    handle = need(metas, "profile:username", str)
    author = handle.removesuffix(f"@{page.host}")
    name = re.sub(r"\s*\(@[^()]*\)$", "", need(metas, "og:title", str))
    if need(metas, "og:type", str) == "profile":
        numbers, _, bio = need(metas, "og:description", str).partition(" · ")
        posts, following, followers = (
            count(part, page.tree.get("lang") or "en") for part in re.split(r",\s", numbers, maxsplit=2)
        )
        yield Profile(
            platform="mastodon",
            handle=author,
            url=need(metas, "og:url", str),
            name=name,
            text=plain_text(bio) or None,
            followers=followers,
            following=following,
            posts=posts,
        )
        return
    address = need(metas, "og:url", str)
    yield Post(
        platform="mastodon",
        id=last_part(address),
        url=address,
        author=author,
        author_name=name,
        text=plain_text(own_words(page)) or None,
        published_at=moment(need(metas, "og:published_time", str)),
    )


ATTACHED = re.compile(r"[^:\n]{2,40}[::]\s*\d[^\n]*?(?: · (?!\d)|\n\n|$)")
"""How a post's description tells its pictures ahead of its words: "Attached: 2 images · 1 video"."""


def own_words(page: Page) -> str:
    """A post's description in the meta tags, without the line on what is attached."""
    told = need(page.metas, "og:description", str, blank=True)
    shown = page.metas.get("og:image", "") + page.metas.get("og:video", "")
    return ATTACHED.sub("", told, count=1) if "/media_attachments/" in shown and ATTACHED.match(told) else told


def read_scripted(block: HtmlElement, page: Page) -> Post:
    """A post as the scripts of versions since 3 draw it, in a page saved from a browser; replies have no counter there."""
    inside = words_in(block)

    def one(name: str) -> HtmlElement:
        if name not in inside:
            raise LookupError(name)
        return inside[name][0]

    def counted(name: str) -> Count:
        number = count(one_line(one(name).text_content()), page.tree.get("lang") or "en")
        if number is None:
            raise LookupError(name)
        return number

    link = one("detailed-status__datetime")
    stamp = link.find(".//time")
    stamped = stamp.get("datetime") if stamp is not None else page.metas.get("og:published_time")
    address = page.absolute(need(link.attrib, "href", str))
    body, warning = one("status__content__text"), inside.get("status__content__spoiler-text", ())[:1]
    return Post(
        platform="mastodon",
        id=last_part(page.path),
        url=address,
        author=(one_line(one("display-name__account").text_content()) or "").strip("@").removesuffix(f"@{page.host}"),
        author_name=one_line(one("display-name__html").text_content()),
        text="\n".join(filter(None, map(plain_text, (*warning, body)))) or None,
        published_at=moment(need({"datetime": stamped}, "datetime", str)),
        likes=counted("detailed-status__favorites"),
        shares=counted("detailed-status__reblogs"),
        quotes=counted("detailed-status__quotes") if "detailed-status__quotes" in inside else None,
    )


def read_drawn(block: HtmlElement, page: Page) -> Post:
    """A post as the server drew it, in embeds until 2024 and on its own page until 2022."""
    inside = words_in(block)

    def one(name: str) -> HtmlElement:
        if name not in inside:
            raise LookupError(name)
        return inside[name][0]

    def counted(kind: str) -> Count | None:
        links = [link for link in inside.get("detailed-status__link", ()) if f"type={kind}" in link.get("href", "")]
        return count(one_line(links[0].text_content()), page.tree.get("lang") or "en") if links else None

    address = need(one("u-uid").attrib, "href", str)
    shares, likes = counted("reblog"), counted("favourite")
    if likes is None:
        raise LookupError("detailed-status__favorites")
    return Post(
        platform="mastodon",
        id=last_part(page.path.removesuffix("/embed")),
        url=address,
        author=(one_line(one("display-name__account").text_content()) or "").strip("@").removesuffix(f"@{page.host}"),
        author_name=one_line(one("p-name").text_content()),
        text="\n".join(filter(None, map(plain_text, (*inside.get("p-summary", ())[:1], one("e-content"))))) or None,
        published_at=moment(need(one("dt-published").attrib, "value", str)),
        likes=likes,
        comments=counted("reply"),
        shares=shares,
    )


def read_embed(page: Page) -> Iterator[Part]:
    """A post's oEmbed answer: its author, and its time in its id."""
    answer = page.json
    found = re.search(r"(?:data-embed-url|src)=.(https?://[^\"']+)/embed\b", need(answer, "html", str))
    if found is None:
        raise drift("html")
    number = last_part(found[1])
    yield Post(
        platform="mastodon",
        id=number,
        url=found[1],
        author=last_part(need(answer, "author_url", str)),
        author_name=need(answer, "author_name", str),
        published_at=mastodon_moment(number),
    )


def last_part(address: str) -> str:
    """What stands last in the address of a post or an account: its number or name."""
    return address.rstrip("/").rpartition("/")[2].removeprefix("@")


def read_rss(page: Page) -> Iterator[Part]:
    """The feed of an account or a tag: posts without any count; titles are made of their texts."""

    def read(entry: Entry) -> Post:
        address = need(entry, "link", str)
        author, _, number = address.rpartition("/@")[2].partition("/")
        if "summary" not in entry:
            raise LookupError("description")
        return Post(
            platform="mastodon",
            id=number if number.isdigit() else None,
            url=address,
            author=author if number else None,
            text=text_of(entry),
            published_at=time_of(entry, "published", "en"),
            hashtags=tuple(tag["term"].lower() for tag in entry.get("tags") or () if tag.get("term")),
        )

    yield from each("entry", parse(page).entries, read)


def read_outbox(page: Page) -> Iterator[Part]:
    """The activities of an account's outbox; a boost (Announce) names no more of the original than its address."""
    if need(page.json, "type", str) == "OrderedCollection":
        yield Link("posts", need(page.json, "first", str))
        return
    activities = need(page.json, "orderedItems", list)
    if not activities:
        raise empty()

    def read(activity: Mapping[str, Any]) -> Iterator[Part]:
        if need(activity, "type", str) != "Announce":
            yield from read_object(need(activity, "object", dict))
            return
        address = need(activity, "id", str).removesuffix("/activity")
        yield Post(
            platform="mastodon",
            id=last_part(address),
            url=address,
            author=last_part(need(activity, "actor", str)),
            published_at=moment(need(activity, "published", str)),
            repost_of=last_part(need(activity, "object", str)),
        )

    yield from each("activity", activities, read)
    if page.json.get("next"):
        yield Link("next", page.json["next"])


def read_activity(page: Page) -> Iterator[Part]:
    """The ActivityPub object of a post or an account."""
    yield from read_object(page.json)


def read_object(thing: Mapping[str, Any]) -> Iterator[Part]:
    """A post or an account of ActivityPub; its counts are there since version 4.4."""
    if need(thing, "type", str) in {"Person", "Service", "Group", "Organization"}:
        yield Profile(
            platform="mastodon",
            handle=need(thing, "preferredUsername", str),
            url=thing.get("url") or need(thing, "id", str),
            name=thing.get("name") or None,
            text=plain_text(thing.get("summary")) or None,
            joined_at=moment(str(thing.get("published") or "")[:10]),
        )
        return
    if thing["type"] not in {"Note", "Question", "Article"}:
        raise drift(f"ActivityPub {thing['type']}")
    likes, shares = thing.get("likes"), thing.get("shares")
    answered = thing.get("inReplyTo")
    if not all(told is None or isinstance(told, str | dict) for told in (likes, shares)) or likes == "" or shares == "":
        raise LookupError("likes")
    yield Post(
        platform="mastodon",
        id=last_part(need(thing, "id", str)),
        url=thing.get("url") or thing["id"],
        author=last_part(need(thing, "attributedTo", str)),
        text=plain_text(need(thing, "content", str, blank=True)) or None,
        published_at=moment(need(thing, "published", str)),
        edited_at=moment(thing.get("updated")),
        likes=exact(likes["totalItems"]) if isinstance(likes, dict) else None,
        shares=exact(shares["totalItems"]) if isinstance(shares, dict) else None,
        in_reply_to=last_part(answered) if answered else None,
        hashtags=tuple(
            tag["name"].lstrip("#").lower() for tag in thing.get("tag") or () if tag.get("type") == "Hashtag"
        ),
    )


class Mastodon(PlatformSpider):
    """Mastodon, any instance."""

    name = "mastodon"
    about = About(
        title="Mastodon",
        anonymous="accounts with followers and posts; posts with favourites, boosts, replies, quotes (4.5), all exact; tag timelines; threads",
        restricted="free-text search of posts (needs a log-in); timelines that an instance closes",
        robots="allowed: stock instances refuse only /media_proxy/ and /interact/",
        layouts={
            "JSON API: statuses, accounts, context, search": "2026-08",
            "JSON API: trends": "unproven",
            "page with meta tags, or as scripts drew it": "unproven",
            "embedded post, oEmbed": "unproven",
            "ActivityPub object or outbox": "unproven",
            "RSS of an account or a tag": "unproven",
        },
    )
    addresses = {"profile": account_url, "tag": tag_url}
    readers = (
        Reader(r"/api/v1/trends/tags", read_tags),
        Reader(r"/api/v1/trends/links", read_cards),
        Reader(
            r"/api/v1/(timelines/|trends(/statuses)?($|\?)|statuses/?\?|favourites|bookmarks|notifications|conversations)",
            read_statuses,
        ),
        Reader(r"/api/v1/accounts/lookup", read_lookup),
        Reader(
            r"/api/v1/(accounts/?\?|accounts/search|accounts/[^/]+/follow|directory|lists/\d+/accounts|endorsements|statuses/[^/]+/(reblogged|favourited)_by)",
            read_accounts,
        ),
        Reader(r"/api/v1/(accounts/[^/]+/statuses|statuses/[^/]+/quotes)", read_statuses),
        Reader(r"/api/v1/accounts/[^/?]+/?($|\?)", read_lookup),
        Reader(r"/api/v1/statuses/[^/]+/context", read_context),
        Reader(r"/api/v1/statuses/[^/?]+/?($|\?)", read_one),
        Reader(r"/api/v[12]/search", read_search),
        Reader(r"/api/oembed", read_embed),
        Reader(r"/(@|users/|tags/)[^/?]+\.rss($|\?)", read_rss),
        Reader(r"/(users|ap/users)/[^/?]+/outbox", read_outbox),
        Reader(
            r"/(@|users/|ap/users/)[^/?]+(/statuses)?(/\d+)?(\.json|/embed)?/?($|\?)",
            lambda page: (read_activity if page.looks_json else read_page)(page),
        ),
    )
    pause_seconds = 1.0  # 300 requests in 5 minutes

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The API's address of a known post: its web page tells no counts."""
        return f"https://{site}/api/v1/statuses/{quote(native_id)}" if site else None

    @staticmethod
    def screen(page: Page) -> None:
        """A JSON error says what is the matter."""
        if page.status in {401, 403, 422} and page.looks_json:
            raise wall("login")
        if page.status == 404 and page.looks_json:
            raise gone("not-found")
        if page.status == 410:
            raise gone("deleted")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether the address and the answer are those of Mastodon's API, or the page is one of its web pages."""
        if page.looks_json:
            if b"//joinmastodon.org/ns" in page.body[:4000]:
                return re.search(r"/(@|users/|ap/users/)", page.path) is not None
            if page.path == "/api/oembed":
                return b"mastodon-embed" in page.body
            return "/api/v1/" in page.url and b'"acct"' in page.body
        if re.search(r"/@[^/?]+\.rss($|\?)", page.url):
            return b"webfeeds.org" in page.body[:2000]
        if b"detailed-status__meta" in page.body:
            return re.search(r"/@[^/]+/\d+(/embed)?$", page.path) is not None
        return "/@" in page.path and b"initial-state" in page.body and b"profile:username" in page.body
