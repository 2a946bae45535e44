"""What the text says, as plain values: language, mentions, sentiment, keywords, entities.

Offsets count Unicode code points of the text that was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Label = Literal["positive", "neutral", "negative", "unscored"]
Form = Literal["word", "hashtag", "handle", "link", "source"]
"""How a name stands in the text; ``link``: inside an address, ``source``: the handle that a repost names as its source."""
EntityLabel = Literal["ORG", "PRODUCT", "PERSON", "LOCATION", "OTHER"]

IntentKind = Literal["question", "wish", "complaint", "praise", "purchase"]


@dataclass(frozen=True, slots=True)
class Language:
    """ISO 639-1 code, ``und`` where none is sure enough, and the confidence (0 to 1) of the best."""

    code: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """A label with its score (-1 to 1) and confidence (0 to 1); both None where it is unscored."""

    label: Label
    score: float | None = None
    confidence: float | None = None


UNSCORED = Sentiment("unscored")
"""No measured model reads this language: never guessed, never counted as neutral."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A brand or product named in the text; ``text`` is as written, ``relevance`` (0 to 1) that the name means the brand."""

    brand: str
    product: str | None
    start: int
    end: int
    text: str
    form: Form = "word"
    relevance: float = 1.0
    sentiment: Sentiment = UNSCORED

    @property
    def names_it(self) -> bool:
        """Whether the writer names the brand; an address or the handle of a reposted author does not."""
        return self.form not in {"link", "source"}


@dataclass(frozen=True, slots=True)
class Target:
    """A span that the caller wants the sentiment toward."""

    start: int
    end: int
    sentiment: Sentiment = UNSCORED


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase, folded, and its weight in the text (0 to 1)."""

    term: str
    score: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A name that no watchlist needs to know."""

    start: int
    end: int
    text: str
    label: EntityLabel


@dataclass(frozen=True, slots=True)
class Intent:
    """What a post asks for, and how sure that is (0 to 1)."""

    kind: IntentKind
    score: float


@dataclass(frozen=True, slots=True)
class Annotation:
    """All that the extractors found in one text."""

    language: Language
    mentions: tuple[Mention, ...] = ()
    targets: tuple[Target, ...] = ()
    entities: tuple[Entity, ...] = ()
    sentiment: Sentiment = UNSCORED
    keywords: tuple[Keyword, ...] = ()
    intents: tuple[Intent, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As ``scrapy analyse`` prints it: the fields of its contract; intents go into the database only."""
        return {
            "language": {"code": self.language.code, "confidence": round(self.language.confidence, 4)},
            "mentions": [
                {
                    "brand": found.brand,
                    "product": found.product,
                    "start": found.start,
                    "end": found.end,
                    "text": found.text,
                    "relevance": round(found.relevance, 4),
                    "sentiment": sentiment_json(found.sentiment),
                }
                for found in self.mentions
                if found.names_it
            ],
            "targets": [
                {"start": target.start, "end": target.end, "sentiment": sentiment_json(target.sentiment)}
                for target in self.targets
            ],
            "entities": [
                {"start": entity.start, "end": entity.end, "text": entity.text, "label": entity.label}
                for entity in self.entities
            ],
            "sentiment": sentiment_json(self.sentiment),
            "keywords": [{"term": keyword.term, "score": round(keyword.score, 4)} for keyword in self.keywords],
        }


def sentiment_json(sentiment: Sentiment) -> dict[str, Any]:
    """Label, score and confidence; the numbers are null where it is unscored."""
    return {
        "label": sentiment.label,
        "score": None if sentiment.score is None else round(sentiment.score, 4),
        "confidence": None if sentiment.confidence is None else round(sentiment.confidence, 4),
    }
