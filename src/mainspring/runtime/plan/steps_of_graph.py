"""From the flat ops of a graph to steps: what each waits for, and where its inputs come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from mainspring.core.base.errors import InvalidDefinitionError
from mainspring.core.values.asset_key import AssetKey
from mainspring.core.values.has_keys import key_of
from mainspring.core.values.tags import PRIORITY_TAG
from mainspring.runtime.definitions.assets.definition import AssetsDefinition
from mainspring.runtime.definitions.assets.spec import AssetSpec
from mainspring.runtime.definitions.graphs.flat import (
    AssetValue,
    Collected,
    FlatOp,
    GraphInput,
    InputSource,
    OutputOf,
    Path,
)
from mainspring.runtime.plan.plan import (
    FromOutside,
    FromStep,
    Gathered,
    GivenValue,
    Several,
    Source,
    Step,
    StepInput,
    Stored,
)


class Surroundings(NamedTuple):
    """What the steps of a graph are part of.

    ``ops`` are those that run, by their paths; ``outer`` says what an input of the outermost graph is: its source and
    the asset it is, if it is one; ``stored`` are outputs that are assets and not made in this run.
    """

    ops: Mapping[Path, FlatOp]
    outer: Callable[[str], tuple[Source | None, AssetKey | None]]
    definition_of: Callable[[FlatOp], AssetsDefinition]
    prefix: Path = ()
    retry_policy: Any = None
    stored: Mapping[OutputOf, Stored] = {}


def step_of(flat: FlatOp, around: Surroundings, *, also_after: Iterable[str] = ()) -> Step:
    """The step of a flat op. ``also_after`` are steps it waits for though it takes nothing from them."""
    inputs: list[StepInput] = []
    after: dict[str, None] = dict.fromkeys(also_after)
    needs: dict[FromStep, None] = {}
    for name, item in flat.op.ins.items():
        source, asset_key = _source(flat.sources.get(name), around)
        if source is None and not item.is_nothing:
            source = FromOutside()
        _wait(source, around, after, needs)
        if not item.is_nothing:
            inputs.append(StepInput(name, source, asset_key))
    over = None if flat.over is None else _output(flat.over, around)
    if over is not None:
        after.setdefault(over.step_key)
        needs.setdefault(over)
    path = (*around.prefix, *flat.path)
    return Step(
        ".".join(path),
        around.definition_of(flat),
        tuple(inputs),
        tuple(after),
        tuple(needs),
        flat.retry_policy or around.retry_policy,
        priority_of(flat.tags, flat.op),
        path,
        flat.hooks,
        flat.tags,
        over,
    )


def priority_of(tags: Mapping[str, Any], op: Any) -> int:
    """The priority the tags of a step say. Raises ``InvalidDefinitionError`` for one that is no whole number."""
    said = tags.get(PRIORITY_TAG)
    if said is None:
        return 0
    try:
        return int(said)
    except ValueError:
        raise InvalidDefinitionError(
            f"The tag {PRIORITY_TAG!r} of {op!r} is {said!r}; it must be a whole number.", where=op.where
        ) from None


def _output(output: OutputOf, around: Surroundings) -> FromStep:
    return FromStep(".".join((*around.prefix, *output.path)), output.output_name)


def _source(source: InputSource | None, around: Surroundings) -> tuple[Source | None, AssetKey | None]:
    """What a flat source is in the plan; ``None`` for an op that does not run."""
    if isinstance(source, OutputOf) and source in around.stored:
        found = around.stored[source]
        return found, found.asset_key
    if isinstance(source, OutputOf):
        return (_output(source, around) if source.path in around.ops else None), None
    if isinstance(source, Collected):
        known = source.output.path in around.ops
        made = _output(source.output, around)
        return (Gathered(made.step_key, made.output_name) if known else None), None
    if isinstance(source, GraphInput):
        return around.outer(source.name)
    if isinstance(source, AssetValue):
        return stored(source.asset)
    if source is None:
        return None, None
    found = [_source(part, around)[0] for part in source]
    parts = tuple(part for part in found if part is not None)
    return (Several(parts) if parts or not found else None), None


def stored(asset: Any) -> tuple[Source, AssetKey]:
    """The stored value of an asset that was given to an op."""
    definition = asset if isinstance(asset, AssetsDefinition) else getattr(asset, "definition", None)
    key = key_of(asset)
    if definition is None:
        definition = AssetsDefinition(specs=[cast("AssetSpec", asset)])
    return Stored(key, definition), key


def _wait(
    source: Source | None, around: Surroundings, after: dict[str, None], needs: dict[FromStep, None]
) -> None:
    if isinstance(source, FromStep):
        after.setdefault(source.step_key)
        needs.setdefault(source)
    elif isinstance(source, Gathered):
        after.setdefault(source.step_key)
        path = tuple(source.step_key.split("."))[len(around.prefix) :]
        over = around.ops[path].over
        needs.setdefault(
            FromStep(source.step_key, source.output_name) if over is None else _output(over, around)
        )
    elif isinstance(source, Several):
        for part in source.parts:
            if isinstance(part, FromStep):
                after.setdefault(part.step_key)
            else:
                _wait(part, around, after, needs)


def given(name: str) -> tuple[Source | None, AssetKey | None]:
    """An input of the outermost graph of a job."""
    return GivenValue(name), None
