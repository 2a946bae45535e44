"""The archive of pages: every answer goes to a WARC file before anything else happens to it.

A file belongs to one process and is locked while it is written (``NAME.warc.gz.open``); each record is a gzip member of
its own, handed to the system in one piece. Closed files are called ``NAME.warc.gz`` and may be moved to an fsspec
address. The index is the table fetch: file and offset. A remote file is never written in place, since all of it would be
lost with its process.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import http.client
import io
import logging
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self
from urllib.parse import urlsplit, urlunsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.values.secrets import without_secret_headers, without_secrets
from storage.errors import ArchiveError, NotKeptError
from storage.warc import (
    DIGEST_HEADER,
    MAX_KEPT_BYTES,
    PLATFORM_HEADER,
    SAVED_HEADER,
    STATUS_HEADER,
    CutError,
    Kept,
    first_record,
    records,
)

log = logging.getLogger(__name__)

ENDING = ".warc.gz"
OPEN = ".open"
MAX_FILE_BYTES = 512 * 1024 * 1024
SYNC_SECONDS = 1.0
"""Records reach the system one by one, which outlives the process; the disk once a second, which outlives the machine."""
GZIP_LEVEL = 4
"""Two thirds of the time of level 6 for a twentieth more bytes, on pages of 30 to 60 KB."""
CHUNK_BYTES = 256 * 1024
MAX_STEP_BYTES = 1024 * 1024
ERASED = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
)
NAME = re.compile(r"^(?P<prefix>[a-z]+)-(?P<day>\d{8})-\d{6}-[0-9a-f]{8}\.warc\.gz$")


class Place(NamedTuple):
    """Where a record is kept."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An answer to keep, as it came: ``body`` in the content encoding that its headers name, transfer encoding taken off.

    ``kind`` resource is a page as a browser showed it: its headers but the content type are of the first answer, and not
    kept. ``digest`` (SHA-256, hexadecimal) is of the body before tokens were taken out, where it differs. ``saved`` tells
    that a person's browser saved it; ``fetched_at`` None, that nobody knows when.
    """

    url: str
    fetched_at: datetime | None
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes
    method: str = "GET"
    request_headers: Sequence[tuple[str, str]] = ()
    kind: str = "response"
    cut_short: bool = False
    digest: str | None = None
    platform: str | None = None
    saved: bool = False


def body_digest(body: bytes) -> str:
    """The SHA-256 of a body, hexadecimal, as the ledger notes it."""
    return hashlib.sha256(body).hexdigest()


class Archive:
    """The archive's folder: writes into a file of its own, reads from any.

    A context manager; what killed processes left open is taken up when it is entered.
    """

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str = "crawl",
        store: str | None = None,
        max_file_bytes: int = MAX_FILE_BYTES,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.folder = folder
        self.store = store
        self._prefix = prefix
        self._max_file_bytes = max_file_bytes
        self._clock = clock
        self._file: _OpenFile | None = None

    def __enter__(self) -> Self:
        self.take_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, exchange: Exchange) -> Place:
        """Keep an answer and its request, without credentials, and tell where; raises ArchiveError where it can't.

        When this returns, the record outlives the process.
        """
        day = self._clock().astimezone(UTC)
        if self._file is not None and (self._file.day != day.date() or self._file.size >= self._max_file_bytes):
            self.close()
        try:
            if self._file is None:
                self._file = _OpenFile(self.folder, self._prefix, day)
            return Place(self._file.name, self._file.append(members(exchange)))
        except OSError as error:
            raise ArchiveError(f"{self.folder} can't be written: {error.strerror or error}") from error

    def close(self) -> None:
        """Close the file being written and move it to the store, where there is one."""
        if self._file is not None:
            closed, self._file = self._file, None
            closed.close()
            self._move(closed.name)

    def take_up(self) -> None:
        """Close what killed processes left open, and move to the store what was not yet moved."""
        if not self.folder.is_dir():
            return
        for leftover in sorted(self.folder.glob(f"*{ENDING}{OPEN}")):
            _take_up(leftover)
        if self.store:
            for closed in sorted(self.folder.glob(f"*{ENDING}")):
                self._move(closed.name)

    def read_at(self, file: str, offset: int) -> Kept:
        """The record at a place; raises ArchiveError where the file is not there or holds no whole record there."""
        with self._opened(file) as stream:
            try:
                stream.seek(offset)
                return first_record(stream)
            except CutError as error:
                raise ArchiveError(f"{file} at {offset}: {error}") from error

    def read_all(self, file: str) -> Iterator[Kept]:
        """All records of a file in order; raises CutError where it ends within one."""
        with self._opened(file) as stream:
            yield from records(stream)

    def expire(self, before: date) -> tuple[str, ...]:
        """Delete closed files begun before a day (UTC), here and in the store; returns their names."""
        expired: list[str] = []
        for name in self.names():
            found = NAME.match(name)
            if found and datetime.strptime(found["day"], "%Y%m%d").replace(tzinfo=UTC).date() < before:
                self._delete(name)
                expired.append(name)
        return tuple(expired)

    def names(self) -> tuple[str, ...]:
        """The names of all closed files, here and in the store, oldest first."""
        names = {path.name for path in self.folder.glob(f"*{ENDING}")} if self.folder.is_dir() else set()
        if self.store:
            system, root = _store(self.store)
            with contextlib.suppress(FileNotFoundError):
                names |= {str(path).rpartition("/")[2] for path in system.ls(root, detail=False)}
        return tuple(sorted(name for name in names if NAME.match(name)))

    def erase(self, file: str, offsets: Iterable[int]) -> None:
        """Write over records, each with its request, so that nothing of them is left and all other offsets stand.

        Raises ArchiveError where the file can't be had.
        """
        local = self.folder / file
        if local.is_file() or (self.folder / (file + OPEN)).is_file():
            target = local if local.is_file() else self.folder / (file + OPEN)
            with target.open("r+b") as stream:
                for offset in sorted(offsets):
                    _blank(stream, offset)
                os.fsync(stream.fileno())
            return
        if not self.store:
            raise NotKeptError(f"{file} is not in {self.folder}")
        system, root = _store(self.store)
        part = self.folder / f"{file}.erasing"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            system.get_file(f"{root}/{file}", str(part))
            with part.open("r+b") as stream:
                for offset in sorted(offsets):
                    _blank(stream, offset)
            _put(system, part, f"{root}/{file}")
        except FileNotFoundError as error:
            raise NotKeptError(f"{file} is neither in {self.folder} nor in the store") from error
        finally:
            part.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _opened(self, file: str) -> Iterator[IO[bytes]]:
        """A file of the archive for reading, wherever it is by now."""
        if "/" in file or "\\" in file:
            raise ArchiveError(f"{file} is no name of an archive file")
        for path in (self.folder / file, self.folder / (file + OPEN), self.folder / file):
            with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
                yield stream
                return
        if not self.store:
            raise NotKeptError(f"{file} is not in {self.folder}")
        system, root = _store(self.store)
        try:
            with system.open(f"{root}/{file}", "rb") as stream:
                yield stream
        except FileNotFoundError as error:
            raise NotKeptError(f"{file} is neither in {self.folder} nor in the store") from error

    def _move(self, name: str) -> None:
        """Move a closed file to the store; one that can't be moved stays, and is tried again at the next start."""
        if not self.store:
            return
        path = self.folder / name
        try:
            with path.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                system, root = _store(self.store)
                system.makedirs(root, exist_ok=True)
                _put(system, path, f"{root}/{name}")
                path.unlink()
        except (FileNotFoundError, BlockingIOError):
            return  # Another process has moved it, or is about to.
        except Exception as error:
            # Each store has errors of its own, and none of them may stop a crawl: the file is safe where it is.
            log.warning("%s could not be moved to the archive's store and stays in %s: %s", name, self.folder, error)

    def _delete(self, name: str) -> None:
        """Delete a file here and in the store."""
        (self.folder / name).unlink(missing_ok=True)
        if self.store:
            system, root = _store(self.store)
            with contextlib.suppress(FileNotFoundError):
                system.rm_file(f"{root}/{name}")


