"""Times as pages write them, read as a Moment in UTC, as precise as the page."""

from __future__ import annotations

import importlib
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers

from extractors.records import Moment, Precision
from extractors.values.counts import fold, is_cjk

CHINA = timezone(timedelta(hours=8), "CST")
"""China time: what Weixin, Weibo, Bilibili, Zhihu, Tieba write without saying so."""
EARLIEST, LATEST = 0, 4_102_444_800
CTIME = re.compile(r"^\w{3} \w{3} \d+ [\d:]{8} [+-]\d{4} \d{4}$")
"""X and Weibo."""
UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
PRECISIONS: dict[str, Precision] = {
    "year": "year", "month": "month", "week": "month", "day": "day", "hour": "hour", "minute": "minute", "second": "minute",
}  # fmt: skip
"""How precise a unit tells the time: "3 weeks ago" is some day of seven."""
PLATFORM_UNITS = {
    "s": "second", "sec": "second", "m": "minute", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "d": "day", "w": "week", "wk": "week", "mo": "month", "y": "year", "yr": "year", "yrs": "year",
}  # fmt: skip
"""Units that platforms write right behind a number, without "ago", in pages of any language."""
FIXED_NUMBERS = {"zero": 0, "one": 1, "two": 2}
DAY_WORDS = {0: "0 day ago", 1: "1 day ago", 2: "2 day ago"}
NOW_WORDS = (
    "just now",
    "刚刚",
    "剛剛",
    "刚才",
    "たった今",
    "방금",
    "à l’instant",
    "agora mesmo",
    "ahora mismo",
    "gerade eben",
)
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?::\d{2})?(?: ?([ap])\.?m\b)?")
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


def relative(
    text: str | None, fetched_at: datetime | None, language: str | None = None, zone: tzinfo | None = None
) -> Moment | None:
    """The moment of a time told from now ("3天前", "17 hours ago", "hace 8 meses", "3h", "Yesterday at 23:50").

    It counts from ``fetched_at``; its day is that of ``zone``, its precision that of the unit told. ``language`` is the
    page's; where it is not known, the most spoken are tried. None where the text tells no such time, or the page's age
    is unknown.
    """
    if not text or fetched_at is None:
        return None
    folded = fold(text).casefold()
    languages = (locale_name(language),) if language else LANGUAGES
    if language or re.search(r"\d", folded) or folded in NOW_WORDS:
        for name in languages:
            found = told_unit(folded, name)
            if found is not None:
                return before(fetched_at, *found, zone)
    for name in languages:
        days = told_day(folded, name)
        if days is not None:
            return on_day(folded, fetched_at, days, zone)
    return None


LANGUAGES = (
    "en", "zh", "es", "pt", "de", "fr", "ja", "ru", "it", "ko", "nl", "tr", "pl", "id", "ar", "hi", "vi", "th", "sv", "uk",
)  # fmt: skip
"""Languages that are tried where a page's is unknown."""
RENAMED = {
    "iw": "he",
    "in": "id",
    "zh_cn": "zh",
    "zh_tw": "zh_Hant",
    "zh_hk": "zh_Hant_HK",
    "nb_no": "nb",
    "es_419": "es_419",
}


def locale_name(language: str) -> str:
    """The name of a page's language (``de-DE``, ``zh-Hans``, ``iw``) as CLDR knows it; ``en`` for an unknown one."""
    name = language.replace("-", "_")
    name = RENAMED.get(name.casefold(), name)
    known = locale_identifiers()
    return name if name in known else name.split("_")[0] if name.split("_")[0] in known else "en"


@cache
def relative_forms(language: str) -> tuple[re.Pattern[str], tuple[tuple[str, int | None], ...]]:
    """What CLDR writes for a time ago in a language: a pattern with a group for each form, and each form's unit and number."""
    fields = Locale.parse(language)._data["date_fields"]  # noqa: SLF001 - Babel has no public way to them
    forms: dict[str, tuple[str, int | None]] = {}
    for unit in UNITS:
        for width in ("", "-short", "-narrow"):
            for plural, written in dict(fields.get(unit + width, {}).get("past", {})).items():
                forms.setdefault(
                    fold(written).casefold(), (unit, None if "{0}" in written else FIXED_NUMBERS.get(plural))
                )
    parts, meanings = [], []
    for written in sorted(forms, key=len, reverse=True):
        head, mark, tail = written.partition("{0}")
        if not mark and forms[written][1] is None:
            continue
        opening = r"(?<![^\W\d_])" if head and not is_cjk(head[0]) else ""
        closing = r"(?![^\W\d_])" if tail[-1:].isalpha() and not is_cjk(tail[-1]) else ""
        words = [re.escape(part.strip()).replace(r"\ ", " ?") for part in (head, tail)]
        number = r" ?(\d{1,4}) ?" if mark else "()"
        parts.append(opening + words[0] + number + words[1] + closing)
        meanings.append(forms[written])
    return re.compile("|".join(parts) or "(?!)"), tuple(meanings)


@cache
def bare_units(language: str) -> dict[str, str]:
    """The short words for units that stand right behind a number: those of a language (CLDR) and of platforms."""
    words = dict(PLATFORM_UNITS)
    patterns = Locale.parse(language)._data["unit_patterns"]  # noqa: SLF001 - nor to these
    for unit in UNITS:
        for width in ("narrow", "short", "long"):
            for written in dict(patterns.get(f"duration-{unit}", {}).get(width, {})).values():
                word = fold(str(written)).casefold().replace("{0}", "").strip().rstrip(".")
                if word and "{" not in word:
                    words.setdefault(word, unit)
    return words


