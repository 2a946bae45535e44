"""Facebook: pages, posts, photos and videos as saved from m. and www., link previews, and embeds.

Source: https://developers.facebook.com/docs/graph-api/reference/ (oembed-post, page, post), and schema.org for the JSON-LD of mobile pages
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import lxml.html

from extractors.records import Count, Post, PostKind, Profile
from extractors.values.counts import count, exact
from extractors.values.dates import local
from extractors.values.moments import epoch, moment
from extractors.values.text import one_line, plain_text
from spiders.base import About, PlatformSpider, Reader, drift, each, empty, gone, limited, wall
from spiders.layouts.comet import SECTIONS, SIGNS, held_in, read_story
from spiders.markup.relay import under
from spiders.markup.shapes import language_of, whole_tally
from spiders.page import Page, UnreadableError, parse_json
from spiders.reading import Part, need, need_count

NUMBERED = re.compile(
    r"/(?:posts|photos|videos|reel|permalink)/(?:[^/?#]+/)*?(pfbid\w{10,}|\d{6,})"
    r"|[?&](?:story_fbid|fbid|v)=(pfbid\w{10,}|\d{6,})"
)
"""The number of a thing, or the longer name that hides it since 2022."""
NO_ACCOUNT = {
    "permalink.php",
    "story.php",
    "photo.php",
    "photo",
    "watch",
    "plugins",
    "login",
    "profile.php",
    "pages",
    "groups",
    "events",
    "reel",
    "share",
}
NUMBER = r"(?<![\d.,])((?:\d{1,3}(?:[.,\s\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)(?:\s?[^\W\d_]{1,3})??)"
"""A number as a page's description writes it; a name before it may end in digits of its own."""
LIKES = re.compile(
    rf"(?:gefällt|いいね！?」|좋아하는 사람|нравится)[\s\"»:]{{0,3}}{NUMBER}"
    rf"|{NUMBER}\s*(?:отмет\w+\s|personas?\s)?[„\"«“]?"
    r"(?:\blikes?\b|(?:me|les?) gusta|gefällt|j.aime|mi piace|curtidas|vind-ik-leuk|suka\b|個讚|次赞|polub|beğen|gillar|нравится)",
    re.IGNORECASE,
)
FOLLOWED = re.compile(rf"{NUMBER} followers · (?=\d[\d.,KM]* (?:talking|were))")
"""In the line of a page's counters; what a page says of itself may name followers, too."""
TITLED = re.compile(r"((?:[\d.,]+[KMB]? (?:views?|reactions?|comments?|shares?)(?: · )?)+) \| ")
"""How the title of a video's page begins."""
LOG_IN = re.compile(
    r"log in|log into|anmelden|inicia sesión|iniciar sesión|connexion|se connecter|entrar|accedi|zaloguj|войти|登录|登入|ログイン"
)
LOG_IN_ALONE = re.compile(
    r"^(?:log in(?:to| to)? facebook|facebook\s\W\s(?:log in or sign up|anmelden oder registrieren))$"
)
"""The title of nothing but a log-in page; a banner's words stand in the text."""
MISSING = re.compile(
    r"(?:content|page) isn.t available|page you requested (?:cannot|was not)|link you followed may be broken"
    r"|contenido no está disponible|inhalt ist (?:derzeit )?nicht verfügbar|contenu n.est pas disponible"
)
NOTICE = 600
"""Longer pages are no notices."""
LIKED = re.compile(r"like|me gusta|gefällt|aime|mi piace|curti", re.IGNORECASE)
TALKED = re.compile(r"comment|coment|kommentar", re.IGNORECASE)
SHARED = re.compile(r"share|compartid|geteilt|partag|condivis|compartilh", re.IGNORECASE)


def handle_of(address: str | None) -> str | None:
    """The account that an address names."""
    first = urlsplit(address or "").path.strip("/").split("/")[0]
    return first if first and first not in NO_ACCOUNT and not first.isdecimal() else None


def number_of(address: str) -> str | None:
    """The number of the post, photo or video that an address names, or what stands there in its place."""
    found = NUMBERED.search(address)
    return (found[1] or found[2]) if found else None


