"""What a metric is: one select for its inputs, at most one named pure function after it, a version, a definition, a test vector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import Select

from reports.intervals import Interval
from reports.scope import Scope

Row = Mapping[str, Any]
Rows = Sequence[Row]
Unit = Literal[
    "posts", "share", "net", "followers", "engagement", "rate", "index", "z", "probability", "pages", "changes", "runs", "hours",
]  # fmt: skip

TOO_FEW = 30
"""Below so many posts a share or a net figure is marked: its interval spans a third of the scale and more."""


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a figure: what it is of, its interval (None: can't be told), on how many, and what stands beside it."""

    of: tuple[str, ...]
    interval: Interval | None
    n: int
    notes: tuple[str, ...] = ()
    """Keys of the catalogue: gap, partly, too-few, no-change, lower-bound, unscored and the like."""
    beside: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vector:
    """Input rows and what must come of them: (low, best, high) of each value, None where it can't be told."""

    rows: tuple[Row, ...]
    expect: Mapping[tuple[str, ...], tuple[float | None, float | None, float | None] | None]
    tolerance: float = 1e-4


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric; a change of its select or its function makes a new version."""

    id: str
    version: int
    unit: Unit
    keys: tuple[str, ...]
    """What each value is of: brand, day, platform and the like."""
    definition: str
    select: Callable[[Scope], Select[Any]]
    after: Callable[[Rows, Scope], list[Value]]
    vector: Vector


VECTOR_SCOPE = Scope(
    brands=("acme", "globex"),
    names={"acme": "Acme", "globex": "Globex"},
    first=date(2026, 3, 2),
    last=date(2026, 3, 8),
    as_of=datetime(2026, 3, 9, 12, tzinfo=UTC),
)
"""What the test vectors are over."""


def few(n: int, least: int = TOO_FEW) -> tuple[str, ...]:
    """The note that a figure stands on too few posts."""
    return ("too-few",) if n < least else ()
