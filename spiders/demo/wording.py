"""What people in the demo's world write: sentences of phrases/*.toml put together, with the world's own truth beside the text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from spiders.demo.brands import MAKERS, MEADOW, Maker

PHRASES = Path(__file__).parent / "phrases"
CITIES = {
    "en": ("Utrecht", "Leeds", "Portland", "Ghent", "Malmo", "Bristol", "Freiburg"),
    "zh": ("杭州", "成都", "苏州", "厦门", "昆明", "青岛"),
    "de": ("Leipzig", "Bremen", "Graz", "Basel", "Kiel"),
}
MONTHS = {
    "en": ("March", "April", "May", "June"),
    "zh": ("三月", "四月", "五月", "六月"),
    "de": ("März", "April", "Mai", "Juni"),
}
OPENERS = {
    "en": ("", "", "", "", "Update: ", "Quick note: ", "OK, so: ", "For the record: "),
    "zh": ("", "", "", "", "更新：", "说一下：", "记录："),
    "de": ("", "", "", "Kurz gesagt: ", "Nachtrag: "),
}
GAPS = {"en": " ", "zh": "", "de": " "}
TOO_LIKE = 0.55
"""Two texts that share more of their words than this would be taken for copies."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and what it is about: brands by id (those that a reader would count), products, and its tone."""

    text: str
    brands: tuple[str, ...]
    products: tuple[str, ...]
    tone: str
    title: str | None = None


@cache
def phrases(language: str) -> dict[str, Any]:
    """The sentences of a language by tone."""
    return tomllib.loads((PHRASES / f"{language}.toml").read_text("utf-8"))


class Writer:
    """Puts sentences together; never twice the same, and never two texts that look like copies of each other."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.written: dict[str, list[frozenset[str]]] = {}
        self.headlines: set[tuple[str, str | None]] = set()

    def post(self, language: str, maker: Maker, tone: str, at: datetime) -> Said:
        """A post about a brand in a tone of the phrases: praise, complaint, wish, question, remark, crisis, launch, compare."""
        for _ in range(60):
            said = self._post(language, maker, tone, at)
            words = _words(said.text, language)
            known = self.written.setdefault(language, [])
            if all(len(words & other) <= TOO_LIKE * len(words | other) for other in known):
                known.append(words)
                return said
        raise RuntimeError(f"no new sentence left for {language} {tone}; write more of them in {PHRASES}")

    def _post(self, language: str, maker: Maker, tone: str, at: datetime) -> Said:
        pool, chance = phrases(language), self.chance
        product = self._product(maker, tone, at)
        core = chance.choice(pool[tone])
        other = chance.choice([rival for rival in MAKERS if rival is not maker]) if "{other}" in core else None
        details = chance.sample(pool["detail"], chance.choice((1, 2, 2, 3)))
        closing = [chance.choice(pool["closer"])] if chance.random() < 0.3 else []
        parts = [self.fill(sentence, language, maker, product, other) for sentence in (core, *details, *closing)]
        text = chance.choice(OPENERS[language]) + GAPS[language].join(parts)
        brands = (maker.key, other.key) if other else (maker.key,)
        return Said(text, brands, (product,) if product and "{thing}" in core else (), tone)

    def article(self, language: str, maker: Maker, kind: str, at: datetime, place: str) -> Said:
        """A headline and its text: news, crisis_news, launch_news, owned, crisis_owned, launch_owned.

        A paper has no headline twice; when all of a kind are used, it turns to its common news.
        """
        for attempt in range(80):
            said = self._article(language, maker, kind if attempt < 20 else kind.rpartition("_")[2], at)
            if (place, said.title) not in self.headlines:
                break
        self.headlines.add((place, said.title))
        return said

    def _article(self, language: str, maker: Maker, kind: str, at: datetime) -> Said:
        chosen = self.chance.choice(phrases(language)[kind])
        product = self._product(maker, kind, at) or maker.sold(at)[0]
        slots = self.slots(language)
        title, text = (
            self.fill(chosen[part], language, maker, product, None, slots, plain=True) for part in ("title", "text")
        )
        if kind.endswith("news"):
            more = self.chance.sample(phrases(language)["background"], self.chance.choice((2, 3)))
            text = GAPS[language].join([text, *(sentence.format(**self.slots(language)) for sentence in more)])
        named = (product,) if product in f"{title} {text}" else ()
        return Said(text, (maker.key,), named, chosen.get("tone", kind), title)

    def grass(self) -> Said:
        """A post about meadows that names no brand."""
        pool = phrases("en")
        parts = [self.chance.choice(pool["grass"]), self.chance.choice(pool["closer"])]
        return Said(" ".join(parts).format(**self.slots("en")), (), (), "grass")

    def _product(self, maker: Maker, tone: str, at: datetime) -> str | None:
        """Which product the text names, if any: what the news is about in a crisis and at a launch."""
        if tone.startswith("crisis"):
            return "Clover 2"
        if tone.startswith("launch"):
            return "Foldling"
        return self.chance.choice((None, *maker.sold(at))) if self.chance.random() < 0.85 else None

    def fill(
        self,
        sentence: str,
        language: str,
        maker: Maker,
        product: str | None,
        other: Maker | None,
        slots: dict[str, Any] | None = None,
        *,
        plain: bool = False,
    ) -> str:
        """A sentence with its gaps filled; ``plain`` keeps the bare name of a brand that is an everyday word."""

        def thing(one: Maker) -> str:
            name = one.called(language)
            return f"the {name} e-bike" if one is MEADOW and language == "en" and not plain else name

        filled = sentence.format(
            brand=maker.called(language),
            thing=product or thing(maker),
            other=thing(other) if other else "",
            **(slots or self.slots(language)),
        )
        return filled[:1].upper() + filled[1:]

    def slots(self, language: str) -> dict[str, Any]:
        """Numbers, places and months for the gaps."""
        chance = self.chance
        return {
            "city": chance.choice(CITIES[language]),
            "month": chance.choice(MONTHS[language]),
            "km": chance.randint(4, 38),
            "days": chance.randint(2, 6),
            "odometer": chance.randint(310, 9400),
            "weight": chance.randint(52, 104),
            "hours": chance.randint(3, 7),
            "minutes": chance.randint(18, 55),
            "degrees": chance.randint(2, 17),
            "speed": chance.randint(15, 24),
        }


def _words(text: str, language: str) -> frozenset[str]:
    """What two texts are compared by: words, or pairs of characters in Chinese."""
    if language == "zh":
        return frozenset(text[i : i + 2] for i in range(len(text) - 1))
    return frozenset(text.lower().split())


def likeness(texts: Sequence[str], language: str) -> float:
    """The largest share of words that two of the texts have in common, 0 to 1."""
    sets = [_words(text, language) for text in texts]
    return max(
        (len(a & b) / len(a | b) for number, a in enumerate(sets) for b in sets[:number]),
        default=0.0,
    )