def number_on(page: Page) -> str | None:
    """The number of the post, photo or video of a page; where its address hides it, the page may tell it."""
    named = number_of(page.url)
    if named is None or not named.startswith("pfbid"):
        return named
    told = set(re.findall(r'\\?"post_id\\?":\\?"(\d+)\\?"', page.text)) or {number_of(page.metas.get("og:url", ""))}
    return (told.pop() if len(told) == 1 else None) or named


def post_url(handle: str | None, number: str) -> str:
    """The address of a post."""
    return f"https://www.facebook.com/{handle}/posts/{number}" if handle else f"https://www.facebook.com/{number}"


def read_thing(page: Page) -> Iterator[Part]:
    """A post, photo or video: by JSON-LD, else by the data in the old page, else by what link previews are told."""
    number = number_on(page)
    if number is None:
        raise drift("post number")
    posting = next((item for item in page.json_ld if item.get("@type") == "SocialMediaPosting"), None)
    stories = held_in(page)
    asked = [story for story in stories if number in (story.get("post_id"), *pfbids(story))]
    if asked:
        yield from each("story", asked[:1], lambda story: read_told(story, page))
    elif any(f'"{name}"' in page.text for name in SIGNS) and kind_of(page.path) == "post":
        raise drift("post_id")
    elif posting is not None:
        yield from read_posting(page, posting, number)
    elif "userContentWrapper" in page.text or 'subscription_target_id:"' in page.text:
        yield read_old_post(page, number)
    else:
        if b"SocialMediaPosting" in page.body:
            raise drift("SocialMediaPosting")
        live = live_counts(page, number)
        if page.host.startswith("m.") and kind_of(page.path) != "photo" and (live or b"data-ft=" in page.body):
            raise drift("SocialMediaPosting")
        actors = page.xpath("//strong[contains(@class, 'actor')] | //a[contains(@class, 'actor-link')]")
        texts = page.xpath("//*[@id='MPhotoContent']//*[contains(@class, 'msg')]//p")
        if live and not texts and "msg" in page.by_class:
            raise drift("MPhotoContent")
        stamps = set(re.findall(r'publish_time(?:&quot;|\\?")?:(\d{10})', page.text))
        text = "\n".join(filter(None, (plain_text(part.root) for part in texts))) if live else None
        where, kind = page.css("link[rel=canonical]::attr(href)").get(), kind_of(page.path)
        titled = titled_counts(page) if kind == "video" else {}
        yield Post(
            platform="facebook",
            kind=kind,
            id=number,
            url=where or own_address(page),
            author=handle_of(where or page.url),
            author_name=one_line(actors[0].root.text_content()) if live and actors else None,
            text=text or plain_text(page.metas.get("description") if live else need(page.metas, "description", str)),
            published_at=epoch(stamps.pop()) if live and len(stamps) == 1 else None,
            likes=live.get("likes") or titled.get("reactions"),
            comments=live.get("comments") or titled.get("comments"),
            shares=live.get("shares") or titled.get("shares"),
            views=titled.get("views"),
        )


def pfbids(story: Mapping[str, Any]) -> list[str]:
    """The names in a story's addresses that hide its number."""
    return [name for address in under(story, "wwwURL") for name in re.findall(r"pfbid\w{10,}", str(address))]


def read_told(story: Mapping[str, Any], page: Page) -> Post:
    """A post as its page's scripts hold it."""
    told = read_story(story, language_of(page) if not page.looks_json else None)
    address = (told.address or "").partition("?")[0] if "story_fbid" not in (told.address or "") else told.address
    handle = handle_of(told.actor.get("url") or told.actor.get("profile_url"))
    return Post(
        platform="facebook",
        kind=kind_of(urlsplit(told.address or "").path),
        id=told.number,
        url=address or post_url(handle, told.number),
        author=handle,
        author_id=need(told.actor, "id", str),
        author_name=one_line(need(told.actor, "name", str)),
        text=plain_text(told.words) or None,
        published_at=epoch(told.seconds),
        likes=told.reactions,
        comments=told.comments,
        shares=told.shares,
        views=told.views,
    )


