"""What a notice says that stands in place of the thing: a wall, a removal, a limit, told by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.records import Outcome
from extractors.values.text import plain_text
from spiders.page import Page
from spiders.reading import Ending

Notice = tuple[str, Outcome, str | None]
"""Words (a regular expression, case folded), and the outcome and reason that they tell."""


def tell(words: str | None, notices: Iterable[Notice]) -> None:
    """Raise the ending of the first notice whose words are found; words that none knows raise nothing."""
    for pattern, outcome, reason in notices if words else ():
        if re.search(pattern, words or "", re.IGNORECASE | re.DOTALL):
            raise Ending(outcome, reason)


EDGE_TITLES: tuple[Notice, ...] = (
    (
        r"just a moment|attention required|pardon our interruption|access (?:to this page has been )?denied",
        Outcome.WALL,
        "bot-check",
    ),
    (r"you(?:'|’)re not a bot|are you a robot|robot check|browser check|ddos", Outcome.WALL, "bot-check"),
    (
        r"captcha|verify (?:that )?you(?:'|’)?(?: a)?re (?:a )?human|human verification|security check",
        Outcome.WALL,
        "captcha",
    ),
    (
        r"before you continue|antes de (?:ir a|continuar)|bevor sie (?:zu|fort)|avant d[e'’] ?acc|avant de continuer|prima di continuare",
        Outcome.WALL,
        "consent",
    ),
    (r"too many requests|rate limit", Outcome.LIMITED, None),
)
"""Titles of the pages that content networks and consent services put before any site."""
EDGE_MARKS: tuple[Notice, ...] = (
    (
        r"cf-chl|cf_chl_opt|challenge-platform/h/|_incapsula_resource|anubis_challenge|sucuri_cloudproxy",
        Outcome.WALL,
        "bot-check",
    ),
    (r"captcha-delivery\.com|px-captcha|g-recaptcha|h-captcha|hcaptcha\.com/1/api|aws-waf", Outcome.WALL, "captcha"),
)
"""What such pages hold where their title does not tell."""
MOST_WORDS, MOST_BYTES = 1500, 60_000
"""In letters and bytes: a page that says more is the thing itself, whatever it is called."""


def screen_edge(page: Page) -> None:
    """Raise the ending of a page that stands before the site; one that says much is no such page, whatever its words."""
    if page.looks_json or page.body[:64].lstrip()[:5].lower() in {b"<?xml", b"<rss ", b"<feed"}:
        return
    title = re.search(r"<title[^>]*>(.{0,200}?)</title>", page.text[:20_000], re.IGNORECASE | re.DOTALL)
    try:
        tell(title[1] if title else None, EDGE_TITLES)
        tell(page.text if len(page.body) < MOST_BYTES else None, EDGE_MARKS)
    except Ending:
        if page.host.startswith("consent.") or len(plain_text(page.tree) or "") < MOST_WORDS:
            raise
