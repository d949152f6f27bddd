"""Counts: incidents are read, placed and counted into a panel."""
