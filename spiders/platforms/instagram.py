"""Instagram: posts and profiles from what a page's meta tags say, from the data of older pages, from its JSON, and embeds.

Source: https://developers.facebook.com/docs/instagram-platform/oembed, and for the fields the Graph API's reference of media
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import lxml.html

from extractors.records import Count, Outcome, Post, PostKind, Profile, Reading
from extractors.values.counts import count, exact
from extractors.values.ids import shortcode, shortcode_moment
from extractors.values.moments import epoch, moment
from extractors.values.text import plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, limited, wall
from spiders.markup.comments import classes
from spiders.markup.relay import blocks, under
from spiders.markup.scripts import script_value
from spiders.markup.shapes import language_of
from spiders.page import Page, parse_json
from spiders.reading import Part, need, need_number

POST = re.compile(r"/(p|reel|reels|tv)/([\w-]{5,})")
NAMED = re.compile(r"^\s*(.*?)\s*\(?@([\w.]+)\)?", re.DOTALL)
TITLED = re.compile(
    r"^\s*(?P<name>.*?)\s+\S{1,4}\s+Instagram(?:ie)?(?:\s+\w{2})?"
    r"(?:\s?[:：]\s*[\"“„«「『]\s?(?P<text>.*?)\s?[\"”“»」』]?\.?)?\s*$",
    re.DOTALL,
)
"""Whose post it is, and the caption where it has one."""
TITLED_BEFORE = re.compile(
    r"^\s*Instagram(?:\s上的|の|의|['’]da)\s?(?P<name>.*?)(?:さん|님)?(?:\s?[:：]\s*[\"“„«「『](?P<text>.*?)[\"”“»」』]?\.?)?\s*$",
    re.DOTALL,
)
"""The same in languages that name Instagram first."""
CREDITED = re.compile(r"^\s*([^:\"“”「]*?)\s*\(@([\w.]+)\)")
"""Whose post it is, as descriptions said until 2021."""
TOTALS = re.compile(r"^\s*(.*?)(?:\s+[-–—―]\s+(.*))?$", re.DOTALL)
LIKES = re.compile(
    r"like|me gusta|gefällt|aime|mi piace|curtid|vind.*leuk|gilla|いいね|赞|讚|좋아요|нравится|suka|beğen|polub|liker|godt|thích|إعجاب",
    re.IGNORECASE,
)
TALK = re.compile(
    r"comm?ent|koment|kommentar|reactie|коммент|コメント|评论|評論|留言|則回|댓글|yorum|bình luận|تعليق", re.IGNORECASE
)
COUNTER = re.compile(
    r"\W*(?:gefällt|いいね|コメント|フォロワー|フォロー中|投稿|팔로워|팔로잉|게시물|좋아요|댓글)?\W*\d", re.IGNORECASE
)
"""How a counter begins: its number, or in some languages its word."""
BETWEEN = re.compile(r",\s+|、\s*|،\s*|，\s*")
"""What stands between two counters."""
HASHTAG = re.compile(r"#(\w+)")
ONE = ("xdt_api__v1__media__shortcode__web_info", "xdt_api__v1__media__media_id_web_info")
"""Where answers of since 2023 hold a post."""
TALKS = (
    "xdt_api__v1__media__media_id__comments__connection",
    "xdt_api__v1__media__media_id__comments__parent_comment_id__child_comments__connection",
)
TIMELINE = "xdt_api__v1__feed__user_timeline_graphql_connection"
ROOTS = (*ONE, *TALKS, TIMELINE, "xdt_shortcode_media")
OPEN_POST, OPEN_USERS = "xig_polaris_media", ("xig_user_by_username", "xig_user_by_igid_v2")
"""Where pages of 2026 hold what they show to a reader without log-in."""
OPEN_LISTS = ("polaris_ordered_timeline_connection", "polaris_timeline_connection")
LISTS = ("edge_hashtag_to_media", "edge_hashtag_to_top_posts", "edge_location_to_media", "edge_location_to_top_posts")
"""What the page of a tag or a place lists."""
DISCOVERED = re.compile(r"business_discovery\.username\(([\w.]+)\)")
NO_EMBED = re.compile(r"EmbedIsBroken|may be broken, or the (?:post|photo|video)")


def post_url(code: str) -> str:
    """The address of a post by its shortcode."""
    return f"https://www.instagram.com/p/{code}/"


def hashtags_of(text: str | None) -> tuple[str, ...]:
    """The tags in a caption."""
    return tuple(dict.fromkeys(tag.lower() for tag in HASHTAG.findall(text or "")))


def shown_counts(head: str, language: str | None) -> list[tuple[str, Count]]:
    """The counters of a description's beginning, each with its words: ``534K likes, 5,064 comments``."""
    return [
        (part, number)
        for part in BETWEEN.split(head)
        if COUNTER.match(part) and (number := count(re.sub(r"[「」]", " ", part), language)) is not None
    ]


