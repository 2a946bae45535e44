"""Lines by day: gaps break them, days collected in part are hollow, each line's name stands at its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import altair as alt

from reports.charts.sheet import (
    COLOURS,
    DASHES,
    LETTER,
    SHAPES,
    Sheet,
    colour,
    day_axis,
    own_colour,
    shortened,
    value_axis,
)
from reports.plots import Mark, Plot, Point, Series, extent, nice_ticks, spread
from reports.text import letters

LINE_HEIGHT = 16


def lines(plot: Plot, sheet: Sheet) -> Any:
    """The chart, its days numbered from 0."""
    days = [date.fromisoformat(x) for x in plot.categories]
    at = {day.isoformat(): number for number, day in enumerate(days)}
    height = 270 if sheet.wide else 220
    room = min(170 if sheet.wide else 96, 22 + int(max(letters(one.label) for one in plot.series) * LETTER))
    width = sheet.width - room - 56
    ticks = nice_ticks(*extent(plot))
    x = alt.X(
        "x:Q", title=None, scale=alt.Scale(domain=[0, max(len(days) - 1, 1)], nice=False),
        axis=day_axis(days, 8 if sheet.wide else 4, sheet.words),
    )  # fmt: skip
    y = alt.Y(
        "y:Q", title=None, scale=alt.Scale(domain=[ticks[0], ticks[-1]], nice=False), axis=value_axis(ticks, plot, sheet.words)
    )  # fmt: skip
    layers: list[Any] = []
    if plot.bands:
        rows = [
            {"x": max(at[first] - 0.5, 0), "x2": min(at[last] + 0.5, len(days) - 1)} for first, last, _ in plot.bands
        ]
        layers.append(sheet.chart(rows).mark_rect(color=COLOURS["band"]).encode(x=x, x2="x2:Q"))
    watch = [{"x": at[mark.x]} for mark in plot.marks if mark.kind == "watchlist" and mark.x in at]
    if watch:
        layers.append(sheet.chart(watch).mark_rule(color=COLOURS["muted"], strokeDash=[1, 3]).encode(x=x))
        pencil = {"color": COLOURS["muted"], "align": "left", "baseline": "top", "dx": 4, "text": "✎"}
        layers.append(sheet.chart(watch).mark_text(**pencil).encode(x=x, y=alt.value(0)))
    for series in reversed(plot.series):
        layers += line(series, at, x, y, sheet, main=series is plot.series[0])
    for mark in plot.marks:
        if mark.kind != "watchlist" and mark.x in at:
            layers += ring(mark, at, x, y, sheet)
    layers.append(names(plot.series, (ticks[0], ticks[-1]), height, width, room, sheet))
    return alt.layer(*layers).properties(width=width, height=height)


def line(series: Series, at: Mapping[str, int], x: Any, y: Any, sheet: Sheet, *, main: bool) -> list[Any]:
    """A line with the band of its interval, hollow points for days collected in part, full ones for days alone."""
    layers: list[Any] = []
    edges: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    wide_band = False
    for point in series.points:
        interval = point.interval
        rows.append({"x": at[point.x], "y": None if interval is None else interval.best})
        if interval is None or interval.high is None:
            edges.append({"x": at[point.x], "y": None, "high": None})
        else:
            edges.append({"x": at[point.x], "y": interval.low, "high": interval.high})
            wide_band = wide_band or interval.high > interval.low
    if wide_band:
        layers.append(sheet.chart(edges).mark_area(color=colour(series), opacity=0.15).encode(x=x, y=y, y2="high:Q"))
    stroke: dict[str, Any] = {"strokeWidth": 2.8 if main else 2, "strokeJoin": "round", "strokeCap": "round"}
    if DASHES.get(series.key):
        stroke |= {"strokeDash": DASHES[series.key], "strokeCap": "butt"}
    layers.append(sheet.chart(rows).mark_line(color=colour(series), **stroke).encode(x=x, y=y))
    partly = [
        {"x": at[point.x], "y": point.interval.best}
        for point in series.points
        if point.partly and point.interval is not None
    ]
    alone = [row for index, row in enumerate(rows) if row["y"] is not None and lonely(rows, index)]
    for shown, fill in ((alone, colour(series)), (partly, COLOURS["paper"])):
        if shown:
            shape = {"shape": SHAPES.get(series.key, "circle"), "size": 36, "opacity": 1, "strokeWidth": 1.6}
            layers.append(sheet.chart(shown).mark_point(color=colour(series), fill=fill, **shape).encode(x=x, y=y))
    return layers


def lonely(rows: list[dict[str, Any]], index: int) -> bool:
    """Whether a point has a gap on both sides, so that no line would show it."""
    before = index > 0 and rows[index - 1]["y"] is not None
    after = index + 1 < len(rows) and rows[index + 1]["y"] is not None
    return not before and not after


def ring(mark: Mark, at: Mapping[str, int], x: Any, y: Any, sheet: Sheet) -> list[Any]:
    """A ring round the day with its words beside it, on the side that has room."""
    right = at[mark.x] < len(at) * 0.6
    row = [{"x": at[mark.x], "y": mark.y, "text": mark.text}]
    circle = sheet.chart(row).mark_point(size=120, color=COLOURS["ink"], strokeWidth=1.6, opacity=1).encode(x=x, y=y)
    place = {"align": "left" if right else "right", "dx": 12 if right else -12, "dy": -4, "fontWeight": 600}
    halo = {"stroke": COLOURS["paper"], "strokeWidth": 4, "color": COLOURS["paper"]}
    looks = (halo, {"color": COLOURS["ink"]})
    text = sheet.chart(row)
    return [circle, *(text.mark_text(**place, **look).encode(x=x, y=y, text="text:N") for look in looks)]


def names(
    series: tuple[Series, ...], domain: tuple[float, float], height: int, width: int, room: int, sheet: Sheet
) -> Any:
    """Each line's name at the height of its last point, moved apart where two would cover each other."""
    last: list[tuple[Series, Point]] = []
    for one in series:
        point = next((point for point in reversed(one.points) if point.interval is not None), None)
        if point is not None:
            last.append((one, point))
    low, high = domain
    ends = [point.interval.best if point.interval else low for _, point in last]
    places = spread([height * (1 - (end - low) / ((high - low) or 1)) for end in ends], LINE_HEIGHT, 6, height - 4)
    rows = [
        {"x": width + 12, "y": place, "text": shortened(one.label, int((room - 14) / LETTER)), "color": colour(one)}
        for (one, _), place in zip(last, places, strict=True)
    ]
    return (
        sheet.chart(rows)
        .mark_text(align="left", baseline="middle", fontWeight=600)
        .encode(
            x=alt.X("x:Q", scale=None, axis=None),
            y=alt.Y("y:Q", scale=None, axis=None),
            text="text:N",
            color=own_colour("color"),
        )
    )
