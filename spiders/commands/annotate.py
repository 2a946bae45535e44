"""``scrapy annotate``: run the extractors over stored posts that are new or outdated."""

from __future__ import annotations

import argparse
import os
import sys

from spiders.command import Command, CommandError


class Annotate(Command):
    """Finds language, mentions, sentiment and keywords of stored posts; goes on where it was stopped."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--workers N]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Find what stored posts say: only those that are new, or whose extractors or watchlist changed"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """How many processes."""
        super().add_options(parser)
        parser.add_argument(
            "--workers", type=int, metavar="N", help="worker processes; default: one per processor core"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Annotate, and say how much was done and what stays unscored."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from config.environment import environment
        from config.watchlist import load_watchlist
        from spiders.workers import FEW, warm_up
        from storage.annotations import more_new_than, unscored_share
        from storage.database import open_database
        from storage.ledger import finish_run, start_run
        from storage.pseudonyms import load_pseudonyms
        from storage.watchlist import sync_watchlist, words_of

        if args:
            raise CommandError(f"'{args[0]}' is not understood; see 'scrapy annotate -h'", 2)
        workers = opts.workers if opts.workers is not None else len(os.sched_getaffinity(0))
        if workers < 1:
            raise CommandError(f"--workers {workers}: at least one is needed", 2)
        home = environment()
        watchlist = load_watchlist(home.watchlist)
        engine = open_database(home.database)
        if workers > 1 and more_new_than(engine, FEW):
            warm_up()
        # Only now: this reads for seconds, as the other process does meanwhile.
        from spiders.annotating import Advance, annotate
        from spiders.commands.analyse import models_of

        pseudonyms = load_pseudonyms(home)
        sync_watchlist(engine, watchlist, words_of(watchlist, pseudonyms))
        run_id = start_run(engine, "annotate", None, {"workers": workers})
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:

            def advance(title: str, total: int) -> Advance:
                if title == "scoring":
                    # All are matched; who stops here or looks at figures meanwhile knows what is still to come.
                    progress.console.print(f"{mentions_told(unscored_share(engine))}; new ones are scored now")
                task = progress.add_task(title, total=total)
                return lambda step: progress.advance(task, step)

            tally = annotate(engine, watchlist.brands, workers, advance, pseudonyms, models_of(self.settings))
        note = (
            f"{tally.annotated:,} posts annotated, {tally.matched:,} matched with the changed watchlist,"
            f" new mentions of {tally.scored:,} scored; {mentions_told(unscored_share(engine))}"
        )
        finish_run(engine, run_id, 0, note)
        sys.stdout.write(note + "\n")
        return 0


def mentions_told(counts: tuple[int, int, int]) -> str:
    """How many mentions there are, and which part of them has no sentiment yet or none at all."""
    everything, queued, without = counts
    shares = [f"{number:,} ({number / max(1, everything):.1%})" for number in (without, queued)]
    return f"of {everything:,} mentions {shares[0]} are unscored (no model for their language) and {shares[1]} wait for their sentiment"
