"""One try of one step: inputs, the user's function, outputs, and every event in its order.

Written once, as a coroutine. A synchronous function never suspends it, so that it can be driven without a loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, OrchestratorError, StepExecutionError, did_you_mean
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.records.event_data import StepRetryData, StepSuccessData
from mainspring.core.records.event_type import EventType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import DataVersion, DataVersionsByPartition
from mainspring.runtime.contexts.resource import injected_resource
from mainspring.runtime.contexts.scope import CURRENT, StepScope
from mainspring.runtime.definitions.results import NO_VALUE, AssetCheckResult, MaterializeResult, ObserveResult, Output
from mainspring.runtime.definitions.retries import Failure, RetryRequested
from mainspring.runtime.execution.checks import missing_checks, record_check, resolve_check
from mainspring.runtime.execution.context import step_context, step_scope
from mainspring.runtime.execution.events import record_logged
from mainspring.runtime.execution.failure import CheckFailedError, StepError, StepTimeoutError, step_error
from mainspring.runtime.execution.inputs import load_inputs
from mainspring.runtime.execution.outputs import Produced, record_observation, take_output
from mainspring.runtime.execution.results_stream import typed_results
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.execution.timeout import time_limit
from mainspring.runtime.plan.plan import Step


@dataclass(slots=True)
class Outcome:
    """How a try ended. With ``retry_after`` the step is to be tried again after so many seconds."""

    error: StepError | None = None
    skipped_outputs: list[str] = field(default_factory=list)
    retry_after: float | None = None

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked the run to stop."""
        return self.error is not None and self.error.source == "INTERRUPT"


async def run_step(state: RunState, step: Step, retries: int) -> Outcome:
    """Try a step. What goes wrong, in user code or ours, is recorded and told in the outcome."""
    clock = state.ambient.clock
    began = clock.monotonic()
    kind = EventType.STEP_RESTARTED if retries else EventType.STEP_START
    words = "Started re-execution (attempt # {}) of step" if retries else "Started execution of step"
    state.log.event(kind, f'{words.format(retries + 1)} "{step.key}".', step_key=step.key)
    scope = step_scope(state, step, retries)
    try:
        skipped = await _Try(state, step, scope).run()
    except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001  # whatever user code raises ends its step, not ours
        return _failed(state, step, error, retries)
    milliseconds = (clock.monotonic() - began) * 1000
    state.log.event(
        EventType.STEP_SUCCESS,
        f'Finished execution of step "{step.key}" in {shown_duration(milliseconds)}.',
        step_key=step.key,
        data=StepSuccessData(milliseconds),
    )
    return Outcome(skipped_outputs=skipped)


def shown_duration(milliseconds: float) -> str:
    """A duration for people: ``7.5ms``, ``1.25s``, ``2m5s``."""
    if milliseconds < 1000:
        return f"{milliseconds:.3g}ms"
    seconds = milliseconds / 1000
    return f"{seconds:.3g}s" if seconds < 60 else f"{int(seconds // 60)}m{int(seconds % 60)}s"


def _failed(state: RunState, step: Step, raised: BaseException, retries: int) -> Outcome:
    if isinstance(raised, asyncio.CancelledError):
        raised = KeyboardInterrupt("The step was cancelled.")
    delay = _retry_delay(state, step, raised, retries)
    original = raised.__cause__ if isinstance(raised, RetryRequested) and raised.__cause__ else raised
    error = step_error(original, what=f'the step "{step.key}"')
    if delay is not None:
        after = f" in {delay:g} s" if delay else ""
        state.log.event(
            EventType.STEP_UP_FOR_RETRY,
            f'Execution of step "{step.key}" failed and has requested a retry{after}.',
            step_key=step.key,
            data=StepRetryData(error.info, delay),
            level=logging.WARNING,
        )
        return Outcome(error, retry_after=delay)
    state.log.event(
        EventType.STEP_FAILURE,
        f'Execution of step "{step.key}" failed.',
        step_key=step.key,
        data=error.data(),
        level=logging.ERROR,
    )
    return Outcome(error)


def _retry_delay(state: RunState, step: Step, raised: BaseException, retries: int) -> float | None:
    """The seconds until the next try, or ``None`` where there is none."""
    if isinstance(raised, RetryRequested):
        return (raised.seconds_to_wait or 0) if retries < raised.max_retries else None
    policy = step.retry_policy
    ours = isinstance(raised, OrchestratorError) and not isinstance(raised, (StepExecutionError, StepTimeoutError))
    if policy is None or ours or isinstance(raised, KeyboardInterrupt) or retries >= policy.max_retries:
        return None
    if isinstance(raised, Failure) and not raised.allow_retries:
        return None
    return policy.calculate_delay(retries + 1, state.ambient.random)


