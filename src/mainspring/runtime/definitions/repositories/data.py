"""``RepositoryData``: what a repository holds, to be derived from where it is found out in a way of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.names import IMPLICIT_ASSET_JOB_NAME
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.catalog import named
from mainspring.runtime.definitions.definitions import Definitions
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def


class RepositoryData:
    """What a repository holds. A class derived from it overrides the ``get_all_...`` and ``get_..._by_key`` methods.

    All others go by these: a name is looked up among all. Override ``get_job``, too, where one job can be made
    without making all.

    >>> class Nightly(RepositoryData):
    ...     def get_all_jobs(self):
    ...         return [job_of_table(name) for name in ("orders", "customers")]
    >>> Nightly().get_job_names()
    ['orders', 'customers']
    """

    # -- what there is -----------------------------------------------------------------------------------

    def get_all_jobs(self) -> Sequence[JobDefinition]:
        """All jobs; by default none."""
        return []

    def get_all_schedules(self) -> Sequence[Any]:
        """All schedules; by default none."""
        return []

    def get_all_sensors(self) -> Sequence[Any]:
        """All sensors; by default none."""
        return []

    def get_assets_defs_by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        """The definition of each asset; by default there are none."""
        return {}

    def get_source_assets_by_key(self) -> Mapping[AssetKey, Any]:
        """Each asset that is made elsewhere, as a ``SourceAsset``; by default there are none."""
        return {}

    def get_asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        """The definition of each check; by default there are none."""
        return {}

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """The resources of all that do not have their own; by default none."""
        return {}

    # -- by name -----------------------------------------------------------------------------------------

    def get_job_names(self) -> Sequence[str]:
        """The names of all jobs."""
        return [job.name for job in self.get_all_jobs()]

    def has_job(self, job_name: str) -> bool:
        """Whether there is such a job."""
        return job_name in self.get_job_names()

    def get_job(self, job_name: str) -> JobDefinition:
        """A job by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return named({job.name: job for job in self.get_all_jobs()}, job_name, "job")

    def get_schedule_names(self) -> Sequence[str]:
        """The names of all schedules."""
        return [schedule.name for schedule in self.get_all_schedules()]

    def has_schedule(self, schedule_name: str) -> bool:
        """Whether there is such a schedule."""
        return schedule_name in self.get_schedule_names()

    def get_schedule(self, schedule_name: str) -> Any:
        """A schedule by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return named({one.name: one for one in self.get_all_schedules()}, schedule_name, "schedule")

    def get_sensor_names(self) -> Sequence[str]:
        """The names of all sensors."""
        return [sensor.name for sensor in self.get_all_sensors()]

    def has_sensor(self, sensor_name: str) -> bool:
        """Whether there is such a sensor."""
        return sensor_name in self.get_sensor_names()

    def get_sensor(self, sensor_name: str) -> Any:
        """A sensor by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return named({one.name: one for one in self.get_all_sensors()}, sensor_name, "sensor")

    # -- as a whole --------------------------------------------------------------------------------------

    def to_definitions(self) -> Definitions:
        """All of it as ``Definitions``."""
        sources = self.get_source_assets_by_key()
        assets = {**sources, **self.get_assets_defs_by_key()}
        return Definitions(
            assets=list({id(asset): asset for asset in assets.values()}.values()),
            asset_checks=list(
                {id(one): one for one in self.get_asset_checks_defs_by_key().values()}.values()
            ),
            jobs=[job for job in self.get_all_jobs() if job.name != IMPLICIT_ASSET_JOB_NAME],
            schedules=self.get_all_schedules(),
            sensors=self.get_all_sensors(),
            resources=self.get_top_level_resources(),
        )

    def get_env_vars_by_top_level_resource(self) -> Mapping[str, AbstractSet[str]]:
        """The environment variables that each resource reads."""
        return {
            key: frozenset(coerce_to_resource_def(resource, key=key).environment_names())
            for key, resource in self.get_top_level_resources().items()
        }

    def load_all_definitions(self) -> None:
        """Make everything there is, so that what cannot be made is found."""
        self.get_all_jobs()
        self.get_all_schedules()
        self.get_all_sensors()
        self.get_assets_defs_by_key()
        self.get_source_assets_by_key()
        self.get_asset_checks_defs_by_key()
