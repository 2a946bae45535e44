"""The last steps of ``sentiment_en_accurate``: what is learned, and what is measured; ``minilm_accurate`` is the recipe.

Tweets, names in tweets and targets in reviews are learned together.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from extractors import accurate, english
from extractors.features import TOKEN
from extractors.linear import MODELS, Floats, load
from extractors.minilm import NETWORK
from extractors.targets import english_features
from extractors.training.cards import Card, write_card
from extractors.training.data import LABELS, Sample, distinct, gist, mams, semeval, topics, tweeteval
from extractors.training.fitting import accuracy, macro_f1, macro_recall
from extractors.training.graphs import WIDTH
from extractors.training.targeted_en import split_of_dong
from extractors.training.tuning import Example, example
from extractors.training.words import digest_of_base

NAME = accurate.SENTIMENT
SEED = 2017
SHARES = tuple(number / 10 for number in range(2, 11))
"""How much the network may count beside the light model."""
EACH = 7_000
"""Tweets of each label that are learned from: neutral and positive ones are many more than negative ones."""


def words_and_targets(
    text: str, targets: Sequence[tuple[int, int, int]]
) -> tuple[list[str], list[tuple[int, int, int]]]:
    """A text's words, and its targets (start, end, label) by their first and last word."""
    found = list(TOKEN.finditer(text))
    by_word = []
    for start, end, label in targets:
        covered = [number for number, word in enumerate(found) if word.start() < end and word.end() > start]
        if covered:
            by_word.append((covered[0], covered[-1], label))
    return [word[0] for word in found], by_word


def examples(tweets: Sequence[Sample], named: Sequence[Sample]) -> list[Example]:
    """Texts once each, with their own label where there is one, and those of the names in them."""
    own = {gist(each.text): each for each in tweets}
    texts: dict[str, tuple[str, list[Sample]]] = {key: (each.text, []) for key, each in own.items()}
    for each in named:
        key = gist(each.text)
        if key in texts and texts[key][0] != each.text:
            continue
        texts.setdefault(key, (each.text, []))[1].append(each)
    found = []
    for key, (text, judged) in texts.items():
        words, targets = words_and_targets(text, [(each.start, each.end, LABELS.index(each.label)) for each in judged])
        made = example(words, LABELS.index(own[key].label) if key in own else None, targets)
        if made is not None and (made.label is not None or made.targets):
            found.append(made)
    return found


class Heads(nn.Module):
    """From rows to labels: of the text from their mean; of a name from its own mean beside that."""

    def __init__(self) -> None:
        super().__init__()
        self.text = nn.Linear(WIDTH, len(LABELS))
        self.name = nn.Linear(2 * WIDTH, len(LABELS))
        self.drop = nn.Dropout(0.1)

    def texts(self, rows: torch.Tensor) -> torch.Tensor:
        """Scores of texts."""
        made: torch.Tensor = self.text(self.drop(rows.mean(1)))
        return made

    def names(self, rows: torch.Tensor, group: Sequence[Example]) -> torch.Tensor:
        """Scores of all names in texts, one after another."""
        seen = []
        for number, each in enumerate(group):
            for first, last, _ in each.targets:
                places = [1 + at for at, home in enumerate(each.homes) if first <= home <= last]
                seen.append(torch.cat([rows[number, places].mean(0), rows[number].mean(0)]))
        made: torch.Tensor = self.name(self.drop(torch.stack(seen)))
        return made

    def loss(self, rows: torch.Tensor, group: Sequence[Example]) -> torch.Tensor:
        """How wrong they are about texts and names."""
        total = torch.zeros(())
        own = [number for number, each in enumerate(group) if each.label is not None]
        if own:
            truth = torch.tensor([group[number].label for number in own])
            total = total + nn.functional.cross_entropy(self.texts(rows[own]), truth) * len(own) / len(group)
        if any(each.targets for each in group):
            truth = torch.tensor([label for each in group for _, _, label in each.targets])
            total = total + nn.functional.cross_entropy(self.names(rows, group), truth, reduction="sum") / len(group)
        return total


@dataclass(frozen=True, slots=True)
class Sets:
    """What is learned from, and what is held out."""

    tweets: list[Example]
    names: list[Example]
    posts: list[Sample]
    dong: list[Sample]
    mams: list[Sample]


