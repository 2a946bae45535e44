"""What all charts are drawn on: widths, stand-ins for colours, dashes and shapes, axes whose labels Babel wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import altair as alt

from reports.plots import Plot, Series
from reports.text import letters
from reports.words import Words

# Stand-ins that Vega takes for colours; each becomes a name of the style sheet.
COLOURS = {
    "ink": "#a10001", "muted": "#a10002", "grid": "#a10003", "band": "#a10004", "paper": "#a10005",
    "positive": "#a10006", "neutral": "#a10007", "negative": "#a10008", "unscored": "#a10009",
    "full": "#a1000b", "part": "#a1000c", "none": "#a1000d", "label": "#a1000e",
    **{f"b{number}": f"#a1010{number}" for number in range(8)},
}  # fmt: skip
DASHES: dict[str, list[float]] = {
    "b0": [], "b1": [7, 3], "b2": [2, 3], "b3": [10, 3, 2, 3], "b4": [4, 2], "b5": [1, 3], "b6": [12, 4], "b7": [6, 2, 1, 2],
}  # fmt: skip
SHAPES = {
    "b0": "circle", "b1": "square", "b2": "triangle-up", "b3": "diamond", "b4": "triangle-down", "b5": "cross",
    "b6": "triangle-right", "b7": "triangle-left",
}  # fmt: skip
TYPE = 13.0
LETTER = TYPE * 0.56
"""A letter's width, on the safe side."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A width in CSS pixels, the reader's words, and the rows of the chart, which are put into the specification last."""

    name: str
    width: int
    words: Words
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def wide(self) -> bool:
        """Whether it is the one for wide pages."""
        return self.name == "wide"

    def chart(self, rows: list[dict[str, Any]]) -> Any:
        """A chart over rows; the library would otherwise copy them at every step."""
        name = f"rows{len(self.rows)}"
        self.rows[name] = rows
        return alt.Chart(alt.NamedData(name=name))


def colour(series: Series) -> str:
    """The stand-in of a series."""
    return COLOURS.get(series.key, COLOURS["muted"])


def own_colour(name: str) -> Any:
    """A channel that takes each row's own colour."""
    return alt.Color(f"{name}:N", scale=None, legend=None)


def own_shape(name: str) -> Any:
    """A channel that takes each row's own shape."""
    return alt.Shape(f"{name}:N", scale=None, legend=None)


def shortened(text: str, most: int) -> str:
    """A text cut to so many letters."""
    while letters(text) > most:
        text = text[:-2].rstrip() + "…"
    return text


def value_labels(texts: Mapping[float, str]) -> str:
    """An expression that gives each tick the text that Babel wrote for it."""
    table = {str(round(value * 1_000_000)): text for value, text in texts.items()}
    return f"({json.dumps(table, ensure_ascii=False, sort_keys=True)})[toString(round(datum.value * 1000000))] || ''"


def value_axis(ticks: list[float], plot: Plot, words: Words) -> Any:
    """The axis of values, its labels in the reader's language."""
    return alt.Axis(values=ticks, labelExpr=value_labels({tick: tick_text(tick, plot.unit, words) for tick in ticks}))


def tick_text(tick: float, unit: str, words: Words) -> str:
    """A tick's label, short."""
    if unit in {"share", "growth", "rate"}:
        share = tick * 100
        digits = next((some for some in (0, 1) if abs(share - round(share, some)) < 1e-6), 2)
        return words.percent(tick, digits, signed=unit == "growth")
    if unit == "net":
        return words.signed(tick * 100)
    return words.compact(tick) if abs(tick) >= 10_000 else words.number(tick, 0 if tick == round(tick) else 1)


def day_step(days: int, labels: int) -> int:
    """Days between two labels so that at most so many stand on the axis."""
    return next((one for one in (1, 2, 7, 14, 28, 56, 91) if one * labels >= days), 182)


def day_axis(days: list[date], labels: int, words: Words, shift: float = 0.0) -> Any:
    """The axis of days, counted back from the last, each a number from 0; ``shift`` puts a label into its cell's middle."""
    step = day_step(len(days), labels)
    shown = {number + shift: words.day(day) for number, day in enumerate(days) if (len(days) - 1 - number) % step == 0}
    return alt.Axis(values=list(shown), grid=False, labelAngle=0, labelFlush=False, labelExpr=value_labels(shown))
