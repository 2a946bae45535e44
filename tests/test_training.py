"""Recipes: the same data gives the same weights, each model has a recipe and a card, and what the cards say of size holds."""

from __future__ import annotations

import importlib.util
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from extractors import entities_english, lac
from extractors.chinese import BITS
from extractors.chinese import features as chinese_features
from extractors.linear import MODELS, mixed
from extractors.sequence import read, write
from extractors.training import kinds
from extractors.training.fitting import Kind, fit, fit_mixture, predict
from extractors.training.tagging import Tagged, fit_mean, scores, train

MOST_MB, MOST_MB_LIGHT = 30, 40
FRONTS, BACKS = ("Great", "Bad", "New"), ("phone", "service", "shop")


def sentences(count: int, seed: int) -> list[Tagged]:
    """Made-up English: a name of two words before a verb, which some annotators did not look for."""
    drawn = random.Random(seed)  # noqa: S311 - made-up words, not a secret
    found = []
    for number in range(count):
        words = ["the", drawn.choice(FRONTS), drawn.choice(BACKS), "opened", "in", f"Town{number % 7}"]
        tags = ["O", "B-ORG", "I-ORG", "O", "O", "B-LOCATION"]
        found.append(Tagged(entities_english.english_features(words), tags, frozenset({"ORG", "LOCATION"})))
    return found


def test_training_a_tagger_twice_gives_the_same_weights_and_a_tagger_that_learned(tmp_path: Path) -> None:
    samples = sentences(80, seed=1)
    one, other = (train(samples, entities_english.BITS, rounds=3, seed=5) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.steps, other.steps)
    for name, made in (("one", one), ("other", other)):
        write(tmp_path / name / "weights.npz", made)
    assert (tmp_path / "one" / "weights.npz").read_bytes() == (tmp_path / "other" / "weights.npz").read_bytes()
    stored = read(tmp_path / "one" / "weights.npz")
    assert scores(stored, sentences(20, seed=2))["all"] == (100.0, 40)


def test_a_tagger_of_several_orders_is_their_mean() -> None:
    samples = sentences(80, seed=1)
    one, other = (train(samples, entities_english.BITS, rounds=3, seed=seed) for seed in (5, 6))
    assert not np.array_equal(one.weights, other.weights)
    both = fit_mean(samples, entities_english.BITS, 3, (5, 6))
    assert np.allclose(both.weights, (one.weights + other.weights) / 2, atol=1e-6)
    assert scores(both, sentences(20, seed=2))["all"] == (100.0, 40)


def test_a_label_that_nobody_looked_for_teaches_nothing() -> None:
    seen = [Tagged(each.features, [*each.tags[:5], "O"], frozenset({"ORG"})) for each in sentences(60, seed=3)]
    tagger = train(sentences(20, seed=4) + seen, entities_english.BITS, rounds=3, seed=5)
    assert scores(tagger, sentences(20, seed=6))["LOCATION"] == (100.0, 20)


