"""Sentiment of a post and toward each name in it, by one small model per language.

A language without a measured model is unscored, never guessed. What the error is: docs/explanation/sentiment.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
NAMES: Mapping[str, tuple[str, Callable[[Sequence[targets.Named]], list[Seen]]]] = {
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A span of a text that the sentiment toward is asked of; ``others`` are the spans of all that is named there."""

    text: str
    start: int
    end: int
    others: Sequence[tuple[int, int]] = ()

    @property
    def beside_others(self) -> bool:
        """Whether something else is named, too."""
        return any(span[1] <= self.start or span[0] >= self.end for span in self.others)


def sentiments_of(texts: Sequence[str], language: str, accurate: bool = False) -> list[Sentiment]:
    """The sentiment of each of some texts of a language; ``accurate``: by a network, too, where there is one for the language."""
    known = POSTS.get(language)
    found = [UNSCORED] * len(texts)
    if known is None:
        return found
    name, see = known
    model = load(name)
    read = {number: text[:LONGEST] for number, text in enumerate(texts) if text.strip()}
    chances: Sequence[Floats] = list(chances_of(model, [see(text) for text in read.values()]))
    if accurate and language in NETWORKS:
        chances = network.of_texts(list(read.values()), model.labels, chances)
    for number, own in zip(read, chances, strict=True):
        found[number] = judged(model.labels, own)
    return found


def sentiments_toward(asked: Sequence[Asked], language: str, accurate: bool = False) -> list[Sentiment]:
    """The sentiment toward what stands at each of some spans; beside other names by a model that learned from such texts.

    Without one it is the words of its own clause that are read. ``accurate``: by a network, too, where there is one.
    """
    found = [UNSCORED] * len(asked)
    if language not in NAMES:
        return found
    for many in (False, True):
        numbers = [at for at, each in enumerate(asked) if (language in MANY and each.beside_others) == many]
        if not numbers:
            continue
        name, see = NAMES[language]
        model = load(MANY[language] if many else name)
        parts = [part_of(asked[at], language, many) for at in numbers]
        seen = see(
            [
                (each.text[first:stop], each.start - first, each.end - first)
                for each, (first, stop) in zip((asked[at] for at in numbers), parts, strict=True)
            ]
        )
        chances: Sequence[Floats] = list(chances_of(model, seen))
        if accurate and language in NETWORKS:
            shown = [shown_to_network(asked[at], part) for at, part in zip(numbers, parts, strict=True)]
            chances = network.toward(shown, many, model.labels, chances)
        for at, own in zip(numbers, chances, strict=True):
            found[at] = judged(model.labels, own)
    return found


def part_of(asked: Asked, language: str, many: bool) -> tuple[int, int]:
    """The part of a text that is read for a name in it; ``many``: by a model that reads the whole of it."""
    start, end = asked.start, asked.end
    if many:
        first, stop = 0, len(asked.text)
    else:
        first, stop = targets.own_words(asked.text, start, end, asked.others, language)
    return max(first, start - LONGEST // 2), min(stop, end + LONGEST // 2)


def shown_to_network(asked: Asked, part: tuple[int, int]) -> targets.Named:
    """What the network is shown of a name: the text that its own sentiment was read from, which is computed once; for a late name its part."""
    first, stop = part
    whole, shift = (asked.text[:LONGEST], 0) if asked.end <= LONGEST else (asked.text[first:stop], first)
    return whole, asked.start - shift, asked.end - shift


def chances_of(model: Linear, seen: Sequence[Seen]) -> Floats:
    """The probability of each of a model's labels, a row for each text."""
    return model.probabilities_of_many([each.places for each in seen], [each.dense for each in seen])


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
