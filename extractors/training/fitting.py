"""Fitting linear models over hashed and dense features, and the numbers that their cards state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression

from extractors.english import Seen
from extractors.features import Indices, counted
from extractors.linear import Floats, Linear


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model in full precision, as it is written."""

    labels: tuple[str, ...]
    weights: Floats
    idf: Floats
    bias: Floats
    dense: Floats
    kinds: int = 1

    def model(self) -> Linear:
        """The model as it is used."""
        weights = np.ascontiguousarray((self.weights * self.idf).T)
        return Linear(self.labels, weights, self.idf, self.bias, self.dense, self.kinds)


def counts(places: Sequence[Indices], bits: int) -> csr_matrix:
    """A row of weighted counts for each text."""
    once = [counted(each) for each in places]
    starts = np.cumsum([0, *(len(each) for each, _ in once)])
    return csr_matrix(
        (np.concatenate([value for _, value in once]), np.concatenate([each for each, _ in once]), starts),
        shape=(len(places), 1 << bits),
    )


def inverse_frequency(matrix: csr_matrix, least: int) -> Floats:
    """IDF of each feature; 0 for one that fewer than ``least`` texts have."""
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    idf = np.log((1 + matrix.shape[0]) / (1 + frequency)) + 1
    rounded: Floats = (np.rint(np.where(frequency >= least, idf, 0) * 16) / 16).astype(np.float32)
    return rounded


