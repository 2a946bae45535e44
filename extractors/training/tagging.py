"""Training a tagger: a linear-chain conditional random field by AdaGrad, its weights averaged, and the F1 of spans.

Source: https://repository.upenn.edu/cis_papers/159/ (the model), https://jmlr.org/papers/v12/duchi11a.html (the steps)
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from extractors.linear import Floats
from extractors.sequence import Places, Tagger, spans

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sequence with its features and true tags; ``open`` are the labels that its annotators looked for."""

    features: list[Places]
    tags: list[str]
    open: frozenset[str]
    seen: Floats | None = None
    """What a network sees of each token, where one helps."""


FORBIDDEN = -1e6
SIZE = 32
"""Sequences of a step."""
RATE, SEEN_RATE = 0.2, 0.02
DECAY, SEEN_DECAY = 1e-4, 1e-3
"""Pull toward zero for each sequence of a step."""


def allowed(tags: Sequence[str]) -> Floats:
    """Transitions: an I follows only its own label's B or I."""
    steps = np.zeros((len(tags), len(tags)), np.float32)
    for row, before in enumerate(tags):
        for column, after in enumerate(tags):
            if after[0] == "I" and before[2:] != after[2:]:
                steps[row, column] = FORBIDDEN
    return steps


@dataclass(frozen=True, slots=True)
class Step:
    """Some sequences of like length as arrays; a row is a token."""

    used: Places
    """The places of all features that turn up."""
    features: csr_matrix
    at: NDArray[np.int64]
    """Each token's place in its sequence."""
    of: NDArray[np.int64]
    """The sequence of each token."""
    lengths: NDArray[np.int64]
    truth: NDArray[np.int64]
    closed: NDArray[np.bool_]
    """Tags that a token can't have: labels that nobody looked for, and what no sequence begins with."""
    seen: Floats | None


def step_of(samples: Sequence[Tagged], tags: Sequence[str]) -> Step:
    """Sequences as arrays."""
    rows = [places for sample in samples for places in sample.features]
    used, columns = np.unique(np.concatenate(rows), return_inverse=True)
    starts = np.cumsum([0, *map(len, rows)])
    features = csr_matrix(
        (np.ones(len(columns), np.float32), columns.astype(np.int32), starts), shape=(len(rows), len(used))
    )
    lengths = np.array([len(sample.tags) for sample in samples])
    at = np.concatenate([np.arange(length) for length in lengths])
    barred = [np.array([tag != "O" and tag[2:] not in sample.open for tag in tags]) for sample in samples]
    closed = np.concatenate([np.tile(each, (length, 1)) for each, length in zip(barred, lengths, strict=True)])
    closed[at == 0] |= np.array([tag[0] == "I" for tag in tags])
    number = {tag: place for place, tag in enumerate(tags)}
    seen = [sample.seen for sample in samples if sample.seen is not None]
    return Step(
        used, features, at, np.repeat(np.arange(len(samples)), lengths), lengths,
        np.array([number[tag] for sample in samples for tag in sample.tags]), closed,
        np.concatenate(seen) if seen else None,
    )  # fmt: skip


def surplus(step: Step, scores: Doubles, moves: Doubles) -> tuple[Floats, Doubles]:
    """How much more often the model expects each tag of each token, and each transition, than the truth has them.

    ``moves`` are the transitions' exponentials, 0 for a forbidden one. Forward and backward sums are scaled token by token.
    """
    count, longest, size = len(step.lengths), int(step.lengths.max()), scores.shape[1]
    chances = np.ones((longest, count, size))
    chances[step.at, step.of] = np.exp(scores - scores.max(axis=1, keepdims=True))
    inside = np.arange(longest)[:, None] < step.lengths[None]
    forward, sums = np.empty((longest, count, size)), np.ones((longest, count))
    current = np.zeros((count, size))
    for at in range(longest):
        new = (current @ moves) * chances[at] if at else chances[0]
        total = new.sum(axis=1)
        current = np.where(inside[at][:, None], new / np.maximum(total, 1e-300)[:, None], current)
        forward[at] = current
        sums[at] = np.where(inside[at], np.maximum(total, 1e-300), 1)
    both, expected = np.empty_like(forward), np.zeros((size, size))
    backward = np.ones((count, size))
    both[-1] = forward[-1]
    for at in range(longest - 1, 0, -1):
        here = np.where(inside[at][:, None], chances[at] * backward / sums[at][:, None], 0)
        expected += forward[at - 1].T @ here
        backward = np.where(inside[at][:, None], here @ moves.T, backward)
        both[at - 1] = forward[at - 1] * backward
    marginals = both[step.at, step.of]
    marginals[np.arange(len(step.truth)), step.truth] -= 1
    expected *= moves
    follows = step.at[1:] > 0
    np.add.at(expected, (step.truth[:-1][follows], step.truth[1:][follows]), -1)
    return marginals.astype(np.float32), expected


