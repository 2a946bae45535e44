"""Coverage: what was planned, what could be read, what could not and why."""

from __future__ import annotations

from datetime import date

from reports.document import Block, Cell, Note, Section, Table
from reports.metrics.base import Value
from reports.plots import Plot, Point, Series
from reports.sections.base import Story
from reports.text import clean


def section(story: Story) -> Section | None:
    """The days collected by platform, and the outcomes of the planned pages."""
    words, figure = story.words, story.figures["coverage"]
    if not figure.values:
        return None
    blocks: list[Block] = []
    plot = strip(story)
    if plot is not None:
        blocks += [plot, Note(words("chart.legend_strip")), *unseen(story)]
    blocks.append(table(story))
    blocks += health(story)
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


def unseen(story: Story) -> list[Note]:
    """The days that were not over when they were last looked at, and how much of each came after."""
    words = story.words
    by_day: dict[str, dict[tuple[str, str], list[str]]] = {}
    for value in story.figures["collected"].values:
        if "unseen" in value.beside:
            alike = (words.moment(value.beside["last"]), words.percent(value.beside["unseen"], 0))
            by_day.setdefault(value.of[1], {}).setdefault(alike, []).append(story.platform(value.of[0]))
    notes: list[Note] = []
    for day, groups in sorted(by_day.items()):
        items = [
            words("part.unseen", platforms=words.list(names), share=share, last=last)
            for (last, share), names in groups.items()
        ]
        notes.append(Note(words("note.unseen", day=words.day_text(day), items="; ".join(items))))
    return notes


def health(story: Story) -> list[Block]:
    """What the sources brought against their own past, and the runs that were missed."""
    words, figure = story.words, story.figures["sources"]
    platforms = {value.of[0] for value in figure.values}
    odd = [value for value in figure.values if value.beside["odd"]]
    blocks: list[Block] = []
    if odd:
        columns = ("platform", "what", "now", "usual", "chance")
        heads = tuple(words(f"table.{name}") for name in columns)
        rows = tuple(oddity(story, value) for value in odd)
        blocks.append(Table(words("table.sources"), heads, rows, figure.id, heads=2))
    elif platforms:
        blocks.append(Note(words("note.sources", n=len(platforms))))
    missed = story.figures["missed-runs"]
    if missed.values:
        heads = tuple(words(f"table.{name}") for name in ("job", "without_scheduler", "runs"))
        rows = tuple(
            (
                Cell(clean(value.of[0], 120)),
                Cell(f"{words.moment(value.of[1])} – {words.moment(value.beside['until'])}"),
                Cell(words.number(value.n), number=value.n, unit="runs"),
            )
            for value in missed.values
        )
        blocks.append(Table(words("table.missed_runs"), heads, rows, missed.id, heads=2))
    return blocks


def oddity(story: Story, value: Value) -> tuple[Cell, ...]:
    """A yield or a field that is less than usual."""
    words, beside = story.words, value.beside
    if "field" in beside:
        what = words("part.field", field=clean(beside["field"], 40), record=beside["record"])
        now, usual = beside["share"], beside["usual"]
        cells = (
            Cell(words.percent(now, 0), number=now, unit="share"),
            Cell(words.percent(usual, 0), number=usual, unit="share"),
        )
    else:
        what = words("part.records")
        if beside["target"]:
            what += f" ({clean(beside['target'], 80)})"
        cells = (
            Cell(words.number(beside["records"]), number=beside["records"]),
            Cell(words.number(beside["expected"], 1), number=beside["expected"], unit="mean"),
        )
    chance = words.chance(value.interval.best) if value.interval else "–"
    return (Cell(story.platform(value.of[0])), Cell(what), *cells, Cell(chance))


def next_run(story: Story, value: Value | None) -> Cell:
    """When a platform is crawled next; a dash where the timetable does not crawl it."""
    if value is None:
        return Cell("–")
    return Cell(story.words.moment(value.beside["due"]), small=story.notes(value))


def table(story: Story) -> Table:
    """Planned pages by platform, how many were read in full, and how the others ended."""
    words, figure, due = story.words, story.figures["coverage"], story.figures["next-runs"]
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
                *([next_run(story, due.find(*value.of))] if due.values else ()),
            )
        )
    told = {value.of for value in figure.values}
    for value in due.values:
        if value.of not in told:
            nothing = Cell("–")
            cells = Cell(story.platform(value.of[0])), nothing, Cell("0", number=0), nothing, nothing, nothing
            rows.append((*cells, next_run(story, value)))
    columns = (
        "platform",
        "outcomes",
        "planned",
        "covered",
        "imported",
        "missing",
        *(["next_run"] if due.values else ()),
    )
    return Table(
        words("table.coverage"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=2
    )