class _OpenFile:
    """The file that this process writes."""

    def __init__(self, folder: Path, prefix: str, at: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.day = at.date()
        self.name = f"{prefix}-{at:%Y%m%d-%H%M%S}-{os.urandom(4).hex()}{ENDING}"
        self._path = folder / (self.name + OPEN)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        self.size = 0
        self._synced_at = time.monotonic()
        self.append([_warcinfo(self.name)])

    def append(self, data: Sequence[bytes]) -> int:
        """Add members in one piece and return where they begin; what could not be added wholly is taken back."""
        joined = memoryview(b"".join(data))
        offset, done = self.size, 0
        try:
            while done < len(joined):
                done += os.write(self._descriptor, joined[done:])
        except OSError:
            os.ftruncate(self._descriptor, offset)
            raise
        self.size = offset + len(joined)
        if time.monotonic() - self._synced_at >= SYNC_SECONDS:
            os.fsync(self._descriptor)
            self._synced_at = time.monotonic()
        return offset

    def close(self) -> None:
        """Bring all to the disk and give the file its final name."""
        os.fsync(self._descriptor)
        self._path.rename(self._path.with_name(self.name))
        os.close(self._descriptor)


def members(exchange: Exchange) -> list[bytes]:
    """The gzip members of an answer and of its request, cleaned of credentials."""
    builder = WARCWriter(None, gzip=False, warc_version="WARC/1.1")
    body = exchange.body[:MAX_KEPT_BYTES]
    fetched_at = exchange.fetched_at or datetime.now(UTC)
    head = {"WARC-Date": f"{fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    if exchange.saved or exchange.fetched_at is None:
        head[SAVED_HEADER] = "yes" if exchange.fetched_at else "undated"
    if len(body) < len(exchange.body):
        head["WARC-Truncated"] = "length"
    elif exchange.cut_short:
        head["WARC-Truncated"] = "disconnect"
    if exchange.digest:
        head[DIGEST_HEADER] = exchange.digest
    if exchange.platform:
        head[PLATFORM_HEADER] = exchange.platform
    if exchange.kind == "resource":
        head[STATUS_HEADER] = str(exchange.status)
    url = without_secrets(exchange.url)
    answer = builder.create_warc_record(
        url,
        exchange.kind,
        payload=io.BytesIO(body),
        length=len(body),
        warc_headers_dict=head,
        warc_content_type=_content_type(exchange) if exchange.kind == "resource" else "",
        http_headers=None if exchange.kind == "resource" else _answer_head(exchange, len(body)),
    )
    made = [_member(builder, answer)]
    if exchange.kind == "response":
        request = builder.create_warc_record(
            url,
            "request",
            warc_headers_dict={
                "WARC-Date": head["WARC-Date"],
                "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
            http_headers=_request_head(exchange, url),
        )
        made.append(_member(builder, request))
    return made


def _member(builder: WARCWriter, record: Any) -> bytes:
    """A record as one gzip member."""
    buffer = io.BytesIO()
    builder.out = buffer
    builder.write_record(record)
    compressor = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, 31)
    return compressor.compress(buffer.getbuffer()) + compressor.flush()


def _warcinfo(name: str) -> bytes:
    """The first record of a file."""
    builder = WARCWriter(None, gzip=False, warc_version="WARC/1.1")
    info = {"software": "mentionary", "format": "WARC File Format 1.1"}
    return _member(builder, builder.create_warcinfo_record(name, info))


def _answer_head(exchange: Exchange, length: int) -> StatusAndHeaders:
    """An answer's head, true to the body as it is kept."""
    headers = [
        (_clean(name), str(length) if name.lower() == "content-length" else _clean(value))
        for name, value in without_secret_headers(exchange.headers)
        if name.lower() != "transfer-encoding"
    ]
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(length)))
    phrase = http.client.responses.get(exchange.status, "Unknown")
    return StatusAndHeaders(f"{exchange.status} {phrase}", headers, protocol="HTTP/1.1")


