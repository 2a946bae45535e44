"""The report as a PDF: the page as Chromium prints it, with coverage and page number at the foot of every sheet."""

from __future__ import annotations

from markupsafe import Markup, escape

from reports.document import Document
from reports.forms.browser import browser
from reports.forms.page import html
from reports.forms.steady import steady_pdf
from reports.text import clean
from reports.words import Words

FOOT = Markup(
    '<div style="font: 7.5pt sans-serif; color: #5a5e68; width: 100%; margin: 0 15mm; display: flex; justify-content: space-between">'
    '<span>{}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)


def pdf(document: Document) -> bytes:
    """The PDF's bytes, its date that of the data; raises FormError where Chromium is missing."""
    words = Words(document.language, document.scope.zone)
    scope = document.scope
    parts = (clean(document.title, 80), words.period(scope.first, scope.last), document.coverage)
    foot = FOOT.format(escape(" · ".join(part for part in parts if part)))
    with browser() as opened:
        page = opened.new_page(color_scheme="light", java_script_enabled=False, offline=True)
        page.set_content(html(document), wait_until="load")
        page.emulate_media(media="print")
        content: bytes = page.pdf(
            format="A4", scale=0.86, print_background=True, display_header_footer=True, header_template="<span></span>", footer_template=str(foot),
            margin={"top": "14mm", "bottom": "18mm", "left": "15mm", "right": "15mm"}, outline=True, tagged=True,
        )  # fmt: skip
    return steady_pdf(content, scope.as_of)
