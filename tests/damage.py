"""Damage that a platform's next release could do to a page: names that its reader looks for, renamed or retyped everywhere."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES, Count, Outcome, Post, Reading, Record
from spiders.page import Page

ROOT = Path(__file__).resolve().parent.parent
NAMES_IN_HTML = "class|id|itemprop|itemtype|property|name|rel|type|data-testid|role|typeof"


@cache
def names_read_by(platform: str) -> tuple[str, ...]:
    """The words in the string constants of a platform's file and of what the platforms share: what a reader may look for."""
    files = [
        ROOT / "spiders" / "platforms" / f"{platform}.py",
        *(ROOT / "spiders").glob("*.py"),
        *(ROOT / "spiders" / "layouts").glob("*.py"),
    ]
    words: set[str] = set()
    for file in files:
        if file.exists():
            tree = ast.parse(file.read_text("utf-8"))
            notes = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if (
                    node not in notes
                    and isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and len(node.value) < 200
                ):
                    words |= set(re.findall(r"[A-Za-z_][\w-]+", node.value))
    return tuple(sorted(words))


def damaged(page: Page, platform: str) -> Iterator[tuple[str, Page]]:
    """Each damage that changes the page, with what was done."""
    text = page.text
    for name in names_read_by(platform):
        if name not in text or (platform, name) in OPTIONAL:
            continue
        for what, made in ((f"{name} renamed", renamed(text, name)), (f"{name} retyped", retyped(page, text, name))):
            if made is not None and made != text:
                yield what, replace(page, body=made.encode("utf-8"), content_type=_as_utf8(page.content_type))


def _as_utf8(content_type: str | None) -> str | None:
    return (
        None if content_type is None else re.sub(r"charset=[^;]+", "charset=utf-8", content_type, flags=re.IGNORECASE)
    )


def renamed(text: str, name: str) -> str:
    """The name replaced wherever it is a key, an attribute's name, or a word that names an element."""
    word = re.escape(name)
    text = re.sub(rf'(\\?["\']){word}(\\?["\']\s*:)', rf"\1zq{name}\2", text)
    text = re.sub(rf"([{{,]\s*){word}(\s*:)", rf"\1zq{name}\2", text)
    text = re.sub(rf"(\bvar\s+|window\.){word}\b", rf"\1zq{name}", text)
    text = re.sub(rf'(<[^<>]*\s){word}(\s*=\s*["\'])', rf"\1zq{name}\2", text)
    return re.sub(
        rf'(\s(?:{NAMES_IN_HTML})\s*=\s*)("[^"]*"|\'[^\']*\')',
        lambda found: found.group(1) + re.sub(rf"(?<![\w-]){word}(?![\w-])", f"zq{name}", found.group(2)),
        text,
    )


def retyped(page: Page, text: str, name: str) -> str | None:
    """The values of a key made another type: in the tree where the body is JSON, else the plain values in scripts."""
    if page.looks_json:
        try:
            tree = json.loads(text)
        except ValueError:
            return None
        changed = _retype(tree, name)
        return None if changed == tree else json.dumps(changed, ensure_ascii=False)
    word = re.escape(name)
    text = re.sub(rf'("{word}"\s*:\s*)-?\d+(?=[,}}\s])', r'\1["zq"]', text)
    return re.sub(rf'("{word}"\s*:\s*)"(?:[^"\\]|\\.)*"', r'\1{"zq":1}', text)


def _retype(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _other(item) if key == name else _retype(item, name) for key, item in value.items()}
    return [_retype(item, name) for item in value] if isinstance(value, list) else value


def _other(value: Any) -> Any:
    if isinstance(value, dict | list):
        return "zq"
    return ["zq"] if value is not None else None


def identity(record: Record) -> tuple[str | None, ...]:
    """What tells a record from others of its page."""
    if isinstance(record, Post):
        return ("post", record.id or record.url or (record.title or record.text or "")[:60])
    return ("profile", record.handle or record.id or record.url or record.name)


