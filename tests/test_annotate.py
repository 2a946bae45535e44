"""Stored posts through the extractors and back into the database, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Engine, delete, func, insert, select, update

from config.watchlist import Brand
from spiders.annotating import Tally, annotate
from storage.annotations import PAGE, QUEUED, unscored_share, write_annotations
from storage.database import open_database, writing
from storage.duplicates import group_all, waiting
from storage.tables import (
    account,
    annotation,
    brand,
    duplicate_band,
    duplicate_group,
    duplicate_signature,
    entity,
    keyword,
    mention,
    post,
)

ROOT = Path(__file__).resolve().parent.parent
AT = datetime(2026, 3, 1, tzinfo=UTC)
ACME = Brand.model_validate({"name": "Acme", "product": [{"name": "Acme Phone"}]})
GLOBEX = Brand.model_validate({"name": "Globex"})


def keep(engine: Engine, texts: Sequence[dict[str, Any]]) -> None:
    """Store brands, an account of Acme's own, and posts."""
    with writing(engine) as connection:
        connection.execute(
            insert(brand),
            [{"brand_id": key, "name": key, "competitors": [], "active": True} for key in ("acme", "globex")],
        )
        connection.execute(
            insert(account).values(
                account_id=1, platform="bluesky", site="", key="k", native_id="acme.example", handle="acme.example",
                brand_id="acme", first_seen_at=AT, last_seen_at=AT, version="",
            )
        )  # fmt: skip
        for number, given in enumerate(texts, 1):
            connection.execute(
                insert(post).values(
                    **{
                        "post_id": number, "platform": "bluesky", "site": "", "namespace": "post", "kind": "post",
                        "native_id": str(number), "hashtags": [], "links": [], "first_seen_at": AT, "last_seen_at": AT,
                        "version": "", **given,
                    }
                )
            )  # fmt: skip


def mentions(engine: Engine) -> list[tuple[Any, ...]]:
    columns = [mention.c[name] for name in ("post_id", "brand_id", "product_id", "field", "start", "end", "standing")]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(mention.c.post_id, mention.c.start))]


def test_each_post_is_annotated_once(database: Engine) -> None:
    keep(
        database,
        [
            {"title": "Acme news", "text": "I love my Acme Phone, the battery life is great"},
            {"text": "Acme is hiring people in Berlin today", "account_id": 1},
            {"text": "Acme says something to all of us", "repost_of": "1"},
            {"text": "see https://acme.example/acme for more of that"},
            {"text": None},
        ],
    )
    assert annotate(database, [ACME], 1) == Tally(4, 0, 0, 4)
    assert mentions(database) == [
        (1, "acme", None, "title", 0, 4, "earned"),
        (1, "acme", "acme-phone", "text", 10, 20, "earned"),
        (2, "acme", None, "text", 0, 4, "owned"),
        (3, "acme", None, "text", 0, 4, "repost"),
        (4, "acme", None, "text", 12, 16, "link"),
        (4, "acme", None, "text", 25, 29, "link"),
    ]
    with database.connect() as connection:
        assert connection.execute(select(annotation.c.language, annotation.c.sentiment)).first() == ("en", "positive")
        terms = connection.execute(select(keyword.c.term).where(keyword.c.post_id == 1)).scalars().all()
    assert "battery life" in terms
    assert annotate(database, [ACME], 1) == Tally(0, 0, 0, 0)


def test_a_post_worded_anew_meanwhile_is_left_for_the_next_time(database: Engine) -> None:
    keep(database, [{"text": "I love my Acme Phone", "version": "new"}])
    found = {
        "post_id": 1, "version": "old", "language": "en", "language_confidence": 1.0, "sentiment": "neutral",
        "extractor_version": "1", "matcher_version": "1",
    }  # fmt: skip
    with writing(database) as connection:
        write_annotations(connection, [found], [], [], [], [])
        assert connection.execute(select(annotation.c.post_id)).all() == []
    assert annotate(database, [ACME], 1).annotated == 1


