"""Crawls in a process of their own, as an operator starts them, against servers on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage.database import open_database

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Home:
    """A home with its watchlist, and the commands that are run in it."""

    folder: Path
    overrides: str | None
    variables: dict[str, str] = field(default_factory=dict)

    def watch(self, watchlist: str) -> None:
        """Write the watchlist."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "watchlist.toml").write_text(watchlist, "utf-8")

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of a command."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTIONARY_")}
        ours = {"MENTIONARY_HOME": str(self.folder), "MENTIONARY_CONTACT": "ops@watcher.example"}
        if self.overrides is not None:
            ours["MENTIONARY_OVERRIDES"] = self.overrides
        return kept | ours | self.variables

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Begin a command of the project."""
        return subprocess.Popen(
            [sys.executable, "-m", "scrapy", *words],
            cwd=ROOT, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str, status: int | None = 0) -> str:
        """Run a command to its end; returns what it said on both streams."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=240)
        finally:
            process.kill()
        told = out + err
        assert status is None or process.returncode == status, told
        return told

    @property
    def database(self) -> str:
        """The database's address."""
        return self.variables.get("MENTIONARY_DATABASE", f"sqlite:///{self.folder / 'mentionary.sqlite'}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The answer of the database."""
        engine = open_database(self.database)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        finally:
            engine.dispose()
