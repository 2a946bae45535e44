"""The time it is: the machine's, or the one that MENTIONARY_CLOCK sets for the demo and the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from config.environment import environment


def now() -> datetime:
    """The present in UTC, to the second."""
    clock = environment().clock
    return clock if clock is not None else datetime.now(UTC).replace(microsecond=0)
