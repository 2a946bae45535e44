"""Tables for people: drawn on a terminal, plain columns everywhere else, so that other programs can read them too."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from extractors.values.text import UNSEEN

Row = Sequence[object]


def show(heads: Sequence[str], rows: Sequence[Row], title: str | None = None) -> None:
    """Print a table to stdout; numbers stand to the right. What pages say is shown without what would steer a terminal."""
    cells = [[clean(cell) for cell in row] for row in rows]
    numbers = [bool(rows) and all(isinstance(row[column], int | float) for row in rows) for column in range(len(heads))]
    if sys.stdout.isatty():
        draw(heads, cells, numbers, title)
        return
    if title:
        sys.stdout.write(f"{title}\n")
    widths = [max(len(row[column]) for row in (list(heads), *cells)) for column in range(len(heads))]
    for row in (list(heads), *cells):
        line = "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numbers, strict=True)
        )
        sys.stdout.write(f"  {line}".rstrip() + "\n")


def draw(heads: Sequence[str], cells: Sequence[Sequence[str]], numbers: Sequence[bool], title: str | None) -> None:
    """A table on a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for head, number in zip(heads, numbers, strict=True):
        table.add_column(head, justify="right" if number else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def clean(cell: object) -> str:
    """A cell's text on one line."""
    text = f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else "" if cell is None else str(cell)
    return UNSEEN.sub("", text.replace("\n", " "))
