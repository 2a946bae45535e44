"""Tables and views as CSV, Parquet and XLSX: row by row in constant memory, whole or not at all.

A cell of a spreadsheet that begins as a formula does would be run by who opens it, and texts come from anyone:
in CSV such a text gets an apostrophe before it, in XLSX it is written as a text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Engine, Float, Integer, Table, func, select

from storage.errors import StorageError
from storage.tables import Utc, metadata
from storage.views import VIEWS

BATCH = 5000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MAX_SHEET_ROWS = 1_048_575
"""Of a sheet, its heading aside."""
MAX_CELL_LETTERS = 32_767
PLAIN = ("accounts", "posts", "mentions", "post_history", "account_history", "fetch_days")
"""What is exported where nothing is named: the views for analysts."""
VIEW_KEYS = {
    "accounts": ("account_id",),
    "account_history": ("account_id", "observed_at", "fetch_id"),
    "account_observation": ("account_id", "observed_at", "fetch_id"),
    "fetch_days": ("day", "platform", "via", "outcome"),
    "mentions": ("mention_id",),
    "posts": ("post_id",),
    "post_history": ("post_id", "observed_at", "fetch_id"),
    "post_observation": ("post_id", "observed_at", "fetch_id"),
}
"""What tells the rows of each view apart."""
Told = Callable[[int], None]


class Sink(Protocol):
    """Takes rows in batches."""

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write a batch."""


def exportable() -> dict[str, Table]:
    """All tables and views by name."""
    return {**{made.table.name: made.table for made in VIEWS}, **metadata.tables}


def count(engine: Engine, table: Table) -> int:
    """How many rows will be written."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def export(engine: Engine, table: Table, file: Path, format: str, told: Told, *, raw: bool = False) -> int:
    """Write a table or view to a file of a format; returns the rows. The file stands there when it is whole."""
    columns = list(table.columns)
    draft = file.with_name(f".{file.name}.part")
    total = 0
    try:
        with SINKS[format](draft, columns, raw) as sink:
            for rows in batches(engine, table):
                sink.write(rows)
                total += len(rows)
                told(len(rows))
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    return total


def batches(engine: Engine, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows of a table in the order of its key, from one moment, without all of them in memory."""
    keys = [table.c[name] for name in VIEW_KEYS.get(table.name, ())] or list(table.primary_key.columns)
    query = select(table).order_by(*keys)
    with engine.connect().execution_options(yield_per=BATCH) as connection:
        yield from connection.execute(query).partitions()


def plain(value: Any) -> Any:
    """A value as a text file takes it: times in ISO 8601, lists and objects as JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list | dict):
        return orjson.dumps(value).decode()
    if isinstance(value, bytes):
        return value.hex()
    return value


class CsvSink:
    """Rows as lines."""

    def __init__(self, handle: Any, columns: Sequence[Column[Any]], raw: bool) -> None:
        self.writer = csv.writer(handle)
        self.writer.writerow([column.name for column in columns])
        self.raw = raw

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write a batch; NULL is an empty cell, an empty text a quoted one is not told from it."""
        self.writer.writerows([self.cell(value) for value in row] for row in rows)

    def cell(self, value: Any) -> Any:
        """A value that no spreadsheet runs."""
        value = plain(value)
        if not self.raw and isinstance(value, str) and value.startswith(FORMULA_SIGNS):
            return f"'{value}"
        return value


@contextmanager
def csv_sink(file: Path, columns: Sequence[Column[Any]], raw: bool) -> Iterator[Sink]:
    """CSV in UTF-8."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        yield CsvSink(handle, columns, raw)


class ParquetSink:
    """Rows as columns with types."""

    def __init__(self, arrow: Any, writer: Any, schema: Any, columns: Sequence[Column[Any]]) -> None:
        self.arrow = arrow
        self.writer = writer
        self.schema = schema
        self.columns = columns

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write a row group."""
        arrays = [
            self.arrow.array(
                [value if isinstance(column.type, Utc) else plain(value) for value in values], type=field.type
            )
            for column, values, field in zip(self.columns, zip(*rows, strict=True), self.schema, strict=True)
        ]
        self.writer.write_batch(self.arrow.record_batch(arrays, schema=self.schema))


@contextmanager
def parquet_sink(file: Path, columns: Sequence[Column[Any]], raw: bool) -> Iterator[Sink]:
    """Parquet, with whole numbers, truths and times as such."""
    pyarrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    kinds = (
        (Boolean, pyarrow.bool_()),
        (BigInteger, pyarrow.int64()),
        (Integer, pyarrow.int64()),
        (Float, pyarrow.float64()),
        (Utc, pyarrow.timestamp("ms", tz="UTC")),
    )
    schema = pyarrow.schema(
        [
            (column.name, next((kind for sort, kind in kinds if isinstance(column.type, sort)), pyarrow.string()))
            for column in columns
        ]
    )
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        yield ParquetSink(pyarrow, writer, schema, columns)


class XlsxSink:
    """Rows on sheets."""

    def __init__(self, book: Any, name: str, columns: Sequence[Column[Any]]) -> None:
        self.book = book
        self.name = name
        self.columns = columns
        self.times = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.heading = book.add_format({"bold": True})
        self.sheets = 0
        self.begin()

    def begin(self) -> None:
        """A new sheet with its heading."""
        self.sheets += 1
        self.sheet = self.book.add_worksheet(self.name[:28] + (f" {self.sheets}" if self.sheets > 1 else ""))
        self.sheet.freeze_panes(1, 0)
        for at, column in enumerate(self.columns):
            self.sheet.write_string(0, at, column.name, self.heading)
        self.row = 0

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write a batch; what a sheet does not hold goes on to the next."""
        for row in rows:
            if self.row == MAX_SHEET_ROWS:
                self.begin()
            self.row += 1
            for at, value in enumerate(row):
                self.cell(at, value)

    def cell(self, at: int, value: Any) -> None:
        """Write one value by its type; a spreadsheet counts in 15 digits, so a longer number is a text."""
        if value is None:
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(self.row, at, value)
        elif isinstance(value, datetime) and value.year >= 1900:
            self.sheet.write_datetime(self.row, at, value.astimezone(UTC).replace(tzinfo=None), self.times)
        elif isinstance(value, int | float) and abs(value) < 10**15:
            self.sheet.write_number(self.row, at, value)
        else:
            self.sheet.write_string(self.row, at, str(plain(value))[:MAX_CELL_LETTERS])


@contextmanager
def xlsx_sink(file: Path, columns: Sequence[Column[Any]], raw: bool) -> Iterator[Sink]:
    """A workbook, its texts never formulas or links."""
    xlsxwriter = needed("xlsxwriter")
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        yield XlsxSink(book, columns[0].table.name, columns)


def needed(module: str) -> Any:
    """A module of the extra ``analysis``; raises StorageError where it is not installed."""
    import importlib

    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise StorageError(f"this format needs {module}; install mentionary[analysis]") from error


SINKS: dict[str, Callable[[Path, Sequence[Column[Any]], bool], AbstractContextManager[Sink]]] = {
    "csv": csv_sink,
    "parquet": parquet_sink,
    "xlsx": xlsx_sink,
}
"""What writes each format."""
