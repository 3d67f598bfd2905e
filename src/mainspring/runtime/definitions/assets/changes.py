"""Changed copies of definitions: assets under other keys, specs with other attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec

Renames = Mapping[AssetKey, AssetKey]
K = TypeVar("K")


def changed_spec(spec: AssetSpec, *, renamed: Renames, **said: Any) -> AssetSpec:
    """The spec with its own key and those of its deps renamed, and with the attributes that are not
    ``None``.
    """
    changes = {name: value for name, value in said.items() if value is not None}
    if spec.key in renamed:
        changes["key"] = renamed[spec.key]
    if any(dep.asset_key in renamed for dep in spec.deps):
        changes["deps"] = renamed_deps(spec.deps, renamed)
    return spec.replace_attributes(**changes) if changes else spec


def renamed_deps(deps: Iterable[AssetDep], renamed: Renames) -> list[AssetDep]:
    """The deps, on the renamed assets."""
    return [
        AssetDep(renamed[dep.asset_key], partition_mapping=dep.partition_mapping, metadata=dep.metadata)
        if dep.asset_key in renamed
        else dep
        for dep in deps
    ]


def one_of(value: Any, key: AssetKey) -> Any:
    """What is said for a key: the value itself, or its entry where it is a mapping."""
    return value.get(key) if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def renamed_parts(definition: Any, renamed: Renames) -> dict[str, Any]:
    """The checks and the computation of a definition under other keys."""
    checks: Iterable[AssetCheckSpec] = definition.check_specs_by_key.values()
    computation: Computation | None = definition.computation
    if not renamed:
        return {"check_specs": list(checks), "computation": computation}
    return {
        "check_specs": [_renamed_check(spec, renamed) for spec in checks],
        "computation": computation and _renamed_computation(computation, renamed),
    }


def _renamed_check(spec: AssetCheckSpec, renamed: Renames) -> AssetCheckSpec:
    if spec.asset_key not in renamed and not any(dep.asset_key in renamed for dep in spec.additional_deps):
        return spec
    return spec.copy_with(
        asset=renamed.get(spec.asset_key, spec.asset_key),
        additional_deps=renamed_deps(spec.additional_deps, renamed),
    )


def _renamed_computation(computation: Computation, renamed: Renames) -> Computation:
    def key_of(key: AssetKey) -> AssetKey:
        return renamed.get(key, key)

    def check_of(key: AssetCheckKey) -> AssetCheckKey:
        return key.replace_asset_key(key_of(key.asset_key))

    return replace(
        computation,
        keys_by_input={name: key_of(key) for name, key in computation.keys_by_input.items()},
        keys_by_output={name: key_of(key) for name, key in computation.keys_by_output.items()},
        checks_by_output={name: check_of(key) for name, key in computation.checks_by_output.items()},
        selected_keys=_mapped(computation.selected_keys, key_of),
        selected_checks=_mapped(computation.selected_checks, check_of),
    )


def _mapped(keys: frozenset[K] | None, change: Callable[[K], K]) -> frozenset[K] | None:
    return None if keys is None else frozenset(change(key) for key in keys)


def refuse_lost_inputs(definition: Any, mapped: Mapping[AssetKey, AssetSpec]) -> None:
    """Raise ``InvalidDefinitionError`` where specs drop an asset that the function's parameters load."""
    if definition.computation is None:
        return
    loaded: set[AssetKey] = set(definition.computation.keys_by_input.values()) - set(definition.specs_by_key)
    lost = (loaded & definition.dependency_keys) - {dep.asset_key for s in mapped.values() for dep in s.deps}
    if lost:
        names = ", ".join(sorted(repr(key.to_user_string()) for key in lost))
        raise InvalidDefinitionError(
            f"The {definition.label} loads {names} through its function's parameters, "
            "so the deps of its specs must keep them.",
            where=definition.where,
            hint="To rename an upstream asset use `with_attributes(asset_key_replacements=...)`.",
        )
