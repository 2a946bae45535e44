"""Bodies out of their content encodings, never larger than allowed: a few bytes may stand for gigabytes.

Source: RFC 9110, section 8.4; the encodings that browsers ask for.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHUNK_BYTES = 64 * 1024


class DecodingError(ValueError):
    """A body is not in the encoding that its header names, or is cut short."""


def decoded(body: bytes, encodings: str | None, limit: int) -> bytes:
    """A body out of its ``Content-Encoding``, at most ``limit`` bytes and one of it; raises DecodingError.

    A body that is longer than ``limit`` is one byte longer than ``limit`` in what is returned.
    """
    names = [name.strip().lower() for name in (encodings or "").split(",")]
    for name in reversed([name for name in names if name not in {"", "identity"}]):
        if name not in DECODERS:
            raise DecodingError(f"unknown content encoding {name!r}")
        body = _limited(DECODERS[name](body), limit, name)
    return body[: limit + 1]


def _limited(chunks: Iterator[bytes], limit: int, name: str) -> bytes:
    """Chunks joined until they pass the limit."""
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > limit:
                break
    except (zlib.error, brotli.error, zstd.ZstdError, EOFError, ValueError) as error:
        raise DecodingError(f"broken {name}: {error}") from error
    return b"".join(parts)[: limit + 1]


def _inflate(body: bytes, decompressor: Any) -> Iterator[bytes]:
    """Zlib's chunks; gzip may hold several members."""
    while True:
        chunk = decompressor.decompress(body, CHUNK_BYTES)
        yield chunk
        body = decompressor.unconsumed_tail
        if decompressor.eof:
            return
        if not body and not chunk:
            raise EOFError("cut short")


def _gzip(body: bytes) -> Iterator[bytes]:
    """All members of a gzip body; bytes after the last are no part of it."""
    while body[:2] == b"\x1f\x8b":
        decompressor = zlib.decompressobj(31)
        yield from _inflate(body, decompressor)
        body = decompressor.unused_data
        if body[:2] != b"\x1f\x8b":
            return
    if body:
        raise EOFError("no gzip")


def _deflate(body: bytes) -> Iterator[bytes]:
    """deflate, with or without zlib's frame, since servers differ."""
    try:
        zlib.decompressobj().decompress(body[:64], CHUNK_BYTES)
    except zlib.error:
        return _inflate(body, zlib.decompressobj(-15))
    return _inflate(body, zlib.decompressobj())


def _brotli(body: bytes) -> Iterator[bytes]:
    """Brotli's chunks."""
    decompressor = brotli.Decompressor()
    chunk = decompressor.process(body, output_buffer_limit=CHUNK_BYTES)
    yield chunk
    while not decompressor.is_finished():
        if decompressor.can_accept_more_data():
            raise EOFError("cut short")
        yield decompressor.process(b"", output_buffer_limit=CHUNK_BYTES)


def _zstd(body: bytes) -> Iterator[bytes]:
    """All frames of a Zstandard body."""
    while body:
        decompressor = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 23})
        chunk = decompressor.decompress(body, CHUNK_BYTES)
        yield chunk
        while not decompressor.eof:
            if decompressor.needs_input:
                raise EOFError("cut short")
            yield decompressor.decompress(b"", CHUNK_BYTES)
        body = decompressor.unused_data


DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}


class Gunzip:
    """The bytes of a file of gzip members, which knows where a member ends and whether it ends well."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._buffer = b""
        self._packed = b""
        self._member: Any = None
        self._fault: Exception | None = None

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes, fewer only at the end or before a fault, which is raised when nothing is left."""
        parts: list[bytes] = []
        while size:
            if not self._buffer and not self._fill_over_members():
                break
            part, self._buffer = self._buffer[:size], self._buffer[size:]
            parts.append(part)
            size -= len(part)
        if not parts and self._fault is not None and size:
            raise self._fault
        return b"".join(parts)

    def readline(self, size: int = -1, /) -> bytes:
        """A line, or ``size`` bytes of it."""
        parts: list[bytes] = []
        while size:
            if not self._buffer and not self._fill_over_members():
                break
            end = self._buffer.find(b"\n") + 1 or len(self._buffer)
            if size > 0:
                end = min(end, size)
                size -= end
            parts.append(self._buffer[:end])
            self._buffer = self._buffer[end:]
            if parts[-1].endswith(b"\n"):
                break
        if not parts and self._fault is not None and size:
            raise self._fault
        return b"".join(parts)

    def ends_well(self) -> bool:
        """Whether the member goes on, or ends here with the right checksum; nothing of the next one is touched."""
        return bool(self._buffer) or self._fill() or self._fault is None

    def _fill_over_members(self) -> bool:
        """More bytes, of this member or the next; False at the end of all and at a fault."""
        while self._fault is None:
            if self._fill():
                return True
            if self._fault is not None:
                return False
            self._packed = self._packed or self._stream.read(CHUNK_BYTES)
            if not self._packed:
                return False
            self._member = zlib.decompressobj(31)
        return False

    def _fill(self) -> bool:
        """More bytes of this member; False at its end and at a fault."""
        try:
            while self._member is not None:
                self._buffer = self._member.decompress(self._packed, CHUNK_BYTES)
                self._packed = self._member.unused_data or self._member.unconsumed_tail
                if self._member.eof:
                    self._member = None
                elif not self._buffer and not self._packed:
                    self._packed = self._stream.read(CHUNK_BYTES)
                    if not self._packed:
                        self._member, self._fault = None, EOFError("a gzip member ends early")
                if self._buffer:
                    return True
        except zlib.error as error:
            self._member, self._fault = None, error
        return False
