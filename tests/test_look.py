"""The page in a real Chromium, in both themes and at a phone's width: no word on the console, no request, no fault that axe-core calls serious."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import Scale, build
from reports.build import document, figures_of
from reports.figures import scope_of
from reports.forms.browser import browser
from reports.forms.page import html
from storage.database import open_database
from tests.conftest import absent

pytestmark = pytest.mark.browser
AXE = "4.14.1"
SCALE = Scale(posts=600, days=40, end=date(2026, 5, 31), seed=3)
LOOKS = {"light": (1280, "light"), "dark": (1280, "dark"), "phone": (390, "light")}
FAULTS = ("serious", "critical")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report's page in English and in Chinese."""
    folder = tmp_path_factory.mktemp("look")
    address = f"sqlite:///{folder / 'test.sqlite'}"
    build(address, SCALE)
    engine = open_database(address)
    with engine.connect() as connection:
        scope = scope_of(connection, "aurelia", date(2026, 5, 11), date(2026, 5, 31))
        figures = figures_of(connection, scope)
    engine.dispose()
    found = {}
    for language in ("en", "zh"):
        found[language] = folder / f"{language}.html"
        found[language].write_text(html(document(figures, scope, language)), "utf-8")
    return found


@pytest.fixture(scope="module")
def axe(pytestconfig: pytest.Config) -> str:
    """axe-core's script, fetched by npm once."""
    folder = Path(pytestconfig.cache.mkdir(f"axe-core-{AXE}"))
    script = folder / "node_modules/axe-core/axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            absent("npm is not installed, which brings axe-core (Debian: npm)", "REQUIRE_AXE")
        words = ["install", "--prefix", str(folder), "--no-save", "--ignore-scripts", "--silent", f"axe-core@{AXE}"]
        done = subprocess.run([npm, *words], capture_output=True, text=True, timeout=120, check=False)
        if done.returncode or not script.exists():
            absent("npm could not fetch axe-core", "REQUIRE_AXE")
    return script.read_text("utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not any(shutil.which(name) for name in ("chromium", "google-chrome")):
        absent("Chromium is not installed (Debian: chromium)", "REQUIRE_CHROMIUM")
    with browser() as opened:
        yield opened


def shown(chromium: Any, place: Path, look: str) -> tuple[Any, list[str], list[str]]:
    """A page with the report, what its console said, and what it asked the network for."""
    width, scheme = LOOKS[look]
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(place.as_uri())
    return page, said, [url for url in asked if not url.startswith(("data:", place.as_uri()))]


@pytest.mark.parametrize(("language", "look"), [("en", "light"), ("en", "dark"), ("en", "phone"), ("zh", "light")])
def test_axe_finds_nothing_serious(places: dict[str, Path], chromium: Any, axe: str, look: str, language: str) -> None:
    page, said, asked = shown(chromium, places[language], look)
    # What opens is looked at too: one of each kind.
    page.evaluate("for (const one of [...document.querySelectorAll('details')].slice(0, 12)) one.open = true")
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    page.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in FAULTS] == []
    assert said == []
    assert asked == []


def test_the_phone_shows_the_page_without_turning_it_sideways(places: dict[str, Path], chromium: Any) -> None:
    for place in places.values():
        page, _, _ = shown(chromium, place, "phone")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.close()


def test_the_keyboard_reaches_the_summary_first_and_opens_a_figure(places: dict[str, Path], chromium: Any) -> None:
    page, _, _ = shown(chromium, places["en"], "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True
    page.close()
