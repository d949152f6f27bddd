"""Provinces reached at different dates: more change where the cause was?"""
