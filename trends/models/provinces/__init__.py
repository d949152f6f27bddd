"""Models over provinces: one is read against the others."""