def _request_head(exchange: Exchange, url: str) -> StatusAndHeaders:
    """A request's head, without credentials."""
    parts = urlsplit(url)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    headers = [("Host", parts.netloc)]
    headers += [
        (_clean(name), _clean(value))
        for name, value in without_secret_headers(exchange.request_headers)
        if name.lower() != "host" and not name.startswith(":")
    ]
    method = exchange.method if exchange.method.isalpha() else "GET"
    return StatusAndHeaders(f"{target} HTTP/1.1", headers, protocol=method.upper(), is_http_request=True)


def _content_type(exchange: Exchange) -> str:
    """The content type that an exchange's headers tell."""
    return _clean(
        next((value for name, value in exchange.headers if name.lower() == "content-type"), "text/html; charset=utf-8")
    )


def _clean(text: str) -> str:
    """A header without line ends, which would begin another."""
    return re.sub(r"[\r\n\0]+", " ", text)


def _take_up(leftover: Path) -> None:
    """Close a file that no living process holds, cut back to its last whole record."""
    try:
        stream = leftover.open("r+b")
    except FileNotFoundError:
        return
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        whole = max(_member_ends(stream, 0), default=0)
        stream.truncate(whole)
        os.fsync(stream.fileno())
        if leftover.exists():
            leftover.rename(leftover.with_name(leftover.name.removesuffix(OPEN)))


