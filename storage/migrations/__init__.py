"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "8d31f6b0c2e7"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
