"""Files that carry their own date made steady: dates are the data's, so that the same report gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
CORE_DATE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
PDF_DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)(\d{14})([^)]*)\)")
PDF_NODE = re.compile(rb"\(node(\d{8})\)")
"""Names of elements, by a count that Chromium begins anywhere."""
PDF_ID = re.compile(rb"(/ID ?\[ ?)(<[0-9A-Fa-f]*>)( ?)(<[0-9A-Fa-f]*>)")


def steady_zip(content: bytes, at: datetime) -> bytes:
    """An Office file with the data's date inside and none on its parts, workbooks inside it alike."""
    out = io.BytesIO()
    date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename.endswith(".xlsx"):
                part = steady_zip(part, at)
            elif entry.filename == "docProps/core.xml":
                part = CORE_DATE.sub(rb"\g<1>" + date + rb"\g<2>", part)
            kept = zipfile.ZipInfo(entry.filename, FIRST_ZIP_DATE)
            kept.compress_type = zipfile.ZIP_DEFLATED
            kept.external_attr = 0o600 << 16
            new.writestr(kept, part)
    return out.getvalue()


def steady_pdf(content: bytes, at: datetime) -> bytes:
    """A PDF with the data's date, a fixed id and elements counted from 0, each as long as it was, so that its table of places stays true."""
    date = at.astimezone(UTC).strftime("%Y%m%d%H%M%S").encode()
    nodes = {name: b"(node%08d)" % place for place, name in enumerate(sorted(set(PDF_NODE.findall(content))))}
    content = PDF_NODE.sub(lambda found: nodes[found[1]], content)
    content = PDF_DATE.sub(lambda found: found[1] + date + found[3] + b")", content)
    return PDF_ID.sub(lambda found: found[1] + zeros(found[2]) + found[3] + zeros(found[4]), content)


def zeros(text: bytes) -> bytes:
    """A hexadecimal string of the same length, all zero."""
    return b"<" + b"0" * (len(text) - 2) + b">"
