"""``Definitions``: everything a code location declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvariantViolationError, OrchestratorError, did_you_mean
from mainspring.core.base.source import user_position
from mainspring.core.graph.asset_graph import AssetGraph
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.catalog import Catalog, about_job, build_catalog
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.parts_of_definitions import PARTS, checked_parts, merged_parts
from mainspring.runtime.definitions.resolve import Faults, as_definition


class Definitions:
    """The assets, checks, jobs and resources of a code location.

    What each part is, is checked when it is made; how the parts fit together, when they are first used or by
    ``validate_loadable``: then every fault is reported at once.

    >>> Definitions(assets=[AssetSpec("orders")]).resolve_all_asset_keys()
    [AssetKey(['orders'])]
    """

    def __init__(  # noqa: PLR0913, PLR0917  # the published parameters
        self,
        assets: Iterable[Any] | None = None,
        schedules: Iterable[Any] | None = None,
        sensors: Iterable[Any] | None = None,
        jobs: Iterable[Any] | None = None,
        resources: Mapping[str, Any] | None = None,
        executor: Any = None,
        loggers: Mapping[str, Any] | None = None,
        asset_checks: Iterable[Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        component_tree: Any = None,
    ) -> None:
        self.where = user_position()
        parts = checked_parts(
            assets=assets,
            asset_checks=asset_checks,
            jobs=jobs,
            schedules=schedules,
            sensors=sensors,
            resources=resources,
            loggers=loggers,
            where=self.where,
        )
        self.assets: Sequence[Any] = parts["assets"]
        self.asset_checks: Sequence[Any] = parts["asset_checks"]
        self.jobs: Sequence[Any] = parts["jobs"]
        self.schedules: Sequence[Any] = parts["schedules"]
        self.sensors: Sequence[Any] = parts["sensors"]
        self.resources: Mapping[str, Any] = parts["resources"]
        self.loggers: Mapping[str, Any] = parts["loggers"]
        self.executor = executor
        self.metadata = normalize_metadata(metadata) if metadata else {}
        self.component_tree = component_tree
        self._catalog: Catalog | None = None

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in PARTS}

    @property
    def catalog(self) -> Catalog:
        """Everything resolved: one graph of assets, and the jobs on it.

        Raises ``InvalidDefinitionError`` with all faults.
        """
        if self._catalog is None:
            self._catalog = build_catalog(
                assets=self.assets,
                asset_checks=self.asset_checks,
                jobs=self.jobs,
                resources=self.resources,
                loggers=self.loggers,
                executor=self.executor,
            )
        return self._catalog

    # -- as a whole --------------------------------------------------------------------------------

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Raise ``InvalidDefinitionError`` with every fault of how the definitions fit together."""
        faults = Faults()
        for job in defs.catalog.jobs.values():
            try:
                _ = job.definitions  # a selection may cut through what can only be made whole
            except OrchestratorError as error:
                faults.found.append(about_job(error, job))
        faults.raise_if_any()

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """One set of definitions of several.

        Raises ``InvariantViolationError`` where two give different resources, loggers or metadata one name.
        """
        return Definitions(
            **merged_parts([one._parts() for one in def_sets], [one.where for one in def_sets])
        )

    def map_asset_specs(
        self, *, func: Callable[[AssetSpec], AssetSpec], selection: Any = None
    ) -> Definitions:
        """The definitions with each asset's spec replaced by what a function makes of it.

        ``selection`` limits it to some assets.
        """
        chosen = (
            None
            if selection is None
            else AssetSelection.from_coercible(selection).resolve(self.resolve_asset_graph())
        )

        def change(spec: AssetSpec) -> AssetSpec:
            return func(spec) if chosen is None or spec.key in chosen else spec

        mapped = [
            change(item) if isinstance(item, AssetSpec) else as_definition(item).map_asset_specs(change)
            for item in self.assets
        ]
        return self._with(assets=mapped)

    map_resolved_asset_specs = map_asset_specs

    def with_resources(self, resources: Mapping[str, Any] | None) -> Definitions:
        """The definitions with these resources added; theirs win over ours of the same name."""
        return self._with(resources={**self.resources, **(resources or {})})

    def _with(self, **changes: Any) -> Definitions:
        return Definitions(**(self._parts() | changes))

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

    def resolve_assets_def(self, key: AssetKey | str | Sequence[str]) -> AssetsDefinition:
        """The definition of an asset. Raises ``InvariantViolationError`` for an unknown one."""
        wanted = AssetKey.from_coercible(key)
        found = self.catalog.assets.by_key.get(wanted)
        if found is None:
            text = wanted.to_user_string()
            raise InvariantViolationError(
                f"No asset {text!r} is declared.",
                hint=did_you_mean(text, (k.to_user_string() for k in self.catalog.assets.by_key)),
            )
        return found

    get_assets_def = resolve_assets_def

    def get_asset_checks_def(self, key: AssetCheckKey) -> AssetsDefinition:
        """The definition of a check. Raises ``InvariantViolationError`` for an unknown one."""
        found = self.catalog.assets.by_check.get(key)
        if found is None:
            text = key.to_user_string()
            raise InvariantViolationError(
                f"No check {text!r} is declared.",
                hint=did_you_mean(text, (k.to_user_string() for k in self.catalog.assets.by_check)),
            )
        return found

    def load_asset_value(
        self,
        asset_key: AssetKey | str | Sequence[str],
        *,
        python_type: type | None = None,
        instance: Any = None,
        partition_key: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Any:
        """The stored value of an asset, loaded by its IO manager."""
        return call("load_asset_value")(
            self,
            asset_key,
            python_type=python_type,
            instance=instance,
            partition_key=partition_key,
            metadata=metadata,
        )

    def get_asset_value_loader(self, instance: Any = None) -> Any:
        """A context manager that loads several stored values with their IO managers made once."""
        return call("asset_value_loader")(self, instance)

    # -- jobs --------------------------------------------------------------------------------------

    def resolve_implicit_global_asset_job_def(self) -> JobDefinition:
        """The job of all assets."""
        return self.catalog.implicit_job

    get_implicit_global_asset_job_def = resolve_implicit_global_asset_job_def

    def has_implicit_global_asset_job_def(self) -> bool:
        """Whether there is an asset to run."""
        return bool(self.catalog.implicit_job.keys)

    def resolve_job_def(self, name: str) -> JobDefinition:
        """A job by its name. Raises ``InvariantViolationError`` for an unknown one."""
        return self.catalog.job(name)

    get_job_def = resolve_job_def

    def resolve_all_job_defs(self) -> Sequence[JobDefinition]:
        """All jobs, the implicit one last."""
        return [*self.catalog.jobs.values(), self.catalog.implicit_job]

    def __repr__(self) -> str:
        counts = f"{len(self.assets)} assets, {len(self.asset_checks)} checks, {len(self.jobs)} jobs"
        return f"<Definitions: {counts}>"
