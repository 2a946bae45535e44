"""The server of the demo's web: one process on loopback that stands in for every public host.

The host that is meant stands in the Host header. Which day it is comes with the request, or from whoever started the server.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from spiders.crawling.overrides import CLOCK_HEADER
from spiders.demo.answer import Answer, Asked
from spiders.demo.brands import END
from spiders.demo.hackernews import SEARCH
from spiders.demo.site import respond
from spiders.demo.world import World

LIMITED_HOST, LIMITED_EVERY, RETRY_AFTER_SECONDS = SEARCH, 4, 1
"""The host that limits its readers: of the requests of a day every fourth is told to come back later."""
HOP = frozenset({"content-length", "connection", "transfer-encoding"})


class DemoServer(ThreadingHTTPServer):
    """Serves a world as it was at ``at``; a request's own clock wins."""

    daemon_threads = True

    def __init__(self, world: World, at: datetime = END, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.world = world
        self.at = at
        self.asked: list[tuple[datetime, str, str, int]] = []
        """What was asked so far: moment of the world, host, path, status answered."""
        self._limits: Counter[datetime] = Counter()
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, asked: Asked, at: datetime) -> Answer:
        """The answer to a request; the limit is the one thing that remembers earlier ones."""
        limited = False
        with self._lock:
            if asked.host == LIMITED_HOST and asked.path != "/robots.txt":
                limited = self._limits[at] % LIMITED_EVERY == 1
                self._limits[at] += 1
        if limited:
            answer = Answer(
                b'{"message":"Too many requests","status":429}',
                429,
                {"content-type": "application/json; charset=utf-8", "retry-after": str(RETRY_AFTER_SECONDS)},
            )
        else:
            answer = respond(self.world, at, asked)
        with self._lock:
            self.asked.append((at, asked.host, asked.path, answer.status))
        return answer


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: DemoServer
    # Headers and body in one segment; without this each answer waits for the kernel's delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer as the host in the Host header."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
        asked = Asked.of(f"http://{host}{self.path}", headers)
        answer = self.server.answer(asked, self._moment(headers.get(CLOCK_HEADER.lower())))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name not in HOP:
                self.send_header(name, value)
        if answer.status != 304:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if answer.status != 304 and self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def _moment(self, told: str | None) -> datetime:
        try:
            at = datetime.fromisoformat(told or "")
        except ValueError:
            return self.server.at
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the ledger tells what was fetched."""


@contextmanager
def serving(world: World, at: datetime = END, port: int = 0) -> Iterator[DemoServer]:
    """The demo's web, while the block runs."""
    server = DemoServer(world, at, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
