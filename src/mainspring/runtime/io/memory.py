"""Values kept in memory: for tests, and for runs whose values nobody needs afterwards."""

from __future__ import annotations

from typing import Any

from mainspring.runtime.contexts.input import InputContext
from mainspring.runtime.contexts.output import OutputContext
from mainspring.runtime.io.failures import not_stored
from mainspring.runtime.io.interface import IOManager
from mainspring.runtime.io.several import is_of_none, is_several, value_of_each

Place = tuple[str, ...]


class InMemoryIOManager(IOManager):
    """Keeps the objects themselves, for as long as it lives. ``values`` is what it holds, by identifier."""

    def __init__(self) -> None:
        self.values: dict[Place, object] = {}

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Keep a value. For several partitions at once it is a mapping with a value for each."""
        if context.has_asset_partitions and is_several(context):
            path = context.asset_key.parts
            for partition, value in value_of_each(context, obj).items():
                self.values[*path, str(partition)] = value
        else:
            self.values[tuple(map(str, context.get_identifier()))] = obj

    def load_input(self, context: InputContext) -> Any:
        """The value kept; a mapping of values by partition where there are several, ``None`` where there are none."""
        if is_of_none(context):
            return None
        if context.has_asset_partitions and is_several(context):
            return {partition: self._kept(context, partition) for partition in context.asset_partition_keys}
        return self._kept(context, context.asset_partition_key if context.has_asset_partitions else None)

    def _kept(self, context: InputContext, partition: str | None) -> object:
        if partition is None:
            place = tuple(context.get_identifier())
        else:
            place = (*context.asset_key.parts, str(partition))
        try:
            return self.values[place]
        except KeyError:
            near = {kept[-1] for kept in self.values}
            raise not_stored(
                context, f"{'/'.join(place)} in memory", partition=partition, near=near
            ) from None
