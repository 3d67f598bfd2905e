"""``AssetsDefinition``: assets (and checks) together with the computation that makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mainspring.core.base.errors import InvalidDefinitionError, InvalidInvocationError, InvalidSubsetError
from mainspring.core.base.source import SourcePosition
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.nodes import asset_nodes_of, check_nodes_of
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.assets.views import AssetsViews
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.ops.op import OpDefinition


class AssetsDefinition(AssetsViews):
    """One or several assets with the computation that makes them; what ``@asset`` gives.

    Immutable: the ``with_...`` and ``map_...`` methods give changed copies. Calling it calls the function of the
    user, for tests.
    """

    __slots__ = (
        "__weakref__",
        "_keys",
        "check_specs_by_key",
        "computation",
        "hook_defs",
        "resource_defs",
        "specs_by_key",
        "where",
    )

    specs_by_key: Mapping[AssetKey, AssetSpec]
    check_specs_by_key: Mapping[AssetCheckKey, AssetCheckSpec]
    computation: Computation | None
    resource_defs: Mapping[str, object]
    hook_defs: frozenset[Any]
    where: SourcePosition | None

    def __init__(
        self,
        *,
        specs: Iterable[AssetSpec] = (),
        computation: Computation | None = None,
        check_specs: Iterable[AssetCheckSpec] = (),
        resource_defs: Mapping[str, object] | None = None,
        hook_defs: Iterable[Any] | None = None,
        where: SourcePosition | None = None,
    ) -> None:
        self.specs_by_key = {spec.key: spec for spec in specs}
        self.check_specs_by_key = {spec.key: spec for spec in check_specs}
        self.computation = computation
        self.resource_defs = resource_defs or {}
        self.hook_defs = frozenset(hook_defs or ())
        self.where = where
        self._keys: frozenset[AssetKey] | None = None

    # -- what it makes ---------------------------------------------------------------------------------------------

    @property
    def keys(self) -> frozenset[AssetKey]:
        """The assets it is meant to make."""
        if self._keys is None:
            chosen = self.computation.selected_keys if self.computation else None
            self._keys = frozenset(self.specs_by_key if chosen is None else chosen)
        return self._keys

    @property
    def key(self) -> AssetKey:
        """The asset, where it makes exactly one."""
        if len(self.keys) != 1:
            raise InvalidInvocationError(
                f"{self!r} makes {len(self.keys)} assets, so it has no single key.",
                where=self.where,
                hint="Use `.keys`.",
            )
        return next(iter(self.keys))

    @property
    def check_keys(self) -> frozenset[AssetCheckKey]:
        """The checks it is meant to evaluate."""
        chosen = self.computation.selected_checks if self.computation else None
        return frozenset(self.check_specs_by_key if chosen is None else chosen)

    @property
    def specs(self) -> Sequence[AssetSpec]:
        """The specs of the assets it is meant to make."""
        return [spec for key, spec in self.specs_by_key.items() if key in self.keys]

    @property
    def check_specs(self) -> Sequence[AssetCheckSpec]:
        """The specs of the checks it is meant to evaluate."""
        return [spec for key, spec in self.check_specs_by_key.items() if key in self.check_keys]

    @property
    def execution_type(self) -> AssetExecutionType:
        """Whether running it makes its assets, observes them, or is not possible."""
        return self.computation.execution_type if self.computation else AssetExecutionType.UNEXECUTABLE

    @property
    def op(self) -> OpDefinition:
        """The op that computes it. Raises ``InvalidInvocationError`` for external assets."""
        if self.computation is None:
            raise InvalidInvocationError(f"{self!r} is external: nothing here computes it.", where=self.where)
        return self.computation.node

    def get_asset_spec(self, key: AssetKey | None = None) -> AssetSpec:
        """The spec of one of its assets; of the only one where no key is given."""
        return self.specs_by_key[self.key if key is None else key]

    # -- changed copies --------------------------------------------------------------------------------------------

    def copy_with(self, **changes: Any) -> AssetsDefinition:
        """The definition with some of its parts replaced."""
        parts: dict[str, Any] = {
            "specs": self.specs_by_key.values(),
            "computation": self.computation,
            "check_specs": self.check_specs_by_key.values(),
            "resource_defs": self.resource_defs,
            "hook_defs": self.hook_defs,
            "where": self.where,
        }
        return type(self)(**(parts | changes))

    def map_asset_specs(self, fn: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """The definition with each spec replaced by what the function makes of it; keys may change."""
        mapped = {key: fn(spec) for key, spec in self.specs_by_key.items()}
        for key, spec in mapped.items():
            if not isinstance(spec, AssetSpec):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidDefinitionError(
                    f"The function given to map_asset_specs answered {spec!r} for {key.to_user_string()!r}; it must answer an AssetSpec."
                )
        return self._with_specs(mapped)

    def _with_specs(self, mapped: Mapping[AssetKey, AssetSpec]) -> AssetsDefinition:
        renamed = {old: spec.key for old, spec in mapped.items() if spec.key != old}
        self._check_deps_kept(mapped)
        if not renamed:
            return self.copy_with(specs=mapped.values())
        return self.copy_with(specs=mapped.values(), **self._renamed_parts(renamed))

    def _check_deps_kept(self, mapped: Mapping[AssetKey, AssetSpec]) -> None:
        """The function's parameters say what is loaded: a spec cannot drop one of them."""
        if self.computation is None:
            return
        loaded = set(self.computation.keys_by_input.values()) - set(self.specs_by_key)
        before = {dep.asset_key for spec in self.specs_by_key.values() for dep in spec.deps}
        after = {dep.asset_key for spec in mapped.values() for dep in spec.deps}
        lost = (loaded & before) - after
        if lost:
            names = ", ".join(sorted(key.to_user_string() for key in lost))
            raise InvalidDefinitionError(
                f"{self!r} loads {names} through its function's parameters, so the deps of its specs must keep them.",
                where=self.where,
                hint="To rename an upstream asset use `with_attributes(asset_key_replacements=...)`.",
            )

    def _renamed_parts(self, renamed: Mapping[AssetKey, AssetKey]) -> dict[str, Any]:
        parts: dict[str, Any] = {
            "check_specs": [
                spec.replace_key(spec.key.replace_asset_key(renamed.get(spec.asset_key, spec.asset_key)))
                for spec in self.check_specs_by_key.values()
            ]
        }
        if self.computation is not None:
            rename = lambda key: renamed.get(key, key)  # noqa: E731  # one word used four times below
            parts["computation"] = replace(
                self.computation,
                keys_by_input={name: rename(key) for name, key in self.computation.keys_by_input.items()},
                keys_by_output={name: rename(key) for name, key in self.computation.keys_by_output.items()},
                checks_by_output={
                    name: key.replace_asset_key(rename(key.asset_key))
                    for name, key in self.computation.checks_by_output.items()
                },
                selected_keys=_mapped(self.computation.selected_keys, rename),
                selected_checks=_mapped(
                    self.computation.selected_checks, lambda key: key.replace_asset_key(rename(key.asset_key))
                ),
            )
        return parts

    def with_attributes(
        self,
        *,
        asset_key_replacements: Mapping[AssetKey, AssetKey] | None = None,
        group_names_by_key: Mapping[AssetKey, str] | None = None,
        tags_by_key: Mapping[AssetKey, Mapping[str, str]] | None = None,
        automation_condition: object | None = None,
        backfill_policy: object | None = None,
        hook_defs: Iterable[Any] | None = None,
        metadata_by_key: Mapping[Any, Mapping[str, Any]] | None = None,
    ) -> AssetsDefinition:
        """The definition with these attributes; ``asset_key_replacements`` renames its own keys and its upstream ones."""
        replacements, groups = asset_key_replacements or {}, group_names_by_key or {}
        tags, metadata = tags_by_key or {}, metadata_by_key or {}

        def change(spec: AssetSpec) -> AssetSpec:
            changes: dict[str, Any] = {}
            if spec.key in replacements:
                changes["key"] = replacements[spec.key]
            if any(dep.asset_key in replacements for dep in spec.deps):
                changes["deps"] = [_renamed_dep(dep, replacements) for dep in spec.deps]
            if spec.key in groups:
                changes["group_name"] = groups[spec.key]
            if spec.key in tags:
                changes["tags"] = tags[spec.key]
            if spec.key in metadata:
                changes["metadata"] = metadata[spec.key]
            if automation_condition is not None:
                by_key = automation_condition if isinstance(automation_condition, Mapping) else None
                changes["automation_condition"] = (
                    by_key.get(spec.key) if by_key is not None else automation_condition
                )  # pyright: ignore[reportUnknownMemberType]
            return spec.replace_attributes(**changes) if changes else spec

        parts: dict[str, Any] = {"specs": [change(spec) for spec in self.specs_by_key.values()]}
        if replacements:
            parts |= self._renamed_parts(replacements)
        computation = parts.get("computation", self.computation)
        if backfill_policy is not None and computation is not None:
            parts["computation"] = replace(computation, backfill_policy=backfill_policy)
        if hook_defs:
            parts["hook_defs"] = self.hook_defs | frozenset(hook_defs)
        return self.copy_with(**parts)

    def with_hooks(self, hook_defs: Iterable[Any]) -> AssetsDefinition:
        """The definition with hooks added to its own."""
        return self.copy_with(hook_defs=self.hook_defs | frozenset(hook_defs))

    def with_resources(self, resource_defs: Mapping[str, object]) -> AssetsDefinition:
        """The definition with resources bound to it; those it has already win."""
        return self.copy_with(resource_defs={**resource_defs, **self.resource_defs})

    def subset_for(
        self,
        selected_asset_keys: Iterable[AssetKey],
        selected_asset_check_keys: Iterable[AssetCheckKey] | None = None,
    ) -> AssetsDefinition:
        """The definition of a part of its assets and checks. Raises ``InvalidSubsetError`` where it makes all or nothing."""
        keys = frozenset(selected_asset_keys) & self.keys
        checks = (
            frozenset(key for key in self.check_keys if key.asset_key in keys)
            if selected_asset_check_keys is None
            else frozenset(selected_asset_check_keys) & self.check_keys
        )
        if self.computation is None or (keys == self.keys and checks == self.check_keys):
            return self
        if not self.computation.can_subset:
            missing = (
                ", ".join(sorted(key.to_user_string() for key in self.keys - keys)) or "all of its checks"
            )
            raise InvalidSubsetError(
                f"{self!r} makes all of its assets or none, and the selection leaves out {missing}.",
                where=self.where,
                hint="Select all of them, or declare it with can_subset=True and make only `context.selected_asset_keys`.",
            )
        return self.copy_with(computation=self.computation.subset(keys, checks))

    # -- how others see it -----------------------------------------------------------------------------------------

    def to_asset_nodes(self) -> Sequence[AssetNode]:
        """Its assets as nodes of the graph."""
        return asset_nodes_of(self)

    def to_check_nodes(self) -> Sequence[CheckNode]:
        """Its checks as nodes of the graph."""
        return check_nodes_of(self)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Call the function of the user with values for its inputs, for tests."""
        return call("invoke_asset")(self, args, kwargs)

    def __repr__(self) -> str:
        name = (
            self.computation.node.name
            if self.computation
            else ", ".join(k.to_user_string() for k in self.specs_by_key)
        )
        return f"<{type(self).__name__} {name}>"


def _mapped(keys: Any, change: Callable[[Any], Any]) -> Any:
    return None if keys is None else frozenset(change(key) for key in keys)


def _renamed_dep(dep: Any, replacements: Mapping[AssetKey, AssetKey]) -> Any:
    key = replacements.get(dep.asset_key)
    return (
        dep if key is None else type(dep)(key, partition_mapping=dep.partition_mapping, metadata=dep.metadata)
    )
