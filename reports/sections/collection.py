"""Coverage: what was planned, what could be read, what could not and why."""

from __future__ import annotations

from datetime import date

from reports.document import Block, Cell, Note, Section, Table
from reports.plots import Plot, Point, Series
from reports.sections.base import Story


def section(story: Story) -> Section | None:
    """The days collected by platform, and the outcomes of the planned pages."""
    words, figure = story.words, story.figures["coverage"]
    if not figure.values:
        return None
    blocks: list[Block] = []
    plot = strip(story)
    if plot is not None:
        blocks += [plot, Note(words("chart.legend_strip"))]
    blocks.append(table(story))
    planned, covered = totals(story)
    finding = (
        words("finding.coverage", share=words.percent(covered / planned, 0))
        if planned
        else words("finding.coverage_import")
    )
    return Section("coverage", words("section.coverage"), finding, tuple(blocks))


def totals(story: Story) -> tuple[int, int]:
    """Pages planned, and those read in full."""
    values = story.figures["coverage"].values
    planned = sum(value.n for value in values)
    return planned, round(sum(value.n * value.interval.best for value in values if value.interval))


def unread(story: Story) -> list[str]:
    """Platforms of which not one planned page could be read."""
    values = story.figures["coverage"].values
    return [story.platform(value.of[0]) for value in values if value.n and value.interval and value.interval.best == 0]


def strip(story: Story) -> Plot | None:
    """A cell a platform and day."""
    words, figure = story.words, story.figures["collected"]
    if not figure.values:
        return None
    platforms = list(dict.fromkeys(value.of[0] for value in figure.values))
    series = []
    items = []
    for platform in platforms:
        values = figure.by("platform", platform)
        points = tuple(Point(value.of[1], value.interval, text=value.beside["state"]) for value in values)
        series.append(Series("full", story.platform(platform), points))
        lost = [words.day(date.fromisoformat(point.x)) for point in points if point.text == "none"]
        if lost:
            items.append(
                words(
                    "chart.describe_item",
                    name=story.platform(platform),
                    value=f"{words('state.none')}: {words.list(lost)}",
                )
            )
    return Plot("strip", words("chart.strip"), "; ".join(items), "posts", tuple(series), figure.id)


def table(story: Story) -> Table:
    """Planned pages by platform, how many were read in full, and how the others ended."""
    words, figure = story.words, story.figures["coverage"]
    rows = []
    for value in figure.values:
        beside = value.beside
        others = [
            f"{words(f'outcome.{name}')}: {words.number(pages)}"
            for name, pages in beside["outcomes"].items()
            if name not in {"ok", "unchanged", "empty"}
        ]
        reasons = ", ".join(beside["reasons"])
        rows.append(
            (
                Cell(story.platform(value.of[0])),
                Cell("; ".join(others), small=reasons),
                Cell(words.number(value.n), number=value.n),
                story.cell(value, "share"),
                Cell(words.number(beside["imported"]), number=beside["imported"]),
                Cell(words.number(beside["missing"]), number=beside["missing"]),
            )
        )  # fmt: skip
    columns = ("platform", "outcomes", "planned", "covered", "imported", "missing")
    return Table(
        words("table.coverage"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=2
    )
