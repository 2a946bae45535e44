"""What goes wrong around a database, told as one sentence that says what to do."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

ADDRESS = re.compile(r"//[^/@]*@")

SQLITE = {
    "SQLITE_NOTADB": "is no SQLite database; name another file in MENTIONARY_DATABASE, or move this one away",
    "SQLITE_CANTOPEN": "can't be opened; see that its folder is there and that you may write to it",
    "SQLITE_PERM": "can't be opened; see that you may read and write it",
    "SQLITE_READONLY": "can't be written; see that you may write to the file and to its folder",
    "SQLITE_FULL": "can't grow, the disk is full; make room and run the command again: what was stored is kept",
    "SQLITE_BUSY": "is locked by another program; run the command again when that has ended",
    "SQLITE_LOCKED": "is locked by another program; run the command again when that has ended",
    "SQLITE_IOERR": "can't be read or written, the disk reports an error; what was stored is kept, look at the disk first",
    "SQLITE_CORRUPT": "is damaged; restore a copy, or read the archive again into a new database (scrapy replay)",
    "SQLITE_AUTH": "refuses the operation",
}
"""By the result code without its extension (https://sqlite.org/rescode.html)."""

POSTGRESQL = {
    "08": "does not answer; see that the server runs and that the address is right",
    "28": "refuses the log-in; check user and password in MENTIONARY_DATABASE",
    "3D": "has no database of that name; create it, or mend MENTIONARY_DATABASE",
    "42501": "refuses the operation; the user lacks a right on these tables",
    "53100": "can't grow, its disk is full; make room and run the command again: what was stored is kept",
    "53": "has no room for another connection or no memory; run the command again later",
    "57": "was shut down or restarts; run the command again: what was stored is kept",
    "25006": "is read-only; name the primary server in MENTIONARY_DATABASE",
    "55P03": "is locked by another program; run the command again when that has ended",
    "2BP01": "has views of your own that stand on ours; drop them, migrate, and make them again",
    "40": "could not agree with another program that writes the same rows; run the command again",
    "58": "reports an error of its system; look at the server's log",
    "XX": "reports damage or an internal fault; look at the server's log",
}
"""By SQLSTATE, else by its class (https://www.postgresql.org/docs/15/errcodes-appendix.html)."""


class StorageError(Exception):
    """The database can't be used; the message is one sentence for the operator. Nothing already stored is lost."""


class ArchiveError(Exception):
    """The archive can't be written or a record not be had; the message is one sentence for the operator."""


class NotKeptError(ArchiveError):
    """The file is not there: it has expired, or another archive holds it."""


def shown(address: str) -> str:
    """An address for a message: SQLite's file, or the server without user and password."""
    return address.partition(":///")[2] if address.startswith("sqlite") else ADDRESS.sub("//", address)


def explain(error: BaseException, address: str) -> StorageError | None:
    """The sentence for a fault of a database's surroundings; None where the fault is in the statement."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", "") or ""
        name = "_".join(name.split("_")[:2])
        if name in SQLITE:
            return StorageError(f"the database {shown(address)} {SQLITE[name]}")
        return None
    state = getattr(error, "sqlstate", None)
    if state is None:
        # psycopg tells no state where the server could not be reached or went away.
        if type(error).__name__ == "OperationalError":
            words = str(error).casefold()
            kind = (
                "28"
                if "authentication" in words or "password" in words
                else "3D"
                if "does not exist" in words
                else "08"
            )
            return StorageError(f"the database {shown(address)} {POSTGRESQL[kind]}")
        return None
    for key in (state, state[:2]):
        if key in POSTGRESQL:
            return StorageError(f"the database {shown(address)} {POSTGRESQL[key]}")
    return None


PATIENCE_SECONDS = (1.0, 5.0, 20.0)
"""The waits of what runs for long: a server that restarts is back within them."""


def patiently(work: Callable[[], Result]) -> Result:
    """Do a piece of work on the database, again after a while where it is away; raises StorageError in the end."""
    for patience in PATIENCE_SECONDS:
        try:
            return work()
        except StorageError:
            time.sleep(patience)
    return work()
