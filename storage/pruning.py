"""Drop what has been kept long enough, each kind of data by its days. What is counted stays; what names people goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Text, and_, cast, delete, exists, or_, select, text, update

from config.retention import Retention
from storage.archive import Archive
from storage.database import writing
from storage.erasure import ERASED
from storage.errors import NotKeptError
from storage.keys import PRUNED, pruned_key
from storage.pseudonyms import Pseudonyms, hold_key
from storage.tables import (
    UNKNOWN_TIME,
    account,
    account_read,
    archive_drop,
    entity,
    fetch,
    fetch_again,
    keyword,
    post,
    post_read,
    post_version,
    report,
    setting,
)
from storage.things import chunks, delete_accounts
from storage.upserts import upsert

BATCH = 500
PERSONAL = ("url", "title", "text", "author_name", "account_id", "in_reply_to", "repost_of", "quote_of", "region")
Told = Callable[[str, int], None]
"""Is told the kind of data and how many rows went."""


def prune(engine: Engine, retention: Retention, pseudonyms: Pseudonyms, at: datetime, told: Told) -> Counter[str]:
    """Drop what is older than its days; returns how many rows of each kind went. Goes on where it was when it was stopped."""
    done: Counter[str] = Counter()
    with writing(engine) as connection:
        hold_key(connection, pseudonyms)
        upsert(connection, setting, [{"name": PRUNED, "value": "1"}])
    steps: tuple[tuple[str, Any, Callable[[Connection, datetime], int]], ...] = (
        ("wordings of deleted posts", retention.deleted, forget_deleted),
        ("posts by people", retention.people, lambda connection, before: reduce(connection, before, pseudonyms, False)),
        ("posts by watched accounts", retention.watched, lambda connection, before: reduce(connection, before, pseudonyms, True)),
        ("people", retention.people, forget_people),
        ("reports that quote people", retention.people, forget_quotations),
        ("addresses of erased people", timedelta(), lambda connection, _: forget_withheld(connection, pseudonyms)),
        ("addresses in the ledger", retention.people, lambda connection, before: forget_addresses(connection, before, pseudonyms)),
        ("fetches without numbers", retention.ledger, forget_fetches),
    )  # fmt: skip
    for kind, days, step in steps:
        while days is not None:
            with erasing(engine) as connection:
                went = step(connection, at - days)
            done[kind] += went
            told(kind, went)
            if went < BATCH:
                break
    return done


@contextmanager
def erasing(engine: Engine) -> Iterator[Connection]:
    """A writing transaction after which SQLite has nothing left of what was deleted, neither in its file nor in its log."""
    with writing(engine) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA secure_delete = ON"))
        yield connection
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def wordless() -> ColumnElement[bool]:
    """Whether nothing is left of a post's wordings."""
    return ~exists().where(post_version.c.post_id == post.c.post_id, post_version.c.version != "")


def forget_deleted(connection: Connection, before: datetime) -> int:
    """Forget how posts were worded that their platform no longer shows."""
    ids = connection.execute(
        select(post.c.post_id).where(post.c.gone_at < before, ~wordless()).order_by(post.c.post_id).limit(BATCH)
    ).scalars().all()  # fmt: skip
    unword(connection, ids)
    return len(ids)


def unword(connection: Connection, ids: Sequence[int]) -> None:
    """Leave one empty wording of each post, and nothing that was taken from its words but what was counted."""
    for part in chunks(ids):
        connection.execute(delete(entity).where(entity.c.post_id.in_(part)))
        connection.execute(delete(keyword).where(keyword.c.post_id.in_(part)))
        kinds = connection.execute(select(post.c.post_id, post.c.kind).where(post.c.post_id.in_(part))).all()
        rows = [{"post_id": row.post_id, "version": "", "attributes": {"kind": row.kind}} for row in kinds]
        connection.execute(delete(post_version).where(post_version.c.post_id.in_(part)))
        connection.execute(post_version.insert(), rows)
        connection.execute(update(post_read).where(post_read.c.post_id.in_(part)).values(version=""))
        connection.execute(update(post).where(post.c.post_id.in_(part)).values(version=""))


def by_watched() -> ColumnElement[bool]:
    """Whether a post is a watched account's."""
    return exists().where(account.c.account_id == post.c.account_id, account.c.brand_id.is_not(None))


def reduce(connection: Connection, before: datetime, pseudonyms: Pseudonyms, watched: bool) -> int:
    """Reduce posts to what is counted: platform, kind, day, numbers, mentions. One told by an address keeps a keyed hash of it."""
    whose = by_watched() if watched else ~by_watched()
    left = or_(*(post.c[name].is_not(None) for name in PERSONAL), ~wordless())
    rows = connection.execute(
        select(post.c.post_id, post.c.platform, post.c.site, post.c.namespace, post.c.native_id)
        .where(post.c.last_seen_at < before, post.c.last_seen_at > UNKNOWN_TIME, whose, left)
        .order_by(post.c.post_id)
        .limit(BATCH)
    ).all()
    unword(connection, [row.post_id for row in rows])
    for row in rows:
        values: dict[str, Any] = dict.fromkeys(PERSONAL) | {"hashtags": [], "links": []}
        hidden = pruned_key(pseudonyms, (row.platform, row.site, row.namespace), row.native_id)
        if hidden is not None:
            values["native_id"] = hidden
        connection.execute(update(post).where(post.c.post_id == row.post_id).values(values))
    return len(rows)


def forget_people(connection: Connection, before: datetime) -> int:
    """Delete the pseudonyms of people of whom no post is left and whom no page showed since."""
    nobody = ~exists().where(post.c.account_id == account.c.account_id)
    ids = connection.execute(
        select(account.c.account_id)
        .where(account.c.brand_id.is_(None), account.c.last_seen_at < before, nobody)
        .order_by(account.c.account_id)
        .limit(BATCH)
    ).scalars().all()  # fmt: skip
    delete_accounts(connection, ids)
    return len(ids)


