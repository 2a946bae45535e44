"""What has been kept long enough goes; what is counted stays."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from config.retention import Retention, load_retention
from config.timetable import load_timetable
from config.watchlist import ConfigError
from extractors.records import Outcome
from reports.figures import Figure, from_json, keep
from reports.intervals import exactly
from reports.metrics.base import Value
from reports.scope import Scope
from storage.archive import Archive
from storage.database import writing
from storage.pruning import BATCH, drop_archived, forget_archived, prune
from storage.tables import account, annotation, archive_drop, entity, fetch, mention, post, report
from storage.views import post_observation
from tests.stored import AT, KEY, a_post, a_profile, bring, hours, page, rows

DAY = timedelta(days=1)


def pruned(engine: Engine, days: int, retention: Retention | None = None) -> Counter[str]:
    """Prune so many days after the tests' first time."""
    return prune(engine, retention or Retention(), KEY, AT + days * DAY, lambda kind, rows: None)


def some_posts(engine: Engine) -> None:
    """A post of a person under an address that names her, one of a watched account."""
    records = (
        a_post("at://did:plc:jane/1", platform="bluesky", url="https://bsky.test/jane/1", author="jane", author_id="did:jane",
               text="I, Jane, love Acme", likes=3, in_reply_to="at://did:plc:joe/2", links=("https://jane.test/",)),
        a_post("77", url="https://video.test/77", author="acme", author_id="U1", text="our words", likes=9),
        a_profile(handle="acme", id="U1", followers=5),
    )  # fmt: skip
    bring(engine, [page("https://bsky.test/thread/jane/1", hours(1), *records, role="thread", thing="jane")])
    with writing(engine) as connection:
        number = connection.execute(select(post.c.post_id).where(post.c.platform == "bluesky")).scalar_one()
        connection.execute(
            mention.insert().values(
                post_id=number, brand_id="acme", field="text", start=14, end=18, matched="Acme", standing="earned",
                relevance=1.0, sentiment="positive", extractor_version="1",
            )
        )  # fmt: skip
        connection.execute(
            entity.insert().values(
                post_id=number, field="text", start=3, end=7, name="Jane", folded="jane", label="PERSON"
            )
        )


def test_words_and_addresses_of_people_go_and_their_numbers_stay(database: Engine) -> None:
    some_posts(database)
    assert sum(pruned(database, 364).values()) == 0
    went = pruned(database, 367)
    assert (went["posts by people"], went["people"], went["addresses in the ledger"]) == (1, 1, 1)
    stored = rows(database)
    assert "jane" not in repr(stored).casefold()
    assert "our words" in repr(stored)
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(post_observation)).scalar_one() == 2
        assert connection.execute(select(mention.c.matched)).scalar_one() == "Acme"
        assert connection.execute(select(func.count()).select_from(entity)).scalar_one() == 0
    assert sum(pruned(database, 368).values()) == 0


def test_old_reports_keep_their_numbers_and_lose_their_quotations(database: Engine) -> None:
    some_posts(database)
    value = Value(
        ("acme", "best", "1"),
        exactly(3),
        1,
        (),
        {"excerpt": "I, Jane, love Acme", "url": "https://bsky.test/jane/1", "place": 1},
    )
    figure = Figure(
        id="top-posts-1", metric="top-posts", version=1, unit="engagement", keys=("brand", "list", "post"), sql="SELECT 1",
        parameters={}, columns=("post_id", "excerpt", "url"), rows=((1, "I, Jane, love Acme", "https://bsky.test/jane/1"),),
        row_count=1, values=(value,), observed_from=None, observed_to=None,
    )  # fmt: skip
    with writing(database) as connection:
        scope = Scope(("acme",), {"acme": "Acme"}, AT.date(), AT.date(), AT)
        keep(connection, scope, [figure], "r.html", AT)
    assert pruned(database, 364)["reports that quote people"] == 0
    assert pruned(database, 367)["reports that quote people"] == 1
    with database.connect() as connection:
        (kept,) = connection.execute(select(report.c.figures)).scalar_one().items()
    assert "jane" not in repr(kept).casefold()
    left = from_json(*kept)
    assert left.rows == ((1, None, None),)
    assert left.values[0].interval == exactly(3)
    assert pruned(database, 368)["reports that quote people"] == 0


