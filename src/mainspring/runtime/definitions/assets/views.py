"""The published read-only views of an ``AssetsDefinition``, each a line over its specs and its
computation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.graph.node import AssetExecutionType
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.spec import DEFAULT_GROUP, IO_MANAGER_KEY_METADATA, AssetSpec
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY


class AssetsViews:
    """What can be asked of a definition, by key."""

    __slots__ = ()

    specs_by_key: Mapping[AssetKey, AssetSpec]
    check_specs_by_key: Mapping[AssetCheckKey, Any]
    computation: Computation | None

    # -- flags -------------------------------------------------------------------------------------

    @property
    def is_executable(self) -> bool:
        """Whether it can be run."""
        return self.computation is not None

    @property
    def is_materializable(self) -> bool:
        """Whether running it makes its assets."""
        return self._type is AssetExecutionType.MATERIALIZATION

    @property
    def is_observable(self) -> bool:
        """Whether running it observes its assets."""
        return self._type is AssetExecutionType.OBSERVATION

    @property
    def _type(self) -> AssetExecutionType | None:
        return self.computation.execution_type if self.computation else None

    @property
    def is_external(self) -> bool:
        """Whether its assets are made elsewhere."""
        return not self.is_materializable

    @property
    def can_subset(self) -> bool:
        """Whether it can make a part of its assets."""
        return self.computation is not None and self.computation.can_subset

    @property
    def is_subset(self) -> bool:
        """Whether it stands for a part of what it can make."""
        return self.computation is not None and self.computation.is_subset

    # -- the computation's parts -------------------------------------------------------------------

    @property
    def node_name(self) -> str:
        """The name of the op or graph that computes it; empty for external assets."""
        return self.computation.node.name if self.computation else ""

    @property
    def node_def(self) -> Any:
        """The op or graph that computes it, or ``None``."""
        return self.computation.node if self.computation else None

    @property
    def keys_by_input_name(self) -> Mapping[str, AssetKey]:
        """The asset each parameter of the function loads."""
        return dict(self.computation.keys_by_input) if self.computation else {}

    @property
    def keys_by_output_name(self) -> Mapping[str, AssetKey]:
        """The asset each output makes, among those it is meant to make."""
        if self.computation is None:
            return {}
        found = self.computation.keys_by_output.items()
        return {name: key for name, key in found if self.computation.makes(key)}

    @property
    def check_specs_by_output_name(self) -> Mapping[str, Any]:
        """The spec of the check each output evaluates."""
        if self.computation is None:
            return {}
        found = self.computation.checks_by_output.items()
        return {name: self.check_specs_by_key[key] for name, key in found if self.computation.evaluates(key)}

    @property
    def required_resource_keys(self) -> set[str]:
        """The resources its function asks for."""
        return set(self.computation.node.required_resource_keys) if self.computation else set()

    @property
    def backfill_policy(self) -> Any:
        """How its partitions are spread over runs."""
        return self.computation.backfill_policy if self.computation else None

    @property
    def partitions_def(self) -> Any:
        """Its partitions. Raises ``InvalidDefinitionError`` where its assets have different ones."""
        found = {spec.partitions_def for spec in self.specs_by_key.values()}
        if len(found) > 1:
            raise InvalidDefinitionError(
                f"The assets of {self!r} have different partitions; ask each spec for its own."
            )
        return next(iter(found), None)

    # -- by key ------------------------------------------------------------------------------------

    @property
    def asset_deps(self) -> Mapping[AssetKey, set[AssetKey]]:
        """The upstream assets of each asset."""
        return {key: {dep.asset_key for dep in spec.deps} for key, spec in self.specs_by_key.items()}

    @property
    def dependency_keys(self) -> set[AssetKey]:
        """The upstream assets of all of them."""
        return {dep.asset_key for spec in self.specs_by_key.values() for dep in spec.deps}

    @property
    def group_names_by_key(self) -> Mapping[AssetKey, str]:
        """The group of each asset."""
        return {key: spec.group_name or DEFAULT_GROUP for key, spec in self.specs_by_key.items()}

    @property
    def descriptions_by_key(self) -> Mapping[AssetKey, str]:
        """The description of each asset that has one."""
        return {key: spec.description for key, spec in self.specs_by_key.items() if spec.description}

    @property
    def metadata_by_key(self) -> Mapping[AssetKey, Mapping[str, Any]]:
        """The metadata of each asset."""
        return {key: spec.metadata for key, spec in self.specs_by_key.items()}

    @property
    def tags_by_key(self) -> Mapping[AssetKey, Mapping[str, str]]:
        """The tags of each asset."""
        return {key: spec.tags for key, spec in self.specs_by_key.items()}

    @property
    def owners_by_key(self) -> Mapping[AssetKey, Sequence[str]]:
        """The owners of each asset."""
        return {key: spec.owners for key, spec in self.specs_by_key.items()}

    @property
    def code_versions_by_key(self) -> Mapping[AssetKey, str | None]:
        """The code version of each asset."""
        return {key: spec.code_version for key, spec in self.specs_by_key.items()}

    @property
    def automation_conditions_by_key(self) -> Mapping[AssetKey, Any]:
        """The automation condition of each asset that has one."""
        found = {key: spec.automation_condition for key, spec in self.specs_by_key.items()}
        return {key: condition for key, condition in found.items() if condition is not None}

    def get_partition_mapping(self, in_asset_key: AssetKey) -> Any:
        """How its partitions map to those of an upstream asset, where that was said."""
        for spec in self.specs_by_key.values():
            for dep in spec.deps:
                if dep.asset_key == in_asset_key and dep.partition_mapping is not None:
                    return dep.partition_mapping
        return None

    get_partition_mapping_for_dep = get_partition_mapping

    def get_output_name_for_asset_key(self, key: AssetKey) -> str:
        """The output that makes an asset."""
        for name, made in self.computation.keys_by_output.items() if self.computation else ():
            if made == key:
                return name
        raise InvalidDefinitionError(f"{self!r} does not make {key.to_user_string()!r}.")

    def get_io_manager_key_for_asset_key(self, key: AssetKey) -> str:
        """The IO manager that stores an asset's values."""
        said = self.specs_by_key[key].metadata.get(IO_MANAGER_KEY_METADATA)
        if said is not None or self.computation is None:
            return said or DEFAULT_IO_MANAGER_KEY
        return self.computation.io_manager_key(self.get_output_name_for_asset_key(key))
