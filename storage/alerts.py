"""The ``alert`` and ``alert_sent`` tables: what was raised, and who was told of it, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from storage.tables import alert, alert_sent, post
from storage.upserts import insert


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that was raised."""

    alert_id: int
    kind: str
    about: str
    raised_at: datetime
    evidence: Mapping[str, Any]


COLUMNS = (alert.c.alert_id, alert.c.kind, alert.c.about, alert.c.raised_at, alert.c.evidence)


def raised_since(connection: Connection, since: datetime) -> list[Alert]:
    """What was raised since a time, the oldest first."""
    rows = connection.execute(select(*COLUMNS).where(alert.c.raised_at >= since).order_by(alert.c.alert_id))
    return [Alert(*row) for row in rows]


def add(connection: Connection, kind: str, about: str, at: datetime, evidence: Mapping[str, Any]) -> bool:
    """Raise an alert; False where the same thing was raised before."""
    row = {"kind": kind, "about": about, "raised_at": at, "evidence": dict(evidence)}
    statement = insert(alert, connection.dialect).values(row).on_conflict_do_nothing(index_elements=["kind", "about"])
    return bool(connection.execute(statement).rowcount)


def note_evidence(connection: Connection, alert_id: int, evidence: Mapping[str, Any]) -> None:
    """Replace an alert's evidence."""
    connection.execute(update(alert).where(alert.c.alert_id == alert_id).values(evidence=dict(evidence)))


def unsent(connection: Connection, target: str, since: datetime) -> list[Alert]:
    """What was raised since a time and a target was not told of."""
    told = select(alert_sent.c.alert_id).where(alert_sent.c.target == target)
    query = select(*COLUMNS).where(alert.c.raised_at >= since, alert.c.alert_id.not_in(told)).order_by(alert.c.alert_id)
    return [Alert(*row) for row in connection.execute(query)]


def claim(connection: Connection, alerts: Iterable[int], target: str, at: datetime) -> list[int]:
    """Note that a target is told of alerts; returns those that no other process had claimed."""
    taken = []
    for number in alerts:
        row = {"alert_id": number, "target": target, "sent_at": at}
        keys = ["alert_id", "target"]
        statement = insert(alert_sent, connection.dialect).values(row).on_conflict_do_nothing(index_elements=keys)
        if connection.execute(statement).rowcount:
            taken.append(number)
    first = update(alert).where(alert.c.alert_id.in_(taken), alert.c.sent_at.is_(None))
    connection.execute(first.values(sent_at=at))
    return taken


def release(connection: Connection, alerts: Iterable[int], target: str) -> None:
    """Take a claim back: the message did not reach its target."""
    numbers = list(alerts)
    connection.execute(delete(alert_sent).where(alert_sent.c.alert_id.in_(numbers), alert_sent.c.target == target))
    told = select(alert_sent.c.alert_id)
    connection.execute(
        update(alert).where(alert.c.alert_id.in_(numbers), alert.c.alert_id.not_in(told)).values(sent_at=None)
    )


def addresses_of(connection: Connection, posts: Iterable[int]) -> dict[int, str]:
    """The addresses of posts that are still stored."""
    query = select(post.c.post_id, post.c.url).where(post.c.post_id.in_(list(posts)), post.c.url.is_not(None))
    return {row.post_id: row.url for row in connection.execute(query)}
