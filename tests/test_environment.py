"""The environment's variables: only loopback may stand in for the web, and only there may the clock be set."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import VERSION, clock
from config.environment import environment
from config.watchlist import ConfigError


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """The environment is read once in a process; each test reads its own."""
    environment.cache_clear()
    yield
    environment.cache_clear()


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://127.0.0.1:8080"),
        ("http://127.3.2.1", "http://127.3.2.1:80"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_loopback_may_stand_in(monkeypatch: pytest.MonkeyPatch, told: str, meant: str) -> None:
    monkeypatch.setenv("MENTIONARY_OVERRIDES", told)
    assert environment().overrides == meant


@pytest.mark.parametrize(
    "told",
    [
        "http://10.0.0.1:8080",
        "http://example.com",
        "https://127.0.0.1:8080",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1:x",
        "http://127.0.0.1:80/path",
        "127.0.0.1:8080",
    ],
)
def test_nothing_else_may(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setenv("MENTIONARY_OVERRIDES", told)
    with pytest.raises(ConfigError, match="only a loopback address may stand in"):
        environment()


def test_a_set_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTIONARY_CLOCK", "2026-03-02T10:30:00+01:00")
    with pytest.raises(ConfigError, match="without MENTIONARY_OVERRIDES"):
        environment()
    monkeypatch.setenv("MENTIONARY_OVERRIDES", "http://127.0.0.1:8080")
    assert clock.now().isoformat() == "2026-03-02T09:30:00+00:00"
    environment.cache_clear()
    monkeypatch.setenv("MENTIONARY_CLOCK", "2026-03-02T10:30:00")
    with pytest.raises(ConfigError, match="without a time zone"):
        environment()


def test_one_version() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == VERSION
