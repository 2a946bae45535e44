"""The pages of docs/reference that are written from the code: platforms, commands, settings, metrics."""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import tokenize
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from scrapy.settings import Settings
from scrapy.utils.misc import walk_modules_iter

import config.environment
import config.settings
from reports.metrics import METRICS
from spiders.base import platforms
from spiders.command import Command

HEAD = "<!-- Written by 'scrapy reference' from the code; a change here is lost. -->\n"


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in (heads, *rows)
    ]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]]) + "\n"


def platforms_page() -> str:
    """What each platform gives, to whom, how fast, and which page proves it."""
    rows, layouts = [], []
    for name, spider in sorted(platforms().items()):
        about = spider.about
        walked = ", ".join(spider.addresses) or "import only"
        pace = f"{spider.pause_seconds:g} s" + (", in a browser" if spider.needs_browser else "")
        rows.append((f"`{name}`", about.title, about.anonymous, about.restricted, about.robots, walked, pace))
        layouts += [(f"`{name}`", layout, month) for layout, month in about.layouts.items()]
    return (
        f"{HEAD}# Platforms\n\nWhat a polite reader without log-in gets, what only import or an official API gives. The live robots.txt "
        "decides at every crawl; the column says what stood there when it was last read. The pace is the pause between two requests to "
        "one host; robots.txt and Retry-After can only lengthen it. In all 'import' means: pages that a person's own browser saved "
        "(HAR, WARC, HTML), read by the same readers.\n\n"
        + table(
            (
                "name",
                "platform",
                "anonymous",
                "only by import or official API",
                "robots.txt",
                "`scrapy crawl` takes",
                "pace",
            ),
            rows,
        )
        + "\n## Layouts\n\nThe newest page that proves each layout is of the month given; `unproven` means written by public documents alone.\n\n"
        + table(("platform", "layout", "newest proof"), layouts)
    )


def commands() -> Mapping[str, Command]:
    """The project's commands by name."""
    found: dict[str, Command] = {}
    for module in walk_modules_iter("spiders.commands"):
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, Command) and value.__module__ == module.__name__:
                found[module.__name__.rpartition(".")[2]] = value()
    return dict(sorted(found.items()))


class Options:
    """Stands in for an argument parser and notes the options that a command adds, but for Scrapy's global ones."""

    def __init__(self, *, ignored: bool = False, found: list[tuple[tuple[str, ...], str]] | None = None) -> None:
        self.ignored = ignored
        self.found: list[tuple[tuple[str, ...], str]] = [] if found is None else found

    def add_argument(self, *flags: str, **details: Any) -> None:
        """Note an option."""
        shown = details.get("metavar") or (
            "" if str(details.get("action", "")).startswith("store_") else flags[-1].lstrip("-").upper()
        )
        if not self.ignored:
            self.found.append((tuple(f"{flag} {shown}".strip() for flag in flags), details.get("help") or ""))

    def add_argument_group(self, title: str = "", *_: Any, **__: Any) -> Options:
        """A group notes into the same list; Scrapy's own notes nothing."""
        return Options(ignored=title == "Global Options", found=self.found)

    def add_mutually_exclusive_group(self, **_: Any) -> Options:
        """Options that exclude each other are noted alike."""
        return self


def commands_page() -> str:
    """Each command with its options, as its own help tells them."""
    head = (
        f"{HEAD}# Commands\n\n`scrapy NAME -h` prints the same. Exit status everywhere: 0 when all went well, 1 when something failed or a "
        "source drifted, 2 for wrong arguments or a wrong configuration, with one sentence that says what to do.\n"
    )
    parts = [head]
    for name, command in commands().items():
        command.settings = Settings()
        listed = Options()
        command.add_options(cast("argparse.ArgumentParser", listed))
        rows = [(", ".join(f"`{flag}`" for flag in flags), meaning) for flags, meaning in listed.found]
        parts.append(f"\n## {name}\n\n    scrapy {name} {command.syntax()}".rstrip() + f"\n\n{command.long_desc()}\n")
        if rows:
            parts.append("\n" + table(("option", "meaning"), rows))
    return "".join(parts)


