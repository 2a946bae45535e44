"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "e8553fa7a9ec"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
