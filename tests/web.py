"""A small web on loopback for tests: routes by public host and path, and a log of who was asked what, when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in."""

    at: float
    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; ``cut`` bytes of the body are kept back after they were announced."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    wait_seconds: float = 0.0


Route = Callable[[Asked], Answer]


class Web:
    """The routes and the log."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.log: list[Asked] = []
        self.lock = threading.Lock()
        self.address = ""

    def asked(self, host: str | None = None, but: str = "/robots.txt") -> list[str]:
        """The paths that were asked, in order, without robots.txt."""
        return [item.path for item in self.log if item.path != but and host in {None, item.host}]

    def gaps(self, host: str, but: str = "") -> list[float]:
        """The seconds between requests to a host, those for a path left out."""
        times = [item.at for item in self.log if item.host == host and item.path != but]
        return [later - earlier for earlier, later in pairwise(times)]


@contextmanager
def serving(route: Route) -> Iterator[Web]:
    """Serve the routes on a free port of loopback."""
    web = Web(route)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(time.monotonic(), headers.get("host", ""), self.path, headers)
            with web.lock:
                web.log.append(asked)
            answer = web.route(asked)
            time.sleep(answer.wait_seconds)
            self.send_response(answer.status)
            for name, value in {"Content-Type": answer.content_type, **answer.headers}.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            if answer.cut:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the log is ours."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed is no error of the server's."""

    server = Server(("127.0.0.1", 0), Handler)
    web.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
