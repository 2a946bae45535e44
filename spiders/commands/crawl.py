"""``scrapy crawl PLATFORM``: fetch what the watchlist has on a platform, politely, and store what the pages say."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from config.watchlist import ConfigError
from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress, TaskID
    from scrapy.settings import Settings

    from config.environment import Environment
    from config.watchlist import Watchlist
    from spiders.base import PlatformSpider
    from spiders.crawling.walk import Visit, Walk
    from spiders.targets import Watched

ARGUMENTS = ("target", "brand", "since")
CACHE_MB = 2
"""A crawl has several connections, and needs of the database what it wrote last."""


class Crawl(Command):
    """Walks the targets of a platform, or of several at once; the exit status comes from the ledger."""

    def syntax(self) -> str:
        """How it is called."""
        return "PLATFORM… [-a target=KIND:VALUE] [-a brand=NAME] [-a since=DATE]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl what the watchlist has on a platform, and store what the pages say"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What narrows the crawl."""
        super().add_options(parser)
        parser.add_argument(
            "-a",
            dest="arguments",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="narrow it to one target (target=KIND:VALUE, such as target=profile:acme; kinds are profile, tag, query, "
            "feed and page), to what is one brand's (brand=NAME), or list back to a day instead of to what is known "
            "(since=DATE)",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Crawl; 1 where a page drifted, nothing was ok, or a fault ended the crawl."""
        from config.environment import environment
        from spiders.crawling.manners import user_agent

        given = arguments(opts.arguments)
        spiders = platforms_named(args)
        settings, known = self.settings, environment()
        assert settings is not None  # noqa: S101 - Scrapy sets it before a command runs
        settings.set("USER_AGENT", user_agent(known.contact), priority="cmdline")
        if "target" in given and len(spiders) > 1:
            raise CommandError("-a target=…: name one platform with it", 2)
        walks = prepare(spiders, given, known, settings)
        with ExitStack() as open_writers:
            for walk in walks:
                open_writers.enter_context(walk.writer)
            with shown(walks):
                run(walks, settings)
        return max([end(walk) for walk in walks])


def end(walk: Walk) -> int:
    """End a crawl in the ledger and tell how it went; returns its exit status."""
    status, outcomes, note = walk.finish()
    walk.engine.dispose()
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) or "nothing was asked"
    sys.stdout.write(f"{walk.spider.name}: run {walk.run_id}: {told}\n")
    for line in (note or "").splitlines():
        sys.stdout.write(f"  {line}\n")
    return status


def arguments(words: list[str]) -> dict[str, str]:
    """The values of ``-a``; raises CommandError for one that is not known."""
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if name not in ARGUMENTS or not equals or not value.strip():
            raise CommandError(f"-a {word}: write {', '.join(f'{known}=…' for known in ARGUMENTS)}", 2)
        given[name] = value.strip()
    return given


def platforms_named(args: list[str]) -> list[type[PlatformSpider]]:
    """The platforms to crawl, each once; raises CommandError that lists the known ones."""
    from spiders.base import broken_platforms, platforms

    known = platforms()
    if not args:
        raise CommandError(f"name a platform or several: {', '.join(sorted(known))}", 2)
    for name in args:
        if name not in known:
            broken = broken_platforms()
            if name in broken:
                raise CommandError(f"spiders/platforms/{name}.py can't be imported: {broken[name]}")
            raise CommandError(f"no platform {name!r}; known: {', '.join(sorted(known))}", 2)
    return [known[name] for name in dict.fromkeys(args)]


def since(text: str | None) -> datetime | None:
    """The time of ``-a since``; raises CommandError for one that can't be read."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"since={text}: write a day as 2026-03-02", 2) from error
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def targets_for(
    spider: type[PlatformSpider], given: Mapping[str, str], watchlist: Watchlist, path: Path
) -> Sequence[Watched]:
    """What is to be crawled on a platform; raises ConfigError where nothing is."""
    from spiders.targets import crawled_by, named, watched

    if "target" in given:
        targets = [named(given["target"], spider.name, watchlist, path)]
        if not targets[0].addresses:
            kinds = f"it has {', '.join(spider.addresses)}; " if spider.addresses else ""
            raise ConfigError(
                f"{spider.name} has no {targets[0].target.kind} that can be crawled; {kinds}"
                f"only import can bring it ({spider.about.restricted})"
            )
        return targets
    brand = watchlist.find(given["brand"]).key if "brand" in given else None
    targets = crawled_by(watched(watchlist, path), spider.name, brand)
    if not targets:
        whose = f" of brand {brand!r}" if brand is not None else ""
        raise ConfigError(f"{path} has nothing{whose} on {spider.name}; add an account, a search or a page")
    return targets


def prepare(
    spiders: Sequence[type[PlatformSpider]], given: Mapping[str, str], known: Environment, settings: Settings
) -> list[Walk]:
    """All that crawls need; raises before any of them begins where something lacks."""
    from config import clock
    from config.watchlist import load_watchlist
    from storage.database import open_database
    from storage.ledger import going

    watchlist = load_watchlist(known.watchlist)
    from_time = since(given.get("since"))
    targets = [targets_for(spider, given, watchlist, known.watchlist) for spider in spiders]
    engine = open_database(known.database)
    for spider in spiders:
        other = going(engine, spider.name, given, clock.now())
        if other is not None:
            raise CommandError(f"run {other} crawls the same of {spider.name} and goes on; wait for its end")
    engine.dispose()
    return [
        begin(spider, wanted, from_time, given, watchlist, known, settings)
        for spider, wanted in zip(spiders, targets, strict=True)
    ]


def begin(
    spider: type[PlatformSpider],
    targets: Sequence[Watched],
    from_time: datetime | None,
    given: Mapping[str, str],
    watchlist: Watchlist,
    known: Environment,
    settings: Settings,
) -> Walk:
    """One platform's crawl, with its run in the ledger."""
    from config import clock
    from spiders.crawling.walk import BATCH, Walk
    from storage.archive import Archive
    from storage.database import open_database
    from storage.ledger import resume, start_run
    from storage.writing import Writer

    engine = open_database(known.database, cache_mb=CACHE_MB)
    archive = Archive(known.archive, store=known.archive_store) if settings.getbool("ARCHIVE_ENABLED") else None
    if archive is not None:
        archive.take_up()
    at = clock.now()
    resumed = resume(engine, spider.name, given, at)
    run_id, started_at = resumed or (start_run(engine, "crawl", spider.name, given, at), at)
    return Walk(
        spider=spider,
        engine=engine,
        archive=archive,
        writer=Writer(engine, run_id, batch=2 * BATCH, watchlist=watchlist),
        run_id=run_id,
        started_at=started_at,
        targets=targets,
        since=from_time,
        resumes="target" not in given and "brand" not in given,
        most_at_once=settings.getint("CONCURRENT_REQUESTS"),
        home=known.home,
        free_disk_mb=settings.getint("FREE_DISK_MB"),
    )


def run(walks: Sequence[Walk], settings: Settings) -> None:
    """Run crawls in this process until they end or are told to stop."""
    from scrapy.crawler import AsyncCrawlerProcess

    process = AsyncCrawlerProcess(settings)
    for walk in walks:
        walk.crawler = process.create_crawler(walk.spider)
        process.crawl(walk.crawler, walk=walk)
    process.start()
    for walk in walks:
        if walk.archive is not None:
            walk.archivist.shutdown()
            walk.archive.close()


@contextmanager
def shown(walks: Sequence[Walk]) -> Iterator[None]:
    """A line that tells how far the crawl is, where someone looks on."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        for walk in walks:
            task = progress.add_task(walk.spider.name)
            walk.on_visit = teller(partial(telling, progress, task))
        yield


def telling(progress: Progress, task: TaskID, told: str) -> None:
    """Show how far one crawl is."""
    progress.update(task, description=told)


def teller(tell: Callable[[str], Any]) -> Callable[[Walk, Visit], None]:
    """Tell after each page what it was, and how many are done and known."""
    done = 0

    def on_visit(walk: Walk, visit: Visit) -> None:
        nonlocal done
        done += 1
        ahead = walk.planned + sum(map(len, walk.waiting.values())) + len(walk.flying)
        tell(f"{walk.spider.name}: {done:,} pages, {ahead:,} ahead; {visit.row.host}: {visit.reading.outcome}")

    return on_visit
