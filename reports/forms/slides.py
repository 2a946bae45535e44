"""The report as slides: one figure a slide, charts that can be edited, the query in the notes.

Every slide states coverage and the figure's id; a table that is too long for one slide goes on over the next.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from reports.document import Card, Cards, Cell, Document, Note, Section, Table
from reports.forms.look import COLOURS, PATTERNS, bar_colour, label_step, number_format, scaled
from reports.forms.page import safe_link
from reports.forms.steady import steady_zip
from reports.metrics import METRICS
from reports.plots import Plot
from reports.text import clean, letters
from reports.words import Words

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, BODY_WIDTH = Inches(0.6), Inches(12.133)
TOP, CAPTION_TOP, BODY_TOP, FOOT_TOP = Inches(0.4), Inches(1.3), Inches(1.75), Inches(7.0)
TABLE_ROWS, FOLDED_ROWS, ROW_LETTERS = 13, 9, 200
"""Rows of a table on a slide; fewer where a cell has more letters than its part of a row, and takes two lines."""
CARDS = 4
BLANK = 6
LONG_TITLE, LONGER_TITLE = 48, 66
LETTER_WIDTH = 0.74
"""Of a letter, in its size: what a word needs not to be broken."""
SANS, SERIF = "Calibri", "Georgia"
DASHES = {
    "b1": MSO_LINE.DASH, "b2": MSO_LINE.ROUND_DOT, "b3": MSO_LINE.DASH_DOT, "b4": MSO_LINE.SQUARE_DOT, "b5": MSO_LINE.ROUND_DOT,
    "b6": MSO_LINE.LONG_DASH, "b7": MSO_LINE.LONG_DASH_DOT,
}  # fmt: skip
MARKERS = {
    "b0": XL_MARKER_STYLE.CIRCLE, "b1": XL_MARKER_STYLE.SQUARE, "b2": XL_MARKER_STYLE.TRIANGLE, "b3": XL_MARKER_STYLE.DIAMOND,
    "b4": XL_MARKER_STYLE.X, "b5": XL_MARKER_STYLE.PLUS, "b6": XL_MARKER_STYLE.STAR, "b7": XL_MARKER_STYLE.DASH,
}  # fmt: skip


def slides(document: Document) -> bytes:
    """The presentation's bytes; its dates are those of the data."""
    deck = Deck(document)
    deck.write()
    out = io.BytesIO()
    deck.presentation.save(out)
    return steady_zip(out.getvalue(), document.scope.as_of)


def colour(name: str) -> RGBColor:
    """A colour of the style sheet."""
    return rgb(COLOURS.get(name, COLOURS["muted"]))


def rgb(value: str) -> RGBColor:
    """A colour of six hexadecimal digits."""
    return RGBColor(*(int(value[at : at + 2], 16) for at in (0, 2, 4)))  # type: ignore[no-untyped-call]


def skip_labels(axis: Any, n: int) -> None:
    """Show about a dozen labels of the axis; the library has no word for it."""
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{label_step(n)}"/>')
    before = axis._element.find(qn("c:noMultiLvlLbl"))  # noqa: SLF001 - the element itself is the only way in
    before.addprevious(skip)


