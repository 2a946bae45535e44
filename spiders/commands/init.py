"""``scrapy init``: make a home, with commented examples of what it is configured by."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command, CommandError

EXAMPLES = ("watchlist.toml", "timetable.toml")


class Init(Command):
    """Writes what is missing in the home, and never over what is there."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--if-missing]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Make a home (MENTIONARY_HOME, else ./mentionary) with commented examples; nothing is overwritten"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Silence where there is nothing to do."""
        super().add_options(parser)
        parser.add_argument("--if-missing", action="store_true", help="say nothing where the home is there already")

    def work(self, args: list[str], opts: argparse.Namespace) -> None:
        """Make the home and its database, and say what comes next."""
        from importlib.resources import files

        from config.environment import environment
        from storage.database import migrate

        if args:
            raise CommandError(f"{args[0]!r} is not understood; set MENTIONARY_HOME to make the home elsewhere", 2)
        here = environment()
        lines = [f"The home is {here.home}."]
        here.home.mkdir(parents=True, exist_ok=True)
        written = False
        for name in EXAMPLES:
            example, place = files("config") / name, here.home / name
            if not example.is_file():
                continue
            if place.exists():
                lines.append(f"  {name:<16} was there and is left as it is")
                continue
            # "x" refuses what another process has written since.
            with place.open("x", encoding="utf-8") as file:
                file.write(example.read_text("utf-8"))
            lines.append(f"  {name:<16} written: an example to edit")
            written = True
        migrate(here.database)
        lines += ["", "Next:", f"  edit {here.watchlist}", "  python -m scrapy watchlist   shows what will be crawled"]
        if here.contact is None:
            lines.append(
                "  export MENTIONARY_CONTACT=you@example.org   stands in the User-Agent; no crawl starts without it"
            )
        lines.append("  python -m scrapy schedule    crawls by the timetable, until stopped")
        if written or not opts.if_missing:
            sys.stdout.write("\n".join(lines) + "\n")
