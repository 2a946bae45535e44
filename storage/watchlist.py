"""The watchlist in the database: brands and products as they are now, and when what is matched changed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from config.environment import environment
from config.watchlist import Watchlist, load_watchlist
from storage.database import writing
from storage.ledger import now
from storage.pseudonyms import Pseudonyms, load_pseudonyms
from storage.settling import settle
from storage.tables import account, account_version, brand, product, watchlist_change
from storage.things import ACCOUNT, chunks
from storage.upserts import upsert
from storage.watched import Watched
from storage.wording import Words


def watchlist_digest(watchlist: Watchlist) -> str:
    """A digest of what is matched: brands, names, queries, contexts, products, own accounts and domains."""
    brands = sorted(json.dumps(item.model_dump(mode="json"), sort_keys=True) for item in watchlist.brands)
    return hashlib.sha256("\n".join(brands).encode()).hexdigest()


def load_home_watchlist() -> Watchlist:
    """The home's watchlist; an empty one where there is none yet."""
    file = environment().watchlist
    return load_watchlist(file) if file.exists() else Watchlist()


def words_of(watchlist: Watchlist, pseudonyms: Pseudonyms | None = None) -> Words:
    """How records are worded for storage under a watchlist, by default with the home's pseudonyms."""
    return Words(pseudonyms or load_pseudonyms(), Watched.of(watchlist))


def sync_watchlist(
    engine: Engine, watchlist: Watchlist, words: Words | None = None, at: datetime | None = None
) -> str | None:
    """Bring brands, products and own accounts to what the watchlist says; returns what changed in words, None where nothing did."""
    with writing(engine) as connection:
        found = watchlist_digest(watchlist)
        last = connection.execute(
            select(watchlist_change).order_by(watchlist_change.c.changed_at.desc()).limit(1)
        ).first()
        if last is not None and last.digest == found:
            return None
        if last is None and not watchlist.brands:
            return None
        at = at or now()
        summary = describe(connection, watchlist)
        write_brands(connection, watchlist)
        own_accounts(connection, words or words_of(watchlist))
        if last is not None and last.changed_at >= at.replace(microsecond=0):
            connection.execute(delete(watchlist_change).where(watchlist_change.c.changed_at == last.changed_at))
            at = last.changed_at
        connection.execute(
            insert(watchlist_change).values(changed_at=at, digest=found, summary=summary, names=names_of(watchlist))
        )
    return summary


def names_of(watchlist: Watchlist) -> dict[str, list[str]]:
    """What is matched, brand by brand, for telling what a change added and dropped."""
    found: dict[str, list[str]] = {}
    for item in watchlist.brands:
        words = [item.name, *item.aliases, *(f"query {item.query}" if item.query else "",)]
        words += [name for made in item.products for name in (made.name, *made.aliases)]
        words += [f"{platform}/{own}" for platform, accounts in item.accounts.items() for own in accounts]
        words += item.domains
        words += [f"for {word}" for word in item.context.words_for]
        words += [f"against {word}" for word in item.context.words_against]
        found[item.key] = sorted({word for word in words if word})
    return dict(sorted(found.items()))


def describe(connection: Connection, watchlist: Watchlist) -> str:
    """What the watchlist adds to and drops from what was matched before, in words."""
    last = connection.execute(
        select(watchlist_change.c.names).order_by(watchlist_change.c.changed_at.desc()).limit(1)
    ).scalar()
    before, after = last or {}, names_of(watchlist)
    if not before:
        return f"watchlist begun: {', '.join(after)}"
    said = [f"brand {key} added" for key in after if key not in before]
    said += [f"brand {key} dropped" for key in before if key not in after]
    for key in sorted(after.keys() & before.keys()):
        said += [f"{key}: added {name}" for name in after[key] if name not in before[key]]
        said += [f"{key}: dropped {name}" for name in before[key] if name not in after[key]]
    return "; ".join(said) or "settings of brands changed"


def write_brands(connection: Connection, watchlist: Watchlist) -> None:
    """Brands and products as they are; those that left the list stay, since facts name them."""
    connection.execute(update(brand).values(active=False))
    upsert(
        connection,
        brand,
        [
            {"brand_id": item.key, "name": item.name, "competitors": list(item.competitors), "active": True}
            for item in watchlist.brands
        ],
    )
    upsert(
        connection,
        product,
        [
            {"brand_id": item.key, "product_id": made.key, "name": made.name}
            for item in watchlist.brands
            for made in item.products
        ],
    )


def own_accounts(connection: Connection, words: Words) -> None:
    """Tell which stored accounts are a brand's own now; those that no longer are lose their names."""
    changed: list[int] = []
    lost: list[int] = []
    named = select(account).where(account.c.brand_id.is_not(None))
    for row in connection.execute(named).all():
        if words.owner(row.platform, row.site, row.key, row.alias, row.url) != row.brand_id:
            changed.append(row.account_id)
            lost.append(row.account_id)
    scopes = connection.execute(select(account.c.platform, account.c.site).distinct()).all()
    for platform, site in scopes:
        for part in chunks(list(words.own_keys(platform, site))):
            where = account.c.platform == platform, account.c.site == site, account.c.brand_id.is_(None)
            told = account.c.key.in_(part) | account.c.alias.in_(part)
            changed += connection.execute(select(account.c.account_id).where(*where, told)).scalars()
    for part in chunks(lost):
        rows = connection.execute(select(account.c.account_id, account.c.alias).where(account.c.account_id.in_(part)))
        for number, alias in rows.all():
            connection.execute(
                update(account_version)
                .where(account_version.c.account_id == number)
                .values(attributes={"alias": alias} if alias is not None else {})
            )
    settle(connection, ACCOUNT, changed, words)
