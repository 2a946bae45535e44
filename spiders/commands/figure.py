"""``scrapy figure ID``: a figure's query, rows, observation times and formula version, as a report kept them and as they are now."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command, CommandError


class FigureCommand(Command):
    """Print what a figure of a report was made of."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--sql] [--rows N] ID"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return (
            "Print a figure's query, rows, observation times and formula version; and what the same query gives today"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What to print."""
        super().add_options(parser)
        parser.add_argument(
            "--sql", action="store_true", help="print the query alone, to be pasted into the database's shell"
        )
        parser.add_argument("--rows", type=int, metavar="N", default=20, help="rows to print (default: 20)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the figure; 1 where the same query gives other values today."""
        if len(args) != 1:
            raise CommandError("name one figure, as it stands under 'How this was made'", 2)
        from config.environment import environment
        from reports.figures import FigureError
        from reports.show import compared, shown
        from storage.database import open_database
        from storage.errors import StorageError

        try:
            with open_database(environment().database).connect() as connection:
                found = compared(connection, args[0])
        except (StorageError, FigureError) as error:
            raise CommandError(str(error)) from error
        sys.stdout.write(found.kept.sql + ";\n" if opts.sql else shown(found, opts.rows))
        return 1 if found.differences and not opts.sql else 0
