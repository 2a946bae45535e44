"""Which names are also common words: Sky, Coach, 好奇. Where nothing tells the two apart, a brand's figures count the word."""

from __future__ import annotations

import json
from functools import cache

from config.watchlist import Brand
from extractors.folding import fold_name
from extractors.linear import MODELS
from extractors.relevance import seeds


@cache
def common_words() -> frozenset[str]:
    """Folded words that are written small in English, or that stand in Chinese texts as words and not as names."""
    stored = json.loads((MODELS / "common" / "words.json").read_text("utf-8"))
    return frozenset(word for words in stored.values() for word in words)


def is_common(name: str) -> bool:
    """Whether a name is also a common word."""
    return fold_name(name) in common_words()


def untold(brand: Brand) -> list[str]:
    """The names of a brand and of its products that are also common words, where neither query, context nor seeds tell them apart."""
    if brand.query:
        return []
    own = [] if brand.context.words_for or brand.context.words_against else [brand.name, *brand.aliases]
    products = [name for product in brand.products for name in (product.name, *product.aliases)]
    # {Gap} asks for its own spelling, and our seeds tell their names apart.
    return [
        name
        for name in dict.fromkeys([*own, *products])
        if not name.startswith("{") and is_common(name) and (name in products or fold_name(name) not in seeds())
    ]
