"""A kept figure as text, beside what the same query gives today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from reports.figures import Figure, FigureError, from_json, make
from reports.intervals import Interval
from reports.metrics import METRICS
from reports.metrics.base import Value
from reports.scope import Scope
from storage.tables import brand, report

VALUES_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not the same today."""

    of: tuple[str, ...]
    then: Interval | None
    now: Interval | None


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure as a report kept it, and as its formula gives it today."""

    kept: Figure
    report_id: int
    made_at: datetime
    place: str
    today: Figure | None
    """None where the formula has a newer version: old reports keep theirs."""
    newest_version: int
    differences: tuple[Difference, ...]


def compared(connection: Connection, figure_id: str) -> Compared:
    """The newest report's figure of this id; raises FigureError where no report has it."""
    query = select(report).order_by(report.c.report_id.desc())
    row = next((row for row in connection.execute(query) if figure_id in row.figures), None)
    if row is None:
        raise FigureError(
            f"no report has a figure {figure_id!r}; its id stands in the report under 'How this was made'"
        )
    kept = from_json(figure_id, row.figures[figure_id])
    metric = METRICS.get(kept.metric)
    today = None
    if metric is not None and metric.version == kept.version:
        today = make(connection, metric, scope_from(connection, kept))
    differences = different(kept.values, today.values) if today is not None else ()
    version = metric.version if metric is not None else 0
    return Compared(kept, row.report_id, row.made_at, row.place, today, version, differences)


def scope_from(connection: Connection, figure: Figure) -> Scope:
    """The scope that a figure's parameters tell."""
    asked = figure.parameters
    brands = tuple(asked["brands"].split(", "))
    names = {row.brand_id: row.name for row in connection.execute(select(brand.c.brand_id, brand.c.name))}
    return Scope(
        brands=brands,
        names={key: names.get(key, key) for key in brands},
        first=date.fromisoformat(asked["from"]),
        last=date.fromisoformat(asked["to"]),
        as_of=datetime.fromisoformat(asked["as_of"]),
        zone=asked["zone"],
    )


def different(then: Sequence[Value], now: Sequence[Value]) -> tuple[Difference, ...]:
    """Values that are not the same, those that are gone and those that are new."""
    old, new = ({value.of: value.interval for value in values} for values in (then, now))
    return tuple(
        Difference(of, old.get(of), new.get(of))
        for of in dict.fromkeys([*old, *new])
        if not same(old.get(of), new.get(of))
    )


def same(one: Interval | None, other: Interval | None) -> bool:
    """Whether two intervals are equal but for rounding in storage."""
    if one is None or other is None:
        return one is other
    pairs = ((one.low, other.low), (one.best, other.best), (one.high, other.high))
    return all(a == b or (a is not None and b is not None and abs(a - b) <= 1e-9 * max(1.0, abs(a))) for a, b in pairs)


def shown(found: Compared, rows: int) -> str:
    """The whole as text."""
    kept = found.kept
    lines = [
        f"figure    {kept.id}",
        f"metric    {kept.metric}, version {kept.version}"
        + (
            ""
            if kept.version == found.newest_version
            else f" (today's formula is version {found.newest_version}: not compared)"
        ),
        f"report    {found.report_id}, made {found.made_at:%Y-%m-%d %H:%M} UTC, {found.place}",
        *(f"{name:<9} {value}" for name, value in kept.parameters.items()),
        f"observed  {kept.observed_from or '-'} to {kept.observed_to or '-'}",
        "",
        METRICS[kept.metric].definition if kept.metric in METRICS else "",
        "",
        kept.sql + ";",
        "",
        f"rows      {kept.row_count}",
        *grid(kept.columns, kept.rows[:rows]),
    ]
    if kept.row_count > rows:
        lines.append(
            f"… {kept.row_count - min(rows, len(kept.rows))} more; --rows N prints up to {len(kept.rows)} that were kept"
        )
    lines += ["", f"values    {len(kept.values)}", *grid((*kept.keys, "low", "best", "high", "n", "notes"), [line(value) for value in kept.values[:VALUES_SHOWN]])]  # fmt: skip
    if len(kept.values) > VALUES_SHOWN:
        lines.append(f"… {len(kept.values) - VALUES_SHOWN} more")
    lines.append("")
    if found.today is None:
        lines.append("today     not compared")
    elif not found.differences:
        lines.append("today     the same query gives the same values")
    else:
        lines.append(f"today     {len(found.differences)} values differ (data was added, repaired or pruned since)")
        heads = (*kept.keys, "then", "now", "difference")
        lines += grid(
            heads, [(*one.of, told(one.then), told(one.now), change(one)) for one in found.differences[:VALUES_SHOWN]]
        )
    return "\n".join(lines) + "\n"


def line(value: Value) -> tuple[str, ...]:
    """A value as cells."""
    interval = value.interval
    ends = ("-", "-", "-") if interval is None else (number(interval.low), number(interval.best), number(interval.high))
    return (*value.of, *ends, str(value.n), ", ".join(value.notes))


def told(interval: Interval | None) -> str:
    """An interval in brackets, a single number alone."""
    if interval is None:
        return "-"
    return (
        number(interval.best)
        if interval.exact
        else f"{number(interval.best)} [{number(interval.low)}, {number(interval.high)}]"
    )


def change(one: Difference) -> str:
    """The best estimates' difference."""
    return "" if one.then is None or one.now is None else f"{one.now.best - one.then.best:+.6g}"


def number(value: float | None) -> str:
    """A number, whole ones without a point; ∞ for no bound."""
    if value is None:
        return "∞"
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"


def grid(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Columns side by side; controls in a cell are left out, long cells are cut."""
    cells = [[cut(cell) for cell in row] for row in rows]
    sizes = [max(len(head), *(len(row[index]) for row in cells), 0) for index, head in enumerate(heads)]
    return [
        "  " + "  ".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=True)).rstrip()
        for row in (list(heads), *cells)
    ]


def cut(cell: Any) -> str:
    """A cell of at most 40 characters that a terminal may show."""
    text = "-" if cell is None else "".join(letter if letter.isprintable() else " " for letter in str(cell))
    return text if len(text) <= 40 else text[:39] + "…"
