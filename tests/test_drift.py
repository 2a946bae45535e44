"""A damaged page reads as drift or partial, or as it did: never empty, never an exception, never a number from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from spiders.sources import found_in
from tests.damage import unseen
from tests.test_pages import recorded

MOST_SHOWN = 12


@pytest.mark.parametrize("file", recorded())
def test_damage_to_a_recorded_page_is_seen(file: Path) -> None:
    (found,) = found_in(file)
    assert found.page is not None
    wrong = unseen(found.page, wholly=False)
    assert not wrong, "\n".join([f"{len(wrong)} damages unseen", *wrong[:MOST_SHOWN]])
