"""When this process looks for garbage in circles: not in the middle of work that makes thousands of objects and keeps them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look through all that was made so far again and again.

    A batch of writing and a page of JSON make tens of thousands of objects that stay until their end: a sixth of their time went into that.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
