"""``with_resources``: definitions with the resources they ask for bound to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from mainspring.core.base.errors import InvalidInvocationError, did_you_mean
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.requirements import check_requirements, requirements_of
from mainspring.runtime.definitions.resolve import Faults, as_definition
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def

_T = TypeVar("_T")


def with_resources(
    definitions: Iterable[_T],
    resource_defs: Mapping[str, object],
    resource_config_by_key: Mapping[str, Any] | None = None,
) -> Sequence[_T]:
    """Copies of asset definitions, each with the resources bound to it that it asks for.

    >>> from mainspring import asset
    >>> @asset(required_resource_keys={"shop"})
    ... def orders(context):
    ...     return context.resources.shop
    >>> bound, = with_resources([orders], {"shop": "a shop"})
    >>> bound.resource_defs
    {'shop': 'a shop'}

    ``resource_config_by_key`` is config for some of the resources: ``{"shop": {"config": {...}}}``. Raises
    ``InvalidDefinitionError`` with every fault: a resource that is asked for and not there, one that a
    definition has bound to another already.
    """
    given = _with_config(resource_defs, resource_config_by_key or {})
    items = list(definitions)
    known = [as_definition(item) for item in items]
    faults = Faults()
    bound: list[dict[str, object]] = []
    for definition in known:
        chosen = _asked_for(definition, given)
        _note_conflicts(definition, chosen, faults)
        bound.append(chosen)
    check_requirements(known, given, faults)
    faults.raise_if_any()
    return [
        cast("Any", item).with_resources(chosen) if chosen else item
        for item, chosen in zip(items, bound, strict=True)
    ]


def _asked_for(definition: AssetsDefinition, given: Mapping[str, object]) -> dict[str, object]:
    """The given resources that a definition asks for, and those that they ask for in turn."""
    known = {**given, **definition.resource_defs}
    pending = [key for key in _keys(definition) if key in known]
    chosen: dict[str, None] = {}
    while pending:
        key = pending.pop()
        if key in chosen:
            continue
        chosen[key] = None
        definition_of = coerce_to_resource_def(known[key], key=key)
        pending.extend(name for name in definition_of.get_required_resource_keys(known) if name in known)
    return {key: given[key] for key in chosen if key in given}


def _keys(definition: AssetsDefinition) -> Iterator[str]:
    for requirement in requirements_of(definition):
        yield requirement.key
    if definition.computation is None:  # nothing is computed, but its values may be loaded
        for spec in definition.specs:
            yield definition.get_io_manager_key_for_asset_key(spec.key)


def _note_conflicts(definition: AssetsDefinition, chosen: Mapping[str, object], faults: Faults) -> None:
    for key, value in chosen.items():
        own = definition.resource_defs.get(key, value)
        if own is not value:
            faults.add(
                f"{definition.label} has another resource bound to the name {key!r} already.",
                where=definition.where,
                hint="Give one of them another name.",
            )


def _with_config(
    resource_defs: Mapping[str, object], config_by_key: Mapping[str, Any]
) -> Mapping[str, object]:
    made = dict(resource_defs)
    for key, said in config_by_key.items():
        if key not in resource_defs:
            raise InvalidInvocationError(
                f"resource_config_by_key names {key!r}, which is not among the resources.",
                hint=did_you_mean(key, resource_defs) or f"Known are: {', '.join(resource_defs) or 'none'}.",
            )
        if not isinstance(said, Mapping) or "config" not in said:
            raise InvalidInvocationError(
                f"The entry of {key!r} in resource_config_by_key is {said!r}.",
                hint='Write it as in a run config: {"config": ...}.',
            )
        config = cast("Mapping[str, Any]", said)["config"]
        given_fields = getattr(made[key], "with_fields", None)
        if given_fields is not None:
            made[key] = given_fields(config)
        else:
            made[key] = coerce_to_resource_def(made[key], key=key).configured(config)
    return made
