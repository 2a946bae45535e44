"""Where a walk goes on from a page, and where it ends: pure decisions over what the page said and what was known before.

A listing is walked page by page until all of a page is known or older than asked for; a post's own page, thread and
comments are followed where the post is new, due, or has other comments than before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from extractors.records import Link, Outcome, Post, Reading
from extractors.values.addresses import authority
from spiders.base import Limits
from storage.keys import site_of
from storage.ledger import Known, Planned

REVISIT_AGES = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)
"""The ages at which posts are compared; a visit counts for an age until half as much again has passed."""
DETAILS = {"thread", "comments", "post"}


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the walk: what was asked, why, and who read it."""

    url: str
    target: str | None
    role: str
    thing: str | None
    depth: int
    platform: str | None
    site: str = ""
    named_only: bool = False


@dataclass(slots=True)
class Course:
    """How far one target's walk has come in this run."""

    pages: int = 0
    blanks: int = 0
    listed: set[str] = field(default_factory=set)
    stated: int | None = None
    """How many posts the target says that it has."""
    details: int = 0
    left: int = 0
    """Posts whose own pages were not followed for the limit."""
    capped: bool = False
    """Whether the limit of pages ended it."""
    detail_pages: Counter[str] = field(default_factory=Counter)


def due(published_at: datetime | None, last_seen_at: datetime | None, now: datetime) -> bool:
    """Whether a post has come of an age at which its counts are wanted, and was not seen since."""
    if published_at is None:
        return False
    age = now - published_at
    reached = [mark for mark in REVISIT_AGES if mark <= age]
    if not reached or age >= reached[-1] * 1.5:
        return False
    return last_seen_at is None or last_seen_at < published_at + reached[-1]


def key_of(post: Post) -> str | None:
    """What a post is known by within its platform and site."""
    return post.id or post.url


def is_detail(step: Step) -> bool:
    """Whether a page is about one post rather than a listing."""
    return step.thing is not None


def ends(reading: Reading, known: Mapping[str, Known], since: datetime | None) -> bool:
    """Whether a listing need not be walked further: all of the page is known, or older than what was asked for."""
    posts = [post for post in reading.posts if post.kind != "comment"]
    if not posts:
        return False
    if since is not None:
        return all(post.published_at is not None and post.published_at.at < since for post in posts)
    return all(key_of(post) in known for post in posts)


def onward(
    step: Step,
    reading: Reading,
    known: Mapping[str, Known],
    asked: Iterable[str],
    course: Course,
    limits: Limits,
    since: datetime | None,
    now: datetime,
) -> list[Planned]:
    """The addresses to ask after a page; ``asked`` are addresses of details without id that an earlier run has read.

    Notes in ``course`` how far the walk came.
    """
    return list(
        _after_detail(step, reading, course, limits)
        if is_detail(step)
        else _after_listing(step, reading, known, set(asked), course, limits, since, now)
    )


def _after_listing(
    step: Step,
    reading: Reading,
    known: Mapping[str, Known],
    asked: set[str],
    course: Course,
    limits: Limits,
    since: datetime | None,
    now: datetime,
) -> Iterable[Planned]:
    posts = {key: post for post in reading.posts if (key := key_of(post)) is not None}
    course.listed |= posts.keys()
    for profile in reading.profiles[:1]:
        if step.depth == 0 and profile.posts is not None:
            course.stated = profile.posts.low
    listing = any(link.role == "next" for link in reading.links) or step.role in {"posts", "next"} or bool(posts)
    if listing:
        course.pages += 1
        course.blanks = 0 if posts else course.blanks + 1
    ended = ends(reading, known, since) or course.blanks >= limits.blanks
    for link in reading.links:
        if link.role == "next":
            if not ended and course.pages >= limits.pages:
                course.capped = True
            elif not ended:
                yield planned(step, link)
        elif link.role == "posts":
            if step.depth == 0:
                yield planned(step, link)
        elif link.role == "profile":
            # Whoever wrote is counted only in sums; the profile behind a target's own first page is the target's.
            if step.depth == 0 and (step.target or "").startswith("profile:"):
                yield planned(step, link)
        elif wanted(link, posts, known, asked, since, now):
            thing = link.id or link.url
            if course.detail_pages[thing] or course.details < limits.details:
                course.details += not course.detail_pages[thing]
                course.detail_pages[thing] += 1
                yield planned(step, link, thing)
            else:
                course.left += 1


def wanted(
    link: Link,
    posts: Mapping[str, Post],
    known: Mapping[str, Known],
    asked: set[str],
    since: datetime | None,
    now: datetime,
) -> bool:
    """Whether a post's own page, thread or comments are worth asking: it is new, due, or has other comments than before."""
    post, before = posts.get(link.id or ""), known.get(link.id or "")
    published_at = post.published_at.at if post is not None and post.published_at is not None else None
    if since is not None and published_at is not None and published_at < since:
        return False
    if before is None:
        return link.url not in asked
    if due(published_at or before.published_at, before.last_seen_at, now):
        return True
    return (
        post is not None and post.comments is not None and before.comments is not None
        and post.comments.low != before.comments
    )  # fmt: skip


def _after_detail(step: Step, reading: Reading, course: Course, limits: Limits) -> Iterable[Planned]:
    thing = step.thing or step.url
    for link in reading.links:
        if link.role == "next" or link.role in DETAILS:
            if course.detail_pages[thing] >= limits.detail_pages:
                course.left += 1
                return
            course.detail_pages[thing] += 1
            yield planned(step, link, thing)


def planned(step: Step, link: Link, thing: str | None = None) -> Planned:
    """A link as an address to ask; who reads it is known where it is the same host's, else told by the page."""
    own = link.role == "next" or (authority(link.url) == authority(step.url) and not step.named_only)
    platform = step.platform if own else None
    return Planned(
        url=link.url,
        host=authority(link.url),
        platform=platform,
        site=step.site if link.role == "next" else site_of(platform, link.url),
        target=step.target,
        role=link.role,
        thing=thing,
        depth=step.depth + 1,
    )


def beyond(course: Course) -> int:
    """How many posts are known to lie beyond the last page that the limit allowed; 0 where it ended nothing."""
    if not course.capped:
        return 0
    # There is a next page, which holds something.
    return max(1, course.stated - len(course.listed) if course.stated is not None else 0)


def note_of(target: str, course: Course, limits: Limits) -> str | None:
    """What a limit kept from being asked, as a sentence; None where nothing was."""
    told = []
    if course.capped:
        missing = course.stated - len(course.listed) if course.stated is not None else 0
        known = f"; at least {missing:,} posts are missing" if missing > 0 else ""
        told.append(f"stopped after {limits.pages} pages, more lie beyond{known}")
    if course.left:
        told.append(f"{course.left:,} pages of single posts, threads or comments were left for the limit")
    return f"{target}: {'; '.join(told)}" if told else None


def is_covered(outcome: Outcome) -> bool:
    """Whether an outcome means that what the page has was seen."""
    return outcome in {Outcome.OK, Outcome.PARTIAL, Outcome.UNCHANGED, Outcome.EMPTY}
