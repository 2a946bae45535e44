"""Scrapy's settings: only what differs from its defaults, each with its reason."""

BOT_NAME = "mentionary"
SPIDER_MODULES = ["spiders.platforms"]
NEWSPIDER_MODULE = "spiders.platforms"
COMMANDS_MODULE = "spiders.commands"
# One platform file that can't be imported must not stop the others; health names it.
SPIDER_LOADER_WARN_ONLY = True
# Off by default in Scrapy: a page from an unproven host would be a number from nowhere.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A port that takes commands has no place in a collector.
TELNETCONSOLE_ENABLED = False
# No log-ins, so no sessions.
COOKIES_ENABLED = False
# Scrapy 2.19 opens a remote-control server in every crawl.
REMOTE_CONTROL_ENABLED = False
