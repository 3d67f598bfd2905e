"""A pass over everything: which stages there are, and how one goes on where the last call stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from mainspring.core.base.clock import Clock
from mainspring.core.storage.retention import RetentionPolicy, RetentionStep
from mainspring.core.storage.sql.engine import Database
from mainspring.core.storage.sql.retention.automation import BackfillStage, TickStage
from mainspring.core.storage.sql.retention.checks import CheckStage
from mainspring.core.storage.sql.retention.output import OutputStage
from mainspring.core.storage.sql.retention.pace import Pace
from mainspring.core.storage.sql.retention.place import (
    RETENTION_KEY,
    Place,
    forget_place,
    save_place,
    saved_place,
)
from mainspring.core.storage.sql.retention.runs import RunStage
from mainspring.core.storage.sql.retention.stage import Stage
from mainspring.core.storage.sql.retention.window import log_stages
from mainspring.core.storage.sql.retention.wiped import WipedStage

__all__ = ["RETENTION_KEY", "Budget", "retention_preview", "retention_step"]


class Budget(NamedTuple):
    """How long a call may go on, and how long a transaction of it shall hold the writers' lock, in seconds."""

    seconds: float = 1.0
    hold: float = 0.01


def _nothing(run_ids: Sequence[str]) -> None:
    del run_ids


RunsTold = Callable[[Sequence[str]], object]


def retention_step(
    database: Database,
    policy: RetentionPolicy,
    *,
    clock: Clock,
    budget: Budget = Budget(),  # noqa: B008  # a value
    remove_output: RunsTold = _nothing,
) -> RetentionStep:
    """Remove for a while what a policy lets go, going on where the last call stopped.

    Call it again until it is ``complete``; the next call after that begins anew. ``remove_output`` is called with
    the ids of runs whose captured output is to go. Several processes may call it: what two do at once is done once.
    """
    pace = Pace(clock=clock, hold=budget.hold)
    stages = _stages(database, policy, clock.timestamp(), remove_output)
    place = saved_place(database)
    names = [stage.name for stage in stages]
    at = names.index(place.stage) if place is not None and place.stage in names else 0
    after = place.after if place is not None and place.stage in names else ""
    removed: Counter[str] = Counter()
    until = clock.monotonic() + budget.seconds
    told = RetentionStep(removed, complete=True, stage="")
    while at < len(stages):
        stage = stages[at]
        moved = stage.piece(after, pace)
        removed.update(moved.removed)
        at, after = (at + 1, "") if moved.after is None else (at, moved.after)
        told = RetentionStep(removed, at >= len(stages), stage.name, moved.done, moved.total)
        if clock.monotonic() >= until:
            break
    _keep(database, None if at >= len(stages) else Place(stages[at].name, after))
    return told._replace(longest=pace.longest)


def _keep(database: Database, place: Place | None) -> None:
    with database.write(serial=False) as cursor:
        if place is None:
            forget_place(cursor)
        else:
            save_place(cursor, place.stage, place.after)


def retention_preview(database: Database, policy: RetentionPolicy, *, clock: Clock) -> Mapping[str, int]:
    """How much would go, by kind, if a whole pass were made now. Nothing is removed.

    What goes with the runs is counted but for what belongs to the history of assets.
    """
    counts: Counter[str] = Counter()
    for stage in _stages(database, policy, clock.timestamp(), _nothing):
        counts.update(stage.counted())
    return counts


def _stages(database: Database, policy: RetentionPolicy, now: float, told: RunsTold) -> list[Stage]:
    """What a policy asks for, in an order in which each leaves work to those that follow."""
    stages: list[Stage] = []
    if policy.ticks:
        stages.append(TickStage(database, policy.ticks, now=now))
    if policy.backfills is not None:
        stages.append(BackfillStage(database, before=now - policy.backfills))
    if policy.compute_logs is not None:
        stages.append(OutputStage(database, before=now - policy.compute_logs, told=told))
    if policy.runs is not None:
        stages.append(RunStage(database, policy, now=now, told=told))
    if policy.wiped is not None:
        stages.append(WipedStage(database, before=now - policy.wiped))
    if policy.checks is not None:
        stages.append(CheckStage(database, before=now - policy.checks))
    stages.extend(log_stages(database, policy, now=now))
    return stages
