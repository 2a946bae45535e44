"""The report's languages: the same keys and places in each; numbers and dates as their readers write them."""

from __future__ import annotations

import string
from datetime import date

import pytest

from reports.intervals import Interval, at_least, exactly
from reports.metrics import METRICS
from reports.words import LANGUAGES, Words, catalogue
from spiders.base import platforms

PLURALS = (".one", ".other")


def keys(language: str) -> set[str]:
    """Keys, plural forms joined; definitions of metrics stand in the code for English."""
    found = {key for key in catalogue(language) if not key.startswith("metric.")}
    return {key.removesuffix(".one").removesuffix(".other") if key.endswith(PLURALS) else key for key in found}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_each_language_has_the_keys_and_places_of_english(language: str) -> None:
    assert keys(language) == keys("en")
    for key, text in catalogue(language).items():
        if not key.startswith("metric."):
            assert places(text) == places(catalogue("en")[key]), key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_each_language_defines_each_metric(language: str) -> None:
    assert {key.removeprefix("metric.") for key in catalogue(language) if key.startswith("metric.")} == set(METRICS)


def test_each_platform_has_a_name() -> None:
    for language in LANGUAGES:
        assert {f"platform.{name}" for name in platforms()} <= set(catalogue(language))


@pytest.mark.parametrize(
    ("language", "interval", "unit", "expected"),
    [
        ("en", Interval(86_350, 86_499, 86_400), "followers", "86,400 (86,350–86,499)"),
        ("en", exactly(1234), "posts", "1,234"),
        ("en", at_least(100_000), "posts", "at least 100,000"),
        ("zh", at_least(100_000), "posts", "至少 100,000"),
        ("en", Interval(0.393, 0.426, 0.41), "share", "41.0\u202f% (39.3–42.6\u202f%)"),
        ("zh", Interval(0.393, 0.426, 0.41), "share", "41.0% (39.3–42.6%)"),
        ("en", Interval(-0.12, 0.03, -0.05), "net", "−5 (−12 to +3)"),
        ("en", Interval(-0.001, 0.002, 0.0), "growth", "0.00\u202f% (−0.1 to +0.2\u202f%)"),
        ("en", None, "share", "–"),
    ],
)
def test_numbers_with_their_intervals(language: str, interval: Interval | None, unit: str, expected: str) -> None:
    assert Words(language).both(interval, unit) == expected


@pytest.mark.parametrize(
    ("language", "first", "last", "expected"),
    [
        ("en", date(2026, 5, 1), date(2026, 5, 31), "1 May – 31 May 2026"),
        ("en", date(2025, 12, 29), date(2026, 1, 4), "29 Dec 2025 – 4 Jan 2026"),
        ("zh", date(2026, 5, 1), date(2026, 5, 31), "2026年5月1日 – 5月31日"),
        ("en", date(2026, 5, 1), date(2026, 5, 1), "1 May 2026"),
    ],
)
def test_periods(language: str, first: date, last: date, expected: str) -> None:
    assert Words(language).period(first, last) == expected


def test_a_list_is_joined_as_a_sentence_joins_it() -> None:
    assert Words("en").list(["a", "b", "c"]) == "a, b and c"
    assert Words("zh").list(["a", "b", "c"]) == "a、b和c"
    assert Words("en").list([]) == ""


def test_the_number_of_a_thing_decides_its_form() -> None:
    assert Words("en")("note.too-few", n=1) == "only 1 post"
    assert Words("en")("note.too-few", n=1200) == "only 1,200 posts"
    assert Words("zh")("note.too-few", n=1) == "仅 1 篇"
