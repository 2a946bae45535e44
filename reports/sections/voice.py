"""Share of voice, mentions by day with what stood out, texts by platform."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from reports.document import Block, Cell, Note, Section, Table
from reports.figures import Figure
from reports.intervals import Interval, above, total
from reports.metrics.base import Value
from reports.plots import Mark, Plot, Point, Series, runs_of
from reports.scope import Scope
from reports.sections.base import Story
from reports.sections.languages import name as language_name
from reports.text import clean

WEEKS_FROM_DAYS = 120
"""From so many days on the chart is drawn by week."""
COMMON_NAMES = 3
"""So many names that are also words are told."""


def section(story: Story) -> Section:
    """Who is named most, when, and where."""
    words, figures = story.words, story.figures
    blocks: list[Block] = []
    if any(value.interval for value in figures["share-of-voice"].values):
        blocks += [shares(story), share_table(story)]
        blocks += [*precision(story), *common_names(story)]
    days = by_day(story)
    blocks += [days, Note(words("chart.legend_partly"))]
    spikes = spike_table(story)
    if spikes is not None:
        blocks.append(spikes)
    if figures["mentions-by-platform"].values:
        blocks.append(platforms(story))
    return Section("voice", words("section.voice"), finding(story), tuple(blocks))


def finding(story: Story) -> str:
    """Where the brand stands, by whole intervals."""
    words, figure = story.words, story.figures["share-of-voice"]
    mine = figure.find(story.scope.brand)
    if mine is None or mine.interval is None:
        return words("finding.voice_none")
    others = [value.interval for value in figure.values if value is not mine and value.interval]
    share, brand = words.best(mine.interval, "share"), story.brand(story.scope.brand)
    if all(above(mine.interval, other) for other in others):
        return words("finding.voice_first", brand=brand, share=share)
    if mine.beside["rank"] == 1:
        return words("finding.voice_shared", brand=brand, share=share)
    return words("finding.voice_rank", brand=brand, share=share, rank=words.number(mine.beside["rank"]))


def shares(story: Story) -> Plot:
    """Each brand's share with its interval."""
    words, figure = story.words, story.figures["share-of-voice"]
    told = [(value.of[0], value.interval) for value in figure.values]
    return Plot(
        kind="intervals",
        title=words("chart.voice"),
        describe=words.list([words("chart.describe_item", name=story.brand(key), value=words.both(share, "share")) for key, share in told]),
        unit="share",
        series=tuple(Series(story.place(key), story.brand(key), (Point("", share),)) for key, share in told),
        figure=figure.id,
    )  # fmt: skip


