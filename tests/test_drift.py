"""A damaged page reads as drift or partial, or as it did: never empty, never an exception, never a number from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extractors.records import Outcome
from spiders import base
from spiders.page import Page
from spiders.sources import found_in
from tests.damage import damaged, faults
from tests.test_pages import recorded

MOST_SHOWN = 12


def wrongs(page: Page) -> list[str]:
    """Each damage to a page that is not seen for what it is."""
    platform, before = base.read(page)
    if before.outcome is not Outcome.OK or platform is None:
        return []
    found = []
    for what, changed in damaged(page, platform):
        _, after = base.read(replace(changed, platform=platform))
        found += [f"{what}: {fault}" for fault in faults(before, after)]
    return found


@pytest.mark.parametrize("file", recorded())
def test_damage_to_a_recorded_page_is_seen(file: Path) -> None:
    (found,) = found_in(file)
    assert found.page is not None
    wrong = wrongs(found.page)
    assert not wrong, "\n".join([f"{len(wrong)} damages unseen", *wrong[:MOST_SHOWN]])
