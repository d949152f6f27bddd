"""Chance: is it more than chance?"""
