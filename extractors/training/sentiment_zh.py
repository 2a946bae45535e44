"""``sentiment_zh``: the sentiment of a Chinese post; two classes, since no data set at hand has neutral ones."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from extractors.chinese import BITS, EMOTICON, features
from extractors.linear import MODELS, read, write
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, chinese_reviews, distinct, weibo2018, weibo_senti
from extractors.training.fitting import Part, accuracy, fit_mixed, predict

SEED = 2018
REVIEWS = 12_000
JUDGED_PENALTY, EVERY_PENALTY = 10.0, 4.0
JUDGED_SHARE = 0.4
"""Of the model that learns from judged posts alone; with all of it, posts without emoticons are read worse."""
REVIEW_COUNTS = 0.5
"""How much a review counts beside a post."""


def bare(sample: Sample) -> Sample:
    """A post without its emoticons."""
    return replace(sample, text=EMOTICON.sub(" ", sample.text))


def train(data: Path) -> None:
    """Make the model and its card."""
    shuffled = random.Random(SEED)  # noqa: S311 - a split, not a secret
    judged, by_emoticon, reviews = distinct(weibo2018(data)), distinct(weibo_senti(data)), chinese_reviews(data)
    for samples in (judged, by_emoticon, reviews):
        shuffled.shuffle(samples)
    held_judged, judged = judged[:2000], judged[2000:]
    held_emoticon, by_emoticon = by_emoticon[:2500], by_emoticon[2500:]
    # Posts that were judged by their emoticons stand without them: else nothing but these would be learned.
    samples = judged + [bare(each) for each in by_emoticon] + reviews[:REVIEWS]
    kinds = np.repeat([0, 1, 2], [len(judged), len(by_emoticon), REVIEWS])
    made = fit_mixed(
        [features(each.text) for each in samples],
        np.array([each.label == "positive" for each in samples]),
        ("negative", "positive"),
        BITS,
        (
            Part((kinds == 0).astype(np.float32), JUDGED_PENALTY, JUDGED_SHARE),
            Part(np.where(kinds == 2, REVIEW_COUNTS, 1).astype(np.float32), EVERY_PENALTY, 1 - JUDGED_SHARE),
        ),
    )
    path = MODELS / "sentiment_zh" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense)
    model = read(path)

    def right(held_out: list[Sample]) -> float:
        found = predict(model, [features(each.text) for each in held_out])
        return round(100 * accuracy([each.label for each in held_out], list(found)), 1)

    started = time.process_time()
    first = right(held_judged)
    speed = len(held_judged) / (time.process_time() - started)
    write_card(
        Card(
            name="sentiment_zh",
            what="Sentiment of a Chinese post: negative, positive. There is no neutral: no data set at hand has it, so news reads as"
            " what its words lean to, with little confidence. Mean of two logistic regressions over hashed characters (1 to 4),"
            " words, word pairs, and emoticons apart, each weighed by its naive Bayes ratio: one of judged posts, one of all.",
            data=(
                "weibo2018, posts judged by people: no licence stated; only the weights are shipped",
                "weibo_senti, posts judged by their emoticons: no licence stated; only the weights are shipped",
                "waimai_10k, ChnSentiCorp hotels, online_shopping_10_cats, reviews: no licence stated; only the weights",
            ),
            split=f"held out: 2,000 posts of weibo2018 and 2,500 of weibo_senti (shuffled with seed {SEED}, copies taken out)",
            scores=(
                ("accuracy, weibo2018", len(held_judged), first, "%"),
                ("accuracy, weibo_senti, emoticons stripped", len(held_emoticon), right([bare(each) for each in held_emoticon]), "%"),
                ("accuracy, weibo_senti, with emoticons", len(held_emoticon), right(held_emoticon), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )  # fmt: skip