def read_stories(page: Page) -> Iterator[Part]:
    """An answer to the site's own scripts: the posts of a list."""
    stories = held_in(page)
    if not stories:
        raise drift(SECTIONS)
    yield from each("story", stories, lambda story: read_told(story, page))


def own_address(page: Page) -> str:
    """A page's address without what does not tell the thing."""
    named = re.search(r"[?&](?:story_fbid|fbid|v)=[^&]+(?:&id=\d+)?", page.url)
    return page.url.partition("?")[0] + (f"?{named[0][1:]}" if named else "")


def titled_counts(page: Page) -> dict[str, Count | None]:
    """The counts that the title of a video's page begins with: ``19M views · 132K reactions | …``."""
    told = TITLED.match(need(page.metas, "og:title", str))
    parts = [part.split(" ") for part in told[1].split(" · ")] if told else []
    return {f"{word.rstrip('s')}s": count(number) for number, word in parts}


def live_counts(page: Page, number: str) -> dict[str, Any]:
    """The counts of a mobile photo's page, which has no JSON-LD: what its scripts keep up to date, by the photo's number."""
    found = re.findall(
        r'ft_ent_identifier:"?(\d+)"?,comment_count:(\d+),share_count:(\d+),[^{}]{0,300}?\blike_count:(\d+)', page.text
    )
    mine = [counts for counts in found if counts[0] == number] or (found if len(found) == 1 else [])
    if not mine:
        if "ft_ent_identifier" in page.text:
            raise drift("ft_ent_identifier")
        return {}
    return dict(zip(("comments", "shares", "likes"), map(exact, mine[0][1:]), strict=True))


def kind_of(path: str) -> PostKind:
    """The kind of thing by its address."""
    return "video" if re.search(r"/(videos|reel|watch)", path) else "photo" if "/photo" in path else "post"


def read_posting(page: Page, posting: Mapping[str, Any], number: str) -> Iterator[Part]:
    """A mobile page's JSON-LD. Of its two blocks a video's own counts fewer reactions; likes are reactions of all kinds."""
    author, counted = need(posting, "author", dict), whole_tally(need(posting, "interactionStatistic", list))
    views = next(
        (
            whole_tally(item["interactionStatistic"]).get("WatchAction")
            for item in page.json_ld
            if item.get("@type") == "VideoObject"
        ),
        None,
    )
    handle = handle_of(need(author, "url", str))
    if number not in need(posting, "identifier", str):
        raise drift("identifier")
    yield Post(
        platform="facebook",
        kind=kind_of(page.path),
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_id=str(author["identifier"]),
        author_name=need(author, "name", str),
        text=plain_text(need(posting, "articleBody", str, blank=True)) or None,
        published_at=moment(need(posting, "dateCreated", str)),
        likes=exact(counted["LikeAction"]),
        comments=exact(posting["commentCount"] if "commentCount" in posting else counted["CommentAction"]),
        shares=exact(counted.get("ShareAction")),
        views=exact(views),
    )
    if "FollowAction" in counted:
        yield Profile(
            platform="facebook",
            handle=handle,
            id=str(author["identifier"]),
            url=f"https://www.facebook.com/{handle}",
            name=author["name"],
            followers=exact(counted["FollowAction"]),
        )
    told = need_count(posting, "commentCount") if "commentCount" in posting else exact(counted["CommentAction"])
    comments = [item for item in (need(posting, "comment", list) if told and told.low else ()) if item]
    yield from each("comment", comments, lambda item: read_comment(item, number))


def read_comment(comment: Mapping[str, Any], number: str) -> Post:
    """One comment of the JSON-LD; it tells no likes."""
    author = need(comment, "author", dict)
    return Post(
        platform="facebook",
        kind="comment",
        id=need(comment, "identifier", str).rpartition("_")[2],
        author=handle_of(author.get("url")),
        author_name=need(author, "name", str),
        text=plain_text(need(comment, "text", str, blank=True)),
        published_at=moment(need(comment, "dateCreated", str)),
        in_reply_to=number,
    )


