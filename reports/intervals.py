"""Arithmetic of intervals: a count is what the page allows, and sums, ratios, growth and ranks carry that through.

``high`` None means no upper bound. Differences between two intervals are taken at their far ends, so nothing is told that may be rounding.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median as middle


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known to lie between low and high; ``best`` is the estimate that is shown."""

    low: float
    high: float | None
    best: float

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    def scaled(self, factor: float) -> Interval:
        """Each end times a positive factor."""
        return Interval(self.low * factor, None if self.high is None else self.high * factor, self.best * factor)


def exactly(value: float) -> Interval:
    """A number that is known."""
    return Interval(value, value, value)


def at_least(value: float) -> Interval:
    """A number with no upper bound; its best estimate is the bound itself."""
    return Interval(value, None, value)


def counted(low: float | None, high: float | None) -> Interval | None:
    """A stored count, None where it was not shown; its best estimate is the number as shown (docs/reference/records.md)."""
    if low is None:
        return None
    if high is None:
        return at_least(low)
    return Interval(low, high, low + (high - low + 1) // 3 if high > low else low)


def total(parts: Iterable[Interval]) -> Interval:
    """The sum; without an upper bound as soon as one part has none."""
    low = best = high = 0.0
    bounded = True
    for part in parts:
        low, best = low + part.low, best + part.best
        if part.high is None:
            bounded = False
        else:
            high += part.high
    return Interval(low, high if bounded else None, best)


def ratio(above: Interval, below: Interval) -> Interval | None:
    """One non-negative interval over another, at the far ends; None where the lower one can only be 0."""
    if below.best <= 0:
        return None
    low = 0.0 if below.high is None else above.low / below.high
    high = None if above.high is None or below.low <= 0 else above.high / below.low
    return Interval(low, high, above.best / below.best)


def growth(before: Interval, after: Interval) -> Interval | None:
    """(F1 − F0) / F0 at the far ends; None where the first can only be 0."""
    grown = ratio(after, before)
    if grown is None:
        return None
    return Interval(grown.low - 1, None if grown.high is None else grown.high - 1, grown.best - 1)


def holds_zero(interval: Interval) -> bool:
    """Whether no change can be told: 0 lies in the interval, its ends included."""
    return interval.low <= 0 and (interval.high is None or interval.high >= 0)


def above(one: Interval, other: Interval) -> bool:
    """Whether the whole of one lies above the whole of the other."""
    return other.high is not None and one.low > other.high


def rank(mine: Interval, others: Iterable[Interval]) -> int:
    """1 + the number of competitors whose whole interval lies above."""
    return 1 + sum(above(other, mine) for other in others)


def median(intervals: Sequence[Interval]) -> Interval:
    """The median of the lows, of the highs and of the best estimates; raises ValueError where there is none."""
    if not intervals:
        raise ValueError("a median needs at least one interval")
    high = middle([math.inf if one.high is None else one.high for one in intervals])
    return Interval(
        float(middle([one.low for one in intervals])),
        None if math.isinf(high) else float(high),
        float(middle([one.best for one in intervals])),
    )


Z95 = 1.959963984540054


def wilson(hits: int, n: int) -> Interval:
    """A share with its 95 % interval by Wilson; raises ValueError for n = 0."""
    if n <= 0:
        raise ValueError("a share of nothing")
    share, z2 = hits / n, Z95 * Z95
    middle_point = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Interval(max(0.0, middle_point - half), min(1.0, middle_point + half), share)


def net(positive: int, negative: int, n: int) -> Interval:
    """(P − N) / n with its 95 % interval, half a post added to each side so that few posts claim little; raises ValueError for n = 0."""
    if n <= 0:
        raise ValueError("a net of nothing")
    best = (positive - negative) / n
    padded, p, q = n + 2, positive + 0.5, negative + 0.5
    centre = (p - q) / padded
    half = Z95 * math.sqrt(max(0.0, ((p + q) / padded - centre * centre) / padded))
    return Interval(max(-1.0, min(best, centre - half)), min(1.0, max(best, centre + half)), best)
