"""Which part of ``Definitions`` a thing belongs in, by its class."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Final, Literal

from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.jobs.asset_job import UnresolvedAssetJob
from mainspring.runtime.definitions.jobs.job import JobDefinition

Part = Literal["assets", "jobs", "schedules", "sensors"]

_ASSETS = (AssetsDefinition, SourceAsset, AssetSpec)
_JOBS = (UnresolvedAssetJob, JobDefinition)
_AUTOMATION: Final = "mainspring.runtime.definitions.automation"
_LATER: Final[tuple[tuple[Part, str, str], ...]] = (
    ("schedules", f"{_AUTOMATION}.schedule", "ScheduleDefinition"),
    ("schedules", f"{_AUTOMATION}.partitioned_schedule", "UnresolvedPartitionedSchedule"),
    ("sensors", f"{_AUTOMATION}.sensor", "SensorDefinition"),
)


def declared_classes() -> tuple[type, ...]:
    """The classes of all that can be declared, as far as they are loaded: of the others there is no object.

    Schedules and sensors take long to import, and most modules that are looked through hold none.
    """
    return (*_ASSETS, *_JOBS, *(found for _, found in _loaded()))


def part_of(item: object) -> Part | None:
    """The part of ``Definitions`` that holds such things; ``None`` for what is no definition.

    >>> part_of(AssetSpec("orders"))
    'assets'
    """
    if isinstance(item, _ASSETS):
        return "assets"
    if isinstance(item, _JOBS):
        return "jobs"
    return next((part for part, found in _loaded() if isinstance(item, found)), None)


def _loaded() -> Iterator[tuple[Part, type]]:
    for part, module, name in _LATER:
        found: Any = getattr(sys.modules.get(module), name, None)
        if found is not None:
            yield part, found
