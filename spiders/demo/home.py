"""The home of the demo: its watchlist, as someone who follows the three brands would write it, with the pages known so far."""

from __future__ import annotations

from datetime import datetime

from spiders.demo import blog, feed, weixin, youtube
from spiders.demo.brands import HANDLES, MAKERS, MEADOW, Maker
from spiders.demo.genesis import BLOG, BRAND_FEED, CLOSED_INSTANCE, COMMON_TAG, HOME_INSTANCE, TAGS
from spiders.demo.world import World

MEANT = '{Meadow} OR "Meadow Bikes" OR meadowbikes OR 米朵单车 OR 米朵 OR "Clover 2" OR "Juniper Cargo"'
"""The query that tells the brand Meadow from a meadow."""
ALIASES = {
    "tavrelune": ("塔弗伦",),
    "ombrivelt": ("奥布维特",),
    "meadow": ("Meadow Bikes", "meadowbikes", "米朵单车", "米朵"),
}


def words(values: tuple[str, ...]) -> str:
    """A TOML list of strings."""
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def brand_table(maker: Maker) -> str:
    """A brand, its names, products, accounts and competitors."""
    rivals = tuple(other.key for other in MAKERS if other is not maker)
    lines = [
        "[[brand]]",
        f'name = "{maker.name}"',
        f"aliases = {words(ALIASES[maker.key])}",
        f"competitors = {words(rivals)}",
        f"domains = {words((maker.domain,))}",
    ]
    if maker is MEADOW:
        lines += [
            "# An everyday word: it means the brand where it is written with a capital, or beside a name that nothing else has.",
            f"query = '{MEANT}'",
        ]
    lines.append("[brand.accounts]")
    for platform, handles in HANDLES.items():
        site = f"@{HOME_INSTANCE}" if platform == "mastodon" else ""
        lines.append(f"{platform} = {words((handles[maker.key] + site,))}")
    for product in maker.products:
        lines += ["[[brand.product]]", f'name = "{product}"']
    return "\n".join(lines)


def page_table(url: str, platform: str) -> str:
    """A page to revisit."""
    return f'[[page]]\nurl = "{url}"\nplatform = "{platform}"'


def pages(world: World, at: datetime) -> list[str]:
    """The pages that someone has found by a moment: articles, videos, a channel, a paper."""
    found = [
        page_table("https://t.me/s/radweg_talk", "telegram"),
        page_table("https://www.youtube.com/@slowlanereviews/videos", "youtube"),
        page_table(
            "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=pedalpress.example&limit=50", "bluesky"
        ),
        page_table(f"https://{blog.FORBIDDEN}/2026/10/e-bikes/", "blog"),
    ]
    found += [page_table(weixin.link(piece), "weixin") for piece in world.everything("weixin", "") if piece.at <= at]
    found += [
        page_table(blog.link(piece), "blog")
        for piece in world.listed("blog", BLOG, at)
        if piece.parent is None
    ]  # fmt: skip
    found += [
        page_table(f"https://www.youtube.com/watch?v={youtube.video_id(piece)}", "youtube")
        for piece in world.listed("youtube", "slowlanereviews", at)
    ]
    return found


def watchlist(world: World, at: datetime) -> str:
    """The demo's watchlist.toml as of a moment: new articles and videos are added as they are found."""
    tags = (COMMON_TAG, *TAGS.values())
    queries = (*(maker.name for maker in MAKERS), *(product for maker in MAKERS for product in maker.products))
    tables = [
        "# The demo's watchlist: three made-up makers of city e-bikes and where they are talked about.",
        *(brand_table(maker) for maker in MAKERS),
        f'[[search]]\nplatform = "mastodon"\nsite = "{HOME_INSTANCE}"\ntags = {words(tags)}',
        f'# An instance that shows its timelines to members only.\n[[search]]\nplatform = "mastodon"\nsite = "{CLOSED_INSTANCE}"\ntags = {words((COMMON_TAG,))}',
        f'[[search]]\nplatform = "hackernews"\nqueries = {words(queries)}',
        *(
            f'[[feed]]\nurl = "{feed.address(host)}"' + ('\nbrand = "ombrivelt"' if host == BRAND_FEED else "")
            for host in feed.HOSTS
        ),
        *pages(world, at),
    ]
    return "\n\n".join(tables) + "\n"
