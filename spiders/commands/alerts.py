"""``scrapy alerts``: raise what stands out, once, and tell its readers."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command, CommandError
from spiders.commands.report import check_zone


class Alerts(Command):
    """Look for spikes, falls, viral posts and silent sources, and tell who should know."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--brand NAME] [--kind KIND]… [--deliver TARGET]… [--quiet HH:MM-HH:MM] [--digest N] [--language en|zh] [--zone ZONE]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Raise what stands out today, each thing once: spikes, falls, viral posts, silent sources"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Brand, kinds, targets and hours."""
        super().add_options(parser)
        parser.add_argument(
            "--brand", metavar="NAME", help="id or name of a brand; without one, sources alone are watched"
        )
        parser.add_argument(
            "--kind",
            metavar="KIND",
            action="append",
            help="spike, sentiment, followers, viral, silent; may be given often (default: all)",
        )
        parser.add_argument(
            "--deliver",
            metavar="TARGET",
            action="append",
            default=[],
            help="mail:ADDRESS or chat:NAME; may be given often (default: printed alone)",
        )
        parser.add_argument(
            "--quiet",
            metavar="HH:MM-HH:MM",
            help="hours in which nobody is told; what was raised then is told after them",
        )
        parser.add_argument("--digest", type=int, metavar="N", default=4, help="from so many on, one message holds them all (default: 4)")  # fmt: skip
        parser.add_argument("--language", metavar="en|zh", default="en", help="language of the messages (default: en)")
        parser.add_argument("--zone", metavar="ZONE", default="UTC", help="whose days and hours count (default: UTC)")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Watch once; 1 where somebody could not be told."""
        if args:
            raise CommandError(f"{args[0]!r} is no argument of this command; see 'scrapy alerts -h'", 2)
        from config import clock
        from config.environment import environment
        from reports.alerts import KINDS
        from reports.alerts.watch import Asked, alert_target, quiet_hours, watch
        from reports.delivery import DeliveryError
        from reports.delivery.deliver import Ways
        from reports.figures import FigureError
        from reports.words import LANGUAGES
        from storage.database import open_database

        check_zone(opts.zone)
        if opts.language not in LANGUAGES:
            raise CommandError(f"--language {opts.language!r} is not known; known: {', '.join(LANGUAGES)}", 2)
        for kind in opts.kind or ():
            if kind not in KINDS:
                raise CommandError(f"--kind {kind!r} is not known; known: {', '.join(KINDS)}", 2)
        if opts.digest < 1:
            raise CommandError(f"--digest {opts.digest} is no number of alerts; write 1 or more", 2)
        try:
            quiet = quiet_hours(opts.quiet) if opts.quiet else None
        except ValueError as error:
            raise CommandError(f"--quiet {opts.quiet!r} is no span; write it as 22:00-07:00", 2) from error
        try:
            targets = [alert_target(text) for text in opts.deliver]
        except DeliveryError as error:
            raise CommandError(f"--deliver: {error}", 2) from error
        env = environment()
        watched = KINDS if opts.brand else ("silent",)
        kinds = frozenset(kind for kind in watched if not opts.kind or kind in opts.kind)
        asked = Asked(opts.brand, kinds, opts.zone, opts.language, quiet, opts.digest)
        engine = open_database(env.database)
        try:
            done = watch(engine, asked, targets, Ways(env.smtp, env.mail_from, env.chat), clock.now())
        except FigureError as error:
            raise CommandError(str(error)) from error
        finally:
            engine.dispose()
        sys.stdout.write("".join(f"{message.text}\n" for message in done.raised) or "Nothing new.\n")
        if done.held and targets:
            sys.stdout.write("Told after the quiet hours.\n")
        for fault in done.faults:
            sys.stderr.write(f"scrapy alerts: {fault}\n")
        return int(bool(done.faults))
