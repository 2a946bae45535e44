"""The demo's course: eight visits to its web by the real spiders, then annotations, a report, and what was not to be had.

Every step is one of the commands that an operator types, in a process of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from spiders.command import CommandError
from spiders.demo.brands import END, MAKERS
from spiders.demo.home import watchlist
from spiders.demo.server import DemoServer, serving
from spiders.demo.world import World
from storage.database import open_database
from storage.tables import fetch, report

PROJECT = Path(__file__).parents[2]
VISITS = tuple(
    datetime(2026, month, day, 18, tzinfo=UTC)
    for month, day in ((9, 30), (10, 8), (10, 14), (10, 17), (10, 21), (10, 25), (10, 30))
)
"""When the demo's web is crawled: before, in and after the crisis and the launch."""
PERIOD = (datetime(2026, 10, 1, tzinfo=UTC), END)
"""The days that are reported: those that the visits cover whole."""
PLATFORMS = (("mastodon", "youtube", "weixin", "feed"), ("bluesky", "hackernews", "telegram", "blog"))
"""What is crawled at each visit: in two processes, one for each of two cores."""
BRAND = MAKERS[0].key
"""The brand that the report is for."""
TOLD = ("wall", "limited", "denied", "drift", "gone", "failed", "partial")
"""The outcomes that the demo ends with, so that nothing is silent."""
LOST = frozenset({"drift", "failed"})

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An address that did not give what was asked for, how it ended, and on which days."""

    platform: str
    url: str
    outcome: str
    reason: str | None
    days: tuple[str, ...]


def make_home(home: Path) -> None:
    """An empty home of the demo; raises CommandError for a folder that holds something else."""
    if home.exists() and any(home.iterdir()) and not (home / "watchlist.toml").exists():
        raise CommandError(f"{home} holds something that is no home of the demo; name another folder with --home", 2)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def surroundings(home: Path, server: DemoServer, at: datetime) -> dict[str, str]:
    """The environment of the demo's commands: its own home, its own web, its own clock, and nothing of the operator's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTIONARY_")}
    return kept | {
        "MENTIONARY_HOME": str(home),
        "MENTIONARY_OVERRIDES": server.address,
        "MENTIONARY_CLOCK": at.isoformat(),
        "MENTIONARY_CONTACT": "demo@mentionary.invalid",
    }


def scrapy(
    commands: Sequence[Sequence[str]], environment: Mapping[str, str], passes: frozenset[int] = frozenset({0})
) -> None:
    """Run commands side by side; raises CommandError with the last words of one that fails."""
    begun = [
        subprocess.Popen(  # noqa: S603 - the project's own commands
            [sys.executable, "-m", "scrapy", *words],
            cwd=PROJECT, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for words in commands
    ]  # fmt: skip
    try:
        told = [process.communicate()[0] for process in begun]
    finally:
        for process in begun:
            if process.poll() is None:
                process.terminate()
                process.wait()
    for words, process, said in zip(commands, begun, told, strict=True):
        if process.returncode not in passes or not all(f"{name}: run " in said for name in runs_of(words)):
            last = "\n".join(said.strip().splitlines()[-5:])
            raise CommandError(f"'scrapy {' '.join(words)}' ended with status {process.returncode}:\n{last}")


def runs_of(words: Sequence[str]) -> Sequence[str]:
    """The platforms of a crawl: each tells of its run, whatever the exit status."""
    return words[1:] if words[0] == "crawl" else ()


def crawl(world: World, home: Path, server: DemoServer, at: datetime) -> None:
    """One visit: the watchlist as known by then, and every platform."""
    (home / "watchlist.toml").write_text(watchlist(world, at), "utf-8")
    server.at = at
    # Status 1 says that a page drifted, which the demo means to show.
    scrapy([("crawl", *platforms) for platforms in PLATFORMS], surroundings(home, server, at), frozenset({0, 1}))


def tour(world: World, home: Path, tell: Tell, visits: Sequence[datetime] = VISITS) -> Path:
    """Crawl, annotate and report; returns where the report was written."""
    make_home(home)
    began = time.monotonic()

    def step(sentence: str) -> None:
        tell(f"{time.monotonic() - began:5.1f} s  {sentence}")

    with serving(world, visits[0]) as server:
        for number, at in enumerate(visits, 1):
            asked = len(server.asked)
            crawl(world, home, server, at)
            step(
                f"visit {number} of {len(visits)}: {at:%d %B %Y}, {len(server.asked) - asked:,} addresses of the demo's web"
            )
        last = surroundings(home, server, visits[-1])
        scrapy([("annotate",)], last)
        step("annotated: language, mentions, sentiment, keywords")
        days = [f"{day:%Y-%m-%d}" for day in PERIOD]
        scrapy([("report", "--brand", BRAND, "--from", days[0], "--to", days[1])], last)
    place = newest_report(address(home))
    step(f"report written ({place.stat().st_size / 1e6:,.1f} MB)")
    return place


def address(home: Path) -> str:
    """The database of a home."""
    return f"sqlite:///{home / 'mentionary.sqlite'}"


def newest_report(database: str) -> Path:
    """Where the last report of a database was written."""
    engine = open_database(database)
    with engine.connect() as connection:
        place = connection.execute(select(report.c.place).order_by(report.c.report_id.desc()).limit(1)).scalar_one()
    engine.dispose()
    return Path(place)


def shortfalls(database: str) -> Iterator[Shortfall]:
    """What the ledger has of walls, limits, refusals, drift and things gone: one line an address and ending."""
    engine = open_database(database)
    query = (
        select(fetch.c.platform, fetch.c.url, fetch.c.outcome, fetch.c.reason, fetch.c.fetched_at)
        .where(fetch.c.outcome.in_(TOLD))
        .order_by(fetch.c.outcome, fetch.c.platform, fetch.c.url, fetch.c.fetched_at)
    )
    found: dict[tuple[str, str, str, str | None], list[str]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            days = found.setdefault((row.platform or "", row.url, row.outcome, row.reason), [])
            day = f"{row.fetched_at:%d %b}"
            if day not in days:
                days.append(day)
    engine.dispose()
    rank = {outcome: place for place, outcome in enumerate(TOLD)}
    for (platform, url, outcome, reason), seen in sorted(
        found.items(), key=lambda item: (rank[item[0][2]], item[0][:2])
    ):
        yield Shortfall(platform, url, outcome, reason, tuple(seen))
