"""The archive of pages: nothing kept is lost, nothing cut is taken for whole, no credential is kept."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import signal
import subprocess
import sys
import tracemalloc
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.archive import Archive, Exchange, Place
from storage.decoding import DecodingError, decoded
from storage.errors import ArchiveError
from storage.warc import MAX_KEPT_BYTES, CutError, Kept, records

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", "session=1"), ("X-Kept", "yes")]


def exchange(number: int = 1, body: bytes | None = None, **changes: object) -> Exchange:
    values: dict[str, object] = {
        "url": f"https://blog.example/post/{number}?access_token=secret",
        "fetched_at": AT,
        "status": 200,
        "headers": HTML,
        "body": f"<p>page {number}</p>".encode() * 50 if body is None else body,
        "request_headers": [("User-Agent", "mentionary"), ("Cookie", "session=1"), ("Authorization", "Bearer secret")],
    }
    return Exchange(**(values | changes))  # type: ignore[arg-type]


def kept_in(file: Path) -> list[Kept]:
    with file.open("rb") as stream:
        return [record for record in records(stream) if record.kind in {"response", "resource"}]


def test_what_was_written_is_read_at_its_place(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        places = [archive.write(exchange(number)) for number in range(5)]
        early = archive.read_at(*places[2])
    assert early.body == b"<p>page 2</p>" * 50
    late = Archive(tmp_path).read_at(*places[4])
    assert (late.url, late.status, late.fetched_at, late.cut_short) == ("https://blog.example/post/4", 200, AT, False)
    assert late.header("x-kept") == "yes"
    assert [path.name for path in tmp_path.iterdir()] == [places[0].file]
    assert [record.url for record in kept_in(tmp_path / places[0].file)] == [
        f"https://blog.example/post/{n}" for n in range(5)
    ]


def test_no_credential_is_kept(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write(exchange())
    text = gzip.decompress((tmp_path / place.file).read_bytes())
    assert b"User-Agent: mentionary" in text
    for secret in (b"secret", b"session=1", b"Bearer", b"Set-Cookie", b"Authorization"):
        assert secret not in text


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity"])
def test_body_is_kept_as_it_came_and_read_out_of_its_encoding(tmp_path: Path, encoding: str) -> None:
    plain = b"<p>page</p>" * 1000
    packed = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress, "identity": bytes}[encoding](
        plain
    )
    headers = [("Content-Encoding", encoding), ("Content-Length", "7"), ("Transfer-Encoding", "chunked")]
    with Archive(tmp_path) as archive:
        place = archive.write(exchange(body=packed, headers=headers))
    kept = Archive(tmp_path).read_at(*place)
    assert (kept.body, kept.cut_short) == (plain, False)
    assert (kept.header("content-length"), kept.header("transfer-encoding")) == (str(len(packed)), None)


def test_page_of_a_browser_is_a_resource(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write(exchange(kind="resource", status=403, platform="blog", digest="a" * 64))
    kept = Archive(tmp_path).read_at(*place)
    assert (kept.kind, kept.status, kept.platform, kept.digest) == ("resource", 403, "blog", "a" * 64)
    assert kept.headers == (("Content-Type", "text/html; charset=utf-8"),)


def test_too_large_a_body_is_kept_in_part_and_a_lost_connection_is_told(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        large = archive.write(exchange(body=b"x" * (MAX_KEPT_BYTES + 5)))
        lost = archive.write(exchange(cut_short=True))
    assert len(Archive(tmp_path).read_at(*large).body) == MAX_KEPT_BYTES
    assert Archive(tmp_path).read_at(*large).cut_short is False
    assert Archive(tmp_path).read_at(*lost).cut_short is True


def test_files_are_rotated_by_size_and_by_day(tmp_path: Path) -> None:
    now = AT
    with Archive(tmp_path, max_file_bytes=3000, clock=lambda: now) as archive:
        files = {archive.write(exchange(body=os.urandom(900))).file for _ in range(6)}
        now = AT + timedelta(days=1)
        later = archive.write(exchange()).file
    assert len(files) == 3
    assert "-20260303-" in later
    assert set(Archive(tmp_path).names()) == files | {later}
    assert set(Archive(tmp_path).expire(date(2026, 3, 3))) == files
    assert Archive(tmp_path).names() == (later,)


def test_closed_files_move_to_the_store_and_are_read_there(tmp_path: Path) -> None:
    store = f"file://{tmp_path / 'store'}"
    with Archive(tmp_path / "local", store=store) as archive:
        place = archive.write(exchange())
        assert archive.read_at(*place).url == "https://blog.example/post/1"
    assert list((tmp_path / "local").iterdir()) == []
    again = Archive(tmp_path / "local", store=store)
    assert again.read_at(*place).body == b"<p>page 1</p>" * 50
    assert again.names() == (place.file,)
    again.erase(place.file, [place.offset])
    assert again.read_at(*place).kind == "metadata"
    assert again.expire(date(2030, 1, 1)) == (place.file,)


def test_a_store_that_fails_leaves_the_file_where_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "no-folder").write_text("a file")
    with Archive(tmp_path / "local", store=f"file://{tmp_path / 'no-folder'}") as archive:
        place = archive.write(exchange())
    assert (tmp_path / "local" / place.file).is_file()
    assert "could not be moved" in caplog.text


def test_erasing_leaves_nothing_of_a_record_and_all_other_places(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        places = [archive.write(exchange(number)) for number in range(3)]
    before = (tmp_path / places[0].file).stat().st_size
    Archive(tmp_path).erase(places[1].file, [places[1].offset])
    text = gzip.decompress((tmp_path / places[0].file).read_bytes())
    assert b"post/1" not in text
    assert b"page 1<" not in text
    assert (tmp_path / places[0].file).stat().st_size == before
    assert [record.url[-1] for record in kept_in(tmp_path / places[0].file)] == ["0", "2"]
    assert Archive(tmp_path).read_at(*places[2]).body == b"<p>page 2</p>" * 50


WRITER = """
import sys, itertools
from datetime import UTC, datetime
from pathlib import Path
from storage.archive import Archive, Exchange
with Archive(Path(sys.argv[1])) as archive:
    for number in itertools.count():
        place = archive.write(Exchange(url=f"https://a.example/{number}", fetched_at=datetime.now(UTC), status=200, headers=[], body=bytes(str(number), "ascii") * 5000))
        print(place.file, place.offset, flush=True)
