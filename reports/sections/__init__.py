"""The report's sections, each a module with ``section(story)``, in the order of the page."""

from __future__ import annotations

from reports.document import Section
from reports.sections import (
    asks,
    audience,
    collection,
    engagement,
    indices,
    keywords,
    languages,
    posts,
    products,
    sentiment,
    voice,
)
from reports.sections.base import Story

MODULES = (voice, sentiment, products, audience, engagement, keywords, asks, posts, indices, languages, collection)


def sections(story: Story) -> tuple[Section, ...]:
    """All sections that have something to show."""
    found = [module.section(story) for module in MODULES]
    return tuple(section for section in found if section is not None)
