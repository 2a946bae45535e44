"""One line a date as a page writes it, grouped by where it was seen."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo

import pytest

from extractors.values.dates import local

BERLIN = timezone(timedelta(hours=1))

DATES = [
    # WordPress comments, by the language of the site
    ("March 3, 2020 at 2:05 pm", "en-US", "2020-03-03"),
    ("3 March 2020 at 14:05", "en-GB", "2020-03-03"),
    ("12. März 2020 um 14:05", "de-DE", "2020-03-12"),
    ("12. März 2020 um 14:05 Uhr", "de", "2020-03-12"),
    ("5 novembre 2020 à 9 h 05 min", "fr-FR", "2020-11-05"),
    ("1er août 2019 à 22:10", "fr", "2019-08-01"),
    ("26 abril 2022 a las 15:23", "es-ES", "2022-04-26"),
    ("26 de abril de 2022 a las 3:23 pm", "es", "2022-04-26"),
    ("4 de março de 2021 às 09:12", "pt-BR", "2021-03-04"),
    ("Ter, 24 Set 2018", "pt-BR", "2018-09-24"),
    ("14 marzo 2020 alle 10:15", "it-IT", "2020-03-14"),
    ("24 maart 2020 om 11:41", "nl-NL", "2020-03-24"),
    ("9 kwietnia 2019 o 08:30", "pl-PL", "2019-04-09"),
    ("12 февраля 2018 в 10:01", "ru-RU", "2018-02-12"),
    ("6. maaliskuuta 2020 klo 12.30", "fi", "2020-03-06"),
    ("5. března 2021 (19:07)", "cs", "2021-03-05"),
    ("8 mars 2020 kl. 20:11", "sv-SE", "2020-03-08"),
    ("2020. március 5. - 10:22", "hu-HU", "2020-03-05"),
    ("15 Mart 2020, 13:37", "tr", "2020-03-15"),
    ("7 Tháng Tư, 2021 lúc 3:02 chiều", "vi", "2021-04-07"),
    ("2020年3月12日 14:05", "ja", "2020-03-12"),
    ("2020年3月12日 下午2:05", "zh-CN", "2020-03-12"),
    ("2020년 3월 12일 오후 2:05", "ko-KR", "2020-03-12"),
    ("๓ มีนาคม ๒๕๖๓", "th", "2020-03-03"),
    ("3 مارس 2020", "ar", "2020-03-03"),
    ("3 במרץ 2020", "he", "2020-03-03"),
    ("3 मार्च 2020", "hi", "2020-03-03"),
    # numbers alone: the language's own order, where it has one
    ("05.03.2020, 10:22", "de", "2020-03-05"),
    ("05/03/2020 10:22", "fr", "2020-03-05"),
    ("05/03/2020", "en-US", "2020-05-03"),
    ("05/03/2020", "en-GB", "2020-03-05"),
    ("25/03/2020", "en", "2020-03-25"),
    ("03/25/2020", "en", "2020-03-25"),
    ("05/03/2020", "en", None),
    ("2020/3/5", "ja", "2020-03-05"),
    ("2020-03-05 18:01", "sv", "2020-03-05"),
    ("05-03-2020", "nl", "2020-03-05"),
    ("5.3.20", "de", "2020-03-05"),
    # spellings that CLDR does not have
    ("Mrz 5, 2020", "de", "2020-03-05"),
    ("5 Sept. 2020", "en-US", "2020-09-05"),
    ("5. Jänner 2020", "de", "2020-01-05"),
    # a page that does not tell its language
    ("12 février 2018", None, "2018-02-12"),
    ("Seg, 24 Set 2018", None, "2018-09-24"),
    ("05/03/2020", None, None),
    ("25/03/2020", None, "2020-03-25"),
    # a month, a year with it, and no more
    ("Published March 2020 · 5 min read", "en", "2020-03"),
    ("März 2020", "de", "2020-03"),
    ("5 comments, 7 shares, March 2020", "en", "2020-03"),
    # no date
    ("", "en", None),
    ("Reply", "en", None),
    ("March", "en", None),
    ("31 February 2020", "en", None),
    ("99/99/2020", "de", None),
    ("10:22", "de", None),
    ("x" * 500 + " 5 March 2020", "en", None),
]


@pytest.mark.parametrize(("text", "language", "expected"), DATES)
def test_dates_in_the_page_s_language(text: str, language: str | None, expected: str | None) -> None:
    read = local(text, language)
    assert (read.as_json() if read else None) == expected


@pytest.mark.parametrize(
    ("text", "language", "zone", "expected", "precision"),
    [
        ("12. März 2020 um 14:05", "de", BERLIN, "2020-03-12T13:05:00Z", "minute"),
        ("March 3, 2020 at 2:05 pm", "en", BERLIN, "2020-03-03T13:05:00Z", "minute"),
        ("March 3, 2020 at 12:05 am", "en", BERLIN, "2020-03-02T23:05:00Z", "minute"),
        ("2020年3月12日 下午2:05:09", "zh", timezone(timedelta(hours=8)), "2020-03-12T06:05:09Z", "second"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "pt", None, "2018-09-24T22:42:40Z", "second"),
        ("24 Sep 2018 10:00 CEST", "en", None, "2018-09-24T08:00:00Z", "minute"),
        ("12.03.2020 14.05 Uhr", "de", BERLIN, "2020-03-12T13:05:00Z", "minute"),
        ("5 novembre 2020 à 9h05", "fr", BERLIN, "2020-11-05T08:05:00Z", "minute"),
        ("3 March 2020, 5pm", "en", BERLIN, "2020-03-03T16:00:00Z", "minute"),
    ],
)
def test_times_in_a_known_zone(text: str, language: str, zone: tzinfo | None, expected: str, precision: str) -> None:
    read = local(text, language, zone)
    assert read is not None
    assert (read.as_json(), read.precision) == (expected, precision)
