"""The base of the project's commands: unknown options are refused, bad input becomes one sentence and an exit status."""

from __future__ import annotations

import argparse
import sys
from abc import abstractmethod
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from config.watchlist import ConfigError
from storage.errors import ArchiveError, StorageError


class CommandError(Exception):
    """The command can't go on; the message is one sentence that says what is wrong and what to do."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


class Command(ScrapyCommand):
    """A command of the project: subclasses declare options and write ``work``.

    Heavy imports belong inside ``work``,
    since Scrapy imports every command at every start.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_LEVEL": "WARNING"}

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's global options; faults in options are told under the command's own name."""
        super().add_options(parser)
        parser.prog = f"scrapy {self.name}"
        # Scrapy's own takes any line of help that ends with a colon for a heading.
        parser.formatter_class = argparse.HelpFormatter

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy passes unknown options through as arguments; refuse them."""
        for word in args:
            if word.startswith("-") and word != "-":
                self.fail(f"unknown option {word}; see 'python -m scrapy {self.name} -h'", 2)
                raise UsageError(print_help=False)
        super().process_options(args, opts)

    @property
    def name(self) -> str:
        """The command's name: its module's."""
        return type(self).__module__.rpartition(".")[2]

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the command; faults that a person can mend are told in one sentence."""
        try:
            self.exitcode = self.work(args, opts) or 0
        except UsageError:
            raise
        except ConfigError as error:
            self.fail(str(error), 2)
        except (StorageError, ArchiveError) as error:
            self.fail(str(error), 1)
        except CommandError as error:
            self.fail(str(error), error.status)
        except BrokenPipeError:
            sys.stderr.close()
            self.exitcode = 1
        except OSError as error:
            self.fail(f"{error.filename or 'input/output'}: {error.strerror or error}", 1)

    def fail(self, sentence: str, status: int) -> None:
        """Say one sentence on stderr and set the exit status."""
        sys.stderr.write(f"scrapy {self.name}: {sentence}\n")
        self.exitcode = status

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> int | None:
        """Do the command's work and return its exit status (None: 0)."""
