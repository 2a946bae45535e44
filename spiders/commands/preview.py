"""``scrapy preview --brand NAME --query '…'``: what an edit of a brand would add to and drop from the stored posts."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from config.watchlist import Brand
    from spiders.annotating import Stored

AROUND = 60


@dataclass(slots=True)
class Change:
    """Posts that an edit adds or drops, the first of them to show."""

    count: int = 0
    shown: list[str] = field(default_factory=list)


class Preview(Command):
    """Stores nothing: matches the stored posts with the brand as it is and as it would be."""

    def syntax(self) -> str:
        """How it is called."""
        return "--brand NAME [--query QUERY] [--add ALIAS] [--drop ALIAS] [--count N]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show which stored posts an edit of a brand's query or aliases would add and drop"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The brand and its edit."""
        super().add_options(parser)
        parser.add_argument("--brand", metavar="NAME", help="brand of the watchlist")
        parser.add_argument("--query", metavar="QUERY", help="the query that it would have; '' for none")
        parser.add_argument(
            "--add", action="append", default=[], metavar="ALIAS", help="an alias more; may be repeated"
        )
        parser.add_argument(
            "--drop", action="append", default=[], metavar="ALIAS", help="an alias less; may be repeated"
        )
        parser.add_argument(
            "--count", type=int, default=10, metavar="N", help="posts to show of each kind; default: 10"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print how many posts are added and dropped, and some of them."""
        from config.environment import environment
        from config.watchlist import load_watchlist
        from storage.database import open_database

        if args:
            raise CommandError(f"'{args[0]}' is not understood; see 'scrapy preview -h'", 2)
        if not opts.brand:
            raise CommandError("name the brand with --brand", 2)
        if opts.query is None and not opts.add and not opts.drop:
            raise CommandError("say what would change: --query, --add or --drop", 2)
        brand = load_watchlist(environment().watchlist).find(opts.brand)
        for alias in opts.drop:
            if alias not in brand.aliases:
                raise CommandError(
                    f"--drop {alias}: no alias of {brand.key}; it has {', '.join(brand.aliases) or 'none'}", 2
                )
        edited = brand.model_copy(
            update={
                "query": brand.query if opts.query is None else opts.query or None,
                "aliases": tuple(alias for alias in brand.aliases if alias not in opts.drop) + tuple(opts.add),
            }
        )
        kept, added, dropped = compare(brand, edited, posts(open_database(environment().database)), opts.count)
        sys.stdout.write(f"{kept:,} posts stay, {added.count:,} would be added, {dropped.count:,} dropped\n")
        for sign, change in (("+", added), ("-", dropped)):
            for line in change.shown:
                sys.stdout.write(f"{sign} {line}\n")
        return 0


def posts(engine: object) -> Iterator[Stored]:
    """Every stored post with words."""
    from spiders.annotating import stored
    from storage.annotations import HAS_WORDS, pages

    for rows in pages(engine, HAS_WORDS):  # type: ignore[arg-type]
        for row in rows:
            yield stored(row)


def compare(brand: Brand, edited: Brand, stored: Iterator[Stored], most: int) -> tuple[int, Change, Change]:
    """How many posts stay, and those that the edit adds and drops."""
    from extractors.analysis import Text, about_with
    from extractors.findings import Language
    from extractors.mentions import Matcher

    before, after = Matcher([brand]), Matcher([edited])
    kept, added, dropped = 0, Change(), Change()
    for post in stored:
        text = Text(post.words, about=about_with(post.about, Language(post.language or "und", 1.0)))
        was = [found for found in before.find(text.text, text.about) if found.names_it]
        now = [found for found in after.find(text.text, text.about) if found.names_it]
        if was and now:
            kept += 1
        elif was or now:
            change, found = (added, now[0]) if now else (dropped, was[0])
            change.count += 1
            if len(change.shown) < most:
                start, end = max(0, found.start - AROUND), found.end + AROUND
                words = f"{text.text[start : found.start]}[{found.text}]{text.text[found.end : end]}"
                change.shown.append(f"{post.about.platform}  {' '.join(words.split())}")
    return kept, added, dropped
