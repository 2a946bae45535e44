"""The report's words and numbers in a language: a catalogue of sentences, numbers and dates by Babel.

A catalogue is texts/<language>.toml; a test holds the languages to the same keys and the same places.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal

from reports.intervals import Interval

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "zh")
MINUS = "−"
LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language, keys joined by dots."""
    found: dict[str, str] = {}

    def walk(table: dict[str, Any], before: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{before}{key}.")
            else:
                found[f"{before}{key}"] = value

    walk(tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8")), "")
    return found


class Words:
    """Texts, numbers and dates as a reader of one language expects them."""

    def __init__(self, language: str, zone: str = "UTC") -> None:
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        self.texts = catalogue(language)
        self.zone = ZoneInfo(zone)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text of a key with its places filled; with ``n`` the form that the number asks for (key.one, key.other)."""
        if "n" in values and key not in self.texts:
            form = self.locale.plural_form(values["n"])
            key = f"{key}.{form}" if f"{key}.{form}" in self.texts else f"{key}.other"
            values = {**values, "n": self.number(values["n"])}
        return self.texts[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether the catalogue has a text of its own."""
        return key in self.texts

    def named(self, group: str, key: str) -> str:
        """The text of a thing by its id, or else the id itself."""
        return self.texts.get(f"{group}.{key}", key)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with its separators, so many digits after the point."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self.sign(format_decimal(value, format=pattern, locale=self.locale))

    def compact(self, value: float) -> str:
        """A number in few characters: 86.4K, 8.6万."""
        return self.sign(
            format_compact_decimal(value, fraction_digits=1 if abs(value) >= 1000 else 0, locale=self.locale)
        )

    def percent(self, share: float, digits: int = 1, signed: bool = False) -> str:
        """A share as per cent."""
        return self.signed(share * 100, digits, signed) + ("\u202f%" if self.language == "en" else "%")

    def signed(self, value: float, digits: int = 0, always: bool = True) -> str:
        """A number with its sign, also where it is positive."""
        rounded = round(value, digits)
        text = self.number(abs(rounded), digits)
        return (MINUS if rounded < 0 else "+" if always and rounded > 0 else "") + text

    def sign(self, text: str) -> str:
        """The typographer's minus."""
        return text.replace("-", MINUS)

    def day(self, day: date, year: bool = False) -> str:
        """A day, short."""
        if self.language == "zh":
            return format_date(day, "y年M月d日" if year else "M月d日", locale=self.locale)
        return format_date(day, "d MMM y" if year else "d MMM", locale=self.locale)

    def day_text(self, day: str) -> str:
        """A day that is written YYYY-MM-DD, short."""
        return self.day(date.fromisoformat(day))

    def days_text(self, first: str, last: str) -> str:
        """A run of days, short."""
        return self.day_text(first) if first == last else f"{self.day_text(first)} – {self.day_text(last)}"

    def day_at(self, moment: str) -> date:
        """The day of a stored time, in the report's zone."""
        return datetime.fromisoformat(moment).astimezone(self.zone).date()

    def full_day(self, day: date) -> str:
        """A day with its weekday."""
        return format_date(day, "y年M月d日 EEEE" if self.language == "zh" else "EEEE, d MMMM y", locale=self.locale)

    def period(self, first: date, last: date) -> str:
        """A period, its last day included."""
        if first == last:
            return self.day(first, year=True)
        both = first.year != last.year
        # Chinese names the year where it begins, English where it ends.
        years = (True, both) if self.language == "zh" else (both, True)
        return f"{self.day(first, year=years[0])} – {self.day(last, year=years[1])}"

    def period_text(self, first: str, last: str) -> str:
        """A period whose days are written YYYY-MM-DD."""
        return self.period(date.fromisoformat(first), date.fromisoformat(last))

    def moment(self, at: datetime | str) -> str:
        """A time in the report's zone, to the minute."""
        when = datetime.fromisoformat(at) if isinstance(at, str) else at
        pattern = "y年M月d日 HH:mm" if self.language == "zh" else "d MMM y, HH:mm"
        return str(format_datetime(when.astimezone(self.zone), pattern, locale=self.locale))

    def amount(self, value: float, unit: str) -> str:
        """A number in the way of its unit."""
        if unit == "share":
            return self.percent(value)
        if unit == "net":
            return self.signed(value * 100)
        if unit == "growth":
            return self.percent(value, 1 if abs(value) >= 0.001 else 2, signed=True)
        if unit == "rate":
            return self.percent(value, 2)
        if unit in {"index", "z"}:
            return self.number(value, 1)
        if unit == "probability":
            return self.chance(value)
        if unit == "mean":
            return self.number(value, 0 if value >= 100 else 1)
        return self.number(value)

    def chance(self, p: float) -> str:
        """A probability: p = 0.012, or p < 0.001 for what is less."""
        if p < 0.0001:
            return f"< {self.number(0.0001, 4)}"
        return self.number(p, 4)

    def best(self, interval: Interval | None, unit: str) -> str:
        """The best estimate; “at least” where there is no upper bound; a dash where it can't be told."""
        if interval is None:
            return "–"
        if interval.high is None:
            return self("at_least", value=self.amount(interval.low, unit))
        return self.amount(interval.best, unit)

    def range(self, interval: Interval | None, unit: str) -> str:
        """The interval where it is more than one number as shown, else nothing."""
        if interval is None or interval.high is None:
            return ""
        low, high = self.amount(interval.low, unit), self.amount(interval.high, unit)
        if low == high:
            return ""
        if low.endswith("%") and high.endswith("%"):
            low = low.rstrip("%").rstrip("\u202f")
        joint = self("to") if MINUS in low or MINUS in high or "+" in high else "–"
        return f"{low}{joint}{high}"

    def both(self, interval: Interval | None, unit: str) -> str:
        """Best estimate and, in brackets, the interval."""
        span = self.range(interval, unit)
        return f"{self.best(interval, unit)} ({span})" if span else self.best(interval, unit)

    def list(self, items: list[str]) -> str:
        """Items joined as a sentence joins them."""
        if not items:
            return ""
        if len(items) == 1:
            return items[0]
        return self("list_join").join(items[:-1]) + self("list_last") + items[-1]
