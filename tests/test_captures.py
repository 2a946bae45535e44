"""The captures beside the project, read and scored per platform: a floor that never sinks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from spiders.commands.read import lines
from spiders.sources import found_in, take

FLOORS = dict.fromkeys(
    (
        "bilibili",
        "blogs",
        "bluesky",
        "discourse",
        "ebay",
        "facebook",
        "hackernews",
        "instagram",
        "lemmy",
        "linkedin",
        "mastodon",
        "news-feeds",
        "pinterest",
        "producthunt",
        "reddit",
        "reviews",
        "snapchat",
        "telegram",
        "threads",
        "tieba",
        "tiktok",
        "tumblr",
        "twitch",
        "vimeo",
        "weibo",
        "weixin",
        "x",
        "youtube",
        "zhihu",
    ),
    1.0,
)
"""Share of the facts of each folder that must be right; from 0.985 on, every outcome must be right too."""


@pytest.fixture(scope="module")
def table(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[float, ...]]:
    """Per folder: pages, outcomes right, facts, facts right, share, records missing, numbers made up."""
    captures = shared / "captures"
    printed = tmp_path_factory.mktemp("captures") / "read.jsonl"
    with printed.open("w", encoding="utf-8") as file:
        for found in found_in(captures):
            file.writelines(json.dumps(line) + "\n" for line in lines(take(found)))
    score: list[str | Path] = [sys.executable, shared / "tools" / "score_captures.py", captures, printed]
    done = subprocess.run(score, capture_output=True, text=True, check=True)
    return {line.split()[0]: tuple(map(float, line.split()[1:])) for line in done.stdout.splitlines()[1:]}


@pytest.mark.shared
@pytest.mark.parametrize("folder", FLOORS)
def test_captures_reach_their_floor(table: Mapping[str, tuple[float, ...]], folder: str) -> None:
    pages, outcomes, _, _, share, _, made_up = table[folder]
    assert share >= FLOORS[folder]
    assert made_up == 0
    assert outcomes == pages or FLOORS[folder] < 0.985


@pytest.mark.shared
def test_every_folder_has_a_floor(table: Mapping[str, tuple[float, ...]]) -> None:
    assert set(table) - {"all"} == set(FLOORS)
