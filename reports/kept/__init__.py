"""Kept copies: the archived pages of the posts that a report shows, beside it, as pages of our own that do nothing.

What a page said stands in its copy as escaped text, and so does its source. Cleaning somebody's HTML was tried and left: a
few hundred KB of open elements keep a sanitiser busy for minutes, and what is not there needs no cleaning.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, select, tuple_

from reports.document import Card, Cards, Document
from reports.kept.render import Shown, render
from reports.words import LANGUAGES, Words
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.tables import archive_drop, fetch, post, report

NAME = re.compile(r"^(?P<file>[a-z]+-\d{8}-\d{6}-[0-9a-f]{8})-(?P<offset>\d{1,15})\.html$")
"""A copy is named after the place of its record in the archive."""
FOLDER_ENDING = "-kept"
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies by file name, and a sentence for each page that could not be had."""

    files: Mapping[str, bytes]
    faults: tuple[str, ...] = ()


def cards_of(made: Document) -> Iterable[Card]:
    """The posts that a report shows."""
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Cards):
                yield from block.cards


def name_of(place: Place) -> str:
    """A copy's file name."""
    return f"{place[0].removesuffix('.warc.gz')}-{place[1]}.html"


def copies_of(engine: Engine, archive: Archive, made: Document) -> Copies:
    """A copy of each kept page of the posts shown; the same report and archive give the same bytes."""
    wanted: dict[Place, dict[int, Card]] = {}
    for card in cards_of(made):
        if card.place is not None and NAME.match(name_of(card.place)):
            wanted.setdefault(card.place, {})[card.post] = card
    with engine.connect() as connection:
        allowed = may_be_shown(connection, wanted)
        ids = sorted({number for posts in wanted.values() for number in posts})
        rows = connection.execute(select(post.c.post_id, post.c.native_id).where(post.c.post_id.in_(ids)))
        natives = {row.post_id: row.native_id for row in rows}
    words = Words(made.language, made.scope.zone)
    files, faults = {}, []
    for place in sorted(allowed):
        try:
            kept = archive.read_at(*place)
        except ArchiveError as error:
            faults.append(f"no kept copy of {place[0]}, offset {place[1]}: {error}")
            continue
        if kept.kind not in {"response", "resource"}:
            continue
        posts = [
            Shown(number, card.quote, tuple(filter(None, (natives.get(number), card.link))))
            for number, card in sorted(wanted[place].items())
        ]
        digest = kept.digest or hashlib.sha256(kept.body).hexdigest()
        files[name_of(place)] = render(kept, place, digest, posts, words).encode()
    return Copies(files, tuple(faults))


def may_be_shown(connection: Connection, places: Iterable[Place]) -> set[Place]:
    """Those of some places that the ledger still has, and that show nobody who was erased."""
    here = tuple_(fetch.c.archive_file, fetch.c.archive_offset)
    asked = sorted(places)
    found: dict[Place, int] = {}
    for start in range(0, len(asked), 200):
        query = select(fetch.c.archive_file, fetch.c.archive_offset, fetch.c.withheld).where(
            here.in_(asked[start : start + 200])
        )
        for file, offset, withheld in connection.execute(query):
            found[file, offset] = found.get((file, offset), 0) + withheld
    dropped = {(row.archive_file, row.archive_offset) for row in connection.execute(select(archive_drop))}
    return {place for place, withheld in found.items() if not withheld and place not in dropped}


def linked(made: Document, folder: str, copies: Copies) -> Document:
    """The report with a link from each post to its copy, relative, so that both can be moved together."""

    def card_linked(card: Card) -> Card:
        name = name_of(card.place) if card.place is not None else ""
        return replace(card, copy=f"{folder}/{name}#post-{card.post}") if name in copies.files else card

    sections = tuple(
        replace(
            section,
            blocks=tuple(
                replace(block, cards=tuple(map(card_linked, block.cards))) if isinstance(block, Cards) else block
                for block in section.blocks
            ),
        )
        for section in made.sections
    )
    return replace(made, sections=sections)


def clear(folder: Path, copies: Copies) -> None:
    """Delete copies of an earlier report of this name that the new one does not link to."""
    for path in folder.glob("*.html") if folder.is_dir() else ():
        if NAME.match(path.name) and path.name not in copies.files:
            path.unlink(missing_ok=True)


def forget_copies(engine: Engine, home: Path) -> int:
    """Write over copies beside reports whose page the archive no longer has, or is to drop; returns how many.

    Looks into the home's folder of reports and wherever else the database says that a report was written.
    """
    gone = removed().encode()
    with engine.connect() as connection:
        places = {Path(place).parent for place in connection.execute(select(report.c.place).distinct()).scalars()}
        found: dict[Place, list[Path]] = {}
        for parent in sorted(places | {home}):
            for path in sorted(parent.glob(f"*{FOLDER_ENDING}/*.html")) if parent.is_absolute() else ():
                told = NAME.match(path.name)
                if told and path.is_file():
                    found.setdefault((f"{told['file']}.warc.gz", int(told["offset"])), []).append(path)
        left = may_be_shown(connection, found)
    number = 0
    for place, paths in found.items():
        for path in paths if place not in left else ():
            if path.read_bytes() != gone:
                path.write_bytes(gone)
                number += 1
    return number


def removed() -> str:
    """What stands in a copy's place once it was dropped, in every language: nothing of the page is left."""
    told = " ".join(f"<p>{Words(language)('kept.removed')}</p>" for language in LANGUAGES)
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>–</title></head><body>{told}</body></html>\n'
