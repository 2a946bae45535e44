"""Invented words in the place of real ones: the same shape, the same word always for the same one, nothing of the original."""

from __future__ import annotations

import ast
import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from spiders.base import platforms, sources_of

SPIDERS = Path(__file__).resolve().parent.parent
SHARED_FOLDERS = ("markup", "layouts")
COMMON = frozenset(
    ["http", "https", "www", "com", "org", "net", "html", "json", "true", "false", "null", "none", "utf", "example"]
)
SHORT_DIGITS = 6
LONG_NUMBER = re.compile(r"[0-9]{6}")
"""So many digits in an element's name are an id."""
ID_DIGITS = 8
"""So many digits are an id rather than a count, unless they are a time."""
EPOCH = re.compile(r"1[0-9]{9}(?:[0-9]{3})?$|20[0-9]{8}$")
PIECES = re.compile(
    r"""(?P<tag><[^<>]{1,4000}>)
    |(?P<entity>&\#?\w{1,10};)
    |(?P<unicode>(?:\\u[0-9a-fA-F]{4})+)
    |(?P<escape>\\x[0-9a-fA-F]{2}|\\[a-zA-Z])
    |(?P<percent>(?:%[0-9a-fA-F]{2})+)
    |(?P<time>\d{4}-\d\d-\d\d(?:T\d\d:[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)
    |(?P<host>(?<=//)[\w.-]+\.[A-Za-z]{2,})
    |(?P<word>[^\W_]+)""",
    re.VERBOSE,
)
ATTRIBUTE = re.compile(r"""(\s([\w:-]+)\s*=\s*)("[^"]*"|'[^']*')""")
SHOWN = re.compile(r"href|src|cite|title|alt|content|value|datetime|aria-label|data-[\w-]+", re.IGNORECASE)
"""The attributes that tell of someone; the others name the element."""
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]
HAN = "山水木石田园江河湖海天云雨雪花草树林春夏秋冬东西南北青红白黑金银铜铁"


