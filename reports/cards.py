"""What the sentiment models' cards say of their error: stated beside every figure of sentiment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import extractors

MODELS = Path(extractors.__file__).parent / "models"
ACCURACY = re.compile(r"^\| accuracy,? ?([^|]*) \| ([\d,]+) \| ([\d.]+) % \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """How many of a model's labels were right, on how many texts of what kind."""

    language: str
    on: str
    n: int
    right: float
    """A share."""


@cache
def measured() -> tuple[Measured, ...]:
    """The measurements of the models that score mentions, as their cards state them."""
    found = []
    for card in sorted(MODELS.glob("targeted_*/CARD.md")):
        language = card.parent.name.removeprefix("targeted_").partition("_")[0]
        for on, n, right in ACCURACY.findall(card.read_text("utf-8")):
            found.append(Measured(language, on.strip(), int(n.replace(",", "")), float(right) / 100))
    return tuple(found)
