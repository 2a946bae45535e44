"""Real servers: PostgreSQL, and those of ../shared/platforms, installed once into a cache outside the project, each on ports of its own."""

from __future__ import annotations

import fcntl
import http.client
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
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
    variables: Mapping[str, str]

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def call(self, *words: str) -> None:
        """Call its script."""
        done = subprocess.run(
            [str(self.script), *words], env=os.environ | self.variables, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{self.script.name} {words[0]}: {done.stderr[-2000:]}"

    def start(self) -> None:
        """Start it; Bluesky's is empty after that."""
        self.call("start", str(self.folder), str(self.port))

    def stop(self) -> None:
        """Stop it."""
        self.call("stop", str(self.folder))

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


def seed_bluesky(running: Server, accounts: int, posts: int, brand: str) -> None:
    """Fill Bluesky's servers, and wait until their index has the newest account with all that it wrote."""
    try:
        running.seed("--accounts", str(accounts), "--posts", str(posts), "--brand", brand)
    except AssertionError as fault:
        # The script writes all, and then gives up on an index that does not know the newest account yet.
        if "Profile not found" not in str(fault):
            raise
    told: Any = {}
    for _ in range(600):
        told = running.ask(f"/xrpc/app.bsky.actor.getProfile?actor=user{accounts - 1:03}.test")
        if told.get("postsCount", 0) >= posts // accounts + 5 and told.get("followsCount", 0) >= min(5, accounts - 1):
            return
        time.sleep(0.2)
    raise AssertionError(f"Bluesky's index does not get on: {told}")


@contextmanager
def server(shared: Path, name: str, ports: int = 1, **variables: str) -> Iterator[Server]:
    """Install, start and, at the end, stop a server; one test run at a time has it."""
    folder = cache() / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        variables = {"PDS_RATE_LIMITS": "1", **variables}
        made = Server(shared / "platforms" / f"{name}.sh", folder, free_ports(ports), variables)
        made.call("install", str(folder))
        made.stop()
        made.start()
        try:
            yield made
        finally:
            made.stop()


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


def free_port() -> int:
    """A port of the loopback interface that nobody listens on, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server of our own, under a user that owns nothing else."""

    programs: Path
    folder: Path
    port: int
    as_user: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where it answers, without a database name."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}"

    def run(self, program: str, *words: str, check: bool = True) -> None:
        """Run one of its programs."""
        command = [*self.as_user, str(self.programs / program), "-D", str(self.folder / "data"), *words]
        subprocess.run(command, check=check, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=64MB"
        self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, check: bool = True) -> None:
        """Stop it as a power cut does."""
        self.run("pg_ctl", "-m", "immediate", "stop", check=check)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A new PostgreSQL server; stopped and deleted at the end."""
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's initdb is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="mentionary-postgres-"))
    # PostgreSQL refuses to run as root.
    as_user = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups") if os.geteuid() == 0 else ()
    if as_user:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    server = Postgres(programs, folder, free_port(), as_user)
    try:
        server.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        server.start()
        yield server
    finally:
        server.stop(check=False)
        shutil.rmtree(folder, ignore_errors=True)
