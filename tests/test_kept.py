"""Kept copies beside a report: they lead to the post, do nothing when opened, go where they are asked to, and go away with their page."""

from __future__ import annotations

import io
import json
import re
import shutil
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation
from sqlalchemy import Engine, insert, select, update

from benchmarks.generate import Scale, build
from reports.delivery import Target
from reports.delivery.deliver import Ways, deliver
from reports.document import Document
from reports.forms.browser import browser
from reports.kept import Copies, cards_of, clear, copies_of, forget_copies, name_of
from reports.kept.render import Shown, render
from reports.words import Words
from reports.write import Asked, Written, make_document, save_all, save_copies, written_with_copies
from storage.archive import Archive, Exchange
from storage.database import open_database, writing
from storage.tables import archive_drop, fetch, post
from storage.warc import Kept
from tests.stored import AT
from tests.test_report import read, scrapy

SCALE = Scale(posts=600, days=40, end=date(2026, 5, 31), seed=3)
ASKED = Asked("aurelia", date(2026, 5, 25), date(2026, 5, 31))
HOSTILE = """<html><head><meta http-equiv="refresh" content="0; url=http://127.0.0.1:9/away"><base href="http://127.0.0.1:9/">
<script>alert(1); document.title = 'taken'</script><style>body { background: url(http://127.0.0.1:9/style) }</style>
<link rel="stylesheet" href="http://127.0.0.1:9/sheet"></head><body onload="alert(2)"><img src="http://127.0.0.1:9/image" onerror="alert(3)">
<iframe src="http://127.0.0.1:9/frame"></iframe><form action="http://127.0.0.1:9/form"><input name="password" autofocus onfocus="alert(4)"></form>
<script>document.forms[0].submit()</script></main></pre></code></bdi></textarea></title><svg onload="alert(5)"><a href="javascript:alert(6)">log in</a></svg>
<p>&lt;script&gt;alert(7)&lt;/script&gt; {{ 7*7 }} \u202egnp.exe</p>%s</body></html>"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose posts were read from a hostile page each platform, JSON on one of them."""
    folder = tmp_path_factory.mktemp("kept") / "home"
    folder.mkdir()
    build(f"sqlite:///{folder / 'mentionary.sqlite'}", SCALE)
    database = engine(folder)
    with database.connect() as connection:
        texts = connection.execute(select(post.c.platform, post.c.text, post.c.native_id)).all()
    clock = datetime(2026, 5, 31, tzinfo=UTC)
    with Archive(folder / "archive", clock=lambda: clock) as archive, writing(database) as connection:
        for platform in sorted({row.platform for row in texts}):
            mine = [row for row in texts if row.platform == platform]
            if platform == "mastodon":
                body = json.dumps([{"id": row.native_id, "content": f"<p>{row.text}</p>"} for row in mine])
            else:
                body = HOSTILE % "".join(f"<p>{row.text}</p>" for row in mine)
            url, headers = f"https://{platform}.example/list", [("Content-Type", "text/html")]
            place = archive.write(Exchange(url=url, fetched_at=AT, status=200, headers=headers, body=body.encode()))
            here = update(fetch).where(fetch.c.platform == platform)
            connection.execute(here.values(archive_file=place.file, archive_offset=place.offset))
    database.dispose()
    return folder


@pytest.fixture(scope="module")
def made(model: Path) -> Document:
    """The report's document."""
    database = engine(model)
    found = make_document(database, ASKED)
    database.dispose()
    return found


@pytest.fixture(scope="module")
def done(model: Path, made: Document) -> Written:
    """The report's files with their copies."""
    return written(model, made)


@pytest.fixture
def home(model: Path, tmp_path: Path) -> Path:
    """A home of one's own."""
    return shutil.copytree(model, tmp_path / "home")


def engine(home: Path) -> Engine:
    return open_database(f"sqlite:///{home / 'mentionary.sqlite'}")


def written(home: Path, made: Document, forms: tuple[str, ...] = ("html", "md")) -> Written:
    database = engine(home)
    found = written_with_copies(database, Archive(home / "archive"), made, forms)
    database.dispose()
    return found


def kept_links(page: Path) -> list[str]:
    return [link for link in read(page.read_text("utf-8")).links if "-kept/" in link]


def test_the_report_links_each_post_to_its_copy(done: Written, tmp_path: Path) -> None:
    page = save_all(done.own, out=None, folder=tmp_path / "reports")[0]
    save_copies(page.parent / done.folder, done.copies)
    moved = (tmp_path / "reports").rename(tmp_path / "moved")
    links = kept_links(moved / page.name)
    assert len(links) >= 4
    for link in links:
        file, _, anchor = link.partition("#")
        assert read((moved / file).read_text("utf-8")).ids.count(anchor) == 1


