"""``scrapy health``: whether each source still brings what it used to."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from spiders.command import Command, CommandError

if TYPE_CHECKING:
    from datetime import datetime

    from reports.health import Health, Source


class ShowHealth(Command):
    """Prints how each source does, and what is wrong."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--json] [--prometheus FILE]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show of each source: last ok, outcomes, yield and fields against its past, missed and next runs"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Other forms of the same."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="all of it as one JSON object")
        parser.add_argument(
            "--prometheus", type=Path, metavar="FILE", help="write a file for Prometheus' textfile collector"
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print it; 1 where something is wrong."""
        from config import clock
        from config.environment import environment
        from reports.health import health
        from spiders.base import broken_platforms
        from storage.database import open_database

        if args:
            raise CommandError(f"{args[0]!r} is not understood; see 'scrapy health -h'", 2)
        engine = open_database(environment().database)
        found, broken = health(engine, clock.now()), broken_platforms()
        engine.dispose()
        flags = [*found.flags, *(f"{name}: its file can't be imported ({error})" for name, error in broken.items())]
        if opts.json:
            sys.stdout.write(json.dumps(found.as_json() | {"flags": flags}, ensure_ascii=False, indent=1) + "\n")
        else:
            print_text(found, flags)
        if opts.prometheus is not None:
            write_prometheus(opts.prometheus, found)
        return int(bool(flags))


def print_text(found: Health, flags: list[str]) -> None:
    """For people."""
    from reports.health import DAYS
    from spiders.tables import show

    if not found.sources:
        sys.stdout.write("Nothing was crawled yet.\n")
    else:
        heads = ("source", "last ok", "last run", "outcomes of the last run", "records", "usual", "next run", "missed")
        show(heads, [row(source, found) for source in found.sources], "Sources")
        days = sorted({day for source in found.sources for day in source.days})[-7:]
        sys.stdout.write("\n")
        if days:
            by_day = [(source.platform, *(told(source.days.get(day, {})) for day in days)) for source in found.sources]
            show(("source", *days), by_day, "Outcomes by day")
        else:
            sys.stdout.write(f"No source has run in the last {DAYS} days.\n")
    for source in found.sources:
        for reason, pages in source.reasons.items():
            sys.stdout.write(f"  {source.platform}: {pages:,} {reason}\n")
        for line in (source.note or "").splitlines():
            sys.stdout.write(f"  {source.platform}: {line}\n")
    for one in found.missed:
        span = f"from {one.first_due_at:%Y-%m-%d %H:%M}Z to {one.noted_at:%Y-%m-%d %H:%M}Z"
        sys.stdout.write(f"  {one.job}: {one.runs:,} runs fell in a time without scheduler, {span}\n")
    sys.stdout.write("\n" + "".join(f"! {flag}\n" for flag in flags) if flags else "\nNothing is wrong.\n")


def row(source: Source, found: Health) -> tuple[object, ...]:
    """One source's line."""
    whole = next((one for one in source.yields if one.target is None), None)
    return (
        source.platform,
        ago(source.last_ok_at, found.at),
        ago(source.last_run_at, found.at),
        told(source.last_run),
        "" if whole is None else f"{whole.records:,}",
        "" if whole is None else f"{whole.expected:,.0f}",
        f"{source.next_run_at:%Y-%m-%d %H:%M}Z" if source.next_run_at else "",
        source.missed or "",
    )


def told(outcomes: dict[str, int]) -> str:
    """Outcomes in a few words."""
    return ", ".join(f"{pages:,} {outcome}" for outcome, pages in outcomes.items())


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago something was."""
    if at is None:
        return "never"
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d ago"


def prometheus(found: Health) -> Iterator[str]:
    """The lines of Prometheus' text format.

    Source: https://prometheus.io/docs/instrumenting/exposition_formats/
    """

    def sample(name: str, value: float, **labels: str) -> str:
        told = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
        return f"mentionary_{name}{{{told}}} {value!r}"

    gauges: dict[str, tuple[str, list[str]]] = {
        "source_last_ok_seconds": ("When a source was last read, epoch seconds.", []),
        "source_flags": ("How much is wrong with a source.", []),
        "source_pages": ("Pages of a source's last run by outcome.", []),
        "source_records": ("Records of a source's last run.", []),
        "source_records_usual": ("Records that a source's runs usually bring.", []),
        "source_yield_probability": ("That so few records come by chance.", []),
        "source_field_share": ("The share of the last run's records that show a field.", []),
        "source_field_share_usual": ("The share of records that usually show a field.", []),
        "job_next_run_seconds": ("When a job is due, epoch seconds.", []),
        "job_missed_runs": ("Runs of a job that fell in a time without scheduler.", []),
        "job_last_exit_status": ("How a job ended last.", []),
    }

    def put(name: str, value: float, **labels: str) -> None:
        gauges[name][1].append(sample(name, value, **labels))

    for source in found.sources:
        name = source.platform
        if source.last_ok_at is not None:
            put("source_last_ok_seconds", source.last_ok_at.timestamp(), platform=name)
        put("source_flags", len(source.flags), platform=name)
        for outcome, pages in source.last_run.items():
            put("source_pages", pages, platform=name, outcome=outcome)
        for one in source.yields:
            if one.target is None:
                put("source_records", one.records, platform=name)
                put("source_records_usual", one.expected, platform=name)
                put("source_yield_probability", one.p, platform=name)
        for share in source.fields:
            labels = {"platform": name, "record": share.record, "field": share.name}
            put("source_field_share", share.share, **labels)
            put("source_field_share_usual", share.usual, **labels)
    for job in found.jobs:
        if job.next_due_at is not None:
            put("job_next_run_seconds", job.next_due_at.timestamp(), job=job.name)
        put("job_missed_runs", job.missed, job=job.name)
        if job.last_exit_status is not None:
            put("job_last_exit_status", job.last_exit_status, job=job.name)
    for name, (meaning, samples) in gauges.items():
        if samples:
            yield f"# HELP mentionary_{name} {meaning}"
            yield f"# TYPE mentionary_{name} gauge"
            yield from samples


def escaped(text: str) -> str:
    """A label's value."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def write_prometheus(path: Path, found: Health) -> None:
    """Write the file in one piece: the collector may read at any moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text("\n".join(prometheus(found)) + "\n", "utf-8")
    draft.replace(path)
