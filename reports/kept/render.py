"""One kept page as a page of ours: where it comes from, what it says as text, its source; nothing of it is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from extractors.values.charsets import decoded
from extractors.values.text import plain_text
from reports.forms.page import bare_style, environment, policy_of, safe_link
from reports.text import TURNING, clean
from reports.words import Words
from storage.warc import Kept

MOST_TEXT, MOST_SOURCE = 200_000, 1_000_000
"""Letters shown; the whole page stays in the archive."""
LEAST_NEEDLE, MOST_NEEDLE = 8, 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A post of the page that the report shows: its number, how it begins, and what it is told by in the source."""

    number: int
    quote: str
    names: tuple[str, ...]


Finder = Callable[[str, Shown], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page as it is shown."""

    content: Markup
    shown: int
    letters: int


def render(kept: Kept, place: tuple[str, int], digest: str, posts: Sequence[Shown], words: Words) -> str:
    """The whole page."""
    source = TURNING.sub("", decoded(kept.body, kept.header("Content-Type")))
    data = pretty(source)
    text = "" if data is not None or not source.lstrip().startswith("<") else plain_text(source) or ""
    open_ids = {one.number for one in posts}
    says = part(text, posts, open_ids, MOST_TEXT, by_quote) if text else None
    raw = part(data if data is not None else source, posts, open_ids, MOST_SOURCE, by_name)
    sheet = bare_style()
    return environment().get_template("kept.html").render(
        words=words, style=sheet, policy=policy_of(sheet), kept=kept, says=says, raw=raw, anchors=sorted(open_ids),
        link=safe_link(kept.url), address=clean(kept.url, 2000), digest=digest, file=place[0], offset=place[1],
        at=words.moment(kept.fetched_at) if kept.fetched_at else words("kept.undated"), size=words.number(len(kept.body)),
        media=clean(kept.header("Content-Type") or "–", 100),
    )  # fmt: skip


def pretty(source: str) -> str | None:
    """JSON with its parts on lines of their own; None for what is none."""
    if source.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        # Escapes of characters that turn the direction are characters now.
        return TURNING.sub("", json.dumps(json.loads(source), ensure_ascii=False, indent=1))
    except (ValueError, RecursionError):
        return source


def part(text: str, posts: Sequence[Shown], open_ids: set[int], most: int, find: Finder) -> Part:
    """A text with the posts marked in it; each post's first mark can be linked to. What is too long is cut around the first."""
    found = sorted((*place, one.number) for one in posts if (place := find(text, one)) is not None)
    first = max(0, found[0][1] - most // 2) if found and found[0][1] > most else 0
    last = min(len(text), first + most)
    pieces, at = [], first
    for start, end, number in found:
        if start < at or end > last:
            continue
        anchor = Markup(' id="post-{}"').format(number) if number in open_ids else Markup()
        open_ids.discard(number)
        pieces += [escape(text[at:start]), Markup("<mark{}>{}</mark>").format(anchor, text[start:end])]
        at = end
    return Part(Markup().join([*pieces, escape(text[at:last])]), last - first, len(text))


def by_quote(text: str, one: Shown) -> tuple[int, int] | None:
    """Where a post's words begin in a text: their first line."""
    line = one.quote.strip().partition("\n")[0][:MOST_NEEDLE].strip()
    if len(line) < LEAST_NEEDLE:
        return None
    found = re.search(r"\s+".join(re.escape(word) for word in line.split()), text)
    return found.span() if found else None


def by_name(text: str, one: Shown) -> tuple[int, int] | None:
    """Where a post stands in a source: by its words, its id, its address."""
    quoted = by_quote(text, one)
    if quoted is not None:
        return quoted
    for name in one.names:
        if len(name) >= LEAST_NEEDLE and (at := text.find(name)) >= 0:
            return at, at + len(name)
    return None