def test_workbook_and_slides_link_to_the_copies(model: Path, made: Document, done: Written, tmp_path: Path) -> None:
    office = written(model, made, ("xlsx", "pptx"))
    assert office.copies == done.copies
    book, deck = save_all(office.own, out=None, folder=tmp_path)
    cells = [cell for sheet in load_workbook(book) for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    # The library writes the separator that Excel does; Excel and LibreOffice read it on every system.
    in_book = {
        f"{cell.hyperlink.target}#{cell.hyperlink.location}".replace("\\", "/")
        for cell in cells
        if cell.hyperlink.location
    }
    runs = [
        run
        for slide in Presentation(str(deck)).slides
        for shape in slide.shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
    ]
    in_deck = {run.hyperlink.address for run in runs if "-kept/" in (run.hyperlink.address or "")}
    page = save_all(done.own, out=None, folder=tmp_path)[0]
    assert in_book == in_deck == set(kept_links(page))
    assert all(b"-kept/" not in part for content in office.sent.values() for part in parts_of(content))


def parts_of(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(name) for name in packed.namelist()]


def test_a_copy_holds_nothing_but_text(done: Written) -> None:
    assert len(done.copies.files) >= 3
    for content in done.copies.files.values():
        text = content.decode()
        copy = read(text)
        assert (copy.loaded, copy.handlers, copy.styled) == ([], [], [])
        assert not copy.tags & {"script", "iframe", "object", "embed", "form", "link", "base", "img", "input", "svg"}
        assert text.count("<meta http-equiv") == 1
        assert all(link.endswith(".example/list") for link in copy.links)
        assert "\u202e" not in text
        for sign in ("<mark id=", "SHA-256", "2 Mar 2026"):
            assert sign in text


def test_the_same_archive_gives_the_same_bytes(model: Path, made: Document, done: Written) -> None:
    again = written(model, made, ("md",))
    assert again.placed.items() <= done.placed.items()
    assert again.copies == done.copies
    assert set(done.sent) == {"aurelia-2026-05-25-2026-05-31.html", "aurelia-2026-05-25-2026-05-31.md"}
    assert all(b"-kept/" not in content for content in done.sent.values())
    assert all(b"-kept/" in content for content in done.own.values())
    assert written(model, made, ("txt",)).copies.files == {}


def test_copies_go_to_readers_only_when_asked(made: Document, done: Written, tmp_path: Path) -> None:
    folder, site = Target("folder", str(tmp_path / "folder")), Target("site", str(tmp_path / "site"))
    assert [one.fault for one in deliver(made, done.sent, [folder], Ways())] == [""]
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == sorted(done.sent)
    assert [one.fault for one in deliver(made, done.sent, [site], Ways(), placed=done.placed)] == [""]
    (page,) = (tmp_path / "site" / "reports").glob("*.html")
    assert kept_links(page)
    assert all((page.parent / link.partition("#")[0]).is_file() for link in kept_links(page))
    listed = [(tmp_path / "site" / name).read_text("utf-8") for name in ("index.html", "feed.xml", "reports.json")]
    assert not any("-kept/" in text for text in listed)


def test_a_copy_lives_as_long_as_its_page(home: Path, made: Document) -> None:
    words = (
        "--brand",
        "aurelia",
        "--from",
        "2026-05-25",
        "--to",
        "2026-05-31",
        "--out",
        str(home / "away" / "week.html"),
    )
    command = scrapy(home, "report", *words)
    assert (command.returncode, command.stderr) == (0, "")
    folder = home / "away" / "aurelia-2026-05-25-2026-05-31-kept"
    first, second, *others = sorted(folder.iterdir())
    database = engine(home)
    assert forget_copies(database, home / "reports") == 0
    places = {name_of(card.place): card.place for card in cards_of(made) if card.place}
    with writing(database) as connection:
        file, offset = places[first.name]
        connection.execute(insert(archive_drop).values(archive_file=file, archive_offset=offset, asked_at=AT))
        here = fetch.c.archive_file == places[second.name][0], fetch.c.archive_offset == places[second.name][1]
        connection.execute(update(fetch).where(*here).values(withheld=1))
    assert forget_copies(database, home / "reports") == 2
    assert forget_copies(database, home / "reports") == 0
    for path in (first, second):
        assert "removed" in path.read_text("utf-8")
        assert "example" not in path.read_text("utf-8")
    assert all("example" in path.read_text("utf-8") for path in others)
    left = copies_of(database, Archive(home / "archive"), made)
    assert sorted(left.files) == [path.name for path in others]
    database.dispose()
    command = scrapy(home, "prune")
    assert (command.returncode, command.stderr) == (0, "")
    assert all("removed" in path.read_text("utf-8") for path in others)
    clear(folder, Copies({}))
    assert list(folder.iterdir()) == []


def test_a_page_that_is_missing_is_told(home: Path, made: Document) -> None:
    shutil.rmtree(home / "archive")
    found = written(home, made)
    assert (found.copies.files, found.own) == ({}, found.sent)
    assert found.copies.faults
    assert all(re.match(r"no kept copy of crawl-\S+, offset \d+: ", fault) for fault in found.copies.faults)


@pytest.mark.parametrize("body", [b"<div>" * 200_000, b"<b><p>" * 100_000, b"[" * 500_000, b"\xff\xfe" * 1_000_000, b"<p>" + b"a " * 300_000, b""])  # fmt: skip
def test_a_page_of_any_shape_is_shown_in_short_time(body: bytes) -> None:
    kept = Kept(number=1, kind="response", url="https://a.example/1", fetched_at=AT, body=body)
    started = time.process_time()
    text = render(
        kept, ("crawl-20260302-000000-00000000.warc.gz", 5), "0" * 64, [Shown(1, "a " * 30, ("12345678",))], Words("en")
    )
    assert time.process_time() - started < 8
    assert len(text) < 12_000_000
    assert 'id="post-1"' in text


@pytest.mark.browser
def test_a_copy_does_nothing_in_a_browser(done: Written, tmp_path: Path) -> None:
    save_copies(tmp_path, done.copies)
    seen: list[str] = []
    with browser() as opened:
        for path in sorted(tmp_path.glob("*.html")):
            view = opened.new_page()
            view.on("request", lambda request: seen.append(request.url))
            view.on("console", lambda message: seen.append(message.text))
            view.on("dialog", lambda dialog: seen.append(dialog.message))
            view.on("popup", lambda popup: seen.append(popup.url))
            view.goto(path.as_uri(), wait_until="load")
            view.wait_for_timeout(150)
            assert seen == [path.as_uri()]
            assert view.title().startswith("Kept copy of a page")
            view.close()
            seen.clear()
