"""What the English tagger sees of each word: how it is written, its cluster and meaning, whether it is a well-known name, the words around it."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from extractors.linear import MODELS, Floats
from extractors.sequence import Places, Tagger, places
from extractors.vectors import vectors

BITS = 18
"""Places for the features: 262,144."""
PREFIXES = (4, 8, 12)
"""Bits of a word's cluster that are features, too."""
STEPS = (-2, -1, 1, 2)
"""The neighbours that count."""
EDGE = "\0"
"""What stands beside the first and the last word."""
MOST_KNOWN = 50_000
"""Words that are remembered."""


NAMES = MODELS / "names" / "known.json"
"""Well-known organisations and products by label, in small letters."""


@dataclass(frozen=True, slots=True)
class Known:
    """The labels of well-known names: by word (one of several words also written as one, as hashtags are), and by two neighbours in it."""

    words: dict[str, str]
    pairs: dict[tuple[str, str], str]


@cache
def known() -> Known:
    """The well-known names of the repository."""
    found = Known({}, {})
    for label, names in json.loads(NAMES.read_text("utf-8")).items():
        for name in names:
            words = name.split()
            found.words.setdefault("".join(sign for sign in name if sign.isalnum()) if words[1:] else name, label)
            for pair in pairwise(words):
                found.pairs.setdefault(pair, label)
    return found


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


@lru_cache(MOST_KNOWN)
def cluster_names(word: str) -> tuple[str, ...]:
    """A word's cluster as features: whole and by its first bits, which name ever larger families."""
    number = clusters().of(word) or clusters().of(word.lower())
    if not number:
        return ("none",)
    bits = f"{number:b}"
    return (bits, *(bits[:size] for size in PREFIXES if len(bits) > size))


FAMILIES: dict[str, tuple[int, ...]] = {}
"""By word."""


def families(word: str) -> tuple[int, ...]:
    """The families of meaning that a word is nearest to, broad and narrow; -1 for a word without pieces."""
    if word not in FAMILIES:
        meet([word])
    return FAMILIES[word]


def meet(words: Iterable[str]) -> None:
    """Find the families of words that are new, all at once."""
    if len(FAMILIES) > MOST_KNOWN:
        FAMILIES.clear()
    fresh = [word for word in dict.fromkeys(words) if word not in FAMILIES]
    if not fresh:
        return
    pieces = vectors()
    ids = [pieces.ids(word) for word in fresh]
    means = np.stack([pieces.mean(each) for each in ids])
    near = [(means @ middles.T).argmax(axis=1).tolist() for middles in clusters().centres]
    for word, own, numbers in zip(fresh, ids, zip(*near, strict=True), strict=True):
        FAMILIES[word] = numbers if own else (-1,) * len(numbers)


@lru_cache(MOST_KNOWN)
def shape(word: str) -> str:
    """How a word is written: Xx, XX, dd, with repeats cut."""
    drawn = "".join(
        "X" if sign.isupper() else "x" if sign.islower() else "d" if sign.isdigit() else sign for sign in word
    )
    return re.sub(r"(.)\1+", r"\1", drawn)[:8]


@lru_cache(MOST_KNOWN)
def own_places(word: str) -> Places:
    """What a word says of itself."""
    lower, drawn = word.lower(), shape(word)
    names = ["bias", f"w={lower}", f"s={drawn}"]
    names += [f"p{size}={lower[:size]}" for size in (1, 2, 3, 4)] + [
        f"e{size}={lower[-size:]}" for size in (1, 2, 3, 4)
    ]
    kin = families(lower)
    names += [f"v00={kin[0]}", f"v01={kin[1]}", f"vc={kin[1]}{drawn}"]
    label = known().words.get(lower)
    if label:
        names += [f"g={label}", f"g={label}{drawn}"]
    return places(names + [f"c={each}" for each in cluster_names(word)], BITS)


@lru_cache(2 * MOST_KNOWN)
def near_places(word: str, step: int) -> Places:
    """What a word says of one that stands ``step`` words away."""
    names = [f"{step}w={word.lower()}", f"{step}s={shape(word)}"]
    if abs(step) == 1:
        names += [f"{step}c={each}" for each in cluster_names(word)]
        names += [f"v{step}{order}={each}" for order, each in enumerate(families(word.lower()))]
        label = known().words.get(word.lower())
        names += [f"{step}g={label}"] if label else []
    return places(names, BITS)


