"""The stories that Facebook's pages and answers carry for their scripts: a post with its author, words, time and counts.

Source: ``script[type="application/json"]`` of www.facebook.com and the lines of its answers, 2021 to 2026, as public
repositories read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractors.records import Count
from extractors.values.counts import count, exact
from spiders.markup.relay import blocks, under
from spiders.page import Page
from spiders.reading import dig, need

SECTIONS = "comet_sections"
SIGNS = (SECTIONS, "comet_ufi_summary_and_actions_renderer")
"""What a page with stories holds by these names, one of them renamed or not."""


@dataclass(frozen=True, slots=True)
class Story:
    """What a story tells: ``seconds`` since 1970, ``actor`` with ``id``, ``name`` and mostly ``url``."""

    number: str
    address: str | None
    actor: Mapping[str, Any]
    words: str | None
    seconds: int
    reactions: Count | None
    comments: Count | None
    shares: Count | None
    views: Count | None


def held_in(page: Page) -> list[Mapping[str, Any]]:
    """The stories of a page or of an answer's lines that show their counts, each once; others stand in those that share them."""
    parts: Iterable[Any] = page.json_lines() if page.looks_json else blocks(page, (SECTIONS,))
    found: dict[Any, Mapping[str, Any]] = {}
    for part in parts:
        for node in nodes(part):
            number = str(node.get("post_id"))
            found.setdefault(number if number.isdecimal() else len(found), node)
    return list(found.values())


def nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """The stories of a tree that show their counts, in its order."""
    if isinstance(value, dict):
        if "feedback" in (dig(value, SECTIONS) or ()):
            yield value
            return
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from nodes(item)


def read_story(node: Mapping[str, Any], language: str | None) -> Story:
    """One story; raises LookupError, which names the part, where it lacks what every story has."""
    sections, number = need(node, SECTIONS, dict), need(node, "post_id", str)
    if not number.isdecimal():
        raise LookupError("post_id")
    feedback = need(sections, "feedback", dict)
    shown = need(one(feedback, "comet_ufi_summary_and_actions_renderer", dict), "feedback", dict)
    talk = [dig(held, "comments", "total_count") for held in under(feedback, "comment_rendering_instance")]
    talk += list(under(feedback, "total_comment_count"))
    told = next((number for number in talk if number is not None), None)
    if told is None:
        raise LookupError("comment_rendering_instance")
    message = next((held for held in under(need(sections, "content", dict), "message") if isinstance(held, dict)), None)
    reactions = tally(shown, "reaction_count", language)
    if reactions is None:
        raise LookupError("reaction_count")
    return Story(
        number=number,
        address=next((held for name in ("wwwURL", "permalink_url") for held in under(node, name) if held), None),
        actor=need({"actors": one(sections, "actors", list)[0]}, "actors", dict),
        words=need(message, "text", str, blank=True) if message is not None else None,
        seconds=one(sections, "creation_time", int),
        reactions=reactions,
        comments=exact(told),
        shares=tally(shown, "share_count", language),
        views=exact(next((number for number in under(shown, "video_view_count") if number is not None), None)),
    )


def one(holder: Mapping[str, Any], name: str, kind: type[Any]) -> Any:
    """The first value of a kind that stands under a name; raises LookupError where none does."""
    found = next((held for held in under(holder, name) if isinstance(held, kind) and held), None)
    if found is None:
        raise LookupError(name)
    return found


def tally(shown: Mapping[str, Any], name: str, language: str | None) -> Count | None:
    """A count: exact where it is an object, else as the page shows it."""
    told = next((held["count"] for held in under(shown, name) if isinstance(held, dict)), None)
    text = next((held for held in under(shown, f"i18n_{name}") if isinstance(held, str)), None)
    return exact(told) if told is not None else count(text, language)
