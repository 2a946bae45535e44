"""``intents_zh``: what a Chinese post asks for."""

from __future__ import annotations

from pathlib import Path

from extractors.chinese import BITS
from extractors.training.kinds import Options, make

OPTIONS = Options(bits=BITS, penalty=6.0, form_scale=0.15, word_scale=0.05)


def train(data: Path) -> None:
    """Make the model and its card."""
    make(
        data, "zh", "intents_zh", OPTIONS,
        ("weibo2018, weibo_senti and reviews, where the posts stand: no licence stated; only the weights are shipped",),
        "`sentiment_zh` has seen none of these posts.",
    )  # fmt: skip
