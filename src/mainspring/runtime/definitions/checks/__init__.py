"""Checks: statements about an asset that a run evaluates."""