class Deck:
    """The slides of one report."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = Words(document.language, document.scope.zone)
        self.presentation = Presentation()
        self.presentation.slide_width, self.presentation.slide_height = WIDTH, HEIGHT
        properties = self.presentation.core_properties
        properties.title = clean(document.title, 200)
        properties.author = "Mentionary"
        properties.last_modified_by = "Mentionary"
        properties.created = properties.modified = document.scope.as_of.astimezone(UTC).replace(tzinfo=None)

    def write(self) -> None:
        """Title, sentences, tiles, then a slide a figure."""
        self.front()
        self.brief()
        for section in self.document.sections:
            notes = [block.text for block in section.blocks if isinstance(block, Note)]
            for block in section.blocks:
                if not isinstance(block, Note):
                    self.block(section, block, " ".join(notes))

    def blank(self, kicker: str, title: str, caption: str = "", figure: str = "") -> Any:
        """A slide with its finding as head, what it shows, and at its foot coverage and the figure's id."""
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[BLANK])
        self.text(slide, kicker, LEFT, TOP, BODY_WIDTH, Inches(0.3), size=12, ink="muted", bold=True)
        self.text(
            slide,
            title,
            LEFT,
            TOP + Inches(0.28),
            BODY_WIDTH,
            Inches(0.7),
            size=26 if letters(title) <= LONG_TITLE else 19 if letters(title) <= LONGER_TITLE else 16,
            font=SERIF,
            bold=True,
        )
        self.text(slide, caption, LEFT, CAPTION_TOP, BODY_WIDTH, Inches(0.35), size=14, bold=True)
        scope = self.document.scope
        foot = " · ".join(
            part for part in (self.words.period(scope.first, scope.last), self.document.coverage, figure) if part
        )
        self.text(slide, foot, LEFT, FOOT_TOP, BODY_WIDTH, Inches(0.3), size=10, ink="muted")
        return slide

    def text(
        self, slide: Any, text: str, left: int, top: int, width: int, height: int, *,
        size: float, ink: str = "ink", bold: bool = False, font: str = SANS, align: Any = PP_ALIGN.LEFT,
    ) -> Any:  # fmt: skip
        """A text box of one paragraph."""
        box = slide.shapes.add_textbox(Emu(left), Emu(top), Emu(width), Emu(height))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = 0
        self.paragraph(frame.paragraphs[0], text, size=size, ink=ink, bold=bold, font=font, align=align)
        return box

    def paragraph(self, paragraph: Any, text: str, *, size: float, ink: str = "ink", bold: bool = False, font: str = SANS, align: Any = PP_ALIGN.LEFT) -> Any:  # fmt: skip
        """One run of text in a paragraph."""
        run = paragraph.add_run()
        run.text = clean(text, 1500).replace("\n", " ")
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
        run.font.color.rgb = colour(ink)
        paragraph.alignment = align
        return run

    def front(self) -> None:
        """The title slide."""
        words, document, scope = self.words, self.document, self.document.scope
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[BLANK])
        self.text(
            slide, words("report.kicker"), LEFT, Inches(2.1), BODY_WIDTH, Inches(0.4), size=16, ink="muted", bold=True
        )
        self.text(slide, document.title, LEFT, Inches(2.5), BODY_WIDTH, Inches(1.4), size=48, font=SERIF, bold=True)
        self.text(slide, document.subtitle, LEFT, Inches(3.6), BODY_WIDTH, Inches(0.5), size=20, ink="muted")
        self.text(
            slide, words.period(scope.first, scope.last), LEFT, Inches(4.5), BODY_WIDTH, Inches(0.4), size=18, bold=True
        )
        line = f"{words('report.as_of', moment=words.moment(scope.as_of))} · {words('report.days_in', zone=scope.zone)} · {document.coverage}"
        self.text(slide, line, LEFT, Inches(4.9), BODY_WIDTH, Inches(0.4), size=14, ink="muted")

    def brief(self) -> None:
        """The sentences, then the tiles as a table."""
        words, document = self.words, self.document
        slide = self.blank(words("report.summary"), document.title)
        box = slide.shapes.add_textbox(LEFT, Inches(1.5), BODY_WIDTH, Inches(3.2))
        box.text_frame.word_wrap = True
        box.text_frame.margin_left = 0
        for number, sentence in enumerate(document.summary):
            paragraph = box.text_frame.paragraphs[0] if number == 0 else box.text_frame.add_paragraph()
            self.paragraph(paragraph, sentence.text, size=16 if number == 0 else 13, bold=number == 0)
            paragraph.space_after = Pt(5)
        ids = tuple(dict.fromkeys(key for sentence in document.summary for key in sentence.figures))
        self.notes(slide, ids)
        if not document.tiles:
            return
        names = (document.scope.names[document.scope.brand], *(name for _, name, _ in document.tiles[0].others))
        rows = [
            (
                Cell(tile.label, small=tile.change),
                Cell(tile.value, small=tile.span),
                *(Cell(value) for _, _, value in tile.others),
            )
            for tile in document.tiles
        ]
        self.grid(slide, ("", *names), rows, heads=1, top=Inches(4.75), size=12)

    def block(self, section: Section, block: Plot | Table | Cards, note: str) -> None:
        """The slides of one figure."""
        if isinstance(block, Plot):
            slide = self.blank(section.title, section.finding, block.title, block.figure)
            if block.kind == "strip":
                self.strip(slide, block)
            else:
                self.chart(slide, block)
            self.notes(slide, (block.figure,), note)
        elif isinstance(block, Table):
            most = ROW_LETTERS // len(block.columns)
            folded = any(letters(cell.text) + letters(cell.small) > most for row in block.rows for cell in row)
            step = FOLDED_ROWS if folded else TABLE_ROWS
            for start in range(0, max(len(block.rows), 1), step):
                slide = self.blank(section.title, section.finding, block.title, block.figure)
                self.grid(slide, block.columns, block.rows[start : start + step], heads=block.heads, top=BODY_TOP)
                self.notes(slide, (block.figure,), note)
        else:
            for start in range(0, len(block.cards), CARDS):
                slide = self.blank(section.title, section.finding, block.title, block.figure)
                self.cards(slide, block.cards[start : start + CARDS])
                self.notes(slide, (block.figure,), note)

    def notes(self, slide: Any, figures: Sequence[str], note: str = "") -> None:
        """Under the slide: what the figure is, when it was observed, its query."""
        parts = [note] if note else []
        for key in figures:
            figure = self.document.figures[key]
            definition = METRICS[figure.metric].definition
            text_key = f"metric.{figure.metric}"
            if self.words.has(text_key):
                definition = self.words(text_key)
            parts.append(
                f"{figure.id}: {figure.metric}, {self.words('evidence.version', version=figure.version)}\n{definition}\n"
                f"{self.words('evidence.observed')}: {figure.observed_from or '–'} / {figure.observed_to or '–'}\n\n{figure.sql}"
            )
        slide.notes_slide.notes_text_frame.text = clean("\n\n".join(parts), 30_000)

    def grid(
        self,
        slide: Any,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        *,
        heads: int,
        top: int,
        size: float = 11,
    ) -> None:
        """A table; its first columns hold names, the others numbers."""
        height = Inches(0.36) * (len(rows) + 1)
        table = slide.shapes.add_table(len(rows) + 1, len(columns), LEFT, Emu(top), BODY_WIDTH, height).table
        table.first_row, table.horz_banding = True, False
        sizes = [
            max(6, *(min(38, letters(cell.text) + letters(cell.small) * 3 // 4) for cell in column))
            for column in zip([Cell(name) for name in columns], *rows, strict=True)
        ]
        words = [
            max(letters(word) for cell in column for word in (*cell.text.split(), ""))
            for column in zip([Cell(name) for name in columns], *rows, strict=True)
        ]
        least = [int(Pt(size * LETTER_WIDTH) * min(word, 20) + Inches(0.22)) for word in words]
        spare = max(0, BODY_WIDTH - sum(least))
        wish = [max(0, BODY_WIDTH * part // sum(sizes) - floor) for part, floor in zip(sizes, least, strict=True)]
        for column, floor, wished in zip(table.columns, least, wish, strict=True):
            column.width = Emu(floor + spare * wished // max(1, sum(wish)))
        for column, name in enumerate(columns):
            self.fill(table.cell(0, column), Cell(name), size=size, head=True, right=column >= heads)
        for number, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                self.fill(table.cell(number, column), cell, size=size, head=False, right=column >= heads)

    def fill(self, place: Any, cell: Cell, *, size: float, head: bool, right: bool) -> None:
        """A cell of a table."""
        place.fill.solid()
        place.fill.fore_color.rgb = colour("band" if head else "paper")
        place.vertical_anchor = MSO_ANCHOR.MIDDLE
        place.margin_top = place.margin_bottom = Inches(0.03)
        paragraph = place.text_frame.paragraphs[0]
        align = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        self.paragraph(paragraph, clean(cell.text, 90), size=size, bold=head or bool(cell.brand), ink=cell.brand or ("muted" if head or cell.weak else "ink"), align=align)  # fmt: skip
        if cell.small:
            self.paragraph(
                paragraph,
                f"  {clean(cell.small, 80).replace(chr(10), '; ')}",
                size=max(size - 2, 9),
                ink="muted",
                align=align,
            )

    def chart(self, slide: Any, plot: Plot) -> None:
        """The native chart: lines by day, bars otherwise; a gap stays a gap."""
        data: Any = CategoryChartData(number_format=number_format(plot.unit))  # type: ignore[no-untyped-call]
        lines = plot.kind == "lines"
        # One category alone: its series are the rows, each with its interval in words, since slides have no whiskers.
        single = plot.kind == "intervals" and len(plot.categories) == 1
        if single:
            told = [(series, series.points[0].interval) for series in plot.series]
            data.categories = [
                clean(f"{one.label}  {self.words.range(interval, plot.unit)}", 80).strip() for one, interval in told
            ]
            data.add_series(
                clean(plot.title, 80),
                [None if interval is None else scaled(interval.best, plot.unit) for _, interval in told],
            )
        else:
            data.categories = [self.words.day_text(x) if lines else clean(x, 60) for x in plot.categories]
            for series in plot.series:
                by_x = {point.x: point.interval for point in series.points}
                values = [
                    None if (found := by_x.get(x)) is None else scaled(found.best, plot.unit) for x in plot.categories
                ]
                data.add_series(clean(series.label, 60), values)
        kind = {"lines": XL_CHART_TYPE.LINE_MARKERS, "stack": XL_CHART_TYPE.BAR_STACKED_100}.get(
            plot.kind, XL_CHART_TYPE.BAR_CLUSTERED
        )
        shape = slide.shapes.add_chart(kind, LEFT, BODY_TOP, BODY_WIDTH, FOOT_TOP - BODY_TOP - Inches(0.1), data)
        shape.name = clean(f"{plot.title}. {plot.describe}", 250)
        chart = shape.chart
        chart.has_title = False
        chart.has_legend = not single and len(plot.series) > 1
        if chart.has_legend:
            chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
            chart.legend.font.size = Pt(13)
        chart.font.size, chart.font.name = Pt(12), SANS
        chart.font.color.rgb = colour("ink")
        chart.value_axis.major_gridlines.format.line.color.rgb = colour("grid")
        chart.value_axis.format.line.fill.background()
        chart.value_axis.tick_labels.number_format = number_format(plot.unit)
        chart.value_axis.tick_labels.number_format_is_linked = False
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        chart.category_axis.format.line.color.rgb = colour("muted")
        if not lines:
            chart.category_axis.reverse_order = True
            # The axis of numbers stays below, though the categories run downwards.
            chart.category_axis.crosses = XL_AXIS_CROSSES.MAXIMUM
            chart.plots[0].gap_width = 60
            chart.plots[0].has_data_labels = True
            chart.plots[0].data_labels.number_format = "0%" if plot.kind == "stack" else number_format(plot.unit)
            chart.plots[0].data_labels.number_format_is_linked = False
        if lines:
            skip_labels(chart.category_axis, len(plot.categories))
        if plot.bridges:
            chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}").set("val", "span")  # noqa: SLF001 - as above
        if single:
            for number, series in enumerate(plot.series):
                self.paint(chart.plots[0].series[0].points[number].format, series.key)
            return
        for drawn, series in zip(chart.plots[0].series, plot.series, strict=True):
            self.dress(drawn, series.key, lines=lines)
            if plot.kind == "stack":
                drawn.data_labels.show_value = True
                drawn.data_labels.number_format, drawn.data_labels.number_format_is_linked = "0%", False
                drawn.data_labels.font.bold = True
                drawn.data_labels.font.color.rgb = colour("label" if series.key == "positive" else "ink")

    def paint(self, look: Any, key: str) -> None:
        """A bar's colour, hatched where the brand is another's."""
        fill = look.fill
        if key not in PATTERNS:
            fill.solid()
            fill.fore_color.rgb = rgb(bar_colour(key))
            return
        fill.patterned()
        fill.pattern = getattr(MSO_PATTERN, PATTERNS[key].upper())
        fill.fore_color.rgb, fill.back_color.rgb = colour(key), colour("paper")
        look.line.color.rgb = colour(key)

    def dress(self, drawn: Any, key: str, *, lines: bool) -> None:
        """A series' colour, dash and marker."""
        if not lines:
            self.paint(drawn.format, key)
            return
        drawn.smooth = False
        drawn.format.line.color.rgb = colour(key)
        drawn.format.line.width = Pt(2.5 if key == "b0" else 1.75)
        if key in DASHES:
            drawn.format.line.dash_style = DASHES[key]
        drawn.marker.style, drawn.marker.size = MARKERS.get(key, XL_MARKER_STYLE.CIRCLE), 6
        drawn.marker.format.fill.solid()
        drawn.marker.format.fill.fore_color.rgb = colour(key)
        drawn.marker.format.line.color.rgb = colour(key)

    def strip(self, slide: Any, plot: Plot) -> None:
        """What was collected, as numbers of days."""
        words = self.words
        states = ("full", "part", "none")
        rows = []
        for series in plot.series:
            counts = {state: sum(point.text == state for point in series.points) for state in states}
            rows.append((Cell(series.label), *(Cell(words.number(counts[state])) for state in states)))
        self.grid(slide, ("", *(words(f"state.{state}") for state in states)), rows[:TABLE_ROWS], heads=1, top=BODY_TOP)

    def cards(self, slide: Any, cards: Sequence[Card]) -> None:
        """Posts, one under the other."""
        top = int(BODY_TOP)
        for card in cards:
            head = " · ".join(part for part in (card.brand_name, card.platform, card.author, card.day) if part)
            self.text(slide, head, LEFT, top, BODY_WIDTH, Inches(0.3), size=12, bold=True, ink=card.brand)
            self.text(
                slide, clean(card.text, 240), LEFT, top + Inches(0.26), BODY_WIDTH, Inches(0.6), size=14, font=SERIF
            )
            box = self.text(slide, "  ".join(f"{value} {name}" for name, value in card.counts) + "  ", LEFT, top + Inches(0.88), BODY_WIDTH, Inches(0.3), size=11, ink="muted")  # fmt: skip
            link = safe_link(card.link)
            if link:
                run = self.paragraph(box.text_frame.paragraphs[0], self.words("posts.visit"), size=11)
                run.hyperlink.address = link
            if card.copy:
                self.paragraph(box.text_frame.paragraphs[0], "  ", size=11)
                run = self.paragraph(box.text_frame.paragraphs[0], self.words("posts.copy"), size=11)
                run.hyperlink.address = card.copy
            top += Inches(1.28)
