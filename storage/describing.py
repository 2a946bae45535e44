"""What rows say by their reads: attributes as last shown, counts, authors, whether the thing is gone, which reads are observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from storage.observations import kept, latest, shown
from storage.reads import Read, Reads, is_read, speaking
from storage.tables import UNKNOWN_TIME, annotation, fetch, label, post
from storage.things import ACCOUNT, DELETE, POST, Thing, chunks
from storage.wording import Attributes, Words, columns, counts_version, fold


def describe(connection: Connection, thing: Thing, rows: dict[int, Row[Any]], reads: Reads, words: Words) -> list[int]:
    """Write what rows say by their reads, and which of these are observations; returns posts whose author must be decided anew."""
    empty = [number for number in rows if not reads[number]]
    reauthored = reauthor(connection, reads) if thing is ACCOUNT else relabel(connection, reads)
    DELETE[thing.table.name](connection, empty)
    gone = gone_times(connection, thing, [row for number, row in rows.items() if reads[number]], reads)
    authors = authors_of(connection, reads) if thing is POST else {}
    for number, row in rows.items():
        if not reads[number]:
            continue
        values = row_values(thing, row, reads[number], gone.get(number, ()), authors, words)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if changed:
            connection.execute(update(thing.table).where(thing.id == number).values(changed))
        if thing is POST and changed.keys() & {"title", "text", "account_id", "author_name"}:
            connection.execute(delete(annotation).where(annotation.c.post_id == number))
        keep(connection, thing, number, reads[number])
        used = {read.row.version for read in reads[number]}
        version = thing.version.c
        connection.execute(delete(thing.version).where(version[thing.id_name] == number, version.version.not_in(used)))
    return reauthored


def row_values(
    thing: Thing,
    row: Row[Any],
    reads: Sequence[Read],
    gone: Iterable[datetime],
    authors: dict[Any, int],
    words: Words,
) -> dict[str, Any]:
    """What a row says by its reads."""
    aliased = any(read.row.by_alias for read in reads)
    reads = speaking(reads)
    attributes = fold(read.attributes for read in reads)
    dated = [read.row.observed_at for read in reads if read.row.observed_at > UNKNOWN_TIME]
    seen = dated or [UNKNOWN_TIME]
    counted = [read for read in reads if shown(read.counts) and read.row.observed_at > UNKNOWN_TIME]
    values: dict[str, Any] = dict.fromkeys(thing.attribute_names)
    values |= columns(attributes)
    values |= dict(zip(thing.bound_names, latest([read.counts for read in reads]), strict=True))
    values |= {
        "version": reads[-1].row.version,
        "aliased": aliased,
        "first_seen_at": min(seen),
        "last_seen_at": max(seen),
        "counted_at": counted[-1].row.observed_at if counted else None,
        "counts_version": counts_version(counted[-1].counts) if counted else None,
        "gone_at": min((at for at in gone if at > max(seen)), default=None),
    }
    if thing is POST:
        values["hashtags"], values["links"] = values["hashtags"] or [], values["links"] or []
        values["account_id"] = authors.get(author_key(row, attributes))
        if values["gone_at"] is not None:
            values |= STUB
    else:
        values["brand_id"] = words.owner(row.platform, row.site, row.key, values["alias"], values["url"])
        if values["brand_id"] is None:
            values |= dict.fromkeys(PERSONAL)
        values["native_id"] = values["native_id"] or values["handle"] or row.key
    return values


PERSONAL = ("native_id", "handle", "url", "name", "text", "verified", "joined_at", "joined_precision")
"""What is stored of watched accounts alone."""
STUB: dict[str, Any] = {"title": None, "text": None, "author_name": None, "hashtags": [], "links": []}
"""What is left out of a post that its platform no longer shows."""


def author_key(row: Row[Any], attributes: Attributes) -> Any:
    """What the author of a post is told by."""
    author = attributes.get("author")
    return None if author is None else (row.platform, row.site, author[0], author[1])


def authors_of(connection: Connection, reads: Reads) -> dict[Any, int]:
    """The account of each author that reads of posts name."""
    wanted: dict[tuple[str, str], set[tuple[str | None, str | None]]] = defaultdict(set)
    posts = [number for number, found in reads.items() if found]
    for part in chunks(posts):
        query = select(post.c.post_id, post.c.platform, post.c.site).where(post.c.post_id.in_(part))
        for number, platform, site in connection.execute(query):
            for read in reads[number]:
                if "author" in read.attributes:
                    key, alias = read.attributes["author"]
                    wanted[platform, site].add((key, alias))
    found: dict[Any, int] = {}
    for (platform, site), authors in wanted.items():
        names = {name for author in authors for name in author if name is not None}
        by_key: dict[str, int] = {}
        by_alias: dict[str, int] = {}
        for row in sorted(ACCOUNT.told_by(connection, (platform, site), names), key=lambda row: row.key):
            by_key[row.key] = row.account_id
            if row.alias is not None and row.key != row.alias:
                by_alias.setdefault(row.alias, row.account_id)
        for key, alias in authors:
            number = by_key.get(key) if key is not None else by_alias.get(alias or "") or by_key.get(alias or "")
            if number is not None:
                found[platform, site, key, alias] = number
    return found


def reauthor(connection: Connection, reads: Reads) -> list[int]:
    """Give the posts of accounts that lost all reads to the row that took them; returns the posts whose author must be decided anew."""
    unsure: list[int] = []
    all_reads = [read for found in reads.values() for read in found]
    for number, owner in {
        read.row.account_id: read.owner for read in all_reads if read.row.account_id != read.owner
    }.items():
        if reads[number]:
            unsure += connection.execute(select(post.c.post_id).where(post.c.account_id == number)).scalars()
        else:
            connection.execute(update(post).where(post.c.account_id == number).values(account_id=owner))
    return unsure


def relabel(connection: Connection, reads: Reads) -> list[int]:
    """Give what analysts said of posts that lost all reads to the row that took them; no author changes by it."""
    for found in list(reads.values()):
        for number, owner in {read.row.post_id: read.owner for read in found if read.row.post_id != read.owner}.items():
            if not reads[number]:
                connection.execute(update(label).where(label.c.post_id == number).values(post_id=owner))
    return []


def gone_times(
    connection: Connection, thing: Thing, rows: Sequence[Row[Any]], reads: Reads
) -> dict[int, list[datetime]]:
    """The visits that found things gone: of their own address, or made for them by the walk."""
    found: dict[int, list[datetime]] = defaultdict(list)
    for part in chunks(rows):
        urls = {getattr(row, "url", None) for row in part} | {
            read.attributes.get("url") for row in part for read in reads[getattr(row, thing.id_name)]
        }
        things = {row.native_id for row in part}
        profile = fetch.c.role == "profile"
        query = select(fetch.c.url, fetch.c.thing, fetch.c.platform, fetch.c.site, fetch.c.fetched_at).where(
            fetch.c.outcome == "gone",
            fetch.c.fetched_at.is_not(None),
            profile if thing is ACCOUNT else or_(~profile, fetch.c.role.is_(None)),
            or_(fetch.c.url.in_(urls - {None}), fetch.c.thing.in_(things)),
        )
        visits = list(connection.execute(query))
        for row in part if visits else ():
            number = getattr(row, thing.id_name)
            own = {fold(read.attributes for read in speaking(reads[number])).get("url")}
            found[number] += [
                visit.fetched_at
                for visit in visits
                if visit.url in own
                or (visit.thing == row.native_id and visit.platform == row.platform and visit.site == row.site)
            ]
    return found


def keep(connection: Connection, thing: Thing, number: int, reads: Sequence[Read]) -> None:
    """Mark which reads are observations."""
    counted = speaking(reads)
    decided = zip(counted, kept([(read.row.observed_at, read.counts) for read in counted]), strict=True)
    chosen = {id(read) for read, is_kept in decided if is_kept}
    for read in reads:
        is_kept = id(read) in chosen
        if read.row.kept != is_kept:
            connection.execute(update(thing.read).where(is_read(thing, read)).values(kept=is_kept))
