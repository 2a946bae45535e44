"""Create the database, or bring its tables and views to this version."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command


class Migrate(Command):
    """``scrapy migrate``."""

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Create the database, or bring it to this version"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Migrate the database of the environment; what it holds stays."""
        from scrapy.exceptions import UsageError

        from config.environment import environment
        from storage.database import migrate
        from storage.errors import shown

        if args:
            raise UsageError(
                "migrate takes no arguments; the database is named by MENTIONARY_DATABASE", print_help=False
            )
        address = environment().database
        migrate(address)
        sys.stdout.write(f"{shown(address)} is up to date\n")
        return 0
