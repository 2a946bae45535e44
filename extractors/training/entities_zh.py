"""``entities_zh``: organisations, products, people, places and other names in Chinese texts."""

from __future__ import annotations

import random
import time
from pathlib import Path

from extractors.entities import CHINESE_BITS, chinese_features
from extractors.folding import fold
from extractors.linear import MODELS
from extractors.segmenting import words_of
from extractors.sequence import read, write
from extractors.training.cards import Card, write_card
from extractors.training.data import WEIBO, Sentence, cluener, conll
from extractors.training.tagging import Tagged, scores
from extractors.training.tagging import train as fit

ROUNDS = 6
SEED = 20
SHARE = 10
"""One sentence in so many is held out."""
TEN = frozenset(
    {"address", "book", "company", "game", "government", "movie", "name", "organization", "position", "scene"}
)
FEW = frozenset(WEIBO.values())


def tagged(sentences: list[Sentence], sought: frozenset[str]) -> list[Tagged]:
    """Sentences with what the tagger sees of them."""
    found = []
    for each in sentences:
        text = fold("".join(each.tokens)).text
        if len(text) == len(each.tags):
            found.append(Tagged(chinese_features(text, words_of(text)), each.tags, sought))
    return found


def train(data: Path) -> None:
    """Make the tagger and its card."""
    news = cluener(data)
    random.Random(SEED).shuffle(news)  # noqa: S311 - a split, not a secret
    held_out, news = news[: len(news) // SHARE], news[len(news) // SHARE :]
    posts = conll(data / "weibo_ner" / "weiboNER_2nd_conll.train", WEIBO, "weibo", cut=True)
    posts_dev = conll(data / "weibo_ner" / "weiboNER_2nd_conll.dev", WEIBO, "weibo-dev", cut=True)
    made = fit(tagged(news, TEN) + tagged(posts, FEW), CHINESE_BITS, ROUNDS, SEED)
    path = MODELS / "entities_zh" / "weights.npz"
    write(path, made)
    tagger = read(path)
    seen = tagged(held_out, TEN)
    started = time.process_time()
    found = scores(tagger, seen)
    speed = len(seen) / (time.process_time() - started)
    social = scores(tagger, tagged(posts_dev, FEW))
    write_card(
        Card(
            name="entities_zh",
            what="Names in Chinese texts, CLUENER's ten kinds, given as ORG (company, organization, government), PRODUCT (game),"
            " PERSON (name), LOCATION (address, scene), OTHER (book, movie); positions are left out. Averaged structured"
            " perceptron over hashed characters and jieba's words.",
            data=(
                "CLUENER2020: no licence stated; only the weights are shipped",
                "Weibo NER, second annotation (names only): no licence stated; only the weights are shipped",
            ),
            split=f"held out: one sentence of CLUENER's training part in {SHARE} (shuffled with seed {SEED}); Weibo NER's dev part",
            scores=tuple(
                [(f"F1, CLUENER, {label}", n, round(value, 1), "%") for label, (value, n) in found.items()]
                + [(f"F1, Weibo dev, {label}", n, round(value, 1), "%") for label, (value, n) in social.items()]
            ),
            posts_per_second=speed,
        ),
        path,
    )
