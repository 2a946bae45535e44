"""Texts to annotations: the one door to the extractors for commands and storage.

``Analyser(brands).analyse(texts)`` gives one ``Annotation`` per text, in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced

from spacy.language import Language as Pipeline

from config.watchlist import Brand
from extractors.findings import Annotation, Language, Mention, Sentiment, Target
from extractors.languages import LANGUAGES, SURE, language_of
from extractors.mentions import Matcher
from extractors.pipelines import known_language, pipeline, versions
from extractors.queries import NOTHING_KNOWN, Circumstances
from extractors.relevance import Label
from extractors.sentiment import sentiment_toward

LONGEST_TEXT = 50_000
"""Code points of a text that are tokenized; names are found beyond them, too."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to analyse, and what the caller knows of it; ``targets`` are spans that the sentiment toward is wanted of."""

    text: str
    language: str | None = None
    targets: tuple[tuple[int, int], ...] = ()
    hint: str | None = None
    """The language that the platform states, which serves where the words don't tell."""
    about: Circumstances = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Models:
    """Which models serve: the accurate ones where there are, and by language a spaCy pipeline whose entities stand in place of ours."""

    accurate: bool = False
    trained: Mapping[str, str] = field(default_factory=dict)


LIGHT = Models()


class Analyser:
    """All extractors for one watchlist; pipelines are made when their language first turns up.

    ``labels`` are what analysts said of ambiguous names.
    """

    def __init__(self, brands: Iterable[Brand] = (), labels: Iterable[Label] = (), models: Models = LIGHT) -> None:
        self.matcher = Matcher(brands, labels)
        self.models = models
        self.pipelines: dict[str, Pipeline] = {}

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of each component; that of ``mentions`` changes with the watchlist."""
        return {**self.own_versions, "mentions": self.matcher.version}

    @property
    def own_versions(self) -> Mapping[str, str]:
        """The version of each component but the mentions."""
        names = "".join(f" {code}={name}" for code, name in sorted(self.models.trained.items()))
        own = versions(self.models.accurate)
        return {**own, "entities": own["entities"] + names}

    @property
    def extractor_version(self) -> str:
        """Of everything but the watchlist: texts annotated by another one are annotated anew."""
        return hashlib.sha256(json.dumps(dict(self.own_versions), sort_keys=True).encode()).hexdigest()[:16]

    @property
    def matcher_version(self) -> str:
        """Of the watchlist: after a change only mentions are computed anew."""
        return self.matcher.version

    def analyse(self, texts: Iterable[Text | str]) -> Iterator[Annotation]:
        """The annotation of each text, in order."""
        for given in texts:
            yield self.annotate(Text(given) if isinstance(given, str) else given)

    def annotate(self, given: Text) -> Annotation:
        """The annotation of one text."""
        language = self.language_of(given)
        nlp = self.pipeline_of(language)
        doc = nlp.make_doc(given.text[:LONGEST_TEXT])
        doc._.language = language
        doc._.circumstances = about_with(given.about, language)
        doc._.targets = tuple(Target(start, end) for start, end in given.targets)
        doc = nlp(doc)
        beyond = self.beyond(given) if len(given.text) > LONGEST_TEXT else ()
        return Annotation(
            language,
            doc._.mentions + beyond,
            doc._.targets,
            doc._.entities,
            doc._.sentiment,
            doc._.keywords,
            doc._.intents,
        )

    def mentions(self, given: Text) -> tuple[Mention, ...]:
        """Only the mentions of a text, without sentiment: for stored posts after a change of the watchlist."""
        return self.matcher.find(given.text, given.about)

    def toward(self, given: Text) -> tuple[Sentiment, ...]:
        """The sentiment toward each of a text's targets."""
        code = self.language_of(given).code
        spans = [*given.targets, *((found.start, found.end) for found in self.mentions(given))]
        accurate = self.models.accurate
        return tuple(sentiment_toward(given.text, start, end, code, spans, accurate) for start, end in given.targets)

    def language_of(self, given: Text) -> Language:
        """The language as the caller knows it, as the words tell, or as the platform states."""
        if given.language:
            return known_language(given.language)
        found = language_of(given.text)
        if found.code == "und" and given.hint in LANGUAGES and given.text:
            return Language(given.hint, SURE)
        return found

    def beyond(self, given: Text) -> tuple[Mention, ...]:
        """The mentions of the part of a text that is not tokenized."""
        found = self.matcher.find(given.text[LONGEST_TEXT:], given.about)
        return tuple(
            replaced(mention, start=mention.start + LONGEST_TEXT, end=mention.end + LONGEST_TEXT) for mention in found
        )

    def pipeline_of(self, language: Language) -> Pipeline:
        """The pipeline of a language."""
        if language.code not in self.pipelines:
            trained = self.models.trained.get(language.code)
            self.pipelines[language.code] = pipeline(language.code, self.matcher, trained, self.models.accurate)
        return self.pipelines[language.code]


def about_with(about: Circumstances, language: Language) -> Circumstances:
    """The circumstances with the language, which queries may ask for."""
    return about if about.language else replaced(about, language=language.code)
