"""``DynamicPartitionsDefinition``: partitions that come and go while the instance runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

from mainspring.core.base.error_boundary import user_code_error_boundary
from mainspring.core.base.errors import InvalidDefinitionError, InvariantViolationError, UserCodeError
from mainspring.core.base.source import position_of, user_position
from mainspring.core.partitions.definition import PartitionsDefinition, digest
from mainspring.core.partitions.key_list import KeyList
from mainspring.core.partitions.loading import PartitionLoadingContext, moment
from mainspring.core.partitions.static import check_keys
from mainspring.core.partitions.store import DynamicPartitionsStore


class AddDynamicPartitionsRequest(msgspec.Struct, frozen=True, tag="add_dynamic_partitions"):
    """Asks to add keys to the dynamic partitions of a name. Keys that are there already stay as they are."""

    partitions_def_name: str
    partition_keys: Sequence[str]

    def __post_init__(self) -> None:
        check_keys(self.partition_keys, f"a request to add to {self.partitions_def_name!r}")


class DeleteDynamicPartitionsRequest(msgspec.Struct, frozen=True, tag="delete_dynamic_partitions"):
    """Asks to delete keys from the dynamic partitions of a name. Keys that are not there are passed over."""

    partitions_def_name: str
    partition_keys: Sequence[str]


class DynamicPartitionsDefinition(PartitionsDefinition[str]):
    """Partitions kept in the instance under a name, added and deleted at any time; or answered by a function.

    >>> regions = DynamicPartitionsDefinition(name="regions")
    >>> regions.build_add_request(["nz"]).partition_keys
    ['nz']

    ``name``: the name in the store. Each code location has keys of its own under a name; one that begins with
    ``shared:`` stands for the same keys in all of them. ``partition_fn``: instead of a name, a function of the time
    (or ``None``) that gives the keys.
    """

    __slots__ = ("name", "partition_fn")

    partition_fn: Callable[[datetime | None], Sequence[str]] | None
    name: str | None

    def __init__(
        self, partition_fn: Callable[[datetime | None], Sequence[str]] | None = None, name: str | None = None
    ) -> None:
        if (partition_fn is None) == (name is None):
            given = "neither" if name is None else "both"
            raise InvalidDefinitionError(
                f"A DynamicPartitionsDefinition takes a name or a partition_fn; got {given}.",
                where=user_position(),
            )
        if partition_fn is None and not name:
            raise InvalidDefinitionError(
                "The name of a DynamicPartitionsDefinition is empty.", where=user_position()
            )
        self.partition_fn = partition_fn
        self.name = name

    def key_space(self, context: PartitionLoadingContext | None = None) -> KeyList:
        given = context or moment()
        if self.partition_fn is not None:
            with user_code_error_boundary(
                UserCodeError, lambda: "A dynamic partition_fn raised.", where=position_of(self.partition_fn)
            ):
                found = list(self.partition_fn(given.effective_dt))
            return KeyList(check_keys([getattr(key, "name", key) for key in found], "a dynamic partition_fn"))
        return KeyList(self._store(given).get_dynamic_partitions(self._name()))

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        return self.key_space(moment(current_time, dynamic_partitions_store)).keys()

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        given = moment(current_time, dynamic_partitions_store)
        if self.partition_fn is not None:
            return self.key_space(given).contains(partition_key)
        return self._store(given).has_dynamic_partition(self._name(), partition_key)

    def validate_partition_key(
        self, partition_key: str, context: PartitionLoadingContext | None = None
    ) -> None:
        given = context or moment()
        if not self.has_partition_key(partition_key, given.effective_dt, given.dynamic_partitions_store):
            super().validate_partition_key(partition_key, given)

    def filter_valid_partition_keys(
        self, partition_keys: set[str], dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> AbstractSet[str]:
        return partition_keys & set(self.get_partition_keys(None, dynamic_partitions_store))

    def build_add_request(self, partition_keys: Sequence[str]) -> AddDynamicPartitionsRequest:
        """A request to add keys, to be returned from a sensor."""
        return AddDynamicPartitionsRequest(self._name(), check_keys(partition_keys, f"{self.name!r}"))

    def build_delete_request(self, partition_keys: Sequence[str]) -> DeleteDynamicPartitionsRequest:
        """A request to delete keys, to be returned from a sensor."""
        return DeleteDynamicPartitionsRequest(self._name(), list(partition_keys))

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        if self.name is not None:
            return digest({"name": self.name})
        return digest(list(self.get_partition_keys(None, dynamic_partitions_store)))

    def _name(self) -> str:
        if self.name is None:
            raise InvariantViolationError(
                "These dynamic partitions come from a function and cannot be added or deleted.",
                hint="Define them by name: DynamicPartitionsDefinition(name=...).",
            )
        return self.name

    def _store(self, context: PartitionLoadingContext) -> DynamicPartitionsStore:
        if context.dynamic_partitions_store is None:
            raise InvariantViolationError(
                f"Which partitions {self.name!r} has only an instance knows, and none was given.",
                hint="Pass dynamic_partitions_store=instance, here or to partition_loading_context.",
            )
        return context.dynamic_partitions_store

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DynamicPartitionsDefinition):
            return NotImplemented
        return (self.name, self.partition_fn) == (other.name, other.partition_fn)

    def __hash__(self) -> int:
        return hash((self.name, self.partition_fn))

    def __repr__(self) -> str:
        inner = f"name={self.name!r}" if self.name is not None else f"partition_fn={self.partition_fn!r}"
        return f"DynamicPartitionsDefinition({inner})"
