"""What pages of Threads and Instagram carry for their scripts: JSON blocks in which the data lie deep.

Source: ``script[type="application/json"][data-sjs]`` of www.threads.com and www.instagram.com, 2023 to 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from spiders.page import Page, parse_json

DEEPEST = 40
"""So deep a value is looked for; real ones lie at about 15."""


def blocks(page: Page, names: Iterable[str]) -> list[Any]:
    """The page's JSON blocks that hold one of the names."""
    texts = [script.text or "" for script in page.tree.iter("script") if script.get("type") == "application/json"]
    return [parse_json(text, "data-sjs") for text in texts if any(f'"{name}"' in text for name in names)]


def under(value: Any, key: str, depth: int = DEEPEST) -> Iterator[Any]:
    """Everything that stands under a key."""
    if depth and isinstance(value, dict):
        if key in value:
            yield value[key]
        for item in value.values():
            yield from under(item, key, depth - 1)
    elif depth and isinstance(value, list):
        for item in value:
            yield from under(item, key, depth - 1)
