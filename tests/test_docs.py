"""The documents say what the code does: generated pages are current, every command, variable and platform stands in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.environment import NAMES
from spiders.base import platforms
from spiders.reference import PAGES, commands

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs/reference" / name).read_text("utf-8") == PAGES[name](), (
        "run 'scrapy reference' and commit what it writes"
    )


def test_every_variable_is_told_in_the_settings_page() -> None:
    page = PAGES["settings.md"]()
    assert [name for name in NAMES if f"MENTIONARY_{name}" not in page] == []


def test_every_setting_has_its_reason() -> None:
    rows = [line for line in PAGES["settings.md"]().splitlines() if line.endswith("|  |")]
    allowed = ("`BOT_NAME`", "`SPIDER_MODULES`", "`NEWSPIDER_MODULE`", "`COMMANDS_MODULE`")
    assert [row for row in rows if not any(name in row for name in allowed)] == []


def test_every_platform_says_what_it_gives_and_what_proves_it() -> None:
    for name, spider in platforms().items():
        assert spider.name == name
        assert spider.__module__ == f"spiders.platforms.{name}"
        assert all(
            (
                spider.about.title,
                spider.about.anonymous,
                spider.about.restricted,
                spider.about.robots,
                spider.about.layouts,
            )
        ), name
        assert all(re.fullmatch(r"20\d\d-\d\d|20\d\d|unproven", month) for month in spider.about.layouts.values()), name


def test_every_command_has_a_line_for_the_list() -> None:
    assert [name for name, command in commands().items() if not command.short_desc()] == []


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))]
    local = [(page, target) for page, target in links if "://" not in target and not target.startswith("mailto:")]
    broken = [f"{page.relative_to(ROOT)} -> {target}" for page, target in local if not (page.parent / target).exists()]
    assert broken == []