def settings_page() -> str:
    """The environment's variables, and Scrapy's settings that differ from its defaults."""
    source = inspect.getsource(config.environment)
    klass = next(node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    notes = [
        node.value.value for node in klass.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ][1:]
    variables = []
    for note in map(str, notes):
        name, _, meaning = note.partition(": ")
        variables.append((name.strip().replace("``", "`"), " ".join(meaning.replace("``", "`").split())))
    return (
        f"{HEAD}# Settings\n\n## Environment\n\nRead once at start; secrets come from nowhere else. An unknown `MENTIONARY_…` is refused.\n\n"
        + table(("variable", "meaning"), variables)
        + "\n## Scrapy's settings that differ from its defaults\n\nIn config/settings.py; `-s NAME=VALUE` changes one for a run.\n\n"
        + table(("setting", "value", "reason"), scrapy_settings())
    )


def scrapy_settings() -> list[tuple[str, str, str]]:
    """Name, value and the comment above it, of each of our Scrapy settings."""
    source = inspect.getsource(config.settings)
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    rows = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            line = node.lineno - 1
            words: list[str] = []
            while line in comments:
                words.insert(0, comments[line])
                line -= 1
            value = ast.unparse(node.value)
            rows.append(
                (f"`{node.targets[0].id}`", f"`{value if len(value) < 80 else value[:77] + '…'}`", " ".join(words))
            )
    return rows


def metrics_page() -> str:
    """Each metric with its definition, its formula version and its test vector."""
    head = (
        f"{HEAD}# Metrics\n\nA figure of a report is a metric over a brand, its competitors and a period. Each is one query for its inputs and one "
        "pure function after it; a change of either makes a new version, and old reports keep the values that they showed. Every number is an "
        "interval: low, best estimate and high, where no high means 'at least'. `scrapy figure ID` prints the query, its rows and the times of "
        "observation.\n"
    )
    parts = [head]
    for metric in METRICS.values():
        doc = (inspect.getdoc(metric.after) or "").splitlines()[0]
        expected = [
            (
                ", ".join(of),
                *(
                    ("can't be told", "", "")
                    if ends is None
                    else tuple("no bound" if end is None else f"{end:g}" for end in ends)
                ),
            )
            for of, ends in metric.vector.expect.items()
        ]
        parts.append(
            f"\n## {metric.id}\n\n{metric.definition}\n\nVersion {metric.version}; of each {', '.join(metric.keys)}; unit: {metric.unit}. "
            f"The function after the query, `{metric.after.__name__}`: {doc if doc[1] in '_1' else doc[0].lower() + doc[1:]}\n\nTest vector:\n\n"
            + table(("of", "low", "best", "high"), expected)
        )
    return "".join(parts)


def tables_page() -> str:
    """Every table and view with its columns, for those who write SQL."""
    from storage.questions import QUESTIONS
    from storage.tables import metadata
    from storage.views import VIEWS

    asked = {item.about: item for item in QUESTIONS}
    head = (
        f"{HEAD}# Tables\n\nViews with plain names and best estimates come first: `posts`, `accounts`, `mentions`, `post_history`, "
        "`account_history`, `fetch_days`; each with a question and the query that answers it.\n\n"
        "SQLite and PostgreSQL have the same. Times are UTC. A count is two columns, `…_low` and `…_high`: both NULL where it was "
        "not shown, `…_high` alone NULL where there is no upper bound. Read with a user or a file that can't be written: reports and analysts "
        "need no more. PostgreSQL wants the names `fetch` and `end` in double quotes.\n"
    )
    parts = [head]
    for entry in [*(made.table for made in VIEWS), *metadata.sorted_tables]:
        kind = "" if entry in metadata.sorted_tables else " (view)"
        keys = ", ".join(column.name for column in entry.primary_key)
        rows = [
            (
                f"`{column.name}`",
                str(column.type).lower(),
                "" if column.nullable else "always",
                column.comment or next((f"`{key.target_fullname}`" for key in column.foreign_keys), ""),
            )
            for column in entry.columns
        ]
        parts.append(f"\n## {entry.name}{kind}\n\n{entry.comment or ''}." + (f" Key: {keys}." if keys else "") + "\n\n")
        parts.append(table(("column", "type", "there", "meaning"), rows))
        parts.append(f"\n{asked[entry.name].asks}\n\n```sql\n{asked[entry.name].sql}\n```\n")
    return "".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "platforms.md": platforms_page,
    "commands.md": commands_page,
    "settings.md": settings_page,
    "metrics.md": metrics_page,
    "tables.md": tables_page,
}
"""Every generated page of docs/reference, by file name."""


def write(folder: Path) -> list[Path]:
    """Write all pages into a folder; returns those that changed."""
    changed = []
    for name, page in PAGES.items():
        place, text = folder / name, page()
        if not place.exists() or place.read_text("utf-8") != text:
            place.write_text(text, "utf-8")
            changed.append(place)
    return changed
