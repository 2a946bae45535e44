"""Index what figures ask."""

import sqlalchemy as sa
from alembic import op

revision = "8d31f6b0c2e7"
down_revision = "8d1f3c62b7e5"


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    own = sa.text("brand_id IS NOT NULL")
    op.drop_index("ix_account_brand_id", "account")
    op.create_index("ix_account_brand_id", "account", ["brand_id"], sqlite_where=own, postgresql_where=own)
    op.drop_index("ix_post_published_at", "post")
    op.create_index(
        "ix_post_published", "post", ["published_at", "published_precision", "first_seen_at", "platform", "gone_at"]
    )
    op.drop_index("ix_post_account_id", "post")
    op.create_index("ix_post_account_published", "post", ["account_id", "published_at"])
    op.drop_index("ix_mention_post_id", "mention")
    op.create_index(
        "ix_mention_post", "mention", ["post_id", "brand_id", "relevance", "standing", "sentiment", "product_id"]
    )
