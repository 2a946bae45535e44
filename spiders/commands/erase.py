"""``scrapy erase``: remove a person or a post, and keep them out."""

from __future__ import annotations

import argparse
import sys

from spiders.command import Command, CommandError


class Erase(Command):
    """Erases from database, ledger, reports' figures and archive; a keyed entry keeps later crawls and imports from bringing it back."""

    def syntax(self) -> str:
        """How it is called."""
        return "--person NAME --platform PLATFORM [--site HOST] | --post ADDRESS-OR-ID [--platform PLATFORM]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Remove a person or a post for good, kept pages included"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Whom or what."""
        super().add_options(parser)
        parser.add_argument(
            "--person", metavar="NAME", help="handle (name@server where servers are many), id or shown name"
        )
        parser.add_argument("--post", metavar="ADDRESS", help="address of a post, or its id with --platform")
        parser.add_argument("--platform", help="where the person or post is")
        parser.add_argument(
            "--site", metavar="HOST", help="the server, blog or feed, where a shown name is somebody's there alone"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and leave it")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Erase and say what went and what is left to do by hand."""
        from config import clock
        from config.environment import environment
        from reports.kept import forget_copies
        from spiders.base import platforms
        from storage.archive import Archive
        from storage.database import open_database, writing
        from storage.erasing import erase, find_person, find_post
        from storage.errors import ArchiveError
        from storage.pruning import drop_archived
        from storage.pseudonyms import hold_key
        from storage.watchlist import load_home_watchlist, words_of

        if args or bool(opts.person) == bool(opts.post):
            raise CommandError(f"say either --person or --post; {self.syntax()}", 2)
        if opts.platform is not None and opts.platform not in platforms():
            raise CommandError(f"--platform {opts.platform} is none; known: {', '.join(sorted(platforms()))}", 2)
        if opts.person and opts.platform is None:
            raise CommandError("--person needs --platform, since a name may be anybody elsewhere", 2)
        home = environment()
        engine = open_database(home.database)
        words = words_of(load_home_watchlist())
        with writing(engine) as connection:
            hold_key(connection, words.pseudonyms)
        with engine.connect() as connection:
            if opts.person:
                found = find_person(connection, words, opts.platform, opts.person, opts.site)
            else:
                found = find_post(connection, words, opts.post, opts.platform)
        verb = "would be erased" if opts.dry_run else "erased"
        sys.stdout.write(
            f"{verb}: {len(found.accounts)} accounts, {len(found.posts)} posts; {len(found.named_in)} posts of others that name "
            f"them; {len(found.pages)} pages\n"
        )
        if not opts.dry_run:
            erase(engine, words, found, clock.now())
            sys.stdout.write(f"{forget_copies(engine, home.reports)} copies beside reports written over\n")
            try:
                with Archive(home.archive, store=home.archive_store) as archive:
                    sys.stdout.write(f"{drop_archived(engine, archive)} kept pages written over\n")
            except ArchiveError as error:
                raise CommandError(f"{error}; the database is done, 'scrapy prune' goes on with the archive") from error
        for place in found.reports:
            sys.stdout.write(f"delete by hand, it quotes them: {place}\n")
        return 0
