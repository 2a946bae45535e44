"""What a report is about: a brand, the brands beside it, a period in a time zone, and the moment whose knowledge counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Scope:
    """The period and the brands of a report; days are those of ``zone``."""

    brands: tuple[str, ...]
    """Ids: the brand reported on first, then its competitors in the watchlist's order."""
    names: Mapping[str, str]
    first: date
    last: date
    """The last day counted."""
    as_of: datetime
    """Nothing that was fetched later counts, UTC."""
    zone: str = "UTC"

    @property
    def brand(self) -> str:
        """The brand reported on."""
        return self.brands[0]

    @property
    def starts_at(self) -> datetime:
        """When the first day begins, UTC."""
        return self.begin(self.first)

    @property
    def ends_at(self) -> datetime:
        """When the last day has ended, UTC."""
        return self.begin(self.last + timedelta(days=1))

    @property
    def days(self) -> tuple[date, ...]:
        """Each day of the period."""
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    def begin(self, day: date) -> datetime:
        """When a day begins, UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def day_of(self, at: datetime) -> date:
        """The day of a moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def offsets(self) -> tuple[tuple[datetime | None, int], ...]:
        """Seconds east of UTC, each with the moment from which they hold: one, or more where clocks change in the period."""
        return offsets_between(self.zone, self.starts_at, self.ends_at)

    def over(self, first: date, last: date) -> Scope:
        """The same over other days."""
        return replace(self, first=first, last=last)

    def before(self) -> Scope:
        """The period of the same length just before."""
        length = self.last - self.first + timedelta(days=1)
        return self.over(self.first - length, self.last - length)

    def from_days_before(self, days: int) -> Scope:
        """The same with so many days put before it."""
        return self.over(self.first - timedelta(days=days), self.last)


@cache
def offsets_between(zone: str, at: datetime, end: datetime) -> tuple[tuple[datetime | None, int], ...]:
    """Seconds east of UTC between two moments, asked by each metric of a report: looked for every quarter of an hour, both ends too."""
    if zone == "UTC":
        return ((None, 0),)
    found: list[tuple[datetime | None, int]] = []
    while at <= end:
        seconds = int((at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()).total_seconds())
        if not found or found[-1][1] != seconds:
            found.append((at if found else None, seconds))
        at += timedelta(minutes=15)
    return tuple(found)
