"""Models: how counts behave over time."""
