"""Stored posts through the extractors: what is new or outdated, in worker processes that hand back plain rows.

Three passes: posts to annotate in full; posts to match with a changed watchlist; new mentions that wait for their sentiment.
Each page of posts is written in one transaction, so that a killed run goes on where it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Engine, Row

from config.watchlist import Brand
from extractors.analysis import LIGHT, Analyser, Models, Text
from extractors.duplicates import Signature, signatures
from extractors.findings import Entity, Mention, Sentiment
from extractors.folding import fold_name
from extractors.queries import Circumstances
from extractors.relevance import Label
from extractors.values.addresses import host_of
from spiders.workers import FEW, context, end_with_parent, one_thread_each
from storage import annotations as store
from storage import duplicates
from storage.database import writing
from storage.labels import all_labels
from storage.pseudonyms import Pseudonyms

PAGES_AHEAD = 2
"""Pages that wait for each worker: enough to keep it busy, little memory."""

Rows = list[dict[str, Any]]
Advance = Callable[[int], None]
Page = TypeVar("Page")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored post as workers get it: plain values only."""

    post_id: int
    title: str
    text: str
    hint: str | None
    owner: str | None
    repost: bool
    about: Circumstances
    language: str | None = None
    version: str = ""
    """Which wording it is."""
    spans: tuple[tuple[int, int, int], ...] = ()
    """Queued mentions: number, start and end in ``words``."""

    @property
    def words(self) -> str:
        """Title and text as one, so that one sentiment is found for both; no name runs from one into the other."""
        return f"{self.title}\n\n{self.text}" if self.title and self.text else self.title or self.text


@dataclass(frozen=True, slots=True)
class Made:
    """What a worker hands back for a page of posts."""

    numbers: list[int]
    annotations: Rows
    mentions: Rows
    keywords: Rows
    entities: Rows
    intents: Rows
    fresh: list[int]
    """Posts that are new, or whose words are."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many posts each pass did."""

    annotated: int
    matched: int
    scored: int
    grouped: int


def domains_of(brands: Iterable[Brand]) -> dict[str, str]:
    """The brands' own domains, each with its brand."""
    return {host_of(f"https://{domain}"): brand.key for brand in brands for domain in brand.domains}


def owner_of(row: Row[Any], host: str, domains: Mapping[str, str]) -> str | None:
    """The brand whose own account wrote a post, or on whose own domain it stands; what others comment there is theirs."""
    if row.owner is not None or row.kind == "comment" or not domains:
        owner: str | None = row.owner
        return owner
    labels = host.split(".")
    places = (".".join(labels[start:]) for start in range(len(labels)))
    return next((domains[place] for place in places if place in domains), None)


def stored(
    row: Row[Any],
    domains: Mapping[str, str] = MappingProxyType({}),
    asked: Collection[str] = (),
    pseudonyms: Pseudonyms | None = None,
) -> Stored:
    """A row as workers get it; ``domains`` are the brands' own, each with its brand.

    ``asked`` are the handles that queries ask for, which people who are not watched are tried against.
    """
    host = host_of(row.url)
    owner = owner_of(row, host, domains)
    names = {row.handle, row.author_id} - {None}
    authors = frozenset(fold_name(name.removeprefix("@")) for name in names)
    if pseudonyms is not None and row.author_alias is not None:
        authors |= {
            handle
            for handle in asked
            if pseudonyms.of("handle", row.platform, row.author_site, handle) == row.author_alias
        }
    title, text = row.title or "", row.text or ""
    return Stored(
        row.post_id,
        title,
        text,
        (row.stated_language or "").partition("-")[0].lower() or None,
        owner,
        row.repost_of is not None,
        Circumstances(
            authors=authors,
            site=host or row.site or None,
            platform=row.platform,
            kind=row.kind,
            owned=owner is not None,
            repost=row.repost_of is not None,
            title_end=len(title),
        ),
        row.language,
        row.version,
    )


def blank(posts: Sequence[Stored]) -> Made:
    """A page with nothing found yet."""
    return Made(
        [post.post_id for post in posts], [], [], [], [], [], [post.post_id for post in posts if post.language is None]
    )


