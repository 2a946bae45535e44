"""X (Twitter): posts and profiles as saved from a browser, as its own scripts receive them, and as embeds.

Source: https://docs.x.com/x-api/fundamentals/data-dictionary
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

import lxml.html

from extractors.records import Count, Outcome, Post, Profile
from extractors.values.counts import count, exact
from extractors.values.ids import x_moment
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, limited, wall
from spiders.markup.notices import tell
from spiders.page import Page
from spiders.reading import Part, dig, need

STATUS = re.compile(r"/(\w{1,20})/status(?:es)?/(\d+)")
NAMED = re.compile(r"(.*) \(@(\w+)\)")
"""The title that a link preview gives a post."""
LISTED = re.compile(r"/(?:search|hashtag|home|explore|i|notifications)(?:/|$)")
"""Addresses that list many people's posts."""
SHELLS = ("JavaScript is not available", "x/migrate?tok=", "/x/migrate", 'id="react-root"', "ScriptLoadFailure")
HELD = re.compile(
    r"<article|data-tweet-id|UserProfileSchema|ProfileNav-item|://status\?id=|application/ld\+json\W? data-"
    r"|data-testid=\W?(?:primaryColumn|tweet)|<time datetime|\) on X",
    re.IGNORECASE,
)
"""What a page that shows anything holds, by whatever name."""
LABEL_WORDS = {
    "saves": r"bookmark|guardado|marcador|elemento guardado|signet|lesezeichen|ブックマーク|书签|書籤|segnalib|закладк|북마크|yer işaret|markah"
    r"|bladwijzer|zakład|إشار",
    "views": r"view|visualiz|reprodu|ansicht|aufruf|angezeigt|vues?\b|件の表示|次观看|次觀看|visualisat|просмотр|조회|görüntül|gösterim|tayangan"
    r"|weergav|wyświetl|مشاهد",
}
"""What the label of a post's counters calls those that have no button of their own."""
ERRORS = {
    17: "not-found",
    34: "not-found",
    50: "not-found",
    63: "suspended",
    144: "not-found",
    179: "private",
    421: "deleted",
    422: "deleted",
}


REFUSALS = {"suspended": "suspended", "Not Found Error": "not-found", "Authorization Error": "private"}
"""Why a thing is gone of which version 2 of the API tells an error alone, by the error's words."""
HIDDEN = (
    (r"age.restricted|adult content|sensitive", Outcome.WALL, "age"),
    (r"suspend", Outcome.GONE, "suspended"),
    (r"violat", Outcome.GONE, "violation"),
    (r"limit|protected", Outcome.GONE, "private"),
    (r"delet|no longer exists|unavailable", Outcome.GONE, "deleted"),
)
"""What stands in place of a post that is not shown, in the order in which its words are looked for."""
VIEWS_SINCE = datetime(2022, 12, 15, tzinfo=UTC)
SHOWN = {"Tweet", "TweetWithVisibilityResults", "User", "Community"}
ENTRIES = {"TimelineAddEntries": "entries", "TimelinePinEntry": "entry", "TimelineAddToModule": "moduleItems"}
"""Which instructions of a timeline bring items, and under which key."""


def post_url(author: str, number: str) -> str:
    """The canonical address of a post."""
    return f"https://x.com/{author}/status/{number}"


# --- What X's own scripts receive -------------------------------------------------------------------------------------


def read_graphql(page: Page) -> Iterator[Part]:
    """A GraphQL answer: one account, one post with its thread, or a timeline."""
    body = page.json
    data = body.get("data") if isinstance(body, dict) else None
    if not data or not any(data.values()):
        # A post that is not there is an empty object beside no error.
        raise error_of(body) or (gone("not-found") if data and data.get("tweetResult") == {} else drift("data"))
    instructions = found_first(data, "instructions")
    if instructions is not None:
        entries = list(entries_of(instructions))
        if not entries and any(need(item, "type", str) == "TimelineAddEntries" for item in instructions):
            raise empty()
        yield from each("entry", entries, read_entry)
    elif "user" in data or "user_result_by_screen_name" in data:
        # Until 2022 the account stood there itself, without a wrapping result.
        holder = data.get("user") or data["user_result_by_screen_name"]
        yield read_user(holder if "rest_id" in holder else available(need(holder, "result", dict)))
    elif "communityResults" in data:
        yield from read_community(available(need(data["communityResults"], "result", dict)))
    elif isinstance(data.get("users"), list):
        yield from each("user", data["users"], lambda one: read_user(available(need(one, "result", dict))))
    elif isinstance(data.get("tweetResult"), list):
        # One that is not there any more is an empty object.
        found = [one["result"] for one in data["tweetResult"] if one != {}]
        if not found:
            raise gone("not-found")
        yield from each("post", found, read_result)
    else:
        yield from read_result(need(data["tweetResult"], "result", dict))


