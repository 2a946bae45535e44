"""What the environment tells, read once into one object; secrets come from nowhere else and are never logged."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

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
    mail_from: str | None = None
    """``MENTIONARY_MAIL_FROM``: address of mail that reports and alerts come from."""
    chat: str | None = field(default=None, repr=False)
    """``MENTIONARY_CHAT``: chats that reports and alerts go to, NAME=ADDRESS as Apprise has them, several by spaces."""
    heartbeat: str | None = field(default=None, repr=False)
    """``MENTIONARY_HEARTBEAT``: address pinged after each round of the scheduler."""
    overrides: str | None = None
    """``MENTIONARY_OVERRIDES``: loopback address that stands in for every host; for the demo and tests."""
    clock: datetime | None = None
    """``MENTIONARY_CLOCK``: the time it is said to be, ISO 8601 with zone; refused unless all requests go to loopback."""

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
        mail_from=read("MAIL_FROM"),
        chat=read("CHAT"),
        heartbeat=read("HEARTBEAT"),
        overrides=loopback(read("OVERRIDES")),
        clock=set_clock(read("CLOCK"), read("OVERRIDES")),
    )


def loopback(address: str | None) -> str | None:
    """The address that stands in for every host; raises ConfigError unless it is on this machine."""
    if address is None:
        return None
    try:
        parts = urlsplit(address)
        host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
        here = parts.scheme == "http" and ip_address(host).is_loopback
        port = parts.port
    except ValueError:
        here, port = False, None
    if not here or parts.path.strip("/") or parts.query:
        raise ConfigError(
            f"MENTIONARY_OVERRIDES is {address!r}; only a loopback address may stand in, such as http://127.0.0.1:8080"
        )
    return f"http://[{host}]:{port or 80}" if ":" in host else f"http://{host}:{port or 80}"


def set_clock(text: str | None, overrides: str | None) -> datetime | None:
    """The time that was set; raises ConfigError for one that can't be read, or that real pages would be dated with."""
    if text is None:
        return None
    if overrides is None:
        raise ConfigError(
            "MENTIONARY_CLOCK is set without MENTIONARY_OVERRIDES; pages of the real web bear the real time"
        )
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"MENTIONARY_CLOCK is {text!r}; write it as 2026-03-02T09:30:00Z") from error
    if at.tzinfo is None:
        raise ConfigError(f"MENTIONARY_CLOCK is {text!r} without a time zone; write it as 2026-03-02T09:30:00Z")
    return at.astimezone(UTC).replace(microsecond=0)


NAMES = (
    "HOME", "DATABASE", "ARCHIVE", "ARCHIVE_STORE", "CONTACT", "PSEUDONYM_KEY", "SMTP", "MAIL_FROM", "CHAT", "HEARTBEAT", "OVERRIDES", "CLOCK",
)  # fmt: skip
