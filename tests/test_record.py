"""A page becomes a test case: it reads in the same shape, and nothing of its words, names and ids is left."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from spiders.base import read
from spiders.page import Page
from spiders.recording.skeleton import leaks, shape, skeleton
from spiders.recording.words import Inventor, words_of_readers
from spiders.sources import Taken as TakenPage
from spiders.sources import found_in, take
from tests.conftest import ROOT
from tests.samples import AT, STATUS_URL, status

KEPT = frozenset({"class", "href", "https"})


@pytest.mark.parametrize(
    ("text", "stands", "goes"),
    [
        ("Ada Lovelace wrote", [" "], ["Ada", "Lovelace", "wrote"]),
        ('<p class="mention"><a href="https://ada.dev/p">Ada</a></p>', ['<p class="mention"><a href="https://', "</a></p>"], ["ada", "Ada"]),
        ("1234 likes, 12345678901 is an id", ["1234"], ["12345678901", "likes"]),
        ("2026-03-02T09:30:00Z 1772443800 5K", ["2026-03-02T09:30:00Z", "1772443800", "5K"], []),
        ("caf&eacute; &amp; \\n \\u4f60\\u597d", ["&eacute;", "&amp;", "\\n", "\\u"], ["caf", "4f60"]),
        ("/tag/%E4%BD%A0%E5%A5%BD?x=%20", ["%", "?x=%20"], ["%E4%BD%A0"]),
        ("你好 привет こんにちは", [" "], ["你好", "привет", "こんにちは"]),
        ("BV1xx411c7mD dQw4w9WgXcQ", ["BV1x", "dQw"], ["411c7mD", "4w9WgXcQ"]),
    ],
)  # fmt: skip
def test_words_are_invented_and_shapes_stand(text: str, stands: list[str], goes: list[str]) -> None:
    inventor = Inventor(KEPT, ("mastodon.social",))
    made = inventor.text(text)
    assert len(made) == len(text) or "https://" in text
    for part in stands:
        assert part in made
    for part in goes:
        assert part not in made
    assert Inventor(KEPT, ()).text(text) == made, "the same word is always the same"


def test_the_same_id_stays_the_same_everywhere_and_hosts_become_examples() -> None:
    inventor = Inventor(frozenset({"https"}), ("mastodon.social",), frozenset({"1234"}))
    assert inventor.number(1234) == int(inventor.text("1234")) != 1234
    assert inventor.text("https://mastodon.social/") == "https://mastodon.social/"
    ours = inventor.text("https://ada.mastodon.social/")
    assert ours.endswith(".mastodon.social/")
    assert "//ada." not in ours, "a name before the platform's own host is someone's"
    assert inventor.text("https://shop.ada.dev/").endswith(".example/")


def test_ids_and_people_in_the_names_of_elements_are_invented() -> None:
    inventor = Inventor(KEPT, (), frozenset({"adaexample"}))
    made = inventor.ids_in("row style-adaexample t3_23842179 col-12")
    assert made.startswith("row style-")
    assert made.endswith(" col-12")
    assert "adaexample" not in made
    assert "23842179" not in made


def test_what_readers_look_for_stands_and_prose_about_them_does_not() -> None:
    words = words_of_readers("mastodon")
    assert {"favourites", "acct", "timelines"} <= words
    assert "anonymous" not in words


def people(number: int) -> list[dict[str, object]]:
    made = []
    for count in range(number):
        one = status(count % 10, likes=1000 + count)
        one["content"] = (
            "<p>Grace Hopper found a <a href='https://navy.example.net/moth?id=99887766'>moth</a> 🐛 in relay 70</p>"
        )
        one["unread"] = {"deep": ["Secretary Wilhelmina"] * 50}
        made.append(one)
    return made


def test_a_page_is_cut_down_and_still_reads_in_the_same_shape() -> None:
    page = Page(
        "https://social.example/api/v1/timelines/tag/hopper",
        json.dumps(people(9)).encode(),
        200,
        AT,
        "application/json",
    )
    made = skeleton(page, 60)
    _, before = read(Page(page.url, json.dumps(people(3)).encode(), 200, AT, "application/json"))
    name, after = read(made.page)
    assert name == "mastodon"
    assert shape(after) == shape(before)
    text = made.page.body.decode()
    for word in ("Grace", "Hopper", "Ada", "moth", "Wilhelmina", "99887766", "navy"):
        assert word not in text
    assert '"favourites_count": 1002' in text
    assert leaks(made, before) == []
    assert len(made.page.body) < 8000


def test_a_page_that_drifted_keeps_its_new_layout() -> None:
    broken = [{key.replace("content", "body"): value for key, value in one.items()} for one in people(2)]
    page = Page(
        "https://social.example/api/v1/timelines/tag/hopper", json.dumps(broken).encode(), 200, AT, "application/json"
    )
    made = skeleton(page, 60)
    assert read(made.page)[1].outcome == read(page)[1].outcome == "drift"
    text = made.page.body.decode()
    assert '"body"' in text
    assert "Hopper" not in text


def test_record_writes_a_case_that_the_tests_of_pages_take(tmp_path: Path) -> None:
    file = tmp_path / "page.json"
    file.write_bytes(json.dumps(people(2)).encode())
    words = [
        "--url",
        STATUS_URL.replace("/statuses/113300000000000002", "/timelines/tag/hopper"),
        "--fetched-at",
        "2026-03-02T09:30:00Z",
    ]
    command = [sys.executable, "-m", "scrapy", "record", "--into", str(tmp_path / "pages"), *words, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path / "pages" / "mastodon"
    assert sorted(path.name for path in folder.iterdir()) == [
        "posts-2026-03.expected.jsonl",
        "posts-2026-03.json",
        "posts-2026-03.meta.json",
    ]
    (found,) = found_in(folder / "posts-2026-03.json")
    taken = take(found)
    assert isinstance(taken, TakenPage)
    lines = [json.loads(line) for line in (folder / "posts-2026-03.expected.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["capture"] == "mastodon/posts-2026-03"
    assert len(lines) == 1 + len(taken.reading.records)
    again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    assert (again.returncode, len(again.stderr.splitlines())) == (2, 1)
