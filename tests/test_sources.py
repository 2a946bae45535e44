"""Saved pages: files with and without what stands beside them, HAR, WARC, MHTML; and ``scrapy read`` over them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.sources import Found, Taken, found_in, take
from tests.conftest import ROOT
from tests.samples import AT, STATUS_URL, har_entry, status_body, write_har, write_warc

SINGLE_FILE = """<!DOCTYPE html> <html lang=en><!--
 Page saved with SingleFile
 url: https://blog.example/a?utm_source=x
 saved date: Mon Mar 02 2026 10:30:00 GMT+0100 (Central European Standard Time)
--><meta charset=utf-8><title>t</title><link rel=canonical href=https://other.example/b><p>text"""
SAVED_FROM = "<!DOCTYPE html>\r\n<!-- saved from url=(0024)https://blog.example/a --><html><p>text"
MHTML = """From: <Saved by Blink>
Snapshot-Content-Location: https://blog.example/a
Subject: =?utf-8?Q?t?=
Date: Mon, 2 Mar 2026 09:30:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--b1"

----b1
Content-Type: text/html
Content-ID: <frame@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://blog.example/a

<p>caf=C3=A9 =3D open</p>
----b1
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://blog.example/i.png

iVBORw0KGgo=
----b1--
"""


def one(file: Path, **known: Any) -> Found:
    (found,) = found_in(file, **known)
    return found


def all_in(file: Path) -> tuple[list[Found], dict[str, int]]:
    pages: list[Found] = []
    over: dict[str, int] = {}
    for found in found_in(file):
        if found.passed_over:
            over[found.passed_over.partition(" (")[0]] = over.get(found.passed_over.partition(" (")[0], 0) + 1
        else:
            pages.append(found)
    return pages, over


@pytest.mark.parametrize(
    ("text", "url", "saved_at"),
    [
        (SINGLE_FILE, "https://blog.example/a?utm_source=x", AT),
        (SAVED_FROM, "https://blog.example/a", None),
        ("<link rel='x canonical' href='https://blog.example/a'><p>t", "https://blog.example/a", None),
        ("<meta property=og:url content=https://blog.example/a><p>t", "https://blog.example/a", None),
    ],
)
def test_saved_page_tells_its_own_address(tmp_path: Path, text: str, url: str, saved_at: object) -> None:
    file = tmp_path / "page.html"
    file.write_text(text, "utf-8")
    page = one(file).page
    assert page is not None
    assert (page.url, page.fetched_at, page.saved) == (url, saved_at, True)
    given = one(file, url="https://given.example/", fetched_at=AT).page
    assert given is not None
    assert (given.url, given.fetched_at) == ("https://given.example/", AT)


@pytest.mark.parametrize(("script", "reason"), [("", "saved-without-scripts"), ("<script>var a = 1</script>", None)])
def test_a_saved_page_that_lost_its_scripts_says_so(tmp_path: Path, script: str, reason: str | None) -> None:
    (tmp_path / "page.html").write_text(f"<title>t</title>{script}<p>nothing of what an article holds")
    item = take(one(tmp_path / "page.html", url="https://mp.weixin.qq.com/s/AAAAAAAAAAAAAAAAAAAAAA"))
    assert isinstance(item, Taken)
    assert item.reading.outcome == "drift"
    assert (item.reading.reason == "saved-without-scripts") == (reason is not None)


def test_page_without_an_address_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>text")
    assert "--url" in (one(tmp_path / "page.html").fault or "")


@pytest.mark.parametrize(
    ("meta", "fault"),
    [
        ("{", "JSON"),
        ('{"fetched_at": "2026-03-02T09:30:00Z"}', "url"),
        ('{"url": "https://a.example/", "fetched_at": "yesterday"}', "fetched_at"),
        ('{"url": "https://a.example/", "fetched_at": "2026-03-02T09:30:00"}', "fetched_at"),
        ('{"url": "https://a.example/", "status": "all right"}', "status"),
    ],
)
def test_wrong_meta_file_is_named_with_its_key(tmp_path: Path, meta: str, fault: str) -> None:
    (tmp_path / "page.html").write_text("<p>text")
    (tmp_path / "page.meta.json").write_text(meta)
    found = one(tmp_path / "page.html")
    assert found.page is None
    assert "page.meta.json" in (found.fault or "")
    assert fault in (found.fault or "")


def test_mhtml(tmp_path: Path) -> None:
    (tmp_path / "page.mhtml").write_text(MHTML.replace("\n", "\r\n"))
    page = one(tmp_path / "page.mhtml").page
    assert page is not None
    assert (page.url, page.fetched_at, page.text.strip()) == ("https://blog.example/a", AT, "<p>café = open</p>")


