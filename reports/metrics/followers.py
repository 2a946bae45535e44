"""Who listens: followers of the brands' own accounts, and their growth where one can be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from reports.intervals import Interval, at_least, counted, growth, holds_zero, total
from reports.metrics.base import Metric, Rows, Value, Vector
from reports.metrics.parts import Inputs
from reports.scope import Scope
from storage.tables import account
from storage.views import account_observation

CARRY_DAYS = 3
"""A day without an observation takes the last one, where it is no older."""
OPENING_DAYS = 7
"""How old the observation before the period may be to stand for its beginning."""


def day_inputs(scope: Scope) -> Inputs:
    """The observations of the brands' own accounts that tell followers, from a week before the period."""
    return (
        select(
            account.c.brand_id,
            account.c.platform,
            account.c.account_id,
            account.c.handle,
            account_observation.c.observed_at,
            account_observation.c.followers_low,
            account_observation.c.followers_high,
            account_observation.c.fetch_id,
        )
        .join(account_observation, account_observation.c.account_id == account.c.account_id)
        .where(
            account.c.brand_id.in_(scope.brands),
            # Another server's copy of an account is not summed with its own.
            ~account.c.mirror,
            account_observation.c.followers_low.is_not(None),
            account_observation.c.observed_at >= scope.starts_at - timedelta(days=OPENING_DAYS),
            account_observation.c.observed_at < scope.ends_at,
            account_observation.c.observed_at <= scope.as_of,
        )
        .order_by(account.c.brand_id, account.c.platform, account.c.account_id, account_observation.c.observed_at)
    )


def growth_inputs(scope: Scope) -> Inputs:
    """First and last of those observations for each account: the last before the period, or else the first in it, and the last in it."""
    seen = day_inputs(scope).cte("seen")
    inside = seen.c.observed_at >= scope.starts_at
    order = func.row_number().over
    ranked = select(
        seen,
        inside.label("inside"),
        order(partition_by=(seen.c.account_id, inside), order_by=(seen.c.observed_at, seen.c.fetch_id)).label("forth"),
        order(
            partition_by=(seen.c.account_id, inside), order_by=(seen.c.observed_at.desc(), seen.c.fetch_id.desc())
        ).label("back"),
    ).cte("ranked")
    return (
        select(ranked)
        .where((ranked.c.back == 1) | ((ranked.c.forth == 1) & ranked.c.inside))
        .order_by(ranked.c.brand_id, ranked.c.platform, ranked.c.account_id, ranked.c.observed_at)
    )


def moment(value: object) -> datetime:
    """A time of a row; a vector's rows write it as text."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def followers_by_day(rows: Rows, scope: Scope) -> list[Value]:
    """Followers by brand, platform and day, over the brand's accounts there; a gap where one account's last observation is too old."""
    last: dict[tuple[str, str], dict[int, dict[date, Interval]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found = counted(row["followers_low"], row["followers_high"])
        if found is not None:
            last[row["brand_id"], row["platform"]][row["account_id"]][scope.day_of(moment(row["observed_at"]))] = found
    order = {brand: number for number, brand in enumerate(scope.brands)}
    values = []
    for brand, platform in sorted(last, key=lambda key: (order[key[0]], key[1])):
        accounts = last[brand, platform]
        for day in scope.days:
            parts = [carried(seen, day) for seen in accounts.values()]
            told = [part for part in parts if part is not None]
            whole = len(told) == len(parts)
            beside = {"seen": sum(day in seen for seen in accounts.values())}
            interval = total(told) if whole else None
            values.append(
                Value((brand, platform, day.isoformat()), interval, len(told), () if whole else ("gap",), beside)
            )
    return values


def carried(seen: Mapping[date, Interval], day: date) -> Interval | None:
    """The day's observation, or the last one that is not too old."""
    return next((seen[at] for back in range(CARRY_DAYS + 1) if (at := day - timedelta(days=back)) in seen), None)


