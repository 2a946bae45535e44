"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "c41d7a90e3b8"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
