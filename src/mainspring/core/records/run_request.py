"""``RunRequest``: what a tick asks to be run, and ``SkipReason``: why it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

import msgspec

from mainspring.core.base.errors import InvariantViolationError, UnknownPartitionError, did_you_mean
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.partitions.definition import PartitionsDefinition
from mainspring.core.partitions.dynamic import (
    AddDynamicPartitionsRequest,
    DeleteDynamicPartitionsRequest,
    DynamicPartitionsDefinition,
)
from mainspring.core.partitions.key_range import PartitionKeyRange
from mainspring.core.partitions.loading import moment
from mainspring.core.partitions.multi import MultiPartitionsDefinition
from mainspring.core.partitions.store import DynamicPartitionsStore
from mainspring.core.values import tags as tag_keys
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.has_keys import keys_of_all

PartitionsRequest = AddDynamicPartitionsRequest | DeleteDynamicPartitionsRequest


class SkipReason(msgspec.Struct, frozen=True, tag="skip"):
    """Says that a tick asks for no run, and why.

    >>> SkipReason("no new files").skip_message
    'no new files'
    """

    skip_message: str | None = None


class PartitionedTarget(Protocol):
    """What a run request is resolved against: a job that knows its partitions."""

    @property
    def name(self) -> str:
        """The name of the job."""
        ...

    @property
    def partitions_def(self) -> Any:
        """The partitions of its runs, or ``None``."""
        ...

    @property
    def config(self) -> Any:
        """Its default run config; what depends on the partition has ``get_run_config_for_partition_key``."""
        ...


@dataclass(frozen=True, slots=True, init=False)
class RunRequest:
    """Asks for one run.

    >>> RunRequest(run_key="2024-03-01", tags={"source": "inbox"}).tags
    {'source': 'inbox'}

    * ``run_key``: two requests of one schedule or sensor with the same key are one run.
    * ``run_config``: the config of the run, plain or as a ``RunConfig``; ``None``: the job's own.
    * ``tags``: tags of the run; values that are no strings are written as JSON.
    * ``job_name``: which job, where the schedule or sensor has several targets.
    * ``asset_selection``, ``asset_check_keys``: only these assets and checks of the job.
    * ``stale_assets_only``: leave out assets that are up to date when the run is launched.
    * ``partition_key``: the partition to run.
    * ``asset_graph_subset``: assets with their partitions, carried out as a backfill.
    """

    run_key: str | None
    run_config: dict[str, Any]
    tags: dict[str, str]
    job_name: str | None
    asset_selection: list[AssetKey] | None
    stale_assets_only: bool
    partition_key: str | None
    asset_check_keys: list[AssetCheckKey] | None
    asset_graph_subset: Any

    def __init__(  # noqa: PLR0913  # the published parameters
        self,
        run_key: str | None = None,
        run_config: RunConfig | Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
        job_name: str | None = None,
        asset_selection: Sequence[AssetKey] | None = None,
        stale_assets_only: bool = False,
        partition_key: str | None = None,
        asset_check_keys: Sequence[AssetCheckKey] | None = None,
        *,
        asset_graph_subset: Any = None,
    ) -> None:
        for name, value in {
            "run_key": run_key,
            "run_config": to_run_config_dict(run_config),
            "tags": tag_keys.normalize_run_tags(tags, what="a RunRequest"),
            "job_name": job_name,
            "asset_selection": None if asset_selection is None else list(keys_of_all(asset_selection)),
            "stale_assets_only": stale_assets_only,
            "partition_key": partition_key,
            "asset_check_keys": None if asset_check_keys is None else list(asset_check_keys),
            "asset_graph_subset": asset_graph_subset,
        }.items():
            object.__setattr__(self, name, value)

    @classmethod
    def for_asset_graph_subset(
        cls, asset_graph_subset: Any, tags: Mapping[str, str] | None = None
    ) -> RunRequest:
        """A request for assets with their partitions, which a backfill carries out."""
        return cls(tags=tags, asset_graph_subset=asset_graph_subset)

    # -- what is asked for ----------------------------------------------------------------------------

    @property
    def entity_keys(self) -> Sequence[AssetKey | AssetCheckKey]:
        """The assets and checks it is limited to."""
        return [*(self.asset_selection or ()), *(self.asset_check_keys or ())]

    @property
    def partition_key_range(self) -> PartitionKeyRange | None:
        """The range of partitions that its tags name, if they name one."""
        start = self.tags.get(tag_keys.ASSET_PARTITION_RANGE_START_TAG)
        end = self.tags.get(tag_keys.ASSET_PARTITION_RANGE_END_TAG)
        return None if start is None or end is None else PartitionKeyRange(start, end)

    def has_resolved_partition(self) -> bool:
        """Whether the tags of the partition have been set."""
        return tag_keys.PARTITION_TAG in self.tags

    def requires_backfill_daemon(self) -> bool:
        """Whether it asks for more than one run can do."""
        return self.asset_graph_subset is not None

    # -- changed --------------------------------------------------------------------------------------

    def with_replaced_attrs(self, **kwargs: Any) -> RunRequest:
        """The request with some fields replaced."""
        known = [one.name for one in fields(self)]
        unknown = [name for name in kwargs if name not in known]
        if unknown:
            raise InvariantViolationError(
                f"A RunRequest has no field {unknown[0]!r}.", hint=did_you_mean(unknown[0], known)
            )
        return replace(self, **kwargs)

    def with_resolved_tags_and_config(
        self,
        target_definition: PartitionedTarget,
        dynamic_partitions_requests: Sequence[PartitionsRequest] = (),
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
        *,
        current_time: datetime | None = None,
    ) -> RunRequest:
        """The request with the tags of its partition, and with the config of it where it has none itself.

        ``dynamic_partitions_requests`` are taken as granted when the key is looked up. Raises
        ``UnknownPartitionError`` for a key that is none of the job's.
        """
        if self.partition_key is None:
            raise InvariantViolationError("Only a request with a partition_key can be resolved.")
        definition = target_definition.partitions_def
        if definition is None:
            raise InvariantViolationError(
                f"A RunRequest names the partition {self.partition_key!r}, but the job "
                f"{target_definition.name!r} has no partitions, or its assets have different ones.",
                hint="Leave partition_key out, or name the assets that are meant by asset_selection.",
            )
        store = _Granted(dynamic_partitions_store, dynamic_partitions_requests)
        _require(definition, self.partition_key, current_time, store)
        configured = _config_by_partition(target_definition.config)
        own = (
            configured.get_tags_for_partition_key(self.partition_key, target_definition.name)
            if configured is not None
            else definition.get_tags_for_partition_key(self.partition_key)
        )
        config = self.run_config
        if not config and configured is not None:
            config = configured.get_run_config_for_partition_key(self.partition_key)
        return self.with_replaced_attrs(tags={**self.tags, **own}, run_config=config)


def _config_by_partition(config: Any) -> Any:
    return config if hasattr(config, "get_run_config_for_partition_key") else None


def _require(definition: PartitionsDefinition[Any], key: str, now: datetime | None, store: _Granted) -> None:
    """Raise for a key that is none; looked up in the instance only where that can matter."""
    if isinstance(definition, DynamicPartitionsDefinition) and definition.name is not None:
        if not store.knows():
            raise InvariantViolationError(
                f"Whether {key!r} is a partition of {definition.name!r} only an instance knows, and the "
                "context has none.",
                hint="Pass instance= to the function that builds the context.",
            )
        if not store.has_dynamic_partition(definition.name, key):
            known = store.get_dynamic_partitions(definition.name)
            raise UnknownPartitionError(
                f"{key!r} is not a partition of {definition.name!r}.",
                hint=did_you_mean(key, known)
                or f"Add it in the same tick: dynamic_partitions_requests=["
                f"partitions_def.build_add_request([{key!r}])].",
            )
        return
    needed = store if isinstance(definition, MultiPartitionsDefinition) and store.knows() else None
    definition.validate_partition_key(key, moment(now, needed))


class _Granted:
    """A store of dynamic partitions as it will be once some requests are granted."""

    def __init__(self, store: DynamicPartitionsStore | None, requests: Iterable[PartitionsRequest]) -> None:
        self._store = store
        self._requests = list(requests)

    def knows(self) -> bool:
        """Whether anything can be said."""
        return self._store is not None or bool(self._requests)

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """The keys of a name."""
        keys = dict.fromkeys(
            self._store.get_dynamic_partitions(partitions_def_name) if self._store is not None else ()
        )
        for request in self._requests:
            if request.partitions_def_name != partitions_def_name:
                continue
            for key in request.partition_keys:
                if isinstance(request, AddDynamicPartitionsRequest):
                    keys[key] = None
                else:
                    keys.pop(key, None)
        return list(keys)

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether a name has a key. One look into the store at most."""
        for request in reversed(self._requests):
            if request.partitions_def_name == partitions_def_name and partition_key in request.partition_keys:
                return isinstance(request, AddDynamicPartitionsRequest)
        return self._store is not None and self._store.has_dynamic_partition(
            partitions_def_name, partition_key
        )
