"""``targeted_en_many``: the sentiment toward a name in an English text that names others, too."""

from __future__ import annotations

import time
from pathlib import Path

from extractors.linear import MODELS, read, write
from extractors.targets import BITS, english_features
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, dong, mams
from extractors.training.fitting import accuracy, fit, macro_f1, predict
from extractors.training.targeted_en import SPREAD

PENALTY = 3.0


def train(data: Path) -> None:
    """Make the model and its card."""
    samples = mams(data, "train") + dong(data)
    held_out = mams(data, "valid")
    seen = english_features([(each.text, each.start, each.end) for each in samples])
    made = fit(seen, [each.label for each in samples], BITS, PENALTY, dense_scale=SPREAD)
    path = MODELS / "targeted_en_many" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    started = time.process_time()
    found = judged(path, held_out)
    speed = len(held_out) / (time.process_time() - started)
    truth = [each.label for each in held_out]
    write_card(
        Card(
            name="targeted_en_many",
            what="Sentiment of an English text toward one of several names in it: negative, neutral, positive. The features of"
            " `targeted_en`, learned from sentences whose targets differ.",
            data=(
                "MAMS, Jiang et al. 2019, sentences of restaurant reviews: no licence stated; only the weights are shipped",
                "Dong et al. 2014, tweets with one name each: no licence stated; only the weights are shipped",
            ),
            split="MAMS's validation part; trained on its training part and on Dong's",
            scores=(
                ("macro F1, MAMS validation", len(truth), round(100 * macro_f1(truth, found), 1), "%"),
                ("accuracy, MAMS validation", len(truth), round(100 * accuracy(truth, found), 1), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )


def judged(path: Path, samples: list[Sample]) -> list[str]:
    """What a stored model says of samples."""
    model = read(path)
    return list(predict(model, english_features([(each.text, each.start, each.end) for each in samples])))
