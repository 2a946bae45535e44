"""Names that no watchlist knows: organisations, products, people, places, in English and Chinese."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from extractors import accurate as network_of_english
from extractors import minilm
from extractors.entities_chinese import chinese_features, network_places
from extractors.entities_english import NAMES, Sums
from extractors.features import TOKEN
from extractors.findings import Entity, EntityLabel
from extractors.folding import Folded, fold
from extractors.lac import network
from extractors.linear import MODELS, Floats
from extractors.segmenting import words_of
from extractors.sequence import Places, Tagger, load, spans

RULES = "3"
LONGEST = 2000
"""Code points that are tagged: names that matter stand early, and a post of this length says enough."""
LIKE_LENGTHS = 32
"""Texts of like length that the Chinese network sees at once."""
AT_ONCE = 4096
"""Characters whose weights are added up at once: some megabytes."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and where it stands."""

    text: str
    start: int
    end: int


ENGLISH: Mapping[str, EntityLabel] = {
    "ORG": "ORG", "PRODUCT": "PRODUCT", "PERSON": "PERSON", "LOCATION": "LOCATION", "OTHER": "OTHER",
}  # fmt: skip
CHINESE: Mapping[str, EntityLabel] = {
    "company": "ORG", "organization": "ORG", "government": "ORG", "game": "PRODUCT", "name": "PERSON",
    "address": "LOCATION", "scene": "LOCATION", "book": "OTHER", "movie": "OTHER",
}  # fmt: skip
"""CLUENER's labels; a position is nobody's name."""


Found = tuple[int, int, int, EntityLabel]
"""The number of a line, start, end, label."""


@cache
def sums_of_english() -> Sums:
    """What words add to the scores of English tags."""
    return Sums(load("entities_en"))


def english_entities(texts: Sequence[Sequence[str]]) -> Iterator[Found]:
    """The names in the lines of English texts."""
    lines = [line for text in texts for line in text]
    yield from tagged_english(lines, [tokens_of(line) for line in lines], None)


def english_entities_accurate(texts: Sequence[Sequence[str]]) -> Iterator[Found]:
    """The names in the lines of English texts, with the help of the network."""
    lines = [line for text in texts for line in text]
    tokens = [tokens_of(line) for line in lines]
    left = iter(tokens)
    words = [tuple(token.text for _ in text for token in next(left)) for text in texts]
    added = network_of_english.of_words(words, load("entities_en").tags)
    yield from tagged_english(lines, tokens, added)


def tagged_english(lines: Sequence[str], tokens: Sequence[Sequence[Token]], added: Floats | None) -> Iterator[Found]:
    """The names in lines whose tokens are known; ``added`` are scores of all tokens' tags by another model."""
    if not any(tokens):
        return
    tagger = load("entities_en")
    scores = tagger.scores(sums_of_english().of([words_in(each) for each in tokens]), added=added)
    tags = tagger.tags_of(scores, [len(each) for each in tokens])
    for number, (line, own, found) in enumerate(zip(lines, tokens, tags, strict=True)):
        yield from english_spans(number, line, own, found)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a line."""
    return [Token(match[0], match.start(), match.end()) for match in TOKEN.finditer(text)]


def words_in(tokens: Sequence[Token]) -> list[str]:
    """Tokens as the light tagger sees them: a hashtag and a handle are words, too."""
    return [token.text.lstrip("#@") or token.text for token in tokens]


def english_spans(
    number: int, text: str, tokens: Sequence[Token], tags: Sequence[str]
) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names that tags of a line tell."""
    for first, after, label in spans(tags):
        start, end = tokens[first].start, tokens[after - 1].end
        start += text[start] in "#@" and end - start > 1
        if not tokens[first].text.startswith("http"):
            yield number, start, end, ENGLISH[label]


def chinese_entities(texts: Sequence[Sequence[str]]) -> Iterator[Found]:
    """The names in the lines of Chinese texts."""
    yield from tagged_chinese(load("entities_zh"), [fold(line) for lines in texts for line in lines], None)


