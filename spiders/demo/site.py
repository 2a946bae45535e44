"""The demo's web as one function: which platform answers for a host, and each host's robots.txt."""

from __future__ import annotations

from datetime import datetime
from types import ModuleType

from spiders.demo import blog, bluesky, feed, hackernews, mastodon, telegram, weixin, youtube
from spiders.demo.answer import Answer, Asked, missing
from spiders.demo.world import World

PLATFORMS: tuple[ModuleType, ...] = (weixin, youtube, mastodon, bluesky, hackernews, telegram, feed, blog)
BY_HOST = {host: platform for platform in PLATFORMS for host in platform.HOSTS}


def robots(host: str) -> Answer:
    """A host's robots.txt; a host without one answers 404, which allows all."""
    said = getattr(BY_HOST[host], "ROBOTS", None)
    text = said.get(host) if isinstance(said, dict) else said
    return Answer(text.encode(), 200, {"content-type": "text/plain; charset=utf-8"}) if text else missing()


def respond(world: World, at: datetime, asked: Asked) -> Answer:
    """What the public web answers at a moment."""
    platform = BY_HOST.get(asked.host)
    if platform is None:
        return missing()
    if asked.path == "/robots.txt":
        return robots(asked.host)
    made: Answer = platform.answer(world, at, asked)
    return made
