"""Pinterest: pins with reactions, comments and their own repins, and profiles with their pins, from a page's own data.

Source: https://developers.pinterest.com/docs/api/v5/pins-get, for what the fields mean
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from extractors.records import Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, wall
from spiders.markup.shapes import typed
from spiders.page import Page, UnreadableError
from spiders.reading import Part, need, need_number

PIN = re.compile(r"/pin/(?:[^/]*--)?(\d+)")
RELAY = re.compile(r'__PWS_RELAY_REGISTER_COMPLETED_REQUEST__\("[^"]*",\s*(?=\{)')
EMBEDDED = re.compile(r"[?&]id=(\d+)")
NAMES = {
    "entityId": "id",
    "createdAt": "created_at",
    "repinCount": "repin_count",
    "totalReactionCount": "total_reaction_count",
    "aggregatedPinData": "aggregated_pin_data",
    "commentCount": "comment_count",
    "gridTitle": "grid_title",
    "unauthOnPageTitle": "unauth_on_page_title",
    "fullName": "full_name",
    "followerCount": "follower_count",
    "linkDomain": "link_domain",
}
"""The names of the relay answers, and those of the state that both pages and the API use."""


def pin_url(number: str) -> str:
    """The address of a pin."""
    return f"https://www.pinterest.com/pin/{number}/"


def plain_names(value: Any, depth: int = 4) -> Any:
    """A relay answer with the state's names."""
    if isinstance(value, dict) and depth:
        return {
            NAMES.get(key, key): plain_names(item, depth - 1)
            for key, item in value.items()
            if key != "id" or "entityId" not in value
        }
    return value


def relayed(page: Page, number: str) -> dict[str, Any]:
    """What the answers inside the page say of one pin, the first of each field that says something."""
    told: dict[str, Any] = {}
    for found in RELAY.finditer(page.text):
        try:
            answer = json.JSONDecoder().raw_decode(page.text, found.end())[0]
        except (ValueError, RecursionError):
            continue
        for query in (answer.get("data") or {}).values():
            data = query.get("data") if isinstance(query, dict) else None
            if isinstance(data, dict) and data.get("entityId") == number:
                for key, item in plain_names(data).items():
                    if isinstance(item, dict) and isinstance(told.get(key), dict):
                        told[key] = {**item, **told[key]}
                    elif told.get(key) in (None, "", " "):
                        told[key] = item
    return told


def state(page: Page) -> Mapping[str, Any]:
    """The state that a page was made from."""
    for name in ("__PWS_INITIAL_PROPS__", "__PWS_DATA__"):
        try:
            data = page.script_json(name)
        except UnreadableError:
            continue
        data = data.get("props", data)
        if isinstance(data.get("initialReduxState"), dict):
            return dict(data["initialReduxState"])
    raise drift("initialReduxState")


def read_pin_page(page: Page) -> Iterator[Part]:
    """The pin asked for, and its pinner where followers are shown; pins beside it are not records."""
    found = PIN.search(page.path)
    if found is None:
        raise drift("pin number")
    pin: Mapping[str, Any] = relayed(page, found[1])
    if not pin and "__PWS_" not in page.text and "initialReduxState" not in page.text:
        yield read_preview(page, found[1])
        return
    if pin:
        need_number(pin, "total_reaction_count")
    else:
        pin = need(need(state(page), "pins", dict), found[1], dict)
    need_number(pin if "comment_count" in pin else need(pin, "aggregated_pin_data", dict), "comment_count")
    repins = page.metas.get("pinterestapp:repins")
    if pin.get("repin_count") is None and repins is None:
        raise drift("repin_count")
    yield read_pin(pin, repins)
    if "follower_count" in pin["pinner"]:
        yield read_user(pin["pinner"])


def read_preview(page: Page, number: str) -> Post:
    """A pin by its JSON-LD and the meta tags for previews, where a page carries no data."""
    posting = typed(page, ("SocialMediaPosting",)) or {}
    pinner = (posting.get("author") or {}).get("url") or need(page.metas, "pinterestapp:pinner", str)
    return Post(
        platform="pinterest",
        id=number,
        url=pin_url(number),
        author=pinner.rstrip("/").rpartition("/")[2],
        author_name=(posting.get("author") or {}).get("name"),
        title=one_line(posting.get("headline") or need(page.metas, "og:title", str)),
        text=plain_text(posting.get("articleBody") or page.metas.get("og:description")) or None,
        published_at=moment(posting.get("datePublished")),
        saves=exact(page.metas.get("pinterestapp:repins")),
    )


