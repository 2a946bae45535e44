"""What stands out: spikes, falls of sentiment and followers, posts that break out, sources gone silent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import erfc, sqrt
from typing import Any

from sqlalchemy import Connection

from reports.alerts import Found, Kind
from reports.figures import Figure, make
from reports.health import Health, Source
from reports.metrics import METRICS
from reports.metrics.base import TOO_FEW, Value
from reports.metrics.followers import ends
from reports.metrics.sources import READ
from reports.scope import Scope
from reports.sections.voice import cause_terms

SPIKE_DAYS = 3
"""A day's posts may be collected a day or two later."""
WEEK, WEEKS_BEFORE = 7, 4
FALL_P = 0.001
FOLLOWERS_LOST = 0.01
SILENT = timedelta(hours=24)
POSTS_LINKED = 3


@dataclass(slots=True)
class Finds:
    """What stands out, and the figures that show it."""

    found: list[Found] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)

    def make(self, connection: Connection, metric: str, scope: Scope) -> Figure:
        """A figure, kept as the evidence of what is found in it."""
        figure = make(connection, METRICS[metric], scope)
        self.figures[figure.id] = figure
        return figure


def find(connection: Connection, scope: Scope, kinds: frozenset[Kind]) -> Finds:
    """What stands out for the scope's brands on its last day."""
    finds = Finds()
    if "spike" in kinds:
        spikes(connection, finds, scope)
    if "sentiment" in kinds:
        sentiment(connection, finds, scope)
    if "followers" in kinds:
        followers(connection, finds, scope)
    if "viral" in kinds:
        viral(connection, finds, scope)
    shown = {name for one in finds.found for name in one.evidence["figures"]}
    finds.figures = {name: figure for name, figure in finds.figures.items() if name in shown}
    return finds


def spikes(connection: Connection, finds: Finds, scope: Scope) -> None:
    """Days of the last three on which a brand was named far more than is usual, with what they were about."""
    figure = finds.make(connection, "spikes", scope.over(scope.last - timedelta(days=SPIKE_DAYS - 1), scope.last))
    for value in figure.values:
        brand, day = value.of[0], date.fromisoformat(value.of[1])
        words = finds.make(connection, "day-keywords", scope.over(day, day))
        posts = finds.make(connection, "top-posts", scope.over(day, day))
        storm = "copies" in value.notes
        evidence = {
            "figures": [figure.id, words.id, posts.id],
            "p": value.beside["p_posts"] if storm else value.interval.best if value.interval else None,
            "storm": storm,
            **{name: value.beside[name] for name in ("texts", "copies", "expected", "law")},
            "terms": cause_terms(words, brand),
            "posts": [int(one.of[2]) for one in posts.by("brand", brand) if one.of[1] == "best"][:POSTS_LINKED],
        }
        finds.found.append(Found("spike", brand, day, brand, evidence))


def fall(now: Value, before: Value) -> float:
    """P of a net sentiment as far below that of the time before by chance alone: one-sided, by the normal law of the difference."""

    def variance(value: Value) -> float:
        p, q = ((value.beside[name] + 0.5) / (value.n + 2) for name in ("positive", "negative"))
        return float((p + q - (p - q) ** 2) / (value.n + 2))

    if now.interval is None or before.interval is None:
        return 1.0
    z = (now.interval.best - before.interval.best) / sqrt(variance(now) + variance(before))
    return 0.5 * erfc(-z / sqrt(2))


def sentiment(connection: Connection, finds: Finds, scope: Scope) -> None:
    """Brands whose net sentiment of the last seven days is lower than that of the four weeks before, at p < 0.001."""
    first = scope.last - timedelta(days=WEEK - 1)
    week = scope.over(first, scope.last)
    before = scope.over(first - timedelta(days=7 * WEEKS_BEFORE), first - timedelta(days=1))
    now, then = (finds.make(connection, "net-sentiment", one) for one in (week, before))
    for brand in scope.brands:
        one, other = now.find(brand), then.find(brand)
        if one is None or other is None or min(one.n, other.n) < TOO_FEW or not one.interval or not other.interval:
            continue
        p = fall(one, other)
        if p < FALL_P:
            evidence = {
                "figures": [now.id, then.id],
                "p": p,
                "now": ends(one.interval),
                "then": ends(other.interval),
                "n": one.n,
                "n_before": other.n,
                "first": first.isoformat(),
                "last": scope.last.isoformat(),
            }
            finds.found.append(Found("sentiment", brand, scope.last, brand, evidence))


def followers(connection: Connection, finds: Finds, scope: Scope) -> None:
    """Accounts that surely lost more than 1 % of their followers within seven days."""
    week = scope.over(scope.last - timedelta(days=WEEK - 1), scope.last)
    figure = finds.make(connection, "follower-growth", week)
    for value in figure.values:
        change = value.interval
        if change is None or change.high is None or change.high >= -FOLLOWERS_LOST:
            continue
        brand, platform = value.of
        beside = {name: value.beside[name] for name in ("before", "after", "from", "to")}
        evidence = {"figures": [figure.id], "platform": platform, "growth": ends(change), **beside}
        finds.found.append(Found("followers", f"{brand} {platform}", scope.last, brand, evidence))


def viral(connection: Connection, finds: Finds, scope: Scope) -> None:
    """Posts of the last seven days, by own accounts and by others, that got far more than is usual."""
    week = scope.over(scope.last - timedelta(days=WEEK - 1), scope.last)
    for metric, own in (("breakout", True), ("viral-posts", False)):
        figure = finds.make(connection, metric, week)
        for value in figure.values:
            brand, platform, number = value.of
            evidence: dict[str, Any] = {
                "figures": [figure.id],
                "platform": platform,
                "own": own,
                "z": ends(value.interval) if value.interval else None,
                "engagement": value.beside["engagement"],
                "usual": value.beside["usual"],
                "n": value.n,
                "posts": [int(number)],
            }
            finds.found.append(Found("viral", f"{brand} {number}", scope.last, brand, evidence))


def silent(state: Health, today: date) -> list[Found]:
    """Sources of which nothing could be read for a day, and those that brought far less than is usual."""
    return [found for source in state.sources for found in silences(source, state.at, today)]


def silences(source: Source, at: datetime, today: date) -> list[Found]:
    """What is silent of a source: the whole of it, or one of its targets."""
    base: dict[str, Any] = {"figures": [], "platform": source.platform, "reasons": source.reasons}
    since = None if source.last_ok_at is None else source.last_ok_at.isoformat()
    read = any(source.last_run.get(name) for name in READ)
    if source.last_run and not read and (source.last_ok_at is None or at - source.last_ok_at >= SILENT):
        return [Found("silent", source.platform, today, "", base | {"since": since, "rule": "nothing-read"})]
    return [
        Found(
            "silent",
            " ".join(filter(None, (source.platform, one.target))),
            today,
            "",
            base | {"since": since, "rule": "too-few", "target": one.target, "records": one.records, "expected": one.expected, "p": one.p},
        )
        for one in source.yields
        if one.is_odd
    ]  # fmt: skip
