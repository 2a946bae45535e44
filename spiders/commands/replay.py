"""``scrapy replay``: read kept pages again with today's readers, and repair what they said."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from spiders.sources.replaying import Changes, Wanted


class Replay(Command):
    """Reads the archive again where a reader has changed, and says what that changed in the database."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--since DATE] [--platform NAME] [--outcome OUTCOME] [--all]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Read kept pages again with today's readers, repair what changed, and say what that was"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Which pages."""
        super().add_options(parser)
        parser.add_argument("--since", metavar="DATE", help="pages fetched on or after this day (UTC)")
        parser.add_argument("--platform", metavar="NAME", help="pages of this platform")
        parser.add_argument("--outcome", help="pages that ended so, for instance drift")
        parser.add_argument("--all", action="store_true", help="also pages whose reader has not changed since")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Replay; 1 where a page still drifts, or could not be had from the archive although it should be there."""
        from config import clock
        from config.environment import environment
        from spiders.sources.importing import alive
        from spiders.sources.replaying import Changes, count_wanted, replay
        from storage.archive import Archive
        from storage.database import open_database
        from storage.ledger import finish_run, start_run
        from storage.writing import Writer

        if args:
            raise CommandError(f"{args[0]!r} is not understood; see 'scrapy replay -h'", 2)
        wanted = wanted_by(opts)
        here, changes = environment(), Changes()
        engine = open_database(here.database)
        archive = Archive(here.archive, store=here.archive_store)
        given = {name: value for name in ("since", "platform", "outcome") if (value := getattr(opts, name))}
        run_id = start_run(engine, "replay", opts.platform, given, clock.now())
        with Writer(engine, run_id) as writer:
            steps = alive(replay(engine, archive, writer, wanted, changes), engine, run_id)
            for _ in shown(steps, count_wanted(engine, wanted)):
                pass
        status = int(bool(changes.faults or changes.drifted))
        finish_run(engine, run_id, status, "\n".join(notes(changes)), clock.now())
        say(run_id, changes)
        return status


def wanted_by(opts: argparse.Namespace) -> Wanted:
    """The pages that the options name; raises CommandError for one that can't be right."""
    from extractors.records import Outcome
    from spiders.base import platforms
    from spiders.sources.meta import moment_of
    from spiders.sources.replaying import Wanted

    since: datetime | None = None
    if opts.since:
        try:
            since = moment_of(opts.since)
        except ValueError as error:
            raise CommandError(f"--since {opts.since}: write a day as 2026-03-02", 2) from error
    if opts.platform and opts.platform not in platforms():
        raise CommandError(f"--platform {opts.platform} is none; known: {', '.join(sorted(platforms()))}", 2)
    if opts.outcome and opts.outcome not in set(Outcome):
        raise CommandError(f"--outcome {opts.outcome} is none; known: {', '.join(Outcome)}", 2)
    return Wanted(since, opts.platform, opts.outcome, opts.all or bool(opts.outcome))


def shown(steps: Iterator[int], total: int) -> Iterator[int]:
    """The steps, with a bar where someone looks on."""
    if not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("pages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        for step in steps:
            progress.advance(task, step)
            yield step


def notes(changes: Changes) -> Iterator[str]:
    """What changed, a line a platform."""
    for name in sorted(changes.pages):
        parts = [f"{changes.pages[name]:,} pages read again"]
        parts += [
            f"{counter[name]:,} {what}"
            for counter, what in (
                (changes.added, "records added"),
                (changes.dropped, "records no longer read"),
                (changes.values, "values changed"),
            )
            if counter[name]
        ]
        parts += [
            f"{number:,} {before} -> {now}"
            for (platform, before, now), number in sorted(changes.outcomes.items())
            if platform == name
        ]
        yield f"{name}: {', '.join(parts if len(parts) > 1 else [*parts, 'nothing changed'])}"


def say(run_id: int, changes: Changes) -> None:
    """What changed, with examples, and what could not be read."""
    from spiders.tables import clean

    lines: list[str] = []
    for line in notes(changes):
        lines.append(line)
        lines += [f"  {example}" for example in changes.examples.get(line.partition(":")[0], ())]
    if changes.drifted:
        lines.append(f"{changes.drifted:,} of them are still not laid out as today's reader knows them")
    if changes.same:
        lines.append(
            f"{changes.same:,} pages were read by the reader of today and are left as they are (--all reads them too)"
        )
    if changes.not_kept:
        lines.append(f"{changes.not_kept:,} pages are no longer in the archive")
    lines += [f"not read: {fault}" for fault in changes.faults]
    lines.append(f"replay {run_id}: {sum(changes.pages.values()):,} pages read again")
    sys.stdout.write("".join(f"{clean(line)}\n" for line in lines))
