"""The demo's Mastodon: one open instance, and one that is closed to anonymous readers.

Source: https://docs.joinmastodon.org/entities/Status/ (layout)
"""

from __future__ import annotations

import hashlib
import html
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

from spiders.demo.answer import Answer, Asked, as_json, missing
from spiders.demo.brands import Account
from spiders.demo.genesis import CLOSED_INSTANCE, HOME_INSTANCE
from spiders.demo.world import Piece, World, stands

HOSTS = (HOME_INSTANCE, CLOSED_INSTANCE)
ROBOTS = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n"
EPOCH_SHIFT = 16


def status_id(piece: Piece) -> str:
    """The instance's id of a post: its milliseconds, shifted."""
    return str((int(piece.at.timestamp() * 1000) << EPOCH_SHIFT) + piece.serial % 65536)


@cache
def account_id(handle: str) -> str:
    """The instance's id of an account."""
    return "1100" + str(int(hashlib.sha256(handle.encode()).hexdigest()[:12], 16))[:14]


@cache
def person(handle: str) -> Account:
    """Someone without a page in the brands' list: the numbers follow from the name."""
    number = int(hashlib.sha256(handle.encode()).hexdigest()[:6], 16)
    return Account("mastodon", handle, handle.replace("_", " ").title(), base=20 + number % 900, daily=number % 3 / 4)


def account_of(world: World, handle: str) -> Account:
    """An account of the instance."""
    return world.accounts.get(("mastodon", handle)) or person(handle)


def posts_of(world: World, handle: str, at: datetime) -> list[Piece]:
    """An account's posts at a moment, newest first."""
    return [piece for piece in reversed(world.listed("mastodon", HOME_INSTANCE, at)) if piece.author == handle]


def account_json(world: World, handle: str, at: datetime) -> dict[str, Any]:
    """An account as the API gives it."""
    account = account_of(world, handle)
    posts = posts_of(world, handle, at)
    return {
        "id": account_id(handle),
        "username": handle,
        "acct": handle,
        "display_name": account.name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": "2023-04-11T00:00:00.000Z",
        "note": f"<p>{html.escape(account.text)}</p>" if account.text else "",
        "url": f"https://{HOME_INSTANCE}/@{handle}",
        "uri": f"https://{HOME_INSTANCE}/users/{handle}",
        "avatar": f"https://{HOME_INSTANCE}/avatars/original/missing.png",
        "followers_count": account.followers(at),
        "following_count": account.following,
        "statuses_count": len(posts),
        "last_status_at": posts[0].at.date().isoformat() if posts else None,
        "emojis": [],
        "fields": [],
    }


def content(piece: Piece) -> str:
    """A post's HTML: a paragraph, and its tags as links."""
    text = html.escape(piece.text, quote=False)
    if not piece.tags:
        return f"<p>{text}</p>"
    tags = " ".join(
        f'<a href="https://{HOME_INSTANCE}/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        for tag in piece.tags
    )
    return f"<p>{text}</p><p>{tags}</p>"


def plain(piece: Piece) -> str:
    """What a reader sees of a post: its text, and its tags below."""
    return piece.text + ("\n\n" + " ".join(f"#{tag}" for tag in piece.tags) if piece.tags else "")


def status_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """A status as the API gives it; a boost has empty content and the original inside."""
    original = world.by_serial[piece.repost_of] if piece.repost_of else None
    parent = world.by_serial[piece.parent] if piece.parent else None
    address = f"https://{HOME_INSTANCE}/@{piece.author}/{status_id(piece)}"
    return {
        "id": status_id(piece),
        "created_at": piece.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "in_reply_to_id": status_id(parent) if parent else None,
        "in_reply_to_account_id": account_id(parent.author) if parent else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": piece.language,
        "uri": f"https://{HOME_INSTANCE}/users/{piece.author}/statuses/{status_id(piece)}",
        "url": address,
        "replies_count": len(world.children(piece, at)),
        "reblogs_count": 0 if original else piece.count("shares", at),
        "favourites_count": 0 if original else piece.count("likes", at),
        "quotes_count": 0 if original else piece.count("quotes", at),
        "edited_at": None,
        "content": "" if original else content(piece),
        "reblog": status_json(world, original, at) if original else None,
        "account": account_json(world, piece.author, at),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag, "url": f"https://{HOME_INSTANCE}/tags/{tag}"} for tag in piece.tags],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def sliced(pieces: list[Piece], asked: Asked) -> list[Piece]:
    """One page of a list, newest first: below ``max_id``, at most ``limit``."""
    below = asked.get("max_id")
    kept = [piece for piece in pieces if not below or int(status_id(piece)) < int(below)]
    return kept[: min(int(asked.get("limit", "20")), 40)]


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A page of the open instance; the closed one wants a log-in."""
    if asked.host == CLOSED_INSTANCE:
        return as_json({"error": "This method requires an authenticated user"}, 401)
    headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "299"}
    everything = list(reversed(world.listed("mastodon", HOME_INSTANCE, at)))
    handles = {piece.author for piece in everything} | {
        handle for platform, handle in world.accounts if platform == "mastodon"
    }
    if asked.path == "/api/v1/accounts/lookup":
        handle = asked.get("acct").partition("@")[0]
        if handle not in handles:
            return as_json({"error": "Record not found"}, 404)
        return as_json(account_json(world, handle, at), headers=headers)
    if found := re.fullmatch(r"/api/v1/timelines/tag/(.+)", asked.path):
        tagged = [piece for piece in everything if found[1].lower() in piece.tags and piece.repost_of is None]
        return as_json([status_json(world, piece, at) for piece in sliced(tagged, asked)], headers=headers)
    if found := re.fullmatch(r"/api/v1/accounts/(\d+)/statuses", asked.path):
        own = [piece for piece in everything if account_id(piece.author) == found[1]]
        return as_json([status_json(world, piece, at) for piece in sliced(own, asked)], headers=headers)
    if found := re.fullmatch(r"/api/v1/statuses/(\d+)(/context)?", asked.path):
        piece = next((piece for piece in everything if status_id(piece) == found[1]), None)
        if piece is None:
            return as_json({"error": "Record not found"}, 404)
        if not found[2]:
            return as_json(status_json(world, piece, at), headers=headers)
        above: list[Piece] = []
        parent = world.by_serial[piece.parent] if piece.parent else None
        while parent is not None and stands(parent, at):
            above.insert(0, parent)
            parent = world.by_serial[parent.parent] if parent.parent else None
        thread = {
            "ancestors": [status_json(world, one, at) for one in above],
            "descendants": [status_json(world, one, at) for one in world.descendants(piece, at)],
        }
        return as_json(thread, headers=headers)
    return missing()
