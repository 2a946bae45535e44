"""A page written another way reads the same: other quotes, other order, tags in capitals, another address of the same page."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement

from extractors.records import Reading
from spiders.base import read
from spiders.page import Page
from spiders.sources import found_in
from tests.test_pages import recorded

EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
VERBATIM = frozenset({"script", "style", "noscript", "iframe", "xmp", "noembed", "noframes", "textarea"})


def written_anew(element: HtmlElement, named: Callable[[str], str]) -> str:
    """An element's markup with single quotes, its attributes in reverse order, and words of style among its classes."""
    if not isinstance(element.tag, str):
        return f"<!--{element.text or ''}-->{html.escape(element.tail or '')}"
    attributes = [(name, f"u-a {value} u-b" if name == "class" else value) for name, value in element.attrib.items()]
    tag = named(element.tag)
    start = "".join(f" {name}='{html.escape(value)}'" for name, value in reversed(attributes))
    if element.tag in EMPTY:
        inner = ""
    else:
        text = element.text or ""
        held = "".join(written_anew(child, named) for child in element)
        inner = f"{text if element.tag in VERBATIM else html.escape(text)}{held}</{tag}>"
    return f"<{tag}{start}>{inner}{html.escape(element.tail or '')}"


def html_anew(page: Page, named: Callable[[str], str]) -> Page:
    text = f"<!doctype html>{written_anew(page.tree, named)}".replace("\n", "\r\n")
    return replace(page, body=text.encode(), content_type="text/html; charset=utf-8")


def json_anew(page: Page) -> Page:
    def reversed_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: reversed_keys(held) for name, held in reversed(value.items())}
        return [reversed_keys(held) for held in value] if isinstance(value, list) else value

    values = page.json_lines() if "ndjson" in (page.content_type or "") else [page.json]
    return replace(page, body="\n".join(json.dumps(reversed_keys(value)) for value in values).encode())


def address_anew(page: Page) -> Page:
    scheme, _, rest = page.url.partition("://")
    place, slash, path = rest.partition("/")
    port = "" if ":" in place else ":443" if scheme == "https" else ":80"
    mark = "&" if "?" in path else "?"
    return replace(page, url=f"{scheme}://{place.upper()}{port}{slash}{path}{mark}utm_source=share&fbclid=x1#top")


def is_document(page: Page) -> bool:
    """Whether a page is HTML from end to end; parsers drop what Tieba's forums put behind the end."""
    if page.looks_json or page.looks_feed or not page.body.lstrip().startswith(b"<"):
        return False
    return "<" not in page.text.rpartition("</html>")[2] or "</html>" not in page.text


def said(reading: Reading) -> tuple[Any, ...]:
    return reading.outcome, reading.reason, sorted(str(record).replace("\\r", "") for record in reading.records)


@pytest.mark.parametrize("file", recorded())
def test_page_written_another_way_reads_the_same(file: Path) -> None:
    (found,) = found_in(file)
    page = found.page
    assert page is not None
    if "#" in page.url or page.url.count("/") < 3:
        pytest.skip("its address names a place in the page")
    name, reading = read(page)
    written = [html_anew(page, str.lower), html_anew(page, str.upper)] if is_document(page) else []
    made = [json_anew(page)] if page.looks_json else written
    for other in (*made, address_anew(page), replace(page, status=203) if page.status == 200 else page):
        told, again = read(other)
        assert (told, said(again)) == (name, said(reading))
