"""Hostile pages: whatever stands in a page, it ends in an outcome, within a bounded time and memory."""

from __future__ import annotations

import gzip
import json
import os
import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile import LARGE, TARGETS, measure
from extractors.records import MOST, Count, Moment, Outcome, Post, Reading, as_json
from extractors.values.charsets import decoded
from extractors.values.counts import count
from extractors.values.text import UNSEEN
from spiders.base import platforms, read
from spiders.page import MAX_BODY_BYTES, Page
from spiders.sources import found_in, is_source
from tests.samples import AT, STATUS_URL

FOLDER = Path(__file__).parent / "pages"
LIMIT = MAX_BODY_BYTES
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
SAME = "FUZZ_EXAMPLES" not in os.environ
"""The same examples each time, so that a push never fails for another's page; ``make fuzz`` looks for new ones."""


def recorded() -> list[Page]:
    pages = [found.page for file in sorted(FOLDER.rglob("*")) if is_source(file) for found in found_in(file)]
    return [page for page in pages if page is not None]


RECORDED = recorded()
ADDRESSES = sorted({(page.url, page.platform or "") for page in RECORDED}) + [
    (address, "")
    for address in ("http://[broken", "https://", "x", "https://a.example:port/", "https://\ud800.example/", "https://mastodon.social/@a\x00")
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["https://a.example/p", "2026-03-02T09:30:00Z", "1.2万", "\ud83d", "3", 10**30, -1]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


def check(page: Page) -> Reading:
    """Read a page and hold the reading to what every reading is; returns it."""
    name, reading = read(page)
    assert name is None or name in platforms()
    assert isinstance(reading.outcome, Outcome)
    assert bool(reading.records) >= (reading.outcome is Outcome.PARTIAL)
    for record in reading.records:
        shown = json.dumps(as_json(record), ensure_ascii=False).encode("utf-8")
        assert b"\x00" not in shown
    json.dumps(
        [reading.reason, [[unread.what, unread.reason] for unread in reading.unread]], ensure_ascii=False
    ).encode()
    return reading


@given(st.sampled_from(ADDRESSES), st.binary(max_size=300), st.sampled_from([200, 304, 401, 403, 404, 429, 503, 999]), st.sampled_from(["text/html", "text/html; charset=gbk", "application/json", None]))  # fmt: skip
@settings(max_examples=EXAMPLES, deadline=None, derandomize=SAME)
def test_any_bytes_for_any_address_give_a_reading(
    address: tuple[str, str], body: bytes, status: int, content_type: str | None
) -> None:
    url, platform = address
    check(Page(url, body, status, AT, content_type, platform=platform or None))


@given(st.sampled_from(ADDRESSES), JSON)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=SAME)
def test_any_json_for_any_address_gives_a_reading(address: tuple[str, str], value: object) -> None:
    url, platform = address
    check(Page(url, json.dumps(value).encode(), 200, AT, "application/json", platform=platform or None))


@given(st.sampled_from(RECORDED), st.data())
@settings(max_examples=EXAMPLES, deadline=None, derandomize=SAME)
def test_a_recorded_page_with_any_part_replaced_gives_a_reading(page: Page, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(page.body)))
    end = data.draw(st.integers(start, min(len(page.body), start + 200)))
    put = data.draw(
        st.binary(max_size=20)
        | st.sampled_from([b"\x00", b'"', b"{", b"null", b"-1", b"1e999", b"99999999999999999999999999", b"<script>", b"&#xD800;", b"\\ud83d", "\u202e".encode(), b"0001-01-01T00:00:00Z"])
    )  # fmt: skip
    check(
        Page(
            page.url,
            page.body[:start] + put + page.body[end:],
            page.status,
            page.fetched_at,
            page.content_type,
            platform=page.platform,
        )
    )


@pytest.mark.parametrize("page", RECORDED, ids=lambda page: page.url[:60])
def test_a_page_cut_anywhere_gives_a_reading(page: Page) -> None:
    step = max(len(page.body) // 25, 1)
    for end in range(0, len(page.body), step):
        check(Page(page.url, page.body[:end], page.status, page.fetched_at, page.content_type, platform=page.platform))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a process's peak memory anew")
def test_a_page_at_the_limit_takes_500_mb_at_most() -> None:
    """Its seconds are in ``make bench``; one that took minutes would be noticed here all the same."""
    measured = measure()
    assert len(measured) == len(LARGE) * len(TARGETS)
    assert [row for row in measured if row.megabytes >= 500] == []
    for body in LARGE.values():
        for url in TARGETS:
            check(Page(url, body(), 200, AT, "text/html"))


def test_too_large_a_page_is_not_parsed(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"<p>" + b"a" * 50 * 1024 * 1024)
    for url in (STATUS_URL, "https://unknown.example/"):
        (found,) = found_in(file, url=url)
        assert found.page is not None
        assert check(found.page).reason == "too-large"
    (tmp_path / "named.html").write_bytes(b"<link rel=canonical href='https://a.example/'>" + b"a" * 50 * 1024 * 1024)
    assert next(iter(found_in(tmp_path / "named.html"))).fault


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title><link>https://a.example/1</link>"
    + b"<guid>1</guid></item></channel></rss>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel>'
    b"<title>t</title><item><title>&x;</title><guid>1</guid></item></channel></rss>"
)


