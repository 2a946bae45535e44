"""Dates as pages write them for people, in the language of the page: ``12. März 2020 um 14:05``, ``5 novembre 2020``.

Source: month names, day periods and the order of numeric dates of CLDR (through Babel); where CLDR's names do not
occur, those that dateparser has gathered from the web.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers

from extractors.records import Moment, Precision
from extractors.values.moments import placed

GUESSES = ("en", "pt", "es", "fr", "de", "it", "nl", "pl", "ru", "sv", "ja")
"""Languages that pages of no stated language were seen to write dates in, tried in turn."""
LONGEST = 120
"""A longer text is prose, no date."""
ZONES = {
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "cet": 1,
    "mez": 1,
    "west": 1,
    "cest": 2,
    "mesz": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
}
ZONES |= {"jst": 9, "kst": 9, "est": -5, "edt": -4, "pst": -8, "pdt": -7}
"""Names of zones that mean one offset only, in hours east of UTC."""
CLOCK = re.compile(
    r"(?<![\d.,/-])(\d{1,2})(?:\s*[:h時时点點시]\s*|(?<=\d)\.(?=\d\d\s*(?:uhr|$)))(\d{2})(?:\s*[:分분]\s*(\d{2}))?(?!\d|[./-]\d)"
)
HOUR = re.compile(r"(?<![\d.,/:-])(\d{1,2})\s*(?=[ap]\.?\s?m\b)")
OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?\s*$")
EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日号號일])?")
NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?!\d)")
YEAR = re.compile(r"(?<!\d)((?:19|2[0156])\d\d)(?!\d)")
MONTHS = (
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)


def local(text: str | None, language: str | None = "en", zone: tzinfo | None = None) -> Moment | None:
    """The time that a text tells in a language (``de``, ``pt-BR``), as precise as the text; the day alone without a zone.

    None where the text tells no date, or one whose day and month can't be told apart. Language None means that the
    page does not tell its own: the month's name then tells it.
    """
    if not text or len(text) > LONGEST:
        return None
    if language is None:
        guesses = GUESSES[:1] if NUMERIC.search(fold(text)) else GUESSES
        return next(filter(None, (local(text, guess, zone) for guess in guesses)), None)
    folded = fold(text)
    clock, rest = _clock(folded, language)
    found = _date(rest, language)
    if found is None:
        return None
    year, month, day = found
    if year > 2400 and language[:2] == "th":
        year -= 543
    try:
        if not month or not day:
            return Moment(datetime(year, month or 1, 1, tzinfo=UTC), "month" if month else "year")
        if clock is None:
            return Moment(datetime(year, month, day, tzinfo=UTC), "day")
        precision: Precision = "second" if clock[2] is not None else "minute"
        stated = _zone(folded)
        return placed(datetime(year, month, day, clock[0], clock[1], clock[2] or 0, tzinfo=stated), zone, precision)
    except ValueError:
        return None


def fold(text: str) -> str:
    """Lower case, digits of any script as ASCII, one kind of space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else " " if unicodedata.category(c) in {"Zs", "Cc"} else c
        for c in folded
        if unicodedata.category(c) != "Cf"
    )
    return re.sub(r"\s+", " ", folded).strip()


@cache
def known_locale(language: str) -> Locale:
    """The locale of a language tag, or of its language alone; English where CLDR knows neither."""
    name = language.replace("-", "_")
    known = locale_identifiers()
    for candidate in (name, name.partition("_")[0], "en"):
        if candidate in known:
            return Locale.parse(candidate)
    return Locale.parse("en")


@cache
def order(language: str) -> str:
    """The order of a numeric date in a language: ``dmy``, ``mdy``, ``ymd``; empty for English of no region."""
    locale = known_locale(language)
    if str(locale) == "en":
        return ""
    letters = [letter.lower() for letter in re.findall(r"[dMy]", locale.date_formats["short"].pattern)]
    return "".join(dict.fromkeys(letters))


