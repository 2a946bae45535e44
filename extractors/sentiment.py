"""Sentiment of a post and toward each name in it; a language without a measured model is unscored, never guessed.

Source: https://github.com/cjhutto/vaderSentiment
"""

from __future__ import annotations

import re
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from extractors.findings import UNSCORED, Label, Sentiment

VERSION = "1"
NEUTRAL_BELOW = 0.05
"""VADER's own bound of neutral."""
CLAUSE_END = re.compile(r"[.!?;\n]+|,? (?:but|while|whereas|although|however) ")


@cache
def vader() -> SentimentIntensityAnalyzer:
    """The lexicon, read once."""
    return SentimentIntensityAnalyzer()


def sentiment_of(text: str, language: str) -> Sentiment:
    """The sentiment of a whole text."""
    if language != "en":
        return UNSCORED
    score = float(vader().polarity_scores(text)["compound"])
    label: Label = "positive" if score >= NEUTRAL_BELOW else "negative" if score <= -NEUTRAL_BELOW else "neutral"
    return Sentiment(label, score, abs(score) if label != "neutral" else 1 - abs(score) / NEUTRAL_BELOW / 2)


def sentiment_toward(text: str, start: int, end: int, language: str) -> Sentiment:
    """The sentiment toward what stands at a span: that of its clause."""
    first = max((found.end() for found in CLAUSE_END.finditer(text, 0, start)), default=0)
    stop = CLAUSE_END.search(text, end)
    return sentiment_of(text[first : stop.end() if stop else len(text)], language)
