"""Whether every resource that is asked for is there, and is what it must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError, did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.definitions.resolve import Faults
from mainspring.runtime.definitions.resources.definition import coerce_to_resource_def
from mainspring.runtime.definitions.resources.order import ordered


class Requirement(NamedTuple):
    """A resource that something asks for."""

    key: str
    by: str
    where: SourcePosition | None
    is_io_manager: bool


def requirements_of(definition: AssetsDefinition) -> Iterator[Requirement]:
    """The resources and IO managers a definition asks for."""
    computation = definition.computation
    if computation is None:
        yield from _to_load(definition)
        return
    node, what = computation.node, definition.label
    for key in sorted(node.required_resource_keys):
        yield Requirement(key, what, definition.where, False)
    for hook in definition.hook_defs:
        for key in sorted(hook.required_resource_keys):
            yield Requirement(key, f"the hook {hook.name!r} of {what}", definition.where, is_io_manager=False)
    for op in computation.ops:
        for out in op.outs.values():
            if not out.is_check:
                yield Requirement(out.io_manager_key, what, definition.where, True)
        for item in op.ins.values():
            if item.input_manager_key is not None:
                yield Requirement(item.input_manager_key, what, definition.where, True)


def _to_load(definition: AssetsDefinition) -> Iterator[Requirement]:
    """What loading the values of assets asks for that are made elsewhere; the default IO manager always is there."""
    for spec in definition.specs:
        key = definition.get_io_manager_key_for_asset_key(spec.key)
        if key != DEFAULT_IO_MANAGER_KEY:
            yield Requirement(key, definition.label, definition.where, is_io_manager=True)


def requirements_of_job(job: Any) -> Iterator[Requirement]:
    """The resources and IO managers that the ops and hooks of a job of ops ask for."""
    what = f"the job {job.name!r}"
    for hook in sorted(job.hooks, key=lambda hook: hook.name):
        for key in sorted(hook.required_resource_keys):
            yield Requirement(key, f"the hook {hook.name!r} of {what}", job.where, False)
    for flat in job.selected_ops:
        op, by = flat.op, f"op {'.'.join(flat.path)!r} of {what}"
        for key in sorted(op.required_resource_keys):
            yield Requirement(key, by, op.where, False)
        for hook in sorted(flat.hooks, key=lambda hook: hook.name):
            for key in sorted(hook.required_resource_keys):
                yield Requirement(key, f"the hook {hook.name!r} of {by}", op.where, False)
        for output in op.outs.values():
            yield Requirement(output.io_manager_key, by, op.where, True)
        for item in op.ins.values():
            if item.input_manager_key is not None:
                yield Requirement(item.input_manager_key, by, op.where, True)


def refuse_missing_resources(job: Any, resource_defs: Mapping[str, object]) -> None:
    """Raise ``InvalidDefinitionError`` with every resource that a job of ops asks for and is not there."""
    if job.is_op_job:
        faults = Faults()
        used = _check(requirements_of_job(job), resource_defs, faults)
        _check_resources(used, resource_defs, faults)
        faults.raise_if_any()


def check_requirements(
    definitions: Iterable[AssetsDefinition], resource_defs: Mapping[str, object], faults: Faults
) -> None:
    """Note an error for each resource that is asked for and not there; the default IO manager always is."""
    shared: set[str] = set()
    for definition in definitions:
        if definition.resource_defs:
            known = {**resource_defs, **definition.resource_defs}
            _check_resources(_check(requirements_of(definition), known, faults), known, faults)
        else:
            shared |= _check(requirements_of(definition), resource_defs, faults)
    _check_resources(shared, resource_defs, faults)


def _check_resources(used: set[str], known: Mapping[str, object], faults: Faults) -> None:
    """Note an error for each resource that one of those in use requires in turn and is not there, for a circle of
    them, and for one that is no resource or can be given no config.
    """
    before = len(faults.found)
    pending, seen = sorted(used), set[str]()
    while pending:
        key = pending.pop()
        if key in seen:
            continue
        seen.add(key)
        try:
            definition = coerce_to_resource_def(known[key], key=key)
        except InvalidDefinitionError as error:
            faults.found.append(error)
            continue
        for needed in sorted(definition.get_required_resource_keys(known)):
            if needed in known:
                pending.append(needed)
            else:
                faults.add(
                    f"The resource {needed!r}, which the resource {key!r} requires, is not among the resources.",
                    where=definition.where,
                    hint=did_you_mean(needed, known) or f"Add {needed!r} to the resources.",
                )
    if len(faults.found) == before:
        try:
            ordered(known, used)
        except InvalidDefinitionError as error:
            faults.found.append(error)


def _check(requirements: Iterable[Requirement], known: Mapping[str, object], faults: Faults) -> set[str]:
    """Note an error for each that is not there; the names of those that are."""
    used: set[str] = set()
    for requirement in dict.fromkeys(requirements):
        if requirement.key in known:
            used.add(requirement.key)
            continue
        if requirement.key == DEFAULT_IO_MANAGER_KEY:
            continue
        noun = "IO manager" if requirement.is_io_manager else "resource"
        faults.add(
            f"The {noun} {requirement.key!r}, which {requirement.by} requires, is not among the resources.",
            where=requirement.where,
            hint=did_you_mean(requirement.key, known)
            or f"Add it: Definitions(..., resources={{{requirement.key!r}: ...}}). "
            f"Known are: {', '.join(sorted(known)) or 'none'}.",
        )
    return used
