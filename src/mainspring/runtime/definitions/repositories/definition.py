"""``RepositoryDefinition``: definitions under a name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.core.values.names import IMPLICIT_ASSET_JOB_NAME, validate_name
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.repositories.data import RepositoryData

if TYPE_CHECKING:
    from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
    from mainspring.runtime.definitions.automation.sensor import SensorDefinition


class RepositoryDefinition:
    """Jobs, schedules, sensors and assets under a name. ``@repository`` and ``Definitions.get_repository_def`` make it.

    ``repository_data`` holds them. ``repository_load_data`` is kept for whoever reads it; nothing here does.

    Raises ``InvalidDefinitionError`` for a name that is not made of letters, digits and underscores.
    """

    def __init__(
        self,
        name: str,
        *,
        repository_data: RepositoryData,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        repository_load_data: Any = None,
        where: SourcePosition | None = None,
    ) -> None:
        self.where: SourcePosition | None = where or user_position()
        self.name: str = validate_name(name, what="a repository", where=self.where)
        if not isinstance(repository_data, RepositoryData):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidDefinitionError(
                f"`repository_data` of the repository {name!r} is {repository_data!r}; it must be a RepositoryData.",
                where=self.where,
            )
        self.description = description
        self.metadata: Mapping[str, Any] = normalize_metadata(metadata) if metadata else {}
        self.repository_load_data = repository_load_data
        self._data = repository_data

    @cached_property
    def definitions(self) -> Definitions:
        """The same as ``Definitions``."""
        return self._data.to_definitions()

    # -- jobs --------------------------------------------------------------------------------------------

    @property
    def job_names(self) -> Sequence[str]:
        """The names of all jobs."""
        return [job.name for job in self.get_all_jobs()]

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        """All jobs; that of all assets, where there are any, last."""
        return self.definitions.resolve_all_job_defs()

    def has_job(self, name: str) -> bool:
        """Whether there is such a job."""
        return self._data.has_job(name) or name in self.job_names

    def get_job(self, name: str) -> JobDefinition:
        """A job by its name. Raises ``InvariantViolationError`` for an unknown one.

        Where the repository holds functions that make its jobs, only that of this job is called.
        """
        if name != IMPLICIT_ASSET_JOB_NAME and self._data.has_job(name):
            found: Any = self._data.get_job(name)
            if isinstance(found, JobDefinition):
                resources = self._data.get_top_level_resources()
                is_complete = set(resources) <= set(found.resource_defs)
                return found if is_complete else found.with_top_level_resources(resources)
        return self.definitions.resolve_job_def(name)

    def get_maybe_subset_job_def(
        self,
        job_name: str,
        op_selection: Iterable[str] | None = None,
        asset_selection: AbstractSet[AssetKey] | None = None,
        asset_check_selection: AbstractSet[AssetCheckKey] | None = None,
    ) -> JobDefinition:
        """A job, or the part of it that is selected."""
        return self.get_job(job_name).get_subset(
            op_selection=op_selection,
            asset_selection=asset_selection,
            asset_check_selection=asset_check_selection,
        )

    def has_implicit_global_asset_job_def(self) -> bool:
        """Whether there is an asset or a check to run."""
        return self.definitions.has_implicit_global_asset_job_def()

    def get_implicit_global_asset_job_def(self) -> JobDefinition:
        """The job of all assets."""
        return self.definitions.resolve_implicit_global_asset_job_def()

    def get_implicit_job_def_for_assets(self, asset_keys: Iterable[AssetKey]) -> JobDefinition | None:
        """The job of all assets, if it makes all of these; else ``None``."""
        return self.definitions.resolve_implicit_job_def_def_for_assets(asset_keys)

    def get_implicit_asset_job_names(self) -> Sequence[str]:
        """The name of the job of all assets, where there are any."""
        return [IMPLICIT_ASSET_JOB_NAME] if self.has_implicit_global_asset_job_def() else []

    # -- schedules and sensors ---------------------------------------------------------------------------

    @property
    def schedule_defs(self) -> Sequence[ScheduleDefinition]:
        """All schedules."""
        return list(self.definitions.catalog.schedules.values())

    def has_schedule_def(self, name: str) -> bool:
        """Whether there is such a schedule."""
        return name in self.definitions.catalog.schedules

    def get_schedule_def(self, name: str) -> ScheduleDefinition:
        """A schedule by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return self.definitions.resolve_schedule_def(name)

    @property
    def sensor_defs(self) -> Sequence[SensorDefinition]:
        """All sensors."""
        return list(self.definitions.catalog.sensors.values())

    def has_sensor_def(self, name: str) -> bool:
        """Whether there is such a sensor."""
        return name in self.definitions.catalog.sensors

    def get_sensor_def(self, name: str) -> SensorDefinition:
        """A sensor by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return self.definitions.resolve_sensor_def(name)

    # -- assets ------------------------------------------------------------------------------------------

    @property
    def asset_graph(self) -> AssetGraph:
        """The graph of all assets."""
        return self.definitions.resolve_asset_graph()

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """The definition of each asset."""
        return self.definitions.catalog.assets.by_key

    @property
    def source_assets_by_key(self) -> Mapping[AssetKey, Any]:
        """Each asset that is made elsewhere, as a ``SourceAsset``."""
        return self._data.get_source_assets_by_key()

    @property
    def asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        """The definition of each check."""
        return self.definitions.catalog.assets.by_check

    def load_asset_value(
        self,
        asset_key: AssetKey | str | Sequence[str],
        *,
        python_type: type | None = None,
        instance: Any = None,
        partition_key: str | None = None,
        metadata: dict[str, Any] | None = None,
        resource_config: Any = None,
    ) -> Any:
        """The stored value of an asset, loaded by its IO manager.

        ``resource_config`` is config for resources: ``{"io_manager": {"config": {...}}}``.
        """
        return call("load_asset_value")(
            self.definitions,
            asset_key,
            python_type=python_type,
            instance=instance,
            partition_key=partition_key,
            metadata=metadata,
            resource_config=resource_config,
        )

    def get_asset_value_loader(self, instance: Any = None) -> Any:
        """A context manager that loads several stored values with their IO managers made once."""
        return self.definitions.get_asset_value_loader(instance)

    # -- as a whole --------------------------------------------------------------------------------------

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """The resources of all that do not have their own."""
        return self._data.get_top_level_resources()

    def get_env_vars_by_top_level_resource(self) -> Mapping[str, AbstractSet[str]]:
        """The environment variables that each resource reads."""
        return self._data.get_env_vars_by_top_level_resource()

    def load_all_definitions(self) -> None:
        """Make everything there is. Raises ``InvalidDefinitionError`` with all faults of how it fits together."""
        assert self.definitions.catalog is not None

    def validate_loadable(self) -> None:
        """Raise ``InvalidDefinitionError`` with every fault, those of what a job selects too."""
        Definitions.validate_loadable(self.definitions)

    def __call__(self, *args: Any, **kwargs: Any) -> RepositoryDefinition:
        """The repository itself: a decorated function may go on being called."""
        del args, kwargs
        return self

    def __repr__(self) -> str:
        return f"<RepositoryDefinition {self.name}>"
