"""Net sentiment: by brand, by week, with what could not be scored."""

from __future__ import annotations

from reports.cards import measured
from reports.document import Block, Cell, Note, Section, Table
from reports.intervals import above, exactly
from reports.metrics.base import TOO_FEW
from reports.plots import Plot, Point, Series
from reports.sections.base import Story, interval_of
from reports.sections.voice import describe, watch_marks

TONES = ("positive", "neutral", "negative")


def section(story: Story) -> Section:
    """How each brand is spoken of."""
    words, figure = story.words, story.figures["net-sentiment"]
    blocks: list[Block] = []
    if any(value.interval for value in figure.values):
        blocks += [tones(story), Note(words("chart.legend_tones")), table(story)]
        weeks = by_week(story)
        if len(weeks.categories) > 1:
            blocks.append(weeks)
        blocks += by_platform(story)
        blocks.append(Note(error(story)))
    return Section("sentiment", words("section.sentiment"), finding(story), tuple(blocks))


def error(story: Story) -> str:
    """What the interval does not hold: the model's own error, as its card measured it."""
    words = story.words
    cards = [
        words(
            "note.measured",
            language=str(words.locale.languages.get(card.language, card.language)),
            right=words.percent(card.right, 0),
            n=words.number(card.n),
            on=card.on or words("note.held_out"),
        )
        for card in measured()
    ]
    text = words("note.model_error")
    return f"{text} {words('note.model_measured', cards='; '.join(cards))}" if cards else text


def finding(story: Story) -> str:
    """Where the brand stands among the others, by whole intervals."""
    words, figure = story.words, story.figures["net-sentiment"]
    brand = story.brand(story.scope.brand)
    mine = figure.find(story.scope.brand)
    if mine is None or mine.interval is None:
        return words("finding.sentiment_none", brand=brand)
    others = [value.interval for value in figure.values if value is not mine and value.interval]
    net = words.best(mine.interval, "net")
    higher = sum(above(other, mine.interval) for other in others)
    lower = sum(above(mine.interval, other) for other in others)
    if others and lower == len(others):
        return words("finding.sentiment_best", brand=brand, net=net)
    if others and higher == len(others):
        return words("finding.sentiment_worst", brand=brand, net=net)
    if higher:
        return words("finding.sentiment_between", brand=brand, net=net, rank=higher + 1, count=len(others) + 1)
    return words("finding.sentiment_same", brand=brand, net=net)


def tones(story: Story) -> Plot:
    """Shares of the scored texts by tone."""
    words, figure = story.words, story.figures["net-sentiment"]
    told = [value for value in figure.values if value.interval]
    series = tuple(
        Series(tone, words(f"tone.{tone}"), tuple(Point(story.brand(value.of[0]), exactly(value.beside[tone] / value.n)) for value in told))
        for tone in TONES
    )  # fmt: skip
    items = [
        words("chart.describe_item", name=f"{point.x}, {one.label}", value=words.best(point.interval, "share"))
        for one in series
        for point in one.points
    ]
    return Plot("stack", words("chart.tones"), "; ".join(items), "share", series, figure.id)


def table(story: Story) -> Table:
    """Both net figures with their intervals, and the counts."""
    words, figure = story.words, story.figures["net-sentiment"]
    rows = []
    for value in figure.values:
        beside = value.beside
        decided = interval_of(beside.get("decided"))
        rows.append(
            (
                story.brand_cell(value.of[0]),
                story.cell(value, "net"),
                Cell(words.best(decided, "net"), words.range(decided, "net"), number=decided.best if decided else None,
                    unit="net", interval=decided),
                *(Cell(words.number(beside[name]), number=beside[name]) for name in (*TONES, "unscored")),
            )
        )  # fmt: skip
    columns = ("brand", "net", "decided", *TONES, "unscored")
    return Table(words("table.sentiment"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id)


def by_platform(story: Story) -> list[Block]:
    """Net sentiment by platform and brand, the platform with most scored texts first; those with too few for every brand are only named."""
    words, figure, scope = story.words, story.figures["net-sentiment-by-platform"], story.scope
    sizes: dict[str, int] = {}
    for value in figure.values:
        sizes[value.of[1]] = sizes.get(value.of[1], 0) + value.n
    order = sorted((key for key in sizes if sizes[key]), key=lambda key: (-sizes[key], key))
    enough = {value.of[1] for value in figure.values if value.interval and "too-few" not in value.notes}
    rows = tuple(
        (Cell(story.platform(platform)), *(story.cell(figure.find(brand, platform), "net") for brand in scope.brands))
        for platform in order
        if platform in enough
    )
    columns = (words("table.platform"), *(story.brand(brand) for brand in scope.brands))
    blocks: list[Block] = [Table(words("table.sentiment_platforms"), columns, rows, figure.id)] if rows else []
    few = [story.platform(platform) for platform in order if platform not in enough]
    if few:
        blocks.append(Note(words("note.few_scored", n=TOO_FEW, platforms=words.list(few))))
    return blocks


def by_week(story: Story) -> Plot:
    """Net sentiment by week with its interval."""
    words, figure, scope = story.words, story.figures["net-sentiment-by-week"], story.scope
    series = tuple(
        Series(story.place(brand), story.brand(brand), tuple(Point(value.of[1], value.interval) for value in figure.by("brand", brand)))
        for brand in scope.brands
    )  # fmt: skip
    texts = "; ".join(describe(story, one, "net") for one in series)
    marks = watch_marks(story, [point.x for point in series[0].points])
    return Plot("lines", words("chart.weeks"), texts, "net", series, figure.id, marks)
