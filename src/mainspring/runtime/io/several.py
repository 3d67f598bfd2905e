"""Several partitions of an asset at once: one value for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import UnstorableValueError, said_of


def is_several(context: InputContext | OutputContext) -> bool:
    """Whether a value stands for a number of partitions other than one."""
    return len(context.asset_partition_keys) != 1


def is_of_none(context: InputContext) -> bool:
    """Whether the mapping of a partitioned input leads to no partition at all, so that there is no value."""
    return context.has_asset_partitions and not context.asset_partition_keys


def value_of_each(context: OutputContext, obj: object) -> Mapping[str, Any]:
    """The value for each partition, in order.

    Raises ``UnstorableValueError`` where there is not one for each.
    """
    keys = context.asset_partition_keys
    if not isinstance(obj, Mapping):
        raise UnstorableValueError(
            f"The run is of {len(keys)} partitions of {said_of(context)}, and the value is a "
            f"{type(obj).__name__}.",
            hint="Return a dict with a value for each partition key, or give the asset "
            "BackfillPolicy.multi_run(), so that each run is of one partition.",
        )
    values = cast("Mapping[str, Any]", obj)
    missing, unknown = (
        [key for key in keys if key not in values],
        [key for key in values if key not in set(keys)],
    )
    if missing or unknown:
        wrong = (
            f"there is no value for {missing[:3]}"
            if missing
            else f"{unknown[:3]} are not partitions of this run"
        )
        raise UnstorableValueError(
            f"The values for the partitions of {said_of(context)} do not fit: {wrong}."
        )
    return {key: values[key] for key in keys}
