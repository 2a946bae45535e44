"""What is to annotate, and annotations written in batches, each batch in one transaction.

A post is annotated anew when the extractors' version changed; when only the watchlist changed, its mentions are matched anew,
and mentions that were not there before are queued (extractor version ``queued``) for their sentiment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from storage.database import writing
from storage.tables import account, annotation, entity, intent, keyword, mention, post
from storage.upserts import Driver, upsert

QUEUED = "queued"
"""Version of a mention whose sentiment is still to be found."""
PAGE = 1000
"""Posts read at a time."""
CHUNK = 500

HAS_WORDS = or_(post.c.text.is_not(None), post.c.title.is_not(None))
SAME = ("brand_id", "product_id", "field", "start", "end")
"""What makes a mention found anew the one that was there."""


def texts() -> Select[Any]:
    """What the extractors need of a post."""
    return select(
        post.c.post_id,
        post.c.version,
        post.c.platform,
        post.c.site,
        post.c.kind,
        post.c.url,
        post.c.title,
        post.c.text,
        post.c.repost_of,
        post.c.stated_language,
        account.c.handle,
        account.c.native_id.label("author_id"),
        account.c.alias.label("author_alias"),
        account.c.site.label("author_site"),
        account.c.brand_id.label("owner"),
        annotation.c.language,
    ).select_from(post.outerjoin(account).outerjoin(annotation, annotation.c.post_id == post.c.post_id))


def outdated(extractor_version: str) -> ColumnElement[bool]:
    """Posts never annotated, or by another version."""
    return and_(HAS_WORDS, or_(annotation.c.post_id.is_(None), annotation.c.extractor_version != extractor_version))


def unmatched(extractor_version: str, matcher_version: str) -> ColumnElement[bool]:
    """Posts annotated by this version, but matched with another watchlist."""
    return and_(annotation.c.extractor_version == extractor_version, annotation.c.matcher_version != matcher_version)


def queued() -> ColumnElement[bool]:
    """Posts with mentions whose sentiment is still to be found."""
    # Asked of each post, not listed: the list would be made again for each page.
    return exists().where(mention.c.post_id == post.c.post_id, mention.c.extractor_version == QUEUED)


def how_many(engine: Engine, which: ColumnElement[bool]) -> int:
    """How many posts there are of a kind."""
    joined = post.outerjoin(annotation, annotation.c.post_id == post.c.post_id)
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(joined).where(which)).scalar_one()


def more_new_than(engine: Engine, number: int) -> bool:
    """Whether more posts than that came after the last one that was annotated: told at once, however many there are."""
    last = select(func.coalesce(func.max(annotation.c.post_id), 0)).scalar_subquery()
    fresh = select(post.c.post_id).where(HAS_WORDS, post.c.post_id > last)
    with engine.connect() as connection:
        return len(connection.execute(fresh.limit(number + 1)).all()) > number


def pages(engine: Engine, which: ColumnElement[bool]) -> Iterator[Sequence[Row[Any]]]:
    """The posts of a kind, page by page in the order of their numbers; each is met once, whatever is written meanwhile."""
    after = 0
    while True:
        with engine.connect() as connection:
            rows = connection.execute(
                texts().where(which, post.c.post_id > after).order_by(post.c.post_id).limit(PAGE)
            ).all()
        if not rows:
            return
        yield rows
        after = rows[-1].post_id


def write_annotations(
    connection: Connection,
    annotations: Sequence[Mapping[str, Any]],
    mentions: Sequence[Mapping[str, Any]],
    keywords: Sequence[Mapping[str, Any]],
    entities: Sequence[Mapping[str, Any]],
    intents: Sequence[Mapping[str, Any]],
) -> None:
    """Put the annotations of some posts in the place of what was there; ``version`` of each row is the wording that was read."""
    versions = {row["post_id"]: row["version"] for row in annotations}
    # A post that was erased or worded anew meanwhile is left for the next time.
    there = still_there(connection, list(versions), versions)
    # First of all, so that a second run over the same posts waits here and then replaces what this one wrote.
    rows = [{name: value for name, value in row.items() if name != "version"} for row in annotations]
    upsert(connection, annotation, [row for row in rows if row["post_id"] in there])
    for part in chunks(sorted(there)):
        for table in (mention, keyword, entity, intent):
            connection.execute(delete(table).where(table.c.post_id.in_(part)))
    add(connection, mention, mentions, there)
    add(connection, keyword, keywords, there)
    add(connection, entity, entities, there)
    add(connection, intent, intents, there)


def write_matches(
    engine: Engine, numbers: Sequence[int], mentions: Sequence[Mapping[str, Any]], matcher_version: str
) -> None:
    """Put the mentions of some posts in the place of those that were there; one that was there keeps its sentiment."""
    with writing(engine) as connection:
        there = still_there(connection, numbers)
        # First of all, so that a second run over the same posts waits here.
        for part in chunks(numbers):
            connection.execute(
                update(annotation).where(annotation.c.post_id.in_(part)).values(matcher_version=matcher_version)
            )
        known: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        standing: dict[int, tuple[str, float]] = {}
        columns = [mention.c[name] for name in ("mention_id", "standing", "relevance", "post_id", *SAME)]
        for part in chunks(numbers):
            for number, *now, post_id, brand, product, field, start, end in connection.execute(
                select(*columns).where(mention.c.post_id.in_(part))
            ):
                known[post_id, brand, product, field, start, end].append(number)
                standing[number] = (now[0], now[1])
        fresh: list[Mapping[str, Any]] = []
        changed: list[tuple[str, float, int]] = []
        for row in mentions:
            kept = known.get((row["post_id"], *(row[name] for name in SAME)))
            if not kept:
                fresh.append(row)
                continue
            number = kept.pop()
            if standing[number] != (row["standing"], row["relevance"]):
                changed.append((row["standing"], row["relevance"], number))
        Driver(connection).update(mention, "mention_id", ("standing", "relevance"), changed)
        for part in chunks([number for numbers_left in known.values() for number in numbers_left]):
            connection.execute(delete(mention).where(mention.c.mention_id.in_(part)))
        add(connection, mention, fresh, there)


def queued_mentions(engine: Engine, numbers: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The queued mentions of some posts, by post."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    with engine.connect() as connection:
        for part in chunks(numbers):
            where = (mention.c.post_id.in_(part), mention.c.extractor_version == QUEUED)
            for row in connection.execute(select(mention).where(*where)):
                found[row.post_id].append(row)
    return found


def write_sentiments(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> None:
    """Give queued mentions their sentiment: ``mention_id``, ``sentiment`` and its numbers, ``extractor_version``."""
    names = ("sentiment", "sentiment_score", "sentiment_confidence", "extractor_version")
    scored = [(*(row[name] for name in names), row["mention_id"]) for row in rows]
    with writing(engine) as connection:
        Driver(connection).update(mention, "mention_id", names, scored)


def unscored_share(engine: Engine) -> tuple[int, int, int]:
    """Mentions in all, of them queued for their sentiment, and of them unscored for want of a model."""
    lacking = mention.c.sentiment == "unscored"
    waiting = mention.c.extractor_version == QUEUED
    with engine.connect() as connection:
        everything, queue, without = connection.execute(
            select(
                func.count(),
                func.count().filter(waiting),
                func.count().filter(lacking, ~waiting),
            ).select_from(mention)
        ).one()
    return everything, queue, without


def still_there(connection: Connection, numbers: Sequence[int], versions: Mapping[int, str] | None = None) -> set[int]:
    """Which of some posts are stored, in the wordings given where they are."""
    found: set[int] = set()
    for part in chunks(numbers):
        rows = connection.execute(select(post.c.post_id, post.c.version).where(post.c.post_id.in_(part)))
        found.update(row.post_id for row in rows if versions is None or versions[row.post_id] == row.version)
    return found


def add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], there: set[int]) -> None:
    """Insert the rows of posts that are stored; all have the same columns."""
    names = list(rows[0]) if rows else []
    kept = [tuple(row[name] for name in names) for row in rows if row["post_id"] in there]
    if kept:
        Driver(connection).insert(table, names, kept, new=True)


def chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """Numbers in portions that fit into one statement."""
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]
