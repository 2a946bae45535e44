"""Figures, each with its definition, and the report that shows them."""