def likes_and_comments(head: str, language: str | None) -> dict[str, Count]:
    """The two counters of a post's description, by their words; likes come first where no word is known."""
    shown = shown_counts(head, language)
    told = {
        name: number
        for words, number in shown
        for name, known in (("comments", TALK), ("likes", LIKES))
        if known.search(words)
    }
    if len(shown) == 2:
        told = {"likes": shown[0][1], "comments": shown[1][1]} if len(told) < 2 else told
    return told


# --- What the meta tags of today's pages say --------------------------------------------------------------------------


def read_post_page(page: Page) -> Iterator[Part]:
    """A post's page: its data where an older page has them, else its meta tags."""
    media = stored(page, "shortcode_media")
    if media is not None:
        yield from read_media(media)
        return
    shown = [value for block in blocks(page, (OPEN_POST,)) for value in under(block, OPEN_POST) if value]
    if not shown and f'"{OPEN_POST}"' in page.text:
        raise drift("data-sjs")
    if shown and shown[0]["if_not_gated_logged_out"] is not None:
        yield from read_open(shown[0])
        return
    if shown and "description" not in page.metas:
        raise wall("login")
    held = blocks(page, ROOTS)
    roots = [(root, data) for root in ROOTS for block in held for data in under(block, root) if data is not None]
    names = {root for root, data in roots if data.get("items") != []}
    if names & {*ONE, "xdt_shortcode_media"}:
        if '"comment_like_count"' in page.text and not names & set(TALKS):
            raise drift(TALKS[0])
        for root, data in roots:
            yield from read_root(root, data, page)
        return
    found, told = POST.search(page.path), TOTALS.match(need(page.metas, "description", str))
    if found is None or told is None or not told[2]:
        raise drift("description" if found else "shortcode")
    heading = need(page.metas, "og:title", str)
    titled = TITLED.match(heading) or TITLED_BEFORE.match(heading)
    author, credited = re.match(r"[\w.]+", told[2]), CREDITED.match(told[2])
    if author is None and credited is None:
        raise drift("description: author")
    text = plain_text(titled["text"]) if titled else None
    counts = likes_and_comments(told[1], language_of(page))
    yield Post(
        platform="instagram",
        kind="post" if found[1] == "p" else "video",
        id=found[2],
        url=post_url(found[2]),
        author=credited[2] if credited else author[0].rstrip(".") if author else None,
        author_name=titled["name"] if titled else credited[1] or None if credited else None,
        text=text,
        published_at=shortcode_moment(found[2]),
        likes=counts.get("likes"),
        comments=counts.get("comments"),
        hashtags=hashtags_of(text),
    )


