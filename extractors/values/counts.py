"""Counts as pages write them, read as the interval that the shown text allows.

Source: the compact number forms of CLDR (through Babel), and the forms that platforms use beside them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers

from extractors.records import Count

UNITS = {
    "k": 1_000,
    "m": 1_000_000,
    "b": 1_000_000_000,
    "tsd": 1_000,
    "mil": 1_000,
    "mio": 1_000_000,
    "mrd": 1_000_000_000,
    "lakh": 100_000,
    "crore": 10_000_000,
    "千": 1_000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 100_000_000,
    "億": 100_000_000,
    "w": 10_000,
}
"""Units that platforms write and CLDR does not, or writes otherwise."""
STATED_ZERO = re.compile(r"^(no|keine|sin|aucune?|nenhuma?)\s+\w+$", re.IGNORECASE)
STATED_ONE = re.compile(r"^(one|eine?|una?|une?|uma?)\s+\w+", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.,])(\d[\d.,'’\s]*\d|\d)\s*([^\W\d_]+\.?)?\s*(\+)?")


def exact(value: Any) -> Count | None:
    """The count that a page tells as one number (int, or a string of digits only); None stays None, anything else raises ValueError."""
    if value is None:
        return None
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(f"no count: {value!r}")
    number = int(value) if not isinstance(value, str) else int(value.strip()) if value.strip().isdecimal() else -1
    if number < 0:
        raise ValueError(f"no count: {value!r}")
    return Count(number, number)


def rounded(value: Any, digits: int = 3, above: int = 10_000) -> Count | None:
    """The interval of a platform's own rounded number: three significant digits from ``above`` on; more digits are exact."""
    count = exact(value)
    if count is None or count.low < above or str(count.low)[digits:].strip("0"):
        return count
    unit = max(10 ** (len(str(count.low)) - digits), 1)
    return Count(count.low - unit // 2, count.low + unit - 1, str(count.low)) if unit > 1 else count


def at_least(value: int, shown: str | None = None) -> Count:
    """A count that the platform caps: no upper bound."""
    return Count(value, None, shown or f"{value}+")


@cache
def unit_words(language: str) -> dict[str, int]:
    """Unit words of a language's compact numbers, from CLDR, and what each multiplies by."""
    words = dict(UNITS)
    if language not in locale_identifiers():
        language = language.split("_")[0]
        if language not in locale_identifiers():
            return words
    # Babel has no public way to all of a language's compact forms.
    for forms in Locale.parse(language)._data["compact_decimal_formats"].values():  # noqa: SLF001
        for plural in forms.values():
            for magnitude, pattern in plural.items():
                text = str(getattr(pattern, "pattern", pattern))
                zeros = text.count("0")
                word = re.sub(r"[0#,.'¤\s\u00a0\u202f\u200f\u200e;-]+", "", text).casefold()
                if word and zeros:
                    words.setdefault(word, int(magnitude) // 10 ** (zeros - 1))
    return words


@cache
def separators(language: str) -> tuple[str, str]:
    """The decimal and group separators of a language."""
    known = locale_identifiers()
    name = language if language in known else language.split("_")[0]
    if name not in known:
        return ".", ","
    symbols = Locale.parse(name).number_symbols.get("latn", {})
    return symbols.get("decimal", "."), symbols.get("group", ",")


def count(text: str | None, language: str = "en") -> Count | None:
    """The interval of the first number in a counter's text, or None where it shows none.

    ``language`` is that of the page (``de``, ``pt_BR``, ``pt-BR``): separators and units follow it.
    """
    if text is None:
        return None
    language = (language or "en").replace("-", "_")
    folded = "".join(
        " " if unicodedata.category(c) in {"Zs", "Cf"} else c for c in unicodedata.normalize("NFKC", text)
    ).strip()
    folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    found = NUMBER.search(folded)
    if found is None:
        if STATED_ZERO.match(folded):
            return Count(0, 0, folded)
        return Count(1, 1, folded) if STATED_ONE.match(folded) else None
    digits, word, plus = found.group(1), (found.group(2) or ""), found.group(3)
    factor = _factor(word, language)
    if factor > 1:
        plus = plus or ("+" if folded[found.end() :].lstrip().startswith("+") else None)
    value, unit = _value(digits, factor, language)
    shown = folded[found.start() : found.end() if factor > 1 or plus else found.end(1)].strip()
    if plus:
        return Count(value, None, shown)
    if factor == 1:
        return Count(value, value, shown)
    return Count(value - unit // 2, value + unit - 1, shown)


def _factor(word: str, language: str) -> int:
    """What a unit word multiplies by; 1 for any other word."""
    word = word.casefold()
    words = unit_words(language)
    for candidate in (word, word.rstrip(".")):
        if candidate in words:
            return words[candidate]
    # CJK writes the unit against the next word: 1.2万次观看.
    return (
        next((words[word[:n]] for n in (2, 1) if word[:1] in "千万萬亿億억만천" and word[:n] in words), 1)
        if word
        else 1
    )


def _value(digits: str, factor: int, language: str) -> tuple[int, int]:
    """The number shown times its factor, and one unit of its last digit."""
    decimal, _ = separators(language)
    compact = re.sub(r"[\s'’]", "", digits)
    marks = [c for c in compact if c in ".,"]
    fraction = ""
    if marks:
        last = marks[-1]
        tail = compact.rpartition(last)[2]
        is_decimal = (
            (last == decimal and marks.count(last) == 1)
            if factor == 1
            else marks.count(last) == 1 and (len(tail) != 3 or last == decimal)
        )
        if is_decimal:
            fraction = tail
            compact = compact.rpartition(last)[0]
    whole = int(re.sub(r"[.,]", "", compact) or 0)
    unit = max(factor // 10 ** len(fraction), 1)
    return whole * factor + (int(fraction or 0) * factor) // 10 ** len(fraction), unit
