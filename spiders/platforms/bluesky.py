"""Bluesky: accounts, their posts and threads, from the AppView's open XRPC methods, and the pages that bsky.app serves.

Source: https://docs.bsky.app/docs/category/http-reference
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from parsel import Selector

from extractors.records import Link, Moment, Post, Profile
from extractors.values.counts import exact
from extractors.values.moments import moment
from extractors.values.text import plain_text, tidy
from spiders.base import About, PlatformSpider, Reader, Target, drift, each, empty, gone, limited, wall
from spiders.markup.feeds import Entry, parse, text_of, time_of
from spiders.markup.shapes import whole_tally
from spiders.page import Page
from spiders.reading import Part, need

APPVIEW = "https://public.api.bsky.app"
HIDDEN = "!no-unauthenticated"
"""The label of an account that asks to be hidden from readers who are not logged in."""


def xrpc(method: str, **parameters: Any) -> str:
    """The path and query of a method of the AppView."""
    return f"/xrpc/app.bsky.{method}?{urlencode(parameters)}"


def profile_url(target: Target) -> str:
    """The profile of an account given by handle or DID; ``site`` names another AppView than the public one."""
    base = target.site or APPVIEW
    if "://" not in base:
        base = ("http://" if base.startswith(("127.0.0.1", "localhost")) else "https://") + base
    return base.rstrip("/") + xrpc("actor.getProfile", actor=target.value.removeprefix("@"))


def web_address(uri: str, handle: str) -> str:
    """The public address of a post."""
    return f"https://bsky.app/profile/{handle}/post/{uri.rpartition('/')[2]}"


def written_at(created: Any, indexed: Any) -> Moment | None:
    """When a post was published: as its writer's client says, unless that is no time or lies after the server first saw it."""
    seen = moment(indexed)
    try:
        said = moment(created)
    except ValueError:
        said = None
    if said is None and seen is None:
        raise LookupError("createdAt")
    return min(filter(None, (said, seen)), key=lambda known: known.at)


def is_hidden(author: Mapping[str, Any]) -> bool:
    """Whether an account asks not to be shown to readers without log-in, and this reader (no ``viewer``) had none."""
    return "viewer" not in author and any(label.get("val") == HIDDEN for label in author.get("labels") or ())


def known_handle(account: Mapping[str, Any]) -> str | None:
    """An account's handle; None where its domain does not point back to it, which the AppView tells by another name."""
    handle = need(account, "handle", str)
    return None if handle == "handle.invalid" else handle


def of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a post's own record says, as fields of a Post: text, answered and quoted posts, tags, links, language."""
    features = [feature for facet in record.get("facets") or () for feature in facet.get("features") or ()]
    embed = record.get("embed") or {}
    inner = embed.get("record") or {}
    quoted = str((inner.get("record") or inner).get("uri") or "")
    external = (embed.get("external") or (embed.get("media") or {}).get("external") or {}).get("uri")
    tags = [*(feature["tag"] for feature in features if "tag" in feature), *(record.get("tags") or ())]
    links = [*(feature["uri"] for feature in features if "uri" in feature), *filter(None, (external,))]
    return {
        "text": tidy(need(record, "text", str, blank=True)) or None,
        "in_reply_to": record["reply"]["parent"]["uri"] if record.get("reply") else None,
        "quote_of": quoted if "/app.bsky.feed.post/" in quoted else None,
        "hashtags": tuple(dict.fromkeys(tag.lower() for tag in tags)),
        "links": tuple(dict.fromkeys(links)),
        "language": (record.get("langs") or [None])[0],
    }