OPTIONAL = {
    **{
        ("facebook", name): "a page's number stands in the links to apps only, which a page may lack"
        for name in ("al", "android", "url", "class")
    },
    ("instagram", "like_and_view_counts_disabled"): "data from before likes could be hidden do not say so",
    ("pinterest", "follower_count"): "a pin's page may not show the followers of its pinner",
    ("snapchat", "bio"): "an account may have nothing to say of itself",
    ("snapchat", "description"): "an account or a video may have no words",
    ("bilibili", "up_info"): "a licensed series may have no account of its own",
    ("douyin", "uid"): "a share page may name an author by his other names alone",
    ("douyin", "follower_count"): "a video may not show the followers of its author",
    ("douyin", "signature"): "a video may show an author without his description",
    ("instagram", "author_name"): "embeds name no author since 2025",
    ("instagram", "edge_followed_by"): "a post may not show the followers of its author",
    ("instagram", "edge_threaded_comments"): "a comment may have no answers",
    ("instagram", "_sharedData"): "today's pages have none, and say the same less exactly in their meta tags",
    ("linkedin", "interactionStatistic"): "a post may show no followers of its author",
    ("linkedin", "userInteractionCount"): "a post may show no followers of its author",
    ("linkedin", "interactionType"): "a post may show no followers of its author",
    ("telegram", "tgme_page_description"): "a channel may have no description",
    ("telegram", "tgme_channel_info_description"): "a channel may have no description",
    ("youtube", "customUrl"): "a channel may have no address of its own choice",
    ("xiaohongshu", "corner_tag_info"): "a card may tell no time",
    ("xiaohongshu", "text"): "a card may tell no time",
    ("xiaohongshu", "type"): "a card may tell no time",
    ("blog", "author"): "an article may name no author",
    ("blog", "name"): "an article may name no author",
    ("blog", "yoast_head_json"): "written by a plugin that a site may not have",
    ("blog", "datePublished"): "an article may tell no time",
    ("blog", "application"): "the type of JSON-LD, which a page may not have",
    ("blog", "ld"): "the type of JSON-LD, which a page may not have",
    ("blog", "json"): "the type of JSON-LD, which a page may not have",
    ("blog", "type"): "the type of JSON-LD, which a page may not have",
    **{
        ("blog", name): "an article's number is told by links that a theme may leave out"
        for name in ("api", "href", "https", "org", "rel", "shortlink")
    },
    ("blog", "class"): "an attribute of HTML itself, by which all is found",
    ("pinterest", "followerCount"): "a pin's page may not show the followers of its pinner",
    ("pinterest", "unauthOnPageTitle"): "a pin may have no title",
    ("bluesky", "viewer"): "tells that the reader was logged in; to others hidden accounts are not shown",
    ("bluesky", "description"): "an account may have no description",
    ("feed", "date_published"): "an item of a JSON Feed may have no date",
    ("hackernews", "about"): "an account may have nothing to say of itself",
    # (platform, name): why a page without it is a page like any other
    ("lemmy", "description"): "a community may not be described",
    ("lemmy", "bio"): "a person may have nothing to say of himself",
    ("discourse", "description_text"): "a category may not be described",
    ("discourse", "bio_cooked"): "a person may have nothing to say of himself",
    ("producthunt", "user"): "who asks the API names the fields",
    ("tumblr", "uuid"): "younger than the rest of the blog's facts",
    ("tumblr", "description"): "a blog or post may have no words",
    ("tumblr", "og"): "a post may have no words",
    ("tumblr", "property"): "a post may have no words",
    ("tumblr", "content"): "a post may have no words",
    ("tumblr", "text"): "a post may have no words",
    ("vimeo", "bio"): "an author may have nothing to say of himself",
    ("vimeo", "identifier"): "older pages do not number their author",
    ("twitch", "description"): "an account may have nothing to say of itself",
    ("reddit", "public_description"): "a community may not be described",
    ("reddit", "subreddit_subscribers"): "a post tells them of its community in some answers only",
    ("reddit", "subscribers"): "the community's box is not on every page of the old site",
    ("reddit", "subreddits"): "the page's state may not name its community",
    ("reddit", "subreddit-id"): "today's header of a community may lack its id",
    ("mastodon", "published_at"): "a link in the trends may have no date",
    ("mastodon", "author_name"): "a link in the trends may have no author",
}


