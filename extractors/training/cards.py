"""A model's card: data, licence, recipe, scores with n, size, speed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; ``scores`` are (what was measured, n, value, unit)."""

    name: str
    what: str
    data: tuple[str, ...]
    scores: tuple[tuple[str, int, float, str], ...]
    split: str
    posts_per_second: float | None = None
    note: str = ""
    recipe: str = ""
    """Where one recipe makes several models."""


def write_card(card: Card, *weights: Path) -> None:
    """Write ``CARD.md`` beside the weights."""
    size = sum(path.stat().st_size for path in weights)
    lines = [f"# {card.name}", "", card.what, "", "## Data and licence", ""]
    lines += [f"- {each}" for each in card.data]
    lines += [
        "",
        "The texts are not in this repository.",
        "",
        "## Recipe",
        "",
        f"    scrapy train {card.recipe or card.name}",
        "",
    ]
    lines += ["## Scores", "", f"Split: {card.split}.", "", "| measured | n | result |", "|---|---|---|"]
    lines += [f"| {what} | {n:,} | {value:g} {unit} |" for what, n, value, unit in card.scores]
    lines += ["", "## Size and speed", "", f"{size / 1e6:.1f} MB stored, no pickle."]
    if card.posts_per_second is not None:
        lines += [f"{card.posts_per_second:,.0f} posts/s on one shared core, features included."]
    if card.note:
        lines += ["", card.note]
    (weights[0].parent / "CARD.md").write_text("\n".join(lines) + "\n", "utf-8")
