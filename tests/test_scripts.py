"""Values out of scripts, one line an example, each with where it was seen."""

from __future__ import annotations

from typing import Any

import pytest

from spiders.markup.scripts import assignments, script_value, unescape
from spiders.page import UnreadableError

VALUES: list[tuple[str, Any, str]] = [
    ("'35772' * 1", 35772, "Weixin, a count in a session"),
    ("'' * 1", None, "Weixin, a count in an anonymous page: nothing, not 0"),
    ("'0.99' * 1", 0.99, "Weixin, a brightness"),
    ("'$bar.num.DATA$' * 1", "$bar.num.DATA$", "Weixin, a template's leftover: stays what it is, no number"),
    ("JsDecode('a\\x26quot;b')", "a&quot;b", "Weixin, articles"),
    ("'一行\\x0a\\x0a两行'", "一行\n\n两行", "Weixin, image posts"),
    ('"" || "MDAx"', "MDAx", "Weixin, 2018"),
    ("(xml ? getXmlValue('nick_name.DATA') : '城南晚报').html(false)", "城南晚报", "Weixin, 2021"),
    ('"a\\n".replace(/\\r/g,"").replace(/[/"]/g,"<br>")', "a\n", "Weixin, share cards"),
    ("{ a: [ 1, { b: true, }, ], 'c-d': null, e: undefined, 7: !0, f: -1.5e3 }", {"a": [1, {"b": True}], "c-d": None, "e": None, "7": True, "f": -1500}, "Xiaohongshu"),
    ("{ /* x */ a: 1, // y\n b: window.c.d, e: new Date(), f: void 0 }", {"a": 1, "b": None, "e": None, "f": None}, "inline comments"),
    ("'中' + \"文\"", "中", "what follows a value is the caller's"),
    ('"\\ud83c\\udf0f"', "🌏", "a pair outside the basic plane"),
    ("JSON.parse('{\"a\":1}')", '{"a":1}', "Bilibili"),
    ("0x1F", 31, "hexadecimal"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "value", "seen"), VALUES)
def test_a_value_is_read_as_the_script_would_make_it(script: str, value: object, seen: str) -> None:
    assert script_value(f"x; window.data = {script};", "window.data = ") == value, seen


@pytest.mark.parametrize("script", ["function () { return 1 }", "'no end", "{ a: }", "[1, 2", "[" * 5000, ""])
def test_what_is_no_value_is_named(script: str) -> None:
    with pytest.raises(UnreadableError, match=r"window\.data"):
        script_value(f"window.data = {script}", "window.data = ")


def test_a_marker_that_is_not_there_is_named() -> None:
    with pytest.raises(UnreadableError, match="nothing"):
        script_value("", "nothing = ")


def test_assignments_are_found_in_order_of_their_form_and_nothing_is_none() -> None:
    text = "var ct = ''; var act = '9'; d.ct == 3; window.ct = '7'; var ct = \"5\" ;\n d.ct = '' * 1; var ct = '8' + x;"
    assert list(assignments(text, "ct")) == ["5", "7"]
    assert list(assignments("<script>window.a = {b: 1}</script>", "a")) == [{"b": 1}]


def test_an_escaped_backslash_escapes_nothing_after_it() -> None:
    assert unescape(r"a\\x26b\x26") == r"a\x26b&"
