"""Making a report: figures in one read, the page, the note in the ``report`` table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from reports.build import document, figures_of
from reports.document import Document
from reports.figures import keep, scope_of
from reports.forms import written
from storage.database import refresh_statistics, writing


def stem_of(made: Document) -> str:
    """A report's file name without its form: brand, period, and the language where it is not English."""
    scope = made.scope
    suffix = "" if made.language == "en" else f"-{made.language}"
    return f"{scope.brand}-{scope.first}-{scope.last}{suffix}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a brand, its days in a zone, a language, and forms."""

    brand: str
    first: date
    last: date
    zone: str = "UTC"
    language: str = "en"


def make_document(engine: Engine, asked: Asked) -> Document:
    """The report's figures, read in one transaction, and the words about them. Raises FigureError and StorageError."""
    refresh_statistics(engine)
    with engine.connect() as connection:
        scope = scope_of(connection, asked.brand, asked.first, asked.last, asked.zone)
        figures = figures_of(connection, scope)
    return document(figures, scope, asked.language)


def files_of(made: Document, forms: tuple[str, ...]) -> dict[str, bytes]:
    """The report's files by name. Raises FormError."""
    stem = stem_of(made)
    return {f"{stem}.{form}": written(made, form) for form in forms}


def save_all(files: Mapping[str, bytes], *, out: Path | None, folder: Path) -> list[Path]:
    """Write the files into a folder, or the only one to a place of its own; returns the places. Raises OSError."""
    places = []
    for name, content in files.items():
        place = (out or folder / name).absolute()
        save(place, content)
        places.append(place)
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
