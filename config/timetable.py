"""The timetable: what runs when, and within which limits.

Read from ``timetable.toml`` in the home. Every error names the file and the line or the table, what is wrong and what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.cron import CronTrigger
from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from config.retention import Retention
from config.watchlist import Slug, TomlTable, Word, read_tables

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
COMMANDS = ("alerts", "annotate", "crawl", "export", "health", "import", "prune", "replay", "report")
"""Commands that may run by the timetable."""


def duration(value: Any) -> timedelta:
    """A time written as 90s, 30m, 6h, 1d, 1w; raises ValueError."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d+)\s*([smhdw])", str(value).strip())
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{value!r} is no time; write it as 30m, 6h or 1d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def weekdays(field: str) -> str:
    """A crontab's weekdays by name: cron counts from Sunday, 0 or 7, APScheduler from Monday; raises ValueError."""

    def number(word: str) -> int:
        return int(word) if word.isdigit() else WEEKDAYS.index(word[:3].lower())

    days: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low, high = (0, 6) if span == "*" else (number(first), number(last or first))
        if not 0 <= low <= high <= 7:
            raise ValueError(f"weekdays {part!r} are none of 0-7, from Sunday on")
        days.update(day % 7 for day in range(low, high + 1, int(step or 1)))
    return ",".join(WEEKDAYS[day] for day in sorted(days))


def cron_trigger(line: str, zone: str) -> CronTrigger:
    """APScheduler's trigger for a crontab line; raises ValueError for what is none."""
    fields = line.split()
    if len(fields) != 5:
        raise ValueError(f"{len(fields)} fields instead of 5")
    minute, hour, day, month, weekday = fields
    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=weekdays(weekday), timezone=ZoneInfo(zone)
    )


def crontab(value: Any) -> str:
    """A line of five fields as cron has it; raises ValueError."""
    try:
        cron_trigger(str(value), "UTC")
    except ValueError as error:
        raise ValueError(f"{value!r} is no crontab line ({error}); write it as '30 6 * * 1'") from error
    return str(value)


def zone_of(value: Any) -> str:
    """A time zone's name; raises ValueError."""
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone; write it as Europe/Berlin") from error
    return str(value)


Duration = Annotated[timedelta, BeforeValidator(duration)]
Crontab = Annotated[str, BeforeValidator(crontab)]
Zone = Annotated[str, BeforeValidator(zone_of)]
Delivery = Annotated[str, StringConstraints(pattern=r"^(mail:[^\s,;<>@]+@[^\s,;<>@]+|chat:\S+|site:.+|folder:.+)$")]
"""Where a report goes."""
Message = Annotated[str, StringConstraints(pattern=r"^(mail:[^\s,;<>@]+@[^\s,;<>@]+|chat:\S+)$")]
"""Where an alert goes."""
Quiet = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
"""A span of hours, 22:00-07:00."""


class Limits(TomlTable):
    """What a job may take."""

    crawls_at_once: int = Field(default=2, ge=1, le=64)
    time: Duration = timedelta(hours=2)
    """Of one job; a crawl that is stopped leaves the rest for its next run."""
    memory_mb: int = Field(default=1500, ge=100)
    """Of one job with all its processes, a browser among them."""
    free_disk_mb: int = Field(default=1000, ge=0)
    """With less room than this left, no crawl starts and none goes on."""


class Job(TomlTable):
    """Something that runs again and again: ``every`` so often, or by ``cron``."""

    every: Duration | None = None
    cron: Crontab | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Job:
        """Exactly one of ``every`` and ``cron``."""
        if (self.every is None) == (self.cron is None):
            raise ValueError("needs either 'every' or 'cron', such as every = '6h' or cron = '30 6 * * 1'")
        return self

    def words(self, today: date) -> tuple[str, ...]:
        """The command line."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """What tells the job from others, in the database and in health."""
        return " ".join(self.words(date(1970, 1, 1)))[:200]


ALL = "all"
"""In place of a platform: each of the watchlist's that no other table names."""


class Crawl(Job):
    """A platform's crawl, of all that the watchlist has there or of a part."""

    platform: Slug = ALL
    target: Word | None = None
    brand: Word | None = None

    def words(self, today: date) -> tuple[str, ...]:
        """``scrapy crawl``."""
        given = (("target", self.target), ("brand", self.brand))
        return ("crawl", self.platform, *(word for name, value in given if value for word in ("-a", f"{name}={value}")))


class Annotate(Job):
    """What the texts say, for posts that are new."""

    def words(self, today: date) -> tuple[str, ...]:
        """``scrapy annotate``."""
        return ("annotate",)


