"""Groups of near-duplicates: a new post joins the group of the post that it is most like, and groups never merge or split.

So a group's number, and which posts it held yesterday, stay as they are when posts are added.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, delete, exists, func, select, text

from extractors.duplicates import NUMBERS, Signature, bands_of_many, best, signatures
from storage.annotations import chunks
from storage.database import writing
from storage.tables import duplicate_band, duplicate_group, duplicate_signature, mention, post
from storage.upserts import Driver, compact, upsert

Sign = Callable[[Iterable[list[str]]], Iterator[list[Signature | None]]]
"""From pages of texts to the signatures of each, in their order."""
MOST_CANDIDATES = 200
"""Posts that share a band and are compared; more of them are copies of one another anyway."""


def lacking() -> Any:
    """Posts with mentions whose signature is still to be made: only what counts in a figure is grouped."""
    return (
        exists().where(mention.c.post_id == post.c.post_id),
        ~exists().where(duplicate_signature.c.post_id == post.c.post_id),
    )


def waiting(engine: Engine) -> list[int]:
    """The posts that are still to be grouped, oldest first: only what counts in a figure is grouped."""
    at = func.coalesce(post.c.published_at, post.c.first_seen_at)
    with engine.connect() as connection:
        return list(connection.execute(select(post.c.post_id).where(*lacking()).order_by(at, post.c.post_id)).scalars())


def one_by_one(pages: Iterable[list[str]]) -> Iterator[list[Signature | None]]:
    """The signatures of each page of texts, made in this process."""
    return map(signatures, pages)


def group_all(engine: Engine, numbers: Sequence[int], sign: Sign = one_by_one) -> Iterator[int]:
    """Group posts in this order; yields how many were done, page by page. ``sign`` may read pages ahead."""
    read: deque[tuple[int, list[int]]] = deque()

    def pages() -> Iterator[list[str]]:
        for part in chunks(numbers):
            words = words_of(engine, part)
            there = [number for number in part if number in words]
            read.append((len(part), there))
            yield [words[number] for number in there]

    for made in sign(pages()):
        size, there = read.popleft()
        group(engine, dict(zip(there, made, strict=True)))
        yield size


def words_of(engine: Engine, numbers: Sequence[int]) -> dict[int, str]:
    """What the posts say that are there."""
    with engine.connect() as connection:
        rows = connection.execute(select(post.c.post_id, post.c.title, post.c.text).where(post.c.post_id.in_(numbers)))
        return {row.post_id: " ".join(filter(None, (row.title, row.text))) for row in rows}


def group(engine: Engine, made: Mapping[int, Signature | None]) -> None:
    """Put each of some posts beside its like, one after another in this order, in one transaction."""
    with writing(engine) as connection:
        # Another run may have been at the same posts meanwhile: what is there already is as good.
        left = select(post.c.post_id).where(post.c.post_id.in_(list(made)), *lacking())
        still = set(connection.execute(left).scalars())
        signed = {number: one for number, one in made.items() if one is not None and number in still}
        driver = Driver(connection)
        stored = [(number, b"" if (one := made[number]) is None else one.astype("<u4").tobytes()) for number in still]
        driver.insert(duplicate_signature, ("post_id", "signature"), stored, new=False)
        if not signed:
            return
        own_bands = dict(zip(signed, map(set, bands_of_many(np.stack(list(signed.values())))), strict=True))
        like = likes(driver, signed, own_bands)
        banded = [(band, number) for number, bands in own_bands.items() for band in sorted(bands)]
        driver.insert(duplicate_band, ("band", "post_id"), banded, new=False)
        join(connection, like)


def likes(driver: Driver, signed: Mapping[int, Signature], own_bands: Mapping[int, Set[int]]) -> dict[int, int]:
    """The post that each post is most like, of those stored and those before it, where one is like enough."""
    beside = stored_beside(driver, sorted(set().union(*own_bands.values())))
    stored = sorted(set().union(*beside.values()))
    known = np.concatenate([signatures_of(driver, stored), np.stack(list(signed.values()))])
    rows = {number: row for row, number in enumerate([*stored, *signed])}
    found: dict[int, int] = {}
    for number, one in signed.items():
        lists = [beside[band] for band in own_bands[number]]
        candidates = sorted(set().union(*lists))[:MOST_CANDIDATES]
        row = best(one, known[[rows[other] for other in candidates]])
        if row is not None:
            found[number] = candidates[row]
        for numbers in lists:
            insort(numbers, number)
            del numbers[MOST_CANDIDATES:]
    return found


def stored_beside(driver: Driver, bands: Sequence[int]) -> defaultdict[int, list[int]]:
    """The first stored posts of each band; those after them would be no candidates."""
    wanted = "json_each(:bands) AS wanted" if driver.is_sqlite else "unnest(CAST(:bands AS bigint[])) AS wanted (value)"
    joined = "group_concat(post_id, ' ')" if driver.is_sqlite else "string_agg(CAST(post_id AS text), ' ')"
    # The posts of a band as one text: there are up to 200 of them, and a row for each takes far longer.
    statement = f"""
        SELECT wanted.value, (
            SELECT {joined} FROM (
                SELECT post_id FROM duplicate_band WHERE band = wanted.value ORDER BY post_id LIMIT {MOST_CANDIDATES}
            ) AS first
        ) FROM {wanted}
    """  # noqa: S608 - our own words
    given = compact(list(bands)) if driver.is_sqlite else list(bands)
    rows = driver.connection.execute(text(statement), {"bands": given}).all()
    return defaultdict(list, {band: sorted(map(int, numbers.split())) for band, numbers in rows if numbers})


def signatures_of(driver: Driver, numbers: Sequence[int]) -> NDArray[np.uint32]:
    """The signatures of some posts, as rows in their order."""
    names = ("post_id", "signature")
    kept: dict[int, bytes] = dict(driver.select(duplicate_signature, names, {}, "post_id", numbers))
    return np.frombuffer(b"".join(kept[number] for number in numbers), "<u4").astype(np.uint32).reshape(-1, NUMBERS)


def join(connection: Connection, like: Mapping[int, int]) -> None:
    """Put each post into the group of another, which may have to be begun."""
    groups = duplicate_group
    known: dict[int, int] = {}
    for part in chunks(sorted(set(like.values()))):
        rows = connection.execute(select(groups.c.post_id, groups.c.group_id).where(groups.c.post_id.in_(part)))
        known.update((row.post_id, row.group_id) for row in rows)
    fresh: dict[int, int] = {}
    for number, other in like.items():
        head = known.get(other)
        if head is None:
            head = known[other] = fresh[other] = other
        known[number] = fresh[number] = head
    upsert(connection, groups, [{"post_id": number, "group_id": head} for number, head in fresh.items()], update=())


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """Take posts whose words changed out of their groups, so that they are grouped anew; those beside them stay."""
    for part in chunks(numbers):
        heads: dict[int, list[int]] = defaultdict(list)
        groups = duplicate_group
        for row in connection.execute(select(groups).where(groups.c.group_id.in_(part))):
            heads[row.group_id].append(row.post_id)
        for head, members in heads.items():
            others = sorted(set(members) - {head})
            if others:
                connection.execute(groups.update().where(groups.c.post_id.in_(others)).values(group_id=others[0]))
        for table in (groups, duplicate_band, duplicate_signature):
            connection.execute(delete(table).where(table.c.post_id.in_(part)))
