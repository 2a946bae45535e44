"""``targeted_en``: the sentiment of an English post toward a name in it."""

from __future__ import annotations

import random
import time
from pathlib import Path

from extractors.linear import MODELS, read, write
from extractors.targets import BITS, english_features
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, dong
from extractors.training.fitting import Fitted, accuracy, fit, macro_f1, predict

PENALTY = 3.0
SEED = 2014
HELD_OUT = 1000
"""Tweets of Dong 2014 kept for measuring."""
SPREAD = 0.05
"""Standard deviation that dense features are brought to beside the hashed ones."""


def fitted(samples: list[Sample]) -> Fitted:
    """A model of some samples."""
    seen = english_features([(each.text, each.start, each.end) for each in samples])
    return fit(seen, [each.label for each in samples], BITS, PENALTY, dense_scale=SPREAD)


def split_of_dong(data: Path) -> tuple[list[Sample], list[Sample]]:
    """Dong's tweets: those held out, and the rest."""
    tweets = dong(data)
    random.Random(SEED).shuffle(tweets)  # noqa: S311 - a split, not a secret
    return tweets[:HELD_OUT], tweets[HELD_OUT:]


def train(data: Path) -> None:
    """Make the model and its card."""
    held_out, rest = split_of_dong(data)
    made = fitted(rest)
    path = MODELS / "targeted_en" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    model = read(path)
    started = time.process_time()
    found = list(predict(model, english_features([(each.text, each.start, each.end) for each in held_out])))
    speed = len(held_out) / (time.process_time() - started)
    truth = [each.label for each in held_out]
    write_card(
        Card(
            name="targeted_en",
            what="Sentiment of an English post toward a name in it: negative, neutral, positive. Logistic regression over the words"
            " near the name, of its clause and of the text, word vectors, VADER's lexicon, and what `sentiment_en` says.",
            data=("Dong et al. 2014, tweets with one name each: no licence stated; only the weights are shipped",),
            split=f"held out: {HELD_OUT} tweets of Dong's training part (shuffled with seed {SEED})."
            " Texts with several names go to `targeted_en_many`",
            scores=(
                ("macro F1, Dong", len(truth), round(100 * macro_f1(truth, found), 1), "%"),
                ("accuracy, Dong", len(truth), round(100 * accuracy(truth, found), 1), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )
