"""Readers of the data sets (folder nlp/ beside the project); their texts never enter the project."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LABELS = ("negative", "neutral", "positive")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text with its label; ``part`` is the file or period that it comes from."""

    text: str
    label: str
    part: str = ""
    start: int = 0
    end: int = 0
    """The target's span, where one was judged."""


def lines(path: Path) -> list[str]:
    """The lines of a file, packed or not."""
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line.rstrip("\r") for line in body.decode("utf-8", "replace").split("\n")]


def unescaped(text: str) -> str:
    r"""A tweet without the data sets' quotation marks, ``\\uXXXX`` and entities."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return html.unescape(html.unescape(text))


def gist(text: str) -> str:
    """A text's letters and digits without links and handles: what two copies of a tweet share."""
    return re.sub(r"\W+", " ", re.sub(r"https?://\S+|@\w+", "", text.lower())).strip()


def distinct(samples: Iterable[Sample], besides: Iterable[Sample] = ()) -> list[Sample]:
    """Samples whose text stands in none before, and in none of ``besides``."""
    seen = {gist(sample.text) for sample in besides}
    kept: list[Sample] = []
    for sample in samples:
        key = gist(sample.text)
        if key and key not in seen:
            seen.add(key)
            kept.append(sample)
    return kept


def semeval(data: Path) -> list[Sample]:
    """SemEval-2017 task 4 A: tweets of 2013 to 2016."""
    found: list[Sample] = []
    for path in sorted((data / "semeval17" / "A").iterdir()):
        part = path.name.removeprefix("twitter-").split("-")[0]
        for line in lines(path):
            fields = line.split("\t")
            if len(fields) >= 3 and fields[1] in LABELS:
                found.append(Sample(unescaped(fields[2]), fields[1], part))
    return found


def numbered(texts: Path, labels: Path, part: str) -> list[Sample]:
    """A file of texts beside one of label numbers."""
    return [
        Sample(unescaped(text), LABELS[int(label)], part)
        for text, label in zip(lines(texts), lines(labels), strict=False)
        if text.strip() and label.strip()
    ]


def tweeteval(data: Path) -> list[Sample]:
    """TweetEval's validation part."""
    folder = data / "tweeteval" / "sentiment"
    return numbered(folder / "val_text.txt", folder / "val_labels.txt", "tweeteval-val")


def umsab(data: Path, language: str, part: str) -> list[Sample]:
    """UMSAB's tweets of one language, ``train`` or ``val``."""
    folder = data / "umsab" / language
    return numbered(folder / f"{part}_text.txt", folder / f"{part}_labels.txt", f"umsab-{language}-{part}")


def dong(data: Path) -> list[Sample]:
    """Dong et al. 2014: tweets with the sentiment toward one name each."""
    names = {"-1": "negative", "0": "neutral", "1": "positive"}
    return targeted(lines(data / "dong2014" / "train.raw"), names, "dong2014")


def targeted(rows: list[str], names: dict[str, str], part: str) -> list[Sample]:
    """Three lines a sample: the text with ``$T$`` where the target stands, the target, the label."""
    found: list[Sample] = []
    rows = [row for row in rows if row.strip()]
    for text, target, label in zip(rows[::3], rows[1::3], rows[2::3], strict=False):
        before, sign, after = text.partition("$T$")
        if sign and label.strip() in names:
            start = len(before)
            found.append(
                Sample(before + target.strip() + after, names[label.strip()], part, start, start + len(target.strip()))
            )
    return found


def topics(data: Path) -> list[Sample]:
    """SemEval-2017 task 4 C: tweets of 2016 with the sentiment toward a topic, where its words stand in the tweet."""
    found: list[Sample] = []
    for path in sorted((data / "semeval17" / "CE").iterdir()):
        for line in lines(path):
            fields = line.split("\t")
            if len(fields) < 4 or fields[2] not in {"-2", "-1", "0", "1", "2"}:
                continue
            text = unescaped(fields[3])
            start = text.lower().find(fields[1].lower())
            if start >= 0:
                label = LABELS[1 + max(-1, min(1, int(fields[2])))]
                found.append(Sample(text, label, path.name.split("-")[1], start, start + len(fields[1])))
    return found


POLARITIES = {
    "Positive": "positive",
    "Neutral": "neutral",
    "Negative": "negative",
    "1": "positive",
    "0": "neutral",
    "-1": "negative",
}
ZH_DOMAINS = ("camera", "car", "notebook", "phone")
"""Products; the two other files judge hair oil and courses."""


