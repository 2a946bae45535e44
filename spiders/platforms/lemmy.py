"""Lemmy: posts, comments, communities and people from an instance's open JSON API, pages, feeds, and ActivityPub objects.

Texts are Markdown. A name of another instance is written ``name@host``, as Lemmy shows it.

Source: https://join-lemmy.org/api/, https://join-lemmy.org/docs/contributors/09-api-v4.html
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from extractors.records import Link, Moment, Post, Profile, Record
from extractors.values.addresses import canonical, host_of
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import one_line, plain_markdown, plain_text
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, limited, wall
from spiders.markup.feeds import Entry, markup_of, parse, time_of, title_of
from spiders.markup.scripts import script_value
from spiders.page import Page, UnreadableError
from spiders.reading import Part, need

View = Mapping[str, Any]
"""What Lemmy says of one post, comment, community or person: the thing, its maker, its counts."""


def profile_urls(target: Target) -> Iterator[str]:
    """A person ``name@host``, or a community ``!name@host`` with its posts."""
    name, _, host = target.value.removeprefix("!").removeprefix("@").partition("@")
    base = f"https://{target.site or host}/api/v3"
    if target.value.startswith("!"):
        yield f"{base}/community?{urlencode({'name': name})}"
        yield f"{base}/post/list?{urlencode({'community_name': name, 'sort': 'New', 'limit': 50})}"
    else:
        yield f"{base}/user?{urlencode({'username': name, 'sort': 'New', 'limit': 50})}"


def query_url(target: Target) -> str:
    """The newest posts and comments that an instance knows for a query."""
    asked = {"q": target.value, "type_": "All", "sort": "New", "limit": 50}
    return f"https://{target.site or 'lemmy.world'}/api/v3/search?{urlencode(asked)}"


def told_at(thing: View, *names: str) -> Moment | None:
    """A time under the first of the names that is there; before version 0.19 it stood without its zone, UTC."""
    return next((moment(thing[name], UTC) for name in names if thing.get(name)), None)


def published(thing: View) -> Moment:
    """When a thing was published (``published``, since version 1 ``published_at``)."""
    at = told_at(thing, "published_at", "published")
    if at is None:
        raise LookupError("published")
    return at


def home_of(thing: View) -> str:
    """The address of a person or community (``actor_id``, since version 1 ``ap_id``)."""
    return need(thing, "actor_id" if "actor_id" in thing else "ap_id", str)


def handle_of(thing: View) -> str:
    """A name as Lemmy shows it: with its host where that is another instance."""
    name = need(thing, "name", str)
    return name if thing.get("local") else f"{name}@{host_of(home_of(thing))}"


def counts_of(view: View, thing: View) -> View:
    """Where the counts are: beside the thing, since version 1 in it."""
    return need(view, "counts", dict) if "counts" in view else thing


def is_gone(thing: View) -> bool:
    """Whether a thing was removed by a moderator or deleted by its maker."""
    return need(thing, "removed", bool) or need(thing, "deleted", bool)


def read_post(view: View) -> Iterator[Part]:
    """One post, and where its comments are on its own instance; its votes are its upvotes."""
    post, creator = need(view, "post", dict), need(view, "creator", dict)
    if is_gone(post):
        return
    counts, number = counts_of(view, post), str(need(post, "id", int))
    address = canonical(post.get("url"))
    yield Post(
        platform="lemmy",
        id=number,
        url=need(post, "ap_id", str),
        author=handle_of(creator),
        author_id=str(need(creator, "id", int)),
        author_name=creator.get("display_name") or None,
        title=one_line(need(post, "name", str)),
        text=plain_markdown(post.get("body")) or None,
        published_at=published(post),
        edited_at=told_at(post, "updated_at", "updated"),
        likes=exact(counts["upvotes"]),
        comments=exact(counts["comments"]),
        links=(address,) if address else (),
    )
    if counts["comments"]:
        asked = urlencode({"post_id": number, "type_": "All", "sort": "New", "max_depth": 8, "limit": 50})
        yield Link("comments", f"/api/v3/comment/list?{asked}", number)


def read_comment(view: View) -> Post | None:
    """One comment; its path names those above it. None for one that was removed or deleted."""
    comment, creator = need(view, "comment", dict), need(view, "creator", dict)
    if is_gone(comment):
        return None
    counts, above = counts_of(view, comment), need(comment, "path", str).split(".")[:-1]
    return Post(
        platform="lemmy",
        kind="comment",
        id=str(need(comment, "id", int)),
        url=need(comment, "ap_id", str),
        author=handle_of(creator),
        author_id=str(need(creator, "id", int)),
        author_name=creator.get("display_name") or None,
        text=plain_markdown(need(comment, "content", str)),
        published_at=published(comment),
        edited_at=told_at(comment, "updated_at", "updated"),
        likes=exact(counts["upvotes"]),
        comments=exact(counts["child_count"]),
        in_reply_to=above[-1] if above and above[-1] != "0" else str(need(comment, "post_id", int)),
    )


def read_community(view: View) -> Profile:
    """One community."""
    community = need(view, "community", dict)
    counts = counts_of(view, community)
    return Profile(
        platform="lemmy",
        handle=f"!{handle_of(community)}",
        id=str(need(community, "id", int)),
        url=home_of(community),
        name=one_line(need(community, "title", str)),
        text=plain_markdown(community.get("description") or community.get("sidebar")) or None,
        joined_at=published(community),
        followers=exact(counts["subscribers"]),
        posts=exact(counts["posts"]),
    )


def read_person(view: View) -> Profile:
    """One person."""
    person = need(view, "person", dict)
    counts = counts_of(view, person)
    return Profile(
        platform="lemmy",
        handle=handle_of(person),
        id=str(need(person, "id", int)),
        url=home_of(person),
        name=person.get("display_name") or None,
        text=plain_markdown(person.get("bio")) or None,
        joined_at=published(person),
        posts=exact(counts["post_count"]),
    )


def read_typed(view: View) -> Iterator[Part]:
    """One view of a combined list, which names its type."""
    kind = need(view, "type_", str).lower()
    yield from SHOWN[f"{kind}_view"](view)


def each_of(read: Callable[[View], Record | None]) -> Callable[[View], Iterator[Part]]:
    """A reader of one record as one of several."""

    def reader(view: View) -> Iterator[Part]:
        made = read(view)
        yield from (made,) if made is not None else ()

    return reader


SHOWN: Mapping[str, Callable[[View], Iterator[Part]]] = {
    "post_view": read_post,
    "comment_view": each_of(read_comment),
    "community_view": each_of(read_community),
    "person_view": each_of(read_person),
}
"""How the view of each kind of thing is read."""
LISTED = {"posts": "post_view", "comments": "comment_view", "communities": "community_view", "users": "person_view"}
"""What the lists of version 3 hold."""
COMBINED = ("items", "search", "results", "content")
"""What version 4 calls its lists."""
ANSWERS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    (r"/post/list", ("posts",), "post_view"),
    (r"/comment/list", ("comments",), "comment_view"),
    (r"/community/list", ("communities",), "community_view"),
    (r"/search", ("posts", "comments", "communities", "users"), None),
    (r"/post$", ("post_view", "community_view"), None),
    (r"/comment$", ("comment_view",), None),
    (r"/community$", ("community_view",), None),
    (r"/(user|person)$", ("person_view", "posts", "comments"), None),
    (r"/(user|person)/content", (), None),
)
"""By address: what an answer of version 3 must hold; what the one list of version 4 holds, None where it names each type."""


def read_answer(page: Page) -> Iterator[Part]:
    """An answer of the API: single views, and lists of views."""
    answer, path = page.json, page.path.rstrip("/")
    wanted, kind = next(((names, kind) for pattern, names, kind in ANSWERS if re.search(pattern, path)), ((), None))
    combined = next((name for name in COMBINED if name in answer), None)
    views: list[tuple[str | None, View]] = []
    if combined:
        views = [(kind, view) for view in need(answer, combined, list)]
    elif not wanted or "/api/v4/" in path:
        wanted = tuple(name for name in SHOWN if name in answer)
        if not wanted:
            raise drift("view")
    for name in wanted if not combined else ():
        if name in SHOWN:
            thing = need(answer, name, dict)
            said = thing.get("comment") or thing.get("post")
            if said and is_gone(said):
                raise gone("deleted" if said["deleted"] else "violation")
            views.append((name, thing))
        else:
            views += [(LISTED[name], view) for view in need(answer, name, list)]
    if not views:
        raise empty()
    for part in each("view", views, lambda item: SHOWN[item[0]](item[1]) if item[0] else read_typed(item[1])):
        yield replace(part, url=page.absolute(part.url)) if isinstance(part, Link) else part
    yield from onward(page, len(views), answer.get("next_page"))


BESIDE = re.compile(r"trending|follow|federated|suggest", re.IGNORECASE)
"""Parts of a page's data that are no part of what it is about."""
REQUIRED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"^/(post|comment)/\d+", ("post_view", "community_view")),
    (r"^/c/", ("community_view",)),
    (r"^/u/", ("person_view",)),
)
"""By address: what a page's data must hold."""


