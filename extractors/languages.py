"""The language of a short post: Chinese, Japanese and Korean by their script, 27 others by py3langid and a table of our own.

py3langid knows many languages from texts of all kinds, but little of three words of a tweet; the table was counted on tweets and
single sentences, and knows Hindi in Latin letters. What both say is added. Source: https://github.com/adbar/py3langid
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from extractors.features import Indices, codes_of_text, codes_of_words, indices, ngrams
from extractors.findings import Language
from extractors.linear import MODELS, Floats

VERSION = "2"
KNOWN = (
    "ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ms", "nl", "no", "pl",
    "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi",
)  # fmt: skip
OTHER_NAMES = {"no": "nb"}
LANGUAGES = frozenset({OTHER_NAMES.get(code, code) for code in KNOWN} | {"zh", "ja", "ko"})
"""Every code that is given, but for ``und``."""
SURE = 0.3
"""Below this confidence a post is ``und``."""
LONGEST = 2000
"""Code points that are looked at; more tell nothing new."""
LATIN_HINDI = "hi-Latn"
"""What the table calls Hindi in Latin letters, which has little in common with the other; it is told as ``hi``."""
BITS = 17
"""Places of the table: 131,072."""
STEPS = 16
"""Steps of the table's logarithms to 1."""
LETTERS = 80
"""Letters of a text that the table sees."""
SHARE = 0.3
"""How much the table's logarithms count beside py3langid's."""
SHARPNESS = 0.15
"""What the sum is multiplied by: of two or three words that are told with 0.6 to 0.8, four in five are right, above 0.8 nearly all."""

ENGLISH_ONLY = frozenset(
    [
        "the",
        "and",
        "you",
        "with",
        "this",
        "that",
        "are",
        "my",
        "your",
        "have",
        "what",
        "they",
        "would",
        "because",
        "about",
        "from",
        "there",
        "been",
        "were",
        "which",
        "their",
        "them",
        "could",
        "should",
        "who",
        "how",
        "when",
        "where",
        "why",
        "than",
        "these",
        "those",
        "into",
        "over",
        "only",
        "every",
        "always",
        "people",
        "know",
        "think",
        "want",
        "really",
        "tomorrow",
        "tonight",
        "today",
        "after",
        "before",
        "she",
        "his",
        "her",
        "our",
        "it's",
        "don't",
        "i'm",
        "can't",
        "didn't",
        "doesn't",
        "isn't",
        "won't",
        "i've",
        "you're",
        "that's",
    ]
)
"""Words of English and of none of the others; a post with enough of them needs no closer look."""

NOT_WORDS = re.compile(r"(?:https?://|www\.)[!-~]+|[@＠][\w.-]+|\[[^\[\]\s]{1,8}\]|&[a-z]+;|\bRT\b")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
UNSPACED = re.compile(f"(?:{HAN.pattern}|{KANA.pattern}|{HANGUL.pattern})+")
WORD = re.compile(r"[^\W\d_]+")
SPACED_WORD = re.compile(
    r"[^\W\d_\u1100-\u11ff\u3041-\u30ff\u3131-\u318e\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d]{2,}"
)


@cache
def identifier() -> LanguageIdentifier:
    """The identifier, limited to the languages that matter."""
    made = LanguageIdentifier.from_model_file(MODEL_FILE)
    made.set_languages(KNOWN)
    return made


@dataclass(frozen=True, slots=True)
class Table:
    """How likely letters and words are in each language: logarithms against the mean of all languages."""

    languages: tuple[str, ...]
    weights: NDArray[np.int8]
    """Features by languages, in steps of a sixteenth."""

    def scores(self, words: Sequence[str]) -> Floats:
        """The sum for each language."""
        sums: Floats = self.weights[features(words, LETTERS)].sum(axis=0, dtype=np.float32) / np.float32(STEPS)
        return sums


@cache
def table() -> Table:
    """The table of the repository."""
    return read(MODELS / "languages" / "weights.npz")


def read(path: Path) -> Table:
    """A table from its file."""
    with np.load(path, allow_pickle=False) as stored:
        return Table(tuple(map(str, stored["labels"])), np.ascontiguousarray(stored["weights"].T))


def features(words: Sequence[str], letters: int) -> Indices:
    """Where the first words of a text and their letters, one to five at a time, stand in the table."""
    read = " ".join(words)[:letters]
    found = [*ngrams(codes_of_text(f" {read} "), 1, 5), codes_of_words(read.split())]
    return indices(found, BITS)


def spelled(text: str) -> list[str]:
    """What is spelled in a text, in small letters, without links, handles and Chinese, Japanese and Korean signs."""
    return WORD.findall(UNSPACED.sub(" ", NOT_WORDS.sub(" ", text[:LONGEST])).lower())


def language_of(text: str) -> Language:
    """The language of a text; ``und`` below its confidence."""
    words = NOT_WORDS.sub(" ", text[:LONGEST])
    if not words.isascii():
        by_script = language_of_script(words)
        if by_script is not None:
            return by_script
    spaced = SPACED_WORD.findall(words)
    if not spaced:
        return Language("und", 0.0)
    if words.isascii() and speaks_english(spaced):
        return Language("en", 0.99)
    chances = chances_of(spelled(text))
    code = max(chances, key=chances.__getitem__)
    return Language(OTHER_NAMES.get(code, code) if chances[code] >= SURE else "und", chances[code])


def chances_of(words: Sequence[str]) -> dict[str, float]:
    """How likely the text of some words is in each language."""
    known = dict(identifier().rank(" ".join(words)))
    # py3langid has no Hindi in Latin letters; nearly the best of what it takes that for is a fair stand-in.
    known[LATIN_HINDI] = sorted(known.values())[-3]
    own = table()
    from_letters = own.scores(words)
    scores = SHARPNESS * np.array([
        (1 - SHARE) * known[language] + SHARE * score for language, score in zip(own.languages, from_letters, strict=True)
    ])  # fmt: skip
    powers = np.exp(scores - scores.max())
    chances = dict(zip(own.languages, map(float, powers / powers.sum()), strict=True))
    chances["hi"] += chances.pop(LATIN_HINDI)
    return chances


def speaks_english(words: list[str]) -> bool:
    """Whether enough words are English and of no other language: four of five English posts need no closer look."""
    found = ENGLISH_ONLY.intersection(word.lower() for word in words)
    return len(found) >= 3 and len(found) * 8 >= len(words)


def language_of_script(words: str) -> Language | None:
    """Chinese, Japanese or Korean, told by the script; None where most words are of another script."""
    han, kana, hangul = (len(signs.findall(words)) for signs in (HAN, KANA, HANGUL))
    signs = han + kana + hangul
    if not signs:
        return None
    # A Latin word beside Chinese is mostly a name; it weighs no more than a character.
    others = len(SPACED_WORD.findall(words))
    if others >= signs:
        return None
    share = signs / (signs + others)
    sure = share * (1 - 0.5 / signs)
    if hangul * 2 > kana + han:
        return Language("ko", sure)
    # A lone の is a fashion in Chinese.
    if kana >= 2 and kana * 10 > han:
        return Language("ja", sure)
    return Language("zh", sure)
