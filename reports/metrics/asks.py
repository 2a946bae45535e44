"""What people ask for: questions, wishes, complaints, praise and plans to buy, and the themes that they are about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, func, or_, select

from extractors.lexicon import is_tone
from reports.intervals import exactly
from reports.metrics.base import Metric, Rows, Value, Vector
from reports.metrics.content import g_squared
from reports.metrics.parts import Inputs, named_terms, said, times
from reports.scope import Scope
from storage.tables import intent, keyword, post

LEAST_SCORE = 0.5
LEAST_TEXTS = 2
THEMES = 30
"""So many themes of each kind and brand."""


def named(scope: Scope) -> CTE:
    """Mentions of the period with what else their post names: the first and last brand, the worst and the best tone toward any."""
    voice = said(scope)
    post_id = voice.c.post_id
    return select(
        *voice.c,
        func.min(voice.c.brand_id).over(partition_by=post_id).label("first_brand"),
        func.max(voice.c.brand_id).over(partition_by=post_id).label("last_brand"),
        func.min(voice.c.tone).over(partition_by=post_id).label("worst"),
        func.max(voice.c.tone).over(partition_by=post_id).label("best"),
    ).cte("named")


def toward(voice: CTE) -> ColumnElement[Any]:
    """Whether what a post asks for is asked of this brand: blame and praise of a post that names several go to those that its tone tells."""
    return or_(
        voice.c.first_brand == voice.c.last_brand,
        intent.c.kind.not_in(("complaint", "praise")),
        and_(intent.c.kind == "complaint", or_(voice.c.tone < 0, voice.c.worst >= 0)),
        and_(intent.c.kind == "praise", or_(voice.c.tone > 0, voice.c.best <= 0)),
    )


def kind_inputs(scope: Scope) -> Inputs:
    """Texts of others by brand and kind of asking."""
    voice = named(scope)
    return (
        select(
            voice.c.brand_id,
            intent.c.kind,
            func.count(voice.c.text_id.distinct()).label("texts"),
            *times(voice.c.first_seen_at),
        )
        .join(intent, intent.c.post_id == voice.c.post_id)
        .where(voice.c.standing == "earned", intent.c.score >= LEAST_SCORE, toward(voice))
        .group_by(voice.c.brand_id, intent.c.kind)
        .order_by(voice.c.brand_id, intent.c.kind)
    )


def theme_inputs(scope: Scope) -> Inputs:
    """Texts of others by brand, kind of asking and keyword, with the earliest post of each as an example; beside them the texts of the kind, of the keyword, and all."""
    voice = named(scope)
    others = voice.c.standing == "earned"
    texts = func.count(voice.c.text_id.distinct()).label("texts")
    every = select(voice.c.brand_id, texts).where(others).group_by(voice.c.brand_id).cte("every")
    by_kind = (
        select(voice.c.brand_id, intent.c.kind, texts)
        .join(intent, intent.c.post_id == voice.c.post_id)
        .where(others, intent.c.score >= LEAST_SCORE, toward(voice))
        .group_by(voice.c.brand_id, intent.c.kind)
        .cte("by_kind")
    )
    by_term = (
        select(voice.c.brand_id, keyword.c.term, texts)
        .join(keyword, keyword.c.post_id == voice.c.post_id)
        .where(others)
        .group_by(voice.c.brand_id, keyword.c.term)
        .cte("by_term")
    )
    found = (
        select(
            voice.c.brand_id,
            intent.c.kind,
            keyword.c.term,
            texts,
            func.min(voice.c.post_id).label("example_id"),
            *times(voice.c.first_seen_at),
        )
        .join(intent, intent.c.post_id == voice.c.post_id)
        .join(keyword, keyword.c.post_id == voice.c.post_id)
        .where(others, intent.c.score >= LEAST_SCORE, toward(voice), ~named_terms(keyword.c.term))
        .group_by(voice.c.brand_id, intent.c.kind, keyword.c.term)
        .having(func.count(voice.c.text_id.distinct()) >= LEAST_TEXTS)
        .cte("found")
    )
    place = func.row_number().over(
        partition_by=(found.c.brand_id, found.c.kind), order_by=(found.c.texts.desc(), found.c.term)
    )
    placed = select(found, place.label("place")).cte("placed")
    return (
        select(
            placed,
            by_kind.c.texts.label("of_kind"),
            by_term.c.texts.label("with_term"),
            every.c.texts.label("everything"),
            post.c.platform,
            post.c.url,
            func.substr(post.c.text, 1, 300).label("excerpt"),
        )
        .join(post, post.c.post_id == placed.c.example_id)
        .join(every, every.c.brand_id == placed.c.brand_id)
        .join(by_kind, (by_kind.c.brand_id == placed.c.brand_id) & (by_kind.c.kind == placed.c.kind))
        .join(by_term, (by_term.c.brand_id == placed.c.brand_id) & (by_term.c.term == placed.c.term))
        .where(placed.c.place <= THEMES)
        .order_by(placed.c.brand_id, placed.c.kind, placed.c.place)
    )


def asks(rows: Rows, scope: Scope) -> list[Value]:
    """The number of texts of each kind by brand."""
    order = {brand: number for number, brand in enumerate(scope.brands)}
    values = [Value((row["brand_id"], row["kind"]), exactly(row["texts"]), row["texts"]) for row in rows]
    return sorted(values, key=lambda value: (order[value.of[0]], -value.n, value.of[1]))


def ask_themes(rows: Rows, scope: Scope) -> list[Value]:
    """The number of texts with each theme by brand and kind, those first that belong to the kind most (G²); words of tone alone are none; beside it an example."""
    order = {brand: number for number, brand in enumerate(scope.brands)}
    values = []
    for row in rows:
        if is_tone(row["term"]):
            continue
        without_kind = row["everything"] - row["of_kind"]
        g2 = g_squared(row["texts"], row["of_kind"], row["with_term"] - row["texts"], without_kind)
        beside = {
            "g2": g2,
            "example": row["example_id"],
            "url": row["url"],
            "platform": row["platform"],
            "excerpt": row["excerpt"],
        }
        values.append(
            Value((row["brand_id"], row["kind"], row["term"]), exactly(row["texts"]), row["of_kind"], (), beside)
        )
    return sorted(values, key=lambda value: (order[value.of[0]], value.of[1], -value.beside["g2"], value.of[2]))


SEVERAL = "Blame and praise of a text that names several of the brands go to those toward which its tone is such, to all where it is toward none."
RULES = (
    "Kinds are told by turns of phrase and small models in English and Chinese, measured on few texts (docs/explanation/sentiment.md): "
    "they serve to find posts, not to compare shares."
)
ASKS = Metric(
    id="asks",
    version=2,
    unit="posts",
    keys=("brand", "kind"),
    definition=f"Distinct texts of others that name the brand and hold a question, a wish, a complaint, praise or a plan to buy. {SEVERAL} {RULES}",
    select=kind_inputs,
    after=asks,
    vector=Vector(rows=({"brand_id": "acme", "kind": "wish", "texts": 4},), expect={("acme", "wish"): (4, 4, 4)}),
)
ASK_THEMES = Metric(
    id="ask-themes",
    version=2,
    unit="posts",
    keys=("brand", "kind", "theme"),
    definition=(
        "Distinct texts of others that name the brand, by kind and by each of their keywords, at least 2; names of brands and products are no themes, nor are words that only "
        "tell how something was found (frustrating, best, 差评). "
        f"Those come first whose share in the kind exceeds their share in the brand's other texts most, by Dunning's G². The earliest post of each is its example. {SEVERAL} {RULES}"
    ),
    select=theme_inputs,
    after=ask_themes,
    vector=Vector(
        rows=(
            {
                "brand_id": "acme",
                "kind": "wish",
                "term": "battery life",
                "texts": 3,
                "of_kind": 4,
                "with_term": 5,
                "everything": 40,
                "example_id": 7,
                "url": None,
                "platform": "blog",
                "excerpt": None,
            },
            {
                "brand_id": "acme",
                "kind": "wish",
                "term": "best",
                "texts": 4,
                "of_kind": 4,
                "with_term": 4,
                "everything": 40,
                "example_id": 8,
                "url": None,
                "platform": "blog",
                "excerpt": None,
            },
        ),
        expect={("acme", "wish", "battery life"): (3, 3, 3)},
    ),
)
ALL = (ASKS, ASK_THEMES)
