"""Dots with whiskers: one series by category or one category by series; and dots of several series on a category's own line."""

from __future__ import annotations

from typing import Any

import altair as alt

from reports.charts.sheet import COLOURS, LETTER, SHAPES, Sheet, colour, own_colour, own_shape, shortened, value_axis
from reports.intervals import Interval
from reports.plots import Plot, Point, Series, extent, nice_ticks
from reports.text import letters

ROW = 27


def row_of(y: float, name: str, series: Series, interval: Interval, text: str) -> dict[str, Any]:
    """A dot's row; an interval without an upper bound is drawn from its bound on."""
    high = interval.best if interval.high is None else interval.high
    return {
        "y": y, "low": interval.low, "best": interval.best, "high": high, "name": name, "text": text,
        "colour": colour(series), "shape": SHAPES.get(series.key, "circle"),
    }  # fmt: skip


def dots(plot: Plot, sheet: Sheet) -> Any:
    """A line for each series (or for each category of a single one), with the number at its end."""
    single = len(plot.series) == 1
    pairs = [(series, point) for series in plot.series for point in series.points]
    rows: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for number, (series, point) in enumerate(pairs):
        y = number * ROW + ROW / 2
        name = point.x if single else series.label
        text = point.text or sheet.words.best(point.interval, plot.unit)
        names.append({"y": y, "name": name, "text": text})
        if point.interval is not None:
            rows.append(row_of(y, name, series, point.interval, text))
    return drawn(plot, sheet, rows, names, [("text", "", max((letters(row["text"]) for row in names), default=1))])


def table_dots(plot: Plot, sheet: Sheet) -> Any:
    """A line for each category with a dot for each series, and the numbers in columns of the series' colours."""
    rows: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for number, category in enumerate(plot.categories):
        y = number * ROW + ROW / 2
        named: dict[str, Any] = {"y": y, "name": category}
        for place, series in enumerate(plot.series):
            point = next((point for point in series.points if point.x == category), Point(category, None))
            named[f"text{place}"] = point.text or sheet.words.best(point.interval, plot.unit)
            if point.interval is not None:
                rows.append(row_of(y, category, series, point.interval, ""))
        names.append(named)
    columns = [
        (f"text{place}", colour(series), max(letters(row[f"text{place}"]) for row in names))
        for place, series in enumerate(plot.series)
    ]
    return drawn(plot, sheet, list(reversed(rows)), names, columns if sheet.wide else [])


def drawn(
    plot: Plot,
    sheet: Sheet,
    rows: list[dict[str, Any]],
    names: list[dict[str, Any]],
    columns: list[tuple[str, str, int]],
) -> Any:
    """The layers: a thin line to each dot, its whisker, the dot, its name, its numbers."""
    height = len(names) * ROW
    left = min(200 if sheet.wide else 104, 14 + int(max((letters(row["name"]) for row in names), default=1) * LETTER))
    for row in names:
        row["name"] = shortened(row["name"], int((left - 10) / LETTER))
    right = sum(int(size * LETTER) + 18 for _, _, size in columns)
    width = sheet.width - left - right - 10
    ticks = nice_ticks(*extent(plot), about=6 if sheet.wide else 2)
    for row in rows:
        row["zero"] = max(ticks[0], 0)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)

    def x(name: str) -> Any:
        scale = alt.Scale(domain=[ticks[0], ticks[-1]], nice=False)
        return alt.X(f"{name}:Q", scale=scale, axis=value_axis(ticks, plot, sheet.words), title=None)

    base, named = sheet.chart(rows), sheet.chart(names)
    layers: list[Any] = [
        base.mark_rule(color=COLOURS["grid"], strokeWidth=1).encode(x=x("zero"), x2="best:Q", y=y),
        base.mark_rule(strokeWidth=6, opacity=0.28).encode(x=x("low"), x2="high:Q", y=y, color=own_colour("colour")),
        base.mark_point(size=70, filled=True, opacity=1, stroke=COLOURS["paper"], strokeWidth=0.8).encode(
            x=x("best"), y=y, color=own_colour("colour"), shape=own_shape("shape")
        ),
        named.mark_text(align="right", baseline="middle", color=COLOURS["ink"]).encode(
            x=alt.value(-10), y=y, text="name:N"
        ),
    ]
    at = width + 8
    for name, ink, size in columns:
        at += int(size * LETTER) + 18
        look = {"align": "right", "baseline": "middle", "color": ink or COLOURS["ink"], "fontWeight": 500}
        layers.append(named.mark_text(**look).encode(x=alt.value(at - 8), y=y, text=f"{name}:N"))
    return alt.layer(*layers).properties(width=width, height=height)
