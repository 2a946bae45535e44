"""Keyed pseudonyms: people who are not watched are told apart without being named.

HMAC-SHA256 with a key that lies outside the database: who has the database alone can neither name them nor try names out.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, select

from config.environment import Environment, environment
from config.watchlist import ConfigError
from storage.errors import StorageError
from storage.tables import setting
from storage.upserts import insert

KEY_FILE = "pseudonym.key"
MIN_KEY_LETTERS = 16


class Pseudonyms:
    """The operator's pseudonyms."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, *parts: str) -> str:
        """The pseudonym of something named by parts: 32 hexadecimal digits, the same each time."""
        message = "\x00".join((kind, *parts)).encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()[:32]


def load_pseudonyms(settings: Environment | None = None) -> Pseudonyms:
    """The pseudonyms by the environment's key, else by the home's key file, which is made where it is not there."""
    settings = settings or environment()
    if settings.pseudonym_key is not None:
        if len(settings.pseudonym_key) < MIN_KEY_LETTERS:
            raise ConfigError(
                f"MENTIONARY_PSEUDONYM_KEY is shorter than {MIN_KEY_LETTERS} letters; make one with 'openssl rand -hex 32'"
            )
        return Pseudonyms(settings.pseudonym_key.encode())
    return Pseudonyms(read_key(settings.home / KEY_FILE))


def read_key(file: Path) -> bytes:
    """The key in a file that only its owner may read; a missing file is made, whole or not at all."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(32) + "\n")
        # Another process may have made it meanwhile: its key holds for both.
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    key = file.read_text("ascii", "replace").strip()
    if len(key) < MIN_KEY_LETTERS:
        raise ConfigError(f"{file} holds no key; put the key back that this database was written with")
    if file.stat().st_mode & 0o077:
        raise ConfigError(f"{file} can be read by others than its owner; run 'chmod 600 {file}'")
    return key.encode()


def hold_key(connection: Connection, pseudonyms: Pseudonyms) -> None:
    """Note which key this database is written with; raises StorageError where it was another, since each person would be counted twice."""
    mark = pseudonyms.of("fingerprint")
    found = connection.execute(select(setting.c.value).where(setting.c.name == "pseudonym_key")).scalar()
    if found is None:
        statement = insert(setting, connection.dialect).values(name="pseudonym_key", value=mark)
        connection.execute(statement.on_conflict_do_nothing())
    elif found != mark:
        raise StorageError(
            "the pseudonym key is not the one that this database was written with; "
            "put back the home's pseudonym.key (or MENTIONARY_PSEUDONYM_KEY)"
        )
