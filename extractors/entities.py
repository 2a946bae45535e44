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

from extractors import accurate as network_of_english
from extractors import minilm
from extractors.features import TOKEN
from extractors.findings import Entity, EntityLabel
from extractors.folding import Folded, fold
from extractors.lac import network
from extractors.linear import MODELS, Floats
from extractors.segmenting import words_of
from extractors.sequence import Places, load, places, spans
from extractors.vectors import vectors

RULES = "2"
BITS = 18
"""Places for the features of English: 262,144."""
CHINESE_BITS = 20
"""Of Chinese: 1,048,576; pairs and triples of characters are many."""
LONGEST = 2000
"""Code points that are tagged: names that matter stand early, and a post of this length says enough."""
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
    """Brown clusters of words: checksums in order, and the cluster of each; and middles of families of word vectors."""

    sums: NDArray[np.uint32]
    numbers: NDArray[np.uint32]
    centres: tuple[Floats, ...]

    def of(self, word: str) -> int:
        """The cluster of a word, 0 for none."""
        wanted = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        at = int(np.searchsorted(self.sums, np.uint32(wanted)))
        return int(self.numbers[at]) if at < len(self.sums) and self.sums[at] == wanted else 0


@cache
def clusters() -> Clusters:
    """The clusters of the repository."""
    with np.load(MODELS / "clusters" / "weights.npz", allow_pickle=False) as stored:
        centres = sorted(name for name in stored.files if name.startswith("centres"))
        return Clusters(stored["sums"], stored["numbers"], tuple(stored[name].astype(np.float32) for name in centres))


@lru_cache(50_000)
def cluster_names(word: str) -> tuple[str, ...]:
    """A word's cluster as features: whole and by its first bits, which name ever larger families."""
    number = clusters().of(word) or clusters().of(word.lower())
    if not number:
        return ("none",)
    bits = f"{number:b}"
    return (bits, *(bits[:size] for size in PREFIXES if len(bits) > size))


@lru_cache(50_000)
def families(word: str) -> tuple[int, ...]:
    """The families of meaning that a word is nearest to, broad and narrow; -1 for a word without pieces."""
    known = vectors()
    ids = known.ids(word)
    mean = known.mean(ids)
    return tuple(int((middles @ mean).argmax()) if ids else -1 for middles in clusters().centres)


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
    kin = families(lower)
    names += [f"v00={kin[0]}", f"v01={kin[1]}", f"vc={kin[1]}{drawn}"]
    return places(names + [f"c={each}" for each in cluster_names(word)], BITS)


@lru_cache(100_000)
def near_places(word: str, step: int) -> Places:
    """What a word says of one that stands ``step`` words away."""
    names = [f"{step}w={word.lower()}", f"{step}s={shape(word)}"]
    if abs(step) == 1:
        names += [f"{step}c={each}" for each in cluster_names(word)]
        names += [f"v{step}{order}={each}" for order, each in enumerate(families(word.lower()))]
    return places(names, BITS)


@lru_cache(100_000)
def pair_places(first: str, second: str) -> tuple[Places, Places]:
    """What two neighbours say together, of the first and of the second."""
    one, other = first.lower(), second.lower()
    lower, drawn = f"{one}|{other}", f"{shape(first)}{shape(second)}"
    kin = f"{families(one)[0]}|{families(other)[0]}"
    return (
        places([f"1{drawn}", f"b+={lower}", f"va={kin}"], BITS),
        places([f"-1{drawn}", f"b={lower}", f"vb={kin}"], BITS),
    )


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


def network_places(signs: str, tags: Sequence[str]) -> list[Places]:
    """What the network's own tags and words say of each character."""
    first, after = list(range(len(tags))), list(range(1, len(tags) + 1))
    for at in range(1, len(tags)):
        if not tags[at].endswith("-B") and tags[at] != "O":
            first[at] = first[at - 1]
    for at in range(len(tags) - 2, -1, -1):
        if first[at + 1] == first[at]:
            after[at] = after[at + 1]
    found: list[Places] = []
    for at, tag in enumerate(tags):
        start, end = first[at], after[at]
        word = signs[start:end]
        left = tags[at - 1] if at else ""
        right = tags[at + 1] if at + 1 < len(tags) else ""
        word_left = signs[first[start - 1] : start] if start else ""
        word_right = signs[end : after[end]] if end < len(tags) else ""
        kinds = f"{tags[start - 1][:-2] if start else ''}{tag}{tags[end][:-2] if end < len(tags) else ''}"
        names = [
            f"L={tag}", f"L-={left}{tag}", f"L+={tag}{right}", f"L-+={left}{tag}{right}", f"Lc={tag}{signs[at]}",
            f"Lw={tag}{word}", f"Llw={word_left}{tag}", f"Lrw={tag}{word_right}", f"Ltt={kinds}", f"Le={tag}{word[-1]}",
            f"Le2={tag}{word[-2:]}", f"Llen={tag}{min(6, len(word))}",
        ]  # fmt: skip
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


