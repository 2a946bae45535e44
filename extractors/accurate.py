"""Sentiment and names in English by a network beside the light models: each of the two sees what the other doesn't.

The network reads no capitals and knows few hashtags; the light models don't know what a word means where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from extractors.linear import MODELS, Floats
from extractors.minilm import read, seen

SENTIMENT, ENTITIES = "sentiment_en_accurate", "entities_en_accurate"
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Step:
    """From rows to the scores of labels, and how much they count beside the light model (0 to 1)."""

    labels: tuple[str, ...]
    weights: Floats
    """Numbers by labels."""
    bias: Floats
    share: float

    def chances(self, row: Floats) -> Floats:
        """The logarithm of each label's probability, of one row or of many."""
        scores: Floats = row @ self.weights + self.bias
        found: Floats = scores - scores.max(axis=-1, keepdims=True)
        found -= np.log(np.exp(found).sum(axis=-1, keepdims=True))
        return found


@cache
def step(name: str, part: str) -> Step:
    """A model's last step by name: ``text``, ``name``, ``many`` or ``word``."""
    with np.load(MODELS / name / "weights.npz", allow_pickle=False) as stored:
        labels = tuple(str(label) for label in stored["labels"])
        shared = "name" if part == "many" else part
        return Step(labels, stored[f"{shared}_weights"], stored[f"{shared}_bias"], float(stored[f"{part}_share"]))


def text_mean(text: str) -> Floats | None:
    """The mean of a text's rows; None for one without words."""
    rows = seen(SENTIMENT, text)
    if not rows:
        return None
    mean: Floats = np.concatenate(rows).mean(axis=0)
    return mean


def of_text(text: str, labels: Sequence[str], light: Floats) -> Floats:
    """The probability of each label for a text, given what the light model says of it."""
    mean = text_mean(text)
    return light if mean is None else mixed(step(SENTIMENT, "text"), mean, labels, light)


def toward(text: str, start: int, end: int, many: bool, labels: Sequence[str], light: Floats) -> Floats:
    """The probability of each label toward what stands at a span; ``many``: the text names others, too."""
    row = name_row(text, start, end)
    return light if row is None else mixed(step(SENTIMENT, "many" if many else "name"), row, labels, light)


def name_row(text: str, start: int, end: int) -> Floats | None:
    """The mean row of a name's pieces, and beside it that of the stretch it stands in; None where the network saw none of it."""
    known = read(text)
    for stretch, rows in zip(known.stretches, seen(SENTIMENT, text), strict=True):
        own = [
            at
            for at, word in enumerate(stretch.words, start=1)
            if known.spans[word][0] < end and known.spans[word][1] > start
        ]
        if own:
            return np.concatenate([rows[own].mean(axis=0), rows.mean(axis=0)])
    return None


def mixed(last: Step, row: Floats, labels: Sequence[str], light: Floats) -> Floats:
    """The weighted geometric mean of what the network and the light model hold likely, in the order of ``labels``."""
    network = last.chances(row)[[last.labels.index(label) for label in labels]]
    logs = last.share * network + (1 - last.share) * np.log(light + LEAST)
    powers = np.exp(logs - logs.max())
    found: Floats = (powers / powers.sum()).astype(np.float32)
    return found


def of_words(text: str, spans: Sequence[tuple[int, int]], tags: Sequence[str]) -> Floats:
    """What the network adds to the score of each tag, for words at spans; nothing for words that it did not see."""
    last, known = step(ENTITIES, "word"), read(text)
    order = [last.labels.index(tag) for tag in tags]
    found = np.zeros((len(spans), len(tags)), np.float32)
    numbers: list[int] = []
    means: list[Floats] = []
    for stretch, rows in zip(known.stretches, seen(ENTITIES, text), strict=True):
        starts, ends = np.array([known.spans[word] for word in stretch.words]).T
        for number, (start, end) in enumerate(spans):
            own = np.flatnonzero((starts < end) & (ends > start))
            if len(own):
                numbers.append(number)
                means.append(rows[1 + own].mean(axis=0))
    if means:
        found[numbers] = last.share * last.chances(np.stack(means))[:, order]
    return found
