"""``scrapy reference``: write the pages of docs/reference that come from the code."""

from __future__ import annotations

import argparse
from pathlib import Path

from spiders.command import Command, CommandError


class Reference(Command):
    """Write docs/reference from the code."""

    def syntax(self) -> str:
        """No arguments."""
        return ""

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write the pages of docs/reference that come from the code"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Write the pages and name those that changed."""
        from spiders.reference import write

        folder = Path("docs/reference")
        if not folder.is_dir():
            raise CommandError(f"{folder.absolute()} is not a folder; run this in the project's folder", 2)
        for place in write(folder):
            print(f"wrote {place}")  # noqa: T201 - the command's answer
        return 0
