"""The demo's Hacker News: the search of hn.algolia.com and the items of the Firebase API.

Source: https://hn.algolia.com/api and https://github.com/HackerNews/API (layout)
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from spiders.demo.answer import Answer, Asked, as_json, missing
from spiders.demo.brands import START
from spiders.demo.genesis import NEWS
from spiders.demo.world import Piece, World

SEARCH, ITEMS = "hn.algolia.com", "hacker-news.firebaseio.com"
HOSTS = (SEARCH, ITEMS)
ROBOTS = {ITEMS: "User-agent: *\nAllow: /*.json$\n"}


def item_id(piece: Piece) -> int:
    """The item's number: it grows with time."""
    return 48_000_000 + int((piece.at - START).total_seconds())


def story_of(world: World, piece: Piece) -> Piece:
    """The story that a comment stands under."""
    while piece.parent:
        piece = world.by_serial[piece.parent]
    return piece


def link(piece: Piece) -> str:
    """Where a story points to."""
    return f"https://{NEWS['en']}/{piece.at:%Y/%m}/{piece.serial}"


def hit_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """A hit of the search."""
    story = story_of(world, piece)
    common = {
        "author": piece.author,
        "created_at": piece.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "created_at_i": int(piece.at.timestamp()),
        "objectID": str(item_id(piece)),
        "story_id": item_id(story),
        "updated_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if piece is not story:
        return {
            **common,
            "_tags": ["comment", f"author_{piece.author}", f"story_{item_id(story)}"],
            "comment_text": html.escape(piece.text),
            "parent_id": item_id(world.by_serial[piece.parent or 0]),
            "story_title": story.title,
            "story_url": link(story),
        }
    return {
        **common,
        "_tags": ["story", f"author_{piece.author}", f"story_{item_id(piece)}"],
        "children": [item_id(child) for child in world.children(piece, at)],
        "num_comments": len(world.descendants(piece, at)),
        "points": piece.count("likes", at),
        "title": piece.title,
        "url": link(piece),
    }


def tree_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """An item with everything below it."""
    story = story_of(world, piece)
    return {
        "author": piece.author,
        "children": [tree_json(world, child, at) for child in world.children(piece, at)],
        "created_at": piece.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "created_at_i": int(piece.at.timestamp()),
        "id": item_id(piece),
        "options": [],
        "parent_id": item_id(world.by_serial[piece.parent]) if piece.parent else None,
        "points": piece.count("likes", at) if piece is story else None,
        "story_id": item_id(story),
        "text": html.escape(piece.text) if piece.parent else None,
        "title": piece.title,
        "type": "comment" if piece.parent else "story",
        "url": None if piece.parent else link(piece),
    }


def item_json(world: World, piece: Piece, at: datetime) -> dict[str, Any]:
    """An item of the Firebase API."""
    kids = [item_id(child) for child in world.children(piece, at)]
    common: dict[str, Any] = {"by": piece.author, "id": item_id(piece), "time": int(piece.at.timestamp())}
    if kids:
        common["kids"] = kids
    if piece.parent:
        parent = item_id(world.by_serial[piece.parent])
        return {**common, "parent": parent, "text": html.escape(piece.text), "type": "comment"}
    return {
        **common,
        "descendants": len(world.descendants(piece, at)),
        "score": piece.count("likes", at),
        "title": piece.title,
        "type": "story",
        "url": link(piece),
    }


def matches(piece: Piece, asked: Asked) -> bool:
    """Whether a hit has all words of the query and one of the tags asked for."""
    words = asked.get("query").lower().replace('"', "").split()
    text = f"{piece.title or ''} {piece.text}".lower()
    kinds = set(re.findall(r"story|comment", asked.get("tags"))) or {"story", "comment"}
    return ("comment" if piece.parent else "story") in kinds and all(
        re.search(rf"\b{re.escape(word)}", text) for word in words
    )


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A page of either API."""
    everything = list(reversed(world.listed("hackernews", "", at)))
    found = re.fullmatch(r"/(?:v0/item|api/v1/items)/(\d+)(?:\.json)?", asked.path)
    if found:
        piece = next((one for one in everything if item_id(one) == int(found[1])), None)
        if piece is None:
            return as_json(None) if asked.host == ITEMS else as_json({"status": 404, "error": "Not Found"}, 404)
        return as_json(item_json(world, piece, at) if asked.host == ITEMS else tree_json(world, piece, at))
    if asked.host == SEARCH and asked.path in {"/api/v1/search", "/api/v1/search_by_date"}:
        size, page = min(int(asked.get("hitsPerPage", "20")), 1000), int(asked.get("page", "0"))
        hits = [one for one in everything if matches(one, asked)]
        shown = hits[page * size : (page + 1) * size]
        return as_json(
            {
                "exhaustive": {"nbHits": True},
                "hits": [hit_json(world, one, at) for one in shown],
                "hitsPerPage": size,
                "nbHits": len(hits),
                "nbPages": -(-len(hits) // size),
                "page": page,
                "params": f"query={asked.get('query')}",
                "query": asked.get("query"),
            }
        )
    return missing()
