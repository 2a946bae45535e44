"""What the project's commands say outside its folder, where Scrapy would only call them unknown."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

ROOT = Path(__file__).resolve().parent.parent


class Outside(ScrapyCommand):
    """Stands for every command of the project, by an entry point each; in the project's folder the command itself wins."""

    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Mentionary: works in the project's folder"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Only the parser knows under which name it was called."""
        super().add_options(parser)
        self.called = (parser.usage or "scrapy").split()[:2]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """No option can be wrong here."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Say where to go; exit status 2."""
        command = " ".join(self.called)
        sys.stderr.write(
            f"{command}: this is a command of Mentionary and works in its folder: run 'cd {ROOT} && python -m {command}'\n"
        )
        self.exitcode = 2
