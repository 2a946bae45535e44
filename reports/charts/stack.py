"""One bar a category, cut into shares with their numbers inside."""

from __future__ import annotations

from typing import Any

import altair as alt

from reports.charts.sheet import COLOURS, LETTER, Sheet, colour, own_colour, shortened
from reports.plots import Plot
from reports.text import letters

ROW, BAR = 36, 24


def stack(plot: Plot, sheet: Sheet) -> Any:
    """The bars, each share's number inside where it fits."""
    categories = list(plot.categories)
    left = min(200 if sheet.wide else 104, 14 + int(max(letters(category) for category in categories) * LETTER))
    width, height = sheet.width - left - 8, len(categories) * ROW
    rows: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    for number, category in enumerate(categories):
        at, top = 0.0, number * ROW + 4
        names.append({"mid": top + BAR / 2, "text": shortened(category, int((left - 10) / LETTER))})
        for series in plot.series:
            found = [point.interval.best for point in series.points if point.x == category and point.interval]
            share = found[0] if found else 0.0
            text = sheet.words.percent(share, 0) if share * width > 44 else ""
            light = series.key in {"neutral", "unscored"}
            rows.append(
                {
                    "y": top, "y2": top + BAR, "mid": top + BAR / 2, "x": at, "x2": at + share, "center": at + share / 2, "text": text,
                    "colour": colour(series), "ink": COLOURS["ink"] if light else COLOURS["label"],
                }
            )  # fmt: skip
            at += share
    scale = alt.Scale(domain=[height, 0], nice=False, zero=False)
    middle = alt.Y("mid:Q", scale=scale, axis=None)

    def x(name: str) -> Any:
        return alt.X(f"{name}:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=None)

    bars, named = sheet.chart(rows), sheet.chart(names)
    return alt.layer(
        bars.mark_rect(stroke=COLOURS["paper"], strokeWidth=1.5).encode(
            x=x("x"), x2="x2:Q", y=alt.Y("y:Q", scale=scale, axis=None), y2="y2:Q", color=own_colour("colour")
        ),
        bars.mark_text(baseline="middle", fontWeight=600).encode(
            x=x("center"), y=middle, text="text:N", color=own_colour("ink")
        ),
        named.mark_text(align="right", baseline="middle", color=COLOURS["ink"]).encode(
            x=alt.value(-10), y=middle, text="text:N"
        ),
    ).properties(width=width, height=height)
