"""English by the network: what it changes, what it is shown, and that texts of any kind pass."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
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


def pieces(text: str) -> list[tuple[list[int], list[int]]]:
    """What the network is shown of a text."""
    return minilm.pieces_of(accurate.words_of(text)[0])


def test_the_network_is_shown_no_handle_and_no_address() -> None:
    one, other = (pieces(text)[0][0] for text in ("@ann see http://a.example", "@bob see https://b.example/c?d"))
    assert one == other


def test_a_text_is_computed_once_for_all_that_is_asked_of_it(
    analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[minilm.Words] = []
    known = minilm.computed

    def counted(texts: Sequence[minilm.Words]) -> dict[minilm.Words, tuple[minilm.Stretch, ...]]:
        computed.extend(texts)
        return known(texts)

    monkeypatch.setattr(minilm, "computed", counted)
    minilm.KNOWN.clear()
    text = "Acme and Globex\n\n opened in Boston"
    analyser.annotate(Text(text, language="en", targets=((0, 4), (9, 15))))
    assert computed == [("Acme", "and", "Globex", "opened", "in", "Boston")]


def test_what_is_read_beside_a_text_changes_nothing_of_it(analyser: Analyser) -> None:
    """A post must not be praise because of the posts that it is stored beside."""
    drawn = random.Random(7)  # noqa: S311 - made-up texts, not a secret
    said = [
        "Acme", "opened", "in", "Boston", ",", "the", "best", "phone", "ever", "but", "Globex",
        "broke", "again", "!", "@ann", "#fail", "😀", "www.t.example",
    ]  # fmt: skip
    texts = [" ".join(drawn.choices(said, k=drawn.choice((1, 3, 9, 30, 200)))) for _ in range(60)]
    given = [Text(text, language="en", targets=((0, 4),)) for text in texts]
    together = list(analyser.analyse(given))
    for number in drawn.sample(range(len(given)), 20):
        minilm.KNOWN.clear()
        alone, beside = analyser.annotate(given[number]), together[number]
        assert alone.entities == beside.entities
        for one, other in (
            (alone.sentiment, beside.sentiment), (alone.targets[0].sentiment, beside.targets[0].sentiment)
        ):  # fmt: skip
            assert one.label == other.label
            assert one.score == pytest.approx(other.score, abs=1e-4)


def test_the_rows_of_a_text_are_the_same_beside_longer_ones() -> None:
    texts = [("so", "good"), ("I", "love", "it"), *[("never", "again") * (number + 2) for number in range(20)]]
    minilm.KNOWN.clear()
    together = minilm.read(texts)
    for words, beside in zip(texts, together, strict=True):
        minilm.KNOWN.clear()
        ((alone,),) = minilm.read([words])
        assert len(beside) == 1
        assert alone.words == beside[0].words
        assert np.allclose(alone.rows, beside[0].rows, atol=1e-5)


def test_no_more_texts_are_kept_than_are_read_at_once() -> None:
    texts = [(f"word{number}",) for number in range(minilm.REMEMBERED + 40)]
    found = minilm.read(texts)
    assert len(found) == len(texts)
    assert list(minilm.KNOWN) == texts[40:]


def test_long_texts_are_seen_in_stretches_that_cut_no_word() -> None:
    drawn = random.Random(3)  # noqa: S311 - made-up words, not a secret
    words = tuple("".join(drawn.choices("abcdefghij", k=9)) for _ in range(400))
    (stretches,) = minilm.read([words])
    assert len(stretches) == minilm.MOST_STRETCHES
    assert all(len(each.rows) == len(each.words) + 2 <= minilm.LONGEST + 2 for each in stretches)
    homes = [set(each.words) for each in stretches]
    assert all(not one & other for one, other in pairwise(homes))


def test_half_a_sign_is_read_as_an_unknown_one() -> None:
    assert pieces("so \ud83d good") == pieces("so ? good")


def test_a_name_that_the_network_does_not_see_is_left_to_the_light_model() -> None:
    model = load("targeted_en")
    light = np.array([0.2, 0.3, 0.5], np.float32)
    (found,) = accurate.toward([("Acme", 900, 904)], False, model.labels, [light])
    assert found is light


def test_a_missing_package_is_named_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "onnxruntime" else known(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    with pytest.raises(CommandError, match=r"onnxruntime.*\.\[accurate\]"):
        models_of(Settings({"ACCURATE": True}))
    assert models_of(Settings({"ACCURATE": False})).accurate is False
