"""The report as a workbook: native charts over visible numbers, each table with low and high beside the best estimate.

Texts are written as texts: a cell that begins with = is no formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import xlsxwriter

from reports.document import Cards, Cell, Document, Note, Section, Table
from reports.figures import Figure
from reports.forms.look import COLOURS, PATTERNS, bar_colour, label_step, number_format, scaled
from reports.forms.page import safe_link
from reports.metrics import METRICS
from reports.plots import Plot, Series
from reports.text import clean, letters
from reports.words import Words

CHART_WIDTH = 760
COLUMN, POST_COLUMN = 13, 70
"""Widths of columns, in letters."""
LINE_HEIGHT, MOST_LINES = 15, 8
LONG_TEXT = 24
"""Letters that a cell of a table may have without being folded."""
CELL_TEXT = 32_000
"""Excel takes 32,767 characters."""
DASH = {
    "b0": "solid", "b1": "dash", "b2": "round_dot", "b3": "dash_dot", "b4": "square_dot", "b5": "round_dot", "b6": "long_dash", "b7": "long_dash_dot",
}  # fmt: skip
MARKER = {
    "b0": "circle", "b1": "square", "b2": "triangle", "b3": "diamond", "b4": "x", "b5": "plus", "b6": "star", "b7": "short_dash",
}  # fmt: skip


def workbook(document: Document) -> bytes:
    """The workbook's bytes; its dates are those of the data."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
    )  # fmt: skip
    book.set_properties(
        {
            "title": clean(document.title, 200),
            "subject": document.scope.brand,
            "author": "Mentionary",
            "created": document.scope.as_of.astimezone(UTC).replace(tzinfo=None),
        }
    )
    Book(book, document).write()
    book.close()
    return out.getvalue()


