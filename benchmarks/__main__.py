"""Run every benchmark, print a table, and write build/bench.json.

A benchmark is a module here with ``run() -> list[dict]``, and ``run_large()`` where some of it takes longer.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

import benchmarks


def main() -> int:
    """Run the benchmarks named (default: all); exit status 1 where one fell short of its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="modules to run (default: all)")
    parser.add_argument("--large", action="store_true", help="what takes longer than 25 minutes together")
    options = parser.parse_args()
    rows: list[dict[str, object]] = []
    for found in pkgutil.iter_modules(benchmarks.__path__):
        if found.name == "__main__" or (options.names and found.name not in options.names):
            continue
        run = getattr(
            importlib.import_module(f"benchmarks.{found.name}"), "run_large" if options.large else "run", None
        )
        if run is None:
            continue
        started = time.monotonic()
        rows += run()
        print(f"{found.name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    place = Path("build") / ("bench-large.json" if options.large else "bench.json")
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    table = Table("name", "value", "unit", "target", "reached")
    for row in rows:
        table.add_row(
            str(row["name"]),
            f"{row['value']:.3g}",
            str(row["unit"]),
            f"{row['target']}",
            "yes" if reached(row) else "no",
        )
    Console().print(table)
    return 0 if all(reached(row) for row in rows) else 1


def reached(row: dict[str, object]) -> bool:
    """Whether a figure reached its target."""
    value, target = float(str(row["value"])), float(str(row["target"]))
    return value >= target if row["better"] == "higher" else value <= target


if __name__ == "__main__":
    sys.exit(main())
