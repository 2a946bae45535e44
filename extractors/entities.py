"""Names that no watchlist knows: organisations, products, people, places, in English and Chinese."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from extractors.findings import Entity, EntityLabel
from extractors.folding import fold
from extractors.linear import MODELS
from extractors.segmenting import words_of
from extractors.sequence import Places, load, places, spans

RULES = "1"
BITS = 18
"""Places for the features of English: 262,144."""
CHINESE_BITS = 20
"""Of Chinese: 1,048,576; pairs and triples of characters are many."""
LONGEST = 2000
"""Code points that are tagged: names that matter stand early, and a post of this length says enough."""
TOKEN = re.compile(r"https?://\S+|@\w+|#\w+|[^\W_]+(?:[-&.][^\W_]+)*|['’]\w+|[^\w\s]|_+")
PREFIXES = (4, 8, 12)
"""Bits of a word's cluster that are features, too."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clusters:
    """Brown clusters of words: checksums in order, and the cluster of each."""

    sums: NDArray[np.uint32]
    numbers: NDArray[np.uint32]

    def of(self, word: str) -> int:
        """The cluster of a word, 0 for none."""
        wanted = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        at = int(np.searchsorted(self.sums, np.uint32(wanted)))
        return int(self.numbers[at]) if at < len(self.sums) and self.sums[at] == wanted else 0


@cache
def clusters() -> Clusters:
    """The clusters of the repository."""
    with np.load(MODELS / "clusters" / "weights.npz", allow_pickle=False) as stored:
        return Clusters(stored["sums"], stored["numbers"])


@lru_cache(50_000)
def cluster_names(word: str) -> tuple[str, ...]:
    """A word's cluster as features: whole and by its first bits, which name ever larger families."""
    number = clusters().of(word) or clusters().of(word.lower())
    if not number:
        return ("none",)
    bits = f"{number:b}"
    return (bits, *(bits[:size] for size in PREFIXES if len(bits) > size))


@lru_cache(50_000)
def shape(word: str) -> str:
    """How a word is written: Xx, XX, dd, with repeats cut."""
    drawn = "".join(
        "X" if sign.isupper() else "x" if sign.islower() else "d" if sign.isdigit() else sign for sign in word
    )
    return re.sub(r"(.)\1+", r"\1", drawn)[:8]


@lru_cache(50_000)
def own_places(word: str) -> Places:
    """What a word says of itself."""
    lower, drawn = word.lower(), shape(word)
    names = ["bias", f"w={lower}", f"s={drawn}"]
    names += [f"p{size}={lower[:size]}" for size in (1, 2, 3, 4)] + [
        f"e{size}={lower[-size:]}" for size in (1, 2, 3, 4)
    ]
    return places(names + [f"c={each}" for each in cluster_names(word)], BITS)


@lru_cache(100_000)
def near_places(word: str, step: int) -> Places:
    """What a word says of one that stands ``step`` words away."""
    names = [f"{step}w={word.lower()}", f"{step}s={shape(word)}"]
    if abs(step) == 1:
        names += [f"{step}c={each}" for each in cluster_names(word)]
    return places(names, BITS)


@lru_cache(100_000)
def pair_places(first: str, second: str) -> tuple[Places, Places]:
    """What two neighbours say together, of the first and of the second."""
    lower, drawn = f"{first.lower()}|{second.lower()}", f"{shape(first)}{shape(second)}"
    return places([f"1{drawn}", f"b+={lower}"], BITS), places([f"-1{drawn}", f"b={lower}"], BITS)


def english_features(words: Sequence[str]) -> list[Places]:
    """What the tagger sees of each word."""
    shouted = sum(word[:1].isupper() for word in words) * 2 > len(words)
    last = len(words) - 1
    found: list[Places] = []
    for at, word in enumerate(words):
        parts = [own_places(word), places([f"cap={shouted}{shape(word)[:2]}"], BITS)]
        for step in (-2, -1, 1, 2):
            there = 0 <= at + step <= last
            parts.append(near_places(words[at + step] if there else "\0", step))
        if at:
            parts.append(pair_places(words[at - 1], word)[1])
        if at < last:
            parts.append(pair_places(word, words[at + 1])[0])
        found.append(np.concatenate(parts))
    return found


