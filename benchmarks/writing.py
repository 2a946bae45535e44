"""Writing: rows per second through storage.writing, as a share of raw ``sqlite3.executemany`` of the same rows into the same tables.

The pages are made up: timelines of 40 posts by people, each post seen anew with more likes at every later visit.
Seconds are the process's own, so that a busy machine does not change the share.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.watchlist import Watchlist
from extractors.records import Count, Moment, Outcome, Post, Reading
from storage.database import open_database
from storage.fetched import Fetched
from storage.ledger import start_run
from storage.pseudonyms import Pseudonyms
from storage.tables import metadata
from storage.writing import Writer

POSTS_A_PAGE = 40
BATCH = 50 * POSTS_A_PAGE
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
WORDS = [
    "battery",
    "screen",
    "camera",
    "price",
    "update",
    "support",
    "delivery",
    "colour",
    "charger",
    "quality",
    "service",
    "return",
    "shop",
]
Page = tuple[Fetched, Reading]


def make_pages(pages: int, visit: int) -> list[Page]:
    """The same posts as at every visit, with the counts of this one."""
    chance = random.Random(7)
    made = []
    for number in range(pages):
        at = AT + timedelta(hours=6 * visit, seconds=number)
        posts = tuple(make_post(chance, number * POSTS_A_PAGE + place, visit) for place in range(POSTS_A_PAGE))
        url = f"https://social.test/timeline/{number}"
        digest = hashlib.sha256(f"{url} {visit}".encode()).hexdigest()
        fetched = Fetched(
            url=url, host="social.test", platform="bluesky", fetched_at=at, status=200, body_digest=digest, via="import"
        )
        made.append((fetched, Reading(Outcome.OK, records=posts)))
    return made


def make_post(chance: random.Random, number: int, visit: int) -> Post:
    """One post of some 200 letters; nine in ten have gathered likes since the last visit."""
    author, likes = chance.randrange(20_000), chance.randrange(500)
    text = " ".join(chance.choices(WORDS, k=30))
    likes += visit * 3 if chance.random() < 0.9 else 0
    return Post(
        platform="bluesky",
        id=f"at://did:plc:{author:08d}/app.bsky.feed.post/{number:010d}",
        url=f"https://bsky.app/profile/user{author}.test/post/{number:010d}",
        author=f"user{author}.test",
        author_id=f"did:plc:{author:08d}",
        author_name=f"User {author}",
        text=text,
        published_at=Moment(AT - timedelta(minutes=number % 100_000)),
        likes=Count(likes, likes),
        comments=Count(number % 7, number % 7),
        shares=Count(number % 11, number % 11),
        quotes=Count(0, 0),
        hashtags=("acme",),
        language="en",
    )


def write(file: Path, pages: list[Page]) -> float:
    """Seconds to write pages by our way."""
    engine = open_database(f"sqlite:///{file}")
    run_id = start_run(engine, "import", None, {}, AT)
    started = time.process_time()
    with Writer(engine, run_id, watchlist=Watchlist(), pseudonyms=Pseudonyms(b"a key for benchmarks")) as writer:
        for fetched, reading in pages:
            writer.add(fetched, reading)
    spent = time.process_time() - started
    engine.dispose()
    return spent


def contents(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            table.name: connection.execute(f'SELECT * FROM "{table.name}"').fetchall()  # noqa: S608 - our tables
            for table in metadata.sorted_tables
        }


def write_raw(
    file: Path, before: dict[str, list[tuple[object, ...]]], after: dict[str, list[tuple[object, ...]]]
) -> float:
    """Seconds that ``executemany`` takes for the rows that are new or changed, in batches of as many rows as ours."""
    known = {name: set(rows) for name, rows in before.items()}
    new = {
        name: [row for row in rows if row not in known[name]]
        for name, rows in after.items()
        if name not in {"setting", "run"}
    }
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute(
            "INSERT OR IGNORE INTO run SELECT 1, 'import', NULL, '{}', '2026-01-01 00:00:00', NULL, NULL, NULL"
        )
        connection.execute(
            "INSERT OR IGNORE INTO run SELECT 2, 'import', NULL, '{}', '2026-01-01 00:00:00', NULL, NULL, NULL"
        )
        spent = 0.0
        for table in metadata.sorted_tables:
            rows = new.get(table.name, [])
            names = [column.name for column in table.c]
            keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
            update = ", ".join(f'"{name}" = excluded."{name}"' for name in names)
            sql = f'INSERT INTO "{table.name}" VALUES ({", ".join("?" * len(names))}) ON CONFLICT ({keys}) DO UPDATE SET {update}'  # noqa: S608
            for start in range(0, len(rows), BATCH):
                started = time.process_time()
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(sql, rows[start : start + BATCH])
                connection.execute("COMMIT")
                spent += time.process_time() - started
        return spent


def share(pages: int, visits: int) -> float:
    """Ours as a share of raw for the last of some visits; the best of what comes before it is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        ours, raw = Path(folder) / "ours.sqlite", Path(folder) / "raw.sqlite"
        for visit in range(visits - 1):
            write(ours, make_pages(pages, visit))
        open_database(f"sqlite:///{ours}").dispose()
        before = contents(ours)
        with closing(sqlite3.connect(ours)) as source, closing(sqlite3.connect(raw)) as copy:
            source.backup(copy)
        mine = write(ours, make_pages(pages, visits - 1))
        theirs = write_raw(raw, before, contents(ours))
        return theirs / mine


def run() -> list[dict[str, object]]:
    """Both figures, on 20,000 posts."""
    return [
        {
            "name": "writing: rows per second of new posts, share of raw executemany",
            "value": share(500, 1), "unit": "of raw", "target": 0.4, "better": "higher",
        },
        {
            "name": "writing: rows per second of a later visit (look-up of the last observation), share of raw executemany",
            "value": share(500, 2), "unit": "of raw", "target": 0.3, "better": "higher",
        },
    ]  # fmt: skip
