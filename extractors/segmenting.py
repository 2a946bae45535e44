"""Chinese cut into words by jieba's own dictionary, without its cache in a folder that anyone can write.

Source: https://github.com/fxsjy/jieba
"""

from __future__ import annotations

from functools import cache

import jieba

from extractors.folding import simplified


@cache
def segmenter() -> jieba.Tokenizer:
    """The segmenter with its dictionary; its cache file is a marshalled object in /tmp, so it is neither read nor written."""
    made = jieba.Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    return made


def words_of(text: str) -> list[str]:
    """The words of a Chinese text, in order; joined they give the text again.

    jieba's dictionary is of simplified words, so a traditional text is cut as its simplified form is.
    """
    plain = text if text.isascii() else text.translate(simplified())
    words, at = [], 0
    for word in segmenter().cut(plain):
        words.append(text[at : at + len(word)])
        at += len(word)
    return words
