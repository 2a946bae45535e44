"""Alerts: what a person should hear of before the next report, each with its evidence, and each thing once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Kind = Literal["spike", "sentiment", "followers", "viral", "silent"]
KINDS: tuple[Kind, ...] = ("spike", "sentiment", "followers", "viral", "silent")
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that stands out now."""

    kind: Kind
    subject: str
    """Brand, brand and platform, post or source."""
    day: date
    brand: str
    """The brand's id; empty for a source."""
    evidence: Mapping[str, Any]

    @property
    def about(self) -> str:
        """What tells it from others; a post stands out once, whatever the day."""
        return self.subject if self.kind == "viral" else f"{self.subject} {self.day}"
