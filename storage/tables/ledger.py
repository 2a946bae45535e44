"""The ledger: runs and what they fetched, hosts, jobs and leases, what was erased."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from storage.tables.columns import Key, Utc, metadata

GONE = text("outcome = 'gone'")
MOVED = text("final_url IS NOT NULL")

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
    Column("final_url", Text, comment="where redirects ended, if elsewhere"),
    Column("platform", String(32)),
    Column("host", String(255), nullable=False),
    Column(
        "site",
        String(255),
        nullable=False,
        default="",
        comment="whose ids its records bear: a self-hosted engine's host, a feed's address, else empty",
    ),
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
    Column("withheld", Integer, nullable=False, default=0, comment="records of erased people and posts, not stored"),
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
    # An address may be longer than a B-tree of PostgreSQL takes.
    Index("ix_fetch_url", "url", postgresql_using="hash"),
    Index("ix_fetch_final_url", "final_url", postgresql_using="hash", sqlite_where=MOVED, postgresql_where=MOVED),
    Index("ix_fetch_gone_url", "url", postgresql_using="hash", sqlite_where=GONE, postgresql_where=GONE),
    Index("ix_fetch_gone_thing", "thing", postgresql_using="hash", sqlite_where=GONE, postgresql_where=GONE),
    comment="The ledger and the frontier: one row per address and run",
)

fetch_again = Table(
    "fetch_again",
    metadata,
    Column("fetch_id", ForeignKey("fetch.fetch_id"), primary_key=True),
    Column("run_id", ForeignKey("run.run_id"), primary_key=True, index=True),
    Column("via", String(6), nullable=False, comment="crawl or import"),
    comment="Later runs that brought a page that was here already: counted once, and kept if the first run is undone",
    sqlite_with_rowid=False,
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

job = Table(
    "job",
    metadata,
    Column("name", String(200), primary_key=True, comment="of the timetable"),
    Column("last_started_at", Utc),
    Column("last_finished_at", Utc),
    Column("last_exit_status", Integer),
    Column("next_due_at", Utc),
    comment="The timetable's jobs",
)

missed_run = Table(
    "missed_run",
    metadata,
    Column("job", String(200), primary_key=True, comment="of the timetable"),
    Column("first_due_at", Utc, primary_key=True),
    Column("noted_at", Utc, nullable=False, comment="when a scheduler was there again; one run then made up for all"),
    Column("runs", Integer, nullable=False),
    comment="Runs of the timetable that fell in a time without scheduler",
    sqlite_with_rowid=False,
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

archive_drop = Table(
    "archive_drop",
    metadata,
    Column("archive_file", Text, primary_key=True),
    Column("archive_offset", BigInteger, primary_key=True),
    Column("asked_at", Utc, nullable=False),
    comment="Archived pages that show someone who was erased: the archive drops them at the next prune",
    sqlite_with_rowid=False,
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="What must not change under the data: the pseudonym key's fingerprint",
)
