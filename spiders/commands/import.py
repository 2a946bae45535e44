"""``scrapy import PATH…``: bring pages that a person's browser or another crawler saved into the database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from spiders.sources import Found
    from spiders.sources.importing import Tally


class Import(Command):
    """Reads saved pages with the crawl's readers, keeps them, and counts each page once however often it comes."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--platform PLATFORM] [--url URL] [--fetched-at TIME] PATH… | --undo RUN | --runs"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Bring saved pages (HAR, WARC, HTML, MHTML, JSON; files or folders) into the database"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What saved pages may not tell themselves, and the way back."""
        super().add_options(parser)
        parser.add_argument("--platform", help="the platform of the pages, where their address can't tell it")
        parser.add_argument("--url", help="address of the page, for a single file")
        parser.add_argument(
            "--fetched-at", metavar="TIME", help="when it was saved (ISO 8601 with zone), for a single file"
        )
        parser.add_argument("--undo", type=int, metavar="RUN", help="take the import of this number back")
        parser.add_argument("--runs", action="store_true", help="list the imports that can be taken back")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Import and say what came of it; 1 where something could not be taken, a page drifted or none was ok."""
        from config.environment import environment
        from spiders.commands.read import checked
        from storage.database import open_database

        if (opts.undo is not None or opts.runs) and args:
            raise CommandError("--undo takes back one import, --runs lists them; neither takes a path", 2)
        if opts.undo is not None:
            return undo(opts.undo)
        if opts.runs:
            return list_runs()
        if opts.platform:
            known_platform(opts.platform)
        paths, fetched_at = checked(args, opts.url, opts.fetched_at)
        here = environment()
        return bring_all(open_database(here.database), found(paths, opts.platform, opts.url, fetched_at), paths)


def known_platform(name: str) -> None:
    """Refuse a platform that is none."""
    from spiders.base import platforms

    if name not in platforms():
        raise CommandError(f"--platform {name} is none; known: {', '.join(sorted(platforms()))}", 2)


def found(paths: Iterable[Path], platform: str | None, url: str | None, fetched_at: object) -> Iterator[Found]:
    """All that the paths hold, under the platform that was named where a page's own meta file names none."""
    from dataclasses import replace

    from spiders.sources import found_in

    for path in paths:
        for item in found_in(path, url, fetched_at):  # type: ignore[arg-type]
            if platform and item.page is not None and item.page.platform is None:
                item = replace(item, page=replace(item.page, platform=platform))
            yield item


def bring_all(engine: Engine, items: Iterator[Found], paths: list[Path]) -> int:
    """Run the import from the first page to the summary."""
    from config import clock
    from config.environment import environment
    from spiders.sources.importing import Tally, alive, bring
    from storage.archive import Archive
    from storage.ledger import finish_run, start_run
    from storage.writing import Writer

    here, tally = environment(), Tally()
    run_id = start_run(engine, "import", None, {"paths": [str(path) for path in paths]}, clock.now())
    try:
        with (
            Writer(engine, run_id) as writer,
            Archive(here.archive, prefix="import", store=here.archive_store) as archive,
        ):
            for _ in shown(alive(bring(items, engine, archive, writer, tally), engine, run_id), paths):
                pass
    except KeyboardInterrupt:
        finish_run(engine, run_id, 1, "interrupted", clock.now())
        raise CommandError(
            f"interrupted; what was brought so far is stored as import {run_id}: run it again to go on"
        ) from None
    status = int(bool(tally.faults or tally.drifted or not tally.read_any))
    finish_run(engine, run_id, status, note(tally), clock.now())
    say(run_id, tally)
    return status


def note(tally: Tally) -> str:
    """What the ledger notes of an import."""
    parts = [f"{sum(tally.pages.values()):,} pages, {tally.again:,} of them were here already"]
    parts += [f"passed over: {number:,} {what}" for what, number in tally.passed_over.most_common()]
    parts += [f"{file}: {sentence}" for file, sentence in tally.faults[:20]]
    return "\n".join(parts)


def say(run_id: int, tally: Tally) -> None:
    """The summary: what came by platform and outcome, what was passed over, what could not be taken."""
    from extractors.records import Outcome
    from spiders.tables import show

    present = [outcome for outcome in Outcome if any(known is outcome for _, known in tally.pages)]
    names = sorted({platform for platform, _ in tally.pages})
    rows = [(name, *(tally.pages[name, outcome] for outcome in present), tally.records[name]) for name in names]
    if rows:
        show(("platform", *present, "records"), rows)
    pages = sum(tally.pages.values())
    sys.stdout.write(f"import {run_id}: {pages:,} pages, {tally.again:,} of them were here already\n")
    for what, number in tally.passed_over.most_common():
        sys.stdout.write(f"  passed over: {number:,} {what}\n")
    for file, sentence in tally.faults:
        sys.stdout.write(f"  not taken: {file}: {sentence}\n")
    if pages > tally.again:
        sys.stdout.write(f"  to take it back: python -m scrapy import --undo {run_id}\n")


def shown(items: Iterator[Found], paths: list[Path]) -> Iterator[Found]:
    """The items, with a bar of the files done where someone looks on."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from spiders.sources import sources_in

    total = sum(file.stat().st_size for path in paths for file in sources_in(path))
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        last: Path | None = None
        for number, item in enumerate(items, 1):
            if last is not None and last != item.file:
                progress.advance(task, last.stat().st_size)
            last = item.file
            progress.update(task, description=f"{number:,} found; {item.name[-50:]}")
            yield item


def undo(run_id: int) -> int:
    """Take an import back and say what that removed."""
    from config.environment import environment
    from storage.database import open_database
    from storage.undo import undo_run

    gone = undo_run(open_database(environment().database), run_id)
    sys.stdout.write(
        f"import {run_id} is taken back: {gone['pages']:,} pages, {gone['posts']:,} posts, {gone['accounts']:,} accounts;"
        f" {gone['pages_kept']:,} pages stay, since another run brought them too\n"
    )
    return 0


def list_runs() -> int:
    """The imports, the latest last."""
    from sqlalchemy import func, select

    from config.environment import environment
    from spiders.tables import show
    from storage.database import open_database
    from storage.tables import fetch, run

    engine = open_database(environment().database)
    pages = select(func.count()).where(fetch.c.run_id == run.c.run_id).scalar_subquery()
    with engine.connect() as connection:
        found = connection.execute(
            select(run.c.run_id, run.c.started_at, pages, run.c.arguments)
            .where(run.c.kind == "import")
            .order_by(run.c.run_id)
        ).all()
    rows = [
        (number, f"{at:%Y-%m-%d %H:%M}", count, ", ".join(given.get("paths", ()))) for number, at, count, given in found
    ]
    if rows:
        show(("import", "started (UTC)", "pages", "paths"), rows)
    else:
        sys.stdout.write("no import can be taken back\n")
    return 0
