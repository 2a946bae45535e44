"""What people ask for, by kind and theme, with a post of each to read."""

from __future__ import annotations

from reports.document import Block, Cell, Note, Section, Table
from reports.plots import Plot, Point, Series
from reports.sections.base import Story
from reports.text import clean

KINDS = ("question", "wish", "complaint", "praise", "purchase")
THEMES = 4


def section(story: Story) -> Section | None:
    """Texts by kind as dots, the brand's themes as a table."""
    words, figure, scope = story.words, story.figures["asks"], story.scope
    if not figure.values:
        return None
    kinds = [kind for kind in KINDS if any(value.of[1] == kind for value in figure.values)]
    series = tuple(
        Series(
            story.place(brand),
            story.brand(brand),
            tuple(
                Point(words(f"ask.{kind}"), value.interval if (value := figure.find(brand, kind)) else None)
                for kind in kinds
            ),
        )
        for brand in scope.brands
    )
    items = [
        words("chart.describe_item", name=f"{one.label}, {point.x}", value=words.best(point.interval, "posts"))
        for one in series
        for point in one.points
    ]
    blocks: list[Block] = [Plot("dots", words("chart.asks"), "; ".join(items), "posts", series, figure.id)]
    themes = table(story, kinds)
    if themes is not None:
        blocks.append(themes)
    blocks.append(Note(words("note.asks")))
    return Section("asks", words("section.asks"), finding(story), tuple(blocks))


def finding(story: Story) -> str:
    """The theme that most ask for."""
    words, figure = story.words, story.figures["ask-themes"]
    brand = story.brand(story.scope.brand)
    mine = [
        value for value in figure.by("brand", story.scope.brand) if value.of[1] != "praise" and value.beside["g2"] > 0
    ]
    if not mine:
        return words("finding.asks_none", brand=brand)
    top = max(mine, key=lambda value: value.beside["g2"])
    return words("finding.asks_top", brand=brand, theme=clean(top.of[2], 60), kind=words(f"ask.{top.of[1]}"))


def table(story: Story, kinds: list[str]) -> Table | None:
    """The brand's themes by kind, each with an example."""
    words, figure = story.words, story.figures["ask-themes"]
    rows = []
    for kind in kinds:
        for value in [one for one in figure.by("brand", story.scope.brand) if one.of[1] == kind][:THEMES]:
            excerpt = clean(value.beside["excerpt"] or words("posts.no_text"), 140)
            rows.append(
                (
                    Cell(words(f"ask.{kind}")),
                    Cell(value.of[2]),
                    Cell(excerpt, small=story.platform(value.beside["platform"]), link=value.beside["url"]),
                    Cell(
                        words.best(value.interval, "posts"),
                        small=words.percent((value.interval.best if value.interval else 0) / value.n, 0),
                        number=value.interval.best if value.interval else None,
                    ),
                )
            )
    if not rows:
        return None
    columns = tuple(words(f"table.{name}") for name in ("kind", "theme", "example", "texts"))
    return Table(words("table.asks", brand=story.brand(story.scope.brand)), columns, tuple(rows), figure.id, heads=3)
