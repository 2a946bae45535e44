"""Texts to annotations: the one door to the extractors for commands and storage.

``Analyser(brands).analyse(texts)`` gives one ``Annotation`` per text, in order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from dataclasses import replace as replaced

from spacy.language import Language as Pipeline
from spacy.tokens import Doc

from config.watchlist import Brand
from extractors.findings import Annotation, Language, Mention, Sentiment, Target
from extractors.languages import LANGUAGES, SURE, language_of
from extractors.mentions import Matcher
from extractors.pipelines import TOGETHER, batches, known_language, pipeline, versions
from extractors.queries import NOTHING_KNOWN, Circumstances
from extractors.relevance import Label
from extractors.sentiment import Asked, sentiments_toward

LONGEST_TEXT = 50_000
"""Code points of a text that are tokenized; names are found beyond them, too."""
MOST_WORDS = 200_000
"""Words that a pipeline remembers for good; from then on it forgets new ones after each portion, which takes more time and no memory."""


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
        """The annotation of each text, in order; ``TOGETHER`` of them are read at once."""
        for batch in batches(texts, TOGETHER):
            yield from self.annotate_all([Text(given) if isinstance(given, str) else given for given in batch])

    def annotate(self, given: Text) -> Annotation:
        """The annotation of one text."""
        return self.annotate_all([given])[0]

    def annotate_all(self, texts: Sequence[Text]) -> list[Annotation]:
        """The annotation of each of some texts, those of a language together."""
        languages = [self.language_of(given) for given in texts]
        found: dict[int, Annotation] = {}
        for code in dict.fromkeys(language.code for language in languages):
            numbers = [number for number, language in enumerate(languages) if language.code == code]
            nlp = self.pipeline_of(code)
            with nlp.memory_zone() if len(nlp.vocab.strings) > MOST_WORDS else nullcontext():
                docs = [made_doc(nlp, texts[number], languages[number]) for number in numbers]
                for number, doc in zip(numbers, nlp.pipe(docs, batch_size=len(docs)), strict=True):
                    found[number] = self.annotation_of(texts[number], languages[number], doc)
        return [found[number] for number in range(len(texts))]

    def annotation_of(self, given: Text, language: Language, doc: Doc) -> Annotation:
        """What a pipeline found in a text."""
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

    def toward(self, texts: Sequence[Text]) -> list[tuple[Sentiment, ...]]:
        """The sentiment toward the targets of each of some texts."""
        languages = [self.language_of(given).code for given in texts]
        found: dict[int, tuple[Sentiment, ...]] = {}
        for code in dict.fromkeys(languages):
            numbers = [number for number, own in enumerate(languages) if own == code]
            asked = [
                Asked(texts[number].text, start, end, spans)
                for number in numbers
                for spans in [self.spans_of(texts[number])]
                for start, end in texts[number].targets
            ]
            toward = iter(sentiments_toward(asked, code, self.models.accurate))
            found.update((number, tuple(next(toward) for _ in texts[number].targets)) for number in numbers)
        return [found[number] for number in range(len(texts))]

    def spans_of(self, given: Text) -> list[tuple[int, int]]:
        """The spans of all that is named in a text."""
        return [*given.targets, *((found.start, found.end) for found in self.mentions(given))]

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

    def pipeline_of(self, code: str) -> Pipeline:
        """The pipeline of a language."""
        if code not in self.pipelines:
            trained = self.models.trained.get(code)
            self.pipelines[code] = pipeline(code, self.matcher, trained, self.models.accurate)
        return self.pipelines[code]


def made_doc(nlp: Pipeline, given: Text, language: Language) -> Doc:
    """A text cut into tokens, with what the components need to know of it."""
    doc = nlp.make_doc(given.text[:LONGEST_TEXT])
    doc._.language = language
    doc._.circumstances = about_with(given.about, language)
    doc._.targets = tuple(Target(start, end) for start, end in given.targets)
    return doc


def about_with(about: Circumstances, language: Language) -> Circumstances:
    """The circumstances with the language, which queries may ask for."""
    return about if about.language else replaced(about, language=language.code)
