"""The project's own commands, beside Scrapy's."""
