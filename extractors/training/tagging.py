"""Training a tagger: the averaged structured perceptron, and the F1 of spans."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from extractors.linear import Floats
from extractors.sequence import Places, Tagger, best_path, spans


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sequence with its features and true tags; ``open`` are the labels that its annotators looked for."""

    features: list[Places]
    tags: list[str]
    open: frozenset[str]


FORBIDDEN = -1e6


def allowed(tags: Sequence[str]) -> Floats:
    """Transitions: an I follows only its own label's B or I."""
    steps = np.zeros((len(tags), len(tags)), np.float32)
    for row, before in enumerate(tags):
        for column, after in enumerate(tags):
            if after[0] == "I" and before[2:] != after[2:]:
                steps[row, column] = FORBIDDEN
    return steps


def train(samples: Sequence[Tagged], bits: int, rounds: int, seed: int) -> Tagger:
    """The mean of the weights over all rounds."""
    tags = ["O", *sorted({tag for sample in samples for tag in sample.tags} - {"O"})]
    number = {tag: place for place, tag in enumerate(tags)}
    barred = allowed(tags)
    begin = np.array([FORBIDDEN if tag[0] == "I" else 0 for tag in tags], np.float32)
    weights, late = np.zeros((1 << bits, len(tags)), np.float32), np.zeros((1 << bits, len(tags)), np.float64)
    steps, late_steps = np.zeros_like(barred), np.zeros(barred.shape, np.float64)
    closed = {
        sample.open: np.array(
            [FORBIDDEN if tag != "O" and tag[2:] not in sample.open else 0 for tag in tags], np.float32
        )
        for sample in samples
    }
    order, shuffled, time = list(range(len(samples))), random.Random(seed), 1  # noqa: S311 - an order, not a secret
    for _ in range(rounds):
        shuffled.shuffle(order)
        for place in order:
            sample = samples[place]
            truth = [number[tag] for tag in sample.tags]
            scores = np.stack([weights[each].sum(axis=0) for each in sample.features]) + closed[sample.open]
            guess = best_path(scores, barred + steps, begin)
            if guess != truth:
                for at, (right, wrong) in enumerate(zip(truth, guess, strict=True)):
                    if right != wrong:
                        each = sample.features[at]
                        weights[each, right] += 1
                        weights[each, wrong] -= 1
                        late[each, right] += time
                        late[each, wrong] -= time
                    if at and (truth[at - 1], right) != (guess[at - 1], wrong):
                        steps[truth[at - 1], right] += 1
                        steps[guess[at - 1], wrong] -= 1
                        late_steps[truth[at - 1], right] += time
                        late_steps[guess[at - 1], wrong] -= time
            time += 1
    mean = (weights - late / time).astype(np.float32)
    return Tagger(tuple(tags), mean, barred + (steps - late_steps / time).astype(np.float32), begin)


def scores(tagger: Tagger, samples: Sequence[Tagged]) -> dict[str, tuple[float, int]]:
    """F1 and number of true spans, by label and for ``all``."""
    right: dict[str, int] = {}
    true: dict[str, int] = {}
    guessed: dict[str, int] = {}
    for sample in samples:
        truth, guess = set(spans(sample.tags)), set(spans(tagger.tag(sample.features)))
        guess = {each for each in guess if each[2] in sample.open}
        for found, counts in ((truth, true), (guess, guessed), (truth & guess, right)):
            for each in found:
                for label in (each[2], "all"):
                    counts[label] = counts.get(label, 0) + 1
    return {
        label: (100 * 2 * right.get(label, 0) / max(1, true.get(label, 0) + guessed.get(label, 0)), true.get(label, 0))
        for label in sorted({*true, *guessed})
    }
