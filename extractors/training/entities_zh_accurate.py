"""``entities_zh_accurate``: the Chinese tagger that also sees what Baidu's LAC network sees of each character."""

from __future__ import annotations

from pathlib import Path

from extractors.training.entities_zh import NAMES, make

WHAT = (
    f"{NAMES}, and what the network LAC sees of each character: its 256 numbers, its tags and its words. The network's weights come"
    " with jieba (MIT; LAC: Apache-2.0) and are not copied."
)


def train(data: Path) -> None:
    """Make the accurate tagger and its card."""
    make(data, "entities_zh_accurate", WHAT, accurate=True)