def unit_rows(matrix: csr_matrix) -> csr_matrix:
    """Rows of length 1."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return diags(1 / np.maximum(lengths, 1e-9)) @ matrix


def fit(
    seen: Sequence[Seen],
    labels: Sequence[str],
    bits: int,
    penalty: float,
    least: int = 2,
    dense_scale: float | Floats | None = None,
    weighed: bool = False,
) -> Fitted:
    """A multinomial logistic regression with balanced classes; ``penalty`` is scikit-learn's C.

    ``dense_scale``: dense features are brought to this standard deviation, or each to its own, first; the weights that are returned take them as they are.
    ``weighed``: of two classes, each feature first counts as much as it tells them apart (NBSVM).
    """
    matrix = counts([each.places for each in seen], bits)
    idf = inverse_frequency(matrix, least)
    sparse = unit_rows(matrix @ diags(idf))
    used = np.flatnonzero(idf)
    dense = np.stack([each.dense for each in seen]).astype(np.float32)
    middle, spread = np.zeros(dense.shape[1], np.float32), np.ones(dense.shape[1], np.float32)
    if dense_scale is not None:
        middle, spread = dense.mean(axis=0), (dense.std(axis=0) + 1e-6) / np.asarray(dense_scale, np.float32)
    kept = sparse[:, used].tocsr()
    ratio = contrast(matrix[:, used], np.array(labels) == max(labels)) if weighed else np.ones(len(used))
    joined = hstack([kept @ diags(ratio), csr_matrix((dense - middle) / spread)]).tocsr().astype(np.float32)
    fitted = LogisticRegression(
        C=penalty, class_weight="balanced", max_iter=200, tol=1e-3
    ).fit(joined, np.array(labels))  # fmt: skip
    coefficients, bias = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:
        # Two classes have one row of weights; as a softmax each has half, with its sign.
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.array([-bias[0], bias[0]]) / 2
    weights = np.zeros((len(fitted.classes_), 1 << bits), np.float32)
    weights[:, used] = coefficients[:, : len(used)] * ratio
    own = coefficients[:, len(used) :] / spread
    return Fitted(
        tuple(str(label) for label in fitted.classes_), weights, idf, (bias - own @ middle).astype(np.float32),
        own.T.astype(np.float32),
    )  # fmt: skip


def contrast(matrix: csr_matrix, positive: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The logarithm of how much likelier each feature is in positive texts. Source: https://aclanthology.org/P12-2018/ (NBSVM)."""
    there = (matrix > 0).astype(np.float32).tocsr()
    for_, against = (
        1 + np.asarray(there[np.flatnonzero(positive == side)].sum(axis=0)).ravel() for side in (True, False)
    )
    ratio: NDArray[np.float64] = np.log((for_ / for_.sum()) / (against / against.sum())).astype(np.float64)
    return ratio


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of texts is learned: how much a text of it counts beside others, and the penalty (scikit-learn's C) of its own model."""

    counts: float
    penalty: float
    share_of_all: float
    """Of the model of all texts in what is said of the kind."""


def fit_mixture(
    seen: Sequence[Seen],
    positive: NDArray[np.bool_],
    numbers: NDArray[np.int64],
    labels: tuple[str, str],
    bits: int,
    kinds: Sequence[Kind],
    penalty: float,
    least: int = 2,
) -> Fitted:
    """A two-class model for each kind of texts, weighed by a model of how like each kind a text is; all in one table.

    ``numbers`` tells the kind of each text, ``labels`` are those of the negative and of the positive, ``penalty`` is that of the model
    of all texts and of the one that tells the kinds apart. Each feature counts as much as it tells the two classes apart (NBSVM).
    """
    matrix = counts([each.places for each in seen], bits)
    idf = inverse_frequency(matrix, least)
    used = np.flatnonzero(idf)
    scaled = unit_rows(matrix @ diags(idf))[:, used].tocsr()
    there = matrix[:, used].tocsr()
    count = np.array([kind.counts for kind in kinds])[numbers]

    def told(chosen: NDArray[np.int64], penalty: float) -> tuple[NDArray[np.float64], float]:
        """Weights and bias that tell positive texts among some."""
        ratio = contrast(there[chosen], positive[chosen])
        row, bias = split((scaled[chosen] @ diags(ratio)).tocsr(), positive[chosen], count[chosen], penalty)
        return row * ratio, bias

    every, every_bias = told(np.arange(len(seen)), penalty)
    rows: list[NDArray[np.float64]] = []
    bias: list[float] = []
    for number, kind in enumerate(kinds):
        row, own = told(np.flatnonzero(numbers == number), kind.penalty)
        rows.append(row + kind.share_of_all * (every - row))
        bias.append(own + kind.share_of_all * (every_bias - own))
    likeness = [split(scaled, numbers == number, count, penalty) for number in range(len(kinds))]
    rows += [row - likeness[0][0] for row, _ in likeness[1:]]
    bias += [own - likeness[0][1] for _, own in likeness[1:]]
    weights = np.zeros((len(rows), 1 << bits), np.float32)
    weights[:, used] = rows
    return Fitted(labels, weights, idf, np.array(bias, np.float32), np.zeros((1, len(rows)), np.float32), len(kinds))


def split(
    matrix: csr_matrix, true: NDArray[np.bool_], count: NDArray[np.float64], penalty: float
) -> tuple[NDArray[np.float64], float]:
    """Weights and bias of a logistic regression."""
    fitted = LogisticRegression(C=penalty, solver="liblinear", tol=1e-3).fit(matrix, true, sample_weight=count)
    return fitted.coef_[0], float(fitted.intercept_[0])


def predict(model: Linear, seen: Sequence[Seen]) -> NDArray[np.str_]:
    """The likeliest label of each text."""
    labels = np.array(model.labels)
    return labels[[int(model.probabilities(each.places, each.dense).argmax()) for each in seen]]


def macro_recall(truth: Sequence[str], found: Sequence[str]) -> float:
    """The mean over the labels of the share that was found."""
    truth_, found_ = np.array(truth), np.array(found)
    return float(np.mean([np.mean(found_[truth_ == label] == label) for label in sorted(set(truth))]))


def macro_f1(truth: Sequence[str], found: Sequence[str]) -> float:
    """The mean over the labels of F1."""
    truth_, found_ = np.array(truth), np.array(found)
    scores = []
    for label in sorted(set(truth)):
        right = np.sum((truth_ == label) & (found_ == label))
        scores.append(2 * right / max(1, np.sum(truth_ == label) + np.sum(found_ == label)))
    return float(np.mean(scores))


def accuracy(truth: Sequence[str], found: Sequence[str]) -> float:
    """The share that is right."""
    return float(np.mean(np.array(truth) == np.array(found)))
