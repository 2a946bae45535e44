"""Texts folded for matching (NFKC, case, traditional to simplified Chinese, blanks), with the way back to the original offsets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

HAN = (range(0x3400, 0xA000), range(0xF900, 0xFB00))
# Beyond it lie no characters that compose or fold, but for a few historic scripts.
LAST_FOLDED = 0x1D800
LOOKALIKES = {
    # One code point each, so that the common marks of phones and news sites keep offsets as they are.
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\uff07": "'",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u2026": ".",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``starts`` and ``ends`` lead each of its code points back to the original, None where nothing moved."""

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's span of a span of the folded text."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


@cache
def simplified() -> dict[int, str]:
    """Each traditional Chinese character with its simplified one, by OpenCC's own dictionary."""
    converter = OpenCC("t2s")
    pairs = ((code, converter.convert(chr(code))) for codes in HAN for code in codes)
    return {code: plain for code, plain in pairs if len(plain) == 1 and plain != chr(code)}


@cache
def single() -> dict[int, str]:
    """Each code point that folds to one other."""
    table: dict[int, str] = {}
    for code in range(LAST_FOLDED):
        sign = chr(code)
        plain = LOOKALIKES.get(sign) or fold_piece(sign)
        if len(plain) == 1 and plain != sign:
            table[code] = plain
    return table


@cache
def continuing() -> frozenset[str]:
    """Signs that may melt into the one before: marks, Hangul parts, half-width voicing."""
    found: set[str] = set()
    for code in range(LAST_FOLDED):
        first = unicodedata.normalize("NFKC", chr(code))[0]
        if unicodedata.combining(first):
            found.add(chr(code))
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            found.add(chr(int(parts[1], 16)))
    return frozenset(found | {chr(code) for code in range(0x1160, 0x1200)} | {"\uff9e", "\uff9f"})


def fold_piece(piece: str) -> str:
    """Fold one base sign with the marks on it."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", piece).casefold())
    return " " if plain.isspace() else plain.translate(simplified())


def fold(text: str) -> Folded:
    """The folded text with its offsets."""
    if text.isascii():
        plain = text.lower()
        return Folded(plain.replace("\n", " ").replace("\t", " ").replace("\r", " "))
    plain = text.translate(single())
    if unicodedata.is_normalized("NFKC", plain) and len(plain.casefold()) == len(plain):
        return Folded(plain)
    return fold_by_piece(text)


def fold_by_piece(text: str) -> Folded:
    """Fold a text in which signs melt together or spread out."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    melting, known = continuing(), single()
    at, size = 0, len(text)
    while at < size:
        after = at + 1
        while after < size and text[after] in melting:
            after += 1
        piece = text[at:after]
        plain = (known.get(ord(piece)) or fold_piece(piece)) if after == at + 1 else fold_piece(piece)
        parts.append(plain)
        starts.extend([at] * len(plain))
        ends.extend([after] * len(plain))
        at = after
    return Folded("".join(parts), starts, ends)


def fold_name(name: str) -> str:
    """A name as it is looked for in folded texts."""
    return " ".join(fold(name.strip()).text.split())
