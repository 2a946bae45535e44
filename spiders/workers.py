"""Worker processes for the extractors: copies of one process that has read the models, which none of them has to read again."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext

FEW = 300
"""Posts below which starting workers costs more than it saves."""
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
"""What NumPy's libraries read as they start."""


def context() -> BaseContext:
    """How worker processes are begun: never as copies of this one, whose database connection they would share.

    Only on Linux as copies of another one: the libraries of macOS don't bear it, and Windows has no copies.
    """
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    # Each worker imports the main module again, which is Scrapy's.
    made.set_forkserver_preload(["scrapy.cmdline", "extractors.warm"])
    return made


def warm_up() -> None:
    """Begin to read the models in a process beside this one, from which workers are copied later; does not wait for it."""
    if context().get_start_method() == "forkserver":
        with one_thread_each():
            forkserver.ensure_running()


def end_with_parent() -> None:
    """In a worker: end where the command is killed, instead of waiting for its next page for good."""
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this process is a worker's

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes that are started meanwhile compute on one core each: NumPy's threads would only wait for one another."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update({name: os.environ.get(name, "1") for name in THREADS})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
