"""A home, the watchlist as the project understands it, and what commands say in the wrong folder: on the real command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.timetable import load_timetable
from config.watchlist import ConfigError, load_watchlist
from spiders.reference import commands
from spiders.targets import watched
from tests.conftest import ROOT
from tests.samples import STATUS_URL, account, status
from tests.web import Answer, Asked, serving

WATCHLIST = """
[[brand]]
name = "Kahvia"
competitors = ["kaffeo"]
context = { for = ["coffee"], against = ["island"] }
[brand.accounts]
mastodon = ["kahvia@social.example"]
weixin = ["kahvia"]
[[brand.product]]
name = "Kahvia One"
[[brand]]
name = "Kaffeo"
[[search]]
platform = "mastodon"
site = "social.example"
tags = ["#coffee"]
[[page]]
url = "https://unknown.example/post"
"""


def scrapy(*words: str, home: Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MENTIONARY_")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=cwd,
        env=kept | {"MENTIONARY_HOME": str(home)} | environment,
    )


def test_init_makes_a_home_and_never_writes_over_it(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    first = scrapy("init", home=home)
    assert first.returncode == 0
    assert "MENTIONARY_CONTACT" in first.stdout
    assert (home / "mentionary.sqlite").is_file()
    assert load_watchlist(home / "watchlist.toml").brands
    (home / "watchlist.toml").write_text("# mine")
    second = scrapy("init", home=home)
    assert second.returncode == 0
    assert "left as it is" in second.stdout
    assert (home / "watchlist.toml").read_text() == "# mine"
    assert scrapy("init", "--if-missing", home=home).stdout == ""


def test_init_where_no_home_can_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = scrapy("init", home=tmp_path / "file")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_watchlist_shows_what_is_crawled_imported_and_matched(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST)
    done = scrapy("watchlist", home=tmp_path)
    assert done.returncode == 0, done.stderr
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "2 brands, 1 product, 4 targets" in words[0]
    assert any(
        line.startswith("mastodon profile kahvia@social.example kahvia only by hand https://social.example/")
        for line in words
    )
    assert any(line.startswith("mastodon tag #coffee on social.example") for line in words)
    assert any(line.startswith("(told by the page) page https://unknown.example/post") for line in words)
    assert words.index("Only by 'scrapy import' of saved pages") < words.index(
        next(line for line in words if line.startswith("weixin"))
    )
    assert "kahvia Kahvia; beside coffee… rather than island…" in words
    assert "kahvia kahvia-one Kahvia One" in words


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[brand]]\nname = "A"\n[brand.accounts]\nmastodn = ["a@b.example"]', "[brand.accounts] of 'a': 'mastodn' is no platform; did you mean 'mastodon'?"),
        ('[[brand]]\nnam = "A"', "line 2: [brand number 1.nam] is no key of this table; did you mean 'name'?"),
        ('[[brand]]\nid = "a"', "line 1: [brand number 1.name] is missing"),
        ('[[brand]]\nname = "A"\naliases = "B"', "line 3: [brand number 1 ('A').aliases] must be a list"),
        (
            '[[brand]]\nname = "A"\n[[brand.product]]\nname = "P"\n[[brand]]\nname = "B"\n[[brand.product]]\nname = "Q"\nalias = ["q"]',
            "line 9: [brand number 2 ('B').product number 1 ('Q').alias] is no key of this table; did you mean 'aliases'?",
        ),
        ('[[brand]]\nname = "A"\ncolour = "red"', "it may have name, id, "),
        ('[[brand]]\nname = A', "line 2"),
        ('[[search]]\nplatform = "nowhere"\ntags = ["a"]', "[[search]] 'nowhere' is no platform"),
        ('[[page]]\nurl = "a.example"', "url"),
    ],
)  # fmt: skip
def test_a_wrong_watchlist_is_one_sentence_that_names_the_place(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "watchlist.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as error:
        watched(load_watchlist(path), path)
    assert sentence in str(error.value)
    assert str(path) in str(error.value)


def test_wrong_watchlists_and_environments_end_with_status_2(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text('[[brand]]\nnam = "A"')
    cases = [
        scrapy("watchlist", home=tmp_path),
        scrapy("watchlist", home=tmp_path / "none"),
        scrapy("watchlist", "--chek", home=tmp_path),
        scrapy("watchlist", home=tmp_path, MENTIONARY_HOEM="x"),
    ]
    for done in cases:
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1, done.stderr


def test_a_command_outside_the_projects_folder_says_where_it_works(tmp_path: Path) -> None:
    # What an installation leaves for Scrapy to find.
    installed = tmp_path / "site" / "mentionary-0.dist-info"
    installed.mkdir(parents=True)
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["scrapy.commands"]
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: mentionary-test\nVersion: 0\n")
    (installed / "entry_points.txt").write_text(
        "[scrapy.commands]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
    )
    path = f"{tmp_path / 'site'}{os.pathsep}{ROOT}"
    for words in (["read", "x.html"], ["import", "--undo", "1"], ["crawl", "mastodon", "-a", "target=x"]):
        done = scrapy(*words, home=tmp_path, cwd=tmp_path, PYTHONPATH=path)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"scrapy {words[0]}: this is a command of Mentionary" in done.stderr
        assert str(ROOT) in done.stderr
        assert len(done.stderr.splitlines()) == 1
    inside = scrapy("read", "none.html", home=tmp_path, PYTHONPATH=path)
    assert "none.html does not exist" in inside.stderr


TIMETABLE = """
[[crawl]]
platform = "all"
every = "90m"
[[crawl]]
platform = "mastodon"
target = "tag:coffee"
cron = "30 6 * * 1"
"""


def test_watchlist_says_how_often(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST)
    (tmp_path / "timetable.toml").write_text(TIMETABLE)
    done = scrapy("watchlist", home=tmp_path)
    assert done.returncode == 0, done.stderr
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert any(line.startswith("mastodon profile kahvia@social.example kahvia every 90m https://") for line in words)
    assert any(
        line.startswith("mastodon tag #coffee on social.example every 90m, cron 30 6 * * 1 https://") for line in words
    )


def test_check_asks_each_target_once_and_robots_first(tmp_path: Path) -> None:
    def route(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            rules = b"User-agent: *\nDisallow: /post\n" if asked.host == "unknown.example" else b""
            return Answer(rules, content_type="text/plain")
        if asked.path.startswith("/api/v1/accounts/lookup"):
            return Answer(json.dumps(account()).encode(), content_type="application/json")
        if asked.path.startswith("/api/v1/timelines/tag/"):
            return Answer(json.dumps([status()]).encode(), content_type="application/json")
        return Answer(status=500)

    (tmp_path / "watchlist.toml").write_text(WATCHLIST)
    refused = scrapy("watchlist", "--check", home=tmp_path)
    assert refused.returncode == 2
    assert "MENTIONARY_CONTACT" in refused.stderr
    with serving(route) as web:
        done = scrapy(
            "watchlist", "--check", home=tmp_path, MENTIONARY_CONTACT="a@example.org", MENTIONARY_OVERRIDES=web.address
        )
    assert done.returncode == 1, done.stderr
    words = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert any(
        line.startswith("mastodon profile kahvia@social.example ok 1 profile, 345 followers") for line in words
    ), words
    assert any(
        line.startswith("mastodon tag #coffee on social.example ok 1 post, 1 profile, 345 followers, more pages follow")
        for line in words
    )
    assert any(line.startswith("(told by the page) page https://unknown.example/post denied") for line in words)
    assert sorted(web.asked("social.example")) == [
        "/api/v1/accounts/lookup?acct=kahvia",
        "/api/v1/timelines/tag/coffee?limit=40",
    ]
    assert web.asked("unknown.example") == []
    assert all("a@example.org" in asked.headers["user-agent"] for asked in web.log)


def test_a_page_is_recorded_from_its_address(tmp_path: Path) -> None:
    def route(asked: Asked) -> Answer:
        return Answer(
            json.dumps(status()).encode() if "statuses" in asked.path else b"", content_type="application/json"
        )

    def record(overrides: str) -> subprocess.CompletedProcess[str]:
        words = ("record", "--into", str(tmp_path / "pages"), "--name", "one", STATUS_URL)
        return scrapy(*words, home=tmp_path, MENTIONARY_CONTACT="a@example.org", MENTIONARY_OVERRIDES=overrides)

    with serving(route) as web:
        done = record(web.address)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Kahvia" not in (tmp_path / "pages" / "mastodon" / "one.json").read_text("utf-8")
    gone = record(web.address)
    assert gone.returncode == 1
    assert "save it in a browser" in gone.stderr


def test_the_example_watches_what_can_be_crawled() -> None:
    path = ROOT / "config" / "watchlist.toml"
    targets = watched(load_watchlist(path), path)
    assert [item.target for item in targets if item.spider is None or not item.addresses] == []
    assert len({item.spider.name for item in targets if item.spider is not None}) >= 7
    assert set(load_timetable(ROOT / "config" / "timetable.toml").reports[0].brand.split()) <= {
        "ubuntu",
        "fedora",
        "opensuse",
    }


def test_every_command_has_an_entry_point() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["scrapy.commands"]
    missing = set(commands()) - set(points)
    assert missing == set(), "add them to [project.entry-points] in pyproject.toml"