class Report(Job):
    """A report on a brand, over the days before, and who gets it."""

    brand: Word
    days: Annotated[int, Field(ge=1, le=3660)] | Literal["month"] = 7
    """So many days up to yesterday, or the calendar month before this one."""
    zone: Zone = "UTC"
    """Whose days are counted; by default the timetable's."""
    language: Literal["en", "zh"] = "en"
    formats: tuple[Literal["html", "pdf", "xlsx", "pptx", "md", "txt"], ...] = ("html",)
    deliver: tuple[Delivery, ...] = ()
    if_nothing: Literal["skip", "line", "send"] = "skip"
    """What its readers get where no text names the brands: nothing, one line, the report all the same."""
    kept: Literal["beside", "deliver", "none"] = "beside"
    """Copies of the kept pages of the posts shown: beside the report in the home, also in the folders and sites of its readers, none."""

    def words(self, today: date) -> tuple[str, ...]:
        """``scrapy report`` up to yesterday, the last whole day, or over the last whole month."""
        if self.days == "month":
            last = today.replace(day=1) - timedelta(days=1)
            first = last.replace(day=1)
        else:
            first, last = today - timedelta(days=self.days), today - timedelta(days=1)
        given = ["report", "--brand", self.brand, "--from", first.isoformat(), "--to", last.isoformat()]
        if self.zone != "UTC":
            given += ["--zone", self.zone]
        if self.language != "en":
            given += ["--language", self.language]
        if self.formats != ("html",):
            given += ["--format", ",".join(self.formats)]
        for target in self.deliver:
            given += ["--deliver", target]
        if self.deliver and self.if_nothing != "skip":
            given += ["--if-nothing", self.if_nothing]
        if self.kept != "beside":
            given += ["--kept", self.kept]
        return tuple(given)

    @property
    def name(self) -> str:
        """Without the days, which move on."""
        readers = f" {self.language} {','.join(self.deliver)}" if self.deliver or self.language != "en" else ""
        period = self.days if self.days == "month" else f"{self.days}d"
        return f"report {self.brand} {period}{readers}"[:200]


class Alert(Job):
    """What a person should hear of before the next report, and who hears of it."""

    brand: Word | None = None
    """Without one, sources alone are watched."""
    kinds: tuple[Literal["spike", "sentiment", "followers", "viral", "silent"], ...] = ()
    """By default all."""
    deliver: tuple[Message, ...] = Field(min_length=1)
    quiet: Quiet | None = None
    """Hours in which nobody is told; what was raised then is told after them."""
    digest: int = Field(default=4, ge=1)
    """From so many on, one message holds them all."""
    language: Literal["en", "zh"] = "en"
    zone: Zone = "UTC"
    """Of days and quiet hours; by default the timetable's."""

    def words(self, today: date) -> tuple[str, ...]:
        """``scrapy alerts``."""
        given = ["alerts", *(("--brand", self.brand) if self.brand else ())]
        for kind in self.kinds:
            given += ["--kind", kind]
        for target in self.deliver:
            given += ["--deliver", target]
        for option, value, usual in (
            ("--quiet", self.quiet, None), ("--digest", str(self.digest), "4"), ("--language", self.language, "en"), ("--zone", self.zone, "UTC"),
        ):  # fmt: skip
            if value is not None and value != usual:
                given += [option, value]
        return tuple(given)

    @property
    def name(self) -> str:
        """Brand and readers."""
        return f"alerts {self.brand or 'sources'} {','.join(self.deliver)}"[:200]


class Prune(Job):
    """What has been kept long enough is dropped."""

    def words(self, today: date) -> tuple[str, ...]:
        """``scrapy prune``."""
        return ("prune",)


class Command(Job):
    """Any other command that ends by itself."""

    words_given: tuple[Word, ...] = Field(alias="words", min_length=1)

    @model_validator(mode="after")
    def known_command(self) -> Command:
        """Only commands that end by themselves and ask nobody."""
        if self.words_given[0] not in COMMANDS:
            raise ValueError(f"{self.words_given[0]!r} does not run by the timetable; known: {', '.join(COMMANDS)}")
        return self

    def words(self, today: date) -> tuple[str, ...]:
        """As given."""
        return self.words_given


class Timetable(TomlTable):
    """All that runs by itself."""

    zone: Zone = "UTC"
    """The time zone of ``cron``, and of a report's days."""
    limits: Limits = Limits()
    retention: Retention = Retention()
    crawls: tuple[Crawl, ...] = Field(default=(), alias="crawl")
    annotates: tuple[Annotate, ...] = Field(default=(), alias="annotate")
    reports: tuple[Report, ...] = Field(default=(), alias="report")
    alerts: tuple[Alert, ...] = Field(default=(), alias="alert")
    prunes: tuple[Prune, ...] = Field(default=(), alias="prune")
    commands: tuple[Command, ...] = Field(default=(), alias="command")

    @model_validator(mode="after")
    def each_once(self) -> Timetable:
        """One line for one job: two would run beside each other."""
        names = [job.name for job in self.jobs()]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"{name!r} stands twice; leave one of them out")
        return self

    def jobs(self, platforms: Iterable[str] = ()) -> Iterator[Job]:
        """All jobs: what brings pages first, then what works on them. ``platforms``: those that the watchlist has."""
        named = {crawl.platform for crawl in self.crawls if crawl.target is None and crawl.brand is None}
        for crawl in self.crawls:
            if crawl.platform == ALL and platforms:
                others = sorted(set(platforms) - named)
                yield from (crawl.model_copy(update={"platform": platform}) for platform in others)
            else:
                yield crawl
        zoned = (
            job if "zone" in job.model_fields_set else job.model_copy(update={"zone": self.zone})
            for job in (*self.alerts, *self.reports)
        )
        yield from (*self.annotates, *zoned, *self.prunes, *self.commands)

    def today(self, at: datetime) -> date:
        """The day of a time in the timetable's zone."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def load_timetable(path: Path) -> Timetable:
    """Read and check a timetable; raises ConfigError."""
    return read_tables(path, Timetable)
