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
from reports.forms import LINKING, written
from reports.kept import FOLDER_ENDING, Copies, clear, copies_of, linked
from storage.archive import Archive
from storage.database import writing
from storage.statistics import refresh_statistics


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


@dataclass(frozen=True, slots=True)
class Written:
    """A report's files as the operator keeps them, with the kept copies that they link to; and as readers get them, without."""

    own: Mapping[str, bytes]
    sent: Mapping[str, bytes]
    folder: str
    copies: Copies

    @property
    def placed(self) -> dict[str, bytes]:
        """The files with their copies, by name within the report's folder."""
        return {**self.own, **{f"{self.folder}/{name}": content for name, content in self.copies.files.items()}}


def written_with_copies(engine: Engine, archive: Archive, made: Document, forms: tuple[str, ...]) -> Written:
    """The report's files and its kept copies, where a form can link to them. Raises FormError."""
    sent, folder = files_of(made, forms), stem_of(made) + FOLDER_ENDING
    linking = tuple(form for form in forms if form in LINKING)
    copies = copies_of(engine, archive, made) if linking else Copies({})
    own = {**sent, **files_of(linked(made, folder, copies), linking)} if copies.files else sent
    return Written(own, sent, folder, copies)


def save_copies(folder: Path, copies: Copies) -> None:
    """Write the kept copies into their folder, and delete those of an earlier report of this name. Raises OSError."""
    clear(folder, copies)
    for name, content in copies.files.items():
        save(folder / name, content)


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