def read_open(shown: Mapping[str, Any]) -> Iterator[Part]:
    """A post as pages of 2026 hold it, with its first comments."""
    post = need(shown, "if_not_gated_logged_out", dict)
    yield read_item(post, played=False)
    talk = (shown.get("comments_connection") or post.get("comments_connection") or {}).get("edges") or ()

    def read(edge: Mapping[str, Any]) -> Post:
        node = edge["node"]
        user = need(node, "user", dict)
        return Post(
            platform="instagram",
            kind="comment",
            id=str(node.get("pk") or node["id"]),
            author=need(user, "username", str),
            author_id=str(user.get("pk") or user["id"]),
            text=plain_text(need(node, "text", str, blank=True)) or None,
            published_at=epoch(node["created_at"]),
            likes=exact(node.get("comment_like_count")),
            comments=exact(node.get("child_comment_count")),
            in_reply_to=str(node.get("parent_comment_id") or "") or post["code"],
        )

    yield from each("comment", talk, read)


def read_open_user(users: list[Mapping[str, Any]], page: Page) -> Iterator[Part]:
    """An account as pages of 2026 hold it, with its newest posts; how many there are, their meta tags tell a guest."""
    user: dict[str, Any] = {}
    for one in users:
        user |= one
    handle = need(user, "username", str)
    asked = page.path.strip("/").partition("/")[0].lower()
    if asked and "/" not in page.path.strip("/") and handle.lower() != asked:
        raise drift("username")
    posts = exact(user.get("media_count", user.get("all_media_count")))
    if posts is None and not page.looks_json:
        told = TOTALS.match(need(page.metas, "description", str))
        (_, _, posts) = (count(part, language_of(page)) for part in BETWEEN.split(told[1] if told else ""))
    yield account_of(user, posts)
    lists = [user[name] for name in OPEN_LISTS if name in user]
    edges = need(lists[0], "edges", list) if lists else []
    yield from each("post", edges, lambda edge: read_open_item(edge["node"], user))


def read_open_item(node: Mapping[str, Any], owner: Mapping[str, Any]) -> Post:
    """One post of such a list; some are told by their number alone."""
    number = str(node["pk"] if "pk" in node else need(node, "id", str)).removeprefix("POLARIS_")
    code = node.get("code") or shortcode(int(number.partition("_")[0]))
    text = plain_text(node["caption"]["text"]) if node["caption"] is not None else None
    hidden = node.get("like_and_view_counts_disabled")
    return Post(
        platform="instagram",
        kind="video" if need_number(node, "media_type") == 2 else "post",
        id=code,
        url=post_url(code),
        author=owner["username"],
        author_id=str(owner.get("pk") or owner["id"]),
        author_name=owner.get("full_name") or None,
        text=text,
        published_at=epoch(node.get("taken_at")) or shortcode_moment(code),
        likes=None if hidden else exact(node.get("like_count")),
        comments=exact(node.get("comment_count")),
        hashtags=hashtags_of(text),
    )


def read_embed_profile(page: Page) -> Iterator[Part]:
    """An account as other sites embed it, with its newest posts."""
    if '"contextJSON"' not in page.text:
        raise drift("contextJSON")
    told = need({"contextJSON": page.json_after('"contextJSON":')}, "contextJSON", str)
    context = need(parse_json(told, "contextJSON"), "context", dict)
    handle = need(context, "username", str)
    yield Profile(
        platform="instagram",
        handle=handle,
        url=f"https://www.instagram.com/{handle}/",
        name=need(context, "full_name", str, blank=True) or None,
        verified=context.get("verified"),
        followers=exact(context["followers_count"]),
        posts=exact(context["posts_count"]),
    )
    shown = [entry["shortcode_media"] for entry in need(context, "graphql_media", list)]
    for part in each("post", shown, lambda media: read_media(media, embedded=True)):
        if not isinstance(part, Profile):
            yield part


