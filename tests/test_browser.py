"""Pages in a real Chromium: scripts run, what is not needed or not allowed is left out, nothing stays behind."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from spiders.crawling.browser import chromium
from storage.archive import Archive
from tests.conftest import absent
from tests.crawling import ROOT, Home
from tests.web import Answer, Asked, Web, serving

pytestmark = pytest.mark.browser

PAGE = b"""<!DOCTYPE html><html><head><title>Board</title><link rel="stylesheet" href="/style.css"></head>
<body><ul id="posts"></ul><img src="/picture.png"><script src="/script.js"></script>
<script src="/private/tracker.js"></script><script src="http://ads.example/ad.js"></script></body></html>"""
SCRIPT = b"""fetch('/posts.json').then(answer => answer.json()).then(posts => {
  for (const post of posts) {
    const item = document.createElement('li'); item.id = post.id; item.textContent = post.text;
    document.getElementById('posts').append(item);
  }
});
fetch('/private/count.json'); fetch('/hop'); fetch('/far'); navigator.sendBeacon('/beacon', 'x');"""
POSTS = json.dumps([{"id": "1", "text": "Acme opens"}, {"id": "2", "text": "Acme closes"}]).encode()
ROBOTS = {
    "board.example": b"User-agent: *\nDisallow: /private/\n",
    "ads.example": b"User-agent: *\nDisallow: /\n",
}


def route(asked: Asked) -> Answer:
    pages = {
        "/page": Answer(PAGE),
        "/script.js": Answer(SCRIPT, content_type="text/javascript"),
        "/style.css": Answer(b"", content_type="text/css"),
        "/posts.json": Answer(POSTS, content_type="application/json"),
        # Led on to what may be asked, and to what may not.
        "/hop": Answer(status=302, headers={"Location": "/counted.json"}),
        "/counted.json": Answer(b"[]", content_type="application/json"),
        "/far": Answer(status=302, headers={"Location": "/private/far.json"}),
        "/jump": Answer(
            b"<html><body><ul><li id=3>Acme</li></ul><script>location.href = '/private/jumped'</script></body></html>"
        ),
        "/packed": Answer(gzip.compress(PAGE), headers={"Content-Encoding": "gzip"}),
        "/moved": Answer(status=302, headers={"Location": "/private/page"}),
        "/private/page": Answer(PAGE),
        "/slow": Answer(PAGE, wait_seconds=1.0),
    }
    if asked.path == "/robots.txt":
        return Answer(ROBOTS.get(asked.host, b""), content_type="text/plain")
    return pages.get(asked.path.partition("?")[0], Answer(b"<html><body>Nothing here</body></html>", 404))


@pytest.fixture
def web() -> Iterator[Web]:
    if chromium() is None:
        absent("Chromium is not installed (Debian: chromium)", "REQUIRE_CHROMIUM")
    with serving(route) as served:
        yield served


@contextmanager
def started(home: Home, *paths: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.browsing", *paths],
        cwd=ROOT, env=home.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def browsers_of(home: Home) -> list[psutil.Process]:
    """The Chromium processes that a crawl in this home has left."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if home.overrides is not None and home.overrides.removeprefix("http://") in words and "chrom" in words:
            found.append(process)
    return found


def none_left(home: Home) -> bool:
    """Whether all browsers have ended, after a while."""
    for _ in range(100):
        if not browsers_of(home):
            return True
        time.sleep(0.1)
    return False


def test_a_page_that_scripts_make_whole(tmp_path: Path, web: Web) -> None:
    home = Home(tmp_path / "home", web.address)
    home.watch("")
    with started(home) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    found = {row[0].rpartition("/")[2]: row[1:] for row in home.rows("SELECT url, outcome, status, records FROM fetch")}
    assert found == {
        "page": ("ok", 200, 2),
        "slow": ("ok", 200, 2),
        "packed": ("ok", 200, 2),
        "gone": ("gone", 404, 0),
        "moved": ("denied", None, 0),
        "jump": ("denied", None, 0),
    }
    assert sorted(home.rows("SELECT native_id, text FROM post")) == [("1", "Acme opens"), ("2", "Acme closes")]
    asked = {(item.host, item.path) for item in web.log}
    assert {("board.example", path) for path in ("/posts.json", "/hop", "/far", "/counted.json")} <= asked
    # Not needed, or not allowed, wherever an address or a script leads.
    for left_out in ("/picture.png", "/beacon", "/favicon.ico"):
        assert ("board.example", left_out) not in asked
    assert not any(path.startswith("/private/") for _, path in asked)
    assert ("ads.example", "/ad.js") not in asked
    agents = {item.headers["user-agent"] for item in web.log}
    assert agents == {"mentionary/0 (+ops@watcher.example)"}
    assert none_left(home)
    # What is kept is the page as the browser had it.
    archive = Archive(home.folder / "archive")
    place = home.rows("SELECT archive_file, archive_offset FROM fetch WHERE url LIKE '%/page'")[0]
    record = archive.read_at(*place)
    assert record.kind == "resource"
    assert b"Acme closes" in record.body
    assert record.url == "https://board.example/page"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_browser_is_left_behind(tmp_path: Path, web: Web, number: signal.Signals) -> None:
    home = Home(tmp_path / "home", web.address)
    home.watch("")
    with started(home, *(f"/slow?{count}" for count in range(30))) as process:
        while not any(item.path.startswith("/slow") for item in web.log) and process.poll() is None:
            time.sleep(0.05)
        assert browsers_of(home)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode in {0, 1, -signal.SIGKILL}, out + err
    assert none_left(home)
