"""Posts a second through the extractors, with 10,000 aliases: the names alone, and everything on two worker processes."""

from __future__ import annotations

import multiprocessing
import random
import time
from concurrent.futures import ProcessPoolExecutor

from config.watchlist import Brand
from extractors.analysis import Analyser
from extractors.mentions import Matcher

ALIASES = 10_000
WORKERS = 2
SEED = 5
SYLLABLES = [
    "ba",
    "be",
    "bi",
    "bo",
    "bu",
    "da",
    "de",
    "di",
    "do",
    "du",
    "ka",
    "ke",
    "ki",
    "ko",
    "ku",
    "la",
    "le",
    "li",
    "lo",
    "lu",
    "ma",
    "me",
    "mi",
    "mo",
    "mu",
    "na",
    "ne",
    "ni",
    "no",
    "nu",
    "ra",
    "re",
    "ri",
    "ro",
    "ru",
    "ta",
    "te",
    "ti",
    "to",
]
ENGLISH = (
    "Just got the new {0} and the battery life is amazing, so much better than {1}",
    "@{1} your customer service is a joke, I have been waiting for my {0} for three weeks #fail",
    "Does anyone know whether {0} ships to Canada? Thinking of buying one for my sister",
    "RT @news: {0} opens a shop in Berlin next spring https://t.example/{1}",
    "Honestly I don't mind the price of the {0}, but the screen broke after two days and nobody at {1} answers",
    "Good morning everyone, have a lovely day and don't forget the meeting tonight at eight",
)
CHINESE = (
    "刚买了新的{0}，电池续航真的非常不错，比{1}好多了[赞]",
    "{0}的客服太差了，等了三个星期还没有发货，再也不买{1}了",
    "有人知道{0}什么时候出新款吗？想换一个手机",
    "今天天气很好，和朋友一起去公园散步，晚上吃火锅",
)


def names(n: int) -> list[str]:
    """Made-up names, each once."""
    drawn = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < n:
        found["".join(drawn.choice(SYLLABLES) for _ in range(drawn.randint(3, 5))).title()] = None
    return list(found)


def brands() -> list[Brand]:
    """A thousand brands with ten names each."""
    made = names(ALIASES)
    return [Brand.model_validate({"name": made[at], "aliases": made[at + 1 : at + 10]}) for at in range(0, ALIASES, 10)]


def posts(n: int) -> list[str]:
    """Made-up posts, three English for one Chinese."""
    drawn, known = random.Random(SEED), names(ALIASES)
    return [
        drawn.choice(CHINESE if drawn.random() < 0.25 else ENGLISH).format(drawn.choice(known), drawn.choice(known))
        + f" {number}"
        for number in range(n)
    ]


analyser: Analyser | None = None


def start() -> None:
    """Make a worker's extractors, and let it meet both languages, which loads the models."""
    global analyser
    analyser = Analyser(brands())
    list(analyser.analyse(posts(20)))


def work(texts: list[str]) -> int:
    """Analyse some texts."""
    assert analyser is not None
    return sum(1 for _ in analyser.analyse(texts))


def run() -> list[dict[str, object]]:
    """The rows."""
    texts = posts(20_000)
    matcher = Matcher(brands())
    matcher.find(texts[0])
    started = time.perf_counter()
    found = sum(len(matcher.find(text)) for text in texts)
    alone = len(texts) / (time.perf_counter() - started)
    assert found > len(texts)

    some = posts(4_000)
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn"), start) as pool:
        list(pool.map(work, [some[:1]] * WORKERS * 2))
        started = time.perf_counter()
        done = sum(pool.map(work, [some[at : at + 200] for at in range(0, len(some), 200)]))
        together = done / (time.perf_counter() - started)
    return [
        {"name": "mentions alone, 10,000 aliases, one process", "value": round(alone), "unit": "posts/s", "target": 50_000, "better": "higher"},
        {"name": "all light extractors, 10,000 aliases, two processes", "value": round(together), "unit": "posts/s", "target": 1_000, "better": "higher"},
    ]  # fmt: skip