@cache
def words_of_readers(platform: str) -> frozenset[str]:
    """The words in the string constants of a platform's file and of what platforms share: what a reader may look for."""
    module = platforms()[platform].__module__
    files = [SPIDERS / "platforms" / f"{platform}.py"]
    files += [file for file in sources_of(module, set()) if file.parent.name in SHARED_FOLDERS]
    words: set[str] = set(COMMON)
    for file in files:
        tree = ast.parse(file.read_text("utf-8"))
        prose = {id(part) for node in ast.walk(tree) if is_prose(node) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                for word in re.findall(r"[^\W_]+", node.value):
                    words.add(word.casefold())
                    if not word.isascii():
                        words.update(word)
    return frozenset(words)


def is_prose(node: ast.AST) -> bool:
    """Whether a part of a source is for people: a docstring, or what the reference says of a platform."""
    named_about = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "About"
    return named_about or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


class Inventor:
    """Puts invented words into texts and addresses; ``kept`` stay as they are (case folded), ``ids`` never do."""

    def __init__(self, kept: frozenset[str], hosts: tuple[str, ...], ids: frozenset[str] = frozenset()) -> None:
        self.kept = set(kept)
        self.ids = ids
        self.hosts = hosts
        self.met: dict[str, None] = {}
        """The words that were replaced, in the order met."""

    def text(self, text: str) -> str:
        """A text with invented words; markup and escapes in it stand."""
        return PIECES.sub(self._piece, text)

    def ids_in(self, text: str) -> str:
        """A text that names elements, in which only ids and names of people are invented."""
        return PIECES.sub(lambda found: self.word(found[0]) if self.telling(found[0]) else found[0], text)

    def telling(self, word: str) -> bool:
        """Whether a word of an element's name is someone's."""
        digits = len(word) >= SHORT_DIGITS and LONG_NUMBER.search(word) is not None
        return (word in self.ids or digits) and word.casefold() not in self.kept

    def number(self, value: int) -> int:
        """A number, invented where it is an id."""
        made = self.word(str(abs(value)))
        return int(made) if value >= 0 else -int(made)

    def word(self, word: str) -> str:
        """One word: letters by letters, an id with its first third kept, since that may tell its kind or time."""
        folded = word.casefold()
        if folded in self.kept or self.plain(word):
            return word
        if not word.isascii() and not any(letter.isascii() for letter in word):
            return "".join(self.letter(letter) for letter in word)
        inner = next((one for one in self.ids if len(one) >= ID_DIGITS and one in word and one != word), None)
        if inner is not None:
            return word.replace(inner, self.word(inner))
        self.met.setdefault(folded)
        if word.isalpha() and word.isascii():
            return like(word, syllables(folded))
        start = len(word) // 3
        return word[:start] + "".join(other(letter, f"{folded}{at}") for at, letter in enumerate(word[start:]))

    def letter(self, letter: str) -> str:
        """A letter of a script whose words can't be told apart, by another of its script."""
        if letter in self.kept:
            return letter
        self.met.setdefault(letter)
        return other(letter, letter)

    def plain(self, word: str) -> bool:
        """Whether a word tells nothing of anyone: a letter, a number that is no id, a time, digits with a unit."""
        if word in self.ids:
            return False
        if word.isdecimal():
            return len(word) < ID_DIGITS or EPOCH.match(word) is not None
        return (len(word) == 1 and word.isascii()) or (len(word) <= 3 and word[0].isdecimal())

    def host(self, host: str) -> str:
        """A host: the platform's own stays, any other becomes one under .example."""
        lower = host.lower()
        own = next((known for known in self.hosts if lower == known or lower.endswith(f".{known}")), None)
        if own is not None:
            return self.text(host[: -len(own)]) + own
        if lower.endswith(".example"):
            return host
        label = max(lower.removeprefix("www.").split(".")[:-1], key=len)
        self.met.setdefault(lower)
        return host if lower in self.kept else f"{syllables(label)}.example"

    def _attribute(self, found: re.Match[str]) -> str:
        """An attribute of a tag that stands in a text."""
        mark, value = found[3][0], found[3][1:-1]
        made = self.text(value) if SHOWN.fullmatch(found[2]) else self.ids_in(value)
        return f"{found[1]}{mark}{made}{mark}"

    def _piece(self, found: re.Match[str]) -> str:
        """One piece of a text."""
        kind, piece = found.lastgroup, found[0]
        if kind == "word":
            return self.word(piece)
        if kind == "host":
            return self.host(piece)
        if kind == "tag":
            return ATTRIBUTE.sub(self._attribute, piece)
        if kind == "unicode":
            return escaped(
                self.text(
                    piece.encode("ascii")
                    .decode("unicode_escape", "replace")
                    .encode("utf-16", "surrogatepass")
                    .decode("utf-16", "replace")
                )
            )
        if kind == "percent":
            plain = unquote(piece, errors="replace")
            return piece if plain.isascii() else quote(self.text(plain))
        return piece


def escaped(text: str) -> str:
    r"""A text as ``\u`` escapes."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def number_of(key: str) -> int:
    """A number that a word always gives, and that does not tell the word."""
    return int.from_bytes(
        hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8, key=b"recorded page").digest(), "big"
    )


def syllables(word: str) -> str:
    """An invented word of a word's length, lower case."""
    number, made = number_of(word), ""
    while len(made) < len(word):
        made += SYLLABLES[number % len(SYLLABLES)]
        number = number // len(SYLLABLES) or number_of(word + made)
    return made[: len(word)]


def like(word: str, made: str) -> str:
    """An invented word in the case of the original."""
    return "".join(new.upper() if old.isupper() else new for old, new in zip(word, made, strict=True))


def other(letter: str, key: str) -> str:
    """Another letter or digit of the same kind."""
    number = number_of(key)
    if letter.isascii():
        choices = "0123456789" if letter.isdecimal() else "abcdefghijklmnopqrstuvwxyz"
        made = choices[number % len(choices)]
        return made.upper() if letter.isupper() else made
    if "\u4e00" <= letter <= "\u9fff":
        return HAN[number % len(HAN)]
    start, kind = ord(letter) & ~0x1F, unicodedata.category(letter)
    choices = "".join(chr(point) for point in range(start, start + 32) if unicodedata.category(chr(point)) == kind)
    return choices[number % len(choices)] if kind.startswith("L") else letter


Invent = Callable[[str], str]