def read_page(page: Page) -> Iterator[Part]:
    """A page of the site as its server made it: the API's answers that it was made from are inside."""
    try:
        data = page.json_after("window.isoData")
    except UnreadableError:
        data = script_value(page.text, "window.isoData =")
    held = need(data, "routeData", dict | list)  # type: ignore[arg-type]
    # Until version 0.17 (2023) a list of answers; then each by its name, within what became of it.
    kept = {str(at): answer for at, answer in enumerate(held)} if isinstance(held, list) else held
    answers = [answer for name, answer in kept.items() if isinstance(answer, dict) and not BESIDE.search(name)]
    for answer in answers:
        if answer.get("state") == "failed":
            told = answer.get("err") or answer.get("error") or answer.get("msg")
            screen_error(str(told.get("message") or told.get("name") if isinstance(told, dict) else told))
    views: list[tuple[str, View]] = []
    told_by = [need(answer, "data", dict) if answer.get("state") == "success" else answer for answer in answers]
    wanted = next((names for pattern, names in REQUIRED if re.search(pattern, page.path)), ())
    for name in wanted:
        if not any(name in answer for answer in told_by):
            raise drift(name)
    for answer in told_by:
        if "post_view" in wanted and not any(name in answer for name in (*SHOWN, *LISTED)) and "state" not in answer:
            raise drift("comments")
        for name in SHOWN:
            if name in answer:
                thing = need(answer, name, dict)
                said = thing.get("comment") or thing.get("post")
                if said and is_gone(said):
                    raise gone("deleted" if said["deleted"] else "violation")
                views.append((name, thing))
        views += [(kind, view) for name, kind in LISTED.items() if name in answer for view in need(answer, name, list)]
    if not views:
        if any(need(answer, name, list) == [] for answer in told_by for name in LISTED if name in answer):
            raise empty()
        raise drift("routeData")
    for part in each("view", views, lambda item: SHOWN[item[0]](item[1])):
        yield replace(part, url=page.absolute(part.url)) if isinstance(part, Link) else part


