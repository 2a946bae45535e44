"""What was found: annotations of posts, reports, alerts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.columns import Key, Utc, metadata

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
    Column("post_id", ForeignKey("post.post_id"), nullable=False),
    Column("brand_id", ForeignKey("brand.brand_id"), nullable=False),
    Column("product_id", String(80), comment="of the brand's product; NULL: the brand itself"),
    Column("field", String(5), nullable=False, comment="title or text"),
    Column("start", Integer, nullable=False, comment="first code point in the field"),
    Column("end", Integer, nullable=False, comment="code point after the last"),
    Column("matched", Text, nullable=False, comment="the words as written"),
    Column(
        "standing",
        String(7),
        nullable=False,
        comment="earned, owned (by an own account), repost; no naming: link (inside an address), source (handle of what is reposted)",
    ),
    Column("relevance", Float, nullable=False, comment="0 to 1: that the name means the brand"),
    Column("sentiment", String(8), nullable=False, comment="toward the brand: positive, neutral, negative, unscored"),
    Column("sentiment_score", Float, comment="-1 to 1"),
    Column("sentiment_confidence", Float, comment="0 to 1"),
    Column("extractor_version", String(64), nullable=False),
    # All that a figure asks of a post's mentions, so that their rows need not be read.
    Index("ix_mention_post", "post_id", "brand_id", "relevance", "standing", "sentiment", "product_id"),
    Index("ix_mention_brand_product", "brand_id", "product_id", "sentiment"),
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

duplicate_signature = Table(
    "duplicate_signature",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column(
        "signature", LargeBinary, nullable=False, comment="MinHash of the text: 64 numbers of 4 bytes; empty: too short"
    ),
    comment="What near-duplicates are told by",
)

duplicate_band = Table(
    "duplicate_band",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False, comment="digest of four numbers of a signature"),
    Column("post_id", ForeignKey("post.post_id"), primary_key=True, index=True),
    comment="Posts that may be near-duplicates share a band",
    sqlite_with_rowid=False,
)

entity = Table(
    "entity",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("field", String(5), primary_key=True, comment="title or text"),
    Column("start", Integer, primary_key=True, autoincrement=False, comment="first code point in the field"),
    Column("end", Integer, nullable=False, comment="code point after the last"),
    Column("name", Text, nullable=False, comment="as written"),
    Column("folded", String(200), nullable=False, index=True, comment="in one case, width and script"),
    Column("label", String(8), nullable=False, comment="ORG, PRODUCT, PERSON, LOCATION, OTHER"),
    comment="Names in posts that no watchlist needs to know",
)

intent = Table(
    "intent",
    metadata,
    Column("post_id", ForeignKey("post.post_id"), primary_key=True),
    Column("kind", String(9), primary_key=True, comment="question, wish, complaint, praise, purchase"),
    Column("score", Float, nullable=False, comment="0 to 1"),
    comment="What posts ask for",
)

label = Table(
    "label",
    metadata,
    Column("label_id", Key, primary_key=True),
    Column("brand_id", ForeignKey("brand.brand_id"), nullable=False),
    Column("post_id", ForeignKey("post.post_id"), nullable=False, index=True),
    Column("field", String(5), nullable=False, comment="title or text"),
    Column("start", Integer, nullable=False, comment="first code point in the field"),
    Column("end", Integer, nullable=False, comment="code point after the last"),
    Column("relevant", Boolean, nullable=False, comment="whether the name means the brand there"),
    Column("labelled_at", Utc, nullable=False),
    UniqueConstraint("brand_id", "post_id", "field", "start"),
    comment="What analysts said of mentions; an ambiguous name learns from it",
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

alert_sent = Table(
    "alert_sent",
    metadata,
    Column("alert_id", ForeignKey("alert.alert_id"), primary_key=True),
    Column("target", String(300), primary_key=True, comment="mail:ADDRESS or chat:NAME"),
    Column("sent_at", Utc, nullable=False),
    comment="Who was told of which alert: nobody is told twice",
)
