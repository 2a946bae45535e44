"""Sentiment of a post and toward each name in it, by one small model per language.

A language without a measured model is unscored, never guessed. What the error is: docs/explanation/sentiment.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from extractors import accurate as network
from extractors import anywhere, chinese, english, minilm, targets
from extractors.english import Seen
from extractors.findings import UNSCORED, Label, Sentiment
from extractors.linear import MODELS, Floats, Linear, load

RULES = "3"
"""Of this file; the version also holds the weights."""

POSTS: Mapping[str, tuple[str, Callable[[str], Seen]]] = {
    "en": ("sentiment_en", english.features),
    "zh": ("sentiment_zh", chinese.features),
    **{code: (f"sentiment_{code}", anywhere.features) for code in ("ar", "de", "es", "fr", "it", "pt")},
}
"""The model of whole posts in each language, and what it sees."""
NAMES: Mapping[str, tuple[str, Callable[[str, int, int], Seen]]] = {
    "en": ("targeted_en", targets.english_features),
    "zh": ("targeted_zh", targets.chinese_features),
}
"""The model of sentiment toward a name in each language."""
MANY = {"en": "targeted_en_many"}
"""The model for a text that names others, too; it has seen what belongs to which, so that it reads the whole text."""
NETWORKS = frozenset({"en"})
"""Languages for which a network serves beside, where it is asked for."""
LONGEST = 4000
"""Code points that a model reads; of a longer text its beginning, or what stands around the name."""


def sentiment_of(text: str, language: str, accurate: bool = False) -> Sentiment:
    """The sentiment of a whole text; ``accurate``: by a network, too, where there is one for the language."""
    known = POSTS.get(language)
    if known is None or not text.strip():
        return UNSCORED
    name, see = known
    read = text[:LONGEST]
    model = load(name)
    chances = chances_of(model, see(read))
    if accurate and language in NETWORKS:
        chances = network.of_text(read, model.labels, chances)
    return judged(model.labels, chances)


def sentiment_toward(
    text: str, start: int, end: int, language: str, others: Sequence[tuple[int, int]] = (), accurate: bool = False
) -> Sentiment:
    """The sentiment toward what stands at a span; where ``others`` are named too, by a model that learned from such texts.

    Without one it is the words of its own clause that are read. ``accurate``: by a network, too, where there is one.
    """
    known = NAMES.get(language)
    if known is None:
        return UNSCORED
    name, see = known
    many = language in MANY and any(span[1] <= start or span[0] >= end for span in others)
    if many:
        name, first, stop = MANY[language], 0, len(text)
    else:
        first, stop = targets.own_words(text, start, end, others, language)
    first, stop = max(first, start - LONGEST // 2), min(stop, end + LONGEST // 2)
    model = load(name)
    chances = chances_of(model, see(text[first:stop], start - first, end - first))
    if accurate and language in NETWORKS:
        # The whole text is what its own sentiment was read from: it is computed once.
        whole, shift = (text[:LONGEST], 0) if end <= LONGEST else (text[first:stop], first)
        chances = network.toward(whole, start - shift, end - shift, many, model.labels, chances)
    return judged(model.labels, chances)


def chances_of(model: Linear, seen: Seen) -> Floats:
    """The probability of each of a model's labels."""
    return model.probabilities(seen.places, seen.dense)


def judged(labels: Sequence[str], found: Floats) -> Sentiment:
    """The likeliest label; the score is P(positive) - P(negative), the confidence the label's probability."""
    chances = dict(zip(labels, (float(chance) for chance in found), strict=True))
    likeliest = max(chances, key=lambda label: chances[label])
    label: Label = "positive" if likeliest == "positive" else "negative" if likeliest == "negative" else "neutral"
    return Sentiment(label, chances["positive"] - chances["negative"], chances[likeliest])


@cache
def version(accurate: bool = False) -> str:
    """Changes with the rules and with any model's weights."""
    names = sorted({name for name, _ in [*POSTS.values(), *NAMES.values()]} | {"words", *MANY.values()})
    files = [MODELS / name / "weights.npz" for name in names]
    if accurate:
        files += minilm.files(network.SENTIMENT)
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("".join([RULES, *sums]).encode()).hexdigest()[:12]
