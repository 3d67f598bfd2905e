"""Outputs that a run stored, loaded again: by a later run, or by whoever looks at the result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from mainspring.core.instance.instance import Instance
from mainspring.core.records.run import Run
from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.contexts.resource import Resources, resource_details
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.resources.scope import build_resource_set
from mainspring.runtime.plan.plan import FromRun, FromStep, Plan, Step


def stored_context(
    source: FromRun, *, job_name: str, resources: Resources, instance: Instance, step: Step | None = None
) -> OutputContext:
    """The context that an output was stored with by its run; of an asset where ``step`` says that it is one."""
    output = source.op.outs[source.output.output_name]
    details = resource_details(resources, output.io_manager_key)
    key = None
    if step is not None and step.definition.computation is not None:
        key = step.definition.computation.keys_by_output.get(output.name)
    return OutputContext(
        step_key=source.output.step_key,
        name=output.name,
        job_name=job_name,
        run_id=source.run_id,
        definition_metadata=output.metadata,
        mapping_key=source.output.mapping_key,
        dagster_type=output.dagster_type,
        resource_config=details.config,
        resources=details.resources,
        op_def=source.op,
        asset_key=key,
        asset_spec=None if key is None or step is None else step.definition.specs_by_key[key],
        instance=instance,
    )


class StoredValues(Mapping[tuple[str, str], Any]):
    """The values of a run by step and output, each loaded by its IO manager when it is asked for.

    Of a dynamic output it is a dict of the values by mapping key. The IO managers are made when the first value is
    asked for, and closed by ``close``.
    """

    def __init__(
        self,
        plan: Plan,
        run: Run,
        instance: Instance,
        *,
        outputs: Mapping[FromStep, str],
        resource_defs: Mapping[str, object],
        resource_config: Mapping[str, Any],
        partitions: PartitionSlice | None,
    ) -> None:
        self._plan = plan
        self._run = run
        self._instance = instance
        self._resource_defs = resource_defs
        self._resource_config = resource_config
        self._partitions = partitions
        self._closing = ExitStack()
        self._made: dict[str, Resources] = {}
        self._sources: dict[tuple[str, str], list[FromRun]] = {}
        for output, run_id in outputs.items():
            op = plan.step(output.step_key).node
            self._sources.setdefault((output.step_key, output.output_name), []).append(
                FromRun(run_id, output, op)
            )

    def __getitem__(self, place: tuple[str, str]) -> Any:
        """The value. Whatever the IO manager raises passes through."""
        sources = self._sources[place]
        first = sources[0]
        if not first.op.outs[first.output.output_name].is_dynamic:
            return self._load(first)
        return {source.output.mapping_key: self._load(source) for source in sources}

    def __contains__(self, place: object) -> bool:
        """Whether such an output was stored; loads nothing."""
        return place in self._sources

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)

    def close(self) -> None:
        """Close the IO managers that were made."""
        self._closing.close()
        self._made.clear()

    def _load(self, source: FromRun) -> Any:
        output = source.op.outs[source.output.output_name]
        step = self._plan.step(source.output.step_key)
        resources = self._manager(output.io_manager_key)
        upstream = stored_context(
            source, job_name=self._run.job_name, resources=resources, instance=self._instance, step=step
        )
        details = resource_details(resources, output.io_manager_key)
        key = step.definition.keys_by_output_name.get(output.name)
        spec = None if key is None else step.definition.specs_by_key[key]
        context = InputContext(
            name=None,
            job_name=self._run.job_name,
            upstream_output=upstream,
            dagster_type=output.dagster_type,
            resource_config=details.config,
            resources=details.resources,
            asset_key=key,
            slice=None if spec is None or spec.partitions_def is None else self._partitions,
            instance=self._instance,
        )
        return getattr(resources, output.io_manager_key).load_input(context)

    def _manager(self, key: str) -> Resources:
        if key not in self._made:
            ambient = self._instance.ambient
            opened = build_resource_set(
                self._resource_defs,
                {key},
                config=self._resource_config,
                environ=ambient.environ,
                clock=ambient.clock,
            )
            self._made[key] = self._closing.enter_context(opened)
        return self._made[key]
