"""The timetable's file: what it may say, and the sentence for what it may not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import config
from config.timetable import Timetable, load_timetable, weekdays
from config.watchlist import ConfigError, load_watchlist

EXAMPLES = Path(config.__file__).parent


def load(tmp_path: Path, text: str) -> Timetable:
    file = tmp_path / "timetable.toml"
    file.write_text(text, "utf-8")
    return load_timetable(file)


def test_the_example_fits_the_example_watchlist() -> None:
    timetable = load_timetable(EXAMPLES / "timetable.toml")
    watchlist = load_watchlist(EXAMPLES / "watchlist.toml")
    assert all(watchlist.find(report.brand) for report in timetable.reports)
    names = [job.name for job in timetable.jobs(["mastodon", "feed", "hackernews"])]
    assert names == ["crawl hackernews", "crawl mastodon", "crawl feed", "annotate", "report ubuntu 28d", "prune"]


def test_words(tmp_path: Path) -> None:
    text = """
    zone = "Europe/Berlin"
    [[crawl]]
    platform = "mastodon"
    target = "tag:coffee"
    every = "15m"
    [[report]]
    brand = "acme"
    cron = "0 6 * * 1"
    [[command]]
    words = ["export", "--format", "csv"]
    every = "1w"
    """
    timetable = load(tmp_path, text)
    today = timetable.today(datetime(2026, 3, 8, 23, 30, tzinfo=UTC))
    assert today == date(2026, 3, 9)
    assert [job.words(today) for job in timetable.jobs()] == [
        ("crawl", "mastodon", "-a", "target=tag:coffee"),
        ("report", "--brand", "acme", "--from", "2026-03-02", "--to", "2026-03-08", "--zone", "Europe/Berlin"),
        ("export", "--format", "csv"),
    ]
    assert timetable.crawls[0].every == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("*", "sun,mon,tue,wed,thu,fri,sat"),
        ("1", "mon"),
        ("0", "sun"),
        ("7", "sun"),
        ("1-5", "mon,tue,wed,thu,fri"),
        ("5-7", "sun,fri,sat"),
        ("mon,WED", "mon,wed"),
        ("*/2", "sun,tue,thu,sat"),
    ],
)
def test_weekdays_are_crons(field: str, days: str) -> None:
    assert weekdays(field) == days


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[crawl]]\nplatform = "x"', "needs either 'every' or 'cron'"),
        ('[[crawl]]\nplatform = "x"\nevery = "1h"\ncron = "0 * * * *"', "needs either 'every' or 'cron'"),
        ('[[crawl]]\nplatform = "x"\nevery = "hourly"', "write it as 30m, 6h or 1d"),
        ('[[crawl]]\nplatform = "x"\nevery = "0m"', "write it as 30m, 6h or 1d"),
        ('[[crawl]]\nplatform = "x"\ncron = "61 * * * *"', "no crontab line"),
        ('[[crawl]]\nplatform = "x"\ncron = "0 6 * * 8"', "no crontab line"),
        ('[[crawl]]\nplatform = "x"\ncron = "0 6 * * someday"', "no crontab line"),
        ('[[crawl]]\nplatform = "x"\ncron = "* * *"', "no crontab line"),
        ('[[crawl]]\nplattform = "x"\nevery = "1h"', "[crawl number 1.plattform] is no key of this table"),
        ('[[annotate]]\nevery = "1h"\n[[annotate]]\nevery = "2h"', "'annotate' stands twice"),
        ('zone = "Mars/Olympus"', "no time zone"),
        ('[[command]]\nwords = ["schedule"]\nevery = "1h"', "'schedule' does not run by the timetable"),
        ("[limits]\ncrawls_at_once = 0", "[limits.crawls_at_once]"),
        ("zone = ", "no valid TOML"),
    ],
)
def test_faults_are_told_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "timetable.toml"))
    assert "\n" not in str(caught.value)
