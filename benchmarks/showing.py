"""Showing: how large a year's report is, and when Chromium first paints it."""

from __future__ import annotations

import statistics
import tempfile
from datetime import date, timedelta
from pathlib import Path

from benchmarks.generate import MAKERS, Scale, build
from reports.build import document, figures_of
from reports.figures import scope_of
from reports.forms.browser import browser
from reports.forms.page import html
from storage.database import open_database

WEEKS = 52
END = date(2026, 5, 31)
TIMES = 5
"""How often it is opened; the middle one counts."""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def run() -> list[dict[str, object]]:
    """Seconds to the first paint of a 52-week report, and its megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'year.sqlite'}"
        build(address, Scale(posts=20_000, days=WEEKS * 7 + 60, end=END))
        engine = open_database(address)
        with engine.connect() as connection:
            scope = scope_of(connection, MAKERS[0].key, END - timedelta(days=WEEKS * 7 - 1), END)
            page = html(document(figures_of(connection, scope), scope, "en")).encode()
        engine.dispose()
        place = Path(folder) / "year.html"
        place.write_bytes(page)
        times = []
        with browser() as opened:
            for _ in range(TIMES + 1):
                tab = opened.new_page(viewport={"width": 1280, "height": 900})
                tab.goto(place.as_uri())
                tab.wait_for_function(f"() => {PAINT} > 0", polling=50)
                times.append(float(tab.evaluate(PAINT)) / 1000)
                tab.close()
    # The first opening also starts the browser's processes.
    return [
        {"name": "report of 52 weeks: first paint", "value": statistics.median(times[1:]), "unit": "s", "target": 1.0, "better": "lower"},
        {"name": "report of 52 weeks: size", "value": len(page) / 1e6, "unit": "MB", "target": 3.0, "better": "lower"},
    ]  # fmt: skip
