"""Brand and product mentions: every alias of the watchlist found in one pass over the folded text.

Source: https://pyahocorasick.readthedocs.io/
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import ahocorasick

from config.watchlist import Brand, ConfigError
from extractors import relevance
from extractors.findings import Form, Mention
from extractors.folding import Folded, fold, fold_name
from extractors.queries import NOTHING_KNOWN, Circumstances, Query, QueryError, Term, authors_of, parse
from extractors.relevance import Label, judges
from extractors.segmenting import words_of

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


HANDLE = re.compile(r"@([\w.-]*\w)")
WORD = re.compile(r"\w+(?:['-]\w+)*")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write a brand or product; ``exact`` is the spelling that {Case} asks for."""

    brand: str
    product: str | None
    exact: str | None = None
    plural: bool = False


Hit = tuple[int, int, tuple[Name, ...]]
"""A span of the folded text, and the names that are written there."""


@dataclass(slots=True)
class Entry:
    """What the automaton knows of one folded spelling."""

    size: int
    names: tuple[Name, ...] = ()
    terms: tuple[Term, ...] = ()


@cache
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


@cache
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
    """Finds the names of brands in texts; made once, used for all.

    A brand with a query counts only where the query holds; raises ConfigError for a query that can't be understood.
    """

    def __init__(self, brands: Iterable[Brand], labels: Iterable[Label] = ()) -> None:
        brands, labels = tuple(brands), tuple(labels)
        self.judges = judges(brands, labels)
        entries: dict[str, Entry] = {}
        self.queries: dict[str, Query] = {}
        self.asked: dict[Term, set[str]] = {}
        for brand in brands:
            for folded, name in names_of(brand):
                entry = entries.setdefault(folded, Entry(len(folded)))
                if name not in entry.names:
                    entry.names += (name,)
            if brand.query:
                query = self.queries[brand.key] = query_of(brand)
                for term in query.terms:
                    self.asked.setdefault(term, set()).add(brand.key)
                    entry = entries.setdefault(term.folded, Entry(len(term.folded)))
                    if term not in entry.terms:
                        entry.terms += (term,)
        self.authors_asked = frozenset(name for query in self.queries.values() for name in authors_of(query.root))
        """Handles that queries ask for, so that a caller who knows authors by pseudonyms can try them."""
        self.automaton = ahocorasick.Automaton()
        for folded, entry in entries.items():
            self.automaton.add_word(folded, entry)
        if entries:
            self.automaton.make_automaton()
        self.empty = not entries
        what = [brand.model_dump(mode="json", by_alias=True) for brand in brands]
        told = f"{VERSION}{relevance.version(labels)}{json.dumps(what, sort_keys=True)}"
        self.version = hashlib.sha256(told.encode()).hexdigest()[:16]
        """Of what is matched: changes with the brands and with this file's rules."""

    def find(self, text: str, about: Circumstances = NOTHING_KNOWN) -> tuple[Mention, ...]:
        """All mentions in a text, in order, the longest name at each place; offsets are those of the text."""
        if self.empty:
            return ()
        folded = fold(text)
        plain = folded.text
        found: list[Hit] = []
        hits: dict[Term, list[tuple[int, int]]] = {}
        for last, entry in self.automaton.iter(plain):
            start, end = last + 1 - entry.size, last + 1
            for term in entry.terms:
                span = self.term_at(term, text, folded, start, end)
                if span is not None:
                    hits.setdefault(term, []).append(span)
            if entry.names:
                hit = hit_at(text, folded, start, end, entry.names)
                if hit is not None:
                    found.append(hit)
        if not found and not hits:
            return ()
        links = [link.span() for link in LINK.finditer(plain)] if "." in plain else []
        if self.queries:
            found = self.answered(found, hits, folded, about, links)
        mentions = tuple(chosen(text, folded, found, about, links))
        return self.judged(text, mentions) if self.judges else mentions

    def judged(self, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
        """The mentions with their relevance; another name of the brand in the same text speaks for it."""
        made: list[Mention] = []
        for mention in mentions:
            judge = self.judges.get(mention.brand)
            if judge is None or mention.product is not None:
                made.append(mention)
                continue
            family = any(
                other.brand == mention.brand and (other.product or fold_name(other.text) not in judge.ambiguous)
                for other in mentions
            )
            made.append(replace(mention, relevance=judge.relevance(text, mention, family)))
        return tuple(made)

    def answered(
        self, found: list[Hit], hits: dict[Term, list[tuple[int, int]]], folded: Folded, about: Circumstances,
        links: list[tuple[int, int]],
    ) -> list[Hit]:  # fmt: skip
        """The hits of the brands that have no query or whose query holds; where it holds without an alias, its own words."""
        outside = {term: [span for span in spans if not in_link(span, links)] for term, spans in hits.items()}
        if folded.starts is not None and about.title_end:
            about = replace(about, title_end=bisect_left(folded.starts, about.title_end))
        counter = WordCounter(folded.text)
        holding = {
            key
            for key in {key for term, spans in outside.items() if spans for key in self.asked[term]}
            if self.queries[key].holds(outside, about, counter)
        }
        kept: list[Hit] = []
        for start, end, names in found:
            counting = tuple(name for name in names if name.brand not in self.queries or name.brand in holding)
            if counting:
                kept.append((start, end, counting))
        named = {name.brand for _, _, names in kept for name in names}
        for key in sorted(holding - named):
            kept += [
                (start, end, (Name(key, None),)) for start, end in self.queries[key].spans(outside, about, counter)
            ]
        return kept

    def term_at(self, term: Term, text: str, folded: Folded, start: int, end: int) -> tuple[int, int] | None:
        """The span of a query's term whose letters were found, None where it is another word."""
        plain = folded.text
        if term.pattern is not None:
            while start and joins(plain[start]) and joins(plain[start - 1]):
                start -= 1
            while end < len(plain) and joins(plain[end - 1]) and joins(plain[end]):
                end += 1
            return (start, end) if term.pattern.fullmatch(plain, start, end) or unspaced(plain[start]) else None
        if not bordered(text, folded, start) or not bordered(text, folded, end):
            return None
        if term.exact is not None and not spelled(text, folded, start, end, term.exact):
            return None
        return start, end


class WordCounter:
    """Gives the number of the word at a place of a text, counted when first asked."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.starts: list[int] | None = None

    def __call__(self, place: int) -> int:
        """The number of the word that holds the place, or of the last before it."""
        if self.starts is None:
            self.starts = word_starts(self.plain)
        return bisect_right(self.starts, place) - 1


def word_starts(plain: str) -> list[int]:
    """Where each word of a folded text begins; words of scripts without blanks are cut by the dictionary."""
    if not any(unspaced(sign) for sign in plain):
        return [word.start() for word in WORD.finditer(plain)]
    starts, at = [], 0
    for word in words_of(plain):
        if word[0].isalnum():
            starts.append(at)
        at += len(word)
    return starts


def query_of(brand: Brand) -> Query:
    """A brand's query; raises ConfigError that names the brand and the place."""
    try:
        return parse(brand.query or "")
    except QueryError as error:
        raise ConfigError(f"[[brand]] {brand.name!r}: query: {error}") from error


def bordered(text: str, folded: Folded, at: int) -> bool:
    """Whether a word may begin or end at a place of the folded text."""
    plain = folded.text
    if at in {0, len(plain)} or not (joins(plain[at - 1]) and joins(plain[at])):
        return True
    return tag_border(text, folded, at)


def hit_at(text: str, folded: Folded, start: int, end: int, names: tuple[Name, ...]) -> Hit | None:
    """The names whose letters were found, where they are words there."""
    if not bordered(text, folded, start):
        return None
    if not bordered(text, folded, end):
        end = plural_end(folded.text, end)
        names = tuple(name for name in names if name.plural) if end else ()
    if any(name.exact is not None for name in names):
        names = tuple(name for name in names if name.exact is None or spelled(text, folded, start, end, name.exact))
    return (start, end, names) if names else None


def chosen(
    text: str, folded: Folded, found: list[Hit], about: Circumstances, links: list[tuple[int, int]]
) -> Iterator[Mention]:
    """The leftmost and longest hits as mentions."""
    plain, covered = folded.text, 0
    for start, end, names in sorted(found, key=lambda each: (each[0], -each[1])):
        if start < covered:
            continue
        covered = end
        form = form_of(plain, start, end, about.authors, links)
        # The sign of a tag or handle is not part of the name.
        first, after = folded.span(start + (plain[start] in "#@" and end - start > 1), end)
        for name in names:
            yield Mention(name.brand, name.product, first, after, text[first:after], form)


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


def in_link(span: tuple[int, int], links: list[tuple[int, int]]) -> bool:
    """Whether a span is a part of an address."""
    return any(start <= span[0] and span[1] <= end and (start, end) != span for start, end in links)


def form_of(plain: str, start: int, end: int, authors: Collection[str], links: list[tuple[int, int]]) -> Form:
    """How a name stands in the folded text."""
    if in_link((start, end), links):
        return "link"
    inside = start + 1 if plain[start] in "#@" else start
    handle = HANDLE_BEFORE.search(plain, max(0, inside - 64), inside) if "@" in plain else None
    if handle:
        at = handle.start(1)
        whole = HANDLE.match(plain, at)
        own = whole is not None and whole[1] in authors
        return "source" if own or SOURCE.search(plain, max(0, at - 8), at) else "handle"
    if "#" in plain and TAG_BEFORE.search(plain, max(0, inside - 140), inside):
        return "hashtag"
    return "word"
