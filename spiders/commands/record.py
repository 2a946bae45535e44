"""``scrapy record FILE``: turn a saved page into a test case without its texts, names and ids."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from extractors.records import Reading
    from spiders.page import Page
    from spiders.recording.skeleton import Skeleton

FOLDER = Path(__file__).resolve().parent.parent.parent / "tests" / "pages"


class Record(Command):
    """Writes tests/pages/<platform>/NAME.<ext>, NAME.meta.json and NAME.expected.jsonl."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--name NAME] [--platform PLATFORM] [--url URL] [--fetched-at TIME] FILE|URL|--fetch ID"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Turn a page into a test case: its structure, with texts, names, ids and addresses invented"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """What the page can't tell itself."""
        super().add_options(parser)
        parser.add_argument("--name", help="name of the test case; default: made of what the page is and its month")
        parser.add_argument("--platform", help="the platform, where the address can't tell it")
        parser.add_argument("--url", help="address of the page")
        parser.add_argument("--fetched-at", metavar="TIME", help="when it was saved (ISO 8601 with zone)")
        parser.add_argument(
            "--number", type=int, default=1, metavar="N", help="which page of a WARC or HAR file; default: the first"
        )
        parser.add_argument(
            "--fetch", type=int, metavar="ID", help="a page of the ledger, out of the archive, instead of a file"
        )
        parser.add_argument("--into", type=Path, default=FOLDER, metavar="FOLDER", help="default: tests/pages")
        parser.add_argument("--seconds", type=float, default=120, help="how long to cut the page down; default: 120")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the test case, and say what to look at; 1 where something of the original may still stand in it."""
        from dataclasses import replace

        from rich.console import Console

        from spiders.base import platforms, read
        from spiders.page import UnreadableError
        from spiders.recording.skeleton import leaks, skeleton

        assert self.settings is not None  # noqa: S101 - Scrapy sets it before a command runs
        if opts.fetch is not None:
            page = kept(opts.fetch)
        elif is_address(args):
            page = asked(args[0], opts.platform, self.settings)
        else:
            page = page_of(args, opts)
        if opts.platform:
            if opts.platform not in platforms():
                raise CommandError(f"--platform {opts.platform} is none; known: {', '.join(platforms())}", 2)
            page = replace(page, platform=opts.platform)
        _, reading = read(page)
        try:
            with Console(stderr=True).status("cutting the page down as far as it still reads the same…"):
                made = skeleton(page, opts.seconds)
        except UnreadableError as error:
            raise CommandError(f"no tree can be made of the page: {error}") from error
        except LookupError as error:
            raise CommandError(str(error.args[0])) from error
        place = opts.into / made.platform / (opts.name or name_of(reading, page))
        if place.with_name(f"{place.name}.meta.json").exists():
            raise CommandError(f"{place.name} is there already in {place.parent}; give another --name", 2)
        write(made, place)
        say(made, place)
        left = leaks(made, reading)
        for text in left:
            sys.stdout.write(f"  STILL THERE, take it out by hand: {text}\n")
        return int(bool(left))


def is_address(args: list[str]) -> bool:
    """Whether an address was named instead of a file."""
    return len(args) == 1 and args[0].startswith(("http://", "https://"))


def asked(url: str, platform: str | None, settings: Settings) -> Page:
    """The page at an address, asked as a crawl asks."""
    from config.environment import environment
    from spiders.crawling.asking import ask
    from storage.database import open_database

    engine = open_database(environment().database)
    answer = ask(engine, [(url, platform)], settings).get(url)
    engine.dispose()
    if answer is None or answer.page is None:
        told = f"{answer.reading.outcome} {answer.reading.reason or ''}".strip() if answer is not None else "not asked"
        raise CommandError(f"{url} gave no page: {told}; save it in a browser and record the file")
    return answer.page


def kept(fetch_id: int) -> Page:
    """A page that a crawl or an import has kept."""
    from sqlalchemy import select

    from config.environment import environment
    from spiders.sources.warc import page_of as page_of_record
    from storage.archive import Archive
    from storage.database import open_database
    from storage.tables import fetch

    here = environment()
    engine = open_database(here.database)
    with engine.connect() as connection:
        query = select(fetch.c.archive_file, fetch.c.archive_offset).where(fetch.c.fetch_id == fetch_id)
        place = connection.execute(query).one_or_none()
    engine.dispose()
    if place is None or place.archive_file is None:
        raise CommandError(f"the ledger has no kept page of fetch {fetch_id}")
    return page_of_record(Archive(here.archive, store=here.archive_store).read_at(*place))


def page_of(args: list[str], opts: argparse.Namespace) -> Page:
    """The page named on the command line."""
    from spiders.commands.read import checked
    from spiders.sources import found_in

    if len(args) != 1:
        raise CommandError("name one file", 2)
    (path,), fetched_at = checked(args, opts.url, opts.fetched_at)
    pages = [found for found in found_in(path, opts.url, fetched_at) if found.page or found.fault]
    if not 1 <= opts.number <= len(pages):
        raise CommandError(f"{path} holds {len(pages)} pages; there is no page {opts.number}", 2)
    found = pages[opts.number - 1]
    page: Page | None = found.page
    if page is None:
        raise CommandError(f"{path}: {found.fault}")
    return page


def name_of(reading: Reading, page: Page) -> str:
    """A name for a test case: what the page is, and its month."""
    if reading.posts:
        what = reading.posts[0].kind + ("s" if len(reading.posts) > 1 else "")
    else:
        what = "profile" if reading.profiles else f"{reading.outcome}-{reading.reason or ''}"
    month = f"-{page.fetched_at:%Y-%m}" if page.fetched_at else ""
    return re.sub(r"[^a-z0-9]+", "-", f"{what}{month}".lower()).strip("-")


def write(made: Skeleton, place: Path) -> None:
    """The three files of a test case."""
    from dataclasses import replace

    from spiders.commands.read import lines
    from spiders.sources import found_in, take

    place.parent.mkdir(parents=True, exist_ok=True)
    file = place.with_name(place.name + made.ending)
    file.write_bytes(made.page.body)
    meta = {
        "url": made.page.url,
        "fetched_at": made.page.fetched_at.isoformat().replace("+00:00", "Z") if made.page.fetched_at else None,
        "status": made.page.status,
        "content_type": made.page.content_type,
        "platform": made.page.platform,
    }
    text = json.dumps({key: value for key, value in meta.items() if value is not None}, ensure_ascii=False)
    place.with_name(f"{place.name}.meta.json").write_text(text + "\n", "utf-8")
    (found,) = found_in(file)
    read = lines(take(replace(found, name=f"{place.parent.name}/{found.name}")))
    expected = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in read)
    place.with_name(f"{place.name}.expected.jsonl").write_text(expected, "utf-8")


def say(made: Skeleton, place: Path) -> None:
    """What was written, and what a person has to do with it."""
    sys.stdout.write(f"{place}{made.ending}, {len(made.page.body):,} bytes; beside it .meta.json and .expected.jsonl\n")
    if made.kept:
        sys.stdout.write(f"  words that stand as they were, since the reading needs them: {', '.join(made.kept)}\n")
    sys.stdout.write(
        "  look through the page, correct the expected lines to what a person would read, and mend the reader\n"
    )
