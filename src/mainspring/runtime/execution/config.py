"""The config of each step, checked all at once before anything runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from typing import Any, cast

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import did_you_mean
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.resolve import resolve
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.resources.parameter import is_config_class
from mainspring.runtime.plan.plan import Plan

_SECTIONS = ("ops", "resources", "loggers", "execution")


def step_configs(
    plan: Plan, run_config: Mapping[str, Any], known_ops: Mapping[str, OpDefinition], environ: Environment
) -> tuple[dict[str, Any], list[ConfigFault]]:
    """The config of each step that takes one, by op name, and every fault.

    ``known_ops`` are all the ops of the job, of which the plan may hold a part.
    """
    faults: list[ConfigFault] = []
    given = section(run_config, "ops", faults)
    check_names(given, known_ops, ("ops",), faults, what="op")
    made: dict[str, Any] = {}
    for step in plan.steps:
        node = step.node
        if node.name not in made:
            value, found = op_config(node, given.get(node.name), environ)
            faults.extend(found)
            if node.has_config:
                made[node.name] = value
    return made, faults


def check_sections(run_config: Mapping[str, Any], faults: list[ConfigFault]) -> None:
    """Note the sections a run config cannot have."""
    check_names(run_config, _SECTIONS, (), faults, what="section")


def section(run_config: Mapping[str, Any], name: str, faults: list[ConfigFault]) -> Mapping[str, Any]:
    """A section of the run config; an empty one, and a fault, for something that is no mapping."""
    given = run_config.get(name)
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return cast("Mapping[str, Any]", given)
    faults.append(ConfigFault((name,), f"expected a mapping of names, got {type(given).__name__}.", "type"))
    return {}


def check_names(
    given: Iterable[str],
    known: Collection[str],
    path: tuple[str, ...],
    faults: list[ConfigFault],
    *,
    what: str,
) -> None:
    """Note each name that is not known."""
    for name in given:
        if name not in known:
            hint = did_you_mean(str(name), known) or f"Known are: {', '.join(known) or 'none'}."
            faults.append(
                ConfigFault((*path, str(name)), f"there is no {what} {str(name)!r}.", "unknown", hint)
            )


def op_config(node: OpDefinition, entry: Any, environ: Environment) -> tuple[Any, tuple[ConfigFault, ...]]:
    """The config an op's function is given for its entry in the run config, or what is wrong with it."""
    path = ("ops", node.name)
    if entry is not None and not isinstance(entry, Mapping):
        return None, (ConfigFault(path, f"expected {{'config': ...}}, got {type(entry).__name__}.", "type"),)
    said = cast("Mapping[str, Any]", entry or {})
    faults: list[ConfigFault] = []
    check_names(said, ("config", "inputs", "outputs"), path, faults, what="key")
    if not node.has_config:
        if said.get("config"):
            faults.append(ConfigFault((*path, "config"), "this op takes no config.", "unknown"))
        return None, tuple(faults)
    value, found = make_config(node.config_schema, said.get("config"), environ, (*path, "config"))
    return value, (*faults, *found)


def make_config(
    schema: Any, raw: Any, environ: Environment, path: tuple[str, ...]
) -> tuple[Any, tuple[ConfigFault, ...]]:
    """The value of a schema, which is a ``Config`` class or whatever a schema can be made of."""
    if is_config_class(schema):
        # the user's class has loaded pydantic already; a project without config never does
        construct = import_module("mainspring.runtime.definitions.config.resolve").construct
        return construct(schema, raw, environ=environ, path=path)
    checked = validate(schema, raw, path=path)
    if checked.errors:
        return None, checked.errors
    resolved = resolve(schema, checked.value, environ, path=path)
    return resolved.value, resolved.errors


def config_defaults(node: OpDefinition) -> list[Any]:
    """The values an op's config has where the run says nothing: they, too, may name variables."""
    pending: list[Any] = [node.config_schema]
    found: list[Any] = []
    while pending:
        model = pending.pop()
        if is_config_class(model):
            for info in model.model_fields.values():
                found.append(info.default)
                pending.append(info.annotation)
    return found