def test_a_pruned_post_that_is_seen_again_is_no_new_one(database: Engine) -> None:
    some_posts(database)
    pruned(database, 367)
    again = a_post("at://did:plc:jane/1", platform="bluesky", url="https://bsky.test/jane/1", text="once more", likes=4)
    bring(database, [page("https://bsky.test/1", AT + 370 * DAY, again)])
    found = [row for row in rows(database)["post"] if row["platform"] == "bluesky"]
    assert [(row["native_id"], row["text"], row["likes_low"]) for row in found] == [
        ("at://did:plc:jane/1", "once more", 4)
    ]


def test_wordings_of_deleted_posts_go_after_their_days(database: Engine) -> None:
    url = "https://video.test/77"
    bring(database, [page(url, hours(1), a_post("77", url=url, text="taken back", likes=2))])
    bring(database, [page(url, hours(2), outcome=Outcome.GONE, reason="deleted")])
    pruned(database, 6)
    assert "taken back" in repr(rows(database)["post_version"])
    assert pruned(database, 9)["wordings of deleted posts"] == 1
    assert "taken back" not in repr(rows(database))
    assert [row["likes_low"] for row in rows(database)["post"]] == [2]


def test_old_failures_go_and_fetches_with_numbers_stay(database: Engine) -> None:
    some_posts(database)
    bring(database, [page("https://video.test/x", hours(1), outcome=Outcome.FAILED, reason="http-500")])
    with writing(database) as connection:
        connection.execute(fetch.update().values(planned_at=AT))
    assert pruned(database, 731)["fetches without numbers"] == 1
    with database.connect() as connection:
        assert connection.execute(select(fetch.c.outcome)).scalars().all() == ["ok"]


def test_more_than_one_batch(database: Engine) -> None:
    records = [a_post(str(number), text="words", author="jo") for number in range(BATCH + 5)]
    bring(database, [page("https://video.test/list", hours(1), *records)])
    assert pruned(database, 400)["posts by people"] == BATCH + 5
    with database.connect() as connection:
        assert connection.execute(select(func.count(post.c.text))).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(account)).scalar_one() == 0
        assert connection.execute(select(func.count()).select_from(annotation)).scalar_one() == 0


def test_forever_keeps(database: Engine) -> None:
    some_posts(database)
    before = rows(database)
    assert sum(pruned(database, 9999, Retention(people=None, ledger=None, deleted=None)).values()) == 0
    assert rows(database) == before


def test_nothing_is_left_in_the_file(tmp_path: Path) -> None:
    from storage.database import open_database

    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    bring(engine, [page("https://video.test/1", hours(1), a_post(text="a very peculiar secret", author="jo"))])
    assert b"very peculiar" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    pruned(engine, 400)
    engine.dispose()
    assert b"very peculiar" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_the_ledger_forgets_archive_files_that_are_gone(database: Engine, tmp_path: Path) -> None:
    bring(
        database,
        [
            page(
                "https://video.test/1",
                hours(1),
                a_post(),
                archive_file="crawl-20260302-000000-00000000.warc.gz",
                archive_offset=5,
            )
        ],
    )
    with writing(database) as connection:
        connection.execute(
            archive_drop.insert().values(
                archive_file="crawl-20260302-000000-00000000.warc.gz", archive_offset=5, asked_at=AT
            )
        )
    assert drop_archived(database, Archive(tmp_path / "archive")) == 1
    with database.connect() as connection:
        assert connection.execute(select(fetch.c.archive_file, fetch.c.archive_offset)).one() == (None, None)
        assert connection.execute(select(func.count()).select_from(archive_drop)).scalar_one() == 0
    forget_archived(database, ["none.warc.gz"])


def test_days_stand_in_the_timetable(tmp_path: Path) -> None:
    file = tmp_path / "timetable.toml"
    assert load_retention(file) == Retention()
    file.write_text('[retention]\narchive = 30\npeople = "forever"\n')
    assert load_retention(file).archive == 30 * DAY
    assert load_retention(file).people is None
    file.write_text("[retention]\narchive = 0\n")
    with pytest.raises(ConfigError, match=r"retention\.archive.*0 is no number of days"):
        load_timetable(file)
