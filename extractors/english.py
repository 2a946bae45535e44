"""What the sentiment models see of an English text: words, word pairs, negated words, meaning, lexicon.

Source: https://github.com/cjhutto/vaderSentiment
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from extractors.features import ELONGATED, FACTOR, HANDLE, LINK, Indices, codes_of_words, indices, ngrams
from extractors.lexicon import vader
from extractors.linear import Floats
from extractors.vectors import vectors

BITS = 18
"""Places for the features: 262,144."""
NEGATIONS = frozenset(
    {"not", "no", "never", "cannot", "nor", "without", "hardly", "neither", "none", "nobody", "nothing"}
)
REACH = 4
"""Words after a negation that it turns."""
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[#@]?\w+|[^\w\s]+")
CONTRACTED = re.compile(r"(?<=\w) ?[`'] ?(s|t|m|re|ve|ll|d)\b", re.IGNORECASE)
"""``don ` t`` and the like, as tokenizers and some keyboards leave them."""
LEXICON_FEATURES = 15


@dataclass(frozen=True, slots=True)
class Seen:
    """Hashed features and dense ones."""

    places: Indices
    dense: Floats


def plain(text: str) -> str:
    """A text without what names people and places on the web, letters at most three in a row."""
    text = ELONGATED.sub(r"\1\1\1", HANDLE.sub("@user", LINK.sub("http", text)))
    return CONTRACTED.sub(r"'\1", text.replace("\u2019", "'").replace("\u2018", "'"))


@lru_cache(256)
def features(text: str) -> Seen:
    """What the models see of a text; the last texts are remembered, since a post and the names in it ask for the same."""
    cleaned = plain(text)
    return Seen(hashed(cleaned), np.concatenate([vectors().mean(vectors().ids(cleaned)), lexicon(cleaned)]))


def hashed(cleaned: str) -> Indices:
    """Words, pairs and negated words of a cleaned text."""
    words = WORD.findall(cleaned.lower())
    found = ngrams(codes_of_words(words), 1, 2)
    turned = negated(words)
    if turned:
        found.append(codes_of_words([f"NOT_{word}" for word in turned]) * FACTOR)
    return indices(found, BITS)


def negated(words: list[str]) -> list[str]:
    """The words that a negation turns."""
    found: list[str] = []
    left = 0
    for word in words:
        if word in NEGATIONS or word.endswith("n't"):
            left = REACH
        elif word[0] in ".,!?;:":
            left = 0
        elif left:
            found.append(word)
            left -= 1
    return found


def valence(cleaned: str) -> list[float]:
    """What VADER says: all in all, and the shares of good, bad and other words."""
    scores = vader().polarity_scores(cleaned)
    return [scores["compound"], scores["pos"], scores["neg"], scores["neu"]]


def lexicon(cleaned: str) -> Floats:
    """What VADER's lexicon says, and how the text is written."""
    known = vader().lexicon
    valences = [known[word] for word in cleaned.lower().split() if word in known]
    return np.array(
        [
            *valence(cleaned),
            max(valences, default=0) / 3, min(valences, default=0) / 3,
            sum(value > 0 for value in valences) / 3, sum(value < 0 for value in valences) / 3,
            "!" in cleaned, "?" in cleaned, cleaned.count("!") > 1,
            sum(word.isupper() and len(word) > 2 for word in cleaned.split()) / 3,
            "http" in cleaned, cleaned.startswith("@"), min(len(cleaned), 1000) / 140,
        ],
        np.float32,
    )  # fmt: skip
