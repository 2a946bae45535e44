"""A crawl of what a real Mastodon server answered, as recorded in the tests of PyPI's Mastodon.py; fetched here, not committed."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.conftest import absent
from tests.crawling import Home
from tests.servers import cache
from tests.web import Answer, Asked, serving

pytestmark = pytest.mark.server

RELEASE = "2.3.3"
HOST = "localhost"
TAG = "fgiztsshwiaqqiztpmmjbtvmescsculuvmgjgopwoeidbcrixp"
CASSETTES = ("test_pagination_iterator", "test_account_lookup", "test_fetch_next_previous")


def source() -> Path:
    """The source distribution, unpacked once into the cache."""
    folder = cache() / "mastodon-py"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unpacked = folder / f"mastodon_py-{RELEASE}"
        if not unpacked.is_dir():
            words = (
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                ":all:",
                "--dest",
                str(folder),
                f"Mastodon.py=={RELEASE}",
            )
            if subprocess.run([sys.executable, "-m", "pip", *words], check=False).returncode:
                absent("the source distribution of Mastodon.py could not be fetched", "REQUIRE_SHARED")
            with tarfile.open(folder / f"mastodon_py-{RELEASE}.tar.gz") as archive:
                archive.extractall(folder, filter="data")
    return unpacked


@dataclass
class Recorded:
    """The recorded answers to readers, by path and the parameter that pages through."""

    answers: dict[tuple[str, str | None], tuple[int, str, Mapping[str, str]]] = field(default_factory=dict)

    def take(self, cassette: Path) -> None:
        """Read one recording; of an address that was asked twice, the first answer."""
        for item in yaml.safe_load(cassette.read_text("utf-8"))["interactions"]:
            request, response = item["request"], item["response"]
            if request["method"] != "GET":
                continue
            headers = {name: values[0] for name, values in response["headers"].items() if name == "content-type"}
            answer = response["status"]["code"], response["body"]["string"], headers
            self.answers.setdefault(self.key(request["uri"]), answer)

    def key(self, address: str) -> tuple[str, str | None]:
        """What tells the answers to an address apart: how many statuses a page shows is the recording's own affair."""
        parts = urlsplit(address)
        asked = parse_qs(parts.query)
        for name in ("max_id", "min_id", "acct"):
            if name in asked:
                return parts.path, f"{name} {asked[name][0]}"
        return parts.path, None

    def __call__(self, asked: Asked) -> Answer:
        """Answer as the server did."""
        if asked.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n", content_type="text/plain")
        status, body, headers = self.answers.get(self.key(asked.path), (404, '{"error":"Record not found"}', {}))
        return Answer(body.encode(), status, headers.get("content-type", "application/json"))

    def statuses(self, path: str) -> dict[str, dict[str, Any]]:
        """All statuses that were recorded under a path, by id."""
        return {
            status["id"]: status
            for (known, _), (_, body, _) in self.answers.items()
            if known == path
            for status in json.loads(body)
        }


def test_a_recorded_server(tmp_path: Path) -> None:
    recorded = Recorded()
    for name in CASSETTES:
        recorded.take(source() / "tests" / "cassettes" / f"{name}.yaml")
    with serving(recorded) as web:
        home = Home(tmp_path / "home", web.address)
        home.watch(f"""
[[brand]]
name = "Tester"
accounts = {{ mastodon = ["mastodonpy_test@{HOST}"] }}
[[search]]
platform = "mastodon"
site = "{HOST}"
tags = ["{TAG}"]
""")
        told = home.run("crawl", "mastodon")
        assert "drift" not in told
        pages = [path for path in web.asked() if "/timelines/tag/" in path]
    assert len(pages) == 4, "three pages of ten, and one that says that this was all"
    found = {row[0]: row[1:] for row in home.rows("SELECT native_id, likes_low, shares_low, comments_low FROM post")}
    tagged = recorded.statuses(f"/api/v1/timelines/tag/{TAG}")
    assert len(tagged) == 30
    for number, status in tagged.items():
        expected = (status["favourites_count"], status["reblogs_count"], status["replies_count"])
        assert found[number] == expected
    account = json.loads(recorded.answers["/api/v1/accounts/lookup", "acct mastodonpy_test"][1])
    assert home.rows("SELECT native_id, followers_low, following_low FROM account WHERE brand_id = 'tester'") == [
        (account["id"], account["followers_count"], account["following_count"])
    ]
    own = recorded.statuses(f"/api/v1/accounts/{account['id']}/statuses")
    assert own.keys() & found.keys()
