"""Plots as SVG by Vega-Lite: the same plot gives the same bytes; colours are names that the page's style sheet gives light and dark values.

Every series differs by dash and shape as well as by colour, and is labelled where it is drawn, so that it reads in black and white.
"""

from __future__ import annotations

import json
import re
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from reports.charts.dots import dots, table_dots
from reports.charts.lines import lines
from reports.charts.sheet import COLOURS, TYPE, Sheet
from reports.charts.stack import stack
from reports.charts.strip import strip
from reports.forms.look import COLOURS as LIGHT
from reports.plots import Plot
from reports.text import TURNING, clean
from reports.words import Words

DESCRIPTION = 2000
FONTS = "Inter, 'Segoe UI', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif"
WIDTHS = {"wide": 960, "narrow": 348}
KINDS = {"lines": lines, "intervals": dots, "dots": table_dots, "stack": stack, "strip": strip}


def svg(plot: Plot, words: Words, name: str) -> Markup:
    """The plot as an SVG element for a wide or a narrow page, with its title and description."""
    sheet = Sheet(name, WIDTHS[name], words)
    # Checking each part against the schema takes most of the time; a test draws every kind with the check on.
    with debug_mode(False):
        spec = specification(plot, sheet)
    return dressed(vl_convert.vegalite_to_svg(json.dumps(spec, sort_keys=True)), plot, sheet)


def specification(plot: Plot, sheet: Sheet) -> dict[str, Any]:
    """The chart as Vega-Lite."""
    chart = KINDS[plot.kind](plot, sheet)
    spec: dict[str, Any] = chart.configure(
        background="transparent",
        font="Inter",
        padding={"left": 2, "right": 2, "top": 6, "bottom": 2},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=TYPE, labelColor=COLOURS["muted"], labelPadding=7, ticks=False, domain=False,
            gridColor=COLOURS["grid"], gridWidth=1, title=None, labelLimit=400,
        ),
        text=alt.MarkConfig(fontSize=TYPE),
    ).to_dict(validate=False)  # fmt: skip
    spec["datasets"] = sheet.rows
    return spec


def dressed(text: str, plot: Plot, sheet: Sheet) -> Markup:
    """Vega's SVG made to fit the page: names for colours, a role and words for who can't see it."""
    found = re.match(r"<svg[^>]*?viewBox=\"([\d. ]+)\"[^>]*>", text)
    if found is None:
        raise ValueError("the chart library wrote no SVG with a viewBox")
    body = TURNING.sub("", text[found.end() :])
    body = re.sub(r' (?:aria-[a-z]+|role|class|pointer-events|font-family|stroke-miterlimit)="[^"]*"', "", body)
    body = re.sub(r'<path d="" display="none"/>|<path d="M0,0h0v0h0Z"/>|<g></g>', "", body)
    for name, stand_in in COLOURS.items():
        body = body.replace(stand_in, f"var(--{name})")
    width, height = found[1].split()[2:]
    # Through Markup, so that a name out of a page can't leave the attribute.
    head = Markup('<svg class="chart {}" viewBox="{}" width="{}" height="{}" role="img" aria-label="{}">')
    return head.format(
        sheet.name, found[1], width, height, clean(f"{plot.title}. {plot.describe}", DESCRIPTION)
    ) + Markup(body)  # noqa: S704 - Vega escapes the texts that it writes


def png(plot: Plot, words: Words) -> bytes:
    """The plot as a picture twice as dense as the screen, in the light colours, for what knows no SVG."""
    head, close, body = str(svg(plot, words, "wide")).partition(">")
    # Without a ground of its own a picture is unreadable where mail is shown dark.
    ground = '<rect x="-999" y="-999" width="9999" height="9999" fill="var(--paper)"/>'
    text = (
        head.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FONTS}" ', 1)
        + close
        + ground
        + body
    )
    for name, value in LIGHT.items():
        text = text.replace(f"var(--{name})", f"#{value}")
    made: bytes = vl_convert.svg_to_png(text, scale=2)
    return made
