"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "5af00ba4c646"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
