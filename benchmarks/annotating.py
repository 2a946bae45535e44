"""Posts a second with 10,000 aliases: the names alone, and ``scrapy annotate`` from database to database on two worker processes.

The command's own start, some seconds for reading models and the watchlist, is part of its time.
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert

from config.watchlist import Brand
from extractors.mentions import Matcher
from storage import tables
from storage.database import open_database, writing

ALIASES = 10_000
WORKERS = 2
SET_CHILD_SUBREAPER = 36
"""Linux's number for it: prctl(2)."""
MOST_MB = 1_500
AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
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
OPENINGS = (
    "Just got the new {0}",
    "@{1} your customer service is a joke",
    "Does anyone know whether {0} ships to Canada?",
    "RT @news: {0} opens a shop in Berlin next spring https://t.example/{1}",
    "Honestly I don't mind the price of the {0}",
    "Good morning everyone",
    "After three weeks with my {0} I can say this",
    "Can't believe what {1} did on Tuesday",
    "Watching the game tonight with my sister and her husband Martin",
    "So {0} and {1} are in the news again",
    "My flight to Toronto was late again #travel",
    "Thinking of buying a {0} for my dad",
)
MIDDLES = (
    "the battery life is amazing",
    "I have been waiting for weeks",
    "the screen broke after two days",
    "nobody at the help desk answers",
    "it is so much better than {1}",
    "we should all meet on Friday at Central Park",
    "the camera is not great in the dark",
    "I would buy it again",
    "they never tell you about the delivery costs",
    "my phone says it is going to rain",
    "Ms Henderson of Globex told the Times about it",
    "you can get one for half the price in London",
    "it works like a charm",
    "the update made everything slower",
    "the concert was sold out in an hour",
    "I miss the old one",
)
ENDINGS = (
    "",
    "",
    "#fail",
    "lol",
    "😀",
    "what do you think?",
    "never again!",
    "thank you so much",
    "#mondaymotivation",
    ":(",
    "https://t.example/x",
)
CHINESE_OPENINGS = (
    "刚买了新的{0}",
    "{0}的客服太差了",
    "有人知道{0}什么时候出新款吗？",
    "今天天气很好",
    "和{1}相比，我更喜欢{0}",
    "昨天在上海的店里看到了{0}",
    "张伟说{1}要裁员了",
)
CHINESE_MIDDLES = (
    "电池续航真的非常不错",
    "等了三个星期还没有发货",
    "想换一个手机",
    "和朋友一起去公园散步",
    "屏幕两天就坏了",
    "价格有点贵",
    "晚上吃火锅",
    "物流很快，包装也好",
    "再也不买了",
    "北京大学的老师推荐的",
)
CHINESE_ENDINGS = ("", "[赞]", "[怒]", "真的很满意", "大家觉得呢？", "哈哈哈")


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
    """Made-up posts of some 90 letters, three English for one Chinese; few are near-duplicates of another."""
    drawn, known = random.Random(SEED), names(ALIASES)
    return [post(drawn, known) + f" {number}" for number in range(n)]


def post(drawn: random.Random, known: Sequence[str]) -> str:
    """An opening, one to three things that are said, an ending."""
    chinese = drawn.random() < 0.25
    openings, middles, endings = (
        (CHINESE_OPENINGS, CHINESE_MIDDLES, CHINESE_ENDINGS) if chinese else (OPENINGS, MIDDLES, ENDINGS)
    )
    parts = [drawn.choice(openings), *drawn.sample(middles, drawn.randint(1, 3))]
    text = ("，" if chinese else ", ").join(parts) + ("" if chinese else " ") + drawn.choice(endings)
    return text.format(drawn.choice(known), drawn.choice(known))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost, its worker processes among it."""

    seconds: float
    processor_seconds: float
    peak_mb: float


def make_home(home: Path, texts: Sequence[str]) -> None:
    """A watchlist and a database of posts that nothing is known of yet."""
    told = [{"name": brand.name, "aliases": list(brand.aliases)} for brand in brands()]
    written = (f"[[brand]]\nname = {json.dumps(one['name'])}\naliases = {json.dumps(one['aliases'])}\n" for one in told)
    (home / "watchlist.toml").write_text("".join(written), "utf-8")
    engine = open_database(address_of(home))
    rows = [
        {"post_id": number, "platform": "bluesky", "site": "", "namespace": "post", "kind": "post", "native_id": str(number),
         "text": text, "published_at": AT + timedelta(seconds=number), "hashtags": [], "links": [],
         "first_seen_at": AT, "last_seen_at": AT, "version": ""}
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(tables.post), rows)
    engine.dispose()


def address_of(home: Path) -> str:
    """The address of a home's database."""
    return f"sqlite:///{home / 'bench.sqlite'}"


def annotated(home: Path, *words: str, address: str | None = None) -> Cost:
    """Run ``scrapy annotate`` as a person would; the peak is that of all its processes together."""
    adopt_orphans()
    before = {child.pid for child in psutil.Process().children()}
    environment = {**os.environ, "MENTIONARY_HOME": str(home), "MENTIONARY_DATABASE": address or address_of(home)}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "scrapy", "annotate", "--workers", str(WORKERS), *words], env=environment
    )
    peak = 0.0
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, memory_mb(process.pid))
        time.sleep(0.5)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"scrapy annotate ended with {process.returncode}")
    seconds = time.monotonic() - started
    spent = used.ru_utime + used.ru_stime
    # The process that workers are copied from outlives the command by a moment.
    for child in psutil.Process().children():
        if child.pid not in before:
            _, _, used = os.wait4(child.pid, 0)
            spent += used.ru_utime + used.ru_stime
    return Cost(seconds, spent, peak)


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends, so that their processor time is told, too; on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def memory_mb(pid: int) -> float:
    """What a process and its children hold, pages that they share counted once; 0 where the system does not tell."""
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0.0
    own = next((int(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024 + sum(memory_mb(int(child)) for child in children)


def whole(n: int, name: str, target: int, *words: str) -> list[dict[str, object]]:
    """The rows of one run from database to database: by the clock, and what it would be on cores of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_home(home, posts(n))
        cost = annotated(home, *words)
    rate, own = n / cost.seconds, WORKERS * n / cost.processor_seconds
    about = f"{name}, {ALIASES:,} aliases, database to database, {n:,} posts"
    return [
        {"name": f"{about}, by the clock", "value": round(rate), "unit": "posts/s", "target": target, "better": "higher"},
        {"name": f"{about}, by the processor time of {WORKERS} cores", "value": round(own), "unit": "posts/s", "target": target, "better": "higher"},
        {"name": f"{about}, memory of all processes at most", "value": round(cost.peak_mb), "unit": "MB", "target": MOST_MB, "better": "lower"},
    ]  # fmt: skip


def run() -> list[dict[str, object]]:
    """The rows."""
    texts = posts(20_000)
    matcher = Matcher(brands())
    matcher.find(texts[0])
    started = time.perf_counter()
    found = sum(len(matcher.find(text)) for text in texts)
    alone = len(texts) / (time.perf_counter() - started)
    assert found > len(texts)
    return [
        {"name": "mentions alone, 10,000 aliases, one process", "value": round(alone), "unit": "posts/s", "target": 50_000, "better": "higher"},
        *whole(20_000, "scrapy annotate, light", 1_000),
        *whole(16_000, "scrapy annotate, accurate", 300, "--set", "ACCURATE=1"),
    ]  # fmt: skip
