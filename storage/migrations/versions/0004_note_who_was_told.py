"""Note who was told of an alert."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Key, Utc

revision = "a41c7d0e52b8"
down_revision = "8d31f6b0c2e7"


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    op.create_table(
        "alert_sent",
        sa.Column("alert_id", Key, nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False, comment="mail:ADDRESS or chat:NAME"),
        sa.Column("sent_at", Utc(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.alert_id"], name=op.f("fk_alert_sent_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", "target", name=op.f("pk_alert_sent")),
        comment="Who was told of which alert: nobody is told twice",
    )
