"""The tables: dimensions, facts, the ledger. Times are UTC; a count is two columns, low and high.

Both bounds NULL: not shown. High NULL alone: no upper bound. The data dictionary in docs/ is generated from this file.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A time in UTC to the second; SQLite keeps it as text that sorts and that its date functions read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text to the second on SQLite, timestamptz elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(
                sqlite.DATETIME(  # type: ignore[no-untyped-call]
                    storage_format="%(year)04d-%(month)02d-%(day)02d %(hour)02d:%(minute)02d:%(second)02d",
                    regexp=r"(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+)",
                )
            )
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a stored time needs a zone: {value!r}")
        at = value.astimezone(UTC).replace(microsecond=0)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always with its zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = BigInteger().with_variant(Integer, "sqlite")
"""A row's own number; SQLite counts up only plain INTEGER keys."""


def counts(names: tuple[str, ...]) -> list[Column[Any]]:
    """Two columns for each count."""
    return [
        Column(f"{name}_{bound}", BigInteger, comment=f"{name}: {text}")
        for name in names
        for bound, text in (("low", "at least"), ("high", "at most; NULL with a low: no upper bound"))
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
    comment="Changes of the watchlist: marks on the charts",
)

account = Table(
    "account",
    metadata,
    Column("account_id", Key, primary_key=True, comment="row number, this database's own"),
    Column("platform", String(32), nullable=False),
    Column("site", String(255), nullable=False, default="", comment="host of a self-hosted engine, else empty"),
    Column(
        "native_id",
        Text,
        nullable=False,
        comment="the platform's stable id, else the handle, else the address; a keyed pseudonym for people who are not watched",
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
        index=True,
        comment="the brand whose own account it is, by the watchlist",
    ),
    Column("first_seen_at", Utc, nullable=False),
    Column("last_seen_at", Utc, nullable=False),
    Column("gone_at", Utc, comment="first visit that found it gone"),
    UniqueConstraint("platform", "site", "native_id"),
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
    Column("account_id", ForeignKey("account.account_id"), index=True, comment="the author"),
    Column(
        "author_name", Text, comment="shown name where no account is told; a pseudonym for people who are not watched"
    ),
    Column("title", Text),
    Column("text", Text, comment="plain text; NULL: none, or reduced to a stub"),
    Column("published_at", Utc, index=True),
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
    Column("first_seen_at", Utc, nullable=False, index=True),
    Column("last_seen_at", Utc, nullable=False),
    Column("gone_at", Utc, comment="first visit that found it gone; its text is then dropped"),
    UniqueConstraint("platform", "site", "namespace", "native_id"),
    comment="Posts, articles, videos, comments, listings, reviews",
)

run = Table(
    "run",
    metadata,
    Column("run_id", Key, primary_key=True),
    Column("kind", String(10), nullable=False, comment="crawl, import, replay, annotate, report"),
    Column("platform", String(32), comment="of a crawl"),
    Column("arguments", JSON, nullable=False, comment="as given on the command line"),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc, comment="NULL: still going, or killed"),
    Column("exit_status", Integer),
    Column("note", Text, comment="what the end said: caps, missing, what only import can bring"),
    comment="Runs of commands that write",
)

