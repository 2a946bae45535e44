"""Tagging of sequences: a linear-chain conditional random field over hashed features, with transitions between tags.

Source: https://repository.upenn.edu/cis_papers/159/
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.linear import MODELS, Floats

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights of features by tags, in steps of ``scale``, and of one tag after another; ``start`` those of a first tag."""

    tags: tuple[str, ...]
    weights: Floats | NDArray[np.int8]
    steps: Floats
    start: Floats
    scale: float = 1.0
    network: Floats | None = None
    """Weights of what a network sees of a token, by tags."""

    def tag(self, features: Sequence[Places], seen: Floats | None = None, added: Floats | None = None) -> list[str]:
        """The best tags of a sequence; ``seen`` is what a network sees of each token, for a tagger that was trained with it.

        ``added`` are scores of each token's tags by another model.
        """
        if not len(features):
            return []
        starts = np.cumsum([0, *(len(each) for each in features[:-1])])
        sums = np.add.reduceat(self.weights[np.concatenate(features)], starts, axis=0, dtype=np.float32)
        (tags,) = self.tags_of(self.scores(sums, seen, added), [len(features)])
        return tags

    def scores(self, sums: NDArray[np.generic], seen: Floats | None = None, added: Floats | None = None) -> Floats:
        """The scores of tokens' tags from the sums of their features' weights, as stored."""
        found: Floats = sums.astype(np.float32) * np.float32(self.scale)
        if seen is not None and self.network is not None and len(self.network):
            found = found + seen @ self.network
        return found if added is None else found + added

    def tags_of(self, scores: Floats, lengths: Sequence[int]) -> list[list[str]]:
        """The best tags of each of some sequences, whose scores lie end to end."""
        numbers = best_paths(scores, lengths, self.steps, self.start).tolist()
        ends = np.cumsum([0, *lengths]).tolist()
        return [[self.tags[number] for number in numbers[start:end]] for start, end in pairwise(ends)]


def best_paths(scores: Floats, lengths: Sequence[int], steps: Floats, start: Floats) -> NDArray[np.int64]:
    """The highest-scoring path of tags through each of some sequences (Viterbi); scores lie end to end, and so do the paths.

    The sequences are walked side by side, longest first, so that those still under way are always the first ones.
    """
    sizes = np.array(lengths, np.int64)
    order = np.argsort(-sizes, kind="stable")[: int((sizes > 0).sum())]
    begins = (np.cumsum(sizes) - sizes)[order]
    longest = int(sizes.max(initial=0))
    under_way = (sizes[order][None] > np.arange(longest)[:, None]).sum(axis=1).tolist()
    current = scores[begins] + start
    before = np.ascontiguousarray(steps.T)
    back = np.zeros((longest, *current.shape), np.int16)
    for at in range(1, longest):
        n = under_way[at]
        through = current[:n, None] + before
        back[at, :n] = through.argmax(axis=2)
        current[:n] = through.max(axis=2) + scores[begins[:n] + at]
    found = np.zeros(len(scores), np.int64)
    tags = current.argmax(axis=1)
    for at in range(longest - 1, 0, -1):
        n = under_way[at]
        found[begins[:n] + at] = tags[:n]
        tags[:n] = back[at, np.arange(n), tags[:n]]
    found[begins] = tags
    return found


def places(names: Sequence[str], bits: int) -> Places:
    """Features by name as places in the table of weights."""
    mask = (1 << bits) - 1
    return np.array([zlib.crc32(name.encode("utf-8", "surrogatepass")) & mask for name in names], np.int64)


def spans(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """The spans of BIO tags: first token, token after the last, label."""
    found: list[tuple[int, int, str]] = []
    begun: int | None = None
    for number, tag in enumerate([*tags, "O"]):
        if begun is not None and (tag[0] != "I" or tag[2:] != tags[begun][2:]):
            found.append((begun, number, tags[begun][2:]))
            begun = None
        if begun is None and tag[0] in "BI":
            begun = number
    return found


@cache
def load(name: str) -> Tagger:
    """A tagger of the repository by name."""
    return read(MODELS / name / "weights.npz")


def read(path: Path) -> Tagger:
    """A tagger from its file."""
    with np.load(path, allow_pickle=False) as stored:
        # The weights stay int8 in memory, a quarter of what floats take.
        return Tagger(
            tuple(str(tag) for tag in stored["tags"]), stored["weights"], stored["steps"], stored["start"],
            float(stored["scale"]), stored["network"],
        )  # fmt: skip


def write(path: Path, made: Tagger) -> None:
    """Store a tagger, weights rounded to int8."""
    # The largest sets the scale: cut off, the surest features would no longer outweigh the many small ones.
    scale = np.float32(max(float(np.abs(made.weights).max()), 1e-9) / 127)
    path.parent.mkdir(parents=True, exist_ok=True)
    network = np.zeros((0, len(made.tags)), np.float32) if made.network is None else made.network
    np.savez_compressed(
        path, tags=np.array(made.tags), scale=scale, steps=made.steps.astype(np.float32), start=made.start.astype(np.float32),
        weights=np.clip(np.rint(made.weights / scale), -127, 127).astype(np.int8), network=network.astype(np.float32),
    )  # fmt: skip
