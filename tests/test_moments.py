"""Times as pages write them, one line an example, each with where it was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

import pytest
from babel.dates import format_timedelta
from babel.localedata import locale_identifiers

from extractors.values.moments import CHINA, LANGUAGES, locale_name, recent, relative

FETCHED = datetime(2026, 5, 21, 11, 21, 36, tzinfo=UTC)
RELATIVE: list[tuple[str, str | None, tzinfo | None, str, str, str]] = [
    # text, language, zone, moment, precision, seen
    ("17 hours ago", "en", None, "2026-05-20T18:00:00Z", "hour", "YouTube"),
    ("Streamed 3 weeks ago", "en", None, "2026-04", "month", "YouTube"),
    ("Premiered 5 days ago", "en-GB", None, "2026-05-16", "day", "YouTube"),
    ("8 months ago", "en", None, "2025-09", "month", "YouTube"),
    ("1 year ago (edited)", "en", None, "2025", "year", "YouTube, a comment"),
    ("hace 8 meses", "es-ES", None, "2025-09", "month", "YouTube, Spanish"),
    ("Transmitido hace 2 semanas", "es-419", None, "2026-05", "month", "YouTube, Latin American"),
    ("vor 4 Jahren (bearbeitet)", "de", None, "2022", "year", "YouTube, German"),
    ("vor 4 Jahren (bearbeitet)", None, None, "2022", "year", "YouTube, language unknown"),
    ("Vor 3 Tagen gestreamt", "de", None, "2026-05-18", "day", "YouTube, German"),
    ("il y a 5 minutes", "fr", None, "2026-05-21T11:16:00Z", "minute", "Facebook, French"),
    ("há 2 dias", "pt-BR", None, "2026-05-19", "day", "YouTube, Brazilian"),
    ("3天前", "zh", CHINA, "2026-05-18", "day", "Bilibili"),
    ("3小时前", "zh-CN", CHINA, "2026-05-21T08:00:00Z", "hour", "Weibo"),
    ("5 分钟前", "zh", CHINA, "2026-05-21T11:16:00Z", "minute", "Weibo"),
    ("刚刚", "zh", CHINA, "2026-05-21T11:21:00Z", "minute", "Weibo"),
    ("昨天 12:30", "zh", CHINA, "2026-05-20T04:30:00Z", "minute", "Weibo"),
    ("今天 00:05", "zh", CHINA, "2026-05-20T16:05:00Z", "minute", "Weibo, WAP"),
    ("前天", "zh", CHINA, "2026-05-19", "day", "Zhihu"),
    ("昨天 12:30", "zh", None, "2026-05-20", "day", "no zone known: the day alone"),
    ("Yesterday at 23:50", "en", UTC, "2026-05-20T23:50:00Z", "minute", "Facebook"),
    ("Yesterday at 11:50 PM", "en", UTC, "2026-05-20T23:50:00Z", "minute", "Facebook, twelve hours"),
    ("gestern", "de", None, "2026-05-20", "day", "XenForo, German"),
    ("3h", "en", None, "2026-05-21T08:00:00Z", "hour", "X, Instagram"),
    ("2d", "en", None, "2026-05-19", "day", "Threads"),
    ("1w", "en", None, "2026-05", "month", "LinkedIn"),
    ("4 Std.", "de", None, "2026-05-21T07:00:00Z", "hour", "Facebook, German"),
    ("3日前", "ja", None, "2026-05-18", "day", "YouTube, Japanese"),
    ("2시간 전", "ko", None, "2026-05-21T09:00:00Z", "hour", "YouTube, Korean"),
    ("قبل يومين", "ar", None, "2026-05-19", "day", "YouTube, Arabic: two days without a number"),
    ("٣ days ago", "en", None, "2026-05-18", "day", "Arabic digits"),
    ("21 час назад", "ru", None, "2026-05-20T14:00:00Z", "hour", "YouTube, Russian"),
    ("just now", "en", None, "2026-05-21T11:21:00Z", "minute", "Mastodon's web page"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language", "zone", "moment", "precision", "seen"), RELATIVE)
def test_a_relative_time_counts_from_when_the_page_was_fetched(
    text: str, language: str | None, zone: tzinfo | None, moment: str, precision: str, seen: str
) -> None:
    read = relative(text, FETCHED, language, zone)
    assert read is not None, seen
    assert (read.as_json(), read.precision) == (moment, precision), seen


@pytest.mark.parametrize(
    "text", ["", "26k views", "Scheduled for 5/1/26", "3 Monate Garantie", "Album", "3 apples", None]
)
def test_what_tells_no_relative_time_gives_none(text: str | None) -> None:
    assert relative(text, FETCHED, "en") is None


def test_a_page_of_unknown_age_tells_no_relative_time() -> None:
    assert relative("3 days ago", None, "en") is None


def test_what_cldr_writes_is_read_in_every_language() -> None:
    missed = []
    for language in sorted(locale_identifiers()):
        units: tuple[tuple[Literal["day", "hour", "minute"], int], ...] = (
            ("day", 86400),
            ("hour", 3600),
            ("minute", 60),
        )
        for unit, seconds in units:
            for number in (1, 2, 5):
                written = format_timedelta(
                    timedelta(seconds=-seconds * number),
                    granularity=unit,
                    threshold=10**6,
                    add_direction=True,
                    locale=language,
                )
                read = relative(written, FETCHED, language)
                want = FETCHED - timedelta(seconds=seconds * number)
                if read is None or not read.at <= want < read.at + timedelta(seconds=seconds):
                    missed.append((language, written))
    # No number at all for one of some languages, written as for many: "one" covers 1, 21, 31 there.
    assert [one for one in missed if one[0].split("_")[0] in LANGUAGES] == []
    assert len(missed) < 0.01 * len(locale_identifiers()) * 9, missed[:20]


@pytest.mark.parametrize(
    ("language", "name"),
    [("de-DE", "de_DE"), ("zh-CN", "zh"), ("iw", "he"), ("xx", "en"), ("pt-BR", "pt_BR"), ("es-419", "es_419")],
)
def test_a_language_has_the_name_that_cldr_knows(language: str, name: str) -> None:
    assert locale_name(language) == name


RECENT = [
    ("06月17日 18:12", "2025-06-17T10:12:00Z", "minute", "Weibo, WAP: last year's, since this year's is to come"),
    ("05月20日 23:50", "2026-05-20T15:50:00Z", "minute", "Weibo, WAP"),
    ("今天 12:01", "2026-05-21T04:01:00Z", "minute", "Weibo, WAP"),
    ("3分钟前", "2026-05-21T11:18:00Z", "minute", "Weibo, WAP"),
    ("2019-05-01 12:30:11", "2019-05-01T04:30:11Z", "second", "Weibo, WAP"),
    ("7-6", "2025-07-06", "day", "Tieba"),
    ("5-21", "2026-05-21", "day", "Tieba"),
    ("11:20", "2026-05-21T03:20:00Z", "minute", "Tieba: today"),
    ("2020-05", "2020-05", "month", "Tieba"),
    ("2022-06-11 00:13", "2022-06-10T16:13:00Z", "minute", "Tieba, search"),
    ("2019年05月07日", "2019-05-07", "day", "Bilibili"),
    ("昨天 12:30", "2026-05-20T04:30:00Z", "minute", "Bilibili"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "moment", "precision", "seen"), RECENT)
def test_a_time_without_its_year_is_the_last_such_time(text: str, moment: str, precision: str, seen: str) -> None:
    read = recent(text, FETCHED, CHINA)
    assert read is not None, seen
    assert (read.as_json(), read.precision) == (moment, precision), seen


@pytest.mark.parametrize("text", ["", "02-30", "回复", "13-45", None])
def test_what_is_no_recent_time_gives_none(text: str | None) -> None:
    assert recent(text, FETCHED, CHINA) is None


def test_a_page_of_unknown_age_tells_no_time_without_its_year() -> None:
    assert recent("7-6", None, CHINA) is None
    assert recent("11:20", None, CHINA) is None
