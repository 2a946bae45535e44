"""A report as a message: its sentences and numbers in the text, its main charts as pictures, its forms as files."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from reports.charts import png
from reports.delivery import Attachment, Message, Picture
from reports.document import Document
from reports.forms.look import COLOURS
from reports.forms.page import environment
from reports.forms.texts import grid_plain, tile_grid, wrapped
from reports.plots import Plot
from reports.text import clean
from reports.words import Words

PICTURES = 4
"""The first charts stand in the message; all are in the page."""
MEDIA_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "md": "text/markdown",
    "txt": "text/plain",
}


def subject(document: Document, words: Words) -> str:
    """Brand and period."""
    scope = document.scope
    return f"{clean(document.title, 80)}, {words.period(scope.first, scope.last)}"


def short_text(document: Document, words: Words, places: list[str]) -> str:
    """The sentences and the tiles as plain text, and where the report is."""
    lines = [wrapped(f"- {clean(sentence.text)}", "  ") for sentence in document.summary] or [
        words("finding.voice_none")
    ]
    lines += ["", *grid_plain(*tile_grid(document, words))] if document.tiles else []
    lines += ["", *places] if places else []
    lines += ["", document.coverage]
    return "\n".join(lines).rstrip() + "\n"


def report_message(document: Document, files: Mapping[str, bytes], places: list[str]) -> Message:
    """The whole message; ``places`` are addresses at which readers find the report."""
    words = Words(document.language, document.scope.zone)
    plots = [
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Plot) and block.kind != "strip"
    ]
    pictures = [
        Picture(f"chart{number}", f"{plot.title}. {plot.describe}", png(plot, words))
        for number, plot in enumerate(plots[:PICTURES], 1)
    ]
    template = environment().get_template("mail.html")
    columns, rows = tile_grid(document, words)
    html = template.render(
        document=document,
        words=words,
        columns=columns,
        rows=rows,
        pictures=pictures,
        titles=[plot.title for plot in plots[:PICTURES]],
        places=places,
        colours={name: Markup(f"#{value}") for name, value in COLOURS.items()},  # noqa: S704 - our own colours
    )
    attachments = [Attachment(name, MEDIA_TYPES[name.rpartition(".")[2]], content) for name, content in files.items()]
    return Message(subject(document, words), short_text(document, words, places), html, pictures, attachments)
