"""The two kinds of things that pages show, posts and accounts, as writing and settling see them alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, delete, or_, select

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES
from storage import tables
from storage.declaring import bounds

CHUNK = 400


@dataclass(frozen=True)
class Thing:
    """A kind of thing: its tables, the column that it is told by, the column that it is told by where no id is shown."""

    table: Table
    read: Table
    version: Table
    id_name: str
    key_name: str
    alias_name: str
    scope_names: tuple[str, ...]
    count_names: tuple[str, ...]
    attribute_names: tuple[str, ...]

    @cached_property
    def bound_names(self) -> tuple[str, ...]:
        """The columns of its counts."""
        return tuple(bounds(self.count_names))

    @property
    def id(self) -> Column[int]:
        """The row number's column in the table."""
        return self.table.c[self.id_name]

    @property
    def key(self) -> Column[str]:
        """The column that it is told by."""
        return self.table.c[self.key_name]

    @property
    def alias(self) -> Column[str]:
        """The column that it is told by where no id is shown."""
        return self.table.c[self.alias_name]

    def within(self, scope: Sequence[str]) -> Any:
        """The condition that a row lies in a scope."""
        return and_(*(self.table.c[name] == value for name, value in zip(self.scope_names, scope, strict=True)))

    def scope_of(self, row: Row[Any]) -> tuple[str, ...]:
        """The scope of a row."""
        return tuple(getattr(row, name) for name in self.scope_names)

    def told_by(self, connection: Connection, scope: Sequence[str], aliases: Iterable[str]) -> list[Row[Any]]:
        """The rows of a scope that have one of some aliases, or are told by nothing else."""
        found: list[Row[Any]] = []
        for part in chunks(list(aliases)):
            condition = or_(self.alias.in_(part), self.key.in_(part))
            found += connection.execute(select(self.table).where(self.within(scope), condition))
        return found


POST = Thing(
    tables.post,
    tables.post_read,
    tables.post_version,
    "post_id",
    "native_id",
    "url",
    ("platform", "site", "namespace"),
    COUNT_NAMES,
    (
        "url", "kind", "author_name", "title", "text", "published_at", "published_precision", "edited_at", "price",
        "currency", "rating", "rating_scale", "in_reply_to", "repost_of", "quote_of", "hashtags", "links",
        "stated_language", "region",
    ),
)  # fmt: skip

ACCOUNT = Thing(
    tables.account,
    tables.account_read,
    tables.account_version,
    "account_id",
    "key",
    "alias",
    ("platform", "site"),
    PROFILE_COUNT_NAMES,
    ("alias", "native_id", "handle", "url", "name", "text", "verified", "joined_at", "joined_precision"),
)


def chunks(items: Sequence[Any], size: int = CHUNK) -> Iterable[Sequence[Any]]:
    """A sequence in parts that one statement takes."""
    return (items[start : start + size] for start in range(0, len(items), size))


def pointing_at(column: Column[int]) -> list[Column[Any]]:
    """The columns that point at rows of a table, those of the table itself left out."""
    return [
        key.parent
        for table in tables.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
        if key.column is column
    ]


def delete_posts(connection: Connection, ids: Sequence[int]) -> None:
    """Delete posts with all that hangs on them."""
    for part in chunks(ids):
        for column in pointing_at(tables.post.c.post_id):
            connection.execute(delete(column.table).where(column.in_(part)))
        connection.execute(delete(tables.post).where(tables.post.c.post_id.in_(part)))


def delete_accounts(connection: Connection, ids: Sequence[int]) -> None:
    """Delete accounts with their reads; posts that were theirs lose their author."""
    for part in chunks(ids):
        for column in pointing_at(tables.account.c.account_id):
            if column.table is tables.post:
                connection.execute(tables.post.update().where(column.in_(part)).values(account_id=None))
            else:
                connection.execute(delete(column.table).where(column.in_(part)))
        connection.execute(delete(tables.account).where(tables.account.c.account_id.in_(part)))


DELETE = {"post": delete_posts, "account": delete_accounts}
