"""``AssetsDefinition``: assets (and checks) together with the computation that makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mainspring.core.base.errors import (
    InvalidDefinitionError,
    InvalidInvocationError,
    InvalidSubsetError,
    InvariantViolationError,
    did_you_mean,
)
from mainspring.core.base.source import SourcePosition, user_position
from mainspring.core.graph.node import AssetExecutionType, AssetNode, CheckNode
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.changes import (
    changed_spec,
    one_of,
    refuse_lost_inputs,
    renamed_parts,
)
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.from_graph import MadeOfNodes
from mainspring.runtime.definitions.assets.lookups import AssetsLookups
from mainspring.runtime.definitions.assets.nodes import asset_nodes_of, check_nodes_of
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.assets.views import AssetsViews
from mainspring.runtime.definitions.door import call
from mainspring.runtime.definitions.ops.composition import is_composing
from mainspring.runtime.definitions.ops.op import OpDefinition

_NO_HOOKS: frozenset[Any] = frozenset()


class AssetsDefinition(AssetsViews, AssetsLookups, MadeOfNodes):
    """One or several assets with the computation that makes them; what ``@asset`` gives.

    Immutable: the ``with_...`` and ``map_...`` methods give changed copies. Calling it calls the function of
    the
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
        self.check_specs_by_key = {spec.key: spec for spec in check_specs} if check_specs else {}
        self.computation = computation
        self.resource_defs = resource_defs or {}
        self.hook_defs = frozenset(hook_defs) if hook_defs else _NO_HOOKS
        self.where = where
        self._keys: frozenset[AssetKey] | None = None

    @property
    def label(self) -> str:
        """What messages call it: ``asset 'orders'``."""
        if len(self.specs_by_key) == 1:
            return f"asset {next(iter(self.specs_by_key)).to_user_string()!r}"
        if self.specs_by_key:
            name = self.computation.node.name if self.computation else None
            keys = ", ".join(repr(key.to_user_string()) for key in self.specs_by_key)
            return f"multi-asset {name!r}" if name else f"assets {keys}"
        checks = [key.to_user_string() for key in self.check_specs_by_key]
        return f"check {checks[0]!r}" if len(checks) == 1 else f"checks {', '.join(map(repr, checks))}"

    # -- what it makes -----------------------------------------------------------------------------

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
        """The op that computes it. Raises ``InvalidInvocationError`` for external assets and those of graphs."""
        if self.computation is None:
            raise InvalidInvocationError(f"{self!r} is external: nothing here computes it.", where=self.where)
        if isinstance(self.computation.node, OpDefinition):
            return self.computation.node
        raise InvalidInvocationError(
            f"{self!r} is computed by the graph {self.computation.node.name!r}, not by one op.",
            where=self.where,
            hint="Use `.node_def`, or `.get_op_def_for_asset_key(key)` for the op that makes one of its assets.",
        )

    def get_asset_spec(self, key: AssetKey | None = None) -> AssetSpec:
        """The spec of one of its assets; of the only one where no key is given."""
        wanted = self.key if key is None else key
        found = self.specs_by_key.get(wanted)
        if found is None:
            raise InvariantViolationError(
                f"{self!r} does not make {wanted.to_user_string()!r}.",
                where=self.where,
                hint=did_you_mean(wanted.to_user_string(), (k.to_user_string() for k in self.specs_by_key)),
            )
        return found

    # -- changed copies ----------------------------------------------------------------------------

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
        """The definition with each spec replaced by what the function makes of it; keys may change.

        Raises ``InvalidDefinitionError`` for an answer that is no spec, and for a spec that drops an upstream
        asset whose value is loaded.
        """
        mapped = {key: fn(spec) for key, spec in self.specs_by_key.items()}
        for key, spec in mapped.items():
            if not isinstance(spec, AssetSpec):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidDefinitionError(
                    f"The function given to map_asset_specs answered {spec!r} for the asset "
                    f"{key.to_user_string()!r}; it must answer an AssetSpec.",
                    where=self.where,
                    hint="Return spec.replace_attributes(...), or the spec as it is.",
                )
        refuse_lost_inputs(self, mapped)
        renamed = {old: spec.key for old, spec in mapped.items() if spec.key != old}
        return self.copy_with(specs=mapped.values(), **(renamed_parts(self, renamed) if renamed else {}))

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
        """The definition with these attributes.

        ``asset_key_replacements`` renames its own keys and its upstream ones; the keys of the other mappings
        are
        those before the renaming. ``automation_condition`` is for all its assets, or a mapping by key.
        """
        renamed = asset_key_replacements or {}
        specs = [
            changed_spec(
                spec,
                renamed=renamed,
                group_name=(group_names_by_key or {}).get(spec.key),
                tags=(tags_by_key or {}).get(spec.key),
                metadata=(metadata_by_key or {}).get(spec.key),
                automation_condition=one_of(automation_condition, spec.key),
            )
            for spec in self.specs_by_key.values()
        ]
        parts: dict[str, Any] = {"specs": specs, **renamed_parts(self, renamed)}
        if metadata_by_key:
            parts["check_specs"] = [
                spec if old not in metadata_by_key else spec.with_metadata(metadata_by_key[old])
                for old, spec in zip(self.check_specs_by_key, parts["check_specs"], strict=True)
            ]
        if backfill_policy is not None and parts["computation"] is not None:
            parts["computation"] = replace(parts["computation"], backfill_policy=backfill_policy)
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
        """The definition of a part of its assets and checks. Raises ``InvalidSubsetError`` where it
        makes all or nothing.
        """
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
                hint="Select all of them, or declare it with can_subset=True and make only "
                "`context.selected_asset_keys`.",
            )
        return self.copy_with(computation=self.computation.subset(keys, checks))

    def to_source_asset(self, key: AssetKey | str | Sequence[str] | None = None) -> Any:
        """One of its assets (the only one where no key is given) as a ``SourceAsset``: made elsewhere."""
        wanted = self.key if key is None else AssetKey.from_coercible(key)
        for found in self.to_source_assets():
            if found.key == wanted:
                return found
        raise InvalidInvocationError(
            f"{self!r} does not make {wanted.to_user_string()!r}.",
            where=self.where,
            hint=f"It makes: {', '.join(sorted(one.to_user_string() for one in self.keys))}.",
        )

    def to_source_assets(self) -> Sequence[Any]:
        """Each of its assets as a ``SourceAsset``: for code locations that only read them."""
        return call("source_assets_of")(self)

    # -- how others see it -------------------------------------------------------------------------

    def to_asset_nodes(self) -> Sequence[AssetNode]:
        """Its assets as nodes of the graph."""
        return asset_nodes_of(self)

    def to_check_nodes(self) -> Sequence[CheckNode]:
        """Its checks as nodes of the graph."""
        return check_nodes_of(self)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Call the function of the user with values for its inputs, for tests."""
        if is_composing():
            raise InvalidInvocationError(
                f"The {self.label} was called while a graph or job is composed.",
                where=user_position(),
                hint="Give the asset itself to the op that takes its value: op(asset).",
            )
        if self.computation is not None and not isinstance(self.computation.node, OpDefinition):
            raise InvalidInvocationError(
                f"The {self.label} is made by a graph of ops, which cannot be called as one function.",
                where=self.where,
                hint="Run it with materialize([...]), or call its ops one by one.",
            )
        return call("invoke_asset")(self, args, kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.label}>"
