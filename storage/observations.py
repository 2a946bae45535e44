"""Which reads of a thing's counters are observations: a pure function of the set of reads, so that their order does not matter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from storage.tables import UNKNOWN_TIME

Counts = tuple[int | None, ...]
"""Low and high of each count, in the order of the record's counts."""


def kept(reads: Sequence[tuple[datetime, Counts]]) -> list[bool]:
    """For reads in the order of time, whether each is an observation: the first of its UTC day, or different from the one before.

    A read that showed no counter, or whose time is unknown, is none and does not come between two others.
    """
    decided = []
    before: tuple[datetime, Counts] | None = None
    for at, counts in reads:
        if at <= UNKNOWN_TIME or not shown(counts):
            decided.append(False)
            continue
        decided.append(before is None or differs(before, at, counts))
        before = at, counts
    return decided


def differs(before: tuple[datetime, Counts], at: datetime, counts: Counts) -> bool:
    """Whether a read says something that the counted read before it on the same day did not."""
    return counts != before[1] or at.astimezone(UTC).date() != before[0].astimezone(UTC).date()


def shown(counts: Counts) -> bool:
    """Whether any counter was shown."""
    return counts.count(None) < len(counts)


def latest(reads: Sequence[Counts]) -> list[int | None]:
    """For reads in the order of time, the bounds of each count as it was last shown."""
    bounds: list[int | None] = []
    for counts in reads:
        bounds = bounds or [None] * len(counts)
        for at in range(0, len(counts), 2):
            if counts[at] is not None:
                bounds[at : at + 2] = counts[at : at + 2]
    return bounds
