"""Near-duplicates: reposts, quotes, syndicated copies, told by MinHash of the folded text without links, handles and repost marks.

Source: https://ekzhu.com/datasketch/lsh.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from extractors.features import HANDLE, LINK, Codes, codes_of_text, ngrams_of_many
from extractors.folding import fold

NUMBERS = 64
BANDS = 16
ROWS = NUMBERS // BANDS
SCHEME = "affine32"
"""Fixed, so that stored signatures stay comparable with new ones."""
ALIKE = 0.7
"""Share of equal numbers from which two texts are near-duplicates."""
SHORTEST = 16
"""Letters below which a text says too little to be told from another: 'happy birthday' is no copy."""
LETTERS = 5
IDEOGRAPHS = 3
"""Signs that are taken together; a Chinese sign says more than a letter."""
AT_ONCE = 20_000
"""Shingles whose permutations are computed together: 5 MB."""
MARKS = re.compile(
    r"^\s*(?:rt\s+|via\s+)*@?\s*:?\s*|(?:/\s*/\s*@[^:：]{0,40}[:：])|转发微博|\[[^\[\]\s]{1,8}\]|&[a-z]+;|…$|\.\.\.$"
)
HAN = re.compile(r"[\u3400-\u9fff]")
NOT_WORDS = re.compile(r"[\W_]+")

Signature = NDArray[np.uint32]


@cache
def permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The factors and summands of the permutations, drawn once from a fixed seed."""
    # Imported here, since all of SciPy comes with it, which workers and most commands can do without.
    from datasketch import MinHash

    factors, summands = MinHash(num_perm=NUMBERS, seed=1, scheme=SCHEME).permutations
    return factors, summands


def gist(text: str) -> str:
    """What two copies share: letters and digits in one case, width and script, without what sharing adds."""
    bare = LINK.sub(" ", fold(text).text)
    bare = MARKS.sub(" ", re.sub(r"^\s*rt\s+@[\w.-]+\s*:?", " ", bare))
    return NOT_WORDS.sub(" ", HANDLE.sub(" ", bare)).strip()


def signature(text: str) -> Signature | None:
    """The MinHash of a text, None for one that is too short."""
    return signatures([text])[0]


def signatures(texts: Sequence[str]) -> list[Signature | None]:
    """The MinHash of each text, None for one that is too short; many are computed at once."""
    found: list[Signature | None] = [None] * len(texts)
    by_size: dict[int, list[tuple[int, Codes]]] = {LETTERS: [], IDEOGRAPHS: []}
    for number, text in enumerate(texts):
        words = gist(text)
        chinese = len(HAN.findall(words))
        size = IDEOGRAPHS if chinese * 3 > len(words) else LETTERS
        joined = words.replace(" ", "") if size == IDEOGRAPHS else words
        if len(joined) >= size and len(joined) + chinese >= SHORTEST:
            by_size[size].append((number, codes_of_text(joined)))
    for size, long_enough in by_size.items():
        for part in portions(long_enough):
            made = minima([codes for _, codes in part], size)
            for (number, _), row in zip(part, made, strict=True):
                found[number] = row
    return found


def portions(texts: Sequence[tuple[int, Codes]]) -> Iterator[Sequence[tuple[int, Codes]]]:
    """Texts in portions whose shingles fit into little memory."""
    part: list[tuple[int, Codes]] = []
    size = 0
    for each in texts:
        part.append(each)
        size += len(each[1])
        if size >= AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


def minima(texts: Sequence[Codes], size: int) -> NDArray[np.uint32]:
    """The least value of each permutation over each text's shingles: datasketch's scheme ``affine32``, a row for each text."""
    owners = np.repeat(np.arange(len(texts)), [len(codes) for codes in texts])
    ((hashes, owners),) = ngrams_of_many(np.concatenate(texts), owners, size, size)
    mixed = (hashes >> np.uint64(32)).astype(np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    factors, summands = permutations()
    starts = np.searchsorted(owners, np.arange(len(texts)))
    found: NDArray[np.uint32] = np.minimum.reduceat(mixed[:, None] * factors + summands, starts, axis=0)
    return found


def bands(made: Signature) -> list[int]:
    """A number for each band of a signature; near-duplicates very likely share one."""
    return bands_of_many(made[None])[0]


def bands_of_many(made: NDArray[np.uint32]) -> list[list[int]]:
    """The bands of each of some signatures, which are rows."""
    parts = made.astype(np.uint64).reshape(len(made), BANDS, ROWS)
    hashes = np.arange(1, BANDS + 1, dtype=np.uint64)[None] * np.uint64(0x9E3779B97F4A7C15)
    for column in range(ROWS):
        hashes = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + parts[:, :, column]
    found: list[list[int]] = hashes.astype(np.int64).tolist()
    return found


def best(made: Signature, others: NDArray[np.uint32]) -> int | None:
    """The row of the signature that one is most like, if any is like enough; of equals the first."""
    if not len(others):
        return None
    same = (others == made).sum(axis=1)
    first = int(same.argmax())
    return first if likeness(made, others[first]) >= ALIKE else None


def likeness(one: Signature, other: Signature) -> float:
    """The estimated share of common shingles."""
    return float(np.mean(one == other))
