"""Linear models over hashed features: weights in NumPy arrays, read without pickle.

A model is ``models/NAME/weights.npz``: ``weights`` (float16, classes by 2**bits), ``bias`` (a number for each class),
``idf`` (uint8, 2**bits, in sixteenths), ``dense`` (features by classes) and ``labels``; a mixture also has ``kinds``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.features import Indices, counted

MODELS = Path(__file__).parent / "models"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """A multinomial logistic regression over TF-IDF weighted, length-normalised hashed features, and dense ones beside them."""

    labels: tuple[str, ...]
    weights: Floats
    """Features by classes, IDF multiplied in."""
    idf: Floats
    bias: Floats
    dense: Floats
    """Dense features by classes."""
    kinds: int = 1
    """Kinds of texts that are read in ways of their own; of more than one the weights are those that ``mixed`` takes."""

    def probabilities(self, places: Indices, dense: Floats | None = None) -> Floats:
        """The probability of each label, where one of them is true."""
        found: Floats = self.probabilities_of_many([places], None if dense is None else [dense])[0]
        return found

    def scores_of_many(self, places: Sequence[Indices], dense: Sequence[Floats] | None = None) -> Floats:
        """How much speaks for each label, a row for each of some texts: many are computed together."""
        scores = np.tile(self.bias, (len(places), 1))
        owners = np.repeat(np.arange(len(places)), np.array([len(each) for each in places], np.int64))
        if len(owners):
            size = len(self.idf)
            once, counts = counted(np.concatenate(places) + owners * size)
            owners, once = np.divmod(once, size)
            lengths = np.sqrt(np.bincount(owners, np.square(counts * self.idf[once]), len(places)))
            lengths[lengths == 0] = 1.0
            having, starts = np.unique(owners, return_index=True)
            sums = np.add.reduceat(counts[:, None] * self.weights[once], starts, axis=0)
            scores[having] += sums / lengths[having, None].astype(np.float32)
        if dense is not None and len(dense):
            scores += np.stack(dense) @ self.dense
        return scores if self.kinds == 1 else mixed(scores, self.kinds)

    def probabilities_of_many(self, places: Sequence[Indices], dense: Sequence[Floats] | None = None) -> Floats:
        """The probability of each label, where one of them is true, a row for each of some texts."""
        scores = self.scores_of_many(places, dense)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        found: Floats = powers / powers.sum(axis=1, keepdims=True)
        return found

    def chances_of_many(self, places: Sequence[Indices], dense: Sequence[Floats] | None = None) -> Floats:
        """The probability of each label, where any number of them is true, a row for each of some texts."""
        found: Floats = np.float32(1) / (np.float32(1) + np.exp(-self.scores_of_many(places, dense)))
        return found


def mixed(scores: Floats, kinds: int) -> Floats:
    """The score of each label, out of those by kinds of texts, weighed by how like each kind a text is (a mixture of experts).

    ``scores``, along the last axis: those of the labels for each kind, then the likeness of each kind; the first label and the
    first kind are left out, since they are what the others are measured against.
    """
    *texts, width = scores.shape
    own = width - kinds + 1
    none = np.zeros((*texts, 1), np.float32)
    likeness = np.concatenate([none, scores[..., own:]], axis=-1)
    powers = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
    shares = powers / powers.sum(axis=-1, keepdims=True)
    by_kind = scores[..., :own].reshape(*texts, kinds, own // kinds)
    found: Floats = np.concatenate([none, (shares[..., None] * by_kind).sum(axis=-2)], axis=-1)
    return found


@cache
def load(name: str) -> Linear:
    """A model of the repository by name."""
    return read(MODELS / name / "weights.npz")


def read(path: Path) -> Linear:
    """A model from its file."""
    with np.load(path, allow_pickle=False) as stored:
        idf = stored["idf"].astype(np.float32) / 16
        weights = stored["weights"].astype(np.float32).T * idf[:, None]
        return Linear(
            tuple(str(label) for label in stored["labels"]), np.ascontiguousarray(weights), idf,
            stored["bias"], stored["dense"], int(stored["kinds"]) if "kinds" in stored else 1,
        )  # fmt: skip


def write(
    path: Path, labels: tuple[str, ...], weights: Floats, idf: Floats, bias: Floats, dense: Floats, kinds: int = 1
) -> None:
    """Store a model; ``weights`` are classes by features, before IDF.

    float16, since one step for all, as int8 has it, is coarser than most weights are large.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path, labels=np.array(labels), weights=weights.astype(np.float16), idf=np.clip(np.rint(idf * 16), 0, 255).astype(np.uint8),
        bias=bias.astype(np.float32), dense=dense.astype(np.float32), kinds=np.array(kinds),
    )  # fmt: skip
