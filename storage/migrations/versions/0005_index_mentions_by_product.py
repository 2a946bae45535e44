"""Index mentions by product."""

from alembic import op

revision = "c41d7a90e3b8"
down_revision = "a41c7d0e52b8"


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    op.drop_index("ix_mention_brand_post", "mention")
    op.create_index("ix_mention_brand_product", "mention", ["brand_id", "product_id", "sentiment"])
