"""The demo's server: the public host by the Host header, the day by the request or by whoever started it, one rate limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from spiders.demo.brands import END
from spiders.demo.genesis import make_world
from spiders.demo.server import DemoServer, serving

pytestmark = pytest.mark.server


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with serving(make_world()) as started:
        yield started


def ask(server: DemoServer, host: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.request("GET", path, headers={"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_the_host_header_chooses_the_site(server: DemoServer) -> None:
    assert b"Tavrelune" in ask(server, "t.me", "/s/tavrelune_news")[2]
    assert ask(server, "closedpress.example", "/robots.txt")[2] == b"User-agent: *\nDisallow: /\n"
    assert ask(server, "elsewhere.example", "/")[0] == 404


def test_the_day_comes_with_the_request_or_from_the_server(server: DemoServer) -> None:
    path = "/xrpc/app.bsky.actor.getProfile?actor=tavrelune.example"
    late = ask(server, "public.api.bsky.app", path)[2]
    early = ask(server, "public.api.bsky.app", path, Mentionary_Clock="2026-09-02T18:00:00Z")[2]
    server.at = datetime(2026, 9, 2, 18, tzinfo=UTC)
    assert ask(server, "public.api.bsky.app", path)[2] == early != late
    server.at = END
    assert ask(server, "public.api.bsky.app", path, Mentionary_Clock="nonsense")[2] == late


def test_one_host_limits_its_readers_for_a_second(server: DemoServer) -> None:
    path = "/api/v1/search_by_date?query=tavrelune"
    answers = [ask(server, "hn.algolia.com", path) for _ in range(6)]
    assert [status for status, _, _ in answers] == [200, 429, 200, 200, 200, 429]
    assert answers[1][1]["retry-after"] == "1"
    assert [status for _, _, _, status in server.asked] == [200, 429, 200, 200, 200, 429]


def test_an_unchanged_feed_has_no_body(server: DemoServer) -> None:
    _, headers, _ = ask(server, "ombrivelt.example", "/news/atom.xml")
    status, _, body = ask(server, "ombrivelt.example", "/news/atom.xml", If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")
