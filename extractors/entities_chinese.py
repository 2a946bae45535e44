"""What the Chinese tagger sees of each character: the characters around it, the words that the dictionary cuts, and how a network tags them.

A feature is the checksum (CRC-32) of its name. Those of all characters are computed at once, from what their parts come to after
nothing: a checksum of two strings in a row is the first one's, moved on by the second one's bytes, combined with the second one's.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from extractors.sequence import Places, places

BITS = 20
"""Places for the features: 1,048,576; pairs and triples of characters are many."""
ONES = 0xFFFFFFFF
LONGEST_SIGNS = 12
"""Bytes of three characters."""
AROUND = 2
"""Characters on either side that are seen."""
BEFORE, AFTER = "\x02" * AROUND, "\x03" * AROUND
BORDERS = "BMES"
"""Of a word: its first character, one within, its last, its only one."""
KINDS = "daph"
"""A digit, a Latin letter, a sign, anything else."""
MOST_KNOWN = 50_000
"""Words that are remembered."""

Sums = NDArray[np.uint32]
Row = tuple[int, ...]
Line = tuple[str, Sequence[str]]
"""A text, and the same cut into words."""


def named(name: str) -> int:
    """The checksum of a feature's name."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


@cache
def bytewise() -> Sums:
    """What each byte comes to after nothing."""
    return np.array([zlib.crc32(bytes([byte]), ONES) ^ ONES for byte in range(256)], np.uint32)


@cache
def moved(prefix: str) -> Sums:
    """The checksum of a prefix moved on by 0 to 12 bytes: combined with what so many bytes come to, it is that of both."""
    return np.array(
        list(accumulate(range(LONGEST_SIGNS), lambda state, _: zlib.crc32(b"\0", state), initial=named(prefix))),
        np.uint32,
    )


class Signs:
    """The bytes of characters laid end to end, and what they come to in a row."""

    def __init__(self, signs: str) -> None:
        encoded = [sign.encode("utf-8", "surrogatepass") for sign in signs]
        self.sizes = np.array([len(each) for each in encoded])
        self.bytes = np.frombuffer(b"".join(each.ljust(4, b"\0") for each in encoded), np.uint8).reshape(-1, 4)

    def behind(self, states: Sums, shift: int) -> Sums:
        """What states come to with the character behind that stands ``shift`` further on; the last ones have none."""
        sizes, units = self.sizes[shift:], self.bytes[shift:]
        states = states[: len(sizes)]
        for number in range(int(sizes.max(initial=0))):
            further = bytewise()[(states ^ units[:, number]) & np.uint32(255)] ^ (states >> np.uint32(8))
            states = np.where(sizes > number, further, states)
        return states


def kind_of(sign: str) -> int:
    """The kind of a character."""
    kind = "d" if sign.isdigit() else "a" if sign.isascii() and sign.isalpha() else "p" if not sign.isalnum() else "h"
    return KINDS.index(kind)


@lru_cache(MOST_KNOWN)
def word_rows(word: str) -> tuple[list[Row], int, int, int]:
    """What a word says of each of its characters, border first; then of the word after it, of the one before, and where its own checksum stands."""
    size = len(word)
    borders = "S" if size == 1 else "B" + "M" * (size - 2) + "E"
    rows = {
        border: (
            BORDERS.index(border), named(f"h={border}{word}"), named(f"hb={border}{size}"),
            named(f"we={word[-1]}{border}"), named(f"we2={word[-2:]}"),
        )
        for border in dict.fromkeys(borders)
    }  # fmt: skip
    return [rows[border] for border in borders], named(f"hl={word}"), named(f"hr={word}"), named(f"h0r={word}")


def word_sums(lines: Sequence[Line]) -> tuple[NDArray[np.int64], Sums]:
    """The border of each character of some lines, and the checksums of what its own word and those beside it say."""
    rows: list[Row] = []
    beside: list[Row] = []
    sizes: list[int] = []
    no_left, no_right = named("hl="), named("hr=")
    left_prefix = named("hl0=")
    for _, words in lines:
        known = [word_rows(word) for word in words]
        encoded = [word.encode("utf-8", "surrogatepass") for word in words]
        last = len(words) - 1
        for at, (own, _, _, right_prefix) in enumerate(known):
            rows += own
            sizes.append(len(own))
            before = words[at - 1][-1].encode("utf-8", "surrogatepass") if at else b""
            after = words[at + 1][0].encode("utf-8", "surrogatepass") if at < last else b""
            beside.append(
                (
                    known[at - 1][1] if at else no_left,
                    known[at + 1][2] if at < last else no_right,
                    zlib.crc32(encoded[at], zlib.crc32(before, left_prefix)),
                    zlib.crc32(after, right_prefix),
                )
            )
    own_sums = np.array(rows, np.int64)
    both = np.concatenate([own_sums[:, 1:], np.repeat(np.array(beside, np.int64), sizes, axis=0)], axis=1)
    return own_sums[:, 0], both.astype(np.uint32)


