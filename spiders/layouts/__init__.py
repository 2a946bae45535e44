"""Layouts that are too large for a platform's one file, read by it alone."""
