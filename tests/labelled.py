"""Posts of the data sets that were labelled by reading: tests/labels names data set, line and label, never the text."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from extractors.training.data import lines, unescaped

LABELS = Path(__file__).resolve().parent / "labels"
COLUMNS = {"semeval17/A": 2, "semeval17/BD": 3, "semeval17/CE": 3}


def labels(name: str) -> list[dict[str, Any]]:
    """The labels of one kind."""
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


@cache
def rows(path: Path) -> list[str]:
    """A file's lines, read once."""
    return lines(path)


def text_of(folder: Path, label: dict[str, Any]) -> str:
    """The text that a label speaks of, out of the folder of the data sets."""
    row = rows(folder / label["file"])[label["line"] - 1]
    data_set, _, rest = label["file"].partition("/")
    if data_set == "semeval17":
        return unescaped(row.split("\t")[COLUMNS[f"{data_set}/{rest.partition('/')[0]}"]])
    if data_set == "weibo2018":
        return str(row.split(",", 2)[2])
    if data_set == "weibo_senti_tdm":
        return str(row.rpartition("\t")[0])
    if data_set == "cluener":
        return str(json.loads("{" + row.strip().rstrip(",") + "}")["text"])
    return unescaped(row)
