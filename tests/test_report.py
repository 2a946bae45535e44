"""The report's page: the same bytes for the same data, no word of a hostile page let through, no request to anywhere; the commands."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlalchemy import Engine, func, select, update

from benchmarks.generate import Scale, build
from reports.build import document, figures_of
from reports.figures import Figure, scope_of
from reports.forms.page import html, safe_link
from reports.intervals import exactly
from reports.metrics.base import Value
from reports.scope import Scope
from reports.sections.base import Story
from reports.sections.voice import cause
from reports.text import clean
from reports.words import LANGUAGES, Words
from spiders.command import CommandError
from spiders.commands.report import Report
from storage import tables
from storage.database import open_database, writing

ROOT = Path(__file__).resolve().parent.parent
SCALE = Scale(posts=600, days=40, end=date(2026, 5, 31), seed=3)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202egnp.exe\u0000\u2066 {{ 7*7 }} " + "W" * 5000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database holds generated data."""
    folder = tmp_path_factory.mktemp("home")
    build(f"sqlite:///{folder / 'mentionary.sqlite'}", SCALE)
    return folder


def engine(home: Path) -> Engine:
    return open_database(f"sqlite:///{home / 'mentionary.sqlite'}")


def page(home: Path, language: str = "en") -> str:
    with engine(home).connect() as connection:
        scope = scope_of(connection, "aurelia", date(2026, 5, 11), date(2026, 5, 31))
        return html(document(figures_of(connection, scope), scope, language))


@pytest.fixture(scope="module")
def pages(home: Path) -> dict[str, str]:
    """The page in each language."""
    return {language: page(home, language) for language in LANGUAGES}


