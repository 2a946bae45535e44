"""Alembic's migrations of the tables; the views are made anew by each (storage.views)."""

HEAD = "d008149c082d"
"""The newest revision, so that opening a database needs no Alembic; a test holds it to the files."""
