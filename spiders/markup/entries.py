"""Entries of well-formed RSS and Atom, straight from the tree, under the names that feedparser gives them.

feedparser reads the same feeds, and all that are not well-formed, fifty times more slowly: its own names for every part
and its guesses at every time are worth that only where a feed is broken.

Source: https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import lxml.etree

Entry = Mapping[str, Any]
"""One entry under feedparser's names: id, link, title, summary, content, author, published, updated, tags, ``slash_comments``…"""
ATOM = "http://www.w3.org/2005/Atom"
PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://search.yahoo.com/mrss/": "media",
    "http://itunes.apple.com/rss": "im",
    "http://www.youtube.com/xml/schemas/2015": "yt",
    ATOM: "atom",
    "http://purl.org/rss/1.0/": "",
    "": "",
}
"""What is called how; parts of other vocabularies are left out."""
RSS_NAMES = {
    "guid": "id",
    "pubdate": "published",
    "description": "summary",
    "dc_date": "published",
    "atom_updated": "updated",
}
ATOM_TYPES = {"text": "text/plain", "html": "text/html", "xhtml": "application/xhtml+xml"}
MAILBOX = re.compile(r"\S+@\S+\s*\((.+)\)\s*$")
"""How RSS wants an author: an e-mail address with the name behind it."""


def well_formed(body: bytes) -> lxml.etree._Element | None:
    """The root of a feed that is well-formed XML without a document type, else None."""
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml.etree.fromstring(body.lstrip(), parser)
    except lxml.etree.XMLSyntaxError:
        return None
    if root is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    return root


def named(element: lxml.etree._Element) -> str:
    """An element's name with the prefix of its vocabulary, in lower case; empty for one that is not read."""
    space, _, local = str(element.tag).rpartition("}")
    prefix = PREFIXES.get(space.lstrip("{"))
    return "" if prefix is None else f"{prefix}_{local}".lower() if prefix else local.lower()


def entries_of(root: lxml.etree._Element) -> tuple[list[Entry], dict[str, Any]] | None:
    """A feed's entries and what it says of itself; None where it is neither RSS nor Atom of today."""
    if root.tag == f"{{{ATOM}}}feed":
        return [atom_entry(item) for item in root.iterchildren(f"{{{ATOM}}}entry")], atom_head(root)
    name = lxml.etree.QName(root).localname.lower()
    channel = next((child for child in root if named(child) == "channel"), None)
    if name not in {"rss", "rdf"} or channel is None:
        return None
    items = [child for child in (channel if name == "rss" else root) if named(child) == "item"]
    return [rss_entry(item) for item in items], rss_head(channel)


def words(element: lxml.etree._Element) -> str:
    """The text of an element that should hold nothing else; markup within it as it stands."""
    if not len(element):
        return (element.text or "").strip()
    inner = [element.text or "", *(lxml.etree.tostring(child, encoding="unicode") for child in element)]
    return "".join(inner).strip()


def facts(element: lxml.etree._Element) -> dict[str, str]:
    """An element's attributes."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def beside(found: dict[str, Any], element: lxml.etree._Element, name: str) -> None:
    """Take a part of another vocabulary: its text, or its attributes where it has none."""
    if name.startswith("media_"):
        for inner in element.iter():
            if named(inner).startswith("media_"):
                found.setdefault(named(inner), facts(inner) if inner.attrib else words(inner))
        if isinstance(found.get("media_description"), str):
            found.setdefault("summary", found["media_description"])
    else:
        found.setdefault(name, words(element) or facts(element))


def rss_entry(item: lxml.etree._Element) -> Entry:
    """One item of RSS."""
    found: dict[str, Any] = {"title_detail": {"type": "text/html"}, "content": [], "tags": [], "links": []}
    for element in item:
        name = named(element)
        if name in {"title", "link", "comments", "summary", *RSS_NAMES}:
            found.setdefault(RSS_NAMES.get(name, name), words(element))
            if name == "guid" and element.get("isPermaLink", "true") != "false":
                found["permanent"] = words(element)
        elif name == "content_encoded":
            found["content"].append({"type": "text/html", "value": words(element)})
        elif name in {"author", "dc_creator"}:
            mailbox = MAILBOX.match(words(element))
            found["author"] = mailbox[1] if mailbox else words(element)
        elif name == "category":
            found["tags"].append({"term": words(element)})
        elif name == "atom_link":
            found["links"].append(link(element))
        elif name:
            beside(found, element, name)
    if not found.get("link"):
        found["link"] = found.get("permanent")
    return found


def rss_head(channel: lxml.etree._Element) -> dict[str, Any]:
    """What an RSS channel says of itself."""
    head: dict[str, Any] = {"links": []}
    for element in channel:
        name = named(element)
        if name in {"title", "link", "language"}:
            head.setdefault(name, words(element))
        elif name == "dc_language":
            head.setdefault("language", words(element))
        elif name == "atom_link":
            head["links"].append(link(element))
    return head


def link(element: lxml.etree._Element) -> dict[str, str]:
    """A link of Atom: its attributes, those of the threading extension as ``thr:count``."""
    return {
        str(name).replace("{http://purl.org/syndication/thread/1.0}", "thr:"): str(value)
        for name, value in element.attrib.items()
    } | {"rel": element.get("rel") or "alternate"}


def atom_text(element: lxml.etree._Element) -> dict[str, str]:
    """A text of Atom with its type."""
    stated = element.get("type") or "text"
    return {"type": ATOM_TYPES.get(stated, stated), "value": words(element)}


def atom_entry(item: lxml.etree._Element) -> Entry:
    """One entry of Atom."""
    found: dict[str, Any] = {"content": [], "tags": [], "links": []}
    for element in item:
        name = named(element).removeprefix("atom_")
        if name == "link":
            found["links"].append(link(element))
        elif name in {"id", "published", "updated"}:
            found.setdefault(name, words(element))
        elif name in {"title", "summary"}:
            text = atom_text(element)
            found.setdefault(name, text["value"])
            found.setdefault(f"{name}_detail", text)
        elif name == "content":
            found["content"].append(atom_text(element))
        elif name == "author":
            parts = {named(part).removeprefix("atom_"): words(part) for part in element}
            found.setdefault("author", parts.get("name"))
            found.setdefault("author_detail", {"name": parts.get("name"), "href": parts.get("uri")})
        elif name == "category":
            found["tags"].append({"term": element.get("term"), "label": element.get("label")})
        elif name:
            beside(found, element, name)
    found["link"] = next(
        (each["href"] for each in found["links"] if each["rel"] == "alternate" and "href" in each), None
    )
    # RFC 4287, 4.1.2: an entry has exactly one.
    found["lacks"] = None if found.get("id") else "id"
    return found


def atom_head(root: lxml.etree._Element) -> dict[str, Any]:
    """What an Atom feed says of itself."""
    head: dict[str, Any] = {"links": [link(element) for element in root.iterchildren(f"{{{ATOM}}}link")]}
    head["title"] = next((words(element) for element in root.iterchildren(f"{{{ATOM}}}title")), None)
    head["language"] = root.get("{http://www.w3.org/XML/1998/namespace}lang")
    head["link"] = next((each.get("href") for each in head["links"] if each["rel"] == "alternate"), None)
    return head
