"""Claims: what was said, and whether it stands."""