@cache
def month_names(language: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """A pattern that finds a month's name in folded text, and what month each name is, by CLDR."""
    names: dict[str, int] = {}
    locales = {known_locale(language), known_locale(language.partition("-")[0].partition("_")[0])}
    for locale in locales | ({Locale.parse("en")} if str(known_locale(language)) == "en" else set()):
        for context in locale.months.values():
            for width in ("wide", "abbreviated"):
                for number, name in context[width].items():
                    names.setdefault(fold(name).rstrip("."), number)
    return _finder(names)


@cache
def gathered_names(language: str) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """The same by dateparser's own data, which has more spellings; English where it does not know the language."""
    from dateparser.languages.loader import default_loader

    names: dict[str, int] = {}
    for candidate in dict.fromkeys((language.partition("-")[0].partition("_")[0].lower(), "en")):
        try:
            info: Mapping[str, Any] = default_loader.get_locale(candidate).info
        except (ValueError, AttributeError):
            continue
        for number, key in enumerate(MONTHS, 1):
            for name in info.get(key, ()):
                names.setdefault(fold(str(name)).rstrip("."), number)
    return _finder(names)


def _finder(names: Mapping[str, int]) -> tuple[re.Pattern[str], Mapping[str, int]]:
    """A pattern for any of the names, the longest first."""
    named = {name: number for name, number in names.items() if name and not name[0].isdigit() and len(name) > 1}
    choice = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True)) or r"(?!)"
    # Hebrew writes "in March" as one word.
    return re.compile(rf"(?<![^\W\d_])ב?({choice})(?![^\W\d_])"), named


def _date(text: str, language: str) -> tuple[int, int, int] | None:
    """Year, month (0: not told), day (0: not told)."""
    found = EAST_ASIAN.search(text)
    if found:
        return int(found[1]), int(found[2]), int(found[3] or 0)
    found = NUMERIC.search(text)
    if found:
        return _numeric(int(found[1]), int(found[3]), int(found[4]), found[2], language)
    for names in (month_names, gathered_names):
        pattern, numbers = names(language)
        word = pattern.search(text)
        if word:
            return _named(text[: word.start()], numbers[word[1]], text[word.end() :])
        if not YEAR.search(text):
            break
    return None


def _numeric(first: int, second: int, third: int, mark: str, language: str) -> tuple[int, int, int] | None:
    """A date of three numbers, ordered as the language does where the numbers leave it open."""
    if first > 31:
        return first, second, third
    wanted = order(language)
    if third < 100 and wanted == "ymd":
        return 2000 + first, second, third
    year = third if third > 99 else 2000 + third
    if first > 12 or mark == "." or first == second or (second <= 12 and wanted == "dmy"):
        return year, second, first
    if second > 12 or wanted == "mdy":
        return year, first, second
    return None


def _named(before: str, month: int, after: str) -> tuple[int, int, int] | None:
    """A date whose month is a word: four digits are the year, one or two digits beside the word are the day."""
    year = YEAR.search(after) or YEAR.search(before)
    day = re.search(r"(?<!\d)(\d{1,2})(?!\d)\D{0,7}$", before) or re.match(r"\D{0,3}(\d{1,2})(?!\d)", after)
    return (int(year[1]), month, int(day[1]) if day else 0) if year else None


def _clock(text: str, language: str) -> tuple[tuple[int, int, int | None] | None, str]:
    """Hour, minute and second (None: not told) of a text, and the text without them."""
    found = CLOCK.search(text) or HOUR.search(text)
    if not found:
        return None, text
    hour = int(found[1])
    minute = int(found[2]) if found.lastindex and found.lastindex > 1 else 0
    second = int(found[3]) if found.lastindex == 3 else None
    around = text[: found.start()][-12:] + " " + text[found.end() :][:12]
    morning, afternoon = day_periods(language)
    if afternoon.search(around) and hour < 12:
        hour += 12
    elif morning.search(around) and hour == 12:
        hour = 0
    return (hour, minute, second), text[: found.start()] + " " + text[found.end() :]


@cache
def day_periods(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns for the words of morning and afternoon in a language."""
    periods = known_locale(language).day_periods
    words: dict[str, set[str]] = {"am": {"am", "a.m."}, "pm": {"pm", "p.m."}}
    for context in periods.values():
        for width in context.values():
            for half in words:
                if width.get(half):
                    words[half].add(fold(str(width[half])))
    return tuple(  # type: ignore[return-value]
        re.compile(
            "|".join(rf"(?<![a-z]){re.escape(word).replace(' ', ' ?')}(?![a-z])" for word in sorted(words[half]))
        )
        for half in ("am", "pm")
    )


def _zone(text: str) -> tzinfo | None:
    """The zone that a text names at its end."""
    found = OFFSET.search(text)
    if found and re.search(r":\d{2}\s*(?:utc|gmt)?\s*[+-]|(?:utc|gmt)\s*[+-]", text):
        offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(offset if found[1] == "+" else -offset)
    last = re.search(r"\b([a-z]{3,4})\)?$", text)
    return timezone(timedelta(hours=ZONES[last[1]])) if last and last[1] in ZONES else None
