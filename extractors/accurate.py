"""Sentiment and names in English by a network beside the light models: each of the two sees what the other doesn't.

The network reads no capitals and knows few hashtags; the light models don't know what a word means where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from extractors.features import TOKEN
from extractors.linear import MODELS, Floats
from extractors.minilm import Stretch, Words, read
from extractors.targets import Named

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


def words_of(text: str) -> tuple[Words, list[tuple[int, int]]]:
    """A text's words, and where each stands."""
    found = list(TOKEN.finditer(text))
    return tuple(word[0] for word in found), [word.span() for word in found]


def text_means(texts: Sequence[str]) -> list[Floats | None]:
    """The mean of each text's rows; None for one without words."""
    seen = read([words_of(text)[0] for text in texts])
    return [np.concatenate([each.rows for each in own]).mean(axis=0) if own else None for own in seen]


def of_texts(texts: Sequence[str], labels: Sequence[str], light: Sequence[Floats]) -> list[Floats]:
    """The probability of each label for each text, given what the light model says of it."""
    return mixed(step(SENTIMENT, "text"), text_means(texts), labels, light)


def toward(named: Sequence[Named], many: bool, labels: Sequence[str], light: Sequence[Floats]) -> list[Floats]:
    """The probability of each label toward each of some names, given what the light model says; ``many``: their texts name others, too."""
    return mixed(step(SENTIMENT, "many" if many else "name"), name_rows(named), labels, light)


def name_rows(named: Sequence[Named]) -> list[Floats | None]:
    """What the network sees of each of some names; None for one of which it saw nothing."""
    cut = [words_of(text) for text, _, _ in named]
    seen = read([words for words, _ in cut])
    return [
        name_row(stretches, spans, start, end)
        for stretches, (_, spans), (_, start, end) in zip(seen, cut, named, strict=True)
    ]


def name_row(stretches: Sequence[Stretch], spans: Sequence[tuple[int, int]], start: int, end: int) -> Floats | None:
    """The mean row of a name's pieces, and beside it that of the stretch it stands in."""
    for stretch in stretches:
        own = [at for at, word in enumerate(stretch.words, 1) if spans[word][0] < end and spans[word][1] > start]
        if own:
            return np.concatenate([stretch.rows[own].mean(axis=0), stretch.rows.mean(axis=0)])
    return None


def mixed(last: Step, rows: Sequence[Floats | None], labels: Sequence[str], light: Sequence[Floats]) -> list[Floats]:
    """The weighted geometric means of what the network and the light model hold likely, in the order of ``labels``.

    Where the network saw nothing it is what the light model says.
    """
    found = list(light)
    seen = {number: row for number, row in enumerate(rows) if row is not None}
    if seen:
        network = last.chances(np.stack(list(seen.values())))
        logs = last.share * network[:, [last.labels.index(label) for label in labels]]
        logs += (1 - last.share) * np.log(np.stack([light[number] for number in seen]) + LEAST)
        powers = np.exp(logs - logs.max(axis=1, keepdims=True))
        both = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        for number, row in zip(seen, both, strict=True):
            found[number] = row
    return found


def of_words(texts: Sequence[Words], tags: Sequence[str]) -> Floats:
    """What the network adds to the score of each tag, a row for each word of some texts; nothing for words that it did not see."""
    last, seen = step(ENTITIES, "word"), read(texts)
    found = np.zeros((sum(map(len, texts)), len(tags)), np.float32)
    rows, homes, before = [], [], 0
    for words, stretches in zip(texts, seen, strict=True):
        for stretch in stretches:
            rows.append(stretch.rows[1:-1])
            homes.append(before + np.array(stretch.words))
        before += len(words)
    if rows:
        places = np.concatenate(homes)
        numbers, starts, sizes = np.unique(places, return_index=True, return_counts=True)
        # Pieces come in the order of their words, so that those of a word stand together.
        sums: Floats = np.add.reduceat(np.concatenate(rows), starts, axis=0)
        means = sums / sizes.astype(np.float32)[:, None]
        found[numbers] = last.share * last.chances(means)[:, [last.labels.index(tag) for tag in tags]]
    return found
