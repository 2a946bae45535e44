"""Realistic data for development and benchmarks: brands, posts, counts that grow, gaps, walls, spikes. Not one word of it is real.

``python -m benchmarks.generate sqlite:////tmp/bench.sqlite --posts 6000 --days 60``
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, event, func, insert, select

from storage import tables
from storage.database import migrate, open_database, writing

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much to make; the same scale and seed make the same rows."""

    posts: int = 6000
    days: int = 60
    end: date = date(2026, 5, 31)
    seed: int = 7
    written_out: int = 40_000
    """From so many posts on, the rest are copies of these under other numbers: the same days, brands and counts. A brand's own posts are not copied."""

    @property
    def copies(self) -> int:
        """How often each written post stands in the end."""
        return max(1, round(self.posts / self.written_out))

    @property
    def start(self) -> datetime:
        """The first day's midnight, UTC."""
        return midnight(self.end) - timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class Maker:
    """A brand as the generator knows it: how much, how well and by whom it is spoken of."""

    key: str
    name: str
    weight: float
    trend: float
    """Growth of its mentions from the first day to the last."""
    positive: float
    negative: float
    products: tuple[str, ...]
    followers: float
    daily: float
    """Growth of its followers, a day."""


MAKERS = (
    Maker(
        "aurelia", "Aurelia", 1.0, 0.35, 0.42, 0.17, ("Aurelia One", "Aurelia Mini", "Aurelia Studio"), 61_000, 0.0021
    ),
    Maker("brightwave", "Brightwave", 1.25, -0.10, 0.31, 0.24, ("Brightwave Go", "Brightwave Max"), 148_000, 0.0004),
    Maker("cindral", "Cindral", 0.55, 0.10, 0.38, 0.20, ("Cindral Air", "Cindral Home"), 23_500, 0.00002),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A platform as the generator knows it."""

    name: str
    weight: float
    kind: str
    shown: Mapping[str, float]
    """Counts it shows, each with its size beside the likes'."""
    style: str = "exact"
    site: str = ""
    languages: Mapping[str, float] = field(default_factory=lambda: {"en": 0.86, "de": 0.06, "es": 0.05, "und": 0.03})
    accounts: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()
    """Days before the end on which nothing could be fetched."""
    trouble: str = "limited"
    """How the fetches of those days ended."""


EVERY = tuple(maker.key for maker in MAKERS)
CHINESE = {"zh": 0.96, "en": 0.04}
PLACES = (
    Place("youtube", 0.14, "video", {"likes": 1, "comments": 0.12, "views": 34}, "western", accounts=EVERY),
    Place("mastodon", 0.16, "post", {"likes": 1, "comments": 0.3, "shares": 0.4}, site="social.example", accounts=EVERY[:2]),
    Place("bluesky", 0.22, "post", {"likes": 1, "comments": 0.25, "shares": 0.3, "quotes": 0.05}, accounts=EVERY, gaps=(20, 21, 22)),
    Place("telegram", 0.06, "post", {"views": 40}, "western", accounts=EVERY[:2]),
    Place("weibo", 0.13, "post", {"likes": 1, "comments": 0.3, "shares": 0.25}, "chinese", languages=CHINESE, accounts=EVERY),
    Place("weixin", 0.05, "article", {"views": 90, "likes": 1, "recommends": 0.5, "shares": 1.4}, "weixin", languages=CHINESE, accounts=EVERY[:2], gaps=(4, 5), trouble="drift"),
    Place("hackernews", 0.10, "post", {"likes": 1, "comments": 0.8}),
    Place("blog", 0.14, "article", {"comments": 0.1}, site="reviews.example"),
    Place("reddit", 0.0, "post", {}, gaps=tuple(range(4000)), trouble="wall"),
)  # fmt: skip

COUNTS = tuple(dict.fromkeys(name for place in PLACES for name in place.shown))
AGES_HOURS = (1, 6, 24, 72, 168, 720)
THEMES = (
    "battery life", "noise cancelling", "build quality", "price", "firmware update", "delivery", "customer service", "sound stage", "app",
    "warranty", "microphone", "bluetooth codec", "comfort", "case", "multipoint", "latency", "spatial audio", "repair", "subscription", "colour",
)  # fmt: skip
THEMES_ZH = ("续航", "降噪", "做工", "价格", "固件更新", "物流", "售后", "音质", "佩戴", "延迟")
OPENINGS = (
    "Three weeks with the",
    "Honest thoughts on the",
    "Is it just me, or does the",
    "Finally tried the",
    "Comparing the",
    "Switched to the",
)
OPENINGS_ZH = ("入手三周的", "聊聊", "终于试了", "对比一下", "被种草的")
ENDINGS = {"positive": "and I would buy it again.", "neutral": "and here are the measurements.", "negative": "and it went back to the shop.", "unscored": "…"}  # fmt: skip
ENDINGS_ZH = {"positive": "真的很满意。", "neutral": "参数如下。", "negative": "已经退货了。", "unscored": "……"}
PLACE_NAMES = tuple(
    f"{first}{last}"
    for first in ("North", "South", "Old", "New", "Upper")
    for last in ("ford", "ham", "mere", "wick", "by", "stead")
)
INTENTS = (
    ("question", 0, 0.12),
    ("wish", 0.12, 0.17),
    ("complaint", 0.15, 0.24),
    ("praise", 0.24, 0.4),
    ("purchase", 0.4, 0.46),
)
"""Kinds of asking, each with its part of the posts."""
STORM_DAY, SPIKE_DAY = 9, 3
"""Days before the end: a storm of copies about the first brand, a spike of the third."""
CHUNK = 20_000
BANDS, BAND_STEP = 16, 1_000_003
"""Bands of a signature, and how far a copy's lie from its original's."""


def midnight(day: date) -> datetime:
    """A day's start, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def shown_as(values: Floats, style: str, name: str) -> tuple[list[int], list[int | None]]:
    """The intervals that a platform of this style lets be read, low and high."""
    whole = np.floor(values)
    if style == "exact":
        exact = whole.astype(int).tolist()
        return exact, list(exact)
    with np.errstate(divide="ignore"):
        digits = np.where(whole > 0, np.floor(np.log10(np.maximum(whole, 1))), 0)
    unit = np.where(whole < 1000, 1, 10.0 ** np.maximum(digits - 2, 0))
    if style in {"chinese", "weixin"}:
        unit = np.where(whole < 10_000, 1, 1000)
    cut = np.floor(whole / unit) * unit
    low = np.where(unit > 1, cut - unit // 2, cut)
    high: list[int | None] = np.where(unit > 1, cut + unit - 1, cut).astype(int).tolist()
    if style == "weixin" and name == "views":
        capped = whole > 100_000
        low = np.where(capped, 100_000, low)
        high = [None if cap else value for cap, value in zip(capped.tolist(), high, strict=True)]
    return low.astype(int).tolist(), high


def chunks(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """Rows in pieces that fit in memory twice."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys."""
    for part in chunks(rows):
        connection.execute(insert(table), part)


def generate(connection: Connection, scale: Scale = Scale()) -> None:
    """Fill empty tables; the same scale gives the same rows."""
    rng = np.random.default_rng(scale.seed)
    once = replace(scale, posts=scale.posts // scale.copies)
    write_brands(connection, scale)
    fetches = write_fetches(connection, scale, rng)
    accounts = write_accounts(connection, once, rng, fetches)
    write_posts(connection, once, rng, fetches, accounts)
    multiply(connection, scale.copies)


COPIED: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (tables.post, ("post_id",)),
    (tables.post_version, ("post_id",)),
    (tables.post_read, ("post_id",)),
    (tables.annotation, ("post_id",)),
    (tables.mention, ("post_id", "mention_id")),
    (tables.keyword, ("post_id",)),
    (tables.entity, ("post_id",)),
    (tables.duplicate_group, ("post_id", "group_id")),
    (tables.duplicate_signature, ("post_id",)),
    (tables.duplicate_band, ("post_id", "band")),
    (tables.intent, ("post_id",)),
)
"""Tables that hold rows of a post, with their columns that are other numbers in a copy."""


def multiply(connection: Connection, times: int) -> None:
    """Copy every post with all that hangs on it under other numbers, inside the database: doubling, then the rest."""
    owned = (
        select(tables.post.c.post_id)
        .join(tables.account, tables.account.c.account_id == tables.post.c.account_id)
        .where(tables.account.c.brand_id.is_not(None))
    )
    # Built at the end, an index is written once and in its order.
    indexes = [index for table, _ in COPIED for index in table.indexes] if times > 1 else []
    for index in indexes:
        index.drop(connection)
    made = 1
    while made < times:
        more = min(made, times - made)
        step = {
            name: connection.execute(select(func.max(table.c[name]))).scalar() or 0
            for table, name in ((tables.post, "post_id"), (tables.mention, "mention_id"))
        }
        step["group_id"] = step["post_id"]
        step["band"] = BAND_STEP * made
        for table, shifted in COPIED:
            columns = [column for column in table.c if not column.computed]
            values: list[Any] = [column + step[column.name] if column.name in shifted else column for column in columns]
            if table is tables.post:
                values = [
                    value + f"-{made}" if column.name in {"native_id", "url"} else value
                    for column, value in zip(columns, values, strict=True)
                ]
            rows = select(*values).where(
                *(table.c[name].not_in(owned) for name in shifted if name in {"post_id", "group_id"})
            )
            if more < made:
                rows = rows.where(table.c.post_id <= step["post_id"] * more // made)
            connection.execute(insert(table).from_select(columns, rows))
        made += more
    for index in indexes:
        index.create(connection)


def write_brands(connection: Connection, scale: Scale) -> None:
    """Brands, products and one change of the watchlist."""
    put(connection, tables.brand, [
        {"brand_id": maker.key, "name": maker.name, "competitors": [key for key in EVERY if key != maker.key], "active": True}
        for maker in MAKERS
    ])  # fmt: skip
    put(connection, tables.product, [
        {"brand_id": maker.key, "product_id": product.lower().replace(" ", "-"), "name": product}
        for maker in MAKERS
        for product in maker.products
    ])  # fmt: skip
    put(connection, tables.watchlist_change, [
        {"changed_at": scale.start, "digest": "0" * 64, "summary": "first watchlist", "names": {}},
        {"changed_at": scale.start + timedelta(days=scale.days - 14, hours=9), "digest": "1" * 64, "summary": "aurelia: alias “Aurelia Audio” added", "names": {}},
    ])  # fmt: skip


def write_fetches(connection: Connection, scale: Scale, rng: np.random.Generator) -> dict[tuple[str, int], int]:
    """A run a platform and day with its fetches; returns the first good fetch of each (platform, day)."""
    runs: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    good: dict[tuple[str, int], int] = {}
    per_day = int(np.clip(scale.posts / scale.days / 20, 6, 60))
    for day in range(scale.days):
        at = scale.start + timedelta(days=day, hours=23, minutes=10)
        for place in PLACES:
            run_id = len(runs) + 1
            down = scale.days - 1 - day in place.gaps
            # A search reaches back a day; what lies beyond is known to be missing.
            resumed = not down and scale.days - day in place.gaps
            runs.append(
                {"run_id": run_id, "kind": "crawl", "platform": place.name, "arguments": [], "started_at": at,
                 "finished_at": at + timedelta(minutes=30), "exit_status": int(down), "note": None}
            )  # fmt: skip
            for number in range(per_day):
                roll = rng.random()
                outcome = (
                    place.trouble
                    if down
                    else "ok"
                    if roll < 0.93 or number == 0
                    else "failed"
                    if roll < 0.96
                    else "unchanged"
                )
                reason = {"wall": "login", "drift": "likes", "failed": "HTTP 503"}.get(outcome)
                fetch_id = len(rows) + 1
                if outcome == "ok":
                    good.setdefault((place.name, day), fetch_id)
                host = place.site or f"{place.name}.example"
                rows.append(
                    {"fetch_id": fetch_id, "run_id": run_id, "url": f"https://{host}/{day}/{number}", "platform": place.name, "host": host,
                     "target": f"query:{EVERY[number % 3]}", "role": "first", "thing": None, "depth": 0, "state": "done", "attempts": 1,
                     "planned_at": at, "fetched_at": at + timedelta(seconds=20 * number), "status": 200, "outcome": outcome, "reason": reason,
                     "records": 20 if outcome == "ok" else 0, "missing": 40 if resumed and number == 0 else 0, "unread": [], "fields": {}, "via": "crawl",
                     "archive_file": f"{place.name}-{day:04d}.warc.gz" if outcome == "ok" else None, "archive_offset": 4096 * number}
                )  # fmt: skip
    put(connection, tables.run, runs)
    put(connection, tables.fetch, rows)
    return good


def write_accounts(
    connection: Connection, scale: Scale, rng: np.random.Generator, fetches: Mapping[tuple[str, int], int]
) -> dict[tuple[str, str], int]:
    """Own accounts with a daily observation, and people under pseudonyms; returns the own account of (platform, brand)."""
    own: dict[tuple[str, str], int] = {}
    rows: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    last = scale.start + timedelta(days=scale.days)

    def add(place: Place, native: str, handle: str | None, brand: str | None) -> int:
        rows.append(
            {"account_id": len(rows) + 1, "platform": place.name, "site": place.site, "key": f"{len(rows) + 1:032x}", "native_id": native, "handle": handle, "version": "made",
             "url": handle and f"https://{place.site or place.name + '.example'}/{handle}", "name": handle, "text": None, "verified": None,
             "brand_id": brand, "first_seen_at": scale.start, "last_seen_at": last}
        )  # fmt: skip
        return len(rows)

    for place in PLACES:
        for maker in MAKERS:
            if maker.key not in place.accounts:
                continue
            account_id = own[place.name, maker.key] = add(place, maker.key, f"{maker.key}.official", maker.key)
            size = maker.followers * rng.uniform(0.3, 1.6)
            true = size * np.cumprod(1 + rng.normal(maker.daily, 0.0006, scale.days))
            low, high = shown_as(true, "western" if place.style == "western" else place.style, "followers")
            for day in range(scale.days):
                fetch_id = fetches.get((place.name, day))
                if fetch_id is None or rng.random() < 0.02:
                    continue
                seen.append(
                    {"account_id": account_id, "observed_at": scale.start + timedelta(days=day, hours=23, minutes=11), "fetch_id": fetch_id, "version": "made", "by_alias": False, "kept": True,
                     "followers_low": low[day], "followers_high": high[day]}
                )  # fmt: skip
    for place in PLACES:
        for number in range(max(5, min(20_000, int(scale.posts * place.weight / 3)))):
            add(place, f"person-{number:06d}", None, None)
    put(connection, tables.account, rows)
    put(connection, tables.account_read, seen)
    return own


def day_weights(scale: Scale) -> Floats:
    """How much is said on each day: a weekly rhythm."""
    rhythm = np.array([1.05, 1.1, 1.08, 1.04, 1.0, 0.72, 0.68])
    return np.array([rhythm[(scale.start + timedelta(days=day)).weekday()] for day in range(scale.days)])


def write_posts(
    connection: Connection,
    scale: Scale,
    rng: np.random.Generator,
    fetches: Mapping[tuple[str, int], int],
    own: Mapping[tuple[str, str], int],
) -> None:
    """Posts with their observations, annotations, mentions, keywords and groups, a day at a time."""
    weights = day_weights(scale)
    weights = weights / weights.sum()
    places = [place for place in PLACES if place.weight]
    share = np.array([place.weight for place in places])
    person_from: dict[str, tuple[int, int]] = {}
    account = len(own) + 1
    for place in PLACES:
        count = max(5, min(20_000, int(scale.posts * place.weight / 3)))
        person_from[place.name] = (account, count)
        account += count
    post_id = mention_id = 0
    recent: list[int] = []
    for day in range(scale.days):
        batch = Batch()
        left = scale.days - 1 - day
        at = scale.start + timedelta(days=day)
        factors = np.array([maker.weight * (1 + maker.trend * day / scale.days) for maker in MAKERS])
        if left == STORM_DAY:
            factors[0] *= 3.4
        if left == SPIKE_DAY:
            factors[2] *= 3.0
        amount = rng.poisson(scale.posts * weights[day] * factors.sum() / sum(maker.weight for maker in MAKERS))
        storm = int(amount * 0.45) if left == STORM_DAY else 0
        storm_head = 0
        for number in range(int(amount)):
            place = places[int(rng.choice(len(places), p=share / share.sum()))]
            if left in place.gaps:
                continue
            post_id += 1
            mine = rng.random() < 0.07 and bool(place.accounts)
            stormy = number < storm
            brands = pick_brands(rng, factors, place, mine, stormy)
            fill_post(batch, rng, scale, place, day, at, post_id, brands, mine, own, person_from, fetches)
            mention_id = fill_mentions(batch, rng, place, post_id, brands, mine, left, mention_id)
            if stormy:
                storm_head = storm_head or post_id
                batch.groups.append({"post_id": post_id, "group_id": storm_head})
            elif recent and rng.random() < 0.05:
                batch.groups.append({"post_id": post_id, "group_id": recent[int(rng.integers(len(recent)))]})
            else:
                recent = [*recent[-200:], post_id]
        batch.write(connection)


def pick_brands(rng: np.random.Generator, factors: Floats, place: Place, mine: bool, stormy: bool) -> list[int]:
    """Which brands a post names."""
    if stormy:
        return [0]
    if mine:
        allowed = [number for number, maker in enumerate(MAKERS) if maker.key in place.accounts]
        return [allowed[int(rng.integers(len(allowed)))]]
    if rng.random() < 0.06:
        return []
    how_many = 2 if rng.random() < 0.2 else 1
    return [int(number) for number in rng.choice(len(MAKERS), size=how_many, replace=False, p=factors / factors.sum())]


@dataclass(slots=True)
class Batch:
    """The rows of one day."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    mentions: list[dict[str, Any]] = field(default_factory=list)
    keywords: list[dict[str, Any]] = field(default_factory=list)
    groups: list[dict[str, Any]] = field(default_factory=list)
    intents: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[dict[str, Any]] = field(default_factory=list)
    bands: list[dict[str, Any]] = field(default_factory=list)
    observations: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, connection: Connection) -> None:
        """Insert them all."""
        for table, rows in (
            (tables.post, self.posts), (tables.annotation, self.annotations),
            (tables.mention, self.mentions), (tables.keyword, self.keywords), (tables.duplicate_group, self.groups), (tables.intent, self.intents),
            (tables.post_version, self.versions), (tables.entity, self.entities), (tables.duplicate_signature, self.signatures), (tables.duplicate_band, self.bands),
        ):  # fmt: skip
            put(connection, table, rows)
        for rows in self.observations.values():
            put(connection, tables.post_read, rows)


def fill_post(
    batch: Batch, rng: np.random.Generator, scale: Scale, place: Place, day: int, at: datetime, post_id: int, brands: list[int], mine: bool,
    own: Mapping[tuple[str, str], int], person_from: Mapping[str, tuple[int, int]], fetches: Mapping[tuple[str, int], int],
) -> None:  # fmt: skip
    """One post and its observations at the ages of the visiting schedule."""
    published = at + timedelta(seconds=int(np.clip(rng.normal(14.5, 4.5), 0, 23.9) * 3600))
    first, count = person_from[place.name]
    account_id = own[place.name, MAKERS[brands[0]].key] if mine else first + int(rng.integers(count))
    native = f"{place.name}-{post_id}"
    if place.name == "weixin":
        native = f"MzA{account_id:06d}/{2_650_000_000 + post_id}/{1 if rng.random() < 0.6 else 2}"
    end = scale.start + timedelta(days=scale.days)
    seen = [(published + timedelta(hours=hours), hours) for hours in AGES_HOURS]
    visits = [
        (moment, hours, fetches.get((place.name, (moment - scale.start).days)))
        for moment, hours in seen
        if moment < end
    ]
    good = [(moment, hours, fetch_id) for moment, hours, fetch_id in visits if fetch_id is not None]
    latest: dict[str, int | None] = {f"{name}_{bound}": None for name in COUNTS for bound in ("low", "high")}
    likes = float(np.exp(rng.normal(2.2 + (3.4 if mine else 0) + (0.6 if place.style != "exact" else 0), 1.35)))
    if good and place.shown:
        grown = np.array([1 - np.exp(-((hours / 20) ** 0.7)) for _, hours, _ in good])
        columns: dict[str, tuple[list[int], list[int | None]]] = {}
        for name, size in place.shown.items():
            columns[name] = shown_as(likes * size * float(np.exp(rng.normal(0, 0.4))) * grown, place.style, name)
        for number, (moment, _, fetch_id) in enumerate(good):
            row: dict[str, Any] = {
                "post_id": post_id, "observed_at": moment, "fetch_id": fetch_id, "version": "made", "by_alias": False, "kept": True
            }  # fmt: skip
            for name, (lows, highs) in columns.items():
                row[f"{name}_low"], row[f"{name}_high"] = lows[number], highs[number]
            batch.observations.setdefault(place.name, []).append(row)
        latest |= {name: value for name, value in row.items() if name in latest}
    batch.posts.append(
        latest | {"version": "made", "post_id": post_id, "platform": place.name, "site": place.site, "namespace": "post", "native_id": native,
         "url": f"https://{place.site or place.name + '.example'}/p/{post_id}", "kind": place.kind, "account_id": account_id,
         "title": None, "text": None, "published_at": published, "published_precision": "second", "hashtags": [], "links": [],
         "first_seen_at": good[0][0] if good else published, "last_seen_at": good[-1][0] if good else published}
    )  # fmt: skip


def fill_mentions(
    batch: Batch,
    rng: np.random.Generator,
    place: Place,
    post_id: int,
    brands: list[int],
    mine: bool,
    left: int,
    mention_id: int,
) -> int:
    """What the post says of whom, and its words; returns the last mention's number."""
    names = list(place.languages)
    language = names[int(rng.choice(len(names), p=list(place.languages.values())))]
    chinese = language == "zh"
    themes, openings, endings = (THEMES_ZH, OPENINGS_ZH, ENDINGS_ZH) if chinese else (THEMES, OPENINGS, ENDINGS)
    falling = 1 / (1.2 + np.arange(len(themes)))
    if left < 7 and not chinese:
        falling[THEMES.index("firmware update")] *= 6
    if brands == [2] and left == SPIKE_DAY:
        falling[9 if chinese else THEMES.index("repair")] *= 60
    if brands == [0] and left == STORM_DAY:
        falling[8 if chinese else THEMES.index("colour")] *= 60
    terms = [
        themes[int(number)] for number in rng.choice(len(themes), size=2, replace=False, p=falling / falling.sum())
    ]
    tone = "unscored"
    for brand in brands:
        maker = MAKERS[brand]
        bad = maker.negative * (2.4 if brand == 2 and left <= SPIKE_DAY else 1)
        roll = rng.random()
        tone = "positive" if roll < maker.positive else "negative" if roll < maker.positive + bad else "neutral"
        if language not in {"en", "zh"} or rng.random() < 0.04:
            tone = "unscored"
        product = maker.products[int(rng.integers(len(maker.products)))] if rng.random() < 0.4 else None
        for about in (None, product) if product else (None,):
            mention_id += 1
            batch.mentions.append(
                {"mention_id": mention_id, "post_id": post_id, "brand_id": maker.key, "product_id": about and about.lower().replace(" ", "-"),
                 "field": "text", "start": 0, "end": len(maker.name), "matched": maker.name, "standing": "owned" if mine else "earned",
                 "relevance": 0.97, "sentiment": tone, "sentiment_score": {"positive": 0.7, "negative": -0.7, "neutral": 0.0}.get(tone),
                 "sentiment_confidence": None if tone == "unscored" else 0.8, "extractor_version": "generated"}
            )  # fmt: skip
        subject = product or maker.name
        batch.posts[-1]["text"] = (
            f"{openings[int(rng.integers(len(openings)))]}{'' if chinese else ' '}{subject}{'：' if chinese else ': '}"
            f"{('、' if chinese else ' and ').join(terms)}{'，' if chinese else ', '}{endings[tone]}"
        )
    batch.annotations.append(
        {"post_id": post_id, "language": language, "language_confidence": 0.95, "sentiment": tone, "sentiment_score": None,
         "sentiment_confidence": None, "extractor_version": "generated", "matcher_version": "generated"}
    )  # fmt: skip
    fill_findings(batch, post_id, [MAKERS[brand].name for brand in brands])
    roll = rng.random()
    for kind, least, most in INTENTS:
        if least <= roll < most and brands:
            batch.intents.append({"post_id": post_id, "kind": kind, "score": 0.7})
    for term in terms:
        batch.keywords.append({"post_id": post_id, "term": term, "score": 0.5})
    return mention_id


def fill_findings(batch: Batch, post_id: int, names: list[str]) -> None:
    """The post's wording, the names in it, and what near-duplicates are told by; all of it follows from its number and text."""
    text = batch.posts[-1]["text"]
    batch.versions.append(
        {"post_id": post_id, "version": "made", "attributes": {"text": text, "kind": batch.posts[-1]["kind"]}}
    )
    named = [*((name, "ORG") for name in names), (PLACE_NAMES[post_id % len(PLACE_NAMES)], "LOCATION")]
    for start, (name, kind) in enumerate(named):
        batch.entities.append(
            {"post_id": post_id, "field": "text", "start": start, "end": start + len(name), "name": name, "folded": name.casefold(), "label": kind}
        )  # fmt: skip
    if not names:
        return
    digest = hashlib.sha512(str(post_id).encode()).digest() * 4
    batch.signatures.append({"post_id": post_id, "signature": digest})
    numbers = {int.from_bytes(digest[at : at + 7]) + at for at in range(0, BANDS * 3, 3)}
    batch.bands += [{"band": number, "post_id": post_id} for number in sorted(numbers)]


def build(address: str, scale: Scale) -> None:
    """Make the tables in a new database and fill them."""
    migrate(address)
    engine = open_database(address)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def fast(connection: Any, _: Any) -> None:
            # One transaction that is made anew where it fails: a journal would only take as much disk again.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA cache_size = -1000000")

        engine.dispose()  # what was opened before is not set so

    with writing(engine) as connection:
        generate(connection, scale)
    engine.dispose()


def main() -> None:
    """Read the arguments and build."""
    defaults = Scale()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="SQLAlchemy address of an empty database")
    parser.add_argument("--posts", type=int, default=defaults.posts)
    parser.add_argument("--days", type=int, default=defaults.days)
    parser.add_argument("--end", type=date.fromisoformat, default=defaults.end)
    parser.add_argument("--seed", type=int, default=defaults.seed)
    options = parser.parse_args()
    build(options.address, Scale(options.posts, options.days, options.end, options.seed))


if __name__ == "__main__":
    main()
