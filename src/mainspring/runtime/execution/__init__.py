"""Carries a plan out: resources, steps, events, results."""
