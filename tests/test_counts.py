"""Counts, one line an example, each with where it was seen; and every number that CLDR writes."""

from __future__ import annotations

import random
from typing import Any

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import format_compact_decimal, format_decimal

from extractors.records import Count
from extractors.values.counts import count, exact, number_forms, rounded

SHOWN = [
    # text, language, low, high, seen
    ("86.4K", "en", 86350, 86499, "X profile"),
    ("86,423", "en", 86423, 86423, "X profile"),
    ("1.2万", "zh", 11500, 12999, "Weibo"),
    ("1.2万次观看", "zh", 11500, 12999, "Bilibili"),
    ("1m", "en-GB", 500_000, 1_999_999, "Instagram, British"),
    ("10万+", "zh", 100_000, None, "Weixin reads"),
    ("534K件", "ja", 533_500, 534_999, "Instagram, Japanese"),
    ("12K명", "ko", 11_500, 12_999, "Instagram, Korean"),
    ("1.300+ verkauft", "de", 1300, None, "eBay, German"),
    ("8+ verkauft", "de", 8, None, "eBay, German"),
    ("3+ watchers", "en", 3, None, "eBay"),
    ("1.664 Me gusta", "es", 1664, 1664, "X, Spanish"),
    ("14,6 K", "es", 14550, 14699, "YouTube, Spanish"),
    ("4,69 M de suscriptores", "es", 4_685_000, 4_699_999, "YouTube, Spanish"),
    ("19.783 Kommentare", "de", 19783, 19783, "YouTube, German"),
    ("1926 Kommentare", "de", 1926, 1926, "YouTube, German, no mark below 10,000"),
    ("1,5 Tsd.", "de", 1450, 1599, "Facebook, German"),
    ("3\u202f234 abonnés", "fr", 3234, 3234, "YouTube, French"),
    ("5\u2009012 subscribers", "en", 5012, 5012, "Telegram"),
    ("10.5M", "en", 10_450_000, 10_599_999, "Telegram"),
    ("145.5万", "zh", 1_454_500, 1_455_999, "Weibo followers"),
    ("1.2億", "ja", 115_000_000, 129_999_999, "YouTube, Japanese"),
    ("12万", "ja", 115_000, 129_999, "YouTube, Japanese"),
    ("1.2 lakh", "en", 115_000, 129_999, "YouTube, India"),
    ("2.5 crore", "en-IN", 24_500_000, 25_999_999, "YouTube, India"),
    ("٣٤٥", "ar", 345, 345, "Snapchat, Arabic"),
    ("１２３", "ja", 123, 123, "full width"),
    ("2.1B views", "en", 2_050_000_000, 2_199_999_999, "YouTube"),
    ("1.3k", "en", 1250, 1399, "YouTube"),
    ("1 Person beobachtet diesen Artikel", "de", 1, 1, "eBay, German"),
    ("No views", "en", 0, 0, "YouTube"),
    ("No comments yet", "en", 0, 0, "blogs"),
    ("One person likes this", "en", 1, 1, "Facebook"),
    ("1 comment", "en", 1, 1, "Hacker News"),
    ("1,234 likes, 56 comments", "en", 1234, 1234, "Instagram"),
    ("12,34,567", "en-IN", 1_234_567, 1_234_567, "lakhs grouped"),
    ("1,2 B", "tr", 1150, 1299, "YouTube, Turkish: bin is a thousand"),
    ("3,5 mil", "pt-BR", 3450, 3599, "Instagram, Brazilian"),
    ("1,2 тыс. просмотров", "ru", 1150, 1299, "YouTube, Russian"),
    ("1만", "ko", 5000, 19999, "YouTube, Korean"),
    ("1.2만", "zh", 11500, 12999, "Xiaohongshu, its pages for Korea"),
    ("2.3w", "zh", 22500, 23999, "Xiaohongshu"),
    ("\u200f12\u00a0ألف", "ar", 11500, 12999, "YouTube, Arabic"),
]


@pytest.mark.parametrize(("text", "language", "low", "high", "seen"), SHOWN)
def test_a_shown_count_is_the_interval_it_allows(
    text: str, language: str, low: int, high: int | None, seen: str
) -> None:
    read = count(text, language)
    assert read is not None, seen
    assert (read.low, read.high) == (low, high), seen


@pytest.mark.parametrize(
    "text", ["", "Follow", "—", "None of it", "Notes", "4.5", "v1.2.3a", "@user99", "-1", "−12", None]
)
def test_what_shows_no_count_gives_none(text: str | None) -> None:
    assert count(text, "en") is None


