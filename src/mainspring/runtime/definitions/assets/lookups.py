"""Look-ups in an ``AssetsDefinition``: by asset, by check, by the names of inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainspring.core.base.errors import InvalidInvocationError, InvariantViolationError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.ops.op import OpDefinition


class AssetsLookups:
    """What code that inspects definitions asks of one."""

    __slots__ = ()

    specs_by_key: Mapping[AssetKey, AssetSpec]
    check_specs_by_key: Mapping[AssetCheckKey, Any]
    computation: Computation | None

    # -- what there is -----------------------------------------------------------------------------

    @property
    def asset_and_check_keys(self) -> frozenset[AssetKey | AssetCheckKey]:
        """The assets it is meant to make and the checks it is meant to evaluate."""
        assets = [key for key in self.specs_by_key if self._makes(key)]
        return frozenset([*assets, *self._evaluated()])

    @property
    def has_keys(self) -> bool:
        """Whether it is meant to make any asset."""
        return any(self._makes(key) for key in self.specs_by_key)

    @property
    def has_check_keys(self) -> bool:
        """Whether it is meant to evaluate any check."""
        return bool(self._evaluated())

    @property
    def check_key(self) -> AssetCheckKey:
        """The check, where there is exactly one."""
        found = self._evaluated()
        if len(found) != 1:
            raise InvalidInvocationError(
                f"{self!r} evaluates {len(found)} checks, so it has no single key.", hint="Use `.check_keys`."
            )
        return found[0]

    def _makes(self, key: AssetKey) -> bool:
        return self.computation is None or self.computation.makes(key)

    def _evaluated(self) -> list[AssetCheckKey]:
        computation = self.computation
        return [key for key in self.check_specs_by_key if computation is None or computation.evaluates(key)]

    # -- by check ----------------------------------------------------------------------------------

    def get_spec_for_check_key(self, asset_check_key: AssetCheckKey) -> Any:
        """The spec of one of its checks."""
        found = self.check_specs_by_key.get(asset_check_key)
        if found is None:
            raise self._no_check(asset_check_key)
        return found

    def get_output_name_for_asset_check_key(self, key: AssetCheckKey) -> str:
        """The output that stands for a check."""
        for name, check in self.computation.checks_by_output.items() if self.computation else ():
            if check == key:
                return name
        raise self._no_check(key)

    def get_checks_targeting_keys(self, keys: frozenset[AssetKey]) -> set[AssetCheckKey]:
        """Those of its checks that are about one of these assets."""
        return {key for key in self.check_specs_by_key if key.asset_key in keys}

    def _no_check(self, key: AssetCheckKey) -> InvariantViolationError:
        return InvariantViolationError(f"{self!r} does not evaluate {key.to_user_string()!r}.")

    # -- by asset ----------------------------------------------------------------------------------

    def has_output_for_asset_key(self, key: AssetKey) -> bool:
        """Whether one of its outputs makes this asset."""
        return self.computation is not None and key in self.computation.keys_by_output.values()

    def get_op_def_for_asset_key(self, key: AssetKey) -> OpDefinition | None:
        """The op that makes an asset, ``None`` where nothing here does."""
        for name, made in self.computation.keys_by_output.items() if self.computation else ():
            if self.computation is not None and made == key:
                return self.computation.op_of(name)
        return None

    def get_upstream_input_keys(self, keys: frozenset[AssetKey]) -> set[AssetKey]:
        """What these of its assets are made from and it does not make itself."""
        upstream = {dep.asset_key for key in keys for dep in self.specs_by_key[key].deps}
        return upstream - set(self.specs_by_key)

    # -- by name -----------------------------------------------------------------------------------

    @property
    def input_names(self) -> Iterable[str]:
        """The parameters of the function that stand for assets."""
        return list(self.computation.keys_by_input) if self.computation else []

    @property
    def input_names_by_node_key(self) -> Mapping[AssetKey, str]:
        """The parameter that loads each asset."""
        return {key: name for name, key in self.node_keys_by_input_name.items()}

    @property
    def node_keys_by_input_name(self) -> Mapping[str, AssetKey]:
        """The asset each parameter of the function loads."""
        return dict(self.computation.keys_by_input) if self.computation else {}

    @property
    def node_keys_by_output_name(self) -> Mapping[str, AssetKey]:
        """The asset each output can make, meant to be made or not."""
        return dict(self.computation.keys_by_output) if self.computation else {}

    @property
    def node_check_specs_by_output_name(self) -> Mapping[str, Any]:
        """The spec of the check each output can evaluate, meant to be evaluated or not."""
        found = self.computation.checks_by_output.items() if self.computation else ()
        return {name: self.check_specs_by_key[key] for name, key in found}

    @property
    def entity_keys_by_output_name(self) -> Mapping[str, AssetKey | AssetCheckKey]:
        """The asset or check that each output stands for, among those that are meant."""
        if self.computation is None:
            return {}
        made = {name: key for name, key in self.computation.keys_by_output.items() if self._makes(key)}
        checks = self.computation.checks_by_output.items()
        return made | {name: key for name, key in checks if self.computation.evaluates(key)}

    @property
    def output_names_by_entity_key(self) -> Mapping[AssetKey | AssetCheckKey, str]:
        """The output that stands for each asset and check that is meant."""
        return {key: name for name, key in self.entity_keys_by_output_name.items()}
