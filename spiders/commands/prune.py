"""``scrapy prune``: drop what has been kept long enough."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command, CommandError


class Prune(Command):
    """Drops each kind of data after its days; what is counted stays, what names people goes."""

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Drop what has been kept long enough: pages, words of people, old failures"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Prune by the timetable's table [retention] and say what went."""
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        from config import clock
        from config.environment import environment
        from config.retention import load_retention
        from reports.kept import forget_copies
        from storage.archive import Archive
        from storage.database import open_database
        from storage.errors import ArchiveError
        from storage.pruning import drop_archived, forget_archived, prune
        from storage.pseudonyms import load_pseudonyms

        if args:
            raise CommandError("prune takes no arguments; days stand in the timetable's table [retention]", 2)
        home = environment()
        retention = load_retention(home.timetable)
        engine = open_database(home.database)
        archive = Archive(home.archive, store=home.archive_store)
        console = Console(stderr=True)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed} rows"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("kept pages", total=None)
            try:
                dropped = drop_archived(engine, archive)
                expired: tuple[str, ...] = ()
                if retention.archive is not None:
                    expired = archive.expire((clock.now() - retention.archive).date())
            except ArchiveError as error:
                raise CommandError(str(error)) from error
            forget_archived(engine, expired)
            went = prune(
                engine,
                retention,
                load_pseudonyms(home),
                clock.now(),
                lambda kind, rows: progress.update(task, description=kind, advance=rows),
            )
        copies = forget_copies(engine, home.reports)
        lines = [
            ("archive files", len(expired)),
            ("archived pages of erased people", dropped),
            ("copies of pages beside reports", copies),
            *went.items(),
        ]
        sys.stdout.writelines(f"{number} {kind}\n" for kind, number in lines if number)
        if not any(number for _, number in lines):
            sys.stdout.write("nothing was kept too long\n")
        return 0
