"""Whether every resource that is asked for is there, and is what it must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mainspring.core.base.errors import did_you_mean
from mainspring.core.base.source import SourcePosition
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY
from mainspring.runtime.definitions.resolve import Faults


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
        return
    node, what = computation.node, definition.label
    for key in sorted(node.required_resource_keys):
        yield Requirement(key, what, definition.where, False)
    for hook in definition.hook_defs:
        for key in sorted(hook.required_resource_keys):
            yield Requirement(key, f"the hook {hook.name!r} of {what}", definition.where, is_io_manager=False)
    for name in computation.keys_by_output:
        yield Requirement(node.outs[name].io_manager_key, what, definition.where, True)
    for item in node.ins.values():
        if item.input_manager_key is not None:
            yield Requirement(item.input_manager_key, what, definition.where, True)


def check_requirements(
    definitions: Iterable[AssetsDefinition], resource_defs: Mapping[str, object], faults: Faults
) -> None:
    """Note an error for each resource that is asked for and not there; the default IO manager always is."""
    for definition in definitions:
        known = {**resource_defs, **definition.resource_defs} if definition.resource_defs else resource_defs
        for requirement in dict.fromkeys(requirements_of(definition)):
            if requirement.key in known or requirement.key == DEFAULT_IO_MANAGER_KEY:
                continue
            noun = "IO manager" if requirement.is_io_manager else "resource"
            faults.add(
                f"The {noun} {requirement.key!r}, which {requirement.by} requires, is not among the "
                "resources.",
                where=requirement.where,
                hint=did_you_mean(requirement.key, known)
                or f"Add it: Definitions(..., resources={{{requirement.key!r}: ...}}). "
                f"Known are: {', '.join(sorted(known)) or 'none'}.",
            )
