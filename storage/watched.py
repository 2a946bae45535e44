"""Which accounts are watched: the brands' own, by the watchlist. All other people are stored under pseudonyms."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from config.watchlist import Watchlist
from extractors.values.addresses import canonical


def plain(name: str) -> str:
    """A handle as it is compared: without @, in one case and width."""
    return unicodedata.normalize("NFKC", name).strip().removeprefix("@").casefold()


class Watched:
    """The watchlist's own accounts of each brand."""

    def __init__(self, accounts: Iterable[tuple[str, str, str]] = ()) -> None:
        """Take (platform, account as the watchlist writes it, brand id) of each."""
        self.names: dict[tuple[str, str], str] = {}
        self.accounts = tuple(accounts)
        for platform, account, brand_id in self.accounts:
            self.names.setdefault((platform, plain(account)), brand_id)
            address = canonical(account)
            if address is not None:
                self.names.setdefault((platform, address_key(address)), brand_id)

    @classmethod
    def of(cls, watchlist: Watchlist) -> Watched:
        """Those of a watchlist."""
        return cls(
            (platform, account, brand.key)
            for brand in watchlist.brands
            for platform, accounts in brand.accounts.items()
            for account in accounts
        )

    def brand_of(
        self, platform: str, site: str = "", id: str | None = None, handle: str | None = None, url: str | None = None
    ) -> str | None:
        """The brand whose own account it is, told by id, handle (with its server where it has one) or address; None if nobody's."""
        if not self.names:
            return None
        for name in (id, handle):
            if name is None:
                continue
            key = plain(name)
            found = self.names.get((platform, key))
            # A bare name on a self-hosted engine is anybody's: only name@server tells whose.
            if found is not None and (not site or "@" in key):
                return found
            if site and "@" not in key:
                found = self.names.get((platform, f"{key}@{site}"))
                if found is not None:
                    return found
        if url is not None:
            return self.names.get((platform, address_key(url)))
        return None


def address_key(address: str) -> str:
    """An account's address as it is compared."""
    parts = urlsplit(address)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}".casefold()
