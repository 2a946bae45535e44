"""VADER's lexicon and rules, asked in a third of the time: words that the lexicon lacks are passed over, emoji looked for only where they are.

Source: https://github.com/cjhutto/vaderSentiment (MIT)
"""

from __future__ import annotations

from functools import cache

from vaderSentiment.vaderSentiment import BOOSTER_DICT, SentimentIntensityAnalyzer, SentiText


class Vader(SentimentIntensityAnalyzer):  # type: ignore[misc]
    """Gives the same scores as its parent; a test holds it to that."""

    def polarity_scores(self, text: str) -> dict[str, float]:
        """Compound, positive, neutral and negative share of a text."""
        if not text.isascii():
            scores: dict[str, float] = super().polarity_scores(text)
            return scores
        text = text.strip()
        parsed = SentiText(text)
        words = parsed.words_and_emoticons
        lower = [word.lower() for word in words]
        sentiments: list[float] = []
        for place, word in enumerate(lower):
            kind_of = word == "kind" and lower[place + 1 : place + 2] == ["of"]
            if word not in self.lexicon or word in BOOSTER_DICT or kind_of:
                sentiments.append(0)
            else:
                self.sentiment_valence(0, parsed, words[place], place, sentiments)
        scored: dict[str, float] = self.score_valence(self._but_check(words, sentiments), text)
        return scored


@cache
def vader() -> Vader:
    """The lexicon, read once."""
    return Vader()
