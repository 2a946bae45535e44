"""The Chromium that prints: Debian's or Google's on the PATH, else Playwright's own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reports.forms import FormError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def browser() -> Iterator[Any]:
    """A headless Chromium without network of its own; raises FormError where there is none."""
    import os

    from playwright.sync_api import Error, sync_playwright

    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    # Chromium's sandbox refuses to run as root.
    sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
    with sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, chromium_sandbox=sandbox)
        except Error as error:
            raise FormError(
                "a PDF needs Chromium: install Debian's chromium, or run 'playwright install chromium'"
            ) from error
        try:
            yield opened
        finally:
            opened.close()
