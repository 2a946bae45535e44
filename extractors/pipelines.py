"""A spaCy pipeline per language, made of our own components; each has a factory, a version, and its attribute on the Doc.

``Doc._.mentions`` and the others hold exact code-point offsets; ``doc.spans["mentions"]`` is the token-aligned view.
An analyst adds a component with ``nlp.add_pipe``, or puts a trained pipeline of theirs in place of the entities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

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
from extractors.entities import entities_of
from extractors.findings import UNSCORED, Entity, EntityLabel, Language
from extractors.intents import intents_of
from extractors.keywords import keywords_of
from extractors.languages import language_of
from extractors.mentions import Matcher
from extractors.queries import NOTHING_KNOWN
from extractors.sentiment import sentiment_of, sentiment_toward

Component = Callable[[Doc], Doc]

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


class Mentions:
    """Sets ``Doc._.mentions`` and ``doc.spans["mentions"]``."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher

    def __call__(self, doc: Doc) -> Doc:
        """Find the names of the watchlist."""
        doc._.mentions = self.matcher.find(doc.text, doc._.circumstances)
        return doc


def add_language(doc: Doc) -> Doc:
    """Set ``Doc._.language``, unless the caller knew it."""
    if doc._.language is None:
        doc._.language = language_of(doc.text)
    return doc


def language_code(doc: Doc) -> str:
    """The language found, else that of the pipeline."""
    found: Language | None = doc._.language
    return found.code if found else str(doc.lang_)


def add_sentiment(doc: Doc, accurate: bool = False) -> Doc:
    """Set ``Doc._.sentiment``, and the sentiment toward each mention and target."""
    code, text = language_code(doc), doc.text
    doc._.sentiment = sentiment_of(text, code, accurate)
    spans = [(found.start, found.end) for found in (*doc._.mentions, *doc._.targets)]
    doc._.mentions = tuple(
        replace(found, sentiment=sentiment_toward(text, found.start, found.end, code, spans, accurate))
        for found in doc._.mentions
    )
    doc._.targets = tuple(
        replace(target, sentiment=sentiment_toward(text, target.start, target.end, code, spans, accurate))
        for target in doc._.targets
    )
    align(doc)
    return doc


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


@Pipeline.factory("mentionary_language", assigns=["doc._.language"])
def make_language(nlp: Pipeline, name: str) -> Component:
    """The language's component."""
    return add_language


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
    return partial(add_sentiment, accurate=accurate)


@Pipeline.factory("mentionary_keywords", assigns=["doc._.keywords"])
def make_keywords(nlp: Pipeline, name: str) -> Component:
    """The keywords' component, with the stop words of the pipeline's language."""
    stop_words = stop_words_of(nlp.lang)

    def add_keywords(doc: Doc) -> Doc:
        doc._.keywords = keywords_of(doc, stop_words, language_code(doc))
        return doc

    return add_keywords


def add_intents(doc: Doc) -> Doc:
    """Set ``Doc._.intents``."""
    doc._.intents = intents_of(doc.text, language_code(doc), doc._.sentiment)
    return doc


@Pipeline.factory("mentionary_intents", assigns=["doc._.intents"], requires=["doc._.sentiment"])
def make_intents(nlp: Pipeline, name: str) -> Component:
    """The intents' component."""
    return add_intents


@Pipeline.factory(
    "mentionary_entities", assigns=["doc._.entities"], default_config={"trained": None, "accurate": False}
)
def make_entities(nlp: Pipeline, name: str, trained: str | None, accurate: bool) -> Component:
    """The entities' component: our tagger, or a trained spaCy pipeline by its package's name or path."""
    other = spacy.load(trained) if trained else None

    def add_entities(doc: Doc) -> Doc:
        if other is None:
            doc._.entities = entities_of(doc.text, language_code(doc), accurate)
        else:
            doc._.entities = tuple(
                Entity(span.start_char, span.end_char, span.text, TRAINED_LABELS.get(span.label_, "OTHER"))
                for span in other(doc.text).ents
                if span.label_ not in NO_NAMES
            )
        return doc

    return add_entities


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
