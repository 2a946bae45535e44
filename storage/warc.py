"""Records out of WARC files, each checked to be whole; what is cut short is said, never given back as if it were all.

Source: ISO 28500 (WARC 1.1). warcio parses the heads; it gives a record back without a word when its file ends early,
so lengths and gzip members are checked here.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Protocol

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from storage.decoding import DecodingError, Gunzip, decoded

MAX_KEPT_BYTES = 12 * 1024 * 1024 + 1
"""So much of a body is kept: one byte more than is parsed, so that reading it ends as too large."""
MAX_HEAD_BYTES = 256 * 1024
"""A record's own head and its HTTP head together."""
CUT_FAULTS = (EOFError, zlib.error)
HEAD_FAULTS = (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, AttributeError, TypeError, IndexError)
DIGEST_HEADER = "Mentionary-Body-SHA256"
STATUS_HEADER = "Mentionary-Status"
PLATFORM_HEADER = "Mentionary-Platform"
SAVED_HEADER = "Mentionary-Saved"
"""On a page that a person saved from a browser: ``yes``, or ``undated`` where nobody knows when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record as kept: an HTTP answer, or a page as a browser showed it (``kind`` resource).

    ``body`` is out of its encodings, at most MAX_KEPT_BYTES of it. ``cut_short`` tells that the file or the answer ends
    before the body does. ``digest`` is of the body as it was fetched, where the writer noted it.
    """

    number: int
    kind: str
    url: str = ""
    fetched_at: datetime | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut_short: bool = False
    digest: str | None = None
    platform: str | None = None
    saved: bool = False

    def header(self, name: str) -> str | None:
        """The first header of a name, None where it lacks."""
        return next((value for known, value in self.headers if known.lower() == name.lower()), None)


class CutError(ValueError):
    """The file ends, or is broken, before the record at ``number`` could be read; the message says how."""

    def __init__(self, message: str, number: int) -> None:
        super().__init__(message)
        self.number = number


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def readline(self, size: int = -1, /) -> bytes: ...


class _Stream:
    """A stream whose heads can't be endless, and that remembers whether it ended within a record."""

    def __init__(self, raw: _Readable) -> None:
        self.raw = raw
        self.head_bytes = 0
        self.position = 0

    def readline(self, size: int = -1) -> bytes:
        """A line of a head."""
        line = self.raw.readline(MAX_HEAD_BYTES if size < 0 else min(size, MAX_HEAD_BYTES))
        self.head_bytes += len(line)
        self.position += len(line)
        if self.head_bytes > MAX_HEAD_BYTES:
            raise ValueError("a record's head is larger than 256 KiB")
        return line

    def read(self, size: int = -1) -> bytes:
        """Bytes of a body."""
        data = self.raw.read(size)
        self.position += len(data)
        return data

    def tell(self) -> int:
        """How many bytes were read."""
        return self.position


def unpacked(stream: IO[bytes]) -> _Readable:
    """A WARC file's records, whether each is a gzip member, all are one, or none is compressed."""
    start = stream.tell()
    magic = stream.read(2)
    stream.seek(start)
    return Gunzip(stream) if magic == b"\x1f\x8b" else stream


def records(stream: IO[bytes]) -> Iterator[Kept]:
    """Every record from where the stream stands, in order.

    Raises CutError where the file ends within a record or is no WARC: records before it have been given.
    """
    raw = unpacked(stream)
    number = 0
    while True:
        number += 1
        try:
            line = _first_line(raw)
        except CUT_FAULTS as error:
            raise CutError(f"cut short before record {number}: {error}", number) from error
        if line is None:
            return
        yield _record(raw, line, number)


def first_record(stream: IO[bytes]) -> Kept:
    """The record at which the stream stands; raises CutError."""
    for record in records(stream):
        return record
    raise CutError("no record where one should be", 1)


def _first_line(raw: _Readable) -> bytes | None:
    """The next line that is not blank, None at the end of the file."""
    for _ in range(64):
        line = raw.readline(1024)
        if not line:
            return None
        if line.strip():
            return line
    raise EOFError("blank lines only")


