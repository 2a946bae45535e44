"""What is taken out before anything is kept, a line an example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.secrets import without_secret_headers, without_secrets, without_tokens


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/p?id=1&access_token=abc&x=2", "https://a.example/p?id=1&x=2"),
        ("https://user:word@a.example/p?id=1", "https://a.example/p?id=1"),
        ("https://mp.weixin.qq.com/s?__biz=MzA&mid=1&key=f00&uin=MTI%3D&pass_ticket=q", "https://mp.weixin.qq.com/s?__biz=MzA&mid=1"),
        ("https://www.googleapis.com/youtube/v3/videos?id=a&key=AIza", "https://www.googleapis.com/youtube/v3/videos?id=a"),
        ("https://a.example/p?key=words&q=a+b", "https://a.example/p?key=words&q=a+b"),
        ("https://a.example/p?continuation=4qm&token=4qm", "https://a.example/p?continuation=4qm&token=4qm"),
        ("https://a.example/ü?q=%20&&", "https://a.example/ü?q=%20&&"),
        ("http://[broken", "http://[broken"),
    ],
)  # fmt: skip
def test_address(address: str, kept: str) -> None:
    assert without_secrets(address) == kept


def test_headers() -> None:
    headers = [
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a=b"),
        ("X-CSRF-Token", "q"),
        ("Location", "/p?sessionid=1"),
    ]
    assert without_secret_headers(headers) == (("Content-Type", "text/html"), ("Location", "/p"))


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b'{"access_token":"EAAB12345", "likes": 3}', b'{"access_token":"removed", "likes": 3}'),
        (b"{'accessToken': 'EAAB12345'}", b"{'accessToken': 'removed'}"),
        (rb'"{\"csrf_token\":\"q1w2e3r4\"}"', rb'"{\"csrf_token\":\"removed\"}"'),
        (b'window.fb_dtsg = "AQHxyz123";', b'window.fb_dtsg = "removed";'),
        (b'<input type="hidden" name="csrfmiddlewaretoken" value="abc">', b'<input type="hidden" name="csrfmiddlewaretoken" value="removed">'),
        (b"<input type=hidden name=csrf_token value=abc>", b"<input type=hidden name=csrf_token value=removed>"),
        (b'<input value="abc" name="authenticity_token">', b'<input value="removed" name="authenticity_token">'),
        (b'{"fb_dtsg":{"token":"AQHxyz123"}}', b'{"fb_dtsg":{"token":"removed"}}'),
        (b'["DTSGInitialData",[],{"token":"AQHxyz123"},258],["LSD",[],{"token":"AVqxyz"}]', b'["DTSGInitialData",[],{"token":"removed"},258],["LSD",[],{"token":"removed"}]'),
        (b'document.cookie = "sessionid=12345; path=/"', b'document.cookie = "sessionid=removed; path=/"'),
        (b'<input value="abc" name="authenticity">', b'<input value="abc" name="authenticity">'),
        (b'<input value="abc" name="csrf_token">', b'<input value="removed" name="csrf_token">'),
        (b'<meta name="csrf-token" content="abc">', b'<meta name="csrf-token" content="removed">'),
        (b'<a href="/s?mid=1&amp;pass_ticket=abc&amp;idx=2">', b'<a href="/s?mid=1&amp;pass_ticket=removed&amp;idx=2">'),
        (b'"/s?mid=1\\u0026pass_ticket=abc\\u0026idx=2"', b'"/s?mid=1\\u0026pass_ticket=removed\\u0026idx=2"'),
        (b"u=%2Fs%3Fpass_ticket%3Dabc%26idx", b"u=%2Fs%3Fpass_ticket%3Dremoved%26idx"),
        (b'{"continuationCommand":{"token":"4qmFsgKrCBIY"}}', b'{"continuationCommand":{"token":"4qmFsgKrCBIY"}}'),
        (b"<p>Our password policy: be kind</p>", b"<p>Our password policy: be kind</p>"),
        (b'{"text": "I lost my password again", "id": 1}', b'{"text": "I lost my password again", "id": 1}'),
    ],
)  # fmt: skip
def test_body(body: bytes, kept: bytes) -> None:
    assert without_tokens(body) == kept


@given(
    st.lists(
        st.sampled_from(
            [
                b"csrf_token",
                b"pass_ticket",
                b'"',
                b"'",
                b"=",
                b":",
                b"&",
                b"<input name=",
                b" value=",
                b">",
                b"abcdefgh",
                b"\\",
                b"%26",
            ]
        )
    )
)
def test_cleaning_twice_changes_nothing_more(parts: list[bytes]) -> None:
    once = without_tokens(b"".join(parts))
    assert without_tokens(once) == once


def test_a_long_page_is_cleaned_whole() -> None:
    """Its work must grow with the page's length only; by the square this would run for hours."""
    body = b"<input name=csrf value=abcdefgh>" * 50_000
    assert b"abcdefgh" not in without_tokens(body)
    body = b'<input name=csrf "csrf": &csrf=' * 50_000
    assert without_tokens(body).count(b"<input") == 50_000
