"""A home, the watchlist as the project understands it, and what commands say in the wrong folder: on the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.watchlist import ConfigError, load_watchlist
from spiders.reference import commands
from spiders.targets import watched
from tests.conftest import ROOT

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
        line.startswith("mastodon profile kahvia@social.example kahvia https://social.example/") for line in words
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
        ('[[brand]]\nnam = "A"', "nam"),
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


def test_every_command_has_an_entry_point() -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["scrapy.commands"]
    missing = set(commands()) - set(points)
    assert missing == set(), "add them to [project.entry-points] in pyproject.toml"
