"""``targeted_zh``: the sentiment of a Chinese text toward a name in it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors import chinese
from extractors.english import Seen
from extractors.linear import MODELS, read, write
from extractors.targets import BITS, chinese_features
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, distinct, gist, zh_absa
from extractors.training.fitting import Fitted, accuracy, fit, macro_f1, predict

PENALTY = 1.0
SPREAD = 0.5
"""Standard deviation that dense features are brought to beside the hashed ones."""
SEED = 2022
FOLDS = 5


def train(data: Path) -> None:
    """Make the model and its card."""
    samples = zh_absa(data)
    # Divided by text, not by target: two targets of one text share its words.
    texts = [each.text for each in distinct(samples)]
    random.Random(SEED).shuffle(texts)  # noqa: S311 - a split, not a secret
    folds = {gist(text): number % FOLDS for number, text in enumerate(texts)}
    seen, truth = see(samples), [each.label for each in samples]
    own = np.array([folds[gist(each.text)] for each in samples])
    found = np.array(truth)
    for number in range(FOLDS):
        rest, apart = np.flatnonzero(own != number), np.flatnonzero(own == number)
        found[apart] = predict(fitted(seen, truth, rest).model(), [seen[place] for place in apart])
    made = fitted(seen, truth, np.arange(len(samples)))
    path = MODELS / "targeted_zh" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    chinese.features.cache_clear()
    started = time.process_time()
    predict(read(path), see(samples))
    speed = len(samples) / (time.process_time() - started)
    write_card(
        Card(
            name="targeted_zh",
            what="Sentiment of a Chinese text toward a name in it: negative, positive. Logistic regression over the characters and"
            " words near the name, of its clause and of the text, each weighed by its naive Bayes ratio, and what `sentiment_zh` says.",
            data=("Chinese reviews of cameras, cars, notebooks and phones with their parts judged: MIT",),
            split=f"each text, with all its targets, read by a model of the other four fifths (divided with seed {SEED}); what is"
            " stored learned from all",
            scores=(
                ("macro F1", len(truth), round(100 * macro_f1(truth, list(found)), 1), "%"),
                ("accuracy", len(truth), round(100 * accuracy(truth, list(found)), 1), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )


def fitted(seen: Sequence[Seen], labels: Sequence[str], chosen: NDArray[np.int64]) -> Fitted:
    """A model of some samples."""
    return fit(
        [seen[place] for place in chosen],
        [labels[place] for place in chosen],
        BITS,
        PENALTY,
        dense_scale=SPREAD,
        weighed=True,
    )


def see(samples: list[Sample]) -> list[Seen]:
    """What the model sees of each."""
    return chinese_features([(each.text, each.start, each.end) for each in samples])
