"""Definitions as parts of a plan: which step makes which asset, where a definition is one op or a graph."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field

from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.graphs.flat import (
    Collected,
    FlatOp,
    GraphInput,
    InputSource,
    OutputOf,
    Path,
)
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.retries import RetryPolicy
from mainspring.runtime.plan.plan import FromStep, Source, Step, Stored
from mainspring.runtime.plan.steps_of_graph import Surroundings, step_of


@dataclass(frozen=True, slots=True)
class Part:
    """A definition in a plan. ``ops`` are those of its graph that run; ``None`` for a definition of one op.

    ``makes`` says by which output of which step each of its assets is made, ``ends`` which steps must have succeeded
    before what depends on the definition as a whole.
    """

    key: str
    definition: AssetsDefinition
    makes: Mapping[AssetKey, FromStep]
    ends: Sequence[str]
    ops: Sequence[FlatOp] | None = None
    outputs: Mapping[str, OutputOf] = field(default_factory=dict[str, OutputOf])
    """Where the outputs of its graph come from."""
    unmade: Mapping[OutputOf, Stored] = field(default_factory=dict[OutputOf, Stored])
    """The outputs of its ops that are assets which are not asked for: those that need them load what is stored."""

    def steps(
        self,
        before: Sequence[str],
        outer: Callable[[str], tuple[Source | None, AssetKey | None]],
        retry_policy: RetryPolicy | None,
    ) -> list[Step]:
        """A step for each op of its graph; those that take nothing from another one wait for what lies ``before``."""
        assert self.ops is not None  # asked of graphs alone
        around = Surroundings(
            {one.path: one for one in self.ops},
            outer,
            self._definition_of,
            (self.key,),
            retry_policy,
            self.unmade,
        )
        return [
            step_of(one, around, also_after=() if _has_inner(one, around.ops) else before) for one in self.ops
        ]

    def _definition_of(self, flat: FlatOp) -> AssetsDefinition:
        """What of the definition one op of its graph makes, reads and evaluates."""
        definition = self.definition
        whole = definition.computation
        assert whole is not None  # it is planned, so it computes something
        own = {name: output for name, output in self.outputs.items() if output.path == flat.path}
        keys = {
            output.output_name: whole.keys_by_output[name]
            for name, output in own.items()
            if name in whole.keys_by_output
        }
        checks = {
            output.output_name: whole.checks_by_output[name]
            for name, output in own.items()
            if name in whole.checks_by_output
        }
        return AssetsDefinition(
            specs=[definition.specs_by_key[key] for key in keys.values()],
            computation=Computation(
                flat.op,
                _read(flat, whole),
                keys,
                checks,
                whole.execution_type,
                whole.can_subset,
                whole.backfill_policy,
                None if whole.selected_keys is None else whole.selected_keys & frozenset(keys.values()),
                None if whole.selected_checks is None else whole.selected_checks & frozenset(checks.values()),
            ),
            check_specs=[definition.check_specs_by_key[key] for key in checks.values()],
            resource_defs=definition.resource_defs,
            hook_defs=definition.hook_defs,
            where=definition.where,
        )


def _read(flat: FlatOp, whole: Computation) -> dict[str, AssetKey]:
    return {
        name: whole.keys_by_input[source.name]
        for name, source in flat.sources.items()
        if isinstance(source, GraphInput) and source.name in whole.keys_by_input
    }


def _has_inner(flat: FlatOp, ops: Mapping[Path, FlatOp]) -> bool:
    """Whether an op takes anything from another one of its graph that runs."""
    return any(output.path in ops for source in flat.sources.values() for output in outputs_of(source))


def outputs_of(source: InputSource) -> list[OutputOf]:
    """The outputs of ops that a source names."""
    found: list[OutputOf] = []
    for part in source if isinstance(source, tuple) else (source,):
        if isinstance(part, OutputOf):
            found.append(part)
        elif isinstance(part, Collected):
            found.append(part.output)
    return found


def parts_of(definitions: Sequence[AssetsDefinition], keys: Sequence[str]) -> list[Part]:
    """The definitions with their keys in the plan."""
    return [_part(definition, key) for definition, key in zip(definitions, keys, strict=True)]


def _part(definition: AssetsDefinition, key: str) -> Part:
    computation = definition.computation
    assert computation is not None  # only what can be run is planned
    if isinstance(computation.node, OpDefinition):
        makes = {
            asset: FromStep(key, output)
            for output, asset in computation.keys_by_output.items()
            if computation.makes(asset)
        }
        return Part(key, definition, makes if definition.is_materializable else {}, (key,))
    graph = computation.flat
    outputs = {name: output for name, output in graph.outputs.items() if isinstance(output, OutputOf)}
    unmade = {
        outputs[name]: Stored(asset, definition)
        for name, asset in computation.keys_by_output.items()
        if not computation.makes(asset) and name in outputs
    }
    chosen = (
        _selected(graph.ops, _wanted(computation, outputs), unmade) if computation.is_subset else graph.ops
    )
    makes = {
        asset: FromStep(".".join((key, *outputs[name].path)), outputs[name].output_name)
        for name, asset in computation.keys_by_output.items()
        if computation.makes(asset) and name in outputs
    }
    ends = tuple(dict.fromkeys(".".join((key, *one)) for one in _ends(chosen)))
    made = makes if definition.is_materializable else {}
    return Part(key, definition, made, ends, chosen, outputs, unmade)


def _wanted(computation: Computation, outputs: Mapping[str, OutputOf]) -> set[Path]:
    """The ops that give what a subset asks for."""
    wanted: dict[str, AssetKey | AssetCheckKey] = {}
    wanted |= {name: key for name, key in computation.keys_by_output.items() if computation.makes(key)}
    wanted |= {name: key for name, key in computation.checks_by_output.items() if computation.evaluates(key)}
    return {outputs[name].path for name in wanted}


def _selected(ops: Sequence[FlatOp], wanted: set[Path], unmade: Container[OutputOf]) -> list[FlatOp]:
    """The ops that are wanted, with all they depend on that is not stored."""
    needed = set(wanted)
    for op in reversed(ops):  # each comes after what it depends on
        if op.path in needed:
            needed.update(
                output.path
                for source in op.sources.values()
                for output in outputs_of(source)
                if output not in unmade
            )
            if op.over is not None:
                needed.add(op.over.path)
    return [op for op in ops if op.path in needed]


def _ends(ops: Sequence[FlatOp]) -> list[Path]:
    """The ops from which no other one takes anything."""
    taken = {output.path for op in ops for source in op.sources.values() for output in outputs_of(source)}
    taken |= {op.over.path for op in ops if op.over is not None}
    return [op.path for op in ops if op.path not in taken]