def chinese_features(signs: str, words: Sequence[str]) -> list[Places]:
    """What the tagger sees of each character; ``words`` are the text cut into words."""
    borders: list[str] = []
    homes: list[str] = []
    for word in words:
        size = len(word)
        borders += ["S"] if size == 1 else ["B", *("M" * (size - 2)), "E"]
        homes += [word] * size
    padded = f"\x02\x02{signs}\x03\x03"
    found: list[Places] = []
    for at in range(len(signs)):
        a, b, c, d, e = list(padded[at : at + 5])
        kind = "d" if c.isdigit() else "a" if c.isascii() and c.isalpha() else "p" if not c.isalnum() else "h"
        names = [
            "bias", f"0={c}", f"-1={b}", f"+1={d}", f"-2={a}", f"+2={e}", f"-1,0={b}{c}", f"0,+1={c}{d}", f"-2,-1={a}{b}",
            f"+1,+2={d}{e}", f"-1,+1={b}{d}", f"tri={b}{c}{d}", f"tri-={a}{b}{c}", f"tri+={c}{d}{e}", f"k={kind}",
            f"h={borders[at]}{homes[at]}", f"hb={borders[at]}{len(homes[at])}", f"kb={kind}{borders[at]}",
            f"we={homes[at][-1]}{borders[at]}", f"we2={homes[at][-2:]}",
        ]  # fmt: skip
        before, after = at - 1 - index_in(borders, at), at + len(homes[at]) - index_in(borders, at)
        names.append(f"hl={homes[before] if before >= 0 else ''}")
        names.append(f"hr={homes[after] if after < len(signs) else ''}")
        names.append(f"hl0={homes[before][-1:] if before >= 0 else ''}{homes[at]}")
        names.append(f"h0r={homes[at]}{homes[after][:1] if after < len(signs) else ''}")
        found.append(places(names, CHINESE_BITS))
    return found


def index_in(borders: Sequence[str], at: int) -> int:
    """How far into its word a character stands."""
    steps = 0
    while borders[at - steps] in "ME":
        steps += 1
    return steps


ENGLISH: Mapping[str, EntityLabel] = {
    "ORG": "ORG", "PRODUCT": "PRODUCT", "PERSON": "PERSON", "LOCATION": "LOCATION", "OTHER": "OTHER",
}  # fmt: skip
CHINESE: Mapping[str, EntityLabel] = {
    "company": "ORG", "organization": "ORG", "government": "ORG", "game": "PRODUCT", "name": "PERSON",
    "address": "LOCATION", "scene": "LOCATION", "book": "OTHER", "movie": "OTHER",
}  # fmt: skip
"""CLUENER's labels; a position is nobody's name."""


def english_entities(text: str, shift: int) -> Iterator[Entity]:
    """The names in one line of English."""
    tokens = [Token(match[0], match.start(), match.end()) for match in TOKEN.finditer(text)]
    words = [token.text.lstrip("#@") or token.text for token in tokens]
    for first, after, label in spans(load("entities_en").tag(english_features(words))):
        start, end = tokens[first].start, tokens[after - 1].end
        start += text[start] in "#@" and end - start > 1
        if not tokens[first].text.startswith("http"):
            yield Entity(start + shift, end + shift, text[start:end], ENGLISH[label])


def chinese_entities(text: str, shift: int) -> Iterator[Entity]:
    """The names in one line of Chinese."""
    folded = fold(text)
    for first, after, label in spans(load("entities_zh").tag(chinese_features(folded.text, words_of(folded.text)))):
        if label in CHINESE:
            start, end = folded.span(first, after)
            yield Entity(start + shift, end + shift, text[start:end], CHINESE[label])


READERS: Mapping[str, Callable[[str, int], Iterator[Entity]]] = {"en": english_entities, "zh": chinese_entities}


def entities_of(text: str, language: str) -> tuple[Entity, ...]:
    """The names in a text; none in a language without a tagger."""
    read = READERS.get(language)
    if read is None:
        return ()
    # A name runs over no line's end, and a title is a line.
    lines = [(line[0], line.start()) for line in re.finditer(r"[^\n]+", text[:LONGEST])]
    return tuple(entity for line, shift in lines for entity in read(line, shift))


@cache
def version() -> str:
    """Changes with the rules and with any tagger's weights."""
    names = ("clusters", *(f"entities_{code}" for code in READERS))
    sums = [hashlib.sha256((MODELS / name / "weights.npz").read_bytes()).hexdigest() for name in names]
    return hashlib.sha256("".join([RULES, *sums]).encode()).hexdigest()[:12]
