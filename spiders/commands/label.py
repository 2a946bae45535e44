"""``scrapy label --brand NAME``: say of mentions whether the name means the brand; its ambiguous names learn from it."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row

AROUND = 120
"""Code points shown on either side of the name."""
COLUMNS = ("post_id", "field", "start", "end", "before", "name", "after", "url", "relevant")
YES = frozenset({"1", "y", "yes", "true", "t", "x", "是"})
NO = frozenset({"0", "n", "no", "false", "f", "否"})


class Label(Command):
    """Asks about the least certain mentions, one by one or in a table."""

    def syntax(self) -> str:
        """How it is called."""
        return "--brand NAME [--count N] [--to FILE.csv | --from FILE.csv]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Say of mentions whether the name means the brand; 'scrapy annotate' then learns from it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Which brand, how many, and where to."""
        super().add_options(parser)
        parser.add_argument("--brand", metavar="NAME", help="brand of the watchlist")
        parser.add_argument("--count", type=int, default=20, metavar="N", help="mentions to ask about; default: 20")
        parser.add_argument("--to", type=Path, metavar="FILE.csv", help="write them into a table instead of asking")
        parser.add_argument("--from", type=Path, dest="table", metavar="FILE.csv", help="take the labels from a table")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Ask, write the table, or read it."""
        from config.environment import environment
        from config.watchlist import load_watchlist
        from storage.database import open_database
        from storage.labels import precision, save_labels, uncertain

        if args:
            raise CommandError(f"'{args[0]}' is not understood; see 'scrapy label -h'", 2)
        if not opts.brand:
            raise CommandError("name the brand with --brand", 2)
        if opts.count < 1:
            raise CommandError(f"--count {opts.count}: at least one is needed", 2)
        brand = load_watchlist(environment().watchlist).find(opts.brand).key
        engine = open_database(environment().database)
        if opts.table is not None:
            saved = save_labels(engine, table_rows(engine, opts.table, brand))
        else:
            found = uncertain(engine, brand, opts.count)
            if not found:
                raise CommandError(f"no mention of {brand} is left to ask about; run 'scrapy annotate' first")
            if opts.to is not None:
                write_table(opts.to, found)
                sys.stdout.write(f"{len(found)} mentions in {opts.to}; fill the column relevant with yes or no\n")
                return 0
            saved = ask(engine, brand, found)
        right, of = precision(engine, brand)
        share = f"; of {of} labelled mentions {right} mean {brand} ({right / of:.0%})" if of else ""
        sys.stdout.write(f"{saved} labels saved{share}; 'scrapy annotate' learns from them\n")
        return 0


def parts(row: Row[Any]) -> tuple[str, str, str]:
    """What stands before a name, the name, and what stands after it."""
    text = (row.title if row.field == "title" else row.text) or ""
    before = text[max(0, row.start - AROUND) : row.start]
    return before, text[row.start : row.end], text[row.end : row.end + AROUND]


def ask(engine: Engine, brand: str, found: Any) -> int:
    """Ask about mentions one by one; each answer is kept at once."""
    from storage.labels import save_labels

    saved = 0
    for number, row in enumerate(found, 1):
        before, name, after = (" ".join(part.split()) for part in parts(row))
        sys.stdout.write(f"\n{number}/{len(found)}  {row.platform}  {row.url or ''}\n  …{before} [{name}] {after}…\n")
        sys.stdout.write(f"Does it mean {brand} (relevance {row.relevance:.2f})? yes, no, skip, quit: ")
        sys.stdout.flush()
        answer = sys.stdin.readline()
        word = answer.strip().lower()
        if not answer or word in {"q", "quit"}:
            break
        if word in YES or word in NO:
            saved += save_labels(engine, [label_row(row, brand, word in YES)])
    sys.stdout.write("\n")
    return saved


def label_row(row: Row[Any], brand: str, relevant: bool) -> dict[str, Any]:
    """A label as it is stored."""
    return {
        "brand_id": brand, "post_id": row.post_id, "field": row.field, "start": row.start, "end": row.end,
        "relevant": relevant,
    }  # fmt: skip


def write_table(file: Path, found: Any) -> None:
    """Mentions as a table to be filled in; a cell never begins like a formula."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(COLUMNS)
        for row in found:
            before, name, after = (" ".join(part.split()) for part in parts(row))
            cells = [
                f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
                for cell in (before, name, after, row.url or "")
            ]
            table.writerow([row.post_id, row.field, row.start, row.end, *cells, ""])


def table_rows(engine: Engine, file: Path, brand: str) -> list[dict[str, Any]]:
    """The labels of a filled table; raises CommandError that names the line that can't be right."""
    from storage.labels import spans_of

    if not file.is_file():
        raise CommandError(f"{file} is no file", 2)
    rows: list[dict[str, Any]] = []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for line, cells in enumerate(csv.DictReader(opened), 2):
            word = (cells.get("relevant") or "").strip().lower()
            if not word:
                continue
            if word not in YES and word not in NO:
                raise CommandError(f"{file}, line {line}: relevant is {word!r}; write yes or no")
            try:
                post_id, field, start = int(cells["post_id"]), cells["field"], int(cells["start"])
            except (KeyError, TypeError, ValueError) as error:
                raise CommandError(f"{file}, line {line}: needs the columns post_id, field and start") from error
            known = [row for row in spans_of(engine, brand, post_id) if (row.field, row.start) == (field, start)]
            if not known:
                raise CommandError(f"{file}, line {line}: {brand} has no mention there; write the table anew with --to")
            rows.append(label_row(known[0], brand, word in YES))
    return rows