def read_post(post: Mapping[str, Any], record: str = "record") -> Iterator[Part]:
    """A post as the AppView shows it, and the post that it quotes; ``record`` is the key of what its author wrote."""
    author, uri = need(post, "author", dict), need(post, "uri", str)
    if not uri.startswith("at://"):
        raise LookupError("uri")
    if is_hidden(author):
        return
    handle, did, said = known_handle(author), need(author, "did", str), need(post, record, dict)
    yield Post(
        platform="bluesky",
        id=uri,
        url=web_address(uri, handle or did),
        author=handle,
        author_id=did,
        author_name=(author.get("displayName") or "").strip() or None,
        published_at=written_at(said["createdAt"], post.get("indexedAt")),
        likes=exact(post["likeCount"]),
        comments=exact(post["replyCount"]),
        shares=exact(post["repostCount"]),
        quotes=exact(post["quoteCount"] if "bookmarkCount" in post else post.get("quoteCount")),
        saves=exact(post.get("bookmarkCount")),
        **of_record(said),
    )
    embeds = [post.get("embed") or {}, *(post.get("embeds") or ())] if record == "record" else []
    for embed in embeds:
        quoted = embed.get("record") or {}
        quoted = quoted.get("record") or quoted
        if quoted.get("value") and "/app.bsky.feed.post/" in str(quoted.get("uri")):
            yield from each("quoted post", [quoted], lambda view: read_post(view, "value"))


def read_account(account: Mapping[str, Any]) -> Profile | None:
    """An account; lists of accounts tell no counts. None for one that is hidden from readers without log-in."""
    if is_hidden(account):
        return None
    marks, handle, did = account.get("verification") or {}, known_handle(account), need(account, "did", str)
    return Profile(
        platform="bluesky",
        handle=handle,
        id=did,
        url=f"https://bsky.app/profile/{handle or did}",
        name=(account.get("displayName") or "").strip() or None,
        text=tidy(account.get("description") or "") or None,
        verified="valid" in {marks.get("verifiedStatus"), marks.get("trustedVerifierStatus")} if marks else None,
        joined_at=moment(account.get("createdAt")),
        followers=exact(account.get("followersCount")),
        following=exact(account.get("followsCount")),
        posts=exact(account.get("postsCount")),
    )


def read_generator(view: Mapping[str, Any]) -> Profile:
    """A custom feed, as a community: its likes, and who made it in its address."""
    uri, maker = need(view, "uri", str), need(need(view, "creator", dict), "handle", str)
    key = uri.rpartition("/")[2]
    return Profile(
        platform="bluesky",
        handle=key,
        id=uri,
        url=f"https://bsky.app/profile/{maker}/feed/{key}",
        name=need(view, "displayName", str).strip(),
        text=tidy(view.get("description") or "") or None,
        likes=exact(view["likeCount"]),
    )


def read_profile(page: Page) -> Iterator[Part]:
    """One account with its counts, and where its posts are."""
    account = page.json
    read = read_account(account)
    if read is None:
        raise wall("login")
    for name in ("followersCount", "followsCount", "postsCount"):
        need(account, name, int)
    yield read
    yield Link("posts", page.absolute(xrpc("feed.getAuthorFeed", actor=account["did"], limit=100)), account["did"])


def thread_link(page: Page, uri: str) -> Link:
    """Where the answers to a post are."""
    return Link("thread", page.absolute(xrpc("feed.getPostThread", uri=uri, depth=100, parentHeight=80)), uri)


def read_feed(page: Page) -> Iterator[Part]:
    """A feed's posts, and where their threads are; of a repost the original alone, since it has the counts."""

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        post = need(item, "post", dict)
        yield from read_post(post)
        if post["replyCount"] and not item.get("reason"):
            yield thread_link(page, post["uri"])

    yield from each("post", need(page.json, "feed", list), read)


def read_thread(page: Page) -> Iterator[Part]:
    """A post with those above and below it; a thread that is cut at its depth leads on."""
    top = need(page.json, "thread", dict)
    if top.get("notFound"):
        raise gone("not-found")
    if top.get("blocked") or is_hidden(need(need(top, "post", dict), "author", dict)):
        raise wall("login")
    if page.query.get("depth", ["0"]) != ["0"] and top["post"]["replyCount"]:
        need(top, "replies", list)
    chain, above = [top], top.get("parent")
    while isinstance(above, dict) and "post" in above:
        chain.insert(0, above)
        above = above.get("parent")
    below = list(top.get("replies") or ())
    for node in below:
        below.extend(node.get("replies") or ())

    def read(node: Mapping[str, Any]) -> Iterator[Part]:
        if node.get("notFound") or node.get("blocked"):
            return
        post = need(node, "post", dict)
        yield from read_post(post)
        if post["replyCount"] and node.get("replies") is None and node not in chain:
            yield thread_link(page, post["uri"])

    yield from each("post", (*chain, *below), read)


