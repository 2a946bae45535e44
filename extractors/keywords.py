"""Keywords of a post: phrases between stop words, weighed by how often and how connected their words are.

The weighing is RAKE's (degree over frequency). Terms are folded (lower case, simplified Chinese), so that they add up.

Source: https://doi.org/10.1002/9780470689646.ch1
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from spacy.tokens import Doc

from extractors.findings import Keyword
from extractors.folding import fold

VERSION = "1"
MOST = 10
LONGEST_PHRASE = 3
LONGEST_TERM = 60
WORD = re.compile(r"[^\W\d_][\w'’&+-]*", re.UNICODE)
JAPANESE_WORD = re.compile(r"[\u30a1-\u30fa\u30fc]{2,}|[\u3400-\u9fff]{2,}|[A-Za-z][A-Za-z0-9-]+")
SINGLE = frozenset({"zh", "ja"})
"""Languages whose phrases are not made of words with blanks between."""
ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|[@＠][\w.-]+|&[a-z]+;")


def keywords_of(doc: Doc, text: str, stop_words: Collection[str], language: str) -> tuple[Keyword, ...]:
    """The best keywords of a post, whose ``text`` is cut into the tokens of ``doc``, best first."""
    runs = japanese_runs(text) if language == "ja" else runs_of(doc, text, stop_words)
    phrases = [phrase for run in runs for phrase in phrases_of(run, 1 if language in SINGLE else LONGEST_PHRASE)]
    frequency: Counter[str] = Counter()
    degree: defaultdict[str, int] = defaultdict(int)
    for phrase in phrases:
        for word in phrase:
            frequency[word] += 1
            degree[word] += len(phrase)
    scores: defaultdict[str, float] = defaultdict(float)
    for phrase in phrases:
        scores[" ".join(phrase)] += sum(degree[word] / frequency[word] for word in phrase)
    scores = defaultdict(float, {term: score for term, score in scores.items() if len(term) <= LONGEST_TERM})
    if not scores:
        return ()
    top = max(scores.values())
    best = sorted(scores.items(), key=lambda each: (-each[1], each[0]))[:MOST]
    return tuple(Keyword(term, score / top) for term, score in best)


def runs_of(doc: Doc, text: str, stop_words: Collection[str]) -> Iterator[list[str]]:
    """Runs of words that no stop word, sign or address breaks."""
    barred = [match.span() for match in ADDRESS.finditer(text)]
    run: list[str] = []
    for token in doc:
        word = folded(token.text)
        keep = (
            len(word) > 1
            and word not in stop_words
            and WORD.fullmatch(word) is not None
            and not within(token.idx, barred)
        )
        if keep:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


@lru_cache(50_000)
def folded(word: str) -> str:
    """A token as a term."""
    return fold(word).text.strip("#'")


def japanese_runs(text: str) -> Iterator[list[str]]:
    """Runs of one script stand for words, where no dictionary is at hand."""
    for match in JAPANESE_WORD.finditer(ADDRESS.sub(" ", text)):
        yield [fold(match[0]).text]


def phrases_of(run: list[str], longest: int) -> Iterator[list[str]]:
    """A run that is short enough as it is; a long one as all its pairs."""
    if len(run) <= longest:
        yield run
        return
    size = min(2, longest)
    for at in range(len(run) - size + 1):
        yield run[at : at + size]


def within(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a place lies in one of the spans."""
    return any(start <= at < end for start, end in spans)
