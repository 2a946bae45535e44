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

    def model(self) -> Linear:
        """The model as it is used."""
        return Linear(self.labels, np.ascontiguousarray((self.weights * self.idf).T), self.idf, self.bias, self.dense)


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
class Part:
    """What one of several models learns from: how much each text counts (0: not at all), the penalty, its share in the mean."""

    counts: NDArray[np.float32]
    penalty: float
    share: float


def fit_mixed(
    seen: Sequence[Seen],
    positive: NDArray[np.bool_],
    labels: tuple[str, str],
    bits: int,
    parts: Sequence[Part],
    least: int = 2,
) -> Fitted:
    """The mean of two-class models over TF-IDF features, each counting as much as it tells the classes apart.

    ``labels`` are those of the negative and of the positive.
    """
    matrix = counts([each.places for each in seen], bits)
    idf = inverse_frequency(matrix, least)
    used = np.flatnonzero(idf)
    scaled = unit_rows(matrix @ diags(idf))[:, used].tocsr()
    there = matrix[:, used].tocsr()
    row, bias = np.zeros(len(used)), 0.0
    for part in parts:
        chosen = np.flatnonzero(part.counts)
        ratio = contrast(there[chosen], positive[chosen])
        fitted = LogisticRegression(C=part.penalty, max_iter=300, tol=1e-3).fit(
            (scaled[chosen] @ diags(ratio)).tocsr(), positive[chosen], sample_weight=part.counts[chosen]
        )
        row += part.share * fitted.coef_[0] * ratio
        bias += part.share * float(fitted.intercept_[0])
    weights = np.zeros((2, 1 << bits), np.float32)
    weights[1, used], weights[0, used] = row / 2, -row / 2
    return Fitted(labels, weights, idf, np.array([-bias / 2, bias / 2], np.float32), np.zeros((1, 2), np.float32))


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
