"""Figures: a metric over a scope, with the SQL that ran, its rows, its values and the times at which they were observed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Dialect, func, select

from reports.intervals import Interval
from reports.metrics.base import Metric, Value
from reports.scope import Scope
from storage.tables import brand, fetch, report

KEPT_ROWS = 1000
"""So many rows of a figure are kept with the report; the digest is over all of them."""


class FigureError(Exception):
    """A figure or a scope that can't be made; the message is one sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric over a scope: what was asked, what came back, what it means."""

    id: str
    """The metric's id and a digest of SQL, version and rows: the same data gives the same id."""
    metric: str
    version: int
    unit: str
    keys: tuple[str, ...]
    sql: str
    parameters: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    row_count: int
    values: tuple[Value, ...]
    observed_from: str | None
    observed_to: str | None

    def find(self, *of: str) -> Value | None:
        """The value of something, None where there is none."""
        return next((value for value in self.values if value.of == of), None)

    def by(self, key: str, name: str) -> tuple[Value, ...]:
        """The values whose key has this name."""
        at = self.keys.index(key)
        return tuple(value for value in self.values if value.of[at] == name)


def written(statement: Any, dialect: Dialect) -> str:
    """A statement with its parameters in place, as it can be pasted into the database's own shell."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def plain(value: Any) -> Any:
    """A value of a row as JSON keeps it."""
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=UTC)
        return at.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


Answers = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]
"""What queries gave, by their SQL: within one report the same query is asked once."""


def make(connection: Connection, metric: Metric, scope: Scope, answers: Answers | None = None) -> Figure:
    """Run a metric's select and its function."""
    statement = metric.select(scope)
    sql = written(statement, connection.dialect)
    known = {} if answers is None else answers
    if sql not in known:
        result = connection.execute(statement)
        known[sql] = (tuple(result.keys()), [tuple(plain(value) for value in row) for row in result])
    columns, rows = known[sql]
    values = metric.after([dict(zip(columns, row, strict=True)) for row in rows], scope)
    seen = [
        str(row[columns.index(name)])
        for row in rows
        for name in ("observed_from", "observed_to", "observed_at")
        if name in columns and row[columns.index(name)] is not None
    ]
    named = [sql, str(metric.version), json.dumps(rows, default=str, ensure_ascii=False)]
    digest = hashlib.sha256("\0".join(named).encode()).hexdigest()[:10]
    return Figure(
        id=f"{metric.id}-{digest}",
        metric=metric.id,
        version=metric.version,
        unit=metric.unit,
        keys=metric.keys,
        sql=sql,
        parameters={
            "brands": ", ".join(scope.brands),
            "from": scope.first.isoformat(),
            "to": scope.last.isoformat(),
            "zone": scope.zone,
            "as_of": plain(scope.as_of),
        },
        columns=columns,
        rows=tuple(rows[:KEPT_ROWS]),
        row_count=len(rows),
        values=tuple(values),
        observed_from=min(seen, default=None),
        observed_to=max(seen, default=None),
    )


def as_json(figure: Figure) -> dict[str, Any]:
    """A figure as the ``report`` table keeps it."""
    return {
        "metric": figure.metric,
        "version": figure.version,
        "unit": figure.unit,
        "keys": list(figure.keys),
        "sql": figure.sql,
        "parameters": dict(figure.parameters),
        "columns": list(figure.columns),
        "rows": [list(row) for row in figure.rows],
        "row_count": figure.row_count,
        "observed_from": figure.observed_from,
        "observed_to": figure.observed_to,
        "values": [
            {
                "of": list(value.of),
                "low": None if value.interval is None else value.interval.low,
                "best": None if value.interval is None else value.interval.best,
                "high": None if value.interval is None else value.interval.high,
                "n": value.n,
                "notes": list(value.notes),
                "beside": dict(value.beside),
            }
            for value in figure.values
        ],
    }


def from_json(key: str, kept: Mapping[str, Any]) -> Figure:
    """A figure as it was kept."""
    return Figure(
        id=key,
        metric=kept["metric"],
        version=kept["version"],
        unit=kept["unit"],
        keys=tuple(kept["keys"]),
        sql=kept["sql"],
        parameters=kept["parameters"],
        columns=tuple(kept["columns"]),
        rows=tuple(tuple(row) for row in kept["rows"]),
        row_count=kept["row_count"],
        values=tuple(
            Value(
                of=tuple(value["of"]),
                interval=None if value["best"] is None else Interval(value["low"], value["high"], value["best"]),
                n=value["n"],
                notes=tuple(value["notes"]),
                beside=value["beside"],
            )
            for value in kept["values"]
        ),
        observed_from=kept["observed_from"],
        observed_to=kept["observed_to"],
    )


def scope_of(
    connection: Connection, name: str, first: date, last: date, zone: str = "UTC", as_of: datetime | None = None
) -> Scope:
    """The scope of a brand's report; raises FigureError that names the known brands."""
    rows = connection.execute(select(brand).order_by(brand.c.brand_id)).all()
    wanted = name.casefold()
    mine = next((row for row in rows if wanted in {row.brand_id.casefold(), row.name.casefold()}), None)
    if mine is None:
        known = ", ".join(row.brand_id for row in rows)
        advice = f"known: {known}" if known else "it holds none; run 'scrapy annotate' with a watchlist first"
        raise FigureError(f"no brand {name!r} in the database; {advice}")
    names = {row.brand_id: row.name for row in rows}
    brands = (mine.brand_id, *(one for one in mine.competitors if one in names and one != mine.brand_id))
    known_at = as_of or connection.execute(select(func.max(fetch.c.fetched_at))).scalar()
    scope = Scope(brands, {one: names[one] for one in brands}, first, last, datetime(1970, 1, 1, tzinfo=UTC), zone)
    return replace(scope, as_of=known_at or scope.ends_at)


def keep(connection: Connection, scope: Scope, figures: Sequence[Figure], place: str, made_at: datetime) -> int:
    """Note a report and its figures; the same figures at the same place are noted once. Returns the report's number."""
    same = (
        select(report.c.report_id, report.c.figures)
        .where(
            report.c.brand_id == scope.brand,
            report.c.from_day == scope.first.isoformat(),
            report.c.to_day == scope.last.isoformat(),
            report.c.place == place,
        )
        .order_by(report.c.report_id.desc())
        .limit(1)
    )
    old = connection.execute(same).first()
    if old is not None and set(old.figures) == {figure.id for figure in figures}:
        return int(old.report_id)
    added = connection.execute(
        report.insert().values(
            brand_id=scope.brand,
            from_day=scope.first.isoformat(),
            to_day=scope.last.isoformat(),
            made_at=made_at,
            place=place,
            figures={figure.id: as_json(figure) for figure in figures},
        )
    )
    key = added.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave the report no number")
    return int(key[0])
