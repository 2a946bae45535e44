"""``scrapy analyse FILE.jsonl`` (or ``-``): run the extractors on texts and print what they find."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.settings import BaseSettings

    from config.watchlist import Brand
    from extractors.analysis import Models, Text

LONGEST_LINE = 4_000_000
"""Characters of a line; more is no post."""


class Analyse(Command):
    """Prints language, mentions, sentiment, entities and keywords of each text; stores nothing."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--watchlist PATH] FILE.jsonl|-"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return 'Run the extractors on texts ({"id", "text"} a line) and print what they find as JSON lines'

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Which brands."""
        super().add_options(parser)
        parser.add_argument(
            "--watchlist", metavar="PATH", help="names the brands; default: the home's, where there is one"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print one line for each line read."""
        from extractors.analysis import Analyser

        if len(args) != 1:
            raise CommandError("name one file of JSON lines, or - for standard input", 2)
        analyser = Analyser(brands_of(opts.watchlist), models=models_of(self.settings))
        if args[0] == "-":
            sys.stdin.reconfigure(encoding="utf-8", errors="strict")  # type: ignore[union-attr]
            print_annotations(analyser, sys.stdin, "standard input")
            return 0
        path = Path(args[0])
        if not path.is_file():
            raise CommandError(f"{path} is no file; name a file of JSON lines, or - for standard input", 2)
        with path.open(encoding="utf-8") as lines:
            print_annotations(analyser, lines, str(path))
        return 0


def brands_of(given: str | None) -> tuple[Brand, ...]:
    """The brands of the watchlist that is given, else of the home's, where it has one."""
    from config.environment import environment
    from config.watchlist import load_watchlist

    if given is not None:
        return load_watchlist(Path(given)).brands
    own = environment().watchlist
    return load_watchlist(own).brands if own.is_file() else ()


def models_of(settings: BaseSettings | None) -> Models:
    """The models that the settings ask for; raises CommandError for a package or a trained pipeline that is not installed."""
    import importlib.util

    from extractors.analysis import Models
    from extractors.minilm import PACKAGES

    found: dict[str, str] = settings.getdict("ENTITY_PIPELINES") if settings is not None else {}
    for code, name in found.items():
        if importlib.util.find_spec(name) is None and not Path(name).is_dir():
            raise CommandError(
                f"ENTITY_PIPELINES names {name!r} for {code!r}, which is neither installed nor a folder", 2
            )
    accurate = settings is not None and settings.getbool("ACCURATE")
    for package in PACKAGES if accurate else ():
        if importlib.util.find_spec(package) is None:
            raise CommandError(
                f"ACCURATE wants the package {package}; install the extra (pip install '.[accurate]') or leave ACCURATE out",
                2,
            )
    return Models(accurate, found)


def print_annotations(analyser: Any, lines: TextIO, name: str) -> None:
    """One line out for each line in."""
    for known_id, text in texts_of(lines, name):
        for annotation in analyser.analyse([text]):
            found = {"id": known_id, **annotation.as_json()}
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def texts_of(lines: TextIO, name: str) -> Iterator[tuple[object, Text]]:
    """The id and text of each line; raises CommandError that names the line that can't be right."""
    number = 0
    try:
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                yield text_of(line, f"{name}, line {number}")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name}, after line {number}: not UTF-8 text; save it as UTF-8") from error


def text_of(line: str, place: str) -> tuple[object, Text]:
    """The id and text of one line."""
    from extractors.analysis import Text
    from extractors.folding import fold_name
    from extractors.queries import Circumstances

    def wrong(what: str) -> NoReturn:
        raise CommandError(f'{place}: {what}; a line is like {{"id": "1", "text": "words"}}')

    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        wrong("no valid JSON" if len(line) < LONGEST_LINE else f"longer than {LONGEST_LINE:,} characters")
    if not isinstance(given, dict):
        wrong("no JSON object")
    text, language, author = given.get("text"), given.get("language"), given.get("author")
    if not isinstance(text, str):
        wrong('no "text"')
    if not isinstance(language, str | None) or not isinstance(author, str | None):
        wrong('"language" and "author" are words')
    targets = given.get("targets") or []
    try:
        spans = tuple((int(target["start"]), int(target["end"])) for target in targets)
    except (TypeError, KeyError, ValueError):
        wrong('"targets" is a list of {"start", "end"}')
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            wrong(f"target {start} to {end} lies outside the text of {len(text)} code points")
    authors = frozenset({fold_name(author.removeprefix("@"))} if author else ())
    return given.get("id"), Text(text, language, spans, about=Circumstances(authors=authors))
