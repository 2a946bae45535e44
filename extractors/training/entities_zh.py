"""``entities_zh``: organisations, products, people, places and other names in Chinese texts."""

from __future__ import annotations

import random
import time
from pathlib import Path

from extractors.entities import accurate_features
from extractors.entities_chinese import BITS, chinese_features
from extractors.folding import fold
from extractors.lac import network
from extractors.linear import MODELS
from extractors.segmenting import words_of
from extractors.sequence import read, write
from extractors.training.cards import Card, write_card
from extractors.training.data import WEIBO, Sentence, cluener, conll
from extractors.training.tagging import Tagged, fit_mean, scores

ROUNDS = 4
SEED = 20
ORDERS = (20, 1, 2)
"""Seeds of the orders in which sentences are learned."""
SHARE = 10
"""One sentence in so many is held out."""
TEN = frozenset(
    {"address", "book", "company", "game", "government", "movie", "name", "organization", "position", "scene"}
)
FEW = frozenset(WEIBO.values())


BATCH = 64
"""Sentences that the network sees together."""
NAMES = (
    "Names in Chinese texts, CLUENER's ten kinds, given as ORG (company, organization, government), PRODUCT (game), PERSON (name),"
    " LOCATION (address, scene), OTHER (book, movie); positions are left out. Conditional random field over hashed characters and"
    " jieba's words, the mean of three"
)


def tagged(sentences: list[Sentence], sought: frozenset[str], accurate: bool) -> list[Tagged]:
    """Sentences with what the tagger sees of them, shorter ones first."""
    texts = [(fold("".join(each.tokens)).text, each.tags) for each in sentences]
    texts = sorted((each for each in texts if len(each[0]) == len(each[1])), key=lambda each: len(each[0]))
    if not accurate:
        return [Tagged(list(chinese_features([(text, words_of(text))])), tags, sought) for text, tags in texts]
    found = []
    for at in range(0, len(texts), BATCH):
        part = texts[at : at + BATCH]
        for (text, tags), seen in zip(part, network().seen([text for text, _ in part]), strict=True):
            found.append(Tagged(list(accurate_features([(text, words_of(text))], [seen])), tags, sought, seen))
    return found


def train(data: Path) -> None:
    """Make the light tagger and its card."""
    make(data, "entities_zh", f"{NAMES}.", accurate=False)


def make(data: Path, name: str, what: str, accurate: bool) -> None:
    """Make a tagger and its card."""
    news = cluener(data)
    random.Random(SEED).shuffle(news)  # noqa: S311 - a split, not a secret
    held_out, news = news[: len(news) // SHARE], news[len(news) // SHARE :]
    posts = conll(data / "weibo_ner" / "weiboNER_2nd_conll.train", WEIBO, "weibo", cut=True)
    posts_dev = conll(data / "weibo_ner" / "weiboNER_2nd_conll.dev", WEIBO, "weibo-dev", cut=True)
    path = MODELS / name / "weights.npz"
    learned = tagged(news, TEN, accurate) + tagged(posts, FEW, accurate)
    write(path, fit_mean(learned, BITS, ROUNDS, ORDERS))
    measured = read(path)
    started = time.process_time()
    seen = tagged(held_out, TEN, accurate)
    found = scores(measured, seen)
    speed = len(seen) / (time.process_time() - started)
    seen_posts = tagged(posts_dev, FEW, accurate)
    social = scores(measured, seen_posts)
    # What was held out is learned, too, once it has told how well the recipe does.
    write(path, fit_mean(learned + seen + seen_posts, BITS, ROUNDS, ORDERS))
    write_card(
        Card(
            name=name,
            what=what,
            data=(
                "CLUENER2020: no licence stated; only the weights are shipped",
                "Weibo NER, second annotation (names only): no licence stated; only the weights are shipped",
            ),
            split=f"held out: one sentence of CLUENER's training part in {SHARE} (shuffled with seed {SEED}); Weibo NER's dev part."
            " Measured is a tagger without them; what is stored learned them, too",
            scores=tuple(
                [(f"F1, CLUENER, {label}", n, round(value, 1), "%") for label, (value, n) in found.items()]
                + [(f"F1, Weibo dev, {label}", n, round(value, 1), "%") for label, (value, n) in social.items()]
            ),
            posts_per_second=speed,
        ),
        path,
    )
