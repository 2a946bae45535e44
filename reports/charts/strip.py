"""A row of cells a series, a cell a day: collected, collected in part, nothing collected; the last is struck through."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt

from reports.charts.sheet import COLOURS, LETTER, Sheet, day_axis, own_colour, shortened
from reports.plots import Plot
from reports.text import letters

ROW, CELL = 22, 15
MANY_DAYS = 120


def strip(plot: Plot, sheet: Sheet) -> Any:
    """The cells; a point's text is the state that gives its colour."""
    days = list(plot.categories)
    at = {day: number for number, day in enumerate(days)}
    left = min(200 if sheet.wide else 104, 14 + int(max(letters(series.label) for series in plot.series) * LETTER))
    width, height = sheet.width - left - 16, len(plot.series) * ROW
    rows: list[dict[str, Any]] = []
    for number, series in enumerate(plot.series):
        top = number * ROW + 2
        for point in series.points:
            place = {"x": at[point.x], "x2": at[point.x] + 1, "y": top, "y2": top + CELL, "mid": top + CELL / 2}
            rows.append({**place, "colour": COLOURS[point.text], "state": point.text})
    names = [
        {"mid": number * ROW + 2 + CELL / 2, "text": shortened(series.label, int((left - 10) / LETTER))}
        for number, series in enumerate(plot.series)
    ]
    dates = [date.fromisoformat(day) for day in days]
    axis = day_axis(dates, 8 if sheet.wide else 3, sheet.words, shift=0.5)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, len(days)], nice=False), axis=axis, title=None)
    scale = alt.Scale(domain=[height, 0], nice=False, zero=False)
    middle = alt.Y("mid:Q", scale=scale, axis=None)
    layers = [
        sheet.chart(rows)
        .mark_rect(stroke=COLOURS["paper"], strokeWidth=1 if len(days) < MANY_DAYS else 0)
        .encode(x=x, x2="x2:Q", y=alt.Y("y:Q", scale=scale, axis=None), y2="y2:Q", color=own_colour("colour")),
        sheet.chart(names)
        .mark_text(align="right", baseline="middle", color=COLOURS["ink"])
        .encode(x=alt.value(-10), y=middle, text="text:N"),
    ]
    struck = [row for row in rows if row["state"] == "none"]
    if struck:
        layers.append(
            sheet.chart(struck).mark_rule(color=COLOURS["muted"], strokeWidth=1.2).encode(x=x, x2="x2:Q", y=middle)
        )
    return alt.layer(*layers).properties(width=width, height=height)