def scrapy(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=ROOT, env={"MENTIONARY_HOME": str(home), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


class Reader(HTMLParser):
    """Notes what a page would fetch, run or lead to, and its ids."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.handlers: list[str] = []
        self.styled: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"src", "srcset", "data", "poster", "action", "xlink:href"} or (
                name == "href" and tag == "link"
            ):
                self.loaded.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name == "id":
                self.ids.append(value or "")
            elif name.startswith("on"):
                self.handlers.append(name)
            elif name == "style":
                self.styled.append(value or "")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone(pages: dict[str, str], language: str) -> None:
    text = pages[language]
    reader = read(text)
    assert reader.loaded == []
    assert reader.handlers == []
    assert reader.styled == []
    assert not reader.tags & {"script", "iframe", "object", "embed", "form", "link", "base"}
    assert 'http-equiv="Content-Security-Policy" content="default-src \'none\'' in text.replace("&#39;", "'")
    assert not re.findall(r"url\((?!data:)", text)
    assert len(text.encode()) < 3_000_000
    assert len(reader.ids) == len(set(reader.ids))
    for link in reader.links:
        assert link.startswith(("https://", "http://")) or link.removeprefix("#") in reader.ids, link


def test_every_figure_opens_to_its_query(pages: dict[str, str]) -> None:
    english = pages["en"]
    assert english.count("<pre") >= 12
    assert "WITH posts_of_said AS" in english


def test_a_hostile_text_stays_a_text(home: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'hostile.sqlite'}"
    build(address, SCALE)
    made = open_database(address)
    with writing(made) as connection:
        connection.execute(update(tables.post).values(text=HOSTILE, title=HOSTILE, url="javascript:alert(1)"))
        connection.execute(update(tables.account).values(handle=HOSTILE))
        connection.execute(update(tables.brand).values(name=tables.brand.c.brand_id + HOSTILE))
        connection.execute(update(tables.product).values(name=HOSTILE))
        connection.execute(update(tables.keyword).where(tables.keyword.c.term == "price").values(term=HOSTILE[:110]))
        connection.execute(update(tables.watchlist_change).values(summary=HOSTILE))
        connection.execute(update(tables.fetch).where(tables.fetch.c.reason.is_not(None)).values(reason=HOSTILE))
    with made.connect() as connection:
        scope = scope_of(connection, "aurelia" + HOSTILE, date(2026, 5, 11), date(2026, 5, 31))
        text = html(document(figures_of(connection, scope), scope, "en"))
    made.dispose()
    reader = read(text)
    assert not reader.tags & {"script", "img"}
    assert reader.handlers == []
    assert "javascript:" not in "".join(reader.links)
    assert "{{ 7*7 }}" in text
    assert not set(text) & {"\u202e", "\u2066", "\u0000"}
    assert "W" * 1000 not in text
    assert len(text.encode()) < 3_000_000


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/p/1?x=1#y", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/x", False),
        ("https://", False),
        ("https://[bad", False),
        ("https://a.example/\u202egnp", False),
        ("https://a.example/" + "x" * 3000, False),
        (None, False),
    ],
)
def test_a_link_leads_to_the_web_only(address: str | None, kept: bool) -> None:
    assert (safe_link(address) is not None) == kept


def test_a_text_is_cut_and_freed_of_what_turns_it() -> None:
    assert clean("a\u202eb\u0007c\u2067d") == "abcd"
    assert clean("x" * 20, 5) == "xxxx…"


def test_the_same_data_gives_the_same_bytes_and_figure_tells_what_made_them(home: Path, pages: dict[str, str]) -> None:
    words = ("--from", "2026-05-11", "--to", "2026-05-31", "--format", "html,xlsx,pptx,md,txt")
    made = scrapy(home, "report", "--brand", "Aurelia", *words)
    assert made.returncode == 0, made.stderr
    places = [Path(line) for line in made.stdout.split()]
    place = places[0]
    assert place == home / "reports" / "aurelia-2026-05-11-2026-05-31.html"
    first = [one.read_bytes() for one in places]
    assert len(first) == 5
    # Another process hashes strings by another seed.
    again = scrapy(home, "report", "--brand", "aurelia", *words)
    assert again.returncode == 0, again.stderr
    assert [one.read_bytes() for one in places] == first
    assert first[0] == pages["en"].encode()
    key = re.findall(r"<code>(share-of-voice-[0-9a-f]{10})</code>", place.read_text("utf-8"))[0]
    shown = scrapy(home, "figure", key)
    assert shown.returncode == 0, shown.stderr
    assert "the same query gives the same values" in shown.stdout
    sql = scrapy(home, "figure", "--sql", key)
    with engine(home).connect() as connection:
        assert len(connection.exec_driver_sql(sql.stdout.strip().rstrip(";")).all()) == 3


def test_a_figure_keeps_its_values_after_data_was_pruned(tmp_path: Path) -> None:
    build(f"sqlite:///{tmp_path / 'mentionary.sqlite'}", SCALE)
    made = scrapy(tmp_path, "report", "--brand", "aurelia", "--from", "2026-05-11", "--to", "2026-05-31")
    key = re.findall(r"<code>(share-of-voice-[0-9a-f]{10})</code>", Path(made.stdout.strip()).read_text("utf-8"))[0]
    database = engine(tmp_path)
    with writing(database) as connection:
        gone = select(func.max(tables.mention.c.mention_id)).scalar_subquery()
        connection.execute(tables.mention.delete().where(tables.mention.c.mention_id > gone - 100))
    database.dispose()
    shown = scrapy(tmp_path, "figure", key)
    assert shown.returncode == 1
    assert re.search(r"\d values differ", shown.stdout)
    assert re.search(r"aurelia +0\.\d+ \[.*\] +0\.\d+ \[.*\] +[+-]", shown.stdout)


def asked(*words: str) -> argparse.Namespace:
    """The command's options as they are read."""
    parser = argparse.ArgumentParser()
    command = Report()
    command.settings = Settings()
    command.add_options(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--brand", "aurelia", "--from", "2026-05-11"), 2, "--to is missing"),
        (("--from", "2026-05-11", "--to", "2026-05-31"), 2, "name a brand with --brand"),
        (("--brand", "aurelia", "--from", "11.5.2026", "--to", "2026-05-31"), 2, "write it as 2026-03-01"),
        (("--brand", "aurelia", "--from", "2026-06-11", "--to", "2026-05-31"), 2, "swap them"),
        (("--brand", "aurelia", "--from", "2026-05-11", "--to", "2026-05-31", "--zone", "Mars"), 2, "no time zone"),
        (("--brand", "aurelia", "--from", "2026-05-11", "--to", "2026-05-31", "--language", "xx"), 2, "known: en, zh"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(words: tuple[str, ...], status: int, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as told:
        Report().work([], asked(*words))
    assert told.value.status == status


def test_an_unknown_brand_and_a_place_that_cannot_be_written(home: Path) -> None:
    days = ("--from", "2026-05-11", "--to", "2026-05-12")
    unknown = scrapy(home, "report", "--brand", "x", *days)
    assert unknown.returncode == 1
    assert unknown.stderr == "scrapy report: no brand 'x' in the database; known: aurelia, brightwave, cindral\n"
    nowhere = scrapy(home, "report", "--brand", "aurelia", *days, "--out", "/proc/nowhere/x.html")
    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith("scrapy report: /proc/nowhere: ")
    assert nowhere.stderr.count("\n") == 1


def test_a_wave_without_a_word_of_its_own_is_told_by_its_product_or_languages() -> None:
    scope = Scope(
        ("acme",), {"acme": "Acme"}, date(2026, 3, 2), date(2026, 3, 8), as_of=datetime(2026, 3, 9, tzinfo=UTC)
    )
    spoken = tuple(Value(("acme", code), exactly(n), n) for code, n in (("de", 4), ("en", 6), ("fr", 0), ("zh", 4)))
    told = Figure("x", "mentions-by-language", 1, "posts", ("brand", "language"), "", {}, (), (), 0, spoken, None, None)
    named = (
        Value(("acme", "phone"), None, 9, (), {"name": "Acme Phone", "texts": 9}),
        Value(("acme", "pad"), None, 2, (), {"name": "Acme Pad", "texts": 2}),
    )
    products = Figure("y", "products", 1, "net", ("brand", "product"), "", {}, (), (), 0, named, None, None)
    for figures, text in (
        ({"mentions-by-language/2026-03-05": told, "products/2026-03-05": products}, "no one word stands out; 9 of them name Acme Phone"),
        ({"mentions-by-language/2026-03-05": replace(told, values=spoken[:1]), "products/2026-03-05": replace(products, values=named[1:])}, "no one subject stands out"),
        ({"mentions-by-language/2026-03-05": told}, "no one subject stands out; its texts are in several languages (English 6, German 4 and Chinese 4)"),
        ({"mentions-by-language/2026-03-05": replace(told, values=spoken[:1])}, "no one subject stands out"),
        ({}, "no one subject stands out"),
    ):  # fmt: skip
        assert (
            cause(
                Story(scope, Words("en"), figures), Value(("acme", "2026-03-05"), exactly(0.0), 14, (), {"texts": 14})
            )
            == text
        )
