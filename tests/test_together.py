"""Texts that are read together: what is computed for many at once is what each says alone."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from config.watchlist import Brand
from extractors import analysis
from extractors.analysis import Analyser, Text
from extractors.entities_chinese import BITS as CHINESE_BITS
from extractors.entities_chinese import chinese_features
from extractors.entities_english import BITS, Sums, english_features, known, own_places
from extractors.linear import Floats, load
from extractors.sequence import best_paths, places
from extractors.sequence import load as load_tagger

ACME = Brand.model_validate({"name": "Acme", "product": [{"name": "Acme Phone"}]})
GLOBEX = Brand.model_validate({"name": "Globex"})
TOGETHER = [
    "I love my Acme Phone, but Globex is awful 😀",
    "",
    "刚买了新的Acme Phone，电池续航真的非常不错，比Globex好多了[赞]",
    "  \n\n ",
    "Barack Obama flew to London with Microsoft\n\nand nobody at Acme answered @globex #fail",
    "J'adore mon nouveau téléphone, merci beaucoup à toute l'équipe",
    "小米在北京发布了新手机\n张伟说价格太贵",
    "アクメのスマホはとても良いです",
    "!!!",
]


def test_texts_read_together_say_what_each_says_alone() -> None:
    analyser = Analyser([ACME, GLOBEX])
    together = list(analyser.analyse(TOGETHER * 20))
    for number, text in enumerate(TOGETHER):
        alone = analyser.annotate(Text(text)).as_json()
        for found in together[number :: len(TOGETHER)]:
            assert found.as_json() == approximately(alone)


def test_a_pipeline_that_knows_enough_words_forgets_new_ones_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    analyser = Analyser([ACME, GLOBEX])
    texts = [f"{text} word{number}" for number in range(30) for text in TOGETHER]
    before = [found.as_json() for found in analyser.analyse(texts)]
    monkeypatch.setattr(analysis, "MOST_WORDS", 0)
    known = len(analyser.pipelines["en"].vocab.strings)
    again = [found.as_json() for found in analyser.analyse([f"unheard{number} of" for number in range(50)] + texts)]
    assert again[50:] == before
    assert len(analyser.pipelines["en"].vocab.strings) <= known


def approximately(value: Any) -> Any:
    """A value with its numbers to five digits: sums of many texts are added up in another order."""
    if isinstance(value, dict):
        return {name: approximately(each) for name, each in value.items()}
    if isinstance(value, list):
        return [approximately(each) for each in value]
    return pytest.approx(value, abs=2e-4) if isinstance(value, float) else value


def test_what_a_model_says_of_no_text_and_of_a_text_without_features() -> None:
    model = load("sentiment_zh")
    nothing = np.empty(0, np.int64)
    assert model.probabilities_of_many([]).shape == (0, len(model.labels))
    some = np.array([5, 5, 77], np.int64)
    rows = model.probabilities_of_many([nothing, some, nothing])
    assert np.allclose(rows[0], rows[2])
    assert np.allclose(rows[1], model.probabilities(some))
    assert not np.allclose(rows[0], rows[1])


def test_words_add_up_to_what_their_features_weigh() -> None:
    tagger = load_tagger("entities_en")
    lines = [
        ["Barack", "Obama", "flew", "to", "London"],
        [],
        ["LONDON"],
        ["AT", "LONDON", "2024"],
        ["the", "White", "House", "on", "Reuters"],
    ]
    found = Sums(tagger).of(lines)
    wanted = [tagger.weights[each].sum(axis=0, dtype=int) for line in lines for each in english_features(line)]
    assert np.array_equal(found, wanted)


def test_a_well_known_name_is_known_by_its_words_and_run_together() -> None:
    assert known().words["reuters"] == "ORG"
    assert known().words["manchesterunited"] == "ORG"
    assert known().pairs["white", "house"] == "ORG"
    assert known().words["iphone"] == "PRODUCT"
    assert "white" not in known().words
    names = [*known().words, *(word for pair in known().pairs for word in pair)]
    assert names == [name.lower() for name in names]
    told = set(places(["g=ORG"], BITS))
    assert told <= set(own_places("Reuters"))
    assert not told & set(own_places("Rfuters"))


def test_a_characters_features_are_the_checksums_of_their_names() -> None:
    lines = [("在北京a😀", ["在", "北京", "a", "😀"]), ("", []), ("好", ["好"])]
    rows = chinese_features(lines)
    assert len(rows) == 6
    names = [
        "bias", "0=北", "-1=在", "+1=京", "-2=\x02", "+2=a", "-1,0=在北", "0,+1=北京", "-2,-1=\x02在", "+1,+2=京a", "-1,+1=在京",
        "tri=在北京", "tri-=\x02在北", "tri+=北京a", "k=h", "kb=hB", "h=B北京", "hb=B2", "we=京B", "we2=北京", "hl=在", "hr=a",
        "hl0=在北京", "h0r=北京a",
    ]  # fmt: skip
    assert sorted(rows[1]) == sorted(places(names, CHINESE_BITS))
    only = [name.replace("在", "好") for name in ("0=在", "h=S在", "hl=", "hr=", "hl0=在", "h0r=在", "tri=\x02在\x03")]
    assert set(places(only, CHINESE_BITS)) <= set(rows[5])


def test_paths_through_many_sequences_are_those_through_each() -> None:
    drawn = np.random.default_rng(3)
    steps, start = drawn.normal(size=(5, 5)).astype(np.float32), drawn.normal(size=5).astype(np.float32)
    lengths = [4, 0, 5, 1, 5, 2]
    scores = drawn.normal(size=(sum(lengths), 5)).astype(np.float32)
    found = best_paths(scores, lengths, steps, start)
    ends = np.cumsum([0, *lengths])
    for first, after in pairwise(ends):
        if first < after:
            assert list(found[first:after]) == best_by_trying(scores[first:after], steps, start)


def best_by_trying(scores: Floats, steps: Floats, start: Floats) -> list[int]:
    """The best of all paths there are."""

    def worth(path: tuple[int, ...]) -> float:
        own = sum(float(scores[at][tag]) for at, tag in enumerate(path))
        return own + float(start[path[0]]) + sum(float(steps[one][other]) for one, other in pairwise(path))

    paths = [(worth(path), path) for path in product(range(scores.shape[1]), repeat=len(scores))]
    return list(max(paths)[1])
