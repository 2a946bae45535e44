"""What the network MiniLM sees of each word of an English text: one file below, which all tasks share, and a top for each.

Source: https://arxiv.org/abs/2002.10957 (the network), https://onnxruntime.ai (what computes it)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extractors.features import ELONGATED, TOKEN
from extractors.linear import MODELS, Floats

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

BOTTOM = "minilm_accurate"
PACKAGES = ("onnxruntime", "tokenizers")
"""What computes it; imported where it is used, since the light models do without."""
MOST_BYTES = 30_000_000
LONGEST = 126
"""Pieces of a stretch; a longer text is seen stretch by stretch."""
MOST_STRETCHES = 8
REMEMBERED = 160
"""Texts of which the rows are kept; more than are read at once, since one task asks for all of them before the next does."""
FIRST, LAST = "[CLS]", "[SEP]"
QUOTES = str.maketrans("`’‘“”", "'''\"\"")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces that are seen together: their numbers, the word of each, and what the shared layers make of them."""

    ids: tuple[int, ...]
    words: tuple[int, ...]
    """The number of the word that each piece but the first and the last belongs to."""
    rows: Floats
    """Pieces by 384, the first and the last among them."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text as the network sees it."""

    spans: tuple[tuple[int, int], ...]
    """Where each word stands."""
    stretches: tuple[Stretch, ...]


def shown(word: str) -> str:
    """A word as the network is shown it: without what names people and places on the web."""
    if word.startswith(("http://", "https://")):
        return "http"
    if word[0] == "@" and len(word) > 1:
        return "@user"
    # Half a surrogate pair is no text, and the tokenizer refuses it.
    plain = word.encode("utf-8", "replace").decode()
    return ELONGATED.sub(r"\1\1\1", plain).translate(QUOTES)


def pieces_of(words: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """The pieces of words in stretches, each with the number of its word."""
    cut = tokenizer().encode([shown(word) for word in words], is_pretokenized=True, add_special_tokens=False)
    ids, homes = cut.ids, [home or 0 for home in cut.word_ids]
    found: list[tuple[list[int], list[int]]] = []
    start = 0
    while start < len(ids) and len(found) < MOST_STRETCHES:
        full = end = min(start + LONGEST, len(ids))
        while start < end < len(ids) and homes[end] == homes[end - 1]:
            end -= 1
        end = end if end > start else full
        found.append((ids[start:end], homes[start:end]))
        start = end
    return found


@lru_cache(REMEMBERED)
def read(text: str) -> Read:
    """A text as the shared layers see it; the last texts are remembered, since several tasks ask for the same."""
    words = list(TOKEN.finditer(text))
    return Read(tuple(word.span() for word in words), stretches_of(tuple(word[0] for word in words)))


def stretches_of(words: Sequence[str]) -> tuple[Stretch, ...]:
    """Words as the shared layers see them."""
    first, last = ends()
    found = []
    for ids, homes in pieces_of(words):
        whole = (first, *ids, last)
        (rows,) = session(BOTTOM).run(None, {"ids": np.array([whole], np.int64)})
        found.append(Stretch(whole, tuple(homes), rows[0]))
    return tuple(found)


@lru_cache(REMEMBERED)
def seen(name: str, text: str) -> tuple[Floats, ...]:
    """What a task's own layers make of each stretch of a text: a row for each piece, the first and the last among them."""
    return tuple(session(name).run(None, {"rows": stretch.rows[None]})[0][0] for stretch in read(text).stretches)


def files(name: str) -> list[Path]:
    """The files that decide what a task's model says."""
    own, shared = MODELS / name, MODELS / BOTTOM
    return [shared / "model.onnx", shared / "tokenizer.json", own / "model.onnx", own / "weights.npz"]


@cache
def ends() -> tuple[int, int]:
    """The pieces that begin and end a stretch."""
    known = tokenizer().get_vocab()
    return known[FIRST], known[LAST]


@cache
def tokenizer() -> Tokenizer:
    """What cuts words into pieces."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(MODELS / BOTTOM / "tokenizer.json"))


@cache
def session(name: str) -> InferenceSession:
    """A model that is ready to compute, on one core: texts are spread over processes, not over threads."""
    path = MODELS / name / "model.onnx"
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES:,} bytes: it is none of ours")
    import onnxruntime

    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
