"""What events change. Pure: facts and the state of their runs in, changes out; the SQL that applies them is
elsewhere.

The same fold serves the append of a batch and the replay of a history, so that both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import FINISHED, STATUS_AFTER, RunStatus
from mainspring.core.storage.fact import Fact

MATERIALIZED, IN_PROGRESS, FAILED = "MATERIALIZED", "IN_PROGRESS", "FAILED"
CHECK_PLANNED, CHECK_SUCCEEDED, CHECK_FAILED = "PLANNED", "SUCCEEDED", "FAILED"

FINAL = frozenset(status.value for status in FINISHED)

_PLANNED = EventType.ASSET_MATERIALIZATION_PLANNED.value

_NEXT: Mapping[str, tuple[str, frozenset[str]]] = {
    kind: (to.value, frozenset(status.value for status in allowed))
    for kind, (to, allowed) in STATUS_AFTER.items()
}


class RunState(NamedTuple):
    """What must be known of a run before its events can be judged."""

    status: str
    epoch: int


@dataclass(slots=True)
class RunChange:
    """The new state of a run. ``ended_by`` is the id of the event that ended it."""

    was: str
    status: str
    start_time: float | None = None
    end_time: float | None = None
    ended_by: int | None = None
    enqueue_time: float | None = None
    launch_time: float | None = None


@dataclass(slots=True)
class AssetChange:
    """What is new of an asset; ``None``: no news. ``wiped_by`` comes first: it clears what was there
    before.
    """

    wiped_by: int | None = None
    partitions_wiped: bool = False
    materialization: int | None = None
    materialization_run: str | None = None
    observation: int | None = None
    planned: int | None = None
    planned_run: str | None = None
    failed: int | None = None
    last_run: str | None = None
    last_event: int | None = None
    last_timestamp: float | None = None


@dataclass(slots=True)
class PartitionChange:
    """What is new of a partition of an asset; ``None``: no news. ``wiped_by`` comes first."""

    wiped_by: int | None = None
    status: str | None = None
    materialization: int | None = None
    materialization_run: str | None = None
    planned: int | None = None
    planned_run: str | None = None
    failed: int | None = None
    observation: int | None = None


@dataclass(slots=True)
class CheckChange:
    """A check was planned, evaluated, or both. An evaluation fulfils a plan of its run made before, if
    there is one.
    """

    id: int
    asset: str
    check: str
    partition: str | None
    run_id: str
    status: str
    timestamp: float
    planned: int | None = None
    evaluation: int | None = None


@dataclass(slots=True)
class StepChange:
    """What is new of a step of a run. ``attempts`` are those that began; ``end_time`` counts as it stands."""

    status: str
    attempts: int = 0
    start_time: float | None = None
    end_time: float | None = None


PartitionChanges = dict[str, PartitionChange]
StepKey = tuple[str, str]


@dataclass(slots=True)
class Changes:
    """All that follows from some events. ``late`` are the ids of events that change nothing.

    ``unwiped`` are the wipes that were taken back, by asset: what they hid is not among the changes, it is found
    in the log.
    """

    late: set[int] = field(default_factory=set[int])
    runs: dict[str, RunChange] = field(default_factory=dict[str, RunChange])
    assets: dict[str, AssetChange] = field(default_factory=dict[str, AssetChange])
    partitions: dict[str, PartitionChanges] = field(default_factory=dict[str, PartitionChanges])
    checks: list[CheckChange] = field(default_factory=list[CheckChange])
    steps: dict[StepKey, StepChange] = field(default_factory=dict[StepKey, StepChange])
    unwiped: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    open_plans: dict[tuple[str, str, str], list[CheckChange]] = field(
        default_factory=dict[tuple[str, str, str], list[CheckChange]]
    )

    def asset(self, fact: Fact) -> AssetChange:
        """The change of the asset a fact speaks of."""
        key = fact.asset or ""
        found = self.assets.get(key)
        if found is None:
            found = self.assets[key] = AssetChange()
        return found

    def partition(self, fact: Fact) -> PartitionChange | None:
        """The change of the partition a fact speaks of, if it speaks of one."""
        if fact.partition is None:
            return None
        of_asset = self.partitions.setdefault(fact.asset or "", {})
        found = of_asset.get(fact.partition)
        if found is None:
            found = of_asset[fact.partition] = PartitionChange()
        return found


def derive(facts: Iterable[Fact], runs: Mapping[str, RunState]) -> Changes:
    """The changes that follow from these facts, taken in their order, given the present state of their runs.

    A run that is not in ``runs`` is unknown: its events about assets count, those about itself change
    nothing. What the end of a run does to the partitions it left in progress is for whoever applies the changes:
    nothing of another run may stand between the two.
    """
    changes = Changes()
    for fact in facts:
        state = runs.get(fact.run_id)
        if not (_counts(fact, state, changes) if state is not None else fact.kind not in RUN_KINDS):
            changes.late.add(fact.id)
            continue
        if fact.asset is not None:
            take(fact, changes)
        elif fact.step is not None:
            _step(fact, fact.step, changes)
    return changes


def refold(facts: Iterable[Fact]) -> Changes:
    """What facts that counted when they were stored add up to, from nothing.

    No run is judged again. The ends of runs among them settle what those runs left in progress. Facts that a wipe
    put out of sight are left out by whoever gives them.
    """
    changes = Changes()
    waiting: dict[str, set[tuple[str, str]]] = {}
    for fact in facts:
        if fact.asset is not None:
            take(fact, changes)
            if fact.kind == _PLANNED and fact.partition is not None:
                waiting.setdefault(fact.run_id, set()).add((fact.asset, fact.partition))
        elif fact.kind in ENDING_KINDS:
            for asset, partition in waiting.pop(fact.run_id, ()):
                _settle(changes.partitions[asset][partition], fact)
    return changes


def take(fact: Fact, changes: Changes) -> None:
    """Take in what a fact that counts says of an asset."""
    apply = _ASSET_FACTS.get(fact.kind)
    if apply is not None:
        apply(fact, changes)


def _settle(one: PartitionChange, end: Fact) -> None:
    """What is in progress at the end of its run has failed with it, or is again what it was before."""
    if one.planned_run != end.run_id or one.status != IN_PROGRESS:
        return
    if end.kind == EventType.RUN_FAILURE.value:
        one.status, one.failed = FAILED, end.id
    elif (one.failed or 0) > (one.materialization or 0):
        one.status = FAILED
    else:
        one.status = MATERIALIZED if one.materialization else None


def _counts(fact: Fact, before: RunState, changes: Changes) -> bool:
    """Whether a fact of a known run changes anything; a change of the run's status is taken in."""
    change = changes.runs.get(fact.run_id)
    status = before.status if change is None else change.status
    if status in FINAL:
        return False
    following = _NEXT.get(fact.kind)
    if following is None:
        return True
    to, allowed = following
    if status not in allowed:
        return False
    if change is None:
        change = changes.runs[fact.run_id] = RunChange(before.status, to)
    change.status = to
    if to == RunStatus.QUEUED.value:
        change.enqueue_time = fact.timestamp
    elif to == RunStatus.STARTING.value:
        change.launch_time = fact.timestamp
    if to == RunStatus.STARTED.value and change.start_time is None:
        change.start_time = fact.timestamp
    if to in FINAL:
        change.end_time, change.ended_by = fact.timestamp, fact.id
    return True