def _member_ends(stream: IO[bytes], offset: int) -> Iterator[int]:
    """Where each whole gzip member from an offset on ends."""
    stream.seek(offset)
    ahead = b""
    while True:
        decompressor = zlib.decompressobj(31)
        while not decompressor.eof:
            data = decompressor.unconsumed_tail or ahead or stream.read(CHUNK_BYTES)
            ahead = b""
            if not data:
                return
            try:
                decompressor.decompress(data, MAX_STEP_BYTES)
            except zlib.error:
                return
        ahead = decompressor.unused_data
        yield stream.tell() - len(ahead)


def _blank(stream: IO[bytes], offset: int) -> None:
    """Write over the answer at an offset, and over its request that follows."""
    end = next(_member_ends(stream, offset), None)
    if end is None:
        raise ArchiveError(f"no whole record at {offset}")
    after = next(_member_ends(stream, end), None)
    spans = [(offset, end)]
    if after is not None:
        stream.seek(end)
        if first_record(stream).kind == "request":
            spans.append((end, after))
    for start, stop in spans:
        stream.seek(start)
        stream.write(_filler(stop - start))


def _filler(size: int) -> bytes:
    """A gzip member of a given size that says only that a record was erased; its comment fills it up."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = compressor.compress(ERASED) + compressor.flush()
    frame = b"\x1f\x8b\x08\x10" + bytes(4) + b"\x02\xff"
    trailer = zlib.crc32(ERASED).to_bytes(4, "little") + len(ERASED).to_bytes(4, "little")
    room = size - len(frame) - len(data) - len(trailer) - 1
    if room < 0:
        raise ArchiveError(f"a record of {size} bytes is too small to be written over")
    return frame + b"-" * room + b"\0" + data + trailer


def _store(address: str) -> tuple[Any, str]:
    """The file system and the folder of an fsspec address."""
    import fsspec

    system, root = fsspec.core.url_to_fs(address)
    return system, str(root).rstrip("/")


def _put(system: Any, path: Path, target: str) -> None:
    """Copy a file to the store under a working name, and give it its own once all of it is there."""
    part = f"{target}.part"
    system.put_file(str(path), part)
    if system.info(part)["size"] != path.stat().st_size:
        raise OSError(f"{target}: the store holds another number of bytes")
    system.mv(part, target)
