"""WCI and BCI, where there are accounts on Weixin and Weibo."""

from __future__ import annotations

from reports.document import Cell, Section, Table
from reports.intervals import above
from reports.sections.base import Story
from reports.text import clean


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
                    Cell(story.notes(value) if value.interval else ""),
                )
                for value in figure.values
            )
            title = words(f"table.{name}")
            blocks.append(
                Table(
                    title,
                    (words("table.brand"), words("table.account"), words("table.posts"), title, words("table.remark")),
                    rows,
                    figure.id,
                    heads=2,
                )
            )
    if not blocks:
        return None
    return Section("indices", words("section.indices"), finding(story), tuple(blocks))


def finding(story: Story) -> str:
    """The account whose index surely lies above the others', by the index with most accounts; else what can be told."""
    words = story.words
    name = max(("wci", "bci"), key=lambda one: sum(value.interval is not None for value in story.figures[one].values))
    told = [(value, value.interval) for value in story.figures[name].values if value.interval is not None]
    if not told:
        return words("finding.indices_none")
    best, index = max(told, key=lambda one: one[1].low)
    others = [one for value, one in told if value is not best]
    if others and all(above(index, other) for other in others):
        return words("finding.indices_first", account=clean(best.of[1], 60), index=words(f"table.{name}"), value=words.best(index, "index"))  # fmt: skip
    return words("finding.indices")
