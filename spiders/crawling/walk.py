"""A crawl: takes addresses from the frontier, hands Scrapy one request a host at a time, and settles answers in batches.

What an answer leads to is planned before the answer itself is noted as done, so that a crawl killed between the two asks
an address again rather than never.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from sqlalchemy import Engine, Row
from twisted.python.failure import Failure

from config import clock
from extractors.records import Outcome, Reading
from extractors.values.addresses import authority
from spiders.base import PlatformSpider, platforms, read, reader_version
from spiders.crawling.following import REVISIT_AGES, Course, Step, beyond, due, is_covered, key_of, note_of, onward
from spiders.crawling.manners import DATABASE, ending, headers_of, in_thread
from spiders.crawling.memory import give_back
from spiders.page import Page
from spiders.targets import Watched, beginnings, label
from storage import ledger
from storage.archive import Archive, body_digest
from storage.errors import StorageError, patiently
from storage.keys import site_of
from storage.ledger import Known, Planned
from storage.writing import Fetched, Writer

log = logging.getLogger(__name__)

PER_HOST = 4
"""So many addresses of one host are taken ahead."""
BATCH = 64
"""So many answers are settled at once, at most."""
GATHERING_SECONDS = 0.05
GATHERINGS = 4
"""So often more answers are waited for, while they come."""
UNSETTLED = 4 * BATCH
"""With so many answers waiting to be settled, nothing more is asked."""
TRIM_EVERY = 1000
"""After so many answers, what memory they left unused is given back."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One address, asked and read."""

    row: Row[Any]
    fetched: Fetched
    reading: Reading


