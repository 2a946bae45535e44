"""Posts to read: what got most, what was said worst, with links to the page and to the kept copy."""

from __future__ import annotations

from datetime import datetime

from reports.document import Card, Cards, Section
from reports.metrics.base import Value
from reports.sections.base import Story, interval_of

SHOWN = 4


def section(story: Story) -> Section | None:
    """The brand's best and worst posts, then the competitors' best."""
    words, figure, scope = story.words, story.figures["top-posts"], story.scope
    if not figure.values:
        return None
    blocks = []
    for what in ("best", "worst"):
        cards = [
            card(story, value)
            for brand in scope.brands
            for value in figure.by("brand", brand)
            if value.of[1] == what and value.beside["place"] <= (SHOWN if brand == scope.brand else 1)
        ]
        if cards:
            blocks.append(Cards(words(f"posts.{what}"), tuple(cards), figure.id))
    return Section(
        "posts", words("section.posts"), words("finding.posts", brand=story.brand(scope.brand)), tuple(blocks)
    )


def card(story: Story, value: Value) -> Card:
    """A post as a card."""
    words, beside = story.words, value.beside
    day = beside["published_at"]
    counts = [
        (words(f"part.{name}"), words.best(interval_of(kept), "posts")) for name, kept in beside["counts"].items()
    ]
    tone = beside["tone"]
    kept, place = "", None
    if beside["archive_file"]:
        place = str(beside["archive_file"]), int(beside["archive_offset"])
        kept = words("posts.kept", file=beside["archive_file"], offset=beside["archive_offset"])
    text = " — ".join(part for part in (beside["title"], beside["excerpt"]) if part)
    return Card(
        brand=story.place(value.of[0]),
        brand_name=story.brand(value.of[0]),
        platform=story.platform(beside["platform"]),
        author=beside["handle"] or "",
        day=words.day(datetime.fromisoformat(day).astimezone(words.zone).date()) if day else "",
        text=text or words("posts.no_text"),
        link=beside["url"],
        counts=tuple(counts),
        tone="positive" if tone > 0 else "negative" if tone < 0 else "neutral",
        kept=kept,
        post=int(value.of[2]),
        quote=beside["title"] or beside["excerpt"] or "",
        place=place,
    )
