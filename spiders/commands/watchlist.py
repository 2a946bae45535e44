"""``scrapy watchlist``: what will be crawled, how often, and what will be matched."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from config.watchlist import Brand, Target, Watchlist
    from spiders.targets import Watched


class ShowWatchlist(Command):
    """Prints the watchlist as the project understands it."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--watchlist PATH]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show what will be crawled and what will be matched"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Another file than the home's."""
        super().add_options(parser)
        parser.add_argument("--watchlist", type=Path, metavar="PATH", help="default: the home's watchlist.toml")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print what stands on it."""
        from config.environment import environment
        from config.watchlist import load_watchlist
        from spiders.targets import watched

        if args:
            raise CommandError(f"{args[0]!r} is not understood; see 'scrapy watchlist -h'", 2)
        path = opts.watchlist or environment().watchlist
        watchlist = load_watchlist(path)
        targets = watched(watchlist, path)
        sys.stdout.write(f"{path}: {counted(watchlist, targets)}\n\n")
        show_crawled(targets)
        show_import_only(targets)
        show_matched(watchlist)


def counted(watchlist: Watchlist, targets: tuple[Watched, ...]) -> str:
    """How much there is of each."""
    products = sum(len(brand.products) for brand in watchlist.brands)
    parts = ((len(watchlist.brands), "brand"), (products, "product"), (len(targets), "target"))
    return ", ".join(f"{number} {what}{'' if number == 1 else 's'}" for number, what in parts)


def show_crawled(targets: tuple[Watched, ...]) -> None:
    """The targets that a crawl asks for."""
    from spiders.tables import show

    rows = [
        (platform(item), item.target.kind, shown(item.target), item.target.brand, item.addresses[0])
        for item in targets
        if item.addresses
    ]
    if rows:
        show(("platform", "kind", "target", "of brand", "begins at"), rows, "Crawled")


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
