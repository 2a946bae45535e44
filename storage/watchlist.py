"""The watchlist in the database: brands and products as they are now, and when what is matched changed."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from config.watchlist import Watchlist
from storage.database import writing
from storage.ledger import now
from storage.pseudonyms import Pseudonyms
from storage.tables import account, account_version, brand, product, watchlist_change
from storage.things import chunks
from storage.upserts import upsert
from storage.watched import Watched, plain
from storage.wording import digest


def watchlist_digest(watchlist: Watchlist) -> str:
    """A digest of what is matched: brands, names, queries, contexts, products, own accounts and domains."""
    brands = sorted(json.dumps(item.model_dump(mode="json"), sort_keys=True) for item in watchlist.brands)
    return hashlib.sha256("\n".join(brands).encode()).hexdigest()


def sync_watchlist(
    engine: Engine, watchlist: Watchlist, pseudonyms: Pseudonyms, at: datetime | None = None
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
        own_accounts(connection, watchlist, pseudonyms)
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


def own_accounts(connection: Connection, watchlist: Watchlist, pseudonyms: Pseudonyms) -> None:
    """Tell the stored accounts that are a brand's own now; those that no longer are lose their names."""
    watched = Watched.of(watchlist)
    named = connection.execute(select(account).where(account.c.brand_id.is_not(None))).all()
    for row in named:
        owner = watched.brand_of(row.platform, row.site, row.native_id, row.handle, row.url)
        if owner is None:
            connection.execute(
                update(account)
                .where(account.c.account_id == row.account_id)
                .values(brand_id=None, native_id=row.key, **dict.fromkeys(PERSONAL), version=digest(""))
            )
            connection.execute(
                update(account_version)
                .where(account_version.c.account_id == row.account_id)
                .values(attributes={"alias": row.alias} if row.alias else {})
            )
        elif owner != row.brand_id:
            connection.execute(update(account).where(account.c.account_id == row.account_id).values(brand_id=owner))
    for item in watchlist.brands:
        for platform, names in item.accounts.items():
            for name in names:
                find_own(connection, pseudonyms, platform, name, item.key)


PERSONAL = ("handle", "url", "name", "text", "verified", "joined_at", "joined_precision")


def find_own(connection: Connection, pseudonyms: Pseudonyms, platform: str, name: str, brand_id: str) -> None:
    """Find a watched account among those that were stored under a pseudonym."""
    handle, _, server = plain(name).partition("@")
    sites = connection.execute(select(account.c.site).where(account.c.platform == platform).distinct()).scalars().all()
    keys: list[str] = []
    for site in sites:
        if not site:
            keys += [pseudonyms.of("handle", platform, "", plain(name)), pseudonyms.of("id", platform, "", name)]
        elif server:
            keys.append(pseudonyms.of("handle", platform, site, handle if site == server else plain(name)))
    for part in chunks(keys):
        connection.execute(
            update(account)
            .where(
                account.c.platform == platform,
                account.c.brand_id.is_(None),
                account.c.alias.in_(part) | account.c.key.in_(part),
            )
            .values(brand_id=brand_id)
        )
