"""Alerts on a real SQLite file and a real PostgreSQL: each kind is found, raised once, told once, and never in quiet hours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from config.timetable import Alert, load_timetable
from config.watchlist import ConfigError
from reports.alerts import KINDS
from reports.alerts.watch import Asked, Round, alert_target, is_quiet, quiet_hours, watch
from reports.delivery import DeliveryError, Target
from reports.delivery.deliver import Ways
from reports.figures import FigureError
from reports.show import compared
from storage import tables
from storage.database import open_database, writing
from tests.test_delivery import Box, smtp, webhook

__all__ = ["smtp", "webhook"]

# The server of these tests asks for a log-in on loopback.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)
FIRST = date(2026, 4, 1)
DAYS = tuple(FIRST + timedelta(days=number) for number in range((NOW.date() - FIRST).days + 1))


def fill(engine: Engine, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    with writing(engine) as connection:
        connection.execute(insert(table), found)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def visits(days: Iterable[date], outcome: str = "ok") -> list[dict[str, Any]]:
    """A crawl of Mastodon a day: one page."""
    base = {"platform": "mastodon", "host": "social.test", "state": "done", "unread": [], "fields": {}, "via": "crawl"}
    return [
        {**base, "fetch_id": number, "run_id": number, "url": f"https://social.test/{number}", "planned_at": at(day, 11), "fetched_at": at(day, 11), "outcome": outcome, "records": 3}
        for day in days
        for number in [(day - FIRST).days + 1]
    ]  # fmt: skip


def runs(days: Iterable[date]) -> list[dict[str, Any]]:
    base = {"kind": "crawl", "platform": "mastodon", "arguments": []}
    return [{**base, "run_id": (day - FIRST).days + 1, "started_at": at(day, 11), "finished_at": at(day, 11)} for day in days]  # fmt: skip


def posts(day: date, first: int, amount: int, tone: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Posts of a day that name Acme, and their mentions."""
    post = {"platform": "mastodon", "namespace": "post", "kind": "post", "published_precision": "second", "hashtags": [], "links": []}  # fmt: skip
    mention = {"brand_id": "acme", "field": "text", "start": 0, "end": 4, "matched": "Acme", "standing": "earned", "relevance": 1.0, "sentiment": tone, "extractor_version": "1"}  # fmt: skip
    numbers = range(first, first + amount)
    return (
        [{**post, "post_id": n, "native_id": str(n), "url": f"https://social.test/@a/{n}", "text": f"Acme {n}", "published_at": at(day), "first_seen_at": at(day, 11), "last_seen_at": at(day, 11)} for n in numbers],
        [{**mention, "post_id": n} for n in numbers],
    )  # fmt: skip


def reads(rows: Iterable[tuple[int, int, int]]) -> list[dict[str, Any]]:
    """Likes of posts: post, fetch, likes."""
    return [
        {"post_id": post, "fetch_id": number, "observed_at": at(DAYS[number - 1], 11), "version": "1", "by_alias": False, "kept": True, "likes_low": likes, "likes_high": likes}
        for post, number, likes in rows
    ]  # fmt: skip


def followers(rows: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {"account_id": 1, "fetch_id": number, "observed_at": at(DAYS[number - 1], 11), "version": "1", "by_alias": False, "kept": True, "followers_low": amount, "followers_high": amount}
        for number, amount in rows
    ]  # fmt: skip


@pytest.fixture
def engine(database: Engine) -> Engine:
    """Two quiet months of three kind posts a day; nothing stands out."""
    fill(database, tables.brand, [{"brand_id": "acme", "name": "Acme", "competitors": ["globex"], "active": True}, {"brand_id": "globex", "name": "Globex", "competitors": [], "active": True}])  # fmt: skip
    fill(database, tables.run, runs(DAYS))
    fill(database, tables.fetch, visits(DAYS))
    for number, day in enumerate(DAYS):
        some, named = posts(day, 1 + number * 3, 3, "positive")
        fill(database, tables.post, some)
        fill(database, tables.mention, named)
        fill(database, tables.post_read, reads((one["post_id"], number + 1, 2) for one in some))
    account = {"account_id": 1, "platform": "mastodon", "key": "acme", "native_id": "1", "handle": "acme", "brand_id": "acme", "mirror": False}  # fmt: skip
    fill(database, tables.account, [{**account, "first_seen_at": at(FIRST), "last_seen_at": NOW}])
    fill(database, tables.account_read, followers((number, 5000 + number) for number in range(1, len(DAYS))))
    return database


