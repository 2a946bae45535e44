"""A crawl of a platform whose pages only scripts make whole; run as a program, in the home that the environment names."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scrapy.utils.project import get_project_settings

from config.environment import environment
from config.watchlist import Target, Watchlist
from extractors.records import Post
from spiders import base
from spiders.base import About, PlatformSpider, Reader
from spiders.commands.crawl import begin, end, run
from spiders.page import Page
from spiders.reading import Part
from spiders.targets import Watched

ADDRESSES = ("/page", "/moved", "/gone", "/slow", "/packed", "/jump")


def read_board(page: Page) -> Iterator[Part]:
    """The posts that the page's script has put there."""
    for item in page.css("li"):
        yield Post(platform="board", id=item.attrib["id"], text=item.css("::text").get())


class Board(PlatformSpider):
    """A board of posts that is empty without scripts."""

    name = "board"
    about = About("Board", "posts", "nothing", "allowed", {})
    domains = ("board.example",)
    readers = (Reader("", read_board),)
    pause_seconds = 0.0
    needs_browser = True


def main() -> int:
    """Crawl the board's pages; the exit status is the crawl's."""
    known = base.platforms()
    assert isinstance(known, dict)
    known["board"] = Board
    settings = get_project_settings()
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    settings.set("USER_AGENT", "mentionary/0 (+ops@watcher.example)", priority="cmdline")
    urls = [f"https://board.example{path}" for path in sys.argv[1:] or ADDRESSES]
    targets = [Watched(Target(platform="board", kind="page", value=url), Board, (url,)) for url in urls]
    walk = begin(Board, targets, None, {}, Watchlist(), environment(), settings)
    with walk.writer:
        run([walk], settings)
    return end(walk)


if __name__ == "__main__":
    sys.exit(main())
