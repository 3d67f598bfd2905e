"""How a run config is read, and what has been found in it."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from mainspring.core.base.environment import Environment
from mainspring.core.config.fault import ConfigFault
from mainspring.runtime.definitions.graphs.flat import OutputOf
from mainspring.runtime.definitions.run_config.connections import NodePath

_SECRET_REASONS = ("type", "choice", "value")


@dataclass(slots=True)
class Found:
    """What a walk has found: values by the path of their op, and all that is wrong."""

    ops: dict[NodePath, Any] = field(default_factory=dict[NodePath, Any])
    inputs: dict[tuple[NodePath, str], Any] = field(default_factory=dict[tuple[NodePath, str], Any])
    outputs: dict[tuple[NodePath, str], Any] = field(default_factory=dict[tuple[NodePath, str], Any])
    faults: list[ConfigFault] = field(default_factory=list[ConfigFault])


class Origin(NamedTuple):
    """The config mapping that answered with a config; ``hides`` says that its values are not to be shown."""

    words: str
    hides: bool

    def of(self, fault: ConfigFault) -> ConfigFault:
        """A fault of the answer, saying where it comes from."""
        message, hint = fault.message, fault.hint
        if self.hides and fault.reason in _SECRET_REASONS:
            message, hint = f"The value does not fit ({fault.reason}).", None
        return replace(fault, message=message, hint=f"{hint} {self.words}" if hint else self.words)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a run config is read. Without ``environ`` it is only checked: mappings are asked where they need
    nothing of the environment.

    ``roots`` are the outermost nodes and ``selected`` the ops that run, all where it is ``None``;
    ``selected_graphs`` are the graphs around them. Config for others is checked, and need not be there.
    """

    environ: Environment | None
    selected: AbstractSet[NodePath] | None = None
    selected_graphs: AbstractSet[NodePath] = frozenset()
    roots: AbstractSet[str] | None = None

    def runs(self, path: NodePath) -> bool:
        """Whether an op, or some op of a graph, runs."""
        if self.roots is not None and path[0] not in self.roots:
            return False
        return self.selected is None or path in self.selected or path in self.selected_graphs


def reading(environ: Environment | None, *, selected: Iterable[NodePath] | None = None) -> Reading:
    """How to read a run config for a run of the ops with these paths."""
    if selected is None:
        return Reading(environ)
    paths = frozenset(selected)
    around = frozenset(path[:end] for path in paths for end in range(1, len(path)))
    return Reading(environ, paths, around)


def reading_of_job(job: Any) -> Reading:
    """How to check a run config for a run of the whole of a job."""
    if job.is_op_job:
        return reading(
            None, selected=None if job.op_selection is None else [op.path for op in job.selected_ops]
        )
    made = [one.computation.node.name for one in job.definitions if one.computation is not None]
    return Reading(None, roots=frozenset(made))


def unfed_by_selection(job: Any) -> Iterable[tuple[NodePath, str]]:
    """The inputs of the selected ops of a job that ops which are not selected would feed."""
    if not job.is_op_job or job.op_selection is None:
        return
    chosen = {op.path for op in job.selected_ops}
    for op in job.selected_ops:
        for name, source in op.sources.items():
            if isinstance(source, OutputOf) and source.path not in chosen:
                yield op.path, name
