"""Matching stored posts anew after a change of the watchlist: how long until all mentions are those of the new one.

Nothing but mentions is computed; those that were not there before wait for their sentiment, which is not part of the time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from sqlalchemy import update

from benchmarks.annotating import WORKERS, brands
from benchmarks.generate import MAKERS
from benchmarks.reporting import FULL, SMALL, made
from config.watchlist import Brand, Watchlist
from extractors.analysis import Analyser
from spiders.annotating import Advance, annotate
from storage.annotations import unscored_share
from storage.database import open_database, writing
from storage.pseudonyms import Pseudonyms
from storage.tables import annotation, mention
from storage.watchlist import sync_watchlist, words_of

TARGET_SECONDS = 120.0
"""For a million posts."""
NEW = Brand.model_validate({"name": "Northwick", "aliases": ["latency"]})
"""The brand that is added: one of its names stands in some of the posts."""


class MatchedError(Exception):
    """All posts are matched; what comes after is not measured."""


def watched() -> list[Brand]:
    """The brands of the made-up posts, and a thousand more with ten names each."""
    own = [{"name": maker.name, "product": [{"name": name} for name in maker.products]} for maker in MAKERS]
    return [*map(Brand.model_validate, own), *brands()]


def match(address: str, watchlist: Sequence[Brand]) -> tuple[float, float]:
    """Match all posts; returns the seconds by the clock and of all processors, workers among them."""
    engine = open_database(address)
    version = Analyser(watchlist).extractor_version
    with writing(engine) as connection:
        for table in (annotation, mention):
            connection.execute(update(table).values(extractor_version=version))
    listed = Watchlist.model_validate({"brand": [brand.model_dump(by_alias=True) for brand in watchlist]})
    sync_watchlist(engine, listed, words_of(listed, Pseudonyms(b"a key for benchmarks")))

    def begin(title: str, _total: int) -> Advance:
        if title != "matching":
            raise MatchedError
        return lambda _step: None

    started, before = time.monotonic(), processor_seconds()
    try:
        annotate(engine, watchlist, WORKERS, begin)
    except MatchedError:
        everything, queued, _ = unscored_share(engine)
        print(f"of {everything:,} mentions {queued:,} wait for their sentiment", file=sys.stderr)
    spent = time.monotonic() - started, processor_seconds() - before
    engine.dispose()
    return spent


def processor_seconds() -> float:
    """Of this process, of its children that ended, and of those that run with theirs that ended."""
    own = psutil.Process()
    return sum(sum(each.cpu_times()[:4]) for each in (own, *own.children()))


def rows(posts: int) -> list[dict[str, object]]:
    """The rows for so many posts."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        made(address, posts)
        # The generator's mentions lie where no name stands: the first run puts them right.
        match(address, watched())
        clock, own = match(address, [*watched(), NEW])
    target = TARGET_SECONDS * posts / FULL
    what = f"matching {posts:,} posts with a changed watchlist of 10,000 names"
    return [
        {"name": f"{what}, by the clock", "value": clock, "unit": "s", "target": target, "better": "lower"},
        {"name": f"{what}, processor time of {WORKERS} cores", "value": own / WORKERS, "unit": "s", "target": target, "better": "lower"},
    ]  # fmt: skip


def run() -> list[dict[str, object]]:
    """The rows at a tenth."""
    return rows(SMALL)


def run_large() -> list[dict[str, object]]:
    """The rows at full scale."""
    return rows(FULL)
