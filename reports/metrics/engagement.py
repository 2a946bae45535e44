"""What posts get: engagement over named parts, its rate, its growth at equal age, and posts that break out.

The parts are likes, comments, shares and saves. A comparison uses only parts that all that is compared shows, since a platform that hides shares has no fewer of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, select

from reports.intervals import Interval, counted, exactly, median, ratio, total
from reports.metrics.base import Metric, Row, Rows, Value, Vector, few
from reports.metrics.followers import ends, moment
from reports.metrics.parts import Inputs, count_of, earned_posts, last_counts, published, said, times
from reports.scope import Scope
from storage.tables import account, post
from storage.views import account_observation, post_observation

PARTS = ("likes", "comments", "shares", "saves")
FEW_POSTS = 5
"""Below so many posts a median is marked."""
FOLLOWERS_DAYS = 7
"""How old the observation of followers may be at the time of a post."""
AGES = {"1h": 1, "6h": 6, "24h": 24, "3d": 72, "7d": 168, "30d": 720}
"""Ages at which posts are compared, in hours."""
BREAKOUT_DAYS, BREAKOUT_POSTS = 90, 50
"""An account's usual: its last posts before the period, no more than so old and so many, and the period's own."""
BREAKOUT_LEAST = 10
"""So many posts of the same account, seen at the same age, are needed to know what is usual."""
BREAKOUT_Z = 3.5


def own_posts(scope: Scope) -> CTE:
    """The period's posts of the brands' own accounts, reposts left out."""
    return (
        select(account.c.brand_id, post.c.platform, post.c.account_id, post.c.post_id, post.c.kind, post.c.url, post.c.published_at, post.c.published_precision)
        .join(post, post.c.account_id == account.c.account_id)
        .where(account.c.brand_id.in_(scope.brands),
            ~account.c.mirror, post.c.repost_of.is_(None), post.c.namespace == "post", published(scope))
        .cte("posts")
    )  # fmt: skip


def by_pattern(posts: CTE, scope: Scope) -> Inputs:
    """By brand, platform and which parts were shown: the number of posts and each part's sum, low, best and high."""
    seen, is_last = last_counts(scope, posts)
    shown = {name: seen.c[f"{name}_low"].is_not(None) for name in PARTS}
    columns: list[ColumnElement[Any]] = []
    for name in PARTS:
        low, high, best = count_of(name, seen)
        open_ended = func.sum(case((and_(low.is_not(None), high.is_(None)), 1), else_=0))
        columns += [
            func.sum(low).label(f"{name}_low"),
            func.sum(best).label(f"{name}_best"),
            case((open_ended > 0, None), else_=func.sum(high)).label(f"{name}_high"),
        ]
    flags = [case((shown[name], 1), else_=0).label(f"has_{name}") for name in PARTS]
    return (
        select(
            posts.c.brand_id,
            posts.c.platform,
            *flags,
            func.count().label("posts"),
            *columns,
            *times(seen.c.observed_at),
        )
        .select_from(posts)
        .outerjoin(seen, is_last)
        .group_by(posts.c.brand_id, posts.c.platform, *flags)
        .order_by(posts.c.platform, posts.c.brand_id, *(flag.desc() for flag in flags))
    )


def own_inputs(scope: Scope) -> Inputs:
    """Own posts by pattern."""
    return by_pattern(own_posts(scope), scope)


def earned_inputs(scope: Scope) -> Inputs:
    """Posts of others that name a brand, by pattern."""
    voice = said(scope, post.c.platform)
    return by_pattern(earned_posts(voice, voice.c.platform), scope)


def shown_parts(rows: Iterable[Row]) -> tuple[str, ...]:
    """The parts that at least half of the posts show."""
    posts: dict[str, int] = dict.fromkeys(PARTS, 0)
    everything = 0
    for row in rows:
        if any(row[f"has_{name}"] for name in PARTS):
            everything += row["posts"]
            for name in PARTS:
                posts[name] += row["posts"] if row[f"has_{name}"] else 0
    return tuple(name for name in PARTS if everything and posts[name] * 2 >= everything)


