"""The config of each step, checked all at once before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import did_you_mean
from mainspring.core.config.fault import ConfigFault, raise_faults
from mainspring.core.config.resolve import resolve
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.resources.parameter import is_config_class
from mainspring.runtime.plan.plan import Plan

_SECTIONS = ("ops", "resources", "loggers", "execution")


def step_configs(plan: Plan, run_config: Mapping[str, Any], known_ops: Mapping[str, OpDefinition], environ: Environment) -> dict[str, Any]:
    """The config of each step that takes one, by op name.

    ``known_ops`` are all the ops of the job, of which the plan may hold a part. Raises ``InvalidConfigError`` with
    every fault: unknown sections and ops, missing and wrong values, variables that are not set.
    """
    faults: list[ConfigFault] = []
    _check_names(run_config, _SECTIONS, (), faults, "section")
    given = run_config.get("ops") or {}
    if not isinstance(given, Mapping):
        faults.append(ConfigFault(("ops",), f"expected a mapping of op names to their config, got {type(given).__name__}.", "type"))
        given = {}
    _check_names(given, known_ops, ("ops",), faults, "op")  # pyright: ignore[reportUnknownArgumentType]
    made: dict[str, Any] = {}
    for step in plan.steps:
        node = step.node
        if node.name in made:
            continue
        entry = given.get(node.name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        value, found = op_config(node, entry, environ)
        faults.extend(found)
        if node.has_config:
            made[node.name] = value
    raise_faults(f"The run config of the job {plan.job_name!r} does not fit.", faults, given=run_config)
    return made


def _check_names(given: Mapping[str, Any], known: Any, path: tuple[str, ...], faults: list[ConfigFault], what: str) -> None:
    for name in given:
        if name not in known:
            hint = did_you_mean(str(name), known) or f"Known are: {', '.join(known) or 'none'}."
            faults.append(ConfigFault((*path, str(name)), f"there is no {what} {str(name)!r}.", "unknown", hint))


def op_config(node: OpDefinition, entry: Any, environ: Environment) -> tuple[Any, tuple[ConfigFault, ...]]:
    """The config an op's function is given for its entry in the run config, or what is wrong with it."""
    path = ("ops", node.name)
    if entry is not None and not isinstance(entry, Mapping):
        return None, (ConfigFault(path, f"expected {{'config': ...}}, got {type(entry).__name__}.", "type"),)
    section: Mapping[str, Any] = entry or {}
    faults: list[ConfigFault] = []
    _check_names(section, ("config", "inputs", "outputs"), path, faults, "key")
    if not node.has_config:
        if section.get("config"):
            faults.append(ConfigFault((*path, "config"), "this op takes no config.", "unknown"))
        return None, tuple(faults)
    value, found = make_config(node.config_schema, section.get("config"), environ, (*path, "config"))
    return value, (*faults, *found)


def make_config(schema: Any, raw: Any, environ: Environment, path: tuple[str, ...]) -> tuple[Any, tuple[ConfigFault, ...]]:
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