def _record(raw: _Readable, line: bytes, number: int) -> Kept:
    """One record whose first line has been read, up to its end."""
    stream = _Stream(raw)
    try:
        head = ArcWarcRecordLoader(verify_http=False).parse_record_stream(
            stream, statusline=line, known_format="warc", no_record_parse=True
        )
        length = int(head.rec_headers.get_header("Content-Length"))
        if length < 0:
            raise ValueError("a negative length")
    except CUT_FAULTS as error:
        raise CutError(f"cut short in the head of record {number}", number) from error
    except HEAD_FAULTS as error:
        raise CutError(f"record {number} is none of WARC: {error or type(error).__name__}", number) from error
    kind = head.rec_type or ""
    wanted = kind in {"response", "resource"}
    block = bytearray()
    left, broken = length, False
    while left:
        try:
            data = stream.read(min(left, 1024 * 1024))
        except CUT_FAULTS:
            data, broken = b"", True
        if not data:
            break
        left -= len(data)
        if wanted and len(block) < MAX_HEAD_BYTES + MAX_KEPT_BYTES:
            block += data
    cut = left > 0 or broken or not _ends_well(stream)
    try:
        return _kept(head.rec_headers, kind, bytes(block), number, cut)
    except (*HEAD_FAULTS, EOFError) as error:
        if cut:
            raise CutError(f"cut short in record {number}", number) from error
        return Kept(number=number, kind="unreadable", url=str(head.rec_headers.get_header("WARC-Target-URI") or ""))


def _ends_well(stream: _Stream) -> bool:
    """Whether two line ends follow, and the gzip member's checksum is right where it ends there."""
    try:
        ending = stream.read(4)
    except CUT_FAULTS:
        return False
    if isinstance(stream.raw, Gunzip) and not stream.raw.ends_well():
        return False
    return b"\r\n\r\n".startswith(ending) or b"\n\n".startswith(ending)


def _kept(head: Any, kind: str, block: bytes, number: int, cut: bool) -> Kept:
    """A record's parts out of its head and block."""
    url = str(head.get_header("WARC-Target-URI") or "").strip("<>")
    cut = cut or head.get_header("WARC-Truncated") in {"disconnect", "time", "unspecified"}
    basis = {
        "number": number,
        "kind": kind,
        "url": url,
        "fetched_at": None if head.get_header(SAVED_HEADER) == "undated" else _date(head.get_header("WARC-Date")),
        "saved": head.get_header(SAVED_HEADER) is not None,
        "digest": head.get_header(DIGEST_HEADER),
        "platform": head.get_header(PLATFORM_HEADER),
        "cut_short": cut,
    }
    if kind == "resource":
        headers = (("Content-Type", head.get_header("Content-Type") or ""),)
        return Kept(**basis, status=int(head.get_header(STATUS_HEADER) or 200), headers=headers, body=_limit(block))
    if kind != "response" or not url.startswith(("http://", "https://")):
        return Kept(**basis)
    stream = io.BytesIO(block)
    http = ArcWarcRecordLoader(verify_http=False).load_http_headers(kind, url, stream, len(block))
    if http is None:
        return Kept(**(basis | {"kind": "unreadable"}))
    body, whole = _body(stream, http, cut)
    return Kept(
        **(basis | {"cut_short": not whole}),
        status=int(http.get_statuscode() or 0),
        headers=tuple((str(name), str(value)) for name, value in http.headers),
        body=body,
    )


def _body(stream: io.BytesIO, http: Any, cut: bool) -> tuple[bytes, bool]:
    """An answer's body out of its transfer and content encodings, and whether it is whole."""
    raw = stream.read()
    too_large = len(raw) >= MAX_KEPT_BYTES
    encoding, length = http.get_header("Content-Encoding"), http.get_header("Content-Length") or ""
    if (http.get_header("Transfer-Encoding") or "").strip().lower() == "chunked" and _looks_chunked(raw):
        raw, joined = _joined(raw)
        cut = cut or not joined
    elif raw and not encoding and length.isdecimal() and int(length) > len(raw):
        cut = True
    try:
        body = decoded(raw, encoding, MAX_KEPT_BYTES - 1)
    except DecodingError:
        # Many archives keep the header of an encoding that their writer has already taken off.
        body = raw if _looks_plain(raw) else b""
        cut = cut or not body
    if too_large:
        return body.ljust(MAX_KEPT_BYTES)[:MAX_KEPT_BYTES], True
    return _limit(body), not cut


def _joined(raw: bytes) -> tuple[bytes, bool]:
    """The chunks of a body joined, and whether the last one is there."""
    try:
        return ChunkedDataReader(io.BytesIO(raw), raise_exceptions=True).read(), True
    except ChunkedDataException:
        return ChunkedDataReader(io.BytesIO(raw)).read(), False


def _looks_chunked(raw: bytes) -> bool:
    """Whether a body begins with a chunk's length: many archives keep the header of chunks already joined."""
    line = raw[:20].partition(b"\r\n")[0].partition(b";")[0].strip()
    return bool(line) and all(letter in b"0123456789abcdefABCDEF" for letter in line)


def _looks_plain(raw: bytes) -> bool:
    """Whether a body begins as text does."""
    return raw[:256].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"<", b"{", b"["}


def _limit(body: bytes) -> bytes:
    return body[:MAX_KEPT_BYTES]


def _date(text: Any) -> datetime | None:
    """A record's time; None for one that can't be read."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
