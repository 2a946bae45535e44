"""The forms of a report: one document, written as a page, a PDF, a workbook, slides or text."""

from __future__ import annotations

from reports.document import Document

FORMS = ("html", "pdf", "xlsx", "pptx", "md", "txt")
"""By the suffix of the file."""
LINKING = ("html", "xlsx", "pptx", "md")
"""Forms that link to the kept copies beside them."""


class FormError(Exception):
    """A form can't be written here; the message is one sentence that says what to do."""


def written(document: Document, form: str) -> bytes:
    """The document in a form; the same document gives the same bytes. Raises FormError where a form's program is missing."""
    try:
        return made(document, form)
    except ModuleNotFoundError as error:
        raise FormError(f"{form} needs the package {error.name}; install mentionary[office]") from error


def made(document: Document, form: str) -> bytes:
    """The document in a form; each form's library is loaded for that form only."""
    if form == "html":
        from reports.forms.page import html

        return html(document).encode()
    if form == "pdf":
        from reports.forms.pdf import pdf

        return pdf(document)
    if form == "xlsx":
        from reports.forms.workbook import workbook

        return workbook(document)
    if form == "pptx":
        from reports.forms.slides import slides

        return slides(document)
    if form == "md":
        from reports.forms.texts import markdown

        return markdown(document).encode()
    if form == "txt":
        from reports.forms.texts import plain

        return plain(document).encode()
    raise ValueError(f"no form {form!r}; known: {', '.join(FORMS)}")