@lru_cache(2 * MOST_KNOWN)
def pair_places(first: str, second: str) -> tuple[Places, Places]:
    """What two neighbours say together, of the first and of the second."""
    one, other = first.lower(), second.lower()
    lower, drawn = f"{one}|{other}", f"{shape(first)}{shape(second)}"
    kin, label = f"{families(one)[0]}|{families(other)[0]}", known().pairs.get((one, other), "")
    return (
        places([f"1{drawn}", f"b+={lower}", f"va={kin}", f"gb={label}"], BITS),
        places([f"-1{drawn}", f"b={lower}", f"vb={kin}", f"ga={label}"], BITS),
    )


def cap_places(word: str, shouted: bool) -> Places:
    """How a word begins, in a text that is shouted or not."""
    return places([f"cap={shouted}{shape(word)[:2]}"], BITS)


def is_shouted(words: Sequence[str]) -> bool:
    """Whether most words begin with a capital."""
    return sum(word[:1].isupper() for word in words) * 2 > len(words)


def english_features(words: Sequence[str]) -> list[Places]:
    """What the tagger sees of each word."""
    shouted = is_shouted(words)
    last = len(words) - 1
    found: list[Places] = []
    for at, word in enumerate(words):
        parts = [own_places(word), cap_places(word, shouted)]
        for step in STEPS:
            there = 0 <= at + step <= last
            parts.append(near_places(words[at + step] if there else EDGE, step))
        if at:
            parts.append(pair_places(words[at - 1], word)[1])
        if at < last:
            parts.append(pair_places(word, words[at + 1])[0])
        found.append(np.concatenate(parts))
    return found


class Sums:
    """The sums of a tagger's weights over the features of words: what a word says of itself and its neighbours is added up once.

    The weights are whole numbers, so the sums are those of ``english_features``, in whichever order they are added.
    """

    def __init__(self, tagger: Tagger) -> None:
        self.weights = tagger.weights
        self.numbers: dict[str, int] = {}
        self.rows = np.zeros((1024, 1 + len(STEPS), len(tagger.tags)), np.int32)
        """By word: its own, then what it adds to a word whose neighbour at each of the steps it is."""
        self.caps: dict[tuple[bool, str], NDArray[np.int32]] = {}

    def of(self, lines: Sequence[Sequence[str]]) -> NDArray[np.int32]:
        """A row of sums for each word of some lines, by tags."""
        words = [word for line in lines for word in line]
        if len(self.numbers) > MOST_KNOWN:
            self.numbers.clear()
        self.learn([word for word in dict.fromkeys([EDGE, *words]) if word not in self.numbers])
        edge, widest = self.numbers[EDGE], max(STEPS)
        padded: list[int] = [edge] * widest
        at: list[int] = []
        caps: list[NDArray[np.int32]] = []
        for line in lines:
            at += range(len(padded), len(padded) + len(line))
            padded += [self.numbers[word] for word in line]
            padded += [edge] * widest
            shouted = is_shouted(line)
            caps += [self.cap(word, shouted) for word in line]
        numbers, here = np.array(padded), np.array(at, np.int64)
        found: NDArray[np.int32] = self.rows[numbers[here], 0] + np.array(caps)
        for role, step in enumerate(STEPS, 1):
            found += self.rows[numbers[here + step], role]
        self.add_pairs(lines, found)
        return found

    def add_pairs(self, lines: Sequence[Sequence[str]], found: NDArray[np.int32]) -> None:
        """Add what two neighbours say together, to the first and to the second."""
        pairs = [pair_places(first, second) for line in lines for first, second in pairwise(line)]
        if not pairs:
            return
        firsts: list[int] = []
        start = 0
        for line in lines:
            firsts += range(start, start + len(line) - 1)
            start += len(line)
        added = self.weights[np.array(pairs)].sum(axis=2, dtype=np.int32)
        at = np.array(firsts)
        found[at] += added[:, 0]
        found[at + 1] += added[:, 1]

    def cap(self, word: str, shouted: bool) -> NDArray[np.int32]:
        """What the beginning of a word adds."""
        key = shouted, shape(word)[:2]
        if key not in self.caps:
            self.caps[key] = self.weights[cap_places(word, shouted)].sum(axis=0, dtype=np.int32)
        return self.caps[key]

    def learn(self, words: Sequence[str]) -> None:
        """Add up the rows of words that are new."""
        if not words:
            return
        meet(form for word in words for form in (word, word.lower()))
        features = [each for word in words for each in (own_places(word), *(near_places(word, step) for step in STEPS))]
        starts = np.cumsum([0, *(len(each) for each in features[:-1])])
        sums = np.add.reduceat(self.weights[np.concatenate(features)], starts, axis=0, dtype=np.int32)
        first = len(self.numbers)
        while len(self.rows) < first + len(words):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self.rows[first : first + len(words)] = sums.reshape(len(words), *self.rows.shape[1:])
        self.numbers.update((word, first + at) for at, word in enumerate(words))
