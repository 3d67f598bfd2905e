"""``Definitions``: everything a code location declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, OrchestratorError
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.selection.selection import AssetSelection
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.metadata import normalize_metadata
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.catalog import Catalog, about_job, build_catalog
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.lookups_of_definitions import Lookups
from mainspring.runtime.definitions.parts_of_definitions import LISTS, PARTS, checked_parts, merged_parts
from mainspring.runtime.definitions.resolve import Faults, as_definition


class Definitions(Lookups):
    """The assets, checks, jobs, schedules, sensors and resources of a code location.

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
        self.where: SourcePosition | None = user_position()
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
        self.metadata: dict[str, Any] = normalize_metadata(metadata) if metadata else {}
        self.component_tree = component_tree
        self._catalog: Catalog | None = None
        self._repository: Any = None

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in PARTS}

    @property
    def catalog(self) -> Catalog:
        """Everything resolved: one graph of assets, and the jobs, schedules and sensors on it.

        Raises ``InvalidDefinitionError`` with all faults.
        """
        if self._catalog is None:
            self._catalog = build_catalog(
                assets=self.assets,
                asset_checks=self.asset_checks,
                jobs=self.jobs,
                schedules=self.schedules,
                sensors=self.sensors,
                resources=self.resources,
                loggers=self.loggers,
                executor=self.executor,
            )
        return self._catalog

    # -- as a whole --------------------------------------------------------------------------------

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Raise ``InvalidDefinitionError`` with every fault of how the definitions fit together."""
        _require_definitions((defs,), "Definitions.validate_loadable")
        faults = Faults()
        for job in defs.catalog.jobs.values():
            try:
                # a selection may cut through what can only be made whole, an input may have nothing to come from
                if job.is_op_job or job.definitions:
                    call("check_plan")(job)
                if job.run_config is not None:
                    call("check_default_config")(job)
            except OrchestratorError as error:
                faults.found.append(about_job(error, job))
        faults.raise_if_any()

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """One set of definitions of several.

        Raises ``InvariantViolationError`` where two give different resources, loggers or metadata one name.
        """
        _require_definitions(def_sets, "Definitions.merge")
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

    def with_definition_metadata_update(
        self, update: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> Definitions:
        """The definitions with the metadata that a function makes of theirs."""
        return self._with(metadata=update(self.metadata))

    def _with(self, **changes: Any) -> Definitions:
        return Definitions(**(self._parts() | changes))

    # -- stored values -----------------------------------------------------------------------------

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

    # -- as a repository ---------------------------------------------------------------------------

    def get_repository_def(self) -> Any:
        """The same definitions, seen as a repository. Raises ``InvalidDefinitionError`` with all faults."""
        if self._repository is None:
            self._repository = call("repository_of")(self)
        return self._repository

    def has_resolved_repository_def(self) -> bool:
        """Whether ``get_repository_def`` has been asked for before."""
        return self._repository is not None

    def __repr__(self) -> str:
        counted = ", ".join(f"{len(getattr(self, name))} {name}" for name in LISTS if getattr(self, name))
        return f"<Definitions: {counted.replace('asset_checks', 'checks') or 'nothing'}>"


def _require_definitions(given: Iterable[object], what: str) -> None:
    for one in given:
        if not isinstance(one, Definitions):
            raise InvalidInvocationError(
                f"{what} was given {one!r:.80}, of type {type(one).__name__}.",
                where=user_position(),
                hint="Give what Definitions(...) or a loader such as load_definitions_from_module makes.",
            )
