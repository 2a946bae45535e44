"""The worked questions as canned queries of Datasette, which shows a SQLite file in a browser without being able to write it.

Source: https://docs.datasette.io/en/stable/metadata.html and https://docs.datasette.io/en/stable/sql_queries.html#canned-queries
"""

from __future__ import annotations

import re
from typing import Any

from storage.questions import QUESTIONS
from storage.tables import metadata
from storage.views import VIEWS

VARIABLES = (
    (re.compile(r"'acme'"), ":brand"),
    (re.compile(r">= '2026-03-01'"), ">= :from_day"),
    (re.compile(r"< '2026-04-01'"), "< :before_day"),
    (re.compile(r"\b(post|account)_id (=|<>) 1\b"), r"\1_id \2 :\1_id"),
)
"""What a question takes as an example, and the field that asks for it."""
HIDDEN = ("alembic_version", "archive_drop", "setting", "suppression")
"""Tables of the program's own, which say nothing of brands."""


def canned(sql: str) -> str:
    """A question's query with fields in the place of its examples."""
    for example, field in VARIABLES:
        sql = example.sub(field, sql)
    return sql


def settings(database: str) -> dict[str, Any]:
    """What Datasette is told (``--metadata``) about a database of this name: the questions, and what tables and columns mean."""
    described: dict[str, dict[str, Any]] = {
        str(table.name): {
            "description": table.comment,
            "columns": {str(column.name): column.comment for column in table.columns if column.comment},
        }
        for table in (*(made.table for made in VIEWS), *metadata.sorted_tables)
    }
    for name in HIDDEN:
        described.setdefault(name, {})["hidden"] = True
    queries = {
        f"ask_{item.about}": {"title": item.asks, "sql": canned(item.sql)}
        for item in QUESTIONS
        if item.about not in HIDDEN
    }
    return {"title": "Mentionary", "databases": {database: {"queries": queries, "tables": described}}}
