"""``OutputValues``: the values of a run, by whatever name they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.definitions.graphs.flat import Collected, FlatGraph, OutputOf, Path
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.ops.node import Node
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.plan.plan import Plan, instance_key

_NONE: Any = object()


class OutputValues:
    """What the steps of a run produced. ``values`` holds it by step and output."""

    def __init__(self, job: JobDefinition, plan: Plan, values: Mapping[tuple[str, str], Any]) -> None:
        self._job = job
        self._plan = plan
        self._values = values

    def of_node(self, node: str, output: str) -> Any:
        """Of an op or a graph of the job. Raises ``InvariantViolationError`` where there is none."""
        found = self._of_step(node, output)
        if found is _NONE:
            inner = self._graph_at(tuple(node.split(".")))
            if inner is not None and output in inner.outputs:
                found = self._of(inner.outputs[output], tuple(node.split(".")))
        if found is _NONE:
            raise self._not_found(node, output)
        return found

    def of_job(self, output: str) -> Any:
        """Of the graph of the job."""
        if not self._job.is_op_job:
            raise InvariantViolationError(
                f"A job of assets has no outputs of its own (asked for {output!r}).",
                hint="Use `asset_value(key)` or `output_for_node(name)`.",
            )
        outputs = self._job.flat.outputs
        if output not in outputs:
            known = ", ".join(outputs) or "none: its function returns nothing"
            raise InvariantViolationError(
                f"The job {self._job.name!r} has no output {output!r}.",
                hint=did_you_mean(output, outputs) or f"Its outputs are: {known}.",
            )
        found = self._of(outputs[output], ())
        if found is _NONE:
            raise InvariantViolationError(f"The run gave no value to the output {output!r} of its job.")
        return found

    def of_asset(self, key: AssetKey) -> Any:
        """Of an asset. Raises ``InvariantViolationError`` where the run gave it none."""
        definition = self._job.assets.by_key.get(key)
        if definition is None or definition.computation is None:
            known = (k.to_user_string() for k in self._job.keys)
            raise InvariantViolationError(
                f"This run makes no asset {key.to_user_string()!r}.",
                hint=did_you_mean(key.to_user_string(), known),
            )
        return self.of_node(definition.node_name, definition.get_output_name_for_asset_key(key))

    def _of(self, source: OutputOf | Collected, prefix: Path) -> Any:
        """Of an output somewhere inside a graph."""
        if isinstance(source, OutputOf):
            return self._of_step(".".join((*prefix, *source.path)), source.output_name)
        found = self._of(source.output, prefix)
        return list(found.values()) if isinstance(found, dict) else found  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]

    def _of_step(self, key: str, output: str) -> Any:
        """Of a step; of a mapped one all values by mapping key."""
        if (key, output) in self._values:
            return self._values[key, output]
        place = self._plan.positions.get(key)
        over = None if place is None else self._plan.steps[place].over
        if over is None:
            return _NONE
        source = (over.step_key, over.output_name)
        # `get` would take a KeyError of an IO manager for a value that is not there
        mapped: Mapping[str, Any] = self._values[source] if source in self._values else {}  # noqa: SIM401
        found = ((one, (instance_key(key, one), output)) for one in mapped)
        return {one: self._values[at] for one, at in found if at in self._values}

    def _graph_at(self, path: Path) -> FlatGraph | None:
        """The graph at a path, if there is one."""
        nodes: Mapping[str, Node] = {node.name: node for node in self._job.nodes}
        found: Any = None
        for name in path:
            node = nodes.get(name)
            if node is None or isinstance(node.definition, OpDefinition):
                return None
            found = node.definition
            nodes = found.node_dict
        return None if found is None else found.flat

    def _not_found(self, node: str, output: str) -> InvariantViolationError:
        steps = sorted({step for step, _ in self._values})
        outputs = sorted(name for step, name in self._values if step == node)
        hint = did_you_mean(output, outputs) or (
            f"Its outputs are: {', '.join(outputs)}."
            if outputs
            else did_you_mean(node, steps) or f"There are values of: {', '.join(steps[:10]) or 'none'}."
        )
        return InvariantViolationError(
            f"The run has no value of the output {output!r} of {node!r}.", hint=hint
        )
