"""Brand and product mentions: every alias of the watchlist found in one pass over the folded text.

Source: https://pyahocorasick.readthedocs.io/
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick

from config.watchlist import Brand
from extractors.findings import Form, Mention
from extractors.folding import Folded, fold, fold_name

VERSION = "1"
PLURALS = ("s", "es")
SHORTEST_PLURAL = 3
"""Letters that an alias needs before its plural is taken for it."""

LINK = re.compile(
    r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.@])[a-z0-9][a-z0-9.-]*\.(?:com|net|org|io|co|cn|de|fr|uk|eu|jp|app|dev|ai|shop|store|me|tv|ly|gl|gg)\b(?:/[!-~]*)?",
    re.ASCII,
)
SOURCE = re.compile(r"(?:\brt\s*|\bvia\s*|/\s*/\s*|转发\s*)$")
HANDLE_BEFORE = re.compile(r"(@)[\w.-]*$")
TAG_BEFORE = re.compile(r"(#)\w*$")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a brand or product; ``exact`` is the spelling that {Case} asks for."""

    brand: str
    product: str | None
    exact: str | None = None
    plural: bool = False


def unspaced(sign: str) -> bool:
    """Whether a sign belongs to a script that puts no blanks between words."""
    code = ord(sign)
    return (
        0x2E80 <= code <= 0xA4CF
        or 0xAC00 <= code <= 0xD7FF
        or 0xF900 <= code <= 0xFAFF
        or 0x1100 <= code <= 0x11FF
        or 0xFF66 <= code <= 0xFF9F
        or 0x0E00 <= code <= 0x0EFF
        or 0x1000 <= code <= 0x109F
        or 0x1780 <= code <= 0x17FF
        or 0x20000 <= code <= 0x3FFFF
    )


def joins(sign: str) -> bool:
    """Whether a sign makes one word with a letter beside it."""
    return (sign.isalnum() or sign == "_" or unicodedata.category(sign)[0] == "M") and not unspaced(sign)


def names_of(brand: Brand) -> Iterator[tuple[str, Name]]:
    """Each folded spelling of a brand and of its products."""
    yield from spellings((brand.name, *brand.aliases), brand.key, None)
    for product in brand.products:
        yield from spellings((product.name, *product.aliases), brand.key, product.key)
    for handles in brand.accounts.values():
        for handle in handles:
            bare = handle.removeprefix("@").partition("@")[0]
            if re.fullmatch(r"[\w.-]+", bare):
                yield "@" + fold_name(bare), Name(brand.key, None)


def spellings(aliases: Iterable[str], brand: str, product: str | None) -> Iterator[tuple[str, Name]]:
    """An alias as a word, as a hashtag and as a handle."""
    for alias in aliases:
        exact = None
        if alias.startswith("{") and alias.endswith("}"):
            exact = " ".join(unicodedata.normalize("NFKC", alias[1:-1]).split())
        folded = fold_name(exact or alias)
        if not folded.strip("#@ "):
            continue
        plural = exact is None and len(folded) >= SHORTEST_PLURAL and "a" <= folded[-1] <= "z"
        yield folded, Name(brand, product, exact, plural)
        squeezed = re.sub(r"[\W_]+", "", folded)
        if squeezed and squeezed != folded and exact is None:
            yield "#" + squeezed, Name(brand, product)
            yield "@" + squeezed, Name(brand, product)


