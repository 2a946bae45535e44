"""What SQLite's planner is told of how the rows lie; PostgreSQL sees to its own.

Source: https://www.sqlite.org/fileformat2.html#stat1tab
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, Engine

from storage.database import writing
from storage.errors import StorageError
from storage.upserts import quoted

SAMPLE = 100_000
"""Rows of an index that are looked at."""


def refresh_statistics(engine: Engine) -> None:
    """Count by samples how the rows lie; without that the planner walks all of a brand's mentions for one week's.

    A database that may not be written keeps what it has.
    """
    if engine.dialect.name == "sqlite":
        with suppress(StorageError), writing(engine) as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLE}")
            connection.exec_driver_sql("ANALYZE")
            for index in capped(connection):
                correct(connection, *index)
            connection.exec_driver_sql("ANALYZE sqlite_schema")  # reads again what was written


def capped(connection: Connection) -> list[tuple[str, str, list[int]]]:
    """The tables and indexes of which a value of the first column has more rows than a sample, with what was counted.

    Of these the count says only that there are so many: a brand with five million mentions is taken for one with 100,000.
    """
    rows = connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL").all()
    told = [(row.tbl, row.idx, [int(word) for word in row.stat.split() if word.isdigit()]) for row in rows]
    return [(table, index, numbers) for table, index, numbers in told if numbers[1:2] == [SAMPLE + 1]]


def correct(connection: Connection, table: str, index: str, numbers: list[int]) -> None:
    """Put the mean number of rows of a value in the place of the sample's size; there are few values, each found by one step."""
    first = "SELECT name FROM pragma_index_info(?) ORDER BY seqno LIMIT 1"
    name = connection.exec_driver_sql(first, (index,)).scalar()
    if name is None:
        # The key of a table without rows of numbers, or an index of an expression: what was counted stays.
        return
    column = quoted(name)
    counted = f"""
        WITH RECURSIVE known (value) AS (
            SELECT min({column}) FROM {quoted(table)} UNION ALL
            SELECT (SELECT min({column}) FROM {quoted(table)} WHERE {column} > known.value) FROM known WHERE known.value IS NOT NULL
        ) SELECT count(value) FROM known
    """  # noqa: S608 - names of our tables
    values = connection.exec_driver_sql(counted).scalar_one()
    mean = max(SAMPLE + 1, numbers[0] // max(1, values))
    stat = " ".join(str(mean if number == SAMPLE + 1 else number) for number in numbers)
    connection.exec_driver_sql("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx = ?", (stat, table, index))
