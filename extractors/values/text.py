"""Plain text out of HTML: no markup, paragraphs kept as line breaks, entities decoded."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import lxml.etree

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
PARSER = lxml.etree.HTMLParser(remove_comments=True, remove_pis=True)
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, lone surrogates, and marks that turn the direction of what follows."""
BREAK = "\x1d"
"""Stands for a line break until white space is folded; where a page holds it, it is no letter either."""
MARKS = re.compile(r"[*_`~#>\[\]!&|\\]|^\s*(?:[-+]|\d+[.)])\s|\n|https?:", re.MULTILINE)
"""What Markdown could mean something by."""
SPOILERS = re.compile(r"^\s*:::.*$", re.MULTILINE)
LONGEST_MARKDOWN, MOST_MARKS = 50_000, 3_000
"""In letters; a longer text, or one of nothing but marks (which takes minutes), is kept as it was written."""
BLANK_LINES = re.compile("\n{3,}")


def plain_text(source: Any, skipped: Callable[[Any], bool] | None = None) -> str | None:
    """The text of HTML (a string or an element) with paragraphs as line breaks; None stays None.

    Elements that ``skipped`` tells are left out with all that is in them.
    """
    if source is None:
        return None
    if isinstance(source, str):
        if "<" not in source:
            return tidy(html.unescape(source))
        try:
            source = lxml.etree.fromstring("<div>" + UNSEEN.sub("", source), PARSER)
        except (lxml.etree.LxmlError, ValueError):
            return tidy(html.unescape(re.sub(r"<[^>]*>", " ", source)))
    parts: list[str] = []
    walk = lxml.etree.iterwalk(source, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in SILENT or (skipped is not None and skipped(element)):
                walk.skip_subtree()
                continue
            if tag in BREAKS:
                parts.append(BREAK)
            if element.text:
                parts.append(element.text)
        else:
            if tag in BREAKS and tag != "br":
                parts.append(BREAK)
            if element.tail and element is not source:
                parts.append(element.tail)
    return shaped("".join(parts).split(BREAK))


def tidy(text: str) -> str:
    """Text without control and bidirectional-override characters, runs of spaces folded, at most one blank line in a row."""
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        text = LINE_ENDS.sub("\n", text)
    return shaped(text.split("\n"))


def shaped(lines: Iterable[str]) -> str:
    """Lines as one text, each with its spaces folded."""
    text = UNSEEN.sub("", "\n".join([" ".join(line.split()) for line in lines]))
    return BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str | None) -> str | None:
    """A title folded to one line; None and nothing stay None."""
    if text is None:
        return None
    return " ".join((plain_text(text) or "").split()) or None


def plain_markdown(source: str | None) -> str | None:
    """The text of Markdown (CommonMark with tables and strike-through) without its marks; None stays None."""
    if source is None:
        return None
    if len(source) > LONGEST_MARKDOWN or sum(map(source.count, "[*_`|")) > MOST_MARKS or not MARKS.search(source):
        return tidy(source)
    return plain_text(_markdown().render(SPOILERS.sub("", source)))


@cache
def _markdown() -> Any:
    """The Markdown parser; HTML in a text is shown as it was written, as the platforms do."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