class Book:
    """The sheets of one report."""

    def __init__(self, book: Any, document: Document) -> None:
        self.book = book
        self.document = document
        self.words = Words(document.language, document.scope.zone)
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.names: set[str] = set()

    def style(self, **look: Any) -> Any:
        """A cell format, each made once."""
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Calibri", "font_size": 11, "font_color": f"#{COLOURS['ink']}", "valign": "top", **look}
            )
        return self.formats[key]

    @property
    def heading(self) -> Any:
        """A column's head."""
        return self.style(bold=True, font_color=f"#{COLOURS['muted']}", bottom=1, text_wrap=True, valign="bottom")

    @property
    def number_heading(self) -> Any:
        """The head of a column of numbers, above which it stands."""
        return self.style(bold=True, font_color=f"#{COLOURS['muted']}", bottom=1, text_wrap=True, valign="bottom", align="right")  # fmt: skip

    def sheet(self, title: str) -> Any:
        """A sheet under a name that spreadsheets allow and that is not taken."""
        base = "".join(letter for letter in clean(title, 40) if letter not in "[]:*?/\\'")[:28].strip() or "Sheet"
        name, number = base, 2
        while name.casefold() in self.names:
            name, number = f"{base} {number}", number + 1
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{clean(self.document.coverage, 120).replace('&', '&&')}&R&P/&N")
        return sheet

    def text(self, sheet: Any, row: int, column: int, value: object, style: Any = None) -> None:
        """A text as a text."""
        sheet.write_string(row, column, clean(value, CELL_TEXT), style or self.style())

    def write(self) -> None:
        """All sheets in order."""
        self.front()
        for section in self.document.sections:
            self.section(section)
        self.figures()
        self.values()

    def front(self) -> None:
        """Title, sentences, tiles."""
        words, document, scope = self.words, self.document, self.document.scope
        sheet = self.sheet(words("report.summary"))
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 12, 20)
        self.text(sheet, 0, 0, document.title, self.style(bold=True, font_size=20))
        self.text(sheet, 1, 0, f"{words.period(scope.first, scope.last)} · {words('report.days_in', zone=scope.zone)} · {words('report.as_of', moment=words.moment(scope.as_of))}", self.style(font_color=f"#{COLOURS['muted']}"))  # fmt: skip
        self.text(sheet, 2, 0, document.coverage, self.style(font_color=f"#{COLOURS['muted']}"))
        row = 4
        for sentence in document.summary:
            self.text(sheet, row, 0, sentence.text)
            row += 1
        row += 1
        if document.tiles:
            heads = ["", scope.names[scope.brand], "", "", *(name for _, name, _ in document.tiles[0].others)]
            for column, head in enumerate(heads):
                self.text(sheet, row, column, head, self.heading)
            for tile in document.tiles:
                row += 1
                cells = [tile.label, tile.value, tile.span, tile.change, *(value for _, _, value in tile.others)]
                for column, cell in enumerate(cells):
                    self.text(sheet, row, column, cell, self.style(bold=column == 1))
        row += 2
        for line in document.foot:
            self.text(sheet, row, 0, line, self.style(font_color=f"#{COLOURS['muted']}", font_size=9))
            row += 1

    def section(self, section: Section) -> None:
        """A sheet a section: its finding, then its blocks one under the other."""
        sheet = self.sheet(section.title)
        sheet.set_column(0, 1, 22)
        sheet.set_column(2, 30, COLUMN)
        if any(isinstance(block, Cards) for block in section.blocks):
            sheet.set_column(4, 4, POST_COLUMN)
            sheet.set_column(5, 6, 40)
        self.text(sheet, 0, 0, section.finding, self.style(bold=True, font_size=16))
        row = 2
        for block in section.blocks:
            if isinstance(block, Note):
                self.text(sheet, row, 0, block.text, self.style(font_color=f"#{COLOURS['muted']}", italic=True))
                row += 2
                continue
            self.text(sheet, row, 0, block.title, self.style(bold=True, font_size=12))
            self.text(sheet, row + 1, 0, block.figure, self.style(font_color=f"#{COLOURS['muted']}", font_size=9))
            row += 2
            if isinstance(block, Plot):
                row = self.plot(sheet, row, block)
            elif isinstance(block, Table):
                row = self.table(sheet, row, block)
            else:
                row = self.cards(sheet, row, block)
            row += 1

    def table(self, sheet: Any, row: int, table: Table) -> int:
        """A table; a column of intervals takes three: best, low, high."""
        wide = [any(cells[index].interval is not None and not cells[index].interval.exact for cells in table.rows) for index in range(len(table.columns))]  # type: ignore[union-attr]  # fmt: skip
        column = 0
        starts = []
        for index, head in enumerate(table.columns):
            starts.append(column)
            self.text(sheet, row, column, head, self.heading if index < table.heads else self.number_heading)
            if wide[index]:
                self.text(sheet, row, column + 1, self.words("evidence.low"), self.number_heading)
                self.text(sheet, row, column + 2, self.words("evidence.high"), self.number_heading)
            column += 3 if wide[index] else 1
        tall(sheet, row, [(head, COLUMN) for head in table.columns])
        for cells in table.rows:
            row += 1
            tall(
                sheet,
                row,
                [(cell.text + cell.small, COLUMN) for cell in cells[2:] if letters(cell.text + cell.small) > LONG_TEXT],
            )
            for index, cell in enumerate(cells):
                self.cell(sheet, row, starts[index], cell, wide=wide[index])
        return row + 1

    def cell(self, sheet: Any, row: int, column: int, cell: Cell, *, wide: bool) -> None:
        """A number with its format and bounds; a text where there is none."""
        look = number_format(cell.unit)
        if cell.number is None:
            told = f"{cell.text} ({cell.small})" if cell.small and not wide else cell.text
            # A long text beside others would be cut.
            style = self.style(text_wrap=True, valign="top") if column > 1 and letters(told) > LONG_TEXT else None
            self.text(sheet, row, column, told, style)
        else:
            sheet.write_number(
                row, column, scaled(cell.number, cell.unit), self.style(num_format=look, italic=cell.weak)
            )
        if wide and cell.interval is not None:
            style = self.style(num_format=look, font_color=f"#{COLOURS['muted']}")
            sheet.write_number(row, column + 1, scaled(cell.interval.low, cell.unit), style)
            if cell.interval.high is None:
                self.text(sheet, row, column + 2, self.words("evidence.no_bound"), style)
            else:
                sheet.write_number(row, column + 2, scaled(cell.interval.high, cell.unit), style)

    def cards(self, sheet: Any, row: int, cards: Cards) -> int:
        """A row a post."""
        words = self.words
        heads = [words(f"table.{name}") for name in ("brand", "platform", "account", "day", "post")] + [words("table.engagement"), words("posts.visit")]  # fmt: skip
        for column, head in enumerate(heads):
            self.text(sheet, row, column, head, self.heading)
        for card in cards.cards:
            row += 1
            counts = ", ".join(f"{value} {name}" for name, value in card.counts)
            for column, value in enumerate((card.brand_name, card.platform, card.author, card.day, card.text, counts)):
                self.text(sheet, row, column, clean(value, 300), self.style(text_wrap=column == 4, valign="top"))
            tall(sheet, row, [(clean(card.text, 300), POST_COLUMN)])
            link = safe_link(card.link)
            if link:
                sheet.write_url(row, 6, link, string=clean(link, 200))
            if card.copy:
                sheet.write_url(row, 7, f"external:{card.copy}", string=words("posts.copy"))
        return row + 1

    def plot(self, sheet: Any, row: int, plot: Plot) -> int:
        """The plot's numbers with a native chart beside them; the days of a strip are coloured cells."""
        if plot.kind == "strip":
            return self.strip(sheet, row, plot)
        first = row
        days = plot.kind == "lines"
        bounds = any(point.interval and not point.interval.exact for series in plot.series for point in series.points)
        step = 3 if bounds else 1
        self.text(sheet, row, 0, self.words("table.day") if days else "", self.heading)
        for number, series in enumerate(plot.series):
            self.text(sheet, row, 1 + number * step, series.label, self.number_heading)
            if bounds:
                self.text(sheet, row, 2 + number * step, self.words("evidence.low"), self.number_heading)
                self.text(sheet, row, 3 + number * step, self.words("evidence.high"), self.number_heading)
        style = self.style(num_format=number_format(plot.unit))
        small = self.style(num_format=number_format(plot.unit), font_color=f"#{COLOURS['muted']}")
        for x in plot.categories:
            row += 1
            self.text(sheet, row, 0, self.words.day_text(x) if days else x or plot.title)
            for number, series in enumerate(plot.series):
                point = next((point for point in series.points if point.x == x), None)
                if point is None or point.interval is None:
                    continue
                sheet.write_number(row, 1 + number * step, scaled(point.interval.best, plot.unit), style)
                if bounds:
                    sheet.write_number(row, 2 + number * step, scaled(point.interval.low, plot.unit), small)
                    if point.interval.high is not None:
                        sheet.write_number(row, 3 + number * step, scaled(point.interval.high, plot.unit), small)
        chart = self.chart(sheet, plot, first, row, step)
        column = 2 + len(plot.series) * step
        sheet.insert_chart(first, column, chart, {"object_position": 1, "description": clean(plot.describe, 500)})
        return max(row, first + 17) + 1

    def chart(self, sheet: Any, plot: Plot, first: int, last: int, step: int) -> Any:
        """The native chart of the numbers just written; a gap stays a gap."""
        name = sheet.get_name()
        kind = {"lines": {"type": "line"}, "stack": {"type": "bar", "subtype": "percent_stacked"}}.get(
            plot.kind, {"type": "bar"}
        )
        chart = self.book.add_chart(kind)
        for number, series in enumerate(plot.series):
            column = 1 + number * step
            colour = f"#{COLOURS.get(series.key, COLOURS['muted'])}"
            options: dict[str, Any] = {
                "name": [name, first, column],
                "categories": [name, first + 1, 0, last, 0],
                "values": [name, first + 1, column, last, column],
            }
            if plot.kind == "lines":
                options["line"] = {"color": colour, "width": 2.25, "dash_type": DASH.get(series.key, "solid")}
                options["marker"] = {
                    "type": MARKER.get(series.key, "circle"),
                    "size": 4,
                    "fill": {"color": colour},
                    "border": {"color": colour},
                }
            else:
                if series.key in PATTERNS:
                    options["pattern"] = {"pattern": PATTERNS[series.key], "fg_color": colour, "bg_color": f"#{COLOURS['paper']}"}  # fmt: skip
                    options["border"] = {"color": colour}
                else:
                    options["fill"] = {"color": f"#{bar_colour(series.key)}"}
                options["data_labels"] = {"value": True, "num_format": number_format(plot.unit)}
                options |= error_bars(series, plot) if step == 3 and plot.kind != "stack" else {}
            chart.add_series(options)
        chart.set_title({"name": clean(plot.title, 200), "name_font": {"size": 12, "bold": True}, "overlay": False})
        grid = {"visible": True, "line": {"color": f"#{COLOURS['grid']}"}}
        chart.set_y_axis(
            {"num_format": number_format(plot.unit), "major_gridlines": grid}
            if plot.kind == "lines"
            else {"reverse": True}
        )
        chart.set_x_axis(
            {"label_position": "low", "interval_unit": label_step(len(plot.categories))}
            if plot.kind == "lines"
            else {"num_format": number_format(plot.unit), "major_gridlines": grid}
        )
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("span" if plot.bridges else "gap")
        chart.set_size({"width": CHART_WIDTH, "height": 340})
        return chart

    def strip(self, sheet: Any, row: int, plot: Plot) -> int:
        """A row a platform, a coloured cell a day, the state in words."""
        days = plot.categories
        for column, day in enumerate(days):
            self.text(sheet, row, column + 1, day, self.heading)
        for series in plot.series:
            row += 1
            self.text(sheet, row, 0, series.label)
            for column, point in enumerate(series.points):
                light = point.text in {"part", "none"}
                style = self.style(
                    bg_color=f"#{COLOURS[point.text]}",
                    font_color=f"#{COLOURS['ink' if light else 'paper']}",
                    font_size=9,
                )
                self.text(sheet, row, column + 1, self.words(f"state.{point.text}"), style)
        return row + 1

    def figures(self) -> None:
        """Every figure with its formula, its query and its times."""
        words = self.words
        sheet = self.sheet(words("evidence.id"))
        heads = ["id", "formula", "definition", "parameters", "observed", "rows", "sql"]
        sheet.set_column(0, 1, 30)
        sheet.set_column(2, 6, 60)
        for column, head in enumerate(heads):
            self.text(sheet, 0, column, words(f"evidence.{head}"), self.heading)
        for row, figure in enumerate(self.document.figures.values(), 1):
            for column, value in enumerate(described(figure, words)):
                self.text(sheet, row, column, value, self.style(valign="top"))

    def values(self) -> None:
        """Every value of every figure, as it was computed."""
        words = self.words
        sheet = self.sheet(words("evidence.values"))
        sheet.set_column(0, 1, 34)
        heads = ["id", "values", "low", "best", "high", "n", "notes"]
        for column, head in enumerate(heads):
            self.text(sheet, 0, column, words(f"evidence.{head}"), self.heading)
        row = 0
        for figure in self.document.figures.values():
            for value in figure.values:
                row += 1
                self.text(sheet, row, 0, figure.id)
                self.text(sheet, row, 1, " · ".join(value.of))
                if value.interval is not None:
                    for column, end in ((2, value.interval.low), (3, value.interval.best), (4, value.interval.high)):
                        if end is not None:
                            sheet.write_number(row, column, end)
                sheet.write_number(row, 5, value.n)
                self.text(sheet, row, 6, ", ".join(value.notes))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(row, 1), 6)


