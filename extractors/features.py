"""Hashed features of texts: character and word n-grams as numbers, the same in training and at run time.

A polynomial over code points (or over the checksums of words) is computed for all n-grams of one length at once.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Indices = NDArray[np.int64]
Owners = NDArray[np.int64]
"""Numbers of texts, in order."""

FACTOR = np.uint64(0x9E3779B97F4A7C15)
MIX = np.uint64(0xD6E8FEB86659FD93)
SHIFT = np.uint64(32)
ELONGATED = re.compile(r"(.)\1{2,}")
LINK = re.compile(r"(?:https?://|www\.)[!-~]+")
TOKEN = re.compile(r"https?://\S+|@\w+|#\w+|(?<=@ )\w+|[^\W_]+(?:[-&.][^\W_]+)*|['’]\w+|[^\w\s]|_+")
"""A word, a sign, a link, a handle (also one that stands apart from its sign), a hashtag: what names are made of."""
HANDLE = re.compile(r"[@＠][\w.-]+")


def codes_of_text(text: str) -> Codes:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64) + np.uint64(1)


def codes_of_words(words: Sequence[str]) -> Codes:
    """A checksum for each word."""
    sums = [zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in words]
    return np.array(sums, np.uint64) + np.uint64(1 << 33)


def ngrams(codes: Codes, shortest: int, longest: int) -> list[Codes]:
    """The hash of every n-gram, an array for each length."""
    found: list[Codes] = []
    hashes = codes * FACTOR
    for size in range(1, longest + 1):
        if size > 1:
            if len(hashes) < 2:
                break
            hashes = (hashes[:-1] ^ (hashes[:-1] >> SHIFT)) * FACTOR + codes[size - 1 :] * MIX
        if size >= shortest:
            found.append(hashes)
    return found


def ngrams_of_many(codes: Codes, owners: Owners, shortest: int, longest: int) -> list[tuple[Codes, Owners]]:
    """The hash of every n-gram of many texts laid end to end, an array for each length, each with the number of the text it stands in.

    ``owners`` is the number of each code's text. No n-gram runs from one text into the next.
    """
    found: list[tuple[Codes, Owners]] = []
    hashes = codes * FACTOR
    for size in range(1, longest + 1):
        if size > 1:
            hashes = (hashes[:-1] ^ (hashes[:-1] >> SHIFT)) * FACTOR + codes[size - 1 :] * MIX
        if size >= shortest:
            inside = owners[: len(hashes)] == owners[size - 1 :]
            found.append((hashes[inside], owners[size - 1 :][inside]))
    return found


def indices(hashes: Iterable[Codes], bits: int) -> Indices:
    """Hashes as places in a table of 2**bits weights."""
    joined = np.concatenate([np.empty(0, np.uint64), *hashes])
    mixed = (joined ^ (joined >> SHIFT)) * MIX
    places: Indices = (mixed >> np.uint64(64 - bits)).astype(np.int64)
    return places


def counted(places: Indices) -> tuple[Indices, NDArray[np.float32]]:
    """Each place once, with 1 + ln of how often it stood there."""
    once, counts = np.unique(places, return_counts=True)
    return once, (1.0 + np.log(counts)).astype(np.float32)