def test_what_stands_on_a_brands_own_domain_is_its_own(database: Engine) -> None:
    keep(
        database,
        [
            {"text": "Acme opens a shop", "url": "https://acme.example/news/1"},
            {"text": "Acme opens a shop", "url": "https://blog.acme.example/1"},
            {"text": "Acme opens a shop", "url": "https://notacme.example/1"},
            {"text": "Acme is late again", "url": "https://acme.example/news/1#comment-7", "kind": "comment"},
        ],
    )
    acme = Brand.model_validate({"name": "Acme", "domains": ["www.acme.example"]})
    annotate(database, [acme], 1)
    assert [row[6] for row in mentions(database)] == ["owned", "owned", "earned", "earned"]


def test_a_changed_watchlist_is_matched_anew_and_only_that(database: Engine) -> None:
    keep(database, [{"text": "I love Acme and I hate Globex"}, {"text": "nothing of that kind in here"}])
    annotate(database, [ACME], 1)
    with writing(database) as connection:
        connection.execute(update(annotation).values(sentiment="neutral"))
        connection.execute(update(mention).values(sentiment_score=-1))
    assert annotate(database, [ACME, GLOBEX], 1) == Tally(0, 2, 1, 0)
    assert [row[1] for row in mentions(database)] == ["acme", "globex"]
    with database.connect() as connection:
        assert set(connection.execute(select(annotation.c.sentiment)).scalars()) == {"neutral"}
        scores = dict(connection.execute(select(mention.c.brand_id, mention.c.sentiment_score)).all())
        assert QUEUED not in connection.execute(select(mention.c.extractor_version)).scalars().all()
    assert scores["acme"] == -1
    assert scores["globex"] is not None
    assert annotate(database, [GLOBEX], 1) == Tally(0, 2, 0, 0)
    assert [row[1] for row in mentions(database)] == ["globex"]
    assert unscored_share(database) == (1, 0, 0)


def test_another_extractor_version_annotates_anew(database: Engine) -> None:
    keep(database, [{"text": "I love Acme"}, {"text": "I love Globex"}])
    annotate(database, [ACME], 1)
    with writing(database) as connection:
        connection.execute(update(annotation).where(annotation.c.post_id == 1).values(extractor_version="old"))
    assert annotate(database, [ACME], 1) == Tally(1, 0, 0, 0)
    assert len(mentions(database)) == 1


def test_worker_processes_find_what_one_process_finds(database: Engine) -> None:
    keep(database, [{"text": f"Acme number {number} is great, Globex is not"} for number in range(400)])
    assert annotate(database, [ACME, GLOBEX], 2) == Tally(400, 0, 0, 400)
    there = mentions(database)
    with writing(database) as connection:
        connection.execute(delete(annotation))
    assert annotate(database, [ACME, GLOBEX], 1) == Tally(400, 0, 0, 400)
    assert mentions(database) == there
    assert len(there) == 800


def groups(engine: Engine) -> dict[int, int]:
    with engine.connect() as connection:
        return dict(connection.execute(select(duplicate_group.c.post_id, duplicate_group.c.group_id)).all())


def test_copies_are_grouped_and_groups_stay(database: Engine) -> None:
    words = "The new Acme Phone has a great camera and an even better battery, says our reviewer"
    keep(
        database,
        [
            {"text": words, "published_at": AT},
            {"text": f"RT @news: {words.upper()} https://t.example/a", "published_at": AT},
            {"text": "Acme opens a shop in Berlin, and everyone who is anyone goes there", "published_at": AT},
        ],
    )
    assert annotate(database, [ACME], 1).grouped == 3
    assert groups(database) == {1: 1, 2: 1}
    with writing(database) as connection:
        row = {"platform": "bluesky", "site": "", "namespace": "post", "kind": "post", "hashtags": [], "links": [],
               "first_seen_at": AT, "last_seen_at": AT, "version": ""}  # fmt: skip
        earlier = AT.replace(year=2020)
        connection.execute(insert(post).values(post_id=4, native_id="4", text=words + "!", published_at=earlier, **row))
    assert annotate(database, [ACME], 1).grouped == 1
    assert groups(database) == {1: 1, 2: 1, 4: 1}
    with writing(database) as connection:
        connection.execute(delete(annotation).where(annotation.c.post_id == 1))
        connection.execute(
            update(post).where(post.c.post_id == 1).values(text="Acme says nothing at all about phones now")
        )
    assert annotate(database, [ACME], 1).grouped == 1
    assert groups(database) == {2: 2, 4: 2}


