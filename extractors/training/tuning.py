"""Tuning the layers of MiniLM on several tasks at once with torch; the rows of its pieces stay as they are."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from extractors.linear import Floats
from extractors.minilm import ends, pieces_of
from extractors.training.graphs import EPSILON, HEADS, LAYERS, WIDTH, rounded
from extractors.training.words import folder_of_base, tensors

LONGEST = 62
"""Pieces that are learned from; a tweet has 30."""
THREADS = 2


@dataclass(frozen=True, slots=True)
class Example:
    """A text as pieces, and what is known of it by numbers of labels."""

    ids: tuple[int, ...]
    homes: tuple[int, ...]
    """The number of the word that each piece but the first and the last belongs to."""
    label: int | None = None
    """Of the text."""
    targets: tuple[tuple[int, int, int], ...] = ()
    """First and last word of each target, and its label."""
    tags: tuple[int, ...] = ()
    """Of each word."""


def example(
    words: Sequence[str],
    label: int | None = None,
    targets: Sequence[tuple[int, int, int]] = (),
    tags: Sequence[int] = (),
) -> Example | None:
    """An example from words; what is longer than LONGEST is cut off; none without words."""
    first, last = ends()
    stretches = pieces_of(words)
    if not stretches:
        return None
    ids, homes = (each[:LONGEST] for each in stretches[0])
    here = tuple(each for each in targets if each[1] in homes)
    return Example((first, *ids, last), tuple(homes), label, here, tuple(tags))


class Pieces(nn.Module):
    """The base model's rows of pieces and places, rounded as they are served; they are not tuned."""

    def __init__(self) -> None:
        super().__init__()
        weights = tensors(folder_of_base() / "model.safetensors")
        small, scale = rounded(weights["embeddings.word_embeddings.weight"])
        self.pieces = nn.Embedding.from_pretrained(torch.from_numpy(small.astype(np.float32) * scale))
        places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self.register_buffer("places", torch.from_numpy(places))
        self.normal = nn.LayerNorm(WIDTH, eps=EPSILON)
        with torch.no_grad():
            self.normal.weight.copy_(torch.from_numpy(weights["embeddings.LayerNorm.weight"].copy()))
            self.normal.bias.copy_(torch.from_numpy(weights["embeddings.LayerNorm.bias"].copy()))

    def forward(self, examples: Sequence[Example]) -> torch.Tensor:
        """Examples of one length as rows."""
        ids = torch.tensor([each.ids for each in examples])
        with torch.no_grad():
            made: torch.Tensor = self.normal(self.pieces(ids) + self.places[: ids.shape[1]])
        return made


def told(what: str) -> None:
    """Say how far the work is."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def base_layers() -> nn.ModuleList:
    """The layers with the base model's weights."""
    weights = tensors(folder_of_base() / "model.safetensors")
    made = nn.ModuleList()
    for number in range(LAYERS):
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 4 * WIDTH, dropout=0.1, activation="gelu", layer_norm_eps=EPSILON, batch_first=True
        )
        with torch.no_grad():
            for name, parameter in layer.named_parameters():
                parameter.copy_(torch.from_numpy(stored(weights, number, name).copy()))
        made.append(layer)
    return made


PLACES = {
    "self_attn.out_proj": "attention.output.dense", "linear1": "intermediate.dense", "linear2": "output.dense",
    "norm1": "attention.output.LayerNorm", "norm2": "output.LayerNorm",
}  # fmt: skip
"""What torch calls a layer's parts, and what the base model does."""


def stored(weights: Mapping[str, Floats], number: int, name: str) -> Floats:
    """A parameter of torch's layer out of the base model's tensors."""
    here = f"encoder.layer.{number}"
    part, _, kind = name.rpartition(".")
    if name.startswith("self_attn.in_proj_"):
        kind = name.removeprefix("self_attn.in_proj_")
        return np.concatenate([weights[f"{here}.attention.self.{each}.{kind}"] for each in ("query", "key", "value")])
    return weights[f"{here}.{PLACES[part]}.{kind}"]


def tensors_of(layers: nn.ModuleList) -> dict[str, Floats]:
    """Tuned layers as the base model names them."""
    found: dict[str, Floats] = {}
    for number, layer in enumerate(layers):
        for name, parameter in layer.named_parameters():
            values = parameter.detach().numpy().astype(np.float32)
            part, _, kind = name.rpartition(".")
            here = f"encoder.layer.{number}"
            if name.startswith("self_attn.in_proj_"):
                kind = name.removeprefix("self_attn.in_proj_")
                for each, third in zip(("query", "key", "value"), np.split(values, 3), strict=True):
                    found[f"{here}.attention.self.{each}.{kind}"] = third
            else:
                found[f"{here}.{PLACES[part]}.{kind}"] = values
    return found


def batches(examples: Sequence[Example], size: int, drawn: random.Random) -> list[list[Example]]:
    """Examples of one task and length together, in an order by chance."""
    mixed = list(examples)
    drawn.shuffle(mixed)
    alike: dict[tuple[bool, int], list[Example]] = {}
    for each in mixed:
        alike.setdefault((bool(each.tags), len(each.ids)), []).append(each)
    found = [group[at : at + size] for group in alike.values() for at in range(0, len(group), size)]
    drawn.shuffle(found)
    return found


@dataclass(frozen=True, slots=True)
class Pace:
    """How a model is tuned: examples of a step, rates of learning at their highest, and the seed of all that is drawn."""

    size: int
    rate: float
    """Of the highest layer."""
    slower: float
    """The rate of a layer beside that of the one above."""
    head_rate: float
    seed: int


Loss = Callable[[torch.Tensor, Sequence[Example]], torch.Tensor]


def tune(
    layers: nn.ModuleList, heads: nn.Module, rounds: Sequence[Sequence[Example]], loss: Loss, pace: Pace
) -> Iterator[int]:
    """Tune layers and heads on rounds of examples; hands over after each round its number."""
    torch.manual_seed(pace.seed)
    torch.set_num_threads(THREADS)
    pieces = Pieces()
    drawn = random.Random(pace.seed)  # noqa: S311 - an order, not a secret
    plan = [batches(examples, pace.size, drawn) for examples in rounds]
    steps = sum(map(len, plan))
    parts = [{"params": list(heads.parameters()), "lr": pace.head_rate, "weight_decay": 0.01}]
    for below, layer in enumerate(reversed(layers)):
        rate = pace.rate * pace.slower**below
        for flat, decay in ((False, 0.01), (True, 0.0)):
            own = [each for each in layer.parameters() if (each.dim() == 1) == flat]
            parts.append({"params": own, "lr": rate, "weight_decay": decay})
    optimizer = torch.optim.AdamW(parts, betas=(0.9, 0.98), fused=True)
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    began, done, mean = time.monotonic(), 0, 0.0
    for number, groups in enumerate(plan):
        layers.train()
        heads.train()
        for group in groups:
            rows = pieces(group)
            with torch.autocast("cpu", torch.bfloat16):
                for layer in layers:
                    rows = layer(rows)
            value = loss(rows.float(), group)
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_([*layers.parameters(), *heads.parameters()], 1.0)
            optimizer.step()
            schedule.step()
            done += 1
            mean += (float(value.detach()) - mean) / min(done, 200)
            if done % 200 == 0:
                told(f"step {done} of {steps}, {time.monotonic() - began:.0f} s, loss {mean:.3f}")
        layers.eval()
        heads.eval()
        yield number
