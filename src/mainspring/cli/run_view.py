"""How a run stands, told from its events one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetCheckSeverity
from mainspring.core.records.error_info import ErrorInfo
from mainspring.core.records.event import Event, EventLogEntry
from mainspring.core.records.event_data import StepFailureData, StepRetryData, StepSuccessData
from mainspring.core.records.event_type import EventType
from mainspring.core.records.run import STATUS_AFTER, RunStatus
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import AnyMetadataValue

ROW_COUNT = "dagster/row_count"


class StepState(Enum):
    """Where a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    RETRYING = "to be tried again"
    """A try failed; the next has not begun."""
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"
    NOT_REACHED = "not reached"
    """Something before it failed, or the run was stopped."""


ENDED = frozenset(
    {StepState.DONE, StepState.FAILED, StepState.STOPPED, StepState.SKIPPED, StepState.NOT_REACHED}
)


@dataclass(slots=True)
class CheckLine:
    """What a check found; ``None`` while it has not been evaluated."""

    asset: str
    name: str
    passed: bool | None = None
    warns: bool = False
    raised: bool = False
    """Whether it raised an error in place of finding anything."""
    description: str | None = None
    metadata: Mapping[str, AnyMetadataValue] = field(default_factory=dict[str, AnyMetadataValue])

    @property
    def sign(self) -> str:
        """✓ passed, ! failed as a warning, ✗ failed or raised an error, · not evaluated."""
        if self.passed is None:
            return "✗" if self.raised else "·"
        return "✓" if self.passed else "!" if self.warns else "✗"


@dataclass(slots=True)
class StepLine:
    """One step of a run."""

    key: str
    planned: list[AssetKey] = field(default_factory=list)
    made: dict[AssetKey, int | None] = field(default_factory=dict)
    """The assets it has made or observed, each with its row count where one was reported."""
    checks: dict[tuple[str, str], CheckLine] = field(default_factory=dict)
    state: StepState = StepState.WAITING
    began: float | None = None
    seconds: float | None = None
    tries: int = 0
    wait: float | None = None
    """The seconds until it is tried again, where that was said."""
    error: ErrorInfo | None = None

    @property
    def name(self) -> str:
        """The asset it makes; the key of the step where there are several or none."""
        keys = list(dict.fromkeys([*self.planned, *self.made]))
        if len(keys) == 1:
            return keys[0].to_user_string()
        return f"{self.only_check.asset}: {self.only_check.name}" if self.only_check is not None else self.key

    @property
    def only_check(self) -> CheckLine | None:
        """The check, where the step evaluates one and does nothing else."""
        return (
            next(iter(self.checks.values()))
            if len(self.checks) == 1 and not (self.planned or self.made)
            else None
        )

    @property
    def rows(self) -> int | None:
        """The rows of its assets together; ``None`` where no count was reported."""
        counts = [count for count in self.made.values() if count is not None]
        return sum(counts) if counts else None