def read_thread_v2(page: Page) -> Iterator[Part]:
    """A thread as the flat list of getPostThreadV2."""
    items = [need(item, "value", dict) for item in need(page.json, "thread", list)]
    shown = [value for value in items if "post" in value]
    if not shown:
        raise gone("not-found") if any("NotFound" in str(value.get("$type")) for value in items) else wall("login")
    yield from each("post", shown, lambda value: read_post(need(value, "post", dict)))


def read_records(page: Page) -> Iterator[Part]:
    """Posts as their author's own server keeps them: without handle and counts."""
    records = [page.json] if "value" in page.json else need(page.json, "records", list)

    def read(item: Mapping[str, Any]) -> Post:
        uri, said = need(item, "uri", str), need(item, "value", dict)
        owner = uri.removeprefix("at://").partition("/")[0]
        at = moment(need(said, "createdAt", str))
        return Post(
            platform="bluesky", id=uri, url=web_address(uri, owner), author_id=owner, published_at=at, **of_record(said)
        )

    yield from each("record", records, read)


def read_stream(page: Page) -> Iterator[Part]:
    """Lines kept from Jetstream, one event each: new posts alone, without handle and counts."""

    def read(event: Mapping[str, Any]) -> Post | None:
        if need(event, "kind", str) in {"identity", "account"}:
            return None
        commit = need(event, "commit", dict)
        collection = need(commit, "collection", str)
        if "." not in collection:
            raise LookupError("collection")
        if collection != "app.bsky.feed.post" or need(commit, "operation", str) == "delete":
            return None
        did, said = need(event, "did", str), need(commit, "record", dict)
        uri = f"at://{did}/app.bsky.feed.post/{need(commit, 'rkey', str)}"
        at = written_at(need(said, "createdAt", str), None)
        return Post(
            platform="bluesky", id=uri, url=web_address(uri, did), author_id=did, published_at=at, **of_record(said)
        )

    events = list(page.json_lines())
    read_now = list(each("event", events, read))
    if events and not read_now:
        raise empty()
    yield from read_now


def in_list(key: str, read: Callable[[Any], Any], inner: str = "") -> Callable[[Page], Iterator[Part]]:
    """A reader of answers that are a list under a key; ``inner`` is the key of the thing in each of its items."""

    def reader(page: Page) -> Iterator[Part]:
        items = need(page.json, key, list)
        yield from each(key, items, lambda item: read(need(item, inner, dict) if inner else item))

    return reader


def walked(read: Callable[[Page], Iterator[Part]]) -> Callable[[Page], Iterator[Part]]:
    """A reader that also tells an empty list, one of hidden accounts alone, and where the next page is."""

    def reader(page: Page) -> Iterator[Part]:
        lists = [value for value in page.json.values() if isinstance(value, list)]
        parts = list(read(page))
        yield from parts
        if not parts:
            raise empty() if lists == [[]] else wall("login")
        cursor = page.json.get("cursor")
        if cursor:
            kept = {name: values[0] for name, values in page.query.items()} | {"cursor": cursor}
            yield Link("next", f"{page.url.partition('?')[0]}?{urlencode(kept)}")

    return reader


