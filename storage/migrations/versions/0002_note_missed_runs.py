"""Note missed runs with their time."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Utc

revision = "8d1f3c62b7e5"
down_revision = "5b7c2e90a1f4"


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    op.create_table(
        "missed_run",
        sa.Column("job", sa.String(length=200), nullable=False, comment="of the timetable"),
        sa.Column("first_due_at", Utc(timezone=True), nullable=False),
        sa.Column(
            "noted_at",
            Utc(timezone=True),
            nullable=False,
            comment="when a scheduler was there again; one run then made up for all",
        ),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", "first_due_at", name=op.f("pk_missed_run")),
        comment="Runs of the timetable that fell in a time without scheduler",
        sqlite_with_rowid=False,
    )
    # Of the runs counted so far nobody knows when they fell; the time at which the job was due last bounds them.
    op.execute(
        "INSERT INTO missed_run (job, first_due_at, noted_at, runs) "
        "SELECT name, COALESCE(last_started_at, next_due_at), COALESCE(last_started_at, next_due_at), missed FROM job "
        "WHERE missed > 0 AND COALESCE(last_started_at, next_due_at) IS NOT NULL"
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_column("missed")
