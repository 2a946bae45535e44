"""Followers of own accounts, and their growth where it can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from reports.document import Block, Cell, Note, Section, Table
from reports.intervals import Interval, above, growth, holds_zero, total
from reports.metrics.base import Value
from reports.plots import Plot, Point, Series
from reports.sections.base import Story, interval_of
from reports.sections.voice import describe

GAP_DAYS = 8
SMALL = 0.001
"""Growth below it is told with one more digit."""


def section(story: Story) -> Section | None:
    """Growth as a chart over common platforms and as a table by platform."""
    words, figure = story.words, story.figures["follower-growth"]
    if not figure.values:
        return None
    blocks: list[Block] = []
    chart = since_first_day(story)
    if chart is not None:
        blocks += [chart, Note(words("chart.legend_band") + " " + words("note.followers_twice"))]
    blocks.append(table(story))
    return Section("followers", words("section.followers"), finding(story), tuple(blocks))


def told_growth(story: Story) -> list[tuple[Value, Interval]]:
    """The brand's growth on each platform where one can be told, the surest and greatest first."""
    values = story.figures["follower-growth"].by("brand", story.scope.brand)
    told = [
        (value, value.interval) for value in values if value.interval is not None and not holds_zero(value.interval)
    ]
    return sorted(told, key=lambda one: -min(abs(one[1].low), abs(one[1].best)))


def finding(story: Story) -> str:
    """How the brand's followers changed over the platforms that all share, and who grew faster; else its most marked change."""
    words, figure = story.words, story.figures["follower-growth"]
    brand = story.brand(story.scope.brand)
    if not figure.by("brand", story.scope.brand):
        return words("finding.followers_none", brand=brand)
    platforms = common_platforms(story)
    mine = grown(story, story.scope.brand, platforms)
    if mine is None:
        told = told_growth(story)
        if not told:
            return words("finding.followers_same", brand=brand)
        platforms, change = [told[0][0].of[1]], told[0][1]
    else:
        change = mine[2]
    if holds_zero(change):
        return words("finding.followers_same", brand=brand)
    digits = 1 if abs(change.best) >= SMALL else 2
    others = {key: one[2] for key in story.scope.brands[1:] if (one := grown(story, key, platforms))}
    faster = [f"{story.brand(key)} ({words.percent(rate.best, 1, signed=True)})" for key, rate in others.items() if above(rate, change)]  # fmt: skip
    if change.best < 0:
        key = "followers_lost"
    elif faster:
        key = "followers_behind"
    else:
        key = "followers_fastest" if others and all(above(change, one) for one in others.values()) else "followers_some"
    return words(f"finding.{key}", brand=brand, growth=words.percent(abs(change.best), digits), place=place(story, platforms), faster=words.list(faster))  # fmt: skip


def beside(story: Story, rate: Interval) -> str:
    """A competitor's growth in a word, where its interval has no room: about 0 where no change can be told."""
    return story.words("finding.about_zero") if holds_zero(rate) else story.words.best(rate, "growth")


def place(story: Story, platforms: list[str]) -> str:
    """Where followers are counted: the platform's name, or how many there are."""
    if len(platforms) == 1:
        return story.words("finding.place_one", platform=story.platform(platforms[0]))
    return story.words("finding.place_many", count=story.words.number(len(platforms)))


def common_platforms(story: Story) -> list[str]:
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


def since_first_day(story: Story) -> Plot | None:
    """Growth since the first day on which all accounts of a brand were seen, over the platforms that all brands share."""
    words, figure, scope = story.words, story.figures["followers-by-day"], story.scope
    platforms = common_platforms(story)
    if not platforms:
        return None
    series = []
    for brand in scope.brands:
        by_day: dict[str, list[Interval | None]] = {day.isoformat(): [] for day in scope.days}
        seen: set[str] = set()
        for value in figure.by("brand", brand):
            if value.of[1] in platforms:
                by_day[value.of[2]].append(value.interval)
                seen |= {value.of[2]} if value.beside["seen"] else set()
        sums = {day: one for day, parts in by_day.items() if day in seen and (one := summed(parts, len(platforms)))}
        if sums:
            series.append(Series(story.place(brand), story.brand(brand), since_first(sums, scope.days)))
    if not series:
        return None
    return Plot(
        kind="lines",
        title=words("chart.growth", platforms=words.list([story.platform(name) for name in platforms])),
        describe="; ".join(describe(story, one, "growth") for one in series),
        unit="growth",
        series=tuple(series),
        figure=figure.id,
        days=tuple(day.isoformat() for day in scope.days),
    )


def summed(parts: Sequence[Interval | None], n: int) -> Interval | None:
    """The sum over platforms, None where one lacks."""
    told = [part for part in parts if part is not None]
    return total(told) if len(told) == n else None


def since_first(sums: Mapping[str, Interval], days: Sequence[date]) -> tuple[Point, ...]:
    """Growth on the days on which followers were seen; where more than a week lies between two, a gap."""
    first = next(iter(sums.values()))
    points: list[Point] = []
    last: date | None = None
    for day in days:
        now = sums.get(day.isoformat())
        if now is None:
            far = last is not None and (day - last).days == GAP_DAYS
            points += [Point(day.isoformat(), None)] if far or last is None else []
            continue
        points.append(Point(day.isoformat(), Interval(0.0, 0.0, 0.0) if now is first else growth(first, now)))
        last = day
    return tuple(points)


def table(story: Story) -> Table:
    """Followers, growth and gain by platform and brand, with the times between which they hold."""
    words, figure = story.words, story.figures["follower-growth"]
    order = {brand: number for number, brand in enumerate(story.scope.brands)}
    rows = []
    for value in sorted(figure.values, key=lambda one: (one.of[1], order[one.of[0]])):
        beside = value.beside
        now, gain = interval_of(beside.get("followers")), interval_of(beside.get("gained"))
        change = story.cell(value, "growth")
        if "no-change" in value.notes:
            change = Cell(
                words("note.no-change"), words.range(value.interval, "growth"), unit="growth", interval=value.interval
            )
        seen = words.period(words.day_at(beside["from"]), words.day_at(beside["to"])) if "from" in beside else ""
        rows.append(
            (
                Cell(story.platform(value.of[1])),
                story.brand_cell(value.of[0]),
                Cell(words.best(now, "followers"), words.range(now, "followers"), number=now.best if now else None, interval=now),
                change,
                Cell(signed(story, gain), span(story, gain), number=gain.best if gain else None, interval=gain),
                Cell(seen),
            )
        )  # fmt: skip
    columns = ("platform", "brand", "followers", "growth", "gained", "observed")
    return Table(
        words("table.growth_title"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=2
    )


def signed(story: Story, gain: Interval | None) -> str:
    """A gain with its sign."""
    return "–" if gain is None else story.words.signed(gain.best)


def span(story: Story, gain: Interval | None) -> str:
    """A gain's interval, where it is one."""
    if gain is None or gain.high is None or gain.exact:
        return ""
    return story.words.signed(gain.low) + story.words("to") + story.words.signed(gain.high)
