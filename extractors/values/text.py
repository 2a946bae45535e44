"""Plain text out of HTML: no markup, paragraphs kept as line breaks, entities decoded."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

import lxml.etree
import lxml.html

BREAKS = frozenset(
    {
        "br",
        "p",
        "div",
        "li",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "section",
        "article",
        "pre",
        "ul",
        "ol",
        "figure",
        "table",
    }
)
SILENT = frozenset({"script", "style", "template", "noscript", "head", "iframe", "svg", "button"})
KEPT_CONTROLS = frozenset("\n\t\u200c\u200d")


def plain_text(source: Any) -> str | None:
    """The text of HTML (a string or an element) with paragraphs as line breaks; None stays None."""
    if source is None:
        return None
    if isinstance(source, str):
        if "<" not in source:
            return tidy(html.unescape(source))
        try:
            source = lxml.html.fragment_fromstring(source, create_parent="div")
        except (lxml.etree.LxmlError, ValueError):
            return tidy(html.unescape(re.sub(r"<[^>]*>", " ", source)))
    parts: list[str] = []
    for event, element in lxml.etree.iterwalk(source, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in BREAKS:
                parts.append("\n")
            if tag not in SILENT and not _silenced(element, source):
                parts.append(re.sub(r"[ \t\r\n\f]+", " ", element.text or ""))
        else:
            if event == "end" and tag in BREAKS and tag != "br":
                parts.append("\n")
            if element is not source and not _silenced(element.getparent(), source):
                parts.append(re.sub(r"[ \t\r\n\f]+", " ", element.tail or ""))
    return tidy("".join(parts))


def _silenced(element: Any, top: Any) -> bool:
    """Whether an element stands inside one whose text is not shown."""
    while element is not None:
        if element.tag in SILENT:
            return True
        if element is top:
            return False
        element = element.getparent()
    return False


def tidy(text: str) -> str:
    """Text without control and bidirectional-override characters, runs of spaces folded, at most one blank line in a row."""
    text = "".join(
        c
        for c in text
        if c in KEPT_CONTROLS
        or (
            unicodedata.category(c) not in {"Cc", "Cs"}
            and c not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
        )
    )
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(text: str | None) -> str | None:
    """A title folded to one line; None and nothing stay None."""
    if text is None:
        return None
    return re.sub(r"\s+", " ", plain_text(text) or "").strip() or None
