"""One test for all recorded pages: tests/pages/<platform>/NAME.<ext> with NAME.meta.json and NAME.expected.jsonl.

A missing expected file is written, and the test fails once, so that a person reviews what was read.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spiders.base import broken_platforms
from spiders.commands.read import lines
from spiders.sources import found_in, is_source, stem, take

FOLDER = Path(__file__).parent / "pages"


def recorded() -> list[Any]:
    files = sorted(file for file in FOLDER.rglob("*") if file.is_file() and is_source(file))
    return [pytest.param(file, id=file.relative_to(FOLDER).as_posix()) for file in files]


def read_lines(file: Path) -> list[dict[str, Any]]:
    (found,) = found_in(file)
    name = f"{file.parent.name}/{found.name}"
    return list(lines(take(replace(found, name=name))))


@pytest.mark.parametrize("file", recorded())
def test_recorded_page_reads_as_expected(file: Path) -> None:
    (found,) = found_in(file)
    read = read_lines(file)
    beside = file.with_name(f"{found.name}.expected.jsonl")
    assert found.fault is None, f"{file.name}: {found.fault}"
    if not beside.exists():
        beside.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in read), "utf-8")
        pytest.fail(f"{beside} was missing and has been written from what was read: review it, then run again")
    expected = [json.loads(line) for line in beside.read_text("utf-8").splitlines() if line.strip()]
    assert read == expected
    assert list(map(list, read)) == list(map(list, expected)), "the keys stand in another order"


@pytest.mark.parametrize("file", recorded())
def test_recorded_page_is_read_by_the_platform_of_its_folder(file: Path) -> None:
    assert read_lines(file)[0]["platform"] == file.parent.name


def test_no_expected_file_without_its_page() -> None:
    pages = {file.with_name(stem(file.name)) for file in FOLDER.rglob("*") if is_source(file)}
    expected = FOLDER.rglob("*.expected.jsonl")
    strays = [file for file in expected if file.with_name(file.name.removesuffix(".expected.jsonl")) not in pages]
    assert strays == []


def test_every_platform_file_can_be_imported() -> None:
    assert broken_platforms() == {}