class _Try:
    """The body of a try, with what it has seen so far."""

    def __init__(self, state: RunState, step: Step, scope: StepScope) -> None:
        self.state = state
        self.step = step
        self.scope = scope
        self.seen: set[str] = set()
        self.seen_checks: set[AssetCheckKey] = set()
        self.blocking: list[AssetCheckKey] = []
        assert step.definition.computation is not None  # only what can be run is planned
        self.computation = step.definition.computation
        scope.record = lambda event: record_logged(state, step, event)

    async def run(self) -> list[str]:
        """Load, call, take each result; the outputs that were left out."""
        state, step, node = self.state, self.step, self.step.node
        values = load_inputs(state, step, self.scope) if step.inputs else {}
        context = step_context(self.scope, step)
        token = CURRENT.set(context)
        try:
            arguments = call_arguments(node.signature, context, self.scope, values)
            async for result in self._results(lambda: node.compute_fn(**arguments)):
                self._take(result)
        finally:
            CURRENT.reset(token)
        return self._finish()

    async def _results(self, call: Callable[[], Any]) -> Any:
        node = self.step.node
        observes = self.step.definition.is_observable
        what = f'The step "{self.step.key}"'
        if node.signature.is_async and node.timeout is not None:
            try:
                async with asyncio.timeout(node.timeout):
                    async for result in typed_results(call(), node, observes=observes):
                        yield result
            except TimeoutError as error:
                raise StepTimeoutError(f"{what} ran longer than its timeout of {node.timeout:g} s.") from error
            return
        limit: AbstractContextManager[None] = time_limit(node.timeout, what)
        with limit:
            async for result in typed_results(call(), node, observes=observes):
                yield result

    # -- taking results --------------------------------------------------------------------------------------------

    def _take(self, result: Any) -> None:
        if isinstance(result, Output):
            self._output(Produced(result.output_name, result.value, result.metadata, result.data_version, result.tags))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        elif isinstance(result, MaterializeResult):
            self._materialize_result(result)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(result, AssetCheckResult):
            self._check(result)
        elif isinstance(result, (ObserveResult, DataVersion, DataVersionsByPartition)):
            self._observe(result)
        elif isinstance(result, AssetCheckEvaluation):
            self._check(
                AssetCheckResult(
                    passed=result.passed, asset_key=result.asset_key, check_name=result.check_name, metadata=result.metadata, severity=result.severity, description=result.description
                )
            )
        else:
            record_logged(self.state, self.step, result)
            if isinstance(result, (AssetMaterialization, AssetObservation)):
                self._mark_made(result.asset_key)

    def _mark_made(self, key: AssetKey) -> None:
        """User code recorded an asset of this step itself: nothing is implied for it any more."""
        for name, made in self.computation.keys_by_output.items():
            if made == key and self.step.node.outs[name].is_implied:
                self.seen.add(name)

    def _output(self, produced: Produced) -> None:
        node = self.step.node
        if produced.name not in node.outs:
            raise InvariantViolationError(
                f"The step {self.step.key!r} gave an Output named {produced.name!r}, which it does not have.",
                where=node.where,
                hint=did_you_mean(produced.name, node.outs) or f"Its outputs are: {', '.join(node.outs)}.",
            )
        if node.outs[produced.name].is_check:
            self._check_value(produced)
            return
        key = self.computation.keys_by_output.get(produced.name)
        if key is not None and not self.computation.makes(key):
            raise InvariantViolationError(
                f"The step {self.step.key!r} made {key.to_user_string()!r}, which this run did not select.",
                where=node.where,
                hint="Make only what is in `context.selected_asset_keys`.",
            )
        if produced.name in self.seen:
            raise InvariantViolationError(
                f"The step {self.step.key!r} gave the output {produced.name!r} twice.", where=node.where, hint="Yield each output once."
            )
        self._refuse_untyped()
        self.seen.add(produced.name)
        take_output(self.state, self.step, self.scope, produced)
        self.scope.seen_outputs.add((produced.name, None))

    def _refuse_untyped(self) -> None:
        required, message = self.scope.typed_stream
        if required and self.step.node.signature.kind.value in ("plain", "async"):
            raise InvariantViolationError(message or "This step must yield its results as typed events, not return a value.")

    def _check_value(self, produced: Produced) -> None:
        key = self.computation.checks_by_output[produced.name]
        if isinstance(produced.value, AssetCheckResult):
            self._check(produced.value)
            return
        raise InvariantViolationError(
            f"The check {key.to_user_string()!r} gave {produced.value!r}, a {type(produced.value).__name__}.",
            where=self.step.node.where,
            hint="A check returns AssetCheckResult(passed=...) or a bool.",
        )

    def _key_for(self, given: AssetKey | None, what: str) -> tuple[AssetKey, str]:
        """The asset a result speaks of, and its output."""
        outputs = {key: name for name, key in self.computation.keys_by_output.items()}
        if given is None and len(outputs) == 1:
            given = next(iter(outputs))
        if given is None:
            raise InvariantViolationError(
                f"The step {self.step.key!r} makes {len(outputs)} assets and gave a {what} that does not say which.",
                where=self.step.node.where,
                hint=f"{what}(asset_key=..., ...), one of {', '.join(sorted(key.to_user_string() for key in outputs))}.",
            )
        if given not in outputs:
            raise InvariantViolationError(
                f"The step {self.step.key!r} gave a {what} for {given.to_user_string()!r}, which it does not make.",
                where=self.step.node.where,
                hint=did_you_mean(given.to_user_string(), (key.to_user_string() for key in outputs)) or f"It makes: {', '.join(sorted(key.to_user_string() for key in outputs))}.",
            )
        return given, outputs[given]

    def _materialize_result(self, result: MaterializeResult[Any]) -> None:
        key, name = self._key_for(result.asset_key, "MaterializeResult")
        self._output(Produced(name, result.value, result.metadata, result.data_version, result.tags))
        for check in result.check_results:
            self._check(check, key)

    def _check(self, result: AssetCheckResult, asset_key: AssetKey | None = None) -> None:
        key = resolve_check(result, self.step, asset_key)
        if key in self.seen_checks:
            raise InvariantViolationError(f"The step {self.step.key!r} gave a result for the check {key.to_user_string()!r} twice.", where=self.step.node.where)
        self.seen_checks.add(key)
        if not self.computation.evaluates(key):
            return
        if record_check(self.state, self.step, self.scope, result, key):
            self.blocking.append(key)

    def _observe(self, result: Any) -> None:
        given = result.asset_key if isinstance(result, ObserveResult) else None
        key, name = self._key_for(given, "ObserveResult")
        self.seen.add(name)
        if isinstance(result, DataVersionsByPartition):
            for partition, version in result.data_versions_by_partition.items():
                record_observation(self.state, self.step, key, {}, version, None, partition)
        elif isinstance(result, DataVersion):
            record_observation(self.state, self.step, key, {}, result, None, self._partition())
        else:
            record_observation(self.state, self.step, key, result.metadata, result.data_version, result.tags, self._partition())
            for check in result.check_results:
                self._check(check, key)

    def _partition(self) -> str | None:
        found = self.scope.slice
        return found.first if found is not None and found.is_single else None

    # -- the end ---------------------------------------------------------------------------------------------------

    def _finish(self) -> list[str]:
        """Imply or demand what was not said; fail on blocking checks. The outputs that were left out."""
        skipped: list[str] = []
        for name, output in self.step.node.outs.items():
            if output.is_check or name in self.seen:
                continue
            key = self.computation.keys_by_output.get(name)
            if key is not None and not self.computation.makes(key):
                continue
            if self.step.definition.is_observable:
                continue
            if output.is_implied:
                self._output(Produced(name, NO_VALUE))
            elif output.is_required:
                self._demand(name, key)
            else:
                skipped.append(name)
        self._demand_checks()
        if self.blocking:
            raise CheckFailedError(self.blocking)
        return skipped

    def _demand(self, name: str, key: AssetKey | None) -> None:
        node = self.step.node
        if node.signature.kind.value in ("plain", "async") and not self.seen and not self.seen_checks and len([o for o in node.outs.values() if not o.is_check]) == 1:
            self._output(Produced(name, None))
            return
        what = f"the asset {key.to_user_string()!r}" if key is not None else f"its output {name!r}"
        raise InvariantViolationError(
            f"The step {self.step.key!r} ended without giving {what}.",
            where=node.where,
            hint="Yield an Output or a MaterializeResult for it; or let it be left out with output_required=False, "
            "AssetSpec(skippable=True) or AssetOut(is_required=False).",
        )

    def _demand_checks(self) -> None:
        missing = missing_checks(self.step, self.seen_checks)
        if missing and not (self.computation.can_subset and not self.computation.keys_by_output):
            names = ", ".join(key.to_user_string() for key in missing)
            raise InvariantViolationError(
                f"The step {self.step.key!r} ended without a result for {names}.",
                where=self.step.node.where,
                hint="Yield an AssetCheckResult for each check in `check_specs`, or give them in MaterializeResult(check_results=[...]).",
            )


def call_arguments(signature: Any, context: Any, scope: StepScope, values: dict[str, Any]) -> dict[str, Any]:
    """What each parameter of a function is given."""
    arguments = dict(values)
    if signature.context is not None:
        arguments[signature.context] = context
    if signature.config is not None:
        arguments[signature.config[0]] = scope.config
    for name, key in signature.resources:
        arguments[name] = injected_resource(scope.resources, key)
    return arguments
