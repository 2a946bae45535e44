"""The report as one HTML file: no script, no request to anywhere, every text from a page escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.charts import svg
from reports.document import Cards, Document, Note, Table
from reports.figures import Figure
from reports.metrics import METRICS
from reports.metrics.base import Value
from reports.plots import Plot
from reports.text import TURNING, clean
from reports.words import Words

HERE = Path(__file__).parent
ROWS_SHOWN = 40
VALUES_SHOWN = 400


def safe_link(address: object) -> str | None:
    """An address that a link may lead to: http or https only."""
    text = str(address or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return (
        text
        if parts.scheme in {"http", "https"} and parts.hostname and len(text) < 2000 and not TURNING.search(text)
        else None
    )


@cache
def environment() -> Environment:
    """The templates, escaping everything."""
    made = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = clean
    made.filters["safe_link"] = safe_link
    return made


@cache
def style() -> Markup:
    """The style sheet with its fonts inside."""
    text = (HERE / "report.css").read_text("utf-8")
    for name in ("inter", "source-serif"):
        font = base64.b64encode((HERE / "fonts" / f"{name}.woff2").read_bytes()).decode()
        text = text.replace(f"url({name}.woff2)", f"url(data:font/woff2;base64,{font})")
    return Markup(text)  # noqa: S704 - our own file


@cache
def bare_style() -> Markup:
    """The style sheet without its fonts, for small pages."""
    lines = (HERE / "report.css").read_text("utf-8").splitlines(keepends=True)
    return Markup("".join(line for line in lines if not line.startswith("@font-face")))  # noqa: S704 - our own file


def policy_of(sheet: str) -> str:
    """The page's rule for itself: no script, no request, the one style sheet and the fonts in it."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"


def html(document: Document) -> str:
    """The whole page; the same document gives the same bytes."""
    words = Words(document.language, document.scope.zone)
    sheet = style()
    template = environment().get_template("report.html")
    return template.render(
        document=document,
        words=words,
        style=sheet,
        policy=policy_of(sheet),
        kind_of=kind_of,
        charts=charts,
        evidence=evidence,
        place=place_of(document),
    )


def place_of(document: Document) -> Mapping[str, str]:
    """Each brand's place by its id."""
    return {brand: f"b{number % 8}" for number, brand in enumerate(document.scope.brands)}


def kind_of(block: object) -> str:
    """Which part of the template draws a block."""
    if isinstance(block, Plot):
        return "plot"
    if isinstance(block, Table):
        return "table"
    if isinstance(block, Cards):
        return "cards"
    if isinstance(block, Note):
        return "note"
    raise TypeError(f"no template for {type(block).__name__}")


def charts(plot: Plot, words: Words) -> Markup:
    """The plot drawn for a wide and for a narrow page; the style sheet shows one."""
    return svg(plot, words, "wide") + svg(plot, words, "narrow")


def evidence(figure: Figure, words: Words) -> dict[str, Any]:
    """What a figure opens to."""
    metric = METRICS[figure.metric]
    key = f"metric.{metric.id}"
    return {
        "figure": figure,
        "definition": words(key) if words.has(key) else metric.definition,
        "observed": words("evidence.observed_span", first=short(figure.observed_from), last=short(figure.observed_to))
        if figure.observed_from
        else words("evidence.observed_none"),
        "parameters": [(words(f"evidence.{name}"), value) for name, value in figure.parameters.items()],
        "values": [value_row(value) for value in figure.values[:VALUES_SHOWN]],
        "more_values": max(0, len(figure.values) - VALUES_SHOWN),
        "rows": [[clean("" if cell is None else cell, 120) for cell in row] for row in figure.rows[:ROWS_SHOWN]],
        "rows_text": words("evidence.rows_all", n=words.number(figure.row_count))
        if figure.row_count <= ROWS_SHOWN
        else words("evidence.rows_shown", shown=ROWS_SHOWN, n=words.number(figure.row_count), id=figure.id),
    }


def short(moment: str | None) -> str:
    """A stored time without its zone, which is UTC throughout."""
    return (moment or "").replace("T", " ").removesuffix("+00:00")


def value_row(value: Value) -> list[str]:
    """A value as the cells of a plain table."""
    interval = value.interval
    ends = ["", "", ""] if interval is None else [plain(interval.low), plain(interval.best), plain(interval.high)]
    return [*(clean(one, 60) for one in value.of), *ends, str(value.n), ", ".join(value.notes)]


def plain(value: float | None) -> str:
    """A number as it is, at most six digits behind the point; ∞ for no bound."""
    if value is None:
        return "∞"
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"
