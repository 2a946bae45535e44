"""How likely a name means the brand: Apple or an apple, Target or a target, 小米 the maker or the grain.

A name that nothing else is called by is the brand. For one that is also a word, what stands around it speaks: the words that the
watchlist gives for and against, our seeds for often met names, how the name is written, what else of the brand is named. Labels
that analysts give train a small regression per brand on top of that.

Source: https://nlp.uned.es/weps/weps-3/ (the task)
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp

import numpy as np

from config.watchlist import Brand
from extractors.features import codes_of_words, indices, ngrams
from extractors.findings import Mention
from extractors.folding import fold, fold_name
from extractors.linear import MODELS, Floats
from extractors.segmenting import words_of
from extractors.vectors import vectors

RULES = "2"
SEEDS = MODELS / "relevance" / "seeds.json"
HAN = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"\w+(?:['-]\w+)*")
WINDOW = 10
"""Words on either side that a trained judge sees."""
BITS = 13
LABELS_NEEDED = 4
"""Below so many labels of a brand, or without both kinds, only the rules speak."""

FOR, AGAINST, MOST = 1.4, -1.8, 3
"""Logits of one word for or against, and how many of each count."""
FAMILY = 2.5
"""Another name or a product of the brand in the same text."""
MEANING = 6.0
"""Times the difference in likeness to the words for and against."""
FIRM = re.compile(
    r"^(?:\s+(?:inc|corp|ltd|llc|plc|gmbh|co|store|stores|app|ceo|shares|stock|card|customer|employees?|website|headquarters)\b"
    r"|\s*(?:公司|集团|官网|官方|手机|汽车|旗舰店|股价|发布|客服|门店|品牌|科技|股票|高管|creator))",
)
ARTICLE = re.compile(r"\b(?:an?|the|some|two|three|every|each|any|my|your|his|her|their|red|green|fresh|ripe)\s+$")
PLACE = re.compile(r"\b(?:at|from|by|via|buy|bought|use|using|new|hey|dear|thanks|visit|love|hate)\s+$")


CAPITAL_BEFORE = re.compile(r"(?<![.!?:] )(?<!^)\b([A-Z][a-z]+) $")
CAPITAL_AFTER = re.compile(r" ([A-Z][a-z]+)\b")
OTHERS_HANDLE = re.compile(r"[\w-]")
LONGER_NAME = -1.5


@dataclass(frozen=True, slots=True)
class Label:
    """What an analyst said of one mention: whether the name meant the brand."""

    brand: str
    text: str
    start: int
    end: int
    relevant: bool


@dataclass(frozen=True, slots=True)
class Seed:
    """Words for and against a name, as shipped."""

    words_for: frozenset[str]
    words_against: frozenset[str]


@cache
def seeds() -> Mapping[str, Seed]:
    """Our seeds by folded name; each of a name's spellings has its own entry."""
    found: dict[str, Seed] = {}
    for entry in json.loads(SEEDS.read_text("utf-8")):
        made = Seed(frozenset(map(fold_name, entry["for"])), frozenset(map(fold_name, entry["against"])))
        for name in entry["names"]:
            found[fold_name(name)] = made
    return found