def read_old_post(page: Page, number: str) -> Post:
    """A www page of 2020: other posts of the page stand in it too, so all is taken by the number asked for."""
    told = re.search(rf'subscription_target_id:"{number}".*?(?=subscription_target_id:|$)', page.text, re.DOTALL)
    if told is None:
        raise drift("subscription_target_id")

    def counted(pattern: str) -> Count | None:
        found = re.search(pattern, told[0][:6000])
        return exact(found[1]) if found else None

    wrapper = next(
        (element for element in wrappers(page) if number in " ".join(element.xpath(".//a[.//abbr]/@href"))), None
    )
    if wrapper is None:
        raise drift("userContentWrapper")
    stamps, links = wrapper.xpath(".//abbr/@data-utime"), wrapper.xpath(".//h5//a[@href] | .//h6//a[@href]")
    messages = wrapper.xpath(".//*[@data-testid='post_message']")
    owner = re.search(r'owning_profile:\{__typename:"\w+",id:"(\d+)"', told[0])
    reactions, comments, shares = (
        counted(pattern)
        for pattern in (
            r"reaction_count:\{count:(\d+)\}",
            r"[^_]comment_count:\{total_count:(\d+)\}",
            r"[^_]share_count:\{count:(\d+)\}",
        )
    )
    if not stamps or not links:
        raise drift("author" if stamps else "data-utime")
    if reactions is None or comments is None or shares is None:
        raise drift("share_count" if reactions and comments else "comment_count" if reactions else "reaction_count")
    if not messages and wrapper.xpath("boolean(.//*[contains(@class, 'userContent')][normalize-space()])"):
        raise drift("post_message")
    handle = handle_of(page.absolute(links[0].get("href")))
    return Post(
        platform="facebook",
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_id=owner[1] if owner else None,
        author_name=one_line(links[0].text_content()),
        text=plain_text(messages[0]) if messages else None,
        published_at=epoch(stamps[0]),
        likes=reactions,
        comments=comments,
        shares=shares,
    )


def wrappers(page: Page) -> Iterator[lxml.html.HtmlElement]:
    """The posts of a www page, also those that its scripts were to take out of comments."""
    path = "//*[contains(@class, 'userContentWrapper')]"
    yield from page.tree.xpath(path)
    for comment in page.tree.xpath("//code/comment()"):
        if "userContentWrapper" in (comment.text or ""):
            hidden: lxml.html.HtmlElement = lxml.html.document_fromstring(comment.text)
            yield from hidden.xpath(path)


def read_profile(page: Page) -> Iterator[Part]:
    """A page's own page: likes of the page (not followers) from its description, and the posts that it lists."""
    handle, stories = handle_of(page.url), held_in(page)
    yield from each("story", stories, lambda story: read_told(story, page))
    if any(f'"{name}"' in page.text for name in SIGNS) and not stories:
        raise drift("post_id")
    if stories and "description" not in page.metas:
        return
    about = need(page.metas, "description", str)
    told, followed = LIKES.search(about), FOLLOWED.search(about)
    linked = re.search(r"profile/(\d+)|page/(\d+)", page.metas.get("al:android:url", ""))
    yield Profile(
        platform="facebook",
        handle=handle,
        id=(linked[1] or linked[2]) if linked else None,
        url=f"https://www.facebook.com/{handle}" if handle else page.url,
        name=one_line(need(page.metas, "og:title", str)),
        followers=count(followed[1], language_of(page)) if followed else None,
        likes=count(told[1] or told[2], language_of(page)) if told else None,
    )
    articles = page.xpath("//article")
    if not articles and (b"top_level_post_id" in page.body or re.search(r"/posts/?$", page.path)):
        raise drift("article")
    yield from each("article", [article.root for article in articles], lambda article: read_article(page, article))


