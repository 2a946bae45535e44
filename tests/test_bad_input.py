"""Bad input on the real command line: one clear sentence, a non-zero exit status, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.samples import STATUS_URL, har_entry, status_body, status_url, write_har, write_warc
from tests.test_home import scrapy


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one imported page."""
    folder = tmp_path / "home"
    write_har(tmp_path / "first.har", [har_entry(STATUS_URL, status_body())])
    done = scrapy("import", str(tmp_path / "first.har"), home=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def pages_in(home: Path) -> int:
    import sqlite3

    with sqlite3.connect(home / "mentionary.sqlite") as connection:
        number: int = connection.execute("SELECT count(*) FROM fetch WHERE state = 'done'").fetchone()[0]
    connection.close()
    return number


def assert_sentence(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in parts:
        assert part in done.stderr


def test_a_warc_cut_short_gives_what_it_has_and_says_so(tmp_path: Path, home: Path) -> None:
    names = [status_url(number) for number in (3, 4, 5)]
    file = write_warc(tmp_path / "x.warc.gz", [(name, status_body(4), "application/json") for name in names])
    file.write_bytes(file.read_bytes()[:-700])
    done = scrapy("import", str(file), home=home)
    assert done.returncode == 1
    assert done.stderr == ""
    assert [line for line in done.stdout.splitlines() if "not taken" in line] == [
        line for line in done.stdout.splitlines() if "x.warc.gz" in line and "cut short" in line
    ]
    assert pages_in(home) >= 2


def test_an_empty_folder_and_a_folder_of_other_files(tmp_path: Path, home: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_sentence(scrapy("import", str(tmp_path / "empty"), home=home), 2, "holds no page", ".warc.gz")
    (tmp_path / "empty" / "photo.png").write_bytes(b"x")
    assert_sentence(scrapy("import", str(tmp_path / "empty"), home=home), 2, "holds no page")
    assert_sentence(scrapy("import", str(tmp_path / "none"), home=home), 2, "does not exist")
    assert_sentence(scrapy("import", home=home), 2, "name at least one")


def test_files_that_are_not_what_their_names_say(tmp_path: Path, home: Path) -> None:
    for name, data in {
        "a.har": b"\x89PNG",
        "b.warc.gz": b"GIF89a",
        "c.warc": b"hello\n" * 9,
        "d.mhtml": b"\x00\xff" * 99,
    }.items():
        (tmp_path / name).write_bytes(data)
        done = scrapy("import", str(tmp_path / name), home=home)
        assert done.returncode == 1
        assert f"not taken: {name}" in done.stdout
        assert done.stderr == ""
    assert pages_in(home) == 1


def test_a_database_file_that_is_none(tmp_path: Path, home: Path) -> None:
    other = tmp_path / "holiday.jpg"
    other.write_bytes(b"\xff\xd8\xff" * 1000)
    address = f"sqlite:///{other}"
    for words in (["import", str(tmp_path / "first.har")], ["replay"], ["import", "--undo", "1"]):
        assert_sentence(
            scrapy(*words, home=home, MENTIONARY_DATABASE=address), 1, "holiday.jpg", "is no SQLite database"
        )
    assert other.read_bytes() == b"\xff\xd8\xff" * 1000


def test_a_page_of_50_mb(tmp_path: Path, home: Path) -> None:
    (tmp_path / "large.html").write_bytes(b"<p>" + b"a" * 50 * 1024 * 1024)
    (tmp_path / "large.meta.json").write_text(
        json.dumps({"url": "https://mp.weixin.qq.com/s/AAAAAAAAAAAAAAAAAAAAAA", "fetched_at": "2026-03-02T09:30:00Z"})
    )
    done = scrapy("read", str(tmp_path / "large.html"), home=home)
    assert [json.loads(line)["reason"] for line in done.stdout.splitlines()] == ["too-large"]
    assert done.returncode == 1
    assert "large.html: is larger than 12 MiB, so it was not read" in done.stderr
    done = scrapy("import", str(tmp_path / "large.html"), home=home)
    assert "failed" in done.stdout
    assert "large.html: is larger than 12 MiB, so it was not read" in done.stdout + done.stderr
    assert done.returncode == 1
    assert pages_in(home) == 2
    assert sum(file.stat().st_size for file in (home / "archive").iterdir()) < 1024 * 1024


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere")
def test_no_permission_to_write(tmp_path: Path, home: Path) -> None:
    (home / "archive-file").write_text("a file where the archive's folder should be")
    har = write_har(tmp_path / "b.har", [har_entry(status_url(7), status_body(7))])
    done = scrapy("import", str(har), home=home, MENTIONARY_ARCHIVE=str(home / "archive-file"))
    assert_sentence(done, 1, "archive-file", "can't be written")
    assert pages_in(home) == 1
    assert scrapy("import", str(har), home=home).returncode == 0
    assert pages_in(home) == 2


def test_mistyped_options_and_values(tmp_path: Path, home: Path) -> None:
    har = str(tmp_path / "first.har")
    assert_sentence(scrapy("import", "--undoo", "1", home=home), 2, "unknown option --undoo")
    assert_sentence(scrapy("import", "--undo", "99", home=home), 1, "99")
    assert_sentence(scrapy("import", "--undo", "1", har, home=home), 2, "neither takes a path")
    assert_sentence(scrapy("import", "--platform", "mastodn", har, home=home), 2, "mastodn")
    assert_sentence(scrapy("replay", "--since", "yesterday", home=home), 2, "2026-03-02")
    assert_sentence(scrapy("replay", "--outcome", "fine", home=home), 2, "drift")
    assert_sentence(scrapy("replay", "everything", home=home), 2, "not understood")


def test_an_import_is_taken_back(tmp_path: Path, home: Path) -> None:
    har = write_har(
        tmp_path / "b.har", [har_entry(status_url(7), status_body(7)), har_entry(STATUS_URL, status_body())]
    )
    done = scrapy("import", str(har), home=home)
    assert "2 pages, 1 of them were here already" in done.stdout
    assert pages_in(home) == 2
    listed = scrapy("import", "--runs", home=home)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == ["import", "1", "2"]
    run = done.stdout.rpartition("--undo ")[2].strip()
    undone = scrapy("import", "--undo", run, home=home)
    assert (undone.returncode, undone.stderr) == (0, "")
    assert "1 pages, 1 posts" in undone.stdout
    assert pages_in(home) == 1


def test_replay_says_that_there_is_nothing_to_do(home: Path) -> None:
    done = scrapy("replay", home=home)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 pages were read by the reader of today" in done.stdout
    again = scrapy("replay", "--all", home=home)
    assert "mastodon: 1 pages read again, nothing changed" in again.stdout
