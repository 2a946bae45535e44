"""Crawling: pages per second to the database, as a share of a bare Scrapy spider that fetches the same pages and only parses them.

The mix: Mastodon timelines of 20 statuses, WordPress articles with 12 comments, Telegram previews of 20 posts, a third each,
20 to 60 KB a page, from one server on loopback that stands in for 24 hosts. Annotation is off, as in every crawl.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any

import psutil

from benchmarks import writing

PAGES = 900
PAGES_LARGE = 50_000
STEADY = 5_000
"""From this page on memory must not grow."""
LOOK_EVERY = 500
MEAN_OF = 5
"""Memory is looked at after so many pages, and so many looks make a mean."""
HOSTS = 8
"""Of each kind of page."""
KINDS = ("mastodon", "blog", "telegram")
NUMBER = "@@@@@@"
"""Stands in a made page for the number in its address."""
DIFFERENT = 300
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORDS = [
    *writing.WORDS,
    "better",
    "worse",
    "than",
    "before",
    "after",
    "the",
    "with",
    "and",
    "for",
    "very",
    "rather",
    "never",
    "always",
    "today",
    "yesterday",
    "morning",
    "Acme",
    "Globex",
    "Initech",
    "phone",
    "watch",
    "kettle",
]


def sentence(chance: random.Random, words: int) -> str:
    """Made-up words."""
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + "."


def timeline(chance: random.Random, number: int, host: str) -> str:
    """A page of a Mastodon timeline."""
    statuses = []
    for place in range(20):
        known = f"{NUMBER}{place:02}"
        person = chance.randrange(5000)
        name = f"person{person}"
        account = {
            "id": str(person), "username": name, "acct": name, "display_name": name.title(), "locked": False,
            "bot": False, "created_at": "2022-01-01T00:00:00.000Z", "note": f"<p>{sentence(chance, 30)}</p>",
            "url": f"https://{host}/@{name}", "avatar": f"https://{host}/avatars/{name}.png",
            "header": f"https://{host}/headers/{name}.png", "followers_count": chance.randrange(9000),
            "following_count": chance.randrange(900), "statuses_count": chance.randrange(9000), "fields": [], "emojis": [],
        }  # fmt: skip
        statuses.append({
            "id": known, "created_at": f"{AT - timedelta(minutes=20 * number + place):%Y-%m-%dT%H:%M:%S.000Z}", "edited_at": None,
            "url": f"https://{host}/@{name}/{known}", "uri": f"https://{host}/users/{name}/statuses/{known}",
            "content": f"<p>{sentence(chance, 40)} <a href=\"https://{host}/tags/acme\" class=\"mention hashtag\">#<span>acme</span></a></p>",
            "replies_count": chance.randrange(9), "reblogs_count": chance.randrange(99), "favourites_count": chance.randrange(999),
            "in_reply_to_id": None, "language": "en", "reblog": None, "account": account, "media_attachments": [],
            "mentions": [], "tags": [{"name": "acme", "url": f"https://{host}/tags/acme"}], "emojis": [], "card": None,
        })  # fmt: skip
    return json.dumps(statuses)


def article(chance: random.Random, number: int, host: str) -> str:
    """An article of a WordPress blog, with its comments."""
    at = AT - timedelta(hours=number)
    text = "\n".join(f"<p>{sentence(chance, 90)}</p>" for _ in range(30))
    comments = "".join(
        f"""<li id="comment-{NUMBER}{place:02}" class="comment even thread-even depth-1">
<article id="div-comment-{NUMBER}{place:02}" class="comment-body"><footer class="comment-meta">
<div class="comment-author vcard"><b class="fn">Person {place}</b> <span class="says">says:</span></div>
<div class="comment-metadata"><a href="#comment-{place}"><time datetime="{at:%Y-%m-%dT%H:%M:%S}+00:00">{at:%B %d, %Y at %H:%M}</time></a></div>
</footer><div class="comment-content"><p>{sentence(chance, 40)}</p></div></article></li>"""
        for place in range(12)
    )
    return f"""<!DOCTYPE html><html lang="en-US"><head><meta charset="UTF-8"><title>Piece {NUMBER} &#8211; {host}</title>