def train(samples: Sequence[Tagged], bits: int, rounds: int, seed: int) -> Tagger:
    """A tagger whose weights are the mean over the later half of the rounds."""
    tags = ["O", *sorted({tag for sample in samples for tag in sample.tags} - {"O"})]
    barred = allowed(tags)
    by_length = sorted(samples, key=lambda sample: len(sample.tags))
    steps = [step_of(by_length[at : at + SIZE], tags) for at in range(0, len(by_length), SIZE)]
    weights, squares = np.zeros((1 << bits, len(tags)), np.float32), np.full((1 << bits, len(tags)), 1e-2, np.float32)
    moves, move_squares = np.zeros(barred.shape), np.ones(barred.shape)
    width = 0 if by_length[0].seen is None else by_length[0].seen.shape[1]
    network, network_squares = np.zeros((width, len(tags)), np.float32), np.ones((width, len(tags)), np.float32)
    mean, mean_moves, mean_network = np.zeros_like(weights), np.zeros_like(moves), np.zeros_like(network)
    averaged = rounds - rounds // 2
    shuffled = random.Random(seed)  # noqa: S311 - an order, not a secret
    for turn in range(rounds):
        shuffled.shuffle(steps)
        for step in steps:
            here = weights[step.used]
            scores = step.features @ here
            if step.seen is not None:
                scores = scores + step.seen @ network
            scores[step.closed] = -1e4
            more, more_moves = surplus(step, scores.astype(np.float64), np.where(barred == 0, np.exp(moves), 0))
            slope = step.features.T @ more + np.float32(DECAY * len(step.lengths)) * here
            squares[step.used] += slope**2
            weights[step.used] = here - RATE * slope / np.sqrt(squares[step.used])
            move_squares += more_moves**2
            moves -= RATE * more_moves / np.sqrt(move_squares)
            if step.seen is not None:
                slope = step.seen.T @ more + np.float32(SEEN_DECAY * len(step.lengths)) * network
                network_squares += slope**2
                network -= SEEN_RATE * slope / np.sqrt(network_squares)
        if turn >= rounds // 2:
            mean += weights / averaged
            mean_moves += moves / averaged
            mean_network += network / averaged
    begin = np.array([FORBIDDEN if tag[0] == "I" else 0 for tag in tags], np.float32)
    return Tagger(tuple(tags), mean, (barred + mean_moves).astype(np.float32), begin, network=mean_network)


def fit_mean(samples: Sequence[Tagged], bits: int, rounds: int, seeds: Sequence[int]) -> Tagger:
    """The tagger whose scores are the mean of those that learned in several orders."""
    made = [train(samples, bits, rounds, seed) for seed in seeds]
    weights: Floats = np.stack([each.weights for each in made]).mean(axis=0, dtype=np.float32)
    steps: Floats = np.stack([each.steps for each in made]).mean(axis=0, dtype=np.float32)
    network: Floats = np.stack([each.network for each in made if each.network is not None]).mean(
        axis=0, dtype=np.float32
    )
    return replace(made[0], weights=weights, steps=steps, network=network)


def scores(
    tagger: Tagger, samples: Sequence[Tagged], added: Sequence[Floats | None] = ()
) -> dict[str, tuple[float, int]]:
    """F1 and number of true spans, by label and for ``all``; ``added`` are scores by another model for each sample."""
    right: dict[str, int] = {}
    true: dict[str, int] = {}
    guessed: dict[str, int] = {}
    for sample, more in zip_longest(samples, added):
        truth, guess = set(spans(sample.tags)), set(spans(tagger.tag(sample.features, sample.seen, more)))
        guess = {each for each in guess if each[2] in sample.open}
        for found, counts in ((truth, true), (guess, guessed), (truth & guess, right)):
            for each in found:
                for label in (each[2], "all"):
                    counts[label] = counts.get(label, 0) + 1
    return {
        label: (100 * 2 * right.get(label, 0) / max(1, true.get(label, 0) + guessed.get(label, 0)), true.get(label, 0))
        for label in sorted({*true, *guessed})
    }
