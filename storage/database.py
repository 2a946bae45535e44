"""The way to a database: open it, migrate it, write to it in one transaction.

Faults of its surroundings (no file, no right, full disk, server gone) come out of every statement as StorageError.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from storage.errors import StorageError, explain, shown
from storage.migrations import HEAD
from storage.tables import setting
from storage.views import views_digest

BUSY_TIMEOUT_MS = 60_000
"""How long a writer waits for another before it gives up; batches take well under a second."""
CACHE_MB = 32
TURNS: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""By address of a SQLite file: whose turn it is among the threads of this process."""
MIGRATE = "run 'scrapy migrate'"


def engine_of(address: str, cache_mb: int = CACHE_MB) -> Engine:
    """An engine for an address, whatever stands there; raises StorageError for an address of no known database."""
    try:
        url = make_url(address)
        if url.get_backend_name() not in {"sqlite", "postgresql"}:
            raise StorageError(f"{shown(address)} is neither SQLite nor PostgreSQL; mend MENTIONARY_DATABASE")
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        # The connection given back last is taken first: SQLite's cache is each connection's own, and few are filled so.
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() == "postgresql", pool_use_lifo=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise StorageError(
            "MENTIONARY_DATABASE is no database's address; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    except ModuleNotFoundError as error:
        raise StorageError("PostgreSQL needs the package psycopg; install mentionary[postgresql]") from error
    event.listen(engine, "handle_error", tell)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(prepare_sqlite, cache_mb))
        event.listen(engine, "begin", begin_sqlite)
    return engine


def tell(context: ExceptionContext) -> None:
    """Put one sentence in the place of a driver's error."""
    address = context.engine.url.render_as_string(hide_password=True) if context.engine is not None else "database"
    sentence = explain(context.original_exception, address)
    if sentence is not None:
        raise sentence from context.original_exception


def prepare_sqlite(cache_mb: int, connection: Any, _record: object) -> None:
    """Readers beside a writer (WAL), keys held, patience; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    # In WAL mode a killed process loses nothing, and a power cut at most the last transactions.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{cache_mb * 1024}")
    connection.execute("PRAGMA temp_store = MEMORY")


def begin_sqlite(connection: Connection) -> None:
    """A transaction that will write takes its lock at once: one that read first could not wait for it later."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in one transaction that writes: all or nothing, never deadlocked with another writer on SQLite."""
    with turn_of(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def turn_of(engine: Engine) -> AbstractContextManager[Any]:
    """This process's turn to write: SQLite's own queue is sleep and try again, which costs threads of one process dearly."""
    if engine.dialect.name != "sqlite" or sqlite_file(str(engine.url)) is None:
        return nullcontext()
    return TURNS[str(engine.url)]


def open_database(address: str, cache_mb: int = CACHE_MB) -> Engine:
    """Open a database of ours; a SQLite file that is not there yet is made. Each connection keeps so much of a SQLite file in memory.

    Raises StorageError for a file that is no database, a server that does not answer, tables that are not there or not of this version.
    """
    file = sqlite_file(address)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        migrate(address)
    engine = engine_of(address, cache_mb)
    try:
        if file is not None and begun(engine):
            # Another process is making it: this waits for it to end.
            migrate(address)
        with engine.connect() as connection:
            check(connection, address)
    except StorageError:
        engine.dispose()
        raise
    return engine


def begun(engine: Engine) -> bool:
    """Whether a database is there and holds nothing."""
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def sqlite_file(address: str) -> Path | None:
    """The file of a SQLite address; None for a server or a database in memory."""
    if not address.startswith("sqlite"):
        return None
    name = address.partition(":///")[2].partition("?")[0]
    return Path(name) if name and name != ":memory:" else None


def check(connection: Connection, address: str) -> None:
    """Raise StorageError unless the tables and views are those of this version."""
    names = set(inspect(connection).get_table_names())
    if "alembic_version" not in names:
        if names:
            raise StorageError(f"the database {shown(address)} holds tables of something else; name another one")
        raise StorageError(f"the database {shown(address)} is empty; {MIGRATE}")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    views = (
        connection.execute(select(setting.c.value).where(setting.c.name == "views")).scalar() if found == HEAD else None
    )
    if found != HEAD or views != views_digest(connection.dialect):
        raise StorageError(f"the database {shown(address)} is of another version of Mentionary; {MIGRATE}")


def migrate(address: str) -> None:
    """Create or upgrade the tables and views; raises StorageError where that can't be done."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    file = sqlite_file(address)
    if file is not None:
        try:
            file.absolute().parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"the folder {file.parent} can't be made: {error.strerror}") from error
    engine = engine_of(address)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    try:
        with writing(engine) as connection:
            names = set(inspect(connection).get_table_names())
            if names and "alembic_version" not in names:
                raise StorageError(f"the database {shown(address)} holds tables of something else; name another one")
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('mentionary migrate'))"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise StorageError(
            f"the database {shown(address)} was made by a version of Mentionary that this one does not know; install the newer one"
        ) from error
    finally:
        engine.dispose()
