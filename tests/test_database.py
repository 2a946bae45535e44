"""Opening, migrating and the sentences for what goes wrong, on a real SQLite file and a real PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from storage.database import engine_of, migrate, open_database, writing
from storage.errors import StorageError
from storage.jobs import Missed, job_states, missed_since
from storage.migrations import HEAD
from storage.tables import metadata
from storage.views import VIEWS

ROOT = Path(__file__).resolve().parent.parent
COMPARED = {
    "compare_type": True,
    "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
}
"""How Alembic holds a database to the tables of the code."""


def test_migrations_make_the_tables_of_the_code(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARED)
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_migrations_make_every_view(database: Engine) -> None:
    with database.connect() as connection:
        assert set(inspect(connection).get_view_names()) == {made.table.name for made in VIEWS}
        for made in VIEWS:
            assert list(connection.execute(made.table.select()).keys()) == [column.name for column in made.table.c]


def test_the_newest_revision_is_the_one_that_opening_asks_for() -> None:
    assert ScriptDirectory(str(ROOT / "storage" / "migrations")).get_current_head() == HEAD


def test_migrating_again_changes_nothing(database_address: str, database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("INSERT INTO brand VALUES ('acme', 'Acme', '[]', true)"))
    migrate(database_address)
    with database.connect() as connection:
        assert connection.execute(text("SELECT name FROM brand")).scalar_one() == "Acme"


def test_a_database_of_the_first_version_is_brought_to_this_one_with_its_rows(database_address: str) -> None:
    engine = engine_of(database_address)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    first = ScriptDirectory.from_config(config).get_base()
    assert first is not None
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, first)
        connection.execute(text("INSERT INTO brand VALUES ('acme', 'Acme', '[]', true)"))
    with pytest.raises(StorageError, match="another version of Mentionary; run 'scrapy migrate'"):
        open_database(database_address)
    migrate(database_address)
    opened = open_database(database_address)
    with opened.connect() as connection:
        context = MigrationContext.configure(connection, opts=COMPARED)
        assert compare_metadata(context, metadata) == []
        assert connection.execute(text("SELECT name FROM brand")).scalar_one() == "Acme"
    opened.dispose()
    engine.dispose()


def test_a_new_file_is_made_and_an_empty_server_is_not(tmp_path: Path, postgres_address: str) -> None:
    open_database(f"sqlite:///{tmp_path / 'home' / 'new.sqlite'}").dispose()
    assert (tmp_path / "home" / "new.sqlite").stat().st_size > 0
    with pytest.raises(StorageError, match="is empty; run 'scrapy migrate'"):
        open_database(postgres_address)


def test_a_file_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        assert file.stat().st_size > 0
        opened = pool.submit(open_database, f"sqlite:///{file}")
        time.sleep(0.5)
        assert not opened.done()
        other.execute("ROLLBACK")
        opened.result(60).dispose()


def test_views_of_another_version_are_noticed_and_made_anew(database_address: str, database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE setting SET value = 'other' WHERE name = 'views'"))
        connection.execute(text("DROP VIEW fetch_days"))
        connection.execute(text("CREATE VIEW fetch_days AS SELECT 1 AS one"))
    with pytest.raises(StorageError, match="another version"):
        open_database(database_address)
    migrate(database_address)
    with database.connect() as connection:
        assert "outcome" in {column["name"] for column in inspect(connection).get_columns("fetch_days")}


def test_a_database_of_a_newer_version_is_left_alone(database_address: str, database: Engine) -> None:
    with writing(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    with pytest.raises(StorageError, match="does not know"):
        migrate(database_address)


def test_what_is_no_database_of_ours_gets_one_sentence(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("no database, but many words " * 200)
    with pytest.raises(StorageError, match=r"words\.txt is no SQLite database"):
        open_database(f"sqlite:///{words}")
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    for act in (open_database, migrate):
        with pytest.raises(StorageError, match="tables of something else"):
            act(f"sqlite:///{other}")
    for address in ("mentionary.sqlite", "mysql://host/name", "oracle:"):
        with pytest.raises(StorageError, match="MENTIONARY_DATABASE"):
            open_database(address)


def test_a_server_that_is_not_there_gets_one_sentence_without_its_password() -> None:
    with pytest.raises(StorageError, match="does not answer") as caught:
        open_database("postgresql://someone:secret@127.0.0.1:1/name")
    assert "secret" not in str(caught.value)
    assert "someone" not in str(caught.value)


def test_a_database_name_that_the_server_lacks_gets_one_sentence(postgres_server: str) -> None:
    with pytest.raises(StorageError, match="no database of that name"):
        open_database(f"{postgres_server}/nowhere")


def test_a_locked_file_gets_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 50)
    address = f"sqlite:///{tmp_path / 'locked.sqlite'}"
    engine = open_database(address)
    other = sqlite3.connect(tmp_path / "locked.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another program"), writing(engine):
        pass
    other.execute("ROLLBACK")
    other.close()
    with writing(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM brand")).scalar_one() == 0
    engine.dispose()


def run_migrate(address: str, *words: str, as_nobody: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, where asked for as a user who owns nothing."""
    user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if as_nobody else []
    return subprocess.run(
        [*user, sys.executable, "-m", "scrapy", "migrate", *words],
        cwd=ROOT,
        env={**os.environ, "MENTIONARY_DATABASE": address, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_migrates_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'made.sqlite'}"
    done = run_migrate(address)
    assert (done.returncode, done.stderr) == (0, "")
    open_database(address).dispose()
    assert run_migrate(address, "--typo").returncode == 2
    assert run_migrate(address, "word").returncode == 2


def test_the_command_without_the_right_to_write_says_so(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs to be root to run a program as somebody else")
    address = f"sqlite:///{tmp_path / 'mine.sqlite'}"
    open_database(address).dispose()
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    (tmp_path / "mine.sqlite").chmod(0o644)
    done = run_migrate(address, as_nobody=True)
    assert done.returncode == 1
    assert "can't be" in done.stderr
    assert done.stderr.count("\n") == 1


def test_runs_missed_before_their_time_was_noted_are_kept(database_address: str) -> None:
    engine = engine_of(database_address)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "5b7c2e90a1f4")
        connection.execute(
            text("INSERT INTO job (name, last_started_at, missed) VALUES ('crawl feed', '2026-03-02 09:30:00', 4)")
        )
        connection.execute(text("INSERT INTO job (name, missed) VALUES ('annotate', 0)"))
    engine.dispose()
    migrate(database_address)
    engine = open_database(database_address)
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert missed_since(engine, at) == (Missed("crawl feed", at, at, 4),)
    assert {name: state.missed for name, state in job_states(engine).items()} == {"annotate": 0, "crawl feed": 4}
    engine.dispose()
