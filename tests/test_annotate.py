"""Stored posts through the extractors and back into the database, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from config.watchlist import Brand
from spiders.annotating import Tally, annotate
from storage.annotations import QUEUED, unscored_share
from storage.database import writing
from storage.tables import account, annotation, brand, keyword, mention, post

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
    assert annotate(database, [ACME], 1) == Tally(4, 0, 0)
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
    assert annotate(database, [ACME], 1) == Tally(0, 0, 0)


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
    assert annotate(database, [ACME, GLOBEX], 1) == Tally(0, 2, 1)
    assert [row[1] for row in mentions(database)] == ["acme", "globex"]
    with database.connect() as connection:
        assert set(connection.execute(select(annotation.c.sentiment)).scalars()) == {"neutral"}
        scores = dict(connection.execute(select(mention.c.brand_id, mention.c.sentiment_score)).all())
        assert QUEUED not in connection.execute(select(mention.c.extractor_version)).scalars().all()
    assert scores["acme"] == -1
    assert scores["globex"] is not None
    assert annotate(database, [GLOBEX], 1) == Tally(0, 2, 0)
    assert [row[1] for row in mentions(database)] == ["globex"]
    assert unscored_share(database) == (1, 0, 0)


def test_another_extractor_version_annotates_anew(database: Engine) -> None:
    keep(database, [{"text": "I love Acme"}, {"text": "I love Globex"}])
    annotate(database, [ACME], 1)
    with writing(database) as connection:
        connection.execute(update(annotation).where(annotation.c.post_id == 1).values(extractor_version="old"))
    assert annotate(database, [ACME], 1) == Tally(1, 0, 0)
    assert len(mentions(database)) == 1


def test_worker_processes_find_what_one_process_finds(database: Engine) -> None:
    keep(database, [{"text": f"Acme number {number} is great, Globex is not"} for number in range(400)])
    assert annotate(database, [ACME, GLOBEX], 2) == Tally(400, 0, 0)
    there = mentions(database)
    with writing(database) as connection:
        connection.execute(delete(annotation))
    assert annotate(database, [ACME, GLOBEX], 1) == Tally(400, 0, 0)
    assert mentions(database) == there
    assert len(there) == 800
