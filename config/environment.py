"""What the environment tells, read once into one object; secrets come from nowhere else and are never logged."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from config.watchlist import ConfigError


@dataclass(frozen=True, slots=True)
class Environment:
    """The operator's environment, each field with its variable's name and meaning."""

    home: Path
    """``MENTIONARY_HOME``: watchlist, timetable, database, archive, reports. Default: ``mentionary/`` in the current folder."""
    database: str
    """``MENTIONARY_DATABASE``: SQLAlchemy address. Default: SQLite in the home."""
    archive: Path
    """``MENTIONARY_ARCHIVE``: folder of the WARC files. Default: ``archive/`` in the home."""
    archive_store: str | None = None
    """``MENTIONARY_ARCHIVE_STORE``: fsspec address that closed WARC files are moved to."""
    contact: str | None = None
    """``MENTIONARY_CONTACT``: e-mail or web address in the User-Agent; no crawl starts without it."""
    pseudonym_key: str | None = field(default=None, repr=False)
    """``MENTIONARY_PSEUDONYM_KEY``: key of the pseudonyms; default: made once into the home's ``pseudonym.key``."""
    smtp: str | None = field(default=None, repr=False)
    """``MENTIONARY_SMTP``: smtp(s)://user:password@host:port that reports are sent through."""
    heartbeat: str | None = field(default=None, repr=False)
    """``MENTIONARY_HEARTBEAT``: address pinged after each round of the scheduler."""
    overrides: str | None = None
    """``MENTIONARY_OVERRIDES``: loopback address that stands in for every host; for the demo and tests."""
    clock: str | None = None
    """``MENTIONARY_CLOCK``: the time it is said to be, ISO 8601; refused unless all requests go to loopback."""

    @property
    def watchlist(self) -> Path:
        """The watchlist's file."""
        return self.home / "watchlist.toml"

    @property
    def timetable(self) -> Path:
        """The timetable's file."""
        return self.home / "timetable.toml"

    @property
    def reports(self) -> Path:
        """The folder of reports."""
        return self.home / "reports"


@cache
def environment() -> Environment:
    """Read the environment; raises ConfigError for a variable that can't be right."""
    known = {f"MENTIONARY_{name}" for name in NAMES}
    for name in os.environ:
        if name.startswith("MENTIONARY_") and name not in known:
            raise ConfigError(f"environment variable {name} is not known; known: {', '.join(sorted(known))}")

    def read(name: str) -> str | None:
        return os.environ.get(f"MENTIONARY_{name}", "").strip() or None

    home = Path(read("HOME") or "mentionary").expanduser().absolute()
    return Environment(
        home=home,
        database=read("DATABASE") or f"sqlite:///{home / 'mentionary.sqlite'}",
        archive=Path(read("ARCHIVE") or home / "archive").expanduser().absolute(),
        archive_store=read("ARCHIVE_STORE"),
        contact=read("CONTACT"),
        pseudonym_key=read("PSEUDONYM_KEY"),
        smtp=read("SMTP"),
        heartbeat=read("HEARTBEAT"),
        overrides=read("OVERRIDES"),
        clock=read("CLOCK"),
    )


NAMES = (
    "HOME", "DATABASE", "ARCHIVE", "ARCHIVE_STORE", "CONTACT", "PSEUDONYM_KEY", "SMTP", "HEARTBEAT", "OVERRIDES", "CLOCK",
)  # fmt: skip
