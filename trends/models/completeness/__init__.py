"""Completeness: what is not counted yet, and what nobody listed."""