def mams(data: Path, part: str) -> list[Sample]:
    """MAMS: sentences of restaurant reviews with several targets, ``train`` or ``valid``."""
    return targeted(lines(data / "mams" / f"{part}.xml.dat"), POLARITIES, f"mams-{part}")


def laptops(data: Path) -> list[Sample]:
    """SemEval-2014 task 4: sentences of laptop reviews."""
    return targeted(lines(data / "semeval14" / "Laptops_Train.xml.seg"), POLARITIES, "semeval14-laptops")


def zh_absa(data: Path, domains: Iterable[str] = ZH_DOMAINS) -> list[Sample]:
    """Chinese product reviews with the sentiment toward parts of the product."""
    found: list[Sample] = []
    for domain in domains:
        rows = lines(data / "zh_absa" / f"{domain}.train.txt")
        # Some files are cut into words; Chinese is written without blanks.
        rows = [re.sub(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])", "", row.lstrip("\ufeff")) for row in rows]
        found += targeted(rows, POLARITIES, domain)
    return found


def weibo2018(data: Path) -> list[Sample]:
    """Posts of Weibo, judged positive or negative by people."""
    found: list[Sample] = []
    for line in lines(data / "weibo2018" / "train.txt"):
        fields = line.split(",", 2)
        if len(fields) == 3 and fields[1] in {"0", "1"}:
            found.append(Sample(fields[2], "positive" if fields[1] == "1" else "negative", "weibo2018"))
    return found


def weibo_senti(data: Path) -> list[Sample]:
    """Posts of Weibo, judged by their [emoticons]."""
    found: list[Sample] = []
    for line in lines(data / "weibo_senti_tdm" / "dev.txt"):
        text, _, label = line.rpartition("\t")
        if label in {"0", "1"}:
            found.append(Sample(text, "positive" if label == "1" else "negative", "weibo_senti"))
    return found


def chinese_reviews(data: Path) -> list[Sample]:
    """Reviews of meals, hotels and goods, judged by their stars."""
    found: list[Sample] = []
    for path in (data / "waimai10k" / "waimai_10k.csv", data / "chnsenticorp_htl" / "ChnSentiCorp_htl_all.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            found += [Sample(row[1], label_of(row[0]), path.stem) for row in csv.reader(file) if row[0] in {"0", "1"}]
    with zipfile.ZipFile(data / "online_shopping_10" / "online_shopping_10_cats.zip") as packed:
        name = next(each for each in packed.namelist() if each.endswith(".csv") and not each.startswith("__"))
        rows = csv.reader(io.StringIO(packed.read(name).decode("utf-8")))
        found += [Sample(row[2], label_of(row[1]), row[0]) for row in rows if len(row) == 3 and row[1] in {"0", "1"}]
    return found


def label_of(number: str) -> str:
    """0 and 1 as words."""
    return "positive" if number == "1" else "negative"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text cut into tokens (in Chinese: characters), each with its BIO tag."""

    tokens: list[str]
    tags: list[str]
    part: str


WNUT = {
    "corporation": "ORG",
    "group": "ORG",
    "product": "PRODUCT",
    "person": "PERSON",
    "location": "LOCATION",
    "creative-work": "OTHER",
}
BTC = {"PER": "PERSON", "LOC": "LOCATION", "ORG": "ORG"}
WEIBO = {"PER.NAM": "name", "ORG.NAM": "organization", "LOC.NAM": "address", "GPE.NAM": "address"}


def conll(path: Path, names: dict[str, str], part: str, cut: bool = False) -> list[Sentence]:
    """A file with a token and its tag a line; ``cut``: tokens end in a digit that tells their place in the word."""
    found: list[Sentence] = []
    tokens: list[str] = []
    tags: list[str] = []
    for line in [*lines(path), ""]:
        fields = line.rsplit("\t", 1)
        if len(fields) == 2 and fields[0]:
            tokens.append(fields[0][0] if cut else fields[0])
            label = names.get(fields[1][2:])
            tags.append(f"{fields[1][0]}-{label}" if label else "O")
        elif tokens:
            found.append(Sentence(tokens, tags, part))
            tokens, tags = [], []
    return found


def cluener(data: Path) -> list[Sentence]:
    """CLUENER: sentences of news with ten kinds of names."""
    body = (data / "cluener" / "train.json").read_text("utf-8")
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(body):
        if body[at].isspace():
            at += 1
            continue
        entry, at = decoder.raw_decode(body, at)
        tags = ["O"] * len(entry["text"])
        for label, names in entry["label"].items():
            for spans in names.values():
                for first, last in spans:
                    tags[first : last + 1] = [f"B-{label}", *[f"I-{label}"] * (last - first)]
        found.append(Sentence(list(entry["text"]), tags, "cluener"))
    return found
