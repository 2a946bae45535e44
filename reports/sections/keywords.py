"""Words that rise in what is said of the brand."""

from __future__ import annotations

from reports.document import Block, Cell, Section, Table
from reports.intervals import exactly
from reports.plots import Plot, Point, Series
from reports.sections.base import Story
from reports.text import clean

SHOWN = 10


def section(story: Story) -> Section | None:
    """The rising words as a chart, and all brands' in a table."""
    words, figure, scope = story.words, story.figures["keywords"], story.scope
    if not figure.values:
        return None
    brand = story.brand(scope.brand)
    rising = [value for value in figure.by("brand", scope.brand) if value.beside["rising"]]
    shown = (rising or sorted(figure.by("brand", scope.brand), key=lambda one: -one.beside["share"]))[:SHOWN]
    blocks: list[Block] = []
    if shown:
        now = Series(
            "b0",
            words("chart.now"),
            tuple(Point(clean(value.of[1], 60), exactly(value.beside["share"])) for value in shown),
        )
        then = Series(
            "b5",
            words("chart.before"),
            tuple(
                Point(
                    value.of[1], None if value.beside["share_before"] is None else exactly(value.beside["share_before"])
                )
                for value in shown
            ),
        )
        items = [words("chart.describe_item", name=f"{one.label}, {point.x}", value=words.best(point.interval, "share")) for one in (now, then) for point in one.points]  # fmt: skip
        blocks.append(
            Plot("dots", words("chart.rising", brand=brand), "; ".join(items), "share", (now, then), figure.id)
        )
    rows = []
    for key in scope.brands:
        for value in figure.by("brand", key)[:6]:
            beside = value.beside
            if beside["rising"]:
                rows.append(
                    (
                        story.brand_cell(key),
                        Cell(value.of[1]),
                        Cell(words.percent(beside["share"]), small=words.number(value.interval.best if value.interval else 0), number=beside["share"], unit="share"),
                        Cell("–" if beside["share_before"] is None else words.percent(beside["share_before"]), small=words.number(beside["before"]), number=beside["share_before"], unit="share"),
                        Cell(words.number(beside["g2"], 1), number=beside["g2"], unit="z"),
                    )
                )  # fmt: skip
    if rows:
        columns = ("brand", "term", "now", "before", "g2")
        blocks.append(
            Table(
                words("table.keywords", brand=brand),
                tuple(words(f"table.{name}") for name in columns),
                tuple(rows),
                figure.id,
                heads=2,
            )
        )
    finding = (
        words("finding.keywords_rising", term=rising[0].of[1], brand=brand)
        if rising
        else words("finding.keywords_none", brand=brand)
    )
    return Section("keywords", words("section.keywords"), finding, tuple(blocks))
