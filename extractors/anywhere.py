"""What the sentiment models of the other languages see: words, word pairs, letters, emoji; nothing of one language's own."""

from __future__ import annotations

import numpy as np

from extractors.english import WORD, Seen
from extractors.features import ELONGATED, HANDLE, LINK, codes_of_text, codes_of_words, indices, ngrams
from extractors.folding import fold

BITS = 16
"""Places for the features: 65,536; the models are trained on 2,000 posts each."""
LETTERS = np.uint64(7)
NO_DENSE = np.zeros(1, np.float32)


def features(text: str) -> Seen:
    """What the model sees of a text."""
    cleaned = fold(ELONGATED.sub(r"\1\1\1", HANDLE.sub("@user", LINK.sub("http", text)))).text
    words = WORD.findall(cleaned)
    found = ngrams(codes_of_words(words), 1, 2)
    found += [hashes + LETTERS for hashes in ngrams(codes_of_text(f" {' '.join(words)} "), 1, 5)]
    return Seen(indices(found, BITS), NO_DENSE)
