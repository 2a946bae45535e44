"""Comments and forum posts as they stand in the HTML of any site: WordPress, Blogger, SPIP, XenForo, phpBB and their like.

A comment often has two elements with its number (an ``li`` and an ``article`` in it): the outer one is the comment.
Pingbacks and trackbacks are none. Their times are local and mostly of no known zone.

Source: https://developer.wordpress.org/reference/classes/walker_comment/, https://xenforo.com/docs/, https://www.spip.net/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import lxml.etree
from lxml.html import HtmlElement

from extractors.records import Link, Moment, Post, Unread
from extractors.values.dates import local
from extractors.values.moments import epoch
from extractors.values.text import plain_text
from spiders.markup.shapes import language_of, one_line_of, stamped
from spiders.page import Page, bearing
from spiders.reading import Part, drift, each

NUMBERED = re.compile(
    r"(?:li-|div-|article-|js-)?(?:comment|commento|kommentar)[-_]?(\d+|[0-9a-f]{20,})$"
    r"|(?:js-)?post[-_]?(\d+)$|wpd-comm-(\d+)_\d+$|(?:c|p|msg_?|pid|forum|message|elComment_)(\d+)$"
)
FORUM_ID = re.compile(r"^(?:js-)?(?:post|p|msg|pid|elComment)[-_]?\d")
BODY_ID = re.compile(r"(?:post_?message|msg)_\d+$")
TIME_ID = re.compile(r"authorposton\d+$")
"""How engines write a comment's number into an id."""
MARKED = re.compile(r"forum-(?:texte|qui)-(\d+)$")
"""How SPIP writes it into a class of a part."""
CONTAINERS = frozenset({"li", "div", "article", "section", "dt", "tr", "table"})
FORUM_POSTS = frozenset({"message", "postbit", "postbitlegacy", "postcontainer", "post_block", "windowbg"})
"""Classes of an element that is a post of a forum; those of a blog's article are others."""
NO_COMMENT = frozenset({"pingback", "trackback"})
WITHIN = frozenset({"children", "comment-replies", "comments-list", "replies", "wpd-reply"})
AUTHORS = (
    "comment-author-name",
    "fn",
    "user",
    "username",
    "wpd-comment-author",
    "comment-author",
    "comment_author",
    "comment__author",
    "commenter",
    "author",
    "message-name",
    "postprofile",
    "post_author",
    "authi",
    "ipsComment_author",
    "cAuthorPane_author",
    "bigusername",
    "poster",
)
TEXTS = (
    "comment-text",
    "comment_text",
    "comment-texte",
    "forum-texte",
    "commenttext",
    "field-name-comment-body",
    "text-formatted",
    "comment-content",
    "comment__content",
    "comment-body",
    "comment_body",
    "comment-entry",
    "wpd-comment-text",
    "bbWrapper",
    "messageText",
    "message-body",
    "content",
    "postbody",
    "post_body",
    "postcontent",
    "post_message",
    "t_f",
    "ipsType_richText",
)
TIMES = (
    "comment-time",
    "comment-date",
    "comment-metadata",
    "commentmetadata",
    "comment-meta",
    "datetime",
    "comment-timestamp",
    "comment__time",
    "comment-footer",
    "submitted",
    "wpd-comment-date",
    "DateTime",
    "postinfo",
    "keyinfo",
    "thead",
    "date",
    "postdate",
    "post_date",
    "authi",
    "author",
)
ASIDE = frozenset(
    {
        "author",
        "reply",
        "comment-reply",
        "comment-reply-link",
        "comment-meta",
        "commentmetadata",
        "comment-metadata",
        "comment-author",
        "comment-header",
        "comment-actions",
        "comment-footer",
        "comment-edit",
        "comment-edit-link",
        "comment-time",
        "comment-date",
        "says",
        "vcard",
        "moderation",
        "button",
        "wprm-comment-rating",
        "comment-awaiting-moderation",
        "repondre",
        "message-signature",
        "signature",
        "bbCodeBlock-expandLink",
        "comment-likes",
        "sharedaddy",
        "comment-replies",
        "children",
        "datetime",
        "secondary-text",
        "js-selectToQuoteEnd",
    }
)
"""Parts of a comment that are not what its author wrote."""
SAYS = re.compile(
    r"\s*(?:,?\s*(?:on|am|le|el)\s.*)?\b(?:says?|said|sagt|sagte|schrieb|schreibt|meint|dijo|dice|ha scritto|disse|a dit|dit|zegt|"
    r"schreef|pisze|napisał|пишет|skriver|säger)\b.{0,12}$",
    re.IGNORECASE,
)
LEADING = re.compile(
    r"^\W*(?:says?|said|sagt|schreibt|meint|dijo|dice|disse|diz|dit|a dit|zegt|pisze|пишет|より)\s*:?\s*\n+",
    re.IGNORECASE,
)
"""What stands between the name and the words where a theme puts both in one element."""
STAMP = re.compile(
    r"\d[:.h]\d\d|\d[-./]\d+[-./]\d|\d+\s*\w+\s+ago\b|\b(?:vor|hace|il y a|há)\s+\d|\d\s*(?:秒|分|小|天|日|時|월|日)"
)
"""What looks like a time or a day, in whatever language."""
LATER = re.compile(
    r"[/-]page[-/]?(?!1\b)\d+|[?&](?:page=(?!1\b)|start=(?!0\b))\d+|/thread-\d+-(?!1-)\d+-\d+|[?&]topic=\d+\.(?!0\b)\d+"
)
"""What the addresses of a thread's later pages hold, engine by engine; the first post of these did not open it."""
FEW_LINKS = 30
"""Links of a comment among which its own is."""
POSTED = re.compile(r"(?:Posted by|Geschrieben von|Publicado por|Rédigé par):?\s+(.{1,80}?)\s+\|")
"""How TypePad names who wrote a comment, below it."""


