"""Making a report: figures in one read, the page, the note in the ``report`` table."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from reports.build import document, figures_of
from reports.document import Document
from reports.figures import keep, scope_of
from reports.forms import written
from reports.scope import Scope
from storage.database import refresh_statistics, writing


def default_name(scope: Scope, language: str, form: str) -> str:
    """A report's file name: brand, period, and the language where it is not English."""
    suffix = "" if language == "en" else f"-{language}"
    return f"{scope.brand}-{scope.first}-{scope.last}{suffix}.{form}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a brand, its days in a zone, a language, and forms."""

    brand: str
    first: date
    last: date
    zone: str = "UTC"
    language: str = "en"
    forms: tuple[str, ...] = ("html",)


def make_document(engine: Engine, asked: Asked) -> Document:
    """The report's figures, read in one transaction, and the words about them. Raises FigureError and StorageError."""
    refresh_statistics(engine)
    with engine.connect() as connection:
        scope = scope_of(connection, asked.brand, asked.first, asked.last, asked.zone)
        figures = figures_of(connection, scope)
    return document(figures, scope, asked.language)


def write_report(engine: Engine, asked: Asked, *, out: Path | None, folder: Path) -> list[Path]:
    """Write each form and note the figures; returns the places. Raises FigureError, FormError, StorageError and OSError."""
    made = make_document(engine, asked)
    places = []
    for form in asked.forms:
        place = (out or folder / default_name(made.scope, asked.language, form)).absolute()
        save(place, written(made, form))
        places.append(place)
    note(engine, made, places[0])
    return places


def note(engine: Engine, made: Document, place: Path) -> int:
    """Keep the report's figures in the database; returns its number."""
    with writing(engine) as connection:
        return keep(connection, made.scope, list(made.figures.values()), str(place), datetime.now(UTC))


def save(place: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never sees half a report."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
