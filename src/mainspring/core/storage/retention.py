"""How long things are kept, as values. What carries it out is in ``sql/retention``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

DAY = 86_400.0
"""Seconds."""


class TickAge(msgspec.Struct, frozen=True):
    """How long ticks of a kind (SCHEDULE, SENSOR, AUTO_MATERIALIZE) and a status are kept, in seconds."""

    kind: str
    status: str
    seconds: float


class RetentionPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How long things are kept, in seconds; ``None``: for ever.

    * ``logs``: messages in the logs of runs. ``events``: what the engine and the steps report, as far as nothing
      is derived from it.
    * ``asset_events``: the history of assets: materializations, observations, plans and failures that a later one
      of the same asset and partition has replaced. ``checks``: the same for executions of checks.
    * ``wiped``: what wipes have put out of sight, counted from the wipe.
    * ``runs``: runs that have ended, with their events; those of ``run_jobs`` and ``run_statuses`` alone where
      these are given.
    * ``backfills``: those that have ended. ``compute_logs``: captured output of runs that have ended.

    Whatever its age, nothing goes that a run in progress has reported, and nothing that is the latest of an
    asset, a partition or a check.
    """

    logs: float | None = None
    events: float | None = None
    asset_events: float | None = None
    checks: float | None = None
    wiped: float | None = None
    runs: float | None = None
    run_jobs: tuple[str, ...] | None = None
    run_statuses: tuple[str, ...] | None = None
    backfills: float | None = None
    compute_logs: float | None = None
    ticks: tuple[TickAge, ...] = ()


class RetentionStep(NamedTuple):
    """What a call removed, by kind, and whether the pass over everything is complete.

    ``stage`` is what the pass is at; ``done`` and ``total`` say how far it is there, in storage ids.
    ``longest`` is for how many seconds a transaction held the writers' lock at the most.
    """

    removed: Mapping[str, int]
    complete: bool
    stage: str
    done: int = 0
    total: int | None = None
    longest: float = 0.0
