"""How the demo's world comes to be: sixty days of posts on eight platforms, drawn from a seed.

A week of crisis for one brand, a launch for another, and a quiet rest; people, answers, copies and reposts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random

from spiders.demo.brands import CRISIS, DAYS, END, HANDLES, LAUNCH, MAKERS, MEADOW, OMBRIVELT, START, Maker
from spiders.demo.wording import Said, Writer
from spiders.demo.world import Piece, Shown, World, numbered

SEED = 7
QUIET = {"praise": 40, "complaint": 19, "question": 15, "wish": 9, "remark": 11, "compare": 6}
"""How often each tone is heard in a quiet week, in per cent."""
SOURED = {"praise": 20, "complaint": 45, "question": 14, "wish": 5, "remark": 12, "compare": 4}
"""The same for a brand after its crisis."""
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 8, 7, 6, 6, 7, 7, 6, 6, 7, 9, 10, 10, 9, 7, 4, 2)
"""How much is written in each hour of the day."""
NAMES = (
    "Ada", "Bo", "Carla", "Dev", "Elif", "Finn", "Gus", "Hana", "Ivo", "June", "Kofi", "Lena", "Milo", "Nora", "Otto",
    "Pia", "Quin", "Rosa", "Sven", "Tara", "Uma", "Vito", "Wanda", "Yuki", "Zoe",
)  # fmt: skip
TAILS = ("rides", "onwheels", "pedals", "in_the_lane", "42", "commutes", "velo", "downhill")
CHINESE_NAMES = ("小林骑车", "阿杰", "通勤老王", "慢慢骑", "橘子", "北城小鹿", "一只河狸", "老周")
TAGS = {"tavrelune": "tavrelune", "ombrivelt": "ombrivelt", "meadow": "meadowbikes"}
"""The tag of each brand; all but a few posts also carry #ebike."""
COMMON_TAG = "ebike"
HOME_INSTANCE, CLOSED_INSTANCE = "wheels.example", "gated.example"
NEWS = {"en": "citycycle.example", "zh": "qixing.example", "de": "radkurier.example"}
"""Papers with a feed, by language."""
BRAND_FEED = "ombrivelt.example"
BLOG = "slowlane.example"


