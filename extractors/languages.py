"""The language of a short post: script rules for Chinese, Japanese and Korean, py3langid among 30 languages for the rest.

Source: https://github.com/adbar/py3langid
"""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from extractors.findings import Language

VERSION = "1"
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

NOT_WORDS = re.compile(r"(?:https?://|www\.)[!-~]+|[@＠][\w.-]+|\[[^\[\]\s]{1,8}\]|&[a-z]+;|\bRT\b")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
UNSPACED = re.compile(f"(?:{HAN.pattern}|{KANA.pattern}|{HANGUL.pattern})+")
SPACED_WORD = re.compile(
    r"[^\W\d_\u1100-\u11ff\u3041-\u30ff\u3131-\u318e\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d]{2,}"
)


@cache
def identifier() -> LanguageIdentifier:
    """The identifier, limited to the languages that matter, with probabilities."""
    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(KNOWN)
    return made


def language_of(text: str) -> Language:
    """The language of a text; ``und`` below its confidence."""
    words = NOT_WORDS.sub(" ", text[:LONGEST])
    if not words.isascii():
        by_script = language_of_script(words)
        if by_script is not None:
            return by_script
        words = UNSPACED.sub(" ", words)
    spaced = SPACED_WORD.findall(words)
    if not spaced:
        return Language("und", 0.0)
    if words.isascii() and speaks_english(spaced):
        return Language("en", 0.99)
    code, confidence = identifier().classify(words)
    # Two short words can be any language's.
    confidence = float(confidence) * min(1.0, sum(map(len, spaced)) / 10)
    return Language(OTHER_NAMES.get(code, code) if confidence >= SURE else "und", confidence)


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
