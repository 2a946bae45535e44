"""The tables: dimensions, facts, the ledger. Times are UTC; a count is two columns, low and high.

Both bounds NULL: not shown. High NULL alone: no upper bound. The data dictionary in docs/ is generated from these files.
"""

from storage.tables.columns import UNKNOWN_TIME, Key, Utc, counts, metadata
from storage.tables.findings import (
    alert,
    annotation,
    duplicate_band,
    duplicate_group,
    duplicate_signature,
    entity,
    intent,
    keyword,
    label,
    mention,
    report,
)
from storage.tables.ledger import archive_drop, fetch, fetch_again, host, job, lease, run, setting, suppression
from storage.tables.things import (
    account,
    account_read,
    account_version,
    brand,
    post,
    post_read,
    post_version,
    product,
    watchlist_change,
)

__all__ = [
    "UNKNOWN_TIME",
    "Key",
    "Utc",
    "account",
    "account_read",
    "account_version",
    "alert",
    "annotation",
    "archive_drop",
    "brand",
    "counts",
    "duplicate_band",
    "duplicate_group",
    "duplicate_signature",
    "entity",
    "fetch",
    "fetch_again",
    "host",
    "intent",
    "job",
    "keyword",
    "label",
    "lease",
    "mention",
    "metadata",
    "post",
    "post_read",
    "post_version",
    "product",
    "report",
    "run",
    "setting",
    "suppression",
    "watchlist_change",
]
