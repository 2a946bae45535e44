"""Erase a person or a post: the rows, what others' texts and links say of them, what reports showed, and the kept pages.

A keyed entry stays, which every later write asks, so that no crawl, replay or import brings them back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Text, cast, delete, func, or_, select, update

from storage.erasure import ERASED, drop_from_archive, leads_to_one, scrubbed
from storage.errors import StorageError
from storage.keys import SELF_HOSTED, address_of
from storage.pruning import erasing, hide
from storage.tables import account, account_read, annotation, fetch, post, post_read, post_version, report, suppression
from storage.things import chunks, delete_accounts, delete_posts
from storage.upserts import upsert
from storage.watched import plain
from storage.wording import Words


@dataclass(slots=True)
class Found:
    """What an erasure takes: row numbers, the keys that stay, the words that must not."""

    keys: set[str] = field(default_factory=set)
    accounts: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    named_in: list[int] = field(default_factory=list)
    handles: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    reports: list[str] = field(default_factory=list)


def find_person(connection: Connection, words: Words, platform: str, name: str, site: str | None = None) -> Found:
    """All of somebody on a platform, by handle (``name@server`` where servers are many), stable id or shown name.

    Raises StorageError where only the server would tell whom is meant.
    """
    found = Found()
    handle, _, server = plain(name).partition("@")
    if platform in SELF_HOSTED and not server and site is None:
        raise StorageError(
            f"{name!r} may be somebody else on each server of {platform}; write name@server, or say --site"
        )
    sites = {site} if site is not None else sites_of(connection, platform) | {"", server}
    shown_names: set[str] = set()
    for here in sites:
        told = handle if server and here == server else plain(name)
        found.keys |= {words.handle_key(platform, here, told), words.id_key(platform, here, name.removeprefix("@"))}
        shown_names.add(words.pseudonyms.of("name", platform, here, plain(name)))
    found.keys |= shown_names
    if site is None:
        found.keys.add(words.person_key(platform, name))
    for part in chunks(sorted(found.keys)):
        told_by = account.c.platform == platform, or_(account.c.key.in_(part), account.c.alias.in_(part))
        rows = connection.execute(select(account.c.account_id, account.c.key, account.c.alias).where(*told_by))
        for row in rows.all():
            found.accounts.append(row.account_id)
            found.keys |= {key for key in (row.key, row.alias) if key is not None}
    for part in chunks(found.accounts):
        found.posts += connection.execute(select(post.c.post_id).where(post.c.account_id.in_(part))).scalars()
    for part in chunks(sorted(shown_names)):
        theirs = post.c.platform == platform, post.c.author_name.in_(part)
        found.posts += connection.execute(select(post.c.post_id).where(*theirs)).scalars()
    if re.fullmatch(r"@?[\w.-]{2,}(@[\w.-]+)?", name):
        found.handles = {plain(name), *([handle] if server else [])}
        found.named_in = named_in(connection, platform, handle, set(found.posts))
        found.words.add("@" + handle)
    return complete(connection, words, found)


def sites_of(connection: Connection, platform: str) -> set[str]:
    """The sites of a platform that anything is stored of."""
    return {
        site
        for table in (account, post)
        for site in connection.execute(select(table.c.site).where(table.c.platform == platform).distinct()).scalars()
    }


def find_post(connection: Connection, words: Words, named: str, platform: str | None = None) -> Found:
    """A post by its address, or by its id on a platform; raises StorageError where an id comes without its platform."""
    found = Found()
    address = address_of(named)
    if "://" not in named and platform is None:
        raise StorageError(f"{named!r} is an id; say on which platform (--platform)")
    query = select(post.c.post_id).where(or_(post.c.url == address, post.c.native_id.in_({named, address})))
    if platform is not None:
        query = query.where(post.c.platform == platform)
    found.posts = list(connection.execute(query).scalars())
    if not found.posts and platform is not None:
        for namespace in ("post", "comment"):
            found.keys |= {
                words.pseudonyms.of("post", platform, "", namespace, name) for name in (named, address or named)
            }
    return complete(connection, words, found)


def named_in(connection: Connection, platform: str, handle: str, own: set[int]) -> list[int]:
    """Posts of others on the platform whose words or links name the handle."""
    wordings = contains(cast(post_version.c.attributes, Text), handle)
    query = (
        select(post.c.post_id)
        .join(post_version, post_version.c.post_id == post.c.post_id)
        .where(post.c.platform == platform, wordings)
        .distinct()
    )
    return [number for number in connection.execute(query).scalars() if number not in own]


def complete(connection: Connection, words: Words, found: Found) -> Found:
    """Add the keys and the words of the posts, the pages that showed any of it, and the reports that quote it."""
    for part in chunks(found.posts):
        for row in connection.execute(select(post).where(post.c.post_id.in_(part))):
            scope = row.platform, row.site, row.namespace
            for name in (row.native_id, row.url):
                if name is not None:
                    found.keys.add(words.pseudonyms.of("post", *scope, name))
            found.words |= {
                word for word in (row.url, (row.text or "")[:30], (row.title or "")[:30]) if len(word or "") > 12
            }
        found.pages.update(
            connection.execute(select(post_read.c.fetch_id).where(post_read.c.post_id.in_(part))).scalars()
        )
    for part in chunks(found.named_in):
        found.pages.update(
            connection.execute(select(post_read.c.fetch_id).where(post_read.c.post_id.in_(part))).scalars()
        )
    for part in chunks(found.accounts):
        shown = select(account_read.c.fetch_id).where(account_read.c.account_id.in_(part))
        found.pages.update(connection.execute(shown).scalars())
    for row in connection.execute(select(report.c.place, report.c.figures)):
        if scrub_values(row.figures, found.words) != row.figures:
            found.reports.append(row.place)
    return found


def erase(engine: Engine, words: Words, found: Found, at: datetime) -> None:
    """Erase what was found, in one transaction."""
    with erasing(engine) as connection:
        rows = [{"key": key, "erased_at": at} for key in sorted(found.keys)]
        upsert(connection, suppression, rows, update=())
        drop_from_archive(connection, sorted(found.pages))
        natives = own_ids(connection, found.posts)
        for row in connection.execute(select(report.c.report_id, report.c.figures)).all():
            left = scrub_values(row.figures, found.words)
            if left != row.figures:
                connection.execute(update(report).where(report.c.report_id == row.report_id).values(figures=left))
        unname(connection, found.named_in, found.handles)
        delete_posts(connection, found.posts)
        delete_accounts(connection, found.accounts)
        for name in ("in_reply_to", "repost_of", "quote_of"):
            for part in chunks(natives):
                connection.execute(update(post).where(post.c[name].in_(part)).values({name: None}))
        hide_addresses(connection, words, found)


def own_ids(connection: Connection, posts: Sequence[int]) -> list[str]:
    """The ids of some posts, by which others refer to them."""
    found: list[str] = []
    for part in chunks(posts):
        found += connection.execute(select(post.c.native_id).where(post.c.post_id.in_(part))).scalars()
    return found


def unname(connection: Connection, posts: Sequence[int], handles: Collection[str]) -> None:
    """Take handles out of others' words and links."""
    for part in chunks(posts):
        rows = connection.execute(
            select(post_version.c.post_id, post_version.c.version, post_version.c.attributes).where(
                post_version.c.post_id.in_(part)
            )
        ).all()
        for row in rows:
            left = scrubbed(row.attributes, handles)
            if left != row.attributes:
                here = post_version.c.post_id == row.post_id, post_version.c.version == row.version
                connection.execute(update(post_version).where(*here).values(attributes=left))
        for row in connection.execute(select(post).where(post.c.post_id.in_(part))).all():
            shown = {"title": row.title, "text": row.text, "links": row.links}
            left = scrubbed(shown, handles)
            if left != shown:
                connection.execute(update(post).where(post.c.post_id == row.post_id).values(left))
                connection.execute(delete(annotation).where(annotation.c.post_id == row.post_id))


def hide_addresses(connection: Connection, words: Words, found: Found) -> None:
    """Hide the addresses of their pages in the ledger: those of their posts, and those that name the handle."""
    urls = {word for word in found.words if "://" in word}
    for name in sorted(urls | found.handles):
        query = select(fetch.c.fetch_id, fetch.c.url).where(
            contains(fetch.c.url, name), ~fetch.c.url.startswith(ERASED)
        )
        rows = [
            row for row in connection.execute(query).all() if row.url in urls or leads_to_one(row.url, found.handles)
        ]
        hide(connection, words.pseudonyms, ERASED, rows)


def contains(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Whether a text holds a name, in any case."""
    return func.lower(column).contains(name.casefold(), autoescape=True)


def scrub_values(value: Any, words: Iterable[str]) -> Any:
    """JSON without the strings that hold any of some words."""
    if isinstance(value, dict):
        return {key: scrub_values(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [scrub_values(item, words) for item in value]
    if isinstance(value, str) and any(word in value for word in words):
        return ERASED.rstrip(":")
    return value
