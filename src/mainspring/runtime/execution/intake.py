"""``Intake``: takes each result a step gives, records it, and knows at the end what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, StepOutputNotFoundError, did_you_mean
from mainspring.core.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.data_version import DataVersion, DataVersionsByPartition
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.definitions.results import (
    NO_VALUE,
    AssetCheckResult,
    DynamicOutput,
    MaterializeResult,
    ObserveResult,
    Output,
)
from mainspring.runtime.execution.checks import missing_checks, record_check, resolve_check
from mainspring.runtime.execution.events import record_logged
from mainspring.runtime.execution.failure import CheckFailedError
from mainspring.runtime.execution.outputs import Produced, record_observation, take_output
from mainspring.runtime.execution.state import RunState
from mainspring.runtime.plan.plan import Step


@dataclass(frozen=True, slots=True)
class Gave:
    """What a step gave: the outputs it left out, and the mapping keys of each of its dynamic ones."""

    skipped: Sequence[str] = ()
    mapping_keys: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])


class Intake:
    """What one try of a step has given so far."""

    def __init__(self, state: RunState, step: Step, scope: StepScope) -> None:
        assert step.definition.computation is not None  # only what can be run is planned
        self._state = state
        self._step = step
        self._scope = scope
        self._computation = step.definition.computation
        self._seen: set[str] = set()
        self._seen_checks: set[AssetCheckKey] = set()
        self._blocking: list[AssetCheckKey] = []
        self._mapping_keys: dict[str, dict[str, None]] = {
            name: {} for name, output in step.node.outs.items() if output.is_dynamic
        }
        for name in self._mapping_keys:
            state.values[step.key, name] = {}

    def take(self, result: Any) -> None:
        """Record a typed result. Raises ``InvariantViolationError`` for one that does not fit the step."""
        if isinstance(result, Output):
            self._output(_produced(result))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(result, DynamicOutput):
            self._output(_produced_dynamically(result))  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(result, MaterializeResult):
            self._materialize_result(result)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(result, AssetCheckResult):
            self._check(result)
        elif isinstance(result, (ObserveResult, DataVersion, DataVersionsByPartition)):
            self._observe(result)
        elif isinstance(result, AssetCheckEvaluation):
            self._check(_result_of(result))
        else:
            record_logged(self._state, self._step, result)
            if isinstance(result, (AssetMaterialization, AssetObservation)):
                self._mark_made(result.asset_key)

    def finish(self) -> Gave:
        """Imply or demand what was not said; what was given and left out.

        Raises ``StepOutputNotFoundError`` for an output that had to be given, ``InvariantViolationError`` for a check
        without a result, ``CheckFailedError`` where a blocking check did not pass.
        """
        skipped = [] if self._step.definition.is_observable else self._imply_or_demand()
        self._demand_checks()
        if self._blocking:
            raise CheckFailedError(self._blocking)
        return Gave(skipped, {name: list(keys) for name, keys in self._mapping_keys.items()})

    # -- outputs ---------------------------------------------------------------------------------------------------

    def _output(self, produced: Produced) -> None:
        node = self._step.node
        output = node.outs.get(produced.name)
        if output is None:
            raise self._wrong(
                f"gave an Output named {produced.name!r}, which it does not have.",
                did_you_mean(produced.name, node.outs) or f"Its outputs are: {', '.join(node.outs)}.",
            )
        if output.is_check:
            self._check_value(produced)
            return
        key = self._computation.keys_by_output.get(produced.name)
        if key is not None and not self._computation.makes(key):
            raise self._wrong(
                f"made {key.to_user_string()!r}, which this run did not select.",
                "Make only what is in `context.selected_asset_keys`.",
            )
        self._refuse_repeated(produced)
        self._refuse_untyped()
        self._seen.add(produced.name)
        take_output(self._state, self._step, self._scope, produced)
        self._scope.seen_outputs.add((produced.name, produced.mapping_key))

    def _refuse_repeated(self, produced: Produced) -> None:
        """An output is given once, each value of a dynamic one under a key of its own."""
        name, key = produced.name, produced.mapping_key
        keys = self._mapping_keys.get(name)
        if (keys is None) != (key is None):
            given, wanted = ("an Output", "DynamicOutput") if key is None else ("a DynamicOutput", "Output")
            raise self._wrong(
                f"gave {given} for its output {name!r}, which is {'a dynamic one' if key is None else 'not dynamic'}.",
                f"Give {wanted}(value, ...), or declare the output with "
                f"{'Out()' if key is None else 'DynamicOut()'}.",
            )
        if keys is not None and key is not None:
            if key in keys:
                raise self._wrong(
                    f"gave two values of the output {name!r} under the mapping key {key!r}.",
                    "Give each DynamicOutput a mapping_key of its own.",
                )
            keys[key] = None
        elif name in self._seen:
            raise self._wrong(f"gave the output {name!r} twice.", "Yield each output once.")

    def _refuse_untyped(self) -> None:
        required, message = self._scope.typed_stream
        if required and self._step.node.signature.kind.value in {"plain", "async"}:
            raise InvariantViolationError(
                message or "This step must yield its results as typed events, not return a value."
            )

    def _mark_made(self, key: AssetKey) -> None:
        """User code recorded an asset of this step itself: nothing is implied for it any more."""
        for name, made in self._computation.keys_by_output.items():
            if made == key and self._step.node.outs[name].is_implied:
                self._seen.add(name)

    def _materialize_result(self, result: MaterializeResult[Any]) -> None:
        key, name = self._key_for(result.asset_key, "MaterializeResult")
        self._output(Produced(name, result.value, result.recorded_metadata, result.data_version, result.tags))
        for check in result.check_results:
            self._check(check, key)

    def _key_for(self, given: AssetKey | None, what: str) -> tuple[AssetKey, str]:
        """The asset a result speaks of, and its output."""
        outputs = {key: name for name, key in self._computation.keys_by_output.items()}
        if given is None and len(outputs) == 1:
            given = next(iter(outputs))
        names = sorted(key.to_user_string() for key in outputs)
        if given is None:
            raise self._wrong(
                f"makes {len(outputs)} assets and gave a {what} that does not say which.",
                f"{what}(asset_key=..., ...), one of {', '.join(names)}.",
            )
        if given not in outputs:
            text = given.to_user_string()
            raise self._wrong(
                f"gave a {what} for {text!r}, which it does not make.",
                did_you_mean(text, names) or f"It makes: {', '.join(names) or 'no assets'}.",
            )
        return given, outputs[given]

    # -- observations ----------------------------------------------------------------------------------------------

    def _observe(self, result: ObserveResult | DataVersion | DataVersionsByPartition) -> None:
        given = result.asset_key if isinstance(result, ObserveResult) else None
        key, name = self._key_for(given, "ObserveResult")
        self._seen.add(name)
        state, step = self._state, self._step
        if isinstance(result, DataVersionsByPartition):
            for partition, version in result.data_versions_by_partition.items():
                record_observation(state, step, AssetObservation(key, partition=partition), version)
            return
        if isinstance(result, DataVersion):
            record_observation(state, step, AssetObservation(key, partition=self._partition()), result)
            return
        seen = AssetObservation(key, None, result.recorded_metadata, self._partition(), result.tags or {})
        record_observation(state, step, seen, result.data_version)
        for check in result.check_results:
            self._check(check, key)

    def _partition(self) -> str | None:
        found = self._scope.slice
        return found.first if found is not None and found.is_single else None

    # -- checks ----------------------------------------------------------------------------------------------------

    def _check(self, result: AssetCheckResult, asset_key: AssetKey | None = None) -> None:
        key = resolve_check(result, self._step, asset_key)
        if key in self._seen_checks:
            raise self._wrong(
                f"gave a result for the check {key.to_user_string()!r} twice.", "Give each check one result."
            )
        self._seen_checks.add(key)
        if not self._computation.evaluates(key):
            return
        if record_check(self._state, self._step, self._scope, result, key):
            self._blocking.append(key)

    def _check_value(self, produced: Produced) -> None:
        key = self._computation.checks_by_output[produced.name]
        if isinstance(produced.value, AssetCheckResult):
            self._check(produced.value)
            return
        raise InvariantViolationError(
            f"The check {key.to_user_string()!r} gave {produced.value!r}, a {type(produced.value).__name__}.",
            where=self._step.node.where,
            hint="A check returns AssetCheckResult(passed=...) or a bool.",
        )

    # -- the end ---------------------------------------------------------------------------------------------------

    def _imply_or_demand(self) -> list[str]:
        skipped: list[str] = []
        for name, output in self._step.node.outs.items():
            if output.is_check or name in self._seen:
                continue
            if output.is_dynamic:  # one that is required may have no values at all
                skipped.extend([] if output.is_required else [name])
                continue
            key = self._computation.keys_by_output.get(name)
            if key is not None and not self._computation.makes(key):
                continue
            if output.is_implied or output.is_nothing:
                self._output(Produced(name, NO_VALUE))
            elif output.is_required:
                self._demand(name, key)
            else:
                skipped.append(name)
        return skipped

    def _demand(self, name: str, key: AssetKey | None) -> None:
        """Take a plain function's silence for ``None`` where it has one output; refuse it otherwise."""
        node = self._step.node
        is_only = sum(not output.is_check for output in node.outs.values()) == 1
        if is_only and node.signature.kind.value in {"plain", "async"} and not self._seen_checks:
            self._output(Produced(name, None))
            return
        what = f"the asset {key.to_user_string()!r}" if key is not None else f"its output {name!r}"
        raise StepOutputNotFoundError(
            f"The step {self._step.key!r} ended without giving {what}.",
            where=node.where,
            hint="Yield an Output or a MaterializeResult for it; or let it be left out with output_required=False, "
            "AssetSpec(skippable=True) or AssetOut(is_required=False).",
        )

    def _demand_checks(self) -> None:
        missing = missing_checks(self._step, self._seen_checks)
        if missing and not (self._computation.can_subset and not self._computation.keys_by_output):
            names = ", ".join(key.to_user_string() for key in missing)
            raise self._wrong(
                f"ended without a result for {names}.",
                "Yield an AssetCheckResult for each check in `check_specs`, or give them in "
                "MaterializeResult(check_results=[...]).",
            )

    def _wrong(self, what: str, hint: str) -> InvariantViolationError:
        return InvariantViolationError(
            f"The step {self._step.key!r} {what}", where=self._step.node.where, hint=hint
        )


def _produced(output: Output[Any]) -> Produced:
    return Produced(output.output_name, output.value, output.metadata, output.data_version, output.tags)


def _produced_dynamically(output: DynamicOutput[Any]) -> Produced:
    return Produced(output.output_name, output.value, output.metadata, mapping_key=output.mapping_key)


def _result_of(evaluation: AssetCheckEvaluation) -> AssetCheckResult:
    return AssetCheckResult(
        passed=evaluation.passed,
        asset_key=evaluation.asset_key,
        check_name=evaluation.check_name,
        metadata=evaluation.metadata,
        severity=evaluation.severity,
        description=evaluation.description,
    )