def share_table(story: Story) -> Table:
    """Texts, copies, own posts, reposts and the rank."""
    words, figure = story.words, story.figures["share-of-voice"]
    rows = []
    for value in figure.values:
        beside = value.beside
        numbers = [
            Cell(words.number(beside[name]), number=beside[name]) for name in ("texts", "copies", "owned", "reposts")
        ]
        rows.append(
            (story.brand_cell(value.of[0]), story.cell(value, "share"), *numbers, Cell(words.number(beside["rank"]), number=beside["rank"]))
        )  # fmt: skip
    columns = ("brand", "share", "texts", "copies", "owned", "reposts", "rank")
    return Table(words("table.voice"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id)


def precision(story: Story) -> list[Note]:
    """How often the brands' names meant them, where analysts labelled mentions."""
    words, figure = story.words, story.figures["name-precision"]
    told = [
        words(
            "note.name_precision",
            brand=story.brand(value.of[0]),
            right=words.number(value.beside["right"]),
            n=words.number(value.n),
        )
        for value in figure.values
    ]
    return [Note(" ".join(told))] if told else []


def common_names(story: Story) -> list[Note]:
    """The names that are also common words, with nothing to tell the brand by."""
    words, figure = story.words, story.figures["common-names"]
    return [
        Note(words("note.common_name", brand=story.brand(value.of[0]), name=value.of[1], n=words.number(value.n)))
        for value in figure.values[:COMMON_NAMES]
    ]


def by_day(story: Story) -> Plot:
    """Texts by day and brand (by week in long periods), with spikes, watchlist changes and what was not collected."""
    words, scope, figure = story.words, story.scope, story.figures["mentions-by-day"]
    weekly = len(scope.days) >= WEEKS_FROM_DAYS
    series = []
    for brand in scope.brands:
        values = figure.by("brand", brand)
        points = by_week(values, scope) if weekly else tuple(point(value) for value in values)
        series.append(Series(story.place(brand), story.brand(brand), points))
    bands = []
    if not weekly:
        lacking: dict[date, set[str]] = defaultdict(set)
        for value in figure.values:
            for platform in value.beside.get("missing", ()):
                lacking[date.fromisoformat(value.of[1])].add(platform)
        for first, last in runs_of(lacking):
            names = sorted({story.platform(name) for day in lacking if first <= day <= last for name in lacking[day]})
            bands.append((first.isoformat(), last.isoformat(), words("chart.gap", platforms=words.list(names))))
    return Plot(
        kind="lines",
        title=words("chart.mentions_weeks" if weekly else "chart.mentions"),
        describe=words("chart.describe_lines", items="; ".join([*(describe(story, one, "posts") for one in series), *(text for _, _, text in bands)])),
        unit="posts",
        series=tuple(series),
        figure=figure.id,
        marks=watch_marks(story, [point.x for point in series[0].points]) if weekly else marks(story, figure),
        bands=tuple(bands),
    )  # fmt: skip


def point(value: Value) -> Point:
    """A day's value as a point."""
    return Point(value.of[1], value.interval, partly="partly" in value.notes)


def by_week(values: tuple[Value, ...], scope: Scope) -> tuple[Point, ...]:
    """Days summed by weeks that end on the period's last weekday; a first week that is not whole is left out."""
    by_date = {date.fromisoformat(value.of[1]): value for value in values}
    points = []
    end = scope.last
    while end - timedelta(days=6) >= scope.first:
        week = [by_date[end - timedelta(days=back)] for back in range(7)]
        told = [value.interval for value in week if value.interval is not None]
        whole = len(told) == len(week) and not any("partly" in value.notes for value in week)
        summed = total(told) if told else None
        if summed is not None and not whole:
            summed = Interval(summed.low, None, summed.best)
        points.append(Point(end.isoformat(), summed, partly=summed is not None and not whole))
        end -= timedelta(days=7)
    return tuple(reversed(points))


def describe(story: Story, series: Series, unit: str) -> str:
    """A line in words: least, most, last."""
    words = story.words
    told = [point.interval for point in series.points if point.interval is not None]
    if not told:
        return words("chart.describe_item", name=series.label, value="–")
    low, high = min(told, key=lambda one: one.best), max(told, key=lambda one: one.best)
    return words("chart.describe_line", name=series.label, low=words.amount(low.best, unit), high=words.amount(high.best, unit), last=words.amount(told[-1].best, unit))  # fmt: skip


def marks(story: Story, figure: Figure) -> tuple[Mark, ...]:
    """The strongest days that stand out, and the changes of the watchlist."""
    words, found = story.words, []
    spikes = sorted(story.figures["spikes"].values, key=lambda value: value.interval.best if value.interval else 1.0)
    for value in spikes[:4]:
        day = figure.find(*value.of)
        if day is None or day.interval is None:
            continue
        storm = "copies" in value.notes
        text = words(
            "chart.storm" if storm else "chart.spike",
            texts=words.number(value.beside["texts"]),
            copies=words.number(value.beside["copies"]),
        )
        found.append(Mark(value.of[1], text, "copies" if storm else "spike", story.place(value.of[0]), day.interval.best))  # fmt: skip
    return (*found, *watch_marks(story, [day.isoformat() for day in story.scope.days]))


def watch_marks(story: Story, places: list[str]) -> tuple[Mark, ...]:
    """The changes of the watchlist and its queries, each at its day, or at the end of its week."""
    found = []
    for value in story.figures["watchlist-changes"].values:
        at = next((place for place in places if place >= value.of[0]), None)
        if at is not None:
            found.append(Mark(at, value.beside["summary"], "watchlist", day=value.of[0]))
    return tuple(found)


DAY_METRICS = ("day-keywords", "products", "mentions-by-language")
"""What a day's cause is told from."""


def cause_terms(keywords: Figure, brand: str) -> list[str]:
    """The words that rise in the texts of a day against the day before, most marked first."""
    return [one.of[1] for one in keywords.by("brand", brand) if one.beside["rising"]]


def cause(story: Story, value: Value) -> str:
    """What the posts of a day are mostly about, by its keywords against the day before."""
    words = story.words
    figure = story.figures.get(f"day-keywords/{value.of[1]}")
    terms = cause_terms(figure, value.of[0]) if figure else []
    if terms:
        return words("sentence.cause_terms", terms=words.list([f"“{term}”" for term in terms[:3]]))
    named = product(story, value)
    if named is not None:
        name, texts = named
        return words("sentence.cause_product", product=name, n=words.number(texts))
    told = languages(story, value)
    return words("sentence.cause_languages", languages=told) if told else words("sentence.cause_none")


def product(story: Story, value: Value) -> tuple[str, int] | None:
    """The product that more than half of a day's texts name, and how many do."""
    figure = story.figures.get(f"products/{value.of[1]}")
    found = (
        [(one.beside["name"], int(one.beside["texts"])) for one in figure.by("brand", value.of[0])] if figure else []
    )
    name, texts = max(found, key=lambda one: one[1], default=("", 0))
    return (clean(name, 60), texts) if 2 * texts > value.beside["texts"] else None


def languages(story: Story, value: Value) -> str:
    """The languages of a day's texts, where they are several: a word that is said in each of them stands out in none."""
    figure = story.figures.get(f"mentions-by-language/{value.of[1]}")
    found = (
        sorted((one for one in figure.by("brand", value.of[0]) if one.n), key=lambda one: (-one.n, one.of))
        if figure
        else []
    )
    if len(found) < 2:
        return ""
    return story.words.list([f"{language_name(story, one.of[1])} {story.words.number(one.n)}" for one in found[:5]])


def spike_table(story: Story) -> Table | None:
    """The days that stand out, with p and what they were about."""
    words, figure = story.words, story.figures["spikes"]
    if not figure.values:
        return None
    rows = []
    for value in figure.values[:12]:
        beside = value.beside
        rows.append(
            (
                story.brand_cell(value.of[0]),
                Cell(words.day(date.fromisoformat(value.of[1]))),
                Cell(cause(story, value), small=story.notes(value)),
                most_read(story, value),
                Cell(words.number(beside["texts"]), number=beside["texts"]),
                Cell(words.number(beside["copies"]), number=beside["copies"]),
                Cell(words.number(beside["expected"], 1), number=beside["expected"], unit="mean"),
                Cell(words.chance(chance_of(value)), number=chance_of(value), unit="probability"),
            )
        )
    columns = ("brand", "day", "cause", "most_read", "texts", "copies", "expected", "chance")
    return Table(
        words("table.spikes"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=4
    )


def chance_of(value: Value) -> float:
    """The p that a day is told with: of its texts, or of its posts where copies made it."""
    return float(value.beside["p_posts"] if "copies" in value.notes or not value.interval else value.interval.best)


def most_read(story: Story, value: Value) -> Cell:
    """The day's post with most engagement, to be read."""
    figure = story.figures.get(f"top-posts/{value.of[1]}")
    first = next((one for one in figure.by("brand", value.of[0]) if one.of[1] == "best"), None) if figure else None
    if first is None:
        return Cell("–")
    text = clean(first.beside["title"] or first.beside["excerpt"] or story.words("posts.no_text"), 90)
    return Cell(text, small=story.platform(first.beside["platform"]), link=first.beside["url"])


def platforms(story: Story) -> Plot:
    """Texts by platform, a dot a brand."""
    words, figure, scope = story.words, story.figures["mentions-by-platform"], story.scope
    series = tuple(
        Series(
            story.place(brand),
            story.brand(brand),
            tuple(Point(story.platform(value.of[1]), value.interval) for value in figure.by("brand", brand)),
        )
        for brand in scope.brands
    )
    items = [
        words("chart.describe_item", name=f"{one.label}, {point.x}", value=words.best(point.interval, "posts"))
        for one in series
        for point in one.points
    ]
    return Plot("dots", words("chart.platforms"), "; ".join(items), "posts", series, figure.id)
