"""Addresses in canonical form: without tracking, fragments and session parts."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit, urlunsplit

from w3lib.url import url_query_cleaner

TRACKING = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "utm_id",
    "wt_mc",
    "at_medium",
    "at_campaign",
    "cmpid",
    "ncid",
    "smid",
    "fbclid",
    "gclid",
    "dclid",
    "msclkid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "ref_src",
    "ref_url",
    "si",
    "feature",
    "spm",
    "chksm",
    "scene",
    "share_token",
)


def canonical(address: str | None) -> str | None:
    """An address without tracking parameters and fragment, host in lower case; None stays None, no web address is None."""
    if not address:
        return None
    parts = urlsplit(address.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    place = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    cleaned = url_query_cleaner(
        urlunsplit((parts.scheme, place, parts.path or "/", parts.query, "")), TRACKING, remove=True
    )
    return str(cleaned)


def host_of(address: str | None) -> str:
    """The host of an address without ``www.``; empty where there is none."""
    host = (urlsplit(address or "").hostname or "").lower()
    return host.removeprefix("www.")


def authority(address: str) -> str:
    """The host of an address, lower case, with its port where that is not the scheme's own; raises ValueError for a bad port."""
    parts = urlsplit(address)
    host, port = (parts.hostname or "").lower(), parts.port
    host = f"[{host}]" if ":" in host else host
    return host if port in {None, 443 if parts.scheme == "https" else 80} else f"{host}:{port}"


REDIRECTORS = {
    "google.com/url": ("url", "q"),
    "bing.com/news/apiclick.aspx": ("url",),
    "l.facebook.com/l.php": ("u",),
    "lm.facebook.com/l.php": ("u",),
    "l.instagram.com/": ("u",),
    "youtube.com/redirect": ("q",),
    "vk.com/away.php": ("to",),
    "t.umblr.com/redirect": ("z",),
    "out.reddit.com/": ("url",),
    "link.zhihu.com/": ("target",),
    "steamcommunity.com/linkfilter/": ("url", "u"),
}
"""Addresses that lead on to another, and the parameter that holds it."""


def unwrapped(address: str | None) -> str | None:
    """The address that a platform's redirecting link leads to, else the address itself."""
    if not address:
        return address
    parts = urlsplit(address)
    host = host_of(address)
    for place, names in REDIRECTORS.items():
        if f"{host}{parts.path}".startswith(place):
            asked = parse_qs(parts.query)
            found = next((asked[name][0] for name in names if name in asked), "")
            return found if found.startswith(("http://", "https://")) else address
    return address
