"""The report's other forms: opened by other programs, their figures equal to the page's, the same bytes for the same data."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from sqlalchemy import update

from benchmarks.generate import Scale, build
from reports.build import document, figures_of
from reports.document import Document, Table
from reports.figures import scope_of
from reports.forms import written
from reports.forms.look import scaled
from reports.forms.steady import steady_pdf
from reports.forms.texts import escaped
from reports.intervals import Interval
from reports.plots import Plot, Point, Series
from storage import tables
from storage.database import open_database, writing
from tests.conftest import absent

SCALE = Scale(posts=600, days=40, end=date(2026, 5, 31), seed=3)
FORMULA = '=HYPERLINK("https://evil.example","x")'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """A report on generated data, one of whose names is a spreadsheet's formula."""
    address = f"sqlite:///{tmp_path_factory.mktemp('forms') / 'test.sqlite'}"
    build(address, SCALE)
    engine = open_database(address)
    with writing(engine) as connection:
        connection.execute(
            update(tables.product).where(tables.product.c.product_id == "cindral-air").values(name=FORMULA)
        )
        connection.execute(update(tables.post).values(text=FORMULA + " *bold* <script>"))
    with engine.connect() as connection:
        scope = scope_of(connection, "aurelia", date(2026, 5, 11), date(2026, 5, 31))
        figures = figures_of(connection, scope)
    engine.dispose()
    return document(figures, scope, "en")


def chromium() -> None:
    if not any(shutil.which(name) for name in ("chromium", "google-chrome")):
        absent("Chromium is not installed (Debian: chromium)", "REQUIRE_CHROMIUM")