def read_embed(page: Page) -> Iterator[Part]:
    """A post as other sites embed it: its data where the page still carries them, else what it shows."""
    if '"contextJSON"' in page.text:
        context = parse_json(
            need({"contextJSON": page.json_after('"contextJSON":')}, "contextJSON", str), "contextJSON"
        )
        for held in (value for value in under(context, "shortcode_media") if isinstance(value, dict)):
            yield from read_media(held, embedded=True)
            return
    media = stored(page, "shortcode_media") if "__additionalDataLoaded" in page.text else None
    if media is not None:
        yield from read_media(media)
        return
    found, shown = POST.search(page.path), page.by_class
    if found is None or NO_EMBED.search(page.text):
        raise gone("not-found")
    names = shown.get("UsernameText") or shown.get("CaptionUsername")
    if not names:
        raise drift("UsernameText")
    language, caption = language_of(page), next(iter(shown.get("Caption", ())), None)
    text = (
        plain_text(caption, lambda part: bool(classes(part) & {"CaptionUsername", "CaptionComments"}))
        if caption is not None
        else None
    )
    told = {
        name: number
        for name, place in (("likes", "SocialProof"), ("comments", "CaptionComments"))
        for element in shown.get(place, ())[:1]
        if place != "SocialProof" or COUNTER.match(element.text_content())
        if (number := count(element.text_content(), language)) is not None
    }
    yield Post(
        platform="instagram",
        kind="post" if found[1] == "p" else "video",
        id=found[2],
        url=post_url(found[2]),
        author=names[0].text_content().strip(),
        text=text,
        published_at=shortcode_moment(found[2]),
        likes=told.get("likes"),
        comments=told.get("comments"),
        hashtags=hashtags_of(text),
    )


def read_totals(page: Page, handle: str, name: str | None, text: str | None) -> Profile:
    """The account of a page whose description begins with its followers, following and posts, always in this order."""
    told = TOTALS.match(need(page.metas, "description", str))
    parts = BETWEEN.split(told[1]) if told else []
    numbers = [number for part in parts if (number := count(part, language_of(page))) is not None]
    if len(numbers) != 3:
        raise drift("description: followers, following, posts")
    return Profile(
        platform="instagram",
        handle=handle,
        url=f"https://www.instagram.com/{handle}/",
        name=name,
        text=text,
        followers=numbers[0],
        following=numbers[1],
        posts=numbers[2],
    )


def read_profile_page(page: Page) -> Iterator[Part]:
    """A profile's page: its data where an older page has them, else its meta tags."""
    user = stored(page, "user")
    if user is not None:
        yield from read_user(user)
        return
    held = [value for block in blocks(page, OPEN_USERS) for name in OPEN_USERS for value in under(block, name) if value]
    if held:
        yield from read_open_user(held, page)
        return
    if any(f'"{name}"' in page.text for name in (*OPEN_USERS, *OPEN_LISTS)):
        raise drift(OPEN_USERS[0])
    named = NAMED.match(need(page.metas, "og:title", str))
    if named is None:
        raise drift("og:title")
    bio = TITLED.match((TOTALS.match(need(page.metas, "description", str)) or [None, None, None])[2] or "")
    yield read_totals(page, named[2], named[1] or None, plain_text(bio["text"]) if bio else None)


def read_story(page: Page) -> Reading:
    """A story's address shows the account's totals alone: the story itself wants a log-in."""
    return Reading(Outcome.WALL, "login", (read_totals(page, page.path.split("/")[2], None, None),))


# --- What pages of 2020 and 2021, and the JSON answers, hold ----------------------------------------------------------


def stored(page: Page, key: str) -> Mapping[str, Any] | None:
    """The media or user that the page's data hold; None where a page has no such data."""
    for marker in ("window._sharedData = ", "window.__additionalDataLoaded("):
        if marker in page.text:
            if marker.endswith("("):
                start = page.text.find("{", page.text.find(marker))
                value = script_value(page.text[start:], "", 0)
            else:
                value = page.json_after(marker)
            held = need(value, "entry_data", dict, blank=True) if marker.endswith("= ") else {}
            entries = [entry for group in held.values() for entry in group] or [value]
            for entry in entries:
                if "graphql" in entry:
                    return need(need(entry, "graphql", dict), key, dict)
            if "LoginAndSignupPage" in held:
                raise wall("login")
            if "HttpErrorPage" in held:
                raise gone("not-found")
            if held:
                raise drift("graphql")
    if '"edge_media_to_caption"' in page.text or '"edge_followed_by"' in page.text:
        raise drift("_sharedData")
    return None