def common_parts(rows: Rows, name: str) -> tuple[str, ...]:
    """The parts that each group of rows shows, among groups that show any."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[name]].append(row)
    sets = [set(shown) for group in groups.values() if (shown := shown_parts(group))]
    if not sets:
        return ()
    common = set.intersection(*sets)
    return tuple(part for part in PARTS if part in common)


def summed(rows: Sequence[Row], parts: tuple[str, ...]) -> tuple[Interval | None, int, int]:
    """The sum over posts that show all the parts, their number, and the number of the others."""
    full = [row for row in rows if parts and all(row[f"has_{name}"] for name in parts)]
    n = sum(row["posts"] for row in full)
    others = sum(row["posts"] for row in rows) - n
    if not n:
        return None, 0, others
    pieces = [Interval(row[f"{name}_low"], row[f"{name}_high"], row[f"{name}_best"]) for row in full for name in parts]
    return total(pieces), n, others


def comparable(rows: Rows) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts and the platforms of a comparison: the platform with most posts, and each next one as long as two parts stay common."""
    posts: dict[str, int] = defaultdict(int)
    for row in rows:
        posts[row["platform"]] += row["posts"]
    parts: tuple[str, ...] = ()
    platforms: list[str] = []
    for platform in sorted(posts, key=lambda name: (-posts[name], name)):
        shown = shown_parts(row for row in rows if row["platform"] == platform)
        left = tuple(part for part in parts if part in shown) if platforms else shown
        if len(left) >= 2:
            parts = left
            platforms.append(platform)
    return parts, tuple(sorted(platforms))


def engagement(rows: Rows, scope: Scope) -> list[Value]:
    """The sum over the parts that every platform of the comparison shows, by brand; beside it parts, platforms and the mean of a post."""
    parts, platforms = comparable(rows)
    left_out = sorted({row["platform"] for row in rows} - set(platforms))
    values = []
    for brand in scope.brands:
        mine = [row for row in rows if row["brand_id"] == brand and row["platform"] in platforms]
        summa, n, others = summed(mine, parts)
        beside: dict[str, Any] = {
            "parts": list(parts),
            "platforms": list(platforms),
            "left_out": left_out,
            "without": others,
        }
        if summa is not None:
            beside["mean"] = ends(summa.scaled(1 / n))
        values.append(Value((brand,), summa, n, few(n, FEW_POSTS) if n else ("no-posts",), beside))
    return values


def engagement_by_platform(rows: Rows, scope: Scope) -> list[Value]:
    """The sum over the parts that every brand's posts on that platform show; beside it the parts and the mean of a post."""
    values = []
    for platform in sorted({row["platform"] for row in rows}):
        here = [row for row in rows if row["platform"] == platform]
        parts = common_parts(here, "brand_id")
        if not parts:
            continue
        for brand in scope.brands:
            mine = [row for row in here if row["brand_id"] == brand]
            if not mine:
                continue
            summa, n, others = summed(mine, parts)
            beside: dict[str, Any] = {"parts": list(parts), "without": others}
            if summa is not None:
                beside["mean"] = ends(summa.scaled(1 / n))
            values.append(Value((brand, platform), summa, n, few(n, FEW_POSTS) if n else ("no-posts",), beside))
    return values


