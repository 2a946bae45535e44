"""The captures beside the project, read and scored per platform: a floor that only ever rises."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from spiders.commands.read import lines
from spiders.sources import found_in, take

FLOORS = {
    "bilibili": 1.0,
    "blogs": 0.0,
    "bluesky": 1.0,
    "discourse": 0.0,
    "ebay": 0.0,
    "facebook": 0.0,
    "hackernews": 1.0,
    "instagram": 0.0,
    "lemmy": 0.0,
    "linkedin": 0.0,
    "mastodon": 1.0,
    "news-feeds": 0.0,
    "pinterest": 0.0,
    "producthunt": 0.0,
    "reddit": 0.0,
    "reviews": 0.0,
    "snapchat": 0.0,
    "telegram": 1.0,
    "threads": 0.0,
    "tieba": 1.0,
    "tiktok": 1.0,
    "tumblr": 0.0,
    "twitch": 0.0,
    "vimeo": 0.0,
    "weibo": 1.0,
    "weixin": 1.0,
    "x": 1.0,
    "youtube": 1.0,
    "zhihu": 1.0,
}
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
