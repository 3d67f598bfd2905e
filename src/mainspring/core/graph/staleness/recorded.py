"""What is recorded of the versions of assets, and what follows from it for the assets made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from mainspring.core.base import serial
from mainspring.core.graph.node import AssetNode
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.data_version import (
    DEFAULT_DATA_VERSION,
    DataProvenance,
    DataVersion,
)


class Recorded(NamedTuple):
    """What an event says of the data of an asset, or of one of its partitions.

    ``storage_id`` is its place in the log; ``None`` for an event of a run that is still going on, whose ``timestamp``
    is not known either.
    """

    version: DataVersion
    storage_id: int | None
    run_id: str
    partition: str | None = None
    provenance: DataProvenance | None = None
    timestamp: float | None = None


def place_in_log(found: Recorded) -> float:
    """Where its event stands in the log; one of a run that is going on comes last."""
    return float("inf") if found.storage_id is None else found.storage_id


class Latest(NamedTuple):
    """The latest events of an asset, or of one of its partitions."""

    materialization: Recorded | None = None
    observation: Recorded | None = None

    def of(self, node: AssetNode | None) -> Recorded | None:
        """The event that speaks for its data: what is made elsewhere is also known by being looked at."""
        made, seen = self
        if node is not None and node.is_materializable:
            return made
        if made is None or seen is None:
            return made or seen
        return max(seen, made, key=place_in_log)


class Records(Protocol):
    """Reads the latest events. What nothing is recorded of is left out of each answer."""

    def of_assets(self, keys: Iterable[AssetKey]) -> Mapping[AssetKey, Latest]:
        """The latest events of assets, whatever their partition."""
        ...

    def of_partitions(self, key: AssetKey, partitions: Collection[str]) -> Mapping[str, Latest]:
        """The latest events of some partitions of an asset."""
        ...

    def newest_partitions(self, key: AssetKey, limit: int, *, observed: bool = False) -> Sequence[str]:
        """The partitions of an asset that were materialised last, the newest first; then those observed last."""
        ...


def version_of_one(found: Recorded | None) -> DataVersion:
    """The version of an input that is one asset or one partition of it."""
    return DEFAULT_DATA_VERSION if found is None else found.version


def version_of_several(found: Mapping[str, Recorded]) -> DataVersion:
    """The version of an input that is several partitions of an asset: those of them that are there."""
    if not found:
        return DEFAULT_DATA_VERSION
    return _digest([[partition, found[partition].version.value] for partition in sorted(found)])


def version_of_many(latest: Recorded | None) -> DataVersion:
    """The version of an input of too many partitions to look at each: it changes with every materialization."""
    if latest is None:
        return DEFAULT_DATA_VERSION
    return _digest([latest.run_id, latest.partition, latest.version.value])


def _digest(content: object) -> DataVersion:
    return DataVersion(hashlib.sha256(serial.encode(content)).hexdigest())