def _step(fact: Fact, step: str, changes: Changes) -> None:
    status = STEP_KINDS.get(fact.kind)
    if status is None:
        return
    change = changes.steps.get((fact.run_id, step))
    if change is None:
        change = changes.steps[fact.run_id, step] = StepChange(status)
    change.status = status
    if status != STEP_IN_PROGRESS:
        change.end_time = fact.timestamp
        return
    change.end_time = None
    if fact.kind != EventType.STEP_UP_FOR_RETRY.value:
        change.attempts += 1
        if change.start_time is None:
            change.start_time = fact.timestamp


def _touch(fact: Fact, changes: Changes) -> AssetChange:
    asset = changes.asset(fact)
    asset.last_event, asset.last_timestamp = fact.id, fact.timestamp
    return asset


def _materialized(fact: Fact, changes: Changes) -> None:
    asset = _touch(fact, changes)
    asset.materialization, asset.materialization_run = fact.id, fact.run_id
    asset.last_run = fact.run_id or asset.last_run
    partition = changes.partition(fact)
    if partition is not None:
        partition.materialization, partition.materialization_run = fact.id, fact.run_id
        partition.status = MATERIALIZED


def _observed(fact: Fact, changes: Changes) -> None:
    _touch(fact, changes).observation = fact.id
    partition = changes.partition(fact)
    if partition is not None:
        partition.observation = fact.id


def _planned(fact: Fact, changes: Changes) -> None:
    asset = _touch(fact, changes)
    asset.planned, asset.planned_run = fact.id, fact.run_id
    asset.last_run = fact.run_id or asset.last_run
    partition = changes.partition(fact)
    if partition is not None:
        partition.planned, partition.planned_run = fact.id, fact.run_id
        partition.status = IN_PROGRESS


