"""``resolve_run_config``: what a run config says to each op of a job, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.base.environment import Environment
from mainspring.core.base.errors import ConfigMappingError
from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.fault import ConfigFault
from mainspring.core.config.run_config import RunConfig, to_run_config_dict
from mainspring.core.config.schema import Map
from mainspring.core.config.validate import validate
from mainspring.runtime.definitions.resources.scope import resource_config_faults
from mainspring.runtime.definitions.run_config.connections import NodePath, managers_of, outermost_input
from mainspring.runtime.definitions.run_config.reading import Origin, reading
from mainspring.runtime.definitions.run_config.sections import (
    execution_field,
    mapping_of,
    unknown_sections,
    unneeded_resource_faults,
)
from mainspring.runtime.definitions.run_config.tree import GraphEntry, Surroundings, tree_of
from mainspring.runtime.definitions.run_config.walk import walk


@dataclass(frozen=True, slots=True)
class ResolvedConfig:
    """What a run config comes to.

    ``ops`` are the values the functions receive as their config, by the path of names of the op from the
    outermost graph; ``inputs`` and ``outputs`` what is said of single ones, by that path and their name (an
    input of the outermost graph stands under the path ``()``). ``run_config`` is what the config mapping of
    the job answered, or the run config itself. Use it only where ``faults`` is empty; it may hold secrets
    and is never stored.
    """

    run_config: Mapping[str, Any]
    ops: Mapping[NodePath, Any] = field(default_factory=dict[NodePath, Any])
    inputs: Mapping[tuple[NodePath, str], Any] = field(default_factory=dict[tuple[NodePath, str], Any])
    outputs: Mapping[tuple[NodePath, str], Any] = field(default_factory=dict[tuple[NodePath, str], Any])
    faults: tuple[ConfigFault, ...] = ()

    @property
    def resources(self) -> Mapping[str, Any]:
        """The section ``resources``."""
        return self.run_config.get("resources") or {}


def resolve_run_config(
    job: Any,
    run_config: RunConfig | Mapping[str, Any] | None,
    *,
    environ: Environment,
    resource_defs: Mapping[str, object] | None = None,
    required_resources: AbstractSet[str] = frozenset(),
    selected: Iterable[NodePath] | None = None,
    given_inputs: Collection[str] = (),
    unfed_inputs: Iterable[tuple[NodePath, str]] = (),
) -> ResolvedConfig:
    """What ``run_config`` says to a run of ``job``.

    ``resource_defs`` are the resources of the run (by default those of the job), of which ``required_resources``
    will be made. ``selected`` are the paths of the ops that run, all where it is ``None``; config for others is
    checked, and need not be there. ``given_inputs`` are inputs of the job's graph whose values are given already;
    ``unfed_inputs`` are inputs, by the path of their op and their name, that nothing feeds in this run, such as
    those of ops before which a selection begins.

    All faults are found at once; only those of the section ``loggers`` are found where the loggers are made. An
    exception in a config mapping is raised as ``ConfigMappingError``.
    """
    said, origin, wrong = mapped_run_config(run_config, job.config_mapping, environ)
    if wrong:
        return ResolvedConfig(said, faults=wrong)
    resources = job.resource_defs if resource_defs is None else resource_defs
    tree = tree_of_job(job, resource_defs=resources, given_inputs=given_inputs, unfed_inputs=unfed_inputs)
    faults = list(unknown_sections(said))
    found = walk(tree, said, reading(environ, selected=selected), origin=origin)
    faults += found.faults
    of_resources = mapping_of(said, "resources", faults)
    faults += unneeded_resource_faults(resources, required_resources, of_resources)
    faults += resource_config_faults(resources, required_resources, of_resources, environ)
    if said.get("execution") is not None:
        faults += validate(execution_field(job.executor_def), said["execution"], path=("execution",)).errors
    return ResolvedConfig(said, found.ops, found.inputs, found.outputs, tuple(dict.fromkeys(faults)))


def tree_of_job(
    job: Any,
    *,
    resource_defs: Mapping[str, object] | None = None,
    given_inputs: Iterable[str] = (),
    unfed_inputs: Iterable[tuple[NodePath, str]] = (),
) -> GraphEntry:
    """What the run config of a job may say of its nodes."""
    unfed: dict[NodePath, list[str]] = {}
    definitions: dict[str, Any] = {}
    for path, name in unfed_inputs:
        definitions = definitions or {node.name: node.definition for node in job.nodes}
        place, outer = outermost_input(definitions, path, name)
        unfed.setdefault(place, []).append(outer)
    managers = managers_of(job.resource_defs if resource_defs is None else resource_defs)
    around = Surroundings(managers, frozenset({*job.input_values, *given_inputs}), unfed)
    return tree_of(job.name, job.nodes, graph=job.graph, around=around)


def mapped_run_config(
    run_config: RunConfig | Mapping[str, Any] | None, mapping: ConfigMapping | None, environ: Environment
) -> tuple[Mapping[str, Any], Origin | None, tuple[ConfigFault, ...]]:
    """The run config itself, or what the config mapping of the job makes of it, and what is wrong with it."""
    said = to_run_config_dict(run_config)
    if mapping is None:
        return said, None, ()
    is_map = isinstance(mapping.config_schema.config_type, Map)
    received = mapping.received(said if said or is_map else None, environ)
    if received.errors:
        return said, None, received.errors
    try:
        answer = mapping.call(received.value)
    except ConfigMappingError as error:
        error.message = f"The config of the job: {error.message}"
        raise
    words = "It comes from the config mapping of the job"
    words = f"{words}, declared at {mapping.where}." if mapping.where else f"{words}."
    return answer, Origin(words, mapping.names_variables(said)), ()
