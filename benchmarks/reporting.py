"""Reading: what a weekly report costs, and how long the worked questions of the data dictionary take, on made-up data of a year.

At full scale: 1,000,000 posts, 6,000,000 observations, 1,500,000 mentions on SQLite and on PostgreSQL, and 10,000,000 posts on SQLite.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from benchmarks.generate import MAKERS
from storage import tables
from storage.database import open_database
from storage.questions import QUESTIONS
from storage.statistics import refresh_statistics
from tests.servers import postgres

SMALL, FULL, TENFOLD = 100_000, 1_000_000, 10_000_000
DAYS = 364
END = date(2026, 5, 31)
WEEK = END - timedelta(days=6)
BRAND = MAKERS[0].key
TIMES = 3
"""How often each question is asked; the middle one counts."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a report cost."""

    seconds: float
    peak_mb: float
    period_posts: int
    """Posts published in its week."""


def made(address: str, posts: int) -> None:
    """Fill an empty database; says how long it took and what it holds."""
    started = time.monotonic()
    # In a process of its own: a child's peak memory begins with that of the process that started it.
    scale = ["--posts", str(posts), "--days", str(DAYS), "--end", END.isoformat()]
    subprocess.run([sys.executable, "-m", "benchmarks.generate", address, *scale], check=True)
    engine = open_database(address)
    refresh_statistics(engine)
    with engine.connect() as connection:
        sizes = {
            table.name: rows_of(connection, table.name) for table in (tables.post, tables.post_read, tables.mention)
        }
    engine.dispose()
    print(f"made {sizes} in {time.monotonic() - started:.0f} s", file=sys.stderr)


def rows_of(connection: Connection, name: str) -> int:
    """How many rows a table has."""
    return connection.execute(select(func.count()).select_from(tables.metadata.tables[name])).scalar_one()


def report(address: str) -> Cost:
    """Write a week's page by the command, in a process of its own as a person would."""
    with tempfile.TemporaryDirectory() as home:
        words = [
            "--brand",
            BRAND,
            "--from",
            WEEK.isoformat(),
            "--to",
            END.isoformat(),
            "--out",
            str(Path(home) / "week.html"),
        ]
        environment = {**os.environ, "MENTIONARY_HOME": home, "MENTIONARY_DATABASE": address}
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "report", *words], env=environment, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
    own = used.ru_utime + used.ru_stime
    print(f"report: {seconds:.1f} s, of them {own:.1f} s of its own processor time", file=sys.stderr)
    if process.returncode != 0:
        raise RuntimeError(f"the report ended with {process.returncode}")
    engine = open_database(address)
    begins = datetime(WEEK.year, WEEK.month, WEEK.day, tzinfo=UTC)
    at = tables.post.c.published_at
    with engine.connect() as connection:
        count = select(func.count()).select_from(tables.post).where(at >= begins, at < begins + timedelta(days=7))
        posts = connection.execute(count).scalar_one()
    engine.dispose()
    return Cost(seconds, peak_mb(used), posts)


def peak_mb(used: resource.struct_rusage) -> float:
    """The most memory that a process had, in MB."""
    return used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def questions(address: str) -> dict[str, float]:
    """Seconds of each question, by table or view: the middle of some askings."""
    engine = open_database(address)
    found: dict[str, float] = {}
    with engine.connect() as connection:
        for item in QUESTIONS:
            query = text(item.sql.replace("'acme'", f"'{BRAND}'"))
            spent = []
            for _ in range(TIMES):
                started = time.monotonic()
                connection.execute(query).all()
                spent.append(time.monotonic() - started)
            found[item.about] = statistics.median(spent)
    engine.dispose()
    slowest = sorted(found.items(), key=lambda item: -item[1])[:5]
    print("slowest questions:", ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slowest), file=sys.stderr)
    return found


def row(name: str, value: float, unit: str, target: float) -> dict[str, object]:
    """A figure that is better the lower it is."""
    return {"name": name, "value": value, "unit": unit, "target": target, "better": "lower"}


def measured(address: str, where: str) -> tuple[list[dict[str, object]], Cost]:
    """The rows about one database, and what its report cost."""
    cost = report(address)
    spent = questions(address)
    rows = [
        row(f"weekly report, {where}", cost.seconds, "s", 15),
        row(f"weekly report, {where}, memory", cost.peak_mb, "MB", 600),
        row(f"worked questions, {where}, median", statistics.median(spent.values()), "s", 1),
        row(f"worked questions, {where}, worst", max(spent.values()), "s", 3),
    ]
    return rows, cost


@contextmanager
def sqlite(posts: int) -> Iterator[str]:
    """The address of a SQLite file with so many posts, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        address = f"sqlite:///{folder}/bench.sqlite"
        made(address, posts)
        yield address


def run() -> list[dict[str, object]]:
    """A tenth of the full scale, on both databases."""
    with sqlite(SMALL) as address:
        rows, _ = measured(address, f"{SMALL:,} posts, SQLite")
    with postgres() as server:
        made(f"{server.address}/postgres", SMALL)
        rows += measured(f"{server.address}/postgres", f"{SMALL:,} posts, PostgreSQL")[0]
    return rows


def run_large() -> list[dict[str, object]]:
    """The full scale on both databases; tenfold on SQLite, where a post of the period must cost no more."""
    with sqlite(FULL) as address:
        rows, cost = measured(address, f"{FULL:,} posts, SQLite")
    with postgres() as server:
        made(f"{server.address}/postgres", FULL)
        rows += measured(f"{server.address}/postgres", f"{FULL:,} posts, PostgreSQL")[0]
    with sqlite(TENFOLD) as address:
        more = report(address)
    growth = (more.seconds / cost.seconds) / (more.period_posts / cost.period_posts)
    rows.append(
        row(f"weekly report, {TENFOLD:,} posts, SQLite", more.seconds, "s", 15 * more.period_posts / cost.period_posts)
    )
    rows.append(row("weekly report, cost of a post of the period, tenfold against full scale", growth, "times", 1))
    return rows
