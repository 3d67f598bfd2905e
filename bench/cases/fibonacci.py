"""The number that a light task computes: what remains is the cost of the orchestrator."""

from __future__ import annotations


def fibonacci(number: int) -> int:
    """Computed the slow way, on purpose."""
    return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)