def read_media(media: Mapping[str, Any], *, embedded: bool = False) -> Iterator[Part]:
    """One post of the GraphQL tree, its author's counts where shown, and the comments shown; embeds do not name him in full."""
    owner, code = need(media, "owner", dict), need(media, "shortcode", str)
    talk = (
        media["edge_media_to_parent_comment"]
        if "edge_media_to_parent_comment" in media
        else media["edge_media_to_comment"]
    )
    liked = media["edge_media_preview_like"] if "edge_media_preview_like" in media else media["edge_liked_by"]
    captions = media["edge_media_to_caption"]["edges"]
    text = plain_text(captions[0]["node"]["text"]) if captions else None
    kind: PostKind = "video" if need(media, "is_video", bool, blank=True) else "post"
    hidden = "like_and_view_counts_disabled" in media and need(media, "like_and_view_counts_disabled", bool)
    yield Post(
        platform="instagram",
        kind=kind,
        id=code,
        url=post_url(code),
        author=owner.get("username"),
        author_id=need(owner, "id", str),
        author_name=owner.get("full_name") or None,
        text=text,
        published_at=epoch(media["taken_at_timestamp"]),
        likes=None if hidden else exact(liked["count"]),
        comments=exact(talk["count"]),
        views=None
        if hidden or kind != "video"
        else exact(None if media["video_view_count"] == 0 else media["video_view_count"]),
        hashtags=hashtags_of(text),
    )
    if "edge_followed_by" in owner:
        yield Profile(
            platform="instagram",
            handle=need(owner, "username", str),
            id=owner["id"],
            url=f"https://www.instagram.com/{owner['username']}/",
            name=(owner.get("full_name") if embedded else need(owner, "full_name", str, blank=True)) or None,
            verified=owner.get("is_verified"),
            followers=exact(owner["edge_followed_by"]["count"]),
            posts=exact(owner["edge_owner_to_timeline_media"]["count"]),
        )
    threaded = "edge_media_to_parent_comment" in media
    yield from each("comment", talk.get("edges", ()), lambda edge: read_comment(edge["node"], code, threaded=threaded))


def read_comment(node: Mapping[str, Any], parent: str | None, *, threaded: bool = False) -> Iterator[Part]:
    """A comment and the answers to it that are shown; each of a ``threaded`` list has a list of its own."""
    yield Post(
        platform="instagram",
        kind="comment",
        id=need(node, "id", str),
        author=need(node["owner"], "username", str),
        author_id=node["owner"].get("id"),
        text=plain_text(need(node, "text", str)),
        published_at=epoch(node["created_at"]),
        likes=exact(node["edge_liked_by"]["count"]) if "edge_liked_by" in node or "viewer_has_liked" in node else None,
        in_reply_to=parent,
    )
    answers = need(node, "edge_threaded_comments", dict)["edges"] if threaded else ()
    yield from each("answer", answers, lambda edge: read_comment(edge["node"], node["id"]))


def read_user(user: Mapping[str, Any]) -> Iterator[Part]:
    """An account with exact counts, and the posts that its page lists."""
    handle, timeline = need(user, "username", str), need(user, "edge_owner_to_timeline_media", dict)
    yield Profile(
        platform="instagram",
        handle=handle,
        id=need(user, "id", str),
        url=f"https://www.instagram.com/{handle}/",
        name=need(user, "full_name", str, blank=True) or None,
        text=plain_text(need(user, "biography", str, blank=True)) or None,
        verified=user.get("is_verified"),
        followers=exact(user["edge_followed_by"]["count"]),
        following=exact(user["edge_follow"]["count"]),
        posts=exact(timeline["count"]),
    )
    for edge_of_all in (timeline, user.get("edge_felix_video_timeline") or {"edges": []}):
        yield from each("post", need(edge_of_all, "edges", list), lambda edge: read_media(edge["node"]))


