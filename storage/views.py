"""The views, for reports and for analysts."""

from storage.declaring import VIEWS, create_views, drop_views, views_digest
from storage.observed import account_observation, post_observation
from storage.plain import account_history, accounts, fetch_days, mentions, post_history, posts

__all__ = [
    "VIEWS",
    "account_history",
    "account_observation",
    "accounts",
    "create_views",
    "drop_views",
    "fetch_days",
    "mentions",
    "post_history",
    "post_observation",
    "posts",
    "views_digest",
]
