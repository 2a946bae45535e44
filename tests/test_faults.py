"""What goes wrong around a database is one sentence, and nothing that was stored is lost."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, func, select, text

from storage.database import migrate, open_database, writing
from storage.errors import StorageError
from storage.ledger import start_run
from storage.tables import post
from storage.writing import Writer
from tests.conftest import absent
from tests.samples import STATUS_URL, har_entry, status_body, write_har
from tests.servers import postgres, postgres_programs
from tests.stored import AT, KEY, WATCHLIST, Page, a_post, bring, hours, page, rows

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("needs the right to mount a small disk (root)")
    yield folder
    # Lazily: a test that failed may still hold the file open.
    subprocess.run(["umount", "-l", folder], check=True)


def large(number: int) -> Page:
    """A page that takes some room."""
    posts = [a_post(f"{number}-{n}", text=f"{number} {n} " + "words " * 400) for n in range(20)]
    return page(f"https://video.test/{number}", hours(number), *posts)


def how_many(engine: Engine) -> int:
    """Posts that are stored."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(post)).scalar_one()


def fill_up(file: Path) -> None:
    """Leave no room on a disk."""
    hoard = os.open(file, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(hoard, b"0" * 4096)
    os.close(hoard)


def test_a_full_disk_is_told_and_what_was_stored_stays(small_disk: Path) -> None:
    engine = open_database(f"sqlite:///{small_disk / 'a.sqlite'}")
    bring(engine, [large(0)])
    before = rows(engine)
    hoard = small_disk / "hoard"
    run_id = start_run(engine, "import", None, {}, AT)
    writer = Writer(engine, run_id, watchlist=WATCHLIST, pseudonyms=KEY)
    writer.__enter__()
    fill_up(hoard)
    for number in range(1, 8):
        writer.add(*large(number))
    with pytest.raises(StorageError, match="the disk is full; make room"):
        writer.flush()
    assert rows(engine) == before
    hoard.unlink()
    writer.flush()
    assert how_many(engine) == 160
    engine.dispose()
    with closing(sqlite3.connect(small_disk / "a.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    engine = open_database(f"sqlite:///{file}")
    bring(engine, [large(n) for n in range(4)])
    engine.dispose()
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(os.urandom(file.stat().st_size - 8192))
    with pytest.raises(StorageError, match="is damaged"):
        how_many(open_database(f"sqlite:///{file}"))


PROGRAM = """
import sys
from pathlib import Path
from storage.database import open_database
from storage.errors import StorageError
from tests.stored import bring, a_post, page, hours
try:
    engine = open_database(sys.argv[1])
    bring(engine, [page("https://video.test/2", hours(2), a_post("2"))])
except StorageError as error:
    sys.exit(str(error))
"""


def test_a_file_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs to be root to run a program as somebody else")
    file = tmp_path / "a.sqlite"
    engine = open_database(f"sqlite:///{file}")
    bring(engine, [page("https://video.test/1", hours(1), a_post("1"))])
    engine.dispose()
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    file.chmod(0o644)
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", sys.executable, "-c", PROGRAM, f"sqlite:///{file}"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "a.sqlite can't be" in done.stderr
    assert done.stderr.count("\n") == 1
    assert how_many(open_database(f"sqlite:///{file}")) == 1


def test_a_server_that_ends_the_connection_is_told_and_the_next_batch_goes_on(postgres_address: str) -> None:
    migrate(postgres_address)
    engine = open_database(postgres_address)
    run_id = start_run(engine, "import", None, {}, AT)
    with Writer(engine, run_id, batch=1, watchlist=WATCHLIST, pseudonyms=KEY) as writer:
        writer.add(*large(0))
        with pytest.raises(StorageError, match="what was stored is kept"):
            lose_the_server(engine, postgres_address)
        writer.add(*large(1))
    assert how_many(engine) == 40
    engine.dispose()


def lose_the_server(engine: Engine, address: str) -> None:
    """Work in a transaction whose connection the server ends."""
    with writing(engine) as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (number,))
        connection.execute(select(func.count()).select_from(post))


KILLED = """
import os, sys
from storage.database import open_database
from storage.ledger import start_run
from storage.writing import Writer
from tests.conftest import absent
from tests.samples import STATUS_URL, har_entry, status_body, write_har
from tests.servers import postgres, postgres_programs
from tests.stored import AT, KEY, WATCHLIST
from tests.test_faults import large
engine = open_database(sys.argv[1])
with Writer(engine, start_run(engine, "import", None, {}, AT), batch=2, watchlist=WATCHLIST, pseudonyms=KEY) as writer:
    for number in range(1000):
        writer.add(*large(number))
        print(number, flush=True)
"""


def test_kill_9_leaves_whole_batches(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.sqlite'}"
    open_database(address).dispose()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, address], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 7:
                process.send_signal(signal.SIGKILL)
                break
    engine = open_database(address)
    stored = how_many(engine)
    assert stored % 40 == 0
    assert stored >= 160
    found = rows(engine)
    assert len(found["fetch"]) * 20 == stored == len(found["post_read"]) == len(found["post_version"])
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


COMMANDS = """
import contextlib, io, json, sys
import storage.database
storage.database.BUSY_TIMEOUT_MS = 100
from scrapy.cmdline import execute
told = {}
for words in json.loads(sys.argv[1]):
    said, complained, status = io.StringIO(), io.StringIO(), None
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            execute(["scrapy", *words])
        except SystemExit as end:
            status = end.code
    told[words[0]] = [status, complained.getvalue()]
print(json.dumps(told))
"""
WRITE = ("annotate", "erase", "import", "prune", "replay", "report")
READ = ("export", "figure", "health", "label")


def commands(home: Path, address: str, names: tuple[str, ...], *before: str) -> dict[str, tuple[int, str]]:
    """Run commands on a database one after the other; returns each one's exit status and what it complained of."""
    (home / "watchlist.toml").write_text('[[brand]]\nname = "Acme"\n')
    saved = write_har(home / "pages.har", [har_entry(STATUS_URL, status_body())])
    words = {
        "erase": ["--person", "joe", "--platform", "youtube"],
        "figure": ["share-of-voice-0123456789"],
        "import": [str(saved)],
        "label": ["--brand", "acme"],
        "report": ["--brand", "acme", "--from", "2026-03-01", "--to", "2026-03-07"],
    }
    asked = [[name, *words.get(name, [])] for name in names]
    done = subprocess.run(
        [*before, sys.executable, "-c", COMMANDS, json.dumps(asked)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={
            **os.environ, "MENTIONARY_HOME": str(home), "MENTIONARY_DATABASE": address, "MENTIONARY_PSEUDONYM_KEY": "a key for tests alone",
            "PYTHONDONTWRITEBYTECODE": "1",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: (status, told) for name, (status, told) in json.loads(done.stdout).items()}


def assert_told(found: dict[str, tuple[int, str]], names: tuple[str, ...], sentence: str) -> None:
    """Each of the commands ended with 1 and one sentence that holds the words."""
    wrong = {
        name: told
        for name, told in found.items()
        if told[0] != 1 or told[1].count("\n") != 1 or sentence not in told[1]
    }
    assert (sorted(found), wrong) == (sorted(names), {})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a database that holds one page."""
    engine = open_database(f"sqlite:///{tmp_path / 'mentionary.sqlite'}")
    bring(engine, [page("https://video.test/1", hours(1), a_post("1", author="joe"))])
    engine.dispose()
    return tmp_path


def test_every_command_tells_of_a_server_that_does_not_answer(home: Path) -> None:
    found = commands(home, "postgresql://joe:secret@127.0.0.1:1/x", READ + WRITE)
    assert_told(found, READ + WRITE, "does not answer; see that the server runs")
    assert "secret" not in repr(found)


def test_every_command_tells_of_a_file_that_is_no_database(home: Path) -> None:
    file = home / "words.sqlite"
    file.write_text("no database, but many words " * 200)
    assert_told(commands(home, f"sqlite:///{file}", READ + WRITE), READ + WRITE, "is no SQLite database")
    assert file.read_text() == "no database, but many words " * 200


def test_every_command_that_writes_tells_of_a_locked_database(home: Path) -> None:
    address = f"sqlite:///{home / 'mentionary.sqlite'}"
    before = rows(open_database(address))
    with closing(sqlite3.connect(home / "mentionary.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert_told(commands(home, address, WRITE), WRITE, "is locked by another program; run the command again")
        # Who only reads is not kept waiting.
        assert commands(home, address, ("export",)) == {"export": (0, "")}
        other.execute("ROLLBACK")
    assert rows(open_database(address)) == before
    assert commands(home, address, ("import",)) == {"import": (0, "")}


def test_every_command_that_writes_tells_of_a_right_that_is_missing(home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs to be root to run a program as somebody else")
    address = f"sqlite:///{home / 'mentionary.sqlite'}"
    before = rows(open_database(address))
    for folder in (home, *home.parents[:-2]):
        folder.chmod(0o755)
    (home / "mentionary.sqlite").chmod(0o644)
    nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    # A report fails at its own folder before it comes to the database.
    names = tuple(name for name in WRITE if name != "report")
    assert_told(commands(home, address, names, *nobody), names, "can't be")
    assert rows(open_database(address)) == before


def test_an_import_on_a_full_disk_is_told_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    address = f"sqlite:///{small_disk / 'mentionary.sqlite'}"
    engine = open_database(address)
    bring(engine, [large(0)])
    fill_up(small_disk / "hoard")
    before = rows(engine)
    found = commands(small_disk.parent, address, ("import", "report", "prune"))
    assert_told(found, ("import", "report", "prune"), "the disk is full; make room and run the command again")
    assert rows(engine) == before
    (small_disk / "hoard").unlink()
    assert commands(small_disk.parent, address, ("import",)) == {"import": (0, "")}
    assert how_many(engine) == 21
    engine.dispose()


def test_a_server_that_restarts_loses_nothing_and_the_next_batch_goes_on() -> None:
    if postgres_programs() is None:
        absent("PostgreSQL's initdb is not installed (Debian: postgresql)", "REQUIRE_POSTGRESQL")
    with postgres() as server:
        address = f"{server.address}/postgres"
        migrate(address)
        engine = open_database(address)
        with Writer(
            engine, start_run(engine, "import", None, {}, AT), batch=1, watchlist=WATCHLIST, pseudonyms=KEY
        ) as writer:
            writer.add(*large(0))
            server.stop()
            with pytest.raises(StorageError, match="does not answer; see that the server runs"):
                writer.add(*large(1))
            server.start()
            writer.flush()
        assert how_many(engine) == 40
        engine.dispose()
