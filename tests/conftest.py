"""What tests share: the folder ../shared where it is there, a real PostgreSQL, a home of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from storage.database import migrate, open_database
from tests.servers import postgres, postgres_programs

# A slow machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def absent(what: str, variable: str) -> NoReturn:
    """Skip for want of something, or fail where the environment says that it must be there."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{what}, and {variable}=1 forbids skipping")
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of captures, servers and data beside the project; the test is skipped where it is missing."""
    if not (SHARED / "captures").is_dir():
        absent("the folder ../shared (captures, servers, data) is not here", "REQUIRE_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own, without a database name; stopped at the end."""
    if postgres_programs() is None:
        absent("PostgreSQL's initdb is not installed (Debian: postgresql)", "REQUIRE_POSTGRESQL")
    with postgres() as server:
        yield server.address


@pytest.fixture
def postgres_address(postgres_server: str) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database, dropped after the test."""
    import psycopg

    name = f"test_{os.urandom(6).hex()}"
    server = postgres_server.replace("+psycopg", "") + "/postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"{postgres_server}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    address: str = request.getfixturevalue("postgres_address")
    return address


@pytest.fixture
def database(database_address: str) -> Iterator[Engine]:
    """A migrated, empty database, once on SQLite and once on PostgreSQL."""
    migrate(database_address)
    engine = open_database(database_address)
    yield engine
    engine.dispose()