class Genesis:
    """Draws pieces one after the other; the same seed gives the same world."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - a world is drawn, no secret
        self.writer = Writer(self.chance)
        self.pieces: list[Piece] = []

    def moments(self, number: int, until: datetime = END) -> list[datetime]:
        """Moments over the sixty days; more of them in the crisis and at the launch, fewer at week-ends."""
        days = [START + timedelta(days=day) for day in range(DAYS)]
        weights = [
            (0.8 if day.weekday() > 4 else 1.0)
            * (2.4 if CRISIS[0] <= day < CRISIS[1] else 1.0)
            * (1.7 if LAUNCH[0].date() <= day.date() < LAUNCH[1].date() else 1.0)
            for day in days
        ]
        found: list[datetime] = []
        while len(found) < number:
            day, hour = self.chance.choices(days, weights)[0], self.chance.choices(range(24), HOURS)[0]
            at = day + timedelta(hours=hour, seconds=self.chance.randrange(3600))
            if at <= until:
                found.append(at)
        return sorted(found)

    def topic(self, at: datetime) -> tuple[Maker, str]:
        """What people write about at a moment: a brand and a tone."""
        crisis, launch = CRISIS[0] <= at < CRISIS[1], LAUNCH[0] <= at < LAUNCH[1]
        weights = [
            maker.weight * (4.0 if crisis and maker is MEADOW else 2.6 if launch and maker is OMBRIVELT else 1.0)
            for maker in MAKERS
        ]
        maker = self.chance.choices(MAKERS, weights)[0]
        if maker is MEADOW and crisis and self.chance.random() < 0.8:
            return maker, "crisis"
        if maker is OMBRIVELT and launch and self.chance.random() < 0.65:
            return maker, "launch"
        tones = SOURED if maker is MEADOW and at >= CRISIS[1] else QUIET
        return maker, self.chance.choices(list(tones), list(tones.values()))[0]

    def kind(self, maker: Maker, at: datetime, base: str) -> str:
        """Which pool of articles fits a brand at a moment: news, crisis_news, owned, launch_owned, ..."""
        if maker is MEADOW and CRISIS[0] + timedelta(days=1) <= at < CRISIS[1] and self.chance.random() < 0.8:
            return f"crisis_{base}"
        if maker is OMBRIVELT and LAUNCH[0] <= at < LAUNCH[1] and self.chance.random() < 0.8:
            return f"launch_{base}"
        return base

    def person(self, language: str = "en") -> str:
        """The handle or name of someone."""
        if language == "zh" and self.chance.random() < 0.7:
            return self.chance.choice(CHINESE_NAMES)
        return f"{self.chance.choice(NAMES).lower()}_{self.chance.choice(TAILS)}"

    def language(self) -> str:
        """English mostly, Chinese often, German now and then."""
        return self.chance.choices(("en", "zh", "de"), (66, 24, 10))[0]

    def liked(self, size: float) -> int:
        """Where a counter ends: most small, few large."""
        return int(size * self.chance.lognormvariate(0, 0.9))

    def reactions(self, size: float, shared: float = 0.25) -> dict[Shown, int]:
        """Where likes, shares and quotes end: ``shared`` is how many of those who like it pass it on."""
        likes = self.liked(size)
        shares = int(likes * shared * self.chance.uniform(0.4, 1.6))
        return {"likes": likes, "shares": shares, "quotes": shares // 5}

    def add(
        self, platform: str, place: str, author: str, language: str, said: Said, at: datetime, **rest: object
    ) -> Piece:
        """Keep a piece."""
        piece = Piece(
            len(self.pieces) + 1, platform, place, author, language, said.text, at,
            title=said.title, brands=said.brands, products=said.products, tone=said.tone, **rest,  # type: ignore[arg-type]
        )  # fmt: skip
        self.pieces.append(piece)
        return piece

    def answers(self, piece: Piece, number: int, size: float, language: str = "en") -> None:
        """People answer a piece about a brand: on the brand, in a tone of the time."""
        makers = {maker.key: maker for maker in MAKERS}
        for _ in range(number):
            at = piece.at + timedelta(minutes=6 + self.chance.expovariate(1 / 900))
            if at > END:
                continue
            subject = makers[self.chance.choice(piece.brands)] if piece.brands else self.chance.choice(MAKERS)
            maker, tone = self.topic(at)
            if maker is not subject:
                maker = subject
                tone = self.chance.choices(list(QUIET), list(QUIET.values()))[0]
            said = self.writer.post(language, maker, tone, at)
            final = self.reactions(size)
            self.add(
                piece.platform, piece.place, self.person(language), language, said, at, final=final, parent=piece.serial
            )

    def mastodon(self) -> None:
        """Posts under tags on one instance, the brands' own, answers, a storm of copies, a boost."""
        for at in self.moments(280):
            if self.chance.random() < 0.05:
                said, language = self.writer.grass(), "en"
            else:
                maker, tone = self.topic(at)
                language = self.language()
                said = self.writer.post(language, maker, tone, at)
            tags = tuple(TAGS[brand] for brand in said.brands)
            final = self.reactions(14)
            piece = self.add(
                "mastodon", HOME_INSTANCE, self.person(), language, said, at, final=final, tags=(*tags, COMMON_TAG)
            )
            if self.chance.random() < 0.08 and said.brands:
                self.answers(piece, self.chance.randint(1, 3), 3)
        self.owned("mastodon", HOME_INSTANCE, 20, 26, 0.35)
        storm = next(p for p in self.pieces if p.tone == "crisis" and p.platform == "mastodon" and p.language == "en")
        for number in range(7):
            at = storm.at + timedelta(hours=1 + number, minutes=self.chance.randrange(50))
            copied = Said(storm.text + ("" if number % 2 else " Please share!"), storm.brands, storm.products, "crisis")
            self.add(
                "mastodon", HOME_INSTANCE, self.person(), "en", copied, at,
                final={"likes": self.liked(2), "shares": 1}, tags=storm.tags, copy_of=storm.serial,
            )  # fmt: skip
        praised = [p for p in self.pieces if p.platform == "mastodon" and p.tone == "praise" and p.stands_in]
        for piece in self.chance.sample([p for p in praised if "tavrelune" in p.brands], 4):
            nothing = Said("", (), (), "remark")
            self.add(
                "mastodon", HOME_INSTANCE, HANDLES["mastodon"]["tavrelune"], piece.language, nothing,
                piece.at + timedelta(hours=5), owned_by="tavrelune", repost_of=piece.serial,
            )  # fmt: skip

    def owned(self, platform: str, place: str | None, number: int, size: float, answered: float) -> None:
        """A brand's own posts on a platform, ``number`` a brand, a part of them answered."""
        for maker in MAKERS:
            handle = HANDLES[platform][maker.key]
            for at in self.moments(number):
                language = "en"
                said = self.writer.article(
                    language, maker, self.kind(maker, at, "owned"), at, f"{platform} {handle} {at:%V}"
                )
                final = self.reactions(size)
                if platform == "telegram":
                    final["views"] = final["likes"] * self.chance.randint(40, 120)
                text = Said(f"{said.title}. {said.text}", said.brands, said.products, said.tone)
                tags = (TAGS[maker.key], COMMON_TAG) if platform == "mastodon" else ()
                piece = self.add(
                    platform, handle if place is None else place, handle, language, text, at,
                    final=final, owned_by=maker.key, tags=tags,
                )  # fmt: skip
                if self.chance.random() < answered:
                    busy = 3 if said.tone.startswith(("crisis", "launch")) else 1
                    self.answers(piece, self.chance.randint(1, 2 + busy), 4)

    def bluesky(self) -> None:
        """The brands' own posts with answers, and a paper that one of them reposts."""
        self.owned("bluesky", "", 18, 40, 0.8)
        for at in self.moments(14):
            maker, _ = self.topic(at)
            said = self.writer.article("en", maker, self.kind(maker, at, "news"), at, "pedalpress")
            text = Said(f"{said.title}. {said.text}", said.brands, said.products, said.tone)
            self.add("bluesky", "", "pedalpress.example", "en", text, at, final=self.reactions(60))

    def telegram(self) -> None:
        """The brands' channels, and a channel where riders talk in two languages."""
        self.owned("telegram", None, 24, 30, 0.0)
        for at in self.moments(64):
            maker, tone = self.topic(at)
            language = self.chance.choices(("en", "de"), (75, 25))[0]
            said = self.writer.post(language, maker, tone, at)
            final = {"likes": self.liked(18), "views": self.liked(2600)}
            self.add("telegram", "radweg_talk", "radweg_talk", language, said, at, final=final)

    def hackernews(self) -> None:
        """Stories about the brands and the talk below them."""
        for at in self.moments(24):
            maker, _ = self.topic(at)
            said = self.writer.article("en", maker, self.kind(maker, at, "news"), at, "hackernews")
            named = tuple(product for product in said.products if product in (said.title or ""))
            headline = Said("", said.brands, named, said.tone, said.title)
            piece = self.add("hackernews", "", self.person(), "en", headline, at, final={"likes": 1 + self.liked(45)})
            self.answers(piece, self.chance.randint(1, 6), 0)

    def feeds(self) -> None:
        """Papers in three languages and a brand's own news."""
        for language, number in (("en", 44), ("zh", 30), ("de", 12)):
            for at in self.moments(number):
                maker, _ = self.topic(at)
                said = self.writer.article(language, maker, self.kind(maker, at, "news"), at, NEWS[language])
                self.add("feed", NEWS[language], "Editors", language, said, at)
        for at in self.moments(10):
            said = self.writer.article("en", OMBRIVELT, self.kind(OMBRIVELT, at, "owned"), at, BRAND_FEED)
            self.add("feed", BRAND_FEED, "Ombrivelt", "en", said, at, owned_by="ombrivelt")

    def blog(self) -> None:
        """Articles of one writer with comments below them."""
        for at in self.moments(8, END - timedelta(days=3)):
            maker, _ = self.topic(at)
            said = self.writer.article("en", maker, self.kind(maker, at, "news"), at, BLOG)
            piece = self.add("blog", BLOG, "Marit Lowe", "en", said, at)
            self.answers(piece, self.chance.randint(4, 9), 0)

    def weixin(self) -> None:
        """Articles of the brands' Chinese accounts and of two papers; one is deleted later."""
        for maker in MAKERS:
            for at in self.moments(2):
                said = self.writer.article("zh", maker, self.kind(maker, at, "owned"), at, f"weixin {maker.key}")
                self.add("weixin", "", HANDLES["weixin"][maker.key], "zh", said, at, owned_by=maker.key)
        for number, at in enumerate(self.moments(8)):
            maker, _ = self.topic(at)
            said = self.writer.article("zh", maker, self.kind(maker, at, "news"), at, "weixin papers")
            # The first one is taken down while the demo watches.
            gone = datetime(2026, 10, 20, 3, tzinfo=START.tzinfo) if number == 0 else None
            self.add("weixin", "", ("骑行观察", "城市两轮")[number % 2], "zh", said, at, deleted_at=gone)

    def youtube(self) -> None:
        """The brands' videos and the tests of a reviewer."""
        for maker in MAKERS:
            for at in self.moments(5):
                said = self.writer.article("en", maker, self.kind(maker, at, "owned"), at, f"youtube {maker.key}")
                self._video(HANDLES["youtube"][maker.key], said, at, 5200, maker.key)
        for at in self.moments(5):
            maker, _ = self.topic(at)
            said = self.writer.article("en", maker, self.kind(maker, at, "news"), at, "slowlanereviews")
            self._video("slowlanereviews", said, at, 61000, None)

    def _video(self, handle: str, said: Said, at: datetime, size: float, brand: str | None) -> None:
        views = self.liked(size)
        final = {"views": views, "likes": int(views * self.chance.uniform(0.02, 0.06)), "comments": views // 150}
        hides = ("likes", "comments") if said.tone == "crisis_owned" else ()
        self.add("youtube", handle, handle, "en", said, at, final=final, owned_by=brand, hides=hides)


@cache
def make_world(seed: int = SEED) -> World:
    """The world of a seed: always the same."""
    genesis = Genesis(seed)
    for draw in (
        genesis.mastodon, genesis.bluesky, genesis.telegram, genesis.hackernews,
        genesis.feeds, genesis.blog, genesis.weixin, genesis.youtube,
    ):  # fmt: skip
        draw()
    return World(seed, numbered(genesis.pieces))
