"""What was erased, and stays so: keyed entries that every write asks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from storage.keys import PRUNED
from storage.ledger import now
from storage.tables import archive_drop, fetch, setting, suppression
from storage.upserts import upsert

ERASED = "erased:"
"""How an address in the ledger begins that named someone who was erased."""
HANDLE = re.compile(r"(?<![\w@])@[\w.-]*\w(?:@[\w.-]*\w)?")
STAND_IN = "@…"


def handles_in(attributes: Mapping[str, Any]) -> set[str]:
    """The handles (without @, in lower case) that a post's words and links may name."""
    found: set[str] = set()
    for name in ("title", "text"):
        value = attributes.get(name)
        if value is not None and "@" in value:
            found |= {mention[1:].casefold() for mention in HANDLE.findall(value)}
    for link in attributes.get("links", ()):
        parts = urlsplit(link)
        for step in parts.path.casefold().strip("/").split("/"):
            name = step.removeprefix("@")
            if name:
                found |= {name, name if "@" in name else f"{name}@{parts.hostname or ''}"}
    return found


def scrubbed(attributes: Mapping[str, Any], handles: Collection[str]) -> dict[str, Any]:
    """What a page said of a post, without the given handles (without @, in lower case) in its words and links."""
    left = dict(attributes)
    for name in ("title", "text"):
        value = left.get(name)
        if value is not None and "@" in value:
            left[name] = HANDLE.sub(lambda found: STAND_IN if names_one(found[0], handles) else found[0], value)
    if left.get("links"):
        left["links"] = [link for link in left["links"] if not leads_to_one(link, handles)]
    return left


def names_one(mention: str, handles: Collection[str]) -> bool:
    """Whether an @mention names one of some handles."""
    return mention[1:].casefold() in handles


def leads_to_one(link: str, handles: Collection[str]) -> bool:
    """Whether a link leads to an account of one of some handles."""
    parts = urlsplit(link)
    steps = {step.removeprefix("@") for step in parts.path.casefold().strip("/").split("/")}
    return not (steps | {f"{step}@{parts.hostname}" for step in steps}).isdisjoint(handles)


def erased_keys(connection: Connection) -> frozenset[str]:
    """The keys of erased people and posts."""
    return frozenset(connection.execute(select(suppression.c.key)).scalars())


def has_pruned(connection: Connection) -> bool:
    """Whether posts may be told by a keyed hash alone, since they were kept long enough."""
    return connection.execute(select(setting.c.value).where(setting.c.name == PRUNED)).scalar() is not None


def drop_from_archive(connection: Connection, fetch_ids: Sequence[int]) -> None:
    """Ask the archive to drop pages; it does so at its next prune."""
    places = connection.execute(
        select(fetch.c.archive_file, fetch.c.archive_offset).where(
            fetch.c.fetch_id.in_(fetch_ids), fetch.c.archive_file.is_not(None), fetch.c.archive_offset.is_not(None)
        )
    )
    rows = [{"archive_file": file, "archive_offset": offset, "asked_at": now()} for file, offset in places]
    upsert(connection, archive_drop, rows, update=())
