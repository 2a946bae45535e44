"""What stands beside a saved page in NAME.meta.json: its address, when and how it came.

Source: docs/reference/records.md, "scrapy read".
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

MAX_META_BYTES = 1024 * 1024


class Meta(BaseModel):
    """A page's meta file; keys that it does not know are notes for people."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$")]
    fetched_at: AwareDatetime | None = None
    status: Annotated[int, Field(ge=100, le=999)] = 200
    content_type: str | None = None
    platform: str | None = None


class MetaError(ValueError):
    """A meta file is wrong; the message is a sentence that names it."""


def meta_beside(file: Path) -> Meta | None:
    """The meta file of a saved page, None where there is none; raises MetaError."""
    from spiders.sources import stem

    beside = file.with_name(f"{stem(file.name)}.meta.json")
    if not beside.is_file():
        return None
    try:
        with beside.open("rb") as stream:
            return Meta.model_validate_json(stream.read(MAX_META_BYTES))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(step) for step in problem["loc"]) or "JSON"
        raise MetaError(f"{beside.name}: {place}: {problem['msg']}") from error


def moment_of(text: str) -> datetime:
    """A time as a person or a tool writes it (ISO 8601 with zone, or a day) in UTC; raises ValueError."""
    parsed = datetime.fromisoformat(text.strip())
    if parsed.tzinfo is None:
        if len(text.strip()) > len("2026-01-01"):
            raise ValueError(f"{text!r} has no time zone; write e.g. {text.strip()}Z for UTC")
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.astimezone(UTC)
