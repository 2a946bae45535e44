"""Counts as pages write them, read as the interval that the shown text allows.

Source: the compact number forms and separators of CLDR (through Babel), and the forms that platforms use beside them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers

from extractors.records import Count

PLATFORM_UNITS = {
    "k": 10**3, "m": 10**6, "b": 10**9, "bn": 10**9, "tsd": 10**3, "mio": 10**6, "mrd": 10**9,
    "lakh": 10**5, "lac": 10**5, "crore": 10**7, "cr": 10**7,
    "тыс": 10**3, "млн": 10**6, "млрд": 10**9, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8,
    "천": 10**3, "만": 10**4, "억": 10**8,
}  # fmt: skip
"""Units that platforms write in pages of any language; a language's own reading of a word comes first (B is 1000 in Turkish)."""
CHINESE_UNITS = {"w": 10**4, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
CJK = r"\u2e80-\u9fff\uac00-\ud7af"
"""Letters of the scripts that write words right behind numbers and units."""
WRITTEN_WITHOUT_SPACES = "千万萬亿億兆천만억조"
ZERO_WORDS = r"no|keine?|sin|aucune?|nenhuma?|nessuna?|geen|ingen|inga|brak|ei|nincs|hiç|нет|belum ada|なし|暂无|暫無|还没有|沒有|没有|없음"
ONE_WORDS = r"one|eine?|una?|une|uma|uno|één|en|ett|один|одна"
STATED_ZERO = re.compile(rf"^(?:{ZERO_WORDS})(?![^\W\d_])", re.IGNORECASE)
STATED_ONE = re.compile(rf"^(?:{ONE_WORDS})\s+[^\W\d_]+", re.IGNORECASE)
GROUPING_MARKS = ".,'’٬٫·_،⹁"
NUMBER = re.compile(rf"(?<![\d.,])\d+(?:[{GROUPING_MARKS}]\d+| \d{{3}}(?!\d)| \d{{2}}(?= \d))*")
BELOW_ZERO = re.compile(r"[-−]\d")
"""What answers tell instead of a number that they do not."""
LONGEST_TEXT = 400


@dataclass(frozen=True, slots=True)
class NumberForms:
    """How a language writes numbers: its decimal mark, its units behind and before the number, its words for one unit."""

    decimal: str
    units: dict[str, int]
    behind: re.Pattern[str]
    before: re.Pattern[str]
    alone: dict[str, int]


def exact(value: Any) -> Count | None:
    """The count that a page tells as one number (an int, or a string of digits only).

    None stays None; anything else raises ValueError.
    """
    if value is None:
        return None
    if isinstance(value, str):
        whole = value.strip().isdecimal()
    else:
        whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    number = int(value) if whole and len(str(value)) < 20 else -1
    if number < 0:
        raise ValueError(f"no count: {value!r:.60}")
    return Count(number, number)


def balance(value: Any) -> Count | None:
    """The balance of votes for and against (an int, or a string of one); one below 0 is no number of likes: None."""
    if value is None:
        return None
    text = str(value).strip()
    if isinstance(value, bool | float) or not text.removeprefix("-").isdecimal():
        raise ValueError(f"no balance: {value!r:.60}")
    return exact(text) if not text.startswith("-") else None


def rounded(value: Any, decimals: int = 1, above: int = 10_000) -> Count | None:
    """The interval of a number that the platform rounded as it shows it: in K, M or B with so many decimals at most.

    145300 is 145.3K, 12000 is 12K; more digits than the text could show are exact, as are numbers below ``above``.
    Raises ValueError as exact() does.
    """
    count = exact(value)
    if count is None or count.low < above:
        return count
    magnitude, letter = next(
        ((size, letter) for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")) if count.low >= size), (1, "")
    )
    for places in range(decimals + 1):
        unit = magnitude // 10**places
        if unit > 1 and count.low % unit == 0:
            shown = f"{count.low / magnitude:.{places}f}{letter}"
            return Count(count.low - unit // 2, count.low + unit - 1, shown)
    return count


def at_least(value: int, shown: str | None = None) -> Count:
    """A count that the platform caps: no upper bound."""
    return Count(value, None, shown or f"{value}+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Text with plain digits, plain spaces, no formatting characters, width folded."""
    made = []
    for letter in unicodedata.normalize("NFKC", text[:LONGEST_TEXT]):
        category = unicodedata.category(letter)
        if category == "Nd":
            made.append(str(unicodedata.decimal(letter)))
        elif category in {"Zs", "Cc"}:
            made.append(" ")
        elif category != "Cf":
            made.append(letter)
    return re.sub(" +", " ", "".join(made)).strip()


@cache
def number_forms(language: str) -> NumberForms:
    """The forms of a language (``de``, ``pt_BR``); an unknown one writes as English."""
    known = locale_identifiers()
    name = language if language in known else language.split("_")[0]
    locale = Locale.parse(name if name in known else "en")
    system = locale.default_numbering_system
    symbols = locale.number_symbols.get(system) or locale.number_symbols["latn"]
    behind: dict[str, int] = {}
    before: dict[str, int] = {}
    alone: dict[str, int] = {}
    for forms in locale.compact_decimal_formats.values():
        for plural in forms.values():
            for magnitude, pattern in plural.items():
                parts = re.split(r"(0+)", pattern.pattern.split(";")[0].replace("'", ""), maxsplit=1)
                if len(parts) != 3:
                    alone[fold(parts[0]).casefold()] = int(magnitude)
                    continue
                head, zeros, tail = parts
                factor = int(magnitude) // 10 ** (len(zeros) - 1)
                for words, affix in ((behind, tail), (before, head)):
                    unit = fold(affix.replace("¤", "")).casefold().rstrip(".")
                    if unit and factor > 1:
                        words.setdefault(unit, factor)
    units = PLATFORM_UNITS | (CHINESE_UNITS if locale.language == "zh" else {}) | behind
    return NumberForms(symbols.get("decimal", "."), units | before, _behind(units), _before(before), alone)


def _behind(units: dict[str, int]) -> re.Pattern[str]:
    """A unit right behind a number, the longest first; one that ends in a letter must end there, but for and before CJK."""
    parts = [
        re.escape(unit) + ("" if unit[-1] in WRITTEN_WITHOUT_SPACES else rf"(?![^\W\d_{CJK}])")
        for unit in sorted(units, key=len, reverse=True)
    ]
    return re.compile(rf" ?({'|'.join(parts)})\.?", re.IGNORECASE)


def _before(units: dict[str, int]) -> re.Pattern[str]:
    """A unit right before a number."""
    parts = sorted(map(re.escape, units), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])({'|'.join(parts) or '(?!)'})\.? ?$", re.IGNORECASE)


def count(text: str | None, language: str | None = "en") -> Count | None:
    """The interval of the first number in a counter's text; None where it shows none.

    ``language`` is the page's (``de``, ``pt-BR``): separators and units follow it.
    """
    if text is None:
        return None
    forms = number_forms((language or "en").replace("-", "_"))
    folded = fold(text)
    if BELOW_ZERO.match(folded):
        return None
    for found in NUMBER.finditer(folded):
        start, end = found.span()
        before = forms.before.search(folded[:start])
        # A digit right behind a letter belongs to a name (v2, mp3), unless the letters are a unit.
        if start and not before and folded[start - 1].isalpha() and not is_cjk(folded[start - 1]):
            continue
        if behind := forms.behind.match(folded, end):
            end, factor = behind.end(), forms.units[behind.group(1).casefold()]
        elif before:
            start, factor = before.start(1), forms.units[before.group(1).casefold()]
        else:
            factor = 1
        value = read_digits(found.group(), factor, forms.decimal)
        if value is None:
            return None
        number, unit = value
        plus = re.compile(r" ?\+").match(folded, end)
        shown = folded[start : plus.end() if plus else end]
        if plus:
            return Count(number, None, shown)
        return Count(max(number - unit // 2, 0), number + unit - 1, shown) if unit > 1 else Count(number, number, shown)
    if STATED_ZERO.match(folded):
        return Count(0, 0, folded)
    if word := forms.alone.get(folded.casefold()):
        return Count(word // 2, 2 * word - 1, folded)
    return Count(1, 1, folded) if STATED_ONE.match(folded) else None


def is_cjk(letter: str) -> bool:
    """Whether a letter is of a script that writes numbers right behind words."""
    return "\u2e80" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af"


def read_digits(digits: str, factor: int, decimal: str) -> tuple[int, int] | None:
    """The number that digits with marks show times its factor, and one unit of its last digit; None for a part of one."""
    marks = re.sub(r"\d", "", digits)
    head, _, tail = digits.rpartition(marks[-1]) if marks else (digits, "", "")
    last, groups = marks[-1:], len(tail) == 3
    # A count has no fraction without a unit, so a mark before three digits groups them: 1.664 is 1664 in any language.
    fractional = (
        bool(marks)
        and marks.count(last) == 1
        and last != " "
        and (not groups if factor == 1 else last == decimal or not groups)
    )
    if fractional and factor == 1:
        return None
    fraction = tail if fractional else ""
    whole = re.sub(r"\D", "", head if fractional else digits)
    if len(whole) > 18 or len(fraction) > 18:
        return None
    scale = 10 ** len(fraction)
    number = int(whole + fraction) * factor
    return number // scale, max(factor // scale, 1)
