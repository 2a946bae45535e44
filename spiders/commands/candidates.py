"""``scrapy candidates``: names in stored posts that no brand of the watchlist has and that rise, to be put on it or not."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta

from spiders.command import Command, CommandError

LABELS = ("ORG", "PRODUCT", "PERSON", "LOCATION", "OTHER")


class Candidates(Command):
    """Prints names that rise: texts now and in as many days before, G², and a post to read."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--days N] [--count N] [--label ORG,PRODUCT]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show new names that rise in the stored posts and that the watchlist lacks"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """How far back, how many, of which kind."""
        super().add_options(parser)
        parser.add_argument(
            "--days", type=int, default=28, metavar="N", help="days, against as many before; default: 28"
        )
        parser.add_argument("--count", type=int, default=20, metavar="N", help="names to show; default: 20")
        parser.add_argument(
            "--label", default="ORG,PRODUCT", metavar="KINDS", help=f"of {', '.join(LABELS)}; default: ORG,PRODUCT"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the table."""
        from config.environment import environment
        from config.watchlist import load_watchlist
        from extractors.mentions import Matcher
        from reports.metrics.content import G2_LEAST, g_squared
        from spiders.tables import show
        from storage.candidates import unknown_names
        from storage.database import open_database
        from storage.ledger import now

        if args:
            raise CommandError(f"'{args[0]}' is not understood; see 'scrapy candidates -h'", 2)
        if opts.days < 1 or opts.count < 1:
            raise CommandError("--days and --count are at least one", 2)
        labels = [label.strip().upper() for label in opts.label.split(",")]
        unknown = [label for label in labels if label not in LABELS]
        if unknown:
            raise CommandError(f"--label {unknown[0]!r}: it is one of {', '.join(LABELS)}", 2)
        matcher = Matcher(load_watchlist(environment().watchlist).brands)
        end = now()
        middle = end - timedelta(days=opts.days)
        engine = open_database(environment().database)
        found, texts, before = unknown_names(engine, labels, middle - timedelta(days=opts.days), middle, end)
        engine.dispose()
        rows = []
        for row in found:
            g2 = g_squared(row.texts, texts, row.before, before) if before else 0.0
            # Without a period before nothing can be told to rise: the most frequent names stand for themselves.
            if (g2 >= G2_LEAST or not before) and not matcher.find(row.name):
                rows.append((row.name, row.label, row.texts, row.before, round(g2, 1), row.url or row.platform))
        rows.sort(key=lambda row: (-row[4], -row[2], row[0]))
        if not rows:
            sys.stdout.write(
                f"no new name rises in {texts:,} texts of the last {opts.days} days against {before:,} before;"
                " a longer --days may show one\n"
            )
            return 0
        show(("name", "kind", "texts", "before", "G2", "newest post"), rows[: opts.count])
        sys.stdout.write(
            "Put a name on the watchlist with [[brand]], and 'scrapy annotate' finds it in stored posts.\n"
        )
        return 0
