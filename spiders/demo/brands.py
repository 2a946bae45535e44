"""The three brands of the demo's market, city e-bikes; brands, accounts, people and addresses are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 1, tzinfo=UTC)
"""The first moment of the demo's world."""
DAYS = 60
END = START + timedelta(days=DAYS) - timedelta(seconds=1)
"""Its last moment."""
CRISIS = (datetime(2026, 10, 13, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC))
"""The week when Meadow's batteries ran hot: from, until."""
LAUNCH = (datetime(2026, 10, 20, 8, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
"""The days around the launch of Ombrivelt's folding bike: from, until."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A brand of the demo's world: its names by language, its products and its own site."""

    key: str
    name: str
    chinese: str
    products: tuple[str, ...]
    domain: str
    weight: float
    """Its part of what people write about in a quiet week."""
    launched: Mapping[str, datetime] = field(default_factory=dict)
    """Products that appear only from a moment on."""

    def called(self, language: str) -> str:
        """The brand's name in a language."""
        return self.chinese if language == "zh" else self.name

    def sold(self, at: datetime) -> tuple[str, ...]:
        """The products that people can write about at a moment."""
        return tuple(product for product in self.products if self.launched.get(product, START) <= at)


TAVRELUNE = Maker("tavrelune", "Tavrelune", "塔弗伦", ("Solis 3", "Porteur 80"), "tavrelune.example", 0.38)
OMBRIVELT = Maker(
    "ombrivelt", "Ombrivelt", "奥布维特", ("Kite One", "Foldling"), "ombrivelt.example", 0.30, {"Foldling": LAUNCH[0]}
)
MEADOW = Maker("meadow", "Meadow", "米朵单车", ("Clover 2", "Juniper Cargo"), "meadow-bikes.example", 0.32)
MAKERS = (TAVRELUNE, OMBRIVELT, MEADOW)
"""The market; Meadow's name is an everyday word."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, channel or author of the demo's world; ``brand`` where it is a brand's own."""

    platform: str
    handle: str
    name: str
    text: str = ""
    brand: str | None = None
    base: int = 100
    """Followers on the first day."""
    daily: float = 1.0
    """Followers won per day in a quiet week."""
    following: int = 50

    def followers(self, at: datetime) -> int:
        """How many follow it at a moment: a slow climb with a ripple, a fall in the crisis, a jump at the launch."""
        days = min(max((at - START) / timedelta(days=1), 0.0), DAYS)
        ripple = self.daily * 1.5 * ((int(days) * 7 + len(self.handle)) % 5 - 2) / 2
        shock = 0.0
        if self.brand == "meadow":
            shock = -0.06 * self.base * share_passed(CRISIS, at)
        if self.brand == "ombrivelt":
            shock = 0.11 * self.base * share_passed(LAUNCH, at)
        return max(int(self.base + self.daily * days + ripple + shock), 0)


def share_passed(span: tuple[datetime, datetime], at: datetime) -> float:
    """How much of a span has passed at a moment, 0 to 1."""
    return min(max((at - span[0]) / (span[1] - span[0]), 0.0), 1.0)


ABOUT = {
    "tavrelune": "City e-bikes since 2014. Solis 3 and Porteur 80.",
    "ombrivelt": "We build light electric bikes for short ways.",
    "meadow": "E-bikes for everyone. Clover 2 and Juniper Cargo.",
}
SIZES = {"tavrelune": 1.0, "ombrivelt": 0.55, "meadow": 0.8}
"""How large a brand's accounts are beside each other."""
HANDLES = {
    "mastodon": {"tavrelune": "tavrelune", "ombrivelt": "ombrivelt", "meadow": "meadowbikes"},
    "bluesky": {"tavrelune": "tavrelune.example", "ombrivelt": "ombrivelt.example", "meadow": "meadow-bikes.example"},
    "telegram": {"tavrelune": "tavrelune_news", "ombrivelt": "ombrivelt", "meadow": "meadowbikes"},
    "youtube": {"tavrelune": "tavrelune", "ombrivelt": "ombrivelt", "meadow": "meadowbikes"},
    "weixin": {"tavrelune": "塔弗伦骑行", "ombrivelt": "奥布维特", "meadow": "米朵单车"},
}
"""The brands' own accounts."""
FOLLOWERS = {"mastodon": (3100, 9.0), "bluesky": (5400, 21.0), "telegram": (12850, 34.0), "youtube": (48200, 120.0)}
"""Followers of a large brand's account on the first day, and how many it wins a day."""
OTHERS = (
    Account("telegram", "radweg_talk", "Radweg Talk", "Riders talk about city e-bikes.", base=8460, daily=12.0),
    Account("youtube", "slowlanereviews", "Slow Lane Reviews", "Long tests of city bikes.", base=157300, daily=240.0),
    Account("weixin", "骑行观察", "骑行观察"),
    Account("weixin", "城市两轮", "城市两轮"),
    Account("bluesky", "pedalpress.example", "Pedal Press", "News for cyclists.", base=9100, daily=14.0),
)
"""Accounts of people and papers that are watched for what they say of the brands."""


def accounts() -> tuple[Account, ...]:
    """Every account that has a page of its own."""
    own = []
    for platform, handles in HANDLES.items():
        base, daily = FOLLOWERS.get(platform, (0, 0.0))
        for brand, handle in handles.items():
            size = SIZES[brand]
            name = handle if platform == "weixin" else f"{brand.capitalize()}{' Bikes' if brand == 'meadow' else ''}"
            made = Account(
                platform, handle, name, ABOUT[brand], brand, int(base * size), daily * size, int(80 + 40 * size)
            )
            own.append(made)
    return (*own, *OTHERS)
