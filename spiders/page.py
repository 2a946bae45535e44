"""A fetched page as readers see it: address, status, headers, body, time of fetching. Nothing else is known to a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import lxml.etree
import lxml.html
from parsel import Selector, SelectorList

from extractors.values.charsets import decoded

MAX_BODY_BYTES = 12 * 1024 * 1024
"""A larger body is archived in part and not parsed."""
MAX_TAGS = 250_000
"""A page of more tags is not parsed either: its tree alone would take half a gigabyte, and no page for people has so many."""

ELEMENTS = lxml.etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement, comment=lxml.html.HtmlComment)
"""One class for all elements: lxml.html's own look-up asks Python for the class of each."""


class UnreadableError(ValueError):
    """A part of the page is not what the reader requires; the message names the part."""


@dataclass(frozen=True)
class Page:
    """One response. ``fetched_at`` None (a saved page of unknown age) means that relative times can't be read.

    ``platform`` is set where the address can't tell it (a self-hosted engine); header names are lower case.
    """

    url: str
    body: bytes
    status: int = 200
    fetched_at: datetime | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None
    cut_short: bool = False
    saved: bool = False

    @cached_property
    def host(self) -> str:
        """The host name, lower case, without port."""
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> Mapping[str, list[str]]:
        """The query's parameters."""
        return parse_qs(urlsplit(self.url).query)

    def absolute(self, address: str) -> str:
        """An address of the page, made absolute."""
        return urljoin(self.url, address)

    @cached_property
    def text(self) -> str:
        """The body decoded; what can't be decoded becomes U+FFFD."""
        return decoded(self.body, self.content_type)

    @cached_property
    def json(self) -> Any:
        """The body as JSON; raises UnreadableError where it is none."""
        return parse_json(self.text, "body")

    def json_lines(self) -> Iterator[Any]:
        """Each line of a JSON-lines body."""
        for line in self.text.splitlines():
            if line.strip():
                yield parse_json(line, "line")

    @cached_property
    def looks_json(self) -> bool:
        """Whether the body begins as a JSON object or list."""
        return self.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}

    @cached_property
    def looks_feed(self) -> bool:
        """Whether the body begins as an RSS or Atom document."""
        start = self.body[:2000].lower()
        return re.search(rb"<(rss|feed|rdf:rdf)[\s>]", start) is not None and b"<html" not in start

    @cached_property
    def tree(self) -> lxml.html.HtmlElement:
        """The body as an HTML tree; raises UnreadableError where nothing can be made of it."""
        parser = lxml.etree.HTMLParser(encoding="utf-8")
        parser.set_element_class_lookup(ELEMENTS)
        try:
            return lxml.html.document_fromstring(self.text.lstrip("\ufeff").encode("utf-8", "replace"), parser=parser)
        except (lxml.etree.LxmlError, ValueError, RecursionError) as error:
            raise UnreadableError("html") from error

    @cached_property
    def by_class(self) -> Mapping[str, list[lxml.html.HtmlElement]]:
        """The elements that bear each word of a class, in the page's order."""
        return words_in(self.tree, "class")

    @cached_property
    def by_itemprop(self) -> Mapping[str, list[lxml.html.HtmlElement]]:
        """The elements of each microdata property, in the page's order."""
        return words_in(self.tree, "itemprop")

    @cached_property
    def selector(self) -> Selector:
        """The tree for CSS and XPath."""
        return Selector(root=self.tree, type="html")

    def css(self, query: str) -> SelectorList[Selector]:
        """The elements or texts that a CSS query finds."""
        return self.selector.css(query)

    def xpath(self, query: str, **variables: Any) -> SelectorList[Selector]:
        """The elements or texts that an XPath query finds."""
        return self.selector.xpath(query, **variables)

    @cached_property
    def metas(self) -> Mapping[str, str]:
        """Content of the meta tags by property, name or itemprop, the first of each."""
        found: dict[str, str] = {}
        for element in self.tree.iter("meta"):
            name = element.get("property") or element.get("name") or element.get("itemprop")
            content = element.get("content")
            if name and content is not None:
                found.setdefault(name.lower(), content)
        return found

    def json_after(self, marker: str, text: str | None = None) -> Any:
        """The JSON value that follows a marker (``var ytInitialData = ``) in the page; raises UnreadableError."""
        text = self.text if text is None else text
        at = text.find(marker)
        if at < 0:
            raise UnreadableError(marker.strip(" =:"))
        start = at + len(marker)
        while start < len(text) and text[start] in " \t\r\n=":
            start += 1
        try:
            return json.JSONDecoder().raw_decode(text, start)[0]
        except (ValueError, RecursionError) as error:
            raise UnreadableError(marker.strip(" =:")) from error

    def script_json(self, element_id: str) -> Any:
        """The JSON in ``<script id=…>``; raises UnreadableError where it is not there."""
        element = self.tree.get_element_by_id(element_id, None)
        if element is None or not (element.text or "").strip():
            raise UnreadableError(f"script#{element_id}")
        return parse_json(element.text, f"script#{element_id}")

    @cached_property
    def json_ld(self) -> tuple[Mapping[str, Any], ...]:
        """The objects of all JSON-LD blocks, lists and ``@graph`` opened; a broken block is left out."""
        found: list[Mapping[str, Any]] = []
        for element in self.tree.iter("script"):
            if (element.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
                continue
            try:
                value = json.loads(element.text or "", strict=False)
            except (ValueError, RecursionError):
                continue
            for item in value if isinstance(value, list) else [value]:
                if not isinstance(item, dict):
                    continue
                graph = item.get("@graph")
                found.extend(part for part in (graph if isinstance(graph, list) else [item]) if isinstance(part, dict))
        return tuple(found)


@cache
def bearing(*attributes: str) -> Callable[[lxml.html.HtmlElement], list[lxml.html.HtmlElement]]:
    """What finds the elements inside one that bear any of the attributes, without making objects of the others."""
    found: Any = lxml.etree.XPath("descendant::*[" + " or ".join(f"@{name}" for name in attributes) + "]")
    return found  # type: ignore[no-any-return]


def words_in(element: lxml.html.HtmlElement, attribute: str = "class") -> dict[str, list[lxml.html.HtmlElement]]:
    """The elements inside one by each word of an attribute, in their order; one pass, where many words are looked for."""
    found: dict[str, list[lxml.html.HtmlElement]] = {}
    for inner in bearing(attribute)(element):
        for word in inner.get(attribute, "").split():
            found.setdefault(word, []).append(inner)
    return found


def parse_json(text: str, what: str) -> Any:
    """Parse JSON from a page; raises UnreadableError, which names ``what``, for anything that is none or too deep."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(what) from error