def classes(element: HtmlElement) -> frozenset[str]:
    """The words of an element's class."""
    return words_of(element.get("class", ""))


@lru_cache(4096)
def words_of(name: str) -> frozenset[str]:
    """The words of a class, which thousands of elements of a page share."""
    return frozenset(name.split())


def number_of(element: HtmlElement) -> str | None:
    """The comment's number that an element bears in its id or data, None where it bears none."""
    for name in (element.get("id"), element.get("data-content")):
        found = NUMBERED.match(name) if name else None
        if found:
            return found[found.lastindex or 0]
    return None


@dataclass(frozen=True)
class Talk:
    """The comments of one page: each numbered element, and where a comment stands in another one."""

    page: Page

    @cached_property
    def language(self) -> str | None:
        """The page's language."""
        return language_of(self.page)

    @cached_property
    def numbers(self) -> dict[HtmlElement, str | None]:
        """Elements that are a comment or a part of one that bears its number; None where the number is missing."""
        found: dict[HtmlElement, str | None] = {}
        tree = self.page.tree
        for element in bearing("id", "data-content")(tree):
            number = number_of(element) if element.tag in CONTAINERS else None
            if number is not None and self._is_comment(element):
                found.setdefault(self._whole(element), number)
        for word, parts in self.page.by_class.items():
            mark = MARKED.match(word)
            for part in parts if mark else ():
                around = next(part.iterancestors("li"), None)
                if around is not None and mark:
                    found.setdefault(around, mark[1])
        for element in self.page.by_class.get("comment", ()):
            if element not in found and element.tag in CONTAINERS and self._holds_text(element):
                anchor = element.getprevious()
                found[element] = number_of(anchor) if anchor is not None and anchor.tag == "a" else None
        for element in self.page.by_class.get("comment-author", ()):
            if element not in found and element.tag == "dt":
                anchors = (re.match(r"c(\d+)$", link.get("name") or "") for link in element.iter("a"))
                found[element] = next((anchor[1] for anchor in anchors if anchor), None)
        return found

    @staticmethod
    def _whole(element: HtmlElement) -> HtmlElement:
        """The post that a numbered element is the text of (SMF 2.0 numbers nothing else), or the element itself."""
        if "inner" not in classes(element):
            return element
        return next((over for over in element.iterancestors("div") if "post_wrapper" in classes(over)), element)

    @staticmethod
    def _is_comment(element: HtmlElement) -> bool:
        """Whether a numbered element is a comment or a forum's post, and no article of a blog."""
        name, words = element.get("id") or element.get("data-content") or "", classes(element)
        if re.match(r"p(id)?\d", name):
            return bool(words & (FORUM_POSTS | {"post"}))
        # vBulletin 3 has a table for each post.
        return not re.match(r"(js-)?post-?\d", name) or bool(words & FORUM_POSTS) or element.tag == "table"

    @staticmethod
    def _holds_text(element: HtmlElement) -> bool:
        """Whether an element without number holds what one comment holds."""
        inner = [classes(part) for part in element.iterdescendants() if isinstance(part.tag, str)]
        texts = {"comment-content", "comment-text", "commenttext", "comment-body", "field-name-comment-body"}
        return any(words & texts for words in inner) and not any("comment" in words for words in inner)

    @property
    def is_thread(self) -> bool:
        """Whether these are a forum's posts, of which the first opened the thread."""
        first = next(iter(self.numbers), None)
        if first is None:
            return False
        name = first.get("data-content") or first.get("id") or ""
        return FORUM_ID.match(name) is not None or "post_wrapper" in classes(first)

    @cached_property
    def comments(self) -> list[tuple[HtmlElement, str | None]]:
        """The outer element and the number of each comment, in the page's order; no pingbacks."""
        seen: set[str] = set()
        found: list[tuple[HtmlElement, str | None]] = []
        for element, number in self.numbers.items():
            if number in seen or classes(element) & NO_COMMENT:
                continue
            if number is None and any(over in self.numbers for over in element.iterancestors()):
                continue
            if number is not None:
                seen.add(number)
            found.append((element, number))
        # Where all seem to be of another page, this one has an address that its links do not know.
        return [one for one in found if not self._is_elsewhere(*one)] or found

    def _is_elsewhere(self, element: HtmlElement, number: str | None) -> bool:
        """Whether a comment's own link leads to another page: one of the newest of the site, beside the article."""
        for link in islice(element.iter("a"), FEW_LINKS):
            place, _, name = (link.get("href") or "").partition("#")
            if place and name == f"comment-{number}":
                path, here = urlsplit(self.page.absolute(place)).path.rstrip("/"), self.page.path.rstrip("/")
                return not path.startswith(here) and not here.startswith(path)
        return False

    def own(self, comment: HtmlElement, number: str | None) -> Iterator[HtmlElement]:
        """The elements of a comment without those of the answers that stand in it."""
        walk: Any = lxml.etree.iterwalk(comment, events=("start",))
        for _, element in walk:
            if element is not comment and (
                (element in self.numbers and self.numbers[element] != number) or classes(element) & WITHIN
            ):
                walk.skip_subtree()
            elif isinstance(element.tag, str):
                yield element

    def read(self, comment: HtmlElement, number: str | None) -> dict[str, Any]:
        """One comment as fields of a Post."""
        if number is None:
            raise LookupError("number of the comment")
        parts = list(self.own(comment, number))
        if comment.tag == "dt":
            parts += [part for dd in comment.itersiblings("dd", "dt") if dd.tag == "dd" for part in dd.iter()][:60]
        by_class: dict[str, HtmlElement] = {}
        for part in parts:
            for word in (part.get("class") or "").split():
                by_class.setdefault(word, part)
        author = self.author(comment, parts, by_class)
        return {
            "id": number,
            "author_name": author,
            "text": self.text(comment, number, parts, by_class),
            "published_at": self.time(parts, by_class),
            "in_reply_to": self.parent(comment, number),
        }

    def author(self, comment: HtmlElement, parts: list[HtmlElement], by_class: dict[str, HtmlElement]) -> str:
        """The shown name of who wrote a comment."""
        told = comment.get("data-author")
        if told:
            return str(told)
        for word in AUTHORS:
            name = named(by_class[word]) if word in by_class else None
            if name:
                return name
        for part in parts:
            if part.get("itemprop") in {"author", "creator", "name"} or part.tag == "cite":
                name = named(part)
                if name:
                    return name
        posted = POSTED.search(one_line_of(comment) or "")
        if posted:
            return posted[1].strip()
        raise LookupError("author of the comment")

    def text(
        self, comment: HtmlElement, number: str | None, parts: list[HtmlElement], by_class: dict[str, HtmlElement]
    ) -> str:
        """What a comment says."""
        marked = [part for part in parts if part.get("itemprop") in {"text", "commentText", "description"}]
        marked = marked or [part for part in parts if BODY_ID.match(part.get("id") or "")]
        bodies = [by_class[word] for word in TEXTS if word in by_class and by_class[word] is not comment]
        for body in (*marked[:1], *bodies, comment):
            said = LEADING.sub("", plain_text(body, partial(self.aside, number, body)) or "")
            if said:
                return said
        raise LookupError("text of the comment")

    def aside(self, number: str | None, body: HtmlElement, part: HtmlElement) -> bool:
        """Whether a part of a comment's body is not its author's words."""
        if part is body:
            return False
        if part in self.numbers and self.numbers[part] != number:
            return True
        if part.tag in {"cite", "footer", "header"} and part.getparent() is body:
            return True
        return bool(ASIDE & classes(part))

    def time(self, parts: list[HtmlElement], by_class: dict[str, HtmlElement]) -> Moment | None:
        """When a comment was written; most sites tell a local time of no known zone, so the day."""
        for part in parts:
            stamp = part.get("datetime") if part.tag in {"time", "span"} else None
            if part.tag == "abbr":
                stamp = part.get("title")
            if part.get("itemprop") in {"datePublished", "dateCreated", "commentTime"}:
                stamp = part.get("content") or part.get("datetime") or part.get("title")
            if stamp:
                read = stamped(stamp, self.language)
                if read:
                    return read
            if TIME_ID.match(part.get("id") or ""):
                inner = next(part.iter("span"), part)
                read = local(inner.get("title") or one_line_of(part), self.language or "zh")
                if read:
                    return read
            second = part.get("data-time") or part.get("data-timestamp")
            if second and second.isdecimal():
                return epoch(int(second))
            href = (part.get("href") or "") if part.tag == "a" else ""
            shown = re.search(r"[?&]showComment=(\d{13})\b", href) if "showComment=" in href else None
            if shown:
                return epoch(int(shown[1]), 0.001)
        for word in TIMES:
            if word in by_class:
                read = local(by_class[word].get("title"), self.language) or local(
                    one_line_of(by_class[word]), self.language
                )
                if read:
                    return read
        if any(part.tag == "time" for part in parts):
            raise LookupError("time of the comment")
        return None

    def parent(self, comment: HtmlElement, number: str) -> str | None:
        """The number of the comment that a comment stands in."""
        for over in comment.iterancestors():
            above = self.numbers.get(over)
            if above not in (None, number):
                return above
        return None