@dataclass(slots=True)
class Judge:
    """What speaks for and against the ambiguous names of one brand."""

    brand: str
    ambiguous: frozenset[str]
    """Folded names that also mean something else."""
    words_for: frozenset[str]
    words_against: frozenset[str]
    exact: frozenset[str]
    """The names as the watchlist writes them."""
    trained: Trained | None = None
    likeness: tuple[Floats, Floats] | None = field(default=None, repr=False)

    def relevance(self, text: str, mention: Mention, family: bool) -> float:
        """The probability that a mention means the brand."""
        if fold_name(mention.text) not in self.ambiguous:
            return 1.0
        logit = self.rules(text, mention.start, mention.end, family) + form_logit(text, mention)
        if self.trained is not None:
            logit = self.trained.logit(text, mention.start, mention.end, logit)
        return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))

    def rules(self, text: str, start: int, end: int, family: bool) -> float:
        """The logit of all rules."""
        before, after = fold(text[:start]).text, fold(text[end:]).text
        around = f"{before} \0 {after}"
        chinese = HAN.search(around) is not None
        said_for = said(self.words_for, around, chinese)
        said_against = said(self.words_against, around, chinese)
        logit = FOR * min(MOST, said_for) + AGAINST * min(MOST, said_against) + FAMILY * family
        if FIRM.match(after):
            logit += 2.5
        logit += self.written(text, start, end, before)
        if not chinese:
            logit += MEANING * self.meaning(before, after)
        return logit

    def written(self, text: str, start: int, end: int, before: str) -> float:
        """What the way of writing says: a name in small letters after an article is mostly a word."""
        name = text[start:end]
        if not name.isascii():
            return 0.0
        logit = 0.0
        small = name.islower()
        if ARTICLE.search(before):
            logit -= 1.2 if small else 0.3
        if PLACE.search(before):
            logit += 0.6
        if text.islower() or text.isupper():
            return logit
        if small and not any(each.islower() for each in self.exact):
            return logit - 1.2
        logit += LONGER_NAME * self.in_a_longer_name(text, start, end)
        opens = not before.strip() or before.rstrip()[-1] in ".!?:"
        return logit + (0.3 if opens else 1.2) * (name in self.exact)

    def in_a_longer_name(self, text: str, start: int, end: int) -> int:
        """On how many sides another name stands that does not speak for the brand: Chevy Chase, Orange County."""
        words = WORD.findall(text)
        if sum(word[:1].isupper() for word in words) * 2 > len(words):
            return 0
        left, right = CAPITAL_BEFORE.search(text, 0, start), CAPITAL_AFTER.match(text, end)
        around = [fold_name(match[1]) for match in (left, right) if match]
        return sum(word not in self.words_for and not FIRM.match(f" {word}") for word in around)

    def meaning(self, before: str, after: str) -> float:
        """How much liker the text is to the words for than to those against."""
        if not self.words_for or not self.words_against:
            return 0.0
        known = vectors()
        if self.likeness is None:
            self.likeness = tuple(  # type: ignore[assignment]
                known.mean([piece for word in sorted(words) for piece in known.ids(word)])
                for words in (self.words_for, self.words_against)
            )
        assert self.likeness is not None  # noqa: S101 - set above
        here = known.mean(known.ids(f"{before} {after}"))
        return float(here @ (self.likeness[0] - self.likeness[1]))


def said(words: frozenset[str], around: str, chinese: bool) -> int:
    """How many of some words stand in a folded text; Chinese ones as parts, others as words or their plurals."""
    found = set(WORD.findall(around))
    count = 0
    for word in words:
        if (chinese and HAN.search(word)) or " " in word:
            count += word in around
        else:
            count += word in found or f"{word}s" in found
    return count


def form_logit(text: str, mention: Mention) -> float:
    """A handle is mostly the brand's, a hashtag often; one that only holds the name is mostly somebody else's."""
    if mention.form != "handle":
        return 0.7 if mention.form == "hashtag" else 0.0
    whole = text[: mention.start].endswith(("@", "＠"))
    return (
        3.0 if whole and (OTHERS_HANDLE.match(text, mention.end) is None or FIRM.match(text[mention.end :])) else -2.0
    )


@dataclass(frozen=True, slots=True)
class Trained:
    """A regression on top of the rules, from an analyst's labels."""

    weights: Floats
    rule_weight: float
    bias: float

    def logit(self, text: str, start: int, end: int, rules: float) -> float:
        """The rules' logit, corrected by what the labels taught."""
        places, dense = seen(text, start, end)
        size = len(dense)
        return float(
            self.bias
            + self.rule_weight * rules
            + dense @ self.weights[:size]
            + self.weights[size:][places].sum() / max(1.0, len(places)) ** 0.5
        )


def seen(text: str, start: int, end: int) -> tuple[np.ndarray, Floats]:
    """What a trained judge sees: words of the text, words near the name, and the mean word vector."""
    before, after = fold(text[:start]).text, fold(text[end:]).text
    if HAN.search(before + after):
        left, right = ([word for word in words_of(part) if word[0].isalnum()] for part in (before, after))
        dense = np.zeros(vectors().rows.shape[1], np.float32)
    else:
        left, right = WORD.findall(before), WORD.findall(after)
        dense = vectors().mean(vectors().ids(" ".join([*left[-WINDOW:], *right[:WINDOW]])))
    near = [*(f"<{word}" for word in left[-2:]), *(f">{word}" for word in right[:2])]
    hashes = ngrams(codes_of_words([*left, *right]), 1, 1) + ngrams(codes_of_words(near), 1, 1)
    return np.unique(indices(hashes, BITS)), dense * np.float32(4)


