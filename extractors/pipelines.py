"""A spaCy pipeline per language, made of our own components; each has a factory, a version, and its attribute on the Doc.

``Doc._.mentions`` and the others hold exact code-point offsets; ``doc.spans["mentions"]`` is the token-aligned view.
An analyst adds a component with ``nlp.add_pipe``, or puts a trained pipeline of theirs in place of the entities.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

import spacy
from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Span

import extractors.entities
import extractors.intents
import extractors.keywords
import extractors.languages
import extractors.mentions
import extractors.sentiment
import extractors.tokenizing  # registers the tokenizer
from config.watchlist import load_watchlist
from extractors.entities import entities_of_many
from extractors.findings import UNSCORED, Entity, EntityLabel, Language
from extractors.intents import intents_of
from extractors.keywords import keywords_of
from extractors.languages import language_of
from extractors.mentions import Matcher
from extractors.queries import NOTHING_KNOWN
from extractors.sentiment import Asked, sentiments_of, sentiments_toward

TOGETHER = 128
"""Texts that are read at once."""
OWN = ("language", "mentions", "sentiment", "entities", "keywords", "intents")
"""Our components in their order; their factories are named ``mentionary_<name>``."""


@cache
def versions(accurate: bool = False) -> Mapping[str, str]:
    """The version of each component but the mentions, whose version changes with the watchlist."""
    return {
        "language": extractors.languages.VERSION,
        "sentiment": extractors.sentiment.version(accurate),
        "entities": extractors.entities.version(accurate),
        "keywords": extractors.keywords.VERSION,
        "intents": extractors.intents.version(),
    }


BY_SCRIPT = frozenset({"ja", "ko", "th", "vi", "und"})
"""spaCy's tokenizers for these need packages that are not here: its multi-language one serves."""

TRAINED_LABELS: Mapping[str, EntityLabel] = {
    "ORG": "ORG", "PRODUCT": "PRODUCT", "PERSON": "PERSON", "PER": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION",
    "FAC": "LOCATION",
}  # fmt: skip
"""What spaCy's trained pipelines call things."""
NO_NAMES = frozenset({"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"})

for name, default in (
    ("language", None), ("circumstances", NOTHING_KNOWN), ("mentions", ()), ("targets", ()), ("sentiment", UNSCORED), ("keywords", ()),
    ("entities", ()), ("intents", ()),
):  # fmt: skip
    Doc.set_extension(name, default=default, force=True)
for name, default in (("mention", None), ("sentiment", UNSCORED)):
    Span.set_extension(name, default=default, force=True)


T = TypeVar("T")
TEXT = "text"


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in portions of at most so many."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def text_of(doc: Doc) -> str:
    """The text of a Doc, which spaCy puts together anew each time it is asked."""
    found: str | None = doc.user_data.get(TEXT)
    if found is None:
        found = doc.user_data[TEXT] = doc.text
    return found


class Component(ABC):
    """Reads many Docs of one pipeline at once: texts that are scored together take a fraction of the time."""

    @abstractmethod
    def read(self, docs: Sequence[Doc]) -> None:
        """Set what the component finds on each Doc."""

    def __call__(self, doc: Doc) -> Doc:
        """One Doc."""
        self.read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = TOGETHER) -> Iterator[Doc]:
        """Many Docs, as spaCy asks for it."""
        for docs in batches(stream, batch_size):
            self.read(docs)
            yield from docs


class Mentions(Component):
    """Sets ``Doc._.mentions``."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher

    def read(self, docs: Sequence[Doc]) -> None:
        """Find the names of the watchlist."""
        for doc in docs:
            doc._.mentions = self.matcher.find(text_of(doc), doc._.circumstances)


class FoundLanguage(Component):
    """Sets ``Doc._.language``, unless the caller knew it."""

    def read(self, docs: Sequence[Doc]) -> None:
        """Find the language."""
        for doc in docs:
            if doc._.language is None:
                doc._.language = language_of(text_of(doc))


def language_code(doc: Doc) -> str:
    """The language found, else that of the pipeline."""
    found: Language | None = doc._.language
    return found.code if found else str(doc.lang_)


def by_language(docs: Sequence[Doc]) -> Iterator[tuple[str, list[Doc]]]:
    """Docs by the language found, nearly always one for a pipeline."""
    found: dict[str, list[Doc]] = {}
    for doc in docs:
        found.setdefault(language_code(doc), []).append(doc)
    yield from found.items()


class FoundSentiment(Component):
    """Sets ``Doc._.sentiment``, the sentiment toward each mention and target, and ``doc.spans["mentions"]``."""

    def __init__(self, accurate: bool = False) -> None:
        self.accurate = accurate

    def read(self, docs: Sequence[Doc]) -> None:
        """Score texts, then what is named in them."""
        for code, same in by_language(docs):
            for doc, found in zip(
                same, sentiments_of([text_of(doc) for doc in same], code, self.accurate), strict=True
            ):
                doc._.sentiment = found
            asked = [each for doc in same for each in asked_of(doc)]
            toward = iter(sentiments_toward(asked, code, self.accurate))
            for doc in same:
                doc._.mentions = tuple(replace(found, sentiment=next(toward)) for found in doc._.mentions)
                doc._.targets = tuple(replace(found, sentiment=next(toward)) for found in doc._.targets)
                align(doc)


def asked_of(doc: Doc) -> list[Asked]:
    """The spans of a Doc that the sentiment toward is wanted of: mentions, then targets."""
    spans = [(found.start, found.end) for found in (*doc._.mentions, *doc._.targets)]
    return [Asked(text_of(doc), start, end, spans) for start, end in spans]


def align(doc: Doc) -> None:
    """Set the token-aligned view of the mentions."""
    spans = []
    for found in doc._.mentions:
        span = doc.char_span(found.start, found.end, label=found.brand, alignment_mode="expand")
        if span is not None:
            span._.mention = found
            span._.sentiment = found.sentiment
            spans.append(span)
    doc.spans["mentions"] = spans


class FoundEntities(Component):
    """Sets ``Doc._.entities``, by our tagger or a trained spaCy pipeline, given by its package's name or path."""

    def __init__(self, trained: str | None = None, accurate: bool = False) -> None:
        self.other = spacy.load(trained) if trained else None
        self.accurate = accurate

    def read(self, docs: Sequence[Doc]) -> None:
        """Find the names that no watchlist needs to know."""
        if self.other is not None:
            for doc, read in zip(docs, self.other.pipe([text_of(doc) for doc in docs]), strict=True):
                doc._.entities = tuple(
                    Entity(span.start_char, span.end_char, span.text, TRAINED_LABELS.get(span.label_, "OTHER"))
                    for span in read.ents
                    if span.label_ not in NO_NAMES
                )
            return
        for code, same in by_language(docs):
            for doc, found in zip(
                same, entities_of_many([text_of(doc) for doc in same], code, self.accurate), strict=True
            ):
                doc._.entities = found


