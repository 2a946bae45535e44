"""Interval arithmetic, by examples and by properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.intervals import (
    Interval,
    at_least,
    counted,
    exactly,
    growth,
    holds_zero,
    median,
    net,
    rank,
    ratio,
    total,
    wilson,
)

# Another program's load on the machine is no fault of these.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(st.integers(1, 10**9))
    high = draw(st.one_of(st.none(), st.integers(low, 10**9 + low)))
    best = low if high is None else draw(st.integers(low, high))
    return Interval(low, high, best)


def inside(interval: Interval, share: float) -> float:
    """A number of the interval."""
    high = interval.low * 10 if interval.high is None else interval.high
    return interval.low + share * (high - interval.low)


@patient
@given(intervals(), intervals(), st.floats(0, 1), st.floats(0, 1))
def test_whatever_two_counts_were_their_growth_lies_within(
    before: Interval, after: Interval, a: float, b: float
) -> None:
    grown = growth(before, after)
    assert grown is not None
    true = inside(after, b) / inside(before, a) - 1
    assert grown.low - 1e-9 <= true
    assert grown.high is None or true <= grown.high + 1e-9 * max(1, abs(grown.high))


@patient
@given(st.lists(intervals(), min_size=1, max_size=8), st.floats(0, 1))
def test_whatever_the_parts_were_their_sum_and_median_lie_within(parts: list[Interval], share: float) -> None:
    for made, true in (
        (total(parts), sum(inside(part, share) for part in parts)),
        (median(parts), sorted(inside(part, share) for part in parts)[len(parts) // 2] if len(parts) % 2 else None),
    ):
        if true is not None:
            assert made.low <= true * (1 + 1e-12)
            assert made.high is None or true <= made.high * (1 + 1e-12)


@pytest.mark.parametrize(
    ("low", "high", "best"),
    [
        (86_423, 86_423, 86_423),  # exact
        (86_350, 86_499, 86_400),  # 86.4K
        (11_500, 12_999, 12_000),  # 1.2万
        (500_000, 1_999_999, 1_000_000),  # 1m
        (100_000, None, 100_000),  # 10万+
    ],
)
def test_the_best_estimate_is_the_number_as_shown(low: int, high: int | None, best: int) -> None:
    found = counted(low, high)
    assert found is not None
    assert found.best == best


def test_what_was_not_shown_is_not_zero() -> None:
    assert counted(None, None) is None
    zero = counted(0, 0)
    assert zero is not None
    assert zero.exact


def test_no_upper_bound_stays_none() -> None:
    assert total([exactly(5), at_least(100_000)]).high is None
    assert ratio(exactly(5), at_least(100)) == Interval(0.0, 0.05, 0.05)
    assert ratio(at_least(5), exactly(100)) == Interval(0.05, None, 0.05)
    assert ratio(exactly(5), exactly(0)) is None


def test_a_rank_counts_only_whole_intervals_above() -> None:
    mine = Interval(10, 20, 15)
    assert rank(mine, [Interval(20, 30, 25), Interval(21, 30, 25), at_least(25), Interval(0, 5, 1)]) == 3
    assert rank(at_least(10), [exactly(1_000_000)]) == 1


def test_a_change_that_may_be_rounding_holds_zero() -> None:
    same = growth(Interval(86_350, 86_499, 86_400), Interval(86_350, 86_499, 86_400))
    more = growth(Interval(86_350, 86_499, 86_400), Interval(86_550, 86_699, 86_600))
    assert same is not None
    assert more is not None
    assert holds_zero(same)
    assert not holds_zero(more)


def test_wilson_is_the_published_interval() -> None:
    # Newcombe 1998, table I: 81 of 263 gives .2553 to .3662.
    found = wilson(81, 263)
    assert found.low == pytest.approx(0.2553, abs=5e-5)
    assert found.high == pytest.approx(0.3662, abs=5e-5)
    assert wilson(0, 20).low == 0


@patient
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_a_net_lies_within_its_interval_and_the_scale(positive: int, negative: int, neutral: int) -> None:
    n = positive + negative + neutral
    if n == 0:
        return
    found = net(positive, negative, n)
    assert found.high is not None
    assert -1 <= found.low <= found.best <= found.high <= 1
    assert math.isclose(found.best, (positive - negative) / n)