def read_place(page: Page) -> Iterator[Part]:
    """The page of a tag or a place: the posts that it lists."""
    place = stored(page, "hashtag" if "/tags/" in page.path else "location")
    if place is None:
        raise drift("_sharedData")
    yield from read_listed(place)


def read_listed(place: Mapping[str, Any]) -> Iterator[Part]:
    """The posts of a tag or a place."""
    kind = "location" if any("location" in key for key in place) else "hashtag"
    lists = [need(place[key], "edges", list) for key in LISTS if kind in key]
    yield from each("post", [edge for edges in lists for edge in edges], lambda edge: read_media(edge["node"]))


def read_root(root: str, data: Mapping[str, Any], page: Page) -> Iterator[Part]:
    """What an answer of since 2023 holds under one name: a post, comments, or an account's posts."""
    if root == "xdt_shortcode_media":
        yield from read_media(data)
    elif root in ONE:
        yield from each("item", need(data, "items", list), lambda item: read_item(item, played=False))
    elif root == TIMELINE:
        yield from each("post", need(data, "edges", list), lambda edge: read_item(edge["node"], played=False))
    else:
        asked = POST.search(page.path)
        parent = asked[2] if asked else None
        yield from each("comment", need(data, "edges", list), lambda edge: read_answer(edge["node"], parent))


def read_answer(node: Mapping[str, Any], parent: str | None) -> Post:
    """A comment as the private API tells it."""
    user = need(node, "user", dict)
    return Post(
        platform="instagram",
        kind="comment",
        id=str(node["pk"]),
        author=need(user, "username", str),
        author_id=str(user.get("pk") or user["id"]),
        author_name=user.get("full_name") or None,
        text=plain_text(need(node, "text", str, blank=True)) or None,
        published_at=epoch(node["created_at"]),
        likes=exact(node["comment_like_count"]),
        comments=exact(
            node.get("child_comment_count") if node.get("parent_comment_id") else node["child_comment_count"]
        ),
        in_reply_to=str(node.get("parent_comment_id") or "") or parent,
    )


def read_account(user: Mapping[str, Any]) -> Profile:
    """An account as the private API tells it."""
    return account_of(user, exact(user["media_count"]))


def account_of(user: Mapping[str, Any], posts: Count | None) -> Profile:
    """An account with its exact numbers; how many posts it has is told here and there."""
    handle = need(user, "username", str)
    return Profile(
        platform="instagram",
        handle=handle,
        id=str(user.get("pk") or user["id"]),
        url=f"https://www.instagram.com/{handle}/",
        name=need(user, "full_name", str, blank=True) or None,
        text=plain_text(need(user, "biography", str, blank=True)) or None,
        verified=user.get("is_verified"),
        followers=exact(user["follower_count"]),
        following=exact(user["following_count"]),
        posts=posts,
    )


