"""``scrapy health``: how each source does, beside its own past, and what the timetable's jobs do."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import datetime

from spiders.command import Command


class Health(Command):
    """Tells which source needs a look."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--json]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show each source's last good page, outcomes and yield beside its own past, and the timetable's jobs"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Another form."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as one JSON object, for other programs")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print; 1 where a source needs a look or a platform file can't be imported."""
        from config import clock
        from config.environment import environment
        from reports.health import jobs, sources
        from spiders.base import broken_platforms
        from spiders.tables import show
        from storage.database import open_database

        with open_database(environment().database).connect() as connection:
            found, planned = sources(connection, clock.now()), jobs(connection)
        broken = broken_platforms()
        if opts.json:
            told = {
                "sources": [asdict(source) | {"well": source.well} for source in found],
                "jobs": [asdict(job) for job in planned],
            }
            sys.stdout.write(json.dumps(told | {"broken": dict(broken)}, default=stamp, indent=1) + "\n")
        else:
            heads = ("platform", "last read", "last 7 days", "records", "expected", "needs a look")
            rows = [
                (
                    source.platform,
                    stamp(source.last_ok),
                    ", ".join(f"{number} {outcome}" for outcome, number in sorted(source.outcomes.items()))
                    or "not asked",
                    source.records,
                    "" if source.expected is None else f"{source.expected:.0f}",
                    "" if source.well else "; ".join(source.reasons) or f"too few, p = {source.chance:.1g}",
                )
                for source in found
            ]
            show(heads, rows)
            if planned:
                show(
                    ("job", "last started", "status", "next due", "missed"),
                    [
                        (
                            job.name,
                            stamp(job.last_started_at),
                            job.last_exit_status or 0,
                            stamp(job.next_due_at),
                            job.missed,
                        )
                        for job in planned
                    ],
                    "The timetable",
                )
            for name, fault in broken.items():
                sys.stdout.write(f"spiders/platforms/{name}.py can't be imported: {fault}\n")
            if not found:
                sys.stdout.write("nothing has been crawled yet\n")
        return int(bool(broken) or not all(source.well for source in found))


def stamp(at: datetime | None) -> str:
    """A time to the minute, in UTC."""
    return "never" if at is None else at.strftime("%Y-%m-%d %H:%M")