def sets(data: Path) -> Sets:
    """The data sets: tweets with as many of each label, and names; nothing that is held out."""
    posts, (held_dong, rest) = tweeteval(data), split_of_dong(data)
    tweets = distinct(semeval(data), besides=[*posts, *held_dong])
    shuffled = random.Random(SEED)  # noqa: S311 - a split, not a secret
    shuffled.shuffle(tweets)
    chosen = [each for label in LABELS for each in [one for one in tweets if one.label == label][:EACH]]
    shuffled.shuffle(chosen)
    keys = {gist(each.text) for each in chosen}
    kept = {gist(each.text) for each in held_dong}
    named = [each for each in topics(data) if gist(each.text) in keys]
    return Sets(
        examples(chosen, named),
        examples([], [each for each in rest if gist(each.text) not in kept] + mams(data, "train")),
        posts, held_dong, mams(data, "valid"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What the network (logarithms) and the light model say of samples, labels in the order of LABELS, and the truth."""

    network: Floats
    light: Floats
    truth: list[str]

    def found(self, share: float) -> list[str]:
        """The likeliest labels where the network counts this much."""
        mean = share * self.network + (1 - share) * np.log(self.light + accurate.LEAST)
        return [LABELS[number] for number in mean.argmax(axis=1)]


def judged(samples: Sequence[Sample], part: str, light: str) -> Judged:
    """What the stored model and a light one say of samples; ``part`` is the network's last step."""
    model, last = load(light), accurate.step(NAME, part)
    named = [(each.text, each.start, each.end) for each in samples]
    if part == "text":
        rows, seen = (
            accurate.text_means([each.text for each in samples]),
            [english.features(each.text) for each in samples],
        )
    else:
        rows, seen = accurate.name_rows(named), english_features(named)
    network = [np.zeros(len(LABELS), np.float32) if row is None else last.chances(row) for row in rows]
    order = [model.labels.index(label) for label in LABELS]
    beside = [model.probabilities(each.places, each.dense)[order] for each in seen]
    return Judged(np.stack(network), np.stack(beside), [each.label for each in samples])


def store(heads: Heads, shares: Mapping[str, float]) -> None:
    """Write the last steps, and how much each counts beside the light models."""
    steps = {"text": heads.text, "name": heads.name}
    arrays = {f"{part}_weights": step.weight.detach().numpy().T for part, step in steps.items()}
    arrays |= {f"{part}_bias": step.bias.detach().numpy() for part, step in steps.items()}
    arrays |= {f"{part}_share": np.array(share, np.float32) for part, share in shares.items()}
    np.savez_compressed(MODELS / NAME / "weights.npz", allow_pickle=False, labels=np.array(LABELS), **arrays)
    accurate.step.cache_clear()


def finish(heads: Heads, chosen: Sets) -> None:
    """Store what was learned, choose how much the network counts beside the light models, measure, and write the card."""
    store(heads, dict.fromkeys(("text", "name", "many"), 1.0))
    started = time.process_time()
    posts = judged(chosen.posts, "text", "sentiment_en")
    speed = len(chosen.posts) / (time.process_time() - started)
    one, many = judged(chosen.dong, "name", "targeted_en"), judged(chosen.mams, "many", "targeted_en_many")
    measured = (("text", posts, macro_recall), ("name", one, macro_f1), ("many", many, macro_f1))
    shares = {
        part: max(SHARES, key=lambda share: score(known.truth, known.found(share))) for part, known, score in measured
    }
    store(heads, shares)
    rows = (
        ("macro recall, TweetEval validation", "text", posts, macro_recall),
        ("accuracy, TweetEval validation", "text", posts, accuracy),
        ("macro F1, Dong", "name", one, macro_f1),
        ("accuracy, Dong", "name", one, accuracy),
        ("macro F1, MAMS validation", "many", many, macro_f1),
        ("accuracy, MAMS validation", "many", many, accuracy),
    )
    scores = []
    for what, part, known, score in rows:
        for who, share in (("", shares[part]), (" (network alone)", 1.0), (" (light model alone)", 0.0)):
            value = round(100 * score(known.truth, known.found(share)), 1)
            scores.append((what + who, len(known.truth), value, "%"))
    write_card(
        Card(
            name=NAME,
            what="Sentiment of an English post, and toward each name in it: negative, neutral, positive. The last steps on"
            " `minilm_accurate`; the geometric mean of what they say and of what `sentiment_en`,"
            " `targeted_en` and `targeted_en_many` say. A text is computed once for itself and all names in it.",
            data=(
                f"all-MiniLM-L6-v2 (model.safetensors SHA-256 {digest_of_base()}): Apache-2.0",
                f"SemEval-2017 task 4 A, {EACH:,} tweets of each label, and C, topics in them: no licence stated; only the weights are shipped",
                "Dong et al. 2014, tweets with one name each: no licence stated; only the weights are shipped",
                "MAMS, Jiang et al. 2019, sentences of restaurant reviews: no licence stated; only the weights are shipped",
            ),
            split="held out, as by the light models: TweetEval's validation part, 1,000 tweets of Dong's, MAMS's validation part, all"
            " taken out of what is learned; on them three numbers were chosen, how much the network counts for a post"
            f" ({shares['text']:g}), a name ({shares['name']:g}), one name of several ({shares['many']:g})",
            scores=tuple(scores),
            posts_per_second=speed,
            recipe=NETWORK,
        ),
        MODELS / NAME / "weights.npz",
    )
