"""From a database to a document: all figures in one read, then the words about them."""

from __future__ import annotations

from datetime import date
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Connection

from reports.document import Document, Note
from reports.figures import Answers, Figure, make
from reports.metrics import METRICS
from reports.scope import Scope
from reports.sections import sections
from reports.sections.base import Story
from reports.sections.collection import totals
from reports.sections.voice import DAY_METRICS
from reports.summary import summary
from reports.tiles import tiles
from reports.words import Words

APART = frozenset({"viral-posts", "day-keywords"})
"""Metrics that alerts show, or that are made of single days."""
COMPARED = ("share-of-voice", "mentions-by-day", "net-sentiment")
"""Metrics that are also made over the period before."""
CAUSES = 6
"""Days that stand out whose keywords, products, posts and languages are looked into."""


def figures_of(connection: Connection, scope: Scope) -> dict[str, Figure]:
    """Every figure of a report by its name."""
    answers: Answers = {}
    found = {name: make(connection, metric, scope, answers) for name, metric in METRICS.items() if name not in APART}
    for name in COMPARED:
        found[f"{name}/before"] = make(connection, METRICS[name], scope.before())
    surest = sorted(found["spikes"].values, key=lambda value: value.interval.best if value.interval else 1.0)
    for value in surest[:CAUSES]:
        day = date.fromisoformat(value.of[1])
        for name in (*DAY_METRICS, "top-posts"):
            if f"{name}/{day}" not in found:
                found[f"{name}/{day}"] = make(connection, METRICS[name], scope.over(day, day))
    return found


def package_version() -> str:
    """The version of this program."""
    try:
        return version("mentionary")
    except PackageNotFoundError:
        return "0"


def document(figures: dict[str, Figure], scope: Scope, language: str) -> Document:
    """The report in a language."""
    words = Words(language, scope.zone)
    story = Story(scope, words, figures)
    others = [story.brand(brand) for brand in scope.brands[1:]]
    told, numbers, parts = summary(story), tiles(story), sections(story)
    used = [key for sentence in told for key in sentence.figures]
    used += [key for tile in numbers for key in tile.figures]
    used += [block.figure for section in parts for block in section.blocks if not isinstance(block, Note)]
    by_id = {figure.id: figure for figure in figures.values()}
    order = list(dict.fromkeys([*used, *by_id]))
    planned, covered = totals(story)
    coverage = words("finding.coverage", share=words.percent(covered / planned, 0)) if planned else ""
    return Document(
        title=words("report.title" if others else "report.alone", brand=story.brand(scope.brand)),
        subtitle=words("report.against", others=words.list(others)) if others else "",
        scope=scope,
        language=language,
        summary=told,
        tiles=numbers,
        sections=parts,
        figures={key: by_id[key] for key in order},
        coverage=coverage,
        foot=(
            words("report.footer_rank"),
            words("report.footer_sampling"),
            words("report.footer", version=package_version()),
        ),
    )
