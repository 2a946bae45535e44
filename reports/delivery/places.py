"""Folders on this machine or at any fsspec address: files in it, or a small site with a feed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fsspec
from lxml import etree

from reports.delivery import DeliveryError
from reports.forms.page import environment, policy_of, style
from reports.text import clean
from reports.words import Words

ATOM = "http://www.w3.org/2005/Atom"
INDEX = "reports.json"
FEED_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A report as the site lists it."""

    file: str
    """Its page, within the site."""
    title: str
    brand: str
    first: str
    last: str
    as_of: str
    language: str
    summary: tuple[str, ...]
    others: tuple[str, ...] = ()
    """Its other forms."""


def opened(place: str) -> tuple[Any, str]:
    """The file system and the path of a folder; raises DeliveryError."""
    try:
        system, path = fsspec.core.url_to_fs(place if "://" in place else str(Path(place).expanduser().absolute()))
        system.makedirs(path, exist_ok=True)
    except (OSError, ValueError, ImportError) as error:
        raise DeliveryError(f"the folder {place} can't be opened: {told(error)}") from error
    return system, path


def told(error: Exception) -> str:
    """An error's words in a line."""
    return clean(getattr(error, "strerror", None) or str(error), 200).replace("\n", " ")


def put(place: str, files: Mapping[str, bytes]) -> list[str]:
    """Write files into a folder, each whole or not at all where the system allows it; returns their addresses. Raises DeliveryError."""
    system, path = opened(place)
    written = []
    for name, content in files.items():
        target, draft = f"{path.rstrip('/')}/{name}", f"{path.rstrip('/')}/.{name.replace('/', '-')}.part"
        try:
            system.makedirs(target.rpartition("/")[0], exist_ok=True)
            system.pipe_file(draft, content)
            system.mv(draft, target)
        except (OSError, ValueError) as error:
            raise DeliveryError(f"{place}/{name} can't be written: {told(error)}") from error
        written.append(f"{place.rstrip('/')}/{name}")
    return written


def entries(place: str) -> list[Entry]:
    """The reports that a site lists, the newest first."""
    system, path = opened(place)
    try:
        kept = json.loads(system.cat_file(f"{path.rstrip('/')}/{INDEX}"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise DeliveryError(
            f"{place}/{INDEX} can't be read: {told(error)}; mend it, or move it away to begin anew"
        ) from error
    return [Entry(**{**one, "summary": tuple(one["summary"]), "others": tuple(one["others"])}) for one in kept]


def publish(place: str, entry: Entry, files: Mapping[str, bytes]) -> list[str]:
    """Put a report onto a site, with the list and the feed made anew; returns the addresses written. Raises DeliveryError."""
    others = [one for one in entries(place) if one.file != entry.file]
    listed = sorted([entry, *others], key=lambda one: (one.last, one.first, one.brand, one.language), reverse=True)
    words = Words(entry.language)
    index = json.dumps([asdict(one) for one in listed], ensure_ascii=False, indent=1)
    pages = {"index.html": site_page(listed, words).encode(), "feed.xml": feed(listed), INDEX: index.encode()}
    return put(place, {**files, **pages})


def site_page(listed: Sequence[Entry], words: Words) -> str:
    """The site's list of reports."""
    sheet = style()
    template = environment().get_template("site.html")
    return template.render(entries=listed, words=words, style=sheet, policy=policy_of(sheet))


def feed(listed: Sequence[Entry]) -> bytes:
    """An Atom feed of the newest reports; links are relative to the feed."""
    names: Any = {None: ATOM}
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=names)

    def add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
        made = etree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
        if text:
            made.text = clean(text, 2000)
        return made

    add(root, "id", "urn:mentionary:reports")
    add(root, "title", "Mentionary")
    add(root, "updated", max((one.as_of for one in listed), default=datetime(1970, 1, 1, tzinfo=UTC).isoformat()))
    add(root, "link", rel="self", href="feed.xml")
    for one in listed[:FEED_ENTRIES]:
        entry = add(root, "entry")
        add(entry, "id", f"urn:mentionary:report:{quote(one.file)}")
        add(entry, "title", f"{one.title}, {one.first} – {one.last}")
        add(entry, "updated", one.as_of)
        add(add(entry, "author"), "name", "Mentionary")
        add(entry, "link", rel="alternate", type="text/html", href=quote(one.file))
        add(entry, "summary", "\n".join(one.summary))
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return made
