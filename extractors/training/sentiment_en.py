"""``sentiment_en``: the sentiment of an English post: words, word vectors and VADER's lexicon in one regression."""

from __future__ import annotations

import time
from pathlib import Path

from extractors.english import BITS, features
from extractors.linear import MODELS, read, write
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, distinct, semeval, tweeteval
from extractors.training.fitting import Fitted, accuracy, fit, macro_recall, predict

PENALTY = 0.5
LATER = "2016test"
"""The newest part: what a model of older tweets makes of it tells how it ages."""


def fitted(samples: list[Sample]) -> Fitted:
    """A model of some samples."""
    return fit([features(each.text) for each in samples], [each.label for each in samples], BITS, PENALTY)


def train(data: Path) -> None:
    """Make the model and its card."""
    held_out = tweeteval(data)
    samples = distinct(semeval(data), besides=held_out)
    older = [each for each in samples if each.part != LATER]
    later = distinct([each for each in samples if each.part == LATER], besides=older)
    aged = predict(fitted(older).model(), [features(each.text) for each in later])

    path = MODELS / "sentiment_en" / "weights.npz"
    made = fitted(samples)
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    model = read(path)
    started = time.process_time()
    seen = [features(each.text) for each in held_out]
    found = predict(model, seen)
    speed = len(held_out) / (time.process_time() - started)
    truth, later_truth = [each.label for each in held_out], [each.label for each in later]
    write_card(
        Card(
            name="sentiment_en",
            what="Sentiment of an English post: negative, neutral, positive. Logistic regression over hashed words, word pairs,"
            " negated words, the mean word vector (model `words`) and VADER's lexicon.",
            data=(
                "SemEval-2017 task 4 A, tweets of 2013 to 2016: no licence stated; only the weights are shipped",
                "VADER's lexicon: MIT",
            ),
            split="held out: TweetEval's validation part, its tweets and their copies taken out of the training data."
            f" Ageing: trained without the {LATER} part, tested on it",
            scores=(
                ("macro recall, TweetEval validation", len(truth), round(100 * macro_recall(truth, list(found)), 1), "%"),
                ("accuracy, TweetEval validation", len(truth), round(100 * accuracy(truth, list(found)), 1), "%"),
                (f"macro recall, {LATER}, by a model of older tweets", len(later),
                 round(100 * macro_recall(later_truth, list(aged)), 1), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )  # fmt: skip
