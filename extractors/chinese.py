"""What the sentiment models see of a Chinese text: characters, words, and [emoticons] apart from the words."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from extractors.english import Seen
from extractors.features import ELONGATED, FACTOR, HANDLE, LINK, Indices, codes_of_text, codes_of_words, indices, ngrams
from extractors.folding import fold
from extractors.segmenting import words_of

BITS = 20
"""Places for the features: 1,048,576."""
EMOTICON = re.compile(r"\[[\w\s]{1,8}\]|[\u2600-\u27bf\U0001f300-\U0001faff]")
"""Weibo's [doge] and the like, and emoji."""
MARKUP = re.compile(r"\{%|%\}|展开全文|转发微博|网页链接")
WORDS = np.uint64(11)
EMOTICONS = np.uint64(13)
NO_DENSE = np.zeros(1, np.float32)


def plain(text: str) -> str:
    """A folded text without what names people and places on the web."""
    cleaned = MARKUP.sub(" ", HANDLE.sub("@", LINK.sub("", text)))
    return ELONGATED.sub(r"\1\1\1", fold(cleaned).text)


@lru_cache(256)
def features(text: str) -> Seen:
    """What the models see of a text; the last texts are remembered, since a post's sentiment and its intents ask for the same."""
    cleaned = plain(text)
    return Seen(hashed(EMOTICON.sub(" ", cleaned), EMOTICON.findall(cleaned)), NO_DENSE)


def hashed(cleaned: str, emoticons: list[str]) -> Indices:
    """1 to 4 characters, words and word pairs, emoticons."""
    found = ngrams(codes_of_text(" ".join(cleaned.split())), 1, 4)
    words = [word for word in words_of(cleaned) if not word.isspace()]
    found += [hashes + WORDS for hashes in ngrams(codes_of_words(words), 1, 2)]
    if emoticons:
        found.append(codes_of_words(emoticons) * FACTOR + EMOTICONS)
    return indices(found, BITS)