def rate_inputs(scope: Scope) -> Inputs:
    """Own posts with their last counts, and the followers last seen before each."""
    posts = own_posts(scope)
    seen, is_last = last_counts(scope, posts)
    then = account_observation

    def before(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
        return (
            select(column)
            .where(
                then.c.account_id == posts.c.account_id,
                then.c.followers_low.is_not(None),
                then.c.observed_at <= posts.c.published_at,
            )
            .order_by(then.c.observed_at.desc(), then.c.fetch_id.desc())
            .limit(1)
            .scalar_subquery()
            .label(name)
        )

    counts = [seen.c[f"{name}_{bound}"] for name in (*PARTS, "views") for bound in ("low", "high")]
    followers = [
        before(then.c.followers_low, "followers_low"),
        before(then.c.followers_high, "followers_high"),
        before(then.c.observed_at, "followers_at"),
    ]
    names = [posts.c[name] for name in ("brand_id", "platform", "post_id", "kind", "published_at")]
    return (
        select(*names, seen.c.observed_at, *counts, *followers)
        .select_from(posts)
        .join(seen, is_last)
        .order_by(posts.c.brand_id, posts.c.platform, posts.c.post_id)
    )


def parts_by_platform(rows: Rows) -> dict[str, tuple[str, ...]]:
    """The parts that the posts of every brand show, for each platform."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        flags = {f"has_{name}": row[f"{name}_low"] is not None for name in PARTS}
        groups[row["platform"], row["brand_id"]].append({**flags, "posts": 1, "brand_id": row["brand_id"]})
    joined: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (platform, _), found in groups.items():
        joined[platform] += found
    return {platform: common_parts(found, "brand_id") for platform, found in joined.items()}


def post_engagement(row: Row, parts: tuple[str, ...]) -> Interval | None:
    """The sum of a post's parts, None where one of them was not shown."""
    told = [counted(row[f"{name}_low"], row[f"{name}_high"]) for name in parts]
    known = [part for part in told if part is not None]
    return total(known) if known and len(known) == len(told) else None


def rates(rows: Rows) -> dict[tuple[str, str], tuple[list[tuple[Interval, Interval]], int, str, tuple[str, ...]]]:
    """By brand and platform: pairs of engagement and what it is held against, the number of posts without, its name, the parts."""
    parts = parts_by_platform(rows)
    found: dict[tuple[str, str], tuple[list[tuple[Interval, Interval]], int, str, tuple[str, ...]]] = {}
    for row in rows:
        key = (row["brand_id"], row["platform"])
        basis = "views" if row["kind"] == "video" else "followers"
        pairs, without, named, _ = found.get(key, ([], 0, basis, ()))
        got = post_engagement(row, parts[row["platform"]])
        against = counted(row[f"{basis}_low"], row[f"{basis}_high"])
        if basis == "followers" and against is not None:
            too_old = moment(row["published_at"]) - moment(row["followers_at"]) > timedelta(days=FOLLOWERS_DAYS)
            against = None if too_old else against
        if got is None or against is None or against.best <= 0 or basis != named:
            without += 1
        else:
            pairs.append((got, against))
        found[key] = (pairs, without, named, parts[row["platform"]])
    return found


def engagement_rate(rows: Rows, scope: Scope) -> list[Value]:
    """The median over posts of engagement by followers at the time of the post, by views for video."""
    values = []
    for key, (pairs, without, basis, parts) in in_order(rates(rows), scope):
        told = [rate for got, against in pairs if (rate := ratio(got, against)) is not None]
        beside = {"basis": basis, "parts": list(parts), "without": without}
        notes = few(len(told), FEW_POSTS) if told else ("no-basis",)
        values.append(Value(key, median(told) if told else None, len(told), notes, beside))
    return values


def account_rate(rows: Rows, scope: Scope) -> list[Value]:
    """Σe / ΣF over the same posts: followers at the time of each post, views for video."""
    values = []
    for key, (pairs, without, basis, parts) in in_order(rates(rows), scope):
        rate = ratio(total(got for got, _ in pairs), total(against for _, against in pairs)) if pairs else None
        beside = {"basis": basis, "parts": list(parts), "without": without}
        notes = few(len(pairs), FEW_POSTS) if pairs else ("no-basis",)
        values.append(Value(key, rate, len(pairs), notes, beside))
    return values


def in_order(found: Mapping[tuple[str, str], Any], scope: Scope) -> list[tuple[tuple[str, str], Any]]:
    """Pairs of brand and platform by platform, then in the scope's order of brands."""
    order = {brand: number for number, brand in enumerate(scope.brands)}
    return sorted(found.items(), key=lambda item: (item[0][1], order[item[0][0]]))


def age_inputs(scope: Scope) -> Inputs:
    """Every observation of the period's own posts, whose time of publishing is known to the hour."""
    return observations_of(own_posts(scope), scope)


def breakout_inputs(scope: Scope) -> Inputs:
    """The same with each account's last posts before the period, so that its usual is known."""
    posts = own_posts(scope.from_days_before(BREAKOUT_DAYS))
    inside = posts.c.published_at >= scope.starts_at
    back = func.row_number().over(
        partition_by=(posts.c.account_id, inside), order_by=(posts.c.published_at.desc(), posts.c.post_id)
    )
    placed = select(posts, inside.label("inside"), back.label("back")).cte("placed")
    return observations_of(
        select(placed).where(placed.c.inside | (placed.c.back <= BREAKOUT_POSTS)).cte("recent"), scope
    )


def observations_of(posts: CTE, scope: Scope) -> Inputs:
    """Every observation of some posts from their publishing on."""
    counts = [post_observation.c[f"{name}_{bound}"] for name in PARTS for bound in ("low", "high")]
    names = [posts.c[name] for name in ("brand_id", "platform", "account_id", "post_id", "url", "published_at")]
    return (
        select(*names, post_observation.c.observed_at, post_observation.c.fetch_id, *counts)
        .join(post_observation, post_observation.c.post_id == posts.c.post_id)
        .where(
            posts.c.published_precision != "day",
            post_observation.c.observed_at >= posts.c.published_at,
            post_observation.c.observed_at <= scope.as_of,
        )
        .order_by(posts.c.brand_id, posts.c.platform, posts.c.post_id, post_observation.c.observed_at)
    )


def at_age(seen: Sequence[tuple[float, Interval]], hours: float) -> Interval | None:
    """Engagement at an age: between the visit before it and the visit after; None where the nearest is more than half off.

    A post begins with nothing, so without a visit before it is at least 0; without one after, it has no upper bound.
    """
    if not seen or min(abs(age - hours) for age, _ in seen) > hours / 2:
        return None
    before = [got for age, got in seen if age <= hours]
    after = [got for age, got in seen if age >= hours]
    low = before[-1] if before else exactly(0)
    high = after[0] if after else None
    nearest = min(seen, key=lambda one: abs(one[0] - hours))[1]
    if high is None:
        return Interval(low.low, None, nearest.best)
    top = None if high.high is None else max(high.high, low.low)
    return Interval(min(low.low, high.low), top, nearest.best)


def histories(rows: Rows) -> list[tuple[Row, list[tuple[float, Interval]]]]:
    """Each post with its engagement by age in hours, over the parts that its platform shows for every brand."""
    parts = parts_by_platform(rows)
    seen: dict[int, tuple[Row, list[tuple[float, Interval]]]] = {}
    for row in rows:
        got = post_engagement(row, parts[row["platform"]])
        if got is None:
            continue
        age = (moment(row["observed_at"]) - moment(row["published_at"])).total_seconds() / 3600
        seen.setdefault(row["post_id"], (row, []))[1].append((age, got))
    return list(seen.values())


def equal_age(rows: Rows, scope: Scope) -> list[Value]:
    """The median engagement of a brand's posts on a platform at each age."""
    found: dict[tuple[str, str], dict[str, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for row, seen in histories(rows):
        for name, hours in AGES.items():
            got = at_age(seen, hours)
            if got is not None:
                found[row["brand_id"], row["platform"]][name].append(got)
    parts = parts_by_platform(rows)
    return [
        Value((*key, age), median(got), len(got), few(len(got), FEW_POSTS), {"parts": list(parts[key[1]])})
        for key, by_age in in_order(found, scope)
        for age in AGES
        if (got := by_age.get(age))
    ]


def robust_z(value: Interval, usual: Sequence[Interval]) -> Interval | None:
    """0.6745 (x − median) / MAD of the best estimates, at each end of the value; None where the MAD is 0."""
    middle = median(usual).best
    spread = median([exactly(abs(one.best - middle)) for one in usual]).best
    if spread == 0:
        return None
    low, best = (0.6745 * (end - middle) / spread for end in (value.low, value.best))
    return Interval(low, None if value.high is None else 0.6745 * (value.high - middle) / spread, best)


def breakouts(rows: Rows, scope: Scope) -> list[Value]:
    """The period's own posts whose whole robust z lies above 3.5, held against the account's other posts at the same age."""
    by_account: dict[int, list[tuple[Row, dict[str, Interval]]]] = defaultdict(list)
    for row, seen in histories(rows):
        ages = {name: got for name, hours in AGES.items() if (got := at_age(seen, hours)) is not None}
        by_account[row["account_id"]].append((row, ages))
    values = []
    for posts in by_account.values():
        for row, ages in posts:
            if moment(row["published_at"]) < scope.starts_at or not ages:
                continue
            age = list(ages)[-1]
            usual = [other[age] for one, other in posts if one["post_id"] != row["post_id"] and age in other]
            z = robust_z(ages[age], usual) if len(usual) >= BREAKOUT_LEAST else None
            if z is not None and z.low > BREAKOUT_Z:
                beside = {"age": age, "engagement": ends(ages[age]), "usual": median(usual).best, "url": row["url"]}
                values.append(Value((row["brand_id"], row["platform"], str(row["post_id"])), z, len(usual), (), beside))
    return sorted(values, key=lambda value: (-(value.interval.best if value.interval else 0), value.of))


def vector_parts(likes: int, comments: int, shares: int | None) -> dict[str, Any]:
    """Sums as the select names them."""
    row: dict[str, Any] = {"saves_low": None, "saves_best": None, "saves_high": None, "has_saves": 0}
    for name, value in (("likes", likes), ("comments", comments), ("shares", shares)):
        row |= {
            f"{name}_low": value,
            f"{name}_best": value,
            f"{name}_high": value,
            f"has_{name}": int(value is not None),
        }
    return row


def vector_post(post_id: int, hours: int, likes: int, high: int | None = None) -> dict[str, Any]:
    """An observation of a post that shows likes only."""
    row: dict[str, Any] = {f"{name}_{bound}": None for name in (*PARTS, "views") for bound in ("low", "high")}
    day = 1 + hours // 24
    return row | {
        "brand_id": "acme", "platform": "bluesky", "account_id": 1, "post_id": post_id, "kind": "post", "url": None,
        "published_at": "2026-03-02T00:00:00+00:00", "observed_at": f"2026-03-{1 + day:02d}T{hours % 24:02d}:00:00+00:00",
        "likes_low": likes, "likes_high": high or likes, "followers_low": 950, "followers_high": 1099, "followers_at": "2026-03-01T23:00:00+00:00",
    }  # fmt: skip


PARTS_RULE = (
    "Only parts (likes, comments, shares, saves) that everything compared shows enter the sum, and only posts that show them all; "
    "they are named beside the figure. A part counts as shown where at least half of the posts that show any part show it."
)
PLATFORMS_RULE = "Compared are the platform with most posts and each next one, as long as at least two parts stay common to all; the others are named as left out."
SUM_ROWS = (
    {"brand_id": "acme", "platform": "bluesky", "posts": 4, **vector_parts(100, 20, 8)},
    {"brand_id": "globex", "platform": "hackernews", "posts": 2, **vector_parts(50, 60, None)},
)
ENGAGEMENT_OWN = Metric(
    id="engagement",
    version=1,
    unit="engagement",
    keys=("brand",),
    definition=f"Σ of the parts of the last counts of posts by the brand's own accounts that were published in the period. {PLATFORMS_RULE} {PARTS_RULE}",
    select=own_inputs,
    after=engagement,
    vector=Vector(rows=SUM_ROWS, expect={("acme",): (120, 120, 120), ("globex",): (110, 110, 110)}),
)
ENGAGEMENT_EARNED = Metric(
    id="engagement-earned",
    version=1,
    unit="engagement",
    keys=("brand",),
    definition=f"Σ of the parts of the last counts of posts by others that name the brand, copies included. {PLATFORMS_RULE} {PARTS_RULE}",
    select=earned_inputs,
    after=engagement,
    vector=Vector(rows=SUM_ROWS, expect={("acme",): (120, 120, 120), ("globex",): (110, 110, 110)}),
)
ENGAGEMENT_BY_PLATFORM = Metric(
    id="engagement-by-platform",
    version=1,
    unit="engagement",
    keys=("brand", "platform"),
    definition=f"As engagement, on one platform, over the parts that the posts of every brand there show. {PARTS_RULE}",
    select=own_inputs,
    after=engagement_by_platform,
    vector=Vector(
        rows=SUM_ROWS, expect={("acme", "bluesky"): (128, 128, 128), ("globex", "hackernews"): (110, 110, 110)}
    ),
)
RATE_ROWS = (vector_post(1, 24, 20), vector_post(2, 24, 40), vector_post(3, 24, 90))
ENGAGEMENT_RATE = Metric(
    id="engagement-rate",
    version=1,
    unit="rate",
    keys=("brand", "platform"),
    definition=(
        "The median over own posts of engagement by the account's followers as last seen before the post (at most 7 days before); for video, by "
        f"views. Posts whose basis is unknown are counted beside it. {PARTS_RULE}"
    ),
    select=rate_inputs,
    after=engagement_rate,
    vector=Vector(rows=RATE_ROWS, expect={("acme", "bluesky"): (0.0363967, 0.04, 0.0421053)}),
)
ACCOUNT_RATE = Metric(
    id="account-rate",
    version=1,
    unit="rate",
    keys=("brand", "platform"),
    definition=f"Σe / ΣF over own posts: engagement by followers as last seen before each post, by views for video. {PARTS_RULE}",
    select=rate_inputs,
    after=account_rate,
    vector=Vector(rows=RATE_ROWS, expect={("acme", "bluesky"): (0.0454959, 0.05, 0.0526316)}),
)
EQUAL_AGE = Metric(
    id="equal-age",
    version=1,
    unit="engagement",
    keys=("brand", "platform", "age"),
    definition=(
        "The median engagement of own posts at the age of 1 h, 6 h, 24 h, 3 d, 7 d and 30 d. At an age, a post has between what the visit before "
        f"it and the visit after it showed; none where the nearest visit is more than half the age off. {PARTS_RULE}"
    ),
    select=age_inputs,
    after=equal_age,
    vector=Vector(
        rows=(vector_post(1, 5, 10), vector_post(1, 20, 30), vector_post(1, 30, 40)),
        expect={("acme", "bluesky", "6h"): (10, 10, 30), ("acme", "bluesky", "24h"): (30, 30, 40)},
    ),
)
BREAKOUT = Metric(
    id="breakout",
    version=1,
    unit="z",
    keys=("brand", "platform", "post"),
    definition=(
        "0.6745 (x − median) / MAD of a post's engagement against the same account's other posts at the same age (the greatest "
        f"at which the post was seen): those of the period and the last 50 before it, at most 90 days back, at least 10 in all. Posts whose whole interval lies above 3.5 are listed. {PARTS_RULE}"
    ),
    select=breakout_inputs,
    after=breakouts,
    vector=Vector(
        rows=(*(vector_post(number, 24, 10 + number) for number in range(1, 12)), vector_post(12, 24, 60)),
        expect={("acme", "bluesky", "12"): (9.89267, 9.89267, 9.89267)},
    ),
)
ALL = (ENGAGEMENT_OWN, ENGAGEMENT_EARNED, ENGAGEMENT_BY_PLATFORM, ENGAGEMENT_RATE, ACCOUNT_RATE, EQUAL_AGE, BREAKOUT)