def train(judge: Judge, labels: Sequence[Label]) -> Trained | None:
    """A regression from labels, drawn toward the rules so that few labels already help; None where they are too few."""
    wanted = np.array([1.0 if label.relevant else -1.0 for label in labels])
    if len(labels) < LABELS_NEEDED or len(set(wanted)) < 2:
        return None
    rules = np.array([judge.rules(label.text, label.start, label.end, family=False) for label in labels])
    looks = [seen(label.text, label.start, label.end) for label in labels]
    dense = np.stack([each for _, each in looks]).astype(np.float64)
    size = dense.shape[1]
    # Only who has labels waits for these to be imported.
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    rows = np.concatenate([np.full(len(places), row) for row, (places, _) in enumerate(looks)])
    columns = np.concatenate([places for places, _ in looks])
    values = np.concatenate([np.full(len(places), max(1.0, len(places)) ** -0.5) for places, _ in looks])
    words = csr_matrix((values, (rows, columns)), shape=(len(labels), 1 << BITS))

    def loss(given: np.ndarray) -> tuple[float, np.ndarray]:
        weights, rule_weight, bias = given[:-2], given[-2], given[-1]
        margin = wanted * (dense @ weights[:size] + words @ weights[size:] + rule_weight * rules + bias)
        pull = -wanted / (1 + np.exp(np.clip(margin, -30, 30)))
        value = np.logaddexp(0, -margin).sum() + 0.1 * weights @ weights + 0.5 * (rule_weight - 1) ** 2 + 0.05 * bias**2
        slope = np.concatenate(
            [
                dense.T @ pull + 0.2 * weights[:size],
                words.T @ pull + 0.2 * weights[size:],
                [rules @ pull + (rule_weight - 1), pull.sum() + 0.1 * bias],
            ]
        )
        return float(value), slope

    begin = np.zeros(size + (1 << BITS) + 2)
    begin[-2] = 1
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    return Trained(found[:-2].astype(np.float32), float(found[-2]), float(found[-1]))


def judges(brands: Iterable[Brand], labels: Iterable[Label] = ()) -> dict[str, Judge]:
    """A judge for each brand that has an ambiguous name."""
    labels = list(labels)
    found: dict[str, Judge] = {}
    for brand in brands:
        own = [label for label in labels if label.brand == brand.key]
        judge = judge_of(brand, labelled=bool(own))
        if judge is not None:
            judge.trained = train(judge, own)
            found[brand.key] = judge
    return found


def judge_of(brand: Brand, labelled: bool = False) -> Judge | None:
    """The judge of a brand, None where each of its names is its own."""
    names = [name.strip("{}") for name in (brand.name, *brand.aliases)]
    folded = {fold_name(name) for name in names}
    known = {name for name in folded if name in seeds()}
    told = bool(brand.context.words_for or brand.context.words_against) or labelled
    ambiguous = {name for name in folded if name in known or (told and " " not in name)}
    if not ambiguous:
        return None
    words_for = {fold_name(word) for word in brand.context.words_for}
    words_against = {fold_name(word) for word in brand.context.words_against}
    for name in known:
        words_for |= seeds()[name].words_for
        words_against |= seeds()[name].words_against
    products = {fold_name(word) for product in brand.products for word in (product.name, *product.aliases)}
    words_for |= products | (folded - ambiguous)
    return Judge(
        brand.key,
        frozenset(ambiguous),
        frozenset(words_for - words_against),
        frozenset(words_against),
        frozenset(names),
    )


def version(labels: Iterable[Label] = ()) -> str:
    """Changes with the rules, the seeds and the labels."""
    told = sorted(f"{label.brand}{label.text}{label.start}{label.relevant}" for label in labels)
    return hashlib.sha256("".join([RULES, SEEDS.read_text("utf-8"), *told]).encode()).hexdigest()[:12]
