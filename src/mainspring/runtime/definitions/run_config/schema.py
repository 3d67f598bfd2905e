"""``run_config_schema``: all that the run config of a job may hold, as one schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.core.config.schema import Field, Shape
from mainspring.runtime.definitions.run_config.connections import NodePath
from mainspring.runtime.definitions.run_config.needs import needed_resources
from mainspring.runtime.definitions.run_config.reading import Reading, reading_of_job, unfed_by_selection
from mainspring.runtime.definitions.run_config.resolved import tree_of_job
from mainspring.runtime.definitions.run_config.sections import (
    execution_field,
    loggers_shape,
    resources_shape,
)
from mainspring.runtime.definitions.run_config.tree import GraphEntry, OpEntry, Slots


def run_config_schema(job: Any) -> Field:
    """The schema of the run config of a job: ``ops``, ``inputs``, ``resources``, ``loggers``, ``execution``.

    A section is required where something inside is. Of ``ops`` it has those that run; a run takes config for others
    that the job knows as well. A job with a config mapping takes what the mapping takes.

    >>> run_config_schema(nightly).config_type.fields["ops"].is_required  # doctest: +SKIP
    True
    """
    mapping: ConfigMapping | None = job.config_mapping
    if mapping is not None:
        return mapping.config_schema.field
    tree = tree_of_job(job, unfed_inputs=unfed_by_selection(job))
    how = reading_of_job(job)
    sections: dict[str, Field] = {"ops": Field(_shape_of_nodes(tree, how))}
    if tree.inputs:
        sections["inputs"] = Field(_of_slots(tree.inputs))
    sections["resources"] = Field(resources_shape(job.resource_defs, needed_resources(job, how)))
    sections["loggers"] = Field(loggers_shape(job.loggers))
    sections["execution"] = execution_field(job.executor_def)
    return Field(Shape(sections))


def _shape_of_nodes(tree: GraphEntry, how: Reading) -> Shape:
    """What stands under ``ops``. Made of the graphs inside first, of which there may be any depth."""
    made: dict[int, Shape] = {}
    for graph, path in reversed(list(_graphs(tree, how))):
        if graph.mapping is not None:
            made[id(graph)] = Shape({"config": graph.mapping.config_schema.field})
            continue
        nodes = {
            name: Field(_of_op(entry) if isinstance(entry, OpEntry) else _of_graph(entry, made[id(entry)]))
            for name, entry in graph.nodes.items()
            if how.runs((*path, name))
        }
        made[id(graph)] = Shape(nodes)
    return made[id(tree)]


def _graphs(tree: GraphEntry, how: Reading) -> Iterable[tuple[GraphEntry, NodePath]]:
    """The graph and all graphs inside that run, each before those inside it, with their paths."""
    pending: list[tuple[GraphEntry, NodePath]] = [(tree, ())]
    while pending:
        graph, path = pending.pop()
        yield graph, path
        for name, entry in graph.nodes.items():
            if isinstance(entry, GraphEntry) and how.runs((*path, name)):
                pending.append((entry, (*path, name)))


def _of_op(entry: OpEntry) -> Shape:
    fields: dict[str, Field] = {}
    if entry.config is not None:
        fields["config"] = entry.config.field
    for name, slots in (("inputs", entry.inputs), ("outputs", entry.outputs)):
        if slots:
            fields[name] = Field(_of_slots(slots))
    return Shape(fields)


def _of_graph(entry: GraphEntry, inside: Shape) -> Shape:
    fields: Mapping[str, Field] = {"ops": Field(inside)} if entry.mapping is None else inside.fields
    return Shape({**fields, "inputs": Field(_of_slots(entry.inputs))} if entry.inputs else fields)


def _of_slots(slots: Slots) -> Shape:
    return Shape({name: slot.field for name, slot in slots.items()})
