"""Models of what posts ask for, from the posts that were labelled by reading; a kind stays with the rules unless its model is better."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from extractors import intents
from extractors.english import Seen
from extractors.findings import IntentKind
from extractors.linear import MODELS, Floats, read, write
from extractors.sentiment import sentiments_of
from extractors.training.cards import Card, write_card
from extractors.training.data import gist
from extractors.training.fitting import Fitted, fit
from extractors.training.labelled import HELD_OUT, labels, language_of, text_of

FOLDS = 10
SEEDS = (1, 2, 3)
"""Of the divisions into folds, over which the probabilities are averaged."""
FEWEST = 50
"""Posts of a kind that a model needs to learn it."""
BETTER = 0.03
"""How much higher the F1 of a model must be than that of the rules, both on the posts to learn from, each fold read by a model of the others."""
BORDERS = np.arange(0.15, 0.86, 0.025)
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Options:
    """How a language's model is fitted; scales are the standard deviations that dense features are brought to."""

    bits: int
    penalty: float
    form_scale: float
    word_scale: float


@dataclass(frozen=True, slots=True)
class Posts:
    """Labelled posts: what a model sees, what the rules say, what is true; posts by kinds."""

    seen: list[Seen]
    by_rules: Flags
    true: Flags

    def where(self, chosen: Flags) -> Posts:
        """Some of the posts."""
        return Posts(
            [each for each, kept in zip(self.seen, chosen, strict=True) if kept],
            self.by_rules[chosen], self.true[chosen],
        )  # fmt: skip


KINDS: tuple[IntentKind, ...] = get_args(IntentKind)


def make(data: Path, language: str, name: str, options: Options, licences: tuple[str, ...], note: str) -> None:
    """Make a language's model and its card."""
    chosen = [label for label in labels("intents") if language_of(label) == language]
    texts = [text_of(data, label) for label in chosen]
    posts = posts_of(texts, [label["kinds"] for label in chosen], language)
    held = np.array([label["part"] in HELD_OUT for label in chosen])
    copied = {gist(text) for text, kept in zip(texts, held, strict=True) if kept}
    learned, apart = posts.where(np.array([gist(text) not in copied for text in texts])), posts.where(held)
    borders = {
        number: border for number in range(len(KINDS)) if (border := border_of(learned, number, options)) is not None
    }
    fitted = [fit_kind(learned, number, options) for number in borders]
    # The border is moved to one half, so that all kinds are read alike.
    bias = [
        2 * made.bias[1] - np.log(border / (1 - border)) for made, border in zip(fitted, borders.values(), strict=True)
    ]
    path = MODELS / name / "weights.npz"
    write(
        path, tuple(KINDS[number] for number in borders), 2 * np.stack([made.weights[1] for made in fitted]), fitted[0].idf,
        np.array(bias, np.float32), 2 * np.stack([made.dense[:, 1] for made in fitted], axis=1),
    )  # fmt: skip
    model = read(path)
    started = time.process_time()
    found = intents.chances_of(model, apart.seen) >= intents.LEAST
    speed = len(apart.seen) / (time.process_time() - started)
    scores: list[tuple[str, int, float, str]] = []
    for column, number in enumerate(borders):
        true, n = apart.true[:, number], int(apart.true[:, number].sum())
        for what, said in (("", found[:, column]), (" (rules alone)", apart.by_rules[:, number])):
            right = int((said & true).sum())
            scores += [
                (f"{KINDS[number]}, found of those there{what}", n, percent(right, n), "%"),
                (f"{KINDS[number]}, right of those found{what}", int(said.sum()), percent(right, int(said.sum())), "%"),
                (f"{KINDS[number]}, F1{what}", n, percent(2 * right, n + int(said.sum())), "%"),
            ]
    kinds = ", ".join(KINDS[number] for number in borders)
    write_card(
        Card(
            name=name,
            what=f"What a post asks for: {kinds}; any number of them. A logistic regression for each over what the sentiment model of the"
            " language sees of a text, the turns of phrase that the rules know, the sentiment, marks and length. The other kinds stay"
            f" with the rules: a kind is here only if {FEWEST} posts to learn from have it and its F1 on them, each tenth read by a"
            f" model of the others, is {100 * BETTER:g} points above that of the rules.",
            data=(f"{len(learned.seen):,} posts labelled by reading (extractors/training/labels/intents.jsonl)", *licences),
            split=f"held out: {len(apart.seen)} posts, the parts `held out` and `second held out` of the labels; the borders were chosen on the"
            " posts to learn from",
            scores=tuple(scores),
            posts_per_second=speed,
            note=f"Speed: what the sentiment sees is already there. {note}",
        ),
        path,
    )  # fmt: skip


def posts_of(texts: Sequence[str], kinds: Sequence[Sequence[str]], language: str) -> Posts:
    """Texts as a model and as the rules see them."""
    rules = intents.LANGUAGES[language]
    seen: list[Seen] = []
    by_rules: list[list[bool]] = []
    for text in texts:
        sentiment = sentiments_of([text], language)[0]
        hits = intents.hits_of(text, rules)
        seen.append(intents.seen_of(text, language, hits, sentiment))
        by_rules.append([intents.scored(kind, hits[kind], sentiment) >= intents.LEAST for kind in KINDS])
    return Posts(seen, np.array(by_rules), np.array([[kind in each for kind in KINDS] for each in kinds]))


def fit_kind(posts: Posts, number: int, options: Options) -> Fitted:
    """The model of one kind: not it, it."""
    names = ["it" if true else "" for true in posts.true[:, number]]
    # Of a post's dense numbers those of its form come first.
    rest = len(posts.seen[0].dense) - intents.FORM
    scale: Floats = np.repeat([options.form_scale, options.word_scale], [intents.FORM, rest]).astype(np.float32)
    return fit(posts.seen, names, options.bits, options.penalty, dense_scale=scale)


def border_of(posts: Posts, number: int, options: Options) -> float | None:
    """The probability from which a post is of a kind; None if the rules should decide."""
    true = posts.true[:, number]
    if true.sum() < FEWEST:
        return None
    read = np.zeros(len(true))
    for seed in SEEDS:
        for rest, fold in KFold(FOLDS, shuffle=True, random_state=seed).split(true):
            model = fit_kind(posts.where(np.isin(np.arange(len(true)), rest)), number, options).model()
            for place in fold:
                each = posts.seen[place]
                read[place] += model.probabilities(each.places, each.dense)[1] / len(SEEDS)
    values = np.array([f1(true, read >= border) for border in BORDERS])
    # The mean of neighbours, lest a border is chosen for two or three posts.
    best = int(np.convolve(values, np.ones(3) / 3, "same").argmax())
    return float(BORDERS[best]) if values[best] >= f1(true, posts.by_rules[:, number]) + BETTER else None


def f1(true: Flags, found: Flags) -> float:
    """The harmonic mean of what is right of the found and what is found of the true."""
    return 2 * float((true & found).sum()) / max(1, int(true.sum()) + int(found.sum()))


def percent(part: int, whole: int) -> float:
    """A share in hundredths, with one decimal."""
    return round(100 * part / max(1, whole), 1)
