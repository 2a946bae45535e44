"""How often rules and models are right on posts that were labelled by reading; the documents say the same numbers."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

from config.watchlist import Brand
from extractors.findings import Mention
from extractors.folding import fold_name
from extractors.intents import intents_of
from extractors.mentions import Matcher
from extractors.relevance import Label, seeds
from extractors.sentiment import sentiments_of
from extractors.training.labelled import HELD_OUT, labels, language_of, text_of


def test_what_posts_ask_for_is_found_as_often_as_the_documents_say(shared: Path) -> None:
    right: Counter[tuple[str, str]] = Counter()
    of: Counter[tuple[str, str]] = Counter()
    there: Counter[tuple[str, str]] = Counter()
    for label in labels("intents"):
        if label["part"] in HELD_OUT:
            language = language_of(label)
            text = text_of(shared / "nlp", label)
            (asks,) = intents_of([text], language, sentiments_of([text], language))
            found = {intent.kind for intent in asks}
            of.update((language, kind) for kind in found)
            there.update((language, kind) for kind in label["kinds"])
            right.update((language, kind) for kind in found.intersection(label["kinds"]))
    assert {each: (right[each], of[each], there[each]) for each in there} == {
        ("en", "question"): (22, 30, 40), ("en", "wish"): (8, 23, 21), ("en", "complaint"): (55, 98, 76),
        ("en", "praise"): (40, 100, 64), ("en", "purchase"): (34, 64, 57),
        ("zh", "question"): (3, 22, 8), ("zh", "wish"): (4, 17, 9), ("zh", "complaint"): (45, 74, 58),
        ("zh", "praise"): (35, 62, 58), ("zh", "purchase"): (6, 16, 9),
    }  # fmt: skip


@cache
def matcher(name: str) -> Matcher:
    return Matcher([Brand.model_validate({"name": name})])


def first(name: str, text: str) -> Mention:
    return matcher(name).find(text)[0]


def test_ambiguous_names_are_told_as_often_as_the_documents_say(shared: Path) -> None:
    """By language, of names with seeds: right of those said to mean the brand, found of those that do, and all."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for label in labels("ambiguous"):
        name = label["name"]
        if fold_name(name) not in seeds():
            continue
        language = "en" if name.isascii() else "zh"
        means_it = first(name, text_of(shared / "nlp", label)).relevance > 0.5
        every[language] += 1
        true[language] += label["means_it"]
        said[language] += means_it
        right[language] += means_it and label["means_it"]
    assert {language: (right[language], said[language], true[language], every[language]) for language in every} == {
        "en": (265, 370, 273, 678), "zh": (38, 45, 58, 329),
    }  # fmt: skip


def test_thirty_labels_teach_a_name_as_much_as_the_documents_say(shared: Path) -> None:
    """Names with at least 40 posts, five of each kind: 30 of them as labels, measured on the others."""
    by_name: dict[str, list[tuple[str, bool]]] = {}
    for label in labels("ambiguous"):
        by_name.setdefault(label["name"], []).append((text_of(shared / "nlp", label), label["means_it"]))
    counts: Counter[tuple[str, bool]] = Counter()
    for name, rows in by_name.items():
        kinds = Counter(means_it for _, means_it in rows)
        if len(rows) < 40 or min(kinds[True], kinds[False]) < 5:
            continue
        Random(5).shuffle(rows)  # noqa: S311 - a split, not a secret
        places = [first(name, text) for text, _ in rows[:30]]
        learned = [
            Label(place.brand, text, place.start, place.end, means_it)
            for place, (text, means_it) in zip(places, rows[:30], strict=True)
        ]
        taught = Matcher([Brand.model_validate({"name": name})], learned)
        for text, means_it in rows[30:]:
            for what, judge in (("seeds", matcher(name)), ("labels", taught)):
                counts[what, (judge.find(text)[0].relevance > 0.5) == means_it] += 1
    assert counts == {("seeds", True): 53, ("seeds", False): 42, ("labels", True): 79, ("labels", False): 16}
