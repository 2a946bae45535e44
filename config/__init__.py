"""Settings, environment, watchlist and timetable: what the operator decides."""

VERSION = "0.1.0"
"""Stands in the User-Agent and in what is written; pyproject.toml says the same."""
