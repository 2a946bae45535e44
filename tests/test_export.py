"""Exported files hold what the database holds, and run nothing in whatever opens them."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import duckdb
import openpyxl
import pandas
import pytest
from pyarrow import parquet
from sqlalchemy import Engine, select

from storage import exporting
from storage.database import open_database
from storage.errors import StorageError
from storage.exporting import PLAIN, VIEW_KEYS, export, exportable
from storage.tables import watchlist_change
from storage.views import VIEWS, posts
from tests.stored import a_post, bring, hours, page
from tests.test_questions import fill

ROOT = Path(__file__).resolve().parent.parent


def written(engine: Engine, folder: Path, name: str, format: str, *, raw: bool = False) -> Path:
    """Export one table."""
    file = folder / f"{name}.{format}"
    told: list[int] = []
    assert export(engine, exportable()[name], file, format, told.append, raw=raw) == sum(told)
    return file


def test_csv_holds_every_row_and_runs_nothing(database: Engine, tmp_path: Path) -> None:
    formulas = [
        a_post(str(n), text=text, likes=n)
        for n, text in enumerate(["=cmd|' /C calc'!A0", "+1", 'plain, "quoted"\nline'])
    ]
    bring(database, [page("https://video.test/1", hours(1), *formulas)])
    with written(database, tmp_path, "posts", "csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [row["text"] for row in rows] == ["'=cmd|' /C calc'!A0", "'+1", 'plain, "quoted"\nline']
    assert [row["likes"] for row in rows] == ["0", "1", "2"]
    assert (rows[0]["first_seen_at"], rows[0]["title"]) == ("2026-03-02T10:30:00Z", "")
    with written(database, tmp_path, "posts", "csv", raw=True).open(encoding="utf-8", newline="") as handle:
        assert next(csv.DictReader(handle))["text"] == "=cmd|' /C calc'!A0"


def test_parquet_keeps_types_and_is_read_by_duckdb_and_pandas(database: Engine, tmp_path: Path) -> None:
    fill(database)
    file = written(database, tmp_path, "posts", "parquet")
    kinds = {field.name: str(field.type) for field in parquet.read_schema(file)}
    assert (kinds["post_id"], kinds["likes"], kinds["published_at"], kinds["text"]) == (
        "int64", "int64", "timestamp[ms, tz=UTC]", "string",
    )  # fmt: skip
    answer = duckdb.read_parquet(str(file)).aggregate("platform, SUM(likes)", "platform").fetchall()
    assert answer == [("youtube", 9)]
    frame = pandas.read_parquet(file)
    assert frame.loc[frame.native_id == "v1", "views"].item() == 86400
    changes = written(database, tmp_path, "watchlist_change", "parquet")
    with database.connect() as connection:
        names = connection.execute(select(watchlist_change.c.names)).scalar_one()
    assert "acme" in names
    assert "acme" in parquet.read_table(changes).column("names")[0].as_py()


def test_xlsx_has_numbers_times_and_texts(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MAX_SHEET_ROWS", 2)
    records = [a_post(str(n), text="=1+1", likes=n, url=f"https://video.test/{n}") for n in range(3)]
    bring(database, [page("https://video.test/1", hours(1), *records)])
    book = openpyxl.load_workbook(written(database, tmp_path, "posts", "xlsx"))
    assert book.sheetnames == ["posts", "posts 2"]
    heads = [cell.value for cell in book["posts"][1]]
    first = dict(zip(heads, book["posts"][2], strict=True))
    assert (first["text"].value, first["text"].data_type) == ("=1+1", "s")
    assert first["url"].hyperlink is None
    assert first["first_seen_at"].value.replace(tzinfo=UTC) == hours(1)
    assert dict(zip(heads, book["posts 2"][2], strict=True))["likes"].value == 2


@pytest.mark.parametrize("format", ["csv", "parquet", "xlsx"])
def test_every_table_and_view_can_be_exported(database: Engine, tmp_path: Path, format: str) -> None:
    fill(database)
    for name in exportable():
        assert written(database, tmp_path, name, format).stat().st_size > 0
    assert not list(tmp_path.glob(".*"))


def test_the_examples_for_analysts_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'mentionary' / 'mentionary.sqlite'}")
    fill(engine)
    for name in ("mentions", "posts"):
        (tmp_path / "mentionary" / "export").mkdir(exist_ok=True)
        written(engine, tmp_path / "mentionary" / "export", name, "parquet")
    engine.dispose()
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "docs/how-to/analyse.md").read_text("utf-8"), re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        found: dict[str, object] = {}
        exec(compile(example, "docs/how-to/analyse.md", "exec"), found)  # noqa: S102 - our own document
        assert len(found["answer"]) > 0  # type: ignore[arg-type]


def test_every_view_has_its_order() -> None:
    assert set(VIEW_KEYS) == {made.table.name for made in VIEWS}
    assert set(PLAIN) < set(VIEW_KEYS)


def test_a_missing_package_is_one_sentence(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(StorageError, match=r"install mentionary\[analysis\]"):
        export(database, posts, tmp_path / "posts.parquet", "parquet", lambda rows: None)


def test_the_command_writes_the_views_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "MENTIONARY_HOME": str(tmp_path)}
        return subprocess.run(
            [sys.executable, "-m", "scrapy", "export", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    done = scrapy()
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(file.name for file in (tmp_path / "export").iterdir()) == sorted(f"{name}.csv" for name in PLAIN)
    for wrong, words in ((("nothing",), "is no table or view"), (("--format", "doc"), "known: csv, parquet, xlsx")):
        done = scrapy(*wrong)
        assert done.returncode == 2
        assert words in done.stderr
