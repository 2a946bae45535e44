"""``scrapy schedule``: run the timetable."""

from __future__ import annotations

import argparse
import signal

from config.watchlist import ConfigError
from spiders.command import Command, CommandError


class ScheduleJobs(Command):
    """Runs crawls, reports and the rest as the timetable says, until stopped."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--once]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Run crawls, annotation, reports and pruning by the timetable, until stopped"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Whether to stay."""
        super().add_options(parser)
        parser.add_argument("--once", action="store_true", help="run all that is due now, and end")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Run; 1 where, with --once, a job failed."""
        from config import clock
        from config.environment import environment
        from config.timetable import Alert, Report, load_timetable
        from config.watchlist import load_watchlist
        from spiders.crawling.manners import user_agent
        from spiders.scheduling.scheduler import Schedule, platforms_with_work
        from spiders.targets import watched
        from storage.database import open_database

        if args:
            raise CommandError(f"{args[0]!r} is not understood; the jobs stand in the timetable", 2)
        known = environment()
        timetable, watchlist = load_timetable(known.timetable), load_watchlist(known.watchlist)
        jobs = list(timetable.jobs(platforms_with_work(watched(watchlist, known.watchlist))))
        for job in jobs:
            if isinstance(job, Report | Alert) and job.brand:
                watchlist.find(job.brand)
        if timetable.crawls:
            user_agent(known.contact)
        if known.clock is not None and not opts.once:
            raise ConfigError("under MENTIONARY_CLOCK time stands still; use --once")
        if known.heartbeat is not None and not known.heartbeat.startswith(("http://", "https://")):
            raise ConfigError("MENTIONARY_HEARTBEAT is no web address; write https://…")
        schedule = Schedule(open_database(known.database), timetable, jobs, known.home, clock.now, known.heartbeat)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, schedule.stop)
        try:
            if not schedule.lead(waits=not opts.once):
                return 1 if opts.once else 0
            try:
                return schedule.once() if opts.once else schedule.forever()
            finally:
                schedule.leave()
        finally:
            schedule.engine.dispose()