def read_article(page: Page, article: lxml.html.HtmlElement) -> Post:
    """One post of a mobile listing."""
    data = parse_json(need(article.attrib, "data-ft", str), "data-ft")
    number, owner = need(data, "top_level_post_id", str), need(data, "content_owner_id_new", str)
    context = next(
        (item["post_context"] for item in need(data, "page_insights", dict).values() if "post_context" in item), None
    )
    if context is None:
        raise LookupError("post_context")
    links = article.xpath(".//header//h3//a[@href] | .//header//strong//a[@href]")
    shown = [
        one_line(text) or ""
        for text in article.xpath(
            ".//footer//text() | .//*[contains(@data-sigil, 'reactions') or contains(@data-sigil, 'comments')]//text()"
        )
    ]
    bodies = article.xpath(".//*[contains(@class, 'story_body_container')]/*[contains(@class, '_5rgt')]")
    texts = [text for body in bodies for text in body.iter("p")]
    if not links or not bodies or not article.xpath(".//footer"):
        raise LookupError("story_body_container" if not bodies else "footer" if links else "author")
    if not texts and any(body.text_content().strip() for body in bodies):
        raise LookupError("p")
    handle, language = handle_of(page.absolute(links[0].get("href"))), language_of(page)

    def counter(words: re.Pattern[str]) -> Count | None:
        return next((count(text, language) for text in shown if words.search(text) and text[:1].isdecimal()), None)

    return Post(
        platform="facebook",
        id=number,
        url=post_url(handle, number),
        author=handle,
        author_id=owner,
        author_name=one_line(links[0].text_content()),
        text="\n".join(filter(None, (plain_text(text) for text in texts))) or None,
        published_at=epoch(context["publish_time"]),
        likes=counter(LIKED),
        comments=counter(TALKED),
        shares=counter(SHARED),
    )


def read_answer(page: Page) -> Iterator[Part]:
    """An answer to "more posts": HTML in JSON behind ``for (;;);``."""
    text = page.text.removeprefix("for (;;);")
    actions = need(need(parse_json(text, "payload"), "payload", dict), "actions", list)
    for action in actions:
        if "<article" in action.get("html", ""):
            tree = lxml.html.fragment_fromstring(action["html"], create_parent="div")
            yield from each("article", tree.iter("article"), lambda article: read_article(page, article))


def read_oembed(page: Page) -> Iterator[Part]:
    """An oEmbed answer: author, text and the day."""
    answer = page.json
    made = lxml.html.fragment_fromstring(need(answer, "html", str), create_parent="div")
    block = made.find(".//blockquote")
    # Since November 2025 an answer names neither the address nor the author.
    where = need(answer, "url", str) if "url" in answer else next(iter(made.xpath(".//@data-href")), None)
    number = number_of(where or page.query.get("url", [""])[0])
    if number is None or block is None or block.find("a") is None:
        raise drift("url" if number is None else "blockquote")
    handle, paragraphs, links = (
        handle_of(answer.get("author_url") or where),
        block.findall("p"),
        block.findall("a"),
    )
    spoken = re.search(r"connect\.facebook\.net/(\w+)/sdk", answer["html"])
    yield Post(
        platform="facebook",
        kind=kind_of(where or ""),
        id=number,
        url=where,
        author=handle,
        author_name=answer.get("author_name"),
        text="\n".join(filter(None, (plain_text(paragraph) for paragraph in paragraphs))) or None,
        published_at=local(one_line(links[-1].text_content()) or "", spoken[1] if spoken else None, None),
    )


def read_graph(page: Page) -> Iterator[Part]:
    """What the Graph API tells of a page, a post, or the posts or comments of one; who asks names the fields."""
    answer, fields = page.json, page.query.get("fields", [""])[0]
    if "data" in answer:
        items = need(answer, "data", list)
        if not items:
            raise empty()
        parent = re.search(r"/(?:\d+_)?(\d+)/comments$", page.path)
        yield from each("item", items, lambda item: read_node(item, fields, parent[1] if parent else None))
    elif "created_time" in answer:
        yield from read_node(answer, fields, None)
    else:
        address = need(answer, "link", str) if "link" in answer else None
        yield Profile(
            platform="facebook",
            handle=answer.get("username") or handle_of(address),
            id=need(answer, "id", str),
            url=address or f"https://www.facebook.com/{answer['id']}",
            name=need(answer, "name", str),
            text=plain_text(answer.get("about")) or None,
            followers=counter(answer, "followers_count", fields),
            likes=counter(answer, "fan_count", fields),
        )


