"""The demo from end to end, and its truths: what the database and the report hold is what the made-up world says, number by number."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from spiders.demo import blog, feed, telegram, weixin, youtube
from spiders.demo.brands import HANDLES, MAKERS
from spiders.demo.genesis import CLOSED_INSTANCE, HOME_INSTANCE
from spiders.demo.genesis import make_world as make
from spiders.demo.tour import PERIOD, VISITS, Shortfall, address, shortfalls, tour
from spiders.demo.world import Piece, World
from tests.demo_truth import Interval, counts, exact, native_id, plain, shortened

pytestmark = pytest.mark.server

WORLD = make()
LAST = VISITS[-1]
COUNTS = ("likes", "comments", "shares", "quotes", "views")


@dataclass(frozen=True)
class Result:
    """The home that a demo left, and its report."""

    home: Path
    report: Path
    said: list[str]

    def rows(self, query: str, *parameters: Any) -> list[Any]:
        with sqlite3.connect(self.home / "mentionary.sqlite") as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, parameters).fetchall()

    def missed(self) -> list[Shortfall]:
        return list(shortfalls(address(self.home)))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    home = tmp_path_factory.mktemp("demo") / "home"
    said: list[str] = []
    report = tour(WORLD, home, said.append)
    return Result(home, report, said)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pieces() -> dict[tuple[str, str, str], Piece]:
    """Every piece of the world by platform, namespace and id."""
    return {
        (piece.platform, "comment" if is_comment(piece) else "post", native_id(WORLD, piece)): piece
        for piece in WORLD.pieces
    }


def is_comment(piece: Piece) -> bool:
    return piece.parent is not None and piece.platform in {"blog", "hackernews"}


def roots(piece: Piece) -> Piece:
    while piece.parent:
        piece = WORLD.by_serial[piece.parent]
    return piece


def reachable(world: World) -> set[tuple[str, str, str]]:
    """What the watchlist leads to by the last visit: all that stood at one of the visits, where it was to be found."""
    named = ("tavrelune", "ombrivelt", "meadow", "solis 3", "porteur 80", "kite one", "foldling", "clover 2", "juniper cargo")  # fmt: skip
    found = set()
    for key, piece in pieces().items():
        if not any(piece.at <= at and (piece.deleted_at is None or at < piece.deleted_at) for at in VISITS):
            continue
        # The channel whose layout changed gives nothing from then on.
        if piece.place == telegram.CHANGED[0] and not any(piece.at <= at < telegram.CHANGED[1] for at in VISITS):
            continue
        if piece.platform == "hackernews":
            talk = f"{roots(piece).title} {piece.text}".lower()
            if not any(name in talk for name in named):
                continue
        found.add(key)
    return found


def test_every_step_is_told_and_the_report_is_one_file(result: Result) -> None:
    assert len([line for line in result.said if "visit" in line]) == len(VISITS)
    page = result.report.read_text("utf-8")
    assert page.startswith("<!")
    assert "Tavrelune" in page
    assert "http://127.0.0.1" not in page


def test_what_was_walled_limited_denied_drifted_and_gone_is_in_the_ledger(result: Result) -> None:
    def days(first: datetime, until: datetime) -> tuple[str, ...]:
        return tuple(f"{at:%d %b}" for at in VISITS if first <= at < until)

    every = tuple(f"{at:%d %b}" for at in VISITS)
    deleted = next(piece for piece in WORLD.where("weixin") if piece.deleted_at)
    assert deleted.deleted_at is not None
    found = {(row.outcome, row.reason, row.platform, row.url.partition("?")[0]): row.days for row in result.missed()}
    channel, changed = youtube.ASKS_CONSENT, telegram.CHANGED
    assert found == {
        ("wall", "login", "mastodon", f"https://{CLOSED_INSTANCE}/api/v1/timelines/tag/ebike"): every,
        ("wall", "captcha", "weixin", weixin.link(weixin.checked(WORLD))): days(*weixin.CHECKED),
        ("wall", "consent", "youtube", f"https://www.youtube.com/@{channel[0]}/videos"): days(VISITS[0], channel[1]),
        ("limited", None, "feed", feed.address(feed.BUSY[0])): days(*feed.BUSY[1:]),
        ("denied", None, "blog", f"https://{blog.FORBIDDEN}/2026/10/e-bikes/"): every,
        ("drift", "tgme_widget_message", "telegram", f"https://t.me/s/{changed[0]}"): days(changed[1], LAST.max.replace(tzinfo=UTC)),
        ("gone", "deleted", "weixin", weixin.link(deleted)): days(deleted.deleted_at, LAST.max.replace(tzinfo=UTC)),
    }  # fmt: skip


def test_no_address_was_asked_that_robots_txt_forbids(result: Result) -> None:
    rows = result.rows("SELECT status, archive_file FROM fetch WHERE outcome = 'denied'")
    assert {(row["status"], row["archive_file"]) for row in rows} == {(None, None)}
    assert result.rows("SELECT count(*) AS n FROM host WHERE robots_fetched_at IS NOT NULL")[0]["n"] > 10


def test_all_that_can_be_reached_is_there_and_nothing_else(result: Result) -> None:
    rows = result.rows("SELECT platform, namespace, native_id FROM post WHERE repost_of IS NULL")
    stored = [(row["platform"], row["namespace"], row["native_id"]) for row in rows]
    wanted = {key for key in reachable(WORLD) if pieces()[key].repost_of is None}
    known = {platform for platform, _, native in stored if any(native == key[2] for key in wanted)}
    for platform in known:
        ours = {key for key in stored if key[0] == platform}
        assert ours == {key for key in wanted if key[0] == platform}, platform
    assert len(stored) == len(wanted)


def test_every_read_of_a_post_shows_what_the_world_says_of_that_moment(result: Result) -> None:
    known = pieces()
    columns = ", ".join(f"o.{name}_low, o.{name}_high" for name in COUNTS)
    rows = result.rows(
        f"SELECT p.platform, p.namespace, p.native_id, o.observed_at, f.url, {columns} "  # noqa: S608 - names of columns
        "FROM post_observation o JOIN post p USING (post_id) JOIN fetch f USING (fetch_id)"
    )
    wrong, seen = [], defaultdict(set)
    for row in rows:
        piece, at = known.get((row["platform"], row["namespace"], row["native_id"])), moment(row["observed_at"])
        assert piece is not None, tuple(row)
        expected = shown_at(piece, row["url"], at)
        for name in COUNTS:
            read = None if row[f"{name}_low"] is None else (row[f"{name}_low"], row[f"{name}_high"])
            if read != expected.get(name):
                wrong.append(f"{row['url']} {at} {name}: {read} is not {expected.get(name)}")
        seen[row["platform"]].add(at)
    assert wrong == []
    for platform in ("mastodon", "bluesky", "telegram", "youtube", "hackernews"):
        assert seen[platform] == set(VISITS), platform


def shown_at(piece: Piece, url: str, at: datetime) -> dict[str, Interval]:
    """The counters of a post on one page: a list of videos has only shortened views, a tree of items counts no comments."""
    shown = counts(WORLD, piece, at)
    if piece.platform == "youtube" and "/watch" not in url:
        return {"views": shortened(piece.count("views", at))}
    if piece.platform == "hackernews" and "/items/" in url:
        shown.pop("comments", None)
    return shown


def test_followers_at_each_visit_are_those_of_the_world(result: Result) -> None:
    rows = result.rows(
        "SELECT a.platform, a.handle, o.observed_at, f.url, o.followers_low AS low, o.followers_high AS high "
        "FROM account_observation o JOIN account a USING (account_id) JOIN fetch f USING (fetch_id) "
        "WHERE a.brand_id IS NOT NULL AND o.followers_low IS NOT NULL"
    )
    seen: dict[tuple[str, str], set[datetime]] = defaultdict(set)
    for row in rows:
        at = moment(row["observed_at"])
        number = WORLD.accounts[row["platform"], row["handle"]].followers(at)
        rounds = row["platform"] == "youtube" or "/s/" in row["url"]
        assert (row["low"], row["high"]) == (shortened(number) if rounds else exact(number)), tuple(row)
        seen[row["platform"], row["handle"]].add(at)
    for platform in ("mastodon", "bluesky", "telegram", "youtube"):
        for handle in HANDLES[platform].values():
            walled = (platform, handle) == ("youtube", youtube.ASKS_CONSENT[0])
            asked = {at for at in VISITS if not walled or at >= youtube.ASKS_CONSENT[1]}
            assert seen[platform, handle] == asked, (platform, handle)


def test_followers_grow_and_a_crisis_costs_some(result: Result) -> None:
    def change(platform: str, brand: str) -> float:
        rows = result.rows(
            "SELECT o.followers_low AS n FROM account_observation o JOIN account a USING (account_id) "
            "WHERE a.platform = ? AND a.brand_id = ? AND o.followers_low = o.followers_high ORDER BY o.observed_at",
            platform,
            brand,
        )
        return int(rows[-1]["n"]) / int(rows[0]["n"]) - 1

    assert change("bluesky", "ombrivelt") > 1.5 * change("bluesky", "tavrelune") > 0
    assert change("mastodon", "meadow") < change("mastodon", "tavrelune")


def test_texts_are_stored_as_written(result: Result) -> None:
    known = pieces()
    rows = result.rows(
        "SELECT platform, namespace, native_id, title, text, published_at FROM post WHERE gone_at IS NULL"
    )
    for row in rows:
        piece = known[row["platform"], row["namespace"], row["native_id"]]
        assert row["title"] == piece.title
        assert ("".join(row["text"].split()) if row["text"] else None) == plain(piece)
        assert moment(row["published_at"]) == piece.at


def test_people_are_stored_under_pseudonyms(result: Result) -> None:
    handles = {piece.author for piece in WORLD.pieces if piece.owned_by is None and piece.platform != "weixin"}
    kept = {row["handle"] for row in result.rows("SELECT handle FROM account WHERE brand_id IS NULL")}
    names = {row["author_name"] for row in result.rows("SELECT author_name FROM post")}
    watched = {"radweg_talk", "slowlanereviews"}
    assert (kept | names) & handles - watched == set()


def test_mentions_are_those_that_the_world_wrote(result: Result) -> None:
    """Brand by brand, post by post; a meadow full of flowers is no mention of Meadow."""
    known = pieces()
    rows = result.rows(
        "SELECT DISTINCT p.platform, p.namespace, p.native_id, m.brand_id, m.standing "
        "FROM mention m JOIN post p USING (post_id) WHERE m.relevance >= 0.5"
    )
    found: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        piece = known[row["platform"], row["namespace"], row["native_id"]]
        if row["standing"] == "earned":
            found[row["brand_id"]].add(piece.serial)
    stored = reachable(WORLD)
    for maker in MAKERS:
        wanted = {
            piece.serial
            for key, piece in known.items()
            if key in stored and piece.stands_in and maker.key in piece.brands
            # Of what was deleted no text is kept, and annotations came after.
            and piece.deleted_at is None
        }  # fmt: skip
        assert found[maker.key] - wanted == set(), maker.key
        assert wanted - found[maker.key] == set(), maker.key


def test_the_report_counts_the_worlds_own_mentions(result: Result) -> None:
    """Share of voice: the texts and their copies together are the posts that name a brand in the period."""
    figures = json.loads(result.rows("SELECT figures FROM report ORDER BY report_id DESC LIMIT 1")[0]["figures"])
    days = {"from": f"{PERIOD[0]:%Y-%m-%d}", "to": f"{PERIOD[1]:%Y-%m-%d}"}
    figure = next(
        figure
        for figure in figures.values()
        if figure["metric"] == "share-of-voice" and days.items() <= figure["parameters"].items()
    )
    rows = [dict(zip(figure["columns"], row, strict=True)) for row in figure["rows"]]
    stored, known = reachable(WORLD), pieces()
    wanted = {
        maker.key: sum(
            key in stored
            and piece.stands_in
            and piece.deleted_at is None
            and maker.key in piece.brands
            and PERIOD[0] <= piece.at <= PERIOD[1]
            for key, piece in known.items()
        )
        for maker in MAKERS
    }
    assert {row["brand_id"]: row["texts"] + row["copies"] for row in rows} == wanted


def test_the_home_is_made_anew_but_nothing_else_is_removed(tmp_path: Path) -> None:
    from spiders.command import CommandError
    from spiders.demo.tour import make_home

    (tmp_path / "letter.txt").write_text("keep me", "utf-8")
    with pytest.raises(CommandError, match="holds something that is no home of the demo"):
        make_home(tmp_path)
    assert (tmp_path / "letter.txt").exists()


def test_only_one_instance_is_open(result: Result) -> None:
    rows = result.rows("SELECT DISTINCT site FROM post WHERE platform = 'mastodon'")
    assert [row["site"] for row in rows] == [HOME_INSTANCE]