def test_fitting_twice_gives_the_same_weights() -> None:
    texts = [f"电池{word}{number}" for number, word in enumerate(("很好", "不错", "太差", "失望") * 6)]
    labels = ["positive", "positive", "negative", "negative"] * 6
    seen = [chinese_features(text) for text in texts]
    one, other = (fit(seen, labels, BITS, 1.0, least=1) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    positive = np.array([label == "positive" for label in labels])
    numbers = np.array([0, 1] * 12)
    parts = (Kind(1.0, 2.0, 0.2), Kind(0.5, 2.0, 0.5))
    one, other = (fit_mixture(seen, positive, numbers, ("negative", "positive"), BITS, parts, 2.0, 1) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert list(predict(one.model(), seen)) == labels


def test_a_mixture_reads_each_kind_of_text_in_its_own_way() -> None:
    """In reviews a word is praise that is blame in posts; one model of both would have to choose."""
    places = {"post": "转发微博", "review": "物流快递"}
    texts = [
        (kind, f"{words}今天{word}{number}")
        for number in range(20)
        for kind, words in places.items()
        for word in ("高", "低")
    ]
    positive = np.array([("高" in text) == (kind == "review") for kind, text in texts])
    numbers = np.array([list(places).index(kind) for kind, _ in texts])
    seen = [chinese_features(text) for _, text in texts]
    kinds = (Kind(1.0, 10.0, 0.1), Kind(1.0, 10.0, 0.1))
    made = fit_mixture(seen, positive, numbers, ("negative", "positive"), BITS, kinds, 10.0, 1).model()
    assert list(predict(made, seen) == "positive") == list(positive)
    (alone,) = made.scores_of_many([seen[0].places])
    assert alone[0] == 0


def test_the_score_of_a_mixture_lies_between_those_of_its_kinds() -> None:
    # Two texts at once; two kinds, two labels: a score of the second label for each kind, then the likeness of the second kind.
    found = mixed(np.array([[3.0, -1.0, 0.0], [3.0, -1.0, 50.0]], np.float32), 2)
    assert found.tolist() == [[0, 1], [0, -1]]


def test_a_kind_of_request_stays_with_the_rules_unless_its_posts_are_enough_and_its_model_is_better() -> None:
    options = kinds.Options(BITS, penalty=2.0, form_scale=0.3, word_scale=0.05)
    number = kinds.KINDS.index("purchase")

    def border(every: int, by_rules: bool) -> float | None:
        """Of 120 posts one in so many is of the kind and says so in words that the rules lack, or have."""
        texts = [f"今天{'提了新车' if each % every == 0 else '看了电影'}{each}" for each in range(120)]
        posts = kinds.posts_of(texts, [["purchase"] if each % every == 0 else [] for each in range(120)], "zh")
        assert not posts.by_rules[:, number].any()
        if by_rules:
            posts = replace(posts, by_rules=posts.true)
        return kinds.border_of(posts, number, options)

    assert border(2, by_rules=False) is not None
    assert border(2, by_rules=True) is None
    assert border(12, by_rules=False) is None


def test_the_network_of_jieba_cuts_and_names() -> None:
    made = lac.network()
    text = "百度公司的李彦宏在北京"
    (seen,) = made.seen([text])
    assert seen.shape == (len(text), 2 * lac.UNITS)
    (tags,) = made.tagged([seen])
    assert [tags[text.index(word)] for word in ("百度", "李", "北京")] == ["ORG-B", "PER-B", "LOC-B"]
    # What stands beside a text in a batch changes nothing.
    beside = made.seen(["长得多的一句话，和它在一起", text, ""])
    assert np.allclose(beside[1], seen, atol=1e-5)
    assert beside[2].shape == (0, 2 * lac.UNITS)


@pytest.mark.parametrize("folder", sorted(path.parent for path in MODELS.glob("*/CARD.md")), ids=lambda path: path.name)
def test_each_model_has_a_recipe_a_card_and_no_pickle(folder: Path) -> None:
    card = (folder / "CARD.md").read_text("utf-8")
    (recipe,) = (line.split()[-1] for line in card.splitlines() if line.startswith("    scrapy train "))
    found = importlib.util.find_spec(f"extractors.training.{recipe}")
    assert found is not None
    assert found.origin is not None
    source = Path(found.origin).read_text("utf-8")
    # The recipes of networks need these, which are seldom there.
    wanted = ("onnx", "torch") if (MODELS / recipe / "model.onnx").exists() else ()
    if all(importlib.util.find_spec(name) for name in wanted):
        assert importlib.import_module(f"extractors.training.{recipe}").train
    assert "\ndef train(data: Path) -> None:\n" in source
    files = [path for path in folder.iterdir() if path.name != "CARD.md"]
    size = sum(path.stat().st_size for path in files) / 1e6
    assert f"\n{size:.1f} MB stored" in card
    assert size <= MOST_MB
    assert {path.suffix for path in files} <= {".npz", ".onnx", ".json"}
    for path in folder.glob("*.npz"):
        with np.load(path, allow_pickle=False) as stored:
            assert all(stored[name].dtype != object for name in stored.files)


def test_the_light_models_are_small_together() -> None:
    light = [path for path in MODELS.glob("*/*") if not path.parent.name.endswith("_accurate")]
    assert sum(path.stat().st_size for path in light) < MOST_MB_LIGHT * 1e6