def named(element: HtmlElement) -> str | None:
    """The name in an element, without "says" and the like."""
    for inner in element.iter("b", "strong", "cite", "a", "span", "h4"):
        words = classes(inner)
        if inner is not element and ("fn" in words or "url" in words or inner.tag in {"strong", "b", "h4"}):
            return one_line_of(inner)
    shown = plain_text(element, lambda part: bool(classes(part) & {"says", "avatar", "screen-reader-text"})) or ""
    return SAYS.sub("", " ".join(shown.split())).strip(" :,") or None


def read_comments(page: Page, platform: str, talk: Talk | None = None, *, strict: bool = True) -> Iterator[Part]:
    """The comments in a page, and where its other pages of comments are.

    On pages of no known engine (not ``strict``) what looks like a comment and can't be read as one is none.
    """
    talk, address = talk or Talk(page), page.url.partition("#")[0]

    def read(found: tuple[HtmlElement, str | None]) -> Post:
        fields = talk.read(*found)
        return Post(platform=platform, kind="comment", url=f"{address}#comment-{fields['id']}", **fields)

    made = [part for part in each("comment", talk.comments, read) if strict or not isinstance(part, Unread)]
    yield from made
    if strict and any(isinstance(part, Post) and part.published_at for part in made):
        # A theme tells the time of each comment, or of none.
        for part in made:
            if isinstance(part, Post) and part.published_at is None:
                yield Unread(f"comment {part.id}", "time of the comment")
    for link in page.tree.iter("a"):
        href = link.get("href") or ""
        if re.search(r"/comment-page-\d+|[?&]cpage=\d+", href):
            yield Link("next", page.absolute(href).partition("#")[0])


