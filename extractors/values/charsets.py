"""The text of a body, whatever its charset: as browsers find it, in a time that grows with the body's length only.

Source: https://encoding.spec.whatwg.org/ (labels and what they mean), by webencodings. Python's other codecs are left
out: some take hours for what a page may hold.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

import webencodings

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
IN_PAGE = re.compile(rb"<meta\b[^<>]{1,300}?charset\s*=\s*[\"']?\s*([^\s;\"'<>/]+)", re.IGNORECASE)
IN_XML = re.compile(rb"<\?xml\b[^<>]{1,100}?encoding\s*=\s*[\"']([^\"'<>]+)", re.IGNORECASE)
NOT_ASCII = bytes(range(128, 256))
BROKEN_SHARE = 0.05
"""So large a share of broken sequences among what is not ASCII is still UTF-8 with faults; more is another charset."""
DEFAULT = "windows-1252"


def decoded(body: bytes, content_type: str | None) -> str:
    """The body as text: by its BOM, as UTF-8 where it is that, else by the header's charset, the page's own, else by trial.

    What can't be decoded becomes U+FFFD.
    """
    for bom, name in BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    named = [known for known in map(charset, declared(body, content_type)) if known is not None]
    for known in named:
        if known.name != "utf-8":
            try:
                return str(known.codec_info.decode(body, "strict")[0])
            except (UnicodeError, ValueError):
                continue
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") <= BROKEN_SHARE * (len(body) - len(body.translate(None, NOT_ASCII))):
        return text
    others = [known for known in named if known.name != "utf-8"] or [webencodings.lookup(DEFAULT)]
    return str(others[0].codec_info.decode(body, "replace")[0])


def declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """The charsets that the header and the head of the page name."""
    header = IN_HEADER.search(content_type or "")
    page = IN_PAGE.search(body[:4096]) or IN_XML.match(body[:200].lstrip())
    return tuple(name for name in (header and header[1], page and page[1].decode("ascii", "replace")) if name)


def charset(label: str) -> Any:
    """The encoding that a label stands for on the web, None for any other."""
    return webencodings.lookup(label)
