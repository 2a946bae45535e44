"""``scrapy export``: tables and views as files."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from spiders.command import Command, CommandError


class Export(Command):
    """Writes the analysts' views, or the tables and views that are named, each to a file of its own."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--format csv|parquet|xlsx] [--into FOLDER] [--raw] [NAME…] | --datasette"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write tables and views as CSV, Parquet or XLSX"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Format and place."""
        super().add_options(parser)
        parser.add_argument("--format", default="csv", help="csv, parquet or xlsx (default: csv)")
        parser.add_argument("--into", metavar="FOLDER", type=Path, help="default: export/ in the home")
        parser.add_argument(
            "--raw", action="store_true", help="leave texts in CSV that a spreadsheet would run as formulas"
        )
        parser.add_argument(
            "--datasette",
            action="store_true",
            help="write datasette.json instead: the worked questions as canned queries",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Export and name the files."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from config.environment import environment
        from storage.database import open_database
        from storage.exporting import PLAIN, SINKS, count, export, exportable

        known = exportable()
        for name in args:
            if name not in known:
                raise CommandError(f"{name!r} is no table or view; known: {', '.join(sorted(known))}", 2)
        if opts.format not in SINKS:
            raise CommandError(f"--format {opts.format} is none; known: {', '.join(SINKS)}", 2)
        home = environment()
        if opts.datasette:
            return self.questions(args, home.database, opts.into or home.home / "export")
        engine = open_database(home.database)
        folder: Path = opts.into or home.home / "export"
        folder.mkdir(parents=True, exist_ok=True)
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            for name in dict.fromkeys(args or PLAIN):
                task = progress.add_task(name, total=count(engine, known[name]) if console.is_terminal else None)
                file = folder / f"{name}.{opts.format}"
                rows = export(engine, known[name], file, opts.format, partial(progress.advance, task), raw=opts.raw)
                sys.stdout.write(f"{file}: {rows} rows\n")
        return 0

    def questions(self, args: list[str], database: str, folder: Path) -> int:
        """Write what Datasette is told about the database, and say how it is started."""
        import orjson

        from storage.database import sqlite_file
        from storage.datasette import settings

        if args:
            raise CommandError(f"{args[0]!r} is not wanted: --datasette tells of all tables and views", 2)
        source = sqlite_file(database)
        if source is None:
            raise CommandError("Datasette shows SQLite files; for PostgreSQL see docs/how-to/analyse.md", 2)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "datasette.json"
        file.write_bytes(orjson.dumps(settings(source.stem), option=orjson.OPT_INDENT_2))
        sys.stdout.write(f"{file}: now run 'datasette {source} --metadata {file}'\n")
        return 0
