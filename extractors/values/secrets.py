"""What may open someone's session: headers, address parameters and tokens in pages, taken out before anything is kept.

A page saved by a person who is logged in carries that person's tokens; readers need none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import ahocorasick

SECRET_HEADERS = frozenset(
    {
        "authorization",
        "cookie",
        "cookie2",
        "proxy-authorization",
        "set-cookie",
        "set-cookie2",
        "x-amz-security-token",
        "x-api-key",
        "x-asbd-id",
        "x-auth-token",
        "x-client-transaction-id",
        "x-csrf-token",
        "x-csrftoken",
        "x-fb-lsd",
        "x-goog-api-key",
        "x-goog-authuser",
        "x-goog-visitor-id",
        "x-guest-token",
        "x-ig-www-claim",
        "x-instagram-ajax",
        "x-xsrf-token",
    }
)
SECRET_NAMES = (
    "access_token",
    "accesstoken",
    "api_key",
    "apikey",
    "appmsg_token",
    "auth_token",
    "authenticity_token",
    "authtoken",
    "client_secret",
    "csrf",
    "csrf_token",
    "csrfmiddlewaretoken",
    "csrftoken",
    "dtsginitialdata",
    "exportkey",
    "fb_dtsg",
    "fb_dtsg_ag",
    "guest_token",
    "id_token",
    "idtoken",
    "jwt",
    "lsd",
    "msToken",
    "oauth_token",
    "pass_ticket",
    "password",
    "refresh_token",
    "refreshtoken",
    "session_id",
    "session_key",
    "session_token",
    "sessionid",
    "sessionkey",
    "sessiontoken",
    "webcsrftoken",
    "wxtoken",
    "xsrf_token",
    "xsrftoken",
)
"""Names of tokens in addresses and pages; a bare ``token`` is not among them, since next pages are named by one."""
SECRET_PARAMETERS = frozenset(name.lower() for name in SECRET_NAMES) | {"jsessionid", "phpsessid"}
SECRET_PARAMETERS_OF_HOST = {
    "googleapis.com": frozenset({"key"}),
    "weixin.qq.com": frozenset({"key", "uin", "devicetype", "version", "ascene"}),
}
"""Parameters that are secret, or tell of the reader, only on some hosts."""
REMOVED = b"removed"

_QUOTED = re.compile(rb"""\\*["']?\s{0,8}[:=]\s{0,8}\\*["']([^"'\\<>\s]{6,4096})""")
_NESTED = re.compile(
    rb"""\\*["']?\s{0,8}(?::|,\[\],)\s{0,8}\{\s{0,8}\\*["']?(?:token|value)\\*["']?\s{0,8}:\s{0,8}\\*["']([^"'\\<>\s]{6,4096})"""
)
_PARAMETER = re.compile(rb"""(?:=|%3[Dd]|\\u003[dD])([^&;"'<>\s\\]{1,4096}?)(?=&|;|"|'|<|>|\s|\\|%26|$)""")
_PARAMETER_BEFORE = (b"?", b"&", b";", b"\\u0026", b"%26", b"%3f", b'"', b"'", b"; ")
_TAG = re.compile(rb"""<(?:input|meta)\b[^<>]*?\b(?:name|property)=["']?$""")
_TAG_VALUE = re.compile(rb"""\b(?:value|content)=(?:["']([^"'<>]{1,4096})|([^"'<>\s]{1,4096}))""")
TAG_BYTES = 4096


def without_secret_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Headers without cookies, authorisation and session tokens; addresses in them are cleaned too."""
    return tuple(
        (name, without_secrets(value) if name.lower() in {"location", "referer", "content-location"} else value)
        for name, value in headers
        if name.lower() not in SECRET_HEADERS
    )


def without_secrets(address: str) -> str:
    """An address without user, password and the parameters that are keys or tokens; any other is given back as it is."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return address
    secret = SECRET_PARAMETERS.union(
        *(names for domain, names in SECRET_PARAMETERS_OF_HOST.items() if f".{host}".endswith(f".{domain}"))
    )
    netloc = parts.netloc.rpartition("@")[2]
    pairs = parts.query.split("&")
    kept = [pair for pair in pairs if pair.partition("=")[0].lower() not in secret]
    if len(kept) == len(pairs) and netloc == parts.netloc:
        return address
    return urlunsplit((parts.scheme, netloc, parts.path, "&".join(kept), parts.fragment))


def without_tokens(body: bytes) -> bytes:
    """A page's body with the values of known tokens written over; cleaning twice changes nothing more.

    Found are tokens in scripts and JSON (``"csrf_token": "…"``), in addresses (``?access_token=…``) and in form and meta
    fields, in any encoding that holds ASCII as it is.
    """
    lower = body.lower()
    pieces: list[bytes] = []
    done = 0
    for end, name in _names().iter(lower.decode("latin-1")):
        start, end = end - len(name) + 1, end + 1
        span = _value_span(body, lower, start, end)
        if span is not None and span[0] >= done:
            pieces += (body[done : span[0]], REMOVED)
            done = span[1]
    return b"".join((*pieces, body[done:])) if pieces else body


@cache
def _names() -> ahocorasick.Automaton:
    """All spellings of the names, found in one pass however long the page is."""
    automaton = ahocorasick.Automaton()
    for name in SECRET_NAMES:
        for spelling in {name.lower(), name.lower().replace("_", ""), name.lower().replace("_", "-")}:
            automaton.add_word(spelling, spelling)
    automaton.make_automaton()
    return automaton


def _value_span(body: bytes, lower: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the value of the token named at ``start`` to ``end`` stands, None where the name is only a word."""
    before = lower[max(start - 6, 0) : start]
    if before[-1:].isalnum() and not before.endswith(_PARAMETER_BEFORE):
        return None
    found = _QUOTED.match(body, end) or _NESTED.match(body, end)
    if found is None and before.endswith(_PARAMETER_BEFORE):
        found = _PARAMETER.match(body, end)
    if found is not None:
        return found.span(1)
    opened, closed = lower.rfind(b"<", max(start - TAG_BYTES, 0), start), lower.find(b">", end, end + TAG_BYTES)
    if opened < 0 or closed < 0 or not _TAG.match(lower[opened:start]):
        return None
    value = _TAG_VALUE.search(body, opened, closed)
    return value.span(value.lastindex or 0) if value else None
