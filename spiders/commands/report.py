"""``scrapy report``: a page that compares a brand with its competitors, each figure with the query that made it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from spiders.command import Command, CommandError


class Report(Command):
    """Write a report on a brand and its competitors."""

    def syntax(self) -> str:
        """How it is called."""
        return "--brand NAME --from DATE --to DATE [--format FORMS] [--out PATH] [--deliver TARGET]… [--kept WHERE] [--language en|zh] [--zone ZONE]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write a page that compares a brand with its competitors over a period"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Brand, period, place, language and time zone."""
        super().add_options(parser)
        parser.add_argument("--brand", metavar="NAME", help="id or name of a brand of the watchlist")
        parser.add_argument("--from", dest="first", metavar="DATE", help="first day, as 2026-03-01")
        parser.add_argument("--to", dest="last", metavar="DATE", help="last day, counted too")
        parser.add_argument(
            "--format",
            metavar="FORMS",
            help="html, pdf, xlsx, pptx, md, txt; several by commas (default: by --out, else html)",
        )
        parser.add_argument("--out", metavar="PATH", help="file to write (default: in the home's reports/)")
        parser.add_argument(
            "--deliver",
            metavar="TARGET",
            action="append",
            default=[],
            help="also to mail:ADDRESS, chat:NAME, site:FOLDER, folder:FOLDER (or an fsspec address); may be given often",
        )
        parser.add_argument(
            "--if-nothing",
            choices=("skip", "line", "send"),
            default="skip",
            help="what to deliver where no text names the brands: nothing, one line, the report (default: skip)",
        )
        parser.add_argument(
            "--kept",
            choices=("beside", "deliver", "none"),
            default="beside",
            help="copies of the kept pages of the posts shown: beside the report alone, also delivered to folders and sites, none (default: beside)",
        )
        parser.add_argument("--language", metavar="en|zh", default="en", help="language of the page (default: en)")
        parser.add_argument(
            "--zone", metavar="ZONE", default="UTC", help="whose days are counted, as Europe/Berlin (default: UTC)"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the page and print its path."""
        if args:
            raise CommandError(f"{args[0]!r} is no argument of this command; see 'scrapy report -h'", 2)
        if not opts.brand:
            raise CommandError("name a brand with --brand", 2)
        first, last = day(opts.first, "--from"), day(opts.last, "--to")
        if last < first:
            raise CommandError(f"--to {last} lies before --from {first}; swap them", 2)
        from config.environment import environment
        from reports.delivery import DeliveryError, Target
        from reports.delivery.deliver import Ways, deliver
        from reports.figures import FigureError
        from reports.forms import FORMS, FormError
        from reports.words import LANGUAGES
        from reports.write import Asked, files_of, make_document, note, save_all, save_copies, written_with_copies
        from storage.archive import Archive
        from storage.database import open_database
        from storage.errors import StorageError

        if opts.language not in LANGUAGES:
            raise CommandError(f"--language {opts.language!r} is not known; known: {', '.join(LANGUAGES)}", 2)
        check_zone(opts.zone)
        out = Path(opts.out) if opts.out else None
        forms = forms_of(opts.format, out, FORMS)
        env = environment()
        try:
            targets = [Target.parse(text) for text in opts.deliver]
        except DeliveryError as error:
            raise CommandError(f"--deliver: {error}", 2) from error
        try:
            engine = open_database(env.database)
            asked = Asked(opts.brand, first, last, opts.zone, opts.language)
            made = make_document(engine, asked)
            placed: Mapping[str, bytes] | None = None
            if opts.kept == "none":
                files: Mapping[str, bytes] = files_of(made, forms)
                places = save_all(files, out=out, folder=env.reports)
            else:
                archive = Archive(env.archive, store=env.archive_store)
                whole = written_with_copies(engine, archive, made, forms)
                files, placed = whole.sent, whole.placed if opts.kept == "deliver" else None
                places = save_all(whole.own, out=out, folder=env.reports)
                save_copies(places[0].parent / whole.folder, whole.copies)
                for fault in whole.copies.faults:
                    sys.stderr.write(f"scrapy report: {fault}\n")
            note(engine, made, places[0])
            done = deliver(made, files, targets, Ways(env.smtp, env.mail_from, env.chat), opts.if_nothing, placed)
        except (StorageError, FigureError, FormError) as error:
            raise CommandError(str(error)) from error
        for place in places:
            print(place)  # noqa: T201 - the command's answer
        for one in done:
            if one.fault:
                sys.stderr.write(f"scrapy report: {one.fault}\n")
        return 1 if any(one.fault for one in done) else 0


def forms_of(option: str | None, out: Path | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """The forms asked for, by the option or by the file's suffix; raises CommandError."""
    suffix = out.suffix.lstrip(".").lower() if out else ""
    forms = tuple(dict.fromkeys(option.split(","))) if option else (suffix if suffix in known else "html",)
    for form in forms:
        if form not in known:
            raise CommandError(f"--format {form!r} is not known; known: {', '.join(known)}", 2)
    if out is not None and len(forms) > 1:
        raise CommandError("--out names one file; with several formats leave it out", 2)
    return forms


def day(text: str | None, option: str) -> date:
    """A day given on the command line; raises CommandError."""
    if not text:
        raise CommandError(f"give the period's days: {option} is missing", 2)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option} {text!r} is no day; write it as 2026-03-01", 2) from error


def check_zone(name: str) -> None:
    """Raise CommandError for a time zone that is not known."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CommandError(f"--zone {name!r} is no time zone; write it as Europe/Berlin or Asia/Shanghai", 2) from error
