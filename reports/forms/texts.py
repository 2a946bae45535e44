"""The report as Markdown, and as plain text for mail and terminals."""

from __future__ import annotations

import re
from textwrap import fill

from reports.document import Card, Cards, Cell, Document, Note, Section, Table
from reports.forms.page import safe_link
from reports.plots import Plot
from reports.text import clean, letters
from reports.words import Words

WIDTH = 78
MARKS = re.compile(r"([\\`*_\[\]<>#|~])")


def escaped(text: str) -> str:
    """A text in which Markdown finds no mark of its own."""
    return MARKS.sub(r"\\\1", clean(text)).replace("\n", " ")


def markdown(document: Document) -> str:
    """The whole report as Markdown: sentences, tiles, tables, charts in words, posts with their links."""
    words = Words(document.language, document.scope.zone)
    lines = [f"# {escaped(document.title)}", "", *(escaped(line) for line in head(document, words)), ""]
    lines += [f"- {escaped(sentence.text)}" for sentence in document.summary]
    lines += ["", *grid_markdown(*tile_grid(document, words)), ""]
    for section in document.sections:
        lines += [f"## {escaped(section.title)}: {escaped(section.finding)}", ""]
        for block in section.blocks:
            if isinstance(block, Plot):
                lines += [f"**{escaped(block.title)}.** {escaped(block.describe)}", "", f"`{block.figure}`", ""]
            elif isinstance(block, Table):
                rows = [[cell_text(cell) for cell in row] for row in block.rows]
                lines += [
                    f"**{escaped(block.title)}**",
                    "",
                    *grid_markdown(block.columns, rows, block.heads),
                    "",
                    f"`{block.figure}`",
                    "",
                ]
            elif isinstance(block, Note):
                lines += [f"*{escaped(block.text)}*", ""]
            else:
                lines += [
                    f"**{escaped(block.title)}**",
                    "",
                    *(card_markdown(card, words) for card in block.cards),
                    "",
                    f"`{block.figure}`",
                    "",
                ]
    lines += ["---", "", *(f"{escaped(line)}\n" for line in document.foot)]
    return "\n".join(lines).rstrip() + "\n"


def head(document: Document, words: Words) -> list[str]:
    """Period, zone, as-of time and coverage in a line."""
    scope = document.scope
    parts = [words.period(scope.first, scope.last), words("report.days_in", zone=scope.zone), words("report.as_of", moment=words.moment(scope.as_of)), document.coverage]  # fmt: skip
    return [" · ".join(part for part in parts if part)]


def tile_grid(document: Document, words: Words) -> tuple[tuple[str, ...], list[list[str]]]:
    """The tiles as a table: a row a number, a column a brand."""
    names = [name for _, name, _ in document.tiles[0].others] if document.tiles else []
    own = clean(document.scope.names[document.scope.brand], 60)
    rows = [
        [
            tile.label,
            f"{tile.value} ({tile.span})" if tile.span else tile.value,
            *(value for _, _, value in tile.others),
            tile.change,
        ]
        for tile in document.tiles
    ]
    return ("", own, *names, ""), rows


def cell_text(cell: Cell) -> str:
    """A cell with what stands small beside it."""
    small = cell.small.replace("\n", "; ")
    return f"{cell.text} ({small})" if small else cell.text


def grid_markdown(columns: tuple[str, ...], rows: list[list[str]], heads: int = 1) -> list[str]:
    """A Markdown table."""
    if not rows:
        return []
    lines = [columns, *(tuple(row) for row in rows)]
    shown = ["| " + " | ".join(escaped(cell) for cell in line) + " |" for line in lines]
    rule = "|" + "".join("---|" if index < heads else "---:|" for index in range(len(columns)))
    return [shown[0], rule, *shown[1:]]


def card_markdown(card: Card, words: Words) -> str:
    """A post as a list item."""
    link = safe_link(card.link)
    counts = ", ".join(f"{value} {name}" for name, value in card.counts)
    text = f"- **{escaped(card.brand_name)}**, {escaped(card.platform)}, {card.day}: “{escaped(card.text)}” ({counts})"
    # Angle brackets keep a bracket in an address from ending the link.
    text += f" [{words('posts.visit')}](<{link.replace('<', '%3C').replace('>', '%3E')}>)" if link else ""
    return text + (f" [{words('posts.copy')}](<{card.copy}>)" if card.copy else "")


def plain(document: Document) -> str:
    """The report as plain text: the summary, the tiles, the sections' findings and tables."""
    words = Words(document.language, document.scope.zone)
    title = clean(document.title)
    lines = [title, "=" * min(letters(title), WIDTH), *head(document, words), ""]
    lines += [wrapped(f"- {clean(sentence.text)}", "  ") for sentence in document.summary]
    lines += ["", *grid_plain(*tile_grid(document, words)), ""]
    for section in document.sections:
        lines += section_plain(section, words)
    lines += ["-" * WIDTH, *(wrapped(line) for line in document.foot)]
    return "\n".join(lines).rstrip() + "\n"


def section_plain(section: Section, words: Words) -> list[str]:
    """A section's finding, its tables and its posts."""
    finding = clean(f"{section.title}: {section.finding}")
    lines = [finding, "-" * min(letters(finding), WIDTH)]
    for block in section.blocks:
        if isinstance(block, Table):
            lines += [
                "",
                clean(block.title),
                *grid_plain(block.columns, [[cell_text(cell) for cell in row] for row in block.rows]),
            ]
        elif isinstance(block, Cards):
            lines += ["", clean(block.title)]
            for card in block.cards:
                counts = ", ".join(f"{value} {name}" for name, value in card.counts)
                lines.append(
                    wrapped(
                        f"- {card.brand_name}, {card.platform}, {card.day}: {clean(card.text, 280)} ({counts})".replace(
                            "\n", " "
                        ),
                        "  ",
                    )
                )
                if safe_link(card.link):
                    lines.append(f"  {card.link}")
    return [*lines, ""]


def wrapped(text: str, indent: str = "") -> str:
    """A paragraph of at most so many letters a line."""
    return fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def grid_plain(columns: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    """Columns side by side, long cells cut."""
    lines = [[clean(cell, 44).replace("\n", " ") for cell in line] for line in (list(columns), *rows)]
    sizes = [max(letters(line[index]) for line in lines) for index in range(len(columns))]
    return [
        "  " + "  ".join(cell + " " * (size - letters(cell)) for cell, size in zip(line, sizes, strict=True)).rstrip()
        for line in lines
    ]
