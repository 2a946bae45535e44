"""Times as pages write them, read as a Moment in UTC, as precise as the page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

from extractors.records import Moment, Precision

CHINA = timezone(timedelta(hours=8), "CST")
"""China time: what Weixin, Weibo, Bilibili, Zhihu, Tieba write without saying so."""
EARLIEST, LATEST = 0, 4_102_444_800
CTIME = re.compile(r"^\w{3} \w{3} \d+ [\d:]{8} [+-]\d{4} \d{4}$")
"""X and Weibo."""
ISO = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")


def epoch(value: Any, unit_seconds: float = 1) -> Moment | None:
    """The moment of seconds since 1970 (``unit_seconds`` 0.001 for milliseconds); None stays None, anything else raises ValueError."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError(f"no time: {value!r}")
    seconds = float(value) * unit_seconds
    if not EARLIEST < seconds < LATEST:
        raise ValueError(f"no time: {value!r}")
    return Moment(datetime.fromtimestamp(int(seconds), UTC))


def moment(text: Any, zone: tzinfo | None = None) -> Moment | None:
    """An ISO 8601 or RFC 2822 time as a Moment; ``zone`` is used where the text states none, else only the day is told.

    None and "" stay None; raises ValueError for a text that is no time.
    """
    if text is None or text == "":
        return None
    text = str(text).strip()
    short = ISO.match(text)
    if short:
        precision: Precision = "day" if short[3] else "month" if short[2] else "year"
        return Moment(datetime(int(short[1]), int(short[2] or 1), int(short[3] or 1), tzinfo=UTC), precision)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        parsed = (
            datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y") if CTIME.match(text) else parsedate_to_datetime(text)
        )
    return placed(
        parsed,
        zone,
        "minute"
        if re.search(r"\d{1,2}:\d{2}(?!\d*:\d)(?!:)", text) and not re.search(r":\d{2}:\d{2}", text)
        else "second",
    )


def placed(local: datetime, zone: tzinfo | None, precision: Precision = "second") -> Moment:
    """A Moment of a local time: with its own zone, else ``zone``, else as the day alone, since the zone can't be known."""
    if local.tzinfo is None and zone is None:
        return Moment(datetime(local.year, local.month, local.day, tzinfo=UTC), "day")
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
    if precision in {"day", "month", "year"}:
        return Moment(datetime(local.year, local.month, local.day, tzinfo=UTC), precision)
    return Moment(local.astimezone(UTC).replace(microsecond=0), precision)
