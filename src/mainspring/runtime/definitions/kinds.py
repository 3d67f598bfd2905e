"""Which part of ``Definitions`` a thing belongs in, by its class."""

from __future__ import annotations

import sys
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


def part_of(item: object) -> Part | None:
    """The part of ``Definitions`` that holds such things; ``None`` for what is no definition.

    >>> part_of(AssetSpec("orders"))
    'assets'
    """
    if isinstance(item, _ASSETS):
        return "assets"
    if isinstance(item, _JOBS):
        return "jobs"
    return next((part for part, module, name in _LATER if _is_of_loaded(item, module, name)), None)


def _is_of_loaded(item: object, module: str, name: str) -> bool:
    """Whether it is of a class of a module that somebody has loaded: else there is no object of it.

    Schedules and sensors take long to import, and most modules that are looked through hold none.
    """
    found: Any = getattr(sys.modules.get(module), name, None)
    return found is not None and isinstance(item, found)
