"""What an operator copies out of docs/: a systemd unit and a Compose file that parse and name what there is; the help of commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path

import pytest
import yaml
from scrapy.commands import ScrapyHelpFormatter
from scrapy.settings import Settings

from config.environment import NAMES
from config.timetable import COMMANDS, Timetable
from spiders.reference import commands

ROOT = Path(__file__).resolve().parent.parent
HOW_TO = ROOT / "docs" / "how-to"
UNIT, COMPOSE, GUIDE = HOW_TO / "mentionary.service", HOW_TO / "compose.yaml", HOW_TO / "operate.md"


@pytest.mark.parametrize("page", [UNIT, COMPOSE, GUIDE], ids=lambda page: page.name)
def test_every_variable_and_command_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    named = set(re.findall(r"MENTIONARY_([A-Z_]+)", text))
    assert named
    assert named <= set(NAMES)
    called = set(re.findall(r"\bscrapy ([a-z]+)\b", text)) | set(re.findall(r'command: \["([a-z]+)"', text))
    assert called
    assert called <= {*commands(), "crawl"}


def test_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    # The programs and the user of an installation are not here.
    text = UNIT.read_text("utf-8").replace(
        "/opt/mentionary/.venv/bin/python", shutil.which("python3") or "/usr/bin/python3"
    )
    unit = tmp_path / "mentionary.service"
    unit.write_text(text.replace("User=mentionary", "User=root"), "utf-8")
    done = subprocess.run([program, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if "mentionary.service" in line]
    assert told == [], done.stderr


def test_the_compose_file() -> None:
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    assert set(services) == {"database", "migrate", "scheduler"}
    scheduler = services["scheduler"]
    assert scheduler["command"] == ["schedule"]
    assert scheduler["environment"] == services["migrate"]["environment"]
    assert set(scheduler["depends_on"]) <= set(services)
    copied = re.findall(r"^COPY (\S+)", scheduler["build"]["dockerfile_inline"], re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)


def test_the_guides_timetable_is_one() -> None:
    assert "health" in COMMANDS
    words = re.search(r"words = (\[.*\])", GUIDE.read_text("utf-8"))
    assert words is not None
    job = {"words": yaml.safe_load(words[1]), "every": "1h"}
    assert Timetable.model_validate({"command": [job]}).commands[0].words_given[0] == "health"


def test_what_the_guide_quotes_is_said() -> None:
    sources = "".join(
        path.read_text("utf-8")
        for folder in ("spiders", "storage", "reports")
        for path in (ROOT / folder).rglob("*.py")
    )
    for quoted in ("crawls the same of", "another scheduler is at work", "is of another version of Mentionary", "killed-the-crawl", "host-silent",
                   "source_last_ok_seconds", "source_flags", "job_last_exit_status"):  # fmt: skip
        assert quoted in sources


def test_no_help_is_taken_for_a_heading() -> None:
    for name, command in commands().items():
        parser = ArgumentParser(prog=f"scrapy {name}", formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
        command.settings = Settings()
        command.add_options(parser)
        heads = [line for line in parser.format_help().splitlines() if re.fullmatch(r"[=-]{3,}", line)]
        assert heads == [], name
