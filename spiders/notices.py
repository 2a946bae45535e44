"""What a notice says that stands in place of the thing: a wall, a removal, a limit, told by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.records import Outcome
from spiders.reading import Ending

Notice = tuple[str, Outcome, str | None]
"""Words (a regular expression, case folded), and the outcome and reason that they tell."""


def tell(words: str | None, notices: Iterable[Notice]) -> None:
    """Raise the ending of the first notice whose words are found; words that none knows raise nothing."""
    for pattern, outcome, reason in notices if words else ():
        if re.search(pattern, words or "", re.IGNORECASE | re.DOTALL):
            raise Ending(outcome, reason)
