"""What the demo's world itself says, in the form of the records that readers must find: worked out without any reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from extractors.records import COUNT_NAMES, Count
from spiders.demo import blog, bluesky, feed, hackernews, mastodon, telegram, weixin, youtube
from spiders.demo.world import Piece, World

Interval = tuple[int, int]


def exact(number: int) -> Interval:
    return number, number


def shortened(number: int) -> Interval:
    """The interval of a number shown as 987, 1.23K, 12.3K, 123K, 1.23M: one unit below its half, one unit less one above."""
    if number < 1000:
        return exact(number)
    size = 1_000_000 if number >= 1_000_000 else 1_000
    unit = max(size // (100 if number < 10 * size else 10 if number < 100 * size else 1), 1)
    shown = number // unit * unit
    # A closing zero is not written: 12K says less than 12.1K.
    while unit < size and shown % (unit * 10) == 0:
        unit *= 10
    return shown - unit // 2, shown + unit - 1


def native_id(world: World, piece: Piece) -> str:
    match piece.platform:
        case "mastodon":
            return mastodon.status_id(piece)
        case "bluesky":
            return bluesky.uri(piece)
        case "hackernews":
            return str(hackernews.item_id(piece))
        case "telegram":
            return telegram.post_id(world, piece)
        case "feed":
            return feed.guid(piece)
        case "blog":
            return blog.comment_id(piece) if piece.parent else str(piece.serial)
        case "weixin":
            return weixin.key(piece)
        case _:
            return youtube.video_id(piece)


def counts(world: World, piece: Piece, at: datetime) -> dict[str, Interval]:
    """The counters of a post as its own page shows them; what is not named is not shown."""
    match piece.platform:
        case "mastodon" | "bluesky":
            if piece.repost_of:
                return {}
            shown = {name: exact(piece.count(name, at)) for name in ("likes", "shares", "quotes")}
            return shown | {"comments": exact(len(world.children(piece, at)))}
        case "hackernews":
            if piece.parent:
                return {}
            return {"likes": exact(piece.count("likes", at)), "comments": exact(len(world.descendants(piece, at)))}
        case "telegram":
            likes = piece.count("likes", at)
            return {"views": shortened(piece.count("views", at))} | ({"likes": exact(likes)} if likes else {})
        case "blog":
            answers = len(world.children(piece, at))
            return {"comments": exact(answers)} if piece.parent is None and answers else {}
        case "youtube":
            shown = {"views": exact(piece.count("views", at))}
            if "likes" not in piece.hides:
                shown["likes"] = exact(piece.count("likes", at))
            if "comments" not in piece.hides:
                shown["comments"] = shortened(piece.count("comments", at))
            return shown
        case _:
            return {}


def plain(piece: Piece) -> str | None:
    """The text as a reader sees it, white space folded."""
    text = mastodon.plain(piece) if piece.platform == "mastodon" else piece.text
    return None if piece.repost_of or not text else folded(text)


def folded(text: str) -> str:
    return "".join(text.split())


def bounds(count: Count | None) -> tuple[int, int | None] | None:
    return None if count is None else (count.low, count.high)


def differences(world: World, piece: Piece, at: datetime, record: Any) -> list[str]:
    """Where a record that was read differs from what the world says of it."""
    found = []
    known = counts(world, piece, at)
    for name in COUNT_NAMES:
        if piece.platform == "bluesky" and name == "saves":
            continue
        if bounds(getattr(record, name)) != known.get(name):
            found.append(f"{name}: {bounds(getattr(record, name))} is not {known.get(name)}")
    if record.published_at is None or record.published_at.at != piece.at:
        found.append(f"published_at: {record.published_at} is not {piece.at}")
    said = folded(record.text) if record.text else None
    if said != plain(piece):
        found.append(f"text: {said} is not {plain(piece)}")
    if (record.title or None) != piece.title:
        found.append(f"title: {record.title} is not {piece.title}")
    return [f"{piece.platform} {native_id(world, piece)}: {sentence}" for sentence in found]