class RunView:
    """The steps of a run in the order they were planned, and how the run stands."""

    def __init__(self) -> None:
        self.steps: dict[str, StepLine] = {}
        self.status = RunStatus.NOT_STARTED
        self.began: float | None = None
        self.ended: float | None = None
        self.error: ErrorInfo | None = None

    @property
    def seconds(self) -> float | None:
        """How long the run took."""
        return None if self.began is None or self.ended is None else self.ended - self.began

    def counts(self) -> dict[StepState, int]:
        """How many steps are in each state that any is in."""
        states = [step.state for step in self.steps.values()]
        return {state: states.count(state) for state in StepState if state in states}

    def checks(self) -> Sequence[CheckLine]:
        """All checks of the run."""
        return [check for step in self.steps.values() for check in step.checks.values()]

    def name_of(self, step_key: str | None) -> str | None:
        """The name of a step."""
        step = self.steps.get(step_key) if step_key else None
        return step_key if step is None else step.name

    def is_of_user_code(self, entry: EventLogEntry) -> bool:
        """Whether a line is a message of user code: one that is not about a step which never began."""
        step = self.steps.get(entry.step_key) if entry.step_key else None
        return entry.dagster_event is None and (step is None or step.tries > 0)

    def take(self, entry: EventLogEntry) -> StepLine | None:
        """Note a line of the log. Gives the step whose state it changed."""
        event = entry.dagster_event
        if event is None:
            return None
        self._take_run_event(event, entry.timestamp)
        if not entry.step_key:
            return None
        step = self.steps.get(entry.step_key)
        if step is None:
            step = self.steps[entry.step_key] = StepLine(entry.step_key)
        before = (step.state, step.tries)
        _note(step, event, entry)
        return step if (step.state, step.tries) != before else None

    def _take_run_event(self, event: Event, timestamp: float) -> None:
        change = STATUS_AFTER.get(event.event_type_value)
        if change is not None:
            self.status: RunStatus = change[0]
        if event.event_type_value == EventType.RUN_START.value:
            self.began = timestamp
        elif self.status in (RunStatus.SUCCESS, RunStatus.FAILURE, RunStatus.CANCELED) and self.ended is None:
            self.ended = timestamp
            self._close_what_was_not_reached()
        error = getattr(event.event_specific_data, "error", None)
        if isinstance(error, ErrorInfo) and not event.step_key:
            self.error = error

    def _close_what_was_not_reached(self) -> None:
        for step in self.steps.values():
            if step.state not in ENDED:
                step.state = StepState.NOT_REACHED


def _note(step: StepLine, event: Event, entry: EventLogEntry) -> None:
    """What an event says of its step."""
    kind, data = event.event_type_value, event.event_specific_data
    if kind == EventType.ASSET_MATERIALIZATION_PLANNED.value:
        key = event.asset_materialization_planned_data.asset_key
        if key not in step.planned:
            step.planned.append(key)
    elif kind == EventType.ASSET_CHECK_EVALUATION_PLANNED.value:
        check = event.asset_check_planned_data
        _check(step, check.asset_key, check.check_name)
    elif kind in (EventType.STEP_START.value, EventType.STEP_RESTARTED.value):
        step.state, step.tries = StepState.RUNNING, step.tries + 1
        step.began = entry.timestamp if step.began is None else step.began
    elif entry.asset_materialization or entry.asset_observation:
        found = entry.asset_materialization or entry.asset_observation
        assert found is not None  # one of the two
        _add_rows(step, found.asset_key, getattr(found.metadata.get(ROW_COUNT), "value", None))
    elif isinstance(data, AssetCheckEvaluation):
        check_line = _check(step, data.asset_key, data.check_name)
        check_line.passed, check_line.warns = data.passed, data.severity is AssetCheckSeverity.WARN
        check_line.description, check_line.metadata = data.description, data.metadata
    else:
        _note_end(step, event, entry.timestamp)


def _note_end(step: StepLine, event: Event, timestamp: float) -> None:
    data = event.event_specific_data
    if isinstance(data, StepSuccessData):
        step.state = StepState.DONE
        step.seconds = data.duration_ms / 1000 if step.tries == 1 else timestamp - (step.began or timestamp)
    elif isinstance(data, StepFailureData):
        stopped = data.error_source == "INTERRUPT"
        step.state, step.error = StepState.STOPPED if stopped else StepState.FAILED, data.error
        step.seconds = timestamp - (step.began or timestamp)
        if step.only_check is not None and not stopped:
            step.only_check.raised = step.only_check.passed is None
    elif isinstance(data, StepRetryData):
        step.state, step.error, step.wait = StepState.RETRYING, data.error, data.seconds_to_wait
    elif event.event_type_value == EventType.STEP_SKIPPED.value:
        step.state = StepState.SKIPPED


def _check(step: StepLine, asset: AssetKey, name: str) -> CheckLine:
    key = (asset.to_user_string(), name)
    return step.checks.setdefault(key, CheckLine(*key))


def _add_rows(step: StepLine, key: AssetKey, count: object) -> None:
    """Each partition reports its own rows; an asset's are those of all its partitions of the run."""
    before = step.made.get(key)
    rows = count if isinstance(count, int) else None
    step.made[key] = rows if before is None else before + (rows or 0)