def read_page(page: Page) -> Iterator[Part]:
    """A post or a profile as bsky.app serves it; the rounded numbers that its scripts draw are not read."""
    metas = page.metas
    told = {
        element.get("id", "").removeprefix("bsky_"): element.text_content().strip()
        for element in page.tree.iter("p")
        if element.get("id", "").startswith("bsky_")
    }
    if "visible only to people who are signed in" in told.get("post_text", "") and "did" not in told:
        raise wall("login")
    if not told.get("handle") and metas.get("og:type") not in {"article", "profile"}:
        raise wall("bot-check")
    handle, did = need(told, "handle", str), need(told, "did", str)
    name, about = told.get("display_name") or None, next((item for item in page.json_ld if "@type" in item), {})
    stating = b"InteractionCounter" in page.body or b"ld+json" in page.body
    if stating and (
        not about or about.get("@type") not in {"ProfilePage", "SocialMediaPosting", "DiscussionForumPosting"}
    ):
        raise drift("@type")
    if "post_text" not in told:
        person = need(about, "mainEntity", dict) if stating else {}
        own, others = (
            whole_tally(person.get(name) or []) for name in ("agentInteractionStatistic", "interactionStatistic")
        )
        if stating and not (own.keys() >= {"FollowAction", "WriteAction"} and "FollowAction" in others):
            raise drift("interactionStatistic")
        yield Profile(
            platform="bluesky",
            handle=handle,
            id=did,
            url=f"https://bsky.app/profile/{handle}",
            name=name,
            text=tidy(need(told, "profile_description", str, blank=True)) or None,
            joined_at=moment(about.get("dateCreated")),
            followers=exact(others.get("FollowAction")),
            following=exact(own.get("FollowAction")),
            posts=exact(own.get("WriteAction")),
        )
        return
    shown = {
        need(metas, f"twitter:label{n}", str): need(metas, f"twitter:value{n}", str)
        for n in "1234"
        if f"twitter:label{n}" in metas or f"twitter:value{n}" in metas
    }
    # A label is left out where its number is 0; JSON-LD states the 0, but adds quotes to reposts.
    stated = whole_tally(about.get("interactionStatistic") or [])
    if stating and not stated.keys() >= {"LikeAction", "CommentAction", "ShareAction"}:
        raise drift("interactionStatistic")
    if stating and not shown:
        raise drift("twitter:label1")
    address = need(metas, "og:url", str).partition("?")[0].rstrip("/")
    yield Post(
        platform="bluesky",
        id=f"at://{did}/app.bsky.feed.post/{address.rpartition('/')[2]}",
        url=web_address(address, handle),
        author=handle,
        author_id=did,
        author_name=name,
        text=tidy(told["post_text"]) or None,
        published_at=moment(metas.get("article:published_time") or need(told, "post_indexedat", str)),
        likes=exact(shown.get("Likes", stated.get("LikeAction"))),
        comments=exact(shown.get("Replies", stated.get("CommentAction"))),
        shares=exact(shown.get("Reposts", 0 if stated.get("ShareAction") == 0 else None)),
    )


def read_embed(page: Page) -> Iterator[Part]:
    """A post's oEmbed answer: its text and its address, no counts."""
    quote = Selector(need(page.json, "html", str)).css("blockquote.bluesky-embed")
    uri = quote.attrib["data-bluesky-uri"]
    name, _, handle = need(page.json, "author_name", str).rstrip(")").rpartition("@")
    yield Post(
        platform="bluesky",
        id=uri,
        url=web_address(uri, handle),
        author=handle,
        author_id=uri.removeprefix("at://").partition("/")[0],
        author_name=name.rstrip(" (") or None,
        text=plain_text(quote.css("p")[0].root),
        published_at=moment(quote.css("a")[-1].root.text_content().strip()),
        language=quote.css("p")[0].attrib.get("lang"),
    )


def read_rss(page: Page) -> Iterator[Part]:
    """An account's RSS feed: posts of its own without counts."""

    def read(entry: Entry) -> Post:
        uri, address = need(entry, "id", str), need(entry, "link", str)
        handle = address.partition("/profile/")[2].partition("/")[0]
        return Post(
            platform="bluesky",
            id=uri,
            url=web_address(uri, handle),
            author=handle,
            author_id=uri.removeprefix("at://").partition("/")[0],
            text=text_of(entry),
            published_at=time_of(entry, "published", "en"),
        )

    yield from each("entry", parse(page).entries, read)


