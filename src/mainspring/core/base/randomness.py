"""Chance is given: a seeded generator makes a jittered delay the same each time."""

from __future__ import annotations

import random

Random = random.Random


def system_random() -> random.Random:
    """A generator seeded by the machine."""
    return random.Random()


def seeded_random(seed: int | str) -> random.Random:
    """A generator that gives the same numbers for the same seed."""
    return random.Random(seed)
