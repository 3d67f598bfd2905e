"""The parts of a definition of assets that the outputs of an op or a graph stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.base.source import SourcePosition
from mainspring.core.values.asset_key import AssetCheckKey, AssetKey
from mainspring.core.values.has_keys import key_of
from mainspring.runtime.definitions.assets.check_spec import AssetCheckSpec
from mainspring.runtime.definitions.assets.computation import Computation
from mainspring.runtime.definitions.assets.ins_outs import AssetIn
from mainspring.runtime.definitions.assets.spec import AssetDep, AssetSpec
from mainspring.runtime.definitions.graphs.flat import AssetValue, FlatGraph, FlatOp, OutputOf
from mainspring.runtime.definitions.graphs.graph import GraphDefinition
from mainspring.runtime.definitions.ops.inputs_outputs import DEFAULT_IO_MANAGER_KEY, OutputDefinition
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.ops.signature import EMPTY


class NodeInputs(NamedTuple):
    """Which asset each input of an op or graph is, and the upstream assets that follow from it."""

    keys: Mapping[str, AssetKey]
    deps: list[AssetDep]


class Said(NamedTuple):
    """What is said of an output besides what the op says: how it is stored, and its type."""

    io_manager_key: str = DEFAULT_IO_MANAGER_KEY
    annotation: Any = EMPTY


def inputs_of_node(
    node: OpDefinition | GraphDefinition,
    ins: Mapping[str, AssetIn],
    *,
    what: str,
    where: SourcePosition | None,
) -> NodeInputs:
    """The assets that the inputs are: those of ``ins``, else the asset of the input's name.

    An entry of ``ins`` that is no input is an upstream asset whose value is not loaded.
    """
    keys: dict[str, AssetKey] = {}
    deps: dict[AssetKey, AssetDep] = {}
    for name, item in node.input_dict.items():
        said = ins.get(name)
        own = item.asset_key if isinstance(item.asset_key, AssetKey) else AssetKey((name,))
        keys[name] = own if said is None else said.resolve_key(name)
        mapping = None if said is None else said.partition_mapping
        _add(deps, AssetDep(keys[name], partition_mapping=mapping))
    for name, said in ins.items():
        if said.input_manager_key is not None:
            raise InvalidDefinitionError(
                f"`ins` of {what} gives the input {name!r} an `input_manager_key`; {what} is made of ops, which load "
                "their own inputs.",
                where=where,
                hint="Say it in the op that takes the value: In(input_manager_key=...).",
            )
        if name not in keys:
            _add(deps, AssetDep(said.resolve_key(name), partition_mapping=said.partition_mapping))
    if isinstance(node, GraphDefinition):
        for key in _assets_inside(node.flat):
            _add(deps, AssetDep(key))
    return NodeInputs(keys, list(deps.values()))


def _add(deps: dict[AssetKey, AssetDep], dep: AssetDep) -> None:
    known = deps.get(dep.asset_key)
    if known is None or known.partition_mapping is None:
        deps[dep.asset_key] = dep


def _assets_inside(flat: FlatGraph) -> Iterable[AssetKey]:
    """The assets that ops of the graph are given in the function that composes it."""
    for op in flat.ops:
        for source in op.sources.values():
            if isinstance(source, AssetValue):
                yield key_of(source.asset)


def definition_parts(  # noqa: PLR0913  # what two decorators and two methods share
    node: OpDefinition | GraphDefinition,
    inputs: NodeInputs,
    specs: Mapping[str, AssetSpec],
    *,
    what: str,
    where: SourcePosition | None,
    checks: Mapping[str, AssetCheckSpec] | None = None,
    said: Mapping[str, Said] | None = None,
    can_subset: bool = False,
    backfill_policy: Any = None,
    resource_defs: Mapping[str, object] | None = None,
    hook_defs: Iterable[Any] | None = None,
) -> dict[str, Any]:
    """The arguments of an ``AssetsDefinition``. ``specs`` and ``checks`` are by the names of the outputs.

    Raises ``InvalidDefinitionError`` for outputs that cannot stand for an asset.
    """
    check_specs = checks or {}
    for name in (*specs, *check_specs):
        _refuse_dynamic(node.output_dict[name], what, where)
    flat: FlatGraph | None = None
    if isinstance(node, GraphDefinition):
        flat = _with_said(node.flat, said or {}, list(check_specs))
        _refuse_shared(flat, [*specs, *check_specs], what, where)
    return {
        "specs": list(specs.values()),
        "computation": Computation(
            node,
            inputs.keys,
            {name: spec.key for name, spec in specs.items()},
            {name: spec.key for name, spec in check_specs.items()},
            can_subset=can_subset,
            backfill_policy=backfill_policy,
            flat_graph=flat,
        ),
        "check_specs": list(check_specs.values()),
        "resource_defs": resource_defs,
        "hook_defs": hook_defs,
        "where": where,
    }


def _refuse_dynamic(out: OutputDefinition, what: str, where: SourcePosition | None) -> None:
    if out.is_dynamic:
        raise InvalidDefinitionError(
            f"The output {out.name!r} of {what} is dynamic: it has many values, and an asset is one.",
            where=where,
            hint="Collect it and let an op make one value of it: merge(parts.map(clean).collect()).",
        )


def _refuse_shared(flat: FlatGraph, names: list[str], what: str, where: SourcePosition | None) -> None:
    seen: dict[Any, str] = {}
    for name in names:
        other = seen.setdefault(flat.outputs[name], name)
        if other != name:
            raise InvalidDefinitionError(
                f"The outputs {other!r} and {name!r} of {what} are the same output of one op.",
                where=where,
                hint="Give each asset an output of its own: let an op return both, or make one asset of them.",
            )


def _with_said(flat: FlatGraph, said: Mapping[str, Said], checks: list[str]) -> FlatGraph:
    """The ops with what the assets say of their outputs, and with the outputs that stand for checks marked."""
    changed: dict[tuple[str, ...], dict[str, OutputDefinition]] = {}
    ops = {op.path: op for op in flat.ops} if said or checks else {}
    for name in dict.fromkeys((*said, *checks)):
        output = flat.outputs[name]
        assert isinstance(output, OutputOf)  # a dynamic output was refused
        own = said.get(name, Said())
        inner = ops[output.path].op.outs[output.output_name]
        new = replace(
            inner,
            io_manager_key=inner.io_manager_key
            if own.io_manager_key == DEFAULT_IO_MANAGER_KEY
            else own.io_manager_key,
            annotation=inner.annotation if own.annotation is EMPTY else own.annotation,
            is_check=name in checks,
        )
        if new != inner:
            changed.setdefault(output.path, {})[output.output_name] = new
    if not changed:
        return flat
    return replace(flat, ops=tuple(_with_outs(op, changed.get(op.path)) for op in flat.ops))


def _with_outs(flat: FlatOp, changed: Mapping[str, OutputDefinition] | None) -> FlatOp:
    return flat if changed is None else replace(flat, op=flat.op.copy_with(outs={**flat.op.outs, **changed}))


def check_outputs_of(
    check_keys: Mapping[str, AssetCheckKey], specs: Iterable[AssetCheckSpec]
) -> dict[str, AssetCheckSpec]:
    """The spec of the check that each output stands for."""
    by_key = {spec.key: spec for spec in specs}
    return {name: by_key[key] for name, key in check_keys.items()}