QUOTED = ("url", "title", "excerpt", "handle")
"""Columns of figures that hold somebody's words, or the way to them."""
QUOTATIONS = ('"excerpt": "', '"url": "')
"""How a quotation and the way to it stand in the text of kept figures."""


def forget_quotations(connection: Connection, before: datetime) -> int:
    """Take quotations out of the figures of reports on old periods; their numbers and the rows' ids stay."""
    kept = cast(report.c.figures, Text)
    rows = connection.execute(
        select(report.c.report_id, report.c.figures)
        .where(report.c.to_day < before.date().isoformat(), or_(*(kept.contains(sign) for sign in QUOTATIONS)))
        .order_by(report.c.report_id)
        .limit(BATCH)
    ).all()
    for row in rows:
        left = {key: unquoted(figure) for key, figure in row.figures.items()}
        connection.execute(update(report).where(report.c.report_id == row.report_id).values(figures=left))
    return len(rows)


def unquoted(figure: dict[str, Any]) -> dict[str, Any]:
    """A kept figure without the words that it quotes."""
    quoted = [name in QUOTED for name in figure["columns"]]
    rows = [[None if hide else value for hide, value in zip(quoted, row, strict=True)] for row in figure["rows"]]
    values = [
        {**value, "beside": {name: None if name in QUOTED else told for name, told in value["beside"].items()}}
        for value in figure["values"]
    ]
    return {**figure, "rows": rows, "values": values}


LISTS = ("first", "next", "profile", "posts")
"""Roles of fetches whose address is a watched account's, a tag's or a query's."""


def forget_addresses(connection: Connection, before: datetime, pseudonyms: Pseudonyms) -> int:
    """Forget the addresses of single posts in the ledger: they may name who wrote them."""
    single = or_(fetch.c.role.is_(None), fetch.c.role.not_in(LISTS))
    rows = connection.execute(
        select(fetch.c.fetch_id, fetch.c.url)
        .where(
            fetch.c.fetched_at < before,
            fetch.c.state == "done",
            single,
            ~fetch.c.url.startswith(PRUNED),
            ~fetch.c.url.startswith(ERASED),
        )
        .order_by(fetch.c.fetch_id)
        .limit(BATCH)
    ).all()
    return hide(connection, pseudonyms, PRUNED, rows)


def forget_withheld(connection: Connection, pseudonyms: Pseudonyms) -> int:
    """Hide the addresses of pages that showed nobody but people who were erased."""
    rows = connection.execute(
        select(fetch.c.fetch_id, fetch.c.url)
        .where(fetch.c.withheld > 0, fetch.c.records == 0, ~fetch.c.url.startswith(ERASED))
        .order_by(fetch.c.fetch_id)
        .limit(BATCH)
    ).all()
    return hide(connection, pseudonyms, ERASED, rows)


def hide(connection: Connection, pseudonyms: Pseudonyms, sign: str, rows: Sequence[Any]) -> int:
    """Put keyed hashes in the place of addresses in the ledger; returns how many."""
    for row in rows:
        values: dict[str, Any] = {"url": sign + pseudonyms.of("url", row.url), "final_url": None, "target": None}
        values |= {"thing": None, "unread": []}
        connection.execute(update(fetch).where(fetch.c.fetch_id == row.fetch_id).values(values))
    return len(rows)


def forget_fetches(connection: Connection, before: datetime) -> int:
    """Delete rows of the ledger that no number stands on."""
    no_reads = and_(
        ~exists().where(post_read.c.fetch_id == fetch.c.fetch_id),
        ~exists().where(account_read.c.fetch_id == fetch.c.fetch_id),
    )
    ids = connection.execute(
        select(fetch.c.fetch_id)
        .where(fetch.c.planned_at < before, fetch.c.state == "done", no_reads)
        .order_by(fetch.c.fetch_id)
        .limit(BATCH)
    ).scalars().all()  # fmt: skip
    for part in chunks(ids):
        connection.execute(delete(fetch_again).where(fetch_again.c.fetch_id.in_(part)))
        connection.execute(delete(fetch).where(fetch.c.fetch_id.in_(part)))
    return len(ids)


def forget_archived(engine: Engine, names: Collection[str]) -> None:
    """Note in the ledger that archive files are no longer there."""
    for part in chunks(list(names)):
        with writing(engine) as connection:
            connection.execute(
                update(fetch).where(fetch.c.archive_file.in_(part)).values(archive_file=None, archive_offset=None)
            )
            connection.execute(delete(archive_drop).where(archive_drop.c.archive_file.in_(part)))


def drop_archived(engine: Engine, archive: Archive) -> int:
    """Let the archive write over the pages that show someone who was erased; returns how many it was asked to."""
    with engine.connect() as connection:
        places = connection.execute(select(archive_drop).order_by(*archive_drop.primary_key)).all()
    files: dict[str, list[int]] = defaultdict(list)
    for row in places:
        files[row.archive_file].append(row.archive_offset)
    for file, offsets in files.items():
        # A file that is gone holds nothing any more.
        with suppress(NotKeptError):
            archive.erase(file, offsets)
        for part in chunks(offsets):
            with writing(engine) as connection:
                here = fetch.c.archive_file == file, fetch.c.archive_offset.in_(part)
                connection.execute(update(fetch).where(*here).values(archive_file=None, archive_offset=None))
                done = archive_drop.c.archive_file == file, archive_drop.c.archive_offset.in_(part)
                connection.execute(delete(archive_drop).where(*done))
    return len(places)