@pytest.mark.parametrize(("value", "number"), [(0, 0), (12, 12), ("12", 12), (" 12 ", 12), (12.0, 12)])
def test_exact_takes_whole_numbers(value: object, number: int) -> None:
    assert exact(value) == Count(number, number)


@pytest.mark.parametrize(
    "value", ["", "1.2", "1,200", "12a", -1, 1.5, True, [], "١٢x", float("nan"), float("inf"), "9" * 50]
)
def test_exact_refuses_the_rest(value: object) -> None:
    with pytest.raises(ValueError, match="no count"):
        exact(value)


@pytest.mark.parametrize(
    ("value", "decimals", "low", "high", "shown"),
    [
        (12000, 1, 11500, 12999, "12K"),
        ("145300", 1, 145250, 145399, "145.3K"),
        (3_900_000, 1, 3_850_000, 3_999_999, "3.9M"),
        (783_427, 1, 783_427, 783_427, None),
        (9999, 1, 9999, 9999, None),
        ("5040000", 2, 5_035_000, 5_049_999, "5.04M"),
        ("1927873", 2, 1_927_873, 1_927_873, None),
    ],
)
def test_a_number_rounded_by_the_platform_is_an_interval(
    value: object, decimals: int, low: int, high: int, shown: str | None
) -> None:
    assert rounded(value, decimals) == Count(low, high, shown)


UNTOLD = {
    # language: why a text of its own does not tell the magnitude: one text is written for two magnitudes, or differs from another by case alone
    "bn": "'কো' behind the number is 10^7, and by one pattern 10^9",
    "my": "'ကုဋေ' is 10^7 behind the number, and part of larger units before it",
    "ne": "'करोड' is 10^7 in the short form and 10^6 in the long one",
    "sw": "'elfu 10' is written for 1000 and 10000",
    "tok": "groups by two digits with spaces, as other languages write two numbers side by side",
    "vec": "the short form of 1000 is the digit alone",
    "to": "'m' is 10,000 and 'M' a million; case is folded, since platforms write either",
}


def cldr_numbers() -> list[int]:
    """Every power of ten and its neighbours up to 10^12, and some at random between."""
    chosen = random.Random(7)  # noqa: S311
    numbers = {0, 1, 2, 5, 11, 99, 101, 999, 10**12}
    for power in range(1, 12):
        numbers |= {
            10**power - 1,
            10**power,
            10**power + 1,
            15 * 10 ** (power - 1),
            10**power * 2,
            chosen.randrange(10**power, 10 ** (power + 1)),
        }
    return sorted(numbers)


def holds(interval: Count | None, number: int) -> bool:
    return interval is not None and interval.low <= number and (interval.high is None or number <= interval.high)


def written(name: str) -> dict[int, tuple[set[str], set[str]]]:
    """Each number as a language writes it: in full, and compact."""
    forms: Any = list(Locale.parse(name).compact_decimal_formats)
    return {
        number: (
            {format_decimal(number, locale=name, numbering_system=system) for system in ("latn", "default")},
            {
                format_compact_decimal(number, format_type=form, locale=name, fraction_digits=digits)
                for form in forms
                for digits in (0, 1)
            },
        )
        for number in cldr_numbers()
    }


def languages() -> list[str]:
    """The locales that write numbers differently: one of those that write them alike."""
    alike: dict[str, str] = {}
    for name in sorted(locale_identifiers()):
        alike.setdefault(name.split("_")[0] + repr(_samples(name)), name)
    return list(alike.values())


def _samples(name: str) -> list[str]:
    numbers = (1234, 1_234_567, 15 * 10**9)
    forms: Any = list(Locale.parse(name).compact_decimal_formats)
    full = [
        format_decimal(number, locale=name, numbering_system=system)
        for number in numbers
        for system in ("latn", "default")
    ]
    return full + [
        format_compact_decimal(10**power, format_type=form, locale=name) for form in forms for power in range(3, 13)
    ]


@pytest.mark.parametrize("name", languages())
def test_what_cldr_writes_is_read_to_an_interval_that_holds_the_number(name: str) -> None:
    untold = UNTOLD.get(name.split("_")[0])
    wrong = []
    for number, (full, compact) in written(name).items():
        texts = compact | full if untold is None else full if not untold.startswith("groups") else set()
        wrong += [(number, text, count(text, name)) for text in texts if not holds(count(text, name), number)]
    assert not wrong, (name, len(wrong), wrong[:6], number_forms(name).units)
