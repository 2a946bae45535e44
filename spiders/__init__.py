"""Everything that Scrapy runs: platforms, the walk, middlewares, pipelines, the scheduler, the commands."""