class Worker:
    """The extractors in one process."""

    def __init__(self, brands: Sequence[Brand], labels: Sequence[Label] = (), models: Models = LIGHT) -> None:
        self.analyser = Analyser(brands, labels, models)

    def annotate(self, posts: Sequence[Stored]) -> Made:
        """All that the texts say."""
        made = blank(posts)
        texts = [Text(post.words, hint=post.hint, about=post.about) for post in posts]
        for post, found in zip(posts, self.analyser.analyse(texts), strict=True):
            made.annotations.append(
                {
                    "post_id": post.post_id,
                    "version": post.version,
                    "language": found.language.code,
                    "language_confidence": found.language.confidence,
                    **sentiment_columns(found.sentiment),
                    "extractor_version": self.analyser.extractor_version,
                    "matcher_version": self.analyser.matcher_version,
                }
            )
            made.mentions.extend(
                mention_row(post, mention, self.analyser.extractor_version) for mention in found.mentions
            )
            made.keywords.extend(
                {"post_id": post.post_id, "term": keyword.term, "score": keyword.score} for keyword in found.keywords
            )
            made.intents.extend(
                {"post_id": post.post_id, "kind": intent.kind, "score": intent.score} for intent in found.intents
            )
            made.entities.extend(entity_row(post, entity) for entity in found.entities)
        return made

    def match(self, posts: Sequence[Stored]) -> Made:
        """Only the mentions, their sentiment left for later."""
        made = blank(posts)
        for post in posts:
            text = Text(post.words, post.language, about=post.about)
            made.mentions.extend(mention_row(post, mention, store.QUEUED) for mention in self.analyser.mentions(text))
        return made

    def score(self, posts: Sequence[Stored]) -> Made:
        """The sentiment toward queued mentions."""
        made = blank(posts)
        texts = [
            Text(post.words, post.language, targets=tuple((start, end) for _, start, end in post.spans))
            for post in posts
        ]
        for post, sentiments in zip(posts, self.analyser.toward(texts), strict=True):
            for (number, _, _), sentiment in zip(post.spans, sentiments, strict=True):
                made.mentions.append(
                    {
                        "mention_id": number,
                        **sentiment_columns(sentiment),
                        "extractor_version": self.analyser.extractor_version,
                    }
                )
        return made


def sentiment_columns(sentiment: Sentiment) -> dict[str, Any]:
    """A sentiment as its three columns."""
    return {
        "sentiment": sentiment.label,
        "sentiment_score": sentiment.score,
        "sentiment_confidence": sentiment.confidence,
    }


def place(post: Stored, start: int, end: int) -> dict[str, Any]:
    """The field that a span stands in, and its offsets there."""
    in_title = start < len(post.title)
    shift = 0 if in_title or not post.title else len(post.title) + 2
    return {"field": "title" if in_title else "text", "start": start - shift, "end": end - shift}


def entity_row(post: Stored, found: Entity) -> dict[str, Any]:
    """An entity as its row."""
    return {
        "post_id": post.post_id,
        **place(post, found.start, found.end),
        "name": found.text,
        "folded": fold_name(found.text)[:200],
        "label": found.label,
    }


def mention_row(post: Stored, found: Mention, version: str) -> dict[str, Any]:
    """A mention as its row."""
    return {
        "post_id": post.post_id,
        "brand_id": found.brand,
        "product_id": found.product,
        **place(post, found.start, found.end),
        "matched": found.text,
        "standing": standing(post, found),
        "relevance": found.relevance,
        **sentiment_columns(found.sentiment),
        "extractor_version": version,
    }


def standing(post: Stored, found: Mention) -> str:
    """What a mention counts as: earned, owned, repost, or no naming at all (link, source)."""
    if post.owner == found.brand:
        return "owned"
    if post.repost:
        return "repost"
    return "earned" if found.names_it else found.form


worker: Worker | None = None


def start_worker(brands: list[str], labels: list[Label], models: Models) -> None:
    """Make a process's extractors, once."""
    global worker
    end_with_parent()
    worker = Worker([Brand.model_validate_json(brand) for brand in brands], labels, models)


def work(task: str, posts: Sequence[Stored]) -> Made:
    """Do one page in a worker process."""
    assert worker is not None  # noqa: S101 - the initializer ran
    made: Made = getattr(worker, task)(posts)
    return made


