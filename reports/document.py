"""A report apart from its form: sentences, tiles, sections of plots, tables and posts, each tied to the figure that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reports.figures import Figure
from reports.intervals import Interval
from reports.plots import Plot
from reports.scope import Scope


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the figures that it was computed from."""

    text: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what is shown, what stands small beside it, the number behind it for spreadsheets."""

    text: str
    small: str = ""
    link: str | None = None
    brand: str = ""
    """The brand's place (b0, b1, …) where the cell names it."""
    number: float | None = None
    unit: str = "posts"
    """Of the number, for spreadsheets."""
    interval: Interval | None = None
    weak: bool = False
    """Whether it stands on too little to be leaned on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of one figure; all columns but the first ``heads`` hold numbers."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    figure: str
    heads: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A post as it is shown: an excerpt, its counts, where it stands and where it is kept."""

    brand: str
    brand_name: str
    platform: str
    author: str
    day: str
    text: str
    link: str | None
    counts: tuple[tuple[str, str], ...]
    tone: Literal["positive", "neutral", "negative", ""]
    kept: str = ""
    post: int = 0
    """Its number in the database."""
    quote: str = ""
    """How its words begin, to find them in the kept page."""
    place: tuple[str, int] | None = None
    """File and offset of the kept page."""
    copy: str = ""
    """Where a copy of the kept page lies beside the report."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Posts under a heading."""

    title: str
    cards: tuple[Card, ...]
    figure: str


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph of its own: what a reader must know of the figures beside it."""

    text: str


Block = Plot | Table | Cards | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: its finding as a heading, then what shows it."""

    id: str
    title: str
    finding: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the brand reported on, large, with its interval, how it moved, and the others' numbers."""

    label: str
    value: str
    span: str
    change: str
    direction: Literal["up", "down", "same", "unknown"]
    others: tuple[tuple[str, str, str], ...]
    """Brand's place, name, number."""
    figures: tuple[str, ...]
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    scope: Scope
    language: str
    summary: tuple[Sentence, ...]
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    """By id, in the order of their first use."""
    coverage: str = ""
    foot: tuple[str, ...] = ()
