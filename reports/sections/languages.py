"""Languages in which the brands are spoken of."""

from __future__ import annotations

from reports.document import Cell, Section, Table
from reports.sections.base import Story

SHOWN = 8


def section(story: Story) -> Section | None:
    """Texts by language and brand, with each brand's share."""
    words, figure, scope = story.words, story.figures["mentions-by-language"], story.scope
    if not figure.values:
        return None
    totals = {brand: sum(value.n for value in figure.by("brand", brand)) for brand in scope.brands}
    codes = list(dict.fromkeys(value.of[1] for value in figure.values))[:SHOWN]
    rows = []
    for code in codes:
        cells = []
        for brand in scope.brands:
            value = figure.find(brand, code)
            n = value.n if value else 0
            cells.append(
                Cell(words.number(n), small=words.percent(n / totals[brand]) if totals[brand] else "", number=n)
            )
        rows.append((Cell(name(story, code)), *cells))
    columns = (words("table.language"), *(story.brand(brand) for brand in scope.brands))
    table = Table(words("table.languages"), columns, tuple(rows), figure.id)
    mine = max(figure.by("brand", scope.brand), key=lambda value: value.n, default=None)
    if mine is None or not mine.n:
        return Section("languages", words("section.languages"), words("section.languages"), (table,))
    share = words.percent(mine.n / totals[scope.brand], 0)
    finding = words("finding.languages", share=share, brand=story.brand(scope.brand), language=name(story, mine.of[1]))
    return Section("languages", words("section.languages"), finding, (table,))


def name(story: Story, code: str) -> str:
    """A language's name in the reader's language."""
    if story.words.has(f"language.{code}"):
        return story.words(f"language.{code}")
    return str(story.words.locale.languages.get(code, code))
