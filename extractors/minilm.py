"""What the network MiniLM sees of each word of an English text; all tasks share it, and each has a last step of its own.

Source: https://arxiv.org/abs/2002.10957 (the network), https://onnxruntime.ai (what computes it)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from extractors.features import ELONGATED
from extractors.linear import MODELS, Floats

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

NETWORK = "minilm_accurate"
PACKAGES = ("onnxruntime", "tokenizers")
"""What computes it; imported where it is used, since the light models do without."""
MOST_BYTES = 30_000_000
LONGEST = 126
"""Pieces of a stretch; a longer text is seen stretch by stretch."""
MOST_STRETCHES = 8
TOGETHER = 8
"""Stretches of like length that are computed at once: of 4 to 32 the quickest."""
REMEMBERED = 160
"""Texts of which the rows are kept; more than are read at once, since one task asks for all of them before the next does."""
PADDING = 0
"""What stands where a stretch has ended and another beside it has not: the number of the piece [PAD]."""
FIRST, LAST = "[CLS]", "[SEP]"
QUOTES = str.maketrans("`’‘“”", "'''\"\"")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pieces that are seen together."""

    words: tuple[int, ...]
    """The number of the word that each piece but the first and the last belongs to."""
    rows: Floats
    """Pieces by 384, the first and the last among them."""


KNOWN: dict[Words, tuple[Stretch, ...]] = {}
"""The last texts by their words, since several tasks ask for the same."""


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


def read(texts: Sequence[Words]) -> list[tuple[Stretch, ...]]:
    """Texts, cut into words, as the network sees them; what stands beside a text changes nothing of it."""
    found = {words: KNOWN.pop(words, None) for words in dict.fromkeys(texts)}
    fresh = [words for words, known in found.items() if known is None]
    made = {**{words: known for words, known in found.items() if known is not None}, **computed(fresh)}
    KNOWN.update(made)
    for words in list(KNOWN)[: max(0, len(KNOWN) - REMEMBERED)]:
        del KNOWN[words]
    return [made[words] for words in texts]


def computed(texts: Sequence[Words]) -> dict[Words, tuple[Stretch, ...]]:
    """Texts as the network sees them, computed with others of like length."""
    first, last = ends()
    cut = [(words, [first, *ids, last], homes) for words in texts for ids, homes in pieces_of(words)]
    rows: dict[int, Floats] = {}
    order = sorted(range(len(cut)), key=lambda number: len(cut[number][1]))
    for start in range(0, len(order), TOGETHER):
        part = order[start : start + TOGETHER]
        ids = np.full((len(part), len(cut[part[-1]][1])), PADDING, np.int64)
        for place, number in enumerate(part):
            ids[place, : len(cut[number][1])] = cut[number][1]
        (seen,) = session().run(None, {"ids": ids})
        # A copy: a view would keep the whole batch.
        rows.update((number, seen[place, : len(cut[number][1])].copy()) for place, number in enumerate(part))
    found: dict[Words, list[Stretch]] = {words: [] for words in texts}
    for number, (words, _, homes) in enumerate(cut):
        found[words].append(Stretch(tuple(homes), rows[number]))
    return {words: tuple(stretches) for words, stretches in found.items()}


def files(name: str) -> list[Path]:
    """The files that decide what a task's model says."""
    shared = MODELS / NETWORK
    return [shared / "model.onnx", shared / "tokenizer.json", MODELS / name / "weights.npz"]


@cache
def ends() -> tuple[int, int]:
    """The pieces that begin and end a stretch."""
    known = tokenizer().get_vocab()
    return known[FIRST], known[LAST]


@cache
def tokenizer() -> Tokenizer:
    """What cuts words into pieces."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(MODELS / NETWORK / "tokenizer.json"))


@cache
def session() -> InferenceSession:
    """The network, ready to compute, on one core: texts are spread over processes, not over threads."""
    path = MODELS / NETWORK / "model.onnx"
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES:,} bytes: it is none of ours")
    import onnxruntime

    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
