"""A page as a tree that can be cut and reworded: JSON, JSON lines, HTML with the JSON in its scripts, XML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import lxml.etree
import lxml.html

from spiders.page import Page, UnreadableError
from spiders.recording.words import Inventor


class Holds(Protocol):
    """Whether the page still reads as it did, and whether it was tried long enough."""

    def __call__(self) -> bool:
        """Read the page as it stands."""

    def spent(self) -> bool:
        """Whether to leave the rest as it is."""


LIST_ITEMS = 3
"""So many items of a list are enough to show its shape."""
NEVER_READ = ("style", "svg", "path", "noscript", "iframe", "link[@rel='stylesheet']", "link[@rel='preload']")
STRUCTURAL = frozenset(
    ["class", "id", "type", "rel", "property", "name", "itemprop", "itemtype", "itemscope", "role", "charset", "lang", "http-equiv", "method", "target", "dir", "as", "xmlns", "version", "typeof", "vocab"]
)  # fmt: skip
DATA_START = re.compile(r"""(?:[=(:,]|^)\s*(?=\{\s*"|\[\s*[\[{"])""")
SHORTEST_DATA = 40
SHORTEST_COMMENT = 200
IDLIKE = re.compile(r"^(?=.*\d)[\w-]{6,}$")


class Document(Protocol):
    """A page that can be cut down and reworded."""

    ending: str

    def body(self, inventor: Inventor | None) -> bytes:
        """The page as it stands, with invented words where an inventor is given."""

    def trim(self) -> None:
        """Shorten what repeats."""

    def prune(self, holds: Holds) -> None:
        """Take out all without which the page still reads the same."""


def document_of(page: Page) -> Document:
    """The page as a tree; raises UnreadableError where nothing can be made of it."""
    if page.looks_json:
        try:
            return JsonDocument(page.json)
        except UnreadableError:
            return LinesDocument(list(page.json_lines()))
    start = page.text[:2000].lower()
    if ("<?xml" in start[:20] or "xml" in (page.content_type or "")) and "<html" not in start:
        return XmlDocument(lxml.etree.fromstring(page.body, lxml.etree.XMLParser(recover=True, resolve_entities=False)))
    return HtmlDocument(page.text)


def dropped(items: list[Any], put: Callable[[list[Any]], None], holds: Holds) -> list[Any]:
    """The items without which the page reads otherwise; halves are tried before single ones."""
    alive = [True] * len(items)

    def left() -> list[Any]:
        return [item for item, stays in zip(items, alive, strict=True) if stays]

    parts = [(0, len(items))] if items else []
    while parts and not holds.spent():
        start, end = parts.pop()
        before = alive[start:end]
        alive[start:end] = [False] * (end - start)
        put(left())
        if not holds():
            alive[start:end] = before
            if end - start > 1:
                middle = (start + end) // 2
                parts += [(start, middle), (middle, end)]
    put(left())
    return left()


def trimmed(value: Any) -> Any:
    """JSON with a few items of each list."""
    if isinstance(value, dict):
        return {key: trimmed(item) for key, item in value.items()}
    return [trimmed(item) for item in value[:LIST_ITEMS]] if isinstance(value, list) else value


def prune_json(value: Any, holds: Holds) -> None:
    """Take out of JSON, in place, what is not needed."""
    if isinstance(value, dict):

        def put(pairs: list[Any]) -> None:
            value.clear()
            value.update(pairs)

        for _, item in dropped(list(value.items()), put, holds):
            prune_json(item, holds)
    elif isinstance(value, list):

        def put_items(items: list[Any]) -> None:
            value[:] = [item[0] for item in items]

        # Wrapped, since equal numbers and texts are one object.
        for item in dropped([[item] for item in value], put_items, holds):
            prune_json(item[0], holds)


def reworded(value: Any, inventor: Inventor) -> Any:
    """JSON with invented texts, ids and addresses; keys stand unless they are ids."""
    if isinstance(value, dict):
        return {
            (inventor.text(key) if IDLIKE.match(key) else inventor.ids_in(key)): reworded(item, inventor)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [reworded(item, inventor) for item in value]
    if isinstance(value, str):
        return inventor.text(value)
    return inventor.number(value) if isinstance(value, int) and not isinstance(value, bool) else value


@dataclass
class JsonDocument:
    """A page that is JSON."""

    value: Any
    ending: str = ".json"

    def body(self, inventor: Inventor | None) -> bytes:
        """The value, indented, for a person to read."""
        value = self.value if inventor is None else reworded(self.value, inventor)
        return json.dumps(value, ensure_ascii=False, indent=1 if inventor else None).encode("utf-8", "replace")

    def trim(self) -> None:
        """A few items of each list."""
        self.value = trimmed(self.value)

    def prune(self, holds: Holds) -> None:
        """What is not needed, key by key."""
        prune_json(self.value, holds)


@dataclass
class LinesDocument:
    """A page of JSON lines."""

    values: list[Any]
    ending: str = ".jsonl"

    def body(self, inventor: Inventor | None) -> bytes:
        """A line a value."""
        values = self.values if inventor is None else [reworded(value, inventor) for value in self.values]
        return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode("utf-8", "replace")

    def trim(self) -> None:
        """A few lines, and a few items of each list."""
        self.values = trimmed(self.values)

    def prune(self, holds: Holds) -> None:
        """What is not needed, key by key."""
        prune_json(self.values, holds)


@dataclass
class Script:
    """A script in parts: text, and the JSON in it."""

    element: Any
    parts: list[Any]
    """Each a one-item list that holds a text, or a one-key dictionary that holds JSON."""

    def render(self, inventor: Inventor | None) -> str:
        """The script's text."""
        made: list[str] = []
        for part in self.parts:
            if isinstance(part, dict):
                value = part["json"] if inventor is None else reworded(part["json"], inventor)
                made.append(json.dumps(value, ensure_ascii=False).replace("</", "<\\/"))
            else:
                made.append(part[0] if inventor is None else inventor.text(part[0]))
        return "".join(made)


@dataclass
class HtmlDocument:
    """A page of HTML."""

    text: str
    ending: str = ".html"
    root: Any = field(init=False)
    scripts: list[Script] = field(init=False)

    def __post_init__(self) -> None:
        parser = lxml.html.HTMLParser(encoding="utf-8")
        self.root = lxml.html.document_fromstring(self.text.encode("utf-8", "replace"), parser=parser)
        for behind in list(self.root.itersiblings()):
            # What stands behind the document's end is a part of the page.
            self.root.append(behind)
        self.scripts = [
            Script(element, list(script_parts(element.text))) for element in self.root.iter("script") if element.text
        ]

    def body(self, inventor: Inventor | None) -> bytes:
        """The page's source."""
        for script in self.scripts:
            script.element.text = script.render(inventor)
        undo: list[Callable[[], None]] = []
        if inventor is not None:
            reword_elements(self.root, inventor, undo)
        made = lxml.html.tostring(self.root, encoding="unicode", doctype="<!DOCTYPE html>")
        for back in reversed(undo):
            back()
        return str(made).encode("utf-8", "replace")

    def trim(self) -> None:
        """Without what is never read, and a few items of each list in scripts; a long comment may hold the content."""
        for comment in self.root.xpath("//comment()"):
            if len(comment.text or "") < SHORTEST_COMMENT and comment.getparent() is not None:
                comment.drop_tree()
        for path in NEVER_READ:
            for element in self.root.xpath(f"//{path}"):
                element.drop_tree()
        for script in self.scripts:
            for part in script.parts:
                if isinstance(part, dict):
                    part["json"] = trimmed(part["json"])

    def prune(self, holds: Holds) -> None:
        """Elements from the top down, then attributes, then what stands in scripts."""
        prune_elements(self.root, holds)
        self.scripts = [script for script in self.scripts if script.element.getroottree().getroot() is self.root]
        for script in self.scripts:
            prune_script(script, holds)


@dataclass
class XmlDocument:
    """A page of XML: a feed."""

    root: Any
    ending: str = ".xml"

    def body(self, inventor: Inventor | None) -> bytes:
        """The source."""
        undo: list[Callable[[], None]] = []
        if inventor is not None:
            reword_elements(self.root, inventor, undo)
        made: bytes = lxml.etree.tostring(self.root, xml_declaration=True, encoding="utf-8")
        for back in reversed(undo):
            back()
        return made

    def trim(self) -> None:
        """A few of the entries."""
        seen: dict[Any, int] = {}
        for element in list(self.root.iter()):
            parent = element.getparent()
            if parent is None or not isinstance(element.tag, str):
                continue
            seen[parent, element.tag] = seen.get((parent, element.tag), 0) + 1
            if seen[parent, element.tag] > LIST_ITEMS:
                parent.remove(element)

    def prune(self, holds: Holds) -> None:
        """Elements from the top down, then attributes."""
        prune_elements(self.root, holds)


def script_parts(text: str) -> Iterator[Any]:
    """A script cut into text and the JSON in it."""
    decoder, at, done = json.JSONDecoder(strict=False), 0, 0
    while (found := DATA_START.search(text, at)) is not None:
        try:
            value, end = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            at = found.end() + 1
            continue
        if end - found.end() >= SHORTEST_DATA:
            yield [text[done : found.end()]]
            yield {"json": value}
            done = end
        at = max(end, found.end() + 1)
    yield [text[done:]]


def prune_script(script: Script, holds: Holds) -> None:
    """Take out of a script what is not needed: JSON key by key, the rest line by line."""
    for part in script.parts:
        if isinstance(part, dict):
            prune_json(part["json"], holds)
        elif len(part[0]) > SHORTEST_DATA:
            lines = [[line] for line in re.split(r"(?<=[\n;])", part[0])]

            def put(kept: list[Any], part: list[str] = part) -> None:
                part[0] = "".join(line[0] for line in kept)

            dropped(lines, put, holds)


def prune_elements(element: Any, holds: Holds) -> None:
    """Take out of a tree, in place, the elements, texts and attributes that are not needed."""
    children = list(element)

    def put(kept: list[Any]) -> None:
        element[:] = kept

    for child in dropped(children, put, holds):
        if isinstance(child.tag, str):
            prune_elements(child, holds)
    attributes = list(element.attrib.items())

    def put_attributes(kept: list[Any]) -> None:
        element.attrib.clear()
        element.attrib.update(kept)

    dropped(attributes, put_attributes, holds)


def reword_elements(root: Any, inventor: Inventor, undo: list[Callable[[], None]]) -> None:
    """Put invented words into texts and shown attributes, noting how to take them back."""
    for element in root.iter():
        if element.tag is lxml.etree.Comment:
            undo.append(lambda element=element, text=element.text: setattr(element, "text", text))  # type: ignore[misc]
            element.text = storable(inventor.text(element.text or ""))
        if not isinstance(element.tag, str):
            continue
        if element.tag not in {"script", "style"} and element.text:
            undo.append(lambda element=element, text=element.text: setattr(element, "text", text))  # type: ignore[misc]
            element.text = storable(inventor.text(element.text))
        if element.tail:
            undo.append(lambda element=element, text=element.tail: setattr(element, "tail", text))  # type: ignore[misc]
            element.tail = storable(inventor.text(element.tail))
        for name, value, names_it in attributes_of(element):
            made = inventor.ids_in(value) if names_it else inventor.text(value)
            undo.append(lambda element=element, name=name, value=value: element.set(name, value))  # type: ignore[misc]
            element.set(name, storable(made))


def attributes_of(element: Any) -> Iterable[tuple[str, str, bool]]:
    """The attributes with their values, and whether a value names the element rather than tells of someone."""
    if element.tag == "meta":
        return [(name, value, name != "content") for name, value in element.attrib.items()]
    return [(name, value, name in STRUCTURAL) for name, value in element.attrib.items()]


def storable(text: str) -> str:
    """A text as lxml takes it."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
