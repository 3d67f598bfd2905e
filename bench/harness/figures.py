"""From measurements to figures: medians, ratios, verdicts, growth. Pure functions of stored outcomes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.measure import Outcome
from harness.series import Budget, Measure, Series, Unit
from harness.targets import OURS


@dataclass(frozen=True, slots=True)
class Figure:
    """What one target showed at one size: ``median`` and ``best`` in the measure's unit, or a failure."""

    n: int
    count: int
    median: float | None
    best: float | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times better ours is than a peer; ``at`` is the peer's size when it is another one."""

    times: float
    at: int | None


Figures = Mapping[tuple[str, int], Figure]


def figure(measure: Measure, outcomes: Iterable[Outcome]) -> Figure | None:
    """The figure of one target at one size; None if it was not measured or has no such field."""
    there = list(outcomes)
    if not there:
        return None
    values = [
        value(measure, each.values)
        for each in there
        if each.values is not None and measure.key in each.values
    ]
    if not values:
        failure = next((each.failure for each in there if each.failure), None)
        return Figure(there[0].n, len(there), None, None, failure) if failure else None
    best = max(values) if measure.unit is Unit.RATE else min(values)
    return Figure(there[0].n, len(values), statistics.median(values), best, None)


def value(measure: Measure, answer: Mapping[str, float]) -> float:
    """A field of the answer in the measure's unit: seconds, MB (of 2**20 bytes) or items per second."""
    raw = float(answer[measure.key])
    if measure.unit is Unit.MEMORY:
        return raw / 1024
    return float(answer["items"]) / raw if measure.unit is Unit.RATE else raw


def figures(series: Series, measure: Measure, outcomes: Iterable[Outcome]) -> dict[tuple[str, int], Figure]:
    """The figures of a measure by target and size."""
    there = [each for each in outcomes if each.series == series.name]
    found: dict[tuple[str, int], Figure] = {}
    for target in series.targets:
        for size in series.sizes:
            made = figure(measure, [each for each in there if each.target == target and each.n == size.n])
            if made is not None and (measure.only is None or target in measure.only):
                found[target, size.n] = made
    return found


def ratio(measure: Measure, found: Figures, peer: str, n: int) -> Ratio | None:
    """Ours against the peer at the size ``n``.

    Where the peer was not measured at that size, or did not finish, its largest measured size stands in,
    by rate or for each item; a figure that is not for each item has no stand-in.
    """
    ours = found.get((OURS, n))
    if ours is None or not ours.median:
        return None
    theirs = found.get((peer, n))
    if theirs is not None and theirs.median is not None:
        return Ratio(better(measure, ours.median, theirs.median), None)
    sizes = [size for (name, size), each in found.items() if name == peer and each.median is not None]
    if not sizes or not (measure.each or measure.unit is Unit.RATE):
        return None
    at = max(sizes)
    other = found[peer, at].median
    assert other is not None
    scaled = other if measure.unit is Unit.RATE else other * n / at
    return Ratio(better(measure, ours.median, scaled), at)


def better(measure: Measure, ours: float, theirs: float) -> float:
    """How many times better ``ours`` is."""
    return ours / theirs if measure.unit is Unit.RATE else theirs / ours


def verdict(measure: Measure, budget: Budget, found: Figures) -> str:
    """``met``, ``not met (...)`` with what is not, or ``not measured``."""
    ours = found.get((OURS, budget.at))
    if ours is None:
        return "not measured"
    if ours.median is None:
        return "not met (no figure)"
    missed: list[str] = []
    if budget.limit is not None:
        one = ours.median / budget.at if budget.each else ours.median
        kept = one >= budget.limit if measure.unit is Unit.RATE else one <= budget.limit
        missed += [] if kept else ["figure"]
    if budget.ratio is not None:
        against = ratio(measure, found, budget.peer, budget.at)
        if against is None:
            missed.append("ratio not measured")
        elif against.times < budget.ratio:
            missed.append("ratio")
    return f"not met ({', '.join(missed)})" if missed else "met"


def growth(found: Figures, target: str) -> tuple[int, int, float] | None:
    """The power of the size with which a figure grows, between its smallest and largest size: 1 is linear."""
    there = sorted(
        (each.n, each.median) for (name, _), each in found.items() if name == target and each.median
    )
    if len(there) < 2:
        return None
    (small, first), (large, last) = there[0], there[-1]
    return small, large, math.log(last / first) / math.log(large / small)


def disagreements(series: Series, outcomes: Iterable[Outcome]) -> list[str]:
    """Where two targets gave different answers to the same question."""
    answers: dict[int, dict[str, object]] = {}
    for each in outcomes:
        if each.series == series.name and each.values and "check" in each.values:
            answers.setdefault(each.n, {})[each.target] = each.values["check"]
    return [
        f"at {n:,}: " + "; ".join(f"{target} {answer}" for target, answer in by_target.items())
        for n, by_target in sorted(answers.items())
        if any(answer != next(iter(by_target.values())) for answer in by_target.values())
    ]
