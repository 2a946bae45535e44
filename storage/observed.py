"""The observations: of all reads of a thing's counters, those that are kept."""

from __future__ import annotations

from sqlalchemy import select

from extractors.records import COUNT_NAMES, PROFILE_COUNT_NAMES
from storage.declaring import bounds, view
from storage.tables import account_read, post_read

post_observation = view(
    "post_observation",
    select(*(post_read.c[name] for name in ("post_id", "observed_at", "fetch_id", *bounds(COUNT_NAMES)))).where(
        post_read.c.kept
    ),
    "What a post's counters showed at a moment: the first read of each UTC day and each that differs from the one before",
)

account_observation = view(
    "account_observation",
    select(
        *(account_read.c[name] for name in ("account_id", "observed_at", "fetch_id", *bounds(PROFILE_COUNT_NAMES)))
    ).where(account_read.c.kept),
    "What an account's counters showed at a moment: the first read of each UTC day and each that differs from the one before",
)
