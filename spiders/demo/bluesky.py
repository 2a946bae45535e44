"""The demo's Bluesky: the public API of profiles, author feeds and threads; search is closed, as it is in truth.

Source: https://docs.bsky.app/docs/category/http-reference (layout)
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from spiders.demo.answer import Answer, Asked, as_json, html, missing
from spiders.demo.brands import Account
from spiders.demo.world import Piece, World, stands

HOSTS = ("public.api.bsky.app",)
ROBOTS = "# Crawling the public parts of the API is allowed.\nUser-agent: *\nAllow: /\n"
SORTED32 = "234567abcdefghijklmnopqrstuvwxyz"
PAGE = 50


@cache
def did(handle: str) -> str:
    """The stable id of an account."""
    digest = hashlib.sha256(handle.encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def record_key(piece: Piece) -> str:
    """The key of a post: its microseconds in sortable base 32."""
    number = (int(piece.at.timestamp()) * 1_000_000 << 10) + piece.serial % 1024
    return "".join(SORTED32[(number >> 5 * place) & 31] for place in range(12, -1, -1))


def handle_of(author: str) -> str:
    """An author's handle: a domain; people have one under the common one."""
    return author if "." in author else f"{author.replace('_', '-')}.bsky.social"


def uri(piece: Piece) -> str:
    """The address of a post within the network."""
    return f"at://{did(handle_of(piece.author))}/app.bsky.feed.post/{record_key(piece)}"


def stamp(at: datetime) -> str:
    """A time as the network writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def author_json(world: World, author: str) -> dict[str, Any]:
    """An author as shown beside a post."""
    handle = handle_of(author)
    account = world.accounts.get(("bluesky", handle))
    return {
        "did": did(handle),
        "handle": handle,
        "displayName": account.name if account else author.replace("_", " ").title(),
        "avatar": f"https://cdn.bsky.app/img/avatar/plain/{did(handle)}/demo@jpeg",
        "labels": [],
        "createdAt": "2024-02-06T10:00:00.000Z",
    }


def reference(piece: Piece) -> dict[str, str]:
    """A post as others point to it."""
    return {"uri": uri(piece), "cid": "bafyrei" + hashlib.sha256(uri(piece).encode()).hexdigest()[:52]}


def post_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """A post with its counts."""
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "createdAt": stamp(piece.at),
        "langs": [piece.language],
        "text": piece.text,
    }
    if piece.parent:
        parent = world.by_serial[piece.parent]
        root = parent
        while root.parent:
            root = world.by_serial[root.parent]
        record["reply"] = {"parent": reference(parent), "root": reference(root)}
    return {
        **reference(piece),
        "author": author_json(world, piece.author),
        "record": record,
        "bookmarkCount": 0,
        "replyCount": len(world.children(piece, at)),
        "repostCount": piece.count("shares", at),
        "likeCount": piece.count("likes", at),
        "quoteCount": piece.count("quotes", at),
        "indexedAt": stamp(piece.at),
        "labels": [],
    }


def profile_json(world: World, account: Account, at: datetime) -> dict[str, Any]:
    """An account with its counts."""
    posts = [piece for piece in world.listed("bluesky", "", at) if piece.author == account.handle]
    return {
        **author_json(world, account.handle),
        "description": account.text,
        "indexedAt": "2024-02-06T10:00:00.000Z",
        "followersCount": account.followers(at),
        "followsCount": account.following,
        "postsCount": len(posts),
        "associated": {"lists": 0, "feedgens": 0, "starterPacks": 0, "labeler": False},
    }


def thread_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """A post with the answers below it."""
    return {
        "$type": "app.bsky.feed.defs#threadViewPost",
        "post": post_json(world, piece, at),
        "replies": [thread_json(world, child, at) for child in world.children(piece, at)],
        "threadContext": {},
    }


def refused(error: str, message: str) -> Answer:
    """An answer of the API to a question that it can't answer."""
    return as_json({"error": error, "message": message}, 400)


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A page of the API."""
    method = asked.path.removeprefix("/xrpc/")
    if method == "app.bsky.feed.searchPosts":
        return html("<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>", 403)
    if method == "app.bsky.feed.getPostThread":
        piece = next((one for one in world.listed("bluesky", "", at) if uri(one) == asked.get("uri")), None)
        if piece is None:
            return refused("NotFound", f"Post not found: {asked.get('uri')}")
        thread = thread_json(world, piece, at)
        parent = world.by_serial[piece.parent] if piece.parent else None
        if parent is not None and stands(parent, at):
            thread["parent"] = {
                "$type": "app.bsky.feed.defs#threadViewPost",
                "post": post_json(world, parent, at),
                "threadContext": {},
            }
        return as_json({"thread": thread})
    if method == "app.bsky.feed.getPosts":
        wanted = set(asked.query.get("uris", []))
        return as_json(
            {"posts": [post_json(world, one, at) for one in world.listed("bluesky", "", at) if uri(one) in wanted]}
        )
    if method not in {"app.bsky.actor.getProfile", "app.bsky.feed.getAuthorFeed"}:
        return missing()
    account = next(
        (
            one
            for (platform, handle), one in world.accounts.items()
            if platform == "bluesky" and asked.get("actor") in {handle, did(handle)}
        ),
        None,
    )
    if account is None:
        return refused("InvalidRequest", "Profile not found")
    if method == "app.bsky.actor.getProfile":
        return as_json(profile_json(world, account, at))
    own = [one for one in reversed(world.listed("bluesky", "", at)) if one.author == account.handle]
    before = asked.get("cursor")
    rest = [one for one in own if not before or stamp(one.at) < before]
    shown = rest[: min(int(asked.get("limit", str(PAGE))), 100)]
    feed: dict[str, Any] = {"feed": [{"post": post_json(world, one, at)} for one in shown]}
    if len(rest) > len(shown):
        feed["cursor"] = stamp(shown[-1].at)
    return as_json(feed)