@pytest.mark.parametrize("body", [LAUGHS, OUTSIDE])
def test_entities_neither_expand_nor_reach_out(body: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = check(Page("https://a.example/feed.xml", body, 200, AT, "text/xml", platform="feed"))
    # Not the peak itself, which other tests of this process may have raised; all laughs would take two gigabytes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024
    name = Path("/etc/hostname").read_text("utf-8").strip() if Path("/etc/hostname").exists() else "localhost"
    for post in reading.posts:
        assert len(post.title or "") < 1000
        assert name not in (post.title or "")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("café".encode(), None, "café"),
        ("café".encode("latin-1"), None, "café"),
        ("“café”".encode("cp1252"), "text/html; charset=iso-8859-1", "“café”"),
        ("你好".encode("gbk"), "text/html; charset=gb2312", "你好"),
        ('<meta charset="gbk">你好'.encode("gbk"), None, '<meta charset="gbk">你好'),
        ('<meta charset="gbk">你好'.encode("gbk"), "text/html; charset=utf-8", '<meta charset="gbk">你好'),
        ("こんにちは".encode("shift_jis"), "text/html; charset=Shift_JIS", "こんにちは"),
        ("привет".encode("koi8-r"), "text/html; charset=koi8-r", "привет"),
        ("\ufeffcafé".encode("utf-16-le"), None, "café"),
        ("\ufeffcafé".encode(), None, "café"),
        ("naïve café ☕ ".encode() * 20 + b"\xe2\x98", None, "naïve café ☕ " * 20 + "\ufffd"),
        ("naïve café ☕ ".encode() * 20 + b"\xff", "text/html; charset=utf-8", "naïve café ☕ " * 20 + "\ufffd"),
        (b"caf\xe9", "text/html; charset=punycode", "café"),
        (b"caf\xe9", "text/html; charset=unicode_escape", "café"),
        (b"caf\xe9", "text/html; charset=\x00\xff", "café"),
    ],
)  # fmt: skip
def test_text_in_any_charset(body: bytes, content_type: str | None, text: str) -> None:
    assert decoded(body, content_type) == text


@given(st.binary(max_size=400), st.text(max_size=30))
@settings(deadline=None)
def test_any_bytes_decode(body: bytes, label: str) -> None:
    decoded(body, f"text/html; charset={label}")


def test_records_hold_no_character_that_is_not_to_be_seen() -> None:
    post = Post(platform="x", id="1\x00", author_name="Ada\u202e \ud83d", text="a\nb\x1b[0m", hashtags=("a\u2066",))
    assert (post.id, post.author_name, post.text, post.hashtags) == ("1", "Ada ", "a\nb[0m", ("a",))
    assert UNSEEN.search(str(as_json(post))) is None


@pytest.mark.parametrize("low", [-1, MOST + 1, 10**4000])
def test_a_number_that_no_counter_shows_is_no_count(low: int) -> None:
    with pytest.raises(ValueError, match="no count"):
        Count(low, None)


def test_a_rounded_zero_is_never_below_zero() -> None:
    assert count("0K") == Count(0, 999, "0K")


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_end_of_the_calendar_is_no_time(year: int) -> None:
    with pytest.raises(ValueError, match="no time"):
        Moment(datetime(year, 1, 1, tzinfo=UTC))


def test_a_har_and_a_warc_of_a_page_that_expands_end_as_too_large(tmp_path: Path) -> None:
    from storage.archive import Archive, Exchange

    bomb = gzip.compress(bytes(200 * 1024 * 1024))
    with Archive(tmp_path) as archive:
        headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
        archive.write(Exchange(url=STATUS_URL, fetched_at=AT, status=200, headers=headers, body=bomb))
    (found,) = found_in(next(tmp_path.glob("*.warc.gz")))
    assert found.page is not None
    assert len(found.page.body) == LIMIT + 1
    assert check(found.page).reason == "too-large"
