"""What every section is written from: the scope, the figures, the words; and the ways in which figures are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from reports.document import Cell
from reports.figures import Figure
from reports.intervals import Interval, above
from reports.metrics.base import Value
from reports.scope import Scope
from reports.text import clean
from reports.words import Words

Direction = Literal["up", "down", "same", "unknown"]


@dataclass(frozen=True, slots=True)
class Story:
    """Scope, words and figures; a figure's name is its metric's id, or that and what it is over (net-sentiment/before)."""

    scope: Scope
    words: Words
    figures: Mapping[str, Figure]

    def brand(self, key: str) -> str:
        """A brand's name."""
        return clean(self.scope.names.get(key, key), 60)

    def ids(self, *names: str) -> tuple[str, ...]:
        """The ids of figures by their names, those that were made."""
        return tuple(self.figures[name].id for name in names if name in self.figures)

    def place(self, key: str) -> str:
        """A brand's place among those compared: b0 is the one reported on."""
        return f"b{self.scope.brands.index(key) % 8}"

    def platform(self, key: str) -> str:
        """A platform's name."""
        return self.words.named("platform", key)

    def brand_cell(self, key: str) -> Cell:
        """A cell that names a brand."""
        return Cell(self.brand(key), brand=self.place(key))

    def cell(self, value: Value | None, unit: str) -> Cell:
        """A value as a cell: best estimate, interval beside it, why it can't be told where it can't."""
        if value is None:
            return Cell("–")
        if value.interval is None:
            return Cell("–", small=self.notes(value))
        weak = "too-few" in value.notes
        small = self.words.range(value.interval, unit)
        if weak:
            small = "\n".join(filter(None, (small, self.words("note.too-few", n=value.n))))
        return Cell(
            self.words.best(value.interval, unit),
            small,
            number=value.interval.best,
            unit=unit,
            interval=value.interval,
            weak=weak,
        )

    def notes(self, value: Value) -> str:
        """What a value's notes mean."""
        return "; ".join(
            self.words(f"note.{note}", n=value.n) if note == "too-few" else self.words.named("note", note)
            for note in value.notes
        )


def moved(now: Interval | None, then: Interval | None) -> Direction:
    """Whether a figure went up or down: only where the intervals lie apart."""
    if now is None or then is None:
        return "unknown"
    return "up" if above(now, then) else "down" if above(then, now) else "same"


def interval_of(kept: object) -> Interval | None:
    """An interval that stands beside a value as [low, best, high]."""
    if not isinstance(kept, list | tuple):
        return None
    low, best, high = kept
    return Interval(low, high, best)
