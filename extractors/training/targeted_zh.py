"""``targeted_zh``: the sentiment of a Chinese text toward a name in it."""

from __future__ import annotations

import random
import time
from pathlib import Path

from extractors.english import Seen
from extractors.linear import MODELS, read, write
from extractors.targets import BITS, chinese_features
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, distinct, zh_absa
from extractors.training.fitting import accuracy, fit, macro_f1, predict

PENALTY = 1.0
SPREAD = 0.5
"""Standard deviation that dense features are brought to beside the hashed ones."""
SEED = 2022
SHARE = 5
"""One text in so many is held out."""


def train(data: Path) -> None:
    """Make the model and its card."""
    samples = zh_absa(data)
    # Split by text, not by target: two targets of one text share its words.
    texts = [each.text for each in distinct(samples)]
    random.Random(SEED).shuffle(texts)  # noqa: S311 - a split, not a secret
    kept = set(texts[: len(texts) // SHARE])
    held_out = [each for each in samples if each.text in kept]
    rest = [each for each in samples if each.text not in kept]
    made = fit(see(rest), [each.label for each in rest], BITS, PENALTY, dense_scale=SPREAD, weighed=True)
    path = MODELS / "targeted_zh" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    model = read(path)
    started = time.process_time()
    found = list(predict(model, see(held_out)))
    speed = len(held_out) / (time.process_time() - started)
    truth = [each.label for each in held_out]
    write_card(
        Card(
            name="targeted_zh",
            what="Sentiment of a Chinese text toward a name in it: negative, positive. Logistic regression over the characters and"
            " words near the name, of its clause and of the text, each weighed by its naive Bayes ratio, and what `sentiment_zh` says.",
            data=("Chinese reviews of cameras, cars, notebooks and phones with their parts judged: MIT",),
            split=f"held out: one text in {SHARE} (shuffled with seed {SEED}), with all its targets",
            scores=(
                ("macro F1", len(truth), round(100 * macro_f1(truth, found), 1), "%"),
                ("accuracy", len(truth), round(100 * accuracy(truth, found), 1), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )


def see(samples: list[Sample]) -> list[Seen]:
    """What the model sees of each."""
    return [chinese_features(each.text, each.start, each.end) for each in samples]
