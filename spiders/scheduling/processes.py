"""A job in a process of its own, within its limits of time and memory, and stopped cleanly before it is killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
"""The project's folder, where Scrapy finds its settings."""
LOOK_SECONDS = 1.0
GRACE_SECONDS = 60.0
"""So long a job that was told to stop may take to end what it was doing."""


@dataclass(slots=True)
class Ended:
    """How a job ended; ``stopped`` says what for, where it was stopped."""

    exit_status: int
    stopped: str | None = None


@dataclass(slots=True)
class Program:
    """One command of the project, run by the scheduler."""

    words: Sequence[str]
    time: timedelta
    memory_mb: int
    grace_seconds: float = GRACE_SECONDS
    begins: Sequence[str] = (sys.executable, "-m", "scrapy")
    stopping: threading.Event = field(default_factory=threading.Event)
    why: str = "told to stop"

    def stop(self, why: str) -> None:
        """Have it end, from any thread."""
        self.why = why
        self.stopping.set()

    def run(self) -> Ended:
        """Run it to its end, which its limits may bring about."""
        process = psutil.Popen([*self.begins, *self.words], cwd=ROOT, stdin=subprocess.DEVNULL)
        end = time.monotonic() + self.time.total_seconds()
        stopped: str | None = None
        while stopped is None:
            with contextlib.suppress(psutil.TimeoutExpired):
                return Ended(process.wait(LOOK_SECONDS))
            if self.stopping.is_set():
                stopped = self.why
            elif time.monotonic() > end:
                stopped = f"its time of {self.time} was over"
            elif memory_mb(process) > self.memory_mb:
                stopped = f"it took more than {self.memory_mb} MB"
        return Ended(self.end(process), stopped)

    def end(self, process: psutil.Popen) -> int:
        """Ask it to stop, then kill it and what it started."""
        family = [process, *children(process)]
        process.terminate()
        with contextlib.suppress(psutil.TimeoutExpired):
            return int(process.wait(self.grace_seconds))
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        return int(process.wait())


def children(process: psutil.Process) -> list[psutil.Process]:
    """The processes that a process has started."""
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def memory_mb(process: psutil.Process) -> float:
    """The memory that a process and its children hold, in MB."""
    total = 0
    for member in [process, *children(process)]:
        with contextlib.suppress(psutil.Error):
            total += member.memory_info().rss
    return total / 1e6
