"""``scrapy demo``: crawl a small public web of our own on loopback, annotate it, and leave a report to open."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spiders.demo.tour import Shortfall

DEFAULT_HOME = Path("build/demo")
DEFAULT_PORT = 8930


class Demo(Command):
    """Shows the whole way from a watchlist to a report, without network and without key."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--home FOLDER] [--serve [--port PORT] [--at TIME]]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl a small web of made-up brands on this machine, and write a report about it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where the demo lives, and whether its web is only served."""
        super().add_options(parser)
        parser.add_argument(
            "--home", type=Path, default=DEFAULT_HOME, metavar="FOLDER", help="default: build/demo; emptied first"
        )
        parser.add_argument("--serve", action="store_true", help="only serve the demo's web, until interrupted")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"of --serve; default: {DEFAULT_PORT}")
        parser.add_argument(
            "--at", metavar="TIME", help="of --serve: the moment that is shown, ISO 8601; default: the demo's last day"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Run the demo, or serve its web."""
        if args:
            raise CommandError(f"'{args[0]}' is not understood; see 'scrapy demo -h'", 2)
        if opts.serve:
            return serve(opts.home.absolute(), opts.port, opts.at)
        return show(opts.home.absolute())


def say(sentence: str) -> None:
    """One line, at once."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def show(home: Path) -> int:
    """The demo from crawl to report."""
    from spiders.demo.genesis import make_world
    from spiders.demo.tour import VISITS, address, shortfalls, tour

    world = make_world()
    say(f"A made-up web of {len(world.pieces):,} posts on eight platforms, served on this machine only.")
    say(f"It is crawled {len(VISITS)} times under a set clock; robots.txt is obeyed, there is no network and no key.")
    place = tour(world, home, say)
    say("\nWhat was not to be had, from the ledger:")
    for line in table(shortfalls(address(home))):
        say(line)
    say(f"\nThe report: {place}")
    say(f"Open it:    {place.as_uri()}")
    return 0


def table(rows: Iterable[Shortfall]) -> list[str]:
    """The shortfalls as lines of a table."""
    heading = ("outcome", "platform", "address", "visits")
    cells = [
        (
            row.outcome + (f" ({row.reason})" if row.reason else ""),
            row.platform,
            row.url.removeprefix("https://")[:64],
            ", ".join(row.days) if len(row.days) <= 2 else f"{row.days[0]} to {row.days[-1]}, {len(row.days)} visits",
        )
        for row in rows
    ]
    if not cells:
        return ["  nothing: every page was read"]
    widths = [max(len(row[column]) for row in (heading, *cells)) for column in range(len(heading))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heading, *cells)
    ]


def serve(home: Path, port: int, at: str | None) -> int:
    """Serve the demo's web until interrupted, and say how to crawl it by hand."""
    import threading
    from datetime import UTC, datetime

    from spiders.demo.brands import END
    from spiders.demo.genesis import make_world
    from spiders.demo.home import watchlist
    from spiders.demo.server import serving

    try:
        moment = datetime.fromisoformat(at) if at else END
    except ValueError as error:
        raise CommandError(f"--at {at}: write a time as 2026-10-16T18:00:00Z", 2) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    world = make_world()
    try:
        with serving(world, moment, port) as server:
            if not (home / "watchlist.toml").exists():
                home.mkdir(parents=True, exist_ok=True)
                (home / "watchlist.toml").write_text(watchlist(world, moment), "utf-8")
            say(f"The demo's web is at {server.address}, as of {moment:%d %B %Y %H:%M} UTC. Stop it with Ctrl-C.")
            say("In another terminal, look at a page:")
            say(f"  curl -H 'Host: t.me' {server.address}/s/tavrelune_news")
            say("or crawl it:")
            say(
                f"  MENTIONARY_HOME={home} MENTIONARY_OVERRIDES={server.address} MENTIONARY_CLOCK={moment:%Y-%m-%dT%H:%M:%SZ} \\"
            )
            say(f"  MENTIONARY_CONTACT=demo@mentionary.invalid {sys.executable} -m scrapy crawl mastodon")
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        raise CommandError(f"port {port} can't be used ({error.strerror}); name another one with --port") from error
    return 0
