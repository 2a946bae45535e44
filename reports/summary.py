"""The executive summary and the tiles: sentences that rules choose and figures fill. Nothing is said that an interval does not allow."""

from __future__ import annotations

from datetime import date

from reports.document import Sentence, Tile
from reports.figures import Figure
from reports.intervals import Interval, above, growth, holds_zero, total
from reports.metrics.base import Value
from reports.sections.audience import told_growth
from reports.sections.base import Direction, Story, interval_of, moved
from reports.sections.collection import totals, unread
from reports.sections.engagement import part_list
from reports.sections.voice import cause

SPIKES_TOLD = 2
BIG_CHANGE = 0.1
"""Spikes and growth are told by how sure they are, mentions from a tenth of change on."""


def summary(story: Story) -> tuple[Sentence, ...]:
    """What changed, most important first."""
    found = [
        voice(story),
        mentions(story),
        sentiment(story),
        followers(story),
        *spikes(story),
        keyword(story),
        coverage(story),
    ]
    return tuple(sentence for sentence in found if sentence is not None)


def pair(story: Story, metric: str) -> tuple[Figure, Value | None, Interval | None]:
    """A figure, the brand's value in it, and the interval of the period before."""
    figure, before = story.figures[metric], story.figures.get(f"{metric}/before")
    then = before.find(story.scope.brand) if before else None
    return figure, figure.find(story.scope.brand), then.interval if then else None


def voice(story: Story) -> Sentence | None:
    """Share of voice, who is surely ahead, how it moved."""
    words, scope = story.words, story.scope
    figure, mine, then = pair(story, "share-of-voice")
    if mine is None or mine.interval is None or len(scope.brands) < 2:
        return None
    others = [(value.of[0], value.interval) for value in figure.values if value is not mine and value.interval]
    ahead = [story.brand(key) for key, share in others if above(share, mine.interval)]
    share, brand = words.both(mine.interval, "share"), story.brand(scope.brand)
    if ahead:
        text = words("sentence.voice_rank_ahead", brand=brand, share=share, ahead=words.list(ahead))
    elif all(above(mine.interval, share_of) for _, share_of in others):
        text = words("sentence.voice_rank_first", brand=brand, share=share)
    else:
        level = [story.brand(key) for key, other in others if not above(mine.interval, other)]
        text = words("sentence.voice_rank_shared", brand=brand, share=share, level=words.list(level))
    return Sentence(joined(story, text, "voice", moved(mine.interval, then), then, "share"), figure.id)


def joined(story: Story, text: str, name: str, way: Direction, then: Interval | None, unit: str) -> str:
    """A sentence and the one on how it moved, where there is something to compare with."""
    if way == "unknown":
        return text
    space = "" if story.words.language == "zh" else " "
    return text + space + story.words(f"sentence.{name}_{way}", then=story.words.best(then, unit))


def mention_totals(story: Story) -> tuple[Interval, Interval | None]:
    """Texts that name the brand, now and before; without an upper bound where a day was not wholly collected."""
    scope = story.scope

    def of(name: str) -> Interval | None:
        share = story.figures.get(name)
        value = share.find(scope.brand) if share else None
        return (
            None
            if value is None
            else Interval(value.beside.get("texts", 0), value.beside.get("texts", 0), value.beside.get("texts", 0))
        )

    now, then = of("share-of-voice"), of("share-of-voice/before")
    days = story.figures["mentions-by-day"].by("brand", scope.brand)
    if now is None:
        now = Interval(0, 0, 0)
    if any(value.interval is None or value.interval.high is None for value in days):
        now = Interval(now.low, None, now.best)
    return now, then if then and then.best else None


def mentions(story: Story) -> Sentence | None:
    """How often the brand was named, against the period before."""
    words, figure = story.words, story.figures["mentions-by-day"]
    now, then = mention_totals(story)
    if not now.best:
        return None
    bound = words("sentence.mentions_bound") if now.high is None else ""
    n = words.number(now.best)
    if then is None:
        return Sentence(words("sentence.mentions_first", n=n, bound=bound), figure.id)
    change = words.percent(now.best / then.best - 1, 0, signed=True)
    text = words("sentence.mentions_up", n=n, change=change, then=words.number(then.best), bound=bound)
    return Sentence(text, figure.id)


def sentiment(story: Story) -> Sentence | None:
    """Net sentiment with what could not be scored, and how it moved."""
    words = story.words
    figure, mine, then = pair(story, "net-sentiment")
    if mine is None or mine.interval is None:
        return None
    text = words(
        "sentence.sentiment", brand=story.brand(story.scope.brand), net=words.both(mine.interval, "net"), n=words.number(mine.n), unscored=words.number(mine.beside["unscored"])
    )  # fmt: skip
    return Sentence(joined(story, text, "sentiment", moved(mine.interval, then), then, "net"), figure.id)


def followers(story: Story) -> Sentence | None:
    """The surest growth, or that none can be told."""
    words, figure = story.words, story.figures["follower-growth"]
    values = figure.by("brand", story.scope.brand)
    told = told_growth(story)
    if told:
        value, change = told[0]
        before, after = interval_of(value.beside["before"]), interval_of(value.beside["after"])
        text = words(
            "sentence.followers_up", platform=story.platform(value.of[1]), before=words.best(before, "followers"), after=words.best(after, "followers"), growth=words.both(change, "growth")
        )  # fmt: skip
        return Sentence(text, figure.id)
    same = [story.platform(value.of[1]) for value in values if value.interval and holds_zero(value.interval)]
    return Sentence(words("sentence.followers_same", platforms=words.list(same)), figure.id) if same else None


