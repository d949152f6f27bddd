"""Joinpoint regression: log-linear trends that change their slope."""