class Keywords(Component):
    """Sets ``Doc._.keywords``."""

    def __init__(self, stop_words: frozenset[str]) -> None:
        self.stop_words = stop_words

    def read(self, docs: Sequence[Doc]) -> None:
        """Find the best phrases between stop words."""
        for doc in docs:
            doc._.keywords = keywords_of(doc, text_of(doc), self.stop_words, language_code(doc))


class Intents(Component):
    """Sets ``Doc._.intents``."""

    def read(self, docs: Sequence[Doc]) -> None:
        """Find what is asked for."""
        for code, same in by_language(docs):
            texts, sentiments = [text_of(doc) for doc in same], [doc._.sentiment for doc in same]
            for doc, found in zip(same, intents_of(texts, code, sentiments), strict=True):
                doc._.intents = found


@Pipeline.factory("mentionary_language", assigns=["doc._.language"])
def make_language(nlp: Pipeline, name: str) -> Component:
    """The language's component."""
    return FoundLanguage()


@Pipeline.factory("mentionary_mentions", assigns=["doc._.mentions"], default_config={"watchlist": None})
def make_mentions(nlp: Pipeline, name: str, watchlist: str | None) -> Component:
    """The mentions' component; ``watchlist`` is the path of a watchlist, for pipelines that are built by hand."""
    return Mentions(Matcher(load_watchlist(Path(watchlist)).brands if watchlist else ()))


@Pipeline.factory(
    "mentionary_sentiment",
    assigns=["doc._.sentiment", "doc._.targets"],
    requires=["doc._.mentions"],
    default_config={"accurate": False},
)
def make_sentiment(nlp: Pipeline, name: str, accurate: bool) -> Component:
    """The sentiment's component."""
    return FoundSentiment(accurate)


@Pipeline.factory("mentionary_keywords", assigns=["doc._.keywords"])
def make_keywords(nlp: Pipeline, name: str) -> Component:
    """The keywords' component, with the stop words of the pipeline's language."""
    return Keywords(stop_words_of(nlp.lang))


@Pipeline.factory("mentionary_intents", assigns=["doc._.intents"], requires=["doc._.sentiment"])
def make_intents(nlp: Pipeline, name: str) -> Component:
    """The intents' component."""
    return Intents()


@Pipeline.factory(
    "mentionary_entities", assigns=["doc._.entities"], default_config={"trained": None, "accurate": False}
)
def make_entities(nlp: Pipeline, name: str, trained: str | None, accurate: bool) -> Component:
    """The entities' component: our tagger, or a trained spaCy pipeline by its package's name or path."""
    return FoundEntities(trained, accurate)


@cache
def stop_words_of(code: str) -> frozenset[str]:
    """The stop words that spaCy knows of a language; those of English stand in where it has none."""
    try:
        words = spacy.util.get_lang_class(code).Defaults.stop_words
    except ImportError:
        words = set()
    return frozenset(words or spacy.util.get_lang_class("en").Defaults.stop_words)


def pipeline(code: str, matcher: Matcher, trained: str | None = None, accurate: bool = False) -> Pipeline:
    """A new pipeline for a language, with our components, that matches what ``matcher`` knows.

    ``trained`` is a spaCy pipeline that finds the entities in place of ours; ``accurate``: by the models that take their time.
    """
    config = {"nlp": {"tokenizer": {"@tokenizers": "mentionary.jieba.v1"}}} if code == "zh" else {}
    nlp = spacy.blank("xx" if code in BY_SCRIPT else code, config=config)
    asked: dict[str, dict[str, object]] = {
        "sentiment": {"accurate": accurate},
        "entities": {"trained": trained, "accurate": accurate},
    }
    for own in OWN:
        nlp.add_pipe(f"mentionary_{own}", config=asked.get(own, {}))
    found = nlp.get_pipe("mentionary_mentions")
    assert isinstance(found, Mentions)  # noqa: S101 - narrows the type
    found.matcher = matcher
    return nlp


def known_language(code: str) -> Language:
    """A language that the caller states."""
    return Language(code, 1.0)
