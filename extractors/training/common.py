"""``common``: common words of English and Chinese, which are poor names for a brand."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import rjieba

from extractors.common import common_words
from extractors.folding import fold_name
from extractors.linear import MODELS
from extractors.segmenting import words_of
from extractors.training.cards import Card, write_card
from extractors.training.data import chinese_reviews, laptops, mams, semeval, umsab, weibo2018, weibo_senti

LEAST_ENGLISH, LEAST_CHINESE = 3, 10
"""How often a word stands at the least."""
SMALL = 0.3
"""The share of its places within sentences where it begins with a small letter: of apple it is 6 %, of coach 86 %."""
NAMED = frozenset({"nr", "ns", "nt", "nz", "nrt", "nrfg", "eng", "x", "m"})
"""What jieba's dictionary calls names, numbers and foreign words."""
WORD = re.compile(r"[^\W\d_]+")
NO_WORDS = re.compile(r"https?://\S+|[@#]\w+")
BEGUN = re.compile(r"[.!?:\"“…]\s*$")
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")


def english(texts: Iterable[str]) -> list[str]:
    """Words that are written small often enough where no sentence begins."""
    small, large = Counter[str](), Counter[str]()
    for text in texts:
        plain = NO_WORDS.sub("", text)
        for number, found in enumerate(WORD.finditer(plain)):
            word = found[0]
            if number and len(word) > 1 and not word.isupper() and not BEGUN.search(plain[: found.start()][-4:]):
                (large if word[0].isupper() else small)[word.lower()] += 1
    return sorted(
        word for word, count in small.items() if count >= LEAST_ENGLISH and count >= SMALL * (count + large[word])
    )


def chinese(texts: Iterable[str]) -> list[str]:
    """Words of two signs and more that jieba knows, and not as names."""
    counts = Counter(word for text in texts for word in words_of(text) if HAN.fullmatch(word))
    return sorted(word for word, count in counts.items() if count >= LEAST_CHINESE and is_word(word))


def is_word(word: str) -> bool:
    """Whether jieba knows it whole, and not as a name."""
    tags = [tag for _, tag in rjieba.tag(word)]
    return len(tags) == 1 and tags[0] not in NAMED


def train(data: Path) -> None:
    """Make the lists and their card."""
    tweets = [*semeval(data), *umsab(data, "english", "train"), *mams(data, "train"), *laptops(data)]
    posts = [*weibo2018(data), *weibo_senti(data), *chinese_reviews(data)]
    found = {"en": english(each.text for each in tweets), "zh": chinese(each.text for each in posts)}
    path = MODELS / "common" / "words.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    folded = {language: sorted({fold_name(word) for word in words}) for language, words in found.items()}
    path.write_text(json.dumps(folded, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    common_words.cache_clear()
    write_card(
        Card(
            name="common",
            what="Words of English that are written small, and of Chinese that jieba does not know as names: poor names for a brand.",
            data=(
                "SemEval-2017 task 4 A, SemEval-2014 laptops, MAMS: for research",
                "UMSAB: Apache-2.0 with its repository",
                "weibo2018, weibo_senti, Chinese review sets: no licence stated",
            ),
            split="none: the lists warn, and decide nothing",
            scores=tuple((f"words, {language}", len(words), len(words), "words") for language, words in folded.items()),
        ),
        path,
    )
