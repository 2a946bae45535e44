"""Where a walk goes on and where it ends, decided without network, clock and database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.records import Count, Link, Moment, Outcome, Post, Profile, Reading
from spiders.base import Limits, PlatformSpider
from spiders.crawling.following import REVISIT_AGES, Course, Step, beyond, due, ends, note_of, onward
from storage.ledger import Known, Planned

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOST = "https://social.example"
LISTING = Step(f"{HOST}/list", "profile:acme", "next", None, 2, "mastodon")
FIRST = Step(f"{HOST}/account", "profile:acme", "first", None, 0, "mastodon")
NEXT = Link("next", f"{HOST}/list?page=2")


def post(number: int, age: timedelta = timedelta(days=60), comments: int | None = None, **more: Any) -> Post:
    counted = None if comments is None else Count(comments, comments)
    return Post(platform="mastodon", id=str(number), published_at=Moment(NOW - age), comments=counted, **more)


def page(*records: Any, links: tuple[Link, ...] = (NEXT,), outcome: Outcome = Outcome.OK) -> Reading:
    return Reading(outcome, records=records, links=links)


def known(*numbers: int, comments: int | None = None, seen: timedelta = timedelta(hours=1)) -> dict[str, Known]:
    return {str(number): Known(NOW - timedelta(days=60), NOW - seen, comments) for number in numbers}


def after(
    step: Step,
    reading: Reading,
    known: dict[str, Known] | None = None,
    course: Course | None = None,
    limits: Limits = PlatformSpider.limits,
    since: datetime | None = None,
    asked: Iterable[str] = (),
) -> list[Planned]:
    return onward(step, reading, known or {}, asked, course or Course(), limits, since, NOW)


def roles(planned: list[Planned]) -> list[str | None]:
    return [item.role for item in planned]


@pytest.mark.parametrize(
    ("age", "seen_after", "is_due"),
    [
        (timedelta(minutes=59), None, False),
        (timedelta(hours=1), None, True),
        (timedelta(hours=1), timedelta(minutes=5), True),
        (timedelta(hours=1, minutes=10), timedelta(hours=1, minutes=1), False),
        (timedelta(hours=1, minutes=31), None, False),
        (timedelta(hours=6), timedelta(hours=5), True),
        (timedelta(hours=7), timedelta(hours=6, minutes=30), False),
        (timedelta(hours=9, minutes=1), None, False),
        (timedelta(hours=30), timedelta(hours=8), True),
        (timedelta(days=3), timedelta(days=1), True),
        (timedelta(days=10), timedelta(days=3), True),
        (timedelta(days=11), timedelta(days=3), False),
        (timedelta(days=44), timedelta(days=8), True),
        (timedelta(days=46), timedelta(days=8), False),
    ],
)
def test_due(age: timedelta, seen_after: timedelta | None, is_due: bool) -> None:
    published = NOW - age
    assert due(published, None if seen_after is None else published + seen_after, NOW) is is_due


def test_each_age_is_visited_once() -> None:
    published, seen, visits = NOW, NOW, []
    for minutes in range(0, 60 * 24 * 50, 15):
        at = NOW + timedelta(minutes=minutes)
        if due(published, seen, at):
            visits.append(at - published)
            seen = at
    assert visits == list(REVISIT_AGES)
    assert not due(None, None, NOW)


def test_a_listing_ends_where_all_is_known() -> None:
    assert ends(page(post(2), post(1)), known(1, 2), None)
    assert not ends(page(post(3), post(1)), known(1, 2), None)
    # A pinned post of long ago ends nothing; neither does a page without posts.
    assert not ends(page(post(1), post(9)), known(1), None)
    assert not ends(page(), known(1), None)


def test_since_goes_past_what_is_known() -> None:
    since = NOW - timedelta(days=10)
    new, old = timedelta(days=9), timedelta(days=11)
    assert not ends(page(post(2, new), post(1, old)), known(1, 2), since)
    assert ends(page(post(2, old), post(1, old)), {}, since)
    undated = Post(platform="mastodon", id="3")
    assert not ends(page(undated, post(1, old)), {}, since)


def test_a_listing_goes_on() -> None:
    assert [item.url for item in after(LISTING, page(post(1)))] == [NEXT.url]
    assert after(LISTING, page(post(1)), known(1)) == []


def test_a_blank_page_in_the_middle_ends_nothing() -> None:
    course, blank = Course(), page(outcome=Outcome.EMPTY)
    for expected in (["next"], ["next"], []):
        assert roles(after(LISTING, blank, course=course)) == expected
    course = Course()
    for reading in (blank, blank, page(post(1)), blank, blank):
        assert roles(after(LISTING, reading, course=course)) == ["next"]


def test_the_limit_of_pages_is_told_with_what_is_missing() -> None:
    course, limits = Course(), Limits(pages=2)
    profile = Profile(platform="mastodon", handle="acme", posts=Count(50, 50))
    assert roles(after(FIRST, page(profile, links=(Link("posts", f"{HOST}/list"),)), course=course, limits=limits)) == [
        "posts"
    ]
    assert roles(after(LISTING, page(post(1), post(2)), course=course, limits=limits)) == ["next"]
    assert after(LISTING, page(post(3)), course=course, limits=limits) == []
    assert beyond(course) == 47
    assert beyond(Course()) == 0
    told = note_of("profile:acme", course, limits)
    assert told == "profile:acme: stopped after 2 pages, more lie beyond; at least 47 posts are missing"
    assert note_of("profile:acme", Course(), limits) is None


def thread(number: int) -> Link:
    return Link("thread", f"{HOST}/{number}/context", str(number))


def test_threads_of_what_is_new_due_or_has_other_comments() -> None:
    reading = page(
        post(1, comments=4), post(2, comments=4), post(3, comments=5), post(4, timedelta(hours=25), comments=4),
        links=tuple(thread(number) for number in (1, 2, 3, 4)),
    )  # fmt: skip
    before = known(2, 3, comments=4) | {
        "4": Known(NOW - timedelta(hours=25), NOW - timedelta(hours=20), 4),
    }
    assert [item.thing for item in after(LISTING, reading, before)] == ["1", "3", "4"]


def test_details_older_than_since_are_left() -> None:
    reading = page(post(1, timedelta(days=20)), post(2, timedelta(days=2)), links=(thread(1), thread(2)))
    assert [item.thing for item in after(LISTING, reading, since=NOW - timedelta(days=10))] == ["2"]


def test_details_without_id_are_asked_once() -> None:
    links = (Link("post", "https://blog.example/1"), Link("post", "https://blog.example/2"))
    planned = after(LISTING, page(post(1), links=links), asked={"https://blog.example/1"})
    assert [item.url for item in planned] == ["https://blog.example/2"]


def test_the_limit_of_details() -> None:
    course, limits = Course(), Limits(details=2)
    reading = page(
        post(1), post(2), post(3), links=(thread(1), thread(2), thread(3), Link("comments", f"{HOST}/c1", "1"))
    )
    planned = after(LISTING, reading, course=course, limits=limits)
    assert [(item.role, item.thing) for item in planned] == [("thread", "1"), ("thread", "2"), ("comments", "1")]
    assert "1 pages of single posts" in (note_of("tag:x", course, limits) or "")


def test_a_thread_is_followed_to_its_limit() -> None:
    course, limits = Course(), Limits(detail_pages=3)
    step = Step(f"{HOST}/1/context", "tag:x", "thread", "1", 3, "mastodon")
    course.detail_pages["1"] = 1
    reading = page(post(7), links=(Link("next", f"{HOST}/1/more"), thread(7), thread(8), NEXT))
    planned = after(step, reading, course=course, limits=limits)
    assert [(item.url, item.thing, item.depth) for item in planned] == [
        (f"{HOST}/1/more", "1", 4),
        (f"{HOST}/7/context", "1", 4),
    ]


def test_only_a_targets_own_profile_is_followed() -> None:
    links = (Link("profile", f"{HOST}/about"), Link("posts", f"{HOST}/list"))
    assert roles(after(FIRST, page(links=links))) == ["profile", "posts"]
    assert after(LISTING, page(post(1), links=links)) == []
    tag = Step(f"{HOST}/tag", "tag:x", "first", None, 0, "mastodon")
    assert roles(after(tag, page(post(1), links=links))) == ["posts"]


def test_who_reads_what_a_link_leads_to() -> None:
    other = Link("post", "https://other.example/1")
    assert [item.platform for item in after(LISTING, page(post(1), links=(thread(1), other)))] == ["mastodon", None]
    site = "blog.example/feed"
    feed = Step(f"https://{site}", f"feed:https://{site}", "first", None, 0, "feed", site, named_only=True)
    links = (Link("post", "https://blog.example/1"), Link("next", "https://blog.example/feed?page=2"))
    assert [(item.platform, item.site) for item in after(feed, page(post(1), links=links))] == [
        (None, ""),
        ("feed", site),
    ]