def follower_growth(rows: Rows, scope: Scope) -> list[Value]:
    """(F1 − F0) / F0 by brand and platform, over the accounts with two observations; beside it both counts and their times."""
    pairs: dict[tuple[str, str], list[tuple[Interval, Interval, datetime, datetime]]] = defaultdict(list)
    single: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    by_account: dict[tuple[str, str, int], list[tuple[datetime, Interval]]] = defaultdict(list)
    for row in rows:
        found = counted(row["followers_low"], row["followers_high"])
        if found is not None:
            by_account[row["brand_id"], row["platform"], row["account_id"]].append((moment(row["observed_at"]), found))
    for (brand, platform, _), seen in by_account.items():
        seen.sort(key=lambda one: one[0])
        inside = [one for one in seen if one[0] >= scope.starts_at]
        if not inside:
            continue
        (at_first, first), (at_last, last) = seen[0], inside[-1]
        single[brand, platform].append(last)
        if at_last > at_first:
            pairs[brand, platform].append((first, last, at_first, at_last))
    values = []
    order = {brand: number for number, brand in enumerate(scope.brands)}
    for key in sorted(single, key=lambda one: (order[one[0]], one[1])):
        told = pairs.get(key, [])
        now = total(single[key])
        beside: dict[str, Any] = {"followers": ends(now), "accounts": len(single[key])}
        if not told:
            values.append(Value(key, None, 0, ("one-observation",), beside))
            continue
        first, last = total(one[0] for one in told), total(one[1] for one in told)
        change = growth(first, last)
        beside |= {
            "before": ends(first),
            "after": ends(last),
            "gained": ends(gained(first, last)),
            "from": min(one[2] for one in told).isoformat(),
            "to": max(one[3] for one in told).isoformat(),
        }
        notes = ("no-change",) if change is not None and holds_zero(change) else ()
        values.append(Value(key, change, len(told), notes, beside))
    return values


def ends(interval: Interval) -> list[float | None]:
    """Low, best and high, as they are stored."""
    return [interval.low, interval.best, interval.high]


def gained(first: Interval, last: Interval) -> Interval:
    """The difference at the far ends."""
    low = float("-inf") if first.high is None else last.low - first.high
    if first.high is None:
        return at_least(0.0) if low == float("-inf") else Interval(low, None, last.best - first.best)
    return Interval(low, None if last.high is None else last.high - first.low, last.best - first.best)


SEEN = {"brand_id": "acme", "platform": "youtube", "account_id": 1, "handle": "acme", "fetch_id": 1}
FOLLOWERS_BY_DAY = Metric(
    id="followers-by-day",
    version=1,
    unit="followers",
    keys=("brand", "platform", "day"),
    definition=(
        "Followers of the brand's own accounts on a platform at the end of the day: each account's last observation, no more than 3 days old, "
        "summed as intervals; a gap where one account has none. Followers before the first observation are unknown. "
        "Who follows on two platforms counts twice in a sum over platforms."
    ),
    select=day_inputs,
    after=followers_by_day,
    vector=Vector(
        rows=({**SEEN, "observed_at": "2026-03-03T12:00:00+00:00", "followers_low": 86_350, "followers_high": 86_499},),
        expect={
            ("acme", "youtube", "2026-03-02"): None,
            ("acme", "youtube", "2026-03-06"): (86_350, 86_400, 86_499),
            ("acme", "youtube", "2026-03-07"): None,
        },
    ),
)
FOLLOWER_GROWTH = Metric(
    id="follower-growth",
    version=1,
    unit="rate",
    keys=("brand", "platform"),
    definition=(
        "(F1 − F0) / F0, where F0 is the last observation in the week before the period, or else the first in the period, and F1 the last in the "
        "period; over the accounts that have both. Low is F1's low over F0's high, high is F1's high over F0's low. "
        "Where that interval holds 0, no change can be told."
    ),
    select=growth_inputs,
    after=follower_growth,
    vector=Vector(
        rows=(
            {**SEEN, "observed_at": "2026-03-01T12:00:00+00:00", "followers_low": 86_350, "followers_high": 86_499},
            {**SEEN, "observed_at": "2026-03-08T12:00:00+00:00", "followers_low": 88_150, "followers_high": 88_299},
        ),
        expect={("acme", "youtube"): (0.0190869, 0.0208333, 0.0225710)},
    ),
)
ALL = (FOLLOWERS_BY_DAY, FOLLOWER_GROWTH)
