"""``sentiment_zh``: the sentiment of a Chinese post; two classes, since no data set at hand has neutral ones."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from extractors.chinese import BITS, EMOTICON, features
from extractors.linear import MODELS, write
from extractors.training.cards import Card, write_card
from extractors.training.data import Sample, chinese_reviews, distinct, gist, weibo2018, weibo_senti
from extractors.training.fitting import Fitted, Kind, accuracy, fit_mixture, predict
from extractors.training.labelled import labels, language_of, text_of

SEED = 2018
REVIEWS, HELD_REVIEWS = 40_000, 4_000
JUDGED, BY_EMOTICON, REVIEW = (
    Kind(counts=1.0, penalty=10.0, share_of_all=0.15),
    Kind(counts=1.0, penalty=4.0, share_of_all=0.5),
    Kind(counts=0.5, penalty=4.0, share_of_all=0.3),
)
PENALTY = 4.0
LEAST = 6
"""Texts that a feature must stand in."""


def bare(sample: Sample) -> Sample:
    """A post without its emoticons."""
    return replace(sample, text=EMOTICON.sub(" ", sample.text))


def without(samples: Iterable[Sample], besides: Iterable[str]) -> list[Sample]:
    """Samples of which the text is none of ``besides``, in any writing."""
    known = {gist(text) for text in besides}
    return [sample for sample in samples if gist(sample.text) not in known]


def fitted(kinds: Sequence[Sequence[Sample]]) -> Fitted:
    """A model of samples by kinds of text."""
    samples = [each for kind in kinds for each in kind]
    return fit_mixture(
        [features(each.text) for each in samples],
        np.array([each.label == "positive" for each in samples]),
        np.repeat(np.arange(len(kinds)), [len(kind) for kind in kinds]),
        ("negative", "positive"),
        BITS,
        (JUDGED, BY_EMOTICON, REVIEW),
        PENALTY,
        LEAST,
    )


def train(data: Path) -> None:
    """Make the model and its card."""
    shuffled = random.Random(SEED)  # noqa: S311 - a split, not a secret
    judged, by_emoticon, reviews = distinct(weibo2018(data)), distinct(weibo_senti(data)), chinese_reviews(data)
    for samples in (judged, by_emoticon, reviews):
        shuffled.shuffle(samples)
    held_judged, judged = judged[:2000], judged[2000:]
    held_emoticon, by_emoticon = by_emoticon[:2500], by_emoticon[2500:]
    # Posts that were judged by their emoticons stand without them: else nothing but these would be learned.
    held_bare = [bare(each) for each in held_emoticon]
    reviews = distinct(reviews)
    held_reviews, reviews = reviews[:HELD_REVIEWS], reviews[HELD_REVIEWS:][:REVIEWS]
    # What is asked for is learned and measured on posts of the same data sets (model intents_zh), with the sentiment as a feature.
    asked = [text_of(data, each) for each in labels("intents") if language_of(each) == "zh"]
    apart = [*asked, *(each.text for each in (*held_judged, *held_bare, *held_emoticon, *held_reviews))]
    learned = (without(judged, apart), without(map(bare, by_emoticon), apart), without(reviews, apart))
    measured = fitted(learned).model()
    # What was held out is learned, too, once it has told how well the recipe does.
    kept = (held_judged, held_bare, held_reviews)
    made = fitted([[*each, *without(more, asked)] for each, more in zip(learned, kept, strict=True)])
    path = MODELS / "sentiment_zh" / "weights.npz"
    write(path, made.labels, made.weights, made.idf, made.bias, made.dense, made.kinds)

    def right(held_out: list[Sample]) -> float:
        found = predict(measured, [features(each.text) for each in held_out])
        return round(100 * accuracy([each.label for each in held_out], list(found)), 1)

    started = time.process_time()
    first = right(held_judged)
    speed = len(held_judged) / (time.process_time() - started)
    write_card(
        Card(
            name="sentiment_zh",
            what="Sentiment of a Chinese post: negative, positive. There is no neutral: no data set at hand has it, so news reads as"
            " what its words lean to, with little confidence. Logistic regressions over hashed characters (1 to 4), words, word"
            " pairs, and emoticons apart, each weighed by its naive Bayes ratio: one each of judged posts, of posts judged by their"
            " emoticons (which are taken out) and of reviews, each mixed with one of all texts; a fourth tells which of the three a text"
            " is like, and the three count as much as it is like them (a mixture of experts, in one table).",
            data=(
                "weibo2018, posts judged by people: no licence stated; only the weights are shipped",
                "weibo_senti, posts judged by their emoticons: no licence stated; only the weights are shipped",
                "waimai_10k, ChnSentiCorp hotels, online_shopping_10_cats, reviews: no licence stated; only the weights",
            ),
            split=f"held out: 2,000 posts of weibo2018, 2,500 of weibo_senti and {HELD_REVIEWS:,} reviews (shuffled with seed {SEED}, copies"
            " taken out, also those that are copies without their emoticons), and the Chinese posts labelled for `intents_zh`. On them"
            " shares and penalties were chosen. Measured is a model without them; what is stored also learned those of the first three",
            scores=(
                ("accuracy, weibo2018", len(held_judged), first, "%"),
                ("accuracy, weibo_senti, emoticons stripped", len(held_bare), right(held_bare), "%"),
                ("accuracy, weibo_senti, with emoticons", len(held_emoticon), right(held_emoticon), "%"),
                ("accuracy, reviews", len(held_reviews), right(held_reviews), "%"),
            ),
            posts_per_second=speed,
        ),
        path,
    )  # fmt: skip
