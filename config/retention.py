"""How long each kind of data is kept; ``scrapy prune`` drops what has been kept long enough."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from config.watchlist import TomlTable

FOREVER = "forever"


def days(value: Any) -> timedelta | None:
    """A number of whole days; None for ``forever``; raises ValueError."""
    if value == FOREVER or value is None:
        return None
    if isinstance(value, timedelta):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 36_500:
        raise ValueError(f'{value!r} is no number of days; write it as 365, or "forever"')
    return timedelta(days=value)


Days = Annotated[timedelta | None, BeforeValidator(days)]


class Retention(TomlTable):
    """Days by kind of data, counted from the last time that it was seen."""

    archive: Days = timedelta(days=90)
    """Kept pages (WARC), with all that stands on them."""
    people: Days = timedelta(days=365)
    """Words, addresses and authors of posts by people who are not watched; their numbers and mentions stay in the sums."""
    deleted: Days = timedelta(days=7)
    """Wordings of posts that their platform no longer shows; so long an import that found them gone can be taken back."""
    watched: Days = None
    """Words of posts by watched accounts."""
    ledger: Days = timedelta(days=730)
    """Fetches that no number stands on: failures, refusals, pages without records."""


def load_retention(timetable: Path) -> Retention:
    """The table ``[retention]`` of the timetable; its defaults where there is no timetable."""
    from config.timetable import load_timetable

    return load_timetable(timetable).retention if timetable.exists() else Retention()
