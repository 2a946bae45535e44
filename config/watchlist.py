"""The watchlist: which brands, products, accounts, tags, queries, feeds and pages are watched.

Read from ``watchlist.toml`` in the home. Every error names the file and the line or the table, what is wrong and what would be right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from config.mistakes import explain

Tables = TypeVar("Tables", bound=BaseModel)
TargetKind = Literal["profile", "tag", "query", "feed", "page"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]


class ConfigError(Exception):
    """A configuration file is wrong; the message is one sentence for the operator."""


class TomlTable(BaseModel):
    """A table of the file; unknown keys are refused, since a typo would silently watch nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Target(TomlTable):
    """One thing to crawl: an account, a tag, a query, a feed or a page on one platform."""

    platform: str
    kind: TargetKind
    value: str
    site: str = ""
    """The host, for engines that anyone can run (Mastodon, Lemmy, Discourse)."""
    brand: str | None = None


class Context(TomlTable):
    """Words that speak for or against an ambiguous name meaning the brand."""

    words_for: tuple[Word, ...] = Field(default=(), alias="for")
    words_against: tuple[Word, ...] = Field(default=(), alias="against")


class Product(TomlTable):
    """A product of a brand; its name is an alias too."""

    name: Word
    id: Slug | None = None
    aliases: tuple[Word, ...] = ()

    @property
    def key(self) -> str:
        """The product's id, made from its name where none is given."""
        return self.id or slug(self.name)


class Brand(TomlTable):
    """A brand, its names, its products, and the accounts and domains that are its own."""

    name: Word
    id: Slug | None = None
    aliases: tuple[Word, ...] = ()
    query: str | None = None
    competitors: tuple[Slug, ...] = ()
    domains: tuple[Word, ...] = ()
    context: Context = Context()
    products: tuple[Product, ...] = Field(default=(), alias="product")
    accounts: dict[Slug, tuple[Word, ...]] = {}

    @property
    def key(self) -> str:
        """The brand's id, made from its name where none is given."""
        return self.id or slug(self.name)


class Search(TomlTable):
    """Tags and queries to follow on one platform, wherever a brand may turn up."""

    platform: Slug
    site: str = ""
    tags: tuple[Word, ...] = ()
    queries: tuple[Word, ...] = ()


class Feed(TomlTable):
    """A feed to follow."""

    url: WebAddress
    brand: Slug | None = None


class WatchedPage(TomlTable):
    """A page to revisit; ``platform`` where its address can't tell."""

    url: WebAddress
    platform: Slug | None = None
    brand: Slug | None = None


class Watchlist(TomlTable):
    """All that is watched."""

    brands: tuple[Brand, ...] = Field(default=(), alias="brand")
    searches: tuple[Search, ...] = Field(default=(), alias="search")
    feeds: tuple[Feed, ...] = Field(default=(), alias="feed")
    pages: tuple[WatchedPage, ...] = Field(default=(), alias="page")

    @model_validator(mode="after")
    def names_fit(self) -> Watchlist:
        """Each brand once; competitors and owners must be brands of this list."""
        keys = [brand.key for brand in self.brands]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"brand {key!r} stands twice; give one of them another id")
        for brand in self.brands:
            for other in brand.competitors:
                if other not in keys:
                    raise ValueError(
                        f"competitor {other!r} of brand {brand.key!r} is no brand of this list; known: {', '.join(keys)}"
                    )
        owners = {feed.brand for feed in self.feeds} | {page.brand for page in self.pages}
        for owner in sorted(filter(None, owners)):
            if owner not in keys:
                raise ValueError(f"brand {owner!r} is no brand of this list; known: {', '.join(keys) or 'none'}")
        return self

    def find(self, key: str) -> Brand:
        """The brand of an id or name; raises ConfigError that lists the known ones."""
        for brand in self.brands:
            if key.casefold() in {brand.key, brand.name.casefold()}:
                return brand
        raise ConfigError(
            f"no brand {key!r} on the watchlist; known: {', '.join(brand.key for brand in self.brands) or 'none'}"
        )

    def targets(self) -> Iterator[Target]:
        """All that can be crawled, in the file's order."""
        for brand in self.brands:
            for platform, accounts in brand.accounts.items():
                for account in accounts:
                    yield Target(platform=platform, kind="profile", value=account, brand=brand.key)
        for search in self.searches:
            for tag in search.tags:
                yield Target(platform=search.platform, kind="tag", value=tag.removeprefix("#"), site=search.site)
            for query in search.queries:
                yield Target(platform=search.platform, kind="query", value=query, site=search.site)
        for feed in self.feeds:
            yield Target(platform="feed", kind="feed", value=feed.url, brand=feed.brand)
        for page in self.pages:
            yield Target(platform=page.platform or "", kind="page", value=page.url, brand=page.brand)


def slug(name: str) -> str:
    """An id made from a name: lower case, words joined by hyphens."""
    made = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    return made or "x" + name.encode("utf-8").hex()[:12]


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file; raises ConfigError with file and line."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist; run 'scrapy init' to make a home with commented examples") from error
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: byte {error.start} can't be decoded; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no valid TOML: {error}") from error


def read_tables(path: Path, model: type[Tables]) -> Tables:
    """Read a TOML file into its model; raises ConfigError with file, line and table."""
    data = read_toml(path)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"{path}: {explain(error, data, path.read_text('utf-8'), model)}") from error


def load_watchlist(path: Path) -> Watchlist:
    """Read and check a watchlist; raises ConfigError."""
    return read_tables(path, Watchlist)
