"""``clusters``: families of English words: Brown clusters from spacy-lookups-data, and centres of the word vectors by k-means."""

from __future__ import annotations

import gzip
import importlib.util
import json
import zlib
from pathlib import Path

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from extractors.linear import MODELS, Floats
from extractors.training.cards import Card, write_card
from extractors.vectors import vectors

WORDS = 250_000
CENTRES = (128, 1000)
"""How many families of meaning: broad ones, and narrow ones."""
SEED = 1


def lookups(name: str) -> dict[str, float]:
    """One table of the package; raises FileNotFoundError that says what to install."""
    found = importlib.util.find_spec("spacy_lookups_data")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the clusters' source is missing: pip install spacy-lookups-data")
    path = Path(found.submodule_search_locations[0]) / "data" / f"{name}.json.gz"
    table: dict[str, float] = json.loads(gzip.decompress(path.read_bytes()))
    return table


def centres(count: int) -> Floats:
    """The middles of so many families of the model ``words``, each of length 1."""
    fitted = MiniBatchKMeans(count, random_state=SEED, batch_size=4096, n_init=1, max_iter=20).fit(vectors().rows)
    middles: Floats = fitted.cluster_centers_ / np.linalg.norm(fitted.cluster_centers_, axis=1, keepdims=True)
    return middles


def train(data: Path) -> None:
    """Make the tables and their card; the data sets are not used, the model ``words`` is."""
    numbers, chances = lookups("en_lexeme_cluster"), lookups("en_lexeme_prob")
    frequent = sorted((word for word in numbers if word in chances and numbers[word]), key=lambda word: -chances[word])[
        :WORDS
    ]
    by_sum = {zlib.crc32(word.encode("utf-8")): int(numbers[word]) for word in reversed(frequent)}
    sums = np.array(sorted(by_sum), np.uint32)
    path = MODELS / "clusters" / "weights.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    broad, narrow = (centres(count).astype(np.float16) for count in CENTRES)
    numbered = np.array([by_sum[int(each)] for each in sums], np.uint32)
    np.savez_compressed(path, sums=sums, numbers=numbered, centres0=broad, centres1=narrow)
    write_card(
        Card(
            name="clusters",
            what=f"Brown clusters of {len(sums):,} English words, and the middles of {' and of '.join(map(str, CENTRES))} families"
            " of word vectors; features of `entities_en`, no result of its own.",
            data=(
                "spacy-lookups-data (en_lexeme_cluster, en_lexeme_prob): MIT",
                "the model `words`, made before this one: Apache-2.0",
            ),
            split="none: nothing is fitted",
            scores=(),
        ),
        path,
    )
