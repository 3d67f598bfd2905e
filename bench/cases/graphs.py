"""Asset graphs of any size, the same for every library: each asset depends on one to three earlier ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

Parents = list[list[int]]

#: Parents are taken from this many assets before, so that the graph is both deep and wide.
WINDOW = 100


def dag(count: int) -> Parents:
    """For each asset the numbers of the assets it depends on; the first has none."""
    dice = random.Random(20130101)
    parents: Parents = []
    for number in range(count):
        nearby = range(max(0, number - WINDOW), number)
        parents.append(sorted(dice.sample(nearby, min(len(nearby), dice.randint(1, 3)))))
    return parents


def chain(count: int) -> Parents:
    """Each asset depends on the one before it."""
    return [[number - 1] if number else [] for number in range(count)]


def depths(parents: Parents) -> list[int]:
    """The value each asset of `by_parameters` must have: one more than its largest parent's."""
    values: list[int] = []
    for above in parents:
        values.append(1 + max((values[number] for number in above), default=0))
    return values


def functions(parents: Parents, *, parameters: bool) -> list[Callable[..., int]]:
    """The user's functions, made before the clock starts: ``def a7(a2, a5): return 1 + max(0, a2, a5)``."""
    source: list[str] = []
    for number, above in enumerate(parents):
        names = ", ".join(f"a{each}" for each in above) if parameters else ""
        source.append(f"def a{number}({names}):\n    return 1 + max((0, {names}{', ' if names else ''}0))\n")
    space: dict[str, Any] = {"__name__": "user_assets"}
    for text in source:
        exec(text, space)
    return [space[f"a{number}"] for number in range(len(parents))]


def declare_by_deps(dg: ModuleType, made: list[Callable[..., int]], parents: Parents) -> list[Any]:
    """Assets that name what they depend on with ``deps=``; no value is passed."""
    return [
        dg.asset(name=f"a{number}", deps=[f"a{each}" for each in parents[number]])(function)
        for number, function in enumerate(made)
    ]


def declare_by_parameters(dg: ModuleType, made: list[Callable[..., int]], parents: Parents) -> list[Any]:
    """Assets whose parameter names are the assets they read."""
    del parents
    return [dg.asset(function) for function in made]