LISTS = (
    ("feed.getPosts", "posts", read_post, ""),
    ("feed.getQuotes", "posts", read_post, ""),
    ("feed.searchPosts", "posts", read_post, ""),
    ("actor.getProfiles", "profiles", read_account, ""),
    ("actor.(searchActors(Typeahead)?|getSuggestions)", "actors", read_account, ""),
    ("feed.getActorFeeds", "feeds", read_generator, ""),
    ("feed.getFeedGenerators", "feeds", read_generator, ""),
    ("unspecced.getPopularFeedGenerators", "feeds", read_generator, ""),
    ("graph.getFollowers", "followers", read_account, ""),
    ("graph.getFollows", "follows", read_account, ""),
    ("feed.getLikes", "likes", read_account, "actor"),
    ("feed.getRepostedBy", "repostedBy", read_account, ""),
    ("graph.getList", "items", read_account, "subject"),
)
"""Methods that answer with one list: name, key of the list, reader of an item, key of the thing in the item."""


class Bluesky(PlatformSpider):
    """Bluesky and other AppViews of the AT Protocol."""

    name = "bluesky"
    about = About(
        title="Bluesky",
        anonymous="accounts with followers and posts; posts with likes, replies, reposts, quotes, bookmarks, all exact; threads; feeds",
        restricted="free-text search of posts (answers 403 without a log-in); accounts that ask to be hidden from readers without one",
        robots="allowed: crawling the public parts of the API; bsky.app refuses only /video-download",
        layouts={
            "XRPC: posts, threads": "2026-07",
            "XRPC: author feeds, profiles, searches": "2025-07",
            "XRPC: getPostThreadV2, records of a repository": "unproven",
            "page with meta tags and JSON-LD": "2026-01",
            "oEmbed, RSS": "unproven",
            "lines kept from Jetstream": "unproven",
        },
    )
    domains = ("bsky.app", "bsky.social", "bsky.network")
    addresses = {"profile": profile_url}
    readers = (
        Reader(r"/subscribe\?", read_stream),
        Reader(r"/app\.bsky\.actor\.getProfile\?", read_profile),
        Reader(r"/app\.bsky\.feed\.(getAuthorFeed|getFeed|getListFeed|getTimeline|getActorLikes)\b", walked(read_feed)),
        Reader(r"/app\.bsky\.feed\.getPostThread\?", read_thread),
        Reader(r"/app\.bsky\.unspecced\.getPostThreadV2\?", read_thread_v2),
        Reader(r"/com\.atproto\.repo\.(listRecords|getRecord)\?", read_records),
        Reader(r"/app\.bsky\.feed\.getFeedGenerator\?", lambda page: [read_generator(need(page.json, "view", dict))]),
        *(Reader(rf"/app\.bsky\.{method}\?", walked(in_list(key, read, inner))) for method, key, read, inner in LISTS),
        Reader(r"/oembed\?", read_embed),
        Reader(r"/profile/[^/]+/rss", read_rss),
        Reader(r"/profile/[^/?]+(/post/\w+)?/?($|\?)", read_page),
    )
    pause_seconds = 0.5  # 3000 requests in 5 minutes, "up to a handful concurrent requests should be ok"

    @staticmethod
    def post_url(native_id: str, url: str | None, site: str) -> str | None:
        """The API's address of a known post, without its thread."""
        return APPVIEW + xrpc("feed.getPostThread", uri=native_id, depth=0, parentHeight=0)

    @staticmethod
    def screen(page: Page) -> None:
        """A JSON error says what is the matter; search is closed to readers without log-in."""
        if page.status == 403 and "searchPosts" in page.path:
            raise wall("login")
        if page.status < 400 or not page.looks_json:
            return
        error, message = str(page.json.get("error")), str(page.json.get("message"))
        if error == "AccountTakedown" or "suspended" in message:
            raise gone("suspended")
        if error == "AccountDeactivated" or "deactivated" in message:
            raise gone("deleted")
        if error in {"NotFound", "RecordNotFound"} or "not found" in message.lower():
            raise gone("not-found")
        if error == "RateLimitExceeded":
            raise limited()
        if error.startswith("Auth") or error in {"ExpiredToken", "InvalidToken"} or page.status == 403:
            raise wall("login")

    @staticmethod
    def recognise(page: Page) -> bool:
        """Whether the address is a method of the AppView."""
        return "/xrpc/app.bsky." in page.url and page.looks_json
