"""What spiders yield goes to the walk, which stores it in batches."""

from __future__ import annotations

from typing import Any

from scrapy.crawler import Crawler


class StoringPipeline:
    """Hands each visit on; a write for each would stand in the way of all other answers."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StoringPipeline:
        """Made by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Any, spider: Any = None) -> Any:
        """Take a visit."""
        walk = getattr(self.crawler.spider, "walk", None)
        if walk is not None:
            walk.store(item)
        return item

    async def close_spider(self, spider: Any = None) -> None:
        """Settle what came last."""
        walk = getattr(self.crawler.spider, "walk", None)
        if walk is not None:
            await walk.close()