class Matcher:
    """Finds the names of brands in texts; made once, used for all."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        brands = tuple(brands)
        names: dict[str, list[Name]] = {}
        for brand in brands:
            for folded, name in names_of(brand):
                known = names.setdefault(folded, [])
                if name not in known:
                    known.append(name)
        self.automaton = ahocorasick.Automaton()
        for folded, known in names.items():
            self.automaton.add_word(folded, (len(folded), tuple(known)))
        if names:
            self.automaton.make_automaton()
        self.empty = not names
        what = [brand.model_dump(mode="json", by_alias=True) for brand in brands]
        self.version = hashlib.sha256(f"{VERSION}{json.dumps(what, sort_keys=True)}".encode()).hexdigest()[:16]
        """Of what is matched: changes with the brands and with this file's rules."""

    def find(self, text: str, author: str | None = None) -> tuple[Mention, ...]:
        """All mentions in a text, leftmost and longest first; ``author`` is the writer's own handle."""
        if self.empty:
            return ()
        folded = fold(text)
        plain = folded.text
        found: list[tuple[int, int, tuple[Name, ...]]] = []
        for last, (size, names) in self.automaton.iter(plain):
            start, end = last + 1 - size, last + 1
            if start and joins(plain[start]) and joins(plain[start - 1]) and not tag_border(text, folded, start):
                continue
            if end < len(plain) and joins(plain[last]) and joins(plain[end]) and not tag_border(text, folded, end):
                end = plural_end(plain, end)
                names = tuple(name for name in names if name.plural) if end else ()
            kept = tuple(name for name in names if name.exact is None or spelled(text, folded, start, end, name.exact))
            if kept:
                found.append((start, end, kept))
        if not found:
            return ()
        found.sort(key=lambda each: (each[0], -each[1]))
        mentions: list[Mention] = []
        covered = 0
        for start, end, names in found:
            if start < covered:
                continue
            covered = end
            form = form_of(plain, start, end, author)
            if plain[start] in "#@" and size_of_sign(form):
                start += 1
            first, after = folded.span(start, end)
            mentions.extend(Mention(name.brand, name.product, first, after, text[first:after], form) for name in names)
        return tuple(mentions)


def size_of_sign(form: Form) -> int:
    """How many signs before the name mark it as a tag or handle."""
    return 1 if form in {"hashtag", "handle", "author"} else 0


def spelled(text: str, folded: Folded, start: int, end: int, exact: str) -> bool:
    """Whether the original spelling is the one asked for."""
    first, after = folded.span(start, end)
    return " ".join(unicodedata.normalize("NFKC", text[first:after]).split()) == exact


def plural_end(plain: str, end: int) -> int:
    """Where a plural of the word ends, 0 where none stands there."""
    for ending in PLURALS:
        after = end + len(ending)
        if plain.startswith(ending, end) and (after == len(plain) or not joins(plain[after])):
            return after
    return 0


def tag_border(text: str, folded: Folded, at: int) -> bool:
    """Whether a word begins at a place inside a hashtag: #ILoveAcme, #acme_sucks, #Acme2026."""
    plain = folded.text
    if "_" in plain[at - 1 : at + 1]:
        return TAG_BEFORE.search(plain, 0, at) is not None
    before, after = (text[folded.span(place, place + 1)[0]] for place in (at - 1, at))
    turns = (not before.isupper() and after.isupper()) or (before.isdigit() != after.isdigit())
    return turns and TAG_BEFORE.search(plain, 0, at) is not None


def form_of(plain: str, start: int, end: int, author: str | None) -> Form:
    """How a name stands in the folded text."""
    if "." in plain or ":" in plain:
        for link in LINK.finditer(plain):
            if link.start() <= start and end <= link.end() and (link.start(), link.end()) != (start, end):
                return "link"
            if link.start() > start:
                break
    inside = start + 1 if plain[start] in "#@" else start
    handle = HANDLE_BEFORE.search(plain, max(0, inside - 64), inside)
    if handle:
        at = handle.start(1)
        whole = re.match(r"@([\w.-]*\w)", plain[at:])
        own = author is not None and whole is not None and whole[1] == fold_name(author.removeprefix("@"))
        return "author" if own or SOURCE.search(plain, max(0, at - 8), at) else "handle"
    if TAG_BEFORE.search(plain, max(0, inside - 140), inside):
        return "hashtag"
    return "word"
