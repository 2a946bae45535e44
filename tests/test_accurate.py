"""English by the network: what it changes, what it is shown, and that texts of any kind pass."""

from __future__ import annotations

import importlib.util
import random
from importlib.machinery import ModuleSpec
from itertools import pairwise

import numpy as np
import pytest
from scrapy.settings import Settings

from extractors import accurate, minilm
from extractors.analysis import Analyser, Models, Text
from extractors.linear import load
from spiders.command import CommandError
from spiders.commands.analyse import models_of

ODD = (
    "",
    "   ",
    "\n\n",
    "😀",
    "http://t.example/x",
    "@a @b",
    "[SEP] [MASK]",
    "́́",
    "a" * 5000,
    "so good " * 3000,
)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """The accurate models, without a watchlist."""
    return Analyser(models=Models(accurate=True))


def test_it_tells_praise_from_blame_of_a_text_and_of_each_name_in_it(analyser: Analyser) -> None:
    text = "The pasta was wonderful but the waiter was terribly rude"
    targets = tuple((text.index(word), text.index(word) + len(word)) for word in ("pasta", "waiter"))
    (found,) = analyser.analyse([Text(text, language="en", targets=targets)])
    assert [each.sentiment.label for each in found.targets] == ["positive", "negative"]
    for praise, label in (("I love this phone, best ever", "positive"), ("Worst service ever, I hate it", "negative")):
        (found,) = analyser.analyse([Text(praise, language="en")])
        assert found.sentiment.label == label
        assert found.sentiment.confidence is not None
        assert 0 < found.sentiment.confidence <= 1


def test_it_finds_names_at_their_places(analyser: Analyser) -> None:
    text = "Flying to London\n\nwith Barack Obama on #Monday https://t.example/x"
    (found,) = analyser.analyse([Text(text, language="en")])
    assert {("London", "LOCATION"), ("Barack Obama", "PERSON")} <= {(each.text, each.label) for each in found.entities}
    assert all(text[each.start : each.end] == each.text for each in found.entities)


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:12]))
def test_odd_texts_pass(analyser: Analyser, text: str) -> None:
    targets = ((0, len(text)), (max(0, len(text) - 3), len(text))) if text else ()
    (found,) = analyser.analyse([Text(text, language="en", targets=targets)])
    assert len(found.targets) == len(targets)
    assert all(each.sentiment.score is not None and abs(each.sentiment.score) <= 1 for each in found.targets)


def test_the_light_models_say_the_same_as_before_and_have_another_version() -> None:
    text = Text("Great phone", language="en")
    (before,) = Analyser().analyse([text])
    (beside,) = Analyser(models=Models(accurate=True)).analyse([text])
    (after,) = Analyser().analyse([text])
    assert before == after
    assert before.sentiment != beside.sentiment
    light, network = Analyser().own_versions, Analyser(models=Models(accurate=True)).own_versions
    assert {part for part in light if light[part] != network[part]} == {"sentiment", "entities"}


def test_the_network_is_shown_no_handle_and_no_address() -> None:
    one, other = (
        minilm.read(text).stretches[0] for text in ("@ann see http://a.example", "@bob see https://b.example/c?d")
    )
    assert one.ids == other.ids


def test_a_text_is_computed_once_for_all_that_is_asked_of_it(analyser: Analyser) -> None:
    minilm.read.cache_clear()
    minilm.seen.cache_clear()
    text = "Acme and Globex opened in Boston"
    analyser.annotate(Text(text, language="en", targets=((0, 4), (9, 15))))
    assert minilm.read.cache_info().misses == 1
    assert minilm.seen.cache_info().misses == 2


def test_long_texts_are_seen_in_stretches_that_cut_no_word() -> None:
    drawn = random.Random(3)  # noqa: S311 - made-up words, not a secret
    words = ["".join(drawn.choices("abcdefghij", k=9)) for _ in range(400)]
    stretches = minilm.read(" ".join(words)).stretches
    assert len(stretches) == minilm.MOST_STRETCHES
    assert all(len(each.ids) <= minilm.LONGEST + 2 for each in stretches)
    homes = [set(each.words) for each in stretches]
    assert all(not one & other for one, other in pairwise(homes))


def test_half_a_sign_is_read_as_an_unknown_one() -> None:
    assert minilm.read("so \ud83d good").stretches[0].ids == minilm.read("so ? good").stretches[0].ids


def test_a_name_that_the_network_does_not_see_is_left_to_the_light_model() -> None:
    model = load("targeted_en")
    light = np.array([0.2, 0.3, 0.5], np.float32)
    assert accurate.toward("Acme", 900, 904, False, model.labels, light) is light


def test_a_missing_package_is_named_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "onnxruntime" else known(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(CommandError, match=r"onnxruntime.*\.\[accurate\]"):
        models_of(Settings({"ACCURATE": True}))
    assert models_of(Settings({"ACCURATE": False})).accurate is False