"""


def test_after_kill_9_every_record_told_is_there_and_the_leftover_is_taken_up(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [writer.stdout.readline().split() for _ in range(20)]
    with Archive(tmp_path) as other:
        # The file is locked: a second process leaves it alone.
        assert [path.suffix for path in tmp_path.iterdir()] == [".open"]
        assert other.read_at(told[0][0], int(told[0][1])).url == "https://a.example/0"
    writer.send_signal(signal.SIGKILL)
    told += [line.split() for line in writer.stdout.read().splitlines() if len(line.split()) == 2]
    writer.wait()
    writer.stdout.close()
    leftover = next(tmp_path.glob("*.open"))
    with leftover.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08 half a record")
    with Archive(tmp_path) as archive:
        assert [path.name for path in tmp_path.iterdir()] == [told[0][0]]
        for number, (file, offset) in enumerate(told):
            assert archive.read_at(file, int(offset)).url == f"https://a.example/{number}"
    assert len(kept_in(tmp_path / told[0][0])) >= len(told)


def test_no_permission_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file where the folder should be")
    with pytest.raises(ArchiveError, match="can't be written"):
        Archive(tmp_path / "archive").write(exchange())


def test_a_full_disk_takes_back_what_was_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    first = archive.write(exchange(1))
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[:100])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(ArchiveError, match="No space left"):
        archive.write(exchange(2))
    monkeypatch.undo()
    third = archive.write(exchange(3))
    archive.close()
    assert [record.url[-1] for record in kept_in(tmp_path / first.file)] == ["1", "3"]
    assert Archive(tmp_path).read_at(*third).url.endswith("3")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Place]]:
    folder = tmp_path_factory.mktemp("whole")
    with Archive(folder) as archive:
        places = [archive.write(exchange(number, os.urandom(200).hex().encode())) for number in range(3)]
    return (folder / places[0].file).read_bytes(), places


def read_cut(data: bytes) -> tuple[list[Kept], str | None]:
    found: list[Kept] = []
    try:
        found.extend(records(io.BytesIO(data)))
    except CutError as error:
        return found, str(error)
    return found, None


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_cut_anywhere_never_gives_a_cut_record_as_whole(whole: tuple[bytes, list[Place]], packed: bool) -> None:
    data = whole[0] if packed else gzip.decompress(whole[0])
    full = {record.number: record for record in read_cut(data)[0]}
    assert len(full) == 7
    for end in range(0, len(data), 3 if packed else 7):
        found, fault = read_cut(data[:end])
        for record in found:
            assert record.cut_short or record == full[record.number]
        if end and fault is None:
            # Nothing is missing but whole records, or the last one says that it is cut.
            assert all(not record.cut_short for record in found[:-1])


def test_a_flipped_byte_is_no_whole_record(whole: tuple[bytes, list[Place]]) -> None:
    data, places = whole
    full = read_cut(data)[0]
    for at in range(places[1].offset, places[2].offset, 5):
        found, _ = read_cut(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        assert found[:3] == full[:3], "a fault is not laid at the door of the record before it"
        wrong = [record for record in found if record not in full and not record.cut_short]
        assert [record for record in wrong if record.kind == "response"] == []


def test_read_at_a_wrong_place_is_one_sentence(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        place = archive.write(exchange())
    for file, offset in ((place.file, 7), (place.file, 10**6), ("none.warc.gz", 0), ("../passwd", 0)):
        with pytest.raises(ArchiveError):
            Archive(tmp_path).read_at(file, offset)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_as_a_warc_end_in_records_or_a_sentence(data: bytes) -> None:
    for lead in (b"", b"WARC/1.0\r\n", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 20\r\n\r\n"):
        read_cut(lead + data)
        read_cut(gzip.compress(lead + data))


def test_records_of_other_writers() -> None:
    http = b"HTTP/2 200 \r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n5\r\n<p>ab\r\n4\r\n</p>\r\n0\r\n\r\n"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <https://a.example/x>\r\nWARC-Date: 2026-03-02T09:30:00.123Z\r\n"
    plain = head + b"Content-Length: %d\r\n\r\n" % len(http) + http + b"\r\n\r\n"
    for data in (plain, gzip.compress(plain), gzip.compress(plain + plain)):
        found, fault = read_cut(data)
        assert fault is None
        assert (found[0].body, found[0].url, found[0].cut_short) == (b"<p>ab</p>", "https://a.example/x", False)
    chunk_lost = http[: http.index(b"0\r\n\r\n")]
    lost = head + b"Content-Length: %d\r\n\r\n" % len(chunk_lost) + chunk_lost + b"\r\n\r\n"
    assert read_cut(lost)[0][0].cut_short is True
    endless = b"WARC/1.0\r\n" + b"A: b\r\n" * 100_000
    assert "larger" in (read_cut(endless)[1] or "")


def test_a_zip_bomb_gives_no_more_than_is_allowed() -> None:
    bombs = {
        "deflate": zlib.compress(bytes(50 * 1024 * 1024)),
        "gzip, gzip": gzip.compress(gzip.compress(bytes(10**7))),
        "br": brotli.compress(bytes(10**7)),
    }
    tracemalloc.start()
    for encoding, bomb in bombs.items():
        assert len(decoded(bomb, encoding, 1000)) == 1001
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * 1024 * 1024


@given(st.binary(max_size=200), st.sampled_from(["gzip", "br", "deflate", "zstd", "compress", "gzip, br"]))
@settings(deadline=None)
def test_any_bytes_in_any_encoding_end_in_a_body_or_a_fault(body: bytes, encoding: str) -> None:
    with contextlib.suppress(DecodingError):
        assert len(decoded(body, encoding, 50)) <= 51
