"""The tiles: five numbers of the brand, each beside the competitors'."""

from __future__ import annotations

from reports.document import Tile
from reports.figures import Figure
from reports.intervals import Interval, holds_zero
from reports.sections.audience import beside as growth_beside
from reports.sections.audience import common_platforms, grown
from reports.sections.base import Direction, Story, interval_of, moved
from reports.sections.engagement import part_list
from reports.summary import mention_total, pair


def tiles(story: Story) -> tuple[Tile, ...]:
    """Five numbers of the brand, each beside the competitors'."""
    found = [
        voice_tile(story),
        mentions_tile(story),
        sentiment_tile(story),
        follower_tile(story),
        engagement_tile(story),
    ]
    return tuple(tile for tile in found if tile is not None)


def others(story: Story, figure: Figure, unit: str) -> tuple[tuple[str, str, str], ...]:
    """The competitors' numbers."""
    told = [(key, figure.find(key)) for key in story.scope.brands[1:]]
    return tuple(
        (story.place(key), story.brand(key), story.words.best(value.interval if value else None, unit))
        for key, value in told
    )


def change(story: Story, way: Direction, then: Interval | None, unit: str) -> str:
    """How a number moved, in words."""
    return (
        story.words(f"tile.{way}", then=story.words.best(then, unit))
        if way != "unknown"
        else story.words("tile.unknown")
    )


def voice_tile(story: Story) -> Tile | None:
    """Share of voice."""
    words = story.words
    figure, mine, then = pair(story, "share-of-voice")
    if mine is None or mine.interval is None:
        return None
    way = moved(mine.interval, then)
    return Tile(words("tile.voice"), words.best(mine.interval, "share"), words.range(mine.interval, "share"), change(story, way, then, "share"), way, others(story, figure, "share"), story.ids("share-of-voice", "share-of-voice/before"), "too-few" in mine.notes)  # fmt: skip


def mentions_tile(story: Story) -> Tile | None:
    """Texts that name the brand."""
    words = story.words
    now, then = mention_total(story, story.scope.brand), mention_total(story, story.scope.brand, "/before")
    if now is None:
        return None
    beside = tuple(
        (story.place(key), story.brand(key), bound(story, mention_total(story, key))) for key in story.scope.brands[1:]
    )
    text = words("tile.before", then=bound(story, then)) if then and then.best else words("tile.unknown")
    return Tile(
        words("tile.mentions"),
        bound(story, now),
        "",
        text,
        moved(now, then),
        beside,
        story.ids("share-of-voice", "mentions-by-day", "share-of-voice/before", "mentions-by-day/before"),
    )


def bound(story: Story, interval: Interval | None) -> str:
    """A number, with ≥ where it has no upper bound."""
    if interval is None or interval.high is not None:
        return story.words.best(interval, "posts")
    return story.words("tile.bound", value=story.words.amount(interval.low, "posts"))


def sentiment_tile(story: Story) -> Tile | None:
    """Net sentiment."""
    words = story.words
    figure, mine, then = pair(story, "net-sentiment")
    if mine is None or mine.interval is None:
        return None
    way = moved(mine.interval, then)
    return Tile(words("tile.sentiment"), words.best(mine.interval, "net"), words.range(mine.interval, "net"), change(story, way, then, "net"), way, others(story, figure, "net"), story.ids("net-sentiment", "net-sentiment/before"), "too-few" in mine.notes)  # fmt: skip


def follower_tile(story: Story) -> Tile | None:
    """Growth of followers over all of a brand's accounts."""
    words = story.words
    platforms = common_platforms(story)
    mine = grown(story, story.scope.brand, platforms)
    if mine is None:
        return None
    before, after, rate = mine
    none = holds_zero(rate)
    span = words(
        "tile.growth_span_many",
        before=words.compact(before.best),
        after=words.compact(after.best),
        count=words.number(len(platforms)),
    )
    if len(platforms) == 1:
        span = words(
            "tile.growth_span",
            before=words.compact(before.best),
            after=words.compact(after.best),
            platform=story.platform(platforms[0]),
        )
    beside = []
    for key in story.scope.brands[1:]:
        other = grown(story, key, platforms)
        beside.append((story.place(key), story.brand(key), growth_beside(story, other[2]) if other else "–"))
    value = words("tile.no_change") if none else words.best(rate, "growth")
    way: Direction = "same" if none else "up" if rate.best > 0 else "down"
    return Tile(
        words("tile.followers"),
        value,
        words.range(rate, "growth"),
        span,
        way,
        tuple(beside),
        story.ids("follower-growth"),
    )


def engagement_tile(story: Story) -> Tile | None:
    """The mean of an own post, with its parts."""
    words, figure = story.words, story.figures["engagement"]
    mine = figure.find(story.scope.brand)
    mean = interval_of(mine.beside.get("mean")) if mine else None
    if mine is None or mean is None:
        return None
    beside = []
    for key in story.scope.brands[1:]:
        value = figure.find(key)
        beside.append(
            (
                story.place(key),
                story.brand(key),
                words.best(interval_of(value.beside.get("mean")) if value else None, "mean"),
            )
        )
    parts = part_list(story, mine.beside["parts"])
    return Tile(words("tile.engagement"), words.best(mean, "mean"), words.range(mean, "mean"), parts, "unknown", tuple(beside), story.ids("engagement"), "too-few" in mine.notes)  # fmt: skip
