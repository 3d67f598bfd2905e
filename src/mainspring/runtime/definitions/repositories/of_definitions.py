"""A repository of ``Definitions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.names import SINGLETON_REPOSITORY_NAME
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.source_asset import SourceAsset, source_assets_of
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.repositories.data import RepositoryData
from mainspring.runtime.definitions.repositories.definition import RepositoryDefinition
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def


class DefinitionsRepositoryData(RepositoryData):
    """What ``Definitions`` hold, resolved."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def to_definitions(self) -> Definitions:
        return self._definitions

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        return self._definitions.resolve_all_job_defs()

    def get_job(self, job_name: str) -> JobDefinition:
        return self._definitions.resolve_job_def(job_name)

    def get_all_schedules(self) -> Sequence[Any]:
        return list(self._definitions.catalog.schedules.values())

    def get_all_sensors(self) -> Sequence[Any]:
        return list(self._definitions.catalog.sensors.values())

    def get_assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        return self._definitions.catalog.assets.by_key

    def get_source_assets_by_key(self) -> Mapping[AssetKey, SourceAsset]:
        return self._source_assets

    @cached_property
    def _source_assets(self) -> Mapping[AssetKey, SourceAsset]:
        elsewhere = [one for one in self._definitions.catalog.assets.definitions if one.is_external]
        return {source.key: source for one in elsewhere for source in source_assets_of(one)}

    def get_asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        return self._definitions.catalog.assets.by_check

    def get_top_level_resources(self) -> Mapping[str, Any]:
        resources = self._definitions.resources
        return {key: coerce_to_resource_def(value, key=key) for key, value in resources.items()}


def repository_of(
    definitions: Definitions,
    *,
    name: str = SINGLETON_REPOSITORY_NAME,
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> RepositoryDefinition:
    """The repository of some definitions. Raises ``InvalidDefinitionError`` with every fault of how they fit."""
    made = RepositoryDefinition(
        name,
        repository_data=DefinitionsRepositoryData(definitions),
        description=description,
        metadata=metadata if metadata is not None else definitions.metadata,
    )
    made.load_all_definitions()
    return made


def create_repository_using_definitions_args(  # noqa: PLR0913, PLR0917  # the published parameters
    name: str,
    assets: Iterable[Any] | None = None,
    schedules: Iterable[Any] | None = None,
    sensors: Iterable[Any] | None = None,
    jobs: Iterable[Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    executor: Any = None,
    loggers: Mapping[str, Any] | None = None,
    asset_checks: Iterable[Any] | None = None,
) -> RepositoryDefinition:
    """A repository under a name, of what ``Definitions`` takes: for several in one code location.

    >>> create_repository_using_definitions_args("sales", assets=[AssetSpec("orders")]).name
    'sales'
    """
    definitions = Definitions(
        assets=assets,
        schedules=schedules,
        sensors=sensors,
        jobs=jobs,
        resources=resources,
        executor=executor,
        loggers=loggers,
        asset_checks=asset_checks,
    )
    return repository_of(definitions, name=name)