def english_entities(lines: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names in lines of English: number of the line, start, end, label."""
    tagger = load("entities_en")
    for number, text in enumerate(lines):
        tokens = tokens_of(text)
        yield from english_spans(number, text, tokens, tagger.tag(english_features(words_in(tokens))))


def english_entities_accurate(lines: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names in lines of English, with the help of the network."""
    tagger, whole, shift = load("entities_en"), "\n".join(lines), 0
    for number, text in enumerate(lines):
        tokens = tokens_of(text)
        if tokens:
            where = [(shift + token.start, shift + token.end) for token in tokens]
            added = network_of_english.of_words(whole, where, tagger.tags)
            tags = tagger.tag(english_features(words_in(tokens)), added=added)
            yield from english_spans(number, text, tokens, tags)
        shift += len(text) + 1


def tokens_of(text: str) -> list[Token]:
    """The tokens of a line."""
    return [Token(match[0], match.start(), match.end()) for match in TOKEN.finditer(text)]


def words_in(tokens: Sequence[Token]) -> list[str]:
    """Tokens as the light tagger sees them: a hashtag and a handle are words, too."""
    return [token.text.lstrip("#@") or token.text for token in tokens]


def english_spans(
    number: int, text: str, tokens: Sequence[Token], tags: Sequence[str]
) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names that tags of a line tell."""
    for first, after, label in spans(tags):
        start, end = tokens[first].start, tokens[after - 1].end
        start += text[start] in "#@" and end - start > 1
        if not tokens[first].text.startswith("http"):
            yield number, start, end, ENGLISH[label]


def chinese_entities(lines: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names in lines of Chinese."""
    tagger = load("entities_zh")
    for number, text in enumerate(lines):
        folded = fold(text)
        yield from chinese_spans(number, folded, tagger.tag(chinese_features(folded.text, words_of(folded.text))))


def chinese_entities_accurate(lines: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names in lines of Chinese, with the help of the network."""
    tagger, folded = load("entities_zh_accurate"), [fold(text) for text in lines]
    for number, (each, seen) in enumerate(zip(folded, network().seen([each.text for each in folded]), strict=True)):
        yield from chinese_spans(number, each, tagger.tag(accurate_features(each.text, seen), seen))


def accurate_features(signs: str, seen: Floats) -> list[Places]:
    """What the accurate tagger sees of each character; ``seen`` is what the network does."""
    own = chinese_features(signs, words_of(signs))
    return [np.concatenate(pair) for pair in zip(own, network_places(signs, network().tagged(seen)), strict=True)]


def chinese_spans(number: int, folded: Folded, tags: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names that tags of a folded line tell."""
    for first, after, label in spans(tags):
        if label in CHINESE:
            yield number, *folded.span(first, after), CHINESE[label]


Reader = Callable[[Sequence[str]], Iterator[tuple[int, int, int, EntityLabel]]]
LIGHT: Mapping[str, tuple[str, Reader]] = {
    "en": ("entities_en", english_entities),
    "zh": ("entities_zh", chinese_entities),
}
ACCURATE: Mapping[str, tuple[str, Reader]] = {
    "en": ("entities_en", english_entities_accurate),
    "zh": ("entities_zh_accurate", chinese_entities_accurate),
}
"""Each language's tagger, where one takes its time; English has a network beside the light one."""


def entities_of(text: str, language: str, accurate: bool = False) -> tuple[Entity, ...]:
    """The names in a text; none in a language without a tagger."""
    known = (ACCURATE if accurate else LIGHT).get(language)
    if known is None:
        return ()
    # A name runs over no line's end, and a title is a line.
    lines = [(line[0], line.start()) for line in re.finditer(r"[^\n]+", text[:LONGEST])]
    found = known[1]([line for line, _ in lines])
    return tuple(
        Entity(start + (shift := lines[number][1]), end + shift, lines[number][0][start:end], label)
        for number, start, end, label in found
    )


@cache
def version(accurate: bool = False) -> str:
    """Changes with the rules and with any tagger's weights."""
    names = ("clusters", "words", *(name for name, _ in (ACCURATE if accurate else LIGHT).values()))
    files = [MODELS / name / "weights.npz" for name in names]
    if accurate:
        files += minilm.files(network_of_english.ENTITIES)
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("".join([RULES, *sums]).encode()).hexdigest()[:12]