def spikes(story: Story) -> list[Sentence]:
    """The surest days that stood out, with their cause."""
    words, figure = story.words, story.figures["spikes"]
    surest = sorted(figure.values, key=lambda value: (value.interval.best if value.interval else 1.0, value.of))
    found = []
    for value in surest[:SPIKES_TOLD]:
        beside = value.beside
        p = beside["p_posts"] if "copies" in value.notes else value.interval.best if value.interval else 1.0
        chance = words.chance(p)
        text = words(
            "sentence.spike_storm" if "copies" in value.notes else "sentence.spike",
            day=words.day(date.fromisoformat(value.of[1])),
            brand=story.brand(value.of[0]),
            texts=words.number(beside["texts"]),
            copies=words.number(beside["copies"]),
            expected=words.number(beside["expected"]),
            p=chance if chance.startswith("<") else f"= {chance}",
            cause=cause(story, value),
        )
        found.append(Sentence(text, figure.id))
    return found


def keyword(story: Story) -> Sentence | None:
    """The word that rises most beside the brand."""
    words, figure = story.words, story.figures["keywords"]
    rising = [value for value in figure.by("brand", story.scope.brand) if value.beside["rising"]]
    if not rising:
        return None
    beside = rising[0].beside
    text = words(
        "sentence.keyword", term=rising[0].of[1], brand=story.brand(story.scope.brand), now=words.percent(beside["share"]), before=words.percent(beside["share_before"] or 0.0)
    )  # fmt: skip
    return Sentence(text, figure.id)


def coverage(story: Story) -> Sentence | None:
    """What of the plan could be read, and what could not at all."""
    words, figure = story.words, story.figures["coverage"]
    planned, covered = totals(story)
    if not planned:
        return None
    shut = unread(story)
    worst = (
        words("sentence.coverage_worst", platforms=words.list(shut)) if shut else words("sentence.coverage_all_fine")
    )
    text = words(
        "sentence.coverage", share=words.percent(covered / planned, 0), planned=words.number(planned), worst=worst
    )
    return Sentence(text, figure.id)


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
    return Tile(words("tile.voice"), words.best(mine.interval, "share"), words.range(mine.interval, "share"), change(story, way, then, "share"), way, others(story, figure, "share"), figure.id, "too-few" in mine.notes)  # fmt: skip


def mentions_tile(story: Story) -> Tile | None:
    """Texts that name the brand."""
    words, figure = story.words, story.figures["share-of-voice"]
    now, then = mention_totals(story)
    told = [(key, figure.find(key)) for key in story.scope.brands[1:]]
    beside = tuple(
        (story.place(key), story.brand(key), words.number(value.beside.get("texts", 0) if value else 0))
        for key, value in told
    )
    text = words("tile.before", then=words.number(then.best)) if then else words("tile.unknown")
    way: Direction = "unknown"
    if then is not None and abs(now.best / then.best - 1) >= BIG_CHANGE:
        way = "up" if now.best > then.best else "down"
    return Tile(words("tile.mentions"), words.best(now, "posts"), "", text, way, beside, figure.id)


def sentiment_tile(story: Story) -> Tile | None:
    """Net sentiment."""
    words = story.words
    figure, mine, then = pair(story, "net-sentiment")
    if mine is None or mine.interval is None:
        return None
    way = moved(mine.interval, then)
    return Tile(words("tile.sentiment"), words.best(mine.interval, "net"), words.range(mine.interval, "net"), change(story, way, then, "net"), way, others(story, figure, "net"), figure.id, "too-few" in mine.notes)  # fmt: skip


def follower_tile(story: Story) -> Tile | None:
    """Growth of followers over all of a brand's accounts."""
    words, figure = story.words, story.figures["follower-growth"]
    platforms = common(story)
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
        beside.append((story.place(key), story.brand(key), words.best(other[2], "growth") if other else "–"))
    value = words("tile.no_change") if none else words.best(rate, "growth")
    way: Direction = "same" if none else "up" if rate.best > 0 else "down"
    return Tile(words("tile.followers"), value, words.range(rate, "growth"), span, way, tuple(beside), figure.id)


def common(story: Story) -> list[str]:
    """The platforms on which every brand that has accounts was observed twice."""
    figure = story.figures["follower-growth"]
    sets = [{value.of[1] for value in figure.by("brand", brand) if value.interval} for brand in story.scope.brands]
    some = [found for found in sets if found]
    return sorted(set.intersection(*some)) if some else []


def grown(story: Story, brand: str, platforms: list[str]) -> tuple[Interval, Interval, Interval] | None:
    """Followers before, after and their growth, summed over platforms."""
    values = [
        value
        for value in story.figures["follower-growth"].by("brand", brand)
        if value.of[1] in platforms and value.interval
    ]
    if not values:
        return None
    before = total(one for value in values if (one := interval_of(value.beside["before"])))
    after = total(one for value in values if (one := interval_of(value.beside["after"])))
    rate = growth(before, after)
    return None if rate is None else (before, after, rate)


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
    return Tile(words("tile.engagement"), words.best(mean, "mean"), words.range(mean, "mean"), parts, "unknown", tuple(beside), figure.id, "too-few" in mine.notes)  # fmt: skip