ASKED = Asked("acme")


def look(
    engine: Engine, asked: Asked = ASKED, now: datetime = NOW, *targets: Target, ways: Ways | None = None
) -> Round:
    return watch(engine, asked, targets, ways or Ways(), now)


def kinds(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [row.kind for row in connection.execute(select(tables.alert.c.kind).order_by(tables.alert.c.alert_id))]


def storm(engine: Engine, amount: int = 20, day: date = DAYS[-1], first: int = 1000, tone: str = "positive") -> None:
    some, named = posts(day, first, amount, tone)
    fill(engine, tables.post, some)
    fill(engine, tables.mention, named)
    fill(engine, tables.keyword, [{"post_id": one["post_id"], "term": "recall", "score": 1.0} for one in some])
    fill(engine, tables.post_read, reads((one["post_id"], len(DAYS), 2 if n else 9) for n, one in enumerate(some)))


def test_nothing_stands_out_in_quiet_days(engine: Engine) -> None:
    assert look(engine) == Round((), (), held=False)
    assert kinds(engine) == []


def test_a_spike_is_told_with_its_cause_its_chance_its_posts_and_its_figure(engine: Engine) -> None:
    storm(engine)
    done = look(engine)
    assert kinds(engine) == ["spike"]
    text = done.raised[0].text
    assert text.startswith("On 31 May Acme was named in 23 texts where about 3 are usual (p < 0.0001); what stands out in them is “recall”.")  # fmt: skip
    assert "https://social.test/@a/1000" in text
    figure = text.rpartition("scrapy figure ")[2].strip()
    with engine.connect() as connection:
        found = compared(connection, figure)
    assert found.place == "alerts"
    assert found.kept.metric == "spikes"
    assert found.differences == ()


def test_the_same_wave_is_raised_once_and_another_one_again(engine: Engine) -> None:
    storm(engine, day=DAYS[-2])
    assert len(look(engine).raised) == 1
    storm(engine, first=2000)
    # The day after goes on with it, and so does the next look at the same days.
    assert look(engine).raised == ()
    assert look(engine, now=NOW + timedelta(hours=1)).raised == ()
    with engine.connect() as connection:
        (evidence,) = connection.execute(select(tables.alert.c.evidence)).scalars()
    assert (evidence["day"], evidence["last_seen"]) == ("2026-05-30", "2026-05-31")
    assert kinds(engine) == ["spike"]


def test_a_fall_of_sentiment_needs_enough_texts_and_little_chance(engine: Engine) -> None:
    storm(engine, 12, DAYS[-3], 1000, "negative")
    storm(engine, 4, DAYS[-2], 2000, "negative")
    done = look(engine, Asked("acme", frozenset({"sentiment"})))
    assert kinds(engine) == ["sentiment"]
    assert "Net sentiment toward Acme fell from +100" in done.raised[0].text
    assert "(84 and 37 scored texts, p < 0.0001)" in done.raised[0].text
    # A fall that lasts is no news the day after.
    assert look(engine, Asked("acme", frozenset({"sentiment"})), NOW + timedelta(days=1)).raised == ()


def test_lost_followers_are_told_where_rounding_can_not_explain_them(engine: Engine) -> None:
    fill(engine, tables.account_read, followers([(len(DAYS), 4900)]))
    done = look(engine)
    assert kinds(engine) == ["followers"]
    assert done.raised[0].text.startswith("Acme lost followers on Mastodon: from 5,054 to 4,900, −3.0")


def test_a_viral_post_is_told_once_for_ever(engine: Engine) -> None:
    storm(engine, 1)
    fill(engine, tables.post_read, [row | {"fetch_id": len(DAYS) - 1} for row in reads([(3, len(DAYS), 7)])])
    storm(engine, 1, first=1500)
    with writing(engine) as connection:
        connection.execute(tables.post_read.update().where(tables.post_read.c.post_id == 1500).values(likes_low=3000, likes_high=3000))  # fmt: skip
    text = look(engine).raised[0].text
    assert kinds(engine) == ["viral"]
    assert text.startswith(
        "A post about Acme on Mastodon got 3,000 likes, comments, shares and saves, where 2 are usual"
    )
    assert "https://social.test/@a/1500" in text
    assert look(engine, now=NOW + timedelta(days=3)).raised == ()


def test_a_source_gone_silent_is_told_even_without_a_brand(engine: Engine) -> None:
    days = [NOW.date() + timedelta(days=number) for number in (1, 2)]
    fill(engine, tables.run, runs(days))
    fill(engine, tables.fetch, [row | {"records": 0, "reason": "login"} for row in visits(days, "wall")])
    later = NOW + timedelta(days=2)
    done = look(engine, Asked(None, frozenset({"silent"})), later)
    assert kinds(engine) == ["silent"]
    assert done.raised[0].text.startswith(
        "Nothing of Mastodon could be read since 31 May 2026, 11:00: wall: login (1)."
    )
    assert look(engine, Asked(None, frozenset({"silent"})), later + timedelta(days=1)).raised == ()


def test_each_target_is_told_once_and_again_only_where_it_failed(
    engine: Engine, smtp: tuple[Box, str], webhook: tuple[list[dict[str, Any]], str]
) -> None:
    box, server = smtp
    taken, address = webhook
    storm(engine)
    mail, chat = Target.parse("mail:pr@acme.example"), Target.parse("chat:team")
    broken = Ways(server, "alerts@acme.example", "team=json://127.0.0.1:1/x")
    done = look(engine, ASKED, NOW, mail, chat, ways=broken)
    assert [fault.partition(";")[0] for fault in done.faults] == ["chat 'team' did not take the message"]
    mended = Ways(server, "alerts@acme.example", f"team={address}")
    assert look(engine, ASKED, NOW + timedelta(hours=1), mail, chat, ways=mended).faults == ()
    assert look(engine, ASKED, NOW + timedelta(hours=2), mail, chat, ways=mended).faults == ()
    assert len(box.envelopes) == 1
    assert [one["title"] for one in taken] == ["Alert: Acme is talked about, 31 May"]
    with engine.connect() as connection:
        told = {row.target for row in connection.execute(select(tables.alert_sent))}
        sent = connection.execute(select(tables.alert.c.sent_at)).scalar_one()
    assert told == {"mail:pr@acme.example", "chat:team"}
    assert sent == NOW


def test_quiet_hours_hold_what_is_raised_and_a_digest_joins_it(
    engine: Engine, webhook: tuple[list[dict[str, Any]], str]
) -> None:
    taken, address = webhook
    storm(engine, tone="negative")
    fill(engine, tables.account_read, followers([(len(DAYS), 4900)]))
    ways, chat = Ways(chats=f"team={address}"), Target.parse("chat:team")
    night = Asked("acme", zone="Asia/Shanghai", quiet=quiet_hours("20:00-07:30"), digest=2)
    done = look(engine, night, NOW, chat, ways=ways)
    assert done.held
    assert taken == []
    # 23:20 UTC is 7:20 in Shanghai, 23:40 UTC is 7:40.
    assert look(engine, night, NOW.replace(hour=23, minute=20), chat, ways=ways).raised == ()
    assert taken == []
    look(engine, night, NOW.replace(hour=23, minute=40), chat, ways=ways)
    assert [one["title"] for one in taken] == [f"{len(kinds(engine))} alerts: Acme"]
    assert "was named in 23 texts" in taken[0]["message"]
    assert "lost followers" in taken[0]["message"]


def test_a_target_that_is_named_later_is_not_told_of_old_things(
    engine: Engine, webhook: tuple[list[dict[str, Any]], str]
) -> None:
    taken, address = webhook
    storm(engine)
    look(engine)
    look(engine, ASKED, NOW + timedelta(days=8), Target.parse("chat:team"), ways=Ways(chats=f"team={address}"))
    assert [one for one in taken if "talked about" in one["title"]] == []


def test_an_erased_post_is_no_longer_linked(engine: Engine, webhook: tuple[list[dict[str, Any]], str]) -> None:
    taken, address = webhook
    storm(engine)
    look(engine, Asked("acme", quiet=(time(0), time(23, 59))))
    with writing(engine) as connection:
        connection.execute(tables.post.update().where(tables.post.c.post_id == 1000).values(url=None))
    look(engine, ASKED, NOW + timedelta(hours=1), Target.parse("chat:team"), ways=Ways(chats=f"team={address}"))
    assert "@a/181" in taken[0]["message"]
    assert "@a/1000" not in taken[0]["message"]


def test_chinese(engine: Engine) -> None:
    storm(engine, tone="negative")
    fill(engine, tables.account_read, followers([(len(DAYS), 4900)]))
    texts = [one.text for one in look(engine, Asked("acme", language="zh")).raised]
    assert any(text.startswith("5月31日，Acme出现在 23 篇文本中") for text in texts)
    assert any(text.startswith("Acme在Mastodon流失粉丝") for text in texts)


def test_an_unknown_brand_is_told(engine: Engine) -> None:
    with pytest.raises(FigureError, match="no brand 'nobody' in the database; known: acme, globex"):
        look(engine, Asked("nobody"))


@pytest.mark.parametrize(
    ("span", "hour", "quiet"),
    [("22:00-07:00", 23, True), ("22:00-07:00", 6, True), ("22:00-07:00", 7, False), ("12:00-13:00", 12, True), ("12:00-13:00", 13, False)],
)  # fmt: skip
def test_quiet_hours_may_span_midnight(span: str, hour: int, quiet: bool) -> None:
    assert is_quiet(quiet_hours(span), time(hour)) is quiet


def test_what_takes_no_message_is_refused() -> None:
    with pytest.raises(DeliveryError, match="an alert goes to mail:ADDRESS or chat:NAME"):
        alert_target("folder:/srv")


def test_the_timetable_watches(tmp_path: Path) -> None:
    file = tmp_path / "timetable.toml"
    job = '[[alert]]\nbrand = "acme"\nevery = "1h"\nkinds = ["spike", "silent"]\ndeliver = ["chat:team"]\nquiet = "22:00-07:00"\n'
    file.write_text(f'zone = "Europe/Berlin"\n{job}', "utf-8")
    (found,) = load_timetable(file).jobs()
    assert isinstance(found, Alert)
    assert found.words(NOW.date()) == (
        "alerts", "--brand", "acme", "--kind", "spike", "--kind", "silent", "--deliver", "chat:team", "--quiet", "22:00-07:00", "--zone", "Europe/Berlin",
    )  # fmt: skip
    for wrong in (("chat:team", "site:/srv"), ("22:00-07:00", "25:00-07:00"), ('"spike"', '"storm"')):
        file.write_text(job.replace(*wrong), "utf-8")
        with pytest.raises(ConfigError, match=r"\[alert number 1"):
            load_timetable(file)


def test_the_command_tells_and_refuses(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 'mentionary.sqlite'}").dispose()

    def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scrapy", "alerts", *words],
            cwd=ROOT, env={"MENTIONARY_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    done = scrapy()
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing new.\n", "")
    assert scrapy("--brand", "acme").returncode == 1
    for words, sentence in (
        (("--kind", "storm"), f"known: {', '.join(KINDS)}"),
        (("--deliver", "folder:/srv"), "takes no messages"),
        (("--quiet", "late"), "write it as 22:00-07:00"),
    ):
        wrong = scrapy(*words)
        assert wrong.returncode == 2
        assert sentence in wrong.stderr
