"""Tuning the upper layers of MiniLM on a task with torch; the layers below stay as they are and are computed once."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from extractors.linear import Floats
from extractors.minilm import BOTTOM, ends, pieces_of, session
from extractors.training.graphs import HEADS, LAYERS_BELOW, WIDTH
from extractors.training.words import folder_of_base, tensors

LAYERS = tuple(range(LAYERS_BELOW, 6))
"""The layers that are tuned."""
LONGEST = 62
"""Pieces that are learned from; a tweet has 30."""
THREADS = 2
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Example:
    """A text as pieces, and what is known of it by numbers of labels."""

    ids: tuple[int, ...]
    homes: tuple[int, ...]
    """The number of the word that each piece but the first and the last belongs to."""
    truth: tuple[int, ...]
    """Of the text or of each word."""
    targets: tuple[tuple[int, int, int], ...] = ()
    """First and last word of each target, and its label."""


def example(words: Sequence[str], truth: Sequence[int], targets: Sequence[tuple[int, int, int]] = ()) -> Example | None:
    """An example from words; what is longer than LONGEST is cut off; none without words."""
    first, last = ends()
    stretches = pieces_of(words)
    if not stretches:
        return None
    ids, homes = (each[:LONGEST] for each in stretches[0])
    here = tuple(each for each in targets if each[1] in homes)
    return Example((first, *ids, last), tuple(homes), tuple(truth), here)


class Below:
    """What the shared layers make of examples, computed once for each text."""

    def __init__(self) -> None:
        self.known: dict[tuple[int, ...], NDArray[np.float16]] = {}

    def learn(self, examples: Sequence[Example]) -> None:
        """Compute what is not known yet, texts of one length together."""
        wanted = sorted({each.ids for each in examples} - self.known.keys(), key=lambda ids: (len(ids), ids))
        began = time.monotonic()
        start = 0
        while start < len(wanted):
            end = start + 1
            while end < len(wanted) and end - start < AT_ONCE and len(wanted[end]) == len(wanted[start]):
                end += 1
            (rows,) = session(BOTTOM).run(None, {"ids": np.array(wanted[start:end], np.int64)})
            self.known.update(zip(wanted[start:end], rows.astype(np.float16), strict=True))
            start = end
        told(f"{len(wanted)} texts through the shared layers in {time.monotonic() - began:.0f} s")

    def rows(self, examples: Sequence[Example]) -> torch.Tensor:
        """Examples of one length as rows."""
        return torch.from_numpy(np.stack([self.known[each.ids] for each in examples]).astype(np.float32))


def told(what: str) -> None:
    """Say how far the work is."""
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def upper_layers() -> nn.ModuleList:
    """The upper layers with the base model's weights."""
    weights = tensors(folder_of_base() / "model.safetensors")
    made = nn.ModuleList()
    for number in LAYERS:
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, 4 * WIDTH, dropout=0.1, activation="gelu", layer_norm_eps=1e-12, batch_first=True
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
    for number, layer in zip(LAYERS, layers, strict=True):
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
    """Examples of one length together, in an order by chance."""
    mixed = list(examples)
    drawn.shuffle(mixed)
    by_length: dict[int, list[Example]] = {}
    for each in mixed:
        by_length.setdefault(len(each.ids), []).append(each)
    found = [group[at : at + size] for group in by_length.values() for at in range(0, len(group), size)]
    drawn.shuffle(found)
    return found


@dataclass(frozen=True, slots=True)
class Pace:
    """How a model is tuned: examples of a step, rates of learning at their highest, and the seed of all that is drawn."""

    size: int
    rate: float
    head_rate: float
    seed: int


Loss = Callable[[torch.Tensor, Sequence[Example]], torch.Tensor]


def tune(
    layers: nn.ModuleList, heads: nn.Module, rounds: Sequence[Sequence[Example]], below: Below, loss: Loss, pace: Pace
) -> Iterator[int]:
    """Tune layers and heads on rounds of examples; hands over after each round its number."""
    torch.manual_seed(pace.seed)
    torch.set_num_threads(THREADS)
    drawn = random.Random(pace.seed)  # noqa: S311 - an order, not a secret
    plan = [batches(examples, pace.size, drawn) for examples in rounds]
    steps = sum(map(len, plan))
    decayed = [each for each in layers.parameters() if each.dim() > 1]
    plain = [each for each in layers.parameters() if each.dim() == 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "lr": pace.rate, "weight_decay": 0.01},
            {"params": plain, "lr": pace.rate, "weight_decay": 0.0},
            {"params": list(heads.parameters()), "lr": pace.head_rate, "weight_decay": 0.01},
        ],
        betas=(0.9, 0.98), fused=True,
    )  # fmt: skip
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    began, done, mean = time.monotonic(), 0, 0.0
    for number, groups in enumerate(plan):
        layers.train()
        heads.train()
        for group in groups:
            rows = below.rows(group)
            for layer in layers:
                rows = layer(rows)
            value = loss(rows, group)
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