def _failed(fact: Fact, changes: Changes) -> None:
    asset = _touch(fact, changes)
    asset.failed = fact.id
    asset.last_run = fact.run_id or asset.last_run
    partition = changes.partition(fact)
    if partition is not None:
        partition.failed = fact.id
        partition.status = FAILED


def _wiped(fact: Fact, changes: Changes) -> None:
    key = fact.asset or ""
    if not isinstance(fact.detail, tuple):
        changes.assets[key] = AssetChange(wiped_by=fact.id)
        changes.partitions.pop(key, None)
        changes.checks = [check for check in changes.checks if check.asset != key]
        changes.open_plans = {of: plans for of, plans in changes.open_plans.items() if of[1] != key}
        return
    changes.asset(fact).partitions_wiped = True
    of_asset = changes.partitions.setdefault(key, {})
    for partition in fact.detail:
        of_asset[str(partition)] = PartitionChange(wiped_by=fact.id)


def _unwiped(fact: Fact, changes: Changes) -> None:
    if isinstance(fact.detail, tuple):
        changes.unwiped.setdefault(fact.asset or "", set()).update(map(int, fact.detail))


def _check_planned(fact: Fact, changes: Changes) -> None:
    plan = _check(fact, CHECK_PLANNED, planned=fact.id)
    changes.checks.append(plan)
    changes.open_plans.setdefault(_plan_of(fact), []).append(plan)


def _check_evaluated(fact: Fact, changes: Changes) -> None:
    status = CHECK_SUCCEEDED if fact.detail else CHECK_FAILED
    plans = changes.open_plans.get(_plan_of(fact), ()) if fact.run_id else ()
    plan = next((one for one in reversed(plans) if one.partition in (None, fact.partition)), None)
    if plan is None:
        changes.checks.append(_check(fact, status, evaluation=fact.id))
        return
    plan.status, plan.evaluation, plan.timestamp = status, fact.id, fact.timestamp
    plan.partition = fact.partition
    changes.open_plans[_plan_of(fact)].remove(plan)


def _plan_of(fact: Fact) -> tuple[str, str, str]:
    return fact.run_id, fact.asset or "", fact.check or ""


def _check(
    fact: Fact, status: str, *, planned: int | None = None, evaluation: int | None = None
) -> CheckChange:
    return CheckChange(
        id=fact.id,
        asset=fact.asset or "",
        check=fact.check or "",
        partition=fact.partition,
        run_id=fact.run_id,
        status=status,
        timestamp=fact.timestamp,
        planned=planned,
        evaluation=evaluation,
    )


_ASSET_FACTS: Mapping[str, Callable[[Fact, Changes], None]] = {
    EventType.ASSET_MATERIALIZATION.value: _materialized,
    EventType.ASSET_OBSERVATION.value: _observed,
    EventType.ASSET_MATERIALIZATION_PLANNED.value: _planned,
    EventType.ASSET_FAILED_TO_MATERIALIZE.value: _failed,
    EventType.ASSET_WIPED.value: _wiped,
    EventType.ASSET_WIPE_UNDONE.value: _unwiped,
    EventType.ASSET_CHECK_EVALUATION.value: _check_evaluated,
    EventType.ASSET_CHECK_EVALUATION_PLANNED.value: _check_planned,
}

ASSET_KINDS = frozenset(_ASSET_FACTS)
"""The types of events that change what is known of an asset."""

WIPE_KINDS = frozenset({EventType.ASSET_WIPED.value, EventType.ASSET_WIPE_UNDONE.value})
"""The types of events that put the history of an asset out of sight, or back: themselves they are always seen."""

ENDING_KINDS = frozenset(kind for kind, (to, _) in _NEXT.items() if to in FINAL)
"""The types of events that end a run."""

STEP_IN_PROGRESS = "IN_PROGRESS"

STEP_KINDS: Mapping[str, str] = {
    EventType.STEP_START.value: STEP_IN_PROGRESS,
    EventType.STEP_RESTARTED.value: STEP_IN_PROGRESS,
    EventType.STEP_UP_FOR_RETRY.value: STEP_IN_PROGRESS,
    EventType.STEP_SUCCESS.value: "SUCCESS",
    EventType.STEP_FAILURE.value: "FAILURE",
    EventType.STEP_SKIPPED.value: "SKIPPED",
}
"""The types of events that change the status of a step, and the status they give it."""

RUN_KINDS = frozenset(_NEXT)
"""The types of events that change the status of a run."""
