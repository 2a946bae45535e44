"""What people ask for, by kind and theme, with a post of each to read."""

from __future__ import annotations

from dataclasses import dataclass

from reports.document import Block, Cell, Note, Section, Table
from reports.metrics.base import Value
from reports.plots import Plot, Point, Series
from reports.sections.base import Story
from reports.text import clean

KINDS = ("question", "wish", "complaint", "praise", "purchase")
ASKED = ("complaint", "question", "wish", "purchase")
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
    """How many ask, wish and complain, and the theme that stands out."""
    words, asks = story.words, story.figures["asks"]
    brand = story.brand(story.scope.brand)
    counted = [(kind, value.interval.best) for kind in ASKED if (value := asks.find(story.scope.brand, kind)) and value.interval and value.interval.best]  # fmt: skip
    if not counted:
        return words("finding.asks_none", brand=brand)
    counts = words.list([words(f"ask.count_{kind}", n=int(n)) for kind, n in counted])
    themes = [one for one in grouped(story) if one.kind != "praise" and one.value.beside["g2"] > 0]
    if not themes:
        return words("finding.asks_counts", brand=brand, counts=counts)
    top = max(themes, key=lambda one: float(one.value.beside["g2"]))
    return words("finding.asks_top", brand=brand, counts=counts, theme=clean(top.terms[0], 60))


@dataclass(frozen=True, slots=True)
class Theme:
    """Words that the same texts share, with what was counted of the first."""

    kind: str
    terms: tuple[str, ...]
    value: Value


def grouped(story: Story) -> list[Theme]:
    """The brand's themes, those of one example and one count joined; words with the brand's own name say nothing."""
    found: dict[tuple[object, ...], list[Value]] = {}
    name = story.brand(story.scope.brand).casefold()
    for value in story.figures["ask-themes"].by("brand", story.scope.brand):
        if name not in value.of[2].casefold():
            best = value.interval.best if value.interval else 0
            found.setdefault((value.of[1], value.beside["url"], value.beside["excerpt"], best), []).append(value)
    return [Theme(str(kind), tuple(one.of[2] for one in values), values[0]) for (kind, *_), values in found.items()]


def table(story: Story, kinds: list[str]) -> Table | None:
    """The brand's themes by kind, each with an example."""
    words, figure = story.words, story.figures["ask-themes"]
    themes = grouped(story)
    rows = []
    for kind in kinds:
        for theme in [one for one in themes if one.kind == kind][:THEMES]:
            value = theme.value
            excerpt = clean(value.beside["excerpt"] or words("posts.no_text"), 140)
            rows.append(
                (
                    Cell(words(f"ask.{kind}")),
                    Cell(words.list(list(theme.terms[:3]))),
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
