"""The version of an input as one partition of an asset sees it: what a run records is what is compared later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mainspring.core.graph.node import AssetNode
from mainspring.core.graph.staleness.recorded import (
    Latest,
    Recorded,
    place_in_log,
    version_of_many,
    version_of_one,
    version_of_several,
)
from mainspring.core.values.data_version import DataVersion


class InputVersion(NamedTuple):
    """The version of an input, and the newest event behind it; ``None`` where nothing is recorded of it."""

    version: DataVersion
    newest: Recorded | None


def whole_input(upstream: AssetNode | None, latest: Latest | None) -> InputVersion:
    """An input without partitions."""
    found = latest.of(upstream) if latest is not None else None
    return InputVersion(version_of_one(found), found)


def sliced_input(
    upstream: AssetNode,
    mapped: tuple[str, ...] | None,
    partition: str | None,
    *,
    latest: Latest | None,
    by_partition: Mapping[str, Latest],
) -> InputVersion:
    """An input that is some partitions of an asset; ``mapped`` is ``None`` where they are too many to look at."""
    if mapped is None:
        found = latest.of(upstream) if latest is not None else None
        return InputVersion(version_of_many(found), found)
    known: dict[str, Recorded] = {}
    for name in mapped:
        one = by_partition.get(name)
        found = one.of(upstream) if one is not None else None
        if found is not None:
            known[name] = found
    newest = max(known.values(), key=place_in_log, default=None)
    if len(mapped) == 1 and partition is not None:
        return InputVersion(version_of_one(newest), newest)
    return InputVersion(version_of_several(known), newest)
