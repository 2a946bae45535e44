"""Mastodon: public posts under a hashtag, an account's own posts, and threads, from an instance's open JSON API.

Source: https://docs.joinmastodon.org/methods/timelines/#tag
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from extractors.records import Link, Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, wall
from spiders.page import Page
from spiders.reading import Part


def account_url(target: Target) -> str:
    """The look-up address of an account given as ``name@host``."""
    name, _, host = target.value.removeprefix("@").partition("@")
    return f"https://{target.site or host}/api/v1/accounts/lookup?acct={quote(name)}"


def tag_url(target: Target) -> str:
    """The first page of an instance's timeline of a tag."""
    return f"https://{target.site or 'mastodon.social'}/api/v1/timelines/tag/{quote(target.value)}?limit=40"


def read_status(status: Mapping[str, Any]) -> Iterator[Part]:
    """One status; a boost gives two records, itself with ``repost_of`` and the original, which has the counts."""
    account, boosted, quoted = status["account"], status.get("reblog"), status.get("quote") or {}
    yield Post(
        platform="mastodon",
        id=status["id"],
        url=status.get("url") or status["uri"],
        author=account["acct"],
        author_id=account["id"],
        author_name=account.get("display_name") or None,
        text=None if boosted else plain_text(status["content"]),
        published_at=moment(status["created_at"]),
        edited_at=moment(status.get("edited_at")),
        likes=None if boosted else exact(status.get("favourites_count")),
        comments=None if boosted else exact(status.get("replies_count")),
        shares=None if boosted else exact(status.get("reblogs_count")),
        quotes=None if boosted else exact(status.get("quotes_count")),
        in_reply_to=status.get("in_reply_to_id"),
        repost_of=boosted["id"] if boosted else None,
        quote_of=(quoted.get("quoted_status") or {}).get("id"),
        hashtags=() if boosted else tuple(tag["name"].lower() for tag in status.get("tags", ())),
        language=status.get("language"),
    )
    if boosted:
        yield from read_status(boosted)
    if quoted.get("quoted_status"):
        yield from read_status(quoted["quoted_status"])


def read_account(account: Mapping[str, Any]) -> Profile:
    """One account with its counts, as the instance knows them."""
    return Profile(
        platform="mastodon",
        handle=account["acct"],
        id=account["id"],
        url=account["url"],
        name=account.get("display_name") or None,
        text=plain_text(account["note"]) or None,
        joined_at=moment(account["created_at"][:10]),
        followers=exact(account["followers_count"]),
        following=exact(account["following_count"]),
        posts=exact(account["statuses_count"]),
    )


def read_statuses(page: Page) -> Iterator[Part]:
    """A timeline, and where its next page is."""
    statuses = page.json
    if not isinstance(statuses, list):
        raise drift("list of statuses")
    if not statuses:
        raise empty()
    yield from each("status", statuses, read_status)
    base = page.url.partition("?")[0]
    yield Link("next", f"{base}?{urlencode({'limit': 40, 'max_id': statuses[-1]['id']})}")
    for status in statuses:
        if status.get("replies_count"):
            yield Link("thread", page.absolute(f"/api/v1/statuses/{status['id']}/context"), status["id"])


def read_lookup(page: Page) -> Iterator[Part]:
    """An account, and where its posts are."""
    yield read_account(page.json)
    yield Link("posts", page.absolute(f"/api/v1/accounts/{page.json['id']}/statuses?limit=40"))


def read_one(page: Page) -> Iterator[Part]:
    """A single status."""
    yield from read_status(page.json)
    yield Link("thread", page.absolute(f"/api/v1/statuses/{page.json['id']}/context"), page.json["id"])


def read_context(page: Page) -> Iterator[Part]:
    """The statuses above and below one."""
    statuses = [*page.json["ancestors"], *page.json["descendants"]]
    if not statuses:
        raise empty()
    yield from each("status", statuses, read_status)


def read_accounts(page: Page) -> Iterator[Part]:
    """A list of accounts."""
    if not page.json:
        raise empty()
    yield from each("account", page.json, read_account)


def read_search(page: Page) -> Iterator[Part]:
    """A search's accounts and statuses."""
    found = page.json
    if not found["accounts"] and not found["statuses"]:
        raise empty()
    yield from each("account", found["accounts"], read_account)
    yield from each("status", found["statuses"], read_status)


class Mastodon(PlatformSpider):
    """Mastodon, any instance."""

    name = "mastodon"
    about = About(
        title="Mastodon",
        anonymous="accounts with followers and posts; posts with favourites, boosts, replies, quotes (4.5), all exact; tag timelines; threads",
        restricted="free-text search of posts (needs a log-in)",
        robots="allowed: stock instances refuse only /media_proxy/ and /interact/",
        layouts={"statuses, accounts, context, search v2": "2026-02"},
    )
    addresses = {"profile": account_url, "tag": tag_url}
    readers = (
        Reader(r"/api/v1/timelines/", read_statuses),
        Reader(r"/api/v1/accounts/lookup", read_lookup),
        Reader(r"/api/v1/accounts/search", read_accounts),
        Reader(r"/api/v1/accounts/[^/]+/statuses", read_statuses),
        Reader(r"/api/v1/accounts/[^/?]+$", read_lookup),
        Reader(r"/api/v1/statuses/[^/]+/context", read_context),
        Reader(r"/api/v1/statuses/[^/?]+", read_one),
        Reader(r"/api/v2/search", read_search),
    )
    pause_seconds = 1.0  # 300 requests in 5 minutes

    @staticmethod
    def screen(page: Page) -> None:
        """A JSON error says what is the matter."""
        if page.status in {401, 403, 422} and page.looks_json:
            raise wall("login")
        if page.status == 404 and page.looks_json:
            raise gone("not-found")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether the address and the answer are those of Mastodon's API."""
        return "/api/v1/" in page.url and page.looks_json and b'"acct"' in page.body
