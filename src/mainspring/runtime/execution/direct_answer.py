"""What a function that is called directly takes and gives, checked as a run would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from mainspring.core.base.errors import InvariantViolationError, TypeCheckDidNotPass, did_you_mean
from mainspring.runtime.contexts.scope import StepScope
from mainspring.runtime.contexts.type_check import TypeCheckContext
from mainspring.runtime.definitions.ops.inputs_outputs import OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY
from mainspring.runtime.definitions.results import DynamicOutput, Output
from mainspring.runtime.definitions.types.value_type import NOTHING, ValueType
from mainspring.runtime.execution.results_stream import returned_results


def check_arguments(node: OpDefinition, scope: StepScope, values: Mapping[str, Any]) -> None:
    """Raise ``TypeCheckDidNotPass`` for an input that is not of the type that was declared."""
    for name, item in node.ins.items():
        if name in values and item.annotation is not EMPTY:
            _check(item.dagster_type, values[name], scope, f"the input {name!r}", node)


class DirectAnswer:
    """Checks what a function gives, result by result."""

    def __init__(self, node: OpDefinition, scope: StepScope, *, observes: bool) -> None:
        self._node = node
        self._scope = scope
        self._observes = observes
        self._seen: set[str] = set()

    def returned(self, given: Any) -> Any:
        """The value as it is, once its parts are checked. Raises ``InvariantViolationError`` where one is missing."""
        for result in returned_results(given, self._node, observes=self._observes):
            self.yielded(result)
        return given

    def yielded(self, result: Any) -> Any:
        """A result as it is, once it is checked."""
        if isinstance(result, (Output, DynamicOutput)):
            result = cast("Output[Any] | DynamicOutput[Any]", result)
            output = self._output(result.output_name)
            self._seen.add(output.name)
            if _is_checked(output):
                what = f"the output {output.name!r}"
                _check(output.dagster_type, result.value, self._scope, what, self._node)
        return result

    def finish(self) -> None:
        """Raise ``InvariantViolationError`` for an output that a generator had to give and did not."""
        for output in self._demanded():
            raise InvariantViolationError(
                f"{self._node.name!r} ended without giving its output {output.name!r}.",
                where=self._node.where,
                hint="Yield an Output for it, or declare it with is_required=False.",
            )

    def _demanded(self) -> Iterator[OutputDefinition]:
        for name, output in self._node.outs.items():
            optional = not output.is_required or output.is_implied or output.is_check
            if not (
                optional or output.is_dynamic or output.is_nothing or name in self._seen or self._observes
            ):
                yield output

    def _output(self, name: str) -> OutputDefinition:
        found = self._node.outs.get(name)
        if found is None:
            raise InvariantViolationError(
                f"{self._node.name!r} gave an Output named {name!r}, which it does not have.",
                where=self._node.where,
                hint=did_you_mean(name, self._node.outs) or f"Its outputs are: {', '.join(self._node.outs)}.",
            )
        return found


def _is_checked(output: OutputDefinition) -> bool:
    silent = output.annotation in (EMPTY, None, type(None)) or output.annotation is NOTHING
    return not (silent or output.is_check or output.is_implied)


def _check(value_type: ValueType, value: Any, scope: StepScope, what: str, node: OpDefinition) -> None:
    found = value_type.check(value, TypeCheckContext.for_step(scope, value_type))
    if not found.success:
        raise TypeCheckDidNotPass(
            f"Type check failed for {what} of {node.name!r} (declared at {node.where}): "
            f"expected {value_type.name}. {found.description or ''}".rstrip(),
            found.metadata,
            value_type,
        )