def number_of(pin: Mapping[str, Any]) -> str:
    """A pin's number."""
    number = need(pin, "id", str)
    if not number.isdecimal():
        raise LookupError("id")
    return number


def read_pin(pin: Mapping[str, Any], repins: str | None = None) -> Post:
    """One pin. ``repins`` is the meta tag's number; the larger sum of all its copies is another thing."""
    pinner, number = need(pin, "pinner", dict), number_of(pin)
    aggregated = pin.get("aggregated_pin_data") or {}
    return Post(
        platform="pinterest",
        id=number,
        url=pin_url(number),
        author=need(pinner, "username", str),
        author_id=need(pinner, "id", str),
        author_name=need(pinner, "full_name", str, blank=True) or None,
        title=one_line(pin.get("title") or pin.get("grid_title") or pin.get("unauth_on_page_title")),
        text=plain_text(
            (need(pin, "description", str, blank=True) if pin.get("description") is not None else "").strip()
        )
        or None,
        published_at=moment(need(pin, "created_at", str)),
        likes=exact(pin.get("total_reaction_count")),
        comments=exact(aggregated.get("comment_count", pin.get("comment_count"))),
        saves=exact(pin.get("repin_count", repins)),
    )


def read_user(user: Mapping[str, Any]) -> Profile:
    """An account."""
    handle = need(user, "username", str)
    return Profile(
        platform="pinterest",
        handle=handle,
        id=need(user, "id", str),
        url=f"https://www.pinterest.com/{handle}/",
        name=need(user, "full_name", str, blank=True) or None,
        text=plain_text(user.get("about")) or None,
        verified=(user.get("verified_identity") or {}).get("verified") or None,
        joined_at=moment(user.get("created_at")),
        followers=exact(user["follower_count"]),
        following=exact(user.get("following_count")),
        posts=exact(user.get("pin_count")),
    )


def read_profile(page: Page) -> Iterator[Part]:
    """An account and the pins that its page lists; the listing tells no saves."""
    held, handle = state(page), page.path.strip("/").split("/")[0].lower()
    users = [user for user in need(held, "users", dict).values() if str(user.get("username", "")).lower() == handle]
    if not users:
        raise drift("username")
    need(users[0], "created_at", str)
    need_number(users[0], "following_count")
    need_number(users[0], "pin_count")
    need(users[0], "about", str, blank=True)
    yield read_user(users[0])
    feeds = [name for name in need(held, "feeds", dict, blank=True) if name.startswith("profile-pins:")]
    listed = [item["id"] for name in feeds for item in held["feeds"][name]] or list(held.get("pins", {}))
    if users[0].get("pin_count") and not listed:
        raise drift("pins")
    yield from each("pin", listed, lambda number: read_listed(need(held["pins"], number, dict)))


def read_listed(pin: Mapping[str, Any]) -> Post:
    """One pin of a listing, whose number of repins is not that of a page of its own."""
    return read_pin({**pin, "repin_count": None, "total_reaction_count": None})


def read_resource(page: Page) -> Iterator[Part]:
    """What the site's own scripts receive: a pin, an account, or a list of them."""
    answer = need(page.json, "resource_response", dict)
    if answer.get("status") == "failure":
        code = answer.get("http_status")
        raise gone("not-found") if code == 404 else wall("login") if code in {401, 403} else drift("status")
    data = answer["data"]
    listed = data.get("results") if isinstance(data, dict) and "results" in data else data
    things = listed if isinstance(listed, list) else [data]
    if not things:
        raise empty()

    def read(thing: Mapping[str, Any]) -> Post | Profile | None:
        kind = need(thing, "type", str)
        if kind not in {"user", "pin"}:
            return None
        if things is listed:
            return read_user(thing) if kind == "user" else read_listed(thing)
        for name in ("following_count", "pin_count") if kind == "user" else ("repin_count",):
            need_number(thing, name)
        if kind == "user":
            need(thing, "about", str, blank=True)
            return read_user(thing)
        aggregated = thing.get("aggregated_pin_data") or {}
        need_number(thing if "comment_count" not in aggregated else aggregated, "comment_count")
        return read_pin(thing)

    yield from each("thing", things, read)