fetch = Table(
    "fetch",
    metadata,
    Column("fetch_id", Key, primary_key=True),
    Column("run_id", ForeignKey("run.run_id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("platform", String(32)),
    Column("host", String(255), nullable=False),
    Column("target", Text, comment="the watchlist's target that led here: kind:value"),
    Column("role", String(10), comment="first, next, thread, comments, profile, posts, post, revisit"),
    Column("thing", Text, comment="native_id of the post that is revisited or whose thread it is"),
    Column("depth", Integer, nullable=False, default=0, comment="pages walked before this one"),
    Column("state", String(8), nullable=False, comment="planned, taken, done"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("planned_at", Utc, nullable=False),
    Column("fetched_at", Utc, comment="when the answer came; for imports, when the page was saved"),
    Column("status", Integer, comment="HTTP"),
    Column("outcome", String(9), comment="ok, partial, unchanged, empty, wall, limited, gone, denied, drift, failed"),
    Column("reason", Text),
    Column("records", Integer, nullable=False, default=0),
    Column("missing", Integer, nullable=False, default=0, comment="records that the page says lie beyond a cap"),
    Column("unread", JSON, nullable=False, comment="list of {what, reason}"),
    Column("fields", JSON, nullable=False, comment="how many of the records showed each field"),
    Column("via", String(6), nullable=False, comment="crawl or import"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("archive_file", Text, comment="WARC file that keeps the page"),
    Column("archive_offset", BigInteger),
    Column("body_digest", String(64), comment="SHA-256 of the body: the same page is never counted twice"),
    Column("reader_version", String(16), comment="digest of the platform file that read it"),
    CheckConstraint("state IN ('planned', 'taken', 'done')", name="state"),
    Index("ix_fetch_run_state", "run_id", "state"),
    Index("ix_fetch_platform_fetched", "platform", "fetched_at"),
    Index("ix_fetch_url", "url"),
    comment="The ledger and the frontier: one row per address and run",
)

sighting_post = Table(
    "sighting_post",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    comment="Which fetch showed which post: the way from a figure to the kept page",
    sqlite_with_rowid=False,
)

sighting_account = Table(
    "sighting_account",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    comment="Which fetch showed which account",
    sqlite_with_rowid=False,
)

post_observation = Table(
    "post_observation",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("observed_at", Utc, primary_key=True),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    *counts(COUNT_NAMES),
    comment="What a post's counters showed at a moment",
    sqlite_with_rowid=False,
)

account_observation = Table(
    "account_observation",
    metadata,
    Column("account_id", ForeignKey("account.account_id"), primary_key=True),
    Column("observed_at", Utc, primary_key=True),
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True, index=True),
    *counts(PROFILE_COUNT_NAMES),
    comment="What an account's counters showed at a moment",
    sqlite_with_rowid=False,
)

annotation = Table(
    "annotation",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("language", String(8), nullable=False, comment="ISO 639-1, und below its confidence"),
    Column("language_confidence", Float, nullable=False),
    Column("sentiment", String(8), nullable=False, comment="of the post: positive, neutral, negative, unscored"),
    Column("sentiment_score", Float, comment="-1 to 1"),
    Column("sentiment_confidence", Float, comment="0 to 1"),
    Column("extractor_version", String(64), nullable=False, comment="of the pipeline without the watchlist"),
    Column("matcher_version", String(64), nullable=False, comment="of the watchlist that was matched"),
    comment="What the text of a post says",
)

mention = Table(
    "mention",
    metadata,
    Column("mention_id", Key, primary_key=True),
    Column("post_id", ForeignKey("post.post_id"), nullable=False, index=True),
    Column("brand_id", ForeignKey("brand.brand_id"), nullable=False),
    Column("product_id", String(80), comment="of the brand's product; NULL: the brand itself"),
    Column("field", String(5), nullable=False, comment="title or text"),
    Column("start", Integer, nullable=False, comment="first code point in the field"),
    Column("end", Integer, nullable=False, comment="code point after the last"),
    Column("matched", Text, nullable=False, comment="the words as written"),
    Column("standing", String(7), nullable=False, comment="earned, owned (by an own account) or repost"),
    Column("relevance", Float, nullable=False, comment="0 to 1: that the name means the brand"),
    Column("sentiment", String(8), nullable=False, comment="toward the brand: positive, neutral, negative, unscored"),
    Column("sentiment_score", Float, comment="-1 to 1"),
    Column("sentiment_confidence", Float, comment="0 to 1"),
    Column("extractor_version", String(64), nullable=False),
    Index("ix_mention_brand_post", "brand_id", "post_id"),
    comment="A brand or product named in a post",
)

keyword = Table(
    "keyword",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("term", String(120), primary_key=True),
    Column("score", Float, nullable=False),
    comment="Keywords and phrases of a post",
)

duplicate_group = Table(
    "duplicate_group",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("group_id", ForeignKey("post.post_id"), nullable=False, index=True, comment="the group's earliest post"),
    comment="Near-duplicates: reposts, syndicated copies",
)

host = Table(
    "host",
    metadata,
    Column("host", String(255), primary_key=True, comment="with its port where it is not the scheme's own"),
    Column("lease_owner", Text, comment="process that may ask it now"),
    Column("lease_until", Utc),
    Column("not_before", Float, comment="epoch seconds: no request before (pace, Retry-After)"),
    Column("robots_text", Text),
    Column("robots_status", Integer),
    Column("robots_fetched_at", Utc),
    comment="Pace and robots.txt of each host, shared by all processes",
)

report = Table(
    "report",
    metadata,
    Column("report_id", Key, primary_key=True),
    Column("brand_id", ForeignKey("brand.brand_id"), nullable=False),
    Column("from_day", String(10), nullable=False),
    Column("to_day", String(10), nullable=False, comment="the last day counted"),
    Column("made_at", Utc, nullable=False),
    Column("place", Text, nullable=False, comment="where it was written"),
    Column("figures", JSON, nullable=False, comment="figure id -> metric, formula version, SQL, parameters, rows"),
    comment="Reports made, with the figures they showed",
)

alert = Table(
    "alert",
    metadata,
    Column("alert_id", Key, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("about", Text, nullable=False, comment="what it is about: the same thing is alerted once"),
    Column("raised_at", Utc, nullable=False),
    Column("sent_at", Utc),
    Column("evidence", JSON, nullable=False),
    UniqueConstraint("kind", "about"),
    comment="Alerts raised",
)

job = Table(
    "job",
    metadata,
    Column("name", String(200), primary_key=True, comment="of the timetable"),
    Column("last_started_at", Utc),
    Column("last_finished_at", Utc),
    Column("last_exit_status", Integer),
    Column("next_due_at", Utc),
    Column("missed", Integer, nullable=False, default=0, comment="runs that fell in a time without scheduler"),
    comment="The timetable's jobs",
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Utc, nullable=False),
    comment="Who leads: one scheduler at a time",
)

suppression = Table(
    "suppression",
    metadata,
    Column(
        "key", String(64), primary_key=True, comment="keyed hash of platform and author or post: never stored again"
    ),
    Column("erased_at", Utc, nullable=False),
    comment="People and posts that were erased",
)
