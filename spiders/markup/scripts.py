"""Values out of a page's JavaScript, read as text and never run: objects, lists, strings, numbers, and what pages wrap around them.

Source: ECMA-262, https://tc39.es/ecma262/#sec-literals, as far as pages write their data with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spiders.page import UnreadableError

DEEPEST = 60
SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)*")
STRING = re.compile(
    r'"([^"\\\n]*(?:\\.[^"\\\n]*)*)"|\'([^\'\\\n]*(?:\\.[^\'\\\n]*)*)\'|`([^`\\]*(?:\\.[^`\\]*)*)`', re.DOTALL
)
NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+")
NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
PATTERN = re.compile(r"/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|(\r\n|.))", re.DOTALL)
COMMON_ESCAPES = tuple((f"\\x{ord(letter):02x}", letter) for letter in "<>\"'&\n\r")
HALF_PAIR = re.compile("[\ud800-\udfff]")
PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
ASSIGNED = re.compile(r"\s*=(?!=)")
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.")
COMPARISONS = ("===", "!==", "==", "!=")


def script_value(text: str, marker: str, start: int = 0) -> Any:
    """The value that follows a marker (``window.cgiData = ``) in a script; raises UnreadableError, which names the marker.

    ``'12' * 1`` is 12 and ``'' * 1`` is None: a page that multiplies nothing tells no number. ``a || b`` is the first
    that is something, a call is its first argument, an unknown name is None.
    """
    at = text.find(marker, start)
    if at < 0:
        raise UnreadableError(marker.strip(" =:"))
    try:
        return Script(text, at + len(marker)).value()
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnreadableError(marker.strip(" =:")) from error


def assignments(text: str, name: str) -> Iterator[Any]:
    """What a name is set to in a script (``var ct = "1"``, ``window.ct``, ``d.ct``), where that is a value and not nothing."""
    for form in (f"var {name}", f"window.{name}", f"d.{name}"):
        for at in places(text, form):
            found = ASSIGNED.match(text, at + len(form))
            if found is None or (at and text[at - 1] in WORD):
                continue
            try:
                script = Script(text, found.end())
                value = script.value()
            except (SyntaxError, ValueError, RecursionError):
                continue
            # What goes on (``'…' + name``) was a part of something, not a value.
            part = script.skip() in set("+-/%&<>[(") and not text.startswith("</", script.at)
            if value not in (None, "", False) and not part:
                yield value


def places(text: str, word: str) -> Iterator[int]:
    """Where a word begins in a text; ten times as fast as a pattern, in a page of 3 MB."""
    at = -1
    while (at := text.find(word, at + 1)) >= 0:
        yield at


def unescape(text: str) -> str:
    r"""The text of a string literal: ``\x26`` is &, ``\u4e2d`` is 中."""
    if "\\" not in text:
        return text
    if "\\\\" not in text:
        # The escapes that stand by the thousand in escaped HTML, each in one pass.
        for escaped, letter in COMMON_ESCAPES:
            text = text.replace(escaped, letter)
        if "\\" not in text:
            return text
    made = ESCAPE.sub(_escape, text)
    if HALF_PAIR.search(made):
        made = made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return made


def _escape(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        return chr(min(int(code, 16), 0x10FFFF))
    return PLAIN_ESCAPES.get(found[4], found[4])


class Script:
    """A place in a script, and the values that are read from there on."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.depth = 0

    def skip(self) -> str:
        """Pass spaces and comments; the next letter, or nothing at the end."""
        following = self.text[self.at : self.at + 1]
        if following != "/" and not following.isspace():
            return following
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> bool:
        """Pass a mark if it comes next."""
        self.skip()
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def expect(self, mark: str) -> None:
        """Pass a mark, which must come next."""
        if not self.take(mark):
            raise SyntaxError(mark)

    def value(self) -> Any:
        """A whole expression: alternatives, comparisons, a choice."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise SyntaxError("too deep")
        made = self.product()
        while True:
            following = self.skip()
            if following == "|" and self.take("||"):
                other = self.product()
                made = made if made not in (None, "", False) else other
            elif following in "=!" and following and any(self.take(mark) for mark in COMPARISONS):
                made = made == self.product()
            elif following == "?" and self.take("?"):
                chosen = self.value()
                self.expect(":")
                other = self.value()
                made = chosen if made else other
            else:
                break
        self.depth -= 1
        return made

    def product(self) -> Any:
        """A value, made a number where it is multiplied by one."""
        made = self.primary()
        while self.take("*"):
            by = self.primary()
            made = number(made) if by == 1 else None
        return made

    def primary(self) -> Any:
        """A literal, a name, a call, or what stands in brackets, with the methods called on it left out."""
        first = self.skip()
        if first == "{":
            made: Any = self.members()
        elif first == "[":
            made = self.items("[", "]")
        elif first == "(":
            self.at += 1
            made = self.value()
            self.expect(")")
        elif first and first in "\"'`":
            made = self.string()
        elif first == "!":
            self.at += 1
            made = not self.primary()
        elif first == "-" or first == "+":
            self.at += 1
            made = self.primary()
            made = -made if first == "-" and isinstance(made, int | float) else made
        elif first == "/" and (found := PATTERN.match(self.text, self.at)):
            self.at = found.end()
            made = found[0]
        elif found := NUMBER.match(self.text, self.at):
            self.at = found.end()
            made = int(found[0], 16) if found[0][:2] in {"0x", "0X"} else number(found[0])
        else:
            made = self.named()
        while self.skip() == "." and (found := NAME.match(self.text, self.at + 1)):
            self.at = found.end()
            if self.skip() == "(":
                self.items("(", ")")
        return made

    def named(self) -> Any:
        """What a name stands for: a constant, the first argument of a call, None for a name of the script's own."""
        found = NAME.match(self.text, self.at)
        if found is None or found[0] in {"function", "async", "class"}:
            raise SyntaxError(self.text[self.at : self.at + 20])
        self.at = found.end()
        if found[0] in {"new", "void", "typeof"}:
            self.primary()
            return None
        if self.skip() == "(":
            arguments = self.items("(", ")")
            return None if "." in found[0] and found[0] != "JSON.parse" else next(iter(arguments), None)
        return CONSTANTS.get(found[0])

    def string(self) -> str:
        """A string literal."""
        found = STRING.match(self.text, self.at)
        if found is None:
            raise SyntaxError("string without end")
        self.at = found.end()
        return unescape(found[found.lastindex or 1])

    def items(self, opening: str, closing: str) -> list[Any]:
        """The values of a list or of a call's arguments."""
        self.expect(opening)
        made: list[Any] = []
        while not self.take(closing):
            made.append(self.value())
            if not self.take(","):
                self.expect(closing)
                break
        return made

    def members(self) -> dict[str, Any]:
        """The members of an object."""
        self.expect("{")
        made: dict[str, Any] = {}
        while not self.take("}"):
            first = self.skip()
            if first and first in "\"'`":
                key = self.string()
            elif found := NAME.match(self.text, self.at) or NUMBER.match(self.text, self.at):
                key = found[0]
                self.at = found.end()
            else:
                raise SyntaxError(self.text[self.at : self.at + 20])
            self.expect(":")
            made[key] = self.value()
            if not self.take(","):
                self.expect("}")
                break
        return made


def number(value: Any) -> Any:
    """What multiplying by one makes of a value: a number, None of nothing; a text that is no number stays."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 20:
        return int(text)
    try:
        return float(text)
    except ValueError:
        return value