def read_json(page: Page) -> Iterator[Part]:
    """An answer to Instagram's own scripts: a profile, a post, or a list of media."""
    answer = page.json
    data = answer.get("graphql") or answer.get("data") or answer
    if data.get("user") is None and "user" in data:
        raise gone("not-found")
    roots = [root for root in ROOTS if data.get(root)]
    users = [data[name] for name in OPEN_USERS if data.get(name)]
    if data.get(OPEN_POST):
        if data[OPEN_POST]["if_not_gated_logged_out"] is None:
            raise wall("login")
        yield from read_open(data[OPEN_POST])
        return
    if users:
        yield from read_open_user(users, page)
        return
    media = data.get("shortcode_media")
    place = data.get("hashtag") or data.get("location")
    if roots:
        for root in roots:
            yield from read_root(root, data[root], page)
    elif media is not None and "owner" not in media:
        threaded = any(under(media, "edge_media_to_parent_comment"))
        talk = next(under(media, "edge_media_to_parent_comment" if threaded else "edge_media_to_comment"))
        yield from each(
            "comment", need(talk, "edges", list), lambda edge: read_comment(edge["node"], None, threaded=threaded)
        )
    elif media is not None:
        yield from read_media(media)
    elif isinstance(place, dict):
        yield from read_listed(place)
    elif isinstance(answer.get("comments"), list):
        yield from each("comment", answer["comments"], lambda node: read_answer(node, None))
    elif set(data.get("user") or ()) == {"edge_owner_to_timeline_media"}:
        yield from each(
            "post", data["user"]["edge_owner_to_timeline_media"]["edges"], lambda edge: read_media(edge["node"])
        )
    elif "user" in data and "follower_count" in data["user"]:
        yield read_account(data["user"])
    elif "user" in data and "items" not in data:
        yield from read_user(need(data, "user", dict))
    else:
        items = need(data, "items", list)
        if not items and data.get("num_results") == 0 and answer.get("status") == "ok":
            raise empty()
        yield from each("item", items, read_item)


def read_item(item: Mapping[str, Any], *, played: bool = True) -> Post:
    """One item of the private API's lists; what pages carry does not tell how often a film was ``played``."""
    user, code = need(item, "user", dict), need(item, "code", str)
    text = plain_text(item["caption"]["text"]) if item["caption"] is not None else None
    hidden, film = need(item, "like_and_view_counts_disabled", bool), need_number(item, "media_type") == 2
    plays = item.get("play_count") or item.get("view_count")
    if film and not hidden and plays is None and played:
        raise LookupError("play_count")
    return Post(
        platform="instagram",
        kind="video" if film else "post",
        id=code,
        url=post_url(code),
        author=need(user, "username", str),
        author_id=str(user.get("pk") or user["id"]),
        author_name=user.get("full_name") or None,
        text=text,
        published_at=epoch(item["taken_at"]),
        likes=None if hidden else exact(item["like_count"]),
        comments=exact(item.get("comment_count") if item.get("comments_disabled") else item["comment_count"]),
        views=exact(plays) if film and plays and not hidden else None,
        hashtags=hashtags_of(text),
    )


def read_oembed(page: Page) -> Iterator[Part]:
    """An oEmbed answer: it tells that a post is there, and whose where it still names an author; the time is in the code."""
    answer = page.json
    block = lxml.html.fragment_fromstring(need(answer, "html", str), create_parent="div").find(".//blockquote")
    found = POST.search(need(block.attrib, "data-instgrm-permalink", str)) if block is not None else None
    if found is None:
        raise drift("data-instgrm-permalink")
    yield Post(
        platform="instagram",
        kind="post" if found[1] == "p" else "video",
        id=found[2],
        url=post_url(found[2]),
        author=need(answer, "author_name", str) if "author_name" in answer else None,
        published_at=shortcode_moment(found[2]),
    )


def read_graph(page: Page) -> Iterator[Part]:
    """What the Graph API tells of an account, also another's, or of posts; who asks names the fields."""
    answer, fields = page.json, page.query.get("fields", [""])[0]
    found = DISCOVERED.search(fields)
    if found is not None or "followers_count" in answer:
        account = need(answer, "business_discovery", dict) if found is not None else answer
        handle = found[1] if found is not None else need(account, "username", str)
        yield Profile(
            platform="instagram",
            handle=account.get("username") or handle,
            id=need(account, "id", str),
            url=f"https://www.instagram.com/{handle}/",
            name=account.get("name") or None,
            text=plain_text(account.get("biography")) or None,
            followers=asked(account, "followers_count", fields),
            following=asked(account, "follows_count", fields),
            posts=asked(account, "media_count", fields),
        )
        items = need(need(account, "media", dict), "data", list) if "media{" in fields or "media" in account else []
        yield from each("post", items, lambda item: read_node(item, handle, fields))
        return
    items = need(answer, "data", list) if "data" in answer else [answer]
    if not items:
        raise empty()
    yield from each("post", items, lambda item: read_node(item, None, fields))