def chinese_entities_accurate(texts: Sequence[Sequence[str]]) -> Iterator[Found]:
    """The names in the lines of Chinese texts, with the help of the network."""
    folded = [fold(line) for lines in texts for line in lines]
    seen: dict[int, Floats] = {}
    order = sorted(range(len(folded)), key=lambda number: len(folded[number].text))
    for start in range(0, len(order), LIKE_LENGTHS):
        part = order[start : start + LIKE_LENGTHS]
        seen.update(zip(part, network().seen([folded[number].text for number in part]), strict=True))
    yield from tagged_chinese(load("entities_zh_accurate"), folded, [seen[number] for number in range(len(folded))])


def tagged_chinese(tagger: Tagger, folded: Sequence[Folded], seen: Sequence[Floats] | None) -> Iterator[Found]:
    """The names in folded lines; ``seen`` is what the network sees of each line's characters, for the tagger that was trained with it."""
    cut = [(each.text, words_of(each.text)) for each in folded]
    if not any(signs for signs, _ in cut):
        return
    features = chinese_features(cut) if seen is None else accurate_features(cut, seen)
    sums = np.concatenate([
        tagger.weights[features[start : start + AT_ONCE]].sum(axis=1, dtype=np.int32)
        for start in range(0, len(features), AT_ONCE)
    ])  # fmt: skip
    scores = tagger.scores(sums, None if seen is None else np.concatenate(seen))
    tags = tagger.tags_of(scores, [len(signs) for signs, _ in cut])
    for number, (each, found) in enumerate(zip(folded, tags, strict=True)):
        yield from chinese_spans(number, each, found)


def accurate_features(lines: Sequence[tuple[str, Sequence[str]]], seen: Sequence[Floats]) -> Places:
    """What the accurate tagger sees of each character of lines cut into words; ``seen`` is what the network does."""
    added = [
        places
        for (signs, _), tags in zip(lines, network().tagged(seen), strict=True)
        for places in network_places(signs, tags)
    ]
    return np.concatenate([chinese_features(lines), np.stack(added)], axis=1)


def chinese_spans(number: int, folded: Folded, tags: Sequence[str]) -> Iterator[tuple[int, int, int, EntityLabel]]:
    """The names that tags of a folded line tell."""
    for first, after, label in spans(tags):
        if label in CHINESE:
            yield number, *folded.span(first, after), CHINESE[label]


Reader = Callable[[Sequence[Sequence[str]]], Iterator[Found]]
"""Reads the lines of each of some texts; lines are numbered through."""
LIGHT: Mapping[str, tuple[str, Reader]] = {
    "en": ("entities_en", english_entities),
    "zh": ("entities_zh", chinese_entities),
}
ACCURATE: Mapping[str, tuple[str, Reader]] = {
    "en": ("entities_en", english_entities_accurate),
    "zh": ("entities_zh_accurate", chinese_entities_accurate),
}
"""Each language's tagger, where one takes its time; English has a network beside the light one."""


def entities_of_many(texts: Sequence[str], language: str, accurate: bool = False) -> list[tuple[Entity, ...]]:
    """The names in each of some texts of a language, which are tagged together; none in a language without a tagger."""
    known = (ACCURATE if accurate else LIGHT).get(language)
    if known is None:
        return [()] * len(texts)
    # A name runs over no line's end, and a title is a line.
    lines = [[(line[0], line.start()) for line in re.finditer(r"[^\n]+", text[:LONGEST])] for text in texts]
    homes = [(owner, line, shift) for owner, own in enumerate(lines) for line, shift in own]
    found: list[list[Entity]] = [[] for _ in texts]
    for number, start, end, label in known[1]([[line for line, _ in own] for own in lines]):
        owner, line, shift = homes[number]
        found[owner].append(Entity(start + shift, end + shift, line[start:end], label))
    return [tuple(each) for each in found]


@cache
def version(accurate: bool = False) -> str:
    """Changes with the rules and with any tagger's weights."""
    names = ("clusters", "words", *(name for name, _ in (ACCURATE if accurate else LIGHT).values()))
    files = [*(MODELS / name / "weights.npz" for name in names), NAMES]
    if accurate:
        files += minilm.files(network_of_english.ENTITIES)
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("".join([RULES, *sums]).encode()).hexdigest()[:12]