def test_har_as_chromium_saves_it(tmp_path: Path) -> None:
    entries = [
        har_entry(STATUS_URL, status_body()),
        har_entry(STATUS_URL, status_body(), text=False),
        har_entry(STATUS_URL, status_body(), status=304),
        har_entry("https://social.example/redirect", b"", status=302),
        har_entry("https://social.example/blocked", None, status=0),
        har_entry("https://social.example/i.png", b"iVBOR", mime="image/png"),
        har_entry("https://social.example/s.css", b"p{}", mime="text/css"),
        har_entry("https://social.example/s.js", b"var a", mime="text/javascript"),
        har_entry("data:text/html,x", b"x", mime="text/html"),
        har_entry("https://count.example/beacon", b'{"ok": 1}'),
        har_entry(STATUS_URL, None),
        {"request": {}},
    ]
    pages, over = all_in(write_har(tmp_path / "x.har", entries))
    assert [(page.page.url, page.page.status) for page in pages if page.page] == [(STATUS_URL, 200)] * 3 + [
        ("https://count.example/beacon", 200)
    ]
    first = pages[0].page
    assert first is not None
    assert first.fetched_at is not None
    assert first.fetched_at.isoformat() == "2026-03-02T09:30:00.100250+00:00"
    assert first.headers["content-type"] == "application/json"
    assert ":status" not in first.headers
    assert "content-encoding" not in first.headers
    assert [page.fault is not None for page in pages] == [False, False, False, False, True]
    assert over == {
        "redirects": 1, "requests without an answer": 1, "images": 1, "style sheets": 1, "scripts": 1,
        "addresses other than http": 1, "answers without content": 1,
    }  # fmt: skip
    taken = [take(page) for page in pages]
    assert [item.reading.outcome for item in taken if isinstance(item, Taken)] == ["ok"] * 3
    assert "no reader found a record" in (taken[3].passed_over or "" if isinstance(taken[3], Found) else "")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"log": {}}', '{"log": {"entries": []}}', "<html>", '{"log": {"entries": [1, null, "x", {}]}}'],
)
def test_a_file_that_is_no_har_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.har").write_text(text)
    pages, _ = all_in(tmp_path / "x.har")
    assert pages
    assert all(page.fault for page in pages)


@pytest.mark.parametrize("kind", ["har", "warc.gz", "warc"])
def test_a_file_cut_anywhere_gives_what_it_has_and_its_fault(tmp_path: Path, kind: str) -> None:
    import gzip

    names = [f"https://social.example/api/v1/statuses/{number}" for number in range(3)]
    if kind == "har":
        file = write_har(tmp_path / "x.har", [har_entry(name, status_body()) for name in names])
    else:
        file = write_warc(tmp_path / "x.warc.gz", [(name, status_body(), "application/json") for name in names])
        if kind == "warc":
            (tmp_path / "x.warc").write_bytes(gzip.decompress(file.read_bytes()))
            file = tmp_path / "x.warc"
    data = file.read_bytes()
    assert len(all_in(file)[0]) == 3
    for end in range(1, len(data), 23):
        file.write_bytes(data[:end])
        pages, _ = all_in(file)
        whole = [page for page in pages if page.page and not page.page.cut_short]
        assert [page.page.url for page in whole if page.page] == names[: len(whole)]
        assert all(page.page.body == status_body() for page in whole if page.page)
        # Between records nothing tells that more should follow.
        assert len(whole) == 3 or kind != "har" or pages[-1].fault


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["request", "response", "url", "status", "headers", "name", "value", "content", "text", "encoding", "mimeType", "startedDateTime", "time", "size"]), inner, max_size=4)))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_entry_is_found_or_a_fault(entry: Any) -> None:
    from spiders.sources.har import found_entry

    assert isinstance(found_entry(entry, Path("x.har"), "x#1"), Found)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_bytes_in_a_saved_file_are_a_page_or_a_fault(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for ending in ("html", "mhtml", "har", "json"):
        (folder / f"x.{ending}").write_bytes(data)
        for found in found_in(folder / f"x.{ending}"):
            assert found.page is not None or found.fault
    for file in folder.iterdir():
        file.unlink()


def read(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "read", *words],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        timeout=60,
    )


def test_read_prints_lines_for_all_that_a_folder_holds(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "social").mkdir(parents=True)
    (folder / "social" / "status.json").write_bytes(status_body())
    (folder / "social" / "status.meta.json").write_text(
        json.dumps(
            {"url": STATUS_URL, "fetched_at": "2026-03-02T09:30:00Z", "status": 200, "content_type": "application/json"}
        )
    )
    write_har(
        folder / "x.har",
        [har_entry("https://a.example/i.png", b"", mime="image/png"), har_entry(STATUS_URL, status_body())],
    )
    done = read(folder)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [line["capture"] for line in lines if line["record"] == "page"] == ["social/status", "x#2"]
    assert lines[0] == {
        "record": "page", "capture": "social/status", "url": STATUS_URL, "platform": "mastodon", "outcome": "ok",
        "reason": None, "posts": 1, "profiles": 1, "unread": [],
    }  # fmt: skip
    assert "passed over 1 images" in done.stderr


def test_read_refuses_what_can_not_be_right_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.html").write_text("<p>")
    cases: list[tuple[list[str | Path], str]] = [
        ([], "name at least one"),
        (["--urll", "x"], "unknown option --urll"),
        ([tmp_path / "none"], "does not exist"),
        ([tmp_path / "empty"], "holds no page"),
        (["--url", "https://a.example/", tmp_path], "one file"),
        (["--url", "a.example", tmp_path / "a.html"], "no web address"),
        (["--fetched-at", "yesterday", tmp_path / "a.html"], "--fetched-at"),
        (["--fetched-at", "2026-03-02T09:30:00", tmp_path / "a.html"], "time zone"),
    ]
    for words, sentence in cases:
        done = read(*words)
        assert done.returncode == 2, words
        assert sentence in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert done.stdout == ""


def test_read_exits_1_where_a_page_drifted_or_could_not_be_taken(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>")
    done = read(tmp_path / "a.html")
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (1, "failed")
    with contextlib.suppress(FileNotFoundError):
        (tmp_path / "b.json").write_text('{"id": 1}')
    assert read("--url", STATUS_URL, tmp_path / "b.json").returncode == 1
