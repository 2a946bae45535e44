"""The demo's feeds: two papers by RSS, one by JSON Feed, a brand's news by Atom; each tells 304 where nothing is new.

Source: https://www.rssboard.org/rss-specification, RFC 4287, https://www.jsonfeed.org/version/1.1/ (layouts)
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape

from spiders.demo import answer as answers
from spiders.demo.answer import Answer, Asked, as_json, missing
from spiders.demo.genesis import BRAND_FEED, NEWS
from spiders.demo.world import Piece, World

HOSTS = (*NEWS.values(), BRAND_FEED)
SHOWN = 25
TITLES = {NEWS["en"]: "City Cycle", NEWS["zh"]: "骑行日报", NEWS["de"]: "Radkurier", BRAND_FEED: "Ombrivelt news"}
PATHS = {NEWS["en"]: "/feed.xml", NEWS["zh"]: "/rss", NEWS["de"]: "/feed.json", BRAND_FEED: "/news/atom.xml"}
BUSY = (NEWS["de"], datetime(2026, 10, 21, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC))
"""The paper that wants to be left alone, and on which day: from, until."""
LANGUAGES = {place: language for language, place in NEWS.items()}


def address(host: str) -> str:
    """A feed's address."""
    return f"https://{host}{PATHS[host]}"


def link(piece: Piece) -> str:
    """An article's address."""
    return f"https://{piece.place}/{piece.at:%Y/%m}/{piece.serial}"


def guid(piece: Piece) -> str:
    """An entry's id: RSS papers give the address, the others a tag."""
    rss = piece.place in {NEWS["en"], NEWS["zh"]}
    return link(piece) if rss else f"tag:{piece.place},2026:{piece.serial}"


def rss(host: str, pieces: list[Piece]) -> bytes:
    """RSS 2.0."""
    items = "".join(
        f"""<item><title>{escape(piece.title or "")}</title><link>{link(piece)}</link><guid isPermaLink="true">{guid(piece)}</guid>
<dc:creator><![CDATA[{piece.author}]]></dc:creator><pubDate>{format_datetime(piece.at)}</pubDate>
<description><![CDATA[<p>{escape(piece.text, quote=False)}</p>]]></description></item>
"""
        for piece in pieces
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{TITLES[host]}</title><link>https://{host}/</link>
<description>{TITLES[host]}</description><language>{LANGUAGES.get(host, "en")}</language>
{items}</channel></rss>
""".encode()


def atom(host: str, pieces: list[Piece], at: datetime) -> bytes:
    """Atom."""
    entries = "".join(
        f"""<entry><title>{escape(piece.title or "")}</title><id>{guid(piece)}</id><link href="{link(piece)}"/>
<published>{piece.at:%Y-%m-%dT%H:%M:%SZ}</published><updated>{piece.at:%Y-%m-%dT%H:%M:%SZ}</updated>
<author><name>{piece.author}</name></author><content type="html">{escape(f"<p>{escape(piece.text, quote=False)}</p>")}</content></entry>
"""
        for piece in pieces
    )
    newest = pieces[0].at if pieces else at
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{TITLES[host]}</title><id>{address(host)}</id><updated>{newest:%Y-%m-%dT%H:%M:%SZ}</updated>
<link rel="self" href="{address(host)}"/>
{entries}</feed>
""".encode()


def json_feed(host: str, pieces: list[Piece]) -> bytes:
    """JSON Feed 1.1."""
    return as_json(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": TITLES[host],
            "home_page_url": f"https://{host}/",
            "feed_url": address(host),
            "language": LANGUAGES[host],
            "items": [
                {
                    "id": guid(piece),
                    "url": link(piece),
                    "title": piece.title,
                    "content_text": piece.text,
                    "date_published": f"{piece.at:%Y-%m-%dT%H:%M:%S}+00:00",
                    "authors": [{"name": piece.author}],
                    "language": piece.language,
                }
                for piece in pieces
            ],
        }
    ).body


def article(piece: Piece) -> Answer:
    """The article that an entry leads to."""
    return answers.html(f"""<!DOCTYPE html><html lang="{piece.language}"><head><meta charset="utf-8"><title>{escape(piece.title or "")}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(piece.title or "")}"><meta property="article:published_time" content="{piece.at:%Y-%m-%dT%H:%M:%SZ}"></head>
<body><article><h1>{escape(piece.title or "")}</h1><p>{escape(piece.text)}</p></article></body></html>""")


def answer(world: World, at: datetime, asked: Asked) -> Answer:
    """A feed, 304 where the reader already has it, or an article."""
    if asked.host == BUSY[0] and BUSY[1] <= at < BUSY[2]:
        return Answer(b"Too many requests", 429, {"content-type": "text/plain; charset=utf-8", "retry-after": "1"})
    pieces = list(reversed(world.listed("feed", asked.host, at)))
    if asked.path != PATHS[asked.host]:
        found = next((piece for piece in pieces if link(piece) == f"https://{asked.host}{asked.path}"), None)
        return article(found) if found else missing()
    shown = pieces[:SHOWN]
    if asked.path.endswith(".json"):
        kind, body = "application/feed+json", json_feed(asked.host, shown)
    elif asked.host == BRAND_FEED:
        kind, body = "application/atom+xml", atom(asked.host, shown, at)
    else:
        kind, body = "application/rss+xml", rss(asked.host, shown)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    changed = (shown[0].at if shown else at).astimezone(UTC)
    headers = {
        "content-type": f"{kind}; charset=utf-8",
        "etag": etag,
        "last-modified": format_datetime(changed, usegmt=True),
    }
    known, since = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
    if known == etag or (known is None and since and parsedate_to_datetime(since) >= changed):
        return Answer(b"", 304, headers)
    return Answer(body, 200, headers)
