"""Writing pages: what rows they make, in any order, twice, crawled and imported."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text

from extractors.records import Count, Moment, Outcome, Post
from storage.database import writing
from storage.errors import StorageError
from storage.fetched import Fetched
from storage.ledger import Planned, plan, start_run, take
from storage.observations import kept
from storage.pseudonyms import Pseudonyms
from storage.tables import UNKNOWN_TIME, account, annotation, fetch, metadata, post, post_read
from storage.views import post_observation
from storage.writing import Writer
from tests.stored import AT, KEY, WATCHLIST, Page, a_post, a_profile, bring, exact, hours, page, rows


def one(engine: Engine, query: str) -> object:
    """The single row of a query."""
    with engine.connect() as connection:
        return tuple(connection.execute(text(query)).one())


def test_a_page_makes_its_post_author_read_and_ledger_row(database: Engine) -> None:
    record = a_post(
        "v1", kind="video", url="https://video.test/v1?utm_source=x", author="acme", author_id="U1", author_name="Acme",
        title="New\x00 phone", text="It folds \ud800", published_at=Moment(AT, "minute"), likes=5, views=Count(86350, 86499, "86.4K"),
        hashtags=("phone",), links=("https://acme.test/",), language="en",
    )  # fmt: skip
    bring(database, [page("https://video.test/v1", hours(1), record)])
    stored = rows(database)
    (row,) = stored["post"]
    assert (row["native_id"], row["namespace"], row["kind"]) == ("v1", "post", "video")
    assert row["url"] == "https://video.test/v1"
    assert (row["title"], row["text"]) == ("New phone", "It folds ")
    assert (row["published_at"], row["published_precision"]) == (AT, "minute")
    assert (row["likes_low"], row["likes_high"], row["views_low"], row["views_high"]) == (5, 5, 86350, 86499)
    assert row["comments_low"] is None
    assert row["hashtags"] == ["phone"]
    (author,) = stored["account"]
    assert (author["native_id"], author["handle"], author["name"], author["brand_id"]) == ("U1", "acme", "Acme", "acme")
    (ledger,) = stored["fetch"]
    assert (ledger["state"], ledger["outcome"], ledger["records"], ledger["via"]) == ("done", "ok", 1, "import")
    assert ledger["fields"]["post"]["all"] == 1
    assert ledger["fields"]["post"]["likes"] == 1
    assert "comments" not in ledger["fields"]["post"]


def test_people_who_are_not_watched_leave_no_name(database: Engine) -> None:
    records = (
        a_post("1", author="jane_doe", author_id="77", author_name="Jane Doe", text="hello"),
        a_post("2", author_name="John Roe", text="hello"),
        a_profile(handle="mary_major", id="78", name="Mary Major", text="I live here", url="https://video.test/@mary_major", followers=3),
    )  # fmt: skip
    bring(database, [page("https://video.test/list", AT, *records)])
    stored = repr(rows(database)).casefold()
    for word in ("jane", "john", "mary", "major", "doe", "i live here", "'77'", "'78'"):
        assert word not in stored
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(account)).scalar_one() == 2
        assert (
            connection.execute(select(account.c.followers_low).where(account.c.followers_low.is_not(None))).scalar()
            == 3
        )


def test_the_same_page_twice_is_stored_once_and_both_runs_are_known(database: Engine) -> None:
    pages = [page("https://video.test/1", hours(n), a_post(likes=n)) for n in range(3)]
    bring(database, pages)
    before = rows(database)
    bring(database, pages)
    bring(database, reversed(pages), batch=1)
    after = rows(database)
    assert len(after.pop("fetch_again")) == 6
    assert before.pop("fetch_again") == []
    assert after == before


def test_a_crawled_page_that_is_imported_too_counts_once_either_way(database: Engine) -> None:
    fetched, reading = page("https://video.test/1", hours(1), a_post(likes=1))
    crawl = start_run(database, "crawl", "youtube", {}, AT)
    plan(database, crawl, [Planned(url=fetched.url, host=fetched.host, platform="youtube")], AT)
    (taken,) = take(database, crawl, 1, AT)
    crawled = Fetched(
        url=fetched.url, host=fetched.host, fetched_at=hours(1), platform="youtube", fetch_id=taken.fetch_id, status=200,
        via="crawl", body_digest=fetched.body_digest, archive_file="a.warc.gz", archive_offset=7,
    )  # fmt: skip
    bring(database, [(fetched, reading)])
    with Writer(database, crawl, watchlist=WATCHLIST, pseudonyms=KEY) as writer:
        writer.add(crawled, reading)
    bring(database, [(fetched, reading)])
    stored = rows(database)
    assert [(row["via"], row["archive_offset"]) for row in stored["fetch"]] == [("crawl", 7)]
    assert len(stored["post_read"]) == 1
    assert len(stored["fetch_again"]) == 2


def test_a_replay_replaces_the_reading_of_its_fetch(database: Engine) -> None:
    fetched, reading = page("https://video.test/1", hours(1), a_post(likes=1, text="cut"), reader_version="old")
    run_id = bring(database, [(fetched, reading)])
    with database.connect() as connection:
        fetch_id = connection.execute(select(fetch.c.fetch_id)).scalar_one()
    mended = page(
        "https://video.test/1", hours(1), a_post(likes=12, text="whole"), reader_version="new", fetch_id=fetch_id
    )
    with Writer(database, run_id, watchlist=WATCHLIST, pseudonyms=KEY) as writer:
        writer.add(*mended)
    assert writer.counts["outcome ok -> ok"] == 1
    (row,) = rows(database)["post"]
    assert (row["likes_low"], row["text"]) == (12, "whole")
    (ledger,) = rows(database)["fetch"]
    assert (ledger["reader_version"], ledger["fetched_at"]) == ("new", hours(1))
    assert len(rows(database)["post_read"]) == len(rows(database)["post_version"]) == 1


def test_a_mended_reader_reads_an_imported_page_anew(database: Engine) -> None:
    bring(
        database,
        [page("https://video.test/1", hours(1), a_post(likes=1), reader_version="old", body_digest="d" * 64)]
        if False
        else [],
    )
    fetched, reading = page("https://video.test/1", hours(1), a_post(likes=1), reader_version="old")
    bring(database, [(fetched, reading)])
    newer, mended = page("https://video.test/1", hours(1), a_post(likes=2), reader_version="new")
    newer = Fetched(**{name: getattr(newer, name) for name in Fetched.__slots__} | {"body_digest": fetched.body_digest})
    bring(database, [(newer, mended)])
    assert [row["likes_low"] for row in rows(database)["post_read"]] == [2]


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        ([(0, 5), (1, 5), (2, 6), (3, 6), (4, 5)], [True, False, True, False, True]),
        ([(0, 5), (24, 5), (25, 5)], [True, True, False]),
        ([(0, None), (1, 5), (2, None), (3, 5)], [False, True, False, False]),
    ],
)
def test_observations_are_the_first_of_each_day_and_each_that_differs(
    reads: list[tuple[int, int | None]], expected: list[bool]
) -> None:
    assert kept([(hours(at), (number, number)) for at, number in reads]) == expected


def test_days_are_those_of_utc() -> None:
    late, early = datetime(2026, 3, 2, 23, 59, tzinfo=UTC), datetime(2026, 3, 3, 0, 1, tzinfo=UTC)
    assert kept([(late, (1, 1)), (early, (1, 1))]) == [True, True]


def test_attributes_are_those_last_shown_and_times_the_most_precise(database: Engine) -> None:
    pages = [
        page("https://video.test/1", hours(2), a_post(title="new", published_at=Moment(AT, "second"))),
        page(
            "https://video.test/list", hours(3), a_post(text="words", published_at=Moment(AT.replace(minute=0), "hour"))
        ),
        page("https://video.test/old", hours(1), a_post(title="old", text="older", price="3")),
    ]
    bring(database, pages)
    (row,) = rows(database)["post"]
    assert (row["title"], row["text"], row["price"]) == ("new", "words", "3")
    assert (row["published_at"], row["published_precision"]) == (AT, "second")
    assert (row["first_seen_at"], row["last_seen_at"]) == (hours(1), hours(3))


def test_a_post_without_id_merges_with_its_id_when_that_appears(database: Engine) -> None:
    url = "https://mp.test/s/abc"
    bring(database, [page(url, hours(1), a_post(None, platform="weixin", url=url, author="Acme", likes=1))])
    assert [row["native_id"] for row in rows(database)["post"]] == [url]
    bring(database, [page(url, hours(2), a_post("biz/1/1", platform="weixin", url=url, author="Acme", likes=2))])
    bring(database, [page(url, hours(3), a_post(None, platform="weixin", url=url, author="Acme", likes=3))])
    (row,) = rows(database)["post"]
    assert (row["native_id"], row["likes_low"], row["first_seen_at"]) == ("biz/1/1", 3, hours(1))
    assert [read["likes_low"] for read in rows(database)["post_read"]] == [1, 2, 3]


def test_an_account_known_by_handle_merges_with_its_id_and_takes_its_posts_along(database: Engine) -> None:
    bring(database, [page("https://video.test/1", hours(1), a_post("1", author="someone"))])
    bring(database, [page("https://video.test/2", hours(2), a_post("2", author="Someone", author_id="9"))])
    stored = rows(database)
    (author,) = stored["account"]
    assert {row["account_id"] for row in stored["post"]} == {("youtube", "", "", author["key"])}


def test_a_gone_post_is_reduced_to_a_stub_until_it_is_seen_again(database: Engine) -> None:
    url = "https://video.test/1"
    bring(database, [page(url, hours(1), a_post(url=url, title="t", text="words", likes=3))])
    bring(database, [page(url, hours(2), outcome=Outcome.GONE, reason="deleted")])
    (row,) = rows(database)["post"]
    assert (row["gone_at"], row["title"], row["text"], row["likes_low"]) == (hours(2), None, None, 3)
    bring(database, [page("https://video.test/list", hours(3), a_post(url=url, text="back"))])
    (row,) = rows(database)["post"]
    assert (row["gone_at"], row["title"], row["text"]) == (None, "t", "back")


def test_a_post_whose_words_changed_is_to_be_annotated_again(database: Engine) -> None:
    bring(database, [page("https://video.test/1", hours(1), a_post("1", text="a", likes=1), a_post("2", text="b"))])
    with writing(database) as connection:
        for number in connection.execute(select(post.c.post_id)).scalars().all():
            connection.execute(
                annotation.insert().values(
                    post_id=number, language="en", language_confidence=1.0, sentiment="neutral", extractor_version="1",
                    matcher_version="1",
                )
            )  # fmt: skip
    bring(database, [page("https://video.test/1", hours(2), a_post("1", text="a", likes=2), a_post("2", text="c"))])
    assert [row["post_id"][3] for row in rows(database)["annotation"]] == ["1"]


def test_a_page_of_unknown_age_gives_words_and_no_observation(database: Engine) -> None:
    bring(database, [page("https://video.test/1", None, a_post(text="saved", likes=4))])
    (row,) = rows(database)["post"]
    assert (row["text"], row["likes_low"], row["first_seen_at"]) == ("saved", 4, UNKNOWN_TIME)
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(post_observation)).scalar_one() == 0
    bring(database, [page("https://video.test/1", hours(1), a_post(text="dated", likes=3))])
    (row,) = rows(database)["post"]
    assert (row["text"], row["likes_low"], row["first_seen_at"]) == ("dated", 3, hours(1))


def test_hostile_values_harm_no_other_record(database: Engine) -> None:
    long = "x" * 9000
    records = (
        a_post(
            long,
            url=f"https://video.test/{long}",
            likes=1,
            region="\x00",
            language=long,
            text="\ud83d\ude00 \ud800",
        ),
        a_post("2", likes=2, currency="euro", in_reply_to=long),
        a_post(None, title="neither id nor address"),
        a_profile(handle=long, followers=1),
    )
    bring(database, [page(f"https://video.test/{long}", AT, *records)])
    stored = rows(database)
    assert len(stored["post"]) == 3
    assert max(len(row["native_id"]) for row in stored["post"]) < 900
    bring(database, [page(f"https://video.test/{long}", hours(1), *records)])
    assert len(rows(database)["post"]) == 3


def test_a_page_that_cannot_be_stored_fails_alone(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = (
        page("https://video.test/1", AT, a_post("1")),
        page("https://video.test/2", AT, a_post("2", title="bad")),
    )
    monkeypatch.setattr("storage.wording.namespace_of", lambda post: 1 / 0 if post.title == "bad" else "post")
    monkeypatch.setattr("storage.writing.UNSTORABLE", (ZeroDivisionError,))
    bring(database, [good, bad])
    stored = rows(database)
    assert [row["native_id"] for row in stored["post"]] == ["1"]
    assert [(row["url"][-1], row["outcome"]) for row in stored["fetch"]] == [("1", "ok"), ("2", "failed")]


def test_another_pseudonym_key_is_refused(database: Engine) -> None:
    bring(database, [])
    with (
        pytest.raises(StorageError, match=r"put back the home's pseudonym\.key"),
        Writer(database, 1, watchlist=WATCHLIST, pseudonyms=Pseudonyms(b"another key, and long")),
    ):
        pass


IDS = st.sampled_from([None, "a", "b"])
RECORDS = st.builds(
    lambda number, url, author, likes, title, platform: a_post(
        number, url=f"https://video.test/{url}", author=author[0], author_id=author[1], likes=exact(likes), title=title,
        platform=platform,
    ),
    IDS,
    st.sampled_from(["x", "y"]),
    st.sampled_from([(None, None), ("jo", None), ("jo", "7"), ("acme", "U1"), ("acme", None), ("flo", "7"), (None, "7")]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, "one", "two"]),
    st.sampled_from(["youtube", "weixin"]),
)  # fmt: skip
TIMES = st.sampled_from([None, *(hours(n) for n in (0, 1, 2, 14, 15, 20))])


@st.composite
def pages_of_a_few_things(draw: st.DrawFn) -> list[Page]:
    """Pages that show the same few things again and again."""
    made: list[Page] = []
    for _ in range(draw(st.integers(1, 8))):
        at = draw(TIMES)
        url = f"https://video.test/{draw(st.sampled_from('xyz'))}"
        if draw(st.integers(0, 5)) == 0:
            made.append(page(url, at or AT, outcome=Outcome.GONE, reason="deleted"))
        else:
            records: list[Post] = draw(st.lists(RECORDS, min_size=1, max_size=3))
            made.append(page(url, at, *records))
    return made


def empty(engine: Engine) -> None:
    """Delete all rows."""
    with writing(engine) as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in {"setting", "watchlist_change", "brand", "product"}:
                connection.execute(table.delete())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_any_batches_leave_the_same_rows(database: Engine, data: st.DataObject) -> None:
    pages = data.draw(pages_of_a_few_things())
    empty(database)
    bring(database, pages, batch=data.draw(st.sampled_from([1, 3, 50])))
    first = rows(database)
    with database.connect() as connection:
        reads = connection.execute(select(func.count()).select_from(post_read)).scalar_one()
    empty(database)
    bring(database, data.draw(st.permutations(pages)), batch=data.draw(st.sampled_from([1, 2, 50])))
    assert rows(database) == first
    bring(database, data.draw(st.permutations(pages)), batch=data.draw(st.sampled_from([1, 50])))
    again = rows(database)
    again["fetch_again"] = []
    assert again == first | {"fetch_again": []}
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(post_read)).scalar_one() == reads
