"""Make the tables."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Key, Utc

revision = "5b7c2e90a1f4"
down_revision = None


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    op.create_table(
        "alert",
        sa.Column("alert_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.Text(), nullable=False, comment="what it is about: the same thing is alerted once"),
        sa.Column("raised_at", Utc(timezone=True), nullable=False),
        sa.Column("sent_at", Utc(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        sa.UniqueConstraint("kind", "about", name=op.f("uq_alert_kind_about")),
        comment="Alerts raised",
    )
    op.create_table(
        "archive_drop",
        sa.Column("archive_file", sa.Text(), nullable=False),
        sa.Column("archive_offset", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("archive_file", "archive_offset", name=op.f("pk_archive_drop")),
        comment="Archived pages that show someone who was erased: the archive drops them at the next prune",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "brand",
        sa.Column("brand_id", sa.String(length=80), nullable=False, comment="the watchlist's id of the brand"),
        sa.Column("name", sa.Text(), nullable=False, comment="as shown in reports"),
        sa.Column("competitors", sa.JSON(), nullable=False, comment="ids of the brands it is compared with"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="whether it stands on the watchlist now"),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_brand")),
        comment="Brands of the watchlist",
    )
    op.create_table(
        "host",
        sa.Column(
            "host", sa.String(length=255), nullable=False, comment="with its port where it is not the scheme's own"
        ),
        sa.Column("lease_owner", sa.Text(), nullable=True, comment="process that may ask it now"),
        sa.Column("lease_until", Utc(timezone=True), nullable=True),
        sa.Column(
            "not_before", sa.Float(), nullable=True, comment="epoch seconds: no request before (pace, Retry-After)"
        ),
        sa.Column("robots_text", sa.Text(), nullable=True),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_fetched_at", Utc(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_host")),
        comment="Pace and robots.txt of each host, shared by all processes",
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=200), nullable=False, comment="of the timetable"),
        sa.Column("last_started_at", Utc(timezone=True), nullable=True),
        sa.Column("last_finished_at", Utc(timezone=True), nullable=True),
        sa.Column("last_exit_status", sa.Integer(), nullable=True),
        sa.Column("next_due_at", Utc(timezone=True), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False, comment="runs that fell in a time without scheduler"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
        comment="The timetable's jobs",
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
        comment="Who leads: one scheduler at a time",
    )
    op.create_table(
        "run",
        sa.Column("run_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="crawl, import, replay, annotate, report"),
        sa.Column("platform", sa.String(length=32), nullable=True, comment="of a crawl"),
        sa.Column("arguments", sa.JSON(), nullable=False, comment="as given on the command line"),
        sa.Column("started_at", Utc(timezone=True), nullable=False),
        sa.Column("finished_at", Utc(timezone=True), nullable=True, comment="NULL: still going, or killed"),
        sa.Column("exit_status", sa.Integer(), nullable=True),
        sa.Column(
            "note", sa.Text(), nullable=True, comment="what the end said: caps, missing, what only import can bring"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
        comment="Runs of commands that write",
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
        comment="What must not change under the data: the pseudonym key's fingerprint",
    )
    op.create_table(
        "suppression",
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="keyed hash of platform and author or post: never stored again",
        ),
        sa.Column("erased_at", Utc(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_suppression")),
        comment="People and posts that were erased",
    )
    op.create_table(
        "watchlist_change",
        sa.Column("changed_at", Utc(timezone=True), nullable=False, comment="when a start first saw this watchlist"),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="SHA-256 of what is matched"),
        sa.Column("summary", sa.Text(), nullable=False, comment="what was added and dropped, in words"),
        sa.Column("names", sa.JSON(), nullable=False, comment="brand id -> what is matched for it"),
        sa.PrimaryKeyConstraint("changed_at", name=op.f("pk_watchlist_change")),
        comment="Changes of the watchlist: marks on the charts",
    )
    op.create_table(
        "account",
        sa.Column("account_id", Key, nullable=False, comment="row number, this database's own"),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False, comment="host of a self-hosted engine, else empty"),
        sa.Column(
            "key",
            sa.String(length=32),
            nullable=False,
            comment="keyed hash of the platform's stable id, else of the handle, else of the address: what accounts are told by",
        ),
        sa.Column(
            "alias", sa.String(length=32), nullable=True, comment="keyed hash of the handle, for pages that show no id"
        ),
        sa.Column(
            "native_id",
            sa.Text(),
            nullable=False,
            comment="the platform's stable id, else the handle, else the address; the key for people who are not watched",
        ),
        sa.Column(
            "handle", sa.Text(), nullable=True, comment="as the platform writes it; NULL for people who are not watched"
        ),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True, comment="shown name"),
        sa.Column("text", sa.Text(), nullable=True, comment="biography, plain text"),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("joined_at", Utc(timezone=True), nullable=True),
        sa.Column("joined_precision", sa.String(length=6), nullable=True),
        sa.Column(
            "brand_id",
            sa.String(length=80),
            nullable=True,
            comment="the brand whose own account it is, by the watchlist",
        ),
        sa.Column(
            "first_seen_at",
            Utc(timezone=True),
            nullable=False,
            comment="1970-01-01: only on saved pages of unknown age",
        ),
        sa.Column("last_seen_at", Utc(timezone=True), nullable=False),
        sa.Column("gone_at", Utc(timezone=True), nullable=True, comment="visit that found it gone"),
        sa.Column(
            "mirror",
            sa.Boolean(),
            nullable=False,
            comment="as another server than its own shows it: not to be summed with its own",
        ),
        sa.Column("version", sa.String(length=16), nullable=False, comment="digest of what its latest read said of it"),
        sa.Column("counted_at", Utc(timezone=True), nullable=True, comment="latest read that showed any counter"),
        sa.Column("counts_version", sa.String(length=16), nullable=True, comment="digest of the counters of that read"),
        sa.Column("aliased", sa.Boolean(), nullable=False, comment="whether some of its reads showed no id"),
        sa.Column("followers_low", sa.BigInteger(), nullable=True, comment="the latest shown: followers, at least"),
        sa.Column(
            "followers_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: followers, at most; NULL with a low: no upper bound",
        ),
        sa.Column("following_low", sa.BigInteger(), nullable=True, comment="the latest shown: following, at least"),
        sa.Column(
            "following_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: following, at most; NULL with a low: no upper bound",
        ),
        sa.Column("posts_low", sa.BigInteger(), nullable=True, comment="the latest shown: posts, at least"),
        sa.Column(
            "posts_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: posts, at most; NULL with a low: no upper bound",
        ),
        sa.Column("likes_low", sa.BigInteger(), nullable=True, comment="the latest shown: likes, at least"),
        sa.Column(
            "likes_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: likes, at most; NULL with a low: no upper bound",
        ),
        sa.Column("views_low", sa.BigInteger(), nullable=True, comment="the latest shown: views, at least"),
        sa.Column(
            "views_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: views, at most; NULL with a low: no upper bound",
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.brand_id"], name=op.f("fk_account_brand_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account")),
        sa.UniqueConstraint("platform", "site", "key", name=op.f("uq_account_platform_site_key")),
        comment="Accounts, channels, communities; people who are not watched under a pseudonym",
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_alias", ["alias"], unique=False, postgresql_using="hash")
        batch_op.create_index(
            "ix_account_aliased",
            ["alias"],
            unique=False,
            sqlite_where=sa.text("aliased"),
            postgresql_where=sa.text("aliased"),
        )
        batch_op.create_index(batch_op.f("ix_account_brand_id"), ["brand_id"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("fetch_id", Key, nullable=False),
        sa.Column("run_id", Key, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=True, comment="where redirects ended, if elsewhere"),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column(
            "site",
            sa.String(length=255),
            nullable=False,
            comment="whose ids its records bear: a self-hosted engine's host, a feed's address, else empty",
        ),
        sa.Column("target", sa.Text(), nullable=True, comment="the watchlist's target that led here: kind:value"),
        sa.Column(
            "role",
            sa.String(length=10),
            nullable=True,
            comment="first, next, thread, comments, profile, posts, post, revisit",
        ),
        sa.Column(
            "thing", sa.Text(), nullable=True, comment="native_id of the post that is revisited or whose thread it is"
        ),
        sa.Column("depth", sa.Integer(), nullable=False, comment="pages walked before this one"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="planned, taken, done"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("planned_at", Utc(timezone=True), nullable=False),
        sa.Column(
            "fetched_at",
            Utc(timezone=True),
            nullable=True,
            comment="when the answer came; for imports, when the page was saved",
        ),
        sa.Column("status", sa.Integer(), nullable=True, comment="HTTP"),
        sa.Column(
            "outcome",
            sa.String(length=9),
            nullable=True,
            comment="ok, partial, unchanged, empty, wall, limited, gone, denied, drift, failed",
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False, comment="records that the page says lie beyond a cap"),
        sa.Column("withheld", sa.Integer(), nullable=False, comment="records of erased people and posts, not stored"),
        sa.Column("unread", sa.JSON(), nullable=False, comment="list of {what, reason}"),
        sa.Column("fields", sa.JSON(), nullable=False, comment="how many of the records showed each field"),
        sa.Column("via", sa.String(length=6), nullable=False, comment="crawl or import"),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("archive_file", sa.Text(), nullable=True, comment="WARC file that keeps the page"),
        sa.Column("archive_offset", sa.BigInteger(), nullable=True),
        sa.Column(
            "body_digest",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of the body: the same page is never counted twice",
        ),
        sa.Column(
            "reader_version", sa.String(length=16), nullable=True, comment="digest of the platform file that read it"
        ),
        sa.CheckConstraint("state IN ('planned', 'taken', 'done')", name=op.f("ck_fetch_state")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_fetch_run_id")),
        sa.PrimaryKeyConstraint("fetch_id", name=op.f("pk_fetch")),
        comment="The ledger and the frontier: one row per address and run",
    )
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fetch_final_url",
            ["final_url"],
            unique=False,
            postgresql_using="hash",
            postgresql_where=sa.text("final_url IS NOT NULL"),
            sqlite_where=sa.text("final_url IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_fetch_gone_thing",
            ["thing"],
            unique=False,
            postgresql_using="hash",
            postgresql_where=sa.text("outcome = 'gone'"),
            sqlite_where=sa.text("outcome = 'gone'"),
        )
        batch_op.create_index(
            "ix_fetch_gone_url",
            ["url"],
            unique=False,
            postgresql_using="hash",
            postgresql_where=sa.text("outcome = 'gone'"),
            sqlite_where=sa.text("outcome = 'gone'"),
        )
        batch_op.create_index("ix_fetch_platform_fetched", ["platform", "fetched_at"], unique=False)
        batch_op.create_index("ix_fetch_run_state", ["run_id", "state"], unique=False)
        batch_op.create_index("ix_fetch_url", ["url"], unique=False, postgresql_using="hash")

    op.create_table(
        "product",
        sa.Column("brand_id", sa.String(length=80), nullable=False),
        sa.Column("product_id", sa.String(length=80), nullable=False, comment="the watchlist's id of the product"),
        sa.Column("name", sa.Text(), nullable=False, comment="as shown in reports"),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.brand_id"], name=op.f("fk_product_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", "product_id", name=op.f("pk_product")),
        comment="Products, each under its brand",
    )
    op.create_table(
        "report",
        sa.Column("report_id", Key, nullable=False),
        sa.Column("brand_id", sa.String(length=80), nullable=False),
        sa.Column("from_day", sa.String(length=10), nullable=False),
        sa.Column("to_day", sa.String(length=10), nullable=False, comment="the last day counted"),
        sa.Column("made_at", Utc(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="where it was written"),
        sa.Column(
            "figures", sa.JSON(), nullable=False, comment="figure id -> metric, formula version, SQL, parameters, rows"
        ),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.brand_id"], name=op.f("fk_report_brand_id")),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_report")),
        comment="Reports made, with the figures they showed",
    )
    op.create_table(
        "account_read",
        sa.Column("account_id", Key, nullable=False),
        sa.Column("observed_at", Utc(timezone=True), nullable=False, comment="1970-01-01: a saved page of unknown age"),
        sa.Column("fetch_id", Key, nullable=False),
        sa.Column(
            "version", sa.String(length=16), nullable=False, comment="digest of what the page said of the account"
        ),
        sa.Column("by_alias", sa.Boolean(), nullable=False, comment="the page showed no id: told by the handle"),
        sa.Column("kept", sa.Boolean(), nullable=False, comment="whether it is an observation"),
        sa.Column("followers_low", sa.BigInteger(), nullable=True, comment="followers, at least"),
        sa.Column(
            "followers_high",
            sa.BigInteger(),
            nullable=True,
            comment="followers, at most; NULL with a low: no upper bound",
        ),
        sa.Column("following_low", sa.BigInteger(), nullable=True, comment="following, at least"),
        sa.Column(
            "following_high",
            sa.BigInteger(),
            nullable=True,
            comment="following, at most; NULL with a low: no upper bound",
        ),
        sa.Column("posts_low", sa.BigInteger(), nullable=True, comment="posts, at least"),
        sa.Column(
            "posts_high", sa.BigInteger(), nullable=True, comment="posts, at most; NULL with a low: no upper bound"
        ),
        sa.Column("likes_low", sa.BigInteger(), nullable=True, comment="likes, at least"),
        sa.Column(
            "likes_high", sa.BigInteger(), nullable=True, comment="likes, at most; NULL with a low: no upper bound"
        ),
        sa.Column("views_low", sa.BigInteger(), nullable=True, comment="views, at least"),
        sa.Column(
            "views_high", sa.BigInteger(), nullable=True, comment="views, at most; NULL with a low: no upper bound"
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_account_read_account_id")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.fetch_id"], name=op.f("fk_account_read_fetch_id")),
        sa.PrimaryKeyConstraint("account_id", "observed_at", "fetch_id", "by_alias", name=op.f("pk_account_read")),
        comment="Which page showed which account, as its subject or as an author, and what its counters said",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("account_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_read_fetch_id"), ["fetch_id"], unique=False)

    op.create_table(
        "account_version",
        sa.Column("account_id", Key, nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False, comment="digest of the attributes"),
        sa.Column("attributes", sa.JSON(), nullable=False, comment="what the page said of the account, counts aside"),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_account_version_account_id")),
        sa.PrimaryKeyConstraint("account_id", "version", name=op.f("pk_account_version")),
        comment="Each wording in which pages showed an account",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fetch_again",
        sa.Column("fetch_id", Key, nullable=False),
        sa.Column("run_id", Key, nullable=False),
        sa.Column("via", sa.String(length=6), nullable=False, comment="crawl or import"),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.fetch_id"], name=op.f("fk_fetch_again_fetch_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_fetch_again_run_id")),
        sa.PrimaryKeyConstraint("fetch_id", "run_id", name=op.f("pk_fetch_again")),
        comment="Later runs that brought a page that was here already: counted once, and kept if the first run is undone",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("fetch_again", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fetch_again_run_id"), ["run_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("post_id", Key, nullable=False, comment="row number, this database's own"),
        sa.Column("platform", sa.String(length=32), nullable=False),
        sa.Column(
            "site",
            sa.String(length=255),
            nullable=False,
            comment="host of a self-hosted engine, blog or feed (a feed's address), else empty",
        ),
        sa.Column(
            "namespace", sa.String(length=8), nullable=False, comment="post or comment: ids of either are counted apart"
        ),
        sa.Column("native_id", sa.Text(), nullable=False, comment="the platform's id, else the canonical address"),
        sa.Column("url", sa.Text(), nullable=True, comment="canonical public address"),
        sa.Column(
            "kind",
            sa.String(length=10),
            nullable=False,
            comment="post, article, video, photo, story, comment, listing, review, question",
        ),
        sa.Column("account_id", Key, nullable=True, comment="the author"),
        sa.Column(
            "author_name",
            sa.Text(),
            nullable=True,
            comment="shown name where no account is told; a pseudonym for people who are not watched",
        ),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True, comment="plain text; NULL: none, or reduced to a stub"),
        sa.Column("published_at", Utc(timezone=True), nullable=True),
        sa.Column(
            "published_precision", sa.String(length=6), nullable=True, comment="second, minute, hour, day, month, year"
        ),
        sa.Column("edited_at", Utc(timezone=True), nullable=True),
        sa.Column("price", sa.Text(), nullable=True, comment="a decimal, or a range of two"),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("rating", sa.Text(), nullable=True, comment="a decimal"),
        sa.Column("rating_scale", sa.Text(), nullable=True, comment="the best rating possible"),
        sa.Column("in_reply_to", sa.Text(), nullable=True, comment="native_id"),
        sa.Column("repost_of", sa.Text(), nullable=True, comment="native_id"),
        sa.Column("quote_of", sa.Text(), nullable=True, comment="native_id"),
        sa.Column("hashtags", sa.JSON(), nullable=False, comment="list of lower-case tags without #"),
        sa.Column("links", sa.JSON(), nullable=False, comment="list of outgoing addresses"),
        sa.Column("stated_language", sa.String(length=16), nullable=True, comment="as the platform states it"),
        sa.Column("region", sa.Text(), nullable=True, comment="as the platform states it"),
        sa.Column(
            "first_seen_at",
            Utc(timezone=True),
            nullable=False,
            comment="1970-01-01: only on saved pages of unknown age",
        ),
        sa.Column("last_seen_at", Utc(timezone=True), nullable=False),
        sa.Column(
            "gone_at", Utc(timezone=True), nullable=True, comment="visit that found it gone; its text is then dropped"
        ),
        sa.Column("version", sa.String(length=16), nullable=False, comment="digest of what its latest read said of it"),
        sa.Column("counted_at", Utc(timezone=True), nullable=True, comment="latest read that showed any counter"),
        sa.Column("counts_version", sa.String(length=16), nullable=True, comment="digest of the counters of that read"),
        sa.Column("aliased", sa.Boolean(), nullable=False, comment="whether some of its reads showed no id"),
        sa.Column("likes_low", sa.BigInteger(), nullable=True, comment="the latest shown: likes, at least"),
        sa.Column(
            "likes_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: likes, at most; NULL with a low: no upper bound",
        ),
        sa.Column("comments_low", sa.BigInteger(), nullable=True, comment="the latest shown: comments, at least"),
        sa.Column(
            "comments_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: comments, at most; NULL with a low: no upper bound",
        ),
        sa.Column("shares_low", sa.BigInteger(), nullable=True, comment="the latest shown: shares, at least"),
        sa.Column(
            "shares_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: shares, at most; NULL with a low: no upper bound",
        ),
        sa.Column("quotes_low", sa.BigInteger(), nullable=True, comment="the latest shown: quotes, at least"),
        sa.Column(
            "quotes_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: quotes, at most; NULL with a low: no upper bound",
        ),
        sa.Column("saves_low", sa.BigInteger(), nullable=True, comment="the latest shown: saves, at least"),
        sa.Column(
            "saves_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: saves, at most; NULL with a low: no upper bound",
        ),
        sa.Column("recommends_low", sa.BigInteger(), nullable=True, comment="the latest shown: recommends, at least"),
        sa.Column(
            "recommends_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: recommends, at most; NULL with a low: no upper bound",
        ),
        sa.Column("views_low", sa.BigInteger(), nullable=True, comment="the latest shown: views, at least"),
        sa.Column(
            "views_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: views, at most; NULL with a low: no upper bound",
        ),
        sa.Column("sold_low", sa.BigInteger(), nullable=True, comment="the latest shown: sold, at least"),
        sa.Column(
            "sold_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: sold, at most; NULL with a low: no upper bound",
        ),
        sa.Column("watchers_low", sa.BigInteger(), nullable=True, comment="the latest shown: watchers, at least"),
        sa.Column(
            "watchers_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: watchers, at most; NULL with a low: no upper bound",
        ),
        sa.Column("bids_low", sa.BigInteger(), nullable=True, comment="the latest shown: bids, at least"),
        sa.Column(
            "bids_high",
            sa.BigInteger(),
            nullable=True,
            comment="the latest shown: bids, at most; NULL with a low: no upper bound",
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.account_id"], name=op.f("fk_post_account_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post")),
        sa.UniqueConstraint(
            "platform", "site", "namespace", "native_id", name=op.f("uq_post_platform_site_namespace_native_id")
        ),
        comment="Posts, articles, videos, comments, listings, reviews",
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_post_aliased",
            ["url"],
            unique=False,
            postgresql_using="hash",
            postgresql_where=sa.text("aliased"),
            sqlite_where=sa.text("aliased"),
        )
        batch_op.create_index(batch_op.f("ix_post_first_seen_at"), ["first_seen_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_published_at"), ["published_at"], unique=False)
        batch_op.create_index("ix_post_url", ["url"], unique=False, postgresql_using="hash")

    op.create_table(
        "annotation",
        sa.Column("post_id", Key, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False, comment="ISO 639-1, und below its confidence"),
        sa.Column("language_confidence", sa.Float(), nullable=False),
        sa.Column(
            "sentiment",
            sa.String(length=8),
            nullable=False,
            comment="of the post: positive, neutral, negative, unscored",
        ),
        sa.Column("sentiment_score", sa.Float(), nullable=True, comment="-1 to 1"),
        sa.Column("sentiment_confidence", sa.Float(), nullable=True, comment="0 to 1"),
        sa.Column(
            "extractor_version", sa.String(length=64), nullable=False, comment="of the pipeline without the watchlist"
        ),
        sa.Column("matcher_version", sa.String(length=64), nullable=False, comment="of the watchlist that was matched"),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_annotation_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_annotation")),
        comment="What the text of a post says",
    )
    op.create_table(
        "duplicate_group",
        sa.Column("post_id", Key, nullable=False),
        sa.Column("group_id", Key, nullable=False, comment="the group's earliest post"),
        sa.ForeignKeyConstraint(["group_id"], ["post.post_id"], name=op.f("fk_duplicate_group_group_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_duplicate_group_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_duplicate_group")),
        comment="Near-duplicates: reposts, syndicated copies",
    )
    with op.batch_alter_table("duplicate_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_group_group_id"), ["group_id"], unique=False)

    op.create_table(
        "keyword",
        sa.Column("post_id", Key, nullable=False),
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_keyword_post_id")),
        sa.PrimaryKeyConstraint("post_id", "term", name=op.f("pk_keyword")),
        comment="Keywords and phrases of a post",
    )
    op.create_table(
        "mention",
        sa.Column("mention_id", Key, nullable=False),
        sa.Column("post_id", Key, nullable=False),
        sa.Column("brand_id", sa.String(length=80), nullable=False),
        sa.Column(
            "product_id", sa.String(length=80), nullable=True, comment="of the brand's product; NULL: the brand itself"
        ),
        sa.Column("field", sa.String(length=5), nullable=False, comment="title or text"),
        sa.Column("start", sa.Integer(), nullable=False, comment="first code point in the field"),
        sa.Column("end", sa.Integer(), nullable=False, comment="code point after the last"),
        sa.Column("matched", sa.Text(), nullable=False, comment="the words as written"),
        sa.Column(
            "standing",
            sa.String(length=7),
            nullable=False,
            comment="earned, owned (by an own account), repost; no naming: link (inside an address), source (handle of what is reposted)",
        ),
        sa.Column("relevance", sa.Float(), nullable=False, comment="0 to 1: that the name means the brand"),
        sa.Column(
            "sentiment",
            sa.String(length=8),
            nullable=False,
            comment="toward the brand: positive, neutral, negative, unscored",
        ),
        sa.Column("sentiment_score", sa.Float(), nullable=True, comment="-1 to 1"),
        sa.Column("sentiment_confidence", sa.Float(), nullable=True, comment="0 to 1"),
        sa.Column("extractor_version", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.brand_id"], name=op.f("fk_mention_brand_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_mention_post_id")),
        sa.PrimaryKeyConstraint("mention_id", name=op.f("pk_mention")),
        comment="A brand or product named in a post",
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index("ix_mention_brand_post", ["brand_id", "post_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_post_id"), ["post_id"], unique=False)

    op.create_table(
        "post_read",
        sa.Column("post_id", Key, nullable=False),
        sa.Column("observed_at", Utc(timezone=True), nullable=False, comment="1970-01-01: a saved page of unknown age"),
        sa.Column("fetch_id", Key, nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False, comment="digest of what the page said of the post"),
        sa.Column("by_alias", sa.Boolean(), nullable=False, comment="the page showed no id: told by the address"),
        sa.Column("kept", sa.Boolean(), nullable=False, comment="whether it is an observation"),
        sa.Column("likes_low", sa.BigInteger(), nullable=True, comment="likes, at least"),
        sa.Column(
            "likes_high", sa.BigInteger(), nullable=True, comment="likes, at most; NULL with a low: no upper bound"
        ),
        sa.Column("comments_low", sa.BigInteger(), nullable=True, comment="comments, at least"),
        sa.Column(
            "comments_high",
            sa.BigInteger(),
            nullable=True,
            comment="comments, at most; NULL with a low: no upper bound",
        ),
        sa.Column("shares_low", sa.BigInteger(), nullable=True, comment="shares, at least"),
        sa.Column(
            "shares_high", sa.BigInteger(), nullable=True, comment="shares, at most; NULL with a low: no upper bound"
        ),
        sa.Column("quotes_low", sa.BigInteger(), nullable=True, comment="quotes, at least"),
        sa.Column(
            "quotes_high", sa.BigInteger(), nullable=True, comment="quotes, at most; NULL with a low: no upper bound"
        ),
        sa.Column("saves_low", sa.BigInteger(), nullable=True, comment="saves, at least"),
        sa.Column(
            "saves_high", sa.BigInteger(), nullable=True, comment="saves, at most; NULL with a low: no upper bound"
        ),
        sa.Column("recommends_low", sa.BigInteger(), nullable=True, comment="recommends, at least"),
        sa.Column(
            "recommends_high",
            sa.BigInteger(),
            nullable=True,
            comment="recommends, at most; NULL with a low: no upper bound",
        ),
        sa.Column("views_low", sa.BigInteger(), nullable=True, comment="views, at least"),
        sa.Column(
            "views_high", sa.BigInteger(), nullable=True, comment="views, at most; NULL with a low: no upper bound"
        ),
        sa.Column("sold_low", sa.BigInteger(), nullable=True, comment="sold, at least"),
        sa.Column(
            "sold_high", sa.BigInteger(), nullable=True, comment="sold, at most; NULL with a low: no upper bound"
        ),
        sa.Column("watchers_low", sa.BigInteger(), nullable=True, comment="watchers, at least"),
        sa.Column(
            "watchers_high",
            sa.BigInteger(),
            nullable=True,
            comment="watchers, at most; NULL with a low: no upper bound",
        ),
        sa.Column("bids_low", sa.BigInteger(), nullable=True, comment="bids, at least"),
        sa.Column(
            "bids_high", sa.BigInteger(), nullable=True, comment="bids, at most; NULL with a low: no upper bound"
        ),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.fetch_id"], name=op.f("fk_post_read_fetch_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_post_read_post_id")),
        sa.PrimaryKeyConstraint("post_id", "observed_at", "fetch_id", "by_alias", name=op.f("pk_post_read")),
        comment="Which page showed which post, and what its counters said: the way from a figure to the kept page",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("post_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_read_fetch_id"), ["fetch_id"], unique=False)

    op.create_table(
        "post_version",
        sa.Column("post_id", Key, nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False, comment="digest of the attributes"),
        sa.Column("attributes", sa.JSON(), nullable=False, comment="what the page said of the post, counts aside"),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_post_version_post_id")),
        sa.PrimaryKeyConstraint("post_id", "version", name=op.f("pk_post_version")),
        comment="Each wording in which pages showed a post, so that a read taken back leaves the others' words",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "duplicate_band",
        sa.Column(
            "band",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="digest of four numbers of a signature",
        ),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_duplicate_band_post_id")),
        sa.PrimaryKeyConstraint("band", "post_id", name=op.f("pk_duplicate_band")),
        comment="Posts that may be near-duplicates share a band",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("duplicate_band", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_band_post_id"), ["post_id"], unique=False)

    op.create_table(
        "duplicate_signature",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "signature",
            sa.LargeBinary(),
            nullable=False,
            comment="MinHash of the text: 64 numbers of 4 bytes; empty: too short",
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_duplicate_signature_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_duplicate_signature")),
        comment="What near-duplicates are told by",
    )
    op.create_table(
        "entity",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=5), nullable=False, comment="title or text"),
        sa.Column("start", sa.Integer(), autoincrement=False, nullable=False, comment="first code point in the field"),
        sa.Column("end", sa.Integer(), nullable=False, comment="code point after the last"),
        sa.Column("name", sa.Text(), nullable=False, comment="as written"),
        sa.Column("folded", sa.String(length=200), nullable=False, comment="in one case, width and script"),
        sa.Column("label", sa.String(length=8), nullable=False, comment="ORG, PRODUCT, PERSON, LOCATION, OTHER"),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_entity_post_id")),
        sa.PrimaryKeyConstraint("post_id", "field", "start", name=op.f("pk_entity")),
        comment="Names in posts that no watchlist needs to know",
    )
    with op.batch_alter_table("entity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entity_folded"), ["folded"], unique=False)

    op.create_table(
        "intent",
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False, comment="question, wish, complaint, praise, purchase"),
        sa.Column("score", sa.Float(), nullable=False, comment="0 to 1"),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_intent_post_id")),
        sa.PrimaryKeyConstraint("post_id", "kind", name=op.f("pk_intent")),
        comment="What posts ask for",
    )
    op.create_table(
        "label",
        sa.Column("label_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brand_id", sa.String(length=80), nullable=False),
        sa.Column("post_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field", sa.String(length=5), nullable=False, comment="title or text"),
        sa.Column("start", sa.Integer(), nullable=False, comment="first code point in the field"),
        sa.Column("end", sa.Integer(), nullable=False, comment="code point after the last"),
        sa.Column("relevant", sa.Boolean(), nullable=False, comment="whether the name means the brand there"),
        sa.Column("labelled_at", Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.brand_id"], name=op.f("fk_label_brand_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.post_id"], name=op.f("fk_label_post_id")),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_label")),
        sa.UniqueConstraint(
            "brand_id", "post_id", "field", "start", name=op.f("uq_label_brand_id_post_id_field_start")
        ),
        comment="What analysts said of mentions; an ambiguous name learns from it",
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_post_id"), ["post_id"], unique=False)
