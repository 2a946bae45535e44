"""What the demo's web is asked and what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from spiders.demo.world import World


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the public host, path and query that were asked for; header names are lower case."""

    host: str
    path: str
    query: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str, headers: Mapping[str, str] | None = None) -> Asked:
        """The request for an address."""
        parts = urlsplit(url)
        return cls((parts.hostname or "").lower(), unquote(parts.path) or "/", parse_qs(parts.query), headers or {})

    def get(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Render = Callable[[World, datetime, Asked], Answer]
"""A platform of the demo's web: from the world, a moment and a request to a page, and from nothing else."""


def html(text: str, status: int = 200) -> Answer:
    """A web page."""
    return Answer(text.encode(), status, {"content-type": "text/html; charset=utf-8"})


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(body, status, {"content-type": "application/json; charset=utf-8", **(headers or {})})


def moved(url: str) -> Answer:
    """A redirect."""
    return Answer(b"", 302, {"location": url})


def missing() -> Answer:
    """Not found."""
    return html(
        "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", 404
    )


def compact(number: int) -> str:
    """A number as western platforms shorten it, cut to three digits: 987, 1.23K, 12.3K, 123K."""
    for size, letter in ((1_000_000, "M"), (1_000, "K")):
        if number >= size:
            digits = 2 if number < 10 * size else 1 if number < 100 * size else 0
            cut = number * 10**digits // size
            whole, rest = divmod(cut, 10**digits)
            tail = f".{rest:0{digits}d}".rstrip("0").rstrip(".") if digits else ""
            return f"{whole}{tail}{letter}"
    return str(number)