def read_thread(page: Page, platform: str, about: Mapping[str, Any], talk: Talk | None = None) -> Iterator[Part]:
    """A forum's thread: the post that opened it, with what the page says ``about`` the thread, and the answers on this page."""
    talk = talk or Talk(page)
    if not talk.comments:
        raise drift("posts of the thread")
    later = LATER.search(page.url)
    first = None if later else talk.comments[0][0]
    counted = {key: about[key] for key in ("title", "comments", "likes", "views", "language") if about.get(key)}

    def read(found: tuple[HtmlElement, str | None]) -> Post:
        fields = talk.read(*found)
        # XenForo's posts have addresses of their own, and a time each; those of other forums are a place in the page,
        # and tell their times in words that may be unknown.
        is_xenforo = found[0].get("data-content") is not None
        if fields["published_at"] is None and (is_xenforo or not STAMP.search(found[0].text_content())):
            raise LookupError("time of the post")
        own = f"/post-{fields['id']}" if is_xenforo else f"#{found[0].get('id') or 'msg' + fields['id']}"
        address = about["url"].rstrip("/") + own
        if found[0] is first:
            return Post(platform=platform, url=about["url"], **(counted | fields))
        return Post(platform=platform, kind="comment", url=address, **fields)

    yield from each("post", talk.comments, read)
    for link in page.tree.iter("a", "link"):
        rel, words = link.get("rel") or "", (link.get("class") or "").split()
        if link.get("href") and ("next" in rel.split() or {"pageNav-jump--next", "nxt"} & set(words)):
            yield Link("next", page.absolute(link.get("href", "")))
            return
