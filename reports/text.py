"""Texts out of pages, made fit to be shown anywhere."""

from __future__ import annotations

import re

TEXT_SHOWN = 600
# Controls, and characters that turn the direction of what follows: a hostile text must not reorder the page.
TURNING = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")


def clean(value: object, limit: int = TEXT_SHOWN) -> str:
    """A text without control or direction characters, cut at a limit."""
    text = TURNING.sub("", str(value))
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def letters(text: str) -> int:
    """How many columns a text takes: a Chinese letter counts twice."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)