def test_groups_are_the_same_however_many_posts_are_grouped_at_once(database: Engine) -> None:
    said = [
        "The new Acme Phone has a great camera and an even better battery, says our reviewer in London",
        "Acme opens a shop in Berlin next spring, and everyone who is anyone goes there to see it",
        "Why does my Acme Phone need three hours to charge, and why does nobody at the help desk answer",
    ]
    marks = ("", "!", " 😀", " https://t.example/a", " again", " today", " or so they say in the papers")
    texts = [f"{words}{mark}" for mark in marks for words in said] * 2
    keep(database, [{"text": text, "published_at": AT - timedelta(hours=at % 5)} for at, text in enumerate(texts)])
    annotate(database, [ACME], 1)
    together = groups(database)
    assert len(together) == len(texts)
    with writing(database) as connection:
        for table in (duplicate_group, duplicate_band, duplicate_signature):
            connection.execute(delete(table))
    for number in waiting(database):
        assert list(group_all(database, [number])) == [1]
    assert groups(database) == together


def test_a_post_that_is_gone_or_grouped_meanwhile_is_passed_over(database: Engine) -> None:
    words = "The new Acme Phone has a great camera and an even better battery, says our reviewer"
    keep(database, [{"text": words}, {"text": words + "!"}])
    annotate(database, [ACME], 1)
    before = groups(database)
    assert list(group_all(database, [1, 2, 99])) == [3]
    assert groups(database) == before == {1: 1, 2: 1}


APPLE = '[[brand]]\nname = "Apple"\n[brand.context]\nfor = ["iphone"]\nagainst = ["pie"]\n[[brand]]\nname = "Globex"\naliases = ["Globex Corp"]\n'


def command(home: Path, address: str, *words: str | Path, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words], input=answers, capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "MENTIONARY_HOME": str(home), "MENTIONARY_DATABASE": address},
    )  # fmt: skip


def test_a_killed_command_leaves_no_process_and_what_it_wrote(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'own.sqlite'}"
    engine = open_database(address)
    keep(engine, [{"text": f"Acme number {number} is good, and so is the battery"} for number in range(6000)])
    (tmp_path / "watchlist.toml").write_text('[[brand]]\nname = "Acme"\n', "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "annotate", "--workers", "2"],
        cwd=ROOT,
        env={**os.environ, "MENTIONARY_HOME": str(tmp_path), "MENTIONARY_DATABASE": address},
    )
    annotated: list[Any] = []
    while not annotated and process.poll() is None:
        time.sleep(0.05)
        with engine.connect() as connection:
            annotated = list(connection.execute(select(annotation.c.post_id).limit(1)))
    below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert len(below) >= 2
    assert psutil.wait_procs(below, timeout=30)[1] == []
    with engine.connect() as connection:
        done = connection.execute(select(func.count()).select_from(annotation)).scalar_one()
    assert done % PAGE == 0
    assert 0 < done < 6000
    engine.dispose()


