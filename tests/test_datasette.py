"""Datasette shows every worked question and asks for what it needs, and can't write."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.database import open_database
from storage.datasette import HIDDEN, canned
from storage.questions import QUESTIONS
from tests.test_questions import fill

ROOT = Path(__file__).resolve().parent.parent
FIELDS = "brand=acme&from_day=2026-03-01&before_day=2026-04-01&post_id=1&account_id=1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a little of everything and what Datasette is told of it."""
    folder = tmp_path_factory.mktemp("home")
    engine = open_database(f"sqlite:///{folder / 'mentionary.sqlite'}")
    fill(engine)
    engine.dispose()
    done = export(folder, "--datasette")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"datasette {folder / 'mentionary.sqlite'} --metadata {folder / 'export' / 'datasette.json'}" in done.stdout
    return folder


def export(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would."""
    environment = {**os.environ, "MENTIONARY_HOME": str(home), **variables}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "export", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip


def asked(home: Path, *paths: str) -> list[tuple[int, Any]]:
    """What a Datasette over the home answers, with its status."""
    from datasette.app import Datasette

    told = json.loads((home / "export" / "datasette.json").read_text("utf-8"))

    async def ask() -> list[tuple[int, Any]]:
        shown = Datasette([str(home / "mentionary.sqlite")], metadata=told)
        answers = [await shown.client.get(f"/mentionary{path}") for path in paths]
        return [(answer.status_code, answer.json()) for answer in answers]

    return asyncio.run(ask())


def test_every_question_is_a_canned_query_that_gets_an_answer(home: Path) -> None:
    names = [item.about for item in QUESTIONS if item.about not in HIDDEN]
    answers = asked(home, *(f"/ask_{name}.json?_shape=array&{FIELDS}" for name in names))
    assert [name for name, (status, rows) in zip(names, answers, strict=True) if status != 200 or not rows] == []


def test_a_question_asks_for_what_was_an_example() -> None:
    queries = {item.about: canned(item.sql) for item in QUESTIONS}
    assert not [name for name, sql in queries.items() if "acme" in sql or "2026" in sql or "_id = 1" in sql]
    assert "WHERE mine.post_id = :post_id AND other.post_id <> :post_id" in queries["duplicate_band"]


def test_other_fields_give_other_answers_and_nothing_can_be_written(home: Path) -> None:
    other = FIELDS.replace("acme", "nobody")
    answers = asked(home, f"/ask_keyword.json?_shape=array&{other}", "/ask.json?sql=DELETE+FROM+post", ".json")
    assert answers[0] == (200, [])
    assert answers[1][0] >= 400
    hidden = {table["name"] for table in answers[2][1]["tables"] if table["hidden"]}
    assert set(HIDDEN) <= hidden


def test_a_server_or_a_name_is_refused(home: Path) -> None:
    for words, variables in (
        (("--datasette", "posts"), {}),
        (("--datasette",), {"MENTIONARY_DATABASE": "postgresql://nobody@127.0.0.1:1/x"}),
    ):
        done = export(home, *words, **variables)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
