"""The ways of a report to its readers: mail, chat, a folder or bucket, a small site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

KINDS = ("mail", "chat", "site", "folder")


class DeliveryError(Exception):
    """A message or file could not be brought to its reader; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where something goes: an address of mail, the name of a chat, a folder or an fsspec address."""

    kind: Literal["mail", "chat", "site", "folder"]
    place: str

    @classmethod
    def parse(cls, text: str) -> Target:
        """``mail:ADDRESS``, ``chat:NAME``, ``site:PLACE`` or ``folder:PLACE``; raises DeliveryError."""
        kind, colon, place = text.partition(":")
        if not colon or kind not in KINDS or not place.strip():
            raise DeliveryError(
                f"{text!r} is no target; write it as mail:ADDRESS, chat:NAME, site:FOLDER or folder:FOLDER (a folder may be an fsspec address, s3://…)"
            )
        if kind == "mail" and ("@" not in place or any(letter.isspace() or letter in ",;<>" for letter in place)):
            raise DeliveryError(f"{place!r} is no address of mail; write it as mail:name@example.org")
        return cls(kind, place)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands in a message."""

    name: str
    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: as plain text, and where the way allows it as HTML with pictures and files."""

    subject: str
    text: str
    html: str = ""
    pictures: Sequence[Picture] = ()
    attachments: Sequence[Attachment] = ()
