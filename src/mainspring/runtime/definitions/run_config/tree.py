"""What the run config of a job may say of each of its nodes: a tree of the same form as its graphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from mainspring.core.config.config_mapping import ConfigMapping
from mainspring.runtime.definitions.ops.op import OpDefinition
from mainspring.runtime.definitions.run_config.connections import (
    NO_MANAGERS,
    Managers,
    NodePath,
    inner_ends,
    inputs_of_asset,
    inputs_of_nodes,
    inputs_of_root,
    loaded_inputs,
    outputs_with_config,
)
from mainspring.runtime.definitions.run_config.slot import ANYTHING, Slot, slot_of

Slots = Mapping[str, Slot]


@dataclass(frozen=True, slots=True)
class OpEntry:
    """What may be said of an op: its ``config``, of ``inputs`` and of ``outputs``.

    ``config`` is ``None`` where nothing would ever see one.
    """

    config: Slot | None = None
    inputs: Slots = field(default_factory=dict[str, Slot])
    outputs: Slots = field(default_factory=dict[str, Slot])

    @property
    def is_required(self) -> bool:
        """Whether something must be said."""
        slots = (*self.inputs.values(), *self.outputs.values())
        return any(slot.is_required for slot in slots) or (
            self.config is not None and self.config.is_required
        )

    @property
    def is_silent(self) -> bool:
        """Whether nothing follows where nothing is said."""
        return self.config in (None, ANYTHING) and not self.inputs and not self.outputs


@dataclass(frozen=True, slots=True)
class GraphEntry:
    """What may be said of a graph: of its ``nodes``, or the config of its ``mapping``, and of its ``inputs``.

    ``heard`` are the nodes of which something follows even where nothing is said of them.
    """

    name: str
    nodes: Mapping[str, OpEntry | GraphEntry]
    heard: Sequence[str]
    mapping: ConfigMapping | None = None
    inputs: Slots = field(default_factory=dict[str, Slot])
    is_required: bool = False
    inner_ends: Mapping[str, Sequence[tuple[str, str]]] = field(
        default_factory=dict[str, Sequence[tuple[str, str]]]
    )
    """For each of its inputs, the nodes and their inputs that it is passed on to."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing follows where nothing is said."""
        return not self.heard and not self.inputs and self.mapping is None

    @property
    def mapping_slot(self) -> Slot | None:
        """What the mapping takes."""
        return None if self.mapping is None else slot_of(self.mapping.config_schema)


Entry = OpEntry | GraphEntry

_TAKES_ANYTHING = OpEntry(ANYTHING)
_NO_SLOTS: Slots = {}


@dataclass(slots=True)
class _Build:
    """A graph whose nodes are being read."""

    name: str
    definition: Any
    nodes: Sequence[Any]
    path: NodePath
    inputs: Slots
    inputs_of_nodes: Mapping[str, Slots]
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What beside the nodes themselves says what may be said of them.

    ``given_inputs`` are inputs of the outermost graph that are given in another way than by the run config.
    ``unfed`` are inputs of nodes, by path and name, that what runs does not feed though the graph would: those of
    which a selection leaves out what feeds them.
    """

    managers: Managers = field(default_factory=lambda: NO_MANAGERS)
    given_inputs: AbstractSet[str] = frozenset()
    unfed: Mapping[NodePath, Sequence[str]] = field(default_factory=dict[NodePath, Sequence[str]])


def tree_of(
    name: str, nodes: Sequence[Any], *, graph: Any = None, around: Surroundings | None = None
) -> GraphEntry:
    """The tree of the outermost nodes of a job. The graphs may be nested to any depth.

    ``graph`` is what they are the nodes of; without it their inputs are stored assets.
    """
    around = around or Surroundings()
    inputs = _NO_SLOTS if graph is None else inputs_of_root(graph, around.given_inputs)
    trail = [_begun(name, (), graph, nodes, inputs, around)]
    while True:
        here = trail[-1]
        below = _read(here, around)
        if below is not None:
            trail.append(below)
            continue
        made = _finished(here)
        trail.pop()
        if not trail:
            return made
        trail[-1].entries[here.name] = made


def _begun(
    name: str, path: NodePath, graph: Any, nodes: Sequence[Any], inputs: Slots, around: Surroundings
) -> _Build:
    below = {} if graph is None else inputs_of_nodes(graph, around.managers)
    return _Build(name, graph, nodes, path, inputs, below)


def _read(here: _Build, around: Surroundings) -> _Build | None:
    """Read the nodes that are not read yet, up to the next graph."""
    is_of_assets = here.definition is None and bool(around.managers)
    for place in range(len(here.entries), len(here.nodes)):
        node = here.nodes[place]
        definition = node.definition
        inputs = here.inputs_of_nodes.get(node.name, _NO_SLOTS)
        if around.unfed:
            unfed = around.unfed.get((*here.path, node.name), ())
            inputs = {**loaded_inputs(definition.input_dict, unfed), **inputs}
        if not isinstance(definition, OpDefinition):
            path = (*here.path, node.name)
            return _begun(node.name, path, definition, definition.nodes, inputs, around)
        if is_of_assets:
            inputs = inputs_of_asset(definition, around.managers)
        here.entries[node.name] = entry_of(definition, inputs, around.managers)
    return None


def _finished(here: _Build) -> GraphEntry:
    heard = [name for name, entry in here.entries.items() if not entry.is_silent]
    mapping: ConfigMapping | None = getattr(here.definition, "config_mapping", None)
    if mapping is None:
        required = any(here.entries[name].is_required for name in heard)
    else:
        required = mapping.config_schema.field.is_required
    required = required or any(slot.is_required for slot in here.inputs.values())
    ends = inner_ends(here.definition) if here.definition is not None else {}
    return GraphEntry(here.name, here.entries, heard, mapping, here.inputs, required, ends)


def entry_of(op: OpDefinition, inputs: Slots = _NO_SLOTS, managers: Managers = NO_MANAGERS) -> OpEntry:
    """What may be said of an op, of whose inputs these may be given by the run config."""
    outputs = outputs_with_config(op.outs, managers) if managers else _NO_SLOTS
    if op.config_schema is None and not inputs and not outputs:
        return _TAKES_ANYTHING
    return OpEntry(config_of(op), inputs, outputs)


def config_of(op: OpDefinition) -> Slot | None:
    """The config of an op. Without a schema it takes any, so that ops can share a config."""
    if op.config_schema is None:
        return ANYTHING
    return slot_of(op.config_schema, op.evaluate_config)
