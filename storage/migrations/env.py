"""Run by Alembic: upgrade the tables in one transaction, with the views taken down before and put up after."""

from __future__ import annotations

import json

from alembic import context
from sqlalchemy import Connection, inspect, select

from config.environment import environment
from storage.database import engine_of, writing
from storage.tables import metadata, setting
from storage.upserts import upsert
from storage.views import VIEWS, create_views, drop_views, views_digest


def run(connection: Connection) -> None:
    """Run the migrations that are asked for on one connection."""
    if inspect(connection).has_table(setting.name):
        names = connection.execute(select(setting.c.value).where(setting.c.name == "view_names")).scalar()
        drop_views(connection, json.loads(names or "[]"))
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True, include_name=is_ours
    )
    context.run_migrations()
    if inspect(connection).has_table(setting.name):
        create_views(connection)
        values = {
            "views": views_digest(connection.dialect),
            "view_names": json.dumps([made.table.name for made in VIEWS]),
        }
        upsert(connection, setting, [{"name": name, "value": value} for name, value in values.items()])


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave an operator's own tables alone."""
    return kind != "table" or name in metadata.tables


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with writing(engine_of(environment().database)) as own:
        run(own)
