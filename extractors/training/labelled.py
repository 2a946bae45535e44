"""Posts of the data sets that were labelled by reading: labels/ names data set, line and label, never the text."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from extractors.training.data import lines, unescaped

LABELS = Path(__file__).parent / "labels"
REVIEWS = frozenset({"waimai10k", "chnsenticorp_htl", "online_shopping_10"})
HELD_OUT = ("held out", "second held out")
"""Parts of the labels of intents that nothing is learned or chosen on."""
COLUMNS = {"semeval17/A": 2, "semeval17/BD": 3, "semeval17/CE": 3}


def labels(name: str) -> list[dict[str, Any]]:
    """The labels of one kind."""
    return [json.loads(line) for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()]


@cache
def rows(path: Path) -> list[str]:
    """A file's lines, or the texts of its records, read once."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            name = next(each for each in packed.namelist() if each.endswith(".csv") and not each.startswith("__"))
            return [row[-1] for row in csv.reader(io.StringIO(packed.read(name).decode("utf-8")))]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [row[-1] if row else "" for row in csv.reader(file)]
    return lines(path)


def text_of(folder: Path, label: dict[str, Any]) -> str:
    """The text that a label speaks of, out of the folder of the data sets."""
    row: str = rows(folder / label["file"])[label["line"] - 1]
    data_set, _, rest = label["file"].partition("/")
    if data_set == "semeval17":
        return unescaped(row.split("\t")[COLUMNS[f"{data_set}/{rest.partition('/')[0]}"]])
    if data_set == "dong2014":
        return str(row.replace("$T$", rows(folder / label["file"])[label["line"]].strip()))
    if data_set in REVIEWS:
        return str(row)
    if data_set == "weibo2018":
        return str(row.split(",", 2)[2])
    if data_set == "weibo_senti_tdm":
        return str(row.rpartition("\t")[0])
    if data_set == "cluener":
        return str(json.loads("{" + row.strip().rstrip(",") + "}")["text"])
    return unescaped(row)


def language_of(label: dict[str, Any]) -> str:
    """The language of a labelled post."""
    return "en" if label["file"].startswith(("semeval17", "dong2014", "tweeteval", "umsab")) else "zh"