def tall(sheet: Any, row: int, texts: Sequence[tuple[str, int]]) -> None:
    """Make a row as high as its folded texts need, each with its column's width; not every program does so itself."""
    # Words that do not fit leave a part of each line empty.
    lines = max((-(-letters(text) * 5 // (4 * width)) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, LINE_HEIGHT * min(lines, MOST_LINES))


def described(figure: Figure, words: Words) -> Sequence[str]:
    """A figure as cells."""
    metric = METRICS[figure.metric]
    key = f"metric.{figure.metric}"
    return (
        figure.id,
        f"{figure.metric}, {words('evidence.version', version=figure.version)}",
        words(key) if words.has(key) else metric.definition,
        "; ".join(f"{name} {value}" for name, value in figure.parameters.items()),
        f"{figure.observed_from or '–'} / {figure.observed_to or '–'}",
        str(figure.row_count),
        figure.sql,
    )


def error_bars(series: Series, plot: Plot) -> dict[str, Any]:
    """The interval as bars to either side; none upward where there is no upper bound."""
    told = [next((point.interval for point in series.points if point.x == x), None) for x in plot.categories]
    minus = [0.0 if one is None else one.best - one.low for one in told]
    plus = [0.0 if one is None or one.high is None else one.high - one.best for one in told]
    if not any(minus) and not any(plus):
        return {}
    return {
        "x_error_bars": {
            "type": "custom",
            "plus_values": plus,
            "minus_values": minus,
            "line": {"color": f"#{COLOURS['ink']}"},
        }
    }
