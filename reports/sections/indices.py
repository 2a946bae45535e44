"""WCI and BCI, where there are accounts on Weixin and Weibo."""

from __future__ import annotations

from reports.document import Cell, Section, Table
from reports.sections.base import Story


def section(story: Story) -> Section | None:
    """A table of accounts by index."""
    words = story.words
    blocks = []
    for name in ("wci", "bci"):
        figure = story.figures[name]
        if figure.values:
            rows = tuple(
                (
                    story.brand_cell(value.of[0]),
                    Cell(value.of[1]),
                    Cell(words.number(value.n), number=value.n),
                    story.cell(value, "index"),
                    Cell(story.notes(value)),
                )
                for value in figure.values
            )
            title = words(f"table.{name}")
            blocks.append(
                Table(
                    title,
                    (words("table.brand"), words("table.account"), words("table.posts"), title, ""),
                    rows,
                    figure.id,
                    heads=2,
                )
            )
    if not blocks:
        return None
    return Section("indices", words("section.indices"), words("finding.indices"), tuple(blocks))