def annotate(
    engine: Engine,
    brands: Sequence[Brand],
    workers: int,
    advance: Callable[[str, int], Advance] | None = None,
    pseudonyms: Pseudonyms | None = None,
    models: Models = LIGHT,
) -> Tally:
    """Annotate what is new or outdated; ``advance(title, total)`` begins a progress bar and returns its step."""
    labels = all_labels(engine)
    analyser = Analyser(brands, labels, models)
    versions = analyser.extractor_version, analyser.matcher_version
    domains, asked = domains_of(brands), analyser.matcher.authors_asked
    begin = advance or (lambda _title, _total: lambda _step: None)

    def done(task: str, title: str, which: Any, write: Callable[[Made], None]) -> int:
        total = store.how_many(engine, which)
        if not total:
            return 0
        step = begin(title, total)
        for made in run(
            task,
            with_spans(engine, which, task, lambda row: stored(row, domains, asked, pseudonyms)),
            brands,
            labels,
            models,
            1 if total < FEW else workers,
        ):
            write(made)
            step(len(made.numbers))
        return total

    return Tally(
        annotated=done(
            "annotate", "annotating", store.outdated(versions[0]),
            lambda made: write_page(engine, made),
        ),
        matched=done(
            "match", "matching", store.unmatched(*versions),
            lambda made: store.write_matches(engine, made.numbers, made.mentions, versions[1]),
        ),
        scored=done(
            "score", "scoring", store.queued(), lambda made: store.write_sentiments(engine, made.mentions)
        ),
        grouped=grouped(engine, begin, workers),
    )  # fmt: skip


def write_page(engine: Engine, made: Made) -> None:
    """Write a page's annotations; posts whose words are new are grouped anew afterwards."""
    with writing(engine) as connection:
        duplicates.forget(connection, made.fresh)
        store.write_annotations(connection, made.annotations, made.mentions, made.keywords, made.entities, made.intents)


def grouped(engine: Engine, begin: Callable[[str, int], Advance], workers: int) -> int:
    """Put near-duplicates together; returns how many posts were looked at."""
    numbers = duplicates.waiting(engine)
    if numbers:
        step = begin("grouping", len(numbers))
        sign = duplicates.one_by_one if workers <= 1 or len(numbers) < FEW else signed_beside
        for done in duplicates.group_all(engine, numbers, sign):
            step(done)
    return len(numbers)


def signed_beside(pages: Iterable[list[str]]) -> Iterator[list[Signature | None]]:
    """The signatures of each page of texts, made by another process while this one looks up and writes."""
    with one_thread_each(), ProcessPoolExecutor(1, context(), end_with_parent) as pool:
        yield from in_order(pool, signatures, pages)


def with_spans(engine: Engine, which: Any, task: str, made: Callable[[Row[Any]], Stored]) -> Iterator[list[Stored]]:
    """Pages of posts, for scoring with the places of their queued mentions."""
    for rows in store.pages(engine, which):
        posts = [made(row) for row in rows]
        if task == "score":
            waiting = store.queued_mentions(engine, [post.post_id for post in posts])
            posts = [replaced(post, waiting[post.post_id]) for post in posts]
        yield posts


def replaced(post: Stored, mentions: Iterable[Row[Any]]) -> Stored:
    """A post with the places of mentions, counted in title and text as one."""
    shift = len(post.title) + 2 if post.title and post.text else 0
    spans = tuple(
        (
            row.mention_id,
            row.start + (shift if row.field == "text" else 0),
            row.end + (shift if row.field == "text" else 0),
        )
        for row in mentions
    )
    return replace(post, spans=spans)


def run(
    task: str,
    posts: Iterator[list[Stored]],
    brands: Sequence[Brand],
    labels: list[Label],
    models: Models,
    workers: int,
) -> Iterator[Made]:
    """The results of all pages, in order; in this process where one worker is enough."""
    if workers <= 1:
        own = Worker(brands, labels, models)
        for page in posts:
            yield getattr(own, task)(page)
        return
    words = [brand.model_dump_json(by_alias=True) for brand in brands]
    with one_thread_each(), ProcessPoolExecutor(workers, context(), start_worker, (words, labels, models)) as pool:
        yield from in_order(pool, partial(work, task), posts, workers)


def in_order(
    pool: ProcessPoolExecutor, work: Callable[[Page], Result], pages: Iterable[Page], workers: int = 1
) -> Iterator[Result]:
    """What workers make of pages, in the order of these; few are read ahead."""
    waiting: deque[Future[Result]] = deque()
    for page in pages:
        waiting.append(pool.submit(work, page))
        if len(waiting) >= workers * PAGES_AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
