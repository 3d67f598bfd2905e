"""Which partitions a run is of, and which partitions of its inputs each step reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError
from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.multi_mapping import infer_partition_mapping
from mainspring.core.values.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_TAG,
)
from mainspring.runtime.contexts.slice import PartitionSlice
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.plan.plan import Plan, Step, StepInput, Stored


def run_slice(
    plan: Plan, tags: Mapping[str, str], instance: Any, *, of_job: Any = None
) -> PartitionSlice | None:
    """The partitions the tags of a run name, checked against what its assets are partitioned by.

    ``of_job`` is what a job of ops is partitioned by.

    Raises ``InvalidInvocationError`` for a partitioned asset without a key, ``UnknownPartitionError`` for a key that
    does not exist.
    """
    first = tags.get(PARTITION_TAG) or tags.get(ASSET_PARTITION_RANGE_START_TAG)
    last = tags.get(PARTITION_TAG) or tags.get(ASSET_PARTITION_RANGE_END_TAG)
    definition = _partitions_of(plan) or of_job
    if first is None or last is None:
        if definition is not None and (name := _needs_partition(plan)) is not None:
            raise InvalidInvocationError(
                f"{name} is partitioned, so a run needs to know which partition to make.",
                hint='Give it a partition key: `materialize(..., partition_key="...")`, '
                "or `--partition` on the command line.",
            )
        return None
    if definition is None:
        return PartitionSlice(first, last)
    for key in {first, last}:
        definition.validate_partition_key(key, moment(None, instance, clock=instance.ambient.clock))
    return PartitionSlice(_typed(first, definition), _typed(last, definition), definition)


def tags_of_partition(own: PartitionSlice | None) -> Mapping[str, str]:
    """The tags of a run of one partition: its key, and for one of several dimensions the key in each."""
    if own is None or not own.is_single or own.definition is None:
        return {}
    return own.definition.get_tags_for_partition_key(own.key)


def _typed(key: str, definition: Any) -> str:
    """A key of several dimensions as one that knows them."""
    make = getattr(definition, "get_partition_key_from_str", None)
    return make(key) if make is not None else key


def _partitions_of(plan: Plan) -> Any:
    """What the assets of a run are partitioned by. Raises ``InvalidInvocationError`` where they differ."""
    found: dict[Any, str] = {}
    for step in plan.steps:
        for spec in step.definition.specs:
            if spec.partitions_def is not None:
                found.setdefault(spec.partitions_def, spec.key.to_user_string())
        if not step.definition.keys:
            found |= {one: name for one, name in _checked_partitions(step) if one not in found}
    if len(found) > 1:
        names = ", ".join(repr(name) for name in found.values())
        raise InvalidInvocationError(
            f"The assets of this run are partitioned in {len(found)} different ways: see {names}.",
            hint="Run those of one partitioning at a time.",
        )
    return next(iter(found), None)


def _checked_partitions(step: Step) -> Iterator[tuple[Any, str]]:
    """What the assets are partitioned by whose stored values a step of checks loads."""
    for item in step.inputs:
        if isinstance(item.source, Stored) and item.source.definition is not None:
            spec = item.source.definition.specs_by_key[item.source.asset_key]
            if spec.partitions_def is not None:
                yield spec.partitions_def, spec.key.to_user_string()


def _needs_partition(plan: Plan) -> str | None:
    """The first asset that cannot be made without a partition. Who looks at an asset may answer for all at once."""
    for step in plan.steps:
        if step.definition.execution_type is AssetExecutionType.OBSERVATION:
            continue
        for spec in step.definition.specs:
            if spec.partitions_def is not None:
                return f"The asset {spec.key.to_user_string()!r}"
    return None


def step_partitions_def(definition: AssetsDefinition) -> Any:
    """What a step's assets (or the asset its checks are about) are partitioned by."""
    for spec in definition.specs:
        if spec.partitions_def is not None:
            return spec.partitions_def
    for spec in definition.check_specs:
        if spec.partitions_def is not None:
            return spec.partitions_def
    return None


def input_slices(
    definition: AssetsDefinition,
    inputs: Iterable[StepInput],
    upstream_partitions: Mapping[Any, Any],
    own: PartitionSlice | None,
    instance: Any,
) -> dict[str, PartitionSlice]:
    """The partitions each input is loaded from, by the mapping that was said or is natural; perhaps none.

    Raises ``InvariantViolationError`` where the mapping names partitions that do not exist.
    """
    slices: dict[str, PartitionSlice] = {}
    own_partitions = step_partitions_def(definition)
    if own_partitions is None and own is not None:  # a check that says nothing of partitions follows the run
        own_partitions = own.definition
    for item in inputs:
        upstream = upstream_partitions.get(item.asset_key)
        if upstream is None or item.asset_key is None:
            continue
        keys = _mapped_keys(definition, item, own_partitions, upstream, own, instance)
        slices[item.name] = PartitionSlice.of_keys([_typed(key, upstream) for key in keys], upstream)
    return slices


def _mapped_keys(
    definition: AssetsDefinition,
    item: StepInput,
    own_partitions: Any,
    upstream: Any,
    own: PartitionSlice | None,
    instance: Any,
) -> list[str]:
    assert item.asset_key is not None  # asked by the caller
    mapping = definition.get_partition_mapping(item.asset_key) or infer_partition_mapping(
        upstream, own_partitions
    )
    subset = None
    if own is not None and own_partitions is not None:
        subset = own_partitions.subset_with_partition_keys(
            own.all_keys(instance), moment(None, instance, clock=instance.ambient.clock)
        )
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(
        subset, own_partitions, upstream, dynamic_partitions_store=instance
    )
    missing = list(found.required_but_nonexistent_partition_keys)
    if missing:
        raise InvariantViolationError(
            f"{definition!r} reads the partitions {', '.join(missing[:5])} of "
            f"{item.asset_key.to_user_string()!r}, which do not exist.",
            where=definition.where,
            hint="Let the mapping allow it: TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True).",
        )
    return list(found.partitions_subset.get_partition_keys())
