"""Making a report: figures in one read, the page, the note in the ``report`` table."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from reports.build import document, figures_of
from reports.figures import keep, scope_of
from reports.page import html
from reports.scope import Scope
from storage.database import refresh_statistics, writing


def default_name(scope: Scope, language: str) -> str:
    """A report's file name: brand, period, and the language where it is not English."""
    suffix = "" if language == "en" else f"-{language}"
    return f"{scope.brand}-{scope.first}-{scope.last}{suffix}.html"


def write_report(
    engine: Engine, brand: str, first: date, last: date, *, zone: str, language: str, out: Path | None, folder: Path
) -> Path:
    """Write the page and note its figures; returns its place. Raises FigureError, StorageError and OSError."""
    refresh_statistics(engine)
    with engine.connect() as connection:
        scope = scope_of(connection, brand, first, last, zone)
        figures = figures_of(connection, scope)
    page = html(document(figures, scope, language))
    place = (out or folder / default_name(scope, language)).absolute()
    save(place, page.encode())
    with writing(engine) as connection:
        keep(
            connection,
            scope,
            list({figure.id: figure for figure in figures.values()}.values()),
            str(place),
            datetime.now(UTC),
        )
    return place


def save(place: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half a report."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
