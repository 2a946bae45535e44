"""What a stored thing is told by: (platform, site, namespace, id), and by its address or handle where a page shows no id.

What a page shows may be longer than an index takes: it is then told by its digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from extractors.records import Post
from extractors.values.addresses import canonical, host_of
from storage.pseudonyms import Pseudonyms

PLAIN = re.compile(r"https?://[a-z0-9.-]+/[A-Za-z0-9/._~@:%+,=-]*\Z")
"""Addresses that are canonical as they are, which most are."""
MAX_KEY_BYTES = 800
SELF_HOSTED = frozenset({"blog", "discourse", "feed", "lemmy", "mastodon", "page"})
"""Platforms whose ids mean something on one server only."""


def site_of(platform: str | None, url: str) -> str:
    """Whose ids the records of a page bear: the host of a self-hosted engine, a feed's own address, else empty."""
    if platform == "feed":
        address = canonical(url) or url
        return short(address.partition("://")[2], 255)
    return host_of(url)[:255] if platform in SELF_HOSTED else ""


def clean(text: str) -> str:
    """A text as both databases take it: without NUL and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text


def short(text: str, most: int = MAX_KEY_BYTES) -> str:
    """A text cut to what an index takes, the rest told by its digest; two that differ stay different."""
    if len(text) * 4 <= most:
        return text
    text = clean(text)
    if len(text.encode()) <= most:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return f"{text.encode()[: most - 33].decode('utf-8', 'ignore')}#{digest}"


PRUNED = "pruned:"
"""How the id of a post begins that is told by a keyed hash alone, since its own held an address or a name."""


def pruned_key(pseudonyms: Pseudonyms, scope: Sequence[str], key: str) -> str | None:
    """What a reduced post is told by if it is ever seen again; None for an id that names nobody."""
    if key.startswith(PRUNED) or not ("/" in key or "@" in key):
        return None
    return PRUNED + pseudonyms.of("post", *scope, key)


def address_of(url: str | None) -> str | None:
    """An address as it is stored and compared."""
    return url if url is None or PLAIN.match(url) else clean(canonical(url) or url)


def namespace_of(post: Post) -> str:
    """Comments' ids are counted apart from those of what they stand under."""
    return "comment" if post.kind == "comment" else "post"


def post_site(post: Post, platform: str | None, site: str) -> str:
    """The site of a record on a page of ``platform`` and ``site``; a feed may hold another platform's posts."""
    if post.platform == platform:
        return site
    return site_of(post.platform, post.url or "") if post.platform in SELF_HOSTED else ""


def nameless(post: Post, page_url: str) -> str:
    """The id of a post that shows neither id nor address: its page and a digest of its words."""
    words = "\x00".join(part or "" for part in (post.author_id, post.author, post.author_name, post.title, post.text))
    digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]
    return short(f"{address_of(page_url) or page_url}#{digest}")


def handle_site(handle: str | None, site: str) -> bool:
    """Whether a handle names another server than the one that shows it."""
    return bool(site and handle and "@" in handle.lstrip("@") and not handle.casefold().endswith(f"@{site}"))
