"""Each metric by its test vector, and its SQL against a count by hand over generated data, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, delete, insert, select

from benchmarks.generate import Scale, build, generate
from reports.figures import make, scope_of
from reports.intervals import counted, total
from reports.metrics import METRICS
from reports.metrics.base import VECTOR_SCOPE, Metric
from reports.metrics.engagement import at_age
from reports.scope import Scope
from spiders.reference import metrics_page
from storage import tables
from storage.database import open_database, writing

ROOT = Path(__file__).resolve().parent.parent
SCALE = Scale(posts=600, days=40, end=date(2026, 5, 31), seed=3)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Generated data, made once on SQLite and once on PostgreSQL; tests only read it."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('metrics') / 'test.sqlite'}"
    else:
        server = request.getfixturevalue("postgres_server")
        address = new_postgres_database(server)
    build(address, SCALE)
    engine = open_database(address)
    yield engine
    engine.dispose()


def new_postgres_database(server: str) -> str:
    """A database of this module's own; it goes with the server."""
    import psycopg

    with psycopg.connect(server.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE metrics")
    return f"{server}/metrics"


def scope(engine: Engine, zone: str = "UTC") -> Scope:
    with engine.connect() as connection:
        return scope_of(connection, "aurelia", date(2026, 5, 11), date(2026, 5, 31), zone)


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_the_vector_of_each_metric(metric: Metric) -> None:
    found = {value.of: value for value in metric.after(metric.vector.rows, VECTOR_SCOPE)}
    for of, expected in metric.vector.expect.items():
        interval = found[of].interval
        assert len(of) == len(metric.keys)
        if expected is None or interval is None:
            assert interval is None
            assert expected is None
            continue
        for got, wanted in zip((interval.low, interval.best, interval.high), expected, strict=True):
            assert got == (wanted if wanted is None else pytest.approx(wanted, abs=metric.vector.tolerance)), (
                of,
                interval,
            )


def test_every_metric_says_what_it_is() -> None:
    for name, metric in METRICS.items():
        assert metric.id == name
        assert metric.version >= 1
        assert metric.definition.endswith(".")
        assert metric.vector.expect


def test_the_reference_is_written_from_the_definitions() -> None:
    assert (ROOT / "docs" / "reference" / "metrics.md").read_text("utf-8") == metrics_page()


def test_every_figure_is_made_and_its_sql_can_be_pasted(filled: Engine) -> None:
    over = scope(filled, "Europe/Berlin")
    with filled.connect() as connection:
        for metric in METRICS.values():
            figure = make(connection, metric, over)
            # A driver of DB-API 2 takes a percent sign for a placeholder, a shell doesn't.
            pasted = connection.exec_driver_sql(
                figure.sql.replace("%", "%%") if "psycopg" in filled.driver else figure.sql
            ).all()
            assert len(pasted) == figure.row_count, metric.id
            assert [str(column) for column in figure.columns] == list(connection.execute(metric.select(over)).keys())


def said(engine: Engine, over: Scope) -> list[dict[str, Any]]:
    """Who is named in which post of the period, gathered without a line of the metrics' SQL."""
    zone = ZoneInfo(over.zone)
    with engine.connect() as connection:
        posts = {row.post_id: row for row in connection.execute(select(tables.post))}
        groups = {row.post_id: row.group_id for row in connection.execute(select(tables.duplicate_group))}
        mentions = connection.execute(select(tables.mention)).all()
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for mention in mentions:
        post = posts[mention.post_id]
        day = post.published_at.astimezone(zone).date()
        if over.first <= day <= over.last and post.first_seen_at <= over.as_of:
            key = (mention.brand_id, mention.post_id)
            row = found.setdefault(
                key,
                {
                    "brand": key[0],
                    "post": post,
                    "day": day,
                    "text": groups.get(key[1], key[1]),
                    "standing": mention.standing,
                    "tones": [],
                },
            )
            row["tones"].append(mention.sentiment)
    return list(found.values())


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_voice_days_and_platforms_as_counted_by_hand(filled: Engine, zone: str) -> None:
    over = scope(filled, zone)
    rows = said(filled, over)
    by_brand: dict[str, set[int]] = defaultdict(set)
    by_day: dict[tuple[str, str], set[int]] = defaultdict(set)
    by_platform: dict[tuple[str, str], set[int]] = defaultdict(set)
    posts: dict[str, int] = defaultdict(int)
    for row in rows:
        if row["standing"] == "earned":
            by_brand[row["brand"]].add(row["text"])
            by_day[row["brand"], row["day"].isoformat()].add(row["text"])
            by_platform[row["brand"], row["post"].platform].add(row["text"])
            posts[row["brand"]] += 1
    with filled.connect() as connection:
        voice = make(connection, METRICS["share-of-voice"], over)
        days = make(connection, METRICS["mentions-by-day"], over)
        platforms = make(connection, METRICS["mentions-by-platform"], over)
    everything = sum(len(texts) for texts in by_brand.values())
    for value in voice.values:
        assert value.beside["texts"] == len(by_brand[value.of[0]])
        assert value.beside["copies"] == posts[value.of[0]] - len(by_brand[value.of[0]])
        assert value.interval is not None
        assert value.interval.best == pytest.approx(len(by_brand[value.of[0]]) / everything)
    assert {value.of: value.n for value in days.values if value.n} == {key: len(texts) for key, texts in by_day.items()}
    assert {value.of: value.n for value in platforms.values if value.n} == {
        key: len(texts) for key, texts in by_platform.items()
    }


def test_sentiment_as_counted_by_hand_with_the_unscored_stated(filled: Engine) -> None:
    over = scope(filled)
    tones: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in said(filled, over):
        if row["standing"] == "earned":
            tones[row["brand"]][row["text"]] += row["tones"]
    with filled.connect() as connection:
        figure = make(connection, METRICS["net-sentiment"], over)
    for value in figure.values:
        counts = {"positive": 0, "neutral": 0, "negative": 0, "unscored": 0}
        for found in tones[value.of[0]].values():
            balance = found.count("positive") - found.count("negative")
            scored = any(tone != "unscored" for tone in found)
            counts[
                "unscored" if not scored else "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
            ] += 1
        assert {name: value.beside[name] for name in counts} == counts
        assert value.n == counts["positive"] + counts["neutral"] + counts["negative"]


def test_engagement_as_summed_by_hand_over_the_parts_that_all_show(filled: Engine) -> None:
    over = scope(filled)
    with filled.connect() as connection:
        figure = make(connection, METRICS["engagement-by-platform"], over)
        own = connection.execute(
            select(tables.post.c.post_id, tables.post.c.platform, tables.account.c.brand_id)
            .join(tables.account)
            .where(
                tables.account.c.brand_id.is_not(None),
                tables.post.c.published_at >= over.starts_at,
                tables.post.c.published_at < over.ends_at,
            )
        ).all()
        reads = defaultdict(list)
        for read in connection.execute(
            select(tables.post_read)
            .where(tables.post_read.c.observed_at <= over.as_of)
            .order_by(tables.post_read.c.observed_at)
        ):
            reads[read.post_id].append(read._mapping)
    assert figure.values
    for value in figure.values:
        brand, platform = value.of
        sums = []
        for row in own:
            if (row.brand_id, row.platform) == (brand, platform) and reads[row.post_id]:
                last = reads[row.post_id][-1]
                parts = [counted(last[f"{name}_low"], last[f"{name}_high"]) for name in value.beside["parts"]]
                sums += [part for part in parts if part is not None]
        assert value.interval == total(sums)


def test_a_gap_in_collecting_is_a_gap_and_never_zero(database: Engine) -> None:
    with writing(database) as connection:
        generate(connection, SCALE)
        connection.execute(
            tables.fetch.update()
            .where(tables.fetch.c.planned_at > datetime(2026, 5, 26, tzinfo=UTC))
            .values(outcome="failed")
        )
    over = scope(database)
    with database.connect() as connection:
        figure = make(connection, METRICS["mentions-by-day"], over)
        collected = make(connection, METRICS["collected"], over)
    late = [value for value in figure.values if value.of[1] >= "2026-05-27"]
    assert late
    for value in late:
        assert value.interval is None or value.interval.high is None
        assert value.notes in {("gap",), ("partly",)}
    assert {value.beside["state"] for value in collected.values if value.of[1] >= "2026-05-27"} == {"none"}


def test_followers_before_the_first_observation_are_unknown(filled: Engine) -> None:
    with filled.connect() as connection:
        early = scope(filled).over(date(2026, 4, 20), date(2026, 4, 24))
        figure = make(connection, METRICS["followers-by-day"], early)
    first = min(value.of[2] for value in figure.values if value.interval is not None)
    assert all(value.interval is None for value in figure.values if value.of[2] < first)
    assert first == "2026-04-22"


def test_nothing_that_was_fetched_later_counts(filled: Engine) -> None:
    whole = scope(filled)
    then = Scope(whole.brands, whole.names, whole.first, whole.last, datetime(2026, 5, 20, tzinfo=UTC), whole.zone)
    with filled.connect() as connection:
        for name in METRICS:
            figure = make(connection, METRICS[name], then)
            if figure.observed_to is not None:
                assert datetime.fromisoformat(figure.observed_to) <= then.as_of, name


def test_a_time_known_to_the_day_counts_on_that_day_in_any_zone(database: Engine) -> None:
    at = datetime(2026, 5, 12, tzinfo=UTC)
    with writing(database) as connection:
        connection.execute(
            insert(tables.brand), [{"brand_id": "acme", "name": "Acme", "competitors": [], "active": True}]
        )
        connection.execute(
            insert(tables.post).values(
                post_id=1, platform="blog", site="b.example", namespace="post", native_id="1", kind="article", published_at=at,
                published_precision="day", hashtags=[], links=[], first_seen_at=at, last_seen_at=at, version="1",
            )
        )  # fmt: skip
        connection.execute(
            insert(tables.mention).values(
                post_id=1, brand_id="acme", field="text", start=0, end=4, matched="Acme", standing="earned", relevance=0.9,
                sentiment="unscored", extractor_version="1",
            )
        )  # fmt: skip
    for zone in ("UTC", "Pacific/Auckland", "Pacific/Honolulu"):
        over = Scope(("acme",), {"acme": "Acme"}, date(2026, 5, 11), date(2026, 5, 13), at + timedelta(days=3), zone)
        with database.connect() as connection:
            figure = make(connection, METRICS["mentions-by-day"], over)
            one_day = make(connection, METRICS["share-of-voice"], over.over(date(2026, 5, 12), date(2026, 5, 12)))
        assert [value.of[1] for value in figure.values if value.n] == ["2026-05-12"], zone
        assert one_day.values[0].beside["texts"] == 1


def test_blame_goes_to_the_brand_that_is_blamed(database: Engine) -> None:
    at = datetime(2026, 5, 12, tzinfo=UTC)
    tones = {
        1: {"acme": "negative", "globex": "positive"},
        2: {"acme": "neutral", "globex": "unscored"},
        3: {"acme": "positive"},
        4: {"acme": "neutral", "globex": "negative"},
    }
    with writing(database) as connection:
        connection.execute(
            insert(tables.brand),
            [{"brand_id": name, "name": name, "competitors": [], "active": True} for name in ("acme", "globex")],
        )
        for number, said in tones.items():
            connection.execute(
                insert(tables.post).values(
                    post_id=number,
                    platform="blog",
                    site="b.example",
                    namespace="post",
                    native_id=str(number),
                    kind="article",
                    published_at=at,
                    published_precision="day",
                    hashtags=[],
                    links=[],
                    first_seen_at=at,
                    last_seen_at=at,
                    version="1",
                )
            )
            connection.execute(insert(tables.intent).values(post_id=number, kind="complaint", score=0.9))
            for place, (name, tone) in enumerate(said.items()):
                connection.execute(
                    insert(tables.mention).values(
                        post_id=number, brand_id=name, field="text", start=9 * place, end=9 * place + 4, matched=name, standing="earned",
                        relevance=0.9, sentiment=tone, extractor_version="1",
                    )
                )  # fmt: skip
    over = Scope(
        ("acme", "globex"),
        {"acme": "Acme", "globex": "Globex"},
        date(2026, 5, 11),
        date(2026, 5, 13),
        at + timedelta(days=3),
    )
    with database.connect() as connection:
        found = {value.of: value.n for value in make(connection, METRICS["asks"], over).values}
    # The one post that names Acme alone, the one that blames it, and the one that blames nobody by its tone.
    assert found == {("acme", "complaint"): 3, ("globex", "complaint"): 2}


def test_a_name_that_is_also_a_word_is_told_where_nothing_tells_them_apart(database: Engine) -> None:
    at = datetime(2026, 5, 12, tzinfo=UTC)
    written = ("Coach", "coach", "COACH", "Acme")
    with writing(database) as connection:
        connection.execute(
            insert(tables.brand), [{"brand_id": "coach", "name": "Coach", "competitors": [], "active": True}]
        )
        connection.execute(
            insert(tables.post), [
                {
                    "post_id": number, "platform": "blog", "site": "b.example", "namespace": "post", "native_id": str(number), "kind": "article",
                    "published_at": at, "published_precision": "day", "hashtags": [], "links": [], "first_seen_at": at, "last_seen_at": at, "version": "1",
                }
                for number in range(5)
            ],
        )  # fmt: skip
        connection.execute(
            insert(tables.mention), [
                {
                    "post_id": number, "brand_id": "coach", "field": "text", "start": 0, "end": 5, "matched": name, "standing": "earned",
                    "relevance": relevance, "sentiment": "unscored", "extractor_version": "1",
                }
                for number, (name, relevance) in enumerate([*((name, 1.0) for name in written), ("Coach", 0.9)])
            ],
        )  # fmt: skip
    over = Scope(("coach",), {"coach": "Coach"}, date(2026, 5, 11), date(2026, 5, 13), at + timedelta(days=3))

    def told(names: list[str]) -> list[tuple[tuple[str, ...], int]]:
        with writing(database) as connection:
            connection.execute(delete(tables.watchlist_change))
            connection.execute(
                insert(tables.watchlist_change).values(changed_at=at, digest="1", summary="", names={"coach": names})
            )
        with database.connect() as connection:
            return [(value.of, value.n) for value in make(connection, METRICS["common-names"], over).values]

    assert told(["Coach"]) == [(("coach", "coach"), 3)]
    assert told(["Coach", "query coach NEAR/5 bag"]) == []


@pytest.mark.parametrize(
    ("seen", "hours", "expected"),
    [
        ([(20, 30), (30, 40)], 24, (30, 40)),
        ([(30, 40)], 24, (0, 40)),  # a post begins with nothing
        ([(20, 30)], 24, (30, None)),  # no visit after it
        ([(40, 30)], 24, None),  # the nearest visit is more than half off
        ([(24, 30)], 24, (30, 30)),
    ],
)
def test_engagement_at_an_age(
    seen: list[tuple[float, int]], hours: float, expected: tuple[float, float | None] | None
) -> None:
    found = at_age([(age, total([one]) if (one := counted(got, got)) else total([])) for age, got in seen], hours)
    assert (None if found is None else (found.low, found.high)) == expected


def test_the_days_of_a_clock_change_are_told_by_their_own_offset() -> None:
    over = Scope(
        ("a",), {"a": "A"}, date(2026, 3, 28), date(2026, 3, 30), datetime(2026, 4, 1, tzinfo=UTC), "Europe/Berlin"
    )
    assert over.offsets() == ((None, 3600), (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200))
    assert over.ends_at == datetime(2026, 3, 30, 22, tzinfo=UTC)
