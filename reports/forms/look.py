"""Colours and formats of the forms that have no style sheet: workbook, slides, pictures in mail."""

from __future__ import annotations

COLOURS = {
    "ink": "1B1D22", "muted": "5A5E68", "grid": "E3E0D6", "band": "EFE9DA", "paper": "FFFFFF", "label": "FFFFFF",
    "b0": "0B4F8A", "b1": "B0470F", "b2": "1D766C", "b3": "7B4A9A", "b4": "7D6A10", "b5": "566270", "b6": "A32C5C", "b7": "4A6E22",
    "positive": "1D766C", "neutral": "D9D4C5", "negative": "B0470F", "unscored": "EFECE3",
    "full": "1D766C", "part": "A9CDC7", "none": "EFE1D3",
}  # fmt: skip
"""The style sheet's light values, without #."""

PATTERNS = {
    "b1": "dark_upward_diagonal", "b2": "wide_downward_diagonal", "b3": "dark_horizontal", "b4": "dark_vertical", "b5": "diagonal_brick",
    "b6": "large_grid", "b7": "solid_diamond",
}  # fmt: skip
"""How a brand's bars are hatched, so that they differ in black and white; the brand reported on is solid. DrawingML's names."""

BARS = {"negative": "E39A6E"}
"""Bars that are lighter than the word, since white and black must tell them from others."""

NUMBER_FORMATS = {
    "share": "0.0%", "growth": "+0.0%;−0.0%;0.0%", "rate": "0.00%", "net": "+0;−0;0", "mean": "[>=100]#,##0;0.0", "index": "#,##0.0", "z": "0.0",
    "probability": "0.0000",
}  # fmt: skip
"""How a spreadsheet shows a number of a unit; whole numbers otherwise."""


def bar_colour(key: str) -> str:
    """A bar's colour, without #."""
    return BARS.get(key) or COLOURS.get(key, COLOURS["muted"])


def number_format(unit: str) -> str:
    """The spreadsheet's format of a unit."""
    return NUMBER_FORMATS.get(unit, "#,##0")


def label_step(n: int) -> int:
    """Every how many of n labels of an axis is shown, so that about a dozen are."""
    return max(1, -(-n // 12))


def scaled(value: float, unit: str) -> float:
    """A value as the report shows it: net sentiment from −100 to +100, per cent by its format."""
    return value * 100 if unit == "net" else value