@cache
def tables() -> tuple[Sums, Sums]:
    """The checksums of each kind, and of each kind with each border."""
    kinds = [named(f"k={kind}") for kind in KINDS]
    bordered = [[named(f"kb={kind}{border}") for border in BORDERS] for kind in KINDS]
    return np.array(kinds, np.uint32), np.array(bordered, np.uint32)


def chinese_features(lines: Sequence[Line]) -> Places:
    """What the tagger sees of each character of some lines: a row of places for each."""
    if not any(signs for signs, _ in lines):
        return np.zeros((0, 0), np.int64)
    laid = "".join(f"{BEFORE}{signs}{AFTER}" for signs, _ in lines)
    lengths = np.array([len(signs) for signs, _ in lines])
    here = np.arange(lengths.sum()) + np.repeat(AROUND + 2 * AROUND * np.arange(len(lines)), lengths)
    signs = Signs(laid)
    one = signs.behind(np.zeros(len(laid), np.uint32), 0)
    two, gap = signs.behind(one, 1), signs.behind(one, 2)
    three = signs.behind(two, 2)
    size = signs.sizes
    sizes = {1: size, 2: size[:-1] + size[1:], 3: size[:-2] + size[1:-1] + size[2:]}

    def around(prefix: str, row: Sums, count: int, shift: int) -> Sums:
        at = here + shift
        found: Sums = moved(prefix)[sizes[count][at]] ^ row[at]
        return found

    kinds = np.array([kind_of(sign) for sign in laid])[here]
    borders, of_words = word_sums(lines)
    of_kinds, of_borders = tables()
    columns = [
        np.full(len(here), named("bias"), np.uint32),
        around("0=", one, 1, 0), around("-1=", one, 1, -1), around("+1=", one, 1, 1),
        around("-2=", one, 1, -2), around("+2=", one, 1, 2),
        around("-1,0=", two, 2, -1), around("0,+1=", two, 2, 0), around("-2,-1=", two, 2, -2), around("+1,+2=", two, 2, 1),
        moved("-1,+1=")[size[here - 1] + size[here + 1]] ^ gap[here - 1],
        around("tri=", three, 3, -1), around("tri-=", three, 3, -2), around("tri+=", three, 3, 0),
        of_kinds[kinds], of_borders[kinds, borders],
    ]  # fmt: skip
    found = np.concatenate([np.stack(columns, axis=1), of_words], axis=1)
    return (found & np.uint32((1 << BITS) - 1)).astype(np.int64)


def network_places(signs: str, tags: Sequence[str]) -> list[Places]:
    """What the network's own tags and words say of each character."""
    first, after = list(range(len(tags))), list(range(1, len(tags) + 1))
    for at in range(1, len(tags)):
        if not tags[at].endswith("-B") and tags[at] != "O":
            first[at] = first[at - 1]
    for at in range(len(tags) - 2, -1, -1):
        if first[at + 1] == first[at]:
            after[at] = after[at + 1]
    found: list[Places] = []
    for at, tag in enumerate(tags):
        start, end = first[at], after[at]
        word = signs[start:end]
        left = tags[at - 1] if at else ""
        right = tags[at + 1] if at + 1 < len(tags) else ""
        word_left = signs[first[start - 1] : start] if start else ""
        word_right = signs[end : after[end]] if end < len(tags) else ""
        kinds = f"{tags[start - 1][:-2] if start else ''}{tag}{tags[end][:-2] if end < len(tags) else ''}"
        names = [
            f"L={tag}", f"L-={left}{tag}", f"L+={tag}{right}", f"L-+={left}{tag}{right}", f"Lc={tag}{signs[at]}",
            f"Lw={tag}{word}", f"Llw={word_left}{tag}", f"Lrw={tag}{word_right}", f"Ltt={kinds}", f"Le={tag}{word[-1]}",
            f"Le2={tag}{word[-2:]}", f"Llen={tag}{min(6, len(word))}",
        ]  # fmt: skip
        found.append(places(names, BITS))
    return found
