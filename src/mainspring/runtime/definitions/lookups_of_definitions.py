"""What can be asked of a ``Definitions`` once everything in it is resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mainspring.core.base.errors import InvariantViolationError, did_you_mean
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.graph.staleness.status import AssetStaleness
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.catalog import Catalog, named
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.jobs.job import JobDefinition

if TYPE_CHECKING:
    from mainspring.runtime.definitions.automation.schedule import ScheduleDefinition
    from mainspring.runtime.definitions.automation.sensor import SensorDefinition


class Lookups:
    """The look-ups of ``Definitions``. Each raises ``InvalidDefinitionError`` with all faults of what does not fit."""

    schedules: Sequence[Any]
    sensors: Sequence[Any]

    @property
    def catalog(self) -> Catalog:
        """Everything resolved: one graph of assets, and the jobs, schedules and sensors on it."""
        raise AssertionError("written by Definitions")  # pragma: no cover

    # -- assets ------------------------------------------------------------------------------------

    def resolve_asset_graph(self) -> AssetGraph:
        """The graph of all assets."""
        return self.catalog.assets.graph

    def resolve_all_asset_keys(self) -> Sequence[AssetKey]:
        """The keys of all declared assets."""
        return list(self.catalog.assets.by_key)

    def resolve_all_asset_specs(self) -> Sequence[AssetSpec]:
        """The specs of all declared assets."""
        return [spec for definition in self.catalog.assets.definitions for spec in definition.specs]

    def resolve_staleness(
        self, instance: Any, selection: Any = None, *, partition_key: str | None = None
    ) -> Mapping[AssetKey, AssetStaleness]:
        """Which assets are up to date by what an instance has recorded of them, and why others are not.

        Each comes after those it is made from. ``selection`` limits it to some assets; ``partition_key`` names the
        partition that partitioned assets are assessed for, in place of those that were materialised last.
        """
        chosen = None
        if selection is not None:
            chosen = AssetSelection.from_coercible(selection).resolve(self.resolve_asset_graph())
        partitions = None if partition_key is None else [partition_key]
        return call("assets_staleness")(self.catalog.assets, instance, chosen, partitions=partitions)

    def resolve_assets_def(self, key: AssetKey | str | Sequence[str]) -> AssetsDefinition:
        """The definition of an asset. Raises ``InvariantViolationError`` for an unknown one."""
        return _by_key(self.catalog.assets.by_key, AssetKey.from_coercible(key), "asset")

    get_assets_def = resolve_assets_def

    def get_asset_checks_def(self, key: AssetCheckKey) -> AssetsDefinition:
        """The definition of a check. Raises ``InvariantViolationError`` for an unknown one."""
        return _by_key(self.catalog.assets.by_check, key, "check")

    # -- jobs --------------------------------------------------------------------------------------

    def resolve_implicit_global_asset_job_def(self) -> JobDefinition:
        """The job of all assets."""
        return self.catalog.implicit_job

    get_implicit_global_asset_job_def = resolve_implicit_global_asset_job_def

    def has_implicit_global_asset_job_def(self) -> bool:
        """Whether there is an asset or a check to run."""
        return self.catalog.has_implicit_job

    def resolve_implicit_job_def_def_for_assets(self, asset_keys: Iterable[AssetKey]) -> JobDefinition | None:
        """The job of all assets, if it makes all of these; else ``None``."""
        implicit = self.catalog.implicit_job
        return implicit if implicit.keys.issuperset(asset_keys) else None

    def resolve_job_def(self, name: str) -> JobDefinition:
        """A job by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return self.catalog.job(name)

    get_job_def = resolve_job_def

    def resolve_all_job_defs(self) -> Sequence[JobDefinition]:
        """All jobs, those that came with schedules and sensors too; the implicit one, where there is one, last."""
        return self.catalog.all_jobs

    # -- schedules and sensors ---------------------------------------------------------------------

    def resolve_schedule_def(self, name: str) -> ScheduleDefinition:
        """A schedule by its name, with the job it runs. Raises ``InvariantViolationError`` for an unknown one."""
        return named(self.catalog.schedules, name, "schedule")

    get_schedule_def = resolve_schedule_def

    def resolve_sensor_def(self, name: str) -> SensorDefinition:
        """A sensor by its name, with the jobs it runs. Raises ``InvariantViolationError`` for an unknown one."""
        return named(self.catalog.sensors, name, "sensor")

    get_sensor_def = resolve_sensor_def

    def get_unresolved_schedule_def(self, name: str) -> Any:
        """A schedule as it was declared. Raises ``InvariantViolationError`` for an unknown one."""
        return named({item.name: item for item in self.schedules}, name, "schedule")

    def get_unresolved_sensor_def(self, name: str) -> SensorDefinition:
        """A sensor as it was declared. Raises ``InvariantViolationError`` for an unknown one."""
        return named({item.name: item for item in self.sensors}, name, "sensor")


def _by_key(known: Mapping[Any, AssetsDefinition], wanted: Any, noun: str) -> AssetsDefinition:
    found = known.get(wanted)
    if found is None:
        text = wanted.to_user_string()
        raise InvariantViolationError(
            f"No {noun} {text!r} is declared.",
            hint=did_you_mean(text, (key.to_user_string() for key in known)),
        )
    return found