FORMLESS = {"page"}
"""Platforms of no layout of their own: a page that no longer describes itself is a page like any other."""


def primary(reading: Reading) -> tuple[Record, ...]:
    """What a page is about: its posts but for quoted ones, which may be there or not; where it has no posts, its profiles."""
    quoted = {post.quote_of for post in reading.posts}
    return tuple(post for post in reading.posts if post.id not in quoted) or reading.profiles


REQUIRED = (("id",), ("handle",), ("author", "author_id", "author_name"), ("title", "text"), ("published_at",))
"""What can't vanish from every record of a page while the page reads ok: one of each group."""


def faults(before: Reading, after: Reading) -> Iterator[str]:
    """What a reading of a damaged page may not do: end as if all were well, or tell a number that was not there."""
    if after.outcome not in {Outcome.OK, Outcome.PARTIAL, Outcome.DRIFT}:
        yield f"outcome {after.outcome}"
    formless = all(record.platform in FORMLESS for record in before.records)
    if after.outcome is Outcome.OK and not formless:
        lost = len(primary(before)) - len(primary(after))
        if lost > 0:
            yield f"ok with {lost} of {len(primary(before))} records lost"
        kinds: tuple[tuple[tuple[Record, ...], tuple[Record, ...]], ...] = (
            (before.posts, after.posts),
            (before.profiles, after.profiles),
        )
        for kind, now in kinds:
            for group in REQUIRED:
                had = [record for record in kind if any(getattr(record, name, None) is not None for name in group)]
                has = [record for record in now if any(getattr(record, name, None) is not None for name in group)]
                if kind and len(had) == len(kind) and not has:
                    yield f"ok without any {'/'.join(group)}"
    known = {identity(record): record for record in before.records}
    for record in after.records:
        original = known.get(identity(record))
        names = COUNT_NAMES if isinstance(record, Post) else PROFILE_COUNT_NAMES
        for name in names:
            value: Count | None = getattr(record, name)
            if value is None:
                continue
            was: Count | None = getattr(original, name) if original is not None else None
            if original is None:
                if not any(
                    _overlap(value, getattr(other, name, None))
                    for other in before.records
                    if type(other) is type(record)
                ):
                    yield f"{name} {value.shown or value.low} of a record that was not there"
            elif was is None or not _overlap(value, was):
                yield f"{name} {value.shown or value.low}, was {None if was is None else was.shown or was.low}"


def _overlap(value: Count, other: Count | None) -> bool:
    return (
        other is not None
        and (other.high is None or value.low <= other.high)
        and (value.high is None or other.low <= value.high)
    )


def main() -> None:
    """Print, for each saved page in the folders given, the damages that its reading does not show."""
    from spiders import base
    from spiders.sources import found_in

    for folder in map(Path, sys.argv[1:]):
        for found in found_in(folder):
            if found.page is None:
                continue
            platform, before = base.read(found.page)
            if platform is None or before.outcome is not Outcome.OK:
                continue
            readings = (
                (what, base.read(replace(changed, platform=platform))[1])
                for what, changed in damaged(found.page, platform)
            )
            wrong = [f"{what}: {fault}" for what, after in readings for fault in faults(before, after)]
            print(f"{found.name}: {len(wrong)}", *wrong, sep="\n    ")


if __name__ == "__main__":
    main()
