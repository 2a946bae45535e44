"""What docs/explanation/privacy.md promises and no other test holds: on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from config.environment import environment
from config.retention import Retention
from config.watchlist import Brand, Watchlist
from extractors.records import Outcome
from storage.erasing import erase, find_person
from storage.ledger import start_run
from storage.pseudonyms import KEY_FILE, load_pseudonyms
from storage.tables import account, fetch, post, suppression
from storage.views import mentions, posts
from storage.watchlist import sync_watchlist, words_of
from storage.writing import Writer
from tests.samples import har_entry, status_body, status_url, write_har
from tests.stored import AT, KEY, WORDS, a_post, a_profile, bring, hours, page, rows
from tests.test_import import brought, replayed

ROOT = Path(__file__).resolve().parent.parent


def test_days_are_those_of_the_program() -> None:
    page = (ROOT / "docs/explanation/privacy.md").read_text("utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", page, re.MULTILINE))
    days = {name: getattr(Retention(), name) for name in Retention.model_fields}
    assert told == {name: f"{span.days} days" if span else "forever" for name, span in days.items()}


def test_an_account_that_leaves_the_watchlist_loses_its_names(database: Engine) -> None:
    jane = {"author": "jane", "author_id": "9", "author_name": "Jane Doe"}
    watched = Watchlist(brand=(Brand(name="Doe", accounts={"youtube": ("jane",)}), Brand(name="Acme")))
    profile = a_profile(
        handle="jane", id="9", name="Jane Doe", text="I bake", url="https://video.test/@jane", followers=7
    )
    bring(
        database,
        [page("https://video.test/list", hours(1), profile, a_post("1", text="words", **jane))],
        watchlist=watched,
    )
    assert "i bake" in repr(rows(database)).casefold()
    without = Watchlist(brand=(Brand(name="Acme"),))
    sync_watchlist(database, without, words_of(without, KEY), AT + timedelta(days=1))
    stored = {name: found for name, found in rows(database).items() if name.startswith("account")}
    assert not re.search(r"jane|i bake|'9'", repr(stored).casefold())
    with database.connect() as connection:
        assert connection.execute(select(account.c.followers_low)).scalars().all() == [7]
        assert connection.execute(select(func.count()).select_from(post)).scalar_one() == 1


def test_who_was_erased_is_brought_back_by_no_replay_and_no_import(tmp_path: Path, database: Engine) -> None:
    har = write_har(tmp_path / "a.har", [har_entry(status_url(number), status_body(number)) for number in (1, 2)])
    brought(database, tmp_path / "archive", har)
    assert len(rows(database)["post"]) == 2
    with database.connect() as connection:
        found = find_person(connection, WORDS, "mastodon", "@ada@social.example", None)
    erase(database, WORDS, found, AT)
    for _ in range(2):
        assert not re.search(r"ada\b|kahvia", repr({**rows(database), "fetch": []}).casefold())
        replayed(database, tmp_path / "archive", everything=True)
        brought(database, tmp_path / "archive", har)
    assert rows(database)["post"] == []
    with database.connect() as connection:
        # The entries that keep it so name nobody.
        keys = connection.execute(select(suppression.c.key)).scalars().all()
        assert keys
        assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_the_key_is_the_owners_alone_and_lies_outside_the_database(database: Engine, tmp_path: Path) -> None:
    settings = replace(environment(), home=tmp_path / "home", pseudonym_key=None)
    pseudonyms = load_pseudonyms(settings)
    file = tmp_path / "home" / KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    run_id = start_run(database, "import", None, {}, AT)
    with Writer(database, run_id, watchlist=Watchlist(), pseudonyms=pseudonyms) as writer:
        writer.add(*page("https://video.test/1", hours(1), a_post("1", author="jane")))
    key = file.read_text().strip()
    assert len(key) == 64
    with database.connect() as connection:
        everything = [repr(connection.execute(table.select()).all()) for table in account.metadata.sorted_tables]
    assert key not in "".join(everything)


def test_a_gone_post_is_a_stub_at_once_and_in_every_view(database: Engine) -> None:
    url = "https://video.test/77"
    bring(database, [page(url, hours(1), a_post("77", url=url, title="mine", text="taken back", likes=2))])
    bring(database, [page(url, hours(2), outcome=Outcome.GONE, reason="deleted")])
    with database.connect() as connection:
        shown = repr([connection.execute(select(view)).all() for view in (posts, mentions)])
        assert "taken back" not in shown
        assert connection.execute(select(posts.c.likes, posts.c.text, posts.c.title)).one() == (2, None, None)
        assert connection.execute(select(fetch.c.outcome).order_by(fetch.c.fetch_id.desc())).scalars().first() == "gone"