def read_api(page: Page) -> Iterator[Part]:
    """Answers of the official API on an account of one's own: its pins with their numbers since they were made, itself."""
    items = need(page.json, "items", list) if "items" in page.json else [page.json]
    if not items:
        raise empty()

    def read(item: Mapping[str, Any]) -> Post:
        number, numbers = number_of(item), item.get("pin_metrics") or {}
        whole = numbers.get("lifetime_metrics") or numbers.get("all_time") or {}
        return Post(
            platform="pinterest",
            id=number,
            url=pin_url(number),
            author=need(need(item, "board_owner", dict), "username", str),
            title=one_line(item.get("title")),
            text=plain_text(item.get("description")) or None,
            published_at=moment(need(item, "created_at", str), UTC),
            likes=exact(whole.get("reaction")),
            comments=exact(whole.get("comment")),
            saves=exact(whole.get("save")),
        )

    yield from each("pin", items, read)


def read_own_account(page: Page) -> Iterator[Part]:
    """The account that the official API was asked with."""
    user = page.json
    handle = need(user, "username", str)
    yield Profile(
        platform="pinterest",
        handle=handle,
        id=need(user, "id", str),
        url=f"https://www.pinterest.com/{handle}/",
        name=user.get("business_name") or None,
        text=plain_text(user.get("about")) or None,
        followers=exact(user["follower_count"]),
        following=exact(user["following_count"]),
        posts=exact(user["pin_count"]),
    )


def read_oembed(page: Page) -> Iterator[Part]:
    """An oEmbed answer: title and author; the number is in the frame's address."""
    answer = page.json
    found = EMBEDDED.search(need(answer, "html", str).replace("&amp;", "&"))
    if found is None:
        raise drift("html")
    yield Post(
        platform="pinterest",
        id=found[1],
        url=pin_url(found[1]),
        author=need(answer, "author_url", str).rstrip("/").rpartition("/")[2],
        author_name=need(answer, "author_name", str),
        title=one_line(need(answer, "title", str, blank=True)),
    )


class Pinterest(PlatformSpider):
    """Pinterest."""

    name = "pinterest"
    about = About(
        title="Pinterest",
        anonymous="nothing: robots.txt forbids all but named search engines",
        restricted="saved pages: pins with reactions, comments, repins; profiles with followers and pins; API v5 for own accounts",
        robots="forbidden",
        layouts={
            "pin page": "2026-01",
            "profile page": "2026-05",
            "oEmbed": "2024-06",
            "answers to the site's scripts, API v5": "unproven",
        },
    )
    domains = (
        "pinterest.com", "pinterest.de", "pinterest.es", "pinterest.fr", "pinterest.it", "pinterest.jp", "pinterest.at", "pinterest.ca",
        "pinterest.ch", "pinterest.pt", "pinterest.cl", "pinterest.se", "pinterest.nz", "pinterest.ie", "pinterest.co.uk", "pinterest.com.au",
        "pinterest.com.mx", "pinterest.co.kr", "pinterest.dk", "pinterest.ph", "pinterest.ru", "pinterest.info",
    )  # fmt: skip
    readers = (
        Reader(r"/oembed", read_oembed),
        Reader(r"/resource/\w+Resource/get", read_resource),
        Reader(r"^api\.pinterest\.com/v5/user_account/?($|\?)", read_own_account),
        Reader(r"^api\.pinterest\.com/v5/", read_api),
        Reader(r"/pin/", read_pin_page),
        Reader(r"", read_profile),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in pages, and the notice of a pin or account that is not there."""
        if page.path.startswith("/login"):
            raise wall("login")
        if page.status == 200 and not page.looks_json and "show_error=true" in page.url:
            raise gone("not-found")