def onward(page: Page, number: int, cursor: str | None) -> Iterator[Link]:
    """Where the comments of the posts and the next page of a list are."""
    asked = {key: values[0] for key, values in page.query.items()}
    if cursor:
        asked |= {"page_cursor": cursor}
    elif "limit" in asked and number >= int(asked["limit"]):
        asked |= {"page": str(int(asked.get("page", 1)) + 1)}
    else:
        return
    yield Link("next", f"{page.url.partition('?')[0]}?{urlencode(asked)}")


def read_activity(page: Page) -> Iterator[Part]:
    """The ActivityPub object of a post or comment: without counts."""
    thing = page.json
    kind, address = need(thing, "type", str), need(thing, "id", str)
    if kind not in {"Page", "Note"}:
        raise drift(f"ActivityPub {kind}")
    writer = need(thing, "attributedTo", str)
    name, answered = writer.rstrip("/").rpartition("/")[2], thing.get("inReplyTo")
    yield Post(
        platform="lemmy",
        kind="comment" if kind == "Note" else "post",
        id=address.rstrip("/").rpartition("/")[2],
        url=address,
        author=name if host_of(writer) == host_of(page.url) else f"{name}@{host_of(writer)}",
        title=one_line(need(thing, "name", str)) if kind == "Page" else None,
        text=plain_text(thing.get("content")) or None,
        published_at=moment(need(thing, "published", str), UTC),
        edited_at=moment(thing.get("updated"), UTC),
        in_reply_to=answered.rstrip("/").rpartition("/")[2] if isinstance(answered, str) else None,
        links=tuple(
            link["href"]
            for link in thing.get("attachment") or ()
            if link.get("type") == "Link" and "/pictrs/" not in link["href"]
        ),
        language=(thing.get("language") or {}).get("identifier"),
    )


