"""Products: how often each is named and how it is spoken of."""

from __future__ import annotations

from reports.document import Cell, Section, Table
from reports.sections.base import Story

SHOWN = 24


def section(story: Story) -> Section | None:
    """A table of products by brand."""
    words, figure, scope = story.words, story.figures["products"], story.scope
    if not figure.values:
        return None
    rows = []
    for value in figure.values[:SHOWN]:
        beside = value.beside
        rows.append(
            (
                story.brand_cell(value.of[0]),
                Cell(beside["name"]),
                Cell(words.number(beside["texts"]), number=beside["texts"]),
                story.cell(value, "net"),
                *(Cell(words.number(beside[tone]), number=beside[tone]) for tone in ("positive", "neutral", "negative", "unscored")),
            )
        )  # fmt: skip
    columns = ("brand", "product", "texts", "net", "positive", "neutral", "negative", "unscored")
    table = Table(
        words("table.products"), tuple(words(f"table.{name}") for name in columns), tuple(rows), figure.id, heads=2
    )
    mine = [value for value in figure.values if value.of[0] == scope.brand]
    brand = story.brand(scope.brand)
    finding = (
        words("finding.products_top", product=mine[0].beside["name"], brand=brand)
        if mine
        else words("finding.products_none", brand=brand)
    )
    return Section("products", words("section.products"), finding, (table,))