def test_labels_are_asked_for_and_learned_from(database: Engine, database_address: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "watchlist.toml").write_text(APPLE, "utf-8")
    fruit, firm = "my apple tastes so sweet today number", "the apple update works well today number"
    keep(database, [{"text": f"{words} {number}"} for number in range(4) for words in (fruit, firm)])
    first = command(home, database_address, "annotate", "--workers", "1")
    assert first.stderr == ""
    assert first.stdout.startswith("8 posts annotated")

    asked = command(home, database_address, "label", "--brand", "apple", "--count", "2", answers="y\nq\n")
    assert asked.returncode == 0
    assert "1 labels saved; of 1 labelled mentions 1 mean apple (100%)" in asked.stdout

    table = tmp_path / "labels.csv"
    assert command(home, database_address, "label", "--brand", "apple", "--to", table).returncode == 0
    lines = table.read_text("utf-8-sig").splitlines()
    filled = [lines[0], *(line + ("no" if "sweet" in line else "yes") for line in lines[1:])]
    table.write_text("\n".join(filled), "utf-8")
    taken = command(home, database_address, "label", "--brand", "apple", "--from", table)
    assert taken.stdout.startswith("7 labels saved")

    again = command(home, database_address, "annotate", "--workers", "1")
    assert "8 matched" in again.stdout
    with database.connect() as connection:
        rows = connection.execute(
            select(post.c.text, mention.c.relevance).join(mention, mention.c.post_id == post.c.post_id)
        ).all()
    assert min(relevance for text, relevance in rows if "update" in text) > max(
        relevance for text, relevance in rows if "sweet" in text
    )
    table.write_text("post_id,field,start,relevant\n1,text,3,perhaps\n", "utf-8")
    wrong = command(home, database_address, "label", "--brand", "apple", "--from", table)
    assert (wrong.returncode, "line 2: relevant is 'perhaps'" in wrong.stderr) == (1, True)


def test_a_preview_tells_what_an_edit_adds_and_drops(database: Engine, database_address: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "watchlist.toml").write_text(APPLE, "utf-8")
    keep(database, [{"text": "Globex sells phones"}, {"text": "Globex sells soap"}, {"text": "Initech sells phones"}])
    shown = command(home, database_address, "preview", "--brand", "globex", "--query", "(globex OR initech) AND phones")
    assert shown.stdout.splitlines() == [
        "1 posts stay, 1 would be added, 1 dropped",
        "+ bluesky  [Initech] sells phones",
        "- bluesky  [Globex] sells soap",
    ]
    wrong = command(home, database_address, "preview", "--brand", "globex", "--query", "globex AND (")
    assert wrong.returncode == 2
    assert "query: column 12: " in wrong.stderr


def test_names_that_rise_and_that_no_brand_has_are_offered(
    database: Engine, database_address: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "watchlist.toml").write_text(APPLE, "utf-8")
    now = datetime.now(UTC)
    late, early = now - timedelta(days=2), now - timedelta(days=40)
    names = ["Initech", "Hooli"] * 8 + ["Hooli"] * 30 + ["Globex"] * 8
    keep(
        database,
        [
            {"text": f"{name} {number}", "published_at": early if 16 <= number < 46 else late, "url": f"https://one.example/{number}"}
            for number, name in enumerate(names)
        ],
    )  # fmt: skip
    with writing(database) as connection:
        connection.execute(
            insert(entity),
            [
                {"post_id": number, "field": "text", "start": 0, "end": len(name), "name": name, "folded": name.lower(), "label": "ORG"}
                for number, name in enumerate(names, 1)
            ],
        )  # fmt: skip
        # Copies of one text are one text.
        connection.execute(insert(duplicate_group), [{"post_id": number, "group_id": 1} for number in (1, 3)])
    shown = command(home, database_address, "candidates")
    assert (shown.returncode, shown.stderr) == (0, "")
    # Hooli was there before, Globex is on the watchlist.
    (found,) = [line.split() for line in shown.stdout.splitlines() if "one.example" in line]
    assert found[:4] == ["Initech", "ORG", "7", "0"]
    assert found[5] == "https://one.example/14"
    assert "no new name rises" in command(home, database_address, "candidates", "--days", "1").stdout
    assert command(home, database_address, "candidates", "--label", "BRAND").returncode == 2
