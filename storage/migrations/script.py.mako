"""${message[:1].upper() + message[1:]}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from storage.tables.columns import Key, Utc

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go to this version; there is no way back but a copy of the database."""
    ${upgrades if upgrades else "pass"}
