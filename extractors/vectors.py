"""Vectors of English word pieces, for features that know that two words mean alike.

Distilled once from a sentence model by ``scrapy train words``: each piece sent through it alone, the principal components kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.linear import MODELS, Floats

TOKEN = re.compile(r"\w+|[^\w\s]")
LONGEST_WORD = 60
MOST_CACHED = 200_000


@dataclass(slots=True)
class Vectors:
    """A vector for each piece, and how much it weighs in a mean (rare ones more)."""

    pieces: dict[str, int]
    rows: Floats
    weights: Floats
    known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def ids(self, text: str) -> list[int]:
        """The pieces of a text."""
        plain = unicodedata.normalize("NFD", text.lower())
        found: list[int] = []
        for word in TOKEN.findall(plain):
            ids = self.known.get(word)
            if ids is None:
                if len(self.known) > MOST_CACHED:
                    self.known.clear()
                ids = self.known[word] = self.cut("".join(sign for sign in word if not unicodedata.combining(sign)))
            found.extend(ids)
        return found

    def cut(self, word: str) -> tuple[int, ...]:
        """The longest pieces that make a word, from left to right; nothing where they don't."""
        found: list[int] = []
        start = 0
        while start < len(word) <= LONGEST_WORD:
            for end in range(len(word), start, -1):
                piece = self.pieces.get(("##" if start else "") + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return ()
        return tuple(found)

    def mean(self, ids: list[int]) -> Floats:
        """The weighted mean of pieces, of length 1; zero where there are none."""
        if not ids:
            return np.zeros(self.rows.shape[1], np.float32)
        mean: Floats = self.weights[ids] @ self.rows[ids]
        length = float(np.linalg.norm(mean))
        return mean / np.float32(length) if length else mean


@cache
def vectors() -> Vectors:
    """The vectors of the repository, read once."""
    return read(MODELS / "words" / "weights.npz")


def read(path: Path) -> Vectors:
    """Vectors from their file."""
    with np.load(path, allow_pickle=False) as stored:
        pieces = str(stored["pieces"]).split("\n")
        rows = stored["rows"].astype(np.float32) * stored["scale"][:, None]
        return Vectors({piece: number for number, piece in enumerate(pieces)}, rows, stored["weights"] / np.float32(16))


def write(path: Path, pieces: list[str], rows: Floats, weights: Floats) -> None:
    """Store vectors, rounded to int8 row by row."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-9) / 127
    small: NDArray[np.int8] = np.rint(rows / scale[:, None]).astype(np.int8)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, pieces=np.array("\n".join(pieces)), rows=small, scale=scale.astype(np.float32),
        weights=np.clip(np.rint(weights * 16), 0, 255).astype(np.uint8),
    )  # fmt: skip
