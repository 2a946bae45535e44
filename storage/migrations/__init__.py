"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "5b7c2e90a1f4"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