def test_the_workbook_holds_every_value_as_a_number_and_no_formula(made: Document) -> None:
    content = written(made, "xlsx")
    assert content == written(made, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    values = {(row[0], row[1]): row[2:5] for row in book["Values"].iter_rows(min_row=2, values_only=True) if row[0]}
    for figure in made.figures.values():
        for value in figure.values:
            low, best, high = values[figure.id, " · ".join(value.of)]
            ends = (
                (None,) * 3
                if value.interval is None
                else (value.interval.low, value.interval.best, value.interval.high)
            )
            assert (low, best, high) == pytest.approx(ends)
    plots = [
        block
        for section in made.sections
        for block in section.blocks
        if isinstance(block, Plot) and block.kind != "strip"
    ]
    assert sum(len(sheet._charts) for sheet in book) == len(plots)
    assert FORMULA in {cell.value for row in book["Products"].iter_rows() for cell in row}


def test_the_slides_show_the_figures_of_the_page_and_note_their_query(made: Document) -> None:
    content = written(made, "pptx")
    assert content == written(made, "pptx")
    deck = Presentation(io.BytesIO(content))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    plots = [
        block
        for section in made.sections
        for block in section.blocks
        if isinstance(block, Plot) and block.kind != "strip"
    ]
    assert len(charts) == len(plots)
    for chart, plot in zip(charts, plots, strict=True):
        shown = [value for series in chart.plots[0].series for value in series.values]
        points = {(series.key, point.x): point.interval for series in plot.series for point in series.points}
        expected = [points.get((series.key, x)) for series in plot.series for x in plot.categories]
        assert shown == [None if one is None else pytest.approx(scaled(one.best, plot.unit)) for one in expected]
    for slide in list(deck.slides)[1:]:
        assert "SELECT" in slide.notes_slide.notes_text_frame.text
        assert any(made.coverage in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
    assert deck.core_properties.created == made.scope.as_of.replace(tzinfo=None)


def test_the_texts_say_what_the_page_says(made: Document) -> None:
    markdown, plain = written(made, "md").decode(), written(made, "txt").decode()
    folded = " ".join(plain.split())
    for sentence in made.summary:
        assert escaped(sentence.text) in markdown
        assert " ".join(sentence.text.split()) in folded
    for section in made.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    assert escaped(row[-1].text) in markdown
    assert "<script>" not in markdown
    assert "*bold*" not in markdown.replace("\\*bold\\*", "")


def test_lines_of_office_go_on_over_days_without_a_point_but_not_over_a_gap() -> None:
    one = Interval(1.0, 1.0, 1.0)

    def plot(*values: Interval | None) -> Plot:
        points = tuple(Point(f"2026-05-{day:02d}", value) for day, value in enumerate(values, 1))
        return Plot("lines", "", "", "posts", (Series("b0", "Acme", points),), "f", days=("2026-05-01", "2026-05-09"))

    assert plot(None, one, one, None).bridges
    assert not plot(one, None, one).bridges
    assert not replace(plot(one, one), days=()).bridges


def test_a_pdf_is_the_same_wherever_chromium_began_to_count_its_elements() -> None:
    pages = (b"/ID (node%08d) /Headers [(node%08d)] /Names [(node%08d) 4 0 R]" % (n + 6, n, n) for n in (8846, 12))
    first, second = (steady_pdf(page, datetime(2026, 5, 31, tzinfo=UTC)) for page in pages)
    assert first == second == b"/ID (node00000001) /Headers [(node00000000)] /Names [(node00000000) 4 0 R]"


def test_the_pdf_holds_the_page_and_says_coverage_on_every_sheet(made: Document, tmp_path: Path) -> None:
    chromium()
    content = written(made, "pdf")
    assert content == written(made, "pdf")
    if shutil.which("pdftotext") is None:
        absent("pdftotext is not installed (Debian: poppler-utils)", "REQUIRE_POPPLER")
    place = tmp_path / "report.pdf"
    place.write_bytes(content)
    told = subprocess.run(["pdftotext", "-layout", place, "-"], capture_output=True, text=True, check=True)
    assert told.stderr == ""
    sheets = told.stdout.split("\f")[:-1]
    assert len(sheets) > 3
    assert all(" ".join(made.coverage.split()) in " ".join(sheet.split()) for sheet in sheets)
    folded = " ".join(told.stdout.split())
    for tile in made.tiles:
        assert " ".join(tile.value.split()) in folded
    facts = subprocess.run(["pdfinfo", place], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in facts
    assert f"CreationDate:    {made.scope.as_of:%a %b %d %H:%M:%S %Y}" in facts


def by_libreoffice(content: bytes, form: str, folder: Path) -> bytes:
    """An Office file as LibreOffice saves it after opening it."""
    if shutil.which("soffice") is None:
        absent(
            "LibreOffice is not installed (Debian: libreoffice-calc-nogui, libreoffice-impress-nogui)",
            "REQUIRE_LIBREOFFICE",
        )
    (folder / f"report.{form}").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", form, "--outdir", folder / "saved", folder / f"report.{form}"],
        capture_output=True, text=True, check=True, timeout=240,
    )  # fmt: skip
    return (folder / "saved" / f"report.{form}").read_bytes()


def test_libreoffice_reads_the_same_numbers_in_the_workbook(made: Document, tmp_path: Path) -> None:
    content = written(made, "xlsx")
    ours, theirs = (
        openpyxl.load_workbook(io.BytesIO(one)) for one in (content, by_libreoffice(content, "xlsx", tmp_path))
    )
    assert theirs.sheetnames == ours.sheetnames
    numbers = 0
    for sheet in ours:
        other = theirs[sheet.title]
        assert len(other._charts) == len(sheet._charts)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    numbers += 1
                    assert other[cell.coordinate].value == pytest.approx(cell.value, rel=1e-9), (
                        sheet.title,
                        cell.coordinate,
                    )
    assert numbers > 1000


def test_libreoffice_reads_the_same_numbers_in_the_slides(made: Document, tmp_path: Path) -> None:
    content = written(made, "pptx")
    ours, theirs = (Presentation(io.BytesIO(one)) for one in (content, by_libreoffice(content, "pptx", tmp_path)))
    assert len(theirs.slides) == len(ours.slides)
    for slide, other in zip(ours.slides, theirs.slides, strict=True):
        told = [
            [[value for series in plot.series for value in series.values] for plot in shape.chart.plots]
            for deck in (slide, other)
            for shape in deck.shapes
            if shape.has_chart
        ]
        half = len(told) // 2
        assert told[half:] == [[pytest.approx(values, rel=1e-9) for values in plots] for plots in told[:half]]
        words = [
            "".join(shape.text_frame.text for shape in deck.shapes if shape.has_text_frame) for deck in (slide, other)
        ]
        assert words[0] == words[1]
