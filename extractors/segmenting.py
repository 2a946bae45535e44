"""Chinese cut into words: jieba's dictionary and rules, as its twin in Rust computes them.

Source: https://github.com/messense/rjieba-py (MIT), https://github.com/fxsjy/jieba
"""

from __future__ import annotations

import re

import rjieba

from extractors.folding import simplified

LATIN = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
"""Jieba's own cut of what its dictionary lacks and no Chinese sign stands in; its twin keeps ``t.cn`` whole, and our models learned from jieba."""
WHOLE = frozenset({"AT&T", "c#", "C#", "c++", "C++"})
"""The dictionary's own words of such signs."""


def words_of(text: str) -> list[str]:
    """The words of a Chinese text, in order; joined they give the text again.

    jieba's dictionary is of simplified words, so a traditional text is cut as its simplified form is.
    """
    plain = text if text.isascii() else text.translate(simplified())
    words: list[str] = []
    for word in rjieba.cut(plain):
        if word[0] < "\x80" and len(word) > 1 and not word.isalnum() and not word.isspace() and word not in WHOLE:
            words += [part for part in LATIN.split(word) if part]
        else:
            words.append(word)
    if plain == text:
        return words
    found, at = [], 0
    for word in words:
        found.append(text[at : at + len(word)])
        at += len(word)
    return found
