"""Memory that the C library keeps after pages were freed, given back to the system.

What parsers and SQLite free leaves holes that glibc keeps for later: over tens of thousands of pages some 20 MB, though no more
is in use. Source: https://man7.org/linux/man-pages/man3/malloc_trim.3.html
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


@cache
def trimmer() -> Callable[[int], int]:
    """Glibc's ``malloc_trim``; where the C library has none, something that does nothing."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda kept: 0
    return found


def give_back() -> bool:
    """Give unused memory back to the system; whether there was any."""
    return bool(trimmer()(0))
