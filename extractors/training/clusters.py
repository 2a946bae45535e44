"""``clusters``: Brown clusters of English words, from spacy-lookups-data; the frequent words only."""

from __future__ import annotations

import gzip
import importlib.util
import json
import zlib
from pathlib import Path

import numpy as np

from extractors.linear import MODELS
from extractors.training.cards import Card, write_card

WORDS = 250_000


def lookups(name: str) -> dict[str, float]:
    """One table of the package; raises FileNotFoundError that says what to install."""
    found = importlib.util.find_spec("spacy_lookups_data")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the clusters' source is missing: pip install spacy-lookups-data")
    path = Path(found.submodule_search_locations[0]) / "data" / f"{name}.json.gz"
    table: dict[str, float] = json.loads(gzip.decompress(path.read_bytes()))
    return table


def train(data: Path) -> None:
    """Make the table and its card; the data sets are not used."""
    numbers, chances = lookups("en_lexeme_cluster"), lookups("en_lexeme_prob")
    frequent = sorted((word for word in numbers if word in chances and numbers[word]), key=lambda word: -chances[word])[
        :WORDS
    ]
    by_sum = {zlib.crc32(word.encode("utf-8")): int(numbers[word]) for word in reversed(frequent)}
    sums = np.array(sorted(by_sum), np.uint32)
    path = MODELS / "clusters" / "weights.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, sums=sums, numbers=np.array([by_sum[int(each)] for each in sums], np.uint32))
    write_card(
        Card(
            name="clusters",
            what=f"Brown clusters of {len(sums):,} English words; features of `entities_en`, no result of its own.",
            data=("spacy-lookups-data (en_lexeme_cluster, en_lexeme_prob): MIT",),
            split="none: nothing is fitted",
            scores=(),
        ),
        path,
    )
