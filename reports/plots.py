"""What a chart shows, apart from how it is drawn: the page, the spreadsheet and the slides draw the same plots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10
from typing import Literal

from reports.intervals import Interval

Kind = Literal["lines", "intervals", "dots", "stack", "strip"]


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a day or a category; ``interval`` None is a gap, ``partly`` a lower bound for want of collecting."""

    x: str
    interval: Interval | None
    partly: bool = False
    text: str = ""
    """What a label or a strip's cell says."""


@dataclass(frozen=True, slots=True)
class Series:
    """A line, a row of dots, or a part of a stack."""

    key: str
    """A brand's place (b0, b1, …), a tone, or a state of collecting: decides colour, dash and shape."""
    label: str
    points: tuple[Point, ...]

    @property
    def broken(self) -> bool:
        """Whether a gap lies between two values."""
        told = [place for place, point in enumerate(self.points) if point.interval is not None]
        return bool(told) and any(point.interval is None for point in self.points[told[0] : told[-1]])


@dataclass(frozen=True, slots=True)
class Mark:
    """A day that something happened, with what."""

    x: str
    text: str
    kind: Literal["spike", "copies", "watchlist"]
    series: str = ""
    y: float = 0.0
    day: str = ""
    """The day itself, where the axis has weeks."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart of one figure."""

    kind: Kind
    title: str
    """What it shows, with the unit."""
    describe: str
    """What a person who can't see it must know."""
    unit: str
    series: tuple[Series, ...]
    figure: str
    marks: tuple[Mark, ...] = ()
    bands: tuple[tuple[str, str, str], ...] = ()
    """First day, last day, what is missing between."""
    zero: bool = True
    """Whether the scale begins at 0."""
    days: tuple[str, ...] = ()
    """Every day of the axis, where series have points on some only."""

    @property
    def categories(self) -> tuple[str, ...]:
        """All x in their first order."""
        return self.days or tuple(dict.fromkeys(point.x for series in self.series for point in series.points))

    @property
    def bridges(self) -> bool:
        """Whether lines go on over days without a point: there are such days, and no series has a gap between two of its values."""
        return bool(self.days) and not any(series.broken for series in self.series)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from at most low to at least high, about so many steps."""
    span = high - low
    if span <= 0:
        span, high = 1.0, low + 1.0
    raw = span / about
    size = 10.0 ** floor(log10(raw))
    step = min((factor * size for factor in (1, 2, 2.5, 5, 10)), key=lambda one: abs(one - raw))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [number * step for number in range(first, last + 1)]


def extent(plot: Plot) -> tuple[float, float]:
    """The least and the greatest that must be seen."""
    ends = [
        end
        for series in plot.series
        for point in series.points
        if point.interval is not None
        for end in (point.interval.low, point.interval.best, point.interval.high)
        if end is not None
    ]
    if not ends:
        return 0.0, 1.0
    low, high = min(ends), max(ends)
    return (min(low, 0.0), max(high, 0.0)) if plot.zero else (low, high)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places moved apart so that no two are nearer than the gap, in their order, within low and high where they fit."""
    order = sorted(range(len(places)), key=lambda index: (places[index], index))
    moved = [places[index] for index in order]
    for _ in range(60):
        for index in range(1, len(moved)):
            short = gap - (moved[index] - moved[index - 1])
            if short > 0:
                moved[index - 1] -= short / 2
                moved[index] += short / 2
        if moved:
            shift = max(0.0, low - moved[0]) - max(0.0, moved[-1] - high)
            moved = [place + shift for place in moved]
    result = [0.0] * len(places)
    for place, index in zip(moved, order, strict=True):
        result[index] = place
    return result


def runs_of(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days joined into runs without a hole."""
    runs: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if runs and (day - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
