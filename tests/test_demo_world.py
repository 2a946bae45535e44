"""The demo's world: always the same from a seed, believable in its course, and without look-alikes but the meant ones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from spiders.demo.brands import CRISIS, DAYS, END, LAUNCH, MAKERS, START, accounts
from spiders.demo.genesis import Genesis, make_world
from spiders.demo.wording import likeness
from spiders.demo.world import World
from tests.demo_truth import native_id

PLATFORMS = {"weixin", "youtube", "mastodon", "bluesky", "hackernews", "telegram", "feed", "blog"}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    make_world.cache_clear()
    assert make_world().pieces == world.pieces
    assert make_world(world.seed + 1).pieces != world.pieces


def test_sixty_days_eight_platforms_three_languages_three_brands(world: World) -> None:
    assert {piece.platform for piece in world.pieces} == PLATFORMS
    assert {piece.language for piece in world.pieces} == {"en", "zh", "de"}
    assert {brand for piece in world.pieces for brand in piece.brands} == {maker.key for maker in MAKERS}
    assert all(START <= piece.at <= END for piece in world.pieces)
    assert len({piece.at.date() for piece in world.pieces}) == DAYS


def test_ids_are_unique_and_answers_come_after_what_they_answer(world: World) -> None:
    ids = Counter((piece.platform, piece.place, native_id(world, piece)) for piece in world.pieces)
    assert [key for key, number in ids.items() if number > 1] == []
    for piece in world.pieces:
        if piece.parent:
            assert world.by_serial[piece.parent].at < piece.at


def test_a_text_names_its_brand_or_a_product_of_it(world: World) -> None:
    names = {maker.key: (maker.name, maker.chinese, *maker.products) for maker in MAKERS}
    for piece in world.pieces:
        text = f"{piece.title or ''} {piece.text}"
        found = {key for key, words in names.items() if any(word in text for word in words)}
        assert found == set(piece.brands), text
        for product in piece.products:
            assert product in text


def test_counters_only_grow(world: World) -> None:
    days = [START + timedelta(days=day) for day in range(DAYS + 1)]
    for piece in world.pieces[::5]:
        for name in ("likes", "shares", "views"):
            seen = [piece.count(name, day) for day in days]
            assert seen == sorted(seen)
            assert seen[-1] <= (piece.final or {}).get(name, 0)


def test_followers_fall_in_the_crisis_and_jump_at_the_launch() -> None:
    def change(brand: str, span: tuple[datetime, datetime]) -> int:
        own = [account for account in accounts() if account.brand == brand and account.base]
        return sum(account.followers(span[1]) - account.followers(span[0]) for account in own)

    week = (START + timedelta(days=7), START + timedelta(days=14))
    assert change("meadow", CRISIS) < 0 < change("meadow", week)
    assert change("ombrivelt", LAUNCH) > 3 * change("ombrivelt", week) > 0


def test_the_crisis_week_is_louder_and_angrier(world: World) -> None:
    def heard(start: datetime) -> Counter[str]:
        until = start + timedelta(days=7)
        return Counter(
            piece.tone
            for piece in world.pieces
            if "meadow" in piece.brands and piece.owned_by is None and start <= piece.at < until
        )

    before, during = heard(CRISIS[0] - timedelta(days=14)), heard(CRISIS[0])
    assert sum(during.values()) > 3 * sum(before.values())
    assert during["crisis"] > sum(during.values()) / 2
    assert before["crisis"] == 0


@pytest.mark.parametrize("language", ["en", "zh", "de"])
def test_no_two_posts_look_like_copies_but_the_storm(world: World, language: str) -> None:
    texts = [
        piece.text
        for piece in world.pieces
        if piece.language == language and piece.stands_in and piece.title is None and piece.copy_of is None
        and piece.author != "pedalpress.example"
    ]  # fmt: skip
    assert likeness(texts, language) <= 0.55
    assert language != "en" or sum(piece.copy_of is not None for piece in world.pieces) == 7


def test_a_world_of_another_seed_can_be_made() -> None:
    genesis = Genesis(99)
    genesis.telegram()
    assert len(genesis.pieces) > 100