<meta name="generator" content="WordPress 6.9"><link rel="canonical" href="https://{host}/piece-{NUMBER}/">
<link rel="shortlink" href="https://{host}/?p={NUMBER}"><link rel="https://api.w.org/" href="https://{host}/wp-json/">
<style>{"." * 6000}</style></head><body class="single single-post postid-{NUMBER}">
<article id="post-{NUMBER}" class="post-{NUMBER} post type-post hentry"><header class="entry-header">
<h1 class="entry-title">Piece {NUMBER}</h1><time class="entry-date published" datetime="{at:%Y-%m-%dT%H:%M:%S}+00:00">{at:%B %d, %Y}</time>
<span class="byline">by <span class="author vcard"><a class="url fn n" href="/author/a/">A. Writer</a></span></span></header>
<div class="entry-content">{text}</div></article>
<div id="comments" class="comments-area"><h2 class="comments-title">12 thoughts on &ldquo;Piece {NUMBER}&rdquo;</h2>
<ol class="comment-list">{comments}</ol></div></body></html>"""


def preview(chance: random.Random, number: int, host: str) -> str:
    """A preview of a Telegram channel."""
    name = f"channel{NUMBER}"
    messages = "".join(
        f"""<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{name}/{place + 1}">
<div class="tgme_widget_message_user"><a href="https://t.me/{name}"><i class="tgme_widget_message_user_photo bgcolor0"></i></a></div>
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" href="https://t.me/{name}"><span dir="auto">Channel {NUMBER}</span></a></div>
<div class="tgme_widget_message_text js-message_text" dir="auto">{sentence(chance, 60)}<br/><br/>{sentence(chance, 60)}</div>
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">{chance.randrange(1, 900)}</span><span class="copyonly"> views</span>
<span class="tgme_widget_message_meta"><a class="tgme_widget_message_date" href="https://t.me/{name}/{place + 1}"><time datetime="{AT - timedelta(hours=99 - place):%Y-%m-%dT%H:%M:%S}+00:00" class="time">09:30</time></a></span>
</div></div></div></div></div>"""
        for place in range(20)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Channel {NUMBER} – Telegram</title>
<meta property="og:title" content="Channel {NUMBER}"><meta property="og:site_name" content="Telegram"></head>
<body class="widget_frame_base tgme_webpreview"><header class="tgme_header"><div class="tgme_channel_info">
<div class="tgme_channel_info_header"><div class="tgme_channel_info_header_title"><span dir="auto">Channel {NUMBER}</span></div>
<div class="tgme_channel_info_header_username"><a href="https://t.me/{name}">@{name}</a></div></div>
<div class="tgme_channel_info_counters"><div class="tgme_channel_info_counter"><span class="counter_value">12.3K</span> <span class="counter_type">subscribers</span></div></div></div></header>
<main class="tgme_main"><section class="tgme_channel_history js-message_history">{messages}</section></main></body></html>"""


MAKERS = {"mastodon": timeline, "blog": article, "telegram": preview}


def address(number: int) -> tuple[str, str, str]:
    """Kind, host and path of a page."""
    kind, host = KINDS[number % len(KINDS)], f"h{number // len(KINDS) % HOSTS}"
    paths = {
        "mastodon": f"/api/v1/timelines/tag/acme?limit=20&max_id={number}",
        "blog": f"/piece-{number}/",
        "telegram": f"/s/channel{number}",
    }
    return kind, f"{host}.{kind}.example", paths[kind]


async def serve() -> None:
    """Serve the pages over HTTP/1.1 to whoever asks on loopback; the port is printed."""
    texts = [
        MAKERS[KINDS[number % len(KINDS)]](random.Random(number), number, "h.example") for number in range(DIFFERENT)
    ]
    made = [text.encode() for text in texts]

    def body(path: str) -> bytes:
        number = int((re.search(r"(\d+)/?$", path) or [""])[0].strip("/"))
        return made[number % DIFFERENT].replace(NUMBER.encode(), b"%06d" % number)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                if path == "/robots.txt":
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                else:
                    page = body(path)
                    kind = "application/json" if "/api/" in path else "text/html"
                    writer.write(
                        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n".encode()
                    )
                    writer.write(page)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def bare(pages: int, port: int) -> dict[str, float]:
    """Fetch and parse with a Scrapy spider that does nothing else."""
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.http import Response

    from spiders.base import read
    from spiders.page import Page

    told: dict[str, float] = {"records": 0}

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            told["began"], told["cpu_began"] = time.monotonic(), time.process_time()
            for number in range(pages):
                kind, host, path = address(number)
                yield Request(
                    f"http://127.0.0.1:{port}{path}", headers={"Host": host}, meta={"kind": kind, "host": host}
                )

        def parse(self, response: Response, **_: Any) -> None:
            url = response.url.replace(f"http://127.0.0.1:{port}", f"https://{response.meta['host']}")
            page = Page(url, response.body, response.status, AT, platform=response.meta["kind"])
            told["records"] += len(read(page)[1].records)

        def closed(self, reason: str) -> None:
            told["seconds"] = time.monotonic() - told["began"]
            told["cpu_seconds"] = time.process_time() - told["cpu_began"]

    process = AsyncCrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
    )
    process.crawl(Bare)
    process.start()
    return told