def read_feed(page: Page) -> Iterator[Part]:
    """A feed of posts; points and comments stand at the head of each text."""

    def read(entry: Entry) -> Post:
        address, text = need(entry, "id", str), plain_text(markup_of(entry)[0]) or ""
        head = text.partition("\n")[0]
        found = re.search(r"submitted by (\S+) to (\S+)", head)
        counts = re.search(r"(\d+) points? \| (\d+) comments?", text)
        if not found or not counts:
            raise LookupError("submitted by")
        return Post(
            platform="lemmy",
            id=address.rstrip("/").rpartition("/")[2],
            url=address,
            author=found[1],
            title=need({"title": title_of(entry)}, "title", str),
            text=text[counts.end() :].strip() or None,
            published_at=time_of({"published": need(entry, "published", str)}, "published", "en"),
            likes=exact(counts[1]),
            comments=exact(counts[2]),
        )

    yield from each("entry", parse(page).entries, read)


def screen_error(error: str) -> None:
    """What an error's name says is the matter."""
    if "rate_limit" in error:
        raise limited()
    if error.startswith("couldnt_find"):
        raise gone("not-found")
    if error in {"not_logged_in", "instance_is_private", "incorrect_login"}:
        raise wall("login")


class Lemmy(PlatformSpider):
    """Lemmy, any instance."""

    name = "lemmy"
    about = About(
        title="Lemmy",
        anonymous="posts and comments with upvotes and comments, communities and people with followers and posts, search; all exact",
        restricted="instances that are private",
        robots="per instance; stock instances refuse parts of the site, not the API",
        layouts={
            "JSON API v3": "unproven",
            "JSON API v4": "unproven",
            "page with the API's answers inside": "unproven",
            "RSS": "unproven",
            "ActivityPub object": "2021-03",
        },
    )
    addresses = {"profile": profile_urls, "query": query_url}
    readers = (
        Reader(r"/api/v\d/", read_answer),
        Reader(r"/feeds/", read_feed),
        Reader("", lambda page: (read_activity if page.looks_json else read_page)(page)),
    )
    pause_seconds = 2.0

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The API's address of a known post."""
        return f"https://{site}/api/v3/post?id={native_id}" if site else None

    @staticmethod
    def screen(page: Page) -> None:
        """A JSON error says what is the matter, whatever its status."""
        if page.status < 400 or not page.looks_json:
            return
        error = str(page.json.get("error"))
        screen_error(error)
        if error in {"not_found", "unknown"} and page.status == 404:
            raise gone("not-found")
        if page.status in {401, 403}:
            raise wall("login")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether the address and the answer are those of Lemmy's API."""
        if b"window.isoData" in page.body:
            return b'"site_res"' in page.body
        views = (b'"post_view"', b'"community_view"', b'"person_view"', b'"creator"', b'"actor_id"')
        return (
            re.search(r"/api/v[234]/", page.path) is not None and page.looks_json and any(w in page.body for w in views)
        )
