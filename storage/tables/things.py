"""What is watched and what was seen: brands, accounts, posts, and every read of them.

A read is one page that showed a thing. Of the reads, those that are kept as observations are a pure function of the set:
the first of each UTC day and each that differs from the one before (storage.observations).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES
from storage.tables.columns import Key, Utc, counts, metadata

OWN = text("brand_id IS NOT NULL")


def latest_read() -> list[Column[Any]]:
    """What deciding on the next read needs to know of the last."""
    return [
        Column("version", String(16), nullable=False, default="", comment="digest of what its latest read said of it"),
        Column("counted_at", Utc, comment="latest read that showed any counter"),
        Column("counts_version", String(16), comment="digest of the counters of that read"),
        Column("aliased", Boolean, nullable=False, default=False, comment="whether some of its reads showed no id"),
    ]


brand = Table(
    "brand",
    metadata,
    Column("brand_id", String(80), primary_key=True, comment="the watchlist's id of the brand"),
    Column("name", Text, nullable=False, comment="as shown in reports"),
    Column("competitors", JSON, nullable=False, comment="ids of the brands it is compared with"),
    Column("active", Boolean, nullable=False, comment="whether it stands on the watchlist now"),
    comment="Brands of the watchlist",
)

product = Table(
    "product",
    metadata,
    Column("brand_id", ForeignKey("brand.brand_id"), primary_key=True),
    Column("product_id", String(80), primary_key=True, comment="the watchlist's id of the product"),
    Column("name", Text, nullable=False, comment="as shown in reports"),
    comment="Products, each under its brand",
)

watchlist_change = Table(
    "watchlist_change",
    metadata,
    Column("changed_at", Utc, primary_key=True, comment="when a start first saw this watchlist"),
    Column("digest", String(64), nullable=False, comment="SHA-256 of what is matched"),
    Column("summary", Text, nullable=False, comment="what was added and dropped, in words"),
    Column("names", JSON, nullable=False, comment="brand id -> what is matched for it"),
    comment="Changes of the watchlist: marks on the charts",
)

account = Table(
    "account",
    metadata,
    Column("account_id", Key, primary_key=True, comment="row number, this database's own"),
    Column("platform", String(32), nullable=False),
    Column("site", String(255), nullable=False, default="", comment="host of a self-hosted engine, else empty"),
    Column(
        "key",
        String(32),
        nullable=False,
        comment="keyed hash of the platform's stable id, else of the handle, else of the address: what accounts are told by",
    ),
    Column("alias", String(32), comment="keyed hash of the handle, for pages that show no id"),
    Column(
        "native_id",
        Text,
        nullable=False,
        comment="the platform's stable id, else the handle, else the address; the key for people who are not watched",
    ),
    Column("handle", Text, comment="as the platform writes it; NULL for people who are not watched"),
    Column("url", Text),
    Column("name", Text, comment="shown name"),
    Column("text", Text, comment="biography, plain text"),
    Column("verified", Boolean),
    Column("joined_at", Utc),
    Column("joined_precision", String(6)),
    Column(
        "brand_id",
        ForeignKey("brand.brand_id"),
        comment="the brand whose own account it is, by the watchlist",
    ),
    Column("first_seen_at", Utc, nullable=False, comment="1970-01-01: only on saved pages of unknown age"),
    Column("last_seen_at", Utc, nullable=False),
    Column("gone_at", Utc, comment="visit that found it gone"),
    Column(
        "mirror",
        Boolean,
        nullable=False,
        default=False,
        comment="as another server than its own shows it: not to be summed with its own",
    ),
    *latest_read(),
    *counts(PROFILE_COUNT_NAMES, "the latest shown: "),
    UniqueConstraint("platform", "site", "key"),
    # Own accounts only: a planner that counts people without brand takes a brand's few accounts for thousands.
    Index("ix_account_brand_id", "brand_id", sqlite_where=OWN, postgresql_where=OWN),
    Index("ix_account_alias", "alias", postgresql_using="hash"),
    Index("ix_account_aliased", "alias", sqlite_where=text("aliased"), postgresql_where=text("aliased")),
    comment="Accounts, channels, communities; people who are not watched under a pseudonym",
)

post = Table(
    "post",
    metadata,
    Column("post_id", Key, primary_key=True, comment="row number, this database's own"),
    Column("platform", String(32), nullable=False),
    Column(
        "site",
        String(255),
        nullable=False,
        default="",
        comment="host of a self-hosted engine, blog or feed (a feed's address), else empty",
    ),
    Column("namespace", String(8), nullable=False, comment="post or comment: ids of either are counted apart"),
    Column("native_id", Text, nullable=False, comment="the platform's id, else the canonical address"),
    Column("url", Text, comment="canonical public address"),
    Column(
        "kind",
        String(10),
        nullable=False,
        comment="post, article, video, photo, story, comment, listing, review, question",
    ),
    Column("account_id", ForeignKey("account.account_id"), comment="the author"),
    Column(
        "author_name", Text, comment="shown name where no account is told; a pseudonym for people who are not watched"
    ),
    Column("title", Text),
    Column("text", Text, comment="plain text; NULL: none, or reduced to a stub"),
    Column("published_at", Utc),
    Column("published_precision", String(6), comment="second, minute, hour, day, month, year"),
    Column("edited_at", Utc),
    Column("price", Text, comment="a decimal, or a range of two"),
    Column("currency", String(3)),
    Column("rating", Text, comment="a decimal"),
    Column("rating_scale", Text, comment="the best rating possible"),
    Column("in_reply_to", Text, comment="native_id"),
    Column("repost_of", Text, comment="native_id"),
    Column("quote_of", Text, comment="native_id"),
    Column("hashtags", JSON, nullable=False, comment="list of lower-case tags without #"),
    Column("links", JSON, nullable=False, comment="list of outgoing addresses"),
    Column("stated_language", String(16), comment="as the platform states it"),
    Column("region", Text, comment="as the platform states it"),
    Column("first_seen_at", Utc, nullable=False, index=True, comment="1970-01-01: only on saved pages of unknown age"),
    Column("last_seen_at", Utc, nullable=False),
    Column("gone_at", Utc, comment="visit that found it gone; its text is then dropped"),
    *latest_read(),
    *counts(COUNT_NAMES, "the latest shown: "),
    UniqueConstraint("platform", "site", "namespace", "native_id"),
    # A period's posts are told from the index alone: their rows, with texts, lie all over the file.
    Index("ix_post_published", "published_at", "published_precision", "first_seen_at", "platform", "gone_at"),
    Index("ix_post_account_published", "account_id", "published_at"),
    # An address may be longer than a B-tree of PostgreSQL takes.
    Index("ix_post_url", "url", postgresql_using="hash"),
    Index(
        "ix_post_aliased",
        "url",
        postgresql_using="hash",
        sqlite_where=text("aliased"),
        postgresql_where=text("aliased"),
    ),
    comment="Posts, articles, videos, comments, listings, reviews",
)

post_version = Table(
    "post_version",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("version", String(16), primary_key=True, comment="digest of the attributes"),
    Column("attributes", JSON, nullable=False, comment="what the page said of the post, counts aside"),
    comment="Each wording in which pages showed a post, so that a read taken back leaves the others' words",
    sqlite_with_rowid=False,
)

account_version = Table(
    "account_version",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("version", String(16), primary_key=True, comment="digest of the attributes"),
    Column("attributes", JSON, nullable=False, comment="what the page said of the account, counts aside"),
    comment="Each wording in which pages showed an account",
    sqlite_with_rowid=False,
)

post_read = Table(
    "post_read",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("observed_at", Utc, primary_key=True, comment="1970-01-01: a saved page of unknown age"),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    Column("version", String(16), nullable=False, comment="digest of what the page said of the post"),
    Column("by_alias", Boolean, primary_key=True, default=False, comment="the page showed no id: told by the address"),
    Column("kept", Boolean, nullable=False, default=True, comment="whether it is an observation"),
    *counts(COUNT_NAMES),
    comment="Which page showed which post, and what its counters said: the way from a figure to the kept page",
    sqlite_with_rowid=False,
)

account_read = Table(
    "account_read",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("observed_at", Utc, primary_key=True, comment="1970-01-01: a saved page of unknown age"),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    Column("version", String(16), nullable=False, comment="digest of what the page said of the account"),
    Column("by_alias", Boolean, primary_key=True, default=False, comment="the page showed no id: told by the handle"),
    Column("kept", Boolean, nullable=False, default=True, comment="whether it is an observation"),
    *counts(PROFILE_COUNT_NAMES),
    comment="Which page showed which account, as its subject or as an author, and what its counters said",
    sqlite_with_rowid=False,
)
