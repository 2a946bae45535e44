"""``scrapy read PATH…``: read saved pages with the same readers as the crawl, and print JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extractors.records import Reading
    from spiders.sources import Found, Taken


class Read(Command):
    """Prints what saved pages say, one line a page and one a record; stores nothing."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--url URL] [--fetched-at TIME] PATH…"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Read saved pages (HTML, JSON, XML, MHTML, WARC, HAR; files or folders) and print JSON lines"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Address and time of a single page."""
        super().add_options(parser)
        parser.add_argument("--url", help="address of the page, for a single file")
        parser.add_argument(
            "--fetched-at", metavar="TIME", help="when it was saved (ISO 8601 with zone), for a single file"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the lines; 1 where a page drifted, was partial or could not be taken from its file."""
        from spiders.sources import Found, found_in, take, too_large

        paths, fetched_at = checked(args, opts.url, opts.fetched_at)
        status = 0
        over: Counter[str] = Counter()
        for path in paths:
            for found in found_in(path, opts.url, fetched_at):
                item = take(found)
                if isinstance(item, Found) and item.passed_over:
                    over[item.passed_over] += 1
                    continue
                for line in lines(item):
                    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
                    if line["record"] == "page" and line["outcome"] in {"drift", "partial"}:
                        status = 1
                fault = item.fault if isinstance(item, Found) else too_large(item)
                if fault:
                    status = 1
                    sys.stderr.write(f"scrapy read: {found.file}: {fault}\n")
        if over:
            sys.stderr.write(f"scrapy read: passed over {told(over)}\n")
        return status


def told(counted: Counter[str]) -> str:
    """What was passed over and how often, in words."""
    return ", ".join(f"{number} {what}" for what, number in counted.most_common())


def checked(args: list[str], url: str | None, fetched_at: str | None) -> tuple[list[Path], Any]:
    """The paths and the time given; raises CommandError with one sentence for what can't be right."""
    from spiders.sources import ENDINGS, sources_in
    from spiders.sources.meta import moment_of

    if not args:
        raise CommandError("name at least one file or folder", 2)
    paths = [Path(arg) for arg in args]
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} does not exist", 2)
        if not sources_in(path):
            raise CommandError(f"{path} holds no page; looked for files that end in {', '.join(ENDINGS)}", 2)
    if (url or fetched_at) and (len(paths) > 1 or paths[0].is_dir()):
        raise CommandError("--url and --fetched-at tell about one page: give one file with them", 2)
    if url and not url.startswith(("http://", "https://")):
        raise CommandError(f"--url {url} is no web address; it begins with https:// or http://", 2)
    try:
        return paths, moment_of(fetched_at) if fetched_at else None
    except ValueError as error:
        raise CommandError(f"--fetched-at: {error}", 2) from error


def lines(item: Taken | Found) -> Iterator[dict[str, Any]]:
    """The page's line and its records' lines, as docs/reference/records.md says."""
    from extractors.records import Outcome, Reading, as_json
    from spiders.sources import Taken

    if not isinstance(item, Taken):
        yield page_line(item.name, None, None, Reading(Outcome.FAILED, item.fault))
        return
    name, page = item.found.name, item.found.page
    yield page_line(name, page.url if page else None, item.platform, item.reading)
    for record in item.reading.records:
        shown = as_json(record)
        yield {"record": shown.pop("record"), "capture": name, **shown}


def page_line(name: str, url: str | None, platform: str | None, reading: Reading) -> dict[str, Any]:
    """The line of a page."""
    return {
        "record": "page",
        "capture": name,
        "url": url,
        "platform": platform,
        "outcome": reading.outcome.value,
        "reason": reading.reason,
        "posts": len(reading.posts),
        "profiles": len(reading.profiles),
        "unread": [{"what": unread.what, "reason": unread.reason} for unread in reading.unread],
    }
