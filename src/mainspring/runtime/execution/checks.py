"""Record what checks found, and say which blocking ones failed."""

from __future__ import annotations

from collections.abc import Iterable

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationTargetMaterializationData,
    AssetCheckSeverity,
)
from mainspring.core.records.event_data import StepOutputData, StepOutputHandle
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.results import AssetCheckResult
from mainspring.runtime.definitions.types.value_type import ANY, TypeCheck, type_check_data
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step

_FINE = TypeCheck(True)


def resolve_check(result: AssetCheckResult, step: Step, asset_key: AssetKey | None = None) -> AssetCheckKey:
    """The check a result is of, by what it says and by what the step can evaluate.

    Raises ``InvariantViolationError`` where it fits none or several.
    """
    known = list(step.definition.check_specs_by_key)
    wanted_asset = result.asset_key or asset_key
    fitting = [
        key
        for key in known
        if (result.check_name is None or key.name == result.check_name)
        and (wanted_asset is None or key.asset_key == wanted_asset)
    ]
    if len(fitting) == 1:
        return fitting[0]
    said = f"asset_key={wanted_asset.to_user_string() if wanted_asset else None!r}, check_name={result.check_name!r}"
    names = [key.to_user_string() for key in known]
    if fitting:
        raise InvariantViolationError(
            f"The step {step.key!r} gave an AssetCheckResult({said}), which could be of {len(fitting)} checks.",
            where=step.node.where,
            hint=f"Say `asset_key` and `check_name`; the step evaluates {', '.join(names)}.",
        )
    raise InvariantViolationError(
        f"The step {step.key!r} gave an AssetCheckResult({said}), which is of no check it was declared with.",
        where=step.node.where,
        hint=did_you_mean(result.check_name or "", (key.name for key in known))
        or f"It evaluates {', '.join(names) or 'no checks: declare them in `check_specs`'}.",
    )


def record_check(
    state: RunState, step: Step, scope: StepScope, result: AssetCheckResult, key: AssetCheckKey
) -> bool:
    """Record an evaluation; whether it is a failure that blocks what lies downstream."""
    spec = step.definition.check_specs_by_key[key]
    name = _output_of(step, key)
    state.log.event(
        EventType.STEP_OUTPUT,
        f'Yielded output "{name}" of type "Any". (Type check passed).',
        step_key=step.key,
        data=StepOutputData(StepOutputHandle(step.key, name), type_check_data(ANY, _FINE)),
    )
    state.values[step.key, name] = result
    partition = scope.slice.first if scope.slice is not None and scope.slice.is_single else None
    found = "passed" if result.passed else "did not pass"
    evaluation = AssetCheckEvaluation(
        key.asset_key,
        key.name,
        result.passed,
        result.metadata,
        _target(state, key.asset_key),
        result.severity,
        result.description,
        spec.blocking,
        partition,
    )
    state.log.event(
        EventType.ASSET_CHECK_EVALUATION,
        f"Asset check '{key.name}' on '{key.asset_key.to_user_string()}' {found}.",
        step_key=step.key,
        data=evaluation,
    )
    return spec.blocking and not result.passed and result.severity is AssetCheckSeverity.ERROR


def _output_of(step: Step, key: AssetCheckKey) -> str:
    assert step.definition.computation is not None  # only what can be run is planned
    return next(name for name, found in step.definition.computation.checks_by_output.items() if found == key)


def _target(state: RunState, key: AssetKey) -> AssetCheckEvaluationTargetMaterializationData | None:
    """The materialization of an earlier run that was checked; one of this run is told by the run id they share."""
    found = state.versions.known(key)
    if found is None or found.storage_id is None or found.timestamp is None:
        return None
    return AssetCheckEvaluationTargetMaterializationData(found.storage_id, found.run_id, found.timestamp)


def missing_checks(step: Step, seen: Iterable[AssetCheckKey]) -> list[AssetCheckKey]:
    """The checks the run wants of this step and has no result of."""
    return sorted(step.definition.check_keys - set(seen))
