"""Synthetic control: one province against a weighted mean of the others."""
