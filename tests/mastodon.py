"""A Mastodon instance of the tests' own making: accounts, statuses, pages of them, threads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.web import Answer, Asked

HOST = "social.example"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Instance:
    """An account with so many statuses, one an hour back in time, each with so many replies."""

    statuses: int = 100
    replies: int = 0
    page: int = 20
    host: str = HOST
    blank_after: int | None = None
    """A page without a status comes in between after so many statuses."""
    robots: str = "User-agent: *\nDisallow: /media_proxy/\n"
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    """By path: answers to give first, in order."""

    def account(self) -> dict[str, Any]:
        """The account as the API shows it."""
        return {
            "id": "7", "username": "acme", "acct": "acme", "display_name": "Acme", "note": "<p>We make all.</p>",
            "url": f"https://{self.host}/@acme", "created_at": "2020-01-01T00:00:00.000Z",
            "followers_count": 1234, "following_count": 5, "statuses_count": self.statuses,
        }  # fmt: skip

    def status(self, number: int, replies: int | None = None, to: str | None = None) -> dict[str, Any]:
        """A status as the API shows it; the higher the number, the newer."""
        at = START - timedelta(hours=self.statuses - number)
        return {
            "id": str(number), "url": f"https://{self.host}/@acme/{number}", "uri": f"https://{self.host}/s/{number}",
            "account": self.account(), "content": f"<p>Coffee number {number} by Acme</p>",
            "created_at": at.isoformat().replace("+00:00", "Z"), "edited_at": None, "in_reply_to_id": to,
            "favourites_count": number, "reblogs_count": 1, "replies_count": self.replies if replies is None else replies,
            "reblog": None, "language": "en", "tags": [{"name": "Coffee"}],
        }  # fmt: skip

    def __call__(self, asked: Asked) -> Answer:
        """Answer a request."""
        parts = urlsplit(asked.path)
        first = self.answers.get(parts.path)
        if first:
            return first.pop(0)
        if parts.path == "/robots.txt":
            return Answer(self.robots.encode(), content_type="text/plain")
        if parts.path == "/api/v1/accounts/lookup":
            return self.shown(self.account())
        if parts.path in {"/api/v1/accounts/7/statuses", "/api/v1/timelines/tag/coffee"}:
            return self.listing(parts.query)
        words = parts.path.split("/")
        if parts.path.startswith("/api/v1/statuses/") and words[-1] == "context":
            number = int(words[-2])
            answers = [self.status(number * 1000 + n, 0, str(number)) for n in range(self.replies)]
            return self.shown({"ancestors": [], "descendants": answers})
        if parts.path.startswith("/api/v1/statuses/"):
            return self.shown(self.status(int(words[-1])))
        return Answer(b'{"error": "Record not found"}', 404, "application/json")

    def listing(self, query: str) -> Answer:
        """A page of statuses, newest first."""
        newest = int(parse_qs(query).get("max_id", [str(self.statuses + 1)])[0]) - 1
        return self.shown([self.status(number) for number in range(newest, max(0, newest - self.page), -1)])

    def shown(self, value: Any) -> Answer:
        """JSON as the API sends it."""
        return Answer(json.dumps(value).encode(), content_type="application/json; charset=utf-8")


def numbers(paths: Iterable[str]) -> list[int]:
    """The numbers of the statuses whose threads were asked."""
    return [int(path.split("/")[4]) for path in paths if path.endswith("/context")]