@dataclass(slots=True)
class Walk:
    """One crawl of one platform."""

    spider: type[PlatformSpider]
    engine: Engine
    archive: Archive | None
    writer: Writer
    run_id: int
    started_at: datetime
    targets: Sequence[Watched]
    since: datetime | None = None
    resumes: bool = True
    """Whether it walks all of the platform's targets, so that what earlier crawls left open is its to end."""
    crawler: Crawler | None = None
    on_visit: Callable[[Walk, Visit], None] | None = None
    most_at_once: int = 16
    home: Path = Path()
    free_disk_mb: int = 0
    """With less room than this left on the home's disk, the crawl ends before the database can't be written."""
    error: Exception | None = None
    notes: list[str] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    """By target: records that its pages say lie beyond a cap of the platform's."""
    beyond: dict[int, int] = field(default_factory=dict)
    """By address: posts that lie beyond it, where a limit of ours ended the walk there."""
    waiting: dict[str, deque[Row[Any]]] = field(default_factory=dict)
    """By host: addresses taken and not yet asked."""
    flying: dict[int, Row[Any]] = field(default_factory=dict)
    answers: list[Visit] = field(default_factory=list)
    revisited: bool = False
    planned: int = 0
    """Addresses on the frontier that were not taken yet."""
    settled: int = 0
    """Answers that were stored."""
    settling: bool = False
    closing: bool = False
    settler: asyncio.Task[None] | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    archivist: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "archive"))

    async def requests(self) -> AsyncIterator[Request]:
        """What to ask, as hosts become free, until nothing is left to ask."""
        try:
            self.planned = await in_thread(self.begin)
            self.settler = asyncio.ensure_future(self.settle_all())
            while (row := await self.next()) is not None:
                yield await self.request(row)
        except Exception as error:
            self.broke(error)

    async def next(self) -> Row[Any] | None:
        """The next address to ask, once its host is free; None where nothing is left to ask."""
        while self.error is None:
            # Whatever happens from here on is seen before this waits.
            self.changed.clear()
            row = self.ready()
            if row is not None:
                self.flying[row.fetch_id] = row
                return row
            if self.planned and len(self.waiting) < self.most_at_once and await self.take():
                continue
            if self.flying or self.answers or self.settling or self.changed.is_set():
                await self.changed.wait()
            elif not self.revisited:
                self.revisited = True
                count = await in_thread(self.plan_revisits)
                self.planned += count
            else:
                break
        return None

    def ready(self) -> Row[Any] | None:
        """The next address whose host is free; None while there is none, or too much is under way."""
        if len(self.flying) >= self.most_at_once or len(self.answers) >= UNSETTLED:
            return None
        busy = {row.host for row in self.flying.values()}
        for host, rows in self.waiting.items():
            if host not in busy:
                row = rows.popleft()
                if not rows:
                    del self.waiting[host]
                return row
        return None

    async def take(self) -> bool:
        """Take addresses of hosts that have none waiting; whether there were any."""
        busy, most = list(self.waiting), 2 * self.most_at_once
        rows = await in_thread(
            lambda: ledger.take(self.engine, self.run_id, most, clock.now(), busy=busy, per_host=PER_HOST)
        )
        self.planned -= len(rows)
        for row in rows:
            self.waiting.setdefault(row.host, deque()).append(row)
        return bool(rows)

    def begin(self) -> int:
        """Plan where the walks begin, and what earlier crawls left open; returns how many addresses that are."""
        self.check_disk()
        now = clock.now()
        first = [address for item in self.targets for address in beginnings(item)]
        named = None if self.resumes else {label(item.target) for item in self.targets}
        for target, done in ledger.progress(self.engine, self.run_id).items():
            self.courses[target] = Course(
                pages=done.pages, details=len(done.details), detail_pages=Counter(done.details)
            )
        left = ledger.unanswered(self.engine, self.run_id, self.spider.name, named, now)
        ledger.plan(self.engine, self.run_id, [*first, *left], now)
        if self.resumes:
            ledger.take_over(self.engine, self.run_id, self.spider.name, now)
        return ledger.still_open(self.engine, self.run_id)

    def plan_revisits(self) -> int:
        """Plan the posts whose counts are wanted at their age and that no listing has shown; returns how many are new."""
        if not self.resumes or not self.spider.addresses:
            return 0
        limit, now, planned = self.spider.limits.revisits, clock.now(), []
        for post in ledger.wanted_again(self.engine, self.spider.name, REVISIT_AGES, now, limit + 1):
            url = self.spider.post_url(post.native_id, post.url, post.site)
            if url is not None and due(post.published_at, post.last_seen_at, now):
                planned.append(self.revisit(url, post.native_id, post.site))
        if len(planned) > limit:
            self.notes.append(f"more than {limit} posts are of an age to be asked again; the newest were")
        return ledger.plan(self.engine, self.run_id, planned[:limit], now)

    def revisit(self, url: str, native_id: str, site: str) -> Planned:
        """A known post as an address to ask."""
        return Planned(
            url=url, host=authority(url), platform=self.spider.name, site=site, role="revisit", thing=native_id, depth=0
        )

    async def request(self, row: Row[Any]) -> Request:
        """An address as Scrapy asks it; feeds and pages only if they changed."""
        headers: dict[str, str | None] = {}
        if row.role == "first" and (row.target or "").partition(":")[0] in {"feed", "page"}:
            etag, last_modified = await in_thread(lambda: ledger.validators(self.engine, row.url))
            headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return Request(
            row.url,
            callback=self.answered,
            errback=self.failed,
            headers={name: value for name, value in headers.items() if value},
            meta={"row": row, "platform": row.platform, **self.meta},
            dont_filter=True,
        )

    @property
    def meta(self) -> Mapping[str, Any]:
        """What a request to a page that needs a browser carries."""
        if not self.spider.needs_browser:
            return {}
        from spiders.crawling.browser import META

        return META

    def answered(self, response: Response) -> Iterator[Visit]:
        """Read an answer."""
        meta = response.meta
        headers = headers_of(response)
        page = Page(
            url=response.url,
            body=response.body,
            status=response.status,
            fetched_at=meta["fetched_at"],
            content_type=headers.get("content-type"),
            headers=headers,
            platform=meta["row"].platform,
            cut_short="dataloss" in response.flags,
        )
        try:
            name, reading = read(page)
        except Exception as error:
            # Whatever a reader raises, its page is in the archive, and the crawl goes on.
            log.exception("the reader of %s failed", page.url)
            name, reading = page.platform, Reading(Outcome.DRIFT, f"{type(error).__name__}: {error}"[:200])
        yield self.visit(meta["row"], name, reading, meta, page)

    def failed(self, failure: Failure) -> Iterator[Visit]:
        """Note an address that gave no answer, or was not asked."""
        meta = failure.request.meta  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, StorageError):
            # The address was not even asked: it stays open.
            self.broke(error)
            return
        yield self.visit(meta["row"], meta["row"].platform, ending(error), meta, None)

    def visit(
        self, row: Row[Any], platform: str | None, reading: Reading, meta: Mapping[str, Any], page: Page | None
    ) -> Visit:
        """An answer, or the want of one, as it is stored."""
        place = meta.get("place")
        headers = page.headers if page is not None else {}
        final_url = page.url if page is not None else row.url
        return Visit(
            row,
            Fetched(
                url=row.url,
                final_url=final_url if final_url != row.url else None,
                platform=platform,
                host=row.host,
                site=row.site if row.platform == platform else site_of(platform, final_url),
                fetch_id=row.fetch_id,
                fetched_at=meta.get("fetched_at") or clock.now(),
                status=page.status if page is not None else None,
                via="crawl",
                target=row.target,
                role=row.role,
                thing=row.thing,
                depth=row.depth,
                archive_file=place.file if place is not None else None,
                archive_offset=place.offset if place is not None else None,
                body_digest=body_digest(page.body) if page is not None else None,
                reader_version=reader_version(platform),
                etag=headers.get("etag"),
                last_modified=headers.get("last-modified"),
            ),
            reading,
        )

    def store(self, visit: Visit) -> None:
        """Take an answer to be settled; its host is free again."""
        self.flying.pop(visit.row.fetch_id, None)
        self.answers.append(visit)
        self.arrived.set()
        self.changed.set()
        if self.on_visit is not None:
            self.on_visit(self, visit)

    async def settle_all(self) -> None:
        """Settle answers as they come, many at once while there is other work."""
        while self.error is None and not (self.closing and not self.answers):
            await self.arrived.wait()
            self.arrived.clear()
            while self.answers and self.error is None:
                await self.gather()
                await self.settle_some()

    async def gather(self) -> None:
        """Wait a moment for more answers, while there is other work and they come."""
        for _ in range(GATHERINGS):
            so_far = len(self.answers)
            if so_far >= BATCH or self.closing or not (self.flying or self.waiting or self.planned):
                return
            await asyncio.sleep(GATHERING_SECONDS)
            if len(self.answers) == so_far:
                return

    async def settle_some(self) -> None:
        """Settle the answers that have come so far."""
        batch, self.answers = self.answers[:BATCH], self.answers[BATCH:]
        self.settling = True
        try:
            count = await asyncio.get_running_loop().run_in_executor(DATABASE, self.settle, batch)
            self.planned += count
        except Exception as error:
            # Whatever it was, the crawl can't go on: pages are in the archive, their rows stay open.
            self.broke(error)
        finally:
            self.settling = False
            self.changed.set()

    def settle(self, batch: Sequence[Visit]) -> int:
        """Plan what answers lead to, then store them, as one batch; returns how many addresses are new."""
        self.check_disk()
        planned = patiently(lambda: list(self.after(batch)))
        count = patiently(lambda: ledger.plan(self.engine, self.run_id, planned, clock.now()))
        for visit in batch:
            missing = visit.reading.missing + self.beyond.pop(visit.row.fetch_id, 0)
            self.writer.add(visit.fetched, replace(visit.reading, missing=missing))
        patiently(self.writer.flush)
        if self.settled // TRIM_EVERY != (self.settled + len(batch)) // TRIM_EVERY:
            give_back()
        self.settled += len(batch)
        return count

    def check_disk(self) -> None:
        """Raise StorageError where the disk of the home or of the archive is nearly full."""
        archive = [self.archive.folder] if self.archive is not None and self.archive.folder.is_dir() else []
        for folder in (self.home, *archive):
            if shutil.disk_usage(folder).free < self.free_disk_mb * 1_000_000:
                raise StorageError(f"less than {self.free_disk_mb} MB are left on the disk of {folder}; make room")

    def after(self, batch: Sequence[Visit]) -> Iterator[Planned]:
        """The addresses that answers lead to."""
        place = lambda visit: (visit.fetched.platform or "", visit.fetched.site)  # noqa: E731
        for (platform, site), group in groupby(sorted(batch, key=place), key=place):
            visits = list(group)
            posts = {key for visit in visits for post in visit.reading.posts if (key := key_of(post)) is not None}
            known = ledger.known(self.engine, platform, site, posts, self.started_at) if posts else {}
            links = {link.url for visit in visits for link in visit.reading.links if link.id not in known}
            asked = ledger.asked(self.engine, links, self.run_id) if links else set()
            for visit in visits:
                yield from self.after_one(visit, known, asked)

    def after_one(self, visit: Visit, known: Mapping[str, Known], asked: set[str]) -> Iterator[Planned]:
        """The addresses that one answer leads to."""
        row, reading, target = visit.row, visit.reading, visit.row.target or ""
        if row.role == "revisit":
            return
        if reading.missing:
            self.missing[target] = self.missing.get(target, 0) + reading.missing
        spider = platforms().get(visit.fetched.platform or "", self.spider)
        step = Step(
            url=visit.fetched.final_url or row.url,
            target=row.target,
            role=row.role or "first",
            thing=row.thing,
            depth=row.depth,
            platform=visit.fetched.platform,
            site=visit.fetched.site,
            named_only=spider.named_only,
        )
        course = self.courses.setdefault(target, Course())
        capped = course.capped
        yield from onward(step, reading, known, asked, course, spider.limits, self.since, clock.now())
        if course.capped and not capped:
            self.beyond[row.fetch_id] = beyond(course)

    def broke(self, error: Exception) -> None:
        """End the crawl for a fault of its surroundings; what it was asking stays open for the next."""
        if self.error is None:
            self.error = error
            self.changed.set()
            if self.crawler is not None and self.crawler.engine.running:
                asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="fault"))  # noqa: RUF006

    async def close(self) -> None:
        """Settle what came before the end."""
        self.closing = True
        self.arrived.set()
        if self.settler is not None:
            await self.settler

    def finish(self) -> tuple[int, dict[str, int], str | None]:
        """End the run in the ledger; returns the exit status, how often each outcome came, and the note."""
        outcomes = ledger.outcomes(self.engine, self.run_id)
        left = ledger.still_open(self.engine, self.run_id)
        covered = any(is_covered(Outcome(name)) for name in outcomes)
        status = int(self.error is not None or "drift" in outcomes or not covered)
        note = "\n".join(self.note(left)) or None
        ledger.finish_run(self.engine, self.run_id, status, note, clock.now())
        return status, outcomes, note

    def note(self, left: int) -> Iterator[str]:
        """What a reader of the run must know: limits, caps, what only import brings, what is left."""
        missing = ledger.missing(self.engine, self.run_id)
        if missing:
            yield f"partial: at least {missing:,} records are known to be missing"
        for item in self.targets:
            if not item.addresses:
                yield f"{label(item.target)}: only import can bring it ({self.spider.about.restricted})"
        for name, course in sorted(self.courses.items()):
            told = note_of(name, course, self.spider.limits)
            if told:
                yield told
        for name, missing in sorted(self.missing.items()):
            yield f"{name}: the platform says that at least {missing:,} more lie beyond what it shows"
        yield from self.notes
        if self.error is not None:
            yield str(self.error)
        if left:
            yield f"{left:,} addresses are left for the next crawl"
