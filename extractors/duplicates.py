"""Near-duplicates: reposts, quotes, syndicated copies, told by MinHash of the folded text without links, handles and repost marks.

Source: https://ekzhu.com/datasketch/lsh.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

from extractors.features import HANDLE, LINK, codes_of_text, ngrams
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
MARKS = re.compile(
    r"^\s*(?:rt\s+|via\s+)*@?\s*:?\s*|(?:/\s*/\s*@[^:：]{0,40}[:：])|转发微博|\[[^\[\]\s]{1,8}\]|&[a-z]+;|…$|\.\.\.$"
)
HAN = re.compile(r"[\u3400-\u9fff]")
NOT_WORDS = re.compile(r"[\W_]+")

Signature = NDArray[np.uint32]


@cache
def permutations() -> object:
    """The permutations, drawn once from a fixed seed; drawing them anew for each text would cost more than the rest."""
    return MinHash(num_perm=NUMBERS, seed=1, scheme=SCHEME).permutations


def gist(text: str) -> str:
    """What two copies share: letters and digits in one case, width and script, without what sharing adds."""
    bare = LINK.sub(" ", fold(text).text)
    bare = MARKS.sub(" ", re.sub(r"^\s*rt\s+@[\w.-]+\s*:?", " ", bare))
    return NOT_WORDS.sub(" ", HANDLE.sub(" ", bare)).strip()


def signature(text: str) -> Signature | None:
    """The MinHash of a text, None for one that is too short."""
    words = gist(text)
    chinese = len(HAN.findall(words))
    size = IDEOGRAPHS if chinese * 3 > len(words) else LETTERS
    joined = words.replace(" ", "") if size == IDEOGRAPHS else words
    if len(joined) + chinese < SHORTEST:
        return None
    hashes = ngrams(codes_of_text(joined), size, size)
    if not hashes:
        return None
    shingles = np.unique(hashes[0] >> np.uint64(32))
    made = MinHash(num_perm=NUMBERS, scheme=SCHEME, hashfunc=int, permutations=permutations())
    made.update_batch(shingles.tolist())
    return np.asarray(made.hashvalues).astype(np.uint32)


def bands(made: Signature) -> list[int]:
    """A number for each band of a signature; near-duplicates very likely share one."""
    parts = made.astype(np.uint64).reshape(BANDS, ROWS)
    hashes = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for column in range(ROWS):
        hashes = (hashes ^ (hashes >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9) + parts[:, column]
    return [int(each) for each in hashes.astype(np.int64)]


def likeness(one: Signature, other: Signature) -> float:
    """The estimated share of common shingles."""
    return float(np.mean(one == other))


def best(made: Signature, others: Sequence[tuple[int, Signature]]) -> int | None:
    """The post that a text is most like, if any is like enough; of equals the first."""
    found, top = None, ALIKE
    for number, other in sorted(others, key=lambda each: each[0]):
        share = likeness(made, other)
        if share >= top and (found is None or share > top):
            found, top = number, share
    return found