def asked(holder: Mapping[str, Any], name: str, fields: str) -> Count | None:
    """A count of the Graph API; one that was asked for is there, but for likes that are hidden and plays of what is no film."""
    lacks = name in {"like_count", "view_count"} and name not in holder
    return exact(holder[name] if name in fields and not lacks else holder.get(name))


def read_node(item: Mapping[str, Any], handle: str | None, fields: str) -> Post:
    """A post of the Graph API; its shortcode stands in its address alone."""
    found = POST.search(need(item, "permalink", str))
    if found is None:
        raise LookupError("permalink")
    text = plain_text(item.get("caption")) or None
    return Post(
        platform="instagram",
        kind="video" if need(item, "media_type", str) == "VIDEO" else "post",
        id=found[2],
        url=post_url(found[2]),
        author=item.get("username") or handle,
        text=text,
        published_at=moment(need(item, "timestamp", str)),
        likes=asked(item, "like_count", fields),
        comments=asked(item, "comments_count", fields),
        views=asked(item, "view_count", fields),
        hashtags=hashtags_of(text),
    )


class Instagram(PlatformSpider):
    """Instagram."""

    name = "instagram"
    about = About(
        title="Instagram",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages: posts with likes (rounded from 10,000 on) and comments, profiles with followers; the Graph API for accounts that allow it",
        robots="forbidden, Scrapy by name",
        layouts={
            "page with meta tags only": "2024-12",
            "page with shared data": "2021-10",
            "profile answer": "2022-06",
            "oEmbed": "2020-11",
            "media lists": "unproven",
            "page with data of since 2023": "unproven",
            "page with data of 2026": "unproven",
            "pages of an embedded post and account": "unproven",
            "tags and places": "unproven",
            "Graph API": "unproven",
        },
    )
    domains = ("instagram.com",)
    readers = (
        Reader(r"oembed", read_oembed),
        Reader(r"^graph\.", read_graph),
        Reader(r"/api/v1/|/graphql/|__a=1", read_json),
        Reader(r"/(p|reel|reels|tv)/[^/]+/embed", read_embed),
        Reader(r"^[^/]+/[\w.]+/embed", read_embed_profile),
        Reader(r"/(p|reel|reels|tv)/", read_post_page),
        Reader(r"/explore/(tags|locations)/", read_place),
        Reader(r"/stories/", read_story),
        Reader(r"^[^/]+/[\w.]+/?(\?|$)", read_profile_page),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in pages, also in place of what was asked for; answers that ask for a log-in or for patience."""
        if page.looks_json:
            answer = page.json if page.status != 200 or b'"fail"' in page.body[-400:] + page.body[:400] else {}
            if "wait a few minutes" in str(answer.get("message", "")):
                raise limited()
            if answer.get("require_login") or answer.get("message") in {"checkpoint_required", "login_required"}:
                raise wall("login")
            return
        if page.path == "/" or page.path.startswith(("/accounts/login", "/accounts/signup", "/challenge")):
            raise wall("login")
        title = " ".join((page.css("title::text").get() or "").split()).lower()
        if title.startswith(("page not found", "page isn't available", "página no encontrada", "seite nicht gefunden")):
            raise gone("not-found")
        if "PolarisErrorRoute" in page.text and '"httpErrorPage"' in page.text:
            raise gone("not-found")
        if (
            page.status == 200
            and "og:title" not in page.metas
            and b"_sharedData" not in page.body
            and not any(root in page.text for root in (*ROOTS, OPEN_POST, *OPEN_USERS))
            and "/embed" not in page.path
            and b"__additionalDataLoaded" not in page.body
            and b"og:" not in page.body
        ):
            raise wall("login")
