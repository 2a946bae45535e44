"""Scrapy's settings: only what differs from its defaults, each with its reason."""

from config import VERSION

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
# The operator's contact is added when a crawl starts; without one none does.
USER_AGENT = f"mentionary/{VERSION}"
# Pages in the language that most readers' layouts are known in, whatever the machine's.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
}
# A listing's address is none of the next host's business.
REFERRER_POLICY = "no-referrer"
# Lawful manners are no option.
ROBOTSTXT_OBEY = True
# Ours take the place of Scrapy's robots.txt, or stand where the raw answer is known.
DOWNLOADER_MIDDLEWARES = {
    # RFC 9309, which Scrapy's own does not follow for 4xx, 5xx, unreachable hosts, redirects, size and age.
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.crawling.robots.RobotsMiddleware": 100,
    # What passes it is sent at once.
    "spiders.crawling.pace.PaceMiddleware": 980,
    # Next to the downloader, where the body is still what its headers say.
    "spiders.crawling.archiving.ArchiveMiddleware": 990,
}
# Seconds between an answer and the next request to the same host; each platform sets its own.
PAUSE_SECONDS = 3.0
# The same under MENTIONARY_OVERRIDES, where no host is asked but this machine.
LOOPBACK_PAUSE_SECONDS = 0.0
# A host that asks to wait longer than this is left for the next run.
LONGEST_WAIT_SECONDS = 300.0
# Slows down where a host slows down; the pause above is the floor.
AUTOTHROTTLE_ENABLED = True
# The pause of the host table is what a crawl starts with.
AUTOTHROTTLE_START_DELAY = 0.0
# A steady pace is kept by the host table; a random one would be either slower or ruder.
DOWNLOAD_DELAY_JITTER = 0.0
# Many hosts at once, one request at a time to each.
CONCURRENT_REQUESTS = 16
# The same.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# An answer is one item; Scrapy makes a task for each that there might be.
CONCURRENT_ITEMS = 1
# A page that takes longer than a minute is told as failed, and asked again at the next visit.
DOWNLOAD_TIMEOUT = 60
# A page cut short is archived and told, not dropped.
DOWNLOAD_FAIL_ON_DATALOSS = False
# Each status has an outcome of its own.
HTTPERROR_ALLOW_ALL = True
# As many as RFC 9309 wants followed for robots.txt; a longer chain is a wall.
REDIRECT_MAX_TIMES = 5
# A meta refresh is part of what a page says (consent, log-in, a script's shell): its reader tells.
METAREFRESH_ENABLED = False
# Pages and their readings go to the database in batches.
ITEM_PIPELINES = {"spiders.crawling.pipelines.StoringPipeline": 800}
# Every answer is kept before it is read; off only to measure what that costs.
ARCHIVE_ENABLED = True
# With less room than this left a crawl ends, while the database can still be written.
FREE_DISK_MB = 200
# The models that take their time where there are any: sentiment and names in English, names in Chinese (extra `accurate`).
ACCURATE = False
# Trained spaCy pipelines (package or path) whose entities stand in place of ours, by language: {"de": "de_core_news_sm"}.
ENTITY_PIPELINES: dict[str, str] = {}
