"""The executive summary and the tiles: sentences that rules choose and figures fill. Nothing is said that an interval does not allow."""

from __future__ import annotations

from datetime import date

from reports.document import Sentence
from reports.figures import Figure
from reports.intervals import Interval, above, at_least, exactly, holds_zero
from reports.metrics.base import Value
from reports.sections.audience import beside, common_platforms, grown, place, told_growth
from reports.sections.base import Direction, Story, interval_of, moved
from reports.sections.collection import totals, unread
from reports.sections.voice import DAY_METRICS, cause, chance_of

SPIKES_TOLD, WAVE_DAYS = 2, 7
"""Of days of one brand so near each other the surest is told."""


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

    def told(key: str, one: Interval) -> str:
        return words("sentence.beside", brand=story.brand(key), value=words.best(one, "share"))

    ahead = [told(key, one) for key, one in others if above(one, mine.interval)]
    share, brand = words.both(mine.interval, "share"), story.brand(scope.brand)
    if ahead:
        text = words("sentence.voice_rank_ahead", brand=brand, share=share, ahead=words.list(ahead))
    elif all(above(mine.interval, share_of) for _, share_of in others):
        text = words("sentence.voice_rank_first", brand=brand, share=share)
    else:
        level = [told(key, one) for key, one in others if not above(mine.interval, one)]
        text = words("sentence.voice_rank_shared", brand=brand, share=share, level=words.list(level))
    return Sentence(
        joined(story, text, "voice", moved(mine.interval, then), then, "share"),
        story.ids("share-of-voice", "share-of-voice/before"),
    )


def joined(story: Story, text: str, name: str, way: Direction, then: Interval | None, unit: str) -> str:
    """A sentence and the one on how it moved, where there is something to compare with."""
    if way == "unknown":
        return text
    space = "" if story.words.language == "zh" else " "
    return text + space + story.words(f"sentence.{name}_{way}", then=story.words.best(then, unit))


def mention_total(story: Story, brand: str, when: str = "") -> Interval | None:
    """Texts that name a brand in the period (or the one before); no upper bound where a day was not wholly collected."""
    voice_of, days_of = story.figures.get(f"share-of-voice{when}"), story.figures.get(f"mentions-by-day{when}")
    value = voice_of.find(brand) if voice_of else None
    if value is None or days_of is None or "texts" not in value.beside:
        return None
    texts = float(value.beside["texts"])
    whole = all(day.interval is not None and day.interval.high is not None for day in days_of.by("brand", brand))
    return exactly(texts) if whole else at_least(texts)


def mentions(story: Story) -> Sentence | None:
    """How often the brand was named, against the period before where both were wholly collected."""
    words, brand = story.words, story.scope.brand
    now, then = mention_total(story, brand), mention_total(story, brand, "/before")
    if now is None or not now.best:
        return None
    texts = words.best(now, "posts")
    if then is None or not then.best:
        return Sentence(
            words("sentence.mentions_first", now=texts),
            story.ids("share-of-voice", "mentions-by-day", "share-of-voice/before", "mentions-by-day/before"),
        )
    if now.high is None or then.high is None:
        way = moved(now, then)
        key = f"sentence.mentions_bounds_{way}" if way in {"up", "down"} else "sentence.mentions_bounds"
        return Sentence(
            words(key, now=texts, then=words.best(then, "posts")),
            story.ids("share-of-voice", "mentions-by-day", "share-of-voice/before", "mentions-by-day/before"),
        )
    change_text = words.percent(now.best / then.best - 1, 0, signed=True)
    text = words("sentence.mentions_change", now=texts, change=change_text, then=words.best(then, "posts"))
    return Sentence(
        text, story.ids("share-of-voice", "mentions-by-day", "share-of-voice/before", "mentions-by-day/before")
    )


def sentiment(story: Story) -> Sentence | None:
    """Net sentiment with what could not be scored, and how it moved."""
    words = story.words
    _, mine, then = pair(story, "net-sentiment")
    if mine is None or mine.interval is None:
        return None
    text = words(
        "sentence.sentiment", brand=story.brand(story.scope.brand), net=words.both(mine.interval, "net"), n=words.number(mine.n), unscored=words.number(mine.beside["unscored"])
    )  # fmt: skip
    return Sentence(
        joined(story, text, "sentiment", moved(mine.interval, then), then, "net"),
        story.ids("net-sentiment", "net-sentiment/before"),
    )


def followers(story: Story) -> Sentence | None:
    """Growth over the platforms that all brands share, beside the others'; else the surest growth, or that none can be told."""
    words, figure = story.words, story.figures["follower-growth"]
    platforms = common_platforms(story)
    mine = grown(story, story.scope.brand, platforms)
    if mine is not None and not holds_zero(mine[2]):
        others = [
            words("sentence.other", brand=story.brand(key), value=beside(story, one[2]))
            for key in story.scope.brands[1:]
            if (one := grown(story, key, platforms))
        ]
        text = words(
            "sentence.followers_beside" if others else "sentence.followers_up",
            place=place(story, platforms),
            before=words.best(mine[0], "followers"),
            after=words.best(mine[1], "followers"),
            growth=words.both(mine[2], "growth"),
            others=words.list(others),
        )
        return Sentence(text, story.ids("follower-growth"))
    told = told_growth(story)
    if told:
        value, change = told[0]
        before, after = interval_of(value.beside["before"]), interval_of(value.beside["after"])
        text = words(
            "sentence.followers_up", place=place(story, [value.of[1]]), before=words.best(before, "followers"), after=words.best(after, "followers"), growth=words.both(change, "growth")
        )  # fmt: skip
        return Sentence(text, story.ids("follower-growth"))
    values = figure.by("brand", story.scope.brand)
    same = [story.platform(value.of[1]) for value in values if value.interval and holds_zero(value.interval)]
    return (
        Sentence(words("sentence.followers_same", platforms=words.list(same)), story.ids("follower-growth"))
        if same
        else None
    )


def spikes(story: Story) -> list[Sentence]:
    """The surest days that stood out, with their cause."""
    words, figure = story.words, story.figures["spikes"]
    surest = sorted(figure.values, key=lambda value: (value.interval.best if value.interval else 1.0, value.of))
    found: list[Sentence] = []
    told: list[tuple[str, date]] = []
    for value in surest:
        brand, at = value.of[0], date.fromisoformat(value.of[1])
        if len(found) == SPIKES_TOLD or any(one == brand and abs((at - day).days) <= WAVE_DAYS for one, day in told):
            continue
        told.append((brand, at))
        beside = value.beside
        chance = words.chance(chance_of(value))
        text = words(
            "sentence.spike_storm" if "copies" in value.notes else "sentence.spike",
            day=words.day(at),
            brand=story.brand(brand),
            texts=words.number(beside["texts"]),
            copies=words.number(beside["copies"]),
            expected=words.number(beside["expected"]),
            p=chance if chance.startswith("<") else f"= {chance}",
            cause=cause(story, value),
        )
        found.append(Sentence(text, story.ids("spikes", *(f"{name}/{value.of[1]}" for name in DAY_METRICS))))
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
    return Sentence(text, story.ids("keywords"))


def coverage(story: Story) -> Sentence | None:
    """What of the plan could be read, and what could not at all."""
    words = story.words
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
    return Sentence(text, story.ids("coverage"))
