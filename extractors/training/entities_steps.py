"""The last step of ``entities_en_accurate``: what is learned, and what is measured; ``minilm_accurate`` is the recipe."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from extractors import accurate
from extractors.linear import MODELS, Floats
from extractors.minilm import NETWORK
from extractors.sequence import load
from extractors.training.cards import Card, write_card
from extractors.training.data import BTC, WNUT, Sentence, conll
from extractors.training.entities_en import BROAD, EVERY, tagged
from extractors.training.graphs import WIDTH
from extractors.training.tagging import Tagged, scores
from extractors.training.tuning import Example, example
from extractors.training.words import digest_of_base

NAME = accurate.ENTITIES
SHARES = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""How many times the network's logarithms may count beside the light tagger's scores."""
TAGS = ("O", *sorted(f"{kind}-{label}" for label in set(WNUT.values()) for kind in "BI"))
HIDDEN = 1000
"""Added to a tag's number where the annotators looked for some of the labels only."""


def examples(sentences: Sequence[Sentence], hidden: int = 0) -> list[Example]:
    """Sentences with the number of each word's tag."""
    made = (example(each.tokens, tags=[hidden + TAGS.index(tag) for tag in each.tags]) for each in sentences)
    return [each for each in made if each is not None]


@dataclass(frozen=True, slots=True)
class Sets:
    """What is learned from, and the development parts of WNUT and BTC."""

    learned: list[Example]
    emerging: list[Sentence]
    broad: list[Sentence]


def sets(data: Path) -> Sets:
    """WNUT's and BTC's parts."""
    wnut = conll(data / "wnut17" / "wnut17train.conll", WNUT, "wnut17")
    btc = conll(data / "btc" / "btc.train", BTC, "btc")
    return Sets(
        examples(wnut) + examples(btc, HIDDEN),
        conll(data / "wnut17" / "emerging.dev.conll", WNUT, "wnut17-dev"),
        conll(data / "btc" / "btc.dev", BTC, "btc-dev"),
    )


SHUT = torch.tensor([tag != "O" and tag[2:] not in BTC.values() for tag in TAGS])
"""Tags that BTC's annotators did not look for."""


class Head(nn.Module):
    """From the mean row of each word to its tag."""

    def __init__(self) -> None:
        super().__init__()
        self.tag = nn.Linear(WIDTH, len(TAGS))
        self.drop = nn.Dropout(0.1)

    def words(self, rows: torch.Tensor, group: Sequence[Example]) -> torch.Tensor:
        """Scores of the words of texts, one after another."""
        homes, count = [], 0
        for each in group:
            homes.append([count + home for home in each.homes])
            count += each.homes[-1] + 1
        flat = torch.tensor(homes).flatten()
        sums = torch.zeros(count, WIDTH).index_add(0, flat, rows[:, 1:-1].flatten(0, 1))
        sizes = torch.bincount(flat, minlength=count).clamp(min=1)
        made: torch.Tensor = self.tag(self.drop(sums / sizes[:, None]))
        return made

    def loss(self, rows: torch.Tensor, group: Sequence[Example]) -> torch.Tensor:
        """How wrong it is about words; a label that nobody looked for teaches nothing."""
        truth = torch.tensor([number for each in group for number in each.tags[: each.homes[-1] + 1]])
        scores = self.words(rows, group)
        scores = scores.masked_fill((truth >= HIDDEN)[:, None] & SHUT[None], -1e4)
        return nn.functional.cross_entropy(scores, truth % HIDDEN)


def store(head: Head, share: float) -> None:
    """Write the last step."""
    np.savez_compressed(
        MODELS / NAME / "weights.npz", labels=np.array(TAGS), word_weights=head.tag.weight.detach().numpy().T,
        word_bias=head.tag.bias.detach().numpy(), word_share=np.float32(share),
    )  # fmt: skip
    accurate.step.cache_clear()


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Sentences with what both models say of them."""

    name: str
    tagged: list[Tagged]
    network: list[Floats]
    """What the stored network adds, counting fully."""


def held_out(name: str, sentences: Sequence[Sentence], sought: frozenset[str]) -> HeldOut:
    """Sentences as they are cut, seen by both."""
    words = [tuple(each.tokens) for each in sentences]
    added = accurate.of_words(words, load("entities_en").tags)
    ends = np.cumsum([len(each) for each in words])[:-1]
    return HeldOut(name, tagged(list(sentences), sought), np.split(added, ends))


def mixed(known: HeldOut, share: float) -> dict[str, tuple[float, int]]:
    """F1 where the network's logarithms count this many times beside the light tagger's scores."""
    return scores(load("entities_en"), known.tagged, [np.float32(share) * each for each in known.network])


def finish(head: Head, chosen: Sets) -> None:
    """Store what was learned, choose how much the network counts beside the light tagger, measure, and write the card."""
    store(head, 1.0)
    started = time.process_time()
    emerging = held_out("WNUT17 dev", chosen.emerging, EVERY)
    speed = len(chosen.emerging) / (time.process_time() - started)
    broad = held_out("BTC dev", chosen.broad, BROAD)
    share = max(SHARES, key=lambda each: sum(mixed(known, each)["all"][0] for known in (emerging, broad)))
    store(head, share)
    rows = []
    for known in (emerging, broad):
        light = mixed(known, 0.0)
        for label, (value, n) in mixed(known, share).items():
            rows.append((f"F1, {known.name}, {label}", n, round(value, 1), "%"))
            rows.append((f"F1, {known.name}, {label} (light model alone)", n, round(light[label][0], 1), "%"))
    write_card(
        Card(
            name=NAME,
            what="Names in English posts: ORG, PRODUCT, PERSON, LOCATION, OTHER. The last step on"
            " `minilm_accurate`; what it says of each word is added to the scores of the light tagger `entities_en`.",
            data=(
                f"all-MiniLM-L6-v2 (model.safetensors SHA-256 {digest_of_base()}): Apache-2.0",
                "WNUT 2017, Derczynski et al.: CC BY 4.0 (corporation and group as ORG, creative-work as OTHER)",
                "Broad Twitter Corpus, Derczynski, Bontcheva, Roberts 2016: CC BY 4.0",
            ),
            split="WNUT's and BTC's development parts, on which one number was chosen, how much the network counts"
            f" ({share:g}); trained on their training parts",
            scores=tuple(rows),
            posts_per_second=speed,
            recipe=NETWORK,
        ),
        MODELS / NAME / "weights.npz",
    )
