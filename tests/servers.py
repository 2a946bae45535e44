"""Real servers of ../shared/platforms, installed once into a cache outside the project, started on ports of their own."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def cache() -> Path:
    """Where servers are installed. PostgreSQL runs as a user of its own, who may not enter root's home."""
    base = os.environ.get("XDG_CACHE_HOME") or ("/var/cache" if os.geteuid() == 0 else str(Path.home() / ".cache"))
    return Path(base) / "mentionary-servers"


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    script: Path
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def call(self, *words: str, **variables: str) -> None:
        """Call its script."""
        done = subprocess.run(
            [str(self.script), *words], env=os.environ | variables, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{self.script.name} {words[0]}: {done.stderr[-2000:]}"

    def seed(self, *options: str) -> None:
        """Fill it."""
        self.call("seed", str(self.folder), str(self.port), *options)

    def ask(self, path: str) -> Any:
        """What it answers, as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path)
        told = json.loads(connection.getresponse().read())
        connection.close()
        return told

    def spend(self, address: str, most: int = 4000) -> None:
        """Ask an address until it answers 429."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc)
        for _ in range(most):
            connection.request("GET", f"{parts.path}?{parts.query}")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 429:
                connection.close()
                return
        raise AssertionError(f"{address} has no limit")


@contextmanager
def server(shared: Path, name: str, ports: int = 1, **variables: str) -> Iterator[Server]:
    """Install, start and, at the end, stop a server; one test run at a time has it."""
    folder = cache() / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = Server(shared / "platforms" / f"{name}.sh", folder, free_ports(ports))
        made.call("install", str(folder))
        made.call("stop", str(folder))
        made.call("start", str(folder), str(made.port), PDS_RATE_LIMITS="1", **variables)
        try:
            yield made
        finally:
            made.call("stop", str(folder))


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nobody listens on."""
    for first in range(21000, 32000, 10):
        if all(is_free(first + number) for number in range(count)):
            return first
    raise AssertionError("no free ports")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
