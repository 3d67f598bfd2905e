"""In which order resources are made: those that others hold or require come first."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from mainspring.core.base.errors import InvalidDefinitionError, UnknownResourceError, did_you_mean
from mainspring.core.base.source import user_position
from mainspring.runtime.definitions.resources.definition import (
    ResourceDefinition,
    coerce_to_resource_def,
    source_of,
)


@dataclass(frozen=True, slots=True)
class ResourceNode:
    """A resource to be made. ``nested`` and ``requires`` name other nodes; ``path`` is where its config
    stands.
    """

    key: str
    definition: ResourceDefinition
    nested: Mapping[str, str]
    requires: AbstractSet[str]
    path: tuple[str, ...]

    @property
    def needs(self) -> list[str]:
        """The nodes that are made before this one."""
        return [*self.nested.values(), *sorted(self.requires)]


def ordered(resource_defs: Mapping[str, object], required: AbstractSet[str]) -> list[ResourceNode]:
    """The required resources and all they need, each after what it needs.

    A resource held by a field of another is the one registered under a key where it is the same object;
    else it gets a node of its own, named ``outer.field``. Raises ``UnknownResourceError`` for a required
    key that is not there, ``InvalidDefinitionError`` for resources that require one another in a circle.
    """
    if not isinstance(resource_defs, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidDefinitionError(
            f"Resources are given by name; got a {type(resource_defs).__name__}.",
            where=user_position(),
            hint='Write {"warehouse": Warehouse(...)}.',
        )
    nodes = _reachable(resource_defs, sorted(required))
    done: dict[str, ResourceNode] = {}
    for start in sorted(required):
        trail: list[tuple[str, list[str]]] = [(start, list(nodes[start].needs))] if start not in done else []
        while trail:
            key, waiting = trail[-1]
            if not waiting:
                done[key] = nodes[key]
                trail.pop()
                continue
            below = waiting.pop(0)
            if below in done:
                continue
            if any(below == above for above, _ in trail):
                raise _circle([above for above, _ in trail], below)
            trail.append((below, list(nodes[below].needs)))
    return list(done.values())


def _reachable(resource_defs: Mapping[str, object], required: list[str]) -> dict[str, ResourceNode]:
    names = {id(source_of(resource_defs[key])): key for key in reversed(list(resource_defs))}
    pending: list[tuple[str, ResourceDefinition, tuple[str, ...]]] = [
        (key, _registered(resource_defs, key), ("resources", key, "config")) for key in required
    ]
    nodes: dict[str, ResourceNode] = {}
    while pending:
        key, definition, path = pending.pop()
        if key in nodes:
            continue
        nested: dict[str, str] = {}
        for field, value in definition.nested.items():
            inner = coerce_to_resource_def(value, key=f"{key}.{field}")
            known = names.setdefault(id(inner.source), f"{key}.{field}")
            nested[field] = known
            if known not in resource_defs and inner.config_field.is_required:
                raise _out_of_reach(key, field, definition)
            inner_path = ("resources", known, "config") if known in resource_defs else (*path, field)
            pending.append((known, inner, inner_path))
        for name in definition.required_resource_keys:
            pending.append((name, _registered(resource_defs, name, by=key), ("resources", name, "config")))
        nodes[key] = ResourceNode(key, definition, nested, definition.required_resource_keys, path)
    return nodes


def _registered(
    resource_defs: Mapping[str, object], key: str, *, by: str | None = None
) -> ResourceDefinition:
    if key in resource_defs:
        return coerce_to_resource_def(resource_defs[key], key=key)
    asked = f", required by the resource `{by}`," if by else ""
    raise UnknownResourceError(
        key,
        f"The resource `{key}`{asked} is not provided. Provided: {', '.join(resource_defs) or 'none'}.",
        hint=did_you_mean(key, resource_defs) or f"Add `{key}` to the resources.",
    )


def _out_of_reach(key: str, field: str, definition: ResourceDefinition) -> InvalidDefinitionError:
    return InvalidDefinitionError(
        f"The field `{field}` of the resource `{key}` holds a resource whose config a run must give, and a run "
        "config can give it only to resources that are registered.",
        where=definition.where,
        hint=f"Register that very object too, under a key of its own: {{..., {field!r}: ...}}. "
        "Or give its config where it is made.",
    )


def _circle(trail: list[str], again: str) -> InvalidDefinitionError:
    way = " → ".join([*trail[trail.index(again) :], again])
    return InvalidDefinitionError(f"Resources require one another in a circle: {way}.")