def read_node(item: Mapping[str, Any], fields: str, parent: str | None) -> Iterator[Part]:
    """A post, or a comment on ``parent``, and the comments told with it; its number stands behind that of its page or post."""
    whole, author = need(item, "id", str), item.get("from") or {}
    owner, _, number = whole.rpartition("_")
    address = need(item, "permalink_url", str) if "permalink_url" in item else None
    yield Post(
        platform="facebook",
        kind="comment" if parent else kind_of(address or ""),
        id=number,
        url=address or (None if parent else f"https://www.facebook.com/{whole}"),
        author_id=author.get("id") or (None if parent else owner or None),
        author_name=author.get("name"),
        text=plain_text(item.get("message") or item.get("story")) or None,
        published_at=moment(need(item, "created_time", str)),
        likes=counter(item, "like_count", fields) if parent else summed(item, fields, "reactions", "likes"),
        comments=counter(item, "comment_count", fields) if parent else summed(item, fields, "comments"),
        shares=exact(need(item, "shares", dict)["count"]) if "shares" in item else None,
        in_reply_to=parent,
    )
    talk = item["comments"].get("data", ()) if "comments" in item else ()
    yield from each("comment", talk, lambda comment: read_node(comment, fields, number))


def counter(item: Mapping[str, Any], name: str, fields: str) -> Count | None:
    """A count, which is always there where it was asked for."""
    return exact(item[name] if name in fields else item.get(name))


def summed(item: Mapping[str, Any], fields: str, *names: str) -> Count | None:
    """The total of the first of these lists that a post has; one that was asked for with its summary is always there."""
    asked = [name for name in names if f"{name}.summary" in re.sub(r"\.(?:limit|filter)\(\w+\)", "", fields)]
    held = [name for name in names if name in item] or asked
    if not held or (not asked and "summary" not in item[held[0]]):
        return None
    return exact(item[held[0]]["summary"]["total_count"])


class Facebook(PlatformSpider):
    """Facebook."""

    name = "facebook"
    about = About(
        title="Facebook",
        anonymous="nothing: robots.txt forbids all",
        restricted="saved pages: posts with reactions, comments, shares; pages with likes; oEmbed without counts; the Graph API after review",
        robots="forbidden, Scrapy by name",
        layouts={
            "page with a description only": "2025-11",
            "mobile page": "2021-06",
            "www page of the old server": "2020-09",
            "oEmbed": "2020-09",
            "www page with the data of its scripts, and answers to them": "unproven",
            "mobile answer to more posts": "unproven",
            "mobile photo page": "unproven",
            "Graph API": "unproven",
        },
    )
    domains = ("facebook.com", "fb.com")
    readers = (
        Reader(r"oembed", read_oembed),
        Reader(r"^graph\.", read_graph),
        Reader(r"/api/graphql", read_stories),
        Reader(
            r"/(posts|photos|videos|reel|permalink)/[^?]*(?:\d{6,}|pfbid)|story_fbid=|[?&]fbid=|/watch/?\?v=",
            read_thing,
        ),
        Reader(r"pages_reaction_units|/page_content", read_answer),
        Reader(r"", read_profile),
    )

    @staticmethod
    def screen(page: Page) -> None:
        """Log-in pages in place of what was asked for, notices, and refusals told in JSON. A banner over content is no wall."""
        if page.looks_json or page.body[:8] == b"for (;;)":
            try:
                error = parse_json(page.text.removeprefix("for (;;);"), "body").get("error")
            except (UnreadableError, AttributeError):
                return
            if isinstance(error, dict) and error.get("code") in {4, 17, 32, 613}:
                raise limited()
            if isinstance(error, dict):
                raise wall("login") if error.get("code") in {10, 102, 190, 200} else gone("not-found")
            return
        if re.match(r"/(login|checkpoint|r\.php|recover)", page.path):
            raise wall("login")
        title = (one_line(page.css("title::text").get()) or "").lower()
        if re.search(r"content not found|page not found|isn.t available|no disponible|nicht verfügbar", title):
            raise gone("not-found")
        if LOG_IN_ALONE.match(title) or ("description" not in page.metas and LOG_IN.search(title)):
            raise wall("login")
        words = plain_text(page.tree) or "" if "description" not in page.metas else ""
        if len(words) < NOTICE and MISSING.search(words.lower()):
            raise gone("not-found")
