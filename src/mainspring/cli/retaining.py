"""A whole pass of retention with its progress shown, and what went, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mainspring.cli.bar import Bar
from mainspring.cli.wording import counted
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.retention import apply_retention

_NOUNS = {
    "logs": "log line",
    "events": "event of engine and steps",
    "asset_events": "event in the history of assets",
    "checks": "execution of checks",
    "wiped": "wiped event",
    "runs": "run",
    "run_events": "event of such runs",
    "ticks": "tick",
    "backfills": "backfill",
    "compute_logs": "captured output of runs",
}
_STAGES = {
    "plans": "history of assets",
    "events": "log",
    "checks": "executions of checks",
    "wiped": "wiped events",
    "runs": "runs",
    "ticks": "ticks",
    "backfills": "backfills",
    "compute_logs": "captured output",
}
_SECONDS = 0.5


def retain(instance: Instance, shown: Bar) -> Counter[str]:
    """Remove all that the settings let go. How much, by kind."""
    removed: Counter[str] = Counter()
    while True:
        step = apply_retention(instance, seconds=_SECONDS)
        removed.update(step.removed)
        if step.complete:
            return removed
        shown.show(_STAGES.get(step.stage, step.stage), step.done, step.total)


def kinds(counts: Mapping[str, int]) -> str:
    """Counts by kind, in words.

    >>> kinds({"logs": 2, "runs": 1})
    '2 log lines, 1 run'
    """
    told = (_counted(counts[kind], noun) for kind, noun in _NOUNS.items() if counts.get(kind))
    return ", ".join(told) or "nothing"


def _counted(number: int, noun: str) -> str:
    """The first word is the one that has a plural."""
    first, space, rest = noun.partition(" ")
    if noun in ("log line", "wiped event"):
        return counted(number, noun)
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {_plural(first)}{space}{rest}"


def _plural(word: str) -> str:
    return word if word == "captured" else f"{word}s"
