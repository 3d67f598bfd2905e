"""Inputs that nothing in the plan gives a value: the run config must, or the run cannot begin."""

from __future__ import annotations

from collections.abc import Iterator

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.runtime.definitions.jobs.job import JobDefinition
from mainspring.runtime.definitions.types.loading import input_config_type
from mainspring.runtime.plan.compile import compile_plan
from mainspring.runtime.plan.plan import FromOutside, Plan, Step, StepInput


def inputs_from_outside(plan: Plan) -> Iterator[tuple[tuple[str, ...], str]]:
    """The inputs that the run config may give, for want of anything else: by the path of their op and their name."""
    for step in plan.steps:
        for item in step.inputs:
            if isinstance(item.source, FromOutside) and step.node.ins[item.name].input_manager_key is None:
                yield step.path, item.name


def unfed_inputs(plan: Plan) -> Iterator[tuple[Step, StepInput]]:
    """The inputs that only the run config can give: without a default, and without an input manager."""
    for step in plan.steps:
        for item in step.inputs:
            if isinstance(item.source, FromOutside):
                definition = step.node.ins[item.name]
                if not definition.has_default_value and definition.input_manager_key is None:
                    yield step, item


def check_plan(job: JobDefinition) -> None:
    """Raise what is wrong with the plan of a job, as a run of it would before it begins."""
    refuse_unloadable(compile_plan(job))


def refuse_unloadable(plan: Plan) -> None:
    """Raise ``InvalidDefinitionError`` for an input of theirs whose type cannot be made of config."""
    for step, item in unfed_inputs(plan):
        value_type = step.node.ins[item.name].dagster_type
        if input_config_type(value_type) is None:
            raise InvalidDefinitionError(
                f"The input {item.name!r} of {step.key!r} has no value: nothing in the job gives it one, and the "
                f"type {value_type.name} cannot be made of run config.",
                where=step.node.where,
                hint="Give it the output of an op, a default in the function, an input manager "
                f"(ins={{{item.name!r}: In(input_manager_key=...)}}), or its type a loader (@dagster_type_loader).",
            )