def read_first_api(page: Page) -> Iterator[Part]:
    """Statuses or accounts of the API's version 1.1, and what the site's own scripts received from 2019 to 2021."""
    body, tables = page.json, {}
    if isinstance(body, dict) and "globalObjects" in body:
        tables = need(body, "globalObjects", dict)
        items = list(need(tables, "tweets", dict, blank=True).values())
    elif isinstance(body, dict) and ("statuses" in body or "users" in body):
        items = need(body, "statuses" if "statuses" in body else "users", list, blank=True)
    else:
        items = body if isinstance(body, list) else [body]
    if not items:
        raise empty()
    told = error_of(body)
    if told:
        raise told

    def read(item: Mapping[str, Any]) -> Iterator[Part]:
        if "followers_count" in item:
            yield read_user({"rest_id": need(item, "id_str", str), "legacy": item})
        else:
            yield from read_result(as_result(item, tables))

    yield from each("status", items, read)


def as_result(status: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """A status as GraphQL tells it; replies and quotes were counted in paid answers and for the site's own scripts alone."""
    inner = {}
    for name in ("retweeted_status", "quoted_status"):
        other = status.get(name) or tables.get("tweets", {}).get(status.get(f"{name}_id_str"))
        inner[f"{name}_result"] = {"result": as_result(other, tables)} if other else None
    user = status["user"] if "user" in status else need(tables, "users", dict)[need(status, "user_id_str", str)]
    extended = status.get("extended_tweet") or status
    return {
        "__typename": "Tweet",
        "rest_id": need(status, "id_str", str),
        "legacy": ({} if tables else {"reply_count": None, "quote_count": None})
        | dict(status)
        | {
            "full_text": extended["full_text"] if "full_text" in extended else need(status, "text", str),
            "retweeted_status_result": inner["retweeted_status_result"],
        },
        "core": {"user_results": {"result": {"rest_id": need(user, "id_str", str), "legacy": user}}},
        "quoted_status_result": inner["quoted_status_result"],
    }


def entries_of(instructions: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The items of a timeline: the pinned one, single entries, and those of a conversation; cursors are none."""
    for instruction in instructions:
        where = ENTRIES.get(need(instruction, "type", str))
        entries: Any = instruction[where] if where else []
        for entry in entries if isinstance(entries, list) else [entries]:
            content = entry.get("content") or entry["item"]
            kind = content.get("entryType") or content.get("__typename") or "TimelineTimelineItem"
            if kind == "TimelineTimelineModule":
                yield from (need(item, "item", dict) for item in content["items"])
            elif kind != "TimelineTimelineCursor":
                yield content


def read_entry(content: Mapping[str, Any]) -> Iterator[Part]:
    """One item of a timeline; a suggested account or a heading is no record."""
    item = need(content, "itemContent", dict)
    kind = item.get("itemType") or item["__typename"]
    if kind == "TimelineTweet":
        result = item["tweet_results"].get("result")
        if result:
            yield from read_result(result)
        elif "result" in item["tweet_results"]:
            raise LookupError("result")
    elif kind == "TimelineUser" and item.get("userDisplayType") != "UserDetailed" and item["user_results"] != {}:
        yield read_user(available(item["user_results"]["result"]))


def available(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """The result itself, or the ending that it tells."""
    kind = need(result, "__typename", str)
    if kind == "UserUnavailable":
        raise gone("suspended" if result.get("reason") == "Suspended" else "not-found")
    if kind == "TweetTombstone":
        tell(str(result.get("tombstone", "")), HIDDEN)
        raise gone("deleted")
    if kind == "TweetUnavailable":
        reason = result.get("reason")
        raise wall("age") if reason == "NsfwLoggedOut" else gone("private" if reason == "Protected" else "not-found")
    if kind not in SHOWN:
        raise LookupError("__typename")
    return need(result, "tweet", dict) if kind == "TweetWithVisibilityResults" else result


def read_result(result: Mapping[str, Any]) -> Iterator[Part]:
    """One post; a repost gives two records, since the counts are the original's; a quoted post is a record too."""
    result = available(result)
    legacy, author = need(result, "legacy", dict), result["core"]["user_results"]["result"]
    who = author.get("core") or author["legacy"]
    original = (legacy.get("retweeted_status_result") or {}).get("result")
    quoted = (result.get("quoted_status_result") or {}).get("result")
    number, handle = need(result, "rest_id", str), need(who, "screen_name", str)
    note = result.get("note_tweet")
    text = note["note_tweet_results"]["result"]["text"] if note else legacy["full_text"]
    if not original and text.startswith("RT @") and legacy.get("retweet_count") and not legacy["favorite_count"]:
        raise LookupError("retweeted_status_result")
    entities = legacy.get("entities", {})
    shown, counted = not original, "views" in result or "bookmark_count" in legacy
    yield Post(
        platform="x",
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_id=need(author, "rest_id", str),
        author_name=who["name"],
        text=None if original else plain_text(unescape(text)),
        published_at=moment(need(legacy, "created_at", str)),
        likes=exact(legacy["favorite_count"]) if shown else None,
        comments=exact(legacy["reply_count"]) if shown else None,
        shares=exact(legacy["retweet_count"]) if shown else None,
        quotes=exact(legacy["quote_count"]) if shown else None,
        saves=exact(legacy["bookmark_count"]) if shown and counted else None,
        views=views_of(need(result, "views", dict)) if shown and counted else None,
        in_reply_to=legacy.get("in_reply_to_status_id_str"),
        repost_of=need(original.get("tweet", original), "rest_id", str) if original else None,
        quote_of=legacy.get("quoted_status_id_str") if shown else None,
        hashtags=tuple(tag["text"].lower() for tag in entities.get("hashtags", ())),
        links=tuple(link["expanded_url"] for link in entities.get("urls", ()) if link.get("expanded_url")),
        language=language_of(legacy.get("lang")),
    )
    yield read_user(author)
    if original:
        yield from read_result(original)
    if quoted and shown and quoted.get("__typename") not in {"TweetTombstone", "TweetUnavailable"}:
        yield from read_result(quoted)


def views_of(views: Mapping[str, Any]) -> Count | None:
    """How often a post was seen; a state tells whether that is counted."""
    return exact(views["count"] if "Count" in need(views, "state", str) else views.get("count"))


def language_of(code: str | None) -> str | None:
    """X's own codes for "undetermined" and the like are no language."""
    return None if code in {None, "und", "zxx", "qme", "qst", "qht", "qam", "qct", "art"} else code


def read_community(community: Mapping[str, Any]) -> Iterator[Part]:
    """A community as a profile, its members as followers; or a page of its members."""
    slices = [community[name] for name in ("members_slice", "moderators_slice") if name in community]
    if slices:
        people = need(slices[0], "items_results", list)
        yield from each("member", people, lambda one: read_user(available(one["result"])))
        return
    number = need(community, "rest_id", str)
    yield Profile(
        platform="x",
        id=number,
        url=f"https://x.com/i/communities/{number}",
        name=one_line(need(community, "name", str)),
        text=plain_text(need(community, "description", str, blank=True)) or None,
        joined_at=epoch(community.get("created_at"), 0.001),
        followers=exact(community["member_count"]),
    )


def read_user(user: Mapping[str, Any]) -> Profile:
    """An account in the layout of 2026, where its name and counts left ``legacy``, or in the one before."""
    legacy = user.get("legacy") or {}
    who = user.get("core") or legacy
    related, posted = user.get("relationship_counts") or {}, user.get("tweet_counts") or {}
    handle = need(who, "screen_name", str)
    if "about_profile" in user or "community_role" in user:
        # What such answers tell of an account is who it is, without its numbers.
        number = need(user, "rest_id", str)
        return Profile(platform="x", handle=handle, id=number, url=f"https://x.com/{handle}", name=who["name"])
    return Profile(
        platform="x",
        handle=handle,
        id=need(user, "rest_id", str),
        url=f"https://x.com/{handle}",
        name=who["name"],
        text=plain_text(user["profile_bio"]["description"] if "profile_bio" in user else legacy["description"]) or None,
        joined_at=moment(need(who, "created_at", str)),
        followers=exact(related["followers"] if related else legacy["followers_count"]),
        following=exact(related["following"] if related else legacy["friends_count"]),
        posts=exact(posted["tweets"] if posted else legacy["statuses_count"]),
    )


def read_second_api(page: Page) -> Iterator[Part]:
    """An answer of the API's version 2: posts or accounts, with what was asked to stand beside them."""
    body = page.json
    if not dig(body, "data"):
        if dig(body, "meta", "result_count") == 0:
            raise empty()
        told = " ".join(f"{error.get('title')} {error.get('detail')}" for error in dig(body, "errors") or ())
        raise next((gone(reason) for words, reason in REFUSALS.items() if words in told), None) or drift("data")
    beside: Mapping[str, Any] = body.get("includes") or {}
    items = body["data"] if isinstance(body["data"], list) else [need(body, "data", dict)]
    users, posts = ({item["id"]: item for item in beside.get(name) or ()} for name in ("users", "tweets"))
    asked = {*fields_of(page, "tweet.fields"), *fields_of(page, "user.fields")}
    asked |= {f"beside {field}" for field in fields_of(page, "expansions")}
    about = [one for item in items for one in item.get("referenced_tweets") or () if one["type"] != "replied_to"]
    originals = [posts[one["id"]] for one in about if one["id"] in posts]
    accounts = all("text" not in item and "username" in item for item in items)
    if not accounts:
        yield from each("post", [*items, *originals], lambda item: read_tweet(item, users, asked))
    yield from each("account", items if accounts else users.values(), lambda user: read_member(user, asked))


def fields_of(page: Page, name: str) -> list[str]:
    """What an address asks for under a name."""
    return ",".join(page.query.get(name, ())).split(",")


def read_tweet(item: Mapping[str, Any], users: Mapping[str, Any], asked: Collection[str]) -> Post:
    """A post of version 2; it tells what was asked for. Of a repost the counts are the original's."""
    number, text = need(item, "id", str), need(item, "text", str)
    beside = {need(one, "type", str): need(one, "id", str) for one in item.get("referenced_tweets") or ()}
    told = {"author_id", "created_at", "public_metrics"} & ({*asked} | item.keys())
    author = need(item, "author_id", str) if "author_id" in told else None
    writer = users.get(author or "")
    if "beside author_id" in asked and writer is None:
        raise LookupError("users")
    handle = need(writer, "username", str) if writer else None
    counts = need(item, "public_metrics", dict) if "public_metrics" in told else None
    repost = beside.get("retweeted", beside.get("reposted"))
    if text.startswith("RT @") and counts and not counts["like_count"] and not repost:
        if "referenced_tweets" in asked and reposted(counts):
            raise LookupError("referenced_tweets")
        repost = ""
    if repost is not None:
        counts = None
    entities, note = item.get("entities") or {}, dig(item, "note_tweet", "text")
    made = moment(need(item, "created_at", str)) if "created_at" in told else x_moment(number)
    counted = counts is not None and "bookmark_count" in counts
    seen = exact(counts["impression_count"] if counted else counts.get("impression_count")) if counts else None
    return Post(
        platform="x",
        id=number,
        url=post_url(handle, number) if handle else None,
        author=handle,
        author_id=author,
        author_name=need(writer, "name", str) if writer else None,
        text=None if repost else plain_text(unescape(note or text)),
        published_at=made,
        likes=exact(counts["like_count"]) if counts else None,
        comments=exact(counts["reply_count"]) if counts else None,
        shares=exact(reposted(counts)) if counts else None,
        quotes=exact(counts["quote_count"]) if counts else None,
        saves=exact(counts.get("bookmark_count")) if counts else None,
        # Of posts from before views were counted the answer says 0.
        views=seen if seen and (seen.low or (made and made.at >= VIEWS_SINCE)) else None,
        in_reply_to=beside.get("replied_to"),
        repost_of=repost or None,
        quote_of=beside.get("quoted"),
        hashtags=tuple(need(tag, "tag", str).lower() for tag in entities.get("hashtags") or ()),
        links=tuple(link["expanded_url"] for link in entities.get("urls") or () if link.get("expanded_url")),
        language=language_of(item.get("lang")),
    )


def reposted(counts: Mapping[str, Any]) -> Any:
    """How often a post was reposted, by its newer name or the one before."""
    return counts["repost_count"] if "repost_count" in counts else counts["retweet_count"]


def read_member(user: Mapping[str, Any], asked: Collection[str]) -> Profile:
    """An account of version 2; its counts where they were asked for."""
    handle, counted = need(user, "username", str), "public_metrics" in {*asked} | user.keys()
    counts = need(user, "public_metrics", dict) if counted else None
    return Profile(
        platform="x",
        handle=handle,
        id=need(user, "id", str),
        url=f"https://x.com/{handle}",
        name=need(user, "name", str),
        text=plain_text(unescape(user["description"] if "description" in asked else user.get("description", "")))
        or None,
        joined_at=moment(need(user, "created_at", str) if "created_at" in user else None),
        followers=exact(counts["followers_count"]) if counts else None,
        following=exact(counts["following_count"]) if counts else None,
        posts=exact(counts["tweet_count"]) if counts else None,
    )


def found_first(value: Any, key: str, depth: int = 8) -> Any:
    """The first list or object under a key, not deeper than ``depth``."""
    if depth and isinstance(value, dict):
        if key in value:
            return value[key]
        for item in value.values():
            found = found_first(item, key, depth - 1)
            if found is not None:
                return found
    return None


def error_of(body: Any) -> Exception | None:
    """The ending that an answer's list of errors tells."""
    errors = body.get("errors") if isinstance(body, dict) else None
    code = errors[0].get("code") if errors else None
    if code == 88:
        return limited()
    if code in {32, 64, 89, 99, 135, 215, 326, 353}:
        return wall("login")
    return gone(ERRORS[code]) if code in ERRORS else None


def read_syndication(page: Page) -> Iterator[Part]:
    """The answer behind an embedded post, and the post that it quotes."""
    tweet = page.json
    if tweet.get("__typename") == "TweetTombstone":
        available(tweet)
    yield read_embedded(tweet)
    if tweet.get("quoted_tweet"):
        yield read_embedded(tweet["quoted_tweet"])


def read_embedded(tweet: Mapping[str, Any]) -> Post:
    """One embedded post; its replies are called conversation_count, those of a quoted one reply_count."""
    user, number = need(tweet, "user", dict), need(tweet, "id_str", str)
    quoted = tweet.get("quoted_tweet")
    return Post(
        platform="x",
        id=number,
        url=post_url(need(user, "screen_name", str), number),
        author=user["screen_name"],
        author_id=need(user, "id_str", str),
        author_name=user["name"],
        text=plain_text(unescape(need(tweet, "text", str, blank=True))),
        published_at=moment(need(tweet, "created_at", str)),
        likes=exact(tweet["favorite_count"]),
        comments=exact(tweet["conversation_count"] if "conversation_count" in tweet else tweet["reply_count"]),
        shares=exact(tweet.get("retweet_count")),
        in_reply_to=tweet.get("in_reply_to_status_id_str"),
        quote_of=quoted["id_str"] if quoted else None,
        hashtags=tuple(tag["text"].lower() for tag in tweet["entities"].get("hashtags", ())),
        language=language_of(tweet.get("lang")),
    )


def read_oembed(page: Page) -> Iterator[Part]:
    """An oEmbed answer: author and text, no counts; the time is in the id."""
    answer = page.json
    found = STATUS.search(need(answer, "url", str))
    block = lxml.html.fromstring(need(answer, "html", str))
    paragraph = block.find(".//p")
    if found is None or paragraph is None:
        raise drift("url" if found is None else "html p")
    handle = need(answer, "author_url", str).rstrip("/").rpartition("/")[2]
    yield Post(
        platform="x",
        id=found[2],
        url=post_url(handle, found[2]),
        author=handle,
        author_name=need(answer, "author_name", str),
        text=plain_text(paragraph),
        published_at=x_moment(found[2]),
        language=language_of(paragraph.get("lang")),
    )


# --- Pages as a browser shows them ------------------------------------------------------------------------------------


def read_page(page: Page) -> Iterator[Part]:
    """A page of today's site, rendered; else the old server's; else the few meta tags meant for link previews."""
    articles = page.xpath("//article[@data-testid='tweet']")
    schema = [item for item in page.json_ld if item.get("@type") == "ProfilePage"]
    # A post that can't be shown is an article, too: a sentence without a time.
    others = page.xpath("//article[not(@data-testid='tweet')]")
    if any(other.root.find(".//time") is not None or other.css("[data-testid]") for other in others):
        raise drift("article")
    if others and not articles and not schema and not re.search('["“„«「]', page.css("title::text").get("")):
        # The title of a post that is there quotes it.
        tell(others[0].root.text_content(), HIDDEN)
    if others and not articles:
        raise drift("article")
    if not schema and articles and not STATUS.search(page.path) and not LISTED.match(page.path):
        raise drift("ProfilePage")
    if schema:
        account = read_schema(need(schema[0], "mainEntity", dict), schema[0])
        if not articles and not page.css("[data-testid=emptyState]") and (account.posts is None or account.posts.low):
            raise drift("article")
        yield account
    if articles:
        yield from each("article", [article.root for article in articles], read_article)
    elif page.tree.xpath("boolean(//*[@data-tweet-id])") or "ProfileNav-item" in page.text:
        yield from read_old(page)
    elif not schema:
        yield read_preview(page) if STATUS.search(page.metas.get("og:url", "")) else read_account_preview(page)


def read_schema(person: Mapping[str, Any], schema: Mapping[str, Any]) -> Profile:
    """The account of a profile page, whose exact counts stand only in its JSON-LD."""
    numbers = {
        need(item, "name", str): exact(item["userInteractionCount"])
        for item in need(person, "interactionStatistic", list)
    }
    return Profile(
        platform="x",
        handle=need(person, "additionalName", str),
        id=need(person, "identifier", str),
        url=f"https://x.com/{person['additionalName']}",
        name=need(person, "name", str),
        text=plain_text(need(person, "description", str, blank=True)) or None,
        joined_at=moment(need(schema, "dateCreated", str)),
        followers=numbers["Follows"],
        following=numbers.get("Friends"),
        posts=numbers.get("Tweets"),
    )


def read_article(article: lxml.html.HtmlElement) -> Post:
    """One rendered post. Its label leaves zero counts out, its buttons state them."""
    quoted = set(article.xpath(".//div[@role='link'][.//*[@data-testid='User-Name']]//*"))

    def own(path: str) -> list[Any]:
        return [element for element in article.xpath(path) if element not in quoted]

    stamps = own(".//a[contains(@href, '/status/')][.//time]")
    found = STATUS.search(stamps[0].get("href")) if stamps else None
    if found is None:
        raise LookupError("time")
    handle, number = found.groups()
    texts, labels = own(".//*[@data-testid='tweetText']"), own(".//*[@role='group']/@aria-label")
    if not labels:
        raise LookupError("counters")
    if not texts and own(".//div[@lang]"):
        raise LookupError("tweetText")
    name = own(".//*[@data-testid='User-Name']//a")[0]
    quotes = [
        STATUS.search(a.get("href", "")) for a in article.xpath(".//div[@role='link']//a[contains(@href, '/status/')]")
    ]
    return Post(
        platform="x",
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_name=one_line(name.text_content()),
        text=plain_text(texts[0]) if texts else None,
        published_at=moment(need(stamps[0].find(".//time").attrib, "datetime", str)),
        likes=button(article, "like", "unlike"),
        comments=button(article, "reply"),
        shares=button(article, "retweet", "unretweet"),
        saves=saved(article) or labelled(labels[-1], "saves"),
        views=seen(own(".//a[contains(@href, '/analytics')]/@aria-label")) or labelled(labels[-1], "views"),
        quote_of=next((found[2] for found in quotes if found and found[2] != number), None),
        hashtags=tuple(a.text_content().lstrip("#").lower() for a in own(".//a[contains(@href, '/hashtag/')]")),
        language=language_of(texts[0].get("lang")) if texts else None,
    )


def button(article: lxml.html.HtmlElement, *names: str) -> Count | None:
    """The number in a button's label; a label without one states nothing. Every post has its buttons."""
    labels = [label for name in names for label in article.xpath(f".//*[@data-testid='{name}']/@aria-label")]
    if not labels:
        raise LookupError(names[0])
    # Where a number leads or follows its word is the language's choice.
    return next((count(label) for label in labels if re.search(r"\d", label)), None)


def saved(article: lxml.html.HtmlElement) -> Count | None:
    """The number of bookmarks on its button, which not every post has."""
    try:
        return button(article, "bookmark", "removeBookmark")
    except LookupError:
        return None


def seen(labels: list[str]) -> Count | None:
    """The number in the label of the link to a post's analytics, whatever its language."""
    return next((count(label) for label in labels if re.search(r"\d", label)), None)


def labelled(label: str, name: str) -> Count | None:
    """The number that the label of all counters gives by the word beside it: ``10 replies, 27 likes, 11424 views``."""
    for part in re.split(r",\s+|、|，", label):
        if re.search(LABEL_WORDS[name], part, re.IGNORECASE):
            return count(part)
    return None


def read_old(page: Page) -> Iterator[Part]:
    """Pages that the server wrote until 2020: each post carries its data in attributes."""
    followers = page.xpath("//*[contains(@class, 'ProfileNav-item--followers')]//@data-count").get()
    tweets = page.xpath("//*[@data-tweet-id][contains(concat(' ', @class, ' '), ' tweet ')]")
    if followers:
        account = read_old_profile(page, followers)
        if not tweets and account.posts and account.posts.low and "ProtectedTimeline" not in page.text:
            raise drift("data-tweet-id")
        yield account
    elif "ProfileHeaderCard" in page.text and not STATUS.search(page.path):
        raise drift("ProfileNav-item--followers")
    yield from each("tweet", [tweet.root for tweet in tweets], read_old_tweet)


def read_old_tweet(tweet: lxml.html.HtmlElement) -> Post:
    """One post of the old server."""
    data = tweet.attrib
    number, handle = need(data, "data-tweet-id", str), need(data, "data-screen-name", str)
    quoted = tweet.xpath(".//*[contains(@class, 'QuoteTweet-innerContainer')]/@data-item-id")
    texts = tweet.xpath(".//*[contains(concat(' ', @class, ' '), ' tweet-text ')][not(contains(@class, 'QuoteTweet'))]")
    times = tweet.xpath(".//@data-time")
    numbers = {
        name: tweet.xpath(f".//*[contains(@class, 'ProfileTweet-action--{name}')]//@data-tweet-stat-count")
        for name in ("reply", "retweet", "favorite")
    }
    return Post(
        platform="x",
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_id=need(data, "data-user-id", str),
        author_name=need(data, "data-name", str),
        text=plain_text(texts[0]),
        published_at=epoch(times[0]),
        likes=exact(numbers["favorite"][0]),
        comments=exact(numbers["reply"][0]),
        shares=exact(numbers["retweet"][0]),
        quote_of=quoted[0] if quoted else None,
        hashtags=tuple(
            tag.text_content().lstrip("#").lower()
            for tag in texts[0].xpath(".//a[contains(@class, 'twitter-hashtag')]")
        ),
        language=language_of(texts[0].get("lang")),
    )


def read_old_profile(page: Page, followers: str) -> Profile:
    """The account of an old profile page."""

    def number(name: str) -> Count | None:
        return exact(page.xpath(f"//*[contains(@class, 'ProfileNav-item--{name}')]//@data-count").get())

    handle = page.xpath("//*[contains(@class, 'ProfileHeaderCard-screenname')]//b/text()").get()
    bios, names = page.css(".ProfileHeaderCard-bio"), page.css(".ProfileHeaderCard-nameLink")
    if not handle or not bios or not names:
        raise drift("ProfileHeaderCard-" + ("screenname" if not handle else "bio" if names else "nameLink"))
    return Profile(
        platform="x",
        handle=handle,
        id=page.xpath("//*[contains(@class, 'ProfileNav')]/@data-user-id").get(),
        url=f"https://x.com/{handle}",
        name=one_line(names[0].root.text),
        text=plain_text(bios[0].root) or None,
        followers=exact(followers),
        following=number("following"),
        posts=number("tweets"),
    )


def read_preview(page: Page) -> Post:
    """The few meta tags of a link preview: author and text; the time is in the id."""
    found = STATUS.search(need(page.metas, "og:url", str))
    named = NAMED.match(need(page.metas, "og:title", str))
    if found is None or named is None:
        raise drift("og:url" if found is None else "og:title")
    return Post(
        platform="x",
        id=found[2],
        url=post_url(named[2], found[2]),
        author=named[2],
        author_name=named[1],
        text=plain_text(unescape(need(page.metas, "og:description", str))),
        published_at=x_moment(found[2]),
    )


def read_account_preview(page: Page) -> Profile:
    """The few meta tags of an account's link preview: its names, no numbers."""
    named = NAMED.match(need(page.metas, "og:title", str))
    where = re.fullmatch(r"https?://(?:\w+\.)?(?:x|twitter)\.com/(\w{1,20})/?", need(page.metas, "og:url", str))
    if named is None or where is None or where[1].lower() != named[2].lower():
        raise drift("og:title" if named is None else "og:url")
    return Profile(platform="x", handle=named[2], url=f"https://x.com/{named[2]}", name=named[1])


def ending_of_state(page: Page) -> Exception | None:
    """What the notice in place of a post or profile says, by its testid and words."""
    notice = " ".join(
        page.css("[data-testid='emptyState'] *::text, [data-testid='error-detail'] *::text").getall()
    ).lower()
    if "suspend" in notice:
        return gone("suspended")
    if re.search(r"protected|only approved followers", notice):
        return gone("private")
    if re.search(r"doesn.t exist|no existe|existiert nicht|n.existe pas", notice):
        return gone("not-found")
    return wall("age") if re.search(r"age.restricted|sensitive", notice) else None


class X(PlatformSpider):
    """X, formerly Twitter."""

    name = "x"
    about = About(
        title="X",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages: posts with likes, replies, reposts, bookmarks, views, and profiles with exact followers; the official API, paid per read",
        robots="forbidden (`Disallow: /` for all; embeds too)",
        layouts={
            "rendered page": "2026-01",
            "GraphQL answers": "2026-08",
            "syndication answer": "2026-08",
            "API 1.1, and answers of 2019 to 2021": "unproven",
            "API 2": "unproven",
            "link-preview page": "2025-12",
            "oEmbed": "2024-06",
            "old server's pages": "2019-05",
        },
    )
    domains = ("x.com", "twitter.com", "cdn.syndication.twimg.com")
    readers = (
        Reader(r"/oembed", read_oembed),
        Reader(r"/tweet-result", read_syndication),
        Reader(
            r"/1\.1/(statuses|search|users|friends|followers|favorites|lists)/|/2/(search|timeline)/", read_first_api
        ),
        Reader(r"^api\.(?:x|twitter)\.com/2/", read_second_api),
        Reader(r"/graphql/|/i/api/", read_graphql),
        Reader(r"", read_page),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in pages, shells that hold nothing, notices, and errors told in JSON."""
        if page.looks_json:
            if page.status != 200:
                told = error_of(page.json)
                if told:
                    raise told
            return
        if "/i/flow/login" in page.url or page.path == "/login":
            raise wall("login")
        if page.status != 200 or "/oembed" in page.url:
            return
        if page.tree.find(".//article") is None:
            told = ending_of_state(page)
            if told:
                raise told
        if not HELD.search(page.text) and any(shell in page.text for shell in SHELLS):
            raise wall("bot-check")
