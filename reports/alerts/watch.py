"""One round of watching: what stands out is raised once, and told to each target once, outside its quiet hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from reports.alerts import KINDS, Found, Kind
from reports.alerts.finding import Finds, find, silent
from reports.alerts.telling import as_evidence, day_of, in_order, messages
from reports.delivery import DeliveryError, Message, Target
from reports.delivery.deliver import Ways, tell
from reports.figures import keep, scope_of
from reports.health import health
from reports.scope import Scope
from reports.words import Words
from storage.alerts import Alert, add, addresses_of, claim, note_evidence, raised_since, release, unsent
from storage.database import writing
from storage.tables import brand

AGAIN_DAYS: Mapping[Kind, int] = {"spike": 1, "sentiment": 7, "followers": 7, "viral": 0, "silent": 2}
"""The same subject is raised again only when it was not seen for more days than this."""
REMEMBERED = timedelta(days=60)
KEPT_TRYING = timedelta(days=7)
"""What could not be told for a week, or was raised so long before a target was named, is told no more."""
PLACE = "alerts"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is watched, and how it is told."""

    brand: str | None
    """None: sources alone."""
    kinds: frozenset[Kind] = frozenset(KINDS)
    zone: str = "UTC"
    language: str = "en"
    quiet: tuple[time, time] | None = None
    """From and to, in the zone; a span over midnight has its end before its beginning."""
    digest: int = 4
    """From so many on, one message holds them all."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to."""

    raised: tuple[Message, ...]
    """The new alerts, in words."""
    faults: tuple[str, ...]
    """Sentences of what could not be told."""
    held: bool
    """Whether quiet hours keep what there is for later."""


def watch(engine: Engine, asked: Asked, targets: Sequence[Target], ways: Ways, now: datetime) -> Round:
    """Look, raise what is new, tell who was not told. Raises FigureError and StorageError."""
    now = now.replace(microsecond=0)
    today = now.astimezone(ZoneInfo(asked.zone)).date()
    with engine.connect() as connection:
        scope = scope_of(connection, asked.brand, today, today, asked.zone) if asked.brand else None
        finds = find(connection, scope, asked.kinds) if scope else Finds()
        names = {row.brand_id: row.name for row in connection.execute(select(brand.c.brand_id, brand.c.name))}
    sources = silent(health(engine, now), today) if "silent" in asked.kinds else []
    with writing(engine) as connection:
        fresh = raise_new(connection, [*finds.found, *sources], now)
        if fresh and scope is not None and finds.figures:
            keep(connection, scope, list(finds.figures.values()), PLACE, now)
    brands = scope.brands if scope else ()
    words = Words(asked.language, asked.zone)
    with engine.connect() as connection:
        new = in_order([one for one in raised_since(connection, now) if (one.kind, one.about) in fresh], brands)
        links = addresses_of(connection, posts_of(new))
    raised = tuple(message for message, _ in messages(new, words, names, links, len(new) + 1))
    if is_quiet(asked.quiet, now.astimezone(ZoneInfo(asked.zone)).time()):
        return Round(raised, (), bool(new))
    faults = [fault for target in targets for fault in tell_one(engine, asked, scope, target, ways, names, now)]
    return Round(raised, tuple(faults), held=False)


def raise_new(connection: Connection, found: Sequence[Found], now: datetime) -> set[tuple[str, str]]:
    """Raise what was not raised before; what goes on is noted as seen until now. Returns what is new."""
    known = raised_since(connection, now - REMEMBERED)
    fresh: set[tuple[str, str]] = set()
    for one in found:
        before = going_on(one, known)
        if before is not None:
            last = max(day_of(before.evidence), one.day)
            note_evidence(connection, before.alert_id, {**before.evidence, "last_seen": last.isoformat()})
        elif add(connection, one.kind, one.about, now, as_evidence(one)):
            fresh.add((one.kind, one.about))
            known = raised_since(connection, now - REMEMBERED)
    return fresh


def going_on(one: Found, known: Sequence[Alert]) -> Alert | None:
    """The alert that this is the same thing as."""
    for other in reversed(known):
        if other.kind != one.kind or other.evidence["subject"] != one.subject:
            continue
        first, last = date.fromisoformat(other.evidence["day"]), day_of(other.evidence)
        near = timedelta(days=AGAIN_DAYS[one.kind])
        if first - near <= one.day <= last + near:
            return other
    return None


def is_quiet(span: tuple[time, time] | None, at: time) -> bool:
    """Whether a time of day lies in the quiet hours."""
    if span is None:
        return False
    begins, ends = span
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def posts_of(alerts: Sequence[Alert]) -> list[int]:
    """The posts that alerts name."""
    return [number for one in alerts for number in one.evidence.get("posts", ())]


def tell_one(
    engine: Engine,
    asked: Asked,
    scope: Scope | None,
    target: Target,
    ways: Ways,
    names: Mapping[str, str],
    now: datetime,
) -> list[str]:
    """Tell a target all that concerns it and that it was not told; returns sentences of what went wrong."""
    brands = scope.brands if scope else ()
    key = f"{target.kind}:{target.place}"
    with engine.connect() as connection:
        waiting = [
            one
            for one in unsent(connection, key, now - KEPT_TRYING)
            if one.kind in asked.kinds and one.evidence["brand"] in {"", *brands}
        ]
        links = addresses_of(connection, posts_of(waiting))
    words = Words(asked.language, asked.zone)
    faults = []
    for message, alerts in messages(in_order(waiting, brands), words, names, links, asked.digest):
        with writing(engine) as connection:
            claimed = claim(connection, [one.alert_id for one in alerts], key, now)
        if len(claimed) < len(alerts):
            # Another round tells it at this moment.
            with writing(engine) as connection:
                release(connection, claimed, key)
            continue
        failed = [one.fault for one in tell(message, [target], ways) if one.fault]
        if failed:
            with writing(engine) as connection:
                release(connection, claimed, key)
            faults += failed
    return faults


def quiet_hours(text: str) -> tuple[time, time]:
    """``22:00-07:00``; raises ValueError for what is none."""
    begins, dash, ends = text.partition("-")
    if not dash:
        raise ValueError(text)
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())


def alert_target(text: str) -> Target:
    """A target that messages can go to; raises DeliveryError."""
    target = Target.parse(text)
    if target.kind not in {"mail", "chat"}:
        raise DeliveryError(f"{text!r} takes no messages; an alert goes to mail:ADDRESS or chat:NAME")
    return target
