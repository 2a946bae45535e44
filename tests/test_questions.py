"""The views say what the tables hold, and every question of the data dictionary can be asked and gets an answer."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from config.watchlist import Brand, Product, Watchlist
from extractors.records import Count, Moment, Outcome
from storage.database import migrate, open_database, writing
from storage.errors import StorageError
from storage.ledger import finish_run, start_run
from storage.questions import QUESTIONS
from storage.tables import (
    alert,
    alert_sent,
    annotation,
    archive_drop,
    duplicate_band,
    duplicate_group,
    duplicate_signature,
    entity,
    host,
    intent,
    job,
    keyword,
    label,
    lease,
    mention,
    metadata,
    missed_run,
    report,
    suppression,
)
from storage.views import VIEWS, accounts, fetch_days, mentions, post_history, posts
from tests.stored import AT, a_post, a_profile, bring, hours, page

ROOT = Path(__file__).resolve().parent.parent
LIST = Watchlist(
    brand=(
        Brand(name="Acme", accounts={"youtube": ("acme",)}, product=(Product(name="Acme Phone"),)),
        Brand(name="Globex"),
    )
)


def fill(engine: Engine) -> None:
    """A little of everything."""
    profile = a_profile(handle="acme", id="U1", name="Acme", followers=100)
    first = a_post(
        "v1", kind="video", url="https://video.test/v1", author="acme", author_id="U1", text="our phone",
        published_at=Moment(AT), likes=5, views=Count(86350, 86499, "86.4K"),
    )  # fmt: skip
    second = a_post(
        "v2", url="https://video.test/v2", author="jo", text="Acme Phone!", views=Count(100000, None, "10万+")
    )
    third = a_post(
        "v3", url="https://video.test/v3", author="jo", text="again", published_at=Moment(AT), views=Count(100000, None)
    )
    pages = [
        page("https://video.test/1", hours(1), profile, first, second, third),
        page("https://video.test/1", hours(2), profile, a_post("v1", likes=9)),
        page("https://video.test/x", hours(3), outcome=Outcome.DRIFT, reason="likes"),
    ]
    bring(engine, pages, watchlist=LIST)
    bring(engine, pages[:1], watchlist=LIST)
    finish_run(engine, start_run(engine, "crawl", "youtube", {}, AT), 1, "drift", AT)
    found = {"extractor_version": "1", "sentiment": "positive", "sentiment_score": 0.5, "sentiment_confidence": 0.9}
    named = {"field": "text", "start": 0, "end": 4}
    with writing(engine) as connection:
        for number in (1, 2):
            words = {"post_id": number, "language": "en", "language_confidence": 1.0, "matcher_version": "1"}
            connection.execute(annotation.insert().values(words | found))
            connection.execute(duplicate_group.insert().values(post_id=number, group_id=1))
            connection.execute(duplicate_band.insert().values(band=7, post_id=number))
            connection.execute(duplicate_signature.insert().values(post_id=number, signature=b"1"))
        for product in (None, "acme-phone"):
            words = {"post_id": 2, "brand_id": "acme", "standing": "earned", "relevance": 0.9, "matched": "Acme"}
            connection.execute(mention.insert().values(words | named | found).values(product_id=product))
        owned = {"post_id": 1, "brand_id": "acme", "standing": "owned", "relevance": 0.9, "matched": "Acme"}
        connection.execute(mention.insert().values(owned | named | found))
        connection.execute(mention.insert().values(owned | named | found | {"standing": "earned"}))
        for number in (1, 2):
            connection.execute(keyword.insert().values(post_id=number, term="phone", score=1.0))
            connection.execute(entity.insert().values(post_id=number, name="Jo", folded="jo", label="PERSON", **named))
            connection.execute(intent.insert().values(post_id=number, kind="wish", score=0.9))
        connection.execute(label.insert().values(post_id=2, brand_id="acme", relevant=True, labelled_at=AT, **named))
        connection.execute(
            report.insert().values(
                brand_id="acme", from_day="2026-03-01", to_day="2026-03-07", made_at=AT, place="r.html", figures={}
            )
        )
        connection.execute(alert.insert().values(kind="spike", about="acme 2026-03-02", raised_at=AT, evidence={}))
        connection.execute(alert_sent.insert().values(alert_id=1, target="chat:team", sent_at=AT))
        connection.execute(host.insert().values(host="video.test", not_before=1.0))
        connection.execute(job.insert().values(name="crawl youtube"))
        connection.execute(missed_run.insert().values(job="crawl youtube", first_due_at=AT, noted_at=AT, runs=2))
        connection.execute(lease.insert().values(name="scheduler", owner="me", until=AT))
        connection.execute(suppression.insert().values(key="0" * 32, erased_at=AT))
        connection.execute(archive_drop.insert().values(archive_file="a.warc.gz", archive_offset=0, asked_at=AT))


@pytest.fixture
def filled(database_address: str) -> Iterator[Engine]:
    """A database with a little of everything."""
    migrate(database_address)
    engine = open_database(database_address)
    fill(engine)
    yield engine
    engine.dispose()


def test_every_table_and_view_has_a_question() -> None:
    assert sorted(item.about for item in QUESTIONS) == sorted({*metadata.tables, *(made.table.name for made in VIEWS)})


def test_every_question_gets_an_answer(filled: Engine) -> None:
    with filled.connect() as connection:
        empty = [item.about for item in QUESTIONS if not connection.execute(text(item.sql)).all()]
    assert empty == []


def test_the_views_tell_best_estimates_and_name_no_person(filled: Engine) -> None:
    with filled.connect() as connection:
        found = {row.native_id: row for row in connection.execute(select(posts))}
        assert (found["v1"].author, found["v1"].author_brand, found["v1"].day) == ("acme", "acme", "2026-03-02")
        assert (found["v1"].likes, found["v1"].views, found["v1"].comments) == (9, 86400, None)
        assert found["v2"].views == 100000
        assert found["v2"].author.startswith("person ")
        assert (found["v2"].day, found["v2"].published_at) == ("2026-03-02", None)
        history = connection.execute(select(post_history).where(post_history.c.post_id == 1)).all()
        assert [(row.observed_at, row.likes, row.views) for row in history] == [
            (hours(1), 5, 86400),
            (hours(2), 9, None),
        ]
        (own,) = connection.execute(select(accounts).where(accounts.c.brand_id == "acme")).all()
        assert (own.account, own.followers, own.mirror) == ("acme", 100, False)
        rows = connection.execute(select(mentions).order_by(mentions.c.mention_id)).all()
        assert [(row.brand, row.product, bool(row.copy)) for row in rows[:2]] == [
            ("Acme", None, True),
            ("Acme", "Acme Phone", True),
        ]
        days = connection.execute(select(fetch_days).order_by(fetch_days.c.outcome)).all()
        assert [(row.day, row.platform, row.outcome, row.fetches, row.records) for row in days] == [
            ("2026-03-02", "youtube", "drift", 1, 0),
            ("2026-03-02", "youtube", "ok", 2, 6),
        ]


def test_every_column_of_a_view_that_is_not_plain_is_explained() -> None:
    plain = {"platform", "post_id", "account_id", "fetch_id", "url", "title", "verified", "observed_at", "name", "via"}
    for made in VIEWS:
        assert made.table.comment
        unexplained = {column.name for column in made.table.c if not column.comment} - plain
        assert unexplained <= {"published_at", "edited_at", "last_seen_at", "mention_id", "brand_id"}, made.table.name


def test_a_file_opened_read_only_answers_and_takes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mentionary.sqlite"
    engine = open_database(f"sqlite:///{file}")
    fill(engine)
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection, writing(engine) as other:
        # A crawl that writes at that moment is in nobody's way.
        other.execute(text("DELETE FROM mention"))
        assert connection.execute("SELECT count(*) FROM mentions").fetchone() == (4,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("DELETE FROM mention")
    engine.dispose()


def test_the_role_for_analysts_reads_what_concerns_them_and_writes_nothing(postgres_address: str) -> None:
    migrate(postgres_address)
    engine = open_database(postgres_address)
    fill(engine)
    page = (ROOT / "docs/how-to/analyse.md").read_text("utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    name = f"analyst_{os.urandom(4).hex()}"
    with engine.begin() as connection:
        for statement in statements.replace("analyst", name).strip().split(";\n"):
            connection.exec_driver_sql(statement.rstrip(";").replace("%", "%%"))
    reader = open_database(postgres_address.replace("postgres@", f"{name}@"))
    with reader.connect() as connection:
        unanswered = [
            item.about
            for item in QUESTIONS
            if item.about != "suppression" and not connection.execute(text(item.sql)).all()
        ]
    assert unanswered == []
    for refused in ("SELECT * FROM suppression", "DELETE FROM mention", "UPDATE post SET text = ''", "DROP VIEW posts"):
        with reader.connect() as connection, pytest.raises((StorageError, DBAPIError)):
            connection.execute(text(refused))
    reader.dispose()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM mention")).scalar_one() == 4
        connection.exec_driver_sql(f"DROP OWNED BY {name}")
        connection.exec_driver_sql(f"DROP ROLE {name}")
    engine.dispose()
