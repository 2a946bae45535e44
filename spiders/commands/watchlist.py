"""``scrapy watchlist``: what will be crawled, how often, and what will be matched."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from config.timetable import Crawl
    from config.watchlist import Brand, Target, Watchlist
    from extractors.records import Reading
    from spiders.targets import Watched


class ShowWatchlist(Command):
    """Prints the watchlist as the project understands it."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--check] [--watchlist PATH]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what will be crawled, how often, and what will be matched; --check asks each target once"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Another file than the home's, and whether to ask."""
        super().add_options(parser)
        parser.add_argument("--check", action="store_true", help="ask each target once, and say what it will give")
        parser.add_argument("--watchlist", type=Path, metavar="PATH", help="default: the home's watchlist.toml")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print what stands on it; 1 where a target that was asked gives nothing."""
        from config.environment import environment
        from config.watchlist import load_watchlist
        from spiders.targets import watched

        if args:
            raise CommandError(f"{args[0]!r} is not understood; see 'scrapy watchlist -h'", 2)
        path = opts.watchlist or environment().watchlist
        watchlist = load_watchlist(path)
        targets = watched(watchlist, path)
        sys.stdout.write(f"{path}: {counted(watchlist, targets)}\n\n")
        if opts.check:
            assert self.settings is not None  # noqa: S101 - Scrapy sets it before a command runs
            return check(targets, self.settings)
        show_crawled(targets, rhythms(targets, environment().timetable))
        show_import_only(targets)
        show_matched(watchlist)
        show_untold(watchlist)
        return 0


def counted(watchlist: Watchlist, targets: tuple[Watched, ...]) -> str:
    """How much there is of each."""
    products = sum(len(brand.products) for brand in watchlist.brands)
    parts = ((len(watchlist.brands), "brand"), (products, "product"), (len(targets), "target"))
    return ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for number, what in parts)


def rhythms(targets: tuple[Watched, ...], timetable: Path) -> list[str]:
    """How often each target is crawled, in words."""
    from config.timetable import Crawl, load_timetable
    from spiders.scheduling.scheduler import platforms_with_work

    if not timetable.exists():
        return ["only by hand"] * len(targets)
    jobs = [job for job in load_timetable(timetable).jobs(platforms_with_work(targets)) if isinstance(job, Crawl)]
    return [", ".join(rhythm(job) for job in jobs if crawls(job, item)) or "only by hand" for item in targets]


def crawls(job: Crawl, item: Watched) -> bool:
    """Whether a job of the timetable crawls a target."""
    from spiders.targets import label

    name = item.spider.name if item.spider is not None else "page"
    target = job.target is None or job.target == label(item.target)
    return job.platform == name and target and job.brand in {None, item.target.brand}


def rhythm(job: Crawl) -> str:
    """How often a job runs."""
    if job.every is None:
        return f"cron {job.cron}"
    seconds = int(job.every.total_seconds())
    unit, size = next(
        (unit, size) for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % size == 0
    )
    return f"every {seconds // size}{unit}"


def check(targets: tuple[Watched, ...], settings: Settings) -> int:
    """Ask each target's first address, and show what came."""
    from config.environment import environment
    from extractors.records import Outcome
    from spiders.crawling.asking import ask
    from spiders.tables import show
    from storage.database import open_database

    asked = [item for item in targets if item.addresses]
    addresses = [(item.addresses[0], item.spider.name if item.spider is not None else None) for item in asked]
    engine = open_database(environment().database)
    answers = ask(engine, addresses, settings)
    engine.dispose()
    rows: list[tuple[object, ...]] = []
    well = True
    for item in asked:
        answer = answers.get(item.addresses[0])
        reading = answer.reading if answer is not None else None
        well = well and reading is not None and reading.outcome in {Outcome.OK, Outcome.PARTIAL, Outcome.EMPTY}
        rows.append(
            (
                (answer.platform if answer else None) or platform(item),
                item.target.kind,
                shown(item.target),
                str(reading.outcome) if reading is not None else "not asked",
                given(reading) if reading is not None else "stopped before its turn",
                item.addresses[0],
            )
        )
    if rows:
        show(("platform", "kind", "target", "outcome", "gives", "asked"), rows)
    show_import_only(targets)
    return 0 if well else 1


def given(reading: Reading) -> str:
    """What a page gave, in words; the reason where it gave nothing."""
    numbers = ((len(reading.posts), "post"), (len(reading.profiles), "profile"))
    parts = [f"{number} {what}{'' if number == 1 else 's'}" for number, what in numbers if number]
    parts += [f"{count} followers" for count in followers(reading)]
    if any(link.role == "next" for link in reading.links):
        parts.append("more pages follow")
    if reading.reason:
        parts.append(reading.reason)
    return ", ".join(parts)


def followers(reading: Reading) -> list[str]:
    """The followers of the profile that a page is about."""
    if len(reading.profiles) != 1 or reading.profiles[0].followers is None:
        return []
    count = reading.profiles[0].followers
    return [count.shown or f"{count.low:,}"]


def show_crawled(targets: tuple[Watched, ...], how_often: list[str]) -> None:
    """The targets that a crawl asks for."""
    from spiders.tables import show

    rows = [
        (platform(item), item.target.kind, shown(item.target), item.target.brand, often, item.addresses[0])
        for item, often in zip(targets, how_often, strict=True)
        if item.addresses
    ]
    if rows:
        show(("platform", "kind", "target", "of brand", "how often", "begins at"), rows, "Crawled")


def show_import_only(targets: tuple[Watched, ...]) -> None:
    """The targets that no crawl may or can ask for."""
    from spiders.tables import show

    rows = [
        (platform(item), item.target.kind, shown(item.target), item.target.brand, item.spider.about.restricted)
        for item in targets
        if not item.addresses and item.spider is not None
    ]
    if rows:
        sys.stdout.write("\n")
        show(("platform", "kind", "target", "of brand", "why"), rows, "Only by 'scrapy import' of saved pages")


def show_matched(watchlist: Watchlist) -> None:
    """What the stored posts are searched for."""
    from spiders.tables import show

    rows: list[tuple[str, str, str]] = []
    for brand in watchlist.brands:
        rows.append((brand.key, "", names_of(brand)))
        rows += [(brand.key, item.key, ", ".join((item.name, *item.aliases))) for item in brand.products]
    if rows:
        sys.stdout.write("\n")
        show(("brand", "product", "matched"), rows, "Matched in every stored post")


def show_untold(watchlist: Watchlist) -> None:
    """The names that count wherever a common word stands."""
    from extractors.common import untold
    from spiders.tables import show

    rows = [(brand.key, ", ".join(names)) for brand in watchlist.brands if (names := untold(brand))]
    if rows:
        sys.stdout.write("\n")
        show(
            ("brand", "names"),
            rows,
            "Also common words, which count wherever they stand: give the brand context or a query, a product a fuller name",
        )


def names_of(brand: Brand) -> str:
    """The names of a brand, and what decides whether they mean it."""
    told = brand.query or ", ".join((brand.name, *brand.aliases))
    if brand.context.words_for or brand.context.words_against:
        told += f"; beside {', '.join(brand.context.words_for[:3])}… rather than {', '.join(brand.context.words_against[:3])}…"
    return told


def platform(item: Watched) -> str:
    """The platform's name."""
    return item.spider.name if item.spider is not None else "(told by the page)"


def shown(target: Target) -> str:
    """A target in a word."""
    where = f" on {target.site}" if target.site else ""
    return f"#{target.value}{where}" if target.kind == "tag" else f"{target.value}{where}"
