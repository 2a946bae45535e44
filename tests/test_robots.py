"""What robots.txt files allow, forbid and ask for: a table of cases, and real files of 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config import clock
from extractors.records import Outcome
from spiders.crawling.robots import MAX_ROBOTS_BYTES, Rules, old, robots_address, robots_key, robots_text

PAGE = "https://shop.example/a/page.html?q=1"


# Each: the file, the path, whether it may be asked.
@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/x", True),
        ("User-agent: *\nDisallow:", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        # Our group alone counts where there is one, whatever its case and place.
        ("User-agent: *\nDisallow: /\n\nUser-agent: Mentionary\nDisallow: /private", "/x", True),
        ("User-agent: Mentionary\nDisallow: /private\n\nUser-agent: *\nDisallow: /", "/private/1", False),
        # Groups of the same agent are one (section 2.2.1).
        ("User-agent: mentionary\nDisallow: /a\n\nUser-agent: mentionary\nDisallow: /b", "/b", False),
        ("User-agent: other\nUser-agent: mentionary\nDisallow: /a", "/a", False),
        # Other agents' groups are none of ours, nor are those whose name only begins or holds our name.
        ("User-agent: mention\nAllow: /\n\nUser-agent: *\nDisallow: /", "/x", False),
        ("User-agent: mentionarybot\nDisallow: /", "/x", True),
        ("User-agent: GPTBot\nDisallow: /", "/x", True),
        # The longest match wins, allow where they are of equal length (section 2.2.2).
        ("User-agent: *\nDisallow: /a\nAllow: /a/page", "/a/page.html", True),
        ("User-agent: *\nAllow: /a\nDisallow: /a/page", "/a/page.html", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        # Special characters (section 2.2.3).
        ("User-agent: *\nDisallow: /*.php$", "/x.php", False),
        ("User-agent: *\nDisallow: /*.php$", "/x.php?y=1", True),
        ("User-agent: *\nDisallow: /*/deep", "/a/b/deep", False),
        ("User-agent: *\nDisallow: /p # a comment", "/page", False),
        ("User-agent: *\nDisallow: /*?", "/a?b", False),
        ("User-agent: *\nDisallow: /*?", "/a", True),
        # Octets outside ASCII and escapes are compared alike.
        ("User-agent: *\nDisallow: /\u00fcber", "/%C3%BCber", False),
        ("User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        # Paths are case-sensitive; field names are not.
        ("USER-AGENT: *\ndisallow: /Private", "/private", True),
        ("USER-AGENT: *\ndisallow: /Private", "/Private", False),
        # Lines end with CR, LF or both; other lines and rules before any group are passed over.
        ("User-agent: *\rDisallow: /a\r\nDisallow: /b\n", "/b", False),
        ("Disallow: /\nUser-agent: *\nSitemap: https://x.example/s\nDisallow: /b", "/a", True),
        ("User-agent: *\nSitemap: https://x.example/s\nDisallow: /b", "/b", False),
        ("<html><body>Not found</body></html>", "/x", True),
        ("User-agent: *\nCrawl-delay: 5\nDisallow: /b", "/b", False),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    refusal = Rules(200, robots_text(text.encode())).refusal(f"https://shop.example{path}")
    assert (refusal is None) is allowed
    if refusal is not None:
        assert refusal.outcome is Outcome.DENIED


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        (200, Outcome.DENIED, None),
        (204, Outcome.DENIED, None),
        (301, None, None),
        (400, None, None),
        (401, None, None),
        (403, None, None),
        (404, None, None),
        (410, None, None),
        (429, None, None),
        (500, Outcome.DENIED, "robots-unavailable"),
        (503, Outcome.DENIED, "robots-unavailable"),
        (599, Outcome.DENIED, "robots-unavailable"),
    ],
)
def test_what_a_status_means(status: int, outcome: Outcome | None, reason: str | None) -> None:
    refusal = Rules(status, "User-agent: *\nDisallow: /").refusal(PAGE)
    assert (refusal and refusal.outcome, refusal and refusal.reason) == (outcome, reason)


def test_only_the_first_500_kib_are_read() -> None:
    filler = b"# filler\n" * (MAX_ROBOTS_BYTES // 9)
    inside = b"User-agent: *\nDisallow: /inside\n" + filler + b"Disallow: /outside\n"
    rules = Rules(200, robots_text(inside))
    assert len(rules.text) <= MAX_ROBOTS_BYTES
    assert rules.refusal("https://shop.example/inside") is not None
    assert rules.refusal("https://shop.example/outside") is None


def test_a_line_cut_by_the_limit_is_not_read() -> None:
    head = b"User-agent: *\n"
    cut = head + b"#" * (MAX_ROBOTS_BYTES - len(head) - 13) + b"\nDisallow: /private/only"
    assert Rules(200, robots_text(cut)).refusal("https://shop.example/private") is None


def test_a_byte_order_mark_is_passed_over() -> None:
    assert Rules(200, robots_text(b"\xef\xbb\xbfUser-agent: *\nDisallow: /")).refusal(PAGE) is not None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 30", 30.0),
        ("User-agent: *\nCrawl-delay: 0.5\nDisallow: /x", 0.5),
        ("User-agent: mentionary\nCrawl-delay: 7\nUser-agent: *\nCrawl-delay: 1", 7.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: other\nCrawl-delay: 9", 0.0),
        ("", 0.0),
    ],
)
def test_crawl_delay(text: str, seconds: float) -> None:
    assert Rules(200, text).crawl_delay == seconds


@pytest.mark.parametrize(
    ("address", "where", "key"),
    [
        ("https://Shop.example/a?b#c", "https://Shop.example/robots.txt", "shop.example"),
        ("http://shop.example:80/a", "http://shop.example:80/robots.txt", "http://shop.example"),
        ("https://user:secret@shop.example:8443/a", "https://shop.example:8443/robots.txt", "shop.example:8443"),
        ("http://[::1]:8080/a", "http://[::1]:8080/robots.txt", "http://[::1]:8080"),
    ],
)
def test_where_a_file_is_and_is_kept(address: str, where: str, key: str) -> None:
    assert robots_address(address) == where
    assert robots_key(address) == key


def test_a_copy_lives_24_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert not old(now)
    assert not old(now - timedelta(hours=23, minutes=59))
    assert old(now - timedelta(hours=24))
    assert old(now + timedelta(hours=1)), "a copy from the future was kept under a set clock"


# Files as they stood in 2026: what a generic agent may ask.
@pytest.mark.parametrize(
    ("file", "address", "allowed"),
    [
        ("youtube.txt", "https://www.youtube.com/watch?v=abc", True),
        ("youtube.txt", "https://www.youtube.com/@brand/videos", True),
        ("youtube.txt", "https://www.youtube.com/results?search_query=brand", False),
        ("youtube.txt", "https://www.youtube.com/feeds/videos.xml?channel_id=UC1", False),
        ("youtube.txt", "https://www.youtube.com/youtubei/v1/next", False),
        ("youtube.txt", "https://www.youtube.com/comments", False),
        ("reddit-2026.txt", "https://www.reddit.com/r/all/.rss", False),
        ("reddit-2026.txt", "https://www.reddit.com/", False),
        ("bsky.app.txt", "https://bsky.app/profile/a.example/post/1", True),
        ("bsky.app.txt", "https://bsky.app/video-download/1", False),
    ],
)
def test_real_files(shared: Path, file: str, address: str, allowed: bool) -> None:
    rules = Rules(200, robots_text((shared / "robots" / file).read_bytes()))
    assert (rules.refusal(address) is None) is allowed
