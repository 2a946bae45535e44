"""What Baidu's lexical analysis network (LAC) sees of each character of a Chinese text, computed with NumPy.

Its weights come with jieba (lac_small: 128 numbers a character, two layers of gated units in both directions); it was trained to
cut Chinese into words and to tell people, places, organisations and works.

Source: https://github.com/baidu/lac (Apache-2.0), https://arxiv.org/abs/1807.01882
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import jieba
import numpy as np

from extractors.linear import Floats
from extractors.sequence import best_paths

FOLDER = Path(jieba.__file__).parent / "lac_small"
UNITS = 128
FLOATS = 5
"""The number of this kind of value in the files."""


def tensor(name: str) -> Floats:
    """A parameter from its file: a head of 16 bytes, the description's size, the description (a protobuf), the values."""
    body = (FOLDER / "model_baseline" / name).read_bytes()
    after = 20 + int.from_bytes(body[16:20], "little")
    described, at, shape = body[20:after], 2, []
    if described[:2] != bytes([8, FLOATS]):
        raise ValueError(f"{name} holds no 32-bit floats")
    while at < len(described):
        at, shift, size = at + 1, 0, 0
        while True:
            size |= (described[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if described[at - 1] < 128:
                break
        shape.append(size)
    return np.frombuffer(body[after:], np.float32).reshape(shape)


@dataclass(frozen=True, slots=True)
class Layer:
    """Gated units in both directions, forward first."""

    inputs: Floats
    biases: Floats
    gates: Floats
    states: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """The whole network."""

    characters: dict[str, int]
    embedded: Floats
    layers: tuple[Layer, ...]
    out: Floats
    bias: Floats
    steps: Floats
    """Of tags: row 0 what begins, row 1 what ends, then one after another."""
    tags: tuple[str, ...]

    def seen(self, texts: Sequence[str]) -> list[Floats]:
        """256 numbers for each character of each text; texts of like length together are quickest."""
        lengths = [len(text) for text in texts]
        longest, unknown = max(lengths, default=0), self.characters["OOV"]
        if not longest:
            return [np.zeros((0, 2 * UNITS), np.float32) for _ in texts]
        numbers = np.full((len(texts), longest), unknown)
        for row, text in enumerate(texts):
            numbers[row, : len(text)] = [self.characters.get(sign, unknown) for sign in text]
        turned = np.stack([np.r_[np.arange(size)[::-1], np.arange(size, longest)] for size in lengths])[:, :, None]
        rows: Floats = self.embedded[numbers]
        for layer in self.layers:
            both = np.stack([rows, np.take_along_axis(rows, turned, 1)])
            made = walked(layer, both)
            rows = np.concatenate([made[0], np.take_along_axis(made[1], turned, 1)], -1).astype(np.float32, copy=False)
        return [rows[row, :size] for row, size in enumerate(lengths)]

    def tagged(self, seen: Sequence[Floats]) -> list[list[str]]:
        """The network's own tags of each text, one a character: ``nr-B``, ``ORG-I``."""
        scores = [each @ self.out + self.bias for each in seen]
        for each in scores:
            each[-1:] += self.steps[1]
        lengths = [len(each) for each in seen]
        if not sum(lengths):
            return [[] for _ in seen]
        numbers = best_paths(np.concatenate(scores), lengths, self.steps[2:], self.steps[0]).tolist()
        return [
            [self.tags[number] for number in numbers[start:end]] for start, end in pairwise(np.cumsum([0, *lengths]))
        ]


def walked(layer: Layer, rows: Floats) -> Floats:
    """A layer's states for rows of (direction, text, character, input)."""
    directions, texts, longest, width = rows.shape
    given = rows.reshape(directions, texts * longest, width) @ layer.inputs + layer.biases[:, None]
    given = given.reshape(directions, texts, longest, 3 * UNITS)
    state: Floats = np.zeros((directions, texts, UNITS), np.float32)
    states = np.empty((directions, texts, longest, UNITS), np.float32)
    for at in range(longest):
        gates = 1 / (1 + np.exp(-(given[:, :, at, : 2 * UNITS] + state @ layer.gates)))
        update, reset = gates[..., :UNITS], gates[..., UNITS:]
        fresh = np.tanh(given[:, :, at, 2 * UNITS :] + (reset * state) @ layer.states)
        state = np.asarray(state + update * (fresh - state), np.float32)
        states[:, :, at] = state
    return states


def layer_of(first: int) -> Layer:
    """The layer whose forward half has this number, its backward half the next."""
    parts = []
    for number in (first, first + 1):
        gated = tensor(f"gru_{number}.w_0").ravel()
        cut = 2 * UNITS * UNITS
        parts.append((
            tensor(f"fc_{number}.w_0"), tensor(f"fc_{number}.b_0") + tensor(f"gru_{number}.b_0")[0],
            gated[:cut].reshape(UNITS, 2 * UNITS), gated[cut:].reshape(UNITS, UNITS),
        ))  # fmt: skip
    return Layer(*(np.stack(pair) for pair in zip(*parts, strict=True)))


def listed(name: str) -> list[str]:
    """The second column of a list whose first is the row's number."""
    rows = (FOLDER / name).read_text("utf-8").split("\n")
    return [row.split("\t")[1] for row in rows if row.count("\t") == 1]


@cache
def network() -> Network:
    """The network, read once."""
    return Network(
        {sign: number for number, sign in enumerate(listed("word.dic"))}, tensor("word_emb"), (layer_of(0), layer_of(2)),
        tensor("fc_4.w_0"), tensor("fc_4.b_0"), tensor("crfw"), tuple(listed("tag.dic")),
    )  # fmt: skip
