"""``scrapy train NAME``: remake a model from the data sets by its recipe."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

from spiders.command import Command, CommandError

HELPERS = frozenset(
    {
        "cards", "data", "entities_steps", "fitting", "graphs", "kinds", "labelled", "sentiment_steps", "tagging", "tuning",
    }
)  # fmt: skip
"""Modules of extractors.training that are no recipes."""
TUNING = frozenset({"onnx", "onnxruntime", "tokenizers", "torch"})
"""Packages that only the recipes of networks need."""


class Train(Command):
    """Writes extractors/models/NAME: the weights and the card with their scores."""

    def syntax(self) -> str:
        """How it is called."""
        return "[--data FOLDER] NAME"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Remake a model from the data sets by its recipe"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where the data sets are."""
        super().add_options(parser)
        parser.add_argument(
            "--data",
            type=Path,
            default=Path("../shared/nlp"),
            metavar="FOLDER",
            help="data sets; default: ../shared/nlp",
        )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Train one model."""
        import extractors.training

        names = [
            found.name for found in pkgutil.iter_modules(extractors.training.__path__) if found.name not in HELPERS
        ]
        if len(args) != 1 or args[0] not in names:
            raise CommandError(f"name one model: {', '.join(names)}", 2)
        if not opts.data.is_dir():
            raise CommandError(f"{opts.data} is no folder; name that of the data sets with --data", 2)
        try:
            recipe = importlib.import_module(f"extractors.training.{args[0]}")
        except ModuleNotFoundError as error:
            extra = "tune" if error.name in TUNING else "train"
            raise CommandError(f"{error.name} is missing; install the extra: pip install '.[{extra}]'") from error
        try:
            recipe.train(opts.data)
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        sys.stdout.write(f"{Path(recipe.__file__ or '').parents[1] / 'models' / args[0]}\n")
        return 0