def told_unit(folded: str, language: str) -> tuple[int, str] | None:
    """The number and the unit of a time ago."""
    pattern, meanings = relative_forms(language)
    if found := pattern.search(folded):
        unit, fixed = meanings[(found.lastindex or 1) - 1]
        return (int(found[found.lastindex or 1]) if fixed is None else fixed), unit
    if found := re.fullmatch(r"(\d{1,4}) ?([^\W\d_]+)\.?", folded):
        unit_word = bare_units(language).get(found[2])
        return (int(found[1]), unit_word) if unit_word else None
    return (0, "minute") if any(word in folded for word in NOW_WORDS) else None


@cache
def day_words(language: str) -> tuple[tuple[str, int], ...]:
    """The words for today, yesterday and the day before, the longest first."""
    try:
        info = importlib.import_module(f"dateparser.data.date_translation_data.{language.split('_')[0]}").info
    except ModuleNotFoundError:
        return ()
    told = [
        (fold(word).casefold(), days) for days, key in DAY_WORDS.items() for word in info["relative-type"].get(key, ())
    ]
    return tuple(sorted(told, key=lambda one: -len(one[0])))


def told_day(folded: str, language: str) -> int | None:
    """How many days ago a text says that it was, by word."""
    for word, days in day_words(language):
        opening = "" if is_cjk(word[0]) else r"(?<![^\W\d_])"
        if re.match(rf"{opening}{re.escape(word)}" + ("" if is_cjk(word[-1]) else r"(?![^\W\d_])"), folded):
            return days
    return None


def before(fetched_at: datetime, number: int, unit: str, zone: tzinfo | None) -> Moment | None:
    """The moment so many units before another, cut to the unit's precision."""
    at = fetched_at.astimezone(zone or UTC)
    if unit in {"month", "year"}:
        months = at.year * 12 + at.month - 1 - number * (12 if unit == "year" else 1)
        if months < 12:
            return None
        at = at.replace(year=months // 12, month=months % 12 + 1, day=1)
    else:
        at -= timedelta(**{f"{unit}s": number})
    precision = PRECISIONS[unit]
    if precision in {"minute", "hour"}:
        cut = at.astimezone(UTC).replace(second=0, microsecond=0)
        return Moment(cut.replace(minute=0) if precision == "hour" else cut, precision)
    return day_moment(at.date(), precision)


def on_day(folded: str, fetched_at: datetime, days: int, zone: tzinfo | None) -> Moment:
    """A day told by word, with the time of day where the text tells it and its zone is known."""
    day = fetched_at.astimezone(zone or UTC).date() - timedelta(days=days)
    clock = CLOCK.search(folded)
    if clock is None or zone is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return day_moment(day, "day")
    hour = int(clock[1]) % 12 + (12 if clock[3] == "p" else 0) if clock[3] else int(clock[1])
    return placed(datetime(day.year, day.month, day.day, hour, int(clock[2])), zone, "minute")  # noqa: DTZ001


def day_moment(day: date, precision: Precision) -> Moment:
    """A day, month or year as a Moment."""
    month = 1 if precision == "year" else day.month
    return Moment(datetime(day.year, month, day.day if precision == "day" else 1, tzinfo=UTC), precision)


SHORT_DATE = re.compile(
    r"^(?:(\d{4}) ?[年/.-] ?)?(\d{1,2}) ?[月/.-] ?(\d{1,2})? ?日?(?:[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?!\d)|^(\d{1,2}):(\d{2})$"
)
YEAR_AND_MONTH = re.compile(r"^(\d{4}) ?[年/.-] ?(\d{1,2}) ?月?$")


def recent(text: str | None, fetched_at: datetime | None, zone: tzinfo, language: str = "zh") -> Moment | None:
    """The moment of a time that leaves out what the reader knows: "06月17日 18:12", "7-6", "11:20", "2020-05", "昨天 12:30".

    A date without year is the last such day before ``fetched_at``. None where the text tells no time, or leaves out
    what a page of unknown age can't tell.
    """
    folded = fold(text or "")
    if found := YEAR_AND_MONTH.match(folded):
        return of_parts(int(found[1]), int(found[2]), None, None, zone)
    found = SHORT_DATE.match(folded)
    if found is None:
        return relative(text, fetched_at, language, zone)
    today = fetched_at.astimezone(zone) if fetched_at is not None else None
    if found[7]:
        clock_only = (int(found[7]), int(found[8]), None)
        return of_parts(today.year, today.month, today.day, clock_only, zone) if today is not None else None
    clock = (int(found[4]), int(found[5]), int(found[6]) if found[6] else None) if found[4] else None
    month, day = int(found[2]), int(found[3]) if found[3] else None
    if found[1]:
        return of_parts(int(found[1]), month, day, clock, zone)
    if today is None or day is None:
        return None
    return of_parts(today.year - ((month, day) > (today.month, today.day)), month, day, clock, zone)


def of_parts(
    year: int, month: int, day: int | None, clock: tuple[int, int, int | None] | None, zone: tzinfo
) -> Moment | None:
    """A Moment of a local date and time of day, as precise as its parts; None for a date that no calendar has."""
    try:
        if day is None or clock is None:
            return day_moment(date(year, month, day or 1), "month" if day is None else "day")
        precision: Precision = "minute" if clock[2] is None else "second"
        return placed(datetime(year, month, day, clock[0], clock[1], clock[2] or 0, tzinfo=zone), zone, precision)
    except ValueError:
        return None
