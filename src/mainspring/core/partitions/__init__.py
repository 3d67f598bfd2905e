"""Slices of assets: which there are, sets of them, and how those of one asset follow from those of
another.
"""
