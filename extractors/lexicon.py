"""VADER's lexicon and rules, asked in a third of the time: words that the lexicon lacks are passed over, emoji looked for only where they are.

And which terms only tell how something was found, in English by that lexicon, in Chinese by jieba's tags.

Source: https://github.com/cjhutto/vaderSentiment (MIT)
"""

from __future__ import annotations

from functools import cache

import rjieba
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
        if self.lexicon.keys().isdisjoint(lower):
            return {"neg": 0.0, "neu": float(bool(words)), "pos": 0.0, "compound": 0.0}
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


CHINESE_TONE = frozenset(
    {"差评", "好评", "垃圾", "推荐", "喜欢", "讨厌", "值得", "满意", "失望", "后悔", "谢谢", "感谢", "吓死人", "气死"}
)
"""Chinese words that praise or blame, and that jieba calls nouns or verbs."""
TONE_TAGS = frozenset({"a", "ad", "d", "e", "i", "l", "m", "t", "y", "z"})
"""jieba's tags of words that describe, count or call out."""
STRONG = 1.8
"""VADER's valence (-4 to 4) from which on a word is tone; weaker ones (delay, support) are mostly things."""
EVENTS = frozenset(
    {
        "broken",
        "crash",
        "damage",
        "damaged",
        "death",
        "defect",
        "error",
        "failure",
        "fraud",
        "injury",
        "killed",
        "murder",
        "scam",
        "stolen",
        "theft",
        "violence",
        "war",
    }
)
"""Strong words that tell what happened."""
MANNER = frozenset({"actually", "anyone", "ask", "everyone", "finally", "honestly", "note", "seriously", "thank", "thanks", "today", "update", "work", "works", "yesterday"})  # fmt: skip


def is_tone(term: str) -> bool:
    """Whether a term only tells how something was found (frustrating, best, 差评) and not what it was."""
    return all(word in CHINESE_TONE or tells_how(word) for word in term.split())


def tells_how(word: str) -> bool:
    """Whether a word describes, counts or calls out."""
    if word.isascii():
        strong = abs(vader().lexicon.get(word, 0.0)) >= STRONG and word not in EVENTS
        return strong or word in MANNER or word in BOOSTER_DICT
    tags = [tag for _, tag in rjieba.tag(word)]
    return len(tags) == 1 and tags[0] in TONE_TAGS
