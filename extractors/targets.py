"""What the models of sentiment toward a name see: the words around it, its clause, and the whole text.

Source: https://aclanthology.org/P14-2009/ (target-dependent features)
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from extractors import chinese, english
from extractors.english import Seen
from extractors.features import FACTOR, Indices, codes_of_text, codes_of_words, indices, ngrams
from extractors.linear import Floats, load
from extractors.segmenting import words_of
from extractors.vectors import vectors

BITS = 18
WINDOW = 6
"""Words on either side that count as near."""
CHARACTERS = 12
"""Characters on either side that count as near in Chinese."""
CLAUSE = re.compile(r"[.!?;:…\n]+(?=\s|$)|\s(?:but|while|whereas|although|though|however|yet)\s", re.IGNORECASE)
PART = re.compile(rf"{CLAUSE.pattern}|,\s|\s(?:and|or|than)\s", re.IGNORECASE)
"""Also the borders within a clause, for names that share one."""
CHINESE_CLAUSE = re.compile(r"[。！？；，,!?;…~\s]+|但是?|不过|可是|然而")
FEWEST = 2
"""Words that a part needs beside the name to say anything of it."""
TARGET = "targetname"
LEFT, RIGHT, CLAUSE_SALT, NEAR = (np.uint64(salt) for salt in (101, 103, 107, 109))


def clause_of(text: str, start: int, end: int, border: re.Pattern[str]) -> tuple[int, int]:
    """The clause that a span stands in."""
    first = 0
    for found in border.finditer(text, 0, start):
        first = found.end()
    stop = border.search(text, end)
    return first, stop.start() + 1 if stop else len(text)


def own_words(text: str, start: int, end: int, others: Sequence[tuple[int, int]], language: str) -> tuple[int, int]:
    """The part of a text that speaks of a name: all of it, or, where other names stand in it, the name's own clause."""
    apart = [span for span in others if span[1] <= start or span[0] >= end]
    if not apart:
        return 0, len(text)
    borders = (CHINESE_CLAUSE,) if language == "zh" else (CLAUSE, PART)
    found = 0, len(text)
    for border in borders:
        first, stop = clause_of(text, start, end, border)
        words = len(text[first:start].split()) + len(text[end:stop].split())
        if language != "zh" and words < FEWEST:
            break
        found = first, stop
        if not any(first <= span[0] and span[1] <= stop for span in apart):
            break
    return found


Named = tuple[str, int, int]
"""A text, and the span of a name in it."""


def english_features(named: Sequence[Named]) -> list[Seen]:
    """What the English model sees of each of some names: near the name it is masked, so that the model learns no brand's reputation."""
    clauses = [clause_of(text, start, end, CLAUSE) for text, start, end in named]
    wholes = [english.features(text) for text, _, _ in named]
    parts = [english.features(text[first:stop]) for (text, _, _), (first, stop) in zip(named, clauses, strict=True)]
    by_whole, by_part = logits("sentiment_en", wholes), logits("sentiment_en", parts)
    meaning = vectors()
    found: list[Seen] = []
    for at, ((text, start, end), (first, stop)) in enumerate(zip(named, clauses, strict=True)):
        before, after = english.plain(text[:start]), english.plain(text[end:])
        clause = f"{english.plain(text[first:start])} {TARGET} {english.plain(text[end:stop])}"
        left = english.WORD.findall(before.lower())[-WINDOW:]
        right = english.WORD.findall(after.lower())[:WINDOW]
        dense = np.concatenate(
            [
                wholes[at].dense,
                meaning.mean(meaning.ids(" ".join([*left, *right]))),
                parts[at].dense[-english.LEXICON_FEATURES :],
                english.valence(" ".join(left)),
                english.valence(" ".join(right)),
                by_whole[at],
                by_part[at],
            ]
        ).astype(np.float32)
        found.append(Seen(english_hashes(f"{before} {TARGET} {after}", clause, left, right), dense))
    return found


def english_hashes(whole: str, clause: str, left: list[str], right: list[str]) -> Indices:
    """Words of the text, of the clause, and on either side near the name."""
    found = ngrams(codes_of_words(english.WORD.findall(whole.lower())), 1, 2)
    words = english.WORD.findall(clause.lower())
    found += [hashes + CLAUSE_SALT for hashes in ngrams(codes_of_words(words), 1, 2)]
    turned = english.negated(words)
    if turned:
        found.append(codes_of_words([f"NOT_{word}" for word in turned]) * FACTOR)
    found += [hashes + LEFT for hashes in ngrams(codes_of_words([*left, TARGET]), 1, 3)]
    found += [hashes + RIGHT for hashes in ngrams(codes_of_words([TARGET, *right]), 1, 3)]
    return indices(found, BITS)


def logits(model: str, seen: Sequence[Seen]) -> Floats:
    """What the model of whole posts says of each of some texts, as logarithms."""
    chances = load(model).probabilities_of_many([each.places for each in seen], [each.dense for each in seen])
    found: Floats = np.log(chances + 1e-4)
    return found


def chinese_features(named: Sequence[Named]) -> list[Seen]:
    """What the Chinese model sees of each of some names; the name itself is masked."""
    found: list[Indices] = []
    wholes: list[Seen] = []
    parts: list[Seen] = []
    for text, start, end in named:
        first, stop = clause_of(text, start, end, CHINESE_CLAUSE)
        before, after = chinese.plain(text[:start]), chinese.plain(text[end:])
        clause_before, clause_after = chinese.plain(text[first:start]), chinese.plain(text[end:stop])
        wholes.append(chinese.features(before + after))
        parts.append(chinese.features(clause_before + clause_after))
        found.append(chinese_hashes(before, after, f"{clause_before}＊{clause_after}"))
    dense = np.concatenate([logits("sentiment_zh", wholes), logits("sentiment_zh", parts)], axis=1).astype(np.float32)
    return [Seen(places, row) for places, row in zip(found, dense, strict=True)]


def chinese_hashes(before: str, after: str, clause: str) -> Indices:
    """Characters of the text, characters and words of the clause, and characters on either side near the name."""
    found = ngrams(codes_of_text(f"{before}＊{after}"), 1, 3)
    found += [hashes + CLAUSE_SALT for hashes in ngrams(codes_of_text(clause), 1, 4)]
    words = [word for word in words_of(clause) if not word.isspace()]
    found += [hashes + NEAR for hashes in ngrams(codes_of_words(words), 1, 2)]
    found += [hashes + LEFT for hashes in ngrams(codes_of_text(before[-CHARACTERS:] + "＊"), 1, 3)]
    found += [hashes + RIGHT for hashes in ngrams(codes_of_text("＊" + after[:CHARACTERS]), 1, 3)]
    return indices(found, BITS)
