"""Fits: arrays in, fit out."""