def ours(pages: int, archive: bool) -> dict[str, float]:
    """Fetch, parse and store with the crawl; memory in MB is looked at on the way."""
    from scrapy.utils.project import get_project_settings

    from config.environment import environment
    from config.watchlist import Watchlist
    from spiders.base import Limits, platforms
    from spiders.commands.crawl import begin, run
    from storage import ledger
    from storage.ledger import Planned

    settings = get_project_settings()
    settings.set("ARCHIVE_ENABLED", archive, priority="cmdline")
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    for kind in KINDS:
        # The pages that are planned and no others.
        platforms()[kind].limits = Limits(detail_pages=0)
    walk = begin(platforms()["mastodon"], (), None, {}, Watchlist(), environment(), settings)
    for first in range(0, pages, 5000):
        planned = [
            Planned(
                url=f"https://{host}{path}", host=host, platform=kind, target="bench", role="post", thing=str(number)
            )
            for number in range(first, min(pages, first + 5000))
            for kind, host, path in [address(number)]
        ]
        ledger.plan(walk.engine, walk.run_id, planned)
    process, seen = psutil.Process(), 0
    told: dict[str, float] = {"records": 0}
    memory: list[float] = []

    def look(_: object, visit: Any) -> None:
        nonlocal seen
        seen += 1
        told.setdefault("began", time.monotonic())
        told.setdefault("cpu_began", time.process_time())
        told["records"] += len(visit.reading.records)
        if seen % LOOK_EVERY == 0:
            memory.append(process.memory_info().rss / 1e6)

    walk.on_visit = look
    with walk.writer:
        run([walk], settings)
    told["seconds"] = time.monotonic() - told["began"]
    told["cpu_seconds"] = time.process_time() - told["cpu_began"]
    told |= grown(memory)
    walk.finish()
    return told


def grown(memory: Sequence[float]) -> dict[str, float]:
    """The most memory, and how far the mean of any 2,500 pages rises above that of those before page 5,000, in MB.

    SQLite's caches fill and are dropped again, and freed memory is given back now and then, which moves single looks either way.
    """
    if not memory:
        return {}
    means = [mean(memory[end - MEAN_OF : end]) for end in range(MEAN_OF, len(memory) + 1)]
    before, after = means[: STEADY // LOOK_EVERY - MEAN_OF + 1], means[STEADY // LOOK_EVERY :]
    return {"peak_mb": max(memory), "growth_mb": max(after) - before[-1] if after else 0.0}


def measured(words: tuple[str, ...], variables: Mapping[str, str]) -> dict[str, float]:
    """One run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawling", *words],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


@contextmanager
def serving() -> Iterator[int]:
    """A server on a port of its own."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.crawling", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def crawl(port: int, pages: int, archive: bool) -> dict[str, float]:
    """Our crawl in a home of its own."""
    with tempfile.TemporaryDirectory(prefix="mentionary-bench-") as home:
        variables = {
            "MENTIONARY_HOME": home, "MENTIONARY_CONTACT": "bench@watcher.example",
            "MENTIONARY_OVERRIDES": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        return measured(("ours", str(pages), "archive" if archive else ""), variables)


def run() -> list[dict[str, object]]:
    """Shares of a bare spider's pages per second, without and with the archive."""
    rows: list[dict[str, object]] = []
    with serving() as port:
        rates: dict[str, list[float]] = {"bare": [], "plain": [], "archive": []}
        for _ in range(2):
            rates["bare"].append(PAGES / measured(("bare", str(PAGES), str(port)), {})["seconds"])
            rates["plain"].append(PAGES / crawl(port, PAGES, archive=False)["seconds"])
            rates["archive"].append(PAGES / crawl(port, PAGES, archive=True)["seconds"])
        best = {name: max(found) for name, found in rates.items()}
        print(f"pages per second: {best}", file=sys.stderr)
        for name, key, target in (("archive off", "plain", 0.6), ("archive on", "archive", 0.5)):
            rows.append({
                "name": f"crawl to database, {name}", "value": best[key] / best["bare"], "unit": "of a bare spider's pages/s",
                "target": target, "better": "higher",
            })  # fmt: skip
    return rows


def run_large() -> list[dict[str, object]]:
    """Memory over 50,000 pages."""
    rows: list[dict[str, object]] = []
    with serving() as port:
        told = crawl(port, PAGES_LARGE, archive=True)
        for name, key, target in (("growth from page 5,000 on", "growth_mb", 15), ("memory at most", "peak_mb", 300)):
            rows.append({
                "name": f"crawl of {PAGES_LARGE:,} pages, {name}", "value": told[key], "unit": "MB",
                "target": target, "better": "lower",
            })  # fmt: skip
    return rows


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve())
    else:
        given = int(sys.argv[2])
        print(
            json.dumps(
                bare(given, int(sys.argv[3])) if sys.argv[1] == "bare" else ours(given, sys.argv[3] == "archive")
            )
        )
