"""Statistical time-series analysis of incident counts."""
