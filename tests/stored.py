"""What tests of the database share: pages of our own making, and the rows by natural keys, since row numbers depend on the order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from config.watchlist import Brand, Watchlist
from extractors.records import Count, Moment, Outcome, Post, Profile, Reading, Record
from storage.fetched import Fetched
from storage.ledger import finish_run, start_run
from storage.pseudonyms import Pseudonyms
from storage.tables import (
    account,
    account_read,
    account_version,
    annotation,
    fetch,
    fetch_again,
    post,
    post_read,
    post_version,
)
from storage.watchlist import words_of
from storage.wording import Words
from storage.writing import Writer

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEY = Pseudonyms(b"a key for tests alone")
WATCHLIST = Watchlist(
    brand=(
        Brand(name="Acme", accounts={"mastodon": ("acme@social.test",), "youtube": ("@acme",), "weixin": ("Acme",)}),
        Brand(name="Globex", competitors=()),
    )
)
WORDS: Words = words_of(WATCHLIST, KEY)
Page = tuple[Fetched, Reading]


def hours(number: float) -> datetime:
    """A time after the tests' first."""
    return AT + timedelta(hours=number)


def exact(number: int | None) -> Count | None:
    """A count told as one number."""
    return None if number is None else Count(number, number)


def a_post(id: str | None = "1", **values: Any) -> Post:
    """A post on a platform without sites."""
    values.setdefault("platform", "youtube")
    for name in ("likes", "comments", "views"):
        if isinstance(values.get(name), int):
            values[name] = exact(values[name])
    if isinstance(values.get("published_at"), datetime):
        values["published_at"] = Moment(values["published_at"])
    return Post(id=id, **values)


def a_profile(**values: Any) -> Profile:
    """A profile on a platform without sites."""
    values.setdefault("platform", "youtube")
    if isinstance(values.get("followers"), int):
        values["followers"] = exact(values["followers"])
    return Profile(**values)


def page(
    url: str,
    at: datetime | None,
    *records: Record,
    outcome: Outcome = Outcome.OK,
    reason: str | None = None,
    **values: Any,
) -> Page:
    """A page as an import brings it."""
    body = f"{url} {at} {records!r}"
    values.setdefault("platform", records[0].platform if records else "youtube")
    fetched = Fetched(
        url=url, host="video.test", fetched_at=at, status=200, via="import",
        body_digest=hashlib.sha256(body.encode()).hexdigest(), **values,
    )  # fmt: skip
    return fetched, Reading(outcome, reason, records)


def bring(engine: Engine, pages: Iterable[Page], *, batch: int = 50, watchlist: Watchlist = WATCHLIST) -> int:
    """Import pages in a run of its own; returns the run."""
    run_id = start_run(engine, "import", None, {}, AT)
    with Writer(engine, run_id, batch=batch, watchlist=watchlist, pseudonyms=KEY) as writer:
        for fetched, reading in pages:
            writer.add(fetched, reading)
    finish_run(engine, run_id, 0, None, AT)
    return run_id


def rows(engine: Engine) -> dict[str, list[Any]]:
    """All that pages left, by natural keys, sorted."""
    with engine.connect() as connection:
        accounts = {row.account_id: row for row in connection.execute(select(account))}
        posts = {row.post_id: row for row in connection.execute(select(post))}
        fetches = {row.fetch_id: row for row in connection.execute(select(fetch))}

        def name_of(thing: Any) -> tuple[str, ...]:
            return (thing.platform, thing.site, getattr(thing, "namespace", ""), getattr(thing, "key", thing.native_id))

        def plain(row: Any, *left_out: str) -> dict[str, Any]:
            made = {name: value for name, value in row._mapping.items() if name not in left_out}
            if "account_id" in made:
                made["account_id"] = name_of(accounts[row.account_id]) if row.account_id is not None else None
            if "post_id" in made:
                made["post_id"] = name_of(posts[row.post_id])
            if "fetch_id" in made:
                made["fetch_id"] = fetches[row.fetch_id].url, fetches[row.fetch_id].fetched_at
            return made

        found = {
            "account": [plain(row, "account_id") for row in accounts.values()],
            "post": [plain(row, "post_id") for row in posts.values()],
            "fetch": [plain(row, "fetch_id", "run_id", "planned_at") for row in fetches.values()],
        }
        for table in (post_read, account_read, post_version, account_version, annotation):
            found[table.name] = [plain(row) for row in connection.execute(select(table))]
        found["fetch_again"] = [plain(row, "run_id") for row in connection.execute(select(fetch_again))]
    return {name: sorted(values, key=repr) for name, values in found.items()}
